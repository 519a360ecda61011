//! The CA bundle of a run: the one that the command line, the environment or the profile selects.

use std::path::{Path, PathBuf};

use crate::net::roots::CaBundle;
use crate::source::{Setting, Settings};
use crate::unknown::Unknown;

/// The selected CA bundle, in the AWS CLI's order: the option, the environment, the profile. Then come
/// `REQUESTS_CA_BUNDLE`, and `SSL_CERT_FILE`, which only adds to the roots of the machine.
///
/// `None` if no bundle is selected.
pub(super) fn selected(
    option: Option<&Path>,
    settings: &Settings<'_>,
) -> Result<Option<CaBundle>, Unknown> {
    let only = |path: PathBuf, origin: String| CaBundle { path, origin, keeps_native: false };
    if let Some(path) = option {
        return Ok(Some(only(path.to_path_buf(), "--ca-bundle".to_owned())));
    }
    if let Some((path, origin)) = settings.text(Setting::CaBundle)? {
        return Ok(Some(only(PathBuf::from(&*path), origin.to_string())));
    }
    if let Some(path) = settings.variable("REQUESTS_CA_BUNDLE") {
        return Ok(Some(only(PathBuf::from(path), "REQUESTS_CA_BUNDLE".to_owned())));
    }
    Ok(settings.variable("SSL_CERT_FILE").map(|path| CaBundle {
        path: PathBuf::from(path),
        origin: "SSL_CERT_FILE".to_owned(),
        keeps_native: true,
    }))
}
