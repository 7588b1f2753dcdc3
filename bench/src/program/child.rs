//! A process that was started here, and is ended with whoever started it.

use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How long a process may take to end when it is asked to.
const POLITE: Duration = Duration::from_secs(8);

/// A process that ends when this is dropped.
#[derive(Debug)]
pub(crate) struct OwnedChild(pub Child);

impl OwnedChild {
    /// Its id.
    pub fn pid(&self) -> u32 {
        self.0.id()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().ok().flatten()
    }

    /// Asks it to end, and kills it when it does not.
    pub fn end(&mut self) {
        if self.ended().is_some() {
            return;
        }
        if let Some(pid) = i32::try_from(self.pid()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::TERM);
        }
        let began = Instant::now();
        while self.ended().is_none() {
            if began.elapsed() > POLITE {
                let _ = self.0.kill();
                let _ = self.0.wait();
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for OwnedChild {
    fn drop(&mut self) {
        self.end();
    }
}
