#!/usr/bin/env bash
# Checks the inputs. An invalid input ends the step before it downloads or runs a program.

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

# Sets `environment`. Runs first, because every other message is less important than a missing environment.
read_environment() {
    local LC_ALL=C
    environment=${INPUT_ENVIRONMENT-}
    if [[ -z ${environment//[[:space:]]/} ]]; then
        refuse 2 "the input \`environment\` is empty: set it to an environment of the policy"
    fi
    if ! [[ $environment =~ ^[A-Za-z][A-Za-z0-9._-]*$ ]]; then
        refuse 2 "the input \`environment\` is \`$(shown "$environment")\`, which is not a valid name of an environment: expected a letter, then letters, digits, \`.\`, \`_\` or \`-\`"
    fi
}

# Refuses line breaks, so that an input cannot add a line to a log, an annotation or a file of the runner.
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
        refuse 2 "the input \`$1\` contains a line break or a control character: write one line"
    fi
}

check_boolean() {
    if [[ $2 != true && $2 != false ]]; then
        refuse 2 "the input \`$1\` is \`$(shown "$2")\`: expected \`true\` or \`false\`"
    fi
}

add_flags() {
    if [[ -z ${INPUT_POLICY-} ]]; then
        refuse 2 "the input \`policy\` is empty: set it to the path of the policy, or remove it"
    fi
    arguments+=("--policy=$INPUT_POLICY")
    if [[ -z ${INPUT_TIMEOUT-} ]]; then
        refuse 2 "the input \`timeout\` is empty: set it to a duration such as 15s, or remove it"
    fi
    arguments+=("--timeout=$INPUT_TIMEOUT")
    if [[ -n ${INPUT_AWS_PROFILE-} ]]; then arguments+=("--profile=$INPUT_AWS_PROFILE"); fi
    if [[ -n ${INPUT_AWS_REGION-} ]]; then arguments+=("--region=$INPUT_AWS_REGION"); fi
    if [[ $INPUT_MASK_AWS_ACCOUNT_ID == true ]]; then arguments+=(--mask-aws-account-id); fi
}

# Refuses a blank line: it may come from an unset variable, and its image would not be judged.
add_images() {
    local LC_ALL=C line number=0 images=${INPUT_IMAGES-}
    if [[ $images == none ]]; then return; fi
    images=${images%$'\n'}
    while IFS=$' \t\r' read -r line; do
        number=$((number + 1))
        if [[ -z $line ]]; then
            refuse 2 "line $number of the input \`images\` is blank: name an image, or remove the input if you push none"
        fi
        if [[ $line == *[[:cntrl:]]* ]]; then
            refuse 2 "line $number of the input \`images\` contains a control character"
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
            refuse 2 "the input \`tools\` contains \`$(shown "$tool")\`, which is not a valid name of a tool"
        fi
        if [[ -n $tool ]]; then arguments+=("--for=$tool"); fi
    done
    if [[ ${arguments[${#arguments[@]} - 1]} != --for=* ]]; then
        refuse 2 "the input \`tools\` contains no tool: name one, or remove the input"
    fi
}

read_place_of_program() {
    binary=${INPUT_BINARY-}
    binary_sha256=${INPUT_BINARY_SHA256-}
    download_url=${INPUT_DOWNLOAD_URL-}
    if [[ -n $binary && -z $binary_sha256 ]]; then
        refuse 2 "missing input \`binary-sha256\`: \`binary\` requires its checksum"
    fi
    if [[ -z $binary && -n $binary_sha256 ]]; then
        refuse 2 "the input \`binary-sha256\` is set but \`binary\` is not: remove it, because the Action contains the checksums of its release"
    fi
    if [[ -n $binary && -n $download_url ]]; then
        refuse 2 "conflicting inputs \`binary\` and \`download-url\`: set only one of them"
    fi
}
