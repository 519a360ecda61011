#!/usr/bin/env bash
# Prepares a private folder for the Action, and a PATH without tools of the checkout.
# shellcheck disable=SC2034 # the other files of this folder use these variables

# Sets `private`, a new folder that only this user can read or write.
make_private_folder() {
    local temporary=${RUNNER_TEMP-}
    if [[ -z $temporary || ! -d $temporary ]]; then
        refuse 3 "RUNNER_TEMP is not a folder"
    fi
    if [[ ! -d ${GITHUB_WORKSPACE-} ]]; then
        refuse 3 "GITHUB_WORKSPACE is not a folder, so the Action could not determine which files are outside the workspace"
    fi
    if [[ ${RUNNER_OS-} == Windows ]]; then temporary=$(cygpath -m "$temporary"); fi
    private=$(mktemp -d "$temporary/account-guard.XXXXXXXXXX") ||
        refuse 3 "could not create a folder in RUNNER_TEMP"
}

# Removes the folders of the workspace from PATH, because jobs often add folders of the checkout to it. account-guard gets
# the original PATH, from `path_of_job`.
leave_the_workspace_out_of_the_path() {
    local IFS=: folder kept=
    path_of_job=$PATH
    for folder in $PATH; do
        if [[ $folder == /* && -d $folder ]] && ! is_in_workspace "$folder"; then
            kept=$kept${kept:+:}$folder
        fi
    done
    PATH=${kept:-/dev/null} # an empty PATH means the working directory
    hash -r
}

# Whether this folder is the workspace or below it. It follows `..` instead of comparing paths, so that links and letter
# case make no difference.
is_in_workspace() {
    local at=$1 hops=0
    while [[ ! $at -ef / && $hops -lt 200 ]]; do
        hops=$((hops + 1))
        if [[ $at -ef ${GITHUB_WORKSPACE-} ]]; then return 0; fi
        if [[ ! -d $at/.. ]]; then return 1; fi
        at=$at/..
    done
    return 1
}
