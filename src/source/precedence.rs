//! The rules by which each family of tools chooses its credentials, as tables.
//!
//! `docs/precedence.md` compares the tables with the observed behaviour of the tools.

mod tables;

use tables::{AWS_CLI, BOTO3, CDK, GO, JS, OF_EVERY_TOOL, RUST, SERVERLESS, SST};

use super::kind::Runner;
use crate::tool::Family;

/// The rules of a family.
#[derive(Debug)]
pub(crate) struct Precedence {
    /// The variables that select the profile. The first one that is set counts.
    pub(crate) profile: &'static [Choice],
    /// The order in which sources are tried, in groups that families share. The first source that is configured
    /// counts.
    pub(crate) order: &'static [&'static [Step]],
    /// The order in a profile that another profile names as its `source_profile`.
    pub(crate) source_order: &'static [&'static [Step]],
    /// The variables with access keys.
    pub(crate) keys: Spelling,
    /// How the family runs a `credential_process`.
    pub(crate) runner: Runner,
    /// The variables that select the region. They override the profile.
    pub(crate) region: &'static [Choice],
    /// Whether the profile's `region` counts.
    pub(crate) reads_profile_region: bool,
    /// The region if neither a variable nor the profile selects one.
    pub(crate) last_region: LastRegion,
    /// The rule for a profile with a role that has both a token file and a source.
    pub(crate) token_beside_source: TokenBesideSource,
    /// Whether the comparison of `credential_source` ignores letter case.
    pub(crate) folds_credential_source: bool,
    /// Further variables that the tools read. Setting one twice with different values is an error.
    pub(crate) also_reads: &'static [&'static str],
}

/// The rule for a profile with `role_arn` and `web_identity_token_file` that also has `source_profile` or
/// `credential_source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenBesideSource {
    /// The role is assumed with the token; the source is ignored.
    Token,
    /// The role is assumed with the source; the token is ignored. With both kinds of source, the token is used.
    Source,
    /// The tools fail.
    Fails,
    /// With `source_profile` the role is assumed with the token. With `credential_source` the credentials of the
    /// source are used without the role.
    SourceWithoutRole,
}

/// The region if neither a variable nor the profile selects one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LastRegion {
    /// The tool has no region: it fails, or selects one in another way.
    None,
    /// The tool asks the metadata service.
    OfMachine,
    /// This region.
    Always(&'static str),
    /// The region of the profile `default`, else this region.
    OfDefaultProfileOr(&'static str),
}

/// A variable that selects a profile or region, and the meaning of a blank value.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) variable: &'static str,
    pub(crate) blank: Blank,
}

/// The meaning of a blank variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blank {
    /// The tool fails or uses the empty string as the value.
    Error,
    /// The tool treats the variable as unset.
    Absent,
}

/// The variables with access keys. The first variable of each list that is set counts.
#[derive(Debug)]
pub(crate) struct Spelling {
    pub(crate) id: &'static [&'static str],
    pub(crate) secret: &'static [&'static str],
    pub(crate) token: &'static [&'static str],
    /// Whether the tools refuse keys whose `AWS_CREDENTIAL_EXPIRATION` has passed.
    pub(crate) heeds_expiration: bool,
}

/// A step of a tool: it tries a source, or checks a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The access keys in the environment.
    EnvironmentKeys,
    /// The access keys in the environment, if no profile is named.
    EnvironmentKeysUnlessNamed,
    /// `AWS_WEB_IDENTITY_TOKEN_FILE` with `AWS_ROLE_ARN`.
    EnvironmentWebIdentity,
    /// The web identity in the environment, if no profile is named.
    EnvironmentWebIdentityUnlessNamed,
    /// The checks of the AWS SDK for Go when it loads a profile.
    GoRules,
    /// Check: a named profile exists, and the files are readable.
    Profile,
    /// Check: files named by variables exist, and the sections of the profile are unambiguous.
    Files,
    /// A role to assume with other credentials.
    ProfileRole,
    /// A role to assume with other credentials, if the profile has no access key.
    ProfileRoleUnlessKeys,
    /// A role to assume with a token.
    ProfileWebIdentity,
    /// IAM Identity Center.
    ProfileSso,
    /// A console session of `aws login`.
    ProfileLogin,
    /// A console session of `aws login`, for tools of which only some versions read it.
    DisputedLogin,
    /// Kinds of credentials that the tool does not read. An error if the profile has no others, because the tool
    /// would continue with the machine's role.
    UnreadKinds,
    /// Keys in the credentials file.
    CredentialsFileKeys,
    /// Keys in the config file.
    ConfigFileKeys,
    /// A command that prints credentials.
    ProfileProcess,
    /// The configuration files of boto, which botocore still reads.
    OldFiles,
    /// Check: the profile has no credentials that only other tools read. These tools would continue with the
    /// machine's role.
    Misread,
    /// Check: a named profile had credentials.
    NamedProfile,
    /// The container credential endpoint.
    Container,
    /// The metadata service.
    Instance,
}

/// The profile that a `source_profile` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// The profile that contains it.
    Itself,
    /// Another profile.
    Another,
}

impl Step {
    /// Whether the source is the environment or the machine. An explicit profile disables these sources.
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

    /// Whether the step reads credentials of the profile.
    pub(crate) fn is_of_profile(self) -> bool {
        !self.is_outside_of_profiles()
            && !matches!(
                self,
                Self::Profile | Self::Files | Self::OldFiles | Self::Misread | Self::NamedProfile
            )
    }

    /// Whether the source is a role that other credentials assume.
    fn is_role(self) -> bool {
        matches!(self, Self::ProfileRole | Self::ProfileRoleUnlessKeys)
    }
}

fn steps(runs: &'static [&'static [Step]]) -> impl Iterator<Item = Step> {
    runs.iter().copied().flatten().copied()
}

impl Precedence {
    /// The variables that influence the choice of the tools. Setting one twice with different values is an error.
    pub(crate) fn variables(&self) -> Vec<&'static str> {
        let choices = self.profile.iter().chain(self.region).map(|choice| choice.variable);
        let keys = [self.keys.id, self.keys.secret, self.keys.token].concat();
        choices.chain(keys).chain(OF_EVERY_TOOL.iter().chain(self.also_reads).copied()).collect()
    }

    /// All steps in order.
    pub(crate) fn steps(&self) -> impl Iterator<Item = Step> {
        steps(self.order)
    }

    /// The steps in a source profile. In a profile that names itself, the role does not count the second time.
    pub(crate) fn in_source(&self, naming: Naming) -> impl Iterator<Item = Step> {
        let order = if naming == Naming::Itself { self.order } else { self.source_order };
        steps(order).filter(move |step| {
            step.is_of_profile() && (naming == Naming::Another || !step.is_role())
        })
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
