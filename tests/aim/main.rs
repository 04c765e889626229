//! What a seat does with keys: it hits only what was seen, a paste never acts, and what was done can be taken back.
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
mod again;
mod filters;
mod glyphs;
mod keys;
mod many;
mod paste;
mod people;
mod resorted;
mod sight;
mod sifted;
mod team;
mod together;
mod told;
mod typing;
mod undo;
mod world;
