//! The recommended step for a case. Never looks at tier, points, name or a role below staff: the same violation with
//! the same history gets the same step (同样违规, 同样处置).

use crate::enforce::ladder::{Step, Style, step};
use crate::enforce::leniency::{Malice, days_ms, is_clean, malice, removals};
use crate::model::flag::Severity;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::state::State;
use crate::state::members::Offence;
use crate::state::queue::Case;
use serde::{Deserialize, Serialize};

/// What the ladder says about a case, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    pub step: Step,
    /// How many offences of this category lie inside the window, this one included.
    pub count: u32,
    /// How long an offence counts, in days.
    pub window_days: i64,
    /// First-offence leniency (首犯从宽) made it one step milder.
    pub lenient: bool,
    /// What speaks against leniency.
    pub malice: Vec<Malice>,
    /// He was put out inside the window before.
    pub returned: bool,
    /// What the next offence of this category inside the window will bring.
    pub next: Step,
}

/// The recommendation for `case` at `now` (`operations.md` §5.4):
/// `ladder(style, severity, offences of this category in the window) − leniency`.
///
/// The case itself counts once, whether it is decided already or not.
pub fn recommend(state: &State, case: &Case, style: Style, now: Moment) -> Recommendation {
    let window = days_ms(style.window_days());
    let inside = |at: Moment| now.since(at) < window;
    let earlier = state.members.in_room(case.room, case.member).map_or(0, |standing| {
        let counts = |offence: &&Offence| {
            offence.case != case.id && offence.category == case.category && inside(offence.at)
        };
        standing.offences.iter().filter(counts).count()
    });
    let count = u32::try_from(earlier).unwrap_or(u32::MAX).saturating_add(1);
    // Who is put out has not come back: what he said before does not count as said after.
    let flagged = case.remarks.last().map_or(case.opened_at, |remark| remark.at);
    let returned = removals(state, case).any(|at| inside(at) && at < flagged);
    let malice = malice(state, case);
    let deserves = case.severity < Severity::S4 && malice.is_empty() && is_clean(state, case, now);
    let full = step(style, case.severity, count, returned);
    let chosen = if deserves { full.milder() } else { full };
    let lenient = chosen < full;
    let next = step(style, case.severity, count.saturating_add(1), returned || chosen >= Step::Remove);
    Recommendation { step: chosen, count, window_days: style.window_days(), lenient, malice, returned, next }
}

impl Recommendation {
    /// Why, in parts that can stand beside each other: the count, leniency or what took it away.
    pub fn reasons(&self) -> Vec<Reason> {
        let mut parts =
            vec![Reason::new("recommend-count").with("count", self.count).with("days", self.window_days)];
        if self.lenient {
            parts.push(Reason::new("recommend-lenient"));
        }
        if self.returned {
            parts.push(Reason::new("recommend-returned"));
        }
        parts.extend(self.malice.iter().map(|marker| marker.name()));
        parts
    }
}
