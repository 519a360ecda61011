//! Runs a command on a thread of its own and waits no longer than the deadline, whatever blocks.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use crate::unknown::{ErrorCode, Unknown};

/// What the working thread says on its way to an answer.
enum Word {
    /// What it is about to do, in words.
    Step(String),
    /// It waits for a person, whose time is not ours.
    Paused,
    /// The person has answered.
    Resumed,
    /// The answer is there.
    Done,
}

/// The working thread's way to speak.
#[derive(Clone)]
pub struct Trail(Sender<Word>);

impl Trail {
    /// Says what comes next: it is what the deadline's message names, and what `--debug` prints.
    pub fn step(&self, text: impl Into<String>) {
        // Nobody listens any more once the deadline has passed.
        let _ = self.0.send(Word::Step(text.into()));
    }

    /// Waits for a person: the deadline stands still meanwhile.
    pub fn paused<T>(&self, wait: impl FnOnce() -> T) -> T {
        let _ = self.0.send(Word::Paused);
        let answer = wait();
        let _ = self.0.send(Word::Resumed);
        answer
    }
}

/// How a watched run ended without an answer.
pub enum Ended {
    /// Time ran out during this step.
    TimedOut(String),
    /// The thread ended without a word.
    Lost,
}

impl Ended {
    /// Why there is no answer, after this time.
    pub fn unknown(self, timeout: Duration) -> Unknown {
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

/// Runs `work` until it answers or `timeout` has passed. `each` hears every step with the time that
/// has passed since the start.
pub fn watch<T: Send + 'static>(
    timeout: Duration,
    mut each: impl FnMut(Duration, &str),
    work: impl FnOnce(&Trail) -> T + Send + 'static,
) -> Result<T, Ended> {
    let start = Instant::now();
    let (sender, receiver) = channel();
    let (answers, answer) = channel();
    std::thread::spawn(move || {
        let trail = Trail(sender);
        // Nobody waits any more once the deadline has passed.
        let _ = answers.send(work(&trail));
        let _ = trail.0.send(Word::Done);
    });
    let mut last = "starting".to_owned();
    let mut left = Left::of(timeout);
    loop {
        match next(&receiver, &left) {
            Ok(Word::Step(step)) => {
                each(start.elapsed(), &step);
                last = step;
            }
            Ok(Word::Paused) => left.pause(),
            Ok(Word::Resumed) => left.resume(),
            Ok(Word::Done) => return answer.recv().map_err(|_| Ended::Lost),
            Err(RecvTimeoutError::Timeout) => return Err(Ended::TimedOut(last)),
            Err(RecvTimeoutError::Disconnected) => return Err(Ended::Lost),
        }
    }
}

/// The time that is left: what it was at an instant, or what it stays while somebody is waited for.
enum Left {
    Running(Duration, Instant),
    Still(Duration),
}

impl Left {
    fn of(timeout: Duration) -> Self {
        Self::Running(timeout, Instant::now())
    }

    fn pause(&mut self) {
        *self = Self::Still(self.now());
    }

    fn resume(&mut self) {
        *self = Self::of(self.now());
    }

    fn now(&self) -> Duration {
        match self {
            Self::Running(left, since) => left.saturating_sub(since.elapsed()),
            Self::Still(left) => *left,
        }
    }
}

fn next(receiver: &Receiver<Word>, left: &Left) -> Result<Word, RecvTimeoutError> {
    match left {
        Left::Running(..) => receiver.recv_timeout(left.now()),
        Left::Still(_) => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
    }
}
