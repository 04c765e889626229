//! Windows of every size, in storms: nothing breaks, nothing is cut in half, and keys between go where they belong.

use crate::fuzz::show;
use crate::judge::Judge;
use crate::texts::Texts;
use crate::world::{SEVERITIES, World};
use qunguan::app::message::Message;
use qunguan::commands::key::{Code, Key};
use qunguan::terminal::ascii;
use qunguan::ui::screen::View;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const KEYS: [char; 20] =
    ['j', 'k', 'G', '1', '2', '\t', '\n', 'h', 'y', '?', 'x', 'm', '3', 'n', '/', ':', 'f', 'z', 'K', 'e'];

fn world() -> World {
    let (mut world, mut texts) = (World::new(80, 24), Texts::new());
    for number in 0..120_u32 {
        let message = texts.message();
        world.chronicle.says("#a", &format!("m{}", number % 6 + 1), &message);
    }
    for number in 1..=4 {
        world.flagged(number, number, SEVERITIES[number as usize - 1]);
    }
    world
}

#[test]
fn a_thousand_sizes_with_keys_between_break_nothing() {
    let (mut world, mut judge) = (world(), Judge::new(80, 24));
    let mut dice = fastrand::Rng::with_seed(7);
    for step in 0..1000 {
        let (columns, rows) = (dice.u16(1..=300), dice.u16(1..=300));
        // As the desk does: nothing larger is drawn.
        let (columns, rows) = qunguan::desk::input::size(columns, rows);
        world.send(Message::Resize { columns, rows });
        world.pass(200);
        world.key(match KEYS[dice.usize(..KEYS.len())] {
            '\t' => Key::plain(Code::Tab),
            '\n' => Key::plain(Code::Enter),
            letter => Key::char(letter),
        });
        world.settle();
        // A storm: only some of the sizes are drawn before the next one comes.
        if step % 10 == 0 {
            judge.resize(columns, rows);
            show(&mut world, &mut judge);
        }
        if step % 7 == 0 {
            world.pass(200);
            world.key(Key::plain(Code::Esc));
        }
    }
    assert_eq!(judge.frames, 100);
}

#[test]
fn the_narrowest_windows_show_what_fits() {
    let mut world = world();
    for (columns, rows) in [(1, 1), (1, 24), (2, 60), (80, 1), (59, 16), (60, 15), (60, 16)] {
        let mut judge = Judge::new(columns, rows);
        world.send(Message::Resize { columns, rows });
        for view in View::ALL {
            world.seat.screen.set_view(view);
            show(&mut world, &mut judge);
            for keys in ["h", "G", "q", "y", "y", " ", "q", "?", "q"] {
                world.press(keys);
                show(&mut world, &mut judge);
            }
        }
    }
}

#[test]
fn a_terminal_without_utf_8_is_sent_ascii_and_nothing_moves() {
    let mut world = world();
    for view in View::ALL {
        world.seat.screen.set_view(view);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 80, 24));
        world.with_env(|seat, env| seat.screen.draw(&env.scene, &mut buffer));
        ascii::degrade(&mut buffer);
        let mut judge = Judge::new(80, 24);
        judge.look_at(&buffer, None);
        let contents = judge.parser.screen().contents();
        assert!(contents.is_ascii(), "{contents}");
        assert!(contents.contains("----") && contents.contains('|'), "{contents}");
    }
}
