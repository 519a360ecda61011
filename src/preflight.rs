//! The check itself, from a request to its outcome. This is the only module that contains the order of
//! the phases. Prints nothing, and reads the user's world through `input` alone.

mod ca_bundle;
mod check;
mod connect;
pub(crate) mod deadline;
mod endpoints;
mod identify;
mod judge;
mod lookup;
mod mfa;
mod notes;
mod obtain;
mod policy;
mod progress;
mod request;
mod runtime;
mod session_name;
mod stop;
mod token;
mod winners;
mod wrong_region;

/// The user name that every registry of ECR expects.
pub(crate) use crate::aws::ecr::USER as REGISTRY_USER;
pub(crate) use mfa::Prompt;
pub(crate) use progress::{Event, QuestionFile};
pub(crate) use request::{Identifying, Judging, Limits, Purpose, Request};

use std::sync::Arc;
use std::time::Duration;

use self::deadline::Ended;
use self::progress::Progress;
use self::runtime::block_on;
use self::stop::Stop;
use crate::input::{policy_file, variables};
use crate::outcome::{Answered, Known, Outcome};
use crate::policy::Text;
use crate::unknown::{ErrorCode, Unknown};
use crate::wrong::Wrong;

/// Called for every event with the time since the start of the run.
pub(crate) type Observe = fn(Duration, &Event);

/// Runs a request within its deadline, and calls `observe` for every event.
///
/// # Errors
///
/// The question is wrong. An identity that is unknown is an outcome.
pub(crate) fn run(
    request: &Arc<Request>,
    prompt: Prompt,
    observe: Observe,
) -> Result<Outcome, Wrong> {
    let environment = request.environment().unwrap_or_default().to_owned();
    let mut known = Known { environment, is_ci: variables::is_ci(), ..Known::default() };
    let work = {
        let request = Arc::clone(request);
        move |progress: &Progress| answer(&request, prompt, progress)
    };
    let ended = deadline::run(request.limits.deadline, work, |after, event| {
        observe(after, &event);
        if let Event::Learned(fact) = event {
            known.learn(fact);
        }
    });
    let answer = match ended {
        Ok(answer) => answer?,
        Err(ended) => Answered::Unknown(not_finished(request, ended)?),
    };
    Ok(Outcome { known, answer })
}

/// Whether the policy file still has exactly these texts.
pub(crate) fn still_reads(request: &Arc<Request>, policy: &[Text]) -> bool {
    let work = {
        let request = Arc::clone(request);
        move |_: &Progress| policy_file::read(request.policy.as_deref()).ok()
    };
    let text = deadline::run(request.limits.deadline, work, |_, _| {}).ok().flatten();
    text.is_some_and(|text| policy == [text])
}

fn answer(request: &Request, prompt: Prompt, progress: &Progress) -> Result<Answered, Wrong> {
    let answer = match &request.purpose {
        Purpose::Judge(judging) => block_on(check::check(request, judging, prompt, progress))
            .map(|judged| Answered::Judged(Box::new(judged))),
        Purpose::Identify(identifying) => {
            block_on(lookup::identify(request, identifying, prompt, progress))
                .map(|identified| Answered::Identified(Box::new(identified)))
        }
    };
    match answer {
        Ok(answer) => Ok(answer),
        Err(Stop::Wrong(wrong)) => Err(wrong),
        Err(Stop::Failed { why, .. }) => Ok(Answered::Unknown(why)),
        Err(Stop::Refused { .. }) => Ok(Answered::Unknown(refused_unjudged())),
    }
}

/// Only a check refuses keys, and it turns the refusal into a verdict.
fn refused_unjudged() -> Unknown {
    Unknown::new(ErrorCode::Internal, "keys were refused without a verdict")
}

fn not_finished(request: &Request, ended: Ended) -> Result<Unknown, Wrong> {
    let is_timeout = matches!(ended, Ended::TimedOut(_));
    let why = ended.explain(request.limits.deadline)?;
    // Docker passes no options, so that the usual hint does not help.
    let is_docker = request.is_docker() && is_timeout;
    Ok(if is_docker { why.hint("check the network, its firewalls and its proxy") } else { why })
}
