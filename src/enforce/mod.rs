//! From a case and a member's history to the recommended step, and whether an act may be done at all. Pure: this room
//! never acts, never reads a clock and never looks at who somebody is beyond his role and what he did.

pub mod guard;
pub mod ladder;
pub mod leniency;
pub mod recommend;
pub mod aftermath;

use crate::model::reason::Reason;
use serde::{Deserialize, Serialize};

pub use ladder::{Step, Style};

/// How a group keeps its rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// How severe the ladder is; `moderate` fits most groups (`operations.md` §2.4).
    pub style: Style,
    /// How long L2, L3 and L4 take a voice, in seconds: 10 minutes, 1 hour, 24 hours (`operations.md` §5.2).
    /// Fixed, never random, each longer than the one before.
    pub mute_seconds: [u32; 3],
}

impl Default for Settings {
    fn default() -> Self {
        Self { style: Style::Moderate, mute_seconds: [600, 3600, 86_400] }
    }
}

impl Settings {
    /// What is wrong with these settings; nothing when they can be used.
    pub fn mistakes(&self) -> Vec<Reason> {
        let [short, middle, long] = self.mute_seconds;
        if short == 0 || short >= middle || middle >= long {
            let shown = format!("{short}, {middle}, {long}");
            return vec![Reason::new("mistake-mute-seconds").with("seconds", shown)];
        }
        Vec::new()
    }
}
