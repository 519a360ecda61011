//! The kinds of set-ups in which account-guard and a tool differ on purpose. A row of any other kind fails the
//! test.

/// One kind of difference.
pub(super) struct Difference {
    /// The first column of its row in `docs/precedence.md`.
    pub(super) name: &'static str,
    /// Our error code. `None` where we name a source and the tool fails.
    code: Option<&'static str>,
    /// The beginnings of the names of its set-ups. Empty where the code identifies it.
    setups: &'static [&'static str],
    /// The oracles in which it occurs. Empty for all of them.
    oracles: &'static [&'static str],
}

/// account-guard refuses, and the tool uses credentials of another source than the machine's.
pub(super) const REFUSALS: &[Difference] = &[
    Difference {
        name: "half a key pair",
        code: Some("partial-credentials"),
        setups: &[],
        oracles: &[],
    },
    Difference {
        name: "keys with quotation marks or text behind them",
        code: Some("invalid-credentials"),
        setups: &["double quotes", "single quotes", "line "],
        oracles: &["aws-cli-v2", "boto3", "aws-cli-v1", "js", "cdk", "rust"],
    },
    Difference {
        name: "a `role_arn` with quotation marks",
        code: Some("invalid-configuration"),
        setups: &["double quotes around role_arn", "single quotes around role_arn"],
        oracles: &["aws-cli-v2", "boto3", "aws-cli-v1", "js", "cdk", "rust"],
    },
    Difference {
        name: "a region in capitals, with spaces, or blank in the profile",
        code: Some("invalid-region"),
        setups: &["region "],
        oracles: &[],
    },
    Difference {
        name: "files that only botocore reads",
        code: Some("invalid-configuration"),
        setups: &[".boto ", "env AWS_CREDENTIAL_FILE", "env BOTO_CONFIG"],
        oracles: &["aws-cli-v2", "boto3", "aws-cli-v1"],
    },
    Difference {
        name: "a profile that does not exist, beside other credentials",
        code: Some("unknown-profile"),
        setups: &["web identity, over AWS_PROFILE missing"],
        oracles: &["go", "js", "cdk", "rust"],
    },
    Difference {
        name: "a profile that Serverless does not read: it takes another one",
        code: Some("unknown-profile"),
        setups: &["choice AWS_", "profile "],
        oracles: &["serverless"],
    },
    Difference {
        name: "a file that Serverless does not read: it takes another one",
        code: None,
        setups: &["AWS_SHARED_CREDENTIALS_FILE, ", "file AWS_SHARED_CREDENTIALS_FILE missing"],
        oracles: &["serverless"],
    },
    Difference {
        name: "web identity behind a config file that Serverless does not read",
        code: Some("ambiguous-configuration"),
        setups: &["web identity, over default "],
        oracles: &["serverless"],
    },
    Difference {
        name: "variables of a stage, or `AMAZON_` keys, for Serverless",
        code: Some("invalid-configuration"),
        setups: &["tool ", "env AMAZON_"],
        oracles: &["serverless"],
    },
    Difference {
        name: "a `.env` file that SST loads",
        code: Some("invalid-configuration"),
        setups: &["tool .env"],
        oracles: &["sst"],
    },
    Difference {
        name: "a `role_arn` that JavaScript ignores, because the profile names no source",
        code: Some("invalid-configuration"),
        setups: &["profile role-alone+", "role role of a"],
        oracles: &["js", "cdk"],
    },
    Difference {
        name: "a session token in capitals, which JavaScript does not read",
        code: Some("ambiguous-configuration"),
        setups: &["upper-case token"],
        oracles: &["js", "cdk"],
    },
    Difference {
        name: "a `login_session` beside other credentials: versions of the Go SDK differ",
        code: Some("ambiguous-configuration"),
        setups: &["profile login", "role process beside login"],
        oracles: &["go", "terraform"],
    },
    Difference {
        name: "names and values that only Debian's older Go SDK reads",
        code: None,
        setups: &["indented text below a value", "name "],
        oracles: &["go"],
    },
];

/// account-guard names the source, and the tool fails.
pub(super) const FAILURES: &[Difference] = &[
    Difference {
        name: "a `login_session`: optional in boto3 (`botocore[crt]`) and Rust (`credentials-login`)",
        code: None,
        setups: &["profile login", "role process beside login"],
        oracles: &["boto3", "aws-cli-v1", "rust"],
    },
    Difference {
        name: "a header or line that the parser of Go's SDK version 1 rejects",
        code: None,
        setups: &["behind bracket ", "line line = value", "name a[b ", "name a]b "],
        oracles: &["go", "terraform"],
    },
    Difference {
        name: "`HOME` is `~`",
        code: None,
        setups: &["home HOME of a tilde"],
        oracles: &["aws-cli-v2"],
    },
];

impl Difference {
    fn fits(&self, setup: &str, oracle: &str, code: &str) -> bool {
        self.code.is_none_or(|it| it == code)
            && (self.setups.is_empty() || self.setups.iter().any(|it| setup.starts_with(it)))
            && (self.oracles.is_empty() || self.oracles.contains(&oracle))
    }
}

/// The first of these kinds that a row is of.
pub(super) fn of(
    kinds: &'static [Difference],
    setup: &str,
    oracle: &str,
    code: &str,
) -> Option<&'static str> {
    kinds.iter().find(|kind| kind.fits(setup, oracle, code)).map(|kind| kind.name)
}
