//! Sources outside of profiles: the container credential endpoint, the metadata service, and the old files of
//! boto.

use super::dialect::{Dialect, FileKind};
use super::kind::{Container, ContainerUri, Kind};
use super::paths::takes_blank_for_unset;
use super::shared_files::line;
use super::world::{Contents, World};
use super::{Misconfiguration, Origin, Source};
use crate::tool::Family;
use crate::unknown::ErrorCode;

const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/// The container credential endpoint, from the relative or else the full URI; `None` if neither is set.
pub(crate) fn container(world: &World, family: Family) -> Result<Option<Source>, Misconfiguration> {
    for name in [RELATIVE, FULL] {
        let origin = Origin::Variable(name);
        let Some(uri) = world.variables.get(name) else { continue };
        if uri.is_empty() && takes_blank_for_unset(family) {
            continue;
        }
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

/// The metadata service; `None` if `AWS_EC2_METADATA_DISABLED` disables it. JavaScript tools also accept other
/// values than `true`. Whether the service exists is unknown.
pub(crate) fn instance(world: &World, family: Family) -> Option<Source> {
    if let Some(value) = world.value("AWS_EC2_METADATA_DISABLED") {
        let is_disabled = match family {
            Family::Js | Family::Cdk => value != "false",
            Family::Serverless => true,
            _ => value.eq_ignore_ascii_case("true"),
        };
        if is_disabled {
            return None;
        }
    }
    Some(Source { kind: Kind::Instance, origin: Origin::Machine, claims: Vec::new() })
}

/// Credentials in a file of boto or of the EC2 tools, which botocore reads after the profile. Always `None` or an
/// error: only botocore reads these files, so that tools would differ.
pub(crate) fn old_files(world: &World) -> Result<Option<Source>, Misconfiguration> {
    const NAME: &str = "AWS_CREDENTIAL_FILE";
    if world.variables.contains_key(NAME) {
        let origin = Origin::Variable(NAME);
        let message = format!("{origin} names a file with credentials that only botocore reads");
        return Err(Misconfiguration::new(ErrorCode::InvalidConfiguration, message)
            .at(&origin)
            .hint(format!("move them into a profile, and unset {NAME}")));
    }
    match boto_credentials(world)? {
        None => Ok(None),
        Some(place) => {
            let message =
                format!("{place} contains credentials that the AWS CLI, boto3 and SAM would use");
            Err(Misconfiguration::new(ErrorCode::InvalidConfiguration, message)
                .hint("move them into a profile, or set BOTO_CONFIG=/dev/null"))
        }
    }
}

/// The position (`file:line`) of the access key in the first boto file that has one.
pub(crate) fn boto_credentials(world: &World) -> Result<Option<String>, Misconfiguration> {
    for path in world.lookup().boto_files() {
        let Some(file) = world.file(&path) else { continue };
        if let Contents::Unreadable(_) = file.contents() {
            continue; // botocore ignores an unreadable file as well
        }
        let sections = match file.read(Dialect::Botocore, FileKind::Credentials) {
            None => continue,
            Some(Ok(sections)) => sections,
            Some(Err(fault)) => {
                let place = line(&path, fault.line);
                let message = format!(
                    "{place} {}: the AWS CLI, boto3 and SAM fail on the file",
                    fault.reason
                );
                return Err(Misconfiguration::new(ErrorCode::AmbiguousConfiguration, message)
                    .hint("correct this line, or set BOTO_CONFIG=/dev/null"));
            }
        };
        if let Some(section) = sections.profiles.get("Credentials")
            && let Some(entry) = section.get("aws_access_key_id")
        {
            return Ok(Some(line(&path, entry.line)));
        }
    }
    Ok(None)
}

/// Whether boto's files contain credentials or cannot be parsed. A child process must then not read them.
pub fn has_boto_credentials(world: &World) -> bool {
    !matches!(boto_credentials(world), Ok(None))
}
