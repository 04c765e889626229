//! A query made ready for blocks of many messages: names became sets of members, rooms and tiers sets of ids.
//!
//! Owns all it needs, so that it can go to another thread. What it knows of names, rooms and tiers is as of its making.

use crate::model::flag::Severity;
use crate::model::id::{MemberId, RoomId};
use crate::model::message::Kind;
use crate::model::moment::Moment;
use crate::state::State;
use crate::state::archive::terse::Word;
use crate::state::filter::Sense;
use crate::state::filter::names::{Called, MemberSet, Names};
use crate::state::filter::query::{Query, Test};
use crate::state::filter::told::{Asked, Told, shown};
use crate::state::standing::Standing;
use std::collections::HashSet;

/// A query for blocks.
#[derive(Debug, Clone)]
pub struct Sieve {
    /// Cheap ones first.
    pub(in crate::state) terms: Vec<(Sense, Check)>,
}

/// One condition over the columns of a block.
#[derive(Debug, Clone)]
pub(in crate::state) enum Check {
    Rooms(Vec<RoomId>),
    Kind(Kind),
    Flagged(Option<Severity>),
    Recalled,
    Acted,
    Since(Moment),
    Until(Moment),
    /// All of one of these.
    Any(Vec<Vec<(Sense, Check)>>),
    From(MemberSet),
    /// Everybody of this standing, by room.
    Tier(Everybody),
    /// In the text, or said by one of these.
    Words {
        word: Box<Word>,
        by: Option<MemberSet>,
    },
}

/// Members by room who are of one standing, or who are not: whichever are named.
#[derive(Debug, Clone)]
pub(in crate::state) struct Everybody {
    pub(in crate::state) named: HashSet<(RoomId, MemberId)>,
    /// Whether the named ones are of the standing; ordinary members are those who are nothing else.
    pub(in crate::state) are: bool,
}

impl Sieve {
    /// The sieve of a query. Without `names` every member's name is read one by one.
    pub fn new(query: &Query, state: &State, names: Option<&Names>) -> Self {
        let who = |called: &Called| match names {
            Some(names) => names.who(called),
            None => {
                let mut set = MemberSet::default();
                let meant = state.members.iter().filter(|member| called.means(&member.name));
                meant.for_each(|member| set.insert(member.id));
                set
            }
        };
        Self { terms: checks(&query.terms, query, state, &who) }
    }

    /// Whether it asks what became of messages.
    pub fn asks_for_marks(&self) -> bool {
        asks_for_marks(&self.terms)
    }

    /// [`Query::shows`] for what is no message.
    pub fn shows(&self, told: &Told) -> bool {
        let (room, member) = (told.room, told.member);
        let has = |set: &MemberSet| member.is_some_and(|member| set.has(member));
        shown(&self.terms, told, &|check| match check {
            Check::Any(choices) => Asked::Any(choices),
            Check::Rooms(rooms) => Asked::Room(room.is_some_and(|room| rooms.contains(&room))),
            Check::Since(from) => Asked::Since(*from),
            Check::Until(to) => Asked::Until(*to),
            Check::From(set) => Asked::From(has(set)),
            Check::Words { by, .. } => Asked::Other(by.as_ref().is_some_and(has)),
            Check::Tier(everybody) => {
                let of = |key: (RoomId, MemberId)| everybody.named.contains(&key) == everybody.are;
                Asked::Other(room.zip(member).is_some_and(of))
            }
            Check::Kind(_) | Check::Flagged(_) | Check::Recalled | Check::Acted => Asked::Other(false),
        })
    }
}

fn asks_for_marks(terms: &[(Sense, Check)]) -> bool {
    terms.iter().any(|(_, check)| match check {
        Check::Flagged(_) | Check::Recalled | Check::Acted => true,
        Check::Any(choices) => choices.iter().any(|terms| asks_for_marks(terms)),
        _ => false,
    })
}

/// The checks of tests, the cheap ones first.
fn checks(
    terms: &[(Sense, Test)],
    query: &Query,
    state: &State,
    who: &impl Fn(&Called) -> MemberSet,
) -> Vec<(Sense, Check)> {
    let check = |test: &Test| match test {
        Test::Words(called) => {
            let by = Some(who(called)).filter(|set| !set.is_empty());
            Check::Words { word: Box::new(Word::of(&called.needle)), by }
        }
        Test::From(called) => Check::From(who(called)),
        Test::Room(called) => {
            let meant = state.rooms.iter().filter(|room| called.means(&room.name));
            Check::Rooms(meant.map(|room| room.id).collect())
        }
        Test::InRoom(room) => Check::Rooms(vec![*room]),
        Test::Kind(kind) => Check::Kind(*kind),
        Test::Tier(standing) => Check::Tier(everybody(state, *standing, query.now)),
        Test::Flagged(least) => Check::Flagged(*least),
        Test::Recalled => Check::Recalled,
        Test::Acted => Check::Acted,
        Test::Any(choices) => {
            Check::Any(choices.iter().map(|terms| checks(terms, query, state, who)).collect())
        }
        Test::Since(from) => Check::Since(*from),
        Test::Until(to) => Check::Until(*to),
    };
    let mut terms: Vec<_> = terms.iter().map(|(sense, test)| (*sense, check(test))).collect();
    terms.sort_by_key(|(sense, check)| (check.cost(), *sense == Sense::MustNot));
    terms
}

impl Check {
    /// Columns before texts; long words, which are rarer, before short ones.
    fn cost(&self) -> usize {
        match self {
            Check::Words { word, by } => 2000 - word.length().min(500) + usize::from(by.is_some()),
            Check::Any(choices) => {
                choices.iter().flatten().map(|(_, check)| check.cost()).sum::<usize>().max(3)
            }
            Check::Tier(_) => 2,
            Check::From(_) => 1,
            _ => 0,
        }
    }
}

fn everybody(state: &State, wanted: Standing, now: Moment) -> Everybody {
    let are = wanted != Standing::Ordinary;
    let of = |standing: Standing| if are { standing == wanted } else { standing != Standing::Ordinary };
    let members = state.members.standings();
    let named = members.filter(|(_, membership)| of(Standing::of(membership, now)));
    Everybody { named: named.map(|(key, _)| key).collect(), are }
}
