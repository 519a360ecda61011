//! The configured sources, in the order in which each tool tries them.

use super::dialect::{Dialect, FileKind};
use super::environment::{container, instance, old_files};
use super::go_rules::{self, Visit};
use super::precedence::{Naming, Precedence, Step};
use super::process::process;
use super::profile::{Profile, Value};
use super::role::{Chain, role, role_over};
use super::settings::{asks_machine_for_region, region};
use super::shared_files::{KINDS, Named, SharedFiles};
use super::sso::{disputed_login, login, sso, unread_kinds};
use super::web_identity::{web_identity_of_environment, web_identity_of_profile};
use super::world::{Asked, Audience, Variable, World};
use super::{Kind, Misconfiguration, Note, Origin, Source, keys, quoted, tool_files};
use crate::partition::Region;
use crate::tool::{Family, Tool};
use crate::unknown::ErrorCode;

/// The configured sources, valid and invalid ones. Sends nothing.
#[derive(Clone, Copy)]
pub struct Inventory<'w> {
    world: &'w World,
    asked: &'w Asked,
}

/// The source and the region that a tool would use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Winner {
    /// The source of the credentials.
    pub source: Source,
    /// The region of the deploy; `None` if no setting selects one.
    pub region: Option<Region>,
    /// Whether the tool would get the region from the metadata service, because no setting selects one.
    pub asks_machine_for_region: bool,
}

/// Keys that give a profile credentials.
const CREDENTIAL_KEYS: [&str; 8] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "role_arn",
    "sso_session",
    "sso_start_url",
    "credential_process",
    "web_identity_token_file",
    "login_session",
];

impl<'w> Inventory<'w> {
    /// The inventory of a world, for one command line.
    pub fn take(world: &'w World, asked: &'w Asked) -> Self {
        Self { world, asked }
    }

    /// The source and the region that a tool would use. If the first source in the tool's order is invalid, its
    /// error is returned, and no later source is tried.
    pub fn winner(&self, tool: Tool) -> Result<Winner, Misconfiguration> {
        self.refuse_repeated(tool)?;
        if self.asked.audience == Audience::EveryTool && self.asked.profile.is_none() {
            tool_files::check(self.world, tool)?;
        }
        let Some(first) = self.entries(tool).into_iter().next() else {
            return Err(no_credentials());
        };
        let source = first?;
        let region = self.region(tool)?.map(|(region, _)| region);
        let is_of_machine = source.kind == Kind::Instance && uses_terraforms_provider(tool);
        let asks = is_of_machine || asks_machine_for_region(self.world, tool);
        let asks_machine_for_region = region.is_none() && asks;
        Ok(Winner { source, region, asks_machine_for_region })
    }

    /// Refuses a variable that is set twice with two values. Tools read the first value, but a shell between
    /// them and account-guard passes on the last one.
    fn refuse_repeated(&self, tool: Tool) -> Result<(), Misconfiguration> {
        if self.asked.audience == Audience::OurselvesOnly {
            return Ok(());
        }
        let mut names = Precedence::of(tool.family()).variables().into_iter();
        let Some(name) = names.find(|name| self.world.repeated.contains(*name)) else {
            return Ok(());
        };
        let message = format!(
            "{name} is set twice in the environment with different values, and tools and shells differ in which they use"
        );
        Err(Misconfiguration::new(ErrorCode::AmbiguousConfiguration, message)
            .at(&Origin::Variable(name))
            .hint(format!("set {name} once")))
    }

    /// The valid sources that a tool does not use because of `by`. Never contains the metadata service, whose
    /// existence is unknown.
    pub fn shadowed(&self, tool: Tool, by: &Source) -> Vec<Source> {
        let used = by.layers();
        let mut shadowed = Vec::new();
        for source in self.entries(tool).into_iter().flatten() {
            if !used.contains(&&source) && source.kind != Kind::Instance {
                shadowed.push(source);
            }
        }
        shadowed
    }

    /// The region that a tool would use: from `--region`, its own setting, the environment or the profile; `None` if
    /// none of them selects one.
    pub fn region(&self, tool: Tool) -> Result<Option<(Region, Origin)>, Misconfiguration> {
        region(self.world, self.asked, tool)
    }

    /// Notes about the sources of a tool.
    pub fn notes(&self, tool: Tool) -> Vec<Note> {
        let walk = self.walk(tool);
        let mut notes = walk.notes;
        if let Ok(profile) = &walk.profile {
            notes.extend(profile.ignored_headers());
            let unread = profile.files.misread_key(&profile.name, &["region"], &KINDS);
            notes.extend(unread.map(|misread| Note(misread.message)));
        }
        if self.asked.audience == Audience::OurselvesOnly {
            notes.extend(self.unset_by_hand_over(tool));
        }
        notes
    }

    /// Notes about variables that are errors for the tool, but that account-guard unsets or overrides.
    fn unset_by_hand_over(&self, tool: Tool) -> Vec<Note> {
        let precedence = Precedence::of(tool.family());
        let mut notes = Vec::new();
        for choice in precedence.profile.iter().chain(precedence.region) {
            let name = choice.variable;
            if self.world.variable(name) == Variable::Blank {
                notes.push(Note(format!("{name} is blank, which account-guard treats as unset")));
            }
        }
        for name in precedence.variables() {
            if self.world.repeated.contains(name) {
                notes.push(Note(format!(
                    "{name} is set twice in the environment: account-guard uses the first value"
                )));
            }
        }
        notes
    }

    /// All sources in a tool's order, including invalid ones.
    pub fn entries(&self, tool: Tool) -> Vec<Entry> {
        self.walk(tool).entries
    }

    /// The profiles with a valid credential source, with that source.
    pub fn profiles(&self) -> Vec<(String, Source)> {
        let mut profiles = Vec::new();
        for name in SharedFiles::of(self.world, Family::AwsCli).profiles() {
            let asked = Asked { profile: Some(name.clone()), ..Asked::default() };
            if let Ok(winner) = Inventory::take(self.world, &asked).winner(Tool::AWS_CLI) {
                profiles.push((name, winner.source));
            }
        }
        profiles
    }

    fn walk(&self, tool: Tool) -> Walk<'w> {
        let precedence = Precedence::of(tool.family());
        let profile = tool_files::profile(self.world, self.asked, tool);
        let is_explicit = tool_files::is_explicit(self.world, self.asked, tool);
        let mut walk = Walk {
            world: self.world,
            files: SharedFiles::of(self.world, tool.family()),
            profile,
            precedence,
            chain: Chain::default(),
            visit: Visit::Chosen,
            entries: Vec::new(),
            notes: Vec::new(),
            is_found: false,
        };
        let is_strict = uses_terraforms_provider(tool) && walk.is_named_in_code();
        if (is_strict || is_explicit)
            && let Err(error) = walk.look(Step::Profile)
        {
            walk.entries.push(Err(error));
        }
        for step in precedence.steps() {
            if is_explicit && step.is_outside_of_profiles() {
                continue;
            }
            let entry = match walk.look(step) {
                Ok(None) => continue,
                Ok(Some(source)) => Ok(source),
                Err(error) => Err(error),
            };
            walk.is_found |= step.is_of_profile();
            walk.entries.push(entry);
        }
        walk
    }
}

/// Whether the tool deploys with Terraform's AWS provider. The provider fails on a missing profile even if the
/// environment has keys, and with credentials of the metadata service it also uses the region from there.
fn uses_terraforms_provider(tool: Tool) -> bool {
    tool.family() == Family::Go && tool.name() != Family::Go.name()
}

/// The source of a profile that another profile names as its `source_profile`: the first one in the family's
/// order; `None` if the profile has no credentials.
pub(crate) fn of_source_profile(
    name: &Value<'_>,
    files: SharedFiles<'_>,
    precedence: &'static Precedence,
    chain: Chain,
) -> Result<Option<Source>, Misconfiguration> {
    let profile = Profile::named_in(files, name);
    profile.check_sections()?;
    let naming = if chain.ends_with(name.text) { Naming::Itself } else { Naming::Another };
    let mut walk = Walk {
        world: files.world,
        files,
        profile: Ok(profile),
        precedence,
        chain,
        visit: if naming == Naming::Itself { Visit::Itself } else { Visit::Source },
        entries: Vec::new(),
        notes: Vec::new(),
        is_found: false,
    };
    for step in precedence.in_source(naming) {
        if let Some(source) = walk.look(step)? {
            return Ok(Some(source));
        }
    }
    Ok(None)
}

/// A source, or the error in its configuration.
pub type Entry = Result<Source, Misconfiguration>;

/// The search of one tool through all kinds of source.
struct Walk<'w> {
    world: &'w World,
    files: SharedFiles<'w>,
    precedence: &'static Precedence,
    /// The profiles that led to this one through `source_profile`.
    chain: Chain,
    visit: Visit,
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
            Step::EnvironmentKeysUnlessNamed | Step::EnvironmentWebIdentityUnlessNamed
                if self.is_named_in_code() =>
            {
                Ok(None)
            }
            Step::EnvironmentKeys | Step::EnvironmentKeysUnlessNamed => {
                keys::of_environment(self.world, keys, &mut self.notes)
            }
            Step::Container if !self.is_named() => container(self.world, self.files.family),
            Step::Instance if !self.is_named() => Ok(instance(self.world, self.files.family)),
            Step::Container | Step::Instance => Ok(None),
            Step::Profile => self.profile.as_ref().map(|_| None).map_err(Clone::clone),
            _ => self.look_into_profile(step),
        }
    }

    /// Searches the profile. If the profile itself is invalid, `Step::Profile` has already returned the error.
    fn look_into_profile(&mut self, step: Step) -> Result<Option<Source>, Misconfiguration> {
        let Ok(profile) = &self.profile else { return Ok(None) };
        let (world, notes) = (self.world, &mut self.notes);
        match step {
            Step::Files => match self.files.missing() {
                Some(why) if !profile.has_any(&CREDENTIAL_KEYS) => Err(why),
                _ => match self.files.missing_config_of_serverless() {
                    Some(why) => Err(why),
                    None => profile.check_sections().map(|()| None),
                },
            },
            Step::GoRules => go_rules::check(profile, self.visit).map(|()| None),
            Step::EnvironmentWebIdentity | Step::EnvironmentWebIdentityUnlessNamed => {
                web_identity_of_environment(profile, world, notes)
            }
            Step::ProfileRoleUnlessKeys if profile.has_keys()? => Ok(None),
            Step::ProfileRole | Step::ProfileRoleUnlessKeys => {
                role(profile, self.precedence, &self.chain, self.visit)
            }
            Step::ProfileWebIdentity => web_identity_of_profile(profile, world),
            Step::ProfileSso => self.with_role(sso),
            Step::ProfileLogin => login(profile),
            Step::DisputedLogin => disputed_login(profile),
            Step::UnreadKinds if !self.is_found => unread_kinds(profile).map(|()| None),
            Step::CredentialsFileKeys => self.keys_of(FileKind::Credentials),
            Step::ConfigFileKeys => self.keys_of(FileKind::Config),
            Step::ProfileProcess => self.with_role(|it| process(it, self.precedence.runner)),
            Step::OldFiles => old_files(world),
            Step::Misread if !self.is_found => self.misread(profile).map_or(Ok(None), Err),
            Step::NamedProfile => match &profile.named_by {
                Some(by) if !self.is_found => Err(without_credentials(&profile.name, by)),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    fn keys_of(&mut self, kind: FileKind) -> Result<Option<Source>, Misconfiguration> {
        let Ok(profile) = &self.profile else { return Ok(None) };
        let found = keys::of_profile(profile, kind, &mut self.notes)?;
        self.with_role(|_| Ok(found))
    }

    /// Adds the role of the profile to a source: Go assumes a `role_arn` with the other credentials of the profile.
    fn with_role(
        &self,
        find: impl FnOnce(&Profile<'_>) -> Result<Option<Source>, Misconfiguration>,
    ) -> Result<Option<Source>, Misconfiguration> {
        let Ok(profile) = &self.profile else { return Ok(None) };
        match find(profile)? {
            Some(source) if Dialect::of(self.files.family) == Dialect::Go => {
                role_over(profile, source, self.visit).map(Some)
            }
            found => Ok(found),
        }
    }

    /// The error of a profile whose credentials only other tools read; `None` for other profiles.
    fn misread(&self, profile: &Profile<'_>) -> Option<Misconfiguration> {
        let name = &profile.name;
        let (message, hint) = if !self.files.has_profile(name)
            && let Some(misread) = self.files.misread(Named::Profile(name))
        {
            (misread.message, misread.hint)
        } else if let Some(misread) = self.files.misread_key(name, &CREDENTIAL_KEYS, &KINDS) {
            (misread.message, misread.hint)
        } else {
            let (place, hint) = self.files.elsewhere(name, &CREDENTIAL_KEYS)?;
            let do_not_read = Dialect::of(self.files.family).do_not_read();
            let name = quoted(name);
            (format!("{do_not_read} {place}, which contains credentials of profile {name}"), hint)
        };
        Some(Misconfiguration::new(ErrorCode::AmbiguousConfiguration, message).hint(hint))
    }

    fn is_named(&self) -> bool {
        match &self.profile {
            Ok(profile) => profile.named_by.is_some(),
            Err(_) => true,
        }
    }

    /// Whether `AWS_PROFILE` or an option selects the profile. Some tools then pass the profile to the SDK in code.
    fn is_named_in_code(&self) -> bool {
        let is_explicit = self.profile.as_ref().is_ok_and(|profile| profile.is_explicit);
        is_explicit || self.world.value("AWS_PROFILE").is_some()
    }
}

fn no_credentials() -> Misconfiguration {
    Misconfiguration::new(ErrorCode::NoCredentials, "no credentials are configured").hint(
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN for temporary \
         keys), or choose a profile with AWS_PROFILE or --profile",
    )
}

fn without_credentials(name: &str, by: &Origin) -> Misconfiguration {
    let message = format!("the profile {} has no credentials", quoted(name));
    let error = Misconfiguration::new(ErrorCode::NoCredentials, message).at(by);
    error.hint("add credentials to the profile, or choose another profile")
}
