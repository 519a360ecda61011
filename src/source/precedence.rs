//! The rules by which each family of tools chooses its credentials, as tables. Data alone.
//!
//! `docs/precedence.md` holds them against what the tools were seen to do.

mod tables;

use tables::{AWS_CLI, BOTO3, CDK, GO, JS, OF_EVERY_TOOL, RUST, SERVERLESS, SST};

use super::kind::Runner;
use crate::tool::Family;

/// By which rules a family chooses.
#[derive(Debug)]
pub(crate) struct Precedence {
    /// The variables that name the profile, the first one that is set.
    pub(crate) profile: &'static [Choice],
    /// The sources, the first one that is present: run by run, where families share some.
    pub(crate) order: &'static [&'static [Step]],
    /// The same inside of a profile that another one names as its `source_profile`.
    pub(crate) source_order: &'static [&'static [Step]],
    /// How the keys of the environment are spelled.
    pub(crate) keys: Spelling,
    /// How a `credential_process` is run.
    pub(crate) runner: Runner,
    /// The variables that name the region, before the profile does.
    pub(crate) region: &'static [Choice],
    /// Whether the profile's `region` counts.
    pub(crate) reads_profile_region: bool,
    /// What the region is where the profile has none either.
    pub(crate) last_region: LastRegion,
    /// What a profile with a role is that has both a token file and a source.
    pub(crate) token_beside_source: TokenBesideSource,
    /// Whether `credential_source` is compared without regard to case.
    pub(crate) folds_credential_source: bool,
    /// Variables that the tools read besides, so that two values of one are two answers.
    pub(crate) also_reads: &'static [&'static str],
}

/// What a profile is that has `role_arn` and `web_identity_token_file` beside `source_profile` or
/// `credential_source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenBesideSource {
    /// A role that is assumed with the token: the source is ignored.
    Token,
    /// A role that is assumed with the one source: the token is ignored. With both sources it is the
    /// token.
    Source,
    /// The tools fail.
    Fails,
    /// A role by the token beside `source_profile`; beside `credential_source` the source's own
    /// credentials, without the role.
    SourceWithoutRole,
}

/// The region where neither a variable nor the profile names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LastRegion {
    /// The tool fails, or names a region by other means.
    None,
    /// The tool asks the machine's metadata service.
    OfMachine,
    /// This one.
    Always(&'static str),
    /// That of `[default]`, whatever the profile is, and then this one.
    OfDefaultProfileOr(&'static str),
}

/// A variable that decides, and what it means where it is set to nothing.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) variable: &'static str,
    pub(crate) blank: Blank,
}

/// What a variable means that is set to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blank {
    /// The tool fails, or takes the empty string for a value.
    Error,
    /// The same as a variable that is not set.
    Absent,
}

/// How the keys of the environment are spelled; the first of each that is set.
#[derive(Debug)]
pub(crate) struct Spelling {
    pub(crate) id: &'static [&'static str],
    pub(crate) secret: &'static [&'static str],
    pub(crate) token: &'static [&'static str],
    /// Whether a past `AWS_CREDENTIAL_EXPIRATION` makes keys unusable.
    pub(crate) heeds_expiration: bool,
}

/// One look of a tool: at a source, or at what must hold before it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The keys of the environment.
    EnvironmentKeys,
    /// The same, where no profile is named.
    EnvironmentKeysUnlessNamed,
    /// `AWS_WEB_IDENTITY_TOKEN_FILE` with `AWS_ROLE_ARN`.
    EnvironmentWebIdentity,
    /// The same, where no profile is named.
    EnvironmentWebIdentityUnlessNamed,
    /// What the AWS SDK for Go refuses in a profile while it loads it.
    GoRules,
    /// From here on a profile that is named must exist, and the files be readable.
    Profile,
    /// From here on a file that is named must exist, and the profile's sections be beyond doubt.
    Files,
    /// A role to assume with other credentials.
    ProfileRole,
    /// The same, in a profile without any part of a key pair.
    ProfileRoleUnlessKeys,
    /// A role to assume with a token.
    ProfileWebIdentity,
    /// IAM Identity Center.
    ProfileSso,
    /// A session of `aws login`.
    ProfileLogin,
    /// The same, where only some versions of a tool read it.
    DisputedLogin,
    /// Kinds of credentials that the tool does not read: an error where the profile has no others, since the
    /// tool would go on to the machine.
    UnreadKinds,
    /// Keys in the credentials file.
    CredentialsFileKeys,
    /// Keys in the config file.
    ConfigFileKeys,
    /// A command that prints credentials.
    ProfileProcess,
    /// Files of before the shared ones, which botocore still reads.
    OldFiles,
    /// Text of the profile that other tools read and these do not: their next source would be the
    /// machine.
    Misread,
    /// A profile that is named must have had credentials by now.
    NamedProfile,
    /// The container's endpoint.
    Container,
    /// The machine's metadata.
    Instance,
}

/// Whom a `source_profile` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// The profile that it stands in.
    Itself,
    /// Another profile.
    Another,
}

impl Step {
    /// Whether the environment or the machine decides, which an explicit profile silences.
    pub(crate) fn is_outside_of_profiles(self) -> bool {
        matches!(
            self,
            Self::EnvironmentKeys
                | Self::EnvironmentKeysUnlessNamed
                | Self::EnvironmentWebIdentity
                | Self::EnvironmentWebIdentityUnlessNamed
                | Self::Container
                | Self::Instance
        )
    }

    /// Whether the profile itself is looked at.
    pub(crate) fn is_of_profile(self) -> bool {
        !self.is_outside_of_profiles()
            && !matches!(
                self,
                Self::Profile | Self::Files | Self::OldFiles | Self::Misread | Self::NamedProfile
            )
    }

    /// Whether a role of the profile is looked at that other credentials assume.
    fn is_role(self) -> bool {
        matches!(self, Self::ProfileRole | Self::ProfileRoleUnlessKeys)
    }
}

fn steps(runs: &'static [&'static [Step]]) -> impl Iterator<Item = Step> {
    runs.iter().copied().flatten().copied()
}

impl Precedence {
    /// The variables that decide what the tools use: two values of one are two answers.
    pub(crate) fn variables(&self) -> Vec<&'static str> {
        let choices = self.profile.iter().chain(self.region).map(|choice| choice.variable);
        let keys = [self.keys.id, self.keys.secret, self.keys.token].concat();
        choices.chain(keys).chain(OF_EVERY_TOOL.iter().chain(self.also_reads).copied()).collect()
    }

    /// The whole order, step by step.
    pub(crate) fn steps(&self) -> impl Iterator<Item = Step> {
        steps(self.order)
    }

    /// The order inside of a source profile. One that names itself has no role the second time.
    pub(crate) fn in_source(&self, naming: Naming) -> impl Iterator<Item = Step> {
        let order = if naming == Naming::Itself { self.order } else { self.source_order };
        let is_looked_at = move |step: &Step| {
            step.is_of_profile() && (naming == Naming::Another || !step.is_role())
        };
        steps(order).filter(is_looked_at)
    }

    /// The rules of a family.
    pub(crate) fn of(family: Family) -> &'static Self {
        match family {
            Family::AwsCli => &AWS_CLI,
            Family::Boto3 => &BOTO3,
            Family::Go => &GO,
            Family::Js => &JS,
            Family::Cdk => &CDK,
            Family::Rust => &RUST,
            Family::Sst => &SST,
            Family::Serverless => &SERVERLESS,
        }
    }
}
