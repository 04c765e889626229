//! What stands on the screen: golden screens of every view, and properties that hold for every screen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

mod desk;
mod disguised;
mod golden;
mod hands;
mod history;
mod hostile;
mod moving;
mod paint;
mod overlays;
mod people;
mod faces;
mod story;
mod what_you_saw;
