//! What an earlier server left: mutes to end, actions without an end, hours not heard.

use crate::house::{House, write};
use qunguan::model::ability::{Abilities, Ability, Verb};
use qunguan::model::action::{Act, Actor, Request};
use qunguan::model::event::{Event, Record};
use qunguan::model::heard::{Deed, Heard, Status};
use qunguan::model::id::{ActionId, MemberId, RoomId, Seq};
use qunguan::model::member::Role;
use qunguan::model::moment::Moment;
use qunguan::model::reason::Reason;
use qunguan::state::State;

const ROOM: RoomId = RoomId(1);

/// The state that the record of a running desk tells.
pub fn replayed(house: &House) -> State {
    let mut state = State::default();
    for (at, event) in house.events().into_iter().enumerate() {
        state.apply(&Record { seq: Seq(at as u64 + 1), at: qunguan::desk::clock::now(), event });
    }
    state
}

/// An earlier server that was online in `#a` with one member, for the ten minutes before it was killed.
pub fn earlier() -> Vec<(i64, Event)> {
    let abilities =
        Verb::ALL.iter().fold(Abilities::default(), |all, verb| all.with(*verb, Ability::native()));
    let (connector, member) = ("irc".to_owned(), MemberId(1));
    let status = Status::Online { account: "us".into() };
    vec![
        (1200, Event::ServerStarted { version: "test".into() }),
        (1200, Event::ConnectorChanged { connector: connector.clone(), status }),
        (
            1200,
            Event::RoomAppeared {
                room: ROOM,
                connector: connector.clone(),
                external: "#a".into(),
                name: "#a".into(),
            },
        ),
        (
            1200,
            Event::RoomRead {
                room: ROOM,
                name: "#a".into(),
                own_role: Role::Admin,
                abilities,
                members_total: None,
            },
        ),
        (1200, Event::MemberAppeared { member, connector, external: "m1".into(), name: "m1".into() }),
        (1200, Event::RosterRead { room: ROOM, members: vec![(member, Role::Member)], complete: true }),
    ]
}

fn request(act: Act) -> Event {
    let by = Actor::Moderator("alice".into());
    Event::ActionRequested(Request {
        room: ROOM,
        act,
        by,
        case: None,
        rule: None,
        hold_until: None,
        undoes: None,
        unit: None,
        message: None,
    })
}

/// A mute that is ours to end, over `after` seconds from now.
fn muted(after: i64) -> Vec<(i64, Event)> {
    let mut events = earlier();
    let action = ActionId(Seq(events.len() as u64 + 1));
    let lift_at = Some(Moment(qunguan::desk::clock::now().0 + after * 1000));
    events.extend([
        (900, request(Act::Mute { member: MemberId(1), seconds: 600 })),
        (900, Event::ActionSent { action, room: ROOM }),
        (
            900,
            Event::ActionConfirmed { action, room: ROOM, evidence: Reason::new("irc-seen-silence"), lift_at },
        ),
    ]);
    events
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mute_of_ours_ends_on_time_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), muted(4));
    let mut house = House::open(folder.path(), 15);
    house.hear(Heard::Status(Status::Online { account: "us".into() })).await;
    let lift_at = replayed(&house).actions.to_lift()[0].0;
    let order = house.order().await;
    let late = qunguan::desk::clock::now().since(lift_at);
    assert!(matches!(&order.deed, Deed::Unmute { person } if person.name == "m1"), "{order:?}");
    assert!((0..3000).contains(&late), "{late} ms late");
    house.confirm(order.action, false).await;
    house
        .recorded(
            "its end",
            |event| matches!(event, Event::ActionConfirmed { action, .. } if *action == order.action),
        )
        .await;
    assert!(
        !house.events().iter().any(
            |event| matches!(event, Event::ConnectorRemarked { remark, .. } if remark.key == "lift-late")
        )
    );
    assert!(house.orders.try_recv().is_err(), "it ends once");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_end_that_came_due_while_the_server_was_down_is_late_and_said() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), muted(-300));
    let mut house = House::open(folder.path(), 15);
    house.hear(Heard::Status(Status::Connecting)).await;
    assert!(house.orders.try_recv().is_err(), "not before the network is there");
    house.hear(Heard::Status(Status::Online { account: "us".into() })).await;
    let order = house.order().await;
    assert!(matches!(order.deed, Deed::Unmute { .. }));
    house
        .recorded(
            "that it is late",
            |event| matches!(event, Event::ConnectorRemarked { remark, .. } if remark.key == "lift-late"),
        )
        .await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_server_left_open_is_unknown_and_never_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut events = earlier();
    let first = events.len() as u64 + 1;
    events.extend([
        (700, request(Act::Mute { member: MemberId(1), seconds: 600 })),
        (700, request(Act::Mute { member: MemberId(1), seconds: 60 })),
        (700, Event::ActionSent { action: ActionId(Seq(first + 1)), room: ROOM }),
    ]);
    write(folder.path(), events);
    let mut house = House::open(folder.path(), 1);
    house.online().await;
    let fate = |number: u64, key: &'static str| move |event: &Event| matches!(event, Event::ActionUnknown { action, reason, .. } if action.0.0 == number && reason.key == key);
    house.recorded("the one not sent", fate(first, "restart-not-sent")).await;
    house.recorded("the one sent", fate(first + 1, "restart-sent")).await;
    // The hours in between are a gap.
    house
        .recorded(
            "the gap",
            |event| matches!(event, Event::GapNoted { from, to, .. } if to.since(*from) > 600_000),
        )
        .await;
    assert!(house.orders.try_recv().is_err());
    house.stop().await;
}
