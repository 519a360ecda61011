//! The rules by which each family of tools chooses its credentials, as tables. Data alone.
//!
//! `docs/precedence.md` holds them against what the tools were seen to do.

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
    /// What the region is where the profile has none either.
    pub(crate) last_region: LastRegion,
}

/// The region where neither a variable nor the profile names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LastRegion {
    /// The tool asks the machine, or fails.
    None,
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
    /// The tool fails, or takes it for something that nobody meant.
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
    /// Keys in the credentials file.
    CredentialsFileKeys,
    /// Keys in the config file.
    ConfigFileKeys,
    /// A command that prints credentials.
    ProfileProcess,
    /// A `role_arn` beside keys, which some tools assume with them: nobody can mean both.
    RoleBesideKeys,
    /// Files of before the shared ones, which botocore still reads.
    OldFiles,
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
                | Self::Container
                | Self::Instance
        )
    }

    /// Whether the profile itself is looked at.
    pub(crate) fn is_of_profile(self) -> bool {
        !self.is_outside_of_profiles()
            && !matches!(self, Self::Profile | Self::Files | Self::OldFiles | Self::NamedProfile)
    }

    /// Whether a role of the profile is looked at that other credentials assume.
    fn is_role(self) -> bool {
        matches!(self, Self::ProfileRole | Self::ProfileRoleUnlessKeys | Self::RoleBesideKeys)
    }
}

const PROFILE: &str = "AWS_PROFILE";
const DEFAULT_PROFILE: &str = "AWS_DEFAULT_PROFILE";
const REGION: &str = "AWS_REGION";
const DEFAULT_REGION: &str = "AWS_DEFAULT_REGION";

const fn or_error(variable: &'static str) -> Choice {
    Choice { variable, blank: Blank::Error }
}

const fn or_absent(variable: &'static str) -> Choice {
    Choice { variable, blank: Blank::Absent }
}

/// botocore's spelling: a security token comes before a session token.
const BOTOCORE_KEYS: Spelling = Spelling {
    id: &["AWS_ACCESS_KEY_ID"],
    secret: &["AWS_SECRET_ACCESS_KEY"],
    token: &["AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"],
    heeds_expiration: true,
};

const KEYS: Spelling =
    Spelling { token: &["AWS_SESSION_TOKEN"], heeds_expiration: false, ..BOTOCORE_KEYS };

/// botocore's order. Source: `create_credential_resolver` in `botocore/credentials.py`.
const BOTOCORE: &[Step] = &[
    Step::Profile,
    Step::EnvironmentKeys,
    Step::Files,
    Step::ProfileRole,
    Step::EnvironmentWebIdentity,
    Step::ProfileWebIdentity,
    Step::ProfileSso,
    Step::CredentialsFileKeys,
    Step::ProfileLogin,
    Step::ProfileProcess,
    Step::ConfigFileKeys,
    Step::OldFiles,
];

/// botocore's order in a source profile, whose keys come before its role. Source:
/// `_resolve_credentials_from_profile` and `ProfileProviderBuilder` in `botocore/credentials.py`.
const BOTOCORE_SOURCE: &[Step] = &[
    Step::ProfileRoleUnlessKeys,
    Step::ProfileWebIdentity,
    Step::ProfileSso,
    Step::CredentialsFileKeys,
    Step::ProfileLogin,
    Step::ProfileProcess,
    Step::ConfigFileKeys,
];

/// From here on the profile is looked at.
const PROFILE_BEGINS: &[Step] = &[Step::Profile, Step::Files];

/// What is left where a profile has nothing to give.
const MACHINE: &[Step] = &[Step::NamedProfile, Step::Container, Step::Instance];

/// JavaScript's order in a profile.
const JS_PROFILE: &[Step] = &[
    Step::ProfileRole,
    Step::CredentialsFileKeys,
    Step::ConfigFileKeys,
    Step::ProfileWebIdentity,
    Step::ProfileProcess,
    Step::ProfileSso,
    Step::ProfileLogin,
];

/// Go's order in a profile, and in a source profile as well. Where the versions that read a session of
/// `aws login` look for it is not known, so that it is in doubt as soon as it could be its turn.
const GO_PROFILE: &[Step] = &[
    Step::RoleBesideKeys,
    Step::ProfileRole,
    Step::CredentialsFileKeys,
    Step::ConfigFileKeys,
    Step::ProfileWebIdentity,
    Step::DisputedLogin,
    Step::ProfileSso,
    Step::ProfileProcess,
];

/// JavaScript's order in a source profile. Source: `resolveProfileData` of
/// `@aws-sdk/credential-provider-ini`, where a profile was visited before.
const JS_SOURCE: &[Step] = &[
    Step::CredentialsFileKeys,
    Step::ConfigFileKeys,
    Step::ProfileRole,
    Step::ProfileWebIdentity,
    Step::ProfileProcess,
    Step::ProfileSso,
    Step::ProfileLogin,
];

/// The AWS CLI, version 2. Source: its user guide, "Configuration and credential precedence".
const AWS_CLI: Precedence = Precedence {
    profile: &[or_error(PROFILE), or_error(DEFAULT_PROFILE)],
    order: &[BOTOCORE, MACHINE],
    source_order: &[BOTOCORE_SOURCE],
    keys: BOTOCORE_KEYS,
    runner: Runner::Words,
    region: &[or_error(REGION), or_error(DEFAULT_REGION)],
    last_region: LastRegion::None,
};

/// boto3. Source: its guide, "Credentials"; `BOTOCORE_DEFAUT_SESSION_VARIABLES` for the variables.
const BOTO3: Precedence = Precedence {
    profile: &[or_error(DEFAULT_PROFILE), or_error(PROFILE)],
    order: &[BOTOCORE, MACHINE],
    source_order: &[BOTOCORE_SOURCE],
    keys: BOTOCORE_KEYS,
    runner: Runner::Words,
    region: &[or_error(DEFAULT_REGION)],
    last_region: LastRegion::None,
};

/// The AWS SDK for Go, version 2. Source: `resolveCredentialChain` in `config/resolve_credentials.go`.
const GO: Precedence = Precedence {
    profile: &[or_absent(PROFILE), or_absent(DEFAULT_PROFILE)],
    order: &[
        &[Step::EnvironmentKeys, Step::EnvironmentWebIdentity],
        PROFILE_BEGINS,
        GO_PROFILE,
        MACHINE,
    ],
    source_order: &[GO_PROFILE],
    keys: Spelling {
        id: &["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"],
        secret: &["AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"],
        ..KEYS
    },
    runner: Runner::Shell,
    region: &[or_absent(REGION), or_absent(DEFAULT_REGION)],
    last_region: LastRegion::None,
};

/// The AWS SDK for JavaScript, version 3. Source: `@aws-sdk/credential-provider-node`,
/// `defaultProvider.ts`, and `@aws-sdk/credential-provider-ini` for the order inside of a profile.
const JS: Precedence = Precedence {
    profile: &[or_absent(PROFILE)],
    order: &[
        &[Step::EnvironmentKeysUnlessNamed],
        PROFILE_BEGINS,
        JS_PROFILE,
        &[Step::EnvironmentWebIdentity],
        MACHINE,
    ],
    source_order: &[JS_SOURCE],
    keys: KEYS,
    runner: Runner::Shell,
    region: &[or_error(REGION)],
    last_region: LastRegion::None,
};

/// The AWS CDK's command line. Source: `awscli-compatible.ts` of `aws-cdk-lib`'s toolkit.
const CDK: Precedence = Precedence {
    profile: &[or_absent(PROFILE), or_absent(DEFAULT_PROFILE)],
    order: &[
        &[Step::EnvironmentKeys],
        PROFILE_BEGINS,
        JS_PROFILE,
        &[Step::EnvironmentWebIdentity],
        MACHINE,
    ],
    source_order: &[JS_SOURCE],
    keys: Spelling {
        id: &["AWS_ACCESS_KEY_ID", "AMAZON_ACCESS_KEY_ID"],
        secret: &["AWS_SECRET_ACCESS_KEY", "AMAZON_SECRET_ACCESS_KEY"],
        token: &["AWS_SESSION_TOKEN", "AMAZON_SESSION_TOKEN"],
        ..KEYS
    },
    runner: Runner::Shell,
    region: &[
        or_absent(REGION),
        or_absent("AMAZON_REGION"),
        or_absent(DEFAULT_REGION),
        or_absent("AMAZON_DEFAULT_REGION"),
    ],
    last_region: LastRegion::OfDefaultProfileOr("us-east-1"),
};

/// The AWS SDK for Rust. Source: `aws_config::default_provider::credentials`.
const RUST: Precedence = Precedence {
    profile: &[or_error(PROFILE)],
    order: &[
        &[Step::EnvironmentKeys],
        PROFILE_BEGINS,
        &[
            Step::ProfileRole,
            Step::ProfileWebIdentity,
            Step::ProfileSso,
            Step::ProfileLogin,
            Step::ProfileProcess,
            Step::CredentialsFileKeys,
            Step::ConfigFileKeys,
        ],
        &[Step::EnvironmentWebIdentity],
        MACHINE,
    ],
    source_order: &[&[
        Step::CredentialsFileKeys,
        Step::ConfigFileKeys,
        Step::ProfileRole,
        Step::ProfileWebIdentity,
        Step::ProfileSso,
        Step::ProfileLogin,
        Step::ProfileProcess,
    ]],
    keys: Spelling { secret: &["AWS_SECRET_ACCESS_KEY", "SECRET_ACCESS_KEY"], ..KEYS },
    runner: Runner::Shell,
    region: &[or_error(REGION), or_error(DEFAULT_REGION)],
    last_region: LastRegion::None,
};

fn steps(runs: &'static [&'static [Step]]) -> impl Iterator<Item = Step> {
    runs.iter().copied().flatten().copied()
}

impl Precedence {
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
        }
    }
}
