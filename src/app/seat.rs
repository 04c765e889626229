//! One moderator's terminal on the server: his view, cursor, language, theme and size, and what he is in the midst of.

use crate::app::seen::Seen;
use crate::commands::key::Key;
use crate::commands::table::Command;
use crate::language::Language;
use crate::model::action::{Actor, Request};
use crate::model::id::{ActionId, CaseId, RoomId, Seq};
use crate::model::moment::Moment;
use crate::state::undo::Step;
use crate::ui::screen::Screen;
use crate::ui::target::Target;

/// A moderator's seat.
pub struct Seat {
    /// The name under which he acts.
    pub moderator: String,
    pub language: Language,
    pub theme: String,
    pub screen: Screen,
    /// Keys of a sequence that is not complete.
    pub keys: Vec<Key>,
    /// A verb that waits for a digit.
    pub waiting: Option<Waiting>,
    /// What the open dialog is about.
    pub asking: Option<Asking>,
    /// What the open prompt is about.
    pub prompted: Option<Target>,
    pub seen: Seen,
    /// The number of the last frame drawn.
    pub frame: u64,
    /// Where the record stood when that frame was drawn.
    pub drawn_at: Seq,
    /// Steps that he tried to take back and could not; the next undo passes them over.
    pub irrevocable: Vec<Step>,
    /// Recent key moments, to tell a burst (an unbracketed paste) from typing.
    pub burst: Burst,
    /// What he last asked for, whose fate is still to be told.
    pub awaited: Vec<ActionId>,
}

/// A verb and its target, waiting for a digit.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    pub command: Command,
    pub target: Target,
}

/// What a dialog will do when it is answered, and since which frame it can be.
#[derive(Debug, Clone, PartialEq)]
pub struct Asking {
    pub question: Question,
    /// Keys pressed before this frame stood on the terminal do not answer it.
    pub since_frame: u64,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// Do this? `y` or Enter.
    Sure(Box<Request>),
    /// How to decide a case: a key for each answer.
    Decide { case: CaseId, room: RoomId, answers: Vec<(char, Answer)> },
    /// What became of an unknown action: 1 check, 2 done, 3 redo.
    Fate(ActionId),
}

/// One way to decide a case.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    Allow,
    Act(Box<Request>),
}

/// Tells typing from a paste that the terminal did not bracket.
#[derive(Debug, Clone, Default)]
pub struct Burst {
    recent: Vec<Moment>,
}

/// More than this many keys within [`BURST_MS`] are not typed by a person (`moderation.md` §5a).
const BURST_KEYS: usize = 8;
/// The window in which keys count as one burst, in milliseconds.
const BURST_MS: i64 = 20;

impl Burst {
    /// Notes a key at `now`; whether it belongs to a burst.
    pub fn key(&mut self, now: Moment) -> bool {
        self.recent.retain(|at| now.since(*at) <= BURST_MS);
        self.recent.push(now);
        self.recent.len() > BURST_KEYS
    }
}

impl Seat {
    /// A new seat for `moderator` on a terminal of this size.
    pub fn new(moderator: &str, language: Language, theme: &str, columns: u16, rows: u16) -> Self {
        Self {
            moderator: moderator.to_owned(),
            language,
            theme: theme.to_owned(),
            screen: Screen::new(columns, rows),
            keys: Vec::new(),
            waiting: None,
            asking: None,
            prompted: None,
            seen: Seen::default(),
            frame: 0,
            drawn_at: Seq::default(),
            irrevocable: Vec::new(),
            burst: Burst::default(),
            awaited: Vec::new(),
        }
    }

    /// This seat where the same moderator's last one was left: the same view, the same line under the cursor, the same
    /// acts to take back. Keys of a sequence, dialogs and what was shown belong to the old terminal and are forgotten.
    pub fn where_left(mut self, left: Seat, columns: u16, rows: u16) -> Self {
        self.screen = left.screen.resumed(columns, rows);
        self.language = left.language;
        self.irrevocable = left.irrevocable;
        self.awaited = left.awaited;
        self
    }

    /// This moderator as the cause of events.
    pub fn actor(&self) -> Actor {
        Actor::Moderator(self.moderator.clone())
    }
}
