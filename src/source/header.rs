//! What the header of a section names. Knows how the AWS CLI and the SDKs read it; never the file.

/// Something that a section describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Profile(String),
    SsoSession(String),
    Services(String),
}

/// Which of the two shared files a header stands in: each has rules of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    Config,
    Credentials,
}

/// What a header names for the AWS CLI, and for the SDKs that keep to the letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) cli: Option<Name>,
    pub(crate) sdks: Option<Name>,
    /// Whether one of them takes the section for something that the other does not.
    pub(crate) is_disputed: bool,
}

impl Reading {
    pub(crate) fn of(header: &str, kind: FileKind) -> Self {
        let cli = match kind {
            FileKind::Config => cli_config(header),
            FileKind::Credentials => Some(Name::Profile(header.to_owned())),
        };
        let strict = match kind {
            FileKind::Config => strict_config(header),
            FileKind::Credentials => strict_credentials(header),
        };
        let (sdks, is_disputed) = match strict {
            Strict::Named(name) => (Some(name.clone()), cli != Some(name)),
            Strict::Nothing => (None, cli.is_some()),
            Strict::Unspeakable => (None, false),
        };
        Self { cli, sdks, is_disputed }
    }

    pub(crate) fn names(&self, name: &Name) -> bool {
        [&self.cli, &self.sdks].contains(&&Some(name.clone()))
    }
}

/// botocore's `build_profile_map`: a prefix, then a split as a shell would do it.
fn cli_config(header: &str) -> Option<Name> {
    let second = || match words(header)?.as_slice() {
        [_, name] => Some(name.clone()),
        _ => None,
    };
    if header.starts_with("profile") {
        second().map(Name::Profile)
    } else if header.starts_with("sso-session") {
        second().map(Name::SsoSession)
    } else if header.starts_with("services") {
        second().map(Name::Services)
    } else {
        (header == "default").then(|| Name::Profile(header.to_owned()))
    }
}

enum Strict {
    Named(Name),
    /// No section that the SDKs know.
    Nothing,
    /// One that they know, with a name that they cannot spell: quoted, or with spaces.
    Unspeakable,
}

fn strict_config(header: &str) -> Strict {
    let header = header.trim();
    let Some((prefix, name)) = header.split_once([' ', '\t']) else {
        let is_default = header == "default";
        return if is_default { named(Name::Profile, header) } else { Strict::Nothing };
    };
    match prefix {
        "profile" => named(Name::Profile, name),
        "sso-session" => named(Name::SsoSession, name),
        "services" => named(Name::Services, name),
        _ => Strict::Nothing,
    }
}

fn strict_credentials(header: &str) -> Strict {
    named(Name::Profile, header)
}

fn named(kind: fn(String) -> Name, name: &str) -> Strict {
    let name = name.trim();
    let is_spelled = |c: char| c.is_ascii_alphanumeric() || "_-/.%@:+".contains(c);
    if !name.is_empty() && name.chars().all(is_spelled) {
        Strict::Named(kind(name.to_owned()))
    } else {
        Strict::Unspeakable
    }
}

/// Splits as Python's `shlex.split` does; nothing where a quote stays open.
pub(crate) fn words(text: &str) -> Option<Vec<String>> {
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
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn a_header_of_the_config_file_is_read_as_both_do() {
        let profile = |name: &str| Some(Name::Profile(name.to_owned()));
        let session = Some(Name::SsoSession("corp".to_owned()));
        let services = Some(Name::Services("local".to_owned()));
        for (header, cli, is_disputed) in [
            ("default", profile("default"), false),
            ("profile default", profile("default"), false),
            ("profile prod", profile("prod"), false),
            ("profile   prod", profile("prod"), false),
            ("profile\tprod", profile("prod"), false),
            ("profile prod ", profile("prod"), false),
            ("profile \"prod eu\"", profile("prod eu"), false),
            ("profile prod eu", None, false),
            ("profile it's", None, false),
            ("sso-session corp", session, false),
            ("services local", services, false),
            ("services", None, false),
            ("prod", None, false),
            ("preview", None, false),
            ("PROFILE prod", None, false),
            (" profile prod ", None, true),
            (" default ", None, true),
            ("profilefoo prod", profile("prod"), true),
            ("profile pr\\od", profile("prod"), false),
        ] {
            let reading = Reading::of(header, FileKind::Config);
            assert_eq!((reading.cli, reading.is_disputed), (cli, is_disputed), "{header}");
        }
    }

    #[test]
    fn a_header_of_the_credentials_file_is_a_name_as_it_stands() {
        for (header, is_disputed) in [
            ("default", false),
            ("prod", false),
            ("profile prod", false),
            ("prod eu", false),
            ("\"prod\"", false),
            (" prod ", true),
        ] {
            let reading = Reading::of(header, FileKind::Credentials);
            assert_eq!(reading.cli, Some(Name::Profile(header.to_owned())));
            assert_eq!(reading.is_disputed, is_disputed, "{header}");
        }
        let reading = Reading::of(" prod ", FileKind::Credentials);
        assert!(reading.names(&Name::Profile("prod".to_owned())));
    }
}
