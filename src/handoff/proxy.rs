//! Excludes the credential endpoint from the child's proxy: an SDK that calls it through a proxy would send
//! the token to the proxy.

/// The address of the endpoint in `NO_PROXY`.
const LOOPBACK: &str = "127.0.0.1";

/// The value of `NO_PROXY` with the endpoint added, unless the list already contains it.
pub(super) fn without_proxy(list: Option<&str>) -> String {
    let list = list.unwrap_or_default().trim();
    let is_listed = list == "*" || list.split(',').any(|entry| entry.trim() == LOOPBACK);
    if list.is_empty() {
        LOOPBACK.to_owned()
    } else if is_listed {
        list.to_owned()
    } else {
        format!("{},{LOOPBACK}", list.trim_end_matches(','))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_is_added_to_the_list() {
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
