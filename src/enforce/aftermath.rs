//! What follows from the fate of an action: a case whose action did not happen waits for a decision again.

use crate::model::action::{Actor, Stage};
use crate::model::event::{Event, Record};
use crate::state::State;

/// The events that follow from an event that was just applied.
///
/// A case that was decided by an action is opened again when the action failed, was impossible or was cancelled, and
/// when its effect is taken back, unless another action on it stands.
pub fn aftermath(state: &State, record: &Record) -> Vec<Event> {
    let id = match &record.event {
        Event::ActionFailed { action, .. }
        | Event::ActionUnsupported { action, .. }
        | Event::ActionCancelled { action, .. } => *action,
        Event::ActionConfirmed { action, .. } | Event::ActionMarkedDone { action, .. } => {
            match state.actions.get(*action).and_then(|one| one.request.undoes) {
                Some(undone)
                    if state.actions.get(*action).is_some_and(|one| one.request.by != Actor::Program) =>
                {
                    undone
                }
                _ => return Vec::new(),
            }
        }
        _ => return Vec::new(),
    };
    let Some(case) = state.actions.get(id).and_then(|action| action.request.case) else { return Vec::new() };
    let Some(case) = state.queue.get(case).filter(|case| case.decision.is_some()) else { return Vec::new() };
    let stands = |stage: Stage| !matches!(stage, Stage::Failed | Stage::Unsupported | Stage::Cancelled);
    let another = case.actions.iter().any(|other| {
        *other != id
            && state.actions.get(*other).is_some_and(|other| stands(other.stage) && other.undone_by.is_none())
    });
    if another {
        return Vec::new();
    }
    vec![Event::CaseReopened { case: case.id, room: case.room, by: Actor::Program }]
}
