//! Keys, dialogs, presets and the command line: each does what it says, to whom it says, or says why not.

use crate::world::{SEVERITIES, World, moderator, sign};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use qunguan::app::effect::Effect;
use qunguan::commands::key::{Code, Key};
use qunguan::commands::table::{Command, Group, MUTES, TABLE};
use qunguan::model::action::Act;
use qunguan::model::event::Event;
use qunguan::model::flag::Verdict;
use qunguan::model::reason::Reason;
use qunguan::ui::overlay::Overlay;
use qunguan::ui::scene::Recording;

fn world() -> World {
    let mut world = World::new(120, 36);
    world.says(1);
    world.says(2);
    world.look();
    world
}

fn acts(effects: &[Effect]) -> Vec<Act> {
    let act = |effect: &Effect| {
        if let Effect::Request(request) = effect { Some(request.act.clone()) } else { None }
    };
    effects.iter().filter_map(act).collect()
}

#[test]
fn a_dialog_is_not_answered_by_keys_pressed_before_it_was_on_the_terminal() {
    for (verb, answer) in [('x', 'y'), ('d', 'y'), ('x', '\n')] {
        let mut world = world();
        world.press(&verb.to_string());
        assert!(matches!(world.seat.screen.overlay, Some(Overlay::Dialog(_))));
        assert_eq!(world.press(&answer.to_string()), [], "no frame was drawn");
        world.draw();
        assert_eq!(world.press(&answer.to_string()), [], "the frame is not on the terminal");
        assert!(matches!(world.seat.screen.overlay, Some(Overlay::Dialog(_))), "the dialog waits");
        world.look();
        assert_eq!(acts(&world.press(&answer.to_string())).len(), 1);
    }
}

#[test]
fn every_digit_mutes_for_as_long_as_its_preset_says() {
    for (digit, seconds) in MUTES {
        let mut world = world();
        let member = world.chronicle.member("m2");
        let effects = world.press(&format!("m{digit}"));
        assert_eq!(acts(&effects), [Act::Mute { member, seconds }]);
        assert!(world.toast().contains("m2"), "the toast names whom it hit: {}", world.toast());
        let mut typed = self::world();
        assert_eq!(acts(&typed.press(&format!(":mute {digit}\n"))), [Act::Mute { member, seconds }]);
    }
    let mut world = world();
    let member = world.chronicle.member("m2");
    assert_eq!(world.press("m0"), [], "nobody is muted");
    world.pass(1000);
    let mute = world.press("m1");
    let mute = world.perform(mute).unwrap();
    world.confirmed(mute);
    world.look();
    assert_eq!(acts(&world.press("m0")), [Act::Unmute { member }]);
    assert!(world.toast().contains("m2"));
}

#[test]
fn full_width_keys_act_as_their_ascii_keys() {
    for (wide, narrow) in [("ｍ３", "m3"), ("ｗ１", "w1"), ("：mute 3\n", ":mute 3\n")] {
        assert_eq!(acts(&world().press(wide)), acts(&world().press(narrow)), "{wide}");
        assert_eq!(acts(&world().press(narrow)).len(), 1);
    }
    let mut world = world();
    world.press("ｘ");
    world.look();
    assert_eq!(acts(&world.press("ｙ")).len(), 1);
}

#[test]
fn an_act_that_cannot_be_taken_back_says_so_before() {
    let says = |keys: &str, told: &str| {
        let mut world = world();
        let effects = world.press(keys);
        assert_eq!(acts(&effects), [], "{keys} only asks");
        let screen = world.look().join("\n");
        assert!(screen.contains(told), "{keys}: {told}\n{screen}");
    };
    says("w", "cannot be taken back");
    says("r", "cannot be taken back");
    says("W", "for good");
    says("S", "for good");
    says(":warn 1", "for good");
    says("d", "cannot be taken back");
    says("x", "cannot be taken back");
    // Of a case, the answers that do.
    let mut world = World::new(80, 24);
    let case = world.flagged(3, 0, SEVERITIES[1]);
    world.press("\t");
    world.look();
    world.press("\n");
    let screen = world.look().join("\n");
    assert!(screen.contains("Cannot be taken back: 1 w x d"), "{screen}");
    // And when somebody else looks after it, once more.
    world.press("\u{1b}");
    let room = world.state().queue.get(case).unwrap().room;
    world.append(Event::CaseHeld { case, room, holder: Some("bob".into()), by: moderator("bob") });
    world.look();
    assert_eq!(acts(&world.press("w1")), []);
    let screen = world.look().join("\n");
    assert!(screen.contains("take over and do it") && screen.contains("cannot be taken back"), "{screen}");
    // A mute can: nothing is said.
    let mut world = self::world();
    world.press("m");
    let screen = world.look().join("\n");
    assert!(!screen.contains("taken back"), "{screen}");
}

#[test]
fn an_unknown_command_is_never_done_and_never_said() {
    let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
    let words = prop_oneof![
        any::<String>(),
        "[a-z]{1,9}( [a-z0-9]{0,5})?",
        "(bann|mutee|kick|warnn|x|remove!|alow) .{0,9}"
    ];
    TestRunner::new(config)
        .run(&words, |text| {
            let name = text.split_whitespace().next().unwrap_or_default().to_owned();
            prop_assume!(Command::named(&name).is_none());
            prop_assume!(!text.chars().any(|letter| matches!(letter, '\n' | '\t' | '\u{1b}')));
            let mut world = world();
            let mut effects = world.press(":");
            effects.extend(world.press(&text));
            effects.extend(world.press("\n"));
            prop_assert!(effects.is_empty(), "{text:?}: {effects:?}");
            prop_assert!(
                text.trim().is_empty() || world.toast().contains("command"),
                "{text:?}: {}",
                world.toast()
            );
            Ok(())
        })
        .unwrap();
}

#[test]
fn who_decides_second_is_told_who_was_first() {
    for keys in ["a", "m3"] {
        let mut world = World::new(120, 36);
        let case = world.flagged(3, 0, SEVERITIES[2]);
        world.press("\t");
        world.look();
        let room = world.state().queue.get(case).unwrap().room;
        world.append(Event::CaseDecided { case, room, verdict: Verdict::Allowed, by: moderator("bob") });
        assert_eq!(world.press(keys), [], "{keys}");
        assert!(world.toast().contains("bob"), "{keys}: {}", world.toast());
    }
    // Also when it happens while the dialog stands there.
    for (open, answer) in [("\n", "a"), ("\n", "m"), ("x", "y")] {
        let mut world = World::new(120, 36);
        let case = world.flagged(3, 0, SEVERITIES[2]);
        world.press("\t");
        world.look();
        world.press(open);
        world.look();
        let room = world.state().queue.get(case).unwrap().room;
        world.append(Event::CaseDecided { case, room, verdict: Verdict::Allowed, by: moderator("bob") });
        assert_eq!(world.press(answer), [], "{open}{answer}");
        assert!(world.toast().contains("bob"), "{open}{answer}: {}", world.toast());
    }
}

#[test]
fn a_case_that_was_raised_after_the_frame_is_not_decided_unseen() {
    let mut world = World::new(120, 36);
    world.says(1);
    world.says(2);
    world.says(1);
    world.look();
    world.flagged(2, 0, SEVERITIES[3]);
    // He goes up to m2, whom the frame showed without a flag.
    let effects = world.press("km3");
    let [Effect::Request(request)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((request.act.member(), request.case), (Some(world.chronicle.member("m2")), None));
}

#[test]
fn without_a_record_nobody_acts_and_everybody_watches() {
    let stopped = || Recording::Stopped(Reason::new("recording-low-space").with("megabytes", 3));
    let keys = [
        "m3",
        "w1",
        "a",
        "u",
        ":mute 3\n",
        ":note hm\n",
        ":allow\n",
        ":undo\n",
        "\nm",
        "\na",
        "xy",
        "dy",
        "nhm\n",
    ];
    for keys in keys {
        for stop_at in 0..=1 {
            let mut world = World::new(120, 36);
            let done = world.flagged(3, 0, SEVERITIES[1]);
            let room = world.state().queue.get(done).unwrap().room;
            world.append(Event::CaseDecided {
                case: done,
                room,
                verdict: Verdict::Allowed,
                by: moderator("alice"),
            });
            world.flagged(3, 1, SEVERITIES[2]);
            world.look();
            let mut effects = Vec::new();
            for (at, letter) in keys.chars().enumerate() {
                if at == stop_at {
                    world.recording = stopped();
                }
                effects.extend(world.press(&letter.to_string()));
                world.look();
            }
            let single = keys.chars().count() == 1 && stop_at == 1;
            assert!(
                single || !effects.iter().any(Effect::acts),
                "{keys} with the record stopped at key {stop_at}: {effects:?}"
            );
        }
    }
    let mut world = world();
    world.recording = stopped();
    world.says(4);
    let rows = world.look().concat();
    assert!(rows.contains(&format!("says-{}.", world.state().next.0 - 1)), "what is said is still shown");
    world.press("k");
    assert!(world.seat.screen.is_frozen());
}

#[test]
fn an_open_action_is_not_cancelled_checked_or_redone_without_a_record() {
    let mut world = world();
    world.press("x");
    world.look();
    let effects = world.press("y");
    let removal = world.perform(effects).unwrap();
    world.look();
    world.press("go");
    world.look();
    world.press("\n");
    world.look();
    world.recording = Recording::Stopped(Reason::new("recording-low-space").with("megabytes", 3));
    assert_eq!(world.press("u"), []);
    world.recording = Recording::Fine;
    world.press("\n");
    world.look();
    assert_eq!(world.press("u"), [Effect::Cancel(vec![removal])]);
}

#[test]
fn leaving_a_window_and_coming_back_shows_the_same_case_and_asks_to_look_first() {
    let mut world = World::new(120, 36);
    for member in 1..=4 {
        world.flagged(member, 0, SEVERITIES[1]);
    }
    world.press("2");
    world.look();
    world.key(sign('j'));
    world.look();
    let case = world.with_env(|seat, env| seat.screen.target(&env.scene)).case;
    world.press(":mute");
    let seat = std::mem::replace(
        &mut world.seat,
        qunguan::app::seat::Seat::new("alice", qunguan::language::Language::English, "default", 1, 1),
    );
    world.seat = seat.back_on(80, 24);
    (world.drawn, world.shown) = (0, 0);
    assert_eq!(world.with_env(|seat, env| seat.screen.target(&env.scene)).case, case);
    assert!(world.seat.screen.overlay.is_none());
    assert_eq!(world.press("m3"), [], "no frame has shown it at this terminal");
    world.look();
    assert_eq!(acts(&world.press("m3")).len(), 1);
    let escape = Key::plain(Code::Esc);
    world.key(escape);
}

#[test]
fn nothing_is_hit_in_a_window_too_small_to_show_it() {
    let mut world = World::new(40, 10);
    world.says(1);
    world.look();
    assert_eq!(world.press("m3"), []);
    assert_eq!(world.press("k"), []);
    assert_eq!(world.press("m3"), []);
}

#[test]
fn rows_that_no_frame_has_shown_are_not_hit_however_one_gets_there() {
    let mut world = World::new(120, 36);
    for number in 0..200 {
        world.says(1 + number % 6);
    }
    world.look();
    world.key(Key::plain(Code::PageUp));
    world.key(Key::plain(Code::PageUp));
    assert_eq!(world.press("km"), []);
    assert!(world.toast().contains("just moved"), "{}", world.toast());
    world.look();
    assert_eq!(world.press("m3").len(), 1);
}

#[test]
fn enter_reads_in_the_stream_and_decides_in_the_queue() {
    // A flagged message of which the stream shows only the beginning: there Enter reads.
    for (length, shape) in [(21_000, "one line"), (900, "wrapped")] {
        let mut world = World::new(80, 24);
        let text = "0123456789".repeat(length / 10);
        let message = world.chronicle.says("#a", "m3", &text);
        world.remarked(message, 0, SEVERITIES[2]);
        let rows = world.look().concat();
        assert!(rows.contains("Enter"), "{shape}: the line names the key: {rows}");
        for _ in 0..6 {
            assert_eq!(world.press("\n"), [], "{shape}");
            let rows = world.look().concat();
            assert!(!matches!(world.seat.screen.overlay, Some(Overlay::Dialog(_))), "{shape}: {rows}");
        }
    }
    // Where it opens the decision from the stream, it does not answer it.
    let mut world = World::new(80, 24);
    let message = world.chronicle.says("#a", "m3", "short");
    world.remarked(message, 0, SEVERITIES[2]);
    world.look();
    world.press("\n");
    world.look();
    assert!(matches!(world.seat.screen.overlay, Some(Overlay::Dialog(_))));
    assert_eq!(world.press("\n"), [], "Enter opened it");
    assert!(world.toast().contains('1'), "the key that answers is named: {}", world.toast());
    // In the queue it stands on the recommended step, with the whole text there to be read.
    let mut world = World::new(80, 24);
    let message = world.chronicle.says("#a", "m3", &format!("begin {} end-of-it", "word ".repeat(300)));
    world.remarked(message, 0, SEVERITIES[2]);
    world.press("\t");
    world.look();
    world.press("\n");
    let mut seen = world.look().concat();
    for _ in 0..40 {
        world.key(Key::plain(Code::PageDown));
        seen += &world.look().concat();
    }
    assert!(seen.contains("end-of-it"), "the end of the text can be reached");
    assert_eq!(acts(&world.press("\n")).len(), 1);
}

#[test]
fn a_question_takes_no_answer_before_a_person_can_have_read_it() {
    for (verb, answer) in [('x', 'y'), ('d', 'y'), ('x', '\n')] {
        // What was under way on a slow line when the frame came to stand at its near end.
        for after in [0, 10, 50, 150, 199] {
            let mut world = world();
            world.press(&verb.to_string());
            let rows = world.draw().concat();
            assert!(!rows.contains("do it"), "no answer is shown that does not work: {rows}");
            world.show();
            world.pass(after);
            world.key(sign(answer));
            assert_eq!(world.settle(), [], "{verb}{answer} after {after} ms");
            assert!(world.toast().contains("Too soon"), "it is said: {}", world.toast());
            assert!(matches!(world.seat.screen.overlay, Some(Overlay::Dialog(_))), "the question stands");
            let rows = world.look().concat();
            assert!(rows.contains("do it"), "now it shows its answers: {rows}");
            assert_eq!(acts(&world.press(&answer.to_string())).len(), 1);
        }
        // Leaving it never waits.
        for leave in ['n', 'q', '\u{1b}'] {
            let mut world = world();
            world.press(&verb.to_string());
            world.draw();
            world.show();
            world.key(sign(leave));
            assert!(world.seat.screen.overlay.is_none(), "{leave:?}");
        }
    }
    // A digit behind a verb belongs to it, however quick.
    let mut world = world();
    world.key(sign('m'));
    world.pass(15);
    world.key(sign('3'));
    assert_eq!(acts(&world.settle()).len(), 1);
}

/// What comes of a command by its name, with whatever it asks answered.
fn by_name(name: &str, past: bool) -> Vec<Effect> {
    let mut world = world();
    world.flagged(2, 1, SEVERITIES[1]);
    world.press("f");
    world.look();
    if past {
        world.past = true;
        world.recording = Recording::Stopped(Reason::new("past-paused"));
        world.look();
    }
    let mut effects = Vec::new();
    for answer in [format!(":{name} 1\n"), "1".to_owned(), "y".to_owned(), "words\n".to_owned()] {
        effects.extend(world.press(&answer));
        world.look();
    }
    effects.retain(|effect| effect.acts() && !matches!(effect, Effect::Leave) || is_export(effect));
    effects
}

fn is_export(effect: &Effect) -> bool {
    matches!(effect, Effect::ExportCase { .. })
}

#[test]
fn no_command_acts_in_the_past() {
    let mut acted = 0;
    for row in TABLE {
        assert_eq!(by_name(row.name, true), [], "{} in the past", row.name);
        let acts = row.group == Group::Act || row.command == Command::ExportCase;
        acted += usize::from(acts && !by_name(row.name, false).is_empty());
    }
    assert!(acted >= 12, "in the present they do: {acted}");
}

#[test]
fn what_is_typed_behind_a_refused_verb_acts_as_nothing() {
    // m2, the newest, is staff: `W` asks for no words, and those that he types all the same are no keys.
    for (refused, typed) in [("W", "today"), ("m", "3"), ("x", "dyay"), ("m3u", "ted")] {
        let mut world = world();
        let (room, member) = (world.chronicle.room("#a"), world.chronicle.member("m2"));
        if refused != "m3u" {
            let role = qunguan::model::member::Role::Admin;
            world.append(Event::RoleChanged { room, member, role, by: moderator("bob") });
        }
        world.look();
        // `mu…` drops the verb that waited for a digit.
        assert_eq!(world.press(if refused == "m3u" { "mu" } else { refused }), []);
        let view = world.seat.screen.view();
        for letter in typed.chars() {
            world.pass(200);
            assert_eq!(world.press(&letter.to_string()), [], "{refused}: {letter}");
            assert!(world.seat.screen.overlay.is_none(), "{refused}: {letter} opened something");
            assert_eq!(world.seat.screen.view(), view);
            assert!(world.toast().contains("not done"), "it is said: {}", world.toast());
            world.draw();
            world.show();
        }
        // Moving always works, and so does everything after a pause.
        world.press("k");
        world.look();
        world.pass(1000);
        assert_eq!(acts(&world.press("m3")).len(), 1, "{refused}");
    }
}

#[test]
fn a_refused_line_stays_open_with_its_text_and_what_there_is() {
    let mut world = world();
    assert_eq!(world.press(":mute 99y\n"), []);
    let rows = world.look().join("\n");
    assert!(rows.contains(":mute 99y"), "the text is kept: {rows}");
    assert!(rows.contains("3 1h"), "what there is is named: {rows}");
    assert_eq!(world.press("dyxy\n"), [], "letters are letters");
    assert!(world.look().join("\n").contains("99ydyxy"));
    for _ in 0..7 {
        world.key(Key::plain(Code::Backspace));
    }
    assert_eq!(acts(&world.press("3\n")).len(), 1);
}
