//! The real desk in one process: a scripted network on one side, terminals that judge on the other, a record between.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

mod acts;
mod aside;
mod errands;
mod evidence;
mod finding;
mod hostile;
mod house;
#[path = "../linear/lines.rs"]
#[allow(dead_code, reason = "every test uses a part of it")]
mod lines;
mod lobby;
pub mod past;
mod seats;
mod too_long;
mod unrecorded;
#[path = "../hostile/sequences.rs"]
mod sequences;
