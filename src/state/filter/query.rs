//! A filter asked at a moment, and the direct answer for one thing: the meaning of the language in one place.
//!
//! [`crate::state::filter::sieve`] gives the same answers for a million messages at once; a test compares them.

use crate::model::flag::Severity;
use crate::model::id::{MemberId, RoomId};
use crate::model::message::Kind;
use crate::model::moment::Moment;
use crate::state::State;
use crate::state::filter::names::Called;
use crate::state::filter::told::{Asked, Told, shown};
use crate::state::filter::when::Edge;
use crate::state::filter::{Filter, Sense, Wanted};
use crate::state::standing::Standing;
use crate::state::stream::{Line, Mark, Message, Notice};
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
    Acted,
    Since(Moment),
    Until(Moment),
    /// All of one of these.
    Any(Vec<Vec<(Sense, Test)>>),
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
    pub acted: bool,
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
            acted: mark.is_some_and(Mark::is_acted_on),
        }
    }
}

impl Query {
    /// What `filter` means at `now` in `zone`.
    pub fn new(filter: &Filter, now: Moment, zone: FixedOffset) -> Self {
        Self { terms: tests(filter, now, zone), now }
    }

    /// The same, within one room; all rooms when none.
    pub fn within(mut self, room: Option<RoomId>) -> Self {
        self.terms.extend(room.map(|room| (Sense::Must, Test::InRoom(room))));
        self
    }

    /// Whether something passes, as the state is now.
    pub fn admits(&self, state: &State, subject: &Subject<'_>) -> bool {
        self.all_hold(state, &self.terms, subject, &mut None)
    }

    /// [`Query::admits`] for a message.
    pub fn admits_message(&self, state: &State, message: &Message) -> bool {
        self.admits(state, &Subject::of(state, message))
    }

    /// Whether a filtered stream shows a line: a message that passes; what is told of a member who is named with
    /// `from:`, where all else holds of it too; and a gap in which something may have been said that passes.
    pub fn shows(&self, state: &State, line: &Line) -> bool {
        match line {
            Line::Message(message) => self.admits_message(state, message),
            // The record tells only the new name, so one that is paged back could not be told; `from:` finds him by it.
            Line::Notice { notice: Notice::Renamed { .. }, .. } => false,
            Line::Notice { at, room, notice, .. } => self.shows_told(state, &Told::of(*at, *room, notice)),
        }
    }

    /// Whether what passes can change with what becomes of a message: with flags, recalls and deeds.
    pub fn asks_for_marks(&self) -> bool {
        asks_for_marks(&self.terms)
    }

    fn all_hold(
        &self,
        state: &State,
        terms: &[(Sense, Test)],
        subject: &Subject<'_>,
        folded: &mut Option<String>,
    ) -> bool {
        terms.iter().all(|(sense, test)| {
            let holds = match test {
                Test::Words(called) => {
                    let text = folded.get_or_insert_with(|| fold::fold_words(subject.text));
                    text.contains(&called.needle) || called.means(subject.name)
                }
                Test::Any(choices) => {
                    choices.iter().any(|terms| self.all_hold(state, terms, subject, folded))
                }
                test => self.holds(state, test, subject),
            };
            holds == (*sense == Sense::Must)
        })
    }

    fn holds(&self, state: &State, test: &Test, subject: &Subject<'_>) -> bool {
        match test {
            Test::Words(called) | Test::From(called) => called.means(subject.name),
            Test::Room(called) => subject.room.is_some_and(|id| is_called(state, id, called)),
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
            Test::Acted => subject.acted,
            Test::Since(from) => subject.at.is_some_and(|at| at >= *from),
            Test::Until(to) => subject.at.is_some_and(|at| at < *to),
            Test::Any(choices) => choices.iter().any(|terms| self.all_hold(state, terms, subject, &mut None)),
        }
    }

    fn shows_told(&self, state: &State, told: &Told) -> bool {
        let room_is = |called: &Called| told.room.is_some_and(|id| is_called(state, id, called));
        shown(&self.terms, told, &|test| match test {
            Test::Any(choices) => Asked::Any(choices),
            Test::Room(called) => Asked::Room(room_is(called)),
            Test::InRoom(room) => Asked::Room(told.room == Some(*room)),
            Test::Since(from) => Asked::Since(*from),
            Test::Until(to) => Asked::Until(*to),
            Test::From(called) => Asked::From(told.member.is_some_and(|id| is_meant(state, id, called))),
            Test::Words(called) => Asked::Other(told.member.is_some_and(|id| is_meant(state, id, called))),
            test => {
                let subject = Subject { room: told.room, member: told.member, ..Subject::default() };
                Asked::Other(told.member.is_some() && self.holds(state, test, &subject))
            }
        })
    }
}

fn is_called(state: &State, room: RoomId, called: &Called) -> bool {
    state.rooms.get(room).is_some_and(|room| called.means(&room.name))
}

fn is_meant(state: &State, member: MemberId, called: &Called) -> bool {
    state.members.get(member).is_some_and(|member| called.means(&member.name))
}

fn asks_for_marks(terms: &[(Sense, Test)]) -> bool {
    terms.iter().any(|(_, test)| match test {
        Test::Flagged(_) | Test::Recalled | Test::Acted => true,
        Test::Any(choices) => choices.iter().any(|terms| asks_for_marks(terms)),
        _ => false,
    })
}

fn tests(filter: &Filter, now: Moment, zone: FixedOffset) -> Vec<(Sense, Test)> {
    let test = |wanted: &Wanted| match wanted {
        Wanted::Words(words) => Test::Words(Called::by_the_way(words)),
        Wanted::From(name) => Test::From(Called::by(name)),
        Wanted::Room(name) => Test::Room(Called::by(name)),
        Wanted::Kind(kind) => Test::Kind(*kind),
        Wanted::Tier(standing) => Test::Tier(*standing),
        Wanted::Flagged(severity) => Test::Flagged(*severity),
        Wanted::Recalled => Test::Recalled,
        Wanted::Acted => Test::Acted,
        Wanted::Since(when) => Test::Since(when.moment(Edge::Since, now, zone)),
        Wanted::Until(when) => Test::Until(when.moment(Edge::Until, now, zone)),
        Wanted::Any(filters) => Test::Any(filters.iter().map(|filter| tests(filter, now, zone)).collect()),
    };
    filter.terms.iter().map(|term| (term.sense, test(&term.what))).collect()
}
