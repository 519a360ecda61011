//! The processes that are running for this run, so that none of them outlives it: each leads a group
//! of its own, and the group ends with the deadline or with a signal. Knows nothing of credentials.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;

use tokio::process::{Child, Command};

/// How often the list is asked for at the end, and how long it waits in between: whoever holds it may
/// be starting a program from a disk that does not answer.
const PATIENCE: (usize, Duration) = (20, Duration::from_millis(10));

/// How often it is looked at whether a process has been stopped.
const LOOK: Duration = Duration::from_millis(100);

/// One list for the whole program, as the operating system has one.
static RUNNING: Mutex<Running> = Mutex::new(Running { leaders: Vec::new(), is_over: false });

struct Running {
    leaders: Vec<u32>,
    /// Whether the run has ended, and nothing more may be started.
    is_over: bool,
}

/// A process with all that it starts. It is ended when this is dropped.
pub(super) struct Group(u32);

/// Starts a command as the leader of a group.
pub(super) fn start(command: &mut Command) -> io::Result<(Child, Group)> {
    #[cfg(unix)]
    {
        signals::watch()?;
        command.process_group(0);
    }
    let mut running = lock();
    if running.is_over {
        return Err(io::ErrorKind::TimedOut.into());
    }
    let child = command.kill_on_drop(true).spawn()?;
    let leader = child.id().ok_or(io::ErrorKind::NotFound)?;
    running.leaders.push(leader);
    Ok((child, Group(leader)))
}

/// Leaves signals to somebody else from now on: none of them ends the program here.
pub fn leave_signals() {
    #[cfg(unix)]
    signals::LEFT.store(true, std::sync::atomic::Ordering::SeqCst);
}

/// Ends everything that still runs; nothing can be started any more. Waits for nobody.
pub fn end_all() {
    let (times, pause) = PATIENCE;
    for _ in 0..times {
        let mut running = match RUNNING.try_lock() {
            Ok(running) => running,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => {
                thread::sleep(pause);
                continue;
            }
        };
        running.is_over = true;
        running.leaders.drain(..).for_each(kill);
        return;
    }
}

impl Group {
    /// Ends once the process has been stopped: it has asked at a terminal, which is not its own.
    pub(super) async fn stopped(&self) {
        loop {
            tokio::time::sleep(LOOK).await;
            if is_stopped(self.0) {
                return;
            }
        }
    }

    /// The process has ended by itself. What it left behind on purpose is not ours to end.
    pub(super) fn has_ended(self) {
        lock().leaders.retain(|leader| *leader != self.0);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let mut running = lock();
        if running.leaders.contains(&self.0) {
            running.leaders.retain(|leader| *leader != self.0);
            kill(self.0);
        }
    }
}

fn lock() -> MutexGuard<'static, Running> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
fn kill(leader: u32) {
    let leader = i32::try_from(leader).ok().and_then(rustix::process::Pid::from_raw);
    if let Some(leader) = leader {
        // A group that has gone already is what is wanted.
        let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
    }
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn is_stopped(leader: u32) -> bool {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let leader = i32::try_from(leader).ok().and_then(Pid::from_raw);
    let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    leader.is_some_and(|leader| waitid(WaitId::Pid(leader), options).is_ok_and(|it| it.is_some()))
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn is_stopped(_: u32) -> bool {
    false
}

#[cfg(not(unix))]
fn kill(leader: u32) {
    let leader = leader.to_string();
    let _ = std::process::Command::new("taskkill").args(["/T", "/F", "/PID", &leader]).output();
}

/// A group of its own does not hear the terminal's Ctrl-C, nor what a pipeline sends when a job is
/// cancelled.
#[cfg(unix)]
mod signals {
    use std::io;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use futures_util::future::select_all;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// Whether somebody else sees to the signals.
    pub(super) static LEFT: AtomicBool = AtomicBool::new(false);

    /// Ends the processes where a signal ends the program, and then the program.
    pub(super) fn watch() -> io::Result<()> {
        static WATCHED: OnceLock<Result<(), io::ErrorKind>> = OnceLock::new();
        if LEFT.load(Ordering::SeqCst) {
            return Ok(());
        }
        let watched = WATCHED.get_or_init(|| listen().map_err(|why| why.kind()));
        watched.map_err(io::Error::from)
    }

    fn listen() -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let numbers = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let signals = {
            let _entered = runtime.enter();
            numbers.map(|kind| signal(kind).map(|signal| (kind, signal)))
        };
        let mut signals = signals.into_iter().collect::<io::Result<Vec<_>>>()?;
        thread::Builder::new().spawn(move || {
            loop {
                let waiting =
                    signals.iter_mut().map(|(kind, signal)| Box::pin(wait(*kind, signal)));
                let (kind, ..) = runtime.block_on(select_all(waiting));
                if !LEFT.load(Ordering::SeqCst) {
                    super::end_all();
                    // As a shell shows a program that a signal has ended.
                    std::process::exit(128 + kind.as_raw_value());
                }
            }
        })?;
        Ok(())
    }

    async fn wait(kind: SignalKind, signal: &mut Signal) -> SignalKind {
        signal.recv().await;
        kind
    }
}
