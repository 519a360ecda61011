//! `docker-credential`: gives docker the token of an ECR registry, if the environment allows the
//! credentials and the registry. Otherwise docker gets the refusal of its protocol.

use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::{Arguments, judging, request_to};
use crate::cli::{
    AwsArgs, ColorArg, CommonArgs, DockerAction, EnvironmentArgs, RoleArgs, TargetArgs,
};
use crate::handoff::docker::{Login, NOT_FOUND};
use crate::input::docker_request;
use crate::input::variables::{ENVIRONMENT, has_environment};
use crate::outcome::{Answered, Outcome};
use crate::output::{AllowedBy, Colours, Exit, Reply};
use crate::preflight::{self, Prompt, REGISTRY_USER, Request, deadline};
use crate::report::human::human;
use crate::report::known::report;
use crate::report::text::{Colour, harmless};
use crate::report::wrong::wrong;
use crate::source::{Audience, Secret};
use crate::target::Target;
use crate::time::whole;
use crate::wrong::Wrong;

/// The limit for docker's request, and the limit for the check.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The text for `docker login`, which docker prints.
const STORES_NOTHING: &[u8] =
    b"account-guard stores no logins: it gets a new token each time that docker needs one\n";

/// Answers docker. Reads a request only for `get`: account-guard stores no logins.
pub fn docker_credential(action: DockerAction) -> Reply {
    match action {
        DockerAction::Get => get(Colours::of(ColorArg::Auto).stderr).unwrap_or_else(|reply| reply),
        DockerAction::Store => Reply { stdout: bytes(STORES_NOTHING), ..refused(Vec::new()) },
        // Docker deletes its own stored login only if the helper succeeds.
        DockerAction::Erase => given(Zeroizing::default()),
        DockerAction::List => given(bytes(b"{}\n")),
    }
}

/// A refusal. After any other text than `NOT_FOUND` docker uses a stored login.
fn refused(stderr: Vec<u8>) -> Reply {
    Reply { exit: Exit::NotGiven, stdout: bytes(NOT_FOUND), stderr }
}

fn given(stdout: Zeroizing<Vec<u8>>) -> Reply {
    Reply { exit: Exit::Done, stdout, stderr: Vec::new() }
}

fn bytes(text: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(text.to_vec())
}

fn get(colour: Colour) -> Result<Reply, Reply> {
    let server =
        server().map_err(|why| because(&format!("could not read docker's request: {why}")))?;
    let shown = harmless(&server);
    let target = Target::registry(host(&server)).map_err(|why| {
        because(&format!("account-guard refused a docker login for `{shown}`: {why}"))
    })?;
    let refused_login = |text: Vec<u8>| {
        let closing = format!(
            "account-guard refused a docker login for `{shown}`\n  docker passes no options: to use \
             one that is named above, run docker through `account-guard exec`\n"
        );
        refused([text, closing.into_bytes()].concat())
    };
    let request = docker_request(target).map_err(|why| refused_login(wrong(&why, colour)))?;
    let outcome = preflight::run(&Arc::new(request), Prompt::Docker, |_, _| {})
        .map_err(|why| refused_login(wrong(&why, colour)))?;
    let (password, allowed) =
        granted(&outcome).ok_or_else(|| refused_login(human(&report(&outcome), colour)))?;
    let login = Login { server: &server, user: REGISTRY_USER, password };
    login
        .document()
        .map(|stdout| Reply { exit: Exit::Allowed(allowed), stdout, stderr: Vec::new() })
        .map_err(|why| because(&format!("could not write docker's answer: {why}")))
}

/// The token, and the proof that the verdict allows it.
fn granted(outcome: &Outcome) -> Option<(&Secret, AllowedBy)> {
    let Answered::Judged(judged) = &outcome.answer else { return None };
    Some((judged.token.as_ref()?, AllowedBy::verdict(&judged.verdict)?))
}

fn because(why: &str) -> Reply {
    refused(format!("{why}\n").into_bytes())
}

/// The server that docker asks about, within the time limit.
fn server() -> Result<String, String> {
    let server = deadline::run(TIMEOUT, |_| docker_request::server(), |_, _| {});
    server.unwrap_or_else(|_| Err(format!("stdin was not closed within {}", whole(TIMEOUT))))
}

/// The host of a server, by docker's own rules. The server of Docker Hub is `https://index.docker.io/v1/`.
fn host(server: &str) -> &str {
    let rest = match server.split_once("://") {
        Some(("https", rest)) => rest,
        Some(_) => return server,
        None => server,
    };
    rest.split_once('/').map_or(rest, |(host, _)| host)
}

/// The request for the token of a registry. Docker passes no options.
fn docker_request(registry: Target) -> Result<Request, Wrong> {
    if !has_environment() {
        return Err(Wrong::usage(
            format!("{ENVIRONMENT} is not set"),
            "set it to an environment of the policy: docker passes no arguments",
        ));
    }
    let arguments = Arguments {
        command: "docker-credential",
        environment: &EnvironmentArgs::default(),
        aws: &AwsArgs { timeout: TIMEOUT, ..AwsArgs::default() },
        tools: &[],
        role: &RoleArgs::default(),
        targets: &TargetArgs::default(),
        common: &CommonArgs::default(),
    };
    let judging = judging(&arguments, Audience::OurselvesOnly)?.with_login(registry);
    request_to(judging, &arguments)
}
