#!/usr/bin/env bash
# The inputs: what is wrong with one ends the step before anything is fetched or run.

# Sets `environment`, `arguments` for account-guard, `binary`, `binary_sha256` and `download_url`.
read_inputs() {
    read_environment
    check_lines
    check_boolean mask-aws-account-id "${INPUT_MASK_AWS_ACCOUNT_ID-}"
    check_boolean scrub-on-failure "${INPUT_SCRUB_ON_FAILURE-}"
    arguments=(check --format=github "--environment=$environment")
    add_flags
    add_images
    add_tools
    read_place_of_program
}

# Before anything else: without it there is no question.
read_environment() {
    local LC_ALL=C
    environment=${INPUT_ENVIRONMENT-}
    if [[ -z ${environment//[[:space:]]/} ]]; then
        refuse 2 "the input \`environment\` is blank: name an environment of the policy"
    fi
    if ! [[ $environment =~ ^[A-Za-z][A-Za-z0-9._-]*$ ]]; then
        refuse 2 "the input \`environment\` is \`$(shown "$environment")\`, which is not the name of an environment: a letter, then letters, digits, \`.\`, \`_\` or \`-\`"
    fi
}

# No line of a log, of an annotation or of a file of the runner is ever made of an input's second line.
check_lines() {
    local LC_ALL=C
    check_line policy "${INPUT_POLICY-}"
    check_line aws-profile "${INPUT_AWS_PROFILE-}"
    check_line aws-region "${INPUT_AWS_REGION-}"
    check_line timeout "${INPUT_TIMEOUT-}"
    check_line download-url "${INPUT_DOWNLOAD_URL-}"
    check_line binary "${INPUT_BINARY-}"
    check_line binary-sha256 "${INPUT_BINARY_SHA256-}"
}

check_line() {
    if [[ $2 == *[[:cntrl:]]* ]]; then
        refuse 2 "the input \`$1\` has a second line or a control character: write one line"
    fi
}

check_boolean() {
    if [[ $2 != true && $2 != false ]]; then
        refuse 2 "the input \`$1\` is \`$(shown "$2")\`: write \`true\` or \`false\`"
    fi
}

add_flags() {
    if [[ -z ${INPUT_POLICY-} ]]; then
        refuse 2 "the input \`policy\` is empty: name the policy, or leave the input out"
    fi
    arguments+=("--policy=$INPUT_POLICY")
    if [[ -z ${INPUT_TIMEOUT-} ]]; then
        refuse 2 "the input \`timeout\` is empty: give a time such as 15s, or leave the input out"
    fi
    arguments+=("--timeout=$INPUT_TIMEOUT")
    if [[ -n ${INPUT_AWS_PROFILE-} ]]; then arguments+=("--profile=$INPUT_AWS_PROFILE"); fi
    if [[ -n ${INPUT_AWS_REGION-} ]]; then arguments+=("--region=$INPUT_AWS_REGION"); fi
    if [[ $INPUT_MASK_AWS_ACCOUNT_ID == true ]]; then arguments+=(--mask-aws-account-id); fi
}

# A blank line is what a variable leaves that was never set: the image behind it would go unjudged.
add_images() {
    local LC_ALL=C line number=0 images=${INPUT_IMAGES-}
    if [[ $images == none ]]; then return; fi
    images=${images%$'\n'}
    while IFS=$' \t\r' read -r line; do
        number=$((number + 1))
        if [[ -z $line ]]; then
            refuse 2 "line $number of the input \`images\` is blank: name an image, or leave the input out where none is pushed"
        fi
        if [[ $line == *[[:cntrl:]]* ]]; then
            refuse 2 "line $number of the input \`images\` has a control character"
        fi
        arguments+=("--image=$line")
    done <<<"$images"
}

add_tools() {
    local LC_ALL=C tool tools=()
    if [[ -z ${INPUT_TOOLS-} ]]; then return; fi
    IFS=$', \t\r\n' read -r -d '' -a tools <<<"$INPUT_TOOLS" || true
    for tool in ${tools[@]+"${tools[@]}"}; do
        if ! [[ $tool =~ ^[a-z0-9-]*$ ]]; then
            refuse 2 "the input \`tools\` names \`$(shown "$tool")\`, which is not the name of a tool"
        fi
        if [[ -n $tool ]]; then arguments+=("--for=$tool"); fi
    done
    if [[ ${arguments[${#arguments[@]} - 1]} != --for=* ]]; then
        refuse 2 "the input \`tools\` names no tool: name one, or leave the input out"
    fi
}

read_place_of_program() {
    binary=${INPUT_BINARY-}
    binary_sha256=${INPUT_BINARY_SHA256-}
    download_url=${INPUT_DOWNLOAD_URL-}
    if [[ -n $binary && -z $binary_sha256 ]]; then
        refuse 2 "the input \`binary\` needs \`binary-sha256\` beside it: nothing is run whose sum is not known"
    fi
    if [[ -z $binary && -n $binary_sha256 ]]; then
        refuse 2 "the input \`binary-sha256\` is the sum of \`binary\`, which is empty: the sums of releases are part of the Action"
    fi
    if [[ -n $binary && -n $download_url ]]; then
        refuse 2 "the inputs \`binary\` and \`download-url\` exclude each other: give one of them"
    fi
}
