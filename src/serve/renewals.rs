//! The responses of the endpoint. For each response the request of the start runs again, and its verdict
//! must match the terms of the start.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use hyper::StatusCode;
use hyper::body::Bytes;
use tokio::sync::watch::{self, Receiver};

use crate::handoff::{Breach, Grant, Terms, container};
use crate::outcome::{self, Outcome};
use crate::output::notice;
use crate::policy::Policy;
use crate::preflight::{self, Observe, Prompt, Request, still_reads};
use crate::report::human::first_line;
use crate::report::known::report;
use crate::report::text::{Colour, harmless};
use crate::report::{Report, wrong};
use crate::unknown::ErrorCode;
use crate::wrong::Wrong;

/// How long an uncollected response may be served while the policy is unchanged. It is the one of the start,
/// or one whose client gave up: AWS's SDK for JavaScript does so after a second, and asks again.
const FRESH: Duration = Duration::from_secs(30);

/// A response to a request with the token.
#[derive(Clone)]
pub(super) struct Renewal {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
}

/// A response, and what decides whether it may still be served.
#[derive(Clone)]
struct Answered {
    renewal: Renewal,
    since: Instant,
    /// The policy that granted it; `None` for a refusal.
    policy: Option<Arc<Policy>>,
}

/// A response that is being made.
type Coming = Receiver<Option<Answered>>;

/// Makes the responses, one at a time.
pub(crate) struct Renewals {
    request: Arc<Request>,
    observe: Observe,
    environment: String,
    terms: Terms,
    coming: Mutex<Option<Coming>>,
    /// The last refusal, which is not printed again.
    said: Mutex<Option<String>>,
}

impl Renewals {
    /// The first response is what was granted at the start. `observe` is called for every event of a later
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
            coming: Mutex::new(Some(first)),
            said: Mutex::new(None),
        }
    }

    /// The limit for one response.
    pub(super) fn longest(&self) -> Duration {
        self.request.limits.deadline
    }

    /// The next response. Requests that arrive while one is being made share it.
    pub(super) async fn next(self: &Arc<Self>) -> Renewal {
        let mut coming = self.coming();
        let found = coming.wait_for(Option::is_some).await.ok().and_then(|it| (*it).clone());
        let mut current = lock(&self.coming);
        *current = current.take().filter(|it| !it.same_channel(&coming));
        found.map_or_else(|| refused(&lost()), |found| found.renewal)
    }

    fn coming(self: &Arc<Self>) -> Coming {
        let mut current = lock(&self.coming);
        let unfetched = current.as_ref().map(|it| it.borrow().clone());
        if let (Some(coming), Some(None)) = (&*current, &unfetched) {
            return coming.clone();
        }
        let (sender, receiver) = watch::channel(None);
        let renewals = Arc::clone(self);
        // It continues if its client gives up, because the client asks again.
        tokio::task::spawn_blocking(move || {
            let unfetched = unfetched.flatten().filter(|it| renewals.is_good(it));
            sender.send_replace(Some(unfetched.unwrap_or_else(|| renewals.answered())));
        });
        *current = Some(receiver.clone());
        receiver
    }

    fn is_good(&self, answered: &Answered) -> bool {
        let Some(policy) = &answered.policy else { return false };
        answered.since.elapsed() < FRESH && still_reads(&self.request, policy.texts())
    }

    fn answered(&self) -> Answered {
        match self.judged() {
            Ok((grant, policy)) => {
                *lock(&self.said) = None;
                Answered::granted(&grant, policy)
            }
            Err(refusal) => {
                self.say(&refusal);
                Answered { renewal: refused(&refusal), since: Instant::now(), policy: None }
            }
        }
    }

    /// Runs the request again, on the current state of the world, without asking the user.
    fn judged(&self) -> Result<(Grant, Policy), Refusal> {
        let outcome = preflight::run(&self.request, Prompt::Unavailable, self.observe)
            .map_err(|why| Refusal::of_question(&why))?;
        let Outcome { known, answer: outcome::Answered::Judged(judged) } = outcome else {
            return Err(Refusal::of_report(&report(&outcome)));
        };
        let basis = judged.basis.as_ref().filter(|_| judged.verdict.is_allowed());
        let Some(basis) = basis else {
            let answer = outcome::Answered::Judged(judged);
            return Err(Refusal::of_report(&report(&Outcome { known, answer })));
        };
        match self.terms.renew(&judged.verdict, basis) {
            Ok(grant) => Ok((grant, judged.policy)),
            Err(breach) => Err(Refusal::of_breach(breach, &self.environment)),
        }
    }

    /// Prints a refusal on stderr, unless it is the same as before: an SDK tries three or four times.
    fn say(&self, refusal: &Refusal) {
        let mut said = lock(&self.said);
        if said.as_ref() == Some(&refusal.message) {
            return;
        }
        notice(&format!("account-guard: credentials not renewed: {}", refusal.message));
        *said = Some(refusal.message.clone());
    }
}

impl Answered {
    fn granted(grant: &Grant, policy: Policy) -> Self {
        let renewal = match container::credentials(grant, SystemTime::now()) {
            Ok(text) => Renewal { status: StatusCode::OK, body: Bytes::from_owner(text) },
            Err(_) => refused(&lost()),
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
        let error = report.error.as_ref().map(|error| error.code);
        let code = error.or(report.violations.first().map(|it| it.code)).unwrap_or("denied");
        let passes = PASSING.iter().any(|passing| passing.name() == code);
        Self {
            status: if passes { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::FORBIDDEN },
            code,
            message: format!("{} ({code})", first_line(report, Colour::Off)),
        }
    }

    fn of_breach(Breach { code, message }: Breach, environment: &str) -> Self {
        let message = format!("DENIED {}: {} ({code})", harmless(environment), harmless(&message));
        Self { status: StatusCode::FORBIDDEN, code, message }
    }

    fn of_question(why: &Wrong) -> Self {
        Self { status: StatusCode::FORBIDDEN, code: "question", message: wrong::first_line(why) }
    }
}

/// The errors that can pass. An SDK repeats a request after a status of 500 or above, and prints the message
/// after any other.
const PASSING: [ErrorCode; 4] =
    [ErrorCode::StsUnreachable, ErrorCode::Dns, ErrorCode::StsTimeout, ErrorCode::StsUnavailable];

fn lost() -> Refusal {
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
