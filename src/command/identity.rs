//! `identity`: whose credentials these are and where they come from, or what the AWS CLI would print.
//! Judges nothing.

use super::exchange;
use crate::cli::{Format, IdentityArgs, OutputArg};
use crate::identity::Identity;
use crate::input::cli_input;
use crate::output::{Exit, Failure, Output, Screen, trace};
use crate::preflight::identity::{Caller, IdentityFound, IdentityRequest, NoCaller, PolicyUse};
use crate::report::build::Known;
use crate::report::cli_output::{self, NotAQuery, Output as CliFormat, Query};
use crate::report::human::human as explained;
use crate::report::json::json;
use crate::report::text::harmless;
use crate::report::whoami::{Besides, Whoami, human};
use crate::unknown::Unknown;
use crate::wrong::Wrong;

/// Asks STS for the identity within the deadline.
pub fn identity(args: IdentityArgs, screen: Screen) -> Output {
    let colour = screen.colours.stderr;
    let (view, request) = match read(args, screen) {
        Ok(it) => it,
        Err(wrong) => return Output::failed(&wrong.into(), colour),
    };
    let IdentityFound { known, result } = request.run();
    let warnings = known.warnings.clone();
    let output = match result {
        Ok(caller) => view
            .of_caller(known, caller)
            .map_or_else(|why| Output::failed(&why, colour), Output::done),
        Err(NoCaller::Wrong(wrong)) => Output::failed(&wrong.into(), colour),
        Err(NoCaller::Unknown(why)) => view.unknown(&known, &why),
    };
    with_warnings(output, &warnings)
}

fn read(args: IdentityArgs, screen: Screen) -> Result<(View, IdentityRequest), Wrong> {
    cli_input::check(args.cli_input_json.as_deref())?;
    let exchange = exchange(&args.role)?;
    let query = args.query.as_deref().map(Query::parse).transpose().map_err(|why| {
        Wrong::usage(
            format!("--query is no JMESPath expression: {why}"),
            "correct it; https://jmespath.org explains the language",
        )
    })?;
    let output = cli_format(args.output, query.is_some());
    let policy = if output.is_some() { PolicyUse::Ignored } else { PolicyUse::Read(args.policy) };
    let call = args.call;
    let request = IdentityRequest {
        profile: call.profile,
        region: call.region,
        endpoint_url: call.endpoint_url,
        ca_bundle: call.ca_bundle,
        no_verify_ssl: call.no_verify_ssl,
        no_sign_request: call.no_sign_request,
        connect_timeout: call.cli_connect_timeout,
        read_timeout: call.cli_read_timeout,
        timeout: call.timeout,
        exchange,
        policy,
        trace: trace(args.debug),
    };
    Ok((View { output, format: args.format, query, screen }, request))
}

/// The format of the AWS CLI to print. `None` selects the formats of account-guard.
fn cli_format(output: Option<OutputArg>, has_query: bool) -> Option<CliFormat> {
    match output {
        Some(OutputArg::Json) => Some(CliFormat::Json),
        Some(OutputArg::Text) => Some(CliFormat::Text),
        Some(OutputArg::Table) => Some(CliFormat::Table),
        Some(OutputArg::Yaml) => Some(CliFormat::Yaml),
        Some(OutputArg::YamlStream) => Some(CliFormat::YamlStream),
        Some(OutputArg::Off) => Some(CliFormat::Off),
        None => has_query.then_some(CliFormat::Json),
    }
}

/// How to print the result.
struct View {
    output: Option<CliFormat>,
    format: Format,
    query: Option<Query>,
    screen: Screen,
}

impl View {
    fn of_caller(&self, known: Known, caller: Caller) -> Result<Vec<u8>, Failure> {
        match self.output {
            Some(output) => self.as_cli(&caller.identity, output),
            None => self.as_report(known, caller.besides),
        }
    }

    /// What the AWS CLI prints.
    fn as_cli(&self, identity: &Identity, output: CliFormat) -> Result<Vec<u8>, Failure> {
        let answer = cli_output::answer(identity).ok_or_else(|| {
            let message = "STS's answer holds what no name of AWS does (not-sts)";
            Failure::Unknown(message.to_owned())
        })?;
        let unanswered = |why: NotAQuery| {
            let message = format!("--query has no answer: {why}");
            Wrong::usage(message, "correct it; https://jmespath.org explains the language")
        };
        let found = match &self.query {
            Some(query) => query.search(&answer).map_err(unanswered)?,
            None => answer,
        };
        let Screen { colours, columns } = self.screen;
        let screen = cli_output::Screen { columns, colour: colours.stdout };
        let text = cli_output::print(&found, output, screen)
            .map_err(|why| Wrong::usage(why.to_string(), "choose another --output"))?;
        Ok(text.into_bytes())
    }

    /// Everything that is known, as text or as a JSON document.
    fn as_report(&self, known: Known, besides: Besides) -> Result<Vec<u8>, Failure> {
        let whoami = Whoami::of(known, besides);
        match self.format {
            Format::Human => Ok(human(&whoami, self.screen.colours.stdout)),
            Format::Json => json(&whoami).map_err(|why| Failure::unserializable(&why)),
        }
    }

    /// Why the identity is unknown: on stderr, and in the JSON document.
    fn unknown(&self, known: &Known, why: &Unknown) -> Output {
        let colour = self.screen.colours.stderr;
        let stderr = explained(&known.clone().unknown(why), colour);
        let document = match (self.output, self.format) {
            (None, Format::Json) => json(&Whoami::unknown(known.clone(), why)),
            _ => Ok(Vec::new()),
        };
        match document {
            Ok(stdout) => Output { exit: Exit::Unknown, stderr, ..Output::done(stdout) },
            Err(why) => Output::failed(&Failure::unserializable(&why), colour),
        }
    }
}

/// The output with these warnings in front of the other text on stderr.
fn with_warnings(output: Output, warnings: &[String]) -> Output {
    let line = |text: &String| format!("warning: {}\n", harmless(text)).into_bytes();
    let lines = warnings.iter().flat_map(line);
    Output { stderr: lines.chain(output.stderr).collect(), ..output }
}
