//! The same seat line by line, for screen readers, pipes and scripts: a line typed goes in, effects and lines come out.
//!
//! Acts take the same way as the keys: the same commands, the same questions, the same guard, so the record cannot tell
//! one form from the other. A word that is no command never becomes speech, and nothing is hit that was not printed.

pub mod asking;
pub mod filters;
pub mod going;
pub mod handles;
pub mod news;
pub mod past;
pub mod typed;
pub mod views;
pub mod words;

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::linear::asking::Questions;
use crate::app::linear::handles::Handles;
use crate::app::seat::Seat;
use crate::model::action::Stage;
use crate::model::heard::Status;
use crate::model::id::{ActionId, Seq};
use crate::model::moment::Moment;
use crate::state::State;
use crate::state::filter::Filter;
use crate::text::reveal;
use crate::ui::overlay::Tone;
use crate::ui::target::RowId;
use std::collections::BTreeMap;

/// What a seat of lines remembers beside the seat itself.
#[derive(Debug, Clone)]
pub struct Linear {
    pub handles: Handles,
    pub(super) questions: Questions,
    /// Everything before this was told.
    pub(super) told: Seq,
    /// Whether what happens is told as it happens.
    pub(super) follows: bool,
    /// The day of the last line that had one.
    pub(super) day: Option<Moment>,
    /// What was last told of each connector.
    pub(super) connectors: BTreeMap<String, Status>,
    /// What was last told of the recording.
    pub(super) alarm: Option<String>,
    /// What this seat asked for since it sat down.
    pub(super) asked: Vec<ActionId>,
    /// Something was refused, by us or by the one who performs it.
    pub(super) refused: bool,
    /// Pages of the record that are under way: how many of their lines are to be printed.
    pub(super) paging: Option<usize>,
    /// How many other answers are under way: cases that are written, stretches that are played again.
    pub(super) under_way: usize,
    /// Of what is said, only this is told.
    pub(super) filter: Option<Filter>,
    /// What the last find printed: `*found`.
    pub(super) found: Vec<RowId>,
    /// How many more passed than it printed.
    pub(super) found_beside: usize,
    /// One's own decisions are told too: what is told is of the past.
    pub(super) everything: bool,
}

/// What a line came to.
#[derive(Debug, Default)]
pub struct Reply {
    pub effects: Vec<Effect>,
    /// Safe to print as they are.
    pub lines: Vec<String>,
    /// The seat wants to leave; at once when it says so twice.
    pub leaves: bool,
}

/// What became of everything that a seat of lines asked for, once nothing of it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    Unknown,
    Refused,
}

impl Linear {
    /// A seat that has been told everything before `told`.
    pub fn new(handles: Handles, told: Seq, follows: bool) -> Self {
        Self {
            handles,
            questions: Questions::default(),
            told,
            follows,
            day: None,
            connectors: BTreeMap::new(),
            alarm: None,
            asked: Vec::new(),
            refused: false,
            paging: None,
            under_way: 0,
            filter: None,
            found: Vec::new(),
            found_beside: 0,
            everything: false,
        }
    }

    /// An answer that is worth waiting for is being made.
    pub fn awaits(&mut self) {
        self.under_way += 1;
    }

    /// It is there.
    pub fn has_it(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
    }

    /// The desk recorded these requests of this seat.
    pub fn requested(&mut self, ids: Vec<ActionId>) {
        self.asked.extend(ids);
    }

    /// The desk did not do what this seat wanted.
    pub fn was_refused(&mut self) {
        self.refused = true;
    }

    /// How many questions nobody will answer any more.
    pub fn unanswered(&mut self) -> usize {
        self.questions.drop_all()
    }

    /// What became of everything that was asked for; nothing while something is open or its end is not told yet.
    pub fn outcome(&self, state: &State) -> Option<Outcome> {
        if self.paging.is_some() || self.under_way > 0 || self.told < state.next {
            return None;
        }
        let mut outcome = if self.refused { Outcome::Refused } else { Outcome::Done };
        for action in self.asked.iter().filter_map(|id| state.actions.get(*id)) {
            match action.stage {
                Stage::Requested | Stage::Sent | Stage::Accepted => return None,
                Stage::Failed | Stage::Unsupported => outcome = Outcome::Refused,
                Stage::Unknown if outcome == Outcome::Done => outcome = Outcome::Unknown,
                Stage::Unknown | Stage::Confirmed | Stage::Cancelled | Stage::MarkedDone => {}
            }
        }
        Some(outcome)
    }
}

/// Takes the word of the moment off the seat, as a line with its tone in words.
pub fn word_of(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>) -> Option<String> {
    let toast = seat.screen.toast.take()?;
    let key = match toast.tone {
        Tone::Done => "linear-tone-done",
        Tone::Refused => "linear-tone-refused",
        Tone::Told => "linear-tone-told",
        Tone::Alarm => "linear-tone-alarm",
    };
    linear.refused |= matches!(toast.tone, Tone::Refused);
    Some(plain(&env.scene.say_with(key, &[("text", &toast.text)])))
}

/// The one door through which a line goes out: foreign text in it is revealed, and it is one line.
pub fn safe(line: &str) -> String {
    reveal::line(line).into_string()
}

/// The same for a line without marks of ours: all that stands in brackets is foreign.
pub fn plain(line: &str) -> String {
    safe(&words::foreign(line))
}
