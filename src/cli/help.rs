//! The end of each help text: exit codes and examples.
//!
//! Lines have at most 80 columns, because clap would break longer ones without indenting the rest.

/// Exit codes of the commands that check credentials.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  allowed
  1  denied: the policy does not allow the identity
  2  usage or configuration error: arguments, policy file, unknown environment
  3  unknown: the identity could not be determined";

/// Exit codes of `exec`.
pub(super) const EXEC_EXIT_CODES: &str = "\
Exit codes:
  125  the command was not started: denied, unknown, or a usage error
  126  the command could not be run
  127  the command is not found
  any other code is the command's own";

/// Exit codes of `docker-credential`.
pub(super) const DOCKER_EXIT_CODES: &str = "\
Exit codes:
  0  docker received an answer
  1  denied or failed: the reason is on stderr";

/// Exit codes of `identity`.
pub(super) const IDENTITY_EXIT_CODES: &str = "\
Exit codes:
  0  STS answered
  2  usage or configuration error: arguments, query, the file of --policy
  3  unknown: the identity could not be determined or printed";

/// Exit codes of `policy lint`.
pub(super) const LINT_EXIT_CODES: &str = "\
Exit codes:
  0  no errors; warnings do not change the exit code
  2  the policy has errors, or could not be read";

/// Examples of the whole program.
pub(super) const EXAMPLES: &str = "\
Examples:
  account-guard check prod
  account-guard exec prod -- terraform apply
  account-guard identity";

/// Examples of `check`.
pub(super) const CHECK_EXAMPLES: &str = "\
Examples:
  account-guard check prod
  account-guard check prod --for terraform,aws-cli
  account-guard check prod --format github --report verdict.json";

/// Examples of `exec`.
pub(super) const EXEC_EXAMPLES: &str = "\
Examples:
  account-guard exec prod -- terraform apply
  account-guard exec prod --profile acme-prod -- npx cdk deploy
  account-guard exec prod --serve -- ./long-deploy.sh";

/// Examples of `credentials`.
pub(super) const CREDENTIALS_EXAMPLES: &str = "\
Examples:
  account-guard credentials prod
  eval \"$(account-guard credentials prod --format env || echo false)\"
  account-guard credentials prod --profile acme-prod --format github";

/// Examples of `docker-credential`.
pub(super) const DOCKER_EXAMPLES: &str = "\
Examples:
  ln -s account-guard /usr/local/bin/docker-credential-account-guard
  ACCOUNT_GUARD_ENVIRONMENT=prod docker push \"$IMAGE\"
  account-guard docker-credential list";

/// Examples of `identity`.
pub(super) const IDENTITY_EXAMPLES: &str = "\
Examples:
  account-guard identity
  account-guard identity --profile acme-prod --format json
  account-guard identity --query Account --output text";

/// Examples of `policy`.
pub(super) const POLICY_EXAMPLES: &str = "\
Examples:
  account-guard policy lint
  account-guard policy lint deploy/account-guard.toml";

/// Examples of `policy lint`.
pub(super) const LINT_EXAMPLES: &str = "\
Examples:
  account-guard policy lint
  account-guard policy lint deploy/account-guard.toml
  account-guard policy lint --quiet --color never";

/// Examples of `completions`.
pub(super) const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  account-guard completions bash > /etc/bash_completion.d/account-guard
  account-guard completions fish > ~/.config/fish/completions/account-guard.fish";

/// Examples of `man`.
pub(super) const MAN_EXAMPLES: &str = "\
Examples:
  account-guard man | man -l -
  account-guard man /usr/local/share/man/man1";

/// Exit codes, then examples: the end of `--help`.
pub(super) fn ending(exit_codes: &str, examples: &str) -> String {
    format!("{exit_codes}\n\n{examples}")
}
