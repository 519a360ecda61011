//! The signals of this process while the command runs. A terminal sends its signals to both processes, so
//! that this one ignores them; all others are passed on to the command.

use std::io;

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, setrlimit};
use signal_hook::low_level::emulate_default_handler;
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

use crate::process::end_all;

/// Signals that a terminal sends to all of its processes.
const OF_TERMINALS: [Signal; 2] = [Signal::INT, Signal::QUIT];
/// Signals that are sent to this process alone.
const PASSED_ON: [Signal; 4] = [Signal::TERM, Signal::HUP, Signal::USR1, Signal::USR2];

/// The signals that no longer end this process. Signals that were ignored at the start, as by `nohup`, stay
/// ignored, also in the command.
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

    /// Passes the signals on to this process.
    pub(super) fn pass_on_to(self, process: Option<u32>) {
        let process = process.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let Some(process) = process else { return };
        let passed_on = self.0.into_iter().filter(|(it, _)| PASSED_ON.contains(it));
        for (signal, mut stream) in passed_on {
            tokio::spawn(async move {
                while stream.recv().await.is_some() {
                    // An error means that the process has ended.
                    let _ = kill_process(process, signal);
                }
            });
        }
    }
}

/// The ignored signals as a bit set. The lowest bit is signal 1.
#[cfg(target_os = "linux")]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let set = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    set.and_then(|set| u64::from_str_radix(set.trim(), 16).ok()).unwrap_or_default()
}

/// Other systems do not report ignored signals, so that the command inherits none.
#[cfg(not(target_os = "linux"))]
fn ignored() -> u64 {
    0
}

/// Ends this process by the signal. Returns if that is not possible.
pub(super) fn die_of(signal: i32) {
    end_all();
    // No core dump: ours would contain credentials, and the command has written its own.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    if std::process::id() != 1 {
        let _ = emulate_default_handler(signal);
    }
}
