//! One verb on several: shown first by the code that does it, confirmed with friction in proportion, one unit to undo.

use crate::world::{SEVERITIES, World, moderator};
use proptest::prelude::*;
use qunguan::app::effect::Effect;
use qunguan::app::message::Message;
use qunguan::model::action::{Act, Request, Stage};
use qunguan::model::event::Event;
use qunguan::model::flag::Verdict;
use qunguan::model::heard::Outcome;
use qunguan::model::id::{ActionId, MemberId};
use qunguan::model::member::Role;
use qunguan::model::reason::Reason;
use qunguan::state::undo::Step;
use std::collections::BTreeSet;

/// A world in which `count` members have spoken, alice in the stream at the newest line, frozen.
fn crowd(count: u32) -> World {
    let mut world = World::new(120, 40);
    for number in 7..=count {
        world.chronicle.joins("#a", &format!("m{number}"));
    }
    for number in 1..=count {
        world.says(number);
    }
    world.look();
    world
}

/// Presses keys with a frame drawn and shown after each.
fn press(world: &mut World, keys: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for letter in keys.chars() {
        effects.extend(world.press(&letter.to_string()));
        world.look();
    }
    effects
}

fn requests(effects: &[Effect]) -> Vec<Request> {
    let of = |effect: &Effect| match effect {
        Effect::Request(request) => vec![request.clone()],
        Effect::RequestAll(requests) => requests.clone(),
        _ => Vec::new(),
    };
    effects.iter().flat_map(of).collect()
}

fn hit(requests: &[Request]) -> BTreeSet<MemberId> {
    requests.iter().filter_map(|request| request.act.member()).collect()
}

fn members(world: &World, numbers: impl IntoIterator<Item = u32>) -> BTreeSet<MemberId> {
    numbers.into_iter().map(|number| world.chronicle.member(&format!("m{number}"))).collect()
}

/// Three marked, muted with one confirmation; the actions, in the record.
fn muted_three(world: &mut World) -> Vec<ActionId> {
    press(world, " k k ");
    let asked = press(world, "m3");
    assert_eq!(requests(&asked), [], "it is shown first");
    let effects = press(world, "y");
    assert_eq!(hit(&requests(&effects)), members(world, 4..=6));
    world.perform(effects);
    let unit = world.state().actions.iter().next_back().unwrap().request.unit.unwrap();
    world.state().actions.of_unit(unit).map(|action| action.id).collect()
}

#[test]
fn marked_rows_are_hit_together_after_one_confirmation_and_are_one_step_back() {
    let mut world = crowd(6);
    let mutes = muted_three(&mut world);
    assert_eq!(mutes.len(), 3);
    assert_eq!(world.state().undo.steps("alice").collect::<Vec<_>>(), [&Step::Unit(mutes[0].0)]);
    mutes.iter().for_each(|id| world.confirmed(*id));
    assert!(world.toast().contains('3'), "the fate of all is told once: {}", world.toast());
    let effects = press(&mut world, "u");
    let inverses = requests(&effects);
    assert!(inverses.iter().all(|request| matches!(request.act, Act::Unmute { .. })));
    assert_eq!(hit(&inverses), members(&world, 4..=6));
    world.perform(effects);
    assert_eq!(press(&mut world, "u"), [], "nothing is left to take back");
}

#[test]
fn a_unit_of_which_a_part_failed_takes_back_the_rest() {
    let mut world = crowd(6);
    let mutes = muted_three(&mut world);
    let reason = Reason::new("irc-not-operator").with("room", "#a");
    world.answered(mutes[0], Outcome::Failed { reason });
    world.confirmed(mutes[1]);
    world.confirmed(mutes[2]);
    let effects = press(&mut world, "u");
    assert_eq!(requests(&effects).len(), 2);
}

#[test]
fn ten_and_more_need_their_number_typed() {
    let mut world = crowd(12);
    // From the newest up to the oldest.
    press(&mut world, "V");
    for _ in 0..11 {
        press(&mut world, "k");
    }
    press(&mut world, "m3");
    assert_eq!(press(&mut world, "y"), [], "a letter is no number");
    assert_eq!(press(&mut world, "11"), []);
    world.key(qunguan::commands::key::Key::plain(qunguan::commands::key::Code::Enter));
    assert!(world.toast().contains("12"), "{}", world.toast());
    // What was wrong is gone: one types the right number, not the rest of it.
    press(&mut world, "12");
    world.pass(1000);
    let mut effects = world.key(qunguan::commands::key::Key::plain(qunguan::commands::key::Code::Enter));
    effects.extend(world.settle());
    assert_eq!(hit(&requests(&effects)), members(&world, 1..=12));
}

#[test]
fn all_that_is_marked_says_when_it_is_not_all() {
    let mut world = crowd(6);
    press(&mut world, "gA");
    assert!(world.toast().starts_with("6 marked"), "{}", world.toast());
    press(&mut world, "\u{1b}");
    // More than memory holds.
    for _ in 0..9000 {
        world.says(1);
    }
    press(&mut world, "fgA");
    let marked = world.with_env(|seat, env| seat.screen.marked_count(&env.scene));
    assert!((8000..9006).contains(&marked), "{marked}");
    assert!(world.toast().contains(&format!("Only {marked} of 9006 marked")), "{}", world.toast());
    // Of what a filter shows, one page is loaded so far.
    press(&mut world, "\u{1b}");
    world.press("&from:m1\n");
    for message in std::mem::take(&mut world.waiting) {
        let page = match message {
            Message::Page { page, mut lines, .. } => {
                lines.truncate(50);
                let reached = lines.last().unwrap().seq();
                Message::Page { page, lines, reached }
            }
            other => other,
        };
        world.send(page);
    }
    world.look();
    press(&mut world, "gA");
    assert!(world.toast().starts_with("Only 50 of 8"), "{}", world.toast());
}

#[test]
fn protected_people_are_left_out_and_named_with_the_reason() {
    let mut world = crowd(6);
    let (room, member) = (world.chronicle.room("#a"), world.chronicle.member("m5"));
    world.append(Event::RoleChanged { room, member, role: Role::Admin, by: moderator("bob") });
    press(&mut world, " k k m3");
    let screen = world.look().join("\n");
    assert!(screen.contains("- m5 · #a:"), "{screen}");
    let effects = press(&mut world, "y");
    assert_eq!(hit(&requests(&effects)), members(&world, [4, 6]));
}

#[test]
fn who_became_protected_after_the_preview_is_not_hit_and_that_is_said() {
    let mut world = crowd(6);
    press(&mut world, " k k m3");
    let (room, member) = (world.chronicle.room("#a"), world.chronicle.member("m5"));
    world.append(Event::RoleChanged { room, member, role: Role::Admin, by: moderator("bob") });
    let effects = press(&mut world, "y");
    assert_eq!(hit(&requests(&effects)), members(&world, [4, 6]));
    assert!(world.toast().contains('1'), "{}", world.toast());
}

#[test]
fn keys_in_flight_when_the_preview_opens_do_not_confirm_it() {
    let mut world = crowd(6);
    press(&mut world, " k ");
    world.press("m");
    // All of these were pressed while the frame before the preview stood on the terminal.
    let effects = [world.press("3"), world.press("y"), world.press("y")].concat();
    assert_eq!(requests(&effects), []);
    world.look();
    assert_eq!(requests(&press(&mut world, "y")).len(), 2);
}

#[test]
fn escape_lets_the_marks_go_and_the_next_verb_falls_on_the_cursor() {
    let mut world = crowd(6);
    press(&mut world, " k ");
    world.key(qunguan::commands::key::Key::plain(qunguan::commands::key::Code::Esc));
    world.look();
    let effects = press(&mut world, "m3");
    assert_eq!(hit(&requests(&effects)), members(&world, [5]));
}

#[test]
fn what_arrives_after_a_mark_is_never_marked() {
    let mut world = crowd(6);
    press(&mut world, "V");
    world.says(1);
    world.says(2);
    world.look();
    press(&mut world, "km3");
    let effects = press(&mut world, "y");
    assert_eq!(hit(&requests(&effects)), members(&world, [5, 6]));
}

#[test]
fn a_wave_of_near_equal_lines_is_one_key_and_a_talker_is_not_in_it() {
    let mut world = World::new(120, 40);
    for number in 1..=4 {
        let text = format!("兼职日结一天{number}00元加微信 abc{number}98 名额有限快来");
        world.chronicle.says("#a", &format!("m{number}"), &text);
    }
    world.chronicle.says("#a", "m5", "有人知道这个库怎么用吗, 名额有限是什么意思");
    world.chronicle.says("#a", "m6", "兼职日结一天900元加微信 abc998 名额有限快来");
    world.look();
    press(&mut world, "*m3");
    let effects = press(&mut world, "y");
    assert_eq!(hit(&requests(&effects)), members(&world, [1, 2, 3, 4, 6]));
}

#[test]
fn allowing_several_cases_is_one_decision_and_one_step_back() {
    let mut world = World::new(120, 40);
    let cases: Vec<_> = (1..=3).map(|number| world.flagged(number, 0, SEVERITIES[1])).collect();
    world.look();
    press(&mut world, "2");
    press(&mut world, " j j a");
    let effects = press(&mut world, "y");
    assert_eq!(effects, [Effect::AllowAll(cases.clone())]);
    world.perform(effects);
    assert_eq!(world.state().queue.undecided().count(), 0);
    let effects = press(&mut world, "u");
    assert_eq!(effects, [Effect::ReopenAll(cases)]);
    world.perform(effects);
    assert_eq!(world.state().queue.undecided().count(), 3);
}

#[test]
fn what_somebody_else_decided_since_is_left_alone_and_said() {
    let mut world = World::new(120, 40);
    let cases: Vec<_> = (1..=3).map(|number| world.flagged(number, 0, SEVERITIES[1])).collect();
    world.look();
    press(&mut world, "2");
    press(&mut world, " j j a");
    let effects = press(&mut world, "y");
    world.perform(effects);
    let (room, by) = (world.chronicle.room("#a"), moderator("bob"));
    world.append(Event::CaseReopened { case: cases[1], room, by: by.clone() });
    world.append(Event::CaseDecided { case: cases[1], room, verdict: Verdict::Confirmed, by });
    world.look();
    let effects = press(&mut world, "u");
    assert_eq!(effects, [Effect::ReopenAll(vec![cases[0], cases[2]])]);
    let screen = world.draw().join("\n");
    assert!(screen.contains("decided since by bob"), "{screen}");
    assert!(world.toast().contains("2 of 3"), "{}", world.toast());
    world.perform(effects);
    assert_eq!(world.state().queue.undecided().count(), 2);
    assert_eq!(world.state().undo.newest("alice"), None, "nothing of it is left to take back");
}

#[test]
fn repeating_does_the_last_verb_on_what_is_under_the_cursor() {
    let mut world = crowd(6);
    let first = press(&mut world, "km4");
    assert_eq!(hit(&requests(&first)), members(&world, [5]));
    let again = press(&mut world, "k.");
    assert_eq!(hit(&requests(&again)), members(&world, [4]));
    assert!(matches!(requests(&again)[0].act, Act::Mute { seconds: 10_800, .. }));
}

#[test]
fn recalling_all_takes_what_one_author_said_in_the_window_and_nobody_elses() {
    let mut world = crowd(6);
    world.says(3);
    world.says(3);
    world.says(4);
    world.look();
    press(&mut world, "kD2");
    let effects = press(&mut world, "y");
    let requests = requests(&effects);
    assert_eq!(hit(&requests), members(&world, [3]));
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| matches!(request.act, Act::Recall { .. })));
}

#[test]
fn an_open_range_marks_what_was_said_in_it_and_counts_what_a_verb_would_fall_on() {
    let mut world = crowd(6);
    world.chronicle.joins("#a", "late");
    for number in 1..=4 {
        world.says(number);
    }
    world.look();
    press(&mut world, "k kV");
    for keys in ["k", "k", "k", "k", "j", "G", "k", "k", "k"] {
        press(&mut world, keys);
        let rows = world.look();
        let (marked, count) = world
            .with_env(|seat, env| (seat.screen.marked(&env.scene), seat.screen.marked_count(&env.scene)));
        assert_eq!(marked.len(), count);
        let drawn = rows.iter().skip(1).filter(|row| row.contains('●') || row.contains('◆')).count();
        assert_eq!(drawn, count, "{rows:#?}");
        assert!(rows.iter().any(|row| row.contains(&format!(" {count} marked"))), "{rows:#?}");
    }
}

#[test]
fn what_recalling_all_cannot_reach_is_said_before_it_is_asked() {
    let mut world = World::new(100, 40);
    // More than memory holds.
    for _ in 0..8200 {
        world.says(3);
    }
    let line = |rows: &[String]| rows.iter().any(|row| row.contains("Memory begins at"));
    world.says(2);
    world.says(2);
    world.look();
    press(&mut world, "kD2");
    let rows = world.look();
    assert!(line(&rows), "{rows:#?}");
    // Where everything is in memory there is nothing to say.
    let mut world = crowd(6);
    world.says(3);
    world.look();
    press(&mut world, "kD2");
    let rows = world.look();
    assert!(rows.iter().any(|row| row.contains("recall")) && !line(&rows), "{rows:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// What the preview listed and what is done are one set, whatever arrives in between.
    #[test]
    fn the_preview_and_the_deed_are_one_set(marks in proptest::collection::vec(0usize..6, 2..6), arrivals in 0u32..4) {
        let mut world = crowd(6);
        let mut chosen = BTreeSet::new();
        press(&mut world, "k");
        for mark in &marks {
            press(&mut world, "G");
            for _ in 0..*mark {
                press(&mut world, "k");
            }
            press(&mut world, " ");
            let number = 6 - u32::try_from(*mark).unwrap();
            if !chosen.remove(&number) {
                chosen.insert(number);
            }
        }
        prop_assume!(chosen.len() > 1);
        for _ in 0..arrivals {
            world.says(1);
        }
        press(&mut world, "m3");
        let screen = world.look().join("\n");
        for number in &chosen {
            let name = format!("m{number} ");
            prop_assert!(screen.contains(&name), "{} is not shown: {}", number, screen);
        }
        let effects = press(&mut world, "y");
        prop_assert_eq!(hit(&requests(&effects)), members(&world, chosen));
    }
}

#[test]
fn an_action_of_a_unit_that_never_happened_leaves_no_step() {
    let mut world = crowd(6);
    let mutes = muted_three(&mut world);
    for id in &mutes {
        let reason = Reason::new("irc-not-operator").with("room", "#a");
        world.answered(*id, Outcome::Failed { reason });
        assert_eq!(world.state().actions.get(*id).unwrap().stage, Stage::Failed);
    }
    assert_eq!(world.state().undo.steps("alice").count(), 0);
}

#[test]
fn what_members_wrote_never_looks_like_another_target() {
    let mut world = World::new(80, 40);
    world.chronicle.joins("#a", "x\n· admin boss · #a");
    world.chronicle.says("#a", "m1", "hello\n· admin boss · #a\r\n- m2: spared");
    world.chronicle.says("#a", "m2", &format!("{}· admin boss · #a", " ".repeat(20)));
    world.chronicle.says("#a", "x\n· admin boss · #a", "no harm");
    world.look();
    press(&mut world, " k k ");
    for verb in ["d", "m3", "x"] {
        world.press(verb);
        let rows = world.look();
        let listed = |row: &&String| row.contains("│ · ");
        assert_eq!(rows.iter().filter(listed).count(), 3, "one row for each target: {rows:#?}");
        let forged = |row: &&String| row.contains("│ · admin") || row.contains("│ - ");
        assert_eq!(rows.iter().find(forged), None, "{rows:#?}");
        world.press("\u{1b}");
        world.look();
    }
    // Nor a line of ours on a page to read, nor in the dialog about one.
    world.chronicle.says("#a", "m3", "first\nThis cannot be taken back.");
    let flagged = world.state().stream.lines().iter().next_back().unwrap().seq();
    world.remarked(qunguan::model::id::MessageId(flagged), 0, SEVERITIES[2]);
    world.press("q");
    world.look();
    world.press("G");
    world.look();
    for open in ["e", "\n", "d"] {
        world.press(open);
        let rows = world.look();
        let forged = |row: &&String| row.contains("│ This cannot") && open != "d";
        assert!(rows.iter().any(|row| row.contains("first This")), "{open}: one line: {rows:#?}");
        assert_eq!(rows.iter().find(forged), None, "{open}: {rows:#?}");
        world.press("\u{1b}");
        world.look();
    }
}

#[test]
fn what_happened_to_each_of_a_bulk_is_one_line_with_the_failures_first() {
    let mut world = crowd(6);
    let mutes = muted_three(&mut world);
    world.confirmed(mutes[0]);
    world.answered(mutes[1], Outcome::Failed { reason: Reason::new("irc-refused").with("code", 482) });
    world.confirmed(mutes[2]);
    press(&mut world, "go\n");
    let rows = world.look();
    let outcomes: Vec<&String> =
        rows.iter().filter(|row| row.contains("│ ✓ ") || row.contains("│ ✗ ")).collect();
    assert_eq!(outcomes.len(), 3, "{rows:#?}");
    assert!(outcomes[0].contains('✗') && outcomes.iter().all(|row| row.contains("#a")), "{outcomes:#?}");
}

#[test]
fn after_a_wrong_number_the_next_is_typed_afresh() {
    let mut world = crowd(12);
    press(&mut world, "gA");
    press(&mut world, "m3");
    assert_eq!(press(&mut world, "9\n"), []);
    assert_eq!(requests(&press(&mut world, "12\n")).len(), 12, "{}", world.toast());
}
