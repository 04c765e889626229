//! A paste never acts, bracketed or not.

use crate::world::{SEVERITIES, World, sign};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use qunguan::app::effect::Effect;
use qunguan::app::message::Message;
use qunguan::commands::key::Key;
use qunguan::ui::overlay::Overlay;

fn world() -> World {
    let mut world = World::new(120, 36);
    world.flagged(1, 0, SEVERITIES[2]);
    world.says(2);
    world.flagged(3, 1, SEVERITIES[1]);
    world.look();
    world
}

fn acting(effects: &[Effect]) -> Vec<&Effect> {
    effects.iter().filter(|effect| effect.acts()).collect()
}

/// Letters that do things, and anything else.
fn pasted() -> impl Strategy<Value = String> {
    let keys = prop::collection::vec(
        prop::sample::select("m3m0w1adyxXyun\n\n:QjkfzTL12]qy".chars().collect::<Vec<_>>()),
        9..60,
    );
    let lines = prop::sample::select(vec![
        "m3m3m3m3m3",
        ":mute 3\n:mute 3\n",
        "ay\nay\nay\n",
        "uuuuuuuuu",
        "Quit now please",
        "\nw\nw\nw\nw\nw",
    ]);
    prop_oneof![
        2 => keys.prop_map(|keys| keys.into_iter().collect::<String>()),
        1 => lines.prop_map(str::to_owned),
        1 => prop::collection::vec(any::<char>(), 9..60).prop_map(|keys| keys.into_iter().collect::<String>()),
    ]
}

#[test]
fn a_bracketed_paste_is_text_and_nothing_else() {
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&(pasted(), 0..4u8), |(text, place)| {
            let mut world = world();
            // Anywhere: on the stream, after a verb that waits for a digit, before a dialog, in the queue.
            world.press(["", "m", "x", "2"][usize::from(place)]);
            world.look();
            let mut effects = world.send(Message::Paste(text));
            effects.extend(world.settle());
            prop_assert!(acting(&effects).is_empty(), "{effects:?}");
            prop_assert!(world.toast().contains("paste"), "{}", world.toast());
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_burst_of_keys_does_nothing_not_even_with_its_first_keys() {
    let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&(pasted(), 0..=2i64), |(text, apart)| {
            let mut world = world();
            let mut effects = Vec::new();
            for (at, letter) in text.chars().map(sign).enumerate() {
                effects.extend(world.key(letter));
                // A loop that is slow looks in between; frames come and are shown in between.
                if world.seat.typing.settles_at().is_some_and(|at| at <= world.chronicle.now) {
                    effects.extend(world.send(Message::Settle));
                }
                if at % 5 == 0 {
                    world.draw();
                    world.show();
                }
                world.pass(apart);
            }
            effects.extend(world.settle());
            prop_assert!(acting(&effects).is_empty(), "{effects:?} of {text:?}");
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_burst_into_a_prompt_is_text_and_its_line_ends_do_not_send_it() {
    let mut world = world();
    world.press("n");
    world.look();
    let mut effects = Vec::new();
    for letter in "first line\nsecond line\n".chars().map(sign) {
        effects.extend(world.key(letter));
    }
    effects.extend(world.settle());
    assert_eq!(acting(&effects), Vec::<&Effect>::new());
    let Some(Overlay::Prompt(prompt)) = &world.seat.screen.overlay else { panic!("the prompt is gone") };
    assert_eq!(prompt.text(), "first linesecond line");
    // Typed by hand, Enter sends it.
    let effects = world.press("\n");
    assert!(
        matches!(&effects[..], [Effect::Note { text, .. }] if text == "first linesecond line"),
        "{effects:?}"
    );
}

#[test]
fn a_paste_into_a_prompt_is_text() {
    let mut world = world();
    world.press(":");
    let effects = world.send(Message::Paste("mute 3\n\u{1b}[2J".into()));
    assert_eq!(acting(&effects), Vec::<&Effect>::new());
    let Some(Overlay::Prompt(prompt)) = &world.seat.screen.overlay else { panic!("the prompt is gone") };
    assert!(!prompt.text().chars().any(char::is_control), "{:?}", prompt.text());
}

#[test]
fn two_keys_that_arrive_together_act_one_after_the_other() {
    let mut world = world();
    let now = world.chronicle.now;
    for letter in ['m', '3', 'm', '0'].map(Key::char) {
        assert_eq!(world.key(letter), []);
    }
    assert_eq!(world.chronicle.now, now);
    world.pass(30);
    let first = world.send(Message::Settle);
    assert!(
        matches!(&first[..], [Effect::Request(request)] if matches!(request.act, qunguan::model::action::Act::Mute { .. }))
    );
    let mute = world.perform(first).unwrap();
    world.confirmed(mute);
    let mut second = world.settle();
    second.extend(world.settle());
    assert!(
        matches!(&second[..], [Effect::Request(request)] if matches!(request.act, qunguan::model::action::Act::Unmute { .. })),
        "{second:?}"
    );
}

#[test]
fn a_burst_leaves_nothing_open_that_its_own_first_keys_opened() {
    for text in ["xydm buy my things", "Wwords that nobody shall read", "Severybody reads this"] {
        let mut world = World::new(120, 36);
        world.says(1);
        world.look();
        for letter in text.chars() {
            world.pass(1);
            assert_eq!(world.key(sign(letter)), [], "{text}");
        }
        assert_eq!(world.settle(), [], "{text}");
        assert!(world.seat.screen.overlay.is_none(), "{text}: something is open");
        assert!(world.seat.asking.is_none() && world.seat.prompted_many.is_empty());
    }
    // Over a slow link a line comes in one piece: it is there to be read, and nothing was done.
    for text in [":mute 3 and more", "/kittens", "&from:m1"] {
        let mut world = World::new(120, 36);
        world.says(1);
        world.look();
        for letter in text.chars() {
            world.pass(1);
            assert_eq!(world.key(sign(letter)), [], "{text}");
        }
        assert_eq!(world.settle(), [], "{text}");
        assert!(world.look().last().unwrap().contains(text), "{text}");
    }
}

#[test]
fn what_a_paste_nearly_did_is_nothing_to_be_done_again() {
    let mut world = World::new(120, 36);
    world.says(1);
    world.look();
    world.press("f");
    // The verb comes last before it is seen that it is a paste.
    for letter in "hhhhhhhph".chars() {
        world.pass(1);
        world.key(sign(letter));
    }
    assert_eq!(world.settle(), []);
    world.pass(3000);
    world.look();
    assert_eq!(world.press("."), [], "{}", world.toast());
}

#[test]
fn a_line_that_breaks_does_what_was_asked_for_but_not_what_a_held_key_may_have_repeated() {
    let mut world = World::new(120, 36);
    world.says(1);
    world.says(2);
    world.look();
    world.press("k");
    world.look();
    assert_eq!(world.key(sign('p')), []);
    assert_eq!(world.seat.typing.let_go().len(), 1);
    world.pass(3000);
    world.look();
    assert_eq!(world.press("p").len(), 1);
    world.draw();
    world.show();
    world.pass(300);
    assert_eq!(world.key(sign('p')), []);
    assert_eq!(world.seat.typing.let_go(), []);
}
