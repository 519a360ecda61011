//! Tests of roles that the program assumes, from a profile or by `--role-arn`: with moto, with an STS that
//! records its requests, and with configurations that are refused.

mod invalid_chains;
mod requests;
mod with_moto;

pub(crate) const DEPLOY: &str = "arn:aws:iam::111111111111:role/deploy-ci";

fn role(header: &str, arn: &str, more: &str) -> String {
    format!("[{header}]\nrole_arn = {arn}\n{more}\n")
}
