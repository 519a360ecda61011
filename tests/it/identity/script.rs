//! Tests that `examples/identity.sh`, which uses `aws sts get-caller-identity` in five ways, prints
//! the same with the program as with the AWS CLI.

use std::path::Path;
use std::process::Command;

use super::recorded_output::record;
use super::serve;

#[test]
fn the_script_prints_the_same_with_the_aws_cli_and_with_the_program() {
    let record = record();
    let sts = serve(record.people);
    assert_eq!(record.scripts.len(), 3);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/identity.sh");
    let home = tempfile::tempdir().expect("a home");
    for expected in record.scripts {
        let output = Command::new(&script)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home.path())
            .env("WHOAMI", format!("{} identity", env!("CARGO_BIN_EXE_account-guard")))
            .env("AWS_ACCESS_KEY_ID", &expected.key)
            .env("AWS_SECRET_ACCESS_KEY", "opens-nothing")
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_ENDPOINT_URL", sts.url())
            .current_dir(home.path())
            .output()
            .expect("the script to run");
        let stdout = String::from_utf8(output.stdout).expect("UTF-8");
        let code = output.status.code().map(i64::from);
        assert_eq!((stdout, code), (expected.stdout, Some(expected.code)), "{}", expected.key);
    }
}
