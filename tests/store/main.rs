//! The record under every misfortune we can make: power cuts, kills, flipped bits, full and read-only disks.
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

mod scene;
mod child;
mod disk;
mod power_cut;
mod kill;
mod damage;
mod refusals;
mod retention;
mod properties;
