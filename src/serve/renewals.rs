//! Makes the responses of the endpoint. For each response, the request of the start runs again, and its verdict
//! must match the terms of the start.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use hyper::StatusCode;
use hyper::body::Bytes;
use tokio::sync::watch::{self, Receiver};

use crate::handoff::{Breach, Grant, Terms, container};
use crate::outcome;
use crate::output::notice;
use crate::policy::Policy;
use crate::preflight::{self, Observe, Prompt, Request, still_reads};
use crate::report::human::first_line;
use crate::report::known::report;
use crate::report::text::{Colour, harmless};
use crate::report::{Report, wrong};
use crate::unknown::ErrorCode;
use crate::wrong::Wrong;

/// How long an uncollected response may be served while the policy is unchanged. A response is uncollected after the
/// start, and if its client gave up: the AWS SDK for JavaScript does so after a second, and repeats the request.
const FRESH: Duration = Duration::from_secs(30);

/// A response to a request with the token.
#[derive(Clone)]
pub(super) struct Renewal {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
}

/// A response with the conditions under which it may still be served.
#[derive(Clone)]
struct Answered {
    renewal: Renewal,
    /// When the response was made.
    since: Instant,
    /// The policy that granted the credentials; `None` for a refusal.
    policy: Option<Arc<Policy>>,
}

/// A response; `None` while it is being made.
type Pending = Receiver<Option<Answered>>;

/// Makes the responses, one at a time.
pub(crate) struct Renewals {
    request: Arc<Request>,
    observe: Observe,
    environment: String,
    terms: Terms,
    /// The response that no client has collected yet; `None` if there is none.
    pending: Mutex<Option<Pending>>,
    /// The last refusal on stderr; `None` if there was none since the last success.
    last_refusal: Mutex<Option<String>>,
}

impl Renewals {
    /// The first response contains the grant of the start. `observe` is called for every event of a later
    /// run.
    pub(crate) fn of(
        (request, observe): (Arc<Request>, Observe),
        environment: &str,
        grant: &Grant,
        policy: &Policy,
    ) -> Self {
        let terms = Terms::of(grant, policy.clone(), environment);
        let first = watch::channel(Some(Answered::granted(grant, policy.clone()))).1;
        Self {
            request,
            observe,
            environment: environment.to_owned(),
            terms,
            pending: Mutex::new(Some(first)),
            last_refusal: Mutex::new(None),
        }
    }

    /// The time limit for one response.
    pub(super) fn longest(&self) -> Duration {
        self.request.limits.deadline
    }

    /// The next response. Requests that arrive while one is being made share it.
    pub(super) async fn next(self: &Arc<Self>) -> Renewal {
        let mut pending = self.pending();
        let answered = match pending.wait_for(Option::is_some).await {
            Ok(answered) => (*answered).clone(),
            Err(_) => None,
        };
        let mut current = lock(&self.pending);
        if current.as_ref().is_some_and(|it| it.same_channel(&pending)) {
            *current = None;
        }
        match answered {
            Some(answered) => answered.renewal,
            None => refused(&internal()),
        }
    }

    /// The response that is being made. Starts to make one if there is none, or if the last one is complete.
    fn pending(self: &Arc<Self>) -> Pending {
        let mut current = lock(&self.pending);
        let mut uncollected = None;
        if let Some(pending) = &*current {
            uncollected.clone_from(&pending.borrow());
            if uncollected.is_none() {
                return pending.clone();
            }
        }
        let (sender, receiver) = watch::channel(None);
        let renewals = Arc::clone(self);
        // The task continues if its client gives up, because the client repeats the request.
        tokio::task::spawn_blocking(move || {
            let answered = match uncollected {
                Some(answered) if renewals.is_valid(&answered) => answered,
                _ => renewals.answered(),
            };
            sender.send_replace(Some(answered));
        });
        *current = Some(receiver.clone());
        receiver
    }

    fn is_valid(&self, answered: &Answered) -> bool {
        let Some(policy) = &answered.policy else { return false };
        answered.since.elapsed() < FRESH && still_reads(&self.request, policy.texts())
    }

    fn answered(&self) -> Answered {
        match self.judged() {
            Ok((grant, policy)) => {
                *lock(&self.last_refusal) = None;
                Answered::granted(&grant, policy)
            }
            Err(refusal) => {
                self.report(&refusal);
                Answered { renewal: refused(&refusal), since: Instant::now(), policy: None }
            }
        }
    }

    /// Runs the request again with the current files and credentials. Never prompts the user.
    fn judged(&self) -> Result<(Grant, Policy), Refusal> {
        let outcome = preflight::run(&self.request, Prompt::Unavailable, self.observe)
            .map_err(|why| Refusal::of_question(&why))?;
        let outcome::Answered::Judged(judged) = &outcome.answer else {
            return Err(Refusal::of_report(&report(&outcome)));
        };
        let basis = match &judged.basis {
            Some(basis) if judged.verdict.is_allowed() => basis,
            _ => return Err(Refusal::of_report(&report(&outcome))),
        };
        match self.terms.renew(&judged.verdict, basis) {
            Ok(grant) => Ok((grant, judged.policy.clone())),
            Err(breach) => Err(Refusal::of_breach(breach, &self.environment)),
        }
    }

    /// Prints a refusal on stderr. A repeated refusal is not printed, because an SDK tries three or four times.
    fn report(&self, refusal: &Refusal) {
        let mut last = lock(&self.last_refusal);
        if last.as_ref() == Some(&refusal.message) {
            return;
        }
        notice(&format!("account-guard: could not renew the credentials: {}", refusal.message));
        *last = Some(refusal.message.clone());
    }
}

impl Answered {
    fn granted(grant: &Grant, policy: Policy) -> Self {
        let renewal = match container::credentials(grant, SystemTime::now()) {
            Ok(text) => Renewal { status: StatusCode::OK, body: Bytes::from_owner(text) },
            Err(_) => refused(&internal()),
        };
        Self { renewal, since: Instant::now(), policy: Some(Arc::new(policy)) }
    }
}

/// Why a response contains no credentials.
struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refusal {
    fn of_report(report: &Report) -> Self {
        let code = match (&report.error, report.violations.first()) {
            (Some(error), _) => error.code,
            (None, Some(violation)) => violation.code,
            (None, None) => "denied",
        };
        let is_temporary = TEMPORARY.iter().any(|temporary| temporary.name() == code);
        let status =
            if is_temporary { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::FORBIDDEN };
        Self { status, code, message: format!("{} ({code})", first_line(report, Colour::Off)) }
    }

    fn of_breach(Breach { code, message }: Breach, environment: &str) -> Self {
        let message = format!("DENIED {}: {} ({code})", harmless(environment), harmless(&message));
        Self { status: StatusCode::FORBIDDEN, code, message }
    }

    fn of_question(why: &Wrong) -> Self {
        Self { status: StatusCode::FORBIDDEN, code: "question", message: wrong::first_line(why) }
    }
}

/// Temporary errors. An SDK repeats a request after a status of 500 or above, and prints the message
/// after any other status.
const TEMPORARY: [ErrorCode; 4] =
    [ErrorCode::StsUnreachable, ErrorCode::Dns, ErrorCode::StsTimeout, ErrorCode::StsUnavailable];

/// The refusal for a bug in account-guard.
fn internal() -> Refusal {
    let code = ErrorCode::Internal.name();
    let message = format!("UNKNOWN: account-guard failed ({code})");
    Refusal { status: StatusCode::FORBIDDEN, code, message }
}

fn refused(Refusal { status, code, message }: &Refusal) -> Renewal {
    let text = container::refusal(code, &format!("account-guard: {message}"));
    Renewal { status: *status, body: text.unwrap_or_default().into() }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
