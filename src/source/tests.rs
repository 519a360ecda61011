//! Tables of worlds, with the sources that tools must choose.

mod ambiguous;
mod broken;
mod go;
mod order;
mod region_and_endpoint;
mod text;
mod tools;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::*;
use crate::tool::{Family, Tool};

const AWS_CLI: Tool = Tool::AWS_CLI;

const ENV_KEYS: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT"), ("AWS_SECRET_ACCESS_KEY", "hush")];
const ENV_WEB: [(&str, &str); 2] = [
    ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
    ("AWS_ROLE_ARN", "arn:aws:iam::111111111111:role/web"),
];
const STATIC: &str = "aws_access_key_id = AKIAPROFILE\naws_secret_access_key = hush\n";

/// A world with these variables, and these texts of the config and the credentials file.
fn world(variables: &[(&str, &str)], config: &str, credentials: &str) -> World {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let mut variables: BTreeMap<_, _> = variables.iter().map(owned).collect();
    variables.entry("HOME".to_owned()).or_insert_with(|| "/home".to_owned());
    let mut world = World {
        variables,
        repeated: BTreeSet::new(),
        machine: Machine::default(),
        files: BTreeMap::new(),
        now: SystemTime::UNIX_EPOCH + Duration::from_hours(500_000),
    };
    put(&mut world, CONFIG_FILE, Contents::Bytes(config.into()));
    put(&mut world, CREDENTIALS_FILE, Contents::Bytes(credentials.into()));
    world
}

const CONFIG_FILE: &str = "/home/.aws/config";
const CREDENTIALS_FILE: &str = "/home/.aws/credentials";

fn put(world: &mut World, path: &str, contents: Contents) {
    world.files.insert(PathBuf::from(path), File::new(contents));
}

fn profile(name: &str) -> Asked {
    Asked { profile: Some(name.to_owned()), ..Asked::default() }
}

fn implied() -> Asked {
    Asked::default()
}

/// The kind and origin of the winner, or the code of the error.
fn winner(world: &World, asked: &Asked) -> String {
    match Inventory::take(world, asked).winner(AWS_CLI) {
        Ok(Winner { source, .. }) => {
            format!("{}: {}", source.kind.name(), source.origin).replace("/home/.aws/", "")
        }
        Err(why) => why.code.name().to_owned(),
    }
}

fn error(world: &World, asked: &Asked) -> Misconfiguration {
    Inventory::take(world, asked).winner(AWS_CLI).unwrap_err()
}

fn notes(world: &World, asked: &Asked) -> Vec<String> {
    Inventory::take(world, asked).notes(AWS_CLI).into_iter().map(|note| note.0).collect()
}

#[test]
fn debug_output_contains_no_secret() {
    let keys = Keys {
        access_key_id: "A".to_owned(),
        secret_access_key: Secret::new("hush"),
        session_token: Some(Secret::new("hush")),
        expires_at: None,
        account_id: None,
    };
    assert!(!format!("{keys:?}").contains("hush"), "{keys:?}");
}
