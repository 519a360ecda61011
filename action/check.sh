#!/usr/bin/env bash
# The Action's one step that decides: checks the inputs, installs account-guard, asks it, and believes no more than its report.
set -euo pipefail
set -f
IFS=$' \t\n'
unset GREP_OPTIONS # some greps obey it, and it may say -v

here=${BASH_SOURCE[0]%/*}
# shellcheck source=action/say.sh
source "$here/say.sh"
# shellcheck source=action/inputs.sh
source "$here/inputs.sh"
# shellcheck source=action/place.sh
source "$here/place.sh"
# shellcheck source=action/install.sh
source "$here/install.sh"
# shellcheck source=action/ask.sh
source "$here/ask.sh"

read_inputs
leave_the_workspace_out_of_the_path
make_private_folder
if [[ -n $binary ]]; then
    copy_binary
else
    install_release
fi
ask
