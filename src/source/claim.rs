//! What a source's own configuration says of the identity. A claim only: STS may contradict it.

use super::{Misconfiguration, Origin, Source};
use crate::arn::Arn;
use crate::iam;
use crate::identity::{AccountId, Identity};
use crate::partition::Partition;
use crate::unknown::ErrorCode;

/// What a source's own configuration says of the identity; STS may contradict it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The account.
    pub account: Option<AccountId>,
    /// The partition, where the configuration says.
    pub partition: Option<Partition>,
    /// The role or the permission set.
    pub role: Option<Claimed>,
    /// Where it says so.
    pub origin: Origin,
    /// `role_arn`, `AWS_ROLE_ARN`, `--role-arn`, `sso_account_id`, `login_session`, `aws_account_id`, or
    /// `AccountId` beside credentials.
    pub key: &'static str,
}

/// Whom a configuration means to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// A role, by its name.
    Role(String),
    /// A permission set of IAM Identity Center.
    PermissionSet(String),
}

impl Claim {
    /// What whoever handed credentials out says of their account.
    pub fn of_account(account: AccountId, origin: &Origin) -> Self {
        let (account, origin) = (Some(account), origin.clone());
        Self { account, partition: None, role: None, origin, key: "AccountId" }
    }

    /// What the ARN of whoever began a session claims, if it is one with an account.
    pub(crate) fn of_session(arn: &str, key: &'static str, origin: &Origin) -> Option<Self> {
        let arn = Arn::parse(arn).ok()?;
        let account = Some(AccountId::parse(arn.account).ok()?);
        let partition = Partition::named(arn.partition);
        Some(Self { account, partition, role: None, origin: origin.clone(), key })
    }

    /// What a role ARN claims, if it is one: `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`.
    pub(crate) fn of_role(
        role_arn: &str,
        key: &'static str,
        origin: &Origin,
    ) -> Result<Self, Misconfiguration> {
        let Some((partition, account, name)) = role(role_arn) else {
            let message = format!("`{key}` is not the ARN of a role: {}", super::quoted(role_arn));
            let hint = if role_arn.starts_with(['"', '\'']) {
                "remove the quotation marks: most tools take them as part of the value"
            } else {
                "expected arn:aws:iam::123456789012:role/NAME"
            };
            return Err(Misconfiguration::new(ErrorCode::InvalidConfiguration, message)
                .at(origin)
                .hint(hint));
        };
        let role = Some(Claimed::Role(name.to_owned()));
        Ok(Self {
            account: Some(account),
            partition: Some(partition),
            role,
            origin: origin.clone(),
            key,
        })
    }
}

impl Source {
    /// Who the source's own configuration says that it is, as STS would answer. A claim only.
    pub fn claimed_identity(&self) -> Option<Identity> {
        let claim = self.claims.iter().find(|claim| claim.account.is_some())?;
        let account = claim.account?;
        let role = match claim.role.as_ref()? {
            Claimed::Role(name) => name.clone(),
            Claimed::PermissionSet(set) => format!("AWSReservedSSO_{set}_0000000000000000"),
        };
        let partition = claim.partition.unwrap_or(Partition::Aws).name();
        let arn = format!("arn:{partition}:sts::{account}:assumed-role/{role}/claimed");
        Identity::new(&account.to_string(), &arn, "claimed").ok()
    }
}

fn role(arn: &str) -> Option<(Partition, AccountId, &str)> {
    let arn = Arn::parse(arn).ok()?;
    let partition = Partition::named(arn.partition)?;
    let account = AccountId::parse(arn.account).ok()?;
    let path = arn.resource.strip_prefix("role/")?;
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    let is_path = path.chars().all(iam::is_path_character) && !path.starts_with('/');
    let is_role = arn.service == "iam" && arn.region.is_empty() && is_path && iam::is_name(name);
    is_role.then_some((partition, account, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_named_by_its_account_and_its_last_word() {
        for (arn, name) in [
            ("arn:aws:iam::111111111111:role/deploy", Some("deploy")),
            ("arn:aws-cn:iam::111111111111:role/team/ci/deploy", Some("deploy")),
            ("arn:aws:iam::111111111111:role/a+=,.@-_b", Some("a+=,.@-_b")),
            ("arn:aws:iam::111111111111:role/", None),
            ("arn:aws:iam::111111111111:role//deploy", None),
            ("arn:aws:iam::111111111111:role/team/", None),
            ("arn:aws:iam::111111111111:role/deploy ", None),
            ("arn:aws:iam::111111111111:role/a b/deploy", None),
            ("arn:aws:iam::111111111111:role", None),
            ("arn:aws:iam::111111111111:user/deploy", None),
            ("arn:aws:iam::11111111111:role/deploy", None),
            ("arn:aws:iam:us-east-1:111111111111:role/deploy", None),
            ("arn:aws:sts::111111111111:assumed-role/deploy/s", None),
            ("arn:awz:iam::111111111111:role/deploy", None),
            ("deploy", None),
            ("", None),
        ] {
            assert_eq!(role(arn).map(|(.., name)| name), name, "{arn}");
        }
    }
}
