//! Thousands of broken policies: the parser never panics, and a policy without accounts is never valid.

use super::*;

/// A pseudorandom number generator with a fixed seed (xorshift64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

/// The example without comments, in which most mutations would have no effect.
fn seed() -> Vec<u8> {
    let lines = EXAMPLE.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| [line, "\n"]).collect::<String>().into_bytes()
}

fn mutate(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    const SYNTAX: &[u8] = b"[]{}\"'=,.*?:/#\n\\ 01aZ-_\x00\x7f\xc3\xa9";
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(bytes.len());
        match numbers.below(4) {
            0 => drop(bytes.remove(at)),
            1 => bytes.insert(at, SYNTAX[numbers.below(SYNTAX.len())]),
            2 => bytes[at] ^= 1 << numbers.below(8),
            _ => {
                let end = (at + numbers.below(12)).min(bytes.len());
                bytes.drain(at..end);
            }
        }
    }
}

fn check(text: &str) {
    match Policy::read(texts(text)) {
        Err(invalid) => {
            assert!(!invalid.problems.is_empty(), "{text}");
            for problem in &invalid.problems {
                invalid.locate(&problem.place);
            }
        }
        Ok(policy) => {
            for name in policy.environments() {
                let rules = policy.rules(name).unwrap();
                assert!(!rules.accounts().items.is_empty(), "{text}");
                assert!(!rules.callers().items.is_empty(), "{text}");
                assert!(rules.roles().is_none_or(|list| !list.items.is_empty()), "{text}");
            }
            policy.lint();
        }
    }
}

#[test]
fn mutations_never_panic_and_never_allow_without_accounts() {
    let (seed, mut numbers) = (seed(), Numbers(0x2026_1121));
    for _ in 0..4000 {
        let mut bytes = seed.clone();
        mutate(&mut bytes, &mut numbers);
        check(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn truncated_policies_never_panic() {
    let seed = String::from_utf8(seed()).unwrap();
    for (end, _) in seed.char_indices() {
        check(seed.split_at(end).0);
    }
}
