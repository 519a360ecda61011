//! Runs work on a thread of its own, and waits for it until the deadline, whatever the work blocks on.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::progress::{Event, Trail};
use crate::unknown::{ErrorCode, Unknown};

/// Called for every step with the time since the start.
pub(crate) type Trace = fn(Duration, &str);

/// How a run ended without a result.
pub(crate) enum Ended {
    /// The time ran out during this step.
    TimedOut(String),
    /// The working thread ended without a result.
    Lost,
}

impl Ended {
    /// Why there is no result within this time.
    pub(super) fn unknown(self, timeout: Duration) -> Unknown {
        match self {
            Self::TimedOut(step) => Unknown::new(
                ErrorCode::StsTimeout,
                format!("time ran out after {}: {step}", humantime::format_duration(timeout)),
            )
            .hint("check the network and what blocks there, or give it longer with --timeout"),
            Self::Lost => Unknown::new(ErrorCode::Internal, "account-guard failed"),
        }
    }
}

/// Runs `work` until it returns or `timeout` has passed.
pub(crate) fn run<T: Send + 'static>(
    timeout: Duration,
    trace: Trace,
    work: impl FnOnce(&Trail) -> T + Send + 'static,
) -> Result<T, Ended> {
    let start = Instant::now();
    let (sender, receiver) = channel();
    let (results, result) = channel();
    std::thread::spawn(move || {
        let trail = Trail(sender);
        // Nobody receives the result after the deadline.
        let _ = results.send(work(&trail));
        trail.send(Event::Done);
    });
    let mut last = "starting".to_owned();
    let mut left = Left::of(timeout);
    loop {
        match next(&receiver, &left) {
            Ok(Event::Step(step)) => {
                trace(start.elapsed(), &step);
                last = step;
            }
            Ok(Event::PromptShown) => left.pause(),
            Ok(Event::PromptAnswered) => left.resume(),
            Ok(Event::Done) => return result.recv().map_err(|_| Ended::Lost),
            Err(RecvTimeoutError::Timeout) => return Err(Ended::TimedOut(last)),
            Err(RecvTimeoutError::Disconnected) => return Err(Ended::Lost),
        }
    }
}

/// The time that is left: running since an instant, or paused.
enum Left {
    Running(Duration, Instant),
    Paused(Duration),
}

impl Left {
    fn of(timeout: Duration) -> Self {
        Self::Running(timeout, Instant::now())
    }

    fn pause(&mut self) {
        *self = Self::Paused(self.now());
    }

    fn resume(&mut self) {
        *self = Self::of(self.now());
    }

    fn now(&self) -> Duration {
        match self {
            Self::Running(left, since) => left.saturating_sub(since.elapsed()),
            Self::Paused(left) => *left,
        }
    }
}

fn next(receiver: &Receiver<Event>, left: &Left) -> Result<Event, RecvTimeoutError> {
    match left {
        Left::Running(..) => receiver.recv_timeout(left.now()),
        Left::Paused(_) => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
    }
}
