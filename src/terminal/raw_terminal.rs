//! This process's own terminal, in raw mode and in our modes, and always put back.
//!
//! Restored on every way out that runs code: return, cancelled task, panic. What a panic has to say is kept until
//! the screen is the person's again.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use crate::terminal::modes::{self, Mouse};

/// The terminal while a seat has it; dropping it gives it back.
#[derive(Debug)]
pub struct RawTerminal {
    output: File,
}

impl RawTerminal {
    /// Takes the terminal of standard output.
    pub fn take(mouse: Mouse) -> io::Result<Self> {
        // Our own descriptor: standard output's buffer and lock are in nobody's way then.
        let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        let flags = fcntl_getfl(&output)?;
        if flags.contains(OFlags::NONBLOCK) {
            // Left behind by another program; half-written frames would follow.
            fcntl_setfl(&output, flags - OFlags::NONBLOCK)?;
        }
        enable_raw_mode()?;
        keep_panics_for_later();
        IN_SEAT.store(true, Ordering::SeqCst);
        let mut terminal = Self { output };
        terminal.output.write_all(modes::enter(mouse))?;
        Ok(terminal)
    }

    /// Another descriptor of the same terminal, to write frames to.
    pub fn output(&self) -> io::Result<File> {
        self.output.try_clone()
    }
}

/// Sets raw mode anew after a shell had the terminal while this process was stopped.
pub fn make_raw_again() -> io::Result<()> {
    disable_raw_mode()?;
    enable_raw_mode()
}

impl Drop for RawTerminal {
    fn drop(&mut self) {
        if let Ok(mut output) = self.output.try_clone() {
            within_patience(move || output.write_all(modes::leave()));
        }
        // When the terminal is gone there is nothing to put back.
        let _ = disable_raw_mode();
        IN_SEAT.store(false, Ordering::SeqCst);
        let kept = std::mem::take(&mut *KEPT.lock().unwrap_or_else(PoisonError::into_inner));
        if !kept.is_empty() {
            within_patience(move || io::stderr().write_all(kept.as_bytes()));
        }
    }
}

/// Writes, but does not wait for ever: a stalled terminal takes nothing, and the process must be able to end.
fn within_patience(write: impl FnOnce() -> io::Result<()> + Send + 'static) {
    let (done, finished) = mpsc::channel();
    thread::spawn(move || done.send(write()));
    // Neither a terminal that is gone nor one that is stalled can be told anything.
    let _ = finished.recv_timeout(PATIENCE);
}

const PATIENCE: Duration = Duration::from_secs(1);
static IN_SEAT: AtomicBool = AtomicBool::new(false);
static KEPT: Mutex<String> = Mutex::new(String::new());
static HOOK: Once = Once::new();

fn keep_panics_for_later() {
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !IN_SEAT.load(Ordering::SeqCst) {
                return usual(panic);
            }
            let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
            kept.push_str(&format!("{panic}\n"));
        }));
    });
}
