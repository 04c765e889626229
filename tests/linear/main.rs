//! The seat line by line: the same acts, the same record, nothing raw, nothing hit that was not printed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise"
)]

#[path = "../desk/house.rs"]
#[allow(dead_code, reason = "every test uses a part of it")]
mod house;
#[path = "../live/mod.rs"]
mod live;

mod forms;
mod handles;
mod lines;
mod pipes;
mod readers;
mod twins;
