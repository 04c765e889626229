//! The wire between a seat and the server, and the attaching client.
//!
//! This room knows bytes, cells and sockets; it never knows what a message or a moderator is, and it writes no
//! sentence for people: what there is to say goes up as a key and its arguments.

pub mod messages;
pub mod wire;
pub mod encoder;
mod painter;
mod scroll;
mod slot;
mod pen;
mod colour;
pub mod modes;
pub mod manners;
pub mod notify;
pub mod clipboard;
pub mod ascii;
pub mod attach;
pub mod conversation;
pub mod screen;
mod keys;
mod raw_terminal;
pub mod lines;
pub mod ask;
pub mod socket;
pub mod start;
pub mod accounts;
