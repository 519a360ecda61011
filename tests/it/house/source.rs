//! A file of Rust as far as the house looks at it: its module, and its code without tests, comments
//! and texts.

/// The file.
pub(super) struct Source {
    /// `["policy", "rules"]`
    path: Vec<String>,
    /// The code without white space between what is not two words.
    code: String,
    /// The code with its lines.
    lines: String,
}

impl Source {
    /// The file of this path below `src`.
    pub(super) fn of(path: &str, text: &str) -> Self {
        let path: Vec<String> =
            path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        let is_test = path.iter().any(|part| part == "tests");
        let lines = if is_test { String::new() } else { without_tests(&bare(text)) };
        Self { path, code: dense(&lines), lines }
    }

    /// The top-level module that it belongs to.
    pub(super) fn module(&self) -> &str {
        &self.path[0]
    }

    /// The path of its module, such as `policy/rules`.
    pub(super) fn name(&self) -> String {
        self.path.join("/")
    }

    /// Whether its module is the one of another file, or below it.
    pub(super) fn is_in(&self, other: &Self) -> bool {
        self.path.starts_with(&other.path)
    }

    /// The names of the types and traits that are defined at the top level of the file.
    pub(super) fn definitions(&self) -> Vec<&str> {
        const KEYWORDS: [&str; 5] = ["struct", "enum", "union", "trait", "type"];
        let defined = |line| words_of(line).skip_while(|word| !KEYWORDS.contains(word)).nth(1);
        self.lines.lines().filter(|line| !line.starts_with(' ')).filter_map(defined).collect()
    }

    /// What stands between `impl` and `{`, for every `impl` at the top level of the file.
    pub(super) fn impls(&self) -> Vec<&str> {
        let starts = self.lines.match_indices("impl").map(|(at, word)| (at, at + word.len()));
        let is_item = |at: usize, end: usize| {
            let is_line = at == 0 || self.lines[..at].ends_with('\n');
            is_line && !self.lines[end..].starts_with(is_word)
        };
        starts
            .filter(|(at, end)| is_item(*at, *end))
            .filter_map(|(_, end)| self.lines[end..].split_once('{'))
            .map(|(header, _)| header)
            .collect()
    }

    /// Whether the code holds this, which has no spaces.
    pub(super) fn has(&self, code: &str) -> bool {
        self.code.contains(code)
    }

    /// The same, where it does not continue a word.
    pub(super) fn has_word(&self, code: &str) -> bool {
        self.code.match_indices(code).any(|(at, _)| !self.code[..at].ends_with(is_word))
    }

    /// The words of the code.
    pub(super) fn words(&self) -> Vec<&str> {
        words_of(&self.code).collect()
    }

    /// The top-level modules of the crate that it uses.
    pub(super) fn uses(&self) -> Vec<String> {
        let mut used = self.of_crate("crate");
        used.extend(self.of_crate("account_guard"));
        let up = "super::".repeat(self.path.len());
        used.extend(self.of_path(up.trim_end_matches("::")));
        // `use super::{super::verdict}`: a group that goes further up.
        let inner = format!("{{{}", "super::".repeat(self.path.len().saturating_sub(1)));
        if self.path.len() > 1 {
            for (at, _) in self.code.match_indices(&inner) {
                if self.code[..at].ends_with("super::") {
                    used.extend(names(&self.code[at + inner.len()..]));
                }
            }
        }
        if self.has_word("use crate as") {
            used.push("crate".to_owned());
        }
        used
    }

    /// The first names behind `std::`, in groups too.
    pub(super) fn of_crate(&self, root: &str) -> Vec<String> {
        self.of_path(root)
    }

    fn of_path(&self, root: &str) -> Vec<String> {
        let start = format!("{root}::");
        let is_start = |at: usize| {
            let before = &self.code[..at];
            !before.ends_with(is_word) && !before.ends_with("::")
        };
        self.code
            .match_indices(&start)
            .filter(|(at, _)| is_start(*at))
            .flat_map(|(at, _)| names(&self.code[at + start.len()..]))
            .filter(|name| name != "super")
            .collect()
    }
}

/// The words of a text.
pub(super) fn words_of(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c| !is_word(c)).filter(|word| !word.is_empty())
}

/// `x::y` is `x`; `{x::{y, z}, w}` is `x` and `w`.
fn names(code: &str) -> Vec<String> {
    let word = |code: &str| code.chars().take_while(|&c| is_word(c)).collect::<String>();
    let Some(group) = code.strip_prefix('{') else { return vec![word(code)] };
    let mut names = vec![word(group)];
    let mut depth = 0;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(word(&group[at + 1..])),
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Without white space, but for one blank between two words.
fn dense(code: &str) -> String {
    let mut dense = String::with_capacity(code.len());
    let mut is_apart = false;
    for c in code.chars() {
        if c.is_whitespace() {
            is_apart = true;
            continue;
        }
        if is_apart && is_word(c) && dense.ends_with(is_word) {
            dense.push(' ');
        }
        is_apart = false;
        dense.push(c);
    }
    dense
}

/// Without the items behind `#[cfg(test)]` at the beginning of a line.
fn without_tests(code: &str) -> String {
    let mut lines = code.lines();
    let mut kept = String::new();
    while let Some(line) = lines.next() {
        if line.trim_end() == "#[cfg(test)]" {
            let item = lines.next().unwrap_or_default();
            if !item.trim_end().ends_with(';') {
                // rustfmt puts the end of an item where its beginning is.
                lines.by_ref().find(|line| line.starts_with('}'));
            }
            continue;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    kept
}

/// Without comments, and with empty texts. Line feeds stay.
fn bare(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_text(rest).filter(|_| !bare.ends_with(is_word)) {
            bare.push_str("\"\"");
            length
        } else if c == '"' {
            bare.push_str("\"\"");
            quoted(rest, '"')
        } else if c == '\'' && is_char(rest) {
            bare.push_str("' '");
            quoted(rest, '\'')
        } else {
            bare.push(c);
            c.len_utf8()
        };
        rest = &rest[skipped..];
    }
    bare
}

/// The length of `r#"…"#`, if that is what comes.
fn raw_text(rest: &str) -> Option<usize> {
    let behind = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = behind.len() - behind.trim_start_matches('#').len();
    let inside = behind[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&end)? + end.len();
    Some(rest.len() - inside.len() + length)
}

/// A character, and not a lifetime.
fn is_char(rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    let (first, second) = (chars.next(), chars.next());
    first == Some('\\') || second == Some('\'')
}

/// The length of what stands between two of these, escapes minded.
fn quoted(rest: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}
