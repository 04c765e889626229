//! The real program in a folder of its own: its server started, killed and stopped by process id, its seats taken
//! over the real socket, its screen read through a terminal that judges.
//!
//! Never waits for a length of time, only for a thing, and fails with the screen when the thing does not come.
#![allow(dead_code, reason = "every test uses a part of it")]

pub mod home;
pub mod record;
pub mod seat;
pub mod tmux;

use std::time::{Duration, Instant};

/// Within so long everything that is waited for must come: a debug build on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How often is looked.
const GLANCE: Duration = Duration::from_millis(5);

/// Looks again and again until there is something, or says what did not come.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what}: not within {} s", PATIENCE.as_secs());
        std::thread::park_timeout(GLANCE);
    }
}
