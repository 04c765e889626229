//! The filter language: what reads, what passes, and that a million messages at once answer as one at a time.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

mod archive;
#[path = "../chronicle/mod.rs"]
mod chronicle;
mod meaning;
mod reading;
