//! What the machine offers: a container's credential endpoint and the metadata service.

use super::kind::{Container, ContainerUri, Kind};
use super::world::World;
use super::{Misconfiguration, Origin, Source};
use crate::unknown::ErrorCode;

const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/// The container's endpoint; the relative form comes first.
pub(crate) fn container(world: &World) -> Result<Option<Source>, Misconfiguration> {
    for name in [RELATIVE, FULL] {
        let origin = Origin::Variable(name);
        let Some(uri) = world.variables.get(name) else { continue };
        if uri.trim().is_empty() {
            let message = format!("{origin} is blank");
            return Err(Misconfiguration::new(ErrorCode::InvalidConfiguration, message)
                .at(&origin)
                .hint(format!("unset {name}")));
        }
        let form = if name == RELATIVE { ContainerUri::Relative } else { ContainerUri::Full };
        let kind = Kind::Container(Container { uri: form(uri.to_owned()) });
        return Ok(Some(Source { kind, origin, claims: Vec::new() }));
    }
    Ok(None)
}

/// The metadata service, which may or may not be there: only `AWS_EC2_METADATA_DISABLED=true` says
/// that it is not.
pub(crate) fn instance(world: &World) -> Option<Source> {
    let disabled = world.variables.get("AWS_EC2_METADATA_DISABLED");
    let is_disabled = disabled.is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let source = Source { kind: Kind::Instance, origin: Origin::Machine, claims: Vec::new() };
    (!is_disabled).then_some(source)
}

/// The files of before the shared ones, which botocore still reads where a variable names them. No
/// other tool does, so that they are an error where they would be reached.
pub(crate) fn old_files(world: &World) -> Result<Option<Source>, Misconfiguration> {
    let names = ["AWS_CREDENTIAL_FILE", "BOTO_CONFIG"];
    let Some(name) = names.into_iter().find(|name| world.value(name).is_some()) else {
        return Ok(None);
    };
    let origin = Origin::Variable(name);
    let message = format!("{origin} names credentials in a form that only botocore reads");
    Err(Misconfiguration::new(ErrorCode::InvalidConfiguration, message)
        .at(&origin)
        .hint(format!("move them into a profile, and unset {name}")))
}
