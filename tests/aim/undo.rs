//! `u`: what was done is taken back, also after a restart; what cannot be taken back says so.

use crate::world::{SEVERITIES, World};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use qunguan::app::effect::Effect;
use qunguan::event_log::codec;
use qunguan::language::Language;
use qunguan::model::action::{Act, Stage};
use qunguan::model::event::Record;
use qunguan::model::heard::{Heard, Outcome, Status};
use qunguan::model::id::ActionId;
use qunguan::model::reason::Reason;
use qunguan::state::State;
use qunguan::state::actions::Action;

/// The server ends and starts again: the state is what the record tells, by way of a checkpoint in its middle; the
/// seat is a new one.
pub fn restart(world: &mut World) {
    let through_codec = |record: &Record| {
        let event = codec::decode(&codec::encode(&record.event).unwrap()).unwrap();
        Record { event, ..record.clone() }
    };
    let records: Vec<Record> = world.chronicle.records.iter().map(through_codec).collect();
    let (before, after) = records.split_at(records.len() / 2);
    let mut state = State::default();
    before.iter().for_each(|record| state.apply(record));
    let mut state: State = postcard::from_bytes(&postcard::to_stdvec(&state).unwrap()).unwrap();
    after.iter().for_each(|record| state.apply(record));
    assert_eq!(state, world.chronicle.state, "the replayed state is the live one");
    world.chronicle.state = state;
    world.seat = qunguan::app::seat::Seat::new("alice", Language::English, "default", 120, 36);
    (world.drawn, world.shown) = (0, 0);
}

fn world(restarts: bool, work: impl FnOnce(&mut World)) -> World {
    let mut world = World::new(120, 36);
    world.flagged(1, 0, SEVERITIES[1]);
    world.look();
    work(&mut world);
    if restarts {
        restart(&mut world);
    }
    world.look();
    world
}

fn done(world: &mut World, keys: &str) -> ActionId {
    let mut effects = Vec::new();
    for letter in keys.chars() {
        effects.extend(world.press(&letter.to_string()));
        world.look();
    }
    world.perform(effects).unwrap()
}

#[test]
fn a_mute_is_taken_back_by_its_inverse_and_the_case_waits_again() {
    for restarts in [false, true] {
        let mut mute = None;
        let mut world = world(restarts, |world| {
            let id = done(world, "m3");
            world.confirmed(id);
            mute = Some(id);
        });
        let member = world.chronicle.member("m1");
        let effects = world.press("u");
        let [Effect::Request(request)] = &effects[..] else { panic!("{effects:?}") };
        assert_eq!((&request.act, request.undoes, request.case), (&Act::Unmute { member }, mute, None));
        assert!(world.toast().contains("m1"));
        assert_eq!(world.state().queue.undecided().count(), 0);
        let undo = world.perform(effects).unwrap();
        world.confirmed(undo);
        assert_eq!(world.state().queue.undecided().count(), 1, "the case waits again");
        assert_eq!(world.press("u"), [], "nothing is left to take back");
    }
}

#[test]
fn a_mute_under_way_can_be_taken_back_before_the_platform_has_answered() {
    let mut world = world(false, |_| {});
    let mute = done(&mut world, "m3");
    world.sent(mute);
    let effects = world.press("u");
    assert!(
        matches!(&effects[..], [Effect::Request(request)] if request.undoes == Some(mute)),
        "{}",
        world.toast()
    );
}

#[test]
fn what_only_waits_for_the_network_stays_the_next_to_be_taken_back() {
    let away = || Heard::Status(Status::Offline { reason: Reason::new("irc-no-answer"), retry_seconds: 5 });
    let back = || Heard::Status(Status::Online { account: "us".into() });
    for keys in ["m3", " k m3y"] {
        let mut world = World::new(120, 36);
        for number in 1..=3 {
            world.says(number);
        }
        world.look();
        let before = done(&mut world, "m3");
        world.confirmed(before);
        world.look();
        world.press("k");
        world.look();
        let last = done(&mut world, keys);
        let open = |action: &&Action| action.stage == Stage::Requested;
        let asked: Vec<ActionId> =
            world.state().actions.iter().filter(open).map(|action| action.id).collect();
        asked.into_iter().for_each(|action| world.confirmed(action));
        world.chronicle.hear(away());
        assert_eq!(world.press("u"), [], "{keys}");
        assert!(world.toast().contains("u tries it again"), "{keys}: {}", world.toast());
        world.chronicle.hear(back());
        world.pass(2000);
        let undone: Vec<ActionId> = match &world.press("u")[..] {
            [Effect::Request(request)] => request.undoes.into_iter().collect(),
            [Effect::RequestAll(requests)] => requests.iter().filter_map(|one| one.undoes).collect(),
            other => panic!("{keys}: {other:?}"),
        };
        assert!(undone.contains(&last) && !undone.contains(&before), "{keys}: {undone:?}");
    }
}

#[test]
fn what_is_taken_back_of_a_case_is_said_for_what_it_was() {
    for (keys, told) in [("E", "no longer asked"), ("s2", "Back in the queue"), ("a", "Open again")] {
        let mut world = world(false, |_| {});
        let mut effects = Vec::new();
        for letter in keys.chars() {
            effects.extend(world.press(&letter.to_string()));
            world.look();
        }
        world.perform(effects);
        world.look();
        assert_eq!(world.press("u").len(), 1, "{keys}");
        assert!(world.toast().contains(told), "{keys}: {}", world.toast());
    }
}

#[test]
fn a_held_removal_is_cancelled_an_allowed_case_opened_and_a_note_removed() {
    for restarts in [false, true] {
        let mut removal = None;
        let mut held = world(restarts, |world| removal = Some(done(world, "xy")));
        assert_eq!(held.press("u"), [Effect::Cancel(vec![removal.unwrap()])]);
        held.perform(vec![Effect::Cancel(vec![removal.unwrap()])]);
        assert_eq!(held.state().queue.undecided().count(), 1);

        let mut allowed = world(restarts, |world| {
            let effects = world.press("a");
            assert!(matches!(effects[..], [Effect::Decide { .. }]));
            world.perform(effects);
        });
        let effects = allowed.press("u");
        assert!(matches!(effects[..], [Effect::Reopen { .. }]), "{effects:?}");
        allowed.perform(effects);
        assert_eq!(allowed.state().queue.undecided().count(), 1);

        let mut noted = world(restarts, |world| {
            let effects = world.press("nhe quarrelled before\n");
            world.perform(effects);
        });
        let member = noted.chronicle.member("m1");
        assert_eq!(noted.state().members.get(member).unwrap().notes.len(), 1);
        let effects = noted.press("u");
        assert!(matches!(effects[..], [Effect::RemoveNote(_)]), "{effects:?}");
        noted.perform(effects);
        assert!(noted.state().members.get(member).unwrap().notes.is_empty());
    }
}

#[test]
fn what_cannot_be_taken_back_says_so_and_the_next_undo_goes_on() {
    for restarts in [false, true] {
        let mut mute = None;
        let mut world = world(restarts, |world| {
            let id = done(world, "m3");
            world.confirmed(id);
            mute = Some(id);
            world.says(2);
            world.look();
            let removal = done(world, "xy");
            world.confirmed(removal);
        });
        assert_eq!(world.press("u"), []);
        assert!(world.toast().contains("Cannot be taken back"), "{}", world.toast());
        let effects = world.press("u");
        assert!(matches!(&effects[..], [Effect::Request(request)] if request.undoes == mute), "{effects:?}");
    }
}

#[test]
fn an_irreversible_act_says_so_before_it_is_done() {
    let mut world = world(false, |_| {});
    world.press("x");
    let rows = world.look().concat();
    assert!(rows.contains("cannot be") || rows.contains("taken back"), "{rows}");
}

#[test]
fn an_undo_that_fails_can_be_tried_again() {
    let mut world = world(false, |_| {});
    let mute = done(&mut world, "m3");
    world.confirmed(mute);
    let effects = world.press("u");
    let undo = world.perform(effects).unwrap();
    world.answered(undo, Outcome::Failed { reason: Reason::new("refused") });
    assert!(world.toast().contains("m1"), "the failure is told: {}", world.toast());
    let effects = world.press("u");
    assert!(
        matches!(&effects[..], [Effect::Request(request)] if request.undoes == Some(mute)),
        "{effects:?}"
    );
}

#[test]
fn undoing_restores_what_doing_changed() {
    let keys = prop::sample::select(vec!["m1", "m3", "m9", "a", "w2", "nhm\n", "xy", "Xy"]);
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&(keys, any::<bool>(), any::<bool>(), 0..3u32), |(keys, restarts, confirms, before)| {
            let mut world = World::new(120, 36);
            for number in 0..before {
                world.flagged(1, number, SEVERITIES[1]);
            }
            world.flagged(1, 0, SEVERITIES[2]);
            world.look();
            let (room, member) = (world.chronicle.room("#a"), world.chronicle.member("m1"));
            let picture = |world: &World| {
                let standing = world.state().members.in_room(room, member).unwrap();
                let open: Vec<_> = world
                    .state()
                    .queue
                    .waiting(qunguan::model::moment::Moment(i64::MAX))
                    .iter()
                    .map(|case| case.id)
                    .collect();
                let notes = world.state().members.get(member).unwrap().notes.clone();
                (standing.muting.clone(), standing.offences.clone(), standing.present, open, notes)
            };
            let was = picture(&world);
            let mut effects = Vec::new();
            for letter in keys.chars() {
                effects.extend(world.press(&letter.to_string()));
                world.look();
            }
            prop_assert!(!effects.is_empty(), "{keys}: {}", world.toast());
            if let Some(id) = world.perform(effects)
                && confirms
            {
                world.confirmed(id);
            }
            if restarts {
                restart(&mut world);
            }
            world.look();
            let undoing = world.press("u");
            if undoing.is_empty() {
                // It said that it cannot be taken back.
                let act = world.state().actions.iter().last().map(|action| action.request.act.inverse());
                prop_assert_eq!(act, Some(None), "{}: {}", keys, world.toast());
                return Ok(());
            }
            if let Some(id) = world.perform(undoing) {
                world.confirmed(id);
                prop_assert_eq!(world.state().actions.get(id).unwrap().stage, Stage::Confirmed);
            }
            let removed = keys == "Xy" && confirms;
            let now = picture(&world);
            prop_assert_eq!((now.0, now.1, now.3, now.4), (was.0, was.1, was.3, was.4));
            prop_assert!(removed || now.2 == was.2);
            prop_assert!(world.state().undo.newest("alice").is_none());
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_bulk_removal_says_that_it_waits_and_then_that_it_cannot_be_taken_back() {
    let mut world = World::new(120, 36);
    for number in 1..=3 {
        world.says(number);
    }
    world.look();
    for key in [" ", "k", " ", "x"] {
        world.press(key);
        world.look();
    }
    let effects = world.press("y");
    let toast = world.toast();
    assert!(toast.contains("5 s") && toast.contains("u stops"), "{toast}");
    assert!(!toast.contains("takes all back"), "{toast}");
    world.perform(effects);
    let removals: Vec<_> = world.state().actions.iter().map(|action| action.id).collect();
    removals.iter().for_each(|id| world.confirmed(*id));
    assert!(world.toast().contains("cannot be taken back"), "{}", world.toast());
    world.look();
    assert_eq!(world.press("u"), []);
}

#[test]
fn removing_from_several_groups_says_before_that_it_is_for_good_and_waits() {
    let mut world = World::new(120, 36);
    for room in ["#a", "#b"] {
        for who in ["m1", "m2"] {
            world.chronicle.joins(room, who);
        }
    }
    world.says(1);
    world.look();
    world.press("X");
    let rows = world.look().concat();
    assert!(rows.contains("cannot be taken") && rows.contains("5 s"), "{rows}");
    world.press("2");
    let rows = world.look().concat();
    assert!(rows.contains("2 targets"), "{rows}");
    assert!(rows.contains("cannot be taken") && rows.contains("5 s"), "{rows}");
}

#[test]
fn undo_is_offered_as_long_as_it_works() {
    let mut world = World::new(120, 36);
    world.says(1);
    world.look();
    let effects = world.press("m3");
    let mute = world.perform(effects).unwrap();
    world.confirmed(mute);
    assert!(world.toast().contains("u takes it back"), "{}", world.toast());
    world.look();
    let effects = world.press("u");
    let lift = world.perform(effects).unwrap();
    world.confirmed(lift);
    assert!(!world.toast().contains("u takes"), "that was the undoing itself: {}", world.toast());
}
