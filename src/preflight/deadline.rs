//! Runs work on a thread of its own, and waits for it until the deadline, whatever the work blocks on.
//! The watching loop and the work share the channel alone, so that either can be the main thread.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::progress::{Event, Progress, QuestionFile};
use crate::files;
use crate::time::whole;
use crate::unknown::{ErrorCode, Unknown};
use crate::wrong::Wrong;

/// Why work ended without a result.
pub(crate) enum Ended {
    /// The time ran out during this step.
    TimedOut(String),
    /// The time ran out while this file was read.
    Blocked(PathBuf, Option<QuestionFile>),
    /// The working thread ended without a result.
    Lost,
}

impl Ended {
    /// Why there is no result within this time: a wrong question if the question's own file blocks, else
    /// an unknown identity.
    pub(super) fn explain(self, timeout: Duration) -> Result<Unknown, Wrong> {
        let timeout = whole(timeout);
        match self {
            Self::TimedOut(step) => Ok(Unknown::new(
                ErrorCode::StsTimeout,
                format!("time ran out after {timeout}: {step}"),
            )
            .hint(
                "check the network, its firewalls and its proxy, or allow more time with --timeout",
            )),
            Self::Blocked(path, None) => Ok(Unknown::new(
                ErrorCode::UnreadableConfiguration,
                format!("could not read `{}` within {timeout}: the file blocks", path.display()),
            )
            .hint(
                "replace the file: it is a pipe or a device, or its file system does not answer",
            )),
            Self::Blocked(path, Some(file)) => {
                let (what, hint) = match file {
                    QuestionFile::Policy => {
                        ("the policy", "pass a regular file, or a pipe that is written and closed")
                    }
                    QuestionFile::CliInput => (
                        "the file of --cli-input-json",
                        "remove --cli-input-json: GetCallerIdentity has no parameters",
                    ),
                };
                let message = format!(
                    "could not read {what} `{}` within {timeout}: the file blocks",
                    path.display()
                );
                Err(Wrong::usage(message, hint))
            }
            Self::Lost => Ok(Unknown::new(ErrorCode::Internal, "account-guard failed")),
        }
    }
}

/// Runs `work` until it returns or `timeout` has passed. Calls `each` for every event with the time since
/// the start.
pub(crate) fn run<T: Send + 'static>(
    timeout: Duration,
    work: impl FnOnce(&Progress) -> T + Send + 'static,
    each: impl FnMut(Duration, Event),
) -> Result<T, Ended> {
    let (events, received) = channel();
    let (results, result) = channel();
    std::thread::spawn(move || {
        let progress = Progress::to(events);
        // The result is lost after the deadline, when its receiver no longer exists.
        let _ = results.send(work(&progress));
        progress.send(Event::Done);
    });
    watch(&received, timeout, each)?;
    result.recv().map_err(|_| Ended::Lost)
}

/// Runs work that only reads a file of the question, until it returns or `timeout` has passed.
pub(crate) fn run_read<T: Send + 'static>(
    timeout: Duration,
    work: impl FnOnce(&Progress) -> Result<T, Wrong> + Send + 'static,
) -> Result<T, Wrong> {
    let ended = match run(timeout, work, |_, _| {}) {
        Ok(result) => return result,
        Err(ended) => ended,
    };
    Err(ended
        .explain(timeout)
        .map_or_else(|wrong| wrong, |why| Wrong::Usage { message: why.message, hint: why.hint }))
}

/// Receives events until the work is done or the time has run out.
fn watch(
    events: &Receiver<Event>,
    timeout: Duration,
    mut each: impl FnMut(Duration, Event),
) -> Result<(), Ended> {
    let start = Instant::now();
    let mut left = Left::of(timeout);
    let (mut step, mut file) = ("starting".to_owned(), None);
    loop {
        let event = match next(events, &left) {
            Ok(Event::Done) => return Ok(()),
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout) => {
                let blocked = files::being_read().map(|path| Ended::Blocked(path, file));
                return Err(blocked.unwrap_or(Ended::TimedOut(step)));
            }
            Err(RecvTimeoutError::Disconnected) => return Err(Ended::Lost),
        };
        match &event {
            Event::Step(next) => (step, file) = (next.clone(), None),
            Event::Reading(next) => (step, file) = (next.step().to_owned(), Some(*next)),
            Event::PromptShown => left.pause(),
            Event::PromptAnswered => left.resume(),
            Event::Learned(_) | Event::Done => {}
        }
        each(start.elapsed(), event);
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
