//! A wrong question: arguments, variables or a policy file that account-guard cannot work with.

use crate::policy::{Invalid, UnknownEnvironment};

/// What is wrong with a question. `report` words it; the exit code is 2.
#[derive(Debug)]
pub(crate) enum Wrong {
    /// The arguments, a variable or a file that they name.
    Usage {
        /// One sentence in lower case, without a full stop.
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// No policy is selected, and there is none at the root of the work tree.
    MissingPolicy {
        /// Where it would be.
        path: String,
        /// What to do about it.
        advice: String,
    },
    /// The policy file has errors.
    Policy(Invalid),
    /// The policy does not define the environment.
    Environment(UnknownEnvironment),
}

impl Wrong {
    /// A usage error with a hint.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: Some(hint.into()) }
    }
}
