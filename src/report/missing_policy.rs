//! The message for a run without a policy file.

/// A policy to begin with. `policy lint` warns about its account, which is an example.
const MINIMAL: &str = r#"version = 1

[environments.prod]
accounts = ["111111111111"]
"#;

/// `path` is where the policy would be.
pub fn message(path: &str) -> String {
    format!("no policy file: `{path}` does not exist")
}

/// The advice, followed by a minimal policy, in several lines.
pub fn hint(advice: &str) -> String {
    let mut lines = vec![format!("{advice}. A minimal policy:"), String::new()];
    for line in MINIMAL.lines() {
        lines.push(if line.is_empty() { String::new() } else { format!("    {line}") });
    }
    lines.join("\n")
}
