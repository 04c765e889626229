//! qunguan (群管): a terminal console for people who look after live group chats.
//!
//! # The map, in reading order
//!
//! | room | what is in it |
//! |---|---|
//! | [`text`] | safe to show, fair to match: reveal, fold, width, fuzzy |
//! | [`model`] | the nouns, data only: ids, members, messages, events, actions |
//! | [`state`] | events in, current picture out; pure |
//! | [`rules`] | a message and the state → flags; pure; one file per detector |
//! | [`enforce`] | a flag and the history → the recommended step; pure |
//! | [`insight`] | what the record says about people and groups; pure |
//! | [`event_log`] | the append-only record; the only room that knows sled |
//! | [`platforms`] | one file per chat network, each with its capabilities |
//! | [`commands`] | everything a moderator can do, as one table |
//! | [`language`] | every sentence a person reads, in 简体中文 and English |
//! | [`config`] | files → settings; themes |
//! | [`ui`] | one file per thing on screen |
//! | [`app`] | a seat and what keys do to it; pure |
//! | [`terminal`] | the wire between a seat and the server, and the attaching client |
//! | [`desk`] | where it all meets: the loop, effects performed, the socket, shutdown |
//!
//! A room imports only rooms that `tests/tidy.rs` allows it; read that table before adding an import.
//!
//! # Words
//!
//! One word per idea, in code, configuration, screen and README: *room* (a group chat), *member*, *message*,
//! *flag* (a rule's remark on a message), *case* (flags of one author and rule waiting for a decision),
//! *action* (something we ask a platform to do), *moderator*, *seat* (a moderator's terminal on the server),
//! *connector* (our side of one chat network), *record* (the append-only event log), *gap* (an interval not heard).

pub mod text;
pub mod model;
pub mod state;
pub mod rules;
pub mod enforce;
pub mod insight;
pub mod event_log;
pub mod platforms;
pub mod commands;
pub mod language;
pub mod config;
pub mod ui;
pub mod app;
pub mod terminal;
pub mod desk;
