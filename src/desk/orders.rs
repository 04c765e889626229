//! From an action in our identifiers to an order in the platform's.

use crate::model::action::{Act, Request};
use crate::model::heard::{Deed, Order, Person};
use crate::model::id::{ActionId, ConnectorName, MemberId, RoomId};
use crate::model::reason::Reason;
use crate::state::State;

/// The connector that must be asked, and the order for it.
///
/// # Errors
/// The room, the member or the message is not known any more.
pub fn order(
    state: &State,
    store_id: u64,
    id: ActionId,
    deadline_seconds: u32,
) -> Result<(ConnectorName, Order), Reason> {
    let action = state.actions.get(id).ok_or_else(|| Reason::new("order-action-gone"))?;
    let request = &action.request;
    let room = state.rooms.get(request.room).ok_or_else(|| Reason::new("order-room-gone"))?;
    let order = Order {
        action: id,
        idempotency: format!("{store_id:016x}-{}", id.0),
        room: room.external.clone(),
        deed: deed(state, request)?,
        deadline_seconds,
    };
    Ok((room.connector.clone(), order))
}

/// The same order as a question: does it hold?
///
/// # Errors
/// As [`order`].
pub fn check(
    state: &State,
    store_id: u64,
    id: ActionId,
    deadline_seconds: u32,
) -> Result<(ConnectorName, Order), Reason> {
    let (connector, order) = order(state, store_id, id, deadline_seconds)?;
    let deed = Deed::Check(Box::new(order.deed));
    Ok((connector, Order { deed, ..order }))
}

fn deed(state: &State, request: &Request) -> Result<Deed, Reason> {
    let person = |member| person(state, request.room, member);
    Ok(match &request.act {
        Act::Recall { message, .. } => Deed::Recall { message: external_message(state, *message)? },
        Act::Warn { member, text } => Deed::Warn { person: person(*member)?, text: text.clone() },
        Act::Mute { member, seconds } => Deed::Mute { person: person(*member)?, seconds: *seconds },
        Act::Unmute { member } => Deed::Unmute { person: person(*member)? },
        Act::Remove { member, block } => Deed::Remove {
            person: person(*member)?,
            block: *block,
            why: request.rule.clone().unwrap_or_default(),
        },
        Act::Unblock { member } => Deed::Unblock { person: person(*member)? },
        // A reminder is said to a person in the room, as a warning is; what differs is the words and what follows.
        Act::Remind { member, text } => Deed::Warn { person: person(*member)?, text: text.clone() },
        Act::Say { text } => Deed::Say { text: text.clone() },
    })
}

fn person(state: &State, room: RoomId, member: MemberId) -> Result<Person, Reason> {
    let known = state.members.get(member).ok_or_else(|| Reason::new("order-member-gone"))?;
    let role = state.members.in_room(room, member).map(|standing| standing.role).unwrap_or_default();
    Ok(Person { external: known.external.clone(), name: known.name.clone(), role })
}

fn external_message(state: &State, message: crate::model::id::MessageId) -> Result<String, Reason> {
    state
        .stream
        .message(message)
        .map(|message| message.external.clone())
        .filter(|external| !external.is_empty())
        .ok_or_else(|| Reason::new("order-message-gone"))
}
