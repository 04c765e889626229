//! Lines of the stream folded into what stands together: a message, a notice, a crowd that came or went.
//!
//! Who did a thing is never folded away: only what one and the same did stands together. Folding lines newest first and
//! oldest first gives the same entries.

use crate::model::action::Actor;
use crate::model::id::{MemberId, MessageId, RoomId, Seq};
use crate::model::member::LeaveCause;
use crate::model::moment::Moment;
use crate::state::stream::{Line, Message, Notice};
use crate::ui::scene::Scene;
use std::iter::Peekable;

/// What lies further apart is not one crowd: a raid comes within seconds, and is put out within minutes.
const CROWD_MS: i64 = 600_000;

/// What stands together in the stream.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry<'a> {
    Said(&'a Message),
    Told {
        seq: Seq,
        at: Moment,
        room: Option<RoomId>,
        notice: &'a Notice,
    },
    /// People who came or went the same way, one after another.
    Crowd {
        first: Seq,
        last: Seq,
        at: Moment,
        room: Option<RoomId>,
        way: Way<'a>,
        members: Vec<MemberId>,
    },
}

/// Which way people came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way<'a> {
    Came,
    Left,
    Removed(&'a Actor),
    Banned(&'a Actor),
}

/// Lines folded into entries, newest first.
pub struct Entries<I: Iterator>(Peekable<I>);

/// Folds lines, newest first.
pub fn entries<'a, I: Iterator<Item = &'a Line>>(lines: I) -> Entries<I> {
    Entries(lines.peekable())
}

impl<'a, I: Iterator<Item = &'a Line>> Iterator for Entries<I> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let line = self.0.next()?;
        let (seq, at, room, notice) = match line {
            Line::Message(message) => return Some(Entry::Said(message)),
            Line::Notice { seq, at, room, notice } => (*seq, *at, *room, notice),
        };
        let mut oldest = match Move::of(line) {
            Some(oldest) => oldest,
            None => return Some(Entry::Told { seq, at, room, notice }),
        };
        let mut members = vec![oldest.member];
        while let Some(older) = self.0.peek().and_then(|line| oldest.same_as(line)) {
            oldest = older;
            members.push(older.member);
            self.0.next();
        }
        if members.len() == 1 {
            return Some(Entry::Told { seq, at, room, notice });
        }
        members.reverse();
        Some(Entry::Crowd { first: oldest.seq, last: seq, at, room, way: oldest.way, members })
    }
}

/// One who came or went.
#[derive(Clone, Copy)]
struct Move<'a> {
    seq: Seq,
    at: Moment,
    room: Option<RoomId>,
    way: Way<'a>,
    member: MemberId,
}

impl<'a> Move<'a> {
    fn of(line: &'a Line) -> Option<Self> {
        let Line::Notice { seq, at, room, notice } = line else { return None };
        let (way, member) = match notice {
            Notice::Joined { member, .. } => (Way::Came, member),
            Notice::Left { member, cause, by } => match cause {
                LeaveCause::Left | LeaveCause::Unknown => (Way::Left, member),
                LeaveCause::Removed => (Way::Removed(by), member),
                LeaveCause::Banned => (Way::Banned(by), member),
            },
            Notice::Muted { .. } | Notice::Unmuted { .. } | Notice::Gap { .. } => return None,
        };
        Some(Self { seq: *seq, at: *at, room: *room, way, member: *member })
    }

    /// The next line to this one, where both belong to one crowd.
    fn same_as(&self, line: &'a Line) -> Option<Self> {
        let near = |other: &Self| self.at.since(other.at).abs() < CROWD_MS;
        Self::of(line).filter(|other| other.room == self.room && other.way == self.way && near(other))
    }
}

impl Way<'_> {
    /// The sentence for so many of these names.
    pub fn words(self, scene: &Scene<'_>, count: &str, names: &str) -> String {
        let (key, by) = match self {
            Way::Came => ("notice-joined-many", None),
            Way::Left => ("notice-left-many", None),
            Way::Removed(by) => ("notice-removed-many", Some(by)),
            Way::Banned(by) => ("notice-banned-many", Some(by)),
        };
        let by = by.map(|by| scene.actor(by)).unwrap_or_default();
        scene.say_with(key, &[("n", count), ("names", names), ("by", &by)])
    }
}

/// The end of the crowd that begins with `line`, when lines are walked forward.
pub fn crowd_end<'a>(line: &'a Line, following: impl Iterator<Item = &'a Line>) -> Seq {
    let Some(mut newest) = Move::of(line) else { return line.seq() };
    for line in following {
        match newest.same_as(line) {
            Some(newer) => newest = newer,
            None => break,
        }
    }
    newest.seq
}

impl Entry<'_> {
    /// The newest line in it: its identity.
    pub fn last(&self) -> Seq {
        match self {
            Entry::Said(message) => message.id.0,
            Entry::Told { seq, .. } => *seq,
            Entry::Crowd { last, .. } => *last,
        }
    }

    /// The oldest line in it.
    pub fn first(&self) -> Seq {
        match self {
            Entry::Crowd { first, .. } => *first,
            _ => self.last(),
        }
    }

    /// When it happened.
    pub fn at(&self) -> Moment {
        match self {
            Entry::Said(message) => message.at,
            Entry::Told { at, .. } | Entry::Crowd { at, .. } => *at,
        }
    }

    /// The message, if it is one.
    pub fn message(&self) -> Option<MessageId> {
        match self {
            Entry::Said(message) => Some(message.id),
            _ => None,
        }
    }

    /// The room it is in.
    pub fn room(&self) -> Option<RoomId> {
        match self {
            Entry::Said(message) => Some(message.room),
            Entry::Told { room, .. } | Entry::Crowd { room, .. } => *room,
        }
    }

    /// The one member it is about; nobody for a run of several.
    pub fn member(&self) -> Option<MemberId> {
        match self {
            Entry::Said(message) => Some(message.member),
            Entry::Told { notice, .. } => match notice {
                Notice::Joined { member, .. }
                | Notice::Left { member, .. }
                | Notice::Muted { member, .. }
                | Notice::Unmuted { member, .. } => Some(*member),
                Notice::Gap { .. } => None,
            },
            Entry::Crowd { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: u32 = 900;

    fn line(seq: u64, seconds: i64, notice: Notice) -> Line {
        Line::Notice { seq: Seq(seq), at: Moment(seconds * 1000), room: Some(RoomId(1)), notice }
    }

    fn removed(seq: u64, seconds: i64, member: u32, by: u32) -> Line {
        let by = Actor::Member(MemberId(by));
        line(seq, seconds, Notice::Left { member: MemberId(member), cause: LeaveCause::Removed, by })
    }

    fn joined(seq: u64, seconds: i64, member: u32) -> Line {
        line(seq, seconds, Notice::Joined { member: MemberId(member), by: Actor::Unknown })
    }

    /// First and last line of each entry, newest first.
    fn folded(lines: &[Line]) -> Vec<(u64, u64)> {
        let found: Vec<_> =
            entries(lines.iter().rev()).map(|entry| (entry.first().0, entry.last().0)).collect();
        for (first, last) in &found {
            let at = lines.iter().position(|line| line.seq().0 == *first).unwrap();
            assert_eq!(crowd_end(&lines[at], lines[at + 1..].iter()).0, *last, "forward as backward");
        }
        found
    }

    #[test]
    fn what_one_did_to_many_is_one_line_and_what_another_did_is_another() {
        let mut lines: Vec<Line> = (1..=12).map(|n| removed(n, n as i64, 100 + n as u32, ALICE)).collect();
        assert_eq!(folded(&lines), [(1, 12)]);
        lines.push(removed(13, 13, 200, ALICE + 1));
        lines.push(joined(14, 14, 201));
        lines.push(removed(15, 15, 202, ALICE));
        assert_eq!(folded(&lines), [(15, 15), (14, 14), (13, 13), (1, 12)]);
    }

    #[test]
    fn what_lies_far_apart_is_no_crowd() {
        let lines = [joined(1, 0, 1), joined(2, 599, 2), joined(3, 1199, 3), joined(4, 1798, 4)];
        assert_eq!(folded(&lines), [(3, 4), (1, 2)]);
    }
}
