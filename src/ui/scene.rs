//! Everything that drawing may look at, handed in whole. Nothing here can be changed by drawing.

use crate::commands::keymap::Keymap;
use crate::config::theme::{Meaning, Theme};
use crate::enforce::Settings as EnforceSettings;
use crate::language::Words;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::state::State;
use chrono::FixedOffset;
use ratatui::style::Style;

/// Whether what happens is being recorded; without a record nobody may act, and watching goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recording {
    /// Every event reaches the disk.
    Fine,
    /// It does not, for this reason: acting is off.
    Stopped(Reason),
}

/// What one frame of one seat may look at.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub state: &'a State,
    pub words: &'a Words,
    pub theme: &'a Theme,
    pub keymap: &'a Keymap,
    pub now: Moment,
    pub zone: FixedOffset,
    /// Who sits at this seat.
    pub moderator: &'a str,
    /// The other moderators at seats, by name.
    pub here: &'a [String],
    pub recording: &'a Recording,
    /// How severe the group is and how long its steps mute, for recommended steps.
    pub enforce: &'a EnforceSettings,
}

impl Scene<'_> {
    /// Why nobody may act now, in a sentence of its own; nothing while everything is recorded.
    pub fn no_acts(&self) -> Option<Reason> {
        let Recording::Stopped(reason) = self.recording else { return None };
        if reason.key.starts_with("past-") {
            return Some(Reason::new("past-no-acts"));
        }
        Some(Reason::new("off-recording").with("why", self.words.reason(reason)))
    }

    /// A sentence of the catalogue.
    pub fn say(&self, key: &str) -> String {
        self.words.say(key)
    }

    /// A sentence of the catalogue with arguments.
    pub fn say_with(&self, key: &str, args: &[(&str, &str)]) -> String {
        self.words.say_with(key, args)
    }

    /// How a meaning looks on the plain ground of the screen.
    pub fn look(&self, meaning: Meaning) -> Style {
        self.theme.style(Meaning::Text).patch(self.theme.style(meaning))
    }

    /// What a meaning adds to the look of the ground it is laid on.
    pub fn accent(&self, meaning: Meaning) -> Style {
        self.theme.style(meaning)
    }
}
