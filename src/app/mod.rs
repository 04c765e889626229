//! A seat and what keys do to it. This room never does IO, never waits and never reads a clock: a message goes in,
//! effects come out as values, and `desk/` performs them.

pub mod command_line;
pub mod effect;
pub mod env;
pub mod linear;
pub mod message;
pub mod overlay;
pub mod questions;
pub mod seat;
pub mod seen;
pub mod taking_back;
pub mod told;
pub mod typing;
pub mod update;
pub mod verbs;
pub mod wording;
