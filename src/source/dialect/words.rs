//! Words as Python's `shlex` splits them: botocore splits names of sections and `credential_process` so.

/// Splits a line as Python's `shlex.split` does; `None` where a quotation mark is not closed.
pub(crate) fn split(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\\' => word.get_or_insert_default().push(chars.next()?),
            '\'' | '"' => word.get_or_insert_default().push_str(&quoted(&mut chars, c)?),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

fn quoted(chars: &mut std::str::Chars<'_>, quote: char) -> Option<String> {
    let mut text = String::new();
    loop {
        match chars.next()? {
            c if c == quote => return Some(text),
            '\\' if quote == '"' => match chars.next()? {
                c @ ('"' | '\\') => text.push(c),
                c => text.extend(['\\', c]),
            },
            c => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_as_a_shell_does() {
        for (text, expected) in [
            ("profile a", Some(vec!["profile", "a"])),
            ("profile  a ", Some(vec!["profile", "a"])),
            ("profile\ta", Some(vec!["profile", "a"])),
            ("profile \"a b\"", Some(vec!["profile", "a b"])),
            ("profile 'a b'c", Some(vec!["profile", "a bc"])),
            ("profile a\\ b", Some(vec!["profile", "a b"])),
            (r#"profile "a\"\\\n""#, Some(vec!["profile", r#"a"\\n"#])),
            ("profile ''", Some(vec!["profile", ""])),
            ("profile it's", None),
            ("profile a\\", None),
            ("", Some(vec![])),
        ] {
            let expected = expected.map(|w| w.iter().map(|&w| w.to_owned()).collect::<Vec<_>>());
            assert_eq!(split(text), expected, "{text}");
        }
    }
}
