//! The sources that are present, in the order in which tools look at them.

use super::environment::{container, instance};
use super::header::FileKind;
use super::profile::{Profile, missing};
use super::role::{role, web_identity_of_environment, web_identity_of_profile};
use super::settings::region;
use super::sso::{login, process, sso};
use super::world::{Asked, World};
use super::{Family, Kind, Misconfiguration, Note, Origin, Source, keys, quoted};
use crate::partition::Region;
use crate::unknown::ErrorCode;

/// The sources that are present, whole and broken ones alike.
#[derive(Clone, Debug)]
pub struct Inventory {
    /// In the AWS CLI's order.
    entries: Vec<Result<Source, Misconfiguration>>,
    region: Result<Option<(Region, Origin)>, Misconfiguration>,
    profile: Option<(String, Origin)>,
    notes: Vec<Note>,
}

impl Inventory {
    /// Looks through the world for all that is there, without asking anyone.
    pub fn take(world: &World, asked: &Asked) -> Self {
        let mut notes = Vec::new();
        let region = region(world, asked, &mut notes);
        match Profile::chosen(world, asked) {
            Err(why) => Self { entries: vec![Err(why)], region, profile: None, notes },
            Ok(profile) => {
                let entries = Count { profile: &profile, world, notes: &mut notes }.entries();
                let by = profile.named_by.clone();
                let profile = by.map(|by| (profile.name.clone(), by));
                Self { entries, region, profile, notes }
            }
        }
    }

    /// The source that a family of tools would use: the first in its order. Where that one is
    /// broken the error is the answer, and nothing behind it is looked at.
    pub fn winner(&self, family: Family) -> Result<&Source, Misconfiguration> {
        let Family::AwsCli = family;
        match self.entries.first() {
            Some(Ok(source)) => Ok(source),
            Some(Err(why)) => Err(why.clone()),
            None => Err(Misconfiguration::new(
                ErrorCode::NoCredentials,
                "no credentials are configured",
            )
            .hint(
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (AWS_SESSION_TOKEN too, where \
                 the keys are temporary), or name a profile with AWS_PROFILE or --profile",
            )),
        }
    }

    /// What is present and loses. The metadata service is not among it: nobody has asked whether it
    /// is there.
    pub fn shadowed<'a>(&'a self, by: &'a Source) -> impl Iterator<Item = &'a Source> {
        let sources = self.entries.iter().filter_map(|entry| entry.as_ref().ok());
        sources.filter(move |source| *source != by && source.kind != Kind::Instance)
    }

    /// The region that a family of tools would use: `--region`, the environment's, the profile's.
    pub fn region(&self, family: Family) -> Result<Option<(Region, Origin)>, Misconfiguration> {
        let Family::AwsCli = family;
        self.region.clone()
    }

    /// What is worth knowing besides.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The profile that was chosen by name, and what named it; none where `default` is implied.
    pub fn profile_name(&self) -> Option<(&str, &Origin)> {
        self.profile.as_ref().map(|(name, by)| (name.as_str(), by))
    }

    /// Every source in the AWS CLI's order, broken ones included.
    pub fn entries(&self) -> &[Result<Source, Misconfiguration>] {
        &self.entries
    }
}

type Entry = Result<Source, Misconfiguration>;

/// The walk through all kinds of source, of one profile in one world.
struct Count<'a, 'w> {
    profile: &'a Profile<'w>,
    world: &'a World,
    notes: &'a mut Vec<Note>,
}

impl Count<'_, '_> {
    fn entries(mut self) -> Vec<Entry> {
        let mut entries = Vec::new();
        if self.profile.is_explicit() {
            self.note_silenced_keys();
        } else {
            entries.extend(keys::of_environment(self.world, self.notes).transpose());
        }
        entries.extend(missing(self.world).map(Err));
        match self.profile.sound() {
            Err(why) => entries.push(Err(why)),
            Ok(()) => self.of_profile(&mut entries),
        }
        if self.profile.named_by.is_none() {
            entries.extend(container(self.world).transpose());
            entries.extend(instance(self.world).map(Ok));
        }
        entries
    }

    /// The profile's own sources, and the environment's web identity, which stands among them.
    fn of_profile(&mut self, entries: &mut Vec<Entry>) {
        let (profile, world) = (self.profile, self.world);
        let first = role(profile, world).transpose();
        let mut is_empty = first.is_none();
        entries.extend(first);
        if !profile.is_explicit() {
            let found = web_identity_of_environment(profile, world, self.notes);
            entries.extend(found.transpose());
        }
        let rest = [
            web_identity_of_profile(profile, world),
            sso(profile),
            login(profile),
            keys::of_profile(profile, FileKind::Credentials, self.notes),
            process(profile),
            keys::of_profile(profile, FileKind::Config, self.notes),
        ];
        for found in rest.into_iter().filter_map(Result::transpose) {
            is_empty = false;
            entries.push(found);
        }
        if let (Some(by), true) = (&profile.named_by, is_empty) {
            entries.push(Err(without_credentials(&profile.name, by)));
        }
    }

    /// Tools that are run without the argument would still find them.
    fn note_silenced_keys(&mut self) {
        if let Ok(Some(source)) = keys::of_environment(self.world, &mut Vec::new()) {
            let origin = source.origin;
            self.notes.push(Note(format!("{origin} is not used: --profile was given")));
        }
    }
}

fn without_credentials(name: &str, by: &Origin) -> Misconfiguration {
    let message = format!("the profile {} has no credentials", quoted(name));
    let error = Misconfiguration::new(ErrorCode::NoCredentials, message).at(by);
    error.hint("configure it, or name another: a named profile never stands for the machine's role")
}
