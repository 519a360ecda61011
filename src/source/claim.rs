//! Claims: the identity that the configuration of a source names. STS may contradict a claim.

use super::{Misconfiguration, Origin, Source};
use crate::arn::Arn;
use crate::iam;
use crate::identity::{AccountId, Identity};
use crate::partition::Partition;
use crate::unknown::ErrorCode;

/// The identity that the configuration of a source names. STS may contradict it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The claimed account; `None` if the configuration names none.
    pub account: Option<AccountId>,
    /// The claimed partition; `None` if the configuration names none.
    pub partition: Option<Partition>,
    /// The claimed role or permission set; `None` if the configuration names none.
    pub role: Option<Claimed>,
    /// The position of the claim.
    pub origin: Origin,
    /// The setting with the claim: `role_arn`, `AWS_ROLE_ARN`, `--role-arn`, `sso_account_id`, `login_session`,
    /// `aws_account_id`, or the field `AccountId` of credentials.
    pub key: &'static str,
}

/// The role or permission set in a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// The name of a role.
    Role(String),
    /// The name of a permission set of IAM Identity Center.
    PermissionSet(String),
}

impl Claim {
    /// The claim of the `AccountId` that a provider returned with the credentials.
    pub fn of_account(account: AccountId, origin: &Origin) -> Self {
        let (account, origin) = (Some(account), origin.clone());
        Self { account, partition: None, role: None, origin, key: "AccountId" }
    }

    /// The claim of the ARN in a `login_session`; `None` if it is not an ARN with an account.
    pub(crate) fn of_session(arn: &str, key: &'static str, origin: &Origin) -> Option<Self> {
        let arn = Arn::parse(arn).ok()?;
        let account = Some(AccountId::parse(arn.account).ok()?);
        let partition = Partition::named(arn.partition);
        Some(Self { account, partition, role: None, origin: origin.clone(), key })
    }

    /// The claim of a role ARN: `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`. Any other text is an error.
    pub(crate) fn of_role(
        role_arn: &str,
        key: &'static str,
        origin: &Origin,
    ) -> Result<Self, Misconfiguration> {
        let Some((partition, account, name)) = role(role_arn) else {
            let message = format!("`{key}` is not the ARN of a role: {}", super::quoted(role_arn));
            let hint = if role_arn.starts_with(['"', '\'']) {
                "remove the quotation marks: most tools treat them as part of the value"
            } else {
                "write an ARN such as arn:aws:iam::123456789012:role/NAME"
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
    /// The identity that the source claims, in the form of an answer of STS; `None` without account and role.
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
    if is_role { Some((partition, account, name)) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_role_is_the_last_part_of_its_path() {
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
