//! What follows from decisions and from the fate of actions: a case whose action did not happen waits for a decision
//! again, and what two rules say of the same messages is decided once.

use crate::model::action::{Actor, Stage};
use crate::model::event::{Event, Record};
use crate::model::flag::Verdict;
use crate::model::id::CaseId;
use crate::state::State;
use crate::state::queue::Case;
use std::collections::BTreeSet;

/// The events that follow from an event that was just applied.
///
/// A case that was decided by an action is opened again when the action failed, was impossible or was cancelled, and
/// when its effect is taken back, unless another action on it stands. Cases of other rules on the same messages of the
/// same member are settled with it, and open with it.
pub fn aftermath(state: &State, record: &Record) -> Vec<Event> {
    let id = match &record.event {
        Event::CaseDecided { case, verdict: Verdict::Confirmed, by, .. } => {
            return settled_with(state, *case, by);
        }
        Event::CaseReopened { case, .. } => return opened_with(state, *case),
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

/// The open cases that rest on nothing but messages of the decided one.
fn settled_with(state: &State, decided: CaseId, by: &Actor) -> Vec<Event> {
    let settle = |case: &Case| Event::CaseDecided {
        case: case.id,
        room: case.room,
        verdict: Verdict::Settled,
        by: by.clone(),
    };
    beside(state, decided).filter(|case| case.is_open()).map(settle).collect()
}

/// The cases that were settled with the one that is open again.
fn opened_with(state: &State, reopened: CaseId) -> Vec<Event> {
    let settled =
        |case: &&Case| case.decision.as_ref().is_some_and(|decision| decision.verdict == Verdict::Settled);
    let open = |case: &Case| Event::CaseReopened { case: case.id, room: case.room, by: Actor::Program };
    beside(state, reopened).filter(settled).map(open).collect()
}

/// Other cases about the same member in the same room whose every message is also one of this case's. A case with
/// more flags than are kept is taken for one that rests on more.
fn beside(state: &State, id: CaseId) -> impl Iterator<Item = &Case> {
    let case = state.queue.get(id);
    let messages: BTreeSet<_> =
        case.into_iter().flat_map(|case| case.remarks.iter().map(|remark| remark.message)).collect();
    let about = case.map(|case| (case.room, case.member));
    state.queue.iter().filter(move |other| {
        other.id != id
            && about == Some((other.room, other.member))
            && usize::try_from(other.flags).is_ok_and(|flags| flags == other.remarks.len())
            && other.remarks.iter().all(|remark| messages.contains(&remark.message))
    })
}
