//! Files become settings and themes. This room never writes a user's file.

pub mod theme;
