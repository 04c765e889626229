//! What `.` does again: the last thing that came of a verb, and never one that was refused.

use crate::world::World;
use qunguan::commands::keymap::Keymap;
use qunguan::commands::table::{Command, Group, TABLE};
use qunguan::model::reason::Reason;
use qunguan::ui::scene::Recording;

fn talked() -> World {
    let mut world = World::new(120, 36);
    world.says(1);
    world.says(2);
    world.look();
    world
}

#[test]
fn what_was_refused_is_not_done_again() {
    // In the past nothing is done, and nothing of it is repeated in the present.
    let mut world = talked();
    world.past = true;
    world.recording = Recording::Stopped(Reason::new("past-paused"));
    world.look();
    assert_eq!(world.press(":mute 1h\n"), []);
    world.past = false;
    world.recording = Recording::Fine;
    world.press("\u{1b}");
    world.look();
    assert_eq!(world.press("."), []);
    // Nothing waits to be allowed here.
    let mut world = talked();
    assert_eq!(world.press("a"), []);
    world.press("\u{1b}");
    world.look();
    assert_eq!(world.press("."), []);
    // A burst is no typing: what it began is not done, and not done later.
    let mut world = talked();
    for sign in "m3xyxyxyxy".chars() {
        assert_eq!(world.key(crate::world::sign(sign)), []);
    }
    world.pass(2000);
    world.press("\u{1b}");
    world.look();
    assert_eq!(world.press("."), []);
}

#[test]
fn a_refusal_in_the_past_changes_nothing_on_the_screen_but_its_sentence() {
    let keymap = Keymap::default();
    let acts = TABLE.iter().filter(|row| row.group == Group::Act && row.command != Command::Open);
    let keys: Vec<String> = acts.filter_map(|row| keymap.keys_of(row.command).first().cloned()).collect();
    assert!(keys.len() > 15, "{keys:?}");
    for key in &keys {
        let mut world = talked();
        world.past = true;
        world.recording = Recording::Stopped(Reason::new("past-playing"));
        world.look();
        // Somebody speaks in this moment: the stream follows.
        world.says(3);
        let (before, now) = (world.draw(), world.chronicle.now);
        world.show();
        assert_eq!(world.press(key), []);
        world.chronicle.now = now;
        let after = world.draw();
        let but_the_last = before.len() - 1;
        assert_eq!(after[..but_the_last], before[..but_the_last], "{key}");
        assert!(after[but_the_last].contains('✗'), "{key}: {}", after[but_the_last]);
        if key != "u" {
            assert!(world.toast().contains("This is the past"), "{key}: {}", world.toast());
        }
    }
    let mut world = talked();
    world.past = true;
    world.recording = Recording::Stopped(Reason::new("past-paused"));
    world.look();
    world.press(":mute 1h\n");
    assert_eq!(world.toast(), "This is the past: nothing can be done here. q goes back to now.");
}

#[test]
fn what_was_done_is_done_again() {
    let mut world = talked();
    assert_eq!(world.press("m3").len(), 1);
    world.look();
    assert_eq!(world.press(".").len(), 1);
}
