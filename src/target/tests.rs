//! Images in ECR, and references that only look like one.

use super::*;

const CLASSIC: &str = "111111111111.dkr.ecr.eu-west-1.amazonaws.com";
const SHA: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

#[track_caller]
fn read(reference: &str) -> Target {
    match Target::image(reference) {
        Ok(target) => target,
        Err(why) => panic!("{reference}: {why}"),
    }
}

/// Whether a reference begins with an ECR host of the target's account and region. Composes the hosts instead of
/// parsing the reference, as an independent check.
fn is_of_ecr(reference: &str, target: &Target) -> bool {
    let host = reference.strip_prefix("https://").unwrap_or(reference);
    let host = host.split(['/', ':']).next().unwrap().to_ascii_lowercase();
    let region = target.region.as_ref().unwrap();
    let [classic, _] = region.partition().suffixes();
    let dual = match region.partition() {
        Partition::AwsCn => "on.amazonwebservices.com.cn",
        _ => "on.aws",
    };
    [("dkr.ecr", classic), ("dkr.ecr-fips", classic), ("dkr-ecr", dual), ("dkr-ecr-fips", dual)]
        .iter()
        .any(|(service, suffix)| host == format!("{}.{service}.{region}.{suffix}", target.account))
}

/// Hosts, and the partition of each.
const HOSTS: [(&str, Partition); 15] = [
    (CLASSIC, Partition::Aws),
    ("012345678901.dkr.ecr.us-east-1.amazonaws.com", Partition::Aws),
    ("000000000000.dkr.ecr-fips.us-east-2.amazonaws.com", Partition::Aws),
    ("111111111111.dkr-ecr.ap-southeast-2.on.aws", Partition::Aws),
    ("111111111111.dkr-ecr-fips.us-west-2.on.aws", Partition::Aws),
    ("111111111111.dkr.ecr.us-gov-west-1.amazonaws.com", Partition::AwsUsGov),
    ("111111111111.dkr.ecr-fips.us-gov-east-1.amazonaws.com", Partition::AwsUsGov),
    ("111111111111.dkr-ecr-fips.us-gov-east-1.on.aws", Partition::AwsUsGov),
    ("111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn", Partition::AwsCn),
    ("111111111111.dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn", Partition::AwsCn),
    ("111111111111.dkr.ecr.eusc-de-east-1.amazonaws.eu", Partition::AwsEusc),
    ("111111111111.dkr.ecr.us-iso-east-1.c2s.ic.gov", Partition::AwsIso),
    ("111111111111.dkr.ecr.us-isob-east-1.sc2s.sgov.gov", Partition::AwsIsoB),
    ("111111111111.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk", Partition::AwsIsoE),
    ("111111111111.dkr.ecr.us-isof-south-1.csp.hci.ic.gov", Partition::AwsIsoF),
];

#[test]
fn every_form_of_a_registry() {
    for (host, partition) in HOSTS {
        for rest in ["", "/app", "/app:1.2", ":443", ":443/team/app:1.2"] {
            let reference = format!("{host}{rest}");
            let target = read(&reference);
            assert_eq!((&target.name, target.kind), (&reference, Kind::Image));
            assert_eq!(target.partition, partition, "{reference}");
            assert!(is_of_ecr(host, &target), "{reference}: {target:?}");
        }
    }
}

#[test]
fn a_host_is_case_insensitive_and_may_be_a_url() {
    let plain = read(CLASSIC);
    for reference in [
        "111111111111.DKR.ECR.EU-West-1.AmazonAWS.com",
        "https://111111111111.dkr.ecr.eu-west-1.amazonaws.com",
        "https://111111111111.dkr.ecr.eu-west-1.amazonaws.com:443",
    ] {
        assert_eq!(Target { name: CLASSIC.to_owned(), ..read(reference) }, plain, "{reference}");
    }
}

#[test]
fn repositories_tags_and_digests() {
    let long = format!("app:{}", "x".repeat(128));
    let (tagged, digest) = (format!("app:1@{SHA}"), format!("app@{SHA}"));
    let sha512 = format!("app@sha512:{}", "0".repeat(128));
    for path in [
        "a",
        "a/b/c",
        "a-b",
        "a--b",
        "a__b.c",
        "0/1",
        "app:Latest",
        "app:_1.2-3",
        &long,
        &tagged,
        &digest,
        &sha512,
    ] {
        read(&format!("{CLASSIC}/{path}"));
    }
}

/// Checks the reason by a word of its message.
#[track_caller]
fn refuse(reference: &str, word: &str) {
    let why = Target::image(reference).expect_err(reference);
    let reason = why.to_string();
    assert!(reason.contains(word), "{reference:?}: {reason}");
    assert!(reason.chars().all(|c| !c.is_control()) && !why.hint().is_empty(), "{reason:?}");
}

#[test]
fn hosts_with_an_invalid_region_or_suffix() {
    for (reference, word) in [
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.com.evil.com/app", "`amazonaws.com.evil.com`"),
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.com.", "not with `amazonaws.com.`"),
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.co/app", "not with `amazonaws.co`"),
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.com.cn/app", "end with `amazonaws.com`"),
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.eu/app", "end with `amazonaws.com`"),
        ("111111111111.dkr.ecr.cn-north-1.amazonaws.com/app", "end with `amazonaws.com.cn`"),
        ("111111111111.dkr.ecr.eusc-de-east-1.amazonaws.com", "end with `amazonaws.eu`"),
        ("111111111111.dkr.ecr.us-iso-east-1.amazonaws.com", "end with `c2s.ic.gov`"),
        ("111111111111.dkr.ecr.eu-west-1.on.aws", "end with `amazonaws.com`"),
        ("111111111111.dkr.ecr.eu-west-1.api.aws", "end with `amazonaws.com`"),
        ("111111111111.dkr-ecr.eu-west-1.amazonaws.com", "end with `on.aws`"),
        ("111111111111.dkr-ecr.eu-west-1.api.aws", "end with `on.aws`"),
        ("111111111111.dkr-ecr.cn-north-1.on.aws", "end with `on.amazonwebservices.com.cn`"),
        ("111111111111.dkr-ecr.us-iso-east-1.on.aws", "no known dual-stack"),
        ("111111111111.dkr.ecr.eu-west-1.vpce.amazonaws.com", "not with `vpce.amazonaws.com`"),
        ("111111111111.dkr.ecr.s3.amazonaws.com/app", "`s3` is not the name of an AWS region"),
        ("111111111111.dkr.ecr.amazonaws.com/app", "`amazonaws` is not"),
        ("111111111111.dkr.ecr..amazonaws.com/app", "`` is not"),
        ("111111111111.dkr.ecr.eu-west-1a.amazonaws.com/app", "`eu-west-1a` is not"),
        ("111111111111.dkr.ecr.eu_west_1.amazonaws.com/app", "`eu_west_1` is not"),
    ] {
        refuse(reference, word);
    }
}

#[test]
fn hosts_that_are_not_ecr() {
    for (reference, word) in [
        ("evil-111111111111.dkr.ecr.eu-west-1.amazonaws.com/app", "`evil-111111111111` is not"),
        ("1111111111111.dkr.ecr.eu-west-1.amazonaws.com/app", "12 digits"),
        ("11111111111.dkr.ecr.eu-west-1.amazonaws.com/app", "12 digits"),
        (".dkr.ecr.eu-west-1.amazonaws.com/app", "`` is not an account ID"),
        ("prod.dkr.ecr.eu-west-1.amazonaws.com/app", "12 digits"),
        ("1111-1111-1111.dkr.ecr.eu-west-1.amazonaws.com/app", "12 digits"),
        ("user:111111111111.dkr.ecr.eu-west-1.amazonaws.com/app", "not a private registry"),
        ("me@111111111111.dkr.ecr.eu-west-1.amazonaws.com/app", "12 digits"),
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.com@evil.com/app", "not with `amazonaws.com@"),
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.com#evil.com/app", "not with `amazonaws.com#"),
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.com\\evil.com/app", "not with `amazonaws.com\\"),
        ("111111111111.dkr.ecr.eu-west-1.amazonaws.com?a/app", "not with `amazonaws.com?a`"),
        ("x.111111111111.dkr.ecr.eu-west-1.amazonaws.com/app", "not a private registry"),
        ("111111111111.dkr.ecrx.eu-west-1.amazonaws.com/app", "not a private registry"),
        ("111111111111.dkr.ecr-fips2.eu-west-1.amazonaws.com/app", "not a private registry"),
        ("111111111111.ecr.eu-west-1.amazonaws.com/app", "not a private registry"),
        ("111111111111xdkr.ecr.eu-west-1.amazonaws.com/app", "not a private registry"),
        ("api.ecr.eu-west-1.amazonaws.com", "not a private registry"),
        ("evil.com/111111111111.dkr.ecr.eu-west-1.amazonaws.com/app", "`evil.com` is not"),
        ("evil.com:443/111111111111.dkr.ecr.eu-west-1.amazonaws.com", "`evil.com` is not"),
        ("evil:443/111111111111.dkr.ecr.eu-west-1.amazonaws.com", "`evil` is not"),
        ("evil/111111111111.dkr.ecr.eu-west-1.amazonaws.com/app", "Docker Hub"),
        ("./111111111111.dkr.ecr.eu-west-1.amazonaws.com/app", "`.` is not"),
        ("/111111111111.dkr.ecr.eu-west-1.amazonaws.com/app", "Docker Hub"),
        ("//111111111111.dkr.ecr.eu-west-1.amazonaws.com", "Docker Hub"),
        ("eu-west-1-docker.pkg.dev/p/r/app", "not a private registry"),
        ("ghcr.io/a/b:1", "`ghcr.io` is not"),
        ("docker.io/library/nginx", "`docker.io` is not"),
        ("registry:5000/app", "`registry` is not"),
    ] {
        refuse(reference, word);
    }
}

#[test]
fn registries_without_an_account() {
    for reference in
        ["public.ecr.aws", "public.ecr.aws/x/app:1", "PUBLIC.ECR.AWS/x", "ecr-public.aws.com/x/y"]
    {
        refuse(reference, "has no account");
    }
    for reference in [
        "nginx",
        "nginx:latest",
        "nginx:1.27",
        "library/nginx:1.27",
        "app@sha256:0",
        ":1",
        "111111111111",
    ] {
        refuse(reference, "Docker Hub");
    }
    for reference in [
        "localhost/app",
        "localhost:4510/app",
        "000000000000.dkr.ecr.eu-west-1.localhost.localstack.cloud:4566/app",
    ] {
        refuse(reference, "emulator's");
    }
}

#[test]
fn references_with_an_empty_variable() {
    for reference in ["", " ", "\t\n", "\u{a0}"] {
        refuse(reference, "blank");
    }
    for (rest, word) in [
        ("/", "`` is not the name of a repository"),
        ("/:1", "`` is not the name of a repository"),
        ("//app", "`/app` is not the name"),
        ("/app/", "`app/` is not the name"),
        ("/app:", "`` is not a tag"),
        ("/app@", "`` is not a digest"),
        (":latest", "`:latest` is not the name of a repository"),
        (":", "`:` is not the port"),
        (":/app", "`:` is not the port"),
        (":5000/app", "`:5000` is not the port"),
        (":0443/app", "`:0443` is not the port"),
        (":443:443/app", "`:443:443` is not the port"),
        (":80", "`:80` is not the port"),
    ] {
        refuse(&format!("{CLASSIC}{rest}"), word);
    }
    refuse(".dkr.ecr..amazonaws.com/app", "`` is not an account ID");
}

#[test]
fn references_that_docker_refuses() {
    for (rest, word) in [
        ("App", "`App` is not the name"),
        ("-app", "`-app` is not the name"),
        ("app-", "`app-` is not the name"),
        ("a./b", "`a./b` is not the name"),
        ("a..b", "`a..b` is not the name"),
        ("a___b", "`a___b` is not the name"),
        ("a._b", "`a._b` is not the name"),
        ("../app", "`../app` is not the name"),
        ("app?x", "`app?x` is not the name"),
        ("$REPOSITORY", "`$REPOSITORY` is not the name"),
        ("app:-1", "`-1` is not a tag"),
        ("app:1/2", "`1/2` is not a tag"),
        ("app:1:2", "`1:2` is not a tag"),
        ("app:${TAG}", "`${TAG}` is not a tag"),
        ("app@sha256:0", "is not a digest"),
        ("app@md5:0123456789abcdef0123456789abcdef", "is not a digest"),
        ("app@latest", "`latest` is not a digest"),
    ] {
        refuse(&format!("{CLASSIC}/{rest}"), word);
    }
    refuse(&format!("{CLASSIC}/app:{}", "x".repeat(129)), "is not a tag");
    refuse(&format!("{CLASSIC}/app@{}", SHA.to_uppercase()), "is not a digest");
    for scheme in ["http", "oci", "docker", "HTTPS", ""] {
        refuse(&format!("{scheme}://{CLASSIC}"), "`https://`");
    }
    refuse(&format!("https://{CLASSIC}/app"), "only before a registry's host");
    refuse(&format!("https://{CLASSIC}/"), "only before a registry's host");
}

#[test]
fn references_that_are_not_printable_ascii() {
    for reference in [
        "١١١١١١١١١١١١.dkr.ecr.eu-west-1.amazonaws.com/app",
        "１１１１１１１１１１１１.dkr.ecr.eu-west-1.amazonaws.com/app",
        "111111111111.dkr.ecr.eu-west-1.аmazonaws.com/app",
        "111111111111.d\u{212a}r.ecr.eu-west-1.amazonaws.com/app",
        "111111111111.dkr.ecr.eu-west-1.amazonaws.com\u{2024}evil/app",
        "111111111111.dkr.ecr.eu-west-1.amazonaws.com/app\u{202e}",
        "111111111111.dkr.ecr.eu-west-1.amazonaws.com/app ",
        " 111111111111.dkr.ecr.eu-west-1.amazonaws.com/app",
        "111111111111.dkr.ecr.eu-west-1.amazonaws.com/app\n",
        "111111111111.dkr.ecr.eu-west-1.amazonaws.com/app\0",
        "111111111111.dkr.ecr.eu-west-1.amazonaws.com/app evil.com/app",
        "111111111111.dkr.ecr.eu-west-1.amazonaws.com\u{1b}[2J/app",
    ] {
        refuse(reference, "ASCII");
    }
}

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

#[test]
fn random_references_never_panic_and_never_pass_for_another_host() {
    const SYNTAX: &[char] = &[
        '.', '/', ':', '@', '-', '_', '0', '1', 'a', 'E', ' ', '\0', '#', '\\', 'é', '１',
        '\u{202e}',
    ];
    let digest = format!("{CLASSIC}/app:1@{SHA}");
    let seeds = [
        CLASSIC,
        "https://111111111111.dkr.ecr.eu-west-1.amazonaws.com",
        "111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn/team/app:1",
        "111111111111.dkr-ecr-fips.us-gov-east-1.on.aws:443/app",
        "public.ecr.aws/app",
        &digest,
    ];
    let (mut numbers, mut read) = (Numbers(0x2026_1122), 0);
    for round in 0..40_000 {
        let mut text: Vec<char> = seeds[round % seeds.len()].chars().collect();
        for _ in 0..=numbers.below(3) {
            let at = numbers.below(text.len());
            match numbers.below(4) {
                0 if !text.is_empty() => drop(text.remove(at)),
                1 if !text.is_empty() => text[at] = SYNTAX[numbers.below(SYNTAX.len())],
                2 => text.truncate(at),
                _ => text.insert(at, SYNTAX[numbers.below(SYNTAX.len())]),
            }
        }
        let text: String = text.into_iter().collect();
        match Target::image(&text) {
            Ok(target) => {
                assert!(is_of_ecr(&text, &target), "{text}: {target:?}");
                read += 1;
            }
            Err(why) => assert!(!why.to_string().is_empty(), "{text}"),
        }
    }
    assert!(read > 500, "only {read} were images: the others prove little");
}
