//! Images to push: the account and partition of their registry, in any region.

use super::*;

const ENVIRONMENTS: &str = r#"
[environments.push]
accounts   = ["prod"]
registries = ["tooling", "staging", "audit"]
regions    = ["us-east-1"]
[environments.own]
accounts = ["prod"]
"#;

fn policy() -> Policy {
    let text = format!("{POLICY}{ENVIRONMENTS}");
    Policy::read(vec![Text { name: "p".to_owned(), text }]).unwrap()
}

/// The violations about these images, for an allowed caller in this partition.
fn refused(environment: &str, partition: &str, images: &[&str]) -> Vec<Violation> {
    let policy = policy();
    let account = if environment == "local" { "000000000000" } else { "123000000001" };
    let role = if environment == "local" { "deploy" } else { "deploy-ci" };
    let arn = format!("arn:{partition}:sts::{account}:assumed-role/{role}/s");
    let identity = Identity::new(account, &arn, "ID").unwrap();
    let region = Partition::named(partition).map(Partition::default_region);
    let caller = Caller { identity, region, ..caller(account, "user/ci-legacy") };
    let targets = images.iter().map(|image| Target::image(image).unwrap()).collect();
    let facts = Facts { targets, ..facts(caller) };
    let verdict = judge(&policy.rules(environment).unwrap(), &facts);
    assert_eq!(verdict.is_allowed(), verdict.violations().count() == 0);
    let registries = verdict.findings().iter().filter(|it| it.subject == Subject::Registry);
    assert_eq!(registries.count(), images.len(), "a finding for each image");
    verdict.violations().map(|(_, why)| why.clone()).collect()
}

fn rule(violation: &Violation) -> Option<String> {
    let place = violation.rule.as_ref()?;
    Some(policy().locate(place).text.to_owned())
}

#[test]
fn the_account_must_be_in_registries_and_not_forbidden() {
    for (environment, image, why, line) in [
        ("push", "123000000004.dkr.ecr.eu-west-1.amazonaws.com/app", "", ""),
        ("push", "123000000003.dkr-ecr.ap-south-2.on.aws/app:1", "", ""),
        (
            "push",
            "123000000001.dkr.ecr.eu-west-1.amazonaws.com/app",
            "belongs to account prod (123000000001), which is not in `registries` of push",
            "registries = [\"tooling\", \"staging\", \"audit\"]",
        ),
        (
            "push",
            "123000000009.dkr.ecr.eu-west-1.amazonaws.com",
            "belongs to account audit (123000000009), which is forbidden in every environment",
            "accounts = [\"audit\"]",
        ),
        (
            "push",
            "999000000009.dkr.ecr.eu-west-1.amazonaws.com",
            "999000000009, which",
            "registries",
        ),
        ("own", "123000000001.dkr.ecr.us-east-1.amazonaws.com/app", "", ""),
        (
            "own",
            "123000000003.dkr.ecr.us-east-1.amazonaws.com/app",
            "which is not in `accounts` of own",
            "accounts = [\"prod\"]",
        ),
        (
            "own",
            "123000000004.dkr.ecr.us-east-1.amazonaws.com/app",
            "which is not in `accounts` of own",
            "accounts = [\"prod\"]",
        ),
    ] {
        match refused(environment, "aws", &[image]).as_slice() {
            [] => assert_eq!(why, "", "{environment} {image}"),
            [one] => {
                assert_eq!(one.code, Code::WrongRegistry);
                assert!(!why.is_empty() && one.message.contains(why), "{}", one.message);
                assert!(one.message.starts_with(&format!("`{image}` ")), "{}", one.message);
                assert!(rule(one).unwrap().starts_with(line), "{:?}", rule(one));
            }
            more => panic!("{image}: {more:?}"),
        }
    }
}

#[test]
fn the_partition_must_be_the_partition_of_the_identity() {
    let image = |partition: &str| match partition {
        "aws-cn" => "123000000001.dkr.ecr.cn-north-1.amazonaws.com.cn/app",
        "aws-us-gov" => "123000000001.dkr.ecr.us-gov-west-1.amazonaws.com/app",
        _ => "123000000001.dkr.ecr.us-east-1.amazonaws.com/app",
    };
    for own in ["aws", "aws-cn", "aws-us-gov"] {
        for theirs in ["aws", "aws-cn", "aws-us-gov"] {
            let refused = refused("own", own, &[image(theirs)]);
            assert_eq!(refused.is_empty(), own == theirs, "{own} {theirs}: {refused:?}");
            for why in refused {
                assert_eq!((why.code, &why.rule), (Code::WrongRegistry, &None));
                let words =
                    format!("in partition {theirs}, but the credentials are for partition {own}");
                assert!(why.message.ends_with(&words), "{}", why.message);
            }
        }
    }
}

#[test]
fn one_wrong_image_denies() {
    let good = "123000000004.dkr.ecr.eu-west-1.amazonaws.com/app";
    let bad = "123000000001.dkr.ecr.eu-west-1.amazonaws.com/app";
    for (images, count) in [
        (&[][..], 0),
        (&[good, good], 0),
        (&[good, bad], 1),
        (&[bad, good], 1),
        (&[bad, good, bad], 2),
    ] {
        assert_eq!(refused("push", "aws", images).len(), count, "{images:?}");
    }
}

#[test]
fn images_of_ecr_are_denied_with_an_emulator() {
    for account in ["000000000000", "123000000001", "123000000004"] {
        let image = format!("{account}.dkr.ecr.us-east-1.amazonaws.com/app");
        let refused = refused("local", "aws", &[&image]);
        let [why] = refused.as_slice() else { panic!("{refused:?}") };
        assert_eq!(why.code, Code::WrongRegistry);
        assert!(why.message.ends_with("in AWS, but local is an emulator"));
        assert!(rule(why).unwrap().starts_with("emulator = "));
    }
}
