//! Terminal programs measured from outside: each runs in a pseudo-terminal of its own, is fed by a source of ours, and
//! its screen is read by a terminal model.
//!
//! Nothing in here looks into the program that it measures, and nothing is counted that the terminal did not receive.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement stops at the first surprise and prints what it found"
)]

pub mod source;
pub mod terminal;
pub mod subject;
pub mod load;
pub mod table;

/// What every terminal here is as large as.
pub const SIZE: (u16, u16) = (120, 40);

/// The number in the newest marker of a screen (`q0000123z`, which every message ends with).
pub fn newest(screen: &str) -> Option<u64> {
    screen.match_indices('q').filter_map(|(at, _)| marker(screen.get(at..at + 9)?)).max()
}

fn marker(text: &str) -> Option<u64> {
    text.strip_prefix('q')?.strip_suffix('z')?.parse().ok()
}
