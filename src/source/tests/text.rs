//! The readers of the shared files with random text.

use super::*;

/// Truncates and mutates a text with all features a thousand times. The readers never panic.
#[test]
fn random_text_never_panics() {
    let text = "\u{feff}[default]\r\naws_access_key_id = a # b\naws_secret_access_key=c\n s3 =\n\
        \u{a0} x = y\n[profile \"a b\\\" c\"]\nregion : é\n\n[sso-session s]\n;\n[services x]\n\
        sts =\n  endpoint_url = http://x\n[\n]\n[]\n=\n: =\n \t\n[DEFAULT]\nk\n";
    let chars: Vec<char> = text.chars().collect();
    let spoil =
        ['[', ']', '=', ':', '#', ';', '\n', '\r', ' ', '\t', '"', '\\', '\0', 'é', '\u{2028}'];
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    for round in 0..1000 {
        let mut mutant = chars.clone();
        for _ in 0..=next(6) {
            let at = next(mutant.len());
            match next(3) {
                0 => mutant[at] = spoil[next(spoil.len())],
                1 => mutant.insert(at, spoil[next(spoil.len())]),
                _ => drop(mutant.remove(at)),
            }
        }
        mutant.truncate(if round % 2 == 0 { next(mutant.len()) + 1 } else { mutant.len() });
        let mutant: String = mutant.into_iter().collect();
        for asked in [implied(), profile("a b"), profile("default")] {
            let world = world(&[], &mutant, &mutant);
            let inventory = Inventory::take(&world, &asked);
            for family in Family::ALL {
                assert!(!inventory.entries(Tool::of(family)).is_empty(), "{family} {mutant:?}");
                let _ = inventory.notes(Tool::of(family));
            }
            let _ = Settings::of(&world, &asked, Family::AwsCli).endpoint(Service::Sts);
        }
    }
}
