//! Files to settings; themes. This room never reads the clock and never writes a file of a person.

pub mod file;
pub mod misread;
pub mod theme;
