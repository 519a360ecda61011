//! The message for a run without a policy file.

use super::text::harmless;

/// A policy to begin with. `policy lint` warns about its account, which is an example.
const MINIMAL: &str = r#"version = 1

[environments.prod]
accounts = ["111111111111"]
"#;

/// The message. `path` is where the policy would be.
pub(super) fn message(path: &str) -> String {
    format!("no policy file: `{path}` does not exist")
}

/// The message and the advice, followed by a minimal policy, in several lines.
pub(super) fn text(path: &str, advice: &str) -> String {
    let (message, advice) = (harmless(&message(path)), harmless(advice));
    let mut lines = vec![
        format!("error: {message}"),
        format!("  next: {advice}. A minimal policy:"),
        String::new(),
    ];
    for line in MINIMAL.lines() {
        lines.push(if line.is_empty() { String::new() } else { format!("    {line}") });
    }
    lines.push(String::new());
    lines.join("\n")
}
