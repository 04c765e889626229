//! Why an act may not be done now: the one place that both the preview and the execution ask. Never acts, and never
//! refuses because of a guess: what the state cannot know is left to the platform to refuse.

use crate::model::ability::Mode;
use crate::model::action::{Act, Stage};
use crate::model::heard::Status;
use crate::model::id::{MemberId, MessageId, RoomId};
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::state::State;
use crate::state::actions::Action;
use crate::state::members::{Member, Membership};
use crate::state::rooms::Room;

/// Why `act` may not be done in `room` at `now`; nothing when it may. What will not change comes before what may
/// change by itself: unknown, protected, unsupported, offline, then the target's own condition.
pub fn refusal(state: &State, room: RoomId, act: &Act, now: Moment) -> Option<Reason> {
    let Some(place) = state.rooms.get(room) else {
        return Some(Reason::new("refuse-room-unknown"));
    };
    let Some(member) = act.member() else {
        return unsupported(place, act).or_else(|| offline(state, place));
    };
    let Some(member) = state.members.get(member).filter(|member| member.connector == place.connector) else {
        return Some(Reason::new("refuse-member-unknown"));
    };
    protected(state, place, member, act)
        .or_else(|| unsupported(place, act))
        .or_else(|| offline(state, place))
        .or_else(|| out_of_place(state, place, member.id, act, now))
}

/// Our own account and staff are never the target of a sanction; giving a voice or an entry back is none, and our
/// own words may be taken back.
fn protected(state: &State, room: &Room, member: &Member, act: &Act) -> Option<Reason> {
    if matches!(act, Act::Unmute { .. } | Act::Unblock { .. }) {
        return None;
    }
    if is_own(state, room, member) {
        let own_words = matches!(act, Act::Recall { .. });
        return (!own_words).then(|| Reason::new("refuse-own-account"));
    }
    let standing = state.members.in_room(room.id, member.id);
    let staff = standing.is_some_and(|standing| standing.role.is_staff());
    staff.then(|| Reason::new("refuse-staff").with("name", &member.name))
}

/// Whether a member is the account we are logged in as: the connector says its id, or it spoke as us.
fn is_own(state: &State, room: &Room, member: &Member) -> bool {
    let status = state.connectors.get(&room.connector).map(|connector| &connector.status);
    let named = matches!(status, Some(Status::Online { account }) if *account == member.external);
    named || state.stream.spoke_as_us(member.id)
}

fn unsupported(room: &Room, act: &Act) -> Option<Reason> {
    let ability = room.abilities.of(act.verb());
    match ability.mode {
        Mode::Unsupported => Some(ability.reason.unwrap_or_else(|| Reason::new("not-offered"))),
        Mode::Native | Mode::Emulated => None,
    }
}

fn offline(state: &State, room: &Room) -> Option<Reason> {
    let online = state.connectors.is_online(&room.connector);
    (!online).then(|| Reason::new("refuse-offline").with("connector", &room.connector))
}

fn out_of_place(state: &State, room: &Room, member: MemberId, act: &Act, now: Moment) -> Option<Reason> {
    let standing = state.members.in_room(room.id, member);
    match act {
        Act::Recall { message, .. } => recall(state, room.id, member, *message),
        Act::Mute { seconds: 0, .. } => Some(Reason::new("refuse-mute-without-end")),
        Act::Mute { .. } | Act::Warn { .. } | Act::Remind { .. } | Act::Remove { block: false, .. } => {
            let here = standing.is_some_and(|standing| standing.present);
            (!here).then(|| Reason::new("refuse-not-in-room"))
        }
        Act::Unmute { .. } => not_muted(state, room.id, member, standing, now),
        // Who is gone can still be kept out, and who was kept out before our record began can be let in.
        Act::Remove { block: true, .. } | Act::Unblock { .. } | Act::Say { .. } => None,
    }
}

fn recall(state: &State, room: RoomId, member: MemberId, id: MessageId) -> Option<Reason> {
    if state.stream.mark(id).is_some_and(|mark| mark.recalled_by.is_some()) {
        return Some(Reason::new("refuse-already-recalled"));
    }
    // A message older than what is in memory may well exist: the record has it.
    let older = state.stream.oldest().is_some_and(|oldest| id.0 < oldest) && id.0 >= state.first;
    let known = match state.stream.message(id) {
        Some(message) => message.room == room && message.member == member,
        None => older,
    };
    (!known).then(|| Reason::new("refuse-message-unknown"))
}

fn not_muted(
    state: &State,
    room: RoomId,
    member: MemberId,
    standing: Option<&Membership>,
    now: Moment,
) -> Option<Reason> {
    // A mute of ours that is under way, or that nobody saw end, may well hold; and one that has run out may still have
    // to be lifted by us.
    let may_hold = |action: &Action| {
        let open = matches!(action.stage, Stage::Sent | Stage::Accepted | Stage::Unknown);
        open || action.lift_at.is_some()
    };
    let ours = state.actions.iter().any(|action| {
        matches!(action.request.act, Act::Mute { member: muted, .. } if muted == member)
            && action.request.room == room
            && may_hold(action)
    });
    let muted = ours || standing.is_some_and(|standing| standing.is_muted(now));
    (!muted).then(|| Reason::new("refuse-not-muted"))
}
