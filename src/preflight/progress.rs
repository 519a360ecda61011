//! What the working thread tells the thread that watches the deadline: its steps, and what is known so
//! far.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use crate::report::build::Known;

/// A message from the working thread.
pub(super) enum Event {
    /// The next step, in words.
    Step(String),
    /// The user is asked for something, so that the deadline stands still.
    PromptShown,
    /// The user has answered.
    PromptAnswered,
    /// The result is ready.
    Done,
}

/// The working thread's end of the channel.
#[derive(Clone)]
pub(crate) struct Trail(pub(super) Sender<Event>);

impl Trail {
    /// Reports the next step. `--debug` prints it, and the message of the deadline contains the last one.
    pub(super) fn step(&self, text: impl Into<String>) {
        self.send(Event::Step(text.into()));
    }

    /// Waits for the user. The deadline stands still meanwhile.
    pub(super) fn paused<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.send(Event::PromptShown);
        let answer = wait();
        self.send(Event::PromptAnswered);
        answer
    }

    /// Nobody receives events after the deadline, so that an error is ignored.
    pub(super) fn send(&self, event: Event) {
        let _ = self.0.send(event);
    }
}

/// What is known so far, shared by both threads.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<Known>>);

impl Shared {
    pub(super) fn of(known: Known) -> Self {
        Self(Arc::new(Mutex::new(known)))
    }

    /// Changes what is known.
    pub(super) fn learn(&self, learn: impl FnOnce(&mut Known)) {
        learn(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// A copy of what is known.
    pub(super) fn known(&self) -> Known {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
