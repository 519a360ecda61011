#!/usr/bin/env bash
# The only step of the Action that decides. It checks the inputs, installs account-guard, runs it and checks its report.
set -euo pipefail
set -f
IFS=$' \t\n'
unset GREP_OPTIONS # some versions of grep read options from it, such as -v

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
