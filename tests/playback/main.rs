//! Time travel: the same stretch always looks the same, it is what was there then, and nothing can be done in it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

#[path = "../screens/desk.rs"]
#[allow(dead_code, reason = "every test uses a part of it")]
mod desk;
#[path = "../desk/house.rs"]
#[allow(dead_code, reason = "every test uses a part of it")]
mod house;

mod seat;
mod tape;
