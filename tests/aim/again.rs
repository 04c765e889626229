//! What `.` does again: the last thing that came of a verb, and never one that was refused.

use crate::world::World;
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
fn what_was_done_is_done_again() {
    let mut world = talked();
    assert_eq!(world.press("m3").len(), 1);
    world.look();
    assert_eq!(world.press(".").len(), 1);
}
