//! ARNs, split into six fields. Does not interpret the fields.

use std::fmt;

/// An Amazon Resource Name, split into its fields: `arn:partition:service:region:account:resource`.
///
/// The resource is the rest after the fifth colon, and may contain colons and slashes.
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`, …; never empty.
    pub partition: &'a str,
    /// `iam`, `sts`, …; never empty.
    pub service: &'a str,
    /// The region; empty for global services such as IAM.
    pub region: &'a str,
    /// Twelve digits in a valid ARN (not checked); empty for a resource without an account.
    pub account: &'a str,
    /// `role/deploy`, `assumed-role/deploy/SESSION`, …; never empty.
    pub resource: &'a str,
}

/// Why a string is not an ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAnArn {
    /// It does not begin with `arn:`.
    Prefix,
    /// It has fewer than six fields.
    Fields,
    /// Its partition, service or resource is empty.
    Empty,
}

impl fmt::Display for NotAnArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prefix => "an ARN begins with `arn:`",
            Self::Fields => "expected six fields, separated by colons",
            Self::Empty => "the partition, the service or the resource is empty",
        })
    }
}

impl std::error::Error for NotAnArn {}

impl<'a> Arn<'a> {
    /// Splits `text` at its first five colons. Does not check the fields: they may contain wildcards.
    pub(crate) fn parse(text: &'a str) -> Result<Self, NotAnArn> {
        let mut fields = text.splitn(6, ':');
        if fields.next() != Some("arn") {
            return Err(NotAnArn::Prefix);
        }
        let mut field = || fields.next().ok_or(NotAnArn::Fields);
        let arn = Self {
            partition: field()?,
            service: field()?,
            region: field()?,
            account: field()?,
            resource: field()?,
        };
        if [arn.partition, arn.service, arn.resource].contains(&"") {
            return Err(NotAnArn::Empty);
        }
        Ok(arn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_into_six_fields() {
        let arn = Arn::parse("arn:aws:sts::123456789012:assumed-role/deploy/a:b/c").unwrap();
        assert_eq!(
            arn,
            Arn {
                partition: "aws",
                service: "sts",
                region: "",
                account: "123456789012",
                resource: "assumed-role/deploy/a:b/c",
            }
        );
    }

    #[test]
    fn other_strings_are_refused() {
        for (text, why) in [
            ("", NotAnArn::Prefix),
            ("deploy", NotAnArn::Prefix),
            ("ARN:aws:iam::1:root", NotAnArn::Prefix),
            (" arn:aws:iam::1:root", NotAnArn::Prefix),
            ("arn", NotAnArn::Fields),
            ("arn:aws:iam::123456789012", NotAnArn::Fields),
            ("arn:aws:iam::123456789012:", NotAnArn::Empty),
            ("arn::iam::123456789012:root", NotAnArn::Empty),
            ("arn:aws:::123456789012:root", NotAnArn::Empty),
        ] {
            assert_eq!(Arn::parse(text), Err(why), "{text:?}");
        }
    }
}
