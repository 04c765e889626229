//! A seat and what keys do to it. This room never does IO, never waits and never reads a clock: a message goes in,
//! effects come out as values, and `desk/` performs them.

pub mod bulk;
pub mod cases;
pub mod command_line;
pub mod filtering;
pub mod effect;
pub mod env;
pub mod linear;
pub mod held;
pub mod intent;
pub mod marking;
pub mod choosing;
pub mod handing;
pub mod journal;
pub mod jump;
pub mod message;
pub mod overlay;
pub mod playback;
pub mod presets;
pub mod questions;
pub mod reading;
pub mod ring;
pub mod scope;
pub mod seat;
pub mod seen;
pub mod speaking;
pub mod standing;
pub mod taking_back;
pub mod taking_many_back;
pub mod tape;
pub mod told;
pub mod travel;
pub mod typing;
pub mod update;
pub mod verbs;
pub mod wording;
