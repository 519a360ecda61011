//! Settings other than credentials: region, endpoints, CA bundle, FIPS and dual stack.

use super::dialect::FileKind;
use super::precedence::{Choice, LastRegion, Precedence};
use super::profile::{Profile, Value, counts_as_unset};
use super::shared_files::{Named, SharedFiles};
use super::tool_files;
use super::world::{Asked, Variable, World};
use super::{Misconfiguration, Origin, quoted};
use crate::partition::Region;
use crate::tool::{Family, Tool};
use crate::unknown::ErrorCode;

/// A setting, from the environment or else from the chosen profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The CA bundle: `AWS_CA_BUNDLE` or `ca_bundle`.
    CaBundle,
    /// FIPS endpoints: `AWS_USE_FIPS_ENDPOINT` or `use_fips_endpoint`.
    UseFipsEndpoint,
    /// Dual-stack endpoints: `AWS_USE_DUALSTACK_ENDPOINT` or `use_dualstack_endpoint`.
    UseDualstackEndpoint,
}

impl Setting {
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::CaBundle => ("AWS_CA_BUNDLE", "ca_bundle"),
            Self::UseFipsEndpoint => ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
            Self::UseDualstackEndpoint => ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
        }
    }
}

/// A service whose endpoint may be configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Security Token Service.
    Sts,
    /// IAM Identity Center's portal.
    Sso,
    /// IAM Identity Center's OIDC service.
    SsoOidc,
    /// The sign-in service behind `aws login`.
    Signin,
    /// Elastic Container Registry.
    Ecr,
}

impl Service {
    /// The name of the service in messages.
    pub fn title(self) -> &'static str {
        match self {
            Self::Sts => "STS",
            Self::Sso => "IAM Identity Center",
            Self::SsoOidc => "IAM Identity Center's OIDC",
            Self::Signin => "AWS Sign-In",
            Self::Ecr => "ECR",
        }
    }

    /// The first part of the service's host: `sts`.
    pub fn host_prefix(self) -> &'static str {
        match self {
            Self::Sts => "sts",
            Self::Sso => "portal.sso",
            Self::SsoOidc => "oidc",
            Self::Signin => "signin",
            Self::Ecr => "api.ecr",
        }
    }

    /// The variable with the endpoint, and the key in a `[services]` section.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Sts => ("AWS_ENDPOINT_URL_STS", "sts"),
            Self::Sso => ("AWS_ENDPOINT_URL_SSO", "sso"),
            Self::SsoOidc => ("AWS_ENDPOINT_URL_SSO_OIDC", "sso_oidc"),
            Self::Signin => ("AWS_ENDPOINT_URL_SIGNIN", "signin"),
            Self::Ecr => ("AWS_ENDPOINT_URL_ECR", "ecr"),
        }
    }
}

/// The settings of a world for one command line and family.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    world: &'a World,
    asked: &'a Asked,
    family: Family,
}

impl<'a> Settings<'a> {
    /// The settings in the environment and in the chosen profile, as a family reads them.
    pub fn of(world: &'a World, asked: &'a Asked, family: Family) -> Self {
        Self { world, asked, family }
    }

    /// The value of a variable; `None` if it is unset or blank.
    pub fn variable(&self, name: &str) -> Option<&'a str> {
        self.world.value(name)
    }

    /// The value of a variable, which may be blank; `None` if it is unset.
    pub fn as_set(&self, name: &str) -> Option<&'a str> {
        self.world.variables.get(name).map(String::as_str)
    }

    /// The value of a setting with its origin; `None` if it is unset or blank.
    pub fn text(&self, setting: Setting) -> Result<Option<(String, Origin)>, Misconfiguration> {
        let (variable, key) = setting.names();
        if let Some(text) = self.world.value(variable) {
            return Ok(Some((text.to_owned(), Origin::Variable(variable))));
        }
        own_profile(self.world, self.asked, self.family)?.get(key).map(filled)
    }

    /// Whether a setting is enabled. Other values than `true` and `false` (in any letter case) are an error, because
    /// tools differ in their meaning.
    pub fn is_on(&self, switch: Setting) -> Result<bool, Misconfiguration> {
        let Some((text, origin)) = self.text(switch)? else { return Ok(false) };
        match text.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => {
                let (variable, key) = switch.names();
                let name = if matches!(origin, Origin::Variable(_)) { variable } else { key };
                let message = format!("`{name}`: expected true or false, got {}", quoted(&text));
                Err(Misconfiguration::new(ErrorCode::InvalidConfiguration, message)
                    .at(&origin)
                    .hint("write `true` or `false`"))
            }
        }
    }

    /// The configured endpoint of a service with its origin; `None` if none is configured, or if configured
    /// endpoints are ignored.
    ///
    /// Uses the order of botocore, also with an explicit profile: the variable of the service,
    /// `AWS_ENDPOINT_URL`, the key of the service in the profile's `[services]`, the profile's `endpoint_url`.
    /// Blank values count as unset.
    pub fn endpoint(&self, service: Service) -> Result<Option<(String, Origin)>, Misconfiguration> {
        let profile = own_profile(self.world, self.asked, self.family);
        if is_ignored(self.world, &profile)? {
            return Ok(None);
        }
        let (variable, key) = service.names();
        for name in [variable, "AWS_ENDPOINT_URL"] {
            if let Some(url) = self.world.value(name) {
                return Ok(Some((url.to_owned(), Origin::Variable(name))));
            }
        }
        let profile = profile?;
        match filled(of_services(&profile, key)?) {
            Some(found) => Ok(Some(found)),
            None => profile.get("endpoint_url").map(filled),
        }
    }
}

/// Whether configured endpoints are ignored. As in botocore, the variable overrides the profile even if it is
/// blank.
fn is_ignored(
    world: &World,
    profile: &Result<Profile<'_>, Misconfiguration>,
) -> Result<bool, Misconfiguration> {
    if let Some(text) = world.variables.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
        return Ok(text.eq_ignore_ascii_case("true"));
    }
    let profile = profile.as_ref().map_err(Clone::clone)?;
    let value = profile.get("ignore_configured_endpoint_urls")?;
    match value {
        Some(value) => Ok(value.text.eq_ignore_ascii_case("true")),
        None => Ok(false),
    }
}

fn of_services<'w>(
    profile: &Profile<'w>,
    service: &str,
) -> Result<Option<Value<'w>>, Misconfiguration> {
    let Some(name) = profile.get("services")? else { return Ok(None) };
    let named = Named::Services(name.text);
    let Some(section) = profile.related(named) else {
        let section = quoted(&named.header(FileKind::Config));
        let message = format!("`services` refers to {section}, which does not exist");
        return Err(Misconfiguration::new(ErrorCode::InvalidConfiguration, message)
            .at(&name.origin)
            .hint("correct the name, or remove the key"));
    };
    if let Some(entry) = section.get(service)
        && !entry.value.is_empty()
    {
        let message = format!("`{service}` has a value, but indented keys are expected below it");
        let origin = profile.origin(FileKind::Config, entry.line);
        return Err(Misconfiguration::new(ErrorCode::InvalidConfiguration, message).at(&origin));
    }
    if let Some(group) = section.group(service)
        && let Some(entry) = group.get("endpoint_url")
    {
        return Ok(Some(profile.value_of(FileKind::Config, entry)));
    }
    Ok(None)
}

/// The profile with the settings of account-guard's own requests: the profile of the first tool in scope.
fn own_profile<'w>(
    world: &'w World,
    asked: &Asked,
    family: Family,
) -> Result<Profile<'w>, Misconfiguration> {
    tool_files::profile(world, asked, Tool::of(family))
}

/// The region with its origin: from `--region`, the tool's own setting, the family's variables or the profile;
/// `None` if none of them selects one.
pub(crate) fn region(
    world: &World,
    asked: &Asked,
    tool: Tool,
) -> Result<Option<(Region, Origin)>, Misconfiguration> {
    let precedence = Precedence::of(tool.family());
    if let Some(name) = &asked.region {
        return parse(name, Origin::Flag("--region")).map(Some);
    }
    if let Some(setting) = tool_files::region(world, tool)? {
        return parse(&setting.text, setting.origin).map(Some);
    }
    for Choice { variable, blank } in precedence.region {
        match world.variable(variable) {
            Variable::Absent => {}
            Variable::Blank if counts_as_unset(*blank, asked.audience) => {}
            Variable::Blank => return Err(blank_region(variable)),
            Variable::Set(name) => return parse(name, Origin::Variable(variable)).map(Some),
        }
    }
    if precedence.reads_profile_region
        && let Some(value) = tool_files::profile(world, asked, tool)?.get("region")?
    {
        return parse(value.text, value.origin).map(Some);
    }
    match precedence.last_region {
        LastRegion::None | LastRegion::OfMachine => Ok(None),
        LastRegion::Always(name) => parse(name, Origin::BuiltIn).map(Some),
        LastRegion::OfDefaultProfileOr(last) => {
            let files = SharedFiles::of(world, tool.family());
            match Profile::default_of(files).get("region")? {
                Some(value) => parse(value.text, value.origin).map(Some),
                None if is_on_ec2(world) => Ok(None),
                None => parse(last, Origin::BuiltIn).map(Some),
            }
        }
    }
}

/// Whether the CDK would treat the machine as an EC2 instance, and ask the metadata service for the region.
fn is_on_ec2(world: &World) -> bool {
    let disabled = world.value("AWS_EC2_METADATA_DISABLED");
    world.machine.is_ec2 && matches!(disabled, None | Some("false"))
}

/// Whether the tool asks the metadata service for its region if no setting selects one.
pub(crate) fn asks_machine_for_region(world: &World, tool: Tool) -> bool {
    let asks = match Precedence::of(tool.family()).last_region {
        LastRegion::OfMachine => true,
        LastRegion::OfDefaultProfileOr(_) => is_on_ec2(world),
        LastRegion::None | LastRegion::Always(_) => false,
    };
    let disabled = world.value("AWS_EC2_METADATA_DISABLED");
    let is_disabled = match tool.family() {
        // JavaScript treats every value as true, even `false`.
        Family::Js => disabled.is_some(),
        _ => disabled.is_some_and(|value| value.eq_ignore_ascii_case("true")),
    };
    asks && !is_disabled
}

fn blank_region(variable: &'static str) -> Misconfiguration {
    let origin = Origin::Variable(variable);
    Misconfiguration::new(ErrorCode::InvalidRegion, format!("{origin} is blank"))
        .at(&origin)
        .hint(format!("unset {variable}, or set it to a region"))
}

fn parse(name: &str, origin: Origin) -> Result<(Region, Origin), Misconfiguration> {
    match Region::parse(name) {
        Ok(region) => Ok((region, origin)),
        Err(why) => {
            Err(Misconfiguration::new(ErrorCode::InvalidRegion, format!("{origin}: {why}"))
                .at(&origin)
                .hint("write a region such as eu-west-1"))
        }
    }
}

fn filled(value: Option<Value<'_>>) -> Option<(String, Origin)> {
    match value {
        Some(value) if !value.is_blank() => Some((value.text.to_owned(), value.origin)),
        _ => None,
    }
}
