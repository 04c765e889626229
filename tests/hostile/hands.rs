//! Keys that are held down, keys that a slow link tears apart, and terminals that never answer: nothing acts by mistake.

use crate::world::{SEVERITIES, World, sign};
use qunguan::app::effect::Effect;
use qunguan::app::held::LATE_MS;
use qunguan::commands::key::{Code, Key};
use qunguan::model::action::Act;
use qunguan::terminal::modes;
use qunguan::ui::overlay::Overlay;
use qunguan::ui::screen::View;

/// Six people, three cases, and a moderator who looks at the queue.
fn world() -> World {
    let mut world = World::new(120, 36);
    for number in 1..=3 {
        world.flagged(number, number, SEVERITIES[2]);
    }
    world.look();
    world.press("2");
    world.look();
    world
}

/// Time passes in small steps; frames come and stand, and what was held back is let go when it is due.
fn pass(world: &mut World, milliseconds: i64) -> Vec<Effect> {
    let mut effects = Vec::new();
    for _ in 0..milliseconds / 11 {
        world.pass(11);
        if world.seat.settles_at().is_some_and(|at| at <= world.chronicle.now) {
            effects.extend(world.send(qunguan::app::message::Message::Settle));
        }
        world.draw();
        world.show();
    }
    effects.retain(Effect::acts);
    effects
}

/// A key held down for two seconds at a keyboard that repeats after 500 ms, 30 times a second. What it asks for is
/// done at once.
fn hold(world: &mut World, key: char) -> Vec<Effect> {
    let mut done = Vec::new();
    for at in 0..45 {
        let mut effects = world.key(sign(key));
        effects.retain(Effect::acts);
        effects.extend(pass(world, if at == 0 { 500 } else { 33 }));
        world.perform(effects.clone());
        done.extend(effects);
    }
    let rest = pass(world, 1000);
    world.perform(rest.clone());
    done.extend(rest);
    done
}

#[test]
fn a_verb_that_is_held_down_acts_once() {
    for (key, most) in [('a', 1), ('x', 0), ('X', 0), ('d', 0), ('u', 0), ('\n', 0), ('m', 0), ('.', 0)] {
        let mut world = world();
        let done = hold(&mut world, key);
        assert_eq!(done.len(), most, "{key:?} held: {done:?}");
    }
}

#[test]
fn a_dialog_is_not_answered_by_the_key_that_opened_it_while_it_is_held() {
    let mut world = world();
    assert_eq!(hold(&mut world, '\n'), []);
    let mut pressed = self::world();
    pressed.key(sign('\n'));
    pass(&mut pressed, 300);
    assert!(matches!(pressed.seat.screen.overlay, Some(Overlay::Dialog(_))));
    pressed.key(sign('\n'));
    assert_eq!(pass(&mut pressed, 300).len(), 1, "twice on purpose takes the recommended step");
}

#[test]
fn a_held_m_still_takes_its_digit_and_a_held_digit_mutes_once() {
    let mut world = world();
    hold(&mut world, 'm');
    assert!(world.seat.waiting.is_some(), "{}", world.toast());
    let done = hold(&mut world, '3');
    assert!(
        matches!(&done[..], [Effect::Request(request)] if matches!(request.act, Act::Mute { seconds: 3600, .. }))
    );
}

#[test]
fn moving_goes_on_while_its_key_is_held() {
    let mut world = World::new(120, 36);
    for _ in 0..80 {
        world.says(1);
    }
    world.look();
    let newest = world.with_env(|seat, env| seat.screen.target(&env.scene)).line.unwrap();
    hold(&mut world, 'k');
    let at = world.with_env(|seat, env| seat.screen.target(&env.scene)).line.unwrap();
    assert!(newest.0 - at.0 >= 44, "from {newest} only to {at}");
}

#[test]
fn alt_and_its_letter_torn_apart_by_the_link_do_not_act() {
    for letter in ['a', 'A', 'x', 'd', '!', 'm', 'u', ':'] {
        let mut world = world();
        world.key(Key::plain(Code::Esc));
        let mut effects = pass(&mut world, LATE_MS / 2);
        effects.extend(world.key(Key::char(letter)));
        effects.extend(pass(&mut world, 500));
        assert_eq!(effects, [], "Esc {letter}");
        assert!(world.seat.screen.overlay.is_none() && world.seat.waiting.is_none(), "Esc {letter}");
    }
    let mut world = world();
    world.key(Key::plain(Code::Esc));
    pass(&mut world, 300);
    world.key(Key::char(':'));
    assert!(matches!(world.seat.screen.overlay, Some(Overlay::Prompt(_))), "a letter of its own after Esc");
}

#[test]
fn an_arrow_torn_apart_by_the_link_is_no_letter() {
    for arrow in ["[A", "OA", "[B", "[1;5D", "[15~"] {
        let mut world = world();
        world.key(Key::plain(Code::Esc));
        let mut effects = Vec::new();
        for piece in arrow.chars() {
            effects.extend(pass(&mut world, 22));
            effects.extend(world.key(Key::char(piece)));
        }
        effects.extend(pass(&mut world, 500));
        assert_eq!(effects, [], "Esc {arrow}");
        assert!(world.seat.screen.overlay.is_none(), "Esc {arrow}");
    }
}

#[test]
fn a_torn_arrow_while_a_dialog_stands_closes_it_and_does_nothing_else() {
    let mut world = world();
    world.press("x");
    pass(&mut world, 300);
    assert!(matches!(world.seat.screen.overlay, Some(Overlay::Dialog(_))));
    for key in [Key::plain(Code::Esc), Key::char('['), Key::char('A')] {
        world.key(key);
        assert_eq!(pass(&mut world, 11), []);
    }
    assert_eq!(pass(&mut world, 500), []);
    assert_eq!((world.seat.screen.overlay.is_none(), world.seat.screen.view()), (true, View::Queue));
}

#[test]
fn a_terminal_is_never_asked_anything() {
    // Requests end in c (attributes), n (status), p with $ (modes), q with > (version), or are OSC with `?`.
    for mouse in [modes::Mouse::Reported, modes::Mouse::Unreported] {
        let entered = String::from_utf8(modes::enter(mouse).to_vec()).unwrap();
        for sequence in entered.split('\u{1b}').skip(1) {
            assert!(sequence.starts_with('['), "{sequence:?}");
            assert!(sequence.ends_with(['h', 'l', 'm', 'J']), "{sequence:?}");
        }
    }
}
