//! The bell: severe cases ring once, a burst is one, and nobody is rung for what he is looking at.

use crate::judge::Judge;
use crate::texts::Texts;
use crate::world::{World, moderator};
use qunguan::app::ring::{Alert, PAUSE_SECONDS};
use qunguan::model::event::{Event, Record};
use qunguan::model::flag::Severity::{self, S1, S2, S3, S4};
use qunguan::model::id::CaseId;
use qunguan::terminal::manners::Manners;
use qunguan::terminal::messages::TerminalFacts;
use qunguan::terminal::notify;

/// Raises a case, as the desk tells seats of it.
fn raise(world: &mut World, number: u32, severity: Severity) -> CaseId {
    let case = world.flagged(number, number, severity);
    let record =
        world.chronicle.records.iter().rev().find(|record| matches!(record.event, Event::Flagged(_)));
    tell(world, record.unwrap().clone());
    case
}

fn tell(world: &mut World, record: Record) {
    world.with_env(|seat, env| seat.overhears(env, &record));
}

fn rings(world: &mut World) -> Option<Alert> {
    world.with_env(|seat, env| seat.rings(env))
}

/// A moderator who looks at something else.
fn world() -> World {
    let mut world = World::new(120, 36);
    for number in 1..=3 {
        world.says(number);
    }
    world.look();
    world.press("fgg");
    world
}

#[test]
fn a_severe_case_rings_once_and_a_mild_one_does_not() {
    let mut world = world();
    raise(&mut world, 1, S1);
    raise(&mut world, 2, S2);
    assert_eq!(rings(&mut world), None);
    raise(&mut world, 3, S3);
    let alert = rings(&mut world).unwrap();
    assert!(alert.body.contains("S3") && alert.body.contains("#a"), "{alert:?}");
    assert!(!alert.body.contains("m3") && !alert.body.contains("says"), "nothing of the member: {alert:?}");
    world.pass(60_000);
    assert_eq!(rings(&mut world), None);
}

#[test]
fn a_burst_is_one_and_what_comes_in_the_pause_rings_after_it() {
    let mut world = world();
    for number in 1..=5 {
        raise(&mut world, number, if number == 4 { S4 } else { S3 });
    }
    let alert = rings(&mut world).unwrap();
    assert!(alert.body.contains("S4") && alert.body.contains("4 more"), "the worst first: {alert:?}");
    raise(&mut world, 6, S3);
    assert_eq!(rings(&mut world), None);
    world.pass(PAUSE_SECONDS * 1000);
    assert!(rings(&mut world).unwrap().body.contains("S3"));
}

#[test]
fn what_was_decided_or_is_looked_at_or_is_anothers_does_not_ring() {
    let mut world = world();
    let case = raise(&mut world, 1, S3);
    world.append(Event::CaseDecided {
        case,
        room: world.chronicle.room("#a"),
        verdict: qunguan::model::flag::Verdict::Allowed,
        by: moderator("bob"),
    });
    assert_eq!(rings(&mut world), None, "decided");
    let case = raise(&mut world, 2, S3);
    let room = world.chronicle.room("#a");
    world.append(Event::CaseHeld { case, room, holder: Some("bob".into()), by: moderator("bob") });
    assert_eq!(rings(&mut world), None, "bob has it");
    let mut world = self::world();
    world.press("2");
    raise(&mut world, 3, S3);
    world.look();
    assert_eq!(rings(&mut world), None, "it is under the cursor");
}

#[test]
fn a_call_for_the_team_rings_at_the_others_and_never_at_who_called() {
    for (by, rang) in [("bob", true), ("alice", false)] {
        let mut world = world();
        let case = raise(&mut world, 1, S1);
        let room = world.chronicle.room("#a");
        let event = Event::CaseEscalated { case, room, by: moderator(by) };
        let seq = world.append(event.clone());
        let at = world.chronicle.now;
        tell(&mut world, Record { seq, at, event });
        assert_eq!(rings(&mut world).is_some(), rang, "{by}");
    }
}

#[test]
fn the_bell_is_off_by_its_key_and_stays_off_when_he_comes_back() {
    let mut world = world();
    world.press("B");
    assert!(world.toast().contains("off"), "{}", world.toast());
    raise(&mut world, 1, S4);
    assert_eq!(rings(&mut world), None);
    let back = world.seat.back_on(80, 24);
    assert!(!back.bell);
}

#[test]
fn a_notification_rings_once_and_asks_nothing_else_whatever_its_words() {
    let mut texts = Texts::new();
    let mut judge = Judge::new(80, 24);
    for (term, tmux) in [("xterm-256color", false), ("rxvt-unicode", false), ("linux", false)] {
        let facts = TerminalFacts { term: term.to_owned(), tmux, ..TerminalFacts::default() };
        let manners = Manners::of(&facts);
        for _ in 0..200 {
            judge.parser.process(&notify::notify(&manners, &texts.name(), &texts.name()));
            let asked = judge.parser.callbacks_mut();
            assert_eq!((asked.bells, asked.copies.len()), (1, 0));
            assert_eq!(asked.strange, [""; 0]);
            let wanted: Vec<&str> = match term {
                "linux" => vec![],
                "rxvt-unicode" => vec!["777;"],
                _ => vec!["9;", "777;"],
            };
            assert_eq!(asked.notices.len(), wanted.len(), "{:?}", asked.notices);
            assert!(asked.notices.iter().zip(wanted).all(|(notice, start)| notice.starts_with(start)));
            *asked = crate::judge::Asked::default();
        }
    }
    assert_eq!(judge.parser.screen().contents().trim(), "", "nothing is printed");
}

#[test]
fn a_case_that_is_handed_over_is_called_at_the_seat_of_its_new_holder() {
    let check = |by: &str, to: &str, bell: bool, called: bool| {
        let mut world = world();
        let case = raise(&mut world, 1, S1);
        world.with_env(|seat, _| seat.bell = bell);
        let holder = Some(to.to_owned());
        let by = moderator(by);
        let room = world.chronicle.room("#a");
        world.append(Event::CaseHeld { case, room, holder, by });
        let record = world.chronicle.records.last().unwrap().clone();
        tell(&mut world, record);
        let alert = rings(&mut world);
        let told = world.seat.screen.toast.as_ref().is_some_and(|toast| toast.text.contains("handed you"));
        assert_eq!((alert.is_some(), told), (called, called), "{to} {bell}: {alert:?}");
        assert!(alert.is_none_or(|alert| alert.body.starts_with("Handed to you: S1")));
    };
    let me = world().seat.moderator;
    check("bob", &me, true, true);
    check("bob", &me, false, false);
    check("bob", "carol", true, false);
}
