//! What became of an act while its moderator was elsewhere is told when he is back, once.

use crate::world::World;
use qunguan::app::seat::Seat;
use qunguan::language::Language;
use qunguan::model::heard::Outcome;
use qunguan::model::id::ActionId;
use qunguan::model::reason::Reason;

/// Mutes `m<number>`, who says something, for ten minutes.
fn mute(world: &mut World, number: u32) -> ActionId {
    world.says(number);
    world.look();
    let effects = world.press("m1");
    world.perform(effects).unwrap()
}

/// Something happens while nobody is at the seat; what is told when the moderator is back.
fn away(world: &mut World, happens: impl FnOnce(&mut World)) -> String {
    let elsewhere = Seat::new("alice", Language::English, "default", 120, 36);
    let seat = std::mem::replace(&mut world.seat, elsewhere);
    happens(world);
    world.seat = seat;
    world.seat.screen.toast = None;
    world.with_env(|seat, env| seat.hears_what_became(env));
    world.toast()
}

fn failed() -> Outcome {
    Outcome::Failed { reason: Reason::new("irc-seen-silence") }
}

#[test]
fn the_fate_of_an_act_is_told_to_who_was_away_and_only_once() {
    let mut world = World::new(120, 36);
    let act = mute(&mut world, 1);
    assert_eq!(away(&mut world, |_| ()), "", "nothing became of it yet");
    let told = away(&mut world, |world| world.answered(act, failed()));
    assert!(told.starts_with("Failed: mute"), "{told}");
    assert_eq!(away(&mut world, |_| ()), "");
    let act = mute(&mut world, 2);
    let doubt = || Outcome::Unknown { reason: Reason::new("irc-seen-silence") };
    world.answered(act, doubt());
    assert!(world.toast().starts_with("Not known"), "{}", world.toast());
    assert_eq!(away(&mut world, |_| ()), "", "that was told");
    let told = away(&mut world, |world| world.confirmed(act));
    assert!(told.starts_with("Done: mute"), "{told}");
}

#[test]
fn of_several_fates_the_gravest_stands_with_how_many_more_there_are() {
    let mut world = World::new(120, 36);
    let acts = [1, 2, 3].map(|number| mute(&mut world, number));
    let told = away(&mut world, |world| {
        world.answered(acts[1], failed());
        world.confirmed(acts[0]);
        world.confirmed(acts[2]);
    });
    assert!(told.starts_with("Failed: mute 10m · m2") && told.contains("2 more"), "{told}");
}
