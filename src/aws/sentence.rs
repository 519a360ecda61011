//! Makes the sentence in which a service explains a refusal safe to print. Removes secrets.

use url::form_urlencoded::byte_serialize;

use crate::source::{Keys, Secret};

/// The longest sentence that is printed, in characters.
const LONGEST: usize = 400;

/// The longest word that is printed, in characters: the length of a request ID. Longer words can be tokens or signatures.
const LONGEST_WORD: usize = 36;

/// Shorter secrets are replaced only if they are a whole word, because they occur in other words by chance.
const SHORTEST_PART: usize = 6;

const HIDDEN: &str = "***";

/// The texts, in lower case, that begin the service's copy of the request. The copy contains the session token and the
/// signature.
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

/// The secrets that a request contains or is signed with. The answer could repeat them.
#[derive(Default)]
pub(super) struct Secrets<'a>(Vec<&'a str>);

impl<'a> Secrets<'a> {
    /// The secrets of a request that is signed with these keys, including the access key ID.
    pub(super) fn of(keys: &'a Keys) -> Self {
        let secrets = Self(vec![keys.access_key_id.as_str()]);
        secrets.with(Some(&keys.secret_access_key)).with(keys.session_token.as_ref())
    }

    /// Adds a secret.
    pub(super) fn with(mut self, secret: Option<&'a Secret>) -> Self {
        if let Some(secret) = secret
            && !secret.expose().is_empty()
        {
            self.0.push(secret.expose());
        }
        self
    }

    /// Replaces these secrets in a text, also where they are form-encoded.
    fn hide_in(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.0 {
            let encoded: String = byte_serialize(secret.as_bytes()).collect();
            text = hide(&hide(&text, secret), &encoded);
        }
        text
    }
}

/// The sentence on one line of at most 400 characters, without its full stop. `None` if no part of it
/// can be printed.
pub(super) fn sentence(message: &str, secrets: &Secrets<'_>) -> Option<String> {
    let text = secrets.hide_in(message);
    let mut words = Vec::new();
    for word in before_the_copy(&text).split(|c: char| c.is_whitespace() || c.is_control()) {
        let word = plain(word);
        if !word.is_empty() {
            words.push(word);
        }
    }
    // A removed character can have separated two parts of a secret, so the secrets are replaced again.
    let beginning = first_words(&secrets.hide_in(&words.join(" ")));
    let sentence = beginning.trim_end_matches(['.', ' ', ':', '\'', '(']);
    sentence.contains(char::is_alphabetic).then(|| sentence.to_owned())
}

/// Replaces one secret in a text.
fn hide(text: &str, secret: &str) -> String {
    if secret.chars().count() >= SHORTEST_PART {
        return text.replace(secret, HIDDEN);
    }
    let mut words = Vec::new();
    for word in text.split(' ') {
        let is_secret = word == secret || without_punctuation(word) == secret;
        words.push(if is_secret { HIDDEN } else { word });
    }
    words.join(" ")
}

/// The part of a text before the service's copy of the request.
fn before_the_copy(text: &str) -> &str {
    // The lower-case text has the same offsets.
    let lower = text.to_ascii_lowercase();
    let mut end = text.len();
    for copy in COPIES {
        end = end.min(lower.find(copy).unwrap_or(end));
    }
    text.get(..end).unwrap_or(text)
}

/// A word without characters that have an effect on a terminal, in Markdown or in a CI system: control and
/// direction characters, backticks, `::` at the start and `##` anywhere.
fn plain(word: &str) -> String {
    let mut plain = String::new();
    for c in word.chars() {
        match c {
            '`' => plain.push('\''),
            '#' if plain.ends_with('#') => {}
            c if c.is_ascii_graphic() || c.is_alphanumeric() => plain.push(c),
            _ => {}
        }
    }
    plain.trim_start_matches("::").to_owned()
}

fn without_punctuation(word: &str) -> &str {
    word.trim_matches(|c: char| c.is_ascii_punctuation())
}

/// Whether a word must not be printed, because it has the form of a secret or contains the verdict that allows.
fn must_be_hidden(word: &str) -> bool {
    let core = without_punctuation(word);
    let is_name = core.starts_with("arn:") || is_address(core);
    let is_long = !is_name && core.chars().count() > LONGEST_WORD;
    // A script that searches the output for our verdict must not find it in a sentence of STS.
    let is_verdict = word.contains("ALLOWED");
    is_long || is_verdict || core.split(|c: char| !c.is_ascii_alphanumeric()).any(is_key_id)
}

/// Whether a word is a URL without a query, such as that of an identity provider.
fn is_address(word: &str) -> bool {
    word.starts_with("https://") && !word.contains(['?', '#', '@', '%', '='])
}

fn is_key_id(word: &str) -> bool {
    let is_upper = word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    is_upper && word.len() >= 16 && (word.starts_with("AKIA") || word.starts_with("ASIA"))
}

/// The words that fit into [`LONGEST`] characters, with words replaced that must be hidden.
fn first_words(sentence: &str) -> String {
    let mut text = String::new();
    for word in sentence.split(' ') {
        let word = if must_be_hidden(word) { HIDDEN } else { word };
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
    fn a_sentence_of_aws_is_unchanged() {
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
    fn a_sentence_ends_before_the_copy_of_the_request() {
        let first = "The request signature we calculated does not match the signature you provided";
        for copy in [
            "The Canonical String for this request should have been\n'POST\n/\n\nhost:sts\n\
             x-amz-security-token:other\n'",
            "The String-to-Sign should have been 'AWS4-HMAC-SHA256",
            "Authorization=AWS4-HMAC-SHA256 Credential=a/b, Signature=abc",
            "AWS4-HMAC-SHA256 Credential=a/b, Signature=abc",
            "(Credential=a/b, Signature=abc)",
        ] {
            let sentence = of(&format!("{first}.\n\n{copy}")).unwrap();
            assert!(sentence.starts_with(first), "{sentence}");
            for part in ["host", "other", "HMAC", "Credential", "abc"] {
                assert!(!sentence.contains(part), "{part}: {sentence}");
            }
        }
    }

    #[test]
    fn the_secrets_of_the_request_are_hidden() {
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
    fn a_short_secret_is_hidden_only_as_a_whole_word() {
        let code = Secret::new("prod");
        let secrets = Secrets::default().with(Some(&code));
        let shown = sentence("id 'prod' for arn:aws:iam::1:role/prod", &secrets);
        assert_eq!(shown.as_deref(), Some("id *** for arn:aws:iam::1:role/prod"));
    }

    #[test]
    fn words_with_the_form_of_a_secret_are_hidden() {
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
    fn a_sentence_is_one_line_without_special_characters() {
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
    fn a_sentence_has_at_most_400_characters() {
        for message in ["word ".repeat(20_000), "x".repeat(100_000), "ä ".repeat(50_000)] {
            let shown = of(&message).unwrap_or_default();
            assert!(shown.chars().count() <= LONGEST + 2, "{}", shown.len());
        }
        let many = format!("User: arn:aws:iam::1:user/{} is x", "y".repeat(100_000));
        assert_eq!(of(&many).as_deref(), Some("User: …"));
    }
}
