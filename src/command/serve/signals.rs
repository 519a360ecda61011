//! The signals of a process that stands before another. What a terminal sends reaches both, so it is
//! left to the command; what somebody sends to us is passed on to it.

use std::io;

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, setrlimit};
use signal_hook::low_level::emulate_default_handler;
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

use crate::process::end_all;

/// Sent by a terminal to all that run in it.
const OF_TERMINALS: [Signal; 2] = [Signal::INT, Signal::QUIT];
/// Sent by whoever started us.
const PASSED_ON: [Signal; 4] = [Signal::TERM, Signal::HUP, Signal::USR1, Signal::USR2];

/// The signals that end us no more. Those that were ignored when we were started, as by `nohup`, still
/// are: so they are in the command.
pub(super) struct Caught(Vec<(Signal, Stream)>);

impl Caught {
    /// Catches them from now on.
    pub(super) fn now() -> io::Result<Self> {
        let ignored = ignored();
        let is_ignored = |it: &Signal| ignored & (1 << (it.as_raw() - 1)) != 0;
        let all = OF_TERMINALS.into_iter().chain(PASSED_ON).filter(|it| !is_ignored(it));
        let caught = all.map(|it| Ok((it, signal(SignalKind::from_raw(it.as_raw()))?)));
        caught.collect::<io::Result<_>>().map(Self)
    }

    /// Passes them on to this process for as long as we run.
    pub(super) fn pass_on_to(self, process: Option<u32>) {
        let process = process.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let Some(process) = process else { return };
        let passed_on = self.0.into_iter().filter(|(it, _)| PASSED_ON.contains(it));
        for (signal, mut stream) in passed_on {
            tokio::spawn(async move {
                while stream.recv().await.is_some() {
                    // It may have ended in this moment.
                    let _ = kill_process(process, signal);
                }
            });
        }
    }
}

/// A set of bits, the first of them for signal 1.
#[cfg(target_os = "linux")]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let set = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    set.and_then(|set| u64::from_str_radix(set.trim(), 16).ok()).unwrap_or_default()
}

/// Not to be had elsewhere: there the command inherits none.
#[cfg(not(target_os = "linux"))]
fn ignored() -> u64 {
    0
}

/// Ends this process by the signal, as a last act. Returns where that is not possible.
pub(super) fn die_of(signal: i32) {
    end_all();
    // A picture of our memory would hold credentials, and what it is wanted of has drawn its own.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    if std::process::id() != 1 {
        let _ = emulate_default_handler(signal);
    }
}
