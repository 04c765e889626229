//! A queue that is re-sorted while somebody is in it: the row under the cursor and what stands above it on the screen do
//! not move by themselves, and what is new or got worse out of sight is counted in the title.

use crate::world::{SEVERITIES, World, moderator};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use qunguan::model::event::Event;
use qunguan::model::flag::Verdict;
use qunguan::model::id::{CaseId, RoomId};
use qunguan::model::moment::Moment;

#[derive(Debug, Clone)]
enum Step {
    /// A case comes, or gets worse.
    Flagged(u32, u32, usize),
    Decided(usize),
    Reopened,
    Rests(usize),
    Escalated(usize),
    Passes(i64),
    Key(char),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (1..=6u32, 0..3u32, 0..4usize).prop_map(|(who, rule, worse)| Step::Flagged(who, rule, worse)),
        2 => (0..9usize).prop_map(Step::Decided),
        1 => Just(Step::Reopened),
        1 => (0..9usize).prop_map(Step::Rests),
        2 => (0..9usize).prop_map(Step::Escalated),
        1 => (1..90_000i64).prop_map(Step::Passes),
        4 => prop::sample::select(vec!['j', 'j', 'k', 'k', 'G']).prop_map(Step::Key),
    ]
}

fn waiting(world: &World, at: usize) -> Option<(CaseId, RoomId)> {
    let waiting = world.state().queue.waiting(world.chronicle.now);
    waiting.get(at).map(|case| (case.id, case.room))
}

fn happens(world: &mut World, step: &Step) {
    let by = moderator("bob");
    match step {
        Step::Flagged(who, rule, severity) => {
            world.flagged(*who, *rule, SEVERITIES[*severity]);
        }
        Step::Decided(at) => {
            if let Some((case, room)) = waiting(world, *at) {
                world.append(Event::CaseDecided { case, room, verdict: Verdict::Allowed, by });
            }
        }
        Step::Reopened => {
            let case = world.state().queue.decided_cases().first().map(|case| (case.id, case.room));
            if let Some((case, room)) = case {
                world.append(Event::CaseReopened { case, room, by });
            }
        }
        Step::Rests(at) => {
            if let Some((case, room)) = waiting(world, *at) {
                let until = Moment(world.chronicle.now.0 + 60_000);
                world.append(Event::CaseSnoozed { case, room, until, by });
            }
        }
        Step::Escalated(at) => {
            if let Some((case, room)) = waiting(world, *at) {
                world.append(Event::CaseEscalated { case, room, by });
            }
        }
        Step::Passes(milliseconds) => world.pass(*milliseconds),
        Step::Key(key) => drop(world.press(&key.to_string())),
    }
}

/// The row of the cursor, the case on it, and whose cases stand on the rows above it.
#[derive(Debug, Clone, PartialEq)]
struct Stand {
    row: usize,
    case: Option<CaseId>,
    above: Vec<String>,
}

fn stand(world: &mut World) -> Option<Stand> {
    let rows = world.look();
    let row = rows.iter().position(|row| row.contains('▌'))?;
    let case = world.with_env(|seat, env| seat.screen.target(&env.scene).case);
    // Of which rule and about whom: behind the severity stand the category and the name.
    let who = |row: &String| {
        let words: Vec<&str> = row.split_whitespace().collect();
        let is_severity = |word: &&str| ["S1", "S2", "S3", "S4"].iter().any(|end| word.ends_with(end));
        let at = words.iter().position(|word| is_severity(word) && !word.contains('⚑'))?;
        let [category, name] = words.get(at + 1..at + 3)? else { return None };
        name.starts_with('m').then(|| format!("{category} {name}"))
    };
    let first = rows.iter().position(|row| who(row).is_some())?;
    Some(Stand { row, case, above: rows[first.min(row)..row].iter().filter_map(who).collect() })
}

fn run(view: char, size: (u16, u16), steps: &[Step]) -> Result<(), TestCaseError> {
    let mut world = World::new(size.0, size.1);
    for number in 1..=5 {
        world.flagged(number, 0, SEVERITIES[number as usize % 4]);
    }
    world.look();
    world.press(if view == '2' { "2" } else { "\t" });
    world.look();
    world.press("jj");
    let mut was = stand(&mut world);
    // Among those that are decided or rest a case goes where it belongs: only a cursor among the open ones is judged.
    let mut among_open = true;
    for step in steps {
        happens(&mut world, step);
        let now = stand(&mut world);
        if matches!(step, Step::Key(_)) {
            let case = now.as_ref().and_then(|stand| world.state().queue.get(stand.case?));
            among_open = case.is_some_and(|case| case.waits(world.chronicle.now));
        } else if among_open {
            prop_assert_eq!(&was, &now, "after {:?}", step);
        }
        was = now;
    }
    Ok(())
}

#[test]
fn no_row_above_the_cursor_or_under_it_moves_by_itself() {
    let config =
        Config { cases: 120, failure_persistence: None, max_shrink_iters: 1000, ..Config::default() };
    let sizes = prop::sample::select(vec![(120, 36), (120, 14), (80, 24)]);
    let trial = (prop::sample::select(vec!['1', '2']), sizes, prop::collection::vec(step(), 1..25));
    let outcome = TestRunner::new(config).run(&trial, |(view, size, steps)| run(view, size, &steps));
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn a_case_that_gets_worse_under_the_cursor_shows_it_there_and_elsewhere_it_is_counted_above() {
    let mut world = World::new(120, 36);
    for number in 1..=4 {
        world.flagged(number, 0, SEVERITIES[1]);
    }
    world.look();
    world.press("2");
    world.look();
    world.press("jj");
    let was = stand(&mut world).unwrap();
    world.flagged(3, 0, SEVERITIES[3]);
    let now = stand(&mut world).unwrap();
    assert_eq!(was, now);
    let rows = world.look();
    assert!(rows[now.row].contains("S4") && rows[now.row].contains("m3"), "{rows:#?}");
    world.flagged(4, 0, SEVERITIES[2]);
    assert_eq!(stand(&mut world).unwrap(), was);
    let rows = world.look();
    assert!(rows.iter().any(|row| row.contains("↑1 S3")), "{rows:#?}");
    // Whoever goes to the top finds the order of the ranks again.
    world.press("gg");
    let rows = world.look();
    let place = |name: &str| rows.iter().position(|row| row.contains(&format!(" {name} ")));
    let order = ["m3", "m4", "m1", "m2"].map(place);
    assert!(order.is_sorted() && order[0].is_some(), "{order:?} {rows:#?}");
}
