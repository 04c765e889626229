//! Everything a moderator can do, as one table, and the keys that lead there. This room draws nothing and waits for
//! nothing.

pub mod key;
pub mod keymap;
pub mod table;
