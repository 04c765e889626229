//! A filter asked at a moment, and the direct answer for one thing: the meaning of the language in one place.
//!
//! [`crate::state::filter::sieve`] gives the same answers for a million messages at once; a test compares them.

use crate::model::flag::Severity;
use crate::model::id::{MemberId, RoomId};
use crate::model::message::Kind;
use crate::model::moment::Moment;
use crate::state::State;
use crate::state::filter::names::Called;
use crate::state::filter::when::Edge;
use crate::state::filter::{Filter, Sense, Wanted};
use crate::state::standing::Standing;
use crate::state::stream::Message;
use crate::text::fold;
use chrono::FixedOffset;

/// A filter whose times are moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub(super) terms: Vec<(Sense, Test)>,
    /// Newcomers are newcomers as of then.
    pub(super) now: Moment,
}

/// One condition, ready to be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test {
    /// In the text, or who said it is called so.
    Words(Called),
    From(Called),
    Room(Called),
    InRoom(RoomId),
    Kind(Kind),
    Tier(Standing),
    Flagged(Option<Severity>),
    Recalled,
    Since(Moment),
    Until(Moment),
}

/// What a condition is tried on: a message, or a row of a list with as much of one as it has.
#[derive(Debug, Clone, Copy, Default)]
pub struct Subject<'a> {
    /// What it says, as written.
    pub text: &'a str,
    /// Whose it is, as written.
    pub name: &'a str,
    pub room: Option<RoomId>,
    pub member: Option<MemberId>,
    pub kind: Option<Kind>,
    pub at: Option<Moment>,
    pub severity: Option<Severity>,
    pub recalled: bool,
}

impl<'a> Subject<'a> {
    /// A message of the stream.
    pub fn of(state: &'a State, message: &'a Message) -> Self {
        let mark = state.stream.mark(message.id);
        Self {
            text: &message.text,
            name: state.members.get(message.member).map_or("", |member| &member.name),
            room: Some(message.room),
            member: Some(message.member),
            kind: Some(message.kind),
            at: Some(message.at),
            severity: mark.and_then(|mark| mark.severity),
            recalled: mark.is_some_and(|mark| mark.recalled_by.is_some()),
        }
    }
}

impl Query {
    /// What `filter` means at `now` in `zone`.
    pub fn new(filter: &Filter, now: Moment, zone: FixedOffset) -> Self {
        let test = |wanted: &Wanted| match wanted {
            Wanted::Words(words) => Test::Words(Called::by_the_way(words)),
            Wanted::From(name) => Test::From(Called::by(name)),
            Wanted::Room(name) => Test::Room(Called::by(name)),
            Wanted::Kind(kind) => Test::Kind(*kind),
            Wanted::Tier(standing) => Test::Tier(*standing),
            Wanted::Flagged(severity) => Test::Flagged(*severity),
            Wanted::Recalled => Test::Recalled,
            Wanted::Since(when) => Test::Since(when.moment(Edge::Since, now, zone)),
            Wanted::Until(when) => Test::Until(when.moment(Edge::Until, now, zone)),
        };
        Self { terms: filter.terms.iter().map(|term| (term.sense, test(&term.what))).collect(), now }
    }

    /// The same, within one room; all rooms when none.
    pub fn within(mut self, room: Option<RoomId>) -> Self {
        self.terms.extend(room.map(|room| (Sense::Must, Test::InRoom(room))));
        self
    }

    /// Whether something passes, as the state is now.
    pub fn admits(&self, state: &State, subject: &Subject<'_>) -> bool {
        let mut folded = None;
        self.terms.iter().all(|(sense, test)| {
            let holds = match test {
                Test::Words(called) => {
                    let text = folded.get_or_insert_with(|| fold::fold_words(subject.text));
                    text.contains(&called.needle) || called.means(subject.name)
                }
                test => self.holds(state, test, subject),
            };
            holds == (*sense == Sense::Must)
        })
    }

    /// [`Query::admits`] for a message.
    pub fn admits_message(&self, state: &State, message: &Message) -> bool {
        self.admits(state, &Subject::of(state, message))
    }

    fn holds(&self, state: &State, test: &Test, subject: &Subject<'_>) -> bool {
        match test {
            Test::Words(called) | Test::From(called) => called.means(subject.name),
            Test::Room(called) => {
                subject.room.and_then(|id| state.rooms.get(id)).is_some_and(|room| called.means(&room.name))
            }
            Test::InRoom(room) => subject.room == Some(*room),
            Test::Kind(kind) => subject.kind == Some(*kind),
            Test::Tier(standing) => match (subject.room, subject.member) {
                (Some(room), Some(member)) => state.members.standing_at(room, member, self.now) == *standing,
                _ => false,
            },
            Test::Flagged(least) => {
                subject.severity.is_some_and(|severity| least.is_none_or(|least| severity >= least))
            }
            Test::Recalled => subject.recalled,
            Test::Since(from) => subject.at.is_some_and(|at| at >= *from),
            Test::Until(to) => subject.at.is_some_and(|at| at < *to),
        }
    }
}
