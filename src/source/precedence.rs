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
    /// Kinds of credentials that the SDK does not read from profiles: an error, since its tools would go
    /// on to the machine.
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
const MACHINE: &[Step] =
    &[Step::Misread, Step::NamedProfile, Step::Container, Step::Instance];

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
    Step::GoRules,
    Step::ProfileRole,
    Step::CredentialsFileKeys,
    Step::ConfigFileKeys,
    Step::ProfileWebIdentity,
    Step::DisputedLogin,
    Step::ProfileSso,
    Step::ProfileProcess,
];

/// SST's order in a profile: Go's, of a version that does not read a session of `aws login`.
const SST_PROFILE: &[Step] = &[
    Step::GoRules,
    Step::ProfileRole,
    Step::CredentialsFileKeys,
    Step::ConfigFileKeys,
    Step::ProfileWebIdentity,
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
    reads_profile_region: true,
    last_region: LastRegion::OfMachine,
    token_beside_source: TokenBesideSource::Token,
    folds_credential_source: false,
    also_reads: FILES,
};

/// boto3. Source: its guide, "Credentials"; `BOTOCORE_DEFAUT_SESSION_VARIABLES` for the variables.
const BOTO3: Precedence = Precedence {
    profile: &[or_error(DEFAULT_PROFILE), or_error(PROFILE)],
    order: &[BOTOCORE, MACHINE],
    source_order: &[BOTOCORE_SOURCE],
    keys: BOTOCORE_KEYS,
    runner: Runner::Words,
    region: &[or_error(DEFAULT_REGION)],
    reads_profile_region: true,
    last_region: LastRegion::None,
    token_beside_source: TokenBesideSource::Token,
    folds_credential_source: false,
    also_reads: FILES,
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
    reads_profile_region: true,
    last_region: LastRegion::None,
    token_beside_source: TokenBesideSource::Fails,
    folds_credential_source: false,
    also_reads: FILES,
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
    reads_profile_region: true,
    last_region: LastRegion::OfMachine,
    token_beside_source: TokenBesideSource::Source,
    folds_credential_source: false,
    also_reads: FILES,
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
    reads_profile_region: true,
    last_region: LastRegion::OfDefaultProfileOr("us-east-1"),
    token_beside_source: TokenBesideSource::Source,
    folds_credential_source: false,
    also_reads: FILES,
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
    reads_profile_region: true,
    last_region: LastRegion::OfMachine,
    token_beside_source: TokenBesideSource::SourceWithoutRole,
    folds_credential_source: true,
    also_reads: FILES,
};

/// SST 4.17.1. Source: its `pkg/project` and the AWS SDK for Go; asked in `docs/precedence.md`.
const SST: Precedence = Precedence {
    order: &[
        &[Step::EnvironmentKeysUnlessNamed, Step::EnvironmentWebIdentityUnlessNamed],
        PROFILE_BEGINS,
        SST_PROFILE,
        MACHINE,
    ],
    source_order: &[SST_PROFILE],
    last_region: LastRegion::Always("us-east-1"),
    ..GO
};

/// Serverless 3.40.0. Source: `lib/plugins/aws/provider.js`, and the AWS SDK for JavaScript, version 2.
const SERVERLESS: Precedence = Precedence {
    profile: &[or_absent(PROFILE), or_absent(DEFAULT_PROFILE)],
    order: &[
        &[Step::EnvironmentKeysUnlessNamed],
        PROFILE_BEGINS,
        SERVERLESS_PROFILE,
        &[Step::Misread, Step::NamedProfile, Step::Container],
        &[Step::ProfileProcess, Step::EnvironmentWebIdentity, Step::ProfileWebIdentity],
        &[Step::Instance],
    ],
    source_order: &[SERVERLESS_PROFILE],
    keys: KEYS,
    runner: Runner::Shell,
    region: &[],
    reads_profile_region: false,
    last_region: LastRegion::Always("us-east-1"),
    token_beside_source: TokenBesideSource::Source,
    folds_credential_source: false,
    also_reads: FILES,
};

/// The order of JavaScript's SDK of version 2 in a profile that Serverless names.
const SERVERLESS_PROFILE: &[Step] = &[
    Step::ProfileRole,
    Step::CredentialsFileKeys,
    Step::ConfigFileKeys,
    Step::UnreadKinds,
    Step::ProfileSso,
];

/// Variables of sources that every SDK reads.
const OF_EVERY_TOOL: &[&str] = &[
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_STS",
];

/// Variables by which every SDK finds its files.
const FILES: &[&str] = &[
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_SDK_LOAD_CONFIG",
    "HOME",
    "USERPROFILE",
    "CDK_PROFILE",
    "CDK_REGION",
];

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
