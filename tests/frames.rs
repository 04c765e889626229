//! What the encoder sends, judged by a terminal of another make: whatever the frames, the screen is the buffer.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may stop at the first surprise"
)]

use std::num::NonZeroU16;

use proptest::prelude::*;
use qunguan::terminal::encoder::{Depth, Encoder};
use qunguan::terminal::modes;
use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

/// One change of a seat's screen.
#[derive(Debug, Clone)]
enum Change {
    Write {
        column: u16,
        row: u16,
        text: String,
        style: Style,
    },
    /// Raw, as no widget should: the encoder must not trust it.
    Put {
        column: u16,
        row: u16,
        symbol: String,
    },
    Paint {
        row: u16,
        style: Style,
    },
    Move {
        top: u16,
        bottom: u16,
        lines: i32,
    },
    /// A different line in every row, as in a stream.
    Fill {
        number: u16,
    },
    Wipe {
        row: u16,
        rows: u16,
    },
    Resize {
        columns: u16,
        rows: u16,
    },
    Reset,
}

fn symbols() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a",
        "Z",
        " ",
        "  ",
        "0",
        "群",
        "管",
        "理",
        "员",
        "，",
        "ｆ",
        "🙂",
        "🚀",
        "⚑",
        "─",
        "│",
        "é",
        "e\u{301}",
        "❤\u{fe0f}",
        "한",
        "¿",
        "hello",
        "      ",
        "广告加微信",
    ]);
    prop::collection::vec(pieces, 1..24).prop_map(|pieces| pieces.concat())
}

fn colours() -> impl Strategy<Value = Color> {
    prop_oneof![
        3 => Just(Color::Reset),
        2 => prop::sample::select(vec![Color::Black, Color::Red, Color::Gray, Color::LightBlue, Color::White]),
        1 => any::<u8>().prop_map(Color::Indexed),
        1 => any::<(u8, u8, u8)>().prop_map(|(red, green, blue)| Color::Rgb(red, green, blue)),
    ]
}

fn styles() -> impl Strategy<Value = Style> {
    // Bold and dim never together: the judge knows only one of them at a time.
    let intensity =
        prop::sample::select(vec![Modifier::empty(), Modifier::empty(), Modifier::BOLD, Modifier::DIM]);
    let rest = prop::sample::select(vec![
        Modifier::empty(),
        Modifier::empty(),
        Modifier::UNDERLINED,
        Modifier::REVERSED,
        Modifier::ITALIC,
        Modifier::UNDERLINED.union(Modifier::REVERSED),
    ]);
    (colours(), colours(), intensity, rest).prop_map(|(fg, bg, intensity, rest)| {
        Style::new().fg(fg).bg(bg).remove_modifier(Modifier::all()).add_modifier(intensity | rest)
    })
}

fn sizes() -> impl Strategy<Value = (u16, u16)> {
    prop_oneof![4 => (1..=24_u16, 1..=8_u16), 1 => (1..=200_u16, 1..=60_u16), 1 => (1..=2_u16, 1..=2_u16)]
}

fn changes() -> impl Strategy<Value = Change> {
    let place = || any::<u16>();
    let evil = prop::sample::select(vec![
        "\x1b[2J", "\n", "\r", "\u{9b}2J", "\t", "", "\u{301}", "\u{202e}", "\x07",
    ]);
    prop_oneof![
        8 => (place(), place(), symbols(), styles())
            .prop_map(|(column, row, text, style)| Change::Write { column, row, text, style }),
        1 => (place(), place(), evil)
            .prop_map(|(column, row, symbol)| Change::Put { column, row, symbol: symbol.to_owned() }),
        1 => (place(), place(), prop::sample::select(vec!["群", "🙂", "x"]))
            .prop_map(|(column, row, symbol)| Change::Put { column, row, symbol: symbol.to_owned() }),
        2 => (place(), styles()).prop_map(|(row, style)| Change::Paint { row, style }),
        3 => (place(), place(), -4..5_i32).prop_map(|(top, bottom, lines)| Change::Move { top, bottom, lines }),
        2 => (0..99_u16).prop_map(|number| Change::Fill { number }),
        1 => (place(), 1..4_u16).prop_map(|(row, rows)| Change::Wipe { row, rows }),
        1 => sizes().prop_map(|(columns, rows)| Change::Resize { columns, rows }),
        1 => Just(Change::Reset),
    ]
}

fn apply(buffer: &mut Buffer, change: &Change) {
    let Rect { width, height, .. } = buffer.area;
    let columns = usize::from(width);
    match change {
        Change::Write { column, row, text, style } => {
            buffer.set_string(column % width, row % height, text, *style);
        }
        Change::Put { column, row, symbol } => {
            buffer[(column % width, row % height)].set_symbol(symbol);
        }
        Change::Paint { row, style } => buffer.set_style(Rect::new(0, row % height, width, 1), *style),
        Change::Move { top, bottom, lines } => {
            let (top, bottom) = (usize::from(top % height), usize::from(bottom % height) + 1);
            if top < bottom {
                let region = &mut buffer.content[top * columns..bottom * columns];
                let distance = (lines.unsigned_abs() as usize).min(bottom - top) * columns;
                if *lines > 0 { region.rotate_left(distance) } else { region.rotate_right(distance) }
            }
        }
        Change::Fill { number } => {
            for row in 0..height {
                buffer.set_string(0, row, format!("{} 群", number + row), Style::new());
            }
        }
        Change::Wipe { row, rows } => {
            let (from, to) = (row % height, (row % height + rows).min(height));
            let cells = &mut buffer.content[usize::from(from) * columns..usize::from(to) * columns];
            cells.iter_mut().for_each(ratatui::buffer::Cell::reset);
        }
        Change::Resize { columns, rows } => {
            buffer.resize(Rect::new(0, 0, *columns, *rows));
        }
        Change::Reset => {}
    }
}

fn terminal(columns: u16, rows: u16) -> vt100::Parser {
    let mut terminal =
        vt100::Parser::new(NonZeroU16::new(rows).unwrap(), NonZeroU16::new(columns).unwrap(), 0);
    terminal.process(modes::enter(modes::Mouse::Unreported));
    terminal
}

fn as_sent(colour: Color) -> vt100::Color {
    let names = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    match colour {
        Color::Reset => vt100::Color::Default,
        Color::Indexed(index) => vt100::Color::Idx(index),
        Color::Rgb(red, green, blue) => vt100::Color::Rgb(red, green, blue),
        named => vt100::Color::Idx(names.iter().position(|name| *name == named).unwrap() as u8),
    }
}

/// Cell by cell: what the terminal shows is what the buffer holds.
fn judge(terminal: &vt100::Parser, buffer: &Buffer) -> Result<(), TestCaseError> {
    for row in 0..buffer.area.height {
        let mut column = 0;
        while column < buffer.area.width {
            let cell = &buffer[(column, row)];
            let seen = terminal.screen().cell(row, column).unwrap();
            let unsafe_text = cell.symbol().chars().any(|c| c.is_control() || c == '\u{202e}');
            let (mut text, mut width) = match cell.symbol() {
                _ if unsafe_text => ("?", 1),
                symbol => (symbol, symbol.cell_width()),
            };
            if width == 0 || column + width > buffer.area.width {
                (text, width) = (" ", 1);
            }
            let found = match seen.contents() {
                "" => " ",
                contents => contents,
            };
            let at = format!("row {row} column {column}: {cell:?}");
            prop_assert_eq!(found, text, "{}", at);
            prop_assert_eq!(seen.is_wide(), width == 2, "{}", at);
            prop_assert_eq!(seen.bgcolor(), as_sent(cell.bg), "background, {}", at);
            let has = |modifier| cell.modifier.contains(modifier);
            prop_assert_eq!(seen.inverse(), has(Modifier::REVERSED), "{}", at);
            prop_assert_eq!(seen.underline(), has(Modifier::UNDERLINED), "{}", at);
            if text != " " || has(Modifier::REVERSED) || has(Modifier::UNDERLINED) {
                prop_assert_eq!(seen.fgcolor(), as_sent(cell.fg), "foreground, {}", at);
            }
            if text != " " {
                prop_assert_eq!(seen.bold(), has(Modifier::BOLD), "{}", at);
                prop_assert_eq!(seen.dim(), has(Modifier::DIM), "{}", at);
                prop_assert_eq!(seen.italic(), has(Modifier::ITALIC), "{}", at);
            }
            column += width;
        }
    }
    Ok(())
}

/// What happens to the screen before a frame, and where the cursor is in it.
type Step = (Vec<Change>, Option<(u16, u16)>);

fn check(size: (u16, u16), frames: &[Step]) -> Result<(), TestCaseError> {
    let mut buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
    let mut encoder = Encoder::new();
    let mut incremental = terminal(size.0, size.1);
    for (changes, cursor) in frames {
        let (before, mut resized) = (buffer.area, false);
        for change in changes {
            apply(&mut buffer, change);
            match change {
                Change::Resize { columns, rows } => {
                    let (rows, columns) =
                        (NonZeroU16::new(*rows).unwrap(), NonZeroU16::new(*columns).unwrap());
                    incremental.screen_mut().set_size(rows, columns);
                    resized = true;
                }
                Change::Reset => {
                    encoder.reset();
                    incremental.process(b"\x1b[2;2Hstray output of another program\x1b[31m");
                }
                _ => {}
            }
        }
        if resized && before == buffer.area {
            encoder.reset();
        }
        let Rect { width, height, .. } = buffer.area;
        let cursor = cursor.map(|(column, row)| (column % width, row % height));
        let bytes = encoder.encode(&buffer, cursor, Depth::True);
        incremental.process(&bytes);
        judge(&incremental, &buffer)?;
        let again = encoder.encode(&buffer, cursor, Depth::True);
        prop_assert!(again.is_empty(), "the same frame again sent {} bytes", again.len());
        let mut fresh = terminal(width, height);
        fresh.process(&Encoder::new().encode(&buffer, cursor, Depth::True));
        judge(&fresh, &buffer)?;
        for screen in [incremental.screen(), fresh.screen()] {
            prop_assert_eq!(screen.hide_cursor(), cursor.is_none());
            if let Some((column, row)) = cursor {
                prop_assert_eq!(screen.cursor_position(), (row, column));
            }
        }
    }
    Ok(())
}

/// Frames of which only the rows from some row on are drawn, between whole ones.
fn check_parts(size: (u16, u16), frames: &[(Step, u16)]) -> Result<(), TestCaseError> {
    let mut buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
    let mut encoder = Encoder::new();
    let mut terminal = terminal(size.0, size.1);
    prop_assert_eq!(encoder.encode_from(0, &buffer, None), None);
    for ((changes, cursor), from) in frames {
        let cursor = cursor.map(|(column, row)| (column % size.0, row % size.1));
        terminal.process(&encoder.encode(&buffer, cursor, Depth::True));
        let (before, from) = (buffer.clone(), from % size.1);
        let steady = |change: &&Change| !matches!(change, Change::Resize { .. } | Change::Reset);
        changes.iter().filter(steady).for_each(|change| apply(&mut buffer, change));
        let kept = usize::from(from) * usize::from(size.0);
        buffer.content[..kept].clone_from_slice(&before.content[..kept]);
        terminal.process(&encoder.encode_from(from, &buffer, cursor).unwrap());
        judge(&terminal, &buffer)?;
        prop_assert!(encoder.encode(&buffer, cursor, Depth::True).is_empty());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_any_frames_the_terminal_shows_the_buffer(
        size in sizes(),
        frames in prop::collection::vec(
            (prop::collection::vec(changes(), 0..6), prop::option::of(any::<(u16, u16)>())),
            1..8,
        ),
    ) {
        check(size, &frames)?;
    }

    #[test]
    fn a_part_drawn_alone_leaves_the_buffer_on_the_terminal(
        size in sizes(),
        frames in prop::collection::vec(
            ((prop::collection::vec(changes(), 0..6), prop::option::of(any::<(u16, u16)>())), any::<u16>()),
            1..5,
        ),
    ) {
        check_parts(size, &frames)?;
    }

    #[test]
    fn a_poor_terminal_gets_only_the_colours_it_has(
        text in symbols(),
        style in styles(),
        depth in prop::sample::select(vec![Depth::Mono, Depth::Sixteen, Depth::Indexed256]),
    ) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 2));
        buffer.set_string(0, 0, &text, style);
        let mut terminal = terminal(20, 2);
        terminal.process(&Encoder::new().encode(&buffer, None, depth));
        for column in 0..20 {
            let cell = terminal.screen().cell(0, column).unwrap();
            for colour in [cell.fgcolor(), cell.bgcolor()] {
                let allowed = match colour {
                    vt100::Color::Default => true,
                    vt100::Color::Idx(index) => {
                        depth == Depth::Indexed256 || (depth == Depth::Sixteen && index < 16)
                    }
                    vt100::Color::Rgb(..) => false,
                };
                prop_assert!(allowed, "{:?} at {:?}", colour, depth);
            }
        }
        let contents = terminal.screen().cell(0, 0).unwrap();
        let modifier = buffer[(0, 0)].modifier;
        prop_assert_eq!(contents.inverse(), modifier.contains(Modifier::REVERSED));
        prop_assert_eq!(contents.underline(), modifier.contains(Modifier::UNDERLINED));
    }

    #[test]
    fn no_byte_of_a_cell_is_a_control(evil in any::<String>(), column in 0..10_u16) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 1));
        buffer[(column, 0)].set_symbol(&evil);
        let bytes = Encoder::new().encode(&buffer, None, Depth::True);
        let text = String::from_utf8(bytes).unwrap();
        let mut escapes = text.split('\x1b');
        prop_assert_eq!(escapes.next(), Some(""));
        for sequence in escapes {
            let parameters = sequence.strip_prefix('[').unwrap_or_default();
            let after = parameters.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';' || c == '?');
            prop_assert!(after.starts_with(['h', 'l', 'r', 'm', 'J', 'H', 'G', 'C', 'X', 'K']), "{:?}", sequence);
            prop_assert!(!after.chars().any(char::is_control), "{:?}", sequence);
        }
    }
}

/// Chinese and English talk of the measured mean: 50 bytes and 39 columns a line.
const TALK: [(&str, &str); 12] = [
    ("王工", "X 的坑你们踩过吗? 我们昨天升级之后服务一直重启"),
    ("小李", "踩过, 内存不够用, 把 heap 调到 4G 就好了"),
    ("alice", "has anyone tried the new release on Debian stable yet?"),
    ("陈晨", "@王工 最后是怎么解决的? 我这边也是一模一样的问题"),
    ("bob", "yes, works fine here, just read the changelog first"),
    ("赵敏", "今晚八点的分享大家别忘了, 链接在群公告里面"),
    ("老周", "收到, 谢谢提醒"),
    ("dave", "the borrow checker says no again, time for a coffee"),
    ("李四", "新人报到, 请大家多多关照, 做后端开发三年了"),
    ("孙姐", "资料已经放到群文件里了, 名字是 2026-11 汇总"),
    ("erin", "thanks a lot! that really fixed the crash for me"),
    ("吴昊", "有没有人周末一起去参加线下的技术聚会呀?"),
];

fn chat(first: usize, columns: u16, rows: u16) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
    let bar = Style::new().bg(Color::Indexed(236)).fg(Color::White);
    let mut line = |row: u16, text: &str, style| buffer.set_string(0, row, text, style);
    let wide = usize::from(columns);
    line(0, &format!("{:wide$}", " qunguan  #rust  irc 12ms"), bar);
    line(rows - 1, &format!("{:wide$}", " a allow  d recall  w warn  m mute  x remove  ? help"), bar);
    for row in 1..rows - 2 {
        let number = first + usize::from(row);
        let (name, text) = TALK[number % TALK.len()];
        let time = format!("{:02}:{:02}", 14 + number / 600, number / 10 % 60);
        buffer.set_string(0, row, time, Style::new().fg(Color::DarkGray));
        let colour = [Color::Cyan, Color::Green, Color::Yellow, Color::Magenta][number % 4];
        let (column, _) = buffer.set_stringn(6, row, name, 10, Style::new().fg(colour));
        buffer.set_string(column + 2, row, text, Style::new());
    }
    buffer
}

#[test]
fn a_screen_and_a_line_cost_no_more_than_promised() {
    let (bytes, cells) = TALK.iter().fold((0, 0), |(bytes, cells), (_, text)| {
        (bytes + text.len(), cells + usize::from(text.cell_width()))
    });
    println!("talk: {} bytes, {} columns a line", bytes / TALK.len(), cells / TALK.len());
    for (columns, rows, whole, line) in [(120, 40, 3_600, 165), (200, 60, 5_600, 165)] {
        let mut encoder = Encoder::new();
        let cursor = Some((4, rows - 2));
        let first = encoder.encode(&chat(0, columns, rows), cursor, Depth::Indexed256).len();
        let mut other = Encoder::new();
        other.encode(&chat(5, columns, rows), cursor, Depth::Indexed256);
        let painted = other.encode(&chat(900, columns, rows), cursor, Depth::Indexed256).len();
        let lines: Vec<usize> = (1..=24)
            .map(|number| encoder.encode(&chat(number, columns, rows), cursor, Depth::Indexed256).len())
            .collect();
        let mean = lines.iter().sum::<usize>() / lines.len();
        println!("{columns}x{rows}: whole {first} B, all lines new {painted} B, one line {mean} B {lines:?}");
        assert!(
            first <= whole && painted <= whole,
            "{columns}x{rows}: {first} and {painted} of {whole} bytes"
        );
        assert!(mean <= line, "{columns}x{rows}: {mean} of {line} bytes for a new line");
    }
}
