//! Tests of regions: tools read different settings, and each region is judged.

use super::{
    Credentials, Guard, PEOPLE, POLICY, allowed, check, codes, denied, loopback, notes, snapshot,
    with_profiles,
};

#[test]
fn regions_differ_by_family() {
    let sts = loopback(PEOPLE);
    let regions = |first: &str, second: &str| {
        let guard = with_profiles(&sts).credentials(&Credentials::of("prod"));
        guard.env("AWS_REGION", first).env("AWS_DEFAULT_REGION", second)
    };
    let document = denied(&check(regions("eu-west-1", "us-east-1"), "prod"), "other-tool");
    assert_eq!(codes(&document), ["other-tool"]);
    let text = document["violations"][0]["message"].as_str().unwrap();
    assert!(text.starts_with("boto3 would deploy as") && text.contains("us-east-1"), "{text}");
    snapshot!("tools-two-regions", regions("eu-west-1", "us-east-1").args("check prod").run());
    let both = regions("eu-west-1", "eu-west-2").args("check prod").run();
    snapshot!("tools-two-allowed-regions", both);
    let sam = check(regions("us-east-1", "eu-west-1"), "prod --for sam,aws-cli");
    let text = denied(&sam, "other-tool")["violations"][0]["message"].clone();
    assert!(text.as_str().unwrap().contains("us-east-1"), "{text}");
}

#[test]
fn a_region_that_some_tools_do_not_read() {
    let sts = loopback(PEOPLE);
    let guard = |name: &str, region: &str| {
        let guard = Guard::new().policy(POLICY).credentials(&Credentials::of("prod"));
        guard.env("AWS_ENDPOINT_URL_STS", sts.url()).env(name, region)
    };
    for scope in ["sam,js", "js,sam"] {
        let words = format!("prod --for {scope}");
        let document = allowed(&check(guard("AWS_REGION", "eu-west-1"), &words));
        assert!(notes(&document).contains("no region is set for sam"), "{document}");
        // JavaScript would request the region from the machine, where it is unknown.
        let code = if scope.starts_with("js") { "wrong-region" } else { "other-tool" };
        let document = denied(&check(guard("AWS_DEFAULT_REGION", "eu-west-1"), &words), code);
        let text = document["violations"].to_string();
        assert!(
            text.contains("no region is set, so the tool would ask the metadata service"),
            "{text}"
        );
        let off = guard("AWS_DEFAULT_REGION", "eu-west-1").env("AWS_EC2_METADATA_DISABLED", "true");
        let document = allowed(&check(off, &words));
        assert!(notes(&document).contains("no region is set for js"), "{document}");
    }
    let document = allowed(&check(guard("AWS_REGION", "eu-west-1"), "prod"));
    assert_eq!(notes(&document), "");
    denied(&check(guard("X", ""), "prod --for aws-cli,sam,js,terraform"), "wrong-region");
    // The CDK always has a region.
    let document = denied(&check(guard("X", ""), "prod --for cdk"), "wrong-region");
    assert_eq!(document["region"], "us-east-1");
    denied(&check(guard("X", ""), "prod"), "wrong-region");
    allowed(&check(guard("X", ""), "both"));
    allowed(&check(guard("AWS_REGION", "us-east-1"), "prod --for cdk --region eu-west-1"));
}
