//! The account that an access key ID encodes: an unverified hint for notes.

use crate::identity::AccountId;

/// The account that an access key ID encodes; `None` for keys of the old form, which encode none.
///
/// AWS does not document the encoding, so that the result is only a hint: characters 5 to 20 are base32, and the
/// first six bytes, shifted, are the account.
pub(crate) fn account_of_key(access_key_id: &str) -> Option<AccountId> {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const OLD: u64 = 16;
    let is_known = access_key_id.starts_with("AKIA") || access_key_id.starts_with("ASIA");
    let encoded = access_key_id.get(4..)?;
    if !is_known || encoded.len() != 16 {
        return None;
    }
    let mut bits = 0;
    for (index, letter) in encoded.bytes().enumerate() {
        let digit = ALPHABET.iter().position(|known| *known == letter)? as u64;
        if index == 0 && digit < OLD {
            return None;
        }
        // Ten digits of five bits contain the first 50 bits, of which the first 48 are the six bytes.
        if index < 10 {
            bits = bits << 5 | digit;
        }
    }
    let account = ((bits >> 2) & 0x7fff_ffff_ff80) >> 7;
    AccountId::parse(&format!("{account:012}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_keys_encode_their_account() {
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
