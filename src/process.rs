//! The child processes of a run. Each leads a process group, and `end_all` ends the groups that still
//! run, so that no child process outlives account-guard.

#[cfg(unix)]
mod signals;

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;

use tokio::process::{Child, Command};

/// The number of times that `end_all` tries to lock the list, and the pause between two attempts. It does not wait
/// longer, because the thread that holds the lock can hang while it starts a program from a disk that does not respond.
const LOCK_ATTEMPTS: (usize, Duration) = (20, Duration::from_millis(10));

/// The time between two checks whether a process is stopped.
const INTERVAL: Duration = Duration::from_millis(100);

/// The list for the whole program.
static RUNNING: Mutex<Running> = Mutex::new(Running { leaders: Vec::new(), is_over: false });

struct Running {
    /// The process IDs of the group leaders.
    leaders: Vec<u32>,
    /// Whether the run has ended, so that no process may be started.
    is_over: bool,
}

/// A process group, which ends when this value is dropped.
pub(crate) struct Group(u32);

/// Starts a command as the leader of a group.
pub(crate) fn start(command: &mut Command) -> io::Result<(Child, Group)> {
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

/// Stops this module from handling signals. From now on the caller handles them.
pub(crate) fn leave_signals() {
    #[cfg(unix)]
    signals::LEFT.store(true, std::sync::atomic::Ordering::SeqCst);
}

/// Ends every group that still runs, and prevents new groups. Does not wait until the processes have ended.
pub(crate) fn end_all() {
    let (times, pause) = LOCK_ATTEMPTS;
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

/// Ends every group that still runs, then this process.
pub(crate) fn exit(code: i32) -> ! {
    end_all();
    std::process::exit(code)
}

impl Group {
    /// Completes when the process is stopped, which happens when it reads from the terminal.
    pub(crate) async fn stopped(&self) {
        loop {
            tokio::time::sleep(INTERVAL).await;
            if is_stopped(self.0) {
                return;
            }
        }
    }

    /// Removes a group whose leader has ended. Processes that it left in the background keep running.
    pub(crate) fn has_ended(self) {
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
    if let Some(leader) = pid(leader) {
        // An error means that the group has ended already.
        let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
    }
}

#[cfg(unix)]
fn pid(id: u32) -> Option<rustix::process::Pid> {
    rustix::process::Pid::from_raw(i32::try_from(id).ok()?)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn is_stopped(leader: u32) -> bool {
    use rustix::process::{WaitId, WaitIdOptions, waitid};
    let Some(leader) = pid(leader) else { return false };
    let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    matches!(waitid(WaitId::Pid(leader), options), Ok(Some(_)))
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
