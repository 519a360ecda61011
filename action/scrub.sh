#!/usr/bin/env bash
# Removes AWS credentials from later steps of the job, because steps with `if: always()` also run after a refusal.
set -euo pipefail
set -f
IFS=$' \t\n'

here=${BASH_SOURCE[0]%/*}
# shellcheck source=action/place.sh
source "$here/place.sh"

# Only this exact value keeps the credentials. A workflow expression would also accept `FALSE`.
if [[ ${INPUT_SCRUB_ON_FAILURE-} == false ]]; then exit 0; fi

nothing=/dev/null
if [[ ${RUNNER_OS-} == Windows ]]; then
    nothing=NUL
    shopt -s nocasematch # Windows ignores the case of variable names
fi
leave_the_workspace_out_of_the_path

# The variables that `account-guard exec` unsets. For later steps they can only be set to the empty string.
selects_credentials() {
    case $1 in
        AWS_*_ACCESS_KEY_ID | AWS_*_SECRET_ACCESS_KEY | AWS_*_SESSION_TOKEN | AWS_*_PROFILE | AWS_PROFILE) ;;
        AWS_SECURITY_TOKEN | EC2_SECURITY_TOKEN | AWS_ACCESS_KEY | AWS_SECRET_KEY | SECRET_ACCESS_KEY) ;;
        AMAZON_ACCESS_KEY_ID | AMAZON_SECRET_ACCESS_KEY | AMAZON_SESSION_TOKEN) ;;
        AWS_ROLE_ARN | AWS_ROLE_SESSION_NAME | AWS_WEB_IDENTITY_TOKEN_FILE) ;;
        AWS_CONTAINER_CREDENTIALS_*_URI | AWS_CONTAINER_AUTHORIZATION_TOKEN*) ;;
        AWS_CREDENTIAL_FILE) ;;
        TG_IAM_ASSUME_ROLE | TERRAGRUNT_IAM_ROLE | TG_AUTH_PROVIDER_CMD | TERRAGRUNT_AUTH_PROVIDER_CMD) ;;
        CDK_PROFILE | CDK_REGION | CDKPROFILE | CDKREGION) ;;
        AWS_CREDENTIAL_EXPIRATION | AWS_CREDENTIALS_EXPIRATION | AWS_SESSION_EXPIRATION) ;;
        AWS_ENDPOINT_URL | AWS_ENDPOINT_URL_STS | AWS_ENDPOINT_URL_SSO* | AWS_ENDPOINT_URL_SIGNIN) ;;
        ACCOUNT_GUARD_MFA_CODE | ACCOUNT_GUARD_VERIFIED_*) ;;
        *) return 1 ;;
    esac
}

# Whether botocore would find credentials in a boto configuration file. Other tools use such files for other settings.
boto_has_credentials() {
    local files=(/etc/boto.cfg "${HOME-}/.boto") file
    if [[ -n ${BOTO_CONFIG+set} ]]; then files=("$BOTO_CONFIG"); fi
    for file in "${files[@]}"; do
        if [[ -f $file ]] && grep -qi aws_access_key_id -- "$file"; then return 0; fi
    done
    return 1
}

{
    printf '%s=\n' AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
    printf 'AWS_CONFIG_FILE=%s\nAWS_SHARED_CREDENTIALS_FILE=%s\n' "$nothing" "$nothing"
    printf 'AWS_EC2_METADATA_DISABLED=true\n'
    if boto_has_credentials; then printf 'BOTO_CONFIG=%s\n' "$nothing"; fi
    # compgen omits names that are not valid in bash; env prints them.
    { compgen -e; env || true; } | while IFS= read -r line; do
        name=${line%%=*}
        if [[ $name =~ ^[A-Za-z0-9_.-]+$ ]] && selects_credentials "$name"; then
            printf '%s=\n' "$name"
        fi
    done
} >>"${GITHUB_ENV:?}"
printf 'removed AWS credentials from later steps of this job\n'
