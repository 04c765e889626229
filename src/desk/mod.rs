//! Where it all meets: the loop, effects performed, the socket, shutdown. The only room that reads the clock for the
//! record.
//!
//! One task owns everything that changes ([`house::House`] and the seats); other tasks only carry bytes to and from it.
//! It never waits for a disk, a terminal or a platform: each answers through a channel.

pub mod clock;
pub mod house;
pub mod recorder;
pub mod dispatch;
pub mod orders;
pub mod perform;
pub mod team;
pub mod input;
pub mod fault;
pub mod pace;
pub mod picture;
pub mod place;
pub mod seats;
pub mod pages;
pub mod past;
pub mod playback;
pub mod searches;
pub mod archiving;
pub mod door;
pub mod opening;
pub mod jsonl;
pub mod dossiers;
pub mod errands;
pub mod import;
pub mod lobby;
pub mod linear;
pub mod retelling;
pub mod retention;
pub mod status;
pub mod run;
pub mod serve;
pub mod arena;
pub mod alone;
pub mod surroundings;
pub mod cli;
pub mod visits;
