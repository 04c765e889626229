//! What you saw is what you hit: whatever arrives, is decided or re-sorted between a frame and a key, the target is the
//! id on the row that the frame marked, and frozen rows do not move.

use crate::desk::Desk;
use crate::history::{History, alice};
use crate::paint;
use proptest::prelude::*;
use qunguan::language::Language;
use qunguan::model::event::Event;
use qunguan::model::flag::{Confidence, Severity, Verdict};
use qunguan::model::id::{CaseId, MemberId, RoomId};
use qunguan::model::member::Role;
use qunguan::model::reason::Reason;
use qunguan::state::State;
use qunguan::ui::moves::Motion;
use qunguan::ui::screen::{Pane, Screen, View};

const ROOM: RoomId = RoomId(1);
const PEOPLE: u32 = 6;

/// Something that happens between a frame and a key.
#[derive(Debug, Clone)]
enum Happening {
    Says(u32),
    Flagged(u32, u8),
    Decided(usize),
    Reopened,
    Frame,
    Moves(Motion),
    Pane,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        3 => (1..=PEOPLE).prop_map(Happening::Says),
        3 => ((1..=PEOPLE), 0u8..4).prop_map(|(member, severity)| Happening::Flagged(member, severity)),
        2 => (0usize..8).prop_map(Happening::Decided),
        1 => Just(Happening::Reopened),
        3 => Just(Happening::Frame),
        2 => prop::sample::select(Motion::ALL.to_vec()).prop_map(Happening::Moves),
        1 => Just(Happening::Pane),
    ]
}

fn history() -> History {
    let mut history = History::new();
    history.online("demo");
    history.room(1, "demo", "room", PEOPLE);
    for number in 1..=PEOPLE {
        history.member(ROOM, "demo", &format!("member{number}"), Role::Member);
    }
    history
}

fn happen(history: &mut History, happening: &Happening) {
    history.pass(7);
    match happening {
        Happening::Says(member) => {
            let text = format!("says {}", history.state.next);
            history.says(ROOM, MemberId(*member), &text);
        }
        Happening::Flagged(member, severity) => {
            let severity = [Severity::S1, Severity::S2, Severity::S3, Severity::S4][usize::from(*severity)];
            let text = format!("bad {}", history.state.next);
            let message = history.says(ROOM, MemberId(*member), &text);
            let rule = format!("rule{}", history.state.next.0 % 3);
            let reason = Reason::new("flag-words").with("words", "bad");
            history.flag(message, &rule, (severity, Confidence::Likely), Some("bad"), reason);
        }
        Happening::Decided(at) => {
            let case = history
                .state
                .queue
                .waiting(qunguan::model::moment::Moment(i64::MAX))
                .get(*at)
                .map(|case| case.id);
            if let Some(case) = case {
                history.push(Event::CaseDecided { case, room: ROOM, verdict: Verdict::Allowed, by: alice() });
            }
        }
        Happening::Reopened => {
            let case = history.state.queue.decided_cases().first().map(|case| case.id);
            if let Some(case) = case {
                history.push(Event::CaseReopened { case, room: ROOM, by: alice() });
            }
        }
        Happening::Frame | Happening::Moves(_) | Happening::Pane => {}
    }
}

/// The row that is marked in a pane: the text of it.
fn marked(desk: &Desk, screen: &Screen, left: bool) -> Option<(usize, String)> {
    let rows = paint::rows(&desk.draw(screen).0);
    rows.iter().enumerate().find_map(|(y, row)| {
        let half = row.len() * 58 / 100;
        let side = if left { &row[..half] } else { &row[half..] };
        side.iter().position(|cell| cell == "▌").map(|x| (y, side[x..].concat()))
    })
}

/// Whether the marked row shows the target's member and its message, which no other row has.
fn names_target(desk: &Desk, screen: &Screen, row: &str) -> bool {
    let scene = desk.scene();
    let target = screen.target(&scene);
    let member = target.member.map(|member| scene.member_name(member)).unwrap_or_default();
    let text =
        target.message.and_then(|id| scene.state.stream.message(id)).map(|message| message.text.clone());
    row.contains(&member) && text.is_some_and(|text| row.contains(&text))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_target_is_the_id_on_the_marked_row_of_the_last_frame(
        before in prop::collection::vec(happening(), 1..30),
        between in prop::collection::vec(happening(), 0..20),
        focus in prop::sample::select(vec![Pane::Stream, Pane::Queue]),
        view in prop::sample::select(vec![View::Live, View::Queue]),
    ) {
        let mut history = history();
        happen(&mut history, &Happening::Flagged(1, 1));
        let mut desk = Desk::new(history.state.clone(), history.now, Language::English, "default");
        let mut screen = Screen::new(120, 36);
        screen.set_view(view);
        screen.focus(focus);
        for happening in &before {
            happen(&mut history, happening);
            desk.state = history.state.clone();
            desk.now = history.now;
            match happening {
                Happening::Frame => screen.pin(&desk.scene()),
                Happening::Moves(motion) => screen.go(&desk.scene(), *motion),
                Happening::Pane => screen.next_pane(),
                _ => {}
            }
        }
        // The frame: drawn, sent, pinned.
        let left = screen.subject() == Pane::Stream || view == View::Queue;
        let seen = marked(&desk, &screen, left);
        screen.pin(&desk.scene());
        let target = screen.target(&desk.scene());
        if let Some((_, row)) = &seen {
            prop_assert!(names_target(&desk, &screen, row), "{:?} is not on {row:?}", target);
        }
        let was = target.case.and_then(|id| desk.state.queue.get(id)).map(|case| case.severity);
        // What happens before the key is pressed moves nothing under it.
        for happening in &between {
            happen(&mut history, happening);
        }
        desk.state = history.state.clone();
        let meant = screen.target(&desk.scene());
        prop_assert_eq!((target.case, target.member), (meant.case, meant.member));
        if screen.subject() == Pane::Stream {
            prop_assert_eq!(target.message, meant.message);
        }
        // A case stays on its screen row whatever arrives; only when cases above it are gone, or when it got worse
        // itself, can it come up.
        let severity = |state: &State| target.case.and_then(|id| state.queue.get(id)).map(|case| case.severity);
        let gone = between.iter().any(|one| matches!(one, Happening::Decided(_)))
            || severity(&desk.state) != was;
        if screen.subject() == Pane::Queue && view == View::Live && !gone {
            let again = marked(&desk, &screen, left);
            // A queue that was empty has no row to stay on.
            if let Some((y, _)) = seen {
                prop_assert_eq!(Some(y), again.map(|(y, _)| y));
            }
        }
    }

    #[test]
    fn a_frozen_stream_does_not_move(between in prop::collection::vec(happening(), 0..40), up in 1usize..30) {
        let mut history = history();
        for number in 0..80u32 {
            happen(&mut history, &Happening::Says(1 + number % PEOPLE));
        }
        let mut desk = Desk::new(history.state.clone(), history.now, Language::English, "default");
        let mut screen = Screen::new(80, 24);
        screen.pin(&desk.scene());
        for _ in 0..up {
            screen.go(&desk.scene(), Motion::Up);
        }
        let talk = |desk: &Desk, screen: &Screen| {
            let rows = paint::rows(&desk.draw(screen).0);
            rows.into_iter().filter(|row| row.concat().contains("says ")).take(8).collect::<Vec<_>>()
        };
        let before = talk(&desk, &screen);
        for happening in between.iter().filter(|one| matches!(one, Happening::Says(_))) {
            happen(&mut history, happening);
        }
        desk.state = history.state.clone();
        prop_assert_eq!(before, talk(&desk, &screen));
    }
}

#[test]
fn a_case_that_somebody_else_decides_stays_under_the_cursor_and_says_so() {
    let mut history = history();
    for member in 1..=4 {
        happen(&mut history, &Happening::Flagged(member, 1));
    }
    let mut desk = Desk::new(history.state.clone(), history.now, Language::English, "default");
    let mut screen = Screen::new(120, 36);
    screen.focus(Pane::Queue);
    screen.pin(&desk.scene());
    screen.go(&desk.scene(), Motion::Down);
    screen.pin(&desk.scene());
    let case: CaseId = screen.target(&desk.scene()).case.unwrap();
    let before = marked(&desk, &screen, false).unwrap();
    history.push(Event::CaseDecided {
        case,
        room: ROOM,
        verdict: Verdict::Allowed,
        by: crate::history::bob(),
    });
    desk.state = history.state.clone();
    let after = marked(&desk, &screen, false).unwrap();
    assert_eq!(before.0, after.0);
    assert!(after.1.contains("bob allowed"), "{}", after.1);
    assert_eq!(screen.target(&desk.scene()).case, Some(case));
    screen.go(&desk.scene(), Motion::Down);
    assert!(!marked(&desk, &screen, false).unwrap().1.contains("bob"));
}
