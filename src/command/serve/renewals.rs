//! Every answer of the endpoint is a judgement of its own: the question of the start is asked again, and
//! held to the start's terms.

use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use hyper::StatusCode;
use hyper::body::Bytes;
use tokio::sync::watch::{self, Receiver};

use crate::command::Answer;
use crate::command::question::{Found, Question};
use crate::handoff::{Breach, Grant, Terms, container};
use crate::report::Report;
use crate::report::human::first_line;
use crate::report::text::{Colour, harmless};
use crate::unknown::ErrorCode;

/// For so long an answer that nobody has fetched is as good as new: that of the start, until the command
/// asks for it, and one whose asker gave up before it was there. AWS's SDK for JavaScript does so after a
/// second, and asks again.
const FRESH: Duration = Duration::from_secs(30);

/// An answer to whoever has the token.
#[derive(Clone)]
pub(super) struct Renewal {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
}

/// An answer on its way, and when it was there.
type Coming = Receiver<Option<(Renewal, Instant)>>;

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
    pub fn of(question: Arc<Question>, grant: &Grant, terms: Terms) -> Self {
        let first = watch::channel(Some((granted(grant), Instant::now()))).1;
        Self { question, terms, coming: Mutex::new(Some(first)), said: Mutex::new(None) }
    }

    /// How long an answer may take.
    pub(super) fn longest(&self) -> Duration {
        self.question.timeout()
    }

    /// The next answer. Who asks while one is on its way gets the same; who asks later, another.
    pub(super) async fn next(self: &Arc<Self>) -> Renewal {
        let mut coming = self.coming();
        let renewal = coming.wait_for(Option::is_some).await.ok().and_then(|it| (*it).clone());
        let mut current = lock(&self.coming);
        *current = current.take().filter(|it| !it.same_channel(&coming));
        renewal.map_or_else(|| refused(&lost()), |(renewal, _)| renewal)
    }

    fn coming(self: &Arc<Self>) -> Coming {
        let mut current = lock(&self.coming);
        if let Some(coming) = current.as_ref().filter(|it| is_fresh(it)) {
            return coming.clone();
        }
        let (sender, receiver) = watch::channel(None);
        let renewals = Arc::clone(self);
        // It goes on where its asker gives up: the next one will be there in a moment.
        tokio::task::spawn_blocking(move || {
            sender.send_replace(Some((renewals.renewal(), Instant::now())));
        });
        *current = Some(receiver.clone());
        receiver
    }

    fn renewal(&self) -> Renewal {
        match self.judged() {
            Ok(grant) => {
                *lock(&self.said) = None;
                granted(&grant)
            }
            Err(refusal) => {
                self.say(&refusal);
                refused(&refusal)
            }
        }
    }

    /// Resolves, asks and judges anew.
    fn judged(&self) -> Result<Grant, Refusal> {
        let (report, judged) = match self.question.ask_again() {
            Found::Judged(found) => *found,
            Found::Unknown(report) => return Err(Refusal::of_report(&report)),
            Found::Wrong(answer) => return Err(Refusal::of_question(&answer)),
        };
        match judged.basis.filter(|_| judged.verdict.is_allowed()) {
            None => Err(Refusal::of_report(&report)),
            Some(basis) => self
                .terms
                .renewed(&judged.verdict, &basis.facts, basis.keys, basis.way)
                .map_err(|breach| Refusal::of_breach(breach, self.question.environment())),
        }
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

fn is_fresh(coming: &Coming) -> bool {
    coming.borrow().as_ref().is_none_or(|(_, since)| since.elapsed() < FRESH)
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

fn granted(grant: &Grant) -> Renewal {
    match container::credentials(grant, SystemTime::now()) {
        Ok(text) => Renewal { status: StatusCode::OK, body: Bytes::from_owner(text) },
        Err(_) => refused(&lost()),
    }
}

fn refused(Refusal { status, code, message }: &Refusal) -> Renewal {
    let text = container::refusal(code, &format!("account-guard: {message}"));
    Renewal { status: *status, body: text.unwrap_or_default().into() }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
