//! Codes of MFA devices: from a variable, else from the user at the terminal. Never from the arguments,
//! which other users of the machine can see, and never from standard input, which can belong to another
//! program.

use super::obtain::Layer;
use super::progress::Progress;
use crate::input::terminal::Terminal;
use crate::source::{Secret, Source};
use crate::unknown::{ErrorCode, Unknown};

/// The variable that holds a code.
pub(super) const VARIABLE: &str = "ACCOUNT_GUARD_MFA_CODE";

/// Whether the user can be asked for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prompt {
    /// At the terminal, if the process has one.
    Terminal,
    /// No: this is a job of a pipeline.
    Pipeline,
    /// No: docker runs this and waits.
    Docker,
    /// No: the command of `exec` uses the terminal, and the code in the variable is used up.
    Unavailable,
}

impl Prompt {
    /// The prompt at the start of a run.
    pub(crate) fn here(is_ci: bool) -> Self {
        if is_ci { Self::Pipeline } else { Self::Terminal }
    }
}

/// The sources of codes. STS accepts a code only once, so that the variable serves one call.
pub(super) struct Codes<'a> {
    /// The content of the variable, until the first call takes it.
    variable: Option<&'a str>,
    was_set: bool,
    prompt: Prompt,
    progress: &'a Progress,
}

impl<'a> Codes<'a> {
    /// Codes from the content of the variable, else from the prompt.
    pub(super) fn of(variable: Option<&'a str>, prompt: Prompt, progress: &'a Progress) -> Self {
        let variable = variable.filter(|_| prompt != Prompt::Unavailable);
        Self { variable, was_set: variable.is_some(), prompt, progress }
    }

    /// The codes that a source and those below it need, in the order in which they are obtained.
    ///
    /// Call it before anything is sent, because a connection would time out while the user types.
    pub(super) fn of_layers<'s>(&mut self, source: &'s Source) -> Result<Vec<Layer<'s>>, Unknown> {
        let mut layers = Vec::new();
        for layer in source.layers() {
            let code = match layer.mfa_serial() {
                Some(device) => Some(self.next(device)?),
                None => None,
            };
            layers.push(Layer { source: layer, code });
        }
        Ok(layers)
    }

    fn next(&mut self, device: &str) -> Result<Secret, Unknown> {
        if let Some(text) = self.variable.take() {
            return code(text, VARIABLE);
        }
        match self.prompt {
            Prompt::Terminal => {}
            Prompt::Pipeline => {
                return Err(self.unasked(device, "a CI job has no terminal to enter it"));
            }
            Prompt::Docker => {
                return Err(self.unasked(device, "docker runs account-guard without a terminal"));
            }
            Prompt::Unavailable => return Err(busy(device)),
        }
        let terminal = Terminal::open()
            .map_err(|_| self.unasked(device, "this process has no terminal to enter it"))?;
        self.progress.step(format!("asking for the code of {device} on the terminal"));
        let prompt = format!("MFA code of {}: ", device.escape_debug());
        match self.progress.paused(|| terminal.ask(&prompt)) {
            Ok(Some(line)) => code(&line, "the input"),
            Ok(None) | Err(_) => Err(self.unasked(device, "no code was entered on the terminal")),
        }
    }

    fn unasked(&self, device: &str, reason: &str) -> Unknown {
        let (what, hint) = if self.was_set {
            let hint = format!(
                "a code is valid once, and {VARIABLE} contains one: choose the tools that deploy with --for"
            );
            ("another code", hint)
        } else {
            let instead = match self.prompt {
                Prompt::Docker => "run docker in `account-guard exec`, which can ask",
                _ => "use credentials that need no MFA",
            };
            ("a code", format!("set {VARIABLE} to its six digits, or {instead}"))
        };
        let message = format!("{what} of MFA device {device} is required, but {reason}");
        Unknown::new(ErrorCode::MfaRequired, message).hint(hint)
    }
}

fn busy(device: &str) -> Unknown {
    let message = format!(
        "another code of MFA device {device} is required, but the command of `exec` uses the terminal"
    );
    Unknown::new(ErrorCode::MfaRequired, message)
        .hint("run exec without --serve: the command then keeps its credentials until they expire")
}

/// A code of six digits, without the white space around it.
fn code(text: &str, by: &str) -> Result<Secret, Unknown> {
    let code = text.trim();
    if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(Secret::new(code));
    }
    let message = format!("{by} is not an MFA code: expected six digits");
    Err(Unknown::new(ErrorCode::MfaRequired, message).hint("enter the code that the device shows"))
}
