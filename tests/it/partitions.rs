//! Tests of partitions: each is called under its own names, and none accepts the keys of another.

use crate::rig::Credentials;
use crate::rig::ca::{Ca, Validity};
use crate::rig::guard::Guard;
use crate::rig::http::Server;
use crate::rig::proxy::{Mode, Proxy};
use crate::rig::setup::{KEY, allowed, denied, message, serve, unknown};
use crate::rig::sts;

/// A region of each partition, with the host of its STS and the start of its ARNs. It is used when
/// no region is set.
const ALL: [(&str, &str, &str); 8] = [
    ("us-east-1", "sts.us-east-1.amazonaws.com", "aws"),
    ("cn-north-1", "sts.cn-north-1.amazonaws.com.cn", "aws-cn"),
    ("us-gov-west-1", "sts.us-gov-west-1.amazonaws.com", "aws-us-gov"),
    ("eusc-de-east-1", "sts.eusc-de-east-1.amazonaws.eu", "aws-eusc"),
    ("us-iso-east-1", "sts.us-iso-east-1.c2s.ic.gov", "aws-iso"),
    ("us-isob-east-1", "sts.us-isob-east-1.sc2s.sgov.gov", "aws-iso-b"),
    ("eu-isoe-west-1", "sts.eu-isoe-west-1.cloud.adc-e.uk", "aws-iso-e"),
    ("us-isof-south-1", "sts.us-isof-south-1.csp.hci.ic.gov", "aws-iso-f"),
];

/// The STS of every partition. It accepts the keys of one partition.
struct Sts {
    ca: Ca,
    proxy: Proxy,
    _server: Server,
}

impl Sts {
    fn sts_with_keys_of(partition: &'static str) -> Self {
        let ca = Ca::new();
        let hosts: Vec<&str> = ALL.iter().map(|(_, host, _)| *host).collect();
        let arn = format!("arn:{partition}:sts::111111111111:assumed-role/deploy-ci/rig");
        let server = serve(ca.server(&hosts, Validity::Current), move |request| {
            let host = request.header("host").unwrap_or_default();
            let asked = ALL.iter().find(|(_, name, _)| *name == host);
            match asked.is_some_and(|(.., known)| *known == partition) {
                true if request.form("Action") != Some("GetCallerIdentity") => {
                    sts::refusal(400, "InvalidIdentityToken", "No such provider")
                }
                true => sts::identity(&arn, "111111111111", &sts::user_id_of(&arn)),
                false => sts::invalid_client_token_id(),
            }
        });
        let proxy = Proxy::start(Mode::Everything(server.address()));
        Self { ca, proxy, _server: server }
    }

    /// `check prod` with these rules.
    fn check(&self, rules: &str) -> Guard {
        let policy =
            format!("version = 1\n[environments.prod]\naccounts = [\"111111111111\"]\n{rules}\n");
        let guard = Guard::new().policy(&policy).file("~/ca.pem", &self.ca.pem());
        let bundle = guard.home().join("ca.pem");
        guard
            .env("AWS_CA_BUNDLE", bundle)
            .env("HTTPS_PROXY", self.proxy.url())
            .credentials(&Credentials::of(KEY))
            .args("check prod --format json")
    }

    fn asked(&self) -> Vec<String> {
        let mut asked = self.proxy.targets();
        asked.dedup();
        asked
    }
}

fn roles(partition: &str) -> String {
    format!("roles = [\"arn:{partition}:iam::111111111111:role/deploy-*\"]")
}

#[test]
fn each_partition_is_called_under_its_own_name() {
    for (region, host, partition) in ALL {
        let sts = Sts::sts_with_keys_of(partition);
        let document = allowed(&sts.check(&roles(partition)).env("AWS_REGION", region).run());
        assert_eq!(document["identity"]["partition"], partition);
        assert_eq!(sts.asked(), [format!("{host}:443")]);
    }
}

#[test]
fn without_a_region_the_partition_of_the_policy_is_used() {
    for (region, host, partition) in ALL {
        let sts = Sts::sts_with_keys_of(partition);
        allowed(&sts.check(&roles(partition)).args("--for aws-cli").run());
        // A rule on regions needs a region to be judged; the policy still selects the partition to
        // call.
        let guard = sts.check(&format!("regions = [\"{region}\"]"));
        let outcome = guard.args("--for aws-cli").run();
        assert_eq!(outcome.code, Some(1), "{outcome:#?}");
        assert_eq!(sts.asked(), [format!("{host}:443")]);
    }
}

#[test]
fn a_region_of_another_partition_is_reported() {
    let sts = Sts::sts_with_keys_of("aws-cn");
    let guard = || sts.check(&roles("aws-cn"));
    let config = "[default]\nregion = us-gov-west-1\n";
    for (guard, region, by) in [
        (guard().env("AWS_REGION", "us-east-1"), "us-east-1", "AWS_REGION in the environment"),
        (guard().args("--region us-iso-east-1"), "us-iso-east-1", "--region"),
        (guard().file("~/.aws/config", config), "us-gov-west-1", "profile `default`"),
    ] {
        let guard = guard.args("--for aws-cli");
        let document = unknown(&guard.run(), "invalid-credentials");
        for part in [region, by, "aws-cn", "what the policy allows in prod"] {
            assert!(message(&document).contains(part), "{part}: {document}");
        }
        assert!(document["next"].to_string().contains("cn-north-1"), "{document}");
    }
}

#[test]
fn a_role_of_another_partition_is_reported() {
    let sts = Sts::sts_with_keys_of("aws-us-gov");
    let role = "[default]\nregion = us-east-1\nrole_arn = arn:aws-us-gov:iam::111111111111:role/x\n\
                source_profile = base\n[profile base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n\
                aws_secret_access_key = hush\n";
    let policy = "tools = [\"aws-cli\"]";
    let guard = sts.check(policy).file("~/.aws/config", role).args("--profile default");
    let document = unknown(&guard.run(), "invalid-credentials");
    for part in ["us-east-1", "`role_arn` of profile `default`", "aws-us-gov"] {
        assert!(message(&document).contains(part), "{part}: {document}");
    }
}

/// When all settings name one partition, invalid keys are reported as invalid keys.
#[test]
fn a_region_of_the_right_partition_is_not_reported() {
    let sts = Sts::sts_with_keys_of("aws-cn");
    let document = unknown(
        &sts.check(&roles("aws")).env("AWS_REGION", "us-east-1").run(),
        "invalid-credentials",
    );
    assert!(!message(&document).contains("partition"), "{document}");
}

#[test]
fn an_answer_of_another_partition_is_not_allowed() {
    let sts = Sts::sts_with_keys_of("aws");
    let outcome = sts.check(&roles("aws-cn")).env("AWS_REGION", "us-east-1").run();
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
}

#[test]
fn a_role_allowed_in_another_partition_is_reported_with_both() {
    let sts = Sts::sts_with_keys_of("aws-eusc");
    let guard = sts.check(&roles("aws")).env("AWS_REGION", "eusc-de-east-1");
    let outcome = guard.args("--for aws-cli").run();
    let document = denied(&outcome, "wrong-role");
    let violation = &document["violations"][0];
    for part in ["partition aws-eusc", "partition aws:", "`arn:aws-eusc:`", "`arn:aws:`"] {
        assert!(violation["message"].to_string().contains(part), "{part}: {violation}");
    }
    assert_eq!(violation["actual"], "deploy-ci (partition aws-eusc)");
}
