//! The outbox: every action, where it stands and how it came there.

use crate::model::action::{Act, Request, Stage};
use crate::model::event::{Event, Record};
use crate::model::id::{ActionId, MemberId, RoomId, Seq};
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many finished actions stay in memory; all of them stay in the record.
const FINISHED_KEPT: usize = 2000;

/// One station in the life of an action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Station {
    pub stage: Stage,
    pub at: Moment,
    /// The evidence, or why not.
    pub reason: Option<Reason>,
}

/// One action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Action {
    pub id: ActionId,
    pub request: Request,
    pub stage: Stage,
    /// Oldest first, beginning with the request.
    pub stations: Vec<Station>,
    /// The platform does not end it by itself: we do, then.
    pub lift_at: Option<Moment>,
    /// The action that takes it back, once one was requested.
    pub undone_by: Option<ActionId>,
}

impl Action {
    /// When it was asked for.
    pub fn requested_at(&self) -> Moment {
        self.stations.first().map_or_else(Moment::default, |station| station.at)
    }

    /// When it last moved.
    pub fn moved_at(&self) -> Moment {
        self.stations.last().map_or_else(Moment::default, |station| station.at)
    }

    /// What was last said about it.
    pub fn last_reason(&self) -> Option<&Reason> {
        self.stations.iter().rev().find_map(|station| station.reason.as_ref())
    }

    /// Until when a confirmed mute lasts, counted from its confirmation.
    pub fn mute_until(&self) -> Option<Moment> {
        match self.request.act {
            Act::Mute { seconds, .. } => {
                Some(self.lift_at.unwrap_or_else(|| self.moved_at().plus_seconds(i64::from(seconds))))
            }
            _ => None,
        }
    }
}

/// All unfinished actions and the newest finished ones.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Actions {
    all: BTreeMap<ActionId, Action>,
}

impl Actions {
    /// One action.
    pub fn get(&self, id: ActionId) -> Option<&Action> {
        self.all.get(&id)
    }

    /// All actions, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Action> {
        self.all.values()
    }

    /// Actions that are not finished.
    pub fn open(&self) -> impl Iterator<Item = &Action> {
        self.all.values().filter(|action| !action.stage.is_final())
    }

    /// The actions of one bulk, oldest first.
    pub fn of_unit(&self, unit: Seq) -> impl DoubleEndedIterator<Item = &Action> {
        self.all
            .range(ActionId(unit)..)
            .map(|(_, action)| action)
            .filter(move |one| one.request.unit == Some(unit))
    }

    /// How many actions wait for a person.
    pub fn needing_person(&self) -> usize {
        self.all.values().filter(|action| action.stage.needs_person()).count()
    }

    /// Mutes that we must end, with their moment, the earliest first.
    pub fn to_lift(&self) -> Vec<(Moment, ActionId)> {
        let due =
            |action: &Action| action.lift_at.filter(|_| action.undone_by.is_none()).map(|at| (at, action.id));
        let mut lifts: Vec<(Moment, ActionId)> = self.all.values().filter_map(due).collect();
        lifts.sort();
        lifts
    }

    pub(super) fn requested(&mut self, seq: Seq, at: Moment, request: &Request) {
        let id = ActionId(seq);
        if let Some(undone) = request.undoes.and_then(|id| self.all.get_mut(&id)) {
            undone.undone_by = Some(id);
        }
        let station = Station { stage: Stage::Requested, at, reason: None };
        let action = Action {
            id,
            request: request.clone(),
            stage: Stage::Requested,
            stations: vec![station],
            lift_at: None,
            undone_by: None,
        };
        self.all.insert(id, action);
        self.forget_oldest_finished();
    }

    /// Moves an action to the stage an event tells; `None` when the event is not about a known action.
    pub(super) fn moved(&mut self, record: &Record) -> Option<&Action> {
        let (id, stage, reason, lift_at) = match &record.event {
            Event::ActionSent { action, .. } => (*action, Stage::Sent, None, None),
            Event::ActionAccepted { action, .. } => (*action, Stage::Accepted, None, None),
            Event::ActionConfirmed { action, evidence, lift_at, .. } => {
                (*action, Stage::Confirmed, Some(evidence), *lift_at)
            }
            Event::ActionFailed { action, reason, .. } => (*action, Stage::Failed, Some(reason), None),
            Event::ActionUnsupported { action, reason, .. } => {
                (*action, Stage::Unsupported, Some(reason), None)
            }
            Event::ActionUnknown { action, reason, .. } => (*action, Stage::Unknown, Some(reason), None),
            Event::ActionCancelled { action, .. } => (*action, Stage::Cancelled, None, None),
            Event::ActionMarkedDone { action, .. } => (*action, Stage::MarkedDone, None, None),
            _ => return None,
        };
        let action = self.all.get_mut(&id)?;
        action.stage = stage;
        action.stations.push(Station { stage, at: record.at, reason: reason.cloned() });
        action.lift_at = lift_at;
        let (undoes, settled) = (action.request.undoes, action.stage);
        if matches!(settled, Stage::Failed | Stage::Unsupported | Stage::Cancelled)
            && let Some(undone) = undoes.and_then(|undone| self.all.get_mut(&undone))
        {
            // What could not be taken back still stands, and may be taken back again.
            undone.undone_by = None;
        }
        self.all.get(&id)
    }

    /// Somebody's voice is back: nothing is left for us to lift.
    pub(super) fn lifted(&mut self, room: RoomId, member: MemberId) {
        for action in self.all.values_mut() {
            if action.lift_at.is_some()
                && action.request.room == room
                && action.request.act.member() == Some(member)
            {
                action.lift_at = None;
            }
        }
    }

    fn forget_oldest_finished(&mut self) {
        if self.all.len() <= FINISHED_KEPT {
            return;
        }
        let finished = |action: &&Action| {
            action.stage.is_final() && !action.stage.needs_person() && action.lift_at.is_none()
        };
        if let Some(id) = self.all.values().find(finished).map(|action| action.id) {
            self.all.remove(&id);
        }
    }
}
