//! What the platform of the demo promises: nothing is said to have happened that did not.

use super::*;
use crate::model::heard::{By, Person};
use crate::model::id::Seq;
use crate::model::member::LeaveCause;
use crate::platforms::script::cast;

const START: Moment = Moment(1_000_000);

fn person(external: &str) -> Person {
    Person { external: external.to_owned(), ..Person::default() }
}

fn order(number: u64, room: &str, deed: Deed) -> Order {
    let idempotency = format!("test-{number}");
    Order { action: ActionId(Seq(number)), idempotency, room: room.to_owned(), deed, deadline_seconds: 8 }
}

fn member(room: &str, part: cast::Part) -> Person {
    let room = cast::rooms().into_iter().find(|cast| cast.id == room).unwrap();
    room.people.into_iter().find(|figure| figure.part == part).unwrap().person
}

/// A platform on which every order goes well: the mood is searched for that grants these numbers.
fn kind_to(orders: &[&Order]) -> Platform {
    (0..)
        .map(|seed| Platform::new(seed, cast::rooms()))
        .find(|platform| orders.iter().all(|order| is_kind(platform.seed, order)))
        .unwrap()
}

fn is_kind(seed: u64, order: &Order) -> bool {
    lucks(seed, order).iter().all(|luck| *luck == Luck::Good)
}

/// What a platform of this mood has in mind for an order; nothing when it answers at once.
fn lucks(seed: u64, order: &Order) -> Vec<Luck> {
    let mut platform = Platform::new(seed, cast::rooms());
    platform.order(order.clone(), START);
    let luck = |pending| match pending {
        Pending::Act(_, luck) => Some(luck),
        _ => None,
    };
    platform.pending.into_values().filter_map(luck).collect()
}

/// Gives an order and waits for the answer: what is heard except that it was accepted.
fn give(platform: &mut Platform, order: &Order, now: Moment) -> (Vec<Heard>, Option<Outcome>) {
    platform.order(order.clone(), now);
    let heard = platform.advance(now.plus_seconds(3));
    let mut outcome = None;
    let mut events = Vec::new();
    for one in heard {
        match one {
            Heard::Outcome { outcome: Outcome::Accepted, .. } => {}
            Heard::Outcome { outcome: told, .. } => outcome = Some(told),
            event => events.push(event),
        }
    }
    (events, outcome)
}

fn says(room: &str, person: &Person, external: &str) -> Heard {
    let (room, external) = (room.to_owned(), external.to_owned());
    Heard::Message(Saying { room, person: person.clone(), external, ..Saying::default() })
}

fn done(outcome: &Option<Outcome>) -> bool {
    matches!(outcome, Some(Outcome::Confirmed { ours_to_lift: false, .. }))
}

#[test]
fn a_muted_member_is_silent_until_the_platform_ends_it() {
    let who = member("rust", cast::Part::Active);
    let mute = order(1, "rust", Deed::Mute { person: who.clone(), seconds: 60 });
    let mut platform = kind_to(&[&mute]);
    let (events, outcome) = give(&mut platform, &mute, START);
    let Some(Heard::Muted { until: Some(until), .. }) = events.first() else { panic!("{events:?}") };
    assert!(done(&outcome), "{outcome:?}");
    assert_eq!(platform.admit(says("rust", &who, "a"), START.plus_seconds(30)), []);
    assert_eq!(platform.due(), Some(*until));
    let ended = platform.advance(*until);
    assert_eq!(ended, [Heard::Unmuted { room: "rust".to_owned(), person: who.clone(), by: By::Platform }]);
    assert_eq!(platform.admit(says("rust", &who, "b"), until.plus_seconds(1)).len(), 1);
}

#[test]
fn a_longer_mute_is_not_ended_by_the_first() {
    let who = member("rust", cast::Part::Active);
    let mute = |number, seconds| order(number, "rust", Deed::Mute { person: who.clone(), seconds });
    let mut platform = kind_to(&[&mute(1, 60), &mute(2, 600)]);
    give(&mut platform, &mute(1, 60), START);
    give(&mut platform, &mute(2, 600), START);
    assert_eq!(platform.advance(START.plus_seconds(120)), []);
    assert_eq!(platform.advance(START.plus_seconds(700)).len(), 1);
}

#[test]
fn a_removed_member_speaks_no_more_and_a_blocked_one_does_not_come_back() {
    for (block, cause, comes_back) in [(false, LeaveCause::Removed, 1), (true, LeaveCause::Banned, 0)] {
        let who = member("rust", cast::Part::Active);
        let remove = order(1, "rust", Deed::Remove { person: who.clone(), block, why: String::new() });
        let mut platform = kind_to(&[&remove]);
        let (events, outcome) = give(&mut platform, &remove, START);
        let left = Heard::Left { room: "rust".to_owned(), person: who.clone(), cause, by: By::Us };
        assert_eq!(events, [left]);
        assert!(done(&outcome));
        assert_eq!(platform.admit(says("rust", &who, "a"), START), []);
        let joins = Heard::Joined { room: "rust".to_owned(), person: who, by: By::Unknown };
        assert_eq!(platform.admit(joins, START).len(), comes_back);
    }
}

#[test]
fn where_blocking_is_emulated_whoever_comes_back_is_removed_again() {
    let who = member("router", cast::Part::Active);
    let block = order(1, "router", Deed::Remove { person: who.clone(), block: true, why: String::new() });
    let mut platform = kind_to(&[&block]);
    give(&mut platform, &block, START);
    let joins = Heard::Joined { room: "router".to_owned(), person: who.clone(), by: By::Unknown };
    let later = START.plus_seconds(60);
    assert_eq!(platform.admit(joins.clone(), later), [joins]);
    let again = platform.advance(later.plus_seconds(2));
    let left = Heard::Left { room: "router".to_owned(), person: who, cause: LeaveCause::Removed, by: By::Us };
    assert_eq!(again, [left]);
}

#[test]
fn what_a_room_cannot_do_is_said_with_its_reason_and_staff_are_safe() {
    let refused = |room: &str, deed: Deed| {
        let order = order(1, room, deed);
        let mut platform = kind_to(&[&order]);
        match give(&mut platform, &order, START) {
            (events, Some(Outcome::Unsupported { reason } | Outcome::Failed { reason }))
                if events.is_empty() =>
            {
                reason.key
            }
            other => panic!("{other:?}"),
        }
    };
    let mute = |person: Person| Deed::Mute { person, seconds: 60 };
    let out = |person: Person| Deed::Remove { person, block: false, why: String::new() };
    assert_eq!(refused("router", mute(person("u1"))), "script-no-mute");
    assert_eq!(refused("router", Deed::Recall { message: "m".to_owned() }), "script-no-recall");
    assert_eq!(refused("running", out(person("u1"))), "script-not-admin");
    assert_eq!(refused("rust", mute(member("rust", cast::Part::Owner))), "script-target-is-staff");
    assert_eq!(refused("photo", out(member("photo", cast::Part::Owner))), "script-target-is-staff");
    assert_eq!(refused("rust", out(person("nobody"))), "script-not-in-room");
    assert_eq!(refused("rust", Deed::Recall { message: "never".to_owned() }), "script-no-such-message");
    assert_eq!(refused("nowhere", mute(person("u1"))), "script-no-such-room");
}

#[test]
fn a_look_tells_the_truth_and_changes_nothing() {
    let who = member("rust", cast::Part::Active);
    let recall = order(1, "rust", Deed::Recall { message: "a".to_owned() });
    let mut platform = kind_to(&[&recall]);
    platform.admit(says("rust", &who, "a"), START);
    let look = |number| order(number, "rust", Deed::Check(Box::new(recall.deed.clone())));
    assert!(matches!(give(&mut platform, &look(2), START).1, Some(Outcome::Failed { .. })));
    assert!(matches!(give(&mut platform, &look(3), START).1, Some(Outcome::Failed { .. })));
    let (events, outcome) = give(&mut platform, &recall, START);
    assert!(matches!(events.as_slice(), [Heard::Recalled { by: By::Us, .. }]), "{events:?}");
    assert!(done(&outcome) && done(&give(&mut platform, &look(4), START).1));
}

#[test]
fn what_is_said_while_the_line_is_broken_is_read_later_behind_a_gap() {
    let mut platform = Platform::new(1, cast::rooms());
    let who = member("rust", cast::Part::Active);
    let lost = Status::Offline { reason: Reason::new("script-line-lost"), retry_seconds: 5 };
    platform.admit(Heard::Status(lost), START);
    assert_eq!(platform.admit(says("rust", &who, "a"), START), []);
    let (events, outcome) =
        give(&mut platform, &order(1, "rust", Deed::Unmute { person: who.clone() }), START);
    assert_eq!((events.len(), outcome), (0, Some(Outcome::Failed { reason: Reason::new("script-offline") })));
    let back = platform.admit(Heard::Status(Status::Online { account: String::new() }), START);
    assert!(matches!(back.get(1), Some(Heard::Gap { room: None, .. })), "{back:?}");
    assert!(
        matches!(back.last(), Some(Heard::Message(Saying { backfilled: true, external, .. })) if external == "a")
    );
    assert_eq!(platform.admit(says("rust", &who, "b"), START).len(), 1);
}

#[test]
fn an_order_that_comes_twice_acts_once() {
    let who = member("rust", cast::Part::Active);
    let warn = order(1, "rust", Deed::Warn { person: who, text: "请看群规".to_owned() });
    let mut platform = kind_to(&[&warn]);
    assert_eq!(give(&mut platform, &warn, START).0.len(), 1);
    let (events, outcome) = give(&mut platform, &warn, START.plus_seconds(10));
    assert_eq!(events, []);
    assert!(done(&outcome));
}

#[test]
fn of_many_orders_some_are_refused_and_some_never_answered_but_most_are_done() {
    let mut platform = Platform::new(1, cast::rooms());
    let (mut good, mut refused, mut silent) = (0, 0, 0);
    for number in 0..1000 {
        let who = member("rust", cast::Part::Active);
        let unmute = order(number, "rust", Deed::Unmute { person: who });
        match give(&mut platform, &unmute, START).1 {
            Some(Outcome::Confirmed { .. }) => good += 1,
            Some(Outcome::Failed { reason }) if reason.key == "script-busy" => refused += 1,
            None => silent += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(
        good > 900 && (10..60).contains(&refused) && (5..50).contains(&silent),
        "{good} {refused} {silent}"
    );
}

#[test]
fn behind_silence_a_look_tells_whether_it_happened() {
    for (luck, holds) in [(Luck::Lost, false), (Luck::Unanswered, true)] {
        let who = member("rust", cast::Part::Active);
        let mute = order(1, "rust", Deed::Mute { person: who.clone(), seconds: 600 });
        let mut platform = (0..)
            .map(|seed| Platform::new(seed, cast::rooms()))
            .find(|platform| lucks(platform.seed, &mute).contains(&luck))
            .unwrap();
        assert_eq!(give(&mut platform, &mute, START), (Vec::new(), None), "{luck:?}");
        let look = order(2, "rust", Deed::Check(Box::new(mute.deed)));
        assert_eq!(done(&give(&mut platform, &look, START.plus_seconds(10)).1), holds, "{luck:?}");
        let said = platform.admit(says("rust", &who, "a"), START.plus_seconds(20));
        assert_eq!(said.is_empty(), holds, "{luck:?}");
    }
}
