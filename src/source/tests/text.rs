//! The reader of the shared files against all sorts of text.

use super::*;

#[test]
fn keeps_lines_keys_and_groups() {
    let text = "# c\n[profile a]\nRegion = eu-west-1\n\ns3 =\n  max = 1\n\n  mode = x = y\n[b]\n";
    let sections = Sections::parse(text);
    let headers: Vec<_> = sections.sections.iter().map(|s| (s.header.as_str(), s.line)).collect();
    assert_eq!(headers, [("profile a", 2), ("b", 9)]);
    let section = &sections.sections[0];
    let get = |key| section.get(key).unwrap();
    let region = get("region").unwrap();
    assert_eq!((region.value.as_str(), region.line), ("eu-west-1", 3));
    let group = get("s3").unwrap();
    let mode = group.get("mode").unwrap().unwrap();
    assert_eq!((mode.value.as_str(), mode.line), ("x = y", 8));
    assert!(get("mode").is_none() && get("Region").is_none());
    assert!(sections.doubts.is_empty() && section.doubts.is_empty());
}

#[test]
fn a_doubt_names_its_line() {
    let sections = Sections::parse("[a]\nk = v\nk = w\nno\n[b]\ns =\n  x\n");
    let [first, second] = sections.sections.as_slice() else { panic!() };
    assert_eq!(first.get("k").err().map(|doubt| doubt.line), Some(3));
    assert_eq!(first.doubts.iter().map(|doubt| doubt.line).collect::<Vec<_>>(), [4]);
    assert_eq!(second.get("s").err().map(|doubt| doubt.line), Some(7));
}

/// A thousand ways to cut and spoil a text that has everything: an answer each time, never a panic.
#[test]
fn no_text_is_too_strange() {
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
            assert!(!inventory.entries(Family::AwsCli).is_empty());
            let _ = Settings::of(&world, &asked).endpoint(Service::Sts);
        }
    }
}
