//! The real server, killed with SIGKILL at every stage of an action and while it opens, and started again.
//!
//! After each kill: no call without its record, no action twice, none without a state that a person can see. What
//! the platform was told is taken from the connector's own journal, never from ours.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise"
)]

#[path = "../live/mod.rs"]
mod live;

mod journal;
mod outbox;
mod round;

use round::{House, Kill};

/// Kills of each kind in each of the two houses: 2 × 106.
const PLAN: [(Kill, usize); 6] = [
    (Kill::WithTheKey, 16),
    (Kill::SoonAfterTheKey, 20),
    (Kill::WhileHeld, 16),
    (Kill::AfterTheCall, 18),
    (Kill::AfterTheReply, 18),
    (Kill::WhileOpening, 18),
];

#[test]
fn no_call_without_its_record_and_no_action_without_a_state() {
    let houses: Vec<_> = [1, 2].map(|seed| std::thread::spawn(move || through_the_plan(seed))).into();
    for house in houses {
        if let Err(panic) = house.join() {
            std::panic::resume_unwind(panic);
        }
    }
}

/// The kinds take turns, so that each meets what every other left behind.
fn through_the_plan(seed: u64) {
    let mut house = House::new(seed);
    let most = PLAN.iter().map(|(_, times)| *times).max().unwrap_or_default();
    for turn in 0..most {
        for (kill, times) in PLAN {
            if turn < times {
                house.round(kill);
            }
        }
    }
    house.close();
}
