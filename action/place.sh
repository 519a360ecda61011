#!/usr/bin/env bash
# Where the Action works: a private folder of its own, and tools that are not the checkout's.
# shellcheck disable=SC2034 # what is set for the files beside this one

# Sets `private`, a fresh folder that nobody else may read or write.
make_private_folder() {
    local temporary=${RUNNER_TEMP-}
    if [[ -z $temporary || ! -d $temporary ]]; then
        refuse 3 "RUNNER_TEMP names no folder to work in"
    fi
    if [[ ! -d ${GITHUB_WORKSPACE-} ]]; then
        refuse 3 "GITHUB_WORKSPACE names no folder, so that nothing is known to be outside of it"
    fi
    if [[ ${RUNNER_OS-} == Windows ]]; then temporary=$(cygpath -m "$temporary"); fi
    private=$(mktemp -d "$temporary/account-guard.XXXXXXXXXX") ||
        refuse 3 "no folder can be made in RUNNER_TEMP"
}

# Jobs put folders of the checkout in front of the PATH. account-guard gets that PATH as it is, in
# `path_of_job`; the Action's own tools are looked for elsewhere.
leave_the_workspace_out_of_the_path() {
    local IFS=: folder kept=
    path_of_job=$PATH
    for folder in $PATH; do
        if [[ $folder == /* && -d $folder ]] && ! is_in_workspace "$folder"; then
            kept=$kept${kept:+:}$folder
        fi
    done
    PATH=${kept:-/dev/null} # an empty one is the folder that the shell is in
    hash -r
}

# Whether this folder is the workspace or below it. The parents are asked of the system, which knows of
# links and of letter case.
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
