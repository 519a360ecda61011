#!/usr/bin/env bash
# Asks account-guard, and passes only on what it wrote itself just now: exit code 0, and a report that allows this environment.
# shellcheck disable=SC2154 # what is set by the files beside this one

# Ends the step with account-guard's own exit code, where that can be believed.
ask() {
    local code=0
    report=$private/report.json
    : >"$private/output"
    : >"$private/summary"
    run_program 2>"$private/complaints" </dev/null || code=$?
    show_complaints "$code"
    if [[ $code == 0 ]] && ! is_allowed; then
        refuse 3 "account-guard ended with 0, and its report does not say that \`$environment\` is allowed: this is no pass"
    fi
    cat "$private/summary" >>"${GITHUB_STEP_SUMMARY:-/dev/null}" || refuse 3 "the summary of the step cannot be written"
    leave_outputs "$code" || refuse 3 "the outputs of the step cannot be written"
    exit "$code"
}

# With the job's own PATH and without its settings for account-guard: what is asked is what the inputs say.
run_program() (
    # shellcheck disable=SC2030 # for account-guard alone
    export PATH=$path_of_job GITHUB_OUTPUT=$private/output GITHUB_STEP_SUMMARY=$private/summary
    # Windows' bash would take an argument that looks like a path of Unix for one.
    export MSYS_NO_PATHCONV=1 MSYS2_ARG_CONV_EXCL='*'
    for name in $(compgen -e); do
        case $name in
            [Aa][Cc][Cc][Oo][Uu][Nn][Tt]_[Gg][Uu][Aa][Rr][Dd]_* | INPUT_* | ACTION_REPOSITORY) unset "$name" ;;
        esac
    done
    exec "$program" "${arguments[@]}" "--report=$report"
)

# What went to stderr, where nothing in it is obeyed; of a wrong question it is the whole answer.
show_complaints() {
    local token=${private##*.}${RANDOM}${RANDOM} text
    # Not account-guard's own masks, which nothing obeys here: the same IDs are masked below.
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

# Masks what looks like an account ID in this file.
mask_accounts() {
    local digits
    LC_ALL=C tr -cs 0-9 '\n' <"$1" | while read -r digits || [[ -n $digits ]]; do
        if [[ ${#digits} == 12 ]]; then printf '::add-mask::%s\n' "$digits"; fi
    done
}

# Whether this run's report allows this environment. Its lines are those of the document's own keys: a text
# in it has no second line, and what is deeper is indented further.
is_allowed() {
    [[ -f $report ]] || return 1
    grep -Fxq '  "version": 1,' "$report" &&
        grep -Fxq '  "verdict": "allowed",' "$report" &&
        grep -Fxq "  \"environment\": \"$environment\"," "$report"
}

# Hands on what account-guard left. The exit code has the last word on the result, as it has on the step.
leave_outputs() {
    # shellcheck disable=SC2031 # the runner's own file
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
