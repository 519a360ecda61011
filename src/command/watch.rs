//! Runs a command on a thread of its own and waits no longer than the deadline, whatever blocks.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use super::Answer;

/// What the working thread says on its way.
enum Word {
    /// What it is about to do, in words.
    Step(String),
    /// What it found out so far, as the answer to give if time runs out.
    Done(Answer),
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
}

/// How a watched run ended without an answer.
pub enum Ended {
    /// Time ran out during this step.
    TimedOut(String),
    /// The thread ended without a word.
    Lost,
}

/// Runs `work` until it answers or `timeout` has passed. `each` hears every step with the time that
/// has passed since the start.
pub fn watch(
    timeout: Duration,
    mut each: impl FnMut(Duration, &str),
    work: impl FnOnce(&Trail) -> Answer + Send + 'static,
) -> Result<Answer, Ended> {
    let start = Instant::now();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let trail = Trail(sender);
        let answer = work(&trail);
        let _ = trail.0.send(Word::Done(answer));
    });
    let mut last = "starting".to_owned();
    loop {
        match next(&receiver, timeout.saturating_sub(start.elapsed())) {
            Ok(Word::Step(step)) => {
                each(start.elapsed(), &step);
                last = step;
            }
            Ok(Word::Done(answer)) => return Ok(answer),
            Err(RecvTimeoutError::Timeout) => return Err(Ended::TimedOut(last)),
            Err(RecvTimeoutError::Disconnected) => return Err(Ended::Lost),
        }
    }
}

fn next(receiver: &Receiver<Word>, left: Duration) -> Result<Word, RecvTimeoutError> {
    receiver.recv_timeout(left)
}
