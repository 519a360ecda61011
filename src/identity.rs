//! The identity in an answer of STS: account, ARN and principal. Parses and checks the answer; judges nothing.

use std::fmt;

use crate::arn::{Arn, NotAnArn};
use crate::iam;
use crate::partition::Partition;

/// The ID of an AWS account: twelve digits, leading zeros included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(u64);

/// A text that is not twelve ASCII digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnAccountId(pub String);

impl fmt::Display for NotAnAccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an account ID: expected 12 digits", self.0.escape_debug())?;
        if !self.0.is_empty() && self.0.bytes().all(|b| b.is_ascii_digit()) {
            write!(f, ", found {}", self.0.len())?;
        }
        Ok(())
    }
}

impl std::error::Error for NotAnAccountId {}

impl AccountId {
    /// Parses exactly twelve ASCII digits.
    pub fn parse(text: &str) -> Result<Self, NotAnAccountId> {
        let error = || NotAnAccountId(text.to_owned());
        if text.len() != 12 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(error());
        }
        text.parse().map(Self).map_err(|_| error())
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The principal that the ARN of an identity names.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A session of a role: `assumed-role/NAME/SESSION`. STS does not report the role's path.
    Role {
        /// The name, of characters that IAM allows.
        name: String,
        /// The session name. The caller of `AssumeRole` chooses it freely, so it proves nothing.
        session: String,
    },
    /// An IAM user: `user/path/NAME`.
    User {
        /// `/` or `/team/ci/`, with a slash at both ends as in IAM's documentation.
        path: String,
        /// The name, of characters that IAM allows.
        name: String,
    },
    /// A federated user: `federated-user/NAME`.
    FederatedUser {
        /// The `Name` parameter of `GetFederationToken`.
        name: String,
    },
    /// The root user of the account.
    Root,
    /// A principal of another kind, or a name with characters that IAM does not allow. It never passes.
    Unknown,
}

impl Principal {
    fn of(arn: &Arn<'_>) -> Self {
        if (arn.service, arn.resource) == ("iam", "root") {
            return Self::Root;
        }
        let Some((kind, rest)) = arn.resource.split_once('/') else { return Self::Unknown };
        let known = match (arn.service, kind) {
            ("iam", "user") => Self::user(rest),
            ("sts", "assumed-role") => Self::role(rest),
            ("sts", "federated-user") => Self::federated_user(rest),
            _ => None,
        };
        known.unwrap_or(Self::Unknown)
    }

    fn role(rest: &str) -> Option<Self> {
        let (name, session) = rest.split_once('/')?;
        if !iam::is_name(name) || session.is_empty() || session.contains(['/', ':']) {
            return None;
        }
        Some(Self::Role { name: name.to_owned(), session: session.to_owned() })
    }

    fn user(rest: &str) -> Option<Self> {
        let (path, name) = match rest.rsplit_once('/') {
            Some((path, name)) => (format!("/{path}/"), name),
            None => ("/".to_owned(), rest),
        };
        if !iam::is_name(name) || !path.chars().all(iam::is_path_character) {
            return None;
        }
        Some(Self::User { path, name: name.to_owned() })
    }

    fn federated_user(name: &str) -> Option<Self> {
        iam::is_name(name).then(|| Self::FederatedUser { name: name.to_owned() })
    }

    /// `role`, `user`, `federated-user`, `root` or `unknown`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Role { .. } => "role",
            Self::User { .. } => "user",
            Self::FederatedUser { .. } => "federated-user",
            Self::Root => "root",
            Self::Unknown => "unknown",
        }
    }

    /// The name of the role or user; `None` for the root user and unknown principals.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Role { name, .. } | Self::User { name, .. } | Self::FederatedUser { name } => {
                Some(name)
            }
            Self::Root | Self::Unknown => None,
        }
    }

    /// The session name of a role; `None` for other principals.
    pub fn session(&self) -> Option<&str> {
        match self {
            Self::Role { session, .. } => Some(session),
            _ => None,
        }
    }

    /// The permission set of a role that IAM Identity Center created; `None` for other principals.
    pub fn permission_set(&self) -> Option<&str> {
        match self {
            Self::Role { name, .. } => permission_set(name),
            _ => None,
        }
    }
}

/// The permission set in the name of a role that IAM Identity Center created: `ProdDeploy` in
/// `AWSReservedSSO_ProdDeploy_0123456789abcdef`. The name of a permission set may contain `_`.
pub(crate) fn permission_set(role_name: &str) -> Option<&str> {
    let (set, suffix) = role_name.strip_prefix("AWSReservedSSO_")?.rsplit_once('_')?;
    let is_hex = suffix.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    (!set.is_empty() && suffix.len() == 16 && is_hex).then_some(set)
}

/// The identity in an answer to `GetCallerIdentity` whose account and ARN agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    account: AccountId,
    partition: Partition,
    arn: String,
    user_id: String,
    principal: Principal,
}

/// Why an answer to `GetCallerIdentity` is not an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disagreement {
    /// The account is missing or blank.
    NoAccount,
    /// The account is not twelve digits.
    Account(NotAnAccountId),
    /// The ARN is missing or blank.
    NoArn,
    /// The ARN, which cannot be parsed.
    Arn(String, NotAnArn),
    /// The ARN is in this partition, which account-guard does not know.
    Partition(String),
    /// The user ID is missing or blank.
    NoUserId,
    /// The ARN contains another account than the field `Account`.
    Accounts {
        /// The value of the field `Account`.
        account: AccountId,
        /// The whole ARN.
        arn: String,
    },
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAccount => f.write_str("the answer has no account"),
            Self::Account(why) => write!(f, "the answer has an invalid account: {why}"),
            Self::NoArn => f.write_str("the answer has no ARN"),
            Self::Arn(arn, why) => {
                write!(f, "the answer has an invalid ARN `{}`: {why}", arn.escape_debug())
            }
            Self::Partition(name) => {
                write!(f, "the answer has an unknown partition `{}`", name.escape_debug())
            }
            Self::NoUserId => f.write_str("the answer has no user ID"),
            Self::Accounts { account, arn } => {
                write!(f, "the answer has account {account}, but ARN `{}`", arn.escape_debug())
            }
        }
    }
}

impl std::error::Error for Disagreement {}

impl Identity {
    /// Checks the three fields of an answer. A missing field is the empty string.
    pub fn new(account: &str, arn: &str, user_id: &str) -> Result<Self, Disagreement> {
        if account.is_empty() {
            return Err(Disagreement::NoAccount);
        }
        let account = AccountId::parse(account).map_err(Disagreement::Account)?;
        if arn.is_empty() {
            return Err(Disagreement::NoArn);
        }
        let fields = Arn::parse(arn).map_err(|why| Disagreement::Arn(arn.to_owned(), why))?;
        let partition = Partition::named(fields.partition)
            .ok_or_else(|| Disagreement::Partition(fields.partition.to_owned()))?;
        if AccountId::parse(fields.account) != Ok(account) {
            return Err(Disagreement::Accounts { account, arn: arn.to_owned() });
        }
        if user_id.is_empty() {
            return Err(Disagreement::NoUserId);
        }
        let principal = Principal::of(&fields);
        Ok(Self { account, partition, arn: arn.to_owned(), user_id: user_id.to_owned(), principal })
    }

    /// The account of the credentials.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The partition in the ARN.
    pub fn partition(&self) -> Partition {
        self.partition
    }

    /// The ARN as in the answer of STS: it may contain control characters.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// The unique ID as in the answer of STS: `AROA…:SESSION`, `AIDA…`, …
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// Whether both are the same role, permission set or user of one account. Session names do not count;
    /// unknown principals are never the same.
    pub fn is_same_principal(&self, other: &Self) -> bool {
        let is_same = match (&self.principal, &other.principal) {
            (Principal::Role { name, .. }, Principal::Role { name: of_other, .. }) => {
                match (permission_set(name), permission_set(of_other)) {
                    (Some(set), Some(set_of_other)) => set == set_of_other,
                    _ => name == of_other,
                }
            }
            (Principal::Unknown, _) => false,
            (one, other) => one == other,
        };
        is_same && (self.partition, self.account) == (other.partition, other.account)
    }

    /// The principal in the ARN.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }
}

#[cfg(test)]
mod tests;
