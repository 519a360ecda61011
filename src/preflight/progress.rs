//! The channel from the thread that works to the one that watches the deadline. The watching thread owns
//! everything that is known, so that a run can be reported wherever it ends.

use std::sync::mpsc::Sender;

use crate::outcome::{Fact, Note};

/// A message from the working thread.
pub(crate) enum Event {
    /// The next step, in words.
    Step(String),
    /// The next step is to read this file of the question.
    Reading(QuestionFile),
    /// A fact for the report.
    Learned(Fact),
    /// The user is asked for something, so that the deadline stands still.
    PromptShown,
    /// The user has answered.
    PromptAnswered,
    /// The result is ready.
    Done,
}

/// A file that is part of the question: if it cannot be read, the question is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QuestionFile {
    Policy,
    /// The file of `--cli-input-json`.
    CliInput,
}

impl QuestionFile {
    /// The step in which it is read, in words.
    pub(crate) fn step(self) -> &'static str {
        match self {
            Self::Policy => "reading the policy",
            Self::CliInput => "reading the file of --cli-input-json",
        }
    }
}

/// The working thread's end of the channel. After the deadline its messages are lost, which is no error.
#[derive(Clone)]
pub(crate) struct Progress(Sender<Event>);

impl Progress {
    pub(super) fn to(events: Sender<Event>) -> Self {
        Self(events)
    }

    /// Reports the next step. `--debug` prints it, and the message of the deadline contains the last one.
    pub(crate) fn step(&self, text: impl Into<String>) {
        self.send(Event::Step(text.into()));
    }

    /// Reports that the next step is to read this file.
    pub(crate) fn reading(&self, file: QuestionFile) {
        self.send(Event::Reading(file));
    }

    /// Reports a fact.
    pub(super) fn learn(&self, fact: Fact) {
        self.send(Event::Learned(fact));
    }

    /// Reports a note.
    pub(super) fn note(&self, note: Note) {
        self.learn(Fact::Note(note));
    }

    /// Waits for the user. The deadline stands still meanwhile.
    pub(super) fn paused<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.send(Event::PromptShown);
        let answer = wait();
        self.send(Event::PromptAnswered);
        answer
    }

    pub(super) fn send(&self, event: Event) {
        let _ = self.0.send(event);
    }
}
