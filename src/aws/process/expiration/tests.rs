use std::path::PathBuf;

use serde_json::Value;

use super::{Fault, Printed, Reading, Zone};
use crate::source::Origin;
use crate::tool::Family;

/// How real tools read what a process printed: `tests/oracles/expirations.py`.
const READ_BY_TOOLS: &str = include_str!("../../../../tests/oracles/expirations.json");

/// A time that has passed for good.
const PAST: i64 = 1_700_000_000;

const TOOLS: [(&str, Family); 7] = [
    ("aws-cli-v2", Family::AwsCli),
    ("boto3", Family::Boto3),
    ("js", Family::Js),
    ("cdk", Family::Cdk),
    ("go", Family::Go),
    ("terraform", Family::Go),
    ("rust", Family::Rust),
];

fn printed(member: &Value, zone: &str) -> Printed {
    let text = format!("{{\"Version\": 1, {}}}", member.as_str().unwrap_or("\"Other\": 1"));
    let origin = Origin::Line { file: PathBuf::from("config"), line: 2, profile: "p".to_owned() };
    Printed::of(text.as_bytes(), &origin, Zone::of(Some(zone)))
}

/// Whether our reading is the one that a tool was seen to have, or a refusal.
fn agrees(ours: Reading, seen: &Value) -> bool {
    let is_refused = seen == "error";
    match ours {
        // A past time ends some tools and not others; it is an error for all of them here.
        Ok(Some(end)) if end < PAST => is_refused || seen == "used" || seen.is_number(),
        #[expect(clippy::cast_possible_truncation, reason = "a whole number of seconds")]
        Ok(Some(end)) => seen == "used" || seen.as_f64().is_some_and(|it| it.floor() as i64 == end),
        Ok(None) => ["none", "invalid", "used"].iter().any(|it| seen == it),
        Err(_) => true,
    }
}

#[test]
fn an_expiration_is_read_as_the_tools_read_it() {
    let recorded: Value = serde_json::from_str(READ_BY_TOOLS).unwrap();
    let zone = recorded["zone"].as_str().unwrap();
    let rows = recorded["answers"].as_array().unwrap();
    assert!(rows.len() > 150);
    let mut wrong = Vec::new();
    let mut refused = Vec::new();
    for row in rows {
        let printed = printed(&row[0], zone);
        for (tool, family) in TOOLS {
            let (ours, seen) = (printed.reading(family), &row[1][tool]);
            if seen.is_null() {
                continue; // Terraform is asked about a part of them, since it is slow.
            }
            if !agrees(ours, seen) {
                wrong.push(format!("{tool}: {seen}, here {ours:?}: {}", row[0]));
            } else if ours.is_err() && seen != "error" {
                refused.push(format!("{tool}: {seen}, here {ours:?}: {}", row[0]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    insta::assert_snapshot!("read_by_tools_alone", refused.join("\n"));
}

#[test]
fn a_time_without_a_zone_is_read_in_the_local_zone_by_javascript_alone() {
    let member = Value::from(r#""Expiration": "2099-07-21T12:00:00""#);
    let utc = 4_088_318_400;
    for (zone, end) in [
        ("UTC", Ok(Some(utc))),
        ("Europe/Berlin", Ok(Some(utc - 7200))),
        (":Europe/Berlin", Ok(Some(utc - 7200))),
        ("America/Phoenix", Ok(Some(utc + 25_200))),
        ("Nowhere/Land", Err(Fault::UnknownLocalZone)),
    ] {
        assert_eq!(printed(&member, zone).reading(Family::Js), end, "{zone}");
        assert_eq!(printed(&member, zone).reading(Family::AwsCli), Err(Fault::NoZone));
        assert_eq!(printed(&member, zone).reading(Family::Go), Err(Fault::NoZone));
        assert_eq!(printed(&member, zone).reading(Family::Rust), Err(Fault::NoZone));
    }
}

#[test]
fn the_last_time_is_one_that_can_be_written() {
    let member = Value::from(r#""Expiration": "9999-12-31T23:59:59-01:00""#);
    let end = printed(&member, "UTC").read_by(Family::Go).unwrap().unwrap();
    assert_eq!(humantime::format_rfc3339(end).to_string(), "9999-12-31T23:59:59Z");
}
