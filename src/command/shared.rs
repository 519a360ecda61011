//! What is known so far, for the thread that works and the one that waits for it.

use std::sync::{Arc, Mutex, PoisonError};

use crate::report::build::Known;

/// What is known so far.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<Known>>);

impl Shared {
    /// Begins with this.
    pub fn of(known: Known) -> Self {
        Self(Arc::new(Mutex::new(known)))
    }

    /// Adds to it.
    pub fn learn(&self, learn: impl FnOnce(&mut Known)) {
        learn(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// All of it, as it stands.
    pub fn known(&self) -> Known {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
