//! The life of actions between the record and the connectors: recorded first, sent once, never silently lost.
//!
//! An action is handed to its connector only after two records are durable: that it was requested, and that it is being
//! sent. So after a crash "requested" means surely not sent, and "sent" means that a person has to look.

use crate::model::action::Stage;
use crate::model::event::{Event, Record};
use crate::model::id::{ActionId, Seq};
use crate::model::moment::Moment;
use crate::state::State;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How long a connector may take before nobody knows any more, in seconds.
pub const DEADLINE_SECONDS: u32 = 15;
/// How long to wait before trying again to end a mute that could not be ended, in seconds.
const LIFT_AGAIN_SECONDS: i64 = 30;

/// What has to become durable before an action moves on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Station {
    Requested(ActionId),
    Sent(ActionId),
}

/// What is to be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Record that it is being sent.
    Send(ActionId),
    /// Give the order to the connector.
    Deliver(ActionId),
    /// Nobody answered in time.
    GiveUp(ActionId),
    /// A mute that the platform does not end by itself is over.
    Lift(ActionId),
}

/// Actions on their way.
#[derive(Debug)]
pub struct Dispatch {
    deadline_seconds: u32,
    undurable: VecDeque<(Seq, Station)>,
    ready: VecDeque<Due>,
    held: BTreeSet<(Moment, ActionId)>,
    deadlines: BTreeSet<(Moment, ActionId)>,
    lifts_tried: BTreeMap<ActionId, Moment>,
}

impl Dispatch {
    /// Nothing on its way; a connector may take `deadline_seconds`, normally [`DEADLINE_SECONDS`].
    pub fn new(deadline_seconds: u32) -> Self {
        Self {
            deadline_seconds,
            undurable: VecDeque::new(),
            ready: VecDeque::new(),
            held: BTreeSet::new(),
            deadlines: BTreeSet::new(),
            lifts_tried: BTreeMap::new(),
        }
    }

    /// How long a connector may take, in seconds.
    pub fn deadline_seconds(&self) -> u32 {
        self.deadline_seconds
    }

    /// An event was applied and given to the record.
    pub fn applied(&mut self, record: &Record) {
        match &record.event {
            Event::ActionRequested(_) => {
                self.undurable.push_back((record.seq, Station::Requested(ActionId(record.seq))));
            }
            Event::ActionSent { action, .. } => self.undurable.push_back((record.seq, Station::Sent(*action))),
            Event::ActionConfirmed { action, .. }
            | Event::ActionFailed { action, .. }
            | Event::ActionUnsupported { action, .. }
            | Event::ActionUnknown { action, .. }
            | Event::ActionMarkedDone { action, .. } => self.deadlines.retain(|(_, id)| id != action),
            _ => {}
        }
    }

    /// Everything up to `through` is durable.
    pub fn durable(&mut self, through: Seq, state: &State) {
        while let Some((seq, station)) = self.undurable.front().copied() {
            if seq > through {
                return;
            }
            self.undurable.pop_front();
            match station {
                Station::Sent(id) => self.ready.push_back(Due::Deliver(id)),
                Station::Requested(id) => {
                    match state.actions.get(id).and_then(|action| action.request.hold_until) {
                        Some(until) => drop(self.held.insert((until, id))),
                        None => self.ready.push_back(Due::Send(id)),
                    }
                }
            }
        }
    }

    /// An order was given to a connector, or a check was: somebody has to answer by then.
    pub fn expect_answer(&mut self, id: ActionId, now: Moment) {
        if self.deadlines.iter().all(|(_, expected)| *expected != id) {
            self.deadlines.insert((now.plus_seconds(i64::from(self.deadline_seconds)), id));
        }
    }

    /// The connector could not take it just now.
    pub fn again(&mut self, due: Due) {
        self.ready.push_back(due);
    }

    /// What is due at `now`.
    pub fn due(&mut self, state: &State, now: Moment) -> Vec<Due> {
        let mut due: Vec<Due> = self.ready.drain(..).collect();
        due.extend(taken_until(&mut self.held, now).into_iter().map(Due::Send));
        due.extend(taken_until(&mut self.deadlines, now).into_iter().map(Due::GiveUp));
        due.retain(|one| still_meant(state, *one));
        for (at, id) in liftable(state) {
            let tried = self.lifts_tried.get(&id).copied();
            let again = tried.is_none_or(|tried| now.since(tried) >= LIFT_AGAIN_SECONDS * 1000);
            if at <= now && again {
                self.lifts_tried.insert(id, now);
                due.push(Due::Lift(id));
            }
        }
        due
    }

    /// When to look again, at the latest.
    pub fn next_at(&self, state: &State) -> Option<Moment> {
        let lift = liftable(state).map(|(at, id)| {
            let tried = self.lifts_tried.get(&id);
            tried.map_or(at, |tried| tried.plus_seconds(LIFT_AGAIN_SECONDS).max(at))
        });
        let first = |set: &BTreeSet<(Moment, ActionId)>| set.first().map(|(at, _)| *at);
        lift.chain(first(&self.held)).chain(first(&self.deadlines)).min()
    }

    /// Something can be done without waiting.
    pub fn is_ready(&self) -> bool {
        !self.ready.is_empty()
    }
}

/// Mutes that we have to end and could end now: what is out of reach waits for its connector.
fn liftable(state: &State) -> impl Iterator<Item = (Moment, ActionId)> + '_ {
    state.actions.to_lift().into_iter().filter(|(_, id)| {
        let room = state.actions.get(*id).and_then(|action| state.rooms.get(action.request.room));
        room.is_some_and(|room| state.connectors.is_online(&room.connector))
    })
}

fn taken_until(set: &mut BTreeSet<(Moment, ActionId)>, now: Moment) -> Vec<ActionId> {
    let mut taken = Vec::new();
    while let Some(first) = set.first().copied().filter(|(at, _)| *at <= now) {
        set.remove(&first);
        taken.push(first.1);
    }
    taken
}

/// Cancelled meanwhile, or answered: nothing left to do.
fn still_meant(state: &State, due: Due) -> bool {
    let stage = |id: ActionId| state.actions.get(id).map(|action| action.stage);
    match due {
        Due::Send(id) => stage(id) == Some(Stage::Requested),
        Due::Deliver(id) => stage(id) == Some(Stage::Sent),
        // Unknown: a check was asked for and not answered.
        Due::GiveUp(id) => matches!(stage(id), Some(Stage::Sent | Stage::Accepted | Stage::Unknown)),
        Due::Lift(_) => true,
    }
}
