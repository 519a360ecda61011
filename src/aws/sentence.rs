//! The sentence in which a service explains a refusal, made safe to print. Never passes on a secret.

use std::borrow::Cow;

use url::form_urlencoded::byte_serialize;

use crate::source::{Keys, Secret};

/// The longest sentence that is printed, in characters.
const LONGEST: usize = 400;

/// Longer words are tokens or signatures rather than English. A request ID has 36 characters.
const LONGEST_WORD: usize = 36;

/// Shorter secrets are replaced only where they are a word: as a part of one they would be found by
/// chance.
const SHORTEST_PART: usize = 6;

const HIDDEN: &str = "***";

/// The service's copy of the request begins at one of these, in lower case: it contains the session
/// token and the signature.
const COPIES: [&str; 10] = [
    "canonical string",
    "canonical request",
    "string-to-sign",
    "string to sign",
    "authorization=",
    "authorization:",
    "x-amz-",
    "aws4-hmac",
    "credential=",
    "signature=",
];

/// The secrets that a request contains or is signed with, which the answer to it could repeat.
#[derive(Default)]
pub(super) struct Secrets<'a>(Vec<&'a str>);

impl<'a> Secrets<'a> {
    /// The secrets of a request that is signed with these keys. The key ID is hidden like a secret.
    pub(super) fn of(keys: &'a Keys) -> Self {
        let secrets = Self(vec![keys.access_key_id.as_str()]);
        secrets.with(Some(&keys.secret_access_key)).with(keys.session_token.as_ref())
    }

    /// The same secrets, and one more.
    pub(super) fn with(mut self, secret: Option<&'a Secret>) -> Self {
        self.0.extend(secret.map(Secret::expose).filter(|it| !it.is_empty()));
        self
    }

    /// The text without these secrets, whether they stand in it as they are or form-encoded.
    fn hidden_in(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| {
            let encoded: String = byte_serialize(secret.as_bytes()).collect();
            without(&without(&text, secret), &encoded)
        })
    }
}

/// The sentence in one line of at most 400 characters and without its full stop. `None` if nothing of
/// it can be printed.
pub(super) fn sentence(message: &str, secrets: &Secrets<'_>) -> Option<String> {
    let text = secrets.hidden_in(message);
    let words = before_the_copy(&text).split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<_> = words.map(plain).filter(|word| !word.is_empty()).collect();
    // Characters that were left out can have stood between the parts of a secret.
    let text = secrets.hidden_in(&words.join(" "));
    let words: Vec<_> = text.split(' ').map(shown).collect();
    let text = bounded(&words);
    let text = text.trim_end_matches(['.', ' ', ':', '\'', '(']);
    text.contains(char::is_alphabetic).then(|| text.to_owned())
}

fn without(text: &str, secret: &str) -> String {
    if secret.chars().count() >= SHORTEST_PART {
        return text.replace(secret, HIDDEN);
    }
    let hidden = |word: &str| match word.trim_matches(|c: char| c.is_ascii_punctuation()) {
        core if core == secret || word == secret => HIDDEN.to_owned(),
        _ => word.to_owned(),
    };
    text.split(' ').map(hidden).collect::<Vec<_>>().join(" ")
}

fn before_the_copy(text: &str) -> &str {
    // The lower-case text has the same offsets.
    let lower = text.to_ascii_lowercase();
    let end = COPIES.iter().filter_map(|copy| lower.find(copy)).min();
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// A word without characters that a terminal, Markdown or a CI system would obey: control and
/// direction characters, backticks, `::` in front and `##` anywhere.
fn plain(word: &str) -> String {
    let word = word.chars().filter(|c| c.is_ascii_graphic() || c.is_alphanumeric());
    let word = word.fold(String::new(), |mut word, c| {
        match c {
            '`' => word.push('\''),
            '#' if word.ends_with('#') => {}
            c => word.push(c),
        }
        word
    });
    word.trim_start_matches("::").to_owned()
}

/// A word, unless it could be a secret by its form or is the verdict that allows.
fn shown(word: &str) -> Cow<'_, str> {
    let core = word.trim_matches(|c: char| c.is_ascii_punctuation());
    let is_name = core.starts_with("arn:") || is_address(core);
    let is_long = !is_name && core.chars().count() > LONGEST_WORD;
    // A script that searches the output for our verdict must not find it in a sentence of STS.
    let is_verdict = word.contains("ALLOWED");
    if is_long || is_verdict || core.split(|c: char| !c.is_ascii_alphanumeric()).any(is_key_id) {
        return HIDDEN.into();
    }
    word.into()
}

/// Whether a word is the address of a server, such as that of an identity provider, without a query.
fn is_address(word: &str) -> bool {
    word.starts_with("https://") && !word.contains(['?', '#', '@', '%', '='])
}

fn is_key_id(word: &str) -> bool {
    let is_upper = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    let is_long = word.len() >= 16 && word.bytes().all(is_upper);
    is_long && ["AKIA", "ASIA"].iter().any(|start| word.starts_with(start))
}

/// As many of the words as there is room for.
fn bounded(words: &[Cow<'_, str>]) -> String {
    let mut text = String::new();
    for word in words {
        if text.chars().count() + 1 + word.chars().count() > LONGEST {
            text.push_str(" …");
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys {
            access_key_id: "demo-prod".to_owned(),
            secret_access_key: Secret::new("opens+nothing/at=all"),
            session_token: Some(Secret::new("hush-hush-token")),
            expires_at: None,
            account_id: None,
        }
    }

    fn of(message: &str) -> Option<String> {
        sentence(message, &Secrets::of(&keys()))
    }

    #[test]
    fn repeats_what_aws_writes() {
        for message in [
            "User: arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/me is \
             not authorized to perform: sts:GetCallerIdentity because no VPC endpoint policy allows \
             the sts:GetCallerIdentity action",
            "No OpenIDConnect provider found in your account for \
             https://token.actions.githubusercontent.com",
            "Not authorized to perform sts:AssumeRoleWithWebIdentity",
            "Signature expired: 20261101T000000Z is now earlier than 20261101T001000Z \
             (20261101T002500Z - 15 min.)",
        ] {
            assert_eq!(of(message).as_deref(), Some(message));
        }
        let message = "The security token included in the request is invalid.";
        assert_eq!(of(message).as_deref(), Some(message.trim_end_matches('.')));
    }

    #[test]
    fn ends_before_the_copy_of_the_request() {
        let first = "The request signature we calculated does not match the signature you provided";
        for copy in [
            "The Canonical String for this request should have been\n'POST\n/\n\nhost:sts\n\
             x-amz-security-token:other\n'",
            "The String-to-Sign should have been 'AWS4-HMAC-SHA256",
            "Authorization=AWS4-HMAC-SHA256 Credential=a/b, Signature=abc",
            "AWS4-HMAC-SHA256 Credential=a/b, Signature=abc",
            "(Credential=a/b, Signature=abc)",
        ] {
            let shown = of(&format!("{first}.\n\n{copy}")).unwrap();
            assert!(shown.starts_with(first), "{shown}");
            for part in ["host", "other", "HMAC", "Credential", "abc"] {
                assert!(!shown.contains(part), "{part}: {shown}");
            }
        }
    }

    #[test]
    fn hides_the_secrets_of_the_request() {
        for (message, expected) in [
            ("token hush-hush-token is bad", "token *** is bad"),
            ("<hush-hush-token>", ""),
            ("secret=opens+nothing/at=all!", "secret=***!"),
            ("form opens%2Bnothing%2Fat%3Dall", "form ***"),
            ("key demo-prod, unknown", "key ***, unknown"),
            ("split hush-\u{200b}hush-\u{7}token", "split hush-hush- token"),
            ("split hush-\u{200b}hush-token", "split ***"),
        ] {
            assert_eq!(of(message).unwrap_or_default(), expected, "{message:?}");
        }
    }

    #[test]
    fn hides_short_secrets_where_they_are_words() {
        let code = Secret::new("prod");
        let secrets = Secrets::default().with(Some(&code));
        let shown = sentence("id 'prod' for arn:aws:iam::1:role/prod", &secrets);
        assert_eq!(shown.as_deref(), Some("id *** for arn:aws:iam::1:role/prod"));
    }

    #[test]
    fn hides_words_that_could_be_secrets_of_others() {
        let long = "A".repeat(LONGEST_WORD + 1);
        for word in [
            "AKIAIOSFODNN7EXAMPLE",
            "(ASIAIOSFODNN7EXAMPLE)",
            "key:AKIAIOSFODNN7EXAMPLE",
            &long,
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "https://x.example/?token=wJalrXUtnFEMIK7MDENGbPxRfiCY",
        ] {
            assert_eq!(of(&format!("a {word} b")).as_deref(), Some("a *** b"), "{word}");
        }
    }

    #[test]
    fn is_one_line_that_nobody_obeys() {
        for (message, expected) in [
            ("two\r\nlines\tand\u{2028}more", "two lines and more"),
            ("\u{1b}[31mred\u{1b}]8;;x\u{7}", "[31mred ]8;;x"),
            ("\u{9b}31m c1 \u{90}x\u{9c}", "31m c1 x"),
            ("a\u{202e}b\u{2066}c\u{200f}", "abc"),
            ("x\n::error::no ::add-mask::y", "x error::no add-mask::y"),
            ("##[error]x ##vso[task]y ###z", "#[error]x #vso[task]y #z"),
            ("``` code", "''' code"),
            ("x\nALLOWED prod", "x *** prod"),
            ("\u{0}\n \u{7f}", ""),
            ("...", ""),
            ("", ""),
        ] {
            assert_eq!(of(message).unwrap_or_default(), expected, "{message:?}");
        }
    }

    #[test]
    fn is_never_long() {
        for message in ["word ".repeat(20_000), "x".repeat(100_000), "ä ".repeat(50_000)] {
            let shown = of(&message).unwrap_or_default();
            assert!(shown.chars().count() <= LONGEST + 2, "{}", shown.len());
        }
        let many = format!("User: arn:aws:iam::1:user/{} is x", "y".repeat(100_000));
        assert_eq!(of(&many).as_deref(), Some("User: …"));
    }
}
