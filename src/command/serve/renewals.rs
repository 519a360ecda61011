//! Every answer of the endpoint is a judgement of its own: the question of the start is asked again, and
//! held to the start's terms.

use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use hyper::StatusCode;
use hyper::body::Bytes;
use tokio::sync::watch::{self, Receiver};

use crate::command::Answer;
use crate::command::inquiry::{Basis, Judged};
use crate::command::question::{Found, Question};
use crate::handoff::{Breach, Grant, Terms, container};
use crate::policy::Policy;
use crate::report::Report;
use crate::report::human::first_line;
use crate::report::text::{Colour, harmless};
use crate::unknown::ErrorCode;

/// For so long an answer that nobody has fetched is as good as new, if the policy is still the same: that of
/// the start, until the command asks for it, and one whose asker gave up before it was there. AWS's SDK for
/// JavaScript does so after a second, and asks again.
const FRESH: Duration = Duration::from_secs(30);

/// An answer to whoever has the token.
#[derive(Clone)]
pub(super) struct Renewal {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
}

/// An answer, and what it takes to know whether it still is one.
#[derive(Clone)]
struct Answered {
    renewal: Renewal,
    since: Instant,
    /// What granted it; nothing does a refusal.
    policy: Option<Arc<Policy>>,
}

/// An answer on its way.
type Coming = Receiver<Option<Answered>>;

/// The answers, one at a time.
pub struct Renewals {
    question: Arc<Question>,
    terms: Terms,
    coming: Mutex<Option<Coming>>,
    /// The last refusal, which need not be said again.
    said: Mutex<Option<String>>,
}

impl Renewals {
    /// The first answer is what was granted at the start, for whoever asks soon.
    pub fn of(question: Arc<Question>, grant: &Grant, policy: Policy) -> Self {
        let terms = Terms::of(grant, policy.clone(), question.environment());
        let first = watch::channel(Some(Answered::granted(grant, policy))).1;
        Self { question, terms, coming: Mutex::new(Some(first)), said: Mutex::new(None) }
    }

    /// How long an answer may take.
    pub(super) fn longest(&self) -> Duration {
        self.question.timeout()
    }

    /// The next answer. Who asks while one is on its way gets the same; who asks later, another.
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
        // It goes on where its asker gives up: the next one will be there in a moment.
        tokio::task::spawn_blocking(move || {
            let unfetched = unfetched.flatten().filter(|it| renewals.is_good(it));
            sender.send_replace(Some(unfetched.unwrap_or_else(|| renewals.answered())));
        });
        *current = Some(receiver.clone());
        receiver
    }

    fn is_good(&self, answered: &Answered) -> bool {
        let Some(policy) = &answered.policy else { return false };
        answered.since.elapsed() < FRESH && self.question.still_reads(policy.texts())
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

    /// Resolves, asks and judges anew.
    fn judged(&self) -> Result<(Grant, Policy), Refusal> {
        let (report, Judged { verdict, basis, .. }, policy) = match self.question.ask_again() {
            Found::Judged(found) => *found,
            Found::Unknown(report) => return Err(Refusal::of_report(&report)),
            Found::Wrong(answer) => return Err(Refusal::of_question(&answer)),
        };
        let Some(basis) = basis.filter(|_| verdict.is_allowed()) else {
            return Err(Refusal::of_report(&report));
        };
        let Basis { facts, keys, way } = *basis;
        let renewed = self.terms.renew(&verdict, &facts, keys, way);
        renewed
            .map(|grant| (grant, policy))
            .map_err(|breach| Refusal::of_breach(breach, self.question.environment()))
    }

    /// One line, once for as long as it stays the same: an SDK tries three or four times.
    fn say(&self, refusal: &Refusal) {
        let mut said = lock(&self.said);
        if said.as_ref() == Some(&refusal.message) {
            return;
        }
        let line = format!("account-guard: credentials not renewed: {}\n", refusal.message);
        // A line that cannot be written is in the answer too.
        let _ = std::io::stderr().write_all(line.as_bytes());
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

/// Why there are no credentials.
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

    fn of_question(answer: &Answer) -> Self {
        let text = String::from_utf8_lossy(&answer.stderr);
        let message = harmless(text.lines().next().unwrap_or("error"));
        Self { status: StatusCode::FORBIDDEN, code: "question", message }
    }
}

/// What asking again may change: an SDK does so at a status from 500, and shows the message of others.
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
