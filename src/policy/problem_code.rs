//! The codes of problems in a policy file.

use crate::codes::codes;

codes! {
    /// The stable code of a problem in a policy file. Never renamed; a row in `docs/codes.md`. Errors come
    /// first; the codes from [`Self::DocumentationAccount`] on are warnings.
    pub enum ProblemCode {
        /// More or fewer than one policy text was given.
        OneText => "one-text",
        /// The file is not valid TOML.
        Syntax => "syntax",
        /// The key `version` is missing.
        MissingVersion => "missing-version",
        /// The value of `version` is not supported.
        UnsupportedVersion => "unsupported-version",
        /// The policy defines no environment.
        NoEnvironments => "no-environments",
        /// The key is not a key of the policy.
        UnknownKey => "unknown-key",
        /// The value has the wrong type.
        WrongType => "wrong-type",
        /// The list is empty.
        EmptyList => "empty-list",
        /// The string is empty.
        EmptyText => "empty-text",
        /// The list contains an item twice.
        Duplicate => "duplicate",
        /// The name of an account or environment has an invalid form.
        InvalidName => "invalid-name",
        /// Two names of accounts differ only in letter case.
        SimilarNames => "similar-names",
        /// One account has two names.
        TwoNames => "two-names",
        /// The account is not defined in `[accounts]`.
        UnknownAccount => "unknown-account",
        /// The value is not an account ID.
        InvalidAccount => "invalid-account",
        /// The account ID is not quoted.
        UnquotedAccount => "unquoted-account",
        /// The list of accounts contains a wildcard.
        AccountWildcard => "account-wildcard",
        /// The environment has no `accounts`.
        MissingAccounts => "missing-accounts",
        /// The key is not allowed in `[defaults]`.
        NotADefault => "not-a-default",
        /// The list of regions contains a wildcard.
        RegionWildcard => "region-wildcard",
        /// The value is not the name of a region.
        InvalidRegion => "invalid-region",
        /// The tool is unknown.
        UnknownTool => "unknown-tool",
        /// The value is not a duration.
        InvalidDuration => "invalid-duration",
        /// The duration is zero or longer than 36 hours.
        LifetimeRange => "lifetime-range",
        /// The value is not the URL of an emulator.
        InvalidEmulator => "invalid-emulator",
        /// The URL of the emulator is an AWS endpoint.
        EmulatorIsAws => "emulator-is-aws",
        /// The account is in environments with and without an emulator.
        HalfEmulated => "half-emulated",
        /// `"*"` and accounts are in one list.
        AnyAndAccounts => "any-and-accounts",
        /// An environment with an emulator has registries.
        EmulatedRegistries => "emulated-registries",
        /// The pattern is longer than any ARN.
        PatternLength => "pattern-length",
        /// The pattern contains a character that IAM does not allow in names.
        PatternCharacter => "pattern-character",
        /// The pattern contains `**`.
        DoubleStar => "double-star",
        /// The pattern has a path but is not an ARN.
        PathWithoutArn => "path-without-arn",
        /// The ARN pattern of a role has a path and a wildcard.
        PathAndWildcard => "path-and-wildcard",
        /// The value is the name of a role, not of its permission set.
        PermissionSetRole => "permission-set-role",
        /// The value is an ARN, not the name of a permission set.
        PermissionSetArn => "permission-set-arn",
        /// The pattern is not an ARN.
        InvalidArn => "invalid-arn",
        /// The ARN is the ARN of a session.
        SessionArn => "session-arn",
        /// The service of the ARN is not `iam`.
        ArnService => "arn-service",
        /// The ARN has a region.
        ArnRegion => "arn-region",
        /// The partition of the ARN is unknown.
        ArnPartition => "arn-partition",
        /// The account of the ARN is neither an account ID nor `*`.
        ArnAccount => "arn-account",
        /// The ARN is the ARN of another kind of resource.
        ArnResource => "arn-resource",
        /// The path or the name in the ARN is empty.
        ArnName => "arn-name",
        /// The account ID is from the AWS documentation.
        DocumentationAccount => "documentation-account",
        /// The account has a name, but no rule uses it.
        UnusedAccount => "unused-account",
        /// Credentials of the account are allowed in two environments.
        SharedAccount => "shared-account",
        /// The account is allowed and forbidden.
        AccountAlsoForbidden => "account-also-forbidden",
        /// No pattern can match an identity of the account.
        UnreachableCaller => "unreachable-caller",
        /// The pattern is longer than IAM allows for a name.
        NameTooLong => "name-too-long",
        /// The account of the pattern is not in `callers`.
        PatternOfOtherAccount => "pattern-of-other-account",
        /// No region is in the partition of the pattern.
        PatternOfOtherPartition => "pattern-of-other-partition",
        /// Everything that the pattern matches is forbidden.
        PatternAlsoForbidden => "pattern-also-forbidden",
        /// `pull_registries` is `["*"]`, which also allows pushes.
        PullFromAnyAccount => "pull-from-any-account",
        /// `pull_registries` contains an account of another environment.
        PullFromOtherEnvironment => "pull-from-other-environment",
    }
}
