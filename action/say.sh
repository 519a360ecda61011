#!/usr/bin/env bash
# What the Action says in the log: its errors are workflow commands, and no text in them can become another.

# A text that an input or a tool gave, on one line.
shown() {
    local text=$1
    printf '%s' "${text//[[:cntrl:]]/ }"
}

# The text as the data of a workflow command.
escaped() {
    local text=$1
    text=${text//'%'/%25}
    text=${text//$'\r'/%0D}
    text=${text//$'\n'/%0A}
    printf '%s' "$text"
}

# Shows an error on the page of the run.
complain() {
    printf '::error title=account-guard::%s\n' "$(escaped "$1")"
}

# Ends the step: 2 is a wrong question, 3 a doubt.
refuse() {
    complain "$2"
    exit "$1"
}
