//! Windows that shrink while something is open: what is open stands whole in every window that can hold it, a window
//! that cannot says why, and no key answers what its moderator does not see.

use crate::fuzz::show;
use crate::judge::Judge;
use crate::world::{SEVERITIES, World, sign};
use qunguan::app::effect::Effect;
use qunguan::app::message::Message;
use qunguan::commands::key::{Code, Key};
use qunguan::language::{Language, Words};
use qunguan::ui::layout::SMALLEST;
use qunguan::ui::overlay::Overlay;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Keys that open something over the queue, and what it is; each is put away by Esc.
const OPENERS: [(&str, &str); 14] = [
    ("x", "Dialog"),
    ("\n", "Dialog"),
    ("X", "Dialog"),
    ("*x", "Dialog"),
    ("h", "XRay"),
    ("e", "Reader"),
    ("K", "Card"),
    ("?", "Help"),
    ("n", "Prompt"),
    ("W", "Prompt"),
    (":", "Prompt"),
    ("/", "Prompt"),
    ("U", "Chooser"),
    ("y", "CopyPane"),
];

/// Six people, four cases, and a moderator in the queue with a mute to take back.
fn world() -> World {
    let mut world = World::new(80, 24);
    for number in 1..=4 {
        world.flagged(number, number, SEVERITIES[number as usize - 1]);
    }
    world.look();
    world.press("2");
    world.look();
    let asked = world.press("m3");
    world.perform(asked);
    world.look();
    world.seat.takes_clipboard = false;
    world
}

fn kind(world: &World) -> Option<&'static str> {
    Some(match world.seat.screen.overlay.as_ref()? {
        Overlay::Dialog(_) => "Dialog",
        Overlay::XRay(_) => "XRay",
        Overlay::Reader(_) => "Reader",
        Overlay::Card(_) => "Card",
        Overlay::Help(_) => "Help",
        Overlay::Prompt(_) => "Prompt",
        Overlay::Chooser(_) => "Chooser",
        Overlay::CopyPane(_) => "CopyPane",
    })
}

fn open(world: &mut World, keys: &str) {
    for key in keys.chars() {
        world.key(sign(key));
        world.settle();
        world.look();
    }
}

fn resize(world: &mut World, judge: &mut Judge, (columns, rows): (u16, u16)) {
    world.send(Message::Resize { columns, rows });
    judge.resize(columns, rows);
    show(world, judge);
}

fn acts(effects: &[Effect]) -> bool {
    effects.iter().any(Effect::acts)
}

#[test]
fn what_is_open_outlasts_a_storm_of_sizes() {
    let mut dice = fastrand::Rng::with_seed(11);
    for (keys, what) in OPENERS {
        let (mut world, mut judge) = (world(), Judge::new(80, 24));
        open(&mut world, keys);
        assert_eq!(kind(&world), Some(what), "{keys:?}: {}", world.toast());
        let before = world.seat.screen.overlay.clone();
        for _ in 0..60 {
            let size = match dice.u8(0..4) {
                0 => (dice.u16(1..=3), dice.u16(1..=60)),
                1 => (SMALLEST.0 + dice.u16(0..2), SMALLEST.1 + dice.u16(0..2)),
                2 => (SMALLEST.0 - dice.u16(0..2), SMALLEST.1 - dice.u16(0..2)),
                _ => (dice.u16(1..=220), dice.u16(1..=70)),
            };
            resize(&mut world, &mut judge, size);
        }
        resize(&mut world, &mut judge, (80, 24));
        assert_eq!(world.seat.screen.overlay, before, "{keys:?} outlasts the storm");
        world.pass(1000);
        let effects = world.key(Key::plain(Code::Esc));
        assert!(!acts(&effects) && kind(&world).is_none(), "{keys:?} is put away");
    }
}

#[test]
fn the_smallest_window_shows_every_answer_of_a_dialog() {
    for keys in ["x", "\n", "X", "*x"] {
        let (mut world, mut judge) = (world(), Judge::new(80, 24));
        open(&mut world, keys);
        resize(&mut world, &mut judge, SMALLEST);
        let Some(Overlay::Dialog(dialog)) = world.seat.screen.overlay.clone() else { panic!("{keys:?}") };
        let shown = judge.parser.screen().contents();
        for choice in &dialog.choices {
            assert!(shown.contains(&choice.label), "{keys:?}: no {}\n{shown}", choice.label);
        }
    }
}

#[test]
fn no_key_means_anything_in_a_window_that_shows_nothing() {
    for size in [(59, 16), (60, 15), (1, 60), (200, 1)] {
        // What is open, what waits for a digit, and the bare queue.
        for keys in ["x", "\n", "*x", "W", ":", "U", "m", ""] {
            let (mut world, mut judge) = (world(), Judge::new(80, 24));
            open(&mut world, keys);
            let before = world.seat.screen.overlay.clone();
            resize(&mut world, &mut judge, size);
            for key in ['y', '\n', '1', '3', 'a', 'd', 'u', 'm', '2', 'x', '.', '!', '4', ' ', '*', ':'] {
                world.pass(1000);
                let mut effects = world.key(sign(key));
                effects.extend(world.settle());
                assert!(!acts(&effects), "{keys:?} then {key:?} at {size:?}: {effects:?}");
            }
            assert_eq!(world.seat.screen.overlay, before, "{keys:?} at {size:?} stands as it stood");
            resize(&mut world, &mut judge, (80, 24));
            world.pass(1000);
            if keys == "x" {
                let mut effects = world.key(sign('y'));
                effects.extend(world.settle());
                assert!(acts(&effects), "it is answered where it is seen again");
            }
        }
    }
}

#[test]
fn a_window_that_is_too_small_can_still_be_left() {
    let (mut world, mut judge) = (world(), Judge::new(80, 24));
    resize(&mut world, &mut judge, (40, 10));
    let mut effects = world.key(sign('Q'));
    effects.extend(world.settle());
    assert!(effects.contains(&Effect::Leave), "{effects:?}");
}

/// Glyphs without the spaces between them, which go where a line is wrapped.
fn dense(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_whitespace()).collect()
}

#[test]
fn the_sentence_of_a_small_window_is_read_from_its_beginning_in_both_languages() {
    for language in Language::ALL {
        let words = Words::of(language);
        let mut world = World::new(80, 24);
        world.seat.language = language;
        let sizes = (1..SMALLEST.0).flat_map(|columns| [1, 2, 3, 8, 15, 40].map(|rows| (columns, rows)));
        let low = (1..SMALLEST.1).flat_map(|rows| [60, 61, 80, 200].map(|columns| (columns, rows)));
        for (columns, rows) in sizes.chain(low) {
            let mut judge = Judge::new(columns, rows);
            world.send(Message::Resize { columns, rows });
            let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
            let cursor = world.with_env(|seat, env| seat.screen.draw(&env.scene, &mut buffer));
            judge.look_at(&buffer, cursor);
            let args = [("columns", columns.to_string()), ("rows", rows.to_string())];
            let sentence =
                words.say_with("too-small", &args.each_ref().map(|(name, value)| (*name, value.as_str())));
            let sentence = if columns == 1 { format!("{}×{}", SMALLEST.0, SMALLEST.1) } else { sentence };
            let (sentence, shown) = (dense(&sentence), dense(&judge.parser.screen().contents()));
            assert!(
                sentence.starts_with(&shown),
                "{columns}×{rows}: {shown:?} is not how {sentence:?} begins"
            );
            assert!(!shown.is_empty(), "{columns}×{rows} in {language:?} says nothing");
            // Where words are wrapped lines stay partly empty; twice what the sentence needs always holds it.
            let room = usize::from(columns - columns % 2) * usize::from(rows);
            let needed = qunguan::text::width::width(&sentence) * 2;
            assert!(columns < 10 || room < needed || shown == sentence, "{columns}×{rows}: only {shown:?}");
        }
    }
}
