//! The tables of precedence, one for each family, with their sources.

use super::{Blank, Choice, LastRegion, Precedence, Spelling, Step, TokenBesideSource};
use crate::source::kind::Runner;

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

/// The checks before the sources of the profile.
const PROFILE_BEGINS: &[Step] = &[Step::Profile, Step::Files];

/// The last steps, for a profile without credentials.
const MACHINE: &[Step] = &[Step::Misread, Step::NamedProfile, Step::Container, Step::Instance];

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

/// Go's order in a profile and in a source profile. The position of `login_session` in the versions that read it
/// is unknown, so that it is refused at the earliest possible position.
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

/// SST's order in a profile: the order of a Go version that does not read `login_session`.
const SST_PROFILE: &[Step] = &[
    Step::GoRules,
    Step::ProfileRole,
    Step::CredentialsFileKeys,
    Step::ConfigFileKeys,
    Step::ProfileWebIdentity,
    Step::ProfileSso,
    Step::ProfileProcess,
    Step::UnreadKinds,
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
pub(super) const AWS_CLI: Precedence = Precedence {
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
pub(super) const BOTO3: Precedence = Precedence {
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
pub(super) const GO: Precedence = Precedence {
    profile: &[or_absent(PROFILE), or_absent(DEFAULT_PROFILE)],
    order: &[
        &[Step::GoRules, Step::EnvironmentKeys, Step::EnvironmentWebIdentity],
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
pub(super) const JS: Precedence = Precedence {
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
pub(super) const CDK: Precedence = Precedence {
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
pub(super) const RUST: Precedence = Precedence {
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
pub(super) const SST: Precedence = Precedence {
    order: &[
        &[Step::GoRules],
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
pub(super) const SERVERLESS: Precedence = Precedence {
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

/// The order of version 2 of the AWS SDK for JavaScript, in a profile that Serverless selects.
const SERVERLESS_PROFILE: &[Step] = &[
    Step::ProfileRole,
    Step::CredentialsFileKeys,
    Step::ConfigFileKeys,
    Step::UnreadKinds,
    Step::ProfileSso,
];

/// Variables that every SDK reads.
pub(super) const OF_EVERY_TOOL: &[&str] = &[
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

/// Variables with which tools find their files and settings.
const FILES: &[&str] = &[
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_SDK_LOAD_CONFIG",
    "HOME",
    "USERPROFILE",
    "CDK_PROFILE",
    "CDK_REGION",
];
