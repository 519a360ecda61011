//! Tests of the text for many identities and long names.

use super::{Guard, Server, config, loopback, snapshot};
use crate::rig::Credentials;

const LONG: &str = "deploy-of-the-payments-platform-in-the-production-of-the-west-42";

fn policy() -> String {
    format!(
        "version = 1\n[accounts]\n\
         payments-production-west = \"111111111111\"\n\
         payments-production-west-recovery = \"111111111112\"\n\
         payments-staging-west = \"222222222222\"\n\
         [environments.payments-production-west]\n\
         accounts = [\"payments-production-west\", \"payments-production-west-recovery\"]\n\
         roles = [\"{LONG}\", \"arn:aws:iam::111111111112:role/{LONG}\"]\n\
         permission_sets = [\"PaymentsProductionDeploy\"]\n\
         regions = [\"eu-west-1\"]\nemulator = [\"http://127.0.0.1:*\"]\n"
    )
}

fn people() -> [(&'static str, String); 4] {
    let of = |account: &str, role: &str| {
        format!("arn:aws:sts::{account}:assumed-role/{role}/jane.doe@example.com")
    };
    let sso = "AWSReservedSSO_PaymentsProductionReadOnly_0123456789abcdef";
    [
        ("prod", of("111111111111", LONG)),
        ("staging", of("222222222222", &LONG.replace("production", "acceptance"))),
        ("prod-reader", of("111111111111", sso)),
        ("prod-dr", of("111111111112", LONG)),
    ]
}

/// js, boto3 and the others each find another identity, in regions of their own.
fn many(sts: &Server) -> Guard {
    Guard::new()
        .policy(&policy())
        .file("~/.aws/config", &config())
        .env("AWS_ENDPOINT_URL_STS", sts.url())
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .args("check payments-production-west")
}

fn sts() -> Server {
    let people = people();
    let people: Vec<_> = people.iter().map(|(key, arn)| (*key, arn.as_str())).collect();
    loopback(&people)
}

#[test]
fn many_identities_with_long_names() {
    let sts = sts();
    let guard =
        many(&sts).env("AWS_PROFILE", "prod-reader").credentials(&Credentials::of("staging"));
    let guard = guard.env("AWS_ACCESS_KEY", "prod").env("AMAZON_ACCESS_KEY_ID", "prod");
    snapshot!("tools-many", guard.run());
    let guard = many(&sts).env("AWS_PROFILE", "prod-reader").env("AWS_DEFAULT_PROFILE", "prod-dr");
    let guard =
        guard.env("AMAZON_ACCESS_KEY_ID", "staging").env("AMAZON_SECRET_ACCESS_KEY", "hush");
    let guard = guard.env("AWS_ACCESS_KEY", "prod").env("AWS_SECRET_KEY", "hush");
    snapshot!("tools-many-profiles", guard.run());
}
