//! The rules of one environment, including `[forbidden]` and `[defaults]`. Verdicts read the policy only
//! through this module.

use std::fmt;
use std::time::Duration;

use super::emulator::Emulator;
use super::environment::{Environment, Keys};
use super::pattern::Pattern;
use super::problem::{nearest, quoted, quoted_list};
use super::registries::PullRegistries;
use super::{List, Placed, Policy};
use crate::identity::AccountId;
use crate::partition::{Partition, Region};
use crate::tool::Tool;

/// The rules of one environment, including `[forbidden]` and `[defaults]`.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    policy: &'a Policy,
    environment: &'a Environment,
}

/// The error of an environment that the policy does not define.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownEnvironment {
    /// The requested name.
    pub name: String,
    /// The defined environments, in the order of the file.
    pub known: Vec<String>,
    /// The most similar defined name; `None` if no name is similar.
    pub nearest: Option<String>,
}

impl UnknownEnvironment {
    /// The next step.
    pub fn hint(&self) -> String {
        match &self.nearest {
            Some(name) => format!("did you mean {}?", quoted(name)),
            None => format!("defined: {}", quoted_list(self.known.iter().map(String::as_str))),
        }
    }
}

impl fmt::Display for UnknownEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the policy has no environment {}", quoted(&self.name))
    }
}

impl std::error::Error for UnknownEnvironment {}

impl<'a> Rules<'a> {
    pub(super) fn of(policy: &'a Policy, name: &str) -> Result<Self, UnknownEnvironment> {
        let mut environments = policy.environments.iter();
        let Some(environment) = environments.find(|it| it.name.value == name) else {
            return Err(UnknownEnvironment {
                name: name.to_owned(),
                known: policy.environments().map(str::to_owned).collect(),
                nearest: nearest(name, policy.environments()).map(str::to_owned),
            });
        };
        Ok(Self { policy, environment })
    }

    /// The name of the environment.
    pub fn environment(&self) -> &'a str {
        &self.environment.name.value
    }

    /// The policy that contains these rules.
    pub fn policy(&self) -> &'a Policy {
        self.policy
    }

    /// The accounts that the deploy may touch.
    pub fn accounts(&self) -> &'a List<AccountId> {
        &self.environment.accounts
    }

    /// The accounts whose credentials may start the deploy. Default: [`Self::accounts`].
    pub fn callers(&self) -> &'a List<AccountId> {
        self.key(|keys| &keys.callers).unwrap_or(&self.environment.accounts)
    }

    /// The accounts whose ECR registries may be pushed to, in any region. Default: [`Self::accounts`]. `None` in
    /// an environment with an emulator.
    pub fn registries(&self) -> Option<&'a List<AccountId>> {
        match self.emulator() {
            Some(_) => None,
            None => self.key(|keys| &keys.registries).or(Some(&self.environment.accounts)),
        }
    }

    /// The accounts whose ECR images may be pulled through docker's credential helper, in addition to
    /// [`Self::registries`]. `None` if the key is unset, and in an environment with an emulator.
    pub fn pull_registries(&self) -> Option<&'a PullRegistries> {
        match self.emulator() {
            Some(_) => None,
            None => self.key(|keys| &keys.pull_registries),
        }
    }

    /// The first environment with an emulator whose `accounts` or `callers` contain this account.
    pub fn emulated_in(&self, account: AccountId) -> Option<&'a str> {
        for name in self.policy.environments() {
            let Ok(rules) = self.policy.rules(name) else { continue };
            let mut used = rules.accounts().values().chain(rules.callers().values());
            if rules.emulator().is_some() && used.any(|&used| used == account) {
                return Some(rules.environment());
            }
        }
        None
    }

    /// The patterns of allowed roles; `None` if the key is unset.
    pub fn roles(&self) -> Option<&'a List<Pattern>> {
        self.key(|keys| &keys.roles)
    }

    /// The patterns of allowed IAM users; `None` if the key is unset.
    pub fn users(&self) -> Option<&'a List<Pattern>> {
        self.key(|keys| &keys.users)
    }

    /// The patterns of allowed permission sets; `None` if the key is unset.
    pub fn permission_sets(&self) -> Option<&'a List<Pattern>> {
        self.key(|keys| &keys.permission_sets)
    }

    /// The patterns of roles, users and permission sets. A caller must match one of them; if there are none,
    /// every role and user of an allowed account passes.
    pub fn patterns(&self) -> impl Iterator<Item = &'a Placed<Pattern>> + use<'a> {
        let lists = [self.roles(), self.users(), self.permission_sets()];
        lists.into_iter().flatten().flat_map(|list| &list.items)
    }

    /// The allowed regions; `None` if every region is allowed.
    pub fn regions(&self) -> Option<&'a List<Region>> {
        self.key(|keys| &keys.regions)
    }

    /// The tools that deploy; `None` if the key is unset.
    pub fn tools(&self) -> Option<&'a List<Tool>> {
        self.key(|keys| &keys.tools)
    }

    /// The minimum time until the credentials expire. The position spans key and value.
    pub fn min_lifetime(&self) -> Option<&'a Placed<Duration>> {
        self.key(|keys| &keys.min_lifetime)
    }

    /// The emulators to call instead of AWS; `None` for an environment of AWS.
    pub fn emulator(&self) -> Option<&'a List<Emulator>> {
        self.environment.emulator.as_ref()
    }

    /// The accounts in `[forbidden]`.
    pub fn forbidden_accounts(&self) -> Option<&'a List<AccountId>> {
        self.policy.forbidden.accounts.as_ref()
    }

    /// The role patterns in `[forbidden]`.
    pub fn forbidden_roles(&self) -> Option<&'a List<Pattern>> {
        self.policy.forbidden.roles.as_ref()
    }

    /// The partition to call if no region is configured: [`Self::named_partition`], else `aws`.
    pub fn partition(&self) -> Partition {
        self.named_partition().unwrap_or(Partition::Aws)
    }

    /// The partition of the first ARN pattern, else of the first region; `None` if there are neither.
    pub fn named_partition(&self) -> Option<Partition> {
        if let Some(partition) = self.patterns().find_map(|pattern| pattern.value.partition()) {
            return Some(partition);
        }
        self.regions()?.values().next().map(Region::partition)
    }

    /// The value of a key in the environment, else in `[defaults]`. The two are never merged.
    fn key<T>(&self, key: impl Fn(&'a Keys) -> &'a Option<T>) -> Option<&'a T> {
        key(&self.environment.keys).as_ref().or(key(&self.policy.defaults).as_ref())
    }
}
