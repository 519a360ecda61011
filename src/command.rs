//! The subcommands, one file each: arguments in, output out. Contains no network code and no order of
//! phases.

pub mod check;
pub mod completions;
pub mod credentials;
pub mod docker_credential;
pub mod exec;
pub mod identity;
pub mod man;
pub mod policy;

use std::sync::Arc;
use std::time::Duration;

use crate::cli::{AwsArgs, CommonArgs, EnvironmentArgs, RoleArgs, TargetArgs};
use crate::input::{targets, variables};
use crate::outcome::Outcome;
use crate::output::debug_line;
use crate::preflight::{self, Event, Judging, Limits, Observe, Prompt, Purpose, Request};
use crate::report::notes;
use crate::source::{Audience, Exchange, Flags};
use crate::tool::Tool;
use crate::wrong::Wrong;

/// The arguments of a command that judges.
struct Arguments<'a> {
    /// The name of the subcommand.
    command: &'static str,
    environment: &'a EnvironmentArgs,
    aws: &'a AwsArgs,
    tools: &'a [Tool],
    role: &'a RoleArgs,
    targets: &'a TargetArgs,
    common: &'a CommonArgs,
}

/// The request that the arguments describe. Reads no file.
fn request(arguments: &Arguments<'_>, audience: Audience) -> Result<Request, Wrong> {
    request_to(judging(arguments, audience)?, arguments)
}

/// What the arguments ask to judge.
fn judging(arguments: &Arguments<'_>, audience: Audience) -> Result<Judging, Wrong> {
    let Arguments { command, environment, tools, targets, .. } = arguments;
    Ok(Judging {
        environment: variables::environment_name(
            command,
            environment.environment.as_deref(),
            environment.environment_option.as_deref(),
        )?,
        targets: targets::images(&targets.images)?,
        token_region: None,
        tools: tools.to_vec(),
        audience,
    })
}

/// The request to judge this, with the options of the arguments.
fn request_to(judging: Judging, arguments: &Arguments<'_>) -> Result<Request, Wrong> {
    let Arguments { aws, role, common, .. } = arguments;
    Ok(Request {
        purpose: Purpose::Judge(judging),
        profile: aws.profile.clone(),
        region: aws.region.clone(),
        ca_bundle: aws.ca_bundle.clone(),
        exchange: exchange(role)?,
        limits: Limits { deadline: aws.timeout, connect: None, read: None },
        policy: common.policy.clone(),
    })
}

/// Runs a request, and asks the user for an MFA code if there is a terminal.
fn run(request: &Arc<Request>, is_debug: bool) -> Result<Outcome, Wrong> {
    preflight::run(request, Prompt::here(variables::is_ci()), observer(is_debug))
}

/// The function that prints every event with `--debug`, and nothing without it.
fn observer(is_debug: bool) -> Observe {
    if is_debug { trace } else { |_, _| {} }
}

/// Prints the lines of `--debug` for one event.
fn trace(after: Duration, event: &Event) {
    match event {
        Event::Step(step) => debug_line(after, step),
        Event::Reading(file) => debug_line(after, file.step()),
        Event::Learned(fact) => {
            for line in notes::trace(fact) {
                debug_line(after, &line);
            }
        }
        Event::PromptShown | Event::PromptAnswered | Event::Done => {}
    }
}

/// The role or MFA session that the arguments request.
fn exchange(args: &RoleArgs) -> Result<Option<Exchange>, Wrong> {
    let flags = Flags {
        role_arn: args.role_arn.clone(),
        external_id: args.external_id.clone(),
        session_name: args.role_session_name.clone(),
        duration: args.duration,
        mfa_serial: args.mfa_serial.clone(),
        web_identity_token_file: args.web_identity_token_file.clone(),
        saml: args.saml_assertion_file.clone().zip(args.saml_principal_arn.clone()),
    };
    Exchange::of(flags).map_err(|why| Wrong::Usage { message: why.message, hint: why.hint })
}
