#!/usr/bin/env bash
# Installs the program from the archive that SHA256SUMS lists, or copies the one that `binary` names. Verifies its checksum.
# shellcheck disable=SC2154 # the other files of this folder set these variables

# Sets `program`, from the archive of this commit's own release.
install_release() {
    find_target
    find_archive
    find_releases
    fetch "$download_url/v$version/$archive"
    check_sum "$private/$archive" "$sum" "\`$archive\` is not the archive of this release"
    unpack
}

# Sets `target` from the runner's system and processor, and `name`, the file name of the program.
find_target() {
    name=account-guard
    case ${RUNNER_OS-}/${RUNNER_ARCH-} in
        Linux/X64) target=x86_64-unknown-linux-musl ;;
        Linux/ARM64) target=aarch64-unknown-linux-musl ;;
        macOS/X64) target=x86_64-apple-darwin ;;
        macOS/ARM64) target=aarch64-apple-darwin ;;
        Windows/X64) target=x86_64-pc-windows-msvc name=account-guard.exe ;;
        *) refuse 3 "no archive for runners of type \`$(shown "${RUNNER_OS-}/${RUNNER_ARCH-}")\`: install account-guard on the runner, and set \`binary\`" ;;
    esac
}

# Sets `archive`, its `sum` and its `version`.
find_archive() {
    local line found=0
    local pattern="^([0-9a-f]{64})  (account-guard-([0-9][0-9A-Za-z.+-]*)-$target(\.tar\.gz|\.zip))$"
    if [[ ! -s $here/SHA256SUMS ]]; then
        refuse 3 "this commit is not a release, so there is nothing to download: use the tag or the commit of a release, or install account-guard and set \`binary\`"
    fi
    while IFS= read -r line || [[ -n $line ]]; do
        if [[ ${line%$'\r'} =~ $pattern ]]; then
            sum=${BASH_REMATCH[1]} archive=${BASH_REMATCH[2]} version=${BASH_REMATCH[3]}
            found=$((found + 1))
        fi
    done <"$here/SHA256SUMS"
    if [[ $found != 1 ]]; then
        refuse 3 "expected 1 archive for $target in SHA256SUMS of this release, found $found: install account-guard, and set \`binary\`"
    fi
}

# Sets `download_url` to the input, or else to the releases of the repository that the Action comes from.
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
        # The message does not contain the URL, because the URL may contain a password.
        refuse 2 "the input \`download-url\` is not a valid URL: expected https without a user, a query or a fragment, or http to this machine"
    fi
}

# Sets `repository`. The runner unpacks an Action into _actions/OWNER/REPOSITORY/REF. Its own variable is empty in some
# versions of the runner, and names another Action if that Action uses this one.
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
        refuse 3 "could not determine the repository that the Action comes from: set \`download-url\` to the location of its releases"
    fi
}

# Downloads into the private folder, within 90 seconds: the last attempt begins in the first 45. curl ignores its
# configuration file, which could change every option here.
fetch() {
    if ! curl -q --fail --silent --show-error --globoff "${way[@]}" \
        --location --max-redirs 5 --proto-redir '=https' \
        --connect-timeout 10 --max-time 45 --retry 3 --retry-connrefused --retry-max-time 45 \
        --max-filesize 500000000 --output "$private/$archive" --url "$1" 2>"$private/curl"; then
        refuse 3 "could not download \`$1\`: $(shown "$(tail -n 1 "$private/curl")"); to use a mirror, set \`download-url\`"
    fi
}

# Ends the step with this message if the file has another checksum.
check_sum() {
    local actual
    if command -v sha256sum >/dev/null; then
        actual=$(sha256sum <"$1") || actual=
    else
        actual=$(shasum -a 256 <"$1") || actual=
    fi
    actual=${actual%% *}
    if [[ ${#actual} != 64 || $actual != "$2" ]]; then
        refuse 3 "$3: expected SHA-256 \`$2\`, got \`$(shown "${actual:-unknown}")\`; the Action did not run it"
    fi
}

unpack() {
    local top=${archive%.tar.gz} tar=tar
    if [[ $archive == *.zip ]]; then
        top=${archive%.zip} tar=$(cygpath -u "${SYSTEMROOT-}")/System32/tar.exe
    fi
    if ! TAR_OPTIONS='' "$tar" -xf "$private/$archive" -C "$private" "$top/$name" 2>"$private/tar"; then
        refuse 3 "could not unpack \`$archive\`: $(shown "$(tail -n 1 "$private/tar")")"
    fi
    program=$private/$top/$name
}

# Sets `program`, a copy of `binary`. The copy ensures that the Action runs the file whose checksum it verified.
copy_binary() {
    local from LC_ALL=C
    name=account-guard
    if [[ ${RUNNER_OS-} == Windows ]]; then
        name=account-guard.exe
        binary=$(cygpath -u "$binary")
    fi
    binary_sha256=$(printf '%s' "$binary_sha256" | tr A-F a-f)
    if ! [[ $binary_sha256 =~ ^[0-9a-f]{64}$ ]]; then
        refuse 2 "the input \`binary-sha256\` is not a SHA-256 checksum: expected 64 hexadecimal digits"
    fi
    if [[ $binary != /* ]]; then
        refuse 2 "the input \`binary\` is \`$(shown "$binary")\`: expected an absolute path outside the workspace"
    fi
    from=$(resolved "$binary")
    if [[ -z $from || ! -f $from ]]; then
        refuse 3 "the input \`binary\` is \`$(shown "$binary")\`, which is not a file"
    fi
    if is_in_workspace "${binary%/*}/" || is_in_workspace "${from%/*}/"; then
        refuse 3 "the input \`binary\` is \`$(shown "$binary")\`, which is in the workspace: a change to the checkout could replace the guard"
    fi
    program=$private/$name
    if ! { cp "$from" "$program" && chmod 700 "$program"; }; then
        refuse 3 "could not copy \`$(shown "$binary")\` (input \`binary\`)"
    fi
    check_sum "$program" "$binary_sha256" "\`$(shown "$binary")\` does not match \`binary-sha256\`"
}

# Prints the path after following all links; empty after more than 40 links. The readlink of older macOS has no option for it.
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
