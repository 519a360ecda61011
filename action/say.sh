#!/usr/bin/env bash
# Prints the errors of the Action as workflow commands, escaped so that no text in them can start another command.

# Prints a text of an input or a tool on one line.
shown() {
    local text=$1
    printf '%s' "${text//[[:cntrl:]]/ }"
}

# Prints the text escaped as the data of a workflow command.
escaped() {
    local text=$1
    text=${text//'%'/%25}
    text=${text//$'\r'/%0D}
    text=${text//$'\n'/%0A}
    printf '%s' "$text"
}

# Shows an error on the page of the workflow run.
complain() {
    printf '::error title=account-guard::%s\n' "$(escaped "$1")"
}

# Ends the step with an error. Exit code 2: usage or configuration error. Exit code 3: the identity could not be verified.
refuse() {
    complain "$2"
    exit "$1"
}
