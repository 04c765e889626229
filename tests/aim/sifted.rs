//! A stream that is filtered while things happen: it is at any time what the same filter would show if it were asked for
//! now, and while it is frozen nothing on it moves.

use crate::world::{SEVERITIES, World, moderator};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use qunguan::app::seat::Seat;
use qunguan::language::Language;
use qunguan::model::action::{Act, Actor, Request};
use qunguan::model::event::{Event, Flagging};
use qunguan::model::flag::{Category, Confidence};
use qunguan::model::id::{ActionId, MemberId, MessageId, RoomId};
use qunguan::model::member::LeaveCause;
use qunguan::model::reason::Reason;
use qunguan::state::stream::Line;

const SIZE: (u16, u16) = (100, 40);
const FILTERS: [&str; 11] = [
    "flagged",
    "-flagged",
    "flagged:S3",
    "acted",
    "-acted from:m1",
    "recalled",
    "flagged or recalled",
    "from:m1",
    "from:m2 or flagged:S3 -acted",
    "-(recalled or acted)",
    "says",
];

#[derive(Debug, Clone)]
enum Step {
    Says(u32),
    Flag(usize, usize),
    Recall(usize),
    Act(usize),
    /// The oldest action under way comes to something, or to nothing.
    Settle(bool),
    Leaves(u32),
    Gap,
    NextDay,
    Key(char),
    Look,
    Arrives,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..=3u32).prop_map(Step::Says),
        4 => (any::<usize>(), 0..4usize).prop_map(|(which, severity)| Step::Flag(which, severity)),
        2 => any::<usize>().prop_map(Step::Recall),
        3 => any::<usize>().prop_map(Step::Act),
        2 => any::<bool>().prop_map(Step::Settle),
        1 => (1..=3u32).prop_map(Step::Leaves),
        1 => Just(Step::Gap),
        1 => Just(Step::NextDay),
        4 => prop::sample::select(vec!['k', 'k', 'j', 'f', 'G']).prop_map(Step::Key),
        4 => Just(Step::Look),
        3 => Just(Step::Arrives),
    ]
}

/// A stream alone, filtered by this.
fn filtered(world: &mut World, filter: &str) {
    world.look();
    world.press("z");
    world.look();
    world.press(&format!("&{filter}\n"));
}

/// What was asked for comes, until nothing more is.
fn arrives(world: &mut World) -> Vec<String> {
    world.look();
    while !world.waiting.is_empty() {
        world.arrives();
        world.look();
    }
    world.pass(10_000);
    // The second frame marks the line that the first showed.
    world.look();
    world.look()
}

fn said(world: &World, which: usize) -> (MessageId, RoomId, MemberId) {
    let lines = world.state().stream.lines().iter();
    let messages: Vec<_> = lines
        .filter_map(|line| match line {
            Line::Message(message) => Some((message.id, message.room, message.member)),
            Line::Notice { .. } => None,
        })
        .collect();
    messages[which % messages.len()]
}

fn happens(world: &mut World, step: &Step) {
    match step {
        Step::Says(number) => {
            world.says(*number);
        }
        Step::Flag(which, severity) => flag(world, *which, *severity),
        Step::Recall(which) => {
            let (message, room, _) = said(world, *which);
            world.append(Event::MessageRecalled { room, message, by: Actor::Unknown });
        }
        Step::Act(which) => {
            let (message, room, member) = said(world, *which);
            let case = world.state().queue.naming(message).next().map(|case| case.id);
            let act = if case.is_some() { Act::Unmute { member } } else { Act::Recall { message, member } };
            let by = moderator("bob");
            let request = Request {
                room,
                act,
                by,
                case,
                rule: None,
                hold_until: None,
                undoes: None,
                unit: None,
                message: None,
            };
            world.append(Event::ActionRequested(request));
        }
        Step::Settle(good) => {
            let oldest = world.state().actions.open().next().map(|action| (action.id, action.request.room));
            if let Some((action, room)) = oldest {
                settle(world, action, room, *good);
            }
        }
        Step::Leaves(number) => {
            let (room, member) = (world.chronicle.room("#a"), world.chronicle.member(&format!("m{number}")));
            let (cause, by) = (LeaveCause::Removed, moderator("bob"));
            world.append(Event::MemberLeft { room, member, cause, by });
        }
        Step::Gap => gap(world),
        Step::NextDay => world.pass(86_400_000),
        Step::Key(key) => drop(world.press(&key.to_string())),
        Step::Look => drop(world.look()),
        Step::Arrives => world.arrives(),
    }
}

fn flag(world: &mut World, which: usize, severity: usize) {
    let (message, room, member) = said(world, which);
    world.append(Event::Flagged(Flagging {
        message,
        room,
        member,
        rule: "r".into(),
        rule_version: 1,
        category: Category::Words,
        severity: SEVERITIES[severity],
        confidence: Confidence::Likely,
        span: None,
        reason: Reason::new("flag-words").with("words", "x").with("count", 1).with("disguised", "no"),
    }));
}

fn settle(world: &mut World, action: ActionId, room: RoomId, good: bool) {
    let by = moderator("bob");
    world.append(match good {
        true => Event::ActionMarkedDone { action, room, by },
        false => Event::ActionCancelled { action, room, by },
    });
}

fn gap(world: &mut World) {
    let (to, connector) = (world.chronicle.now, crate::chronicle::CONNECTOR.to_owned());
    let reason = Reason::new("gap-restart");
    world.append(Event::GapNoted { connector, room: None, from: to.plus_seconds(-60), to, reason });
}

fn said_by_four(world: &mut World) {
    for number in 1..=4 {
        world.says(number);
    }
}

/// What was said stands on which row.
fn places(rows: &[String]) -> Vec<(usize, String)> {
    let said = |row: &String| {
        let from = row.find("says-")?;
        let to = row[from..].find('.')?;
        Some(row[from..from + to].to_owned())
    };
    rows.iter().enumerate().filter_map(|(at, row)| Some((at, said(row)?))).collect()
}

fn run(filter: &str, before: &[Step], steps: &[Step]) -> Result<(), TestCaseError> {
    let mut world = World::new(SIZE.0, SIZE.1);
    said_by_four(&mut world);
    before.iter().for_each(|step| happens(&mut world, step));
    filtered(&mut world, filter);
    let mut stood = None;
    for step in steps {
        world.pass(7);
        happens(&mut world, step);
        match step {
            Step::Look if world.seat.screen.is_frozen() => {
                let shown = places(&world.look());
                if let Some(was) = stood.replace(shown.clone()) {
                    prop_assert_eq!(was, shown, "it moved while it was frozen");
                }
            }
            // What is asked for by a key or comes from the record may change what is shown.
            Step::Key(_) | Step::Arrives => stood = None,
            _ => {}
        }
    }
    world.press("G");
    let shown = arrives(&mut world);
    world.seat = Seat::new("alice", Language::English, "default", SIZE.0, SIZE.1);
    (world.drawn, world.shown) = (0, 0);
    world.waiting.clear();
    filtered(&mut world, filter);
    prop_assert_eq!(shown, arrives(&mut world));
    Ok(())
}

#[test]
fn a_page_that_was_on_its_way_when_something_changed_is_tried_anew() {
    for settled in [true, false] {
        let after = [Step::Key('G'), Step::Says(1), Step::Settle(settled), Step::Says(1)];
        (0..4).for_each(|which| run("acted", &[Step::Act(which)], &after).unwrap());
    }
}

#[test]
fn a_running_filter_shows_what_the_same_filter_asked_for_anew_shows() {
    let config =
        Config { cases: 100, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    let steps = || prop::collection::vec(step(), 0..30);
    let trial = (prop::sample::select(&FILTERS[..]), steps(), steps());
    let outcome = TestRunner::new(config).run(&trial, |(filter, before, steps)| run(filter, &before, &steps));
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// What the same filter shows that is asked for now, at a seat that saw nothing before.
fn anew(world: &mut World, filter: &str) -> Vec<(usize, String)> {
    let seat = Seat::new("alice", Language::English, "default", SIZE.0, SIZE.1);
    let was = (std::mem::replace(&mut world.seat, seat), world.drawn, world.shown);
    (world.drawn, world.shown) = (0, 0);
    filtered(world, filter);
    let shown = places(&arrives(world));
    (world.seat, world.drawn, world.shown) = was;
    shown
}

#[test]
fn in_a_state_of_earlier_a_filter_shows_nothing_that_had_not_happened_yet() {
    for filter in ["says", "recalled", "-recalled", "flagged", "acted"] {
        for frozen in [false, true] {
            let mut world = World::new(SIZE.0, SIZE.1);
            said_by_four(&mut world);
            let earlier = world.state().clone();
            for step in [Step::Recall(0), Step::Flag(0, 1), Step::Act(0), Step::Says(1), Step::Says(2)] {
                happens(&mut world, &step);
            }
            let later = world.state().clone();
            filtered(&mut world, filter);
            arrives(&mut world);
            if frozen {
                world.press("k");
                world.look();
            }
            // Back, on again, and back once more, as a playhead goes.
            for (state, when) in [(&earlier, "earlier"), (&later, "later"), (&earlier, "earlier again")] {
                world.chronicle.state = state.clone();
                let shown = places(&arrives(&mut world));
                let wanted = anew(&mut world, filter);
                let wrong: Vec<_> =
                    shown.iter().filter(|one| !wanted.iter().any(|two| two.1 == one.1)).collect();
                // What stands still stays when something becomes of it, but not when that takes it back.
                let may = frozen && when == "later";
                assert!(
                    may || wrong.is_empty(),
                    "{filter}, frozen {frozen}, {when}: {shown:?}, not {wanted:?}"
                );
                assert!(frozen || shown == wanted, "{filter}, {when}: {shown:?}, not {wanted:?}");
            }
        }
    }
}

#[test]
fn what_is_flagged_later_joins_what_is_flagged_and_leaves_what_is_not() {
    let mut world = World::new(SIZE.0, SIZE.1);
    said_by_four(&mut world);
    filtered(&mut world, "flagged");
    assert!(places(&arrives(&mut world)).is_empty());
    flag(&mut world, 1, 1);
    let rows = world.look();
    assert_eq!(places(&rows).len(), 1, "{rows:#?}");
    assert!(rows.iter().any(|row| row.contains("&flagged 1 ")), "{rows:#?}");
    world.press("&-flagged\n");
    assert_eq!(places(&arrives(&mut world)).len(), 3);
    flag(&mut world, 2, 1);
    let rows = world.look();
    assert_eq!(places(&rows).len(), 2, "{rows:#?}");
    assert!(rows.iter().any(|row| row.contains("&-flagged 2 ")), "{rows:#?}");
}

#[test]
fn what_no_longer_passes_stays_under_a_cursor_that_stands_still_and_goes_when_it_moves_on() {
    let mut world = World::new(SIZE.0, SIZE.1);
    said_by_four(&mut world);
    filtered(&mut world, "-flagged");
    arrives(&mut world);
    world.press("k");
    let was = places(&world.look());
    flag(&mut world, 2, 1);
    flag(&mut world, 0, 1);
    let rows = world.look();
    assert_eq!(places(&rows), was);
    assert!(rows.iter().any(|row| row.contains("&-flagged 2 ")), "how many pass is said at once: {rows:#?}");
    world.press("k");
    let rows = world.look();
    let names: Vec<_> = places(&rows).into_iter().map(|(_, said)| said).collect();
    assert_eq!(names.len(), 2, "{rows:#?}");
}

#[test]
fn a_filtered_stream_tells_gaps_days_and_what_befell_those_whom_it_names() {
    let mut world = World::new(SIZE.0, SIZE.1);
    world.says(1);
    happens(&mut world, &Step::Leaves(1));
    happens(&mut world, &Step::Leaves(2));
    gap(&mut world);
    world.pass(86_400_000);
    world.says(1);
    filtered(&mut world, "from:m1");
    let check = |rows: Vec<String>, all: bool| {
        let has = |what: &str| rows.iter().any(|row| row.contains(what));
        assert!(has("┄") && has("m1 was removed (bob)") && !has("m2 was removed"), "{rows:#?}");
        let days = rows
            .iter()
            .filter(|row| row.contains("────") && !row.contains('┐') && !row.contains('┘'))
            .count();
        assert!(!all || days >= 2, "{rows:#?}");
    };
    check(arrives(&mut world), true);
    // What comes while it stands is told too.
    let mut world = World::new(SIZE.0, SIZE.1);
    filtered(&mut world, "from:m1");
    arrives(&mut world);
    happens(&mut world, &Step::Leaves(1));
    happens(&mut world, &Step::Leaves(2));
    gap(&mut world);
    check(world.look(), false);
}

#[test]
fn a_raid_that_was_removed_is_one_line_that_says_by_whom_and_enter_tells_all_names() {
    for (columns, rows) in [(60, 20), (80, 24), (120, 36)] {
        let mut world = World::new(columns, rows);
        for number in 0..30 {
            world.chronicle.joins("#a", &format!("raider-{number}"));
        }
        world.says(1);
        let (room, by) = (world.chronicle.room("#a"), moderator("bob"));
        for number in 0..30 {
            let member = world.chronicle.member(&format!("raider-{number}"));
            let (cause, by) = (LeaveCause::Removed, by.clone());
            world.append(Event::MemberLeft { room, member, cause, by });
        }
        world.look();
        world.press("z");
        let shown = world.look();
        let one = shown.iter().filter(|row| row.contains("removed")).collect::<Vec<_>>();
        assert!(matches!(&one[..], [row] if row.contains("30 removed by bob: raider-0")), "{shown:#?}");
        world.press("k");
        world.look();
        world.press("j\n");
        let shown = world.look();
        assert!(shown.iter().any(|row| row.contains("raider-9")), "{shown:#?}");
    }
}
