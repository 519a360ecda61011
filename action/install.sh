#!/usr/bin/env bash
# Installs the program: the one that SHA256SUMS beside this file names, or the one that `binary` names; neither without its sum.
# shellcheck disable=SC2154 # what is set by the files beside this one

# Sets `program`, from the archive of this commit's own release.
install_release() {
    find_target
    find_archive
    find_releases
    fetch "$download_url/v$version/$archive"
    check_sum "$private/$archive" "$sum" "\`$archive\` is not the one of this release"
    unpack
}

# Sets `target`, by what the runner says of itself, and the name of the program there.
find_target() {
    name=account-guard
    case ${RUNNER_OS-}/${RUNNER_ARCH-} in
        Linux/X64) target=x86_64-unknown-linux-musl ;;
        Linux/ARM64) target=aarch64-unknown-linux-musl ;;
        macOS/X64) target=x86_64-apple-darwin ;;
        macOS/ARM64) target=aarch64-apple-darwin ;;
        Windows/X64) target=x86_64-pc-windows-msvc name=account-guard.exe ;;
        *) refuse 3 "there is no archive for a runner of \`$(shown "${RUNNER_OS-}/${RUNNER_ARCH-}")\`: install account-guard on it, and name it by \`binary\`" ;;
    esac
}

# Sets `archive`, its `sum` and its `version`.
find_archive() {
    local line found=0
    local pattern="^([0-9a-f]{64})  (account-guard-([0-9][0-9A-Za-z.+-]*)-$target(\.tar\.gz|\.zip))$"
    if [[ ! -s $here/SHA256SUMS ]]; then
        refuse 3 "this commit of the Action is no release, and has no archives: use the tag of a release or its commit, or install account-guard and name it by \`binary\`"
    fi
    while IFS= read -r line || [[ -n $line ]]; do
        if [[ ${line%$'\r'} =~ $pattern ]]; then
            sum=${BASH_REMATCH[1]} archive=${BASH_REMATCH[2]} version=${BASH_REMATCH[3]}
            found=$((found + 1))
        fi
    done <"$here/SHA256SUMS"
    if [[ $found != 1 ]]; then
        refuse 3 "the sums of this release name $found archives for $target, not 1: install account-guard, and name it by \`binary\`"
    fi
}

# Sets `download_url`: the input, or the releases of the repository that the Action comes from.
find_releases() {
    if [[ -z $download_url ]]; then
        find_repository
        download_url=${GITHUB_SERVER_URL-}/$repository/releases/download
    fi
    download_url=${download_url%/}
    local path='(/[A-Za-z0-9._~%+-]+)*$'
    if [[ $download_url =~ ^https://[A-Za-z0-9.-]+(:[0-9]+)?$path ]]; then
        way=(--proto '=https')
    elif [[ $download_url =~ ^http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?$path ]]; then
        way=(--proto '=http' --noproxy '*')
    else
        # It is not shown: one with a password in it comes here too.
        refuse 2 "the input \`download-url\` is no place to download from: give an https URL without a user, a query or a fragment, or http to this machine itself"
    fi
}

# Sets `repository`. The runner unpacks an Action into _actions/OWNER/REPOSITORY/REF; what it says of it is
# empty in some of its versions, and that of another Action inside of an Action.
find_repository() {
    local path=${GITHUB_ACTION_PATH-}
    path=${path//\\//}
    repository=${ACTION_REPOSITORY-}
    if [[ $path == */_actions/*/*/* ]]; then
        path=${path##*/_actions/}
        repository=${path%%/*}
        path=${path#*/}
        repository=$repository/${path%%/*}
    fi
    if ! [[ $repository =~ ^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$ ]]; then
        refuse 3 "the runner does not say which repository the Action comes from: name where the releases are by \`download-url\`"
    fi
}

# Into the private folder, within a minute and a half: the last attempt begins in the first half of it. A configuration
# of curl's could undo any of this, so it is not read.
fetch() {
    if ! curl -q --fail --silent --show-error --globoff "${way[@]}" \
        --location --max-redirs 5 --proto-redir '=https' \
        --connect-timeout 10 --max-time 45 --retry 3 --retry-connrefused --retry-max-time 45 \
        --max-filesize 500000000 --output "$private/$archive" --url "$1" 2>"$private/curl"; then
        refuse 3 "\`$1\` cannot be fetched: $(shown "$(tail -n 1 "$private/curl")"); a mirror is named by \`download-url\`"
    fi
}

# Ends the step with this message where the file has another sum.
check_sum() {
    local actual
    if command -v sha256sum >/dev/null; then
        actual=$(sha256sum <"$1") || actual=
    else
        actual=$(shasum -a 256 <"$1") || actual=
    fi
    actual=${actual%% *}
    if [[ ${#actual} != 64 || $actual != "$2" ]]; then
        refuse 3 "$3: its SHA-256 is \`$(shown "${actual:-not known}")\`, and should be \`$2\`; nothing of it was run"
    fi
}

unpack() {
    local top=${archive%.tar.gz} tar=tar
    if [[ $archive == *.zip ]]; then
        top=${archive%.zip} tar=$(cygpath -u "${SYSTEMROOT-}")/System32/tar.exe
    fi
    if ! TAR_OPTIONS='' "$tar" -xf "$private/$archive" -C "$private" "$top/$name" 2>"$private/tar"; then
        refuse 3 "\`$archive\` cannot be unpacked: $(shown "$(tail -n 1 "$private/tar")")"
    fi
    program=$private/$top/$name
}

# Sets `program`, a copy of `binary`: what was summed is what is run.
copy_binary() {
    local from LC_ALL=C
    name=account-guard
    if [[ ${RUNNER_OS-} == Windows ]]; then
        name=account-guard.exe
        binary=$(cygpath -u "$binary")
    fi
    binary_sha256=$(printf '%s' "$binary_sha256" | tr A-F a-f)
    if ! [[ $binary_sha256 =~ ^[0-9a-f]{64}$ ]]; then
        refuse 2 "the input \`binary-sha256\` is not 64 hexadecimal digits"
    fi
    if [[ $binary != /* ]]; then
        refuse 2 "the input \`binary\` is \`$(shown "$binary")\`: give its whole path, outside of the workspace"
    fi
    from=$(resolved "$binary")
    if [[ -z $from || ! -f $from ]]; then
        refuse 3 "the input \`binary\` is \`$(shown "$binary")\`, where no file is"
    fi
    if is_in_workspace "${binary%/*}/" || is_in_workspace "${from%/*}/"; then
        refuse 3 "the input \`binary\` is \`$(shown "$binary")\`, which is in the workspace: whoever changes the checkout would change the guard"
    fi
    program=$private/$name
    if ! { cp "$from" "$program" && chmod 700 "$program"; }; then
        refuse 3 "the input \`binary\` is \`$(shown "$binary")\`, which cannot be copied"
    fi
    check_sum "$program" "$binary_sha256" "\`$(shown "$binary")\` is not what \`binary-sha256\` says"
}

# The file at the end of these links, or nothing. The readlink of older macOS cannot say that.
resolved() {
    local path=$1 hops=0 next
    while [[ -L $path ]]; do
        hops=$((hops + 1))
        if [[ $hops -gt 40 ]]; then return; fi
        next=$(readlink "$path")
        if [[ $next != /* ]]; then next=${path%/*}/$next; fi
        path=$next
    done
    printf '%s' "$path"
}
