//! What moderators do among themselves: rest, take, hand over, escalate, allow a text, keep evidence, flag, say.

use crate::world::{SEVERITIES, World, moderator};
use qunguan::app::effect::Effect;
use qunguan::model::action::Act;
use qunguan::model::event::{Event, Flagging};
use qunguan::model::flag::{Category, Confidence};
use qunguan::model::heard::Outcome;
use qunguan::model::id::CaseId;
use qunguan::model::moment::Moment;
use qunguan::model::reason::Reason;

fn press(world: &mut World, keys: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for letter in keys.chars() {
        effects.extend(world.press(&letter.to_string()));
        world.look();
    }
    effects
}

/// One case of `m1`, alice in the queue on it.
fn on_a_case() -> (World, CaseId) {
    let mut world = World::new(120, 40);
    let case = world.flagged(1, 0, SEVERITIES[1]);
    world.look();
    press(&mut world, "2");
    (world, case)
}

#[test]
fn a_case_that_rests_is_out_of_the_way_and_comes_back_by_itself() {
    let (mut world, case) = on_a_case();
    let effects = press(&mut world, "s2");
    world.perform(effects);
    let now = world.chronicle.now;
    assert_eq!(world.state().queue.waiting_count(now), 0);
    assert_eq!(world.state().queue.resting(now).len(), 1);
    assert_eq!(world.state().queue.waiting_count(Moment(now.0 + 3_600_000)), 1);
    let effects = press(&mut world, "u");
    world.perform(effects);
    assert_eq!(world.state().queue.waiting_count(world.chronicle.now), 1);
    assert!(world.state().queue.get(case).unwrap().is_open());
}

#[test]
fn something_worse_wakes_a_case_that_rests() {
    let (mut world, _) = on_a_case();
    let effects = press(&mut world, "s2");
    world.perform(effects);
    world.flagged(1, 0, SEVERITIES[1]);
    assert_eq!(world.state().queue.waiting_count(world.chronicle.now), 0, "as bad as before: it rests on");
    world.flagged(1, 0, SEVERITIES[3]);
    assert_eq!(world.state().queue.waiting_count(world.chronicle.now), 1);
}

#[test]
fn a_case_that_another_holds_is_acted_on_only_after_a_question_and_is_then_taken_over() {
    let (mut world, case) = on_a_case();
    let room = world.chronicle.room("#a");
    world.append(Event::CaseHeld { case, room, holder: Some("bob".to_owned()), by: moderator("bob") });
    world.look();
    assert_eq!(press(&mut world, "m3"), [], "bob is on it");
    let effects = press(&mut world, "y");
    let [Effect::Hold { holder, .. }, Effect::Request(request)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(holder.as_deref(), Some("alice"));
    assert!(matches!(request.act, Act::Mute { .. }));
    assert_eq!(press(&mut world, "a"), [], "nor is it allowed without a question");
}

#[test]
fn taking_and_releasing_is_one_key() {
    let (mut world, case) = on_a_case();
    let effects = press(&mut world, "c");
    world.perform(effects);
    let holder = |world: &World| world.state().queue.get(case).unwrap().holder.clone();
    assert_eq!(holder(&world).unwrap().moderator, "alice");
    let screen = world.look().join("\n");
    assert!(screen.contains("@alice"), "{screen}");
    let effects = press(&mut world, "c");
    world.perform(effects);
    assert_eq!(holder(&world), None);
}

#[test]
fn an_escalated_case_stands_first() {
    let mut world = World::new(120, 40);
    let mild = world.flagged(1, 0, SEVERITIES[0]);
    let bad = world.flagged(2, 1, SEVERITIES[3]);
    world.look();
    press(&mut world, "2");
    assert_eq!(world.with_env(|seat, env| seat.screen.target(&env.scene).case), Some(bad));
    press(&mut world, "j");
    let effects = press(&mut world, "E");
    world.perform(effects);
    let now = world.chronicle.now;
    let order: Vec<CaseId> = world.state().queue.waiting(now).iter().map(|case| case.id).collect();
    assert_eq!(order, [mild, bad]);
}

#[test]
fn an_allowed_text_is_allowed_in_its_room_and_one_step_takes_text_and_decision_back() {
    let (mut world, case) = on_a_case();
    let effects = press(&mut world, "A");
    world.perform(effects);
    assert!(!world.state().queue.get(case).unwrap().is_open());
    assert_eq!(world.state().allowed.iter().count(), 1);
    let effects = press(&mut world, "u");
    world.perform(effects);
    assert!(world.state().queue.get(case).unwrap().is_open());
    assert_eq!(world.state().allowed.iter().count(), 0);
    assert_eq!(press(&mut world, "u"), []);
}

#[test]
fn a_pinned_message_is_evidence_until_it_is_let_go() {
    let (mut world, _) = on_a_case();
    let effects = press(&mut world, "p");
    world.perform(effects);
    assert_eq!(world.state().evidence.pins().count(), 1);
    let effects = press(&mut world, "p");
    world.perform(effects);
    assert_eq!(world.state().evidence.pins().count(), 0);
}

#[test]
fn a_flag_by_hand_makes_a_case_that_names_who_raised_it() {
    let mut world = World::new(120, 40);
    world.says(2);
    world.look();
    let effects = press(&mut world, "!3");
    world.perform(effects);
    let now = world.chronicle.now;
    let cases = world.state().queue.waiting(now);
    assert_eq!(cases.len(), 1);
    assert_eq!(cases[0].severity, SEVERITIES[2]);
    // The first frame after it shows the case, the second takes it for the line under the cursor.
    world.look();
    let screen = world.look().join("\n");
    assert!(screen.contains("alice"), "{screen}");
}

#[test]
fn what_is_said_in_the_room_is_held_and_named_and_an_unknown_command_is_never_said() {
    let mut world = World::new(120, 40);
    world.says(2);
    world.look();
    press(&mut world, "S");
    assert!(world.look().join("\n").contains("#a"));
    for letter in "hello".chars() {
        world.press(&letter.to_string());
    }
    world.pass(1000);
    let mut effects = world.key(qunguan::commands::key::Key::plain(qunguan::commands::key::Code::Enter));
    effects.extend(world.settle());
    let [Effect::Request(request)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(request.act, Act::Say { text: "hello".to_owned() });
    assert!(request.hold_until.is_some());
    press(&mut world, ":");
    for letter in "hello all".chars() {
        world.press(&letter.to_string());
    }
    world.pass(1000);
    let mut effects = world.key(qunguan::commands::key::Key::plain(qunguan::commands::key::Code::Enter));
    effects.extend(world.settle());
    assert_eq!(effects, []);
}

#[test]
fn what_two_rules_say_of_one_message_is_decided_once_and_opens_again_together() {
    let mut world = World::new(120, 40);
    let first = world.flagged(1, 0, SEVERITIES[1]);
    let case = world.state().queue.get(first).unwrap().clone();
    world.append(Event::Flagged(Flagging {
        message: case.remarks[0].message,
        room: case.room,
        member: case.member,
        rule: "another".to_owned(),
        rule_version: 1,
        category: Category::Newcomer,
        severity: SEVERITIES[0],
        confidence: Confidence::Certain,
        span: None,
        reason: Reason::new("flagged-by-hand").with("by", "x"),
    }));
    let elsewhere = world.flagged(1, 2, SEVERITIES[0]);
    world.look();
    press(&mut world, "2");
    let effects = press(&mut world, "m3");
    let mute = world.perform(effects).unwrap();
    let open = |world: &World| world.state().queue.undecided().map(|case| case.id).collect::<Vec<_>>();
    assert_eq!(open(&world), [elsewhere], "what rests on another message waits on");
    let member = world.state().members.in_room(case.room, case.member).unwrap();
    assert_eq!(member.offences.len(), 1, "one message is one offence");
    world.answered(mute, Outcome::Failed { reason: Reason::new("irc-not-operator").with("room", "#a") });
    assert_eq!(open(&world).len(), 3);
}
