//! The signals of this process while the command runs. A terminal sends its signals to both processes, so
//! this process ignores them. It passes all other signals on to the command.

use std::io;

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, setrlimit};
use signal_hook::low_level::emulate_default_handler;
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

use crate::process::end_all;

/// Signals that a terminal sends to all of its processes.
const OF_TERMINALS: [Signal; 2] = [Signal::INT, Signal::QUIT];
/// Signals that are sent to this process alone.
const PASSED_ON: [Signal; 4] = [Signal::TERM, Signal::HUP, Signal::USR1, Signal::USR2];

/// The signals that no longer end this process. Signals that were ignored at the start, for example because of `nohup`,
/// stay ignored in both processes.
pub(super) struct Caught(Vec<(Signal, Stream)>);

impl Caught {
    /// Catches the signals from now on.
    pub(super) fn now() -> io::Result<Self> {
        let ignored = ignored();
        let mut caught = Vec::new();
        for it in OF_TERMINALS.into_iter().chain(PASSED_ON) {
            let is_ignored = ignored & (1 << (it.as_raw() - 1)) != 0;
            if !is_ignored {
                caught.push((it, signal(SignalKind::from_raw(it.as_raw()))?));
            }
        }
        Ok(Self(caught))
    }

    /// Passes the signals on to a process, unless a terminal sends them to it, too.
    pub(super) fn pass_on_to(self, process: Option<u32>) {
        let Some(process) = process.and_then(pid) else { return };
        for (signal, mut stream) in self.0 {
            if !PASSED_ON.contains(&signal) {
                continue;
            }
            tokio::spawn(async move {
                while stream.recv().await.is_some() {
                    // An error means that the process has ended.
                    let _ = kill_process(process, signal);
                }
            });
        }
    }
}

fn pid(id: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(id).ok()?)
}

/// The ignored signals as a bit set. The lowest bit is signal 1.
#[cfg(target_os = "linux")]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines() {
        if let Some(set) = line.strip_prefix("SigIgn:") {
            return u64::from_str_radix(set.trim(), 16).unwrap_or_default();
        }
    }
    0
}

/// Other systems do not report ignored signals, so that the command inherits none.
#[cfg(not(target_os = "linux"))]
fn ignored() -> u64 {
    0
}

/// Ends this process with a signal. Returns if that is not possible.
pub(super) fn die_of(signal: i32) {
    end_all();
    // No core dump: ours would contain credentials, and the command has written its own.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    if std::process::id() != 1 {
        let _ = emulate_default_handler(signal);
    }
}
