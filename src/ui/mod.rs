//! One file per thing on screen: its state, its moves, its drawing, its small tests.
//!
//! Drawing never changes anything and never asks anybody: it looks at a [`scene::Scene`] and writes cells. Selection is
//! by id, never by row. No text reaches a cell except through [`canvas`], which reveals it and measures it.

pub mod scene;
pub mod screen;
pub mod screen_moves;
pub mod target;
pub mod canvas;
pub mod strokes;
pub mod layout;
pub mod list;
pub mod ledger;
pub mod marks;
pub mod phrase;
pub mod person;
pub mod verbs;
pub mod header;
pub mod footer;
pub mod lines;
pub mod entries;
pub mod entry;
pub mod missed;
pub mod stream;
pub mod stream_sift;
pub mod stream_draw;
pub mod quote;
pub mod queue;
pub mod card;
pub mod card_page;
pub mod members;
pub mod members_rows;
pub mod groups;
pub mod explain;
pub mod dossier;
pub mod outbox;
pub mod audit;
pub mod audit_story;
pub mod connectors;
pub mod search;
pub mod sift;
pub mod find;
pub mod notice;
pub mod moves;
pub mod overlay;
pub mod help;
pub mod prompt;
pub mod dialog;
pub mod chooser;
pub mod reader;
pub mod reading;
pub mod worded;
pub mod xray;
pub mod copy_pane;
pub mod screen_seat;
pub mod screen_input;
pub mod screen_people;
