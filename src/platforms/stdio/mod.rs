//! Any program, in any language, that speaks modline/1: JSON Lines over its standard input and output.

pub mod ability;
pub mod frame;
pub mod lines;
pub mod request;
pub mod tame;
pub mod translate;
