//! The rules of one environment, as a verdict needs them. The only way to them.

use std::fmt;
use std::time::Duration;

use super::emulator::Emulator;
use super::environment::{Environment, Keys};
use super::pattern::Pattern;
use super::problem::{code, codes, nearest};
use super::registries::PullRegistries;
use super::{List, Placed, Policy};
use crate::identity::AccountId;
use crate::partition::{Partition, Region};
use crate::tool::Tool;

/// An environment's rules, `[forbidden]` and `[defaults]` in them.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    policy: &'a Policy,
    environment: &'a Environment,
}

/// The policy has no such environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownEnvironment {
    /// What was asked for.
    pub name: String,
    /// What there is, in the order of the file.
    pub known: Vec<String>,
    /// What was probably meant.
    pub nearest: Option<String>,
}

impl UnknownEnvironment {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match &self.nearest {
            Some(name) => format!("did you mean {}?", code(name)),
            None => format!("it has {}", codes(self.known.iter().map(String::as_str))),
        }
    }
}

impl fmt::Display for UnknownEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the policy has no environment {}", code(&self.name))
    }
}

impl std::error::Error for UnknownEnvironment {}

impl<'a> Rules<'a> {
    pub(super) fn of(policy: &'a Policy, name: &str) -> Result<Self, UnknownEnvironment> {
        let named = |environment: &&Environment| environment.name.value == name;
        let environment = policy.environments.iter().find(named);
        environment.map(|environment| Self { policy, environment }).ok_or_else(|| {
            UnknownEnvironment {
                name: name.to_owned(),
                known: policy.environments().map(str::to_owned).collect(),
                nearest: nearest(name, policy.environments()).map(str::to_owned),
            }
        })
    }

    /// The environment's name.
    pub fn environment(&self) -> &'a str {
        &self.environment.name.value
    }

    /// The policy that they are of.
    pub fn policy(&self) -> &'a Policy {
        self.policy
    }

    /// The accounts that may be touched.
    pub fn accounts(&self) -> &'a List<AccountId> {
        &self.environment.accounts
    }

    /// The accounts whose credentials may start the deploy. Where none are named: the accounts.
    pub fn callers(&self) -> &'a List<AccountId> {
        self.key(|keys| &keys.callers).unwrap_or(&self.environment.accounts)
    }

    /// The accounts whose ECR registries may be pushed to, in any region. Where none are named: the
    /// accounts. `None` in an emulator's environment: ECR is AWS's own.
    pub fn registries(&self) -> Option<&'a List<AccountId>> {
        match self.emulator() {
            Some(_) => None,
            None => self.key(|keys| &keys.registries).or(Some(&self.environment.accounts)),
        }
    }

    /// The accounts whose ECR images may be pulled through docker's credential helper, besides those
    /// of [`Self::registries`]. `None` if the key is unset, and in an emulator's environment.
    pub fn pull_registries(&self) -> Option<&'a PullRegistries> {
        match self.emulator() {
            Some(_) => None,
            None => self.key(|keys| &keys.pull_registries),
        }
    }

    /// The first environment with an emulator that names this account in `accounts` or `callers`.
    pub fn emulated_in(&self, account: AccountId) -> Option<&'a str> {
        let policy = self.policy;
        let mut all = policy.environments().filter_map(|name| policy.rules(name).ok());
        let is_emulated = |rules: &Rules<'a>| {
            let mut used = rules.accounts().values().chain(rules.callers().values());
            rules.emulator().is_some() && used.any(|&used| used == account)
        };
        all.find(is_emulated).map(|rules| rules.environment())
    }

    /// Roles that may be used.
    pub fn roles(&self) -> Option<&'a List<Pattern>> {
        self.key(|keys| &keys.roles)
    }

    /// IAM users that may be used.
    pub fn users(&self) -> Option<&'a List<Pattern>> {
        self.key(|keys| &keys.users)
    }

    /// Permission sets that may be used.
    pub fn permission_sets(&self) -> Option<&'a List<Pattern>> {
        self.key(|keys| &keys.permission_sets)
    }

    /// The patterns of roles, users and permission sets, one of which a caller must match; where
    /// there are none, every role and user of an allowed account passes.
    pub fn patterns(&self) -> impl Iterator<Item = &'a Placed<Pattern>> + use<'a> {
        let lists = [self.roles(), self.users(), self.permission_sets()];
        lists.into_iter().flatten().flat_map(|list| &list.items)
    }

    /// The regions that may be deployed to.
    pub fn regions(&self) -> Option<&'a List<Region>> {
        self.key(|keys| &keys.regions)
    }

    /// The tools that deploy; where none are named, any may.
    pub fn tools(&self) -> Option<&'a List<Tool>> {
        self.key(|keys| &keys.tools)
    }

    /// How much longer the credentials must live. The place spans key and value.
    pub fn min_lifetime(&self) -> Option<&'a Placed<Duration>> {
        self.key(|keys| &keys.min_lifetime)
    }

    /// The emulators that are asked in place of AWS.
    pub fn emulator(&self) -> Option<&'a List<Emulator>> {
        self.environment.emulator.as_ref()
    }

    /// Accounts that are refused everywhere.
    pub fn forbidden_accounts(&self) -> Option<&'a List<AccountId>> {
        self.policy.forbidden.accounts.as_ref()
    }

    /// Roles that are refused everywhere.
    pub fn forbidden_roles(&self) -> Option<&'a List<Pattern>> {
        self.policy.forbidden.roles.as_ref()
    }

    /// The partition to ask where no region is known: the first that the patterns name, else the
    /// first region's, else the commercial one.
    pub fn partition(&self) -> Partition {
        self.named_partition().unwrap_or(Partition::Aws)
    }

    /// The partition that the patterns or the regions name, if any does.
    pub fn named_partition(&self) -> Option<Partition> {
        let of_pattern = self.patterns().find_map(|pattern| pattern.value.partition());
        let of_region =
            || self.regions().and_then(|list| list.values().next().map(Region::partition));
        of_pattern.or_else(of_region)
    }

    /// The environment's own value of a key, else the default one. Never both.
    fn key<T>(&self, key: impl Fn(&'a Keys) -> &'a Option<T>) -> Option<&'a T> {
        key(&self.environment.keys).as_ref().or(key(&self.policy.defaults).as_ref())
    }
}
