#!/usr/bin/env bash
# Runs account-guard. The step passes only on exit code 0 and a report of this run that allows this environment.
# shellcheck disable=SC2154 # the other files of this folder set these variables

# Ends the step with account-guard's own exit code. Exit code 0 also requires the report of this run.
ask() {
    local code=0
    report=$private/report.json
    : >"$private/output"
    : >"$private/summary"
    run_program 2>"$private/complaints" </dev/null || code=$?
    show_complaints "$code"
    if [[ $code == 0 ]] && ! is_allowed; then
        refuse 3 "account-guard ended with 0, but its report does not allow \`$environment\`: the step does not pass"
    fi
    cat "$private/summary" >>"${GITHUB_STEP_SUMMARY:-/dev/null}" || refuse 3 "could not write the summary of the step"
    leave_outputs "$code" || refuse 3 "could not write the outputs of the step"
    exit "$code"
}

# Runs the program with the job's own PATH, and without the job's variables for account-guard: only the inputs count.
run_program() (
    # shellcheck disable=SC2030 # only account-guard gets these values
    export PATH=$path_of_job GITHUB_OUTPUT=$private/output GITHUB_STEP_SUMMARY=$private/summary
    # Bash on Windows would convert an argument that looks like a Unix path.
    export MSYS_NO_PATHCONV=1 MSYS2_ARG_CONV_EXCL='*'
    for name in $(compgen -e); do
        case $name in
            [Aa][Cc][Cc][Oo][Uu][Nn][Tt]_[Gg][Uu][Aa][Rr][Dd]_* | INPUT_* | ACTION_REPOSITORY) unset "$name" ;;
        esac
    done
    exec "$program" "${arguments[@]}" "--report=$report"
)

# Shows the program's stderr with workflow commands disabled. After exit code 2, an annotation contains it as well.
show_complaints() {
    local token=${private##*.}${RANDOM}${RANDOM} text
    # Leaves out account-guard's own masks, which have no effect here. mask_accounts masks the same IDs.
    grep -av '^::add-mask::' "$private/complaints" >"$private/shown" || true
    if [[ -s $private/complaints ]]; then
        if [[ ${INPUT_MASK_AWS_ACCOUNT_ID-} == true ]]; then mask_accounts "$private/complaints"; fi
        printf '::stop-commands::%s\n' "$token"
        cat "$private/shown"
        printf '\n::%s::\n' "$token"
    fi
    if [[ $1 == 0 || $1 == 1 || $1 == 3 ]]; then return; fi
    text=$(head -c 2000 "$private/shown")
    complain "account-guard ended with $1: $text"
}

# Masks every number of 12 digits in this file, because it may be an account ID.
mask_accounts() {
    local digits
    LC_ALL=C tr -cs 0-9 '\n' <"$1" | while read -r digits || [[ -n $digits ]]; do
        if [[ ${#digits} == 12 ]]; then printf '::add-mask::%s\n' "$digits"; fi
    done
}

# Whether the report of this run allows this environment. The lines below match only top-level keys: strings in the
# report contain no line breaks, and nested keys have a deeper indentation.
is_allowed() {
    [[ -f $report ]] || return 1
    grep -Fxq '  "version": 1,' "$report" &&
        grep -Fxq '  "verdict": "allowed",' "$report" &&
        grep -Fxq "  \"environment\": \"$environment\"," "$report"
}

# Writes the outputs of the step. The exit code decides the output `result`, as it decides the step.
leave_outputs() {
    # shellcheck disable=SC2031 # this is the runner's own file
    {
        cat "$private/output"
        case $1 in
            0) printf 'result=allowed\nprogram=%s\n' "$program" ;;
            1) printf 'result=denied\n' ;;
            3) printf 'result=unknown\n' ;;
            *) printf 'result=\n' ;;
        esac
        if [[ -s $report ]]; then printf 'report=%s\n' "$report"; fi
    } >>"${GITHUB_OUTPUT-}"
}
