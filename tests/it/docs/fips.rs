//! Tests that `docs/fips.md` names the cryptography that is linked, and that the program links no
//! other.

use std::process::Command;

use super::page;

/// The libraries that the page lists as used and as unused.
const USED: [&str; 5] = ["rustls", "ring", "aws-sigv4", "hmac", "sha2"];
const NOT_USED: [&str; 5] =
    ["aws-lc-rs", "aws-lc-sys", "aws-lc-fips-sys", "openssl-sys", "native-tls"];

#[test]
fn the_page_names_the_linked_cryptography() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "tree",
            "--locked",
            "--offline",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo");
    assert!(output.status.success(), "{output:?}");
    let tree = String::from_utf8(output.stdout).unwrap();
    let is_linked = |name: &str| tree.lines().any(|line| line.split(' ').next() == Some(name));
    let text = page("docs/fips.md").text;
    for name in USED {
        assert!(is_linked(name) && text.contains(&format!("`{name}`")), "{name}");
    }
    for name in NOT_USED {
        assert!(!is_linked(name), "{name} is linked: docs/fips.md says otherwise");
    }
}
