//! Codes of MFA devices: from a variable, else from the person at the terminal. Never from the
//! arguments, which other users of the machine can see, and never from standard input, which belongs
//! to somebody else.

use super::obtain::Layer;
use super::watch::Trail;
use crate::input::terminal::Terminal;
use crate::report::text::harmless;
use crate::source::{Secret, Source};
use crate::unknown::{ErrorCode, Unknown};

/// The variable that holds a code.
pub const VARIABLE: &str = "ACCOUNT_GUARD_MFA_CODE";

/// Who could be asked for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    /// Somebody at the terminal, if there is one.
    AtTerminal,
    /// Nobody: this is a pipeline.
    Nobody,
    /// Nobody: docker asks, and waits.
    Docker,
    /// Nobody any more: the terminal is the command's, and what the variable held has been used.
    Busy,
}

impl Person {
    /// Who is there at the start of a run.
    pub fn here(is_ci: bool) -> Self {
        if is_ci { Self::Nobody } else { Self::AtTerminal }
    }
}

/// Where codes come from. STS takes each only once, so that a variable is good for one call.
pub struct Codes<'a> {
    /// What the variable holds; taken by the first call.
    variable: Option<&'a str>,
    was_set: bool,
    person: Person,
    trail: &'a Trail,
}

impl<'a> Codes<'a> {
    /// With what the variable holds, and whoever could be asked besides.
    pub fn of(variable: Option<&'a str>, person: Person, trail: &'a Trail) -> Self {
        let variable = variable.filter(|_| person != Person::Busy);
        Self { variable, was_set: variable.is_some(), person, trail }
    }

    /// The codes that a source and those below it need, in the order in which they are obtained.
    ///
    /// Asked for before anything is sent: a person's time must not run on a connection's clock.
    pub fn of_layers<'s>(&mut self, source: &'s Source) -> Result<Vec<Layer<'s>>, Unknown> {
        let with_code = |layer: &'s Source| {
            let code = layer.mfa_serial().map(|device| self.next(device)).transpose()?;
            Ok(Layer { source: layer, code })
        };
        source.layers().into_iter().map(with_code).collect()
    }

    fn next(&mut self, device: &str) -> Result<Secret, Unknown> {
        if let Some(text) = self.variable.take() {
            return code(text, VARIABLE);
        }
        match self.person {
            Person::AtTerminal => {}
            Person::Nobody => {
                return Err(self.unasked(device, "this is a pipeline, where nobody can be asked"));
            }
            Person::Docker => {
                return Err(self.unasked(device, "docker runs this, where nobody can be asked"));
            }
            Person::Busy => return Err(busy(device)),
        }
        let terminal = Terminal::open()
            .map_err(|_| self.unasked(device, "there is no terminal to ask for it"))?;
        self.trail.step(format!("asking for the code of {device} on the terminal"));
        let line =
            self.trail.paused(|| terminal.ask(&format!("MFA code of {}: ", harmless(device))));
        let line = line
            .ok()
            .flatten()
            .ok_or_else(|| self.unasked(device, "none was given on the terminal"))?;
        code(&line, "what was typed")
    }

    fn unasked(&self, device: &str, reason: &str) -> Unknown {
        let (what, hint) = if self.was_set {
            let hint = format!(
                "a code counts once, and {VARIABLE} holds one: name the tools that deploy with --for"
            );
            ("another code", hint)
        } else {
            let instead = match self.person {
                Person::Docker => "run docker in `account-guard exec`, which can ask",
                _ => "use credentials that need no MFA",
            };
            ("a code", format!("set {VARIABLE} to its six digits, or {instead}"))
        };
        let message = format!("{what} of the MFA device {device} is needed, and {reason}");
        Unknown::new(ErrorCode::MfaRequired, message).hint(hint)
    }
}

fn busy(device: &str) -> Unknown {
    let message = format!(
        "another code of the MFA device {device} is needed, and the terminal is the command's"
    );
    Unknown::new(ErrorCode::MfaRequired, message)
        .hint("without --serve the command keeps its credentials until they end")
}

/// Six digits, around which a blank or a line feed may have got.
fn code(text: &str, by: &str) -> Result<Secret, Unknown> {
    let code = text.trim();
    if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(Secret::new(code));
    }
    let message = format!("{by} is no MFA code: a code has six digits");
    Err(Unknown::new(ErrorCode::MfaRequired, message).hint("try again with what the device shows"))
}
