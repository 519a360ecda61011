//! Hints at an account that nobody vouches for: they inform, and neither pass nor deny.

use crate::identity::AccountId;

/// The account that an access key ID encodes.
///
/// Undocumented by AWS, and so never more than a hint: characters 5 to 20 are base32; the first six
/// bytes, shifted, are the account. Keys of the old form say nothing.
pub fn account_of_key(access_key_id: &str) -> Option<AccountId> {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const OLD: u64 = 16;
    let is_known = access_key_id.starts_with("AKIA") || access_key_id.starts_with("ASIA");
    let encoded = access_key_id.get(4..).filter(|rest| is_known && rest.len() == 16)?;
    let digit = |c: u8| ALPHABET.iter().position(|letter| *letter == c).map(|at| at as u64);
    let mut digits = encoded.bytes().map(digit);
    let first = digits.next().flatten().filter(|first| *first >= OLD)?;
    // Ten digits of five bits hold the first 50 bits, of which the first 48 are the six bytes.
    let bits = digits.by_ref().take(9).try_fold(first, |bits, digit| Some(bits << 5 | digit?))?;
    digits.all(|digit| digit.is_some()).then_some(())?;
    let account = ((bits >> 2) & 0x7fff_ffff_ff80) >> 7;
    AccountId::parse(&format!("{account:012}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_account_that_a_key_encodes() {
        for (key, account) in [
            ("ASIAY34FZKBOKMUTVV7A", Some("609629065308")),
            ("AKIAY34FZKBOKMUTVV7A", Some("609629065308")),
            ("AKIAIOSFODNN7EXAMPLE", None),
            ("ASIAY34FZKBOKMUTVV7", None),
            ("ASIAY34FZKBOKMUTVV71", None),
            ("AROAY34FZKBOKMUTVV7A", None),
            ("ASIAÄ34FZKBOKMUTVV7", None),
            ("demo-staging", None),
            ("", None),
        ] {
            let found = account_of_key(key).map(|account| account.to_string());
            assert_eq!(found.as_deref(), account, "{key}");
        }
    }
}
