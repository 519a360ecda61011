//! The words of notes, and of the facts that `--debug` traces.

use std::time::Duration;

use super::build::KnownSource;
use crate::outcome::{Fact, HandoverNote, Note};
use crate::source::is_plain_name;
use crate::time::brief;
use crate::tool::names;

/// One note, in one sentence.
pub(crate) fn words(note: &Note) -> String {
    match note {
        Note::OfSource(text) => text.clone(),
        Note::CaBundle { path, origin } => {
            format!("using the CA bundle `{}` (from {origin})", path.display())
        }
        Note::Proxy(proxy) => format!("using the proxy {proxy}"),
        Note::ScopeBesideRole(tools) => format!(
            "--for has no effect here: {} would not assume this role without account-guard",
            names(tools)
        ),
        Note::ScopeBesideProfile { tools, profile } => format!(
            "--for has no effect beside --profile; to judge what {} would take from this profile, \
             set AWS_PROFILE={} instead",
            names(tools),
            profile.escape_debug()
        ),
        Note::WithoutProfile(sources) => {
            let mut others = Vec::new();
            for (origin, tools) in sources {
                others.push(format!("{}: {origin}", names(tools)));
            }
            format!("without --profile, tools would use other credentials: {}", others.join(" · "))
        }
        Note::KeyOfAccount(account) => {
            format!("the access key ID seems to belong to account {account}")
        }
        Note::AccountVariable(value) => format!(
            "AWS_ACCOUNT_ID is `{}`, not the account of these credentials",
            value.escape_debug()
        ),
        Note::AwsVault(profile) => vault(profile),
        Note::Kubeconfig(profile) => format!(
            "kubectl started this process (KUBERNETES_EXEC_INFO is set): AWS_PROFILE=`{}` can come \
             from `env` of the user's `exec` section in the kubeconfig",
            profile.escape_debug()
        ),
        Note::InvalidPolicy => {
            "the policy is invalid and was ignored; run `account-guard policy lint`".to_owned()
        }
        Note::OfHandover(note) => words_of_handover(note),
    }
}

fn words_of_handover(note: &HandoverNote) -> String {
    match note {
        HandoverNote::ShortLived { seconds, is_keys } => short_lived(*seconds, *is_keys),
        HandoverNote::NotRenewedByMfa => {
            "these credentials require an MFA code, so they are served once and not renewed"
                .to_owned()
        }
        HandoverNote::NotRenewed { seconds, origin } => format!(
            "these credentials expire in {} and cannot be renewed: {origin}",
            brief(Duration::from_secs(*seconds))
        ),
        HandoverNote::KeptEndpoints(names) => format!("the command keeps {}", names.join(", ")),
        HandoverNote::KeptConfig => {
            "the command reads the configuration files: a program that selects a \
                             profile by itself uses that profile, which was not judged"
                .to_owned()
        }
        HandoverNote::StillSet(names) => {
            format!("could not unset {}: not a name that this format can contain", names.join(", "))
        }
    }
}

fn vault(profile: &str) -> String {
    let argument = if is_plain_name(profile) { profile } else { "PROFILE" };
    format!(
        "AWS_VAULT is `{}`: aws-vault set the credentials in this environment; for others, exit its \
         shell and run `aws-vault exec {argument}` again",
        profile.escape_debug()
    )
}

fn short_lived(seconds: u64, is_keys: bool) -> String {
    let remedy = if is_keys {
        "use --serve with a profile or a role, because keys cannot be renewed"
    } else {
        "use --serve, which renews them"
    };
    format!(
        "these credentials expire in {}; for a command that takes longer, {remedy}",
        brief(Duration::from_secs(seconds))
    )
}

/// The lines of `--debug` for a fact; empty if only the report shows it.
pub(crate) fn trace(fact: &Fact) -> Vec<String> {
    match fact {
        Fact::Source(known) => {
            let source = KnownSource::of(&known.source, &known.overridden);
            let mut lines = vec![format!("credentials: {}", source.detail)];
            lines.extend(source.shadows.iter().map(|origin| format!("overridden: {origin}")));
            lines
        }
        Fact::Note(note) => vec![words(note)],
        _ => Vec::new(),
    }
}
