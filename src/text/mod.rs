//! Safe to show, fair to match. This room never does IO and knows nothing of chat.
//!
//! Text from the network goes through [`reveal`] before the screen and through [`fold`] before a rule;
//! only [`width`] measures cells. All of it is pure: the same text gives the same answer at every seat.

pub mod kind;
pub mod confusable;
pub mod reveal;
pub mod width;
pub mod fold;
pub mod fuzzy;
pub mod names;
