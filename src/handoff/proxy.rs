//! Keeps a child's way to the credential endpoint direct: an SDK that asks it through a proxy sends the
//! token there.

/// The endpoint's address, as lists of hosts without a proxy name it.
const LOOPBACK: &str = "127.0.0.1";

/// What such a list must be for the endpoint to be in it, whatever it holds already.
pub(super) fn without_proxy(list: Option<&str>) -> String {
    let list = list.unwrap_or_default().trim();
    let holds = |host: &str| list.split(',').any(|entry| entry.trim() == host);
    if list.is_empty() {
        LOOPBACK.to_owned()
    } else if list == "*" || holds(LOOPBACK) {
        list.to_owned()
    } else {
        format!("{},{LOOPBACK}", list.trim_end_matches(','))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_kept() {
        for (list, expected) in [
            (None, "127.0.0.1"),
            (Some(" "), "127.0.0.1"),
            (Some("*"), "*"),
            (Some("10.0.0.0/8, .corp"), "10.0.0.0/8, .corp,127.0.0.1"),
            (Some("a,"), "a,127.0.0.1"),
            (Some("a, 127.0.0.1 ,b"), "a, 127.0.0.1 ,b"),
            (Some("127.0.0.10"), "127.0.0.10,127.0.0.1"),
            (Some("*,a"), "*,a,127.0.0.1"),
        ] {
            assert_eq!(without_proxy(list), expected, "{list:?}");
        }
    }
}
