//! The names of deploy tools, and the family of each: tools that choose credentials by the same rules.

use std::fmt;

/// Tools that choose among credential sources by the same rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// The AWS CLI, version 2.
    AwsCli,
    /// botocore: boto3, version 1 of the AWS CLI, AWS SAM.
    Boto3,
    /// The AWS SDK for Go, version 2: Terraform, `OpenTofu`, Pulumi, Terragrunt.
    Go,
    /// The AWS SDK for JavaScript, version 3.
    Js,
    /// The CDK CLI, which has its own rules.
    Cdk,
    /// The AWS SDK for Rust.
    Rust,
    /// SST, version 4: the rules of Go, except that SST passes the profile to the SDK in code.
    Sst,
    /// Serverless Framework, version 3: the AWS SDK for JavaScript, version 2, with additional variables.
    Serverless,
}

impl Family {
    /// The families that are judged if neither the command line nor the policy names a tool.
    pub const DEFAULT_SCOPE: [Self; 6] =
        [Self::AwsCli, Self::Boto3, Self::Go, Self::Js, Self::Cdk, Self::Rust];

    /// Every family.
    pub const ALL: [Self; 8] = [
        Self::AwsCli,
        Self::Boto3,
        Self::Go,
        Self::Js,
        Self::Cdk,
        Self::Rust,
        Self::Sst,
        Self::Serverless,
    ];

    /// The name of the family, which `--for` and `tools` accept too: `aws-cli`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AwsCli => "aws-cli",
            Self::Boto3 => "boto3",
            Self::Go => "go",
            Self::Js => "js",
            Self::Cdk => "cdk",
            Self::Rust => "rust",
            Self::Sst => "sst",
            Self::Serverless => "serverless",
        }
    }

    /// The names of tools in the family, without the name of the family.
    pub fn tools(self) -> &'static [&'static str] {
        match self {
            Self::Boto3 => &["sam"],
            Self::Go => &["terraform", "tofu", "pulumi", "terragrunt"],
            Self::AwsCli | Self::Js | Self::Cdk | Self::Rust | Self::Sst | Self::Serverless => &[],
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A tool, or a family under its own name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tool {
    name: &'static str,
    family: Family,
}

/// The name is neither the name of a tool nor of a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTool(pub String);

impl fmt::Display for UnknownTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Tool::all().map(Tool::name).collect();
        let expected = names.join(", ");
        write!(f, "unknown tool `{}`, expected one of: {expected}", self.0.escape_debug())
    }
}

impl std::error::Error for UnknownTool {}

impl Tool {
    /// The AWS CLI, whose rules account-guard itself follows.
    pub const AWS_CLI: Self = Self { name: "aws-cli", family: Family::AwsCli };

    /// Finds the tool of this name, which is case-sensitive.
    pub fn named(name: &str) -> Result<Self, UnknownTool> {
        Self::all().find(|tool| tool.name == name).ok_or_else(|| UnknownTool(name.to_owned()))
    }

    /// Every tool and every family, grouped by family.
    pub fn all() -> impl Iterator<Item = Self> {
        Family::ALL.into_iter().flat_map(|family| {
            let names = std::iter::once(family.name()).chain(family.tools().iter().copied());
            names.map(move |name| Self { name, family })
        })
    }

    /// The family under its own name.
    pub fn of(family: Family) -> Self {
        Self { name: family.name(), family }
    }

    /// The name: `terraform`.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The family of the tool.
    pub fn family(self) -> Family {
        self.family
    }
}

/// The tools whose credentials are judged. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    tools: Vec<Tool>,
    is_named: bool,
}

impl Scope {
    /// The tools of the command line (`--for`); if there are none, those of the policy (`tools`); if there are
    /// none either, the default families.
    pub fn of(from_flags: &[Tool], from_policy: &[Tool]) -> Self {
        let named = if from_flags.is_empty() { from_policy } else { from_flags };
        let mut tools: Vec<Tool> = Vec::new();
        for tool in named {
            if !tools.contains(tool) {
                tools.push(*tool);
            }
        }
        if tools.is_empty() {
            return Self { tools: Family::DEFAULT_SCOPE.map(Tool::of).to_vec(), is_named: false };
        }
        Self { tools, is_named: true }
    }

    /// The AWS CLI alone: the scope of commands that use account-guard's own chain.
    pub fn own() -> Self {
        Self { tools: vec![Tool::of(Family::AwsCli)], is_named: true }
    }

    /// The tools, in the order of the command line or the policy.
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// Whether the command line or the policy names the tools.
    pub fn is_named(&self) -> bool {
        self.is_named
    }
}

/// The names of tools as a list: `terraform, sst`.
pub fn names(tools: &[Tool]) -> String {
    tools.iter().map(|tool| tool.name()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_is_found_by_its_exact_name() {
        for (name, family) in [
            ("terraform", Family::Go),
            ("tofu", Family::Go),
            ("pulumi", Family::Go),
            ("terragrunt", Family::Go),
            ("sst", Family::Sst),
            ("serverless", Family::Serverless),
            ("sam", Family::Boto3),
            ("aws-cli", Family::AwsCli),
            ("cdk", Family::Cdk),
            ("rust", Family::Rust),
        ] {
            assert_eq!(Tool::named(name).map(Tool::family), Ok(family), "{name}");
        }
        for name in ["", "Terraform", "terraform ", "aws", "ansible"] {
            let error = Tool::named(name).unwrap_err();
            assert!(error.to_string().contains("terraform, tofu"), "{error}");
        }
    }

    #[test]
    fn the_command_line_overrides_the_policy_and_both_override_the_default() {
        let [terraform, sam] = ["terraform", "sam"].map(|name| Tool::named(name).unwrap());
        let scope = Scope::of(&[terraform, terraform], &[sam]);
        assert_eq!((scope.tools(), scope.is_named()), (&[terraform][..], true));
        assert_eq!(Scope::of(&[], &[sam]).tools(), [sam]);
        let all = Scope::of(&[], &[]);
        assert_eq!((all.tools().len(), all.is_named()), (Family::DEFAULT_SCOPE.len(), false));
    }

    #[test]
    fn names_of_tools_are_unique() {
        let mut names: Vec<_> = Tool::all().map(Tool::name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
