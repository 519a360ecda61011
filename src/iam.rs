//! The limits of IAM and STS: characters and lengths of names, and durations of sessions. Constants and
//! predicates only.
//!
//! Sources: the IAM user guide, "IAM and AWS STS quotas", and the STS API reference.

use std::ops::RangeInclusive;
use std::time::Duration;

/// The characters that names of roles, users and role sessions may contain besides ASCII letters and digits.
pub(crate) const NAME_PUNCTUATION: &str = "_+=,.@-";

/// The most characters that the name of a role or a user has.
pub(crate) const LONGEST_NAME: usize = 64;

/// The most characters that the name of a permission set has.
pub(crate) const LONGEST_PERMISSION_SET: usize = 32;

/// The durations that `AssumeRole` accepts.
pub(crate) const ROLE_DURATION: RangeInclusive<Duration> =
    Duration::from_mins(15)..=Duration::from_hours(12);

/// The longest session of a role that another role's session assumes ("role chaining").
pub(crate) const LONGEST_CHAINED_SESSION: Duration = Duration::from_hours(1);

/// The longest session of all: `GetSessionToken` and `GetFederationToken` end at 36 hours.
pub(crate) const LONGEST_SESSION: Duration = Duration::from_hours(36);

/// The lengths and characters that STS accepts in one parameter of a request.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// In characters.
    pub(crate) length: RangeInclusive<usize>,
    /// The characters that are allowed besides ASCII letters and digits.
    pub(crate) punctuation: &'static str,
}

/// `RoleSessionName`
pub(crate) const SESSION_NAME: Limits = Limits { length: 2..=64, punctuation: NAME_PUNCTUATION };

/// `ExternalId`
pub(crate) const EXTERNAL_ID: Limits = Limits { length: 2..=1224, punctuation: "_+=,.@:/-" };

/// `SerialNumber`: the serial number or the ARN of an MFA device.
pub(crate) const MFA_SERIAL: Limits = Limits { length: 9..=256, punctuation: "_+=/:,.@-" };

/// Whether the name of a role, a user or a session may contain this character.
pub(crate) fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || NAME_PUNCTUATION.contains(c)
}

/// Whether a role or a user may have this name, its length aside.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_name_character)
}

/// Whether the path of a role or a user may contain this character.
pub(crate) fn is_path_character(c: char) -> bool {
    c.is_ascii_graphic()
}
