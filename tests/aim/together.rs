//! Several cases or messages moved at once are one step back, also after a restart; of each it is said what became of it.

use crate::undo::restart;
use crate::world::{SEVERITIES, World, moderator};
use qunguan::app::effect::Effect;
use qunguan::model::event::{CaseMove, Event};
use qunguan::model::flag::Verdict;
use qunguan::model::id::CaseId;
use qunguan::state::undo::Step;
use qunguan::ui::overlay::Overlay;

fn press(world: &mut World, keys: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for letter in keys.chars() {
        effects.extend(world.press(&letter.to_string()));
        world.look();
    }
    effects
}

/// Three cases in the queue, all of them chosen.
fn chosen() -> (World, Vec<CaseId>) {
    let mut world = World::new(120, 40);
    let cases = (1..=3).map(|number| world.flagged(number, 0, SEVERITIES[1])).collect();
    world.look();
    press(&mut world, "2 j j ");
    (world, cases)
}

/// What is so of every case.
fn holds(world: &World, cases: &[CaseId], is: impl Fn(&qunguan::state::queue::Case) -> bool) -> Vec<bool> {
    cases.iter().map(|case| is(world.state().queue.get(*case).unwrap())).collect()
}

/// `keys` moves all three, and one `u` moves all three back.
fn check(keys: &str, back: &CaseMove, is: impl Fn(&World, &qunguan::state::queue::Case) -> bool) {
    for restarts in [false, true] {
        let (mut world, cases) = chosen();
        let effects = press(&mut world, &format!("{keys}y"));
        assert!(
            matches!(&effects[..], [Effect::MoveAll { cases: moved, .. }] if *moved == cases),
            "{keys}: {effects:?}"
        );
        world.perform(effects);
        assert_eq!(holds(&world, &cases, |case| is(&world, case)), [true; 3], "{keys}");
        assert_eq!(world.state().undo.steps("alice").count(), 1, "{keys}");
        if restarts {
            restart(&mut world);
            world.look();
        }
        press(&mut world, "U");
        assert!(world.look().iter().any(|row| row.contains("3")), "{keys}");
        press(&mut world, "q");
        let effects = press(&mut world, "u");
        assert_eq!(effects, [Effect::MoveAll { cases: cases.clone(), to: back.clone() }], "{keys}");
        assert!(world.toast().contains("3 of 3"), "{}", world.toast());
        world.perform(effects);
        assert_eq!(holds(&world, &cases, |case| is(&world, case)), [false; 3], "{keys}");
        assert_eq!(world.state().undo.steps("alice").count(), 0, "{keys}");
    }
}

#[test]
fn cases_that_rest_are_taken_or_escalated_together_go_back_in_one_step() {
    check("s2", &CaseMove::Wake, |world, case| case.rests(world.chronicle.now));
    check("c", &CaseMove::Release, |_, case| case.holder.is_some());
    check("E", &CaseMove::Calm, |_, case| case.escalated_by.is_some());
}

#[test]
fn what_is_put_to_rest_here_leaves_the_queue_when_it_rests_and_the_cursor_goes_on() {
    let mut world = World::new(120, 40);
    for number in 1..=5 {
        world.flagged(number, 0, SEVERITIES[1]);
    }
    world.look();
    press(&mut world, "2j j j ");
    // A frame is drawn before it is so, as at a desk.
    let effects = press(&mut world, "s2y");
    world.look();
    world.perform(effects);
    let rows = world.look();
    let place = |name: &str| rows.iter().position(|row| row.contains(&format!("words  {name} ")));
    let places = ["m1", "m5", "m2", "m3", "m4"].map(place);
    assert!(places.is_sorted() && places[1].unwrap() == places[0].unwrap() + 1, "{rows:#?}");
    assert!(rows[places[1].unwrap()].contains('▌'), "{rows:#?}");
}

#[test]
fn messages_kept_together_are_let_go_in_one_step() {
    for restarts in [false, true] {
        let mut world = World::new(120, 40);
        let said: Vec<_> = (1..=3).map(|number| world.says(number)).collect();
        world.look();
        let effects = press(&mut world, " k k py");
        assert!(
            matches!(&effects[..], [Effect::PinAll { messages, kept: true }] if messages.len() == 3),
            "{effects:?}"
        );
        world.perform(effects);
        if restarts {
            restart(&mut world);
            world.look();
        }
        // One was let go by hand: it is no longer part of the step.
        let room = world.chronicle.room("#a");
        world.append(Event::MessageUnpinned { room, message: said[1], by: moderator("bob") });
        let effects = press(&mut world, "u");
        assert!(
            matches!(&effects[..], [Effect::PinAll { messages, kept: false }] if messages.len() == 2),
            "{effects:?}"
        );
        world.perform(effects);
        assert_eq!(world.state().evidence.pins().count(), 0);
        assert_eq!(world.state().undo.steps("alice").count(), 0);
    }
}

#[test]
fn what_somebody_moved_on_since_is_left_alone_and_each_is_told() {
    let (mut world, cases) = chosen();
    let effects = press(&mut world, "Ey");
    world.perform(effects);
    let room = world.chronicle.room("#a");
    let (case, by) = (cases[1], moderator("bob"));
    world.append(Event::CaseDecided { case, room, verdict: Verdict::Allowed, by });
    let effects = press(&mut world, "u");
    assert_eq!(effects, [Effect::MoveAll { cases: vec![cases[0], cases[2]], to: CaseMove::Calm }]);
    assert!(matches!(world.seat.screen.overlay, Some(Overlay::Reader(_))));
    let rows = world.look().join("\n");
    assert!(rows.contains("decided since by bob") && rows.matches("taken back").count() >= 2, "{rows}");
}

#[test]
fn a_case_that_another_took_over_is_not_released_by_an_undo() {
    let (mut world, cases) = chosen();
    let effects = press(&mut world, "cy");
    world.perform(effects);
    let (room, by) = (world.chronicle.room("#a"), moderator("bob"));
    world.append(Event::CaseHeld { case: cases[0], room, holder: Some("bob".into()), by });
    assert_eq!(world.state().undo.newest("alice").map(|step| matches!(step, Step::Moved(..))), Some(true));
    let effects = press(&mut world, "u");
    assert_eq!(effects, [Effect::MoveAll { cases: vec![cases[1], cases[2]], to: CaseMove::Release }]);
}

#[test]
fn what_was_mine_before_is_not_let_go_with_what_was_taken_beside_it() {
    let (mut world, cases) = chosen();
    let (room, by) = (world.chronicle.room("#a"), moderator("alice"));
    world.append(Event::CaseHeld { case: cases[1], room, holder: Some("alice".into()), by });
    let effects = press(&mut world, "cy");
    let others = vec![cases[0], cases[2]];
    assert_eq!(effects, [Effect::MoveAll { cases: others.clone(), to: CaseMove::Hold("alice".into()) }]);
    world.perform(effects);
    let effects = press(&mut world, "u");
    assert_eq!(effects, [Effect::MoveAll { cases: others, to: CaseMove::Release }]);
}
