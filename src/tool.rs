//! Tools by name, and the families whose rules they choose credentials by. Knows names alone.

use std::fmt;

/// Tools that choose among sources of credentials by the same rules: those of one SDK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// The AWS CLI, version 2.
    AwsCli,
    /// botocore: boto3, the AWS CLI of version 1, AWS SAM.
    Boto3,
    /// The AWS SDK for Go, version 2: Terraform, `OpenTofu`, Pulumi, Terragrunt.
    Go,
    /// The AWS SDK for JavaScript, version 3.
    Js,
    /// The AWS CDK's command line, which has rules of its own.
    Cdk,
    /// The AWS SDK for Rust.
    Rust,
    /// SST, version 4: Go, with a profile that it names in code.
    Sst,
    /// Serverless Framework, version 3: the AWS SDK for JavaScript, version 2, with variables of its own.
    Serverless,
}

impl Family {
    /// The families that are judged where no tool is named: one for each SDK, the AWS CLI first.
    pub const DEFAULT_SCOPE: [Self; 6] =
        [Self::AwsCli, Self::Boto3, Self::Go, Self::Js, Self::Cdk, Self::Rust];

    /// Every family: those of the default scope, and tools with rules of their own.
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

    /// The family's own name, by which it can be asked for as well: `aws-cli`.
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

    /// The tools that are known by name, without the family's own.
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

/// A tool that was named: `terraform`, or a family by its own name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tool {
    name: &'static str,
    family: Family,
}

/// A name that is no tool's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTool(pub String);

impl fmt::Display for UnknownTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<_> = Tool::all().map(Tool::name).collect();
        write!(f, "`{}` is no tool that is known: {}", self.0.escape_debug(), known.join(", "))
    }
}

impl std::error::Error for UnknownTool {}

impl Tool {
    /// The AWS CLI, whose chain is our own.
    pub const AWS_CLI: Self = Self { name: "aws-cli", family: Family::AwsCli };

    /// The tool of this name.
    pub fn named(name: &str) -> Result<Self, UnknownTool> {
        Self::all().find(|tool| tool.name == name).ok_or_else(|| UnknownTool(name.to_owned()))
    }

    /// Every name, family by family.
    pub fn all() -> impl Iterator<Item = Self> {
        Family::ALL.into_iter().flat_map(|family| {
            let names = std::iter::once(family.name()).chain(family.tools().iter().copied());
            names.map(move |name| Self { name, family })
        })
    }

    /// A family, by its own name.
    pub fn of(family: Family) -> Self {
        Self { name: family.name(), family }
    }

    /// `terraform`
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The family whose rules it follows.
    pub fn family(self) -> Family {
        self.family
    }
}

/// The tools whose choices are judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    tools: Vec<Tool>,
    is_named: bool,
}

impl Scope {
    /// The tools that were named, first by the command line and then by the policy; where nobody
    /// named any, every family. Never empty.
    pub fn of(asked: &[Tool], by_policy: &[Tool]) -> Self {
        let named = if asked.is_empty() { by_policy } else { asked };
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

    /// The one family whose chain is our own.
    pub fn own() -> Self {
        Self { tools: vec![Tool::of(Family::AwsCli)], is_named: true }
    }

    /// The tools, in the order in which they were named.
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// Whether somebody named them.
    pub fn is_named(&self) -> bool {
        self.is_named
    }
}

/// Names of tools, as a sentence has them: `terraform, sst`.
pub fn names(tools: &[Tool]) -> String {
    tools.iter().map(|tool| tool.name()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_are_known_by_name() {
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
    fn the_command_line_names_tools_before_the_policy_and_nobody_names_none() {
        let [terraform, sam] = ["terraform", "sam"].map(|name| Tool::named(name).unwrap());
        let scope = Scope::of(&[terraform, terraform], &[sam]);
        assert_eq!((scope.tools(), scope.is_named()), (&[terraform][..], true));
        assert_eq!(Scope::of(&[], &[sam]).tools(), [sam]);
        let all = Scope::of(&[], &[]);
        assert_eq!((all.tools().len(), all.is_named()), (Family::DEFAULT_SCOPE.len(), false));
    }

    #[test]
    fn no_name_stands_for_two_tools() {
        let mut names: Vec<_> = Tool::all().map(Tool::name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
