//! What a filtered stream shows besides messages: what is told of a member that `from:` names, and every gap in which
//! something may have been said that passes.
//!
//! Nobody shall take silence for having been heard, so a condition that a gap cannot answer never hides it.

use crate::model::id::{MemberId, RoomId};
use crate::model::moment::Moment;
use crate::state::filter::Sense;
use crate::state::stream::Notice;

/// What a condition is tried on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// When it happened; when a gap began.
    pub from: Moment,
    /// When a gap ended.
    pub to: Moment,
    pub room: Option<RoomId>,
    /// Nobody for a gap.
    pub member: Option<MemberId>,
}

/// What a condition asks, and how it is answered where only a member could answer it.
pub(in crate::state) enum Asked<'a, T> {
    Any(&'a [Vec<(Sense, T)>]),
    Room(bool),
    Since(Moment),
    Until(Moment),
    From(bool),
    Other(bool),
}

impl Told {
    /// What a notice of `at` in `room` tells.
    pub fn of(at: Moment, room: Option<RoomId>, notice: &Notice) -> Self {
        match notice {
            Notice::Gap { from, to, .. } => Self { from: *from, to: *to, room, member: None },
            Notice::Joined { member, .. }
            | Notice::Left { member, .. }
            | Notice::Muted { member, .. }
            | Notice::Unmuted { member, .. } => Self { from: at, to: at, room, member: Some(*member) },
        }
    }
}

/// Whether it is shown under these conditions.
pub(in crate::state) fn shown<'a, T>(
    terms: &'a [(Sense, T)],
    told: &Told,
    asked: &impl Fn(&'a T) -> Asked<'a, T>,
) -> bool {
    match told.member {
        None => terms.iter().all(|(sense, test)| may(test, *sense, told, asked)),
        Some(_) => {
            let (holds, named) = of_member(terms, told, asked);
            holds && named
        }
    }
}

/// Whether a message that nobody heard may have answered a condition as `sense` wants it.
fn may<'a, T>(test: &'a T, sense: Sense, told: &Told, asked: &impl Fn(&'a T) -> Asked<'a, T>) -> bool {
    let must = sense == Sense::Must;
    match asked(test) {
        // A gap of a whole connector is one of all its rooms.
        Asked::Room(is) => told.room.is_none() || is == must,
        Asked::Since(from) => {
            if must {
                told.to >= from
            } else {
                told.from < from
            }
        }
        Asked::Until(to) => {
            if must {
                told.from < to
            } else {
                told.to >= to
            }
        }
        Asked::Any(choices) if must => {
            choices.iter().any(|terms| terms.iter().all(|(sense, test)| may(test, *sense, told, asked)))
        }
        Asked::Any(choices) => choices
            .iter()
            .all(|terms| terms.iter().any(|(sense, test)| may(test, opposite(*sense), told, asked))),
        Asked::From(_) | Asked::Other(_) => true,
    }
}

/// Whether all holds of what is told of a member, and whether he is named in what holds.
fn of_member<'a, T>(
    terms: &'a [(Sense, T)],
    told: &Told,
    asked: &impl Fn(&'a T) -> Asked<'a, T>,
) -> (bool, bool) {
    let mut named = false;
    for (sense, test) in terms {
        let (holds, names) = match asked(test) {
            Asked::Any(choices) => {
                let found = || choices.iter().map(|terms| of_member(terms, told, asked));
                (found().any(|(holds, _)| holds), found().any(|(holds, names)| holds && names))
            }
            Asked::From(is) => (is, is),
            Asked::Room(is) | Asked::Other(is) => (is, false),
            Asked::Since(from) => (told.from >= from, false),
            Asked::Until(to) => (told.from < to, false),
        };
        if holds != (*sense == Sense::Must) {
            return (false, false);
        }
        named |= names && *sense == Sense::Must;
    }
    (true, named)
}

fn opposite(sense: Sense) -> Sense {
    match sense {
        Sense::Must => Sense::MustNot,
        Sense::MustNot => Sense::Must,
    }
}
