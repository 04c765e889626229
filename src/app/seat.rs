//! One moderator's terminal on the server: his view, cursor, language, theme and size, and what he is in the midst of.

use crate::app::choosing::Choosing;
use crate::app::intent::Intent;
use crate::app::reading::Copied;
use crate::app::rest::Resting;
use crate::app::ring::Ring;
use crate::app::seen::Seen;
use crate::app::standing;
use crate::app::told::Awaited;
use crate::app::typing::Typing;
use crate::commands::key::Key;
use crate::commands::table::Command;
use crate::language::Language;
use crate::model::action::{Actor, Request};
use crate::model::id::{ActionId, CaseId, RoomId};
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
    /// What the open list is about.
    pub choosing: Option<Choosing>,
    /// What the open prompt is about.
    pub prompted: Option<Target>,
    /// Whom the open prompt's words will fall on.
    pub prompted_many: Vec<Target>,
    /// A verb was refused: what was typed behind it rests. See [`crate::app::rest`].
    pub resting: Option<Resting>,
    /// How often something was refused here.
    pub refusals: u64,
    /// What he last did, for doing it again.
    pub last_intent: Option<Intent>,
    pub seen: Seen,
    /// The number of the last frame drawn.
    pub frame: u64,
    /// Steps that he tried to take back and could not; the next undo passes them over.
    pub irrevocable: Vec<Step>,
    /// Tells an unbracketed paste from typing, and holds back what may be part of one.
    pub typing: Typing,
    /// What he last asked for, whose fate is still to be told.
    pub awaited: Vec<Awaited>,
    /// Whether severe cases ring here.
    pub bell: bool,
    pub ring: Ring,
    /// Whether his terminal may take what is copied; some are known not to.
    pub takes_clipboard: bool,
    pub copied: Option<Copied>,
}

/// A verb and its targets, waiting for a digit.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    pub command: Command,
    pub targets: Vec<Target>,
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
    /// Do this to several? The targets and how many were shown.
    Bulk { intent: Intent, targets: Vec<Target>, count: usize },
    /// How far?
    Scope { intent: Intent, here: Vec<Target>, everywhere: Vec<Target> },
    /// Take a case over from another moderator?
    TakeOver { case: CaseId, room: RoomId },
    /// Act although another moderator looks after the case?
    Insist(Insisted),
}

/// What is done although somebody else looks after the case.
#[derive(Debug, Clone, PartialEq)]
pub enum Insisted {
    Act(Box<Request>),
    Allow(Target),
}

/// One way to decide a case.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    Allow,
    Act(Box<Request>),
}

impl Answer {
    /// What it asks the platform for.
    pub fn request(&self) -> Option<&Request> {
        match self {
            Answer::Act(request) => Some(request),
            Answer::Allow => None,
        }
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
            choosing: None,
            prompted: None,
            prompted_many: Vec::new(),
            resting: None,
            refusals: 0,
            last_intent: None,
            seen: Seen::default(),
            frame: 0,
            irrevocable: Vec::new(),
            typing: Typing::default(),
            awaited: Vec::new(),
            bell: true,
            ring: Ring::default(),
            takes_clipboard: true,
            copied: None,
        }
    }

    /// The same moderator at a new terminal: what he looked at is there again, and nothing that he had half typed.
    pub fn back_on(mut self, columns: u16, rows: u16) -> Self {
        self.screen.resize(columns, rows);
        self.screen.pending = None;
        self.screen.overlay = None;
        self.screen.forget_page();
        Self {
            keys: Vec::new(),
            waiting: None,
            asking: None,
            choosing: None,
            prompted: None,
            prompted_many: Vec::new(),
            resting: None,
            seen: Seen::default(),
            frame: 0,
            typing: Typing::default(),
            ring: Ring::default(),
            copied: None,
            ..self
        }
    }

    /// When something here is to be let go or comes into force by a `Settle`.
    pub fn settles_at(&self) -> Option<Moment> {
        [self.typing.settles_at(), standing::opens_at(self)].into_iter().flatten().min()
    }

    /// This moderator as the cause of events.
    pub fn actor(&self) -> Actor {
        Actor::Moderator(self.moderator.clone())
    }
}
