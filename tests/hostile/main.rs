//! Hostile text and hostile hands: whatever people write, however a terminal behaves, the screen is what was drawn and
//! nothing acts by mistake.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

#[path = "../chronicle/mod.rs"]
mod chronicle;
mod copies;
mod fuzz;
mod hands;
mod judge;
mod rings;
mod sequences;
mod sizes;
mod texts;
mod windows;
#[path = "../aim/world.rs"]
#[allow(dead_code, reason = "every test uses a part of it")]
mod world;
