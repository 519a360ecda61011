//! The sources that are present, as each family of tools walks through them.

use super::environment::{container, instance, old_files};
use super::header::FileKind;
use super::precedence::{Naming, Precedence, Step};
use super::process::process;
use super::profile::{Profile, Value, missing, profiles};
use super::role::{Chain, role, role_beside_keys};
use super::settings::region;
use super::sso::{disputed_login, login, sso};
use super::web_identity::{web_identity_of_environment, web_identity_of_profile};
use super::world::{Asked, World};
use super::{Kind, Misconfiguration, Note, Origin, Source, keys, quoted};
use crate::partition::Region;
use crate::tool::Family;
use crate::unknown::ErrorCode;

/// The sources that are present in one world, whole and broken ones alike. Asks nobody.
#[derive(Clone, Copy)]
pub struct Inventory<'w> {
    world: &'w World,
    asked: &'w Asked,
}

/// What a family would use here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Winner {
    /// Where its credentials come from.
    pub source: Source,
    /// The region that it would deploy to.
    pub region: Option<Region>,
}

impl<'w> Inventory<'w> {
    /// Takes stock of a world, as one command line looks at it.
    pub fn take(world: &'w World, asked: &'w Asked) -> Self {
        Self { world, asked }
    }

    /// What a family of tools would use: the first source in its order, and its region. Where that
    /// source is broken the error is the answer, and nothing behind it is looked at.
    pub fn winner(&self, family: Family) -> Result<Winner, Misconfiguration> {
        let source = match self.entries(family).into_iter().next() {
            Some(entry) => entry?,
            None => return Err(nothing()),
        };
        let region = self.region(family)?.map(|(region, _)| region);
        Ok(Winner { source, region })
    }

    /// What is present and loses. The metadata service is not among it: nobody has asked whether it
    /// is there.
    pub fn shadowed(&self, family: Family, by: &Source) -> Vec<Source> {
        let sources = self.entries(family).into_iter().filter_map(Result::ok);
        let is_used = |source: &Source| by.layers().contains(&source);
        sources.filter(|source| !is_used(source) && source.kind != Kind::Instance).collect()
    }

    /// The region that a family of tools would use: `--region`, the environment's, the profile's.
    pub fn region(&self, family: Family) -> Result<Option<(Region, Origin)>, Misconfiguration> {
        region(self.world, self.asked, Precedence::of(family))
    }

    /// What is worth knowing of a family's choice besides.
    pub fn notes(&self, family: Family) -> Vec<Note> {
        self.walk(family).notes
    }

    /// Every source in a family's order, broken ones included.
    pub fn entries(&self, family: Family) -> Vec<Entry> {
        self.walk(family).entries
    }

    /// Every profile that is configured and has a sound source of credentials of its own.
    pub fn profiles(&self) -> Vec<(String, Source)> {
        let source = |name: String| {
            let asked = Asked { profile: Some(name.clone()), region: None };
            let winner = Inventory::take(self.world, &asked).winner(Family::AwsCli).ok()?;
            Some((name, winner.source))
        };
        profiles(self.world).into_iter().filter_map(source).collect()
    }

    fn walk(&self, family: Family) -> Walk<'w> {
        let precedence = Precedence::of(family);
        let mut walk = Walk {
            world: self.world,
            profile: Profile::chosen(self.world, self.asked, precedence.profile),
            precedence,
            chain: Chain::default(),
            entries: Vec::new(),
            notes: Vec::new(),
            is_found: false,
        };
        let is_explicit = self.asked.profile.is_some();
        for step in precedence.steps() {
            if is_explicit && step.is_outside_of_profiles() {
                continue;
            }
            if let Some(entry) = walk.look(step).transpose() {
                walk.is_found |= step.is_of_profile();
                walk.entries.push(entry);
            }
        }
        walk
    }
}

/// What a profile offers that another one names as its `source_profile`: the first source in the
/// family's order there.
pub(crate) fn of_source_profile(
    name: &Value<'_>,
    world: &World,
    precedence: &'static Precedence,
    chain: Chain,
) -> Result<Option<Source>, Misconfiguration> {
    let profile = Profile::named_in(world, name);
    profile.sound()?;
    let naming = if chain.ends_with(name.text) { Naming::Itself } else { Naming::Another };
    let mut walk = Walk {
        world,
        profile: Ok(profile),
        precedence,
        chain,
        entries: Vec::new(),
        notes: Vec::new(),
        is_found: false,
    };
    precedence.in_source(naming).find_map(|step| walk.look(step).transpose()).transpose()
}

/// A source, or what is wrong with it.
pub type Entry = Result<Source, Misconfiguration>;

/// The walk of one family through all kinds of source.
struct Walk<'w> {
    world: &'w World,
    precedence: &'static Precedence,
    /// The profiles whose roles led here.
    chain: Chain,
    profile: Result<Profile<'w>, Misconfiguration>,
    entries: Vec<Entry>,
    notes: Vec<Note>,
    /// Whether the profile has credentials of any kind.
    is_found: bool,
}

impl Walk<'_> {
    fn look(&mut self, step: Step) -> Result<Option<Source>, Misconfiguration> {
        let keys = &self.precedence.keys;
        match step {
            Step::EnvironmentKeys => keys::of_environment(self.world, keys, &mut self.notes),
            Step::EnvironmentKeysUnlessNamed => {
                let is_named = self.profile.as_ref().map_or(true, |it| it.named_by.is_some());
                if is_named {
                    return Ok(None);
                }
                keys::of_environment(self.world, keys, &mut self.notes)
            }
            Step::Container if !self.is_named() => container(self.world),
            Step::Instance if !self.is_named() => Ok(instance(self.world)),
            Step::Container | Step::Instance => Ok(None),
            Step::Profile => self.profile.as_ref().map(|_| None).map_err(Clone::clone),
            _ => self.look_into_profile(step),
        }
    }

    /// Where the profile itself is in doubt, its step has said so already.
    fn look_into_profile(&mut self, step: Step) -> Result<Option<Source>, Misconfiguration> {
        let Ok(profile) = &self.profile else { return Ok(None) };
        let (world, notes) = (self.world, &mut self.notes);
        match step {
            Step::Files => match missing(world) {
                Some(why) => Err(why),
                None => profile.sound().map(|()| None),
            },
            Step::EnvironmentWebIdentity => web_identity_of_environment(profile, world, notes),
            Step::ProfileRoleUnlessKeys if profile.has_keys()? => Ok(None),
            Step::ProfileRole | Step::ProfileRoleUnlessKeys => {
                role(profile, world, self.precedence, &self.chain)
            }
            Step::ProfileWebIdentity => web_identity_of_profile(profile, world),
            Step::ProfileSso => sso(profile),
            Step::ProfileLogin => login(profile),
            Step::DisputedLogin => disputed_login(profile),
            Step::CredentialsFileKeys => keys::of_profile(profile, FileKind::Credentials, notes),
            Step::ConfigFileKeys => keys::of_profile(profile, FileKind::Config, notes),
            Step::ProfileProcess => process(profile, self.precedence.runner),
            Step::OldFiles => old_files(world),
            Step::RoleBesideKeys => role_beside_keys(profile),
            Step::NamedProfile => match &profile.named_by {
                Some(by) if !self.is_found => Err(without_credentials(&profile.name, by)),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    fn is_named(&self) -> bool {
        self.profile.as_ref().map_or(true, |profile| profile.named_by.is_some())
    }
}

fn nothing() -> Misconfiguration {
    Misconfiguration::new(ErrorCode::NoCredentials, "no credentials are configured").hint(
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (AWS_SESSION_TOKEN too, where the keys \
         are temporary), or name a profile with AWS_PROFILE or --profile",
    )
}

fn without_credentials(name: &str, by: &Origin) -> Misconfiguration {
    let message = format!("the profile {} has no credentials", quoted(name));
    let error = Misconfiguration::new(ErrorCode::NoCredentials, message).at(by);
    error.hint("configure it, or name another: a named profile never stands for the machine's role")
}
