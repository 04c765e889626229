//! A letter typed into a line changes that line and nothing else on screen, which is why the line is drawn alone.

use crate::world::{SEVERITIES, World, sign};
use qunguan::commands::key::{Code, Key};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The whole picture, as every frame but that of a typed line draws it.
fn picture(world: &mut World) -> (Buffer, Option<(u16, u16)>) {
    let (columns, rows) = world.seat.screen.size();
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
    let cursor = world.with_env(|seat, env| seat.screen.draw(&env.scene, &mut buffer));
    (buffer, cursor)
}

/// Opens a line with `open` and types: after each key the line drawn over the picture before is the picture after.
fn check(open: char, keys: &[Key]) {
    let mut world = World::new(120, 36);
    world.flagged(1, 0, SEVERITIES[2]);
    for number in 0..40 {
        world.says(1 + number % 6);
    }
    world.look();
    world.key(sign(open));
    assert!(world.seat.screen.is_typing(), "{open} opens a line");
    for key in keys {
        // A person types slowly: no two keys of his are a burst.
        world.pass(50);
        let (mut before, _) = picture(&mut world);
        let rows = world.seat.screen.input_rows();
        world.key(*key);
        let (after, cursor) = picture(&mut world);
        if !world.seat.screen.is_typing() || world.seat.screen.input_rows() < rows {
            continue;
        }
        let drawn = world.with_env(|seat, env| seat.screen.draw_input(&env.scene, &mut before));
        assert_eq!(drawn, cursor, "after {open} and {key:?}");
        assert_eq!(before, after, "after {open} and {key:?}");
    }
}

#[test]
fn a_letter_changes_nothing_but_the_line_it_is_typed_into() {
    let keys: Vec<Key> = "says 3 from:m1 -x".chars().map(sign).chain([Key::plain(Code::Backspace)]).collect();
    for open in ['/', '&', ':', 'n'] {
        check(open, &keys);
    }
}
