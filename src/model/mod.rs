//! The nouns, data only. This room never decides anything, never reads a clock and never does IO.
//!
//! Two layers of identity meet here. What a platform says ([`heard`]) speaks the platform's own opaque
//! identifiers; what the record keeps ([`event`]) speaks ours, which are small numbers that never change.

pub mod ability;
pub mod action;
pub mod event;
pub mod flag;
pub mod heard;
pub mod id;
pub mod member;
pub mod message;
pub mod moment;
pub mod reason;
