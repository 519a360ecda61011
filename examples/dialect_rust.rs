//! Prints what the AWS SDK for Rust reads in shared AWS files: JSON lines in, JSON lines out, as described in
//! `tests/dialects/compare.py`.
//!
//! The SDK merges both files before a caller can see them, so each file is loaded on its own here. The SDK has no
//! public list of a profile's keys: a request contains the names of the keys to look up.

#![expect(clippy::print_stdout, reason = "the answers are the output")]

use std::io::BufRead as _;

use aws_config::profile::{self, ProfileSet};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_types::os_shim_internal::{Env, Fs};
use base64_simd::STANDARD;
use serde_json::{Map, Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    for line in std::io::stdin().lock().lines() {
        let request = serde_json::from_str(&line?)?;
        println!("{}", view(&request).await);
    }
    Ok(())
}

async fn view(request: &Value) -> Value {
    let id = &request["id"];
    let Some(config) = load(request, "config", EnvConfigFileKind::Config).await else {
        return json!({"id": id, "error": "config"});
    };
    let Some(credentials) = load(request, "credentials", EnvConfigFileKind::Credentials).await
    else {
        return json!({"id": id, "error": "credentials"});
    };
    let keys: Vec<&str> =
        request["keys"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    json!({
        "id": id,
        "error": null,
        "config": {"profiles": profiles(&config, &keys), "sso_sessions": sso_sessions(&config, &keys)},
        "credentials": {"profiles": profiles(&credentials, &keys)},
    })
}

/// The sections of one file, or `None` where the SDK rejects the file. The SDK treats a file that is not UTF-8 as
/// empty when it reads it from disk, which contents in memory skip.
async fn load(request: &Value, name: &str, kind: EnvConfigFileKind) -> Option<ProfileSet> {
    let coded = request[format!("{name}_base64")].as_str();
    let decoded = coded.and_then(|coded| STANDARD.decode_to_vec(coded).ok());
    let contents = match decoded {
        Some(bytes) => String::from_utf8(bytes).unwrap_or_default(),
        None => request[name].as_str().unwrap_or_default().to_owned(),
    };
    let files = EnvConfigFiles::builder().with_contents(kind, contents).build();
    profile::load(&Fs::from_slice(&[]), &Env::from_slice(&[]), &files, None).await.ok()
}

fn profiles(sections: &ProfileSet, keys: &[&str]) -> Map<String, Value> {
    let named = sections.profiles().filter_map(|name| Some((name, sections.get_profile(name)?)));
    named.map(|(name, profile)| (name.to_owned(), values(keys, |key| profile.get(key)))).collect()
}

fn sso_sessions(sections: &ProfileSet, keys: &[&str]) -> Map<String, Value> {
    let named =
        sections.sso_sessions().filter_map(|name| Some((name, sections.sso_session(name)?)));
    named.map(|(name, session)| (name.to_owned(), values(keys, |key| session.get(key)))).collect()
}

fn values<'a>(keys: &[&str], get: impl Fn(&str) -> Option<&'a str>) -> Value {
    keys.iter()
        .filter_map(|key| Some(((*key).to_owned(), Value::from(get(key)?))))
        .collect::<Map<_, _>>()
        .into()
}
