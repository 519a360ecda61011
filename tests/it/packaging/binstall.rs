//! Tests that the templates for `cargo binstall` in Cargo.toml give the names that archive.py
//! writes. The tool itself takes too long to build for a test.

use std::process::Command;

use serde_json::Value;

use super::archive;

/// The settings for cargo-binstall in this manifest, as cargo reads them.
fn settings() -> Value {
    let arguments = ["metadata", "--format-version=1", "--no-deps", "--offline", "--manifest-path"];
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let output = Command::new(env!("CARGO")).args(arguments).arg(manifest).output().expect("cargo");
    let read: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    read["packages"][0]["metadata"]["binstall"].clone()
}

/// A template with its placeholders filled in.
fn filled(template: &Value, target: &str) -> String {
    let windows = target.contains("windows");
    let mut text = template.as_str().expect("a template").to_owned();
    for (name, value) in [
        ("repo", "https://git.example.com/project"),
        ("name", env!("CARGO_PKG_NAME")),
        ("version", env!("CARGO_PKG_VERSION")),
        ("target", target),
        ("bin", "account-guard"),
        ("binary-ext", if windows { ".exe" } else { "" }),
    ] {
        text = text.replace(&format!("{{ {name} }}"), value);
    }
    assert!(!text.contains(['{', '}']), "{text}");
    text
}

#[test]
fn binstall_finds_the_packed_archives() {
    let settings = settings();
    let directory = tempfile::TempDir::new().expect("a directory");
    for (target, path) in archive::all_packed(directory.path()) {
        let name = path.file_name().and_then(|it| it.to_str()).expect("a name");
        let setting = |key: &str| match &settings["overrides"][target][key] {
            Value::Null => &settings[key],
            own => own,
        };
        let version = env!("CARGO_PKG_VERSION");
        let url = format!("https://git.example.com/project/releases/download/v{version}/{name}");
        assert_eq!(filled(setting("pkg-url"), target), url);
        let format = if target.contains("windows") { "zip" } else { "tgz" };
        assert_eq!(setting("pkg-fmt").as_str(), Some(format), "{target}");
        let program = filled(setting("bin-dir"), target);
        let files = archive::unpacked(&path, &directory.path().join(target));
        assert!(files.contains_key(&program), "{target}: {program}: {:?}", files.keys());
    }
}
