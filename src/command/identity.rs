//! `identity`: whose credentials these are and where they come from, or what the AWS CLI would print.
//! Judges nothing.

use std::sync::Arc;
use std::time::Duration;

use super::{exchange, run};
use crate::cli::{Format, IdentityArgs, OutputArg};
use crate::identity::Identity;
use crate::input::cli_input;
use crate::outcome::{Answered, Identified, Known};
use crate::output::{Exit, Failure, Output, Screen};
use crate::preflight::{Identifying, Limits, Purpose, QuestionFile, Request, deadline};
use crate::report::aws_cli::{self, InvalidQuery, Output as CliFormat, Query};
use crate::report::human::human as explained;
use crate::report::identity::{IdentityDocument, human};
use crate::report::json::json;
use crate::report::known::{identity_details, known_in_words, warnings};
use crate::report::text::harmless;
use crate::unknown::Unknown;
use crate::wrong::Wrong;

/// Asks STS for the identity within the deadline.
pub fn identity(args: IdentityArgs, screen: Screen) -> Output {
    let colour = screen.colours.stderr;
    let is_debug = args.debug;
    let found = read(args, screen)
        .and_then(|(view, request)| Ok((view, run(&Arc::new(request), is_debug)?)));
    let (view, outcome) = match found {
        Ok(found) => found,
        Err(wrong) => return Output::failed(&wrong.into(), colour),
    };
    let output = match &outcome.answer {
        Answered::Identified(identified) => view
            .of_caller(&outcome.known, identified)
            .map_or_else(|why| Output::failed(&why, colour), Output::done),
        Answered::Unknown(why) => view.unknown(&outcome.known, why),
        Answered::Judged(_) => Output::failed(&Failure::internal(), colour),
    };
    with_warnings(output, &warnings(&outcome.known))
}

fn read(args: IdentityArgs, screen: Screen) -> Result<(View, Request), Wrong> {
    let call = args.call;
    check_input(args.cli_input_json, call.timeout)?;
    let exchange = exchange(&args.role)?;
    let query = args.query.as_deref().map(Query::parse).transpose().map_err(|why| {
        Wrong::usage(
            format!("--query is not a JMESPath expression: {why}"),
            "correct the expression; see https://jmespath.org",
        )
    })?;
    let output = cli_format(args.output, query.is_some());
    let identifying = Identifying {
        endpoint_url: call.endpoint_url,
        verifies_certificates: !call.no_verify_ssl,
        is_signed: !call.no_sign_request,
        uses_policy: output.is_none(),
    };
    let limits = Limits {
        deadline: call.timeout,
        connect: call.cli_connect_timeout,
        read: call.cli_read_timeout,
    };
    let request = Request {
        purpose: Purpose::Identify(identifying),
        profile: call.profile,
        region: call.region,
        ca_bundle: call.ca_bundle,
        exchange,
        limits,
        policy: args.policy,
    };
    Ok((View { output, format: args.format, query, screen }, request))
}

/// Checks `--cli-input-json`, which can name a file that blocks.
fn check_input(text: Option<String>, timeout: Duration) -> Result<(), Wrong> {
    let Some(text) = text else { return Ok(()) };
    deadline::run_read(timeout, move |progress| {
        progress.reading(QuestionFile::CliInput);
        cli_input::check(&text)
    })
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
    fn of_caller(&self, known: &Known, identified: &Identified) -> Result<Vec<u8>, Failure> {
        match self.output {
            Some(output) => self.as_cli(&identified.identity, output),
            None => self.as_report(known, identified),
        }
    }

    /// What the AWS CLI prints.
    fn as_cli(&self, identity: &Identity, output: CliFormat) -> Result<Vec<u8>, Failure> {
        let answer = aws_cli::answer(identity).ok_or_else(|| {
            let message =
                "the answer of STS contains characters that no AWS name contains (not-sts)";
            Failure::Unknown(message.to_owned())
        })?;
        let unanswered = |why: InvalidQuery| {
            let message = format!("--query has no answer: {why}");
            Wrong::usage(message, "correct it; https://jmespath.org explains the language")
        };
        let found = match &self.query {
            Some(query) => query.search(&answer).map_err(unanswered)?,
            None => answer,
        };
        let Screen { colours, columns } = self.screen;
        let screen = aws_cli::Screen { columns, colour: colours.stdout };
        let text = aws_cli::print(&found, output, screen)
            .map_err(|why| Wrong::usage(why.to_string(), "choose another --output"))?;
        Ok(text.into_bytes())
    }

    /// Everything that is known, as text or as a JSON document.
    fn as_report(&self, known: &Known, identified: &Identified) -> Result<Vec<u8>, Failure> {
        let document = IdentityDocument::of(known_in_words(known), identity_details(identified));
        match self.format {
            Format::Human => Ok(human(&document, self.screen.colours.stdout)),
            Format::Json => json(&document).map_err(|why| Failure::unserializable(&why)),
        }
    }

    /// Why the identity is unknown: on stderr, and in the JSON document.
    fn unknown(&self, known: &Known, why: &Unknown) -> Output {
        let colour = self.screen.colours.stderr;
        let stderr = explained(&known_in_words(known).unknown(why), colour);
        let document = match (self.output, self.format) {
            (None, Format::Json) => json(&IdentityDocument::unknown(known_in_words(known), why)),
            _ => Ok(Vec::new()),
        };
        match document {
            Ok(stdout) => Output { exit: Exit::Unknown, stdout, stderr, files: Vec::new() },
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
