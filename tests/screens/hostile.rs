//! Whatever people write and however small the window is, drawing stays inside, whole and harmless.

use crate::desk::Desk;
use crate::history::History;
use crate::paint;
use proptest::prelude::*;
use qunguan::language::Language;
use qunguan::model::member::Role;
use qunguan::text::width;
use qunguan::ui::moves::Motion;
use qunguan::ui::screen::{Screen, View};
use qunguan::ui::stream::StreamView;
use qunguan::ui::stream_draw::Shown;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[\u{0}-\u{1f}\u{7f}-\u{9f}]{1,8}",
        "[\u{300}-\u{36f}]{1,40}",
        "[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}]{1,8}",
        "[\u{4e00}-\u{4e80}]{1,60}",
        "[👨👩👧🏳🌈🇨🇳\u{200d}\u{fe0f}]{1,12}",
        "[a-z]{1,200}",
        Just("\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m".to_owned()),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

fn made(names: &[String], texts: &[String]) -> Desk {
    let mut history = History::new();
    history.online("demo");
    let room = history.room(1, "demo", &names.concat(), 3);
    let members: Vec<_> = names.iter().map(|name| history.member(room, "demo", name, Role::Member)).collect();
    for (at, text) in texts.iter().enumerate() {
        let message = history.says(room, members[at % members.len()], text);
        let likely = (qunguan::model::flag::Severity::S2, qunguan::model::flag::Confidence::Likely);
        let middle: String = text.chars().skip(1).take(3).collect();
        let part = (at % 2 == 0).then_some(middle.as_str());
        let reason = qunguan::model::reason::Reason::new("flag-words").with("words", text);
        history.flag(message, "words/x", likely, part, reason);
    }
    Desk::new(history.state, history.now, Language::Chinese, "default")
}

/// Nothing outside, no glyph cut in half, nothing that a terminal would obey.
fn judge(desk: &Desk, screen: &Screen) {
    let (columns, rows) = screen.size();
    // A frame around the window that must stay as it is.
    let outer = Rect::new(0, 0, columns + 2, rows + 2);
    let mut buffer = Buffer::filled(outer, ratatui::buffer::Cell::new("#"));
    let mut inner = Buffer::empty(Rect::new(0, 0, columns, rows));
    screen.draw(&desk.scene(), &mut inner);
    buffer.merge(&inner);
    assert_eq!(buffer.area, outer, "drawing left the window");
    for (y, row) in paint::rows(&inner).iter().enumerate() {
        let cells: usize = row.iter().map(|symbol| width::width(symbol)).sum();
        assert_eq!(cells, usize::from(columns), "row {y} is {cells} cells: {row:?}");
        for sign in row.iter().flat_map(|symbol| symbol.chars()) {
            assert!(!sign.is_control(), "U+{:04X} in row {y}", u32::from(sign));
            assert!(!('\u{202a}'..='\u{202e}').contains(&sign) && !('\u{2066}'..='\u{2069}').contains(&sign));
        }
    }
    let mut again = Buffer::empty(inner.area);
    screen.draw(&desk.scene(), &mut again);
    assert_eq!(inner, again, "drawing twice must be equal");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hostile_text_in_any_window_draws_inside_whole_and_harmless(
        names in prop::collection::vec(hostile(), 1..4),
        texts in prop::collection::vec(hostile(), 0..12),
        columns in 1u16..=200,
        rows in 1u16..=60,
        motions in prop::collection::vec(prop::sample::select(Motion::ALL.to_vec()), 0..8),
        view in prop::sample::select(View::ALL.to_vec()),
    ) {
        let desk = made(&names, &texts);
        let mut screen = Screen::new(columns, rows);
        screen.set_view(view);
        judge(&desk, &screen);
        for motion in motions {
            screen.go(&desk.scene(), motion);
            screen.next_pane();
            judge(&desk, &screen);
        }
    }

    #[test]
    fn an_entry_is_measured_as_high_as_it_is_drawn(
        names in prop::collection::vec(hostile(), 1..4),
        texts in prop::collection::vec(hostile(), 0..12),
        columns in 1u16..=200,
        rows in 1u16..=60,
    ) {
        let desk = made(&names, &texts);
        let (stream, area) = (StreamView::default(), Rect::new(0, 0, columns, rows));
        let drawn = stream.visible(&desk.scene(), area, &[]);
        let drawn = drawn.iter().map(|Shown { span, day, rows }| {
            (span.row, rows.len() + usize::from(day.is_some()), span.lead, span.first, span.last)
        });
        // A view that has worded nothing yet.
        let measured = StreamView::default().spans(&desk.scene(), area);
        let measured = measured.iter().map(|span| (span.row, span.height, span.lead, span.first, span.last));
        prop_assert_eq!(drawn.collect::<Vec<_>>(), measured.collect::<Vec<_>>());
    }
}

#[test]
fn every_window_from_one_cell_up_draws() {
    let desk = made(&["中文👨‍👩‍👧".into()], &["很长的一句话".repeat(300), "\u{1b}[2J".into()]);
    for columns in (1..=20).chain((60..=200).step_by(20)) {
        for rows in (1..=20).step_by(2).chain([16, 36, 60]) {
            for view in View::ALL {
                let mut screen = Screen::new(columns, rows);
                screen.set_view(view);
                judge(&desk, &screen);
            }
        }
    }
}
