//! When a seat rings: severe cases and calls for the team, a burst of them once, and never for what its moderator is
//! looking at already.
//!
//! Never says what a member wrote or calls himself: a notification may stand on a screen that others see.

use crate::app::env::Env;
use crate::app::seat::{Question, Seat};
use crate::model::action::Actor;
use crate::model::event::{CaseMove, Event, Record};
use crate::model::flag::Severity;
use crate::model::id::CaseId;
use crate::model::moment::Moment;
use crate::state::queue::{Case, Holder};
use crate::ui::phrase::severity_word;
use std::collections::BTreeSet;

/// A seat rings at most once in so long, in seconds: a raid must not become an alarm clock.
pub const PAUSE_SECONDS: i64 = 10;
/// More than this many cases at once are not looked at one by one.
const REMEMBERED: usize = 256;

/// What a seat has to be rung for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ring {
    cases: BTreeSet<CaseId>,
    last: Option<Moment>,
}

/// A notification in our own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    pub title: String,
    pub body: String,
}

impl Seat {
    /// Something happened that it may have to be rung for.
    pub fn overhears(&mut self, env: &Env<'_>, record: &Record) {
        let case = match &record.event {
            Event::Flagged(flagging) if flagging.severity >= Severity::S3 => {
                env.scene.state.queue.naming(flagging.message).last().map(|case| case.id)
            }
            Event::CaseEscalated { case, by, .. } if *by != self.actor() => Some(*case),
            _ => self.was_handed(env, &record.event),
        };
        if self.ring.cases.len() < REMEMBERED {
            self.ring.cases.extend(case.filter(|_| self.bell));
        }
    }

    /// The case, the first of several, that somebody else gave to this seat's moderator; a sentence says so, unless he
    /// wants no calls.
    fn was_handed(&mut self, env: &Env<'_>, event: &Event) -> Option<CaseId> {
        let (cases, to, by) = match event {
            Event::CaseHeld { case, holder: Some(to), by, .. } => (std::slice::from_ref(case), to, by),
            Event::CasesMoved { cases, to: CaseMove::Hold(to), by } => (cases.as_slice(), to, by),
            _ => return None,
        };
        if *to != self.moderator || *by == self.actor() || !self.bell {
            return None;
        }
        let first = env.scene.state.queue.get(*cases.first()?)?;
        let (name, rule) = (env.scene.member_name(first.member), env.scene.rule(&first.rule));
        let (by, others) = (env.scene.actor(by), (cases.len() - 1).to_string());
        let args = [("by", by.as_str()), ("name", &name), ("rule", &rule), ("n", &others)];
        self.tell(env, env.scene.say_with(if cases.len() > 1 { "handed-many" } else { "handed" }, &args));
        Some(first.id)
    }

    /// The notification that is due now, once.
    pub fn rings(&mut self, env: &Env<'_>) -> Option<Alert> {
        let now = env.scene.now;
        // A clock that went back must not keep it silent for ever.
        let calm = |last: Moment| !(0..PAUSE_SECONDS * 1000).contains(&now.since(last));
        if self.ring.cases.is_empty() || !self.ring.last.is_none_or(calm) {
            return None;
        }
        let waiting = std::mem::take(&mut self.ring.cases);
        let looked_at = self.looked_at(env);
        let mut cases: Vec<&Case> = waiting
            .into_iter()
            .filter(|id| Some(*id) != looked_at)
            .filter_map(|id| env.scene.state.queue.get(id))
            .filter(|case| case.is_open() && !case.rests(now) && !is_taken(case, &self.moderator))
            .collect();
        cases.sort_by_key(|case| (std::cmp::Reverse(case.severity), case.id));
        let worst = *cases.first()?;
        self.ring.last = Some(now);
        Some(worded(env, worst, cases.len() - 1))
    }

    /// On or off.
    pub(crate) fn toggle_bell(&mut self, env: &Env<'_>) {
        self.bell = !self.bell;
        self.ring.cases.clear();
        let key = if self.bell { "done-bell-on" } else { "done-bell-off" };
        self.done(env, env.scene.say(key));
    }

    /// The case under the cursor, or that the open dialog is about.
    fn looked_at(&self, env: &Env<'_>) -> Option<CaseId> {
        match self.asking.as_ref().map(|asking| &asking.question) {
            Some(Question::Decide { case, .. }) => Some(*case),
            _ => self.screen.target(&env.scene).case,
        }
    }
}

/// Whether somebody else looks after a case.
fn is_taken(case: &Case, me: &str) -> bool {
    case.holder.as_ref().is_some_and(|holder| holder.moderator != me)
}

fn worded(env: &Env<'_>, worst: &Case, others: usize) -> Alert {
    let scene = &env.scene;
    let severity = severity_word(worst.severity);
    let (rule, room) = (scene.rule(&worst.rule), scene.room_name(worst.room));
    let me = |holder: &&Holder| {
        holder.moderator == scene.moderator && holder.by != Actor::Moderator(scene.moderator.to_owned())
    };
    let handed = worst.holder.as_ref().filter(me).is_some();
    let key = match (worst.escalated_by.is_some(), others) {
        (false, 0) if handed => "ring-handed",
        (false, _) if handed => "ring-handed-and-more",
        (true, 0) => "ring-escalated",
        (true, _) => "ring-escalated-and-more",
        (false, 0) => "ring-case",
        (false, _) => "ring-case-and-more",
    };
    let args = [
        ("severity", severity),
        ("rule", rule.as_str()),
        ("room", room.as_str()),
        ("n", &others.to_string()),
    ];
    Alert { title: scene.say("ring-title"), body: scene.say_with(key, &args) }
}
