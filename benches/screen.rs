//! What a new message costs on the way to a terminal: bytes and time of one frame of the real Live view.
//!
//! `cargo bench --bench screen -- [--smoke] [frames]`; 1,000 frames of one new message each unless told, 100 with
//! `--smoke`. No store and no loop: state, screen and encoder, as a seat uses them, in Chinese with the default theme
//! and true colour. The reference is what ratatui's stock crossterm backend sends for the same pictures, written down
//! here because that backend is no dependency: `Buffer::diff`, a cursor move for every cell that does not lie one
//! column right of the last (so for every cell after a Chinese character), spaces instead of erasing, and colours
//! whenever they change.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement stops at the first surprise and prints what it found"
)]

mod stage;

use chrono::FixedOffset;
use qunguan::app::env::Env;
use qunguan::app::message::Message;
use qunguan::app::seat::Seat;
use qunguan::app::update::update;
use qunguan::commands::keymap::Keymap;
use qunguan::config::theme::Theme;
use qunguan::enforce;
use qunguan::language::{Language, Words};
use qunguan::model::event::{Event, Record};
use qunguan::model::heard::Heard;
use qunguan::model::id::MessageId;
use qunguan::model::moment::Moment;
use qunguan::rules::{self, Rules};
use qunguan::state::State;
use qunguan::state::intake::intake;
use qunguan::terminal::encoder::{Depth, Encoder};
use qunguan::ui::scene::{Recording, Scene};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use std::fmt::Write;
use std::time::Instant;

/// Said before the first frame, so that every pane has something in it.
const BEFORE: u64 = 20_000;

fn main() {
    let asked = stage::Asked::here();
    let frames = asked.number.unwrap_or(if asked.smoke { 100 } else { 1_000 });
    println!("{frames} frames of one new message each, after {BEFORE} messages");
    let mut world = World::new();
    for number in 0..BEFORE {
        world.hear(Heard::Message(stage::saying(number)));
    }
    let mut said = BEFORE;
    for (columns, rows, zoomed) in
        [(80, 24, false), (120, 36, false), (120, 40, false), (120, 40, true), (200, 60, false)]
    {
        let name = format!("{columns}x{rows}{}", if zoomed { ", the stream alone" } else { "" });
        let figures = watch(&mut world, (columns, rows, zoomed), said..said + frames);
        said += frames;
        report(&name, figures);
    }
    stage::noise();
}

/// Bytes and microseconds of every frame.
#[derive(Default)]
struct Figures {
    whole: usize,
    whole_stock: usize,
    ours: Vec<usize>,
    stock: Vec<usize>,
    update: Vec<u64>,
    draw: Vec<u64>,
    encode: Vec<u64>,
}

fn report(name: &str, mut figures: Figures) {
    let mean = |values: &[usize]| values.iter().sum::<usize>() as f64 / values.len() as f64;
    let (ours, stock) = (mean(&figures.ours), mean(&figures.stock));
    let middle = stage::at_percent(&mut figures.ours, 50);
    let figure = format!("{ours:>7.0} B mean, {middle} p50; stock {stock:.0}; ratio {:.3}", ours / stock);
    stage::line(&format!("{name}: a new message"), &figure);
    let (whole, whole_stock) = (figures.whole, figures.whole_stock);
    let figure = format!("{whole:>7} B; stock {whole_stock}; ratio {:.2}", whole as f64 / whole_stock as f64);
    stage::line(&format!("{name}: the whole picture"), &figure);
    let times = |times: &mut Vec<u64>| (stage::at_percent(times, 50), stage::at_percent(times, 95));
    let (draw, encode, update) =
        (times(&mut figures.draw), times(&mut figures.encode), times(&mut figures.update));
    let figure = format!(
        "{:>7} us p50 (p95 {}): draw {} ({}), encode {} ({}); then pin {} ({})",
        draw.0 + encode.0,
        draw.1 + encode.1,
        draw.0,
        draw.1,
        encode.0,
        encode.1,
        update.0,
        update.1
    );
    stage::line(&format!("{name}: time of a frame"), &figure);
}

fn watch(
    world: &mut World,
    (columns, rows, zoomed): (u16, u16, bool),
    numbers: std::ops::Range<u64>,
) -> Figures {
    let mut seat = Seat::new("alice", Language::Chinese, "default", columns, rows);
    if zoomed {
        seat.screen.toggle_zoom();
    }
    let mut encoder = Encoder::new();
    let mut figures = Figures::default();
    let area = Rect::new(0, 0, columns, rows);
    let mut last = Buffer::empty(area);
    for number in std::iter::once(None).chain(numbers.map(Some)) {
        if let Some(number) = number {
            world.hear(Heard::Message(stage::saying(number)));
        }
        let scene = world.scene();
        let began = Instant::now();
        let mut buffer = Buffer::empty(area);
        let cursor = seat.screen.draw(&scene, &mut buffer);
        let drawn = began.elapsed();
        let bytes = encoder.encode(&buffer, cursor, Depth::True);
        let encoded = began.elapsed();
        update(&mut seat, &Env { scene, warnings: &[] }, Message::Drawn(number.unwrap_or(0)));
        let pinned = began.elapsed();
        let stock = stock(&last, &buffer);
        last = buffer;
        if number.is_none() {
            (figures.whole, figures.whole_stock) = (bytes.len(), stock);
            continue;
        }
        figures.ours.push(bytes.len());
        figures.stock.push(stock);
        figures.draw.push(drawn.as_micros() as u64);
        figures.encode.push((encoded - drawn).as_micros() as u64);
        figures.update.push((pinned - encoded).as_micros() as u64);
    }
    figures
}

/// Everything a scene borrows.
struct World {
    state: State,
    rules: Rules,
    words: Words,
    theme: Theme,
    keymap: Keymap,
    enforce: enforce::Settings,
    here: Vec<String>,
    now: Moment,
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            state: State::default(),
            rules: Rules::new(&rules::Settings::default()).expect("sound settings"),
            words: Words::of(Language::Chinese),
            theme: Theme::named("default", None).0,
            keymap: Keymap::default(),
            enforce: enforce::Settings::default(),
            here: vec!["bob".into()],
            now: Moment(stage::SUNDAY),
        };
        stage::opening().into_iter().for_each(|heard| world.hear(heard));
        world
    }

    fn hear(&mut self, heard: Heard) {
        if let Heard::Message(saying) = &heard {
            self.now = saying.sent_at.unwrap_or(self.now);
        }
        for event in intake(&self.state, stage::CONNECTOR, heard, self.now) {
            self.append(event);
        }
    }

    fn append(&mut self, event: Event) {
        let record = Record { seq: self.state.next, at: self.now, event };
        self.state.apply(&record);
        if let Event::MessageReceived(_) = record.event {
            let flags = self.rules.evaluate(&self.state, MessageId(record.seq));
            flags.into_iter().for_each(|flag| self.append(Event::Flagged(flag)));
        }
    }

    fn scene(&self) -> Scene<'_> {
        Scene {
            state: &self.state,
            words: &self.words,
            theme: &self.theme,
            keymap: &self.keymap,
            now: self.now,
            zone: FixedOffset::east_opt(8 * 3600).expect("a zone"),
            moderator: "alice",
            here: &self.here,
            recording: &Recording::Fine,
            enforce: &self.enforce,
        }
    }
}

/// The bytes of ratatui-crossterm 0.1's `draw` for the difference of two pictures.
fn stock(last: &Buffer, next: &Buffer) -> usize {
    let mut out = String::new();
    let (mut fg, mut bg, mut modifier) = (Color::Reset, Color::Reset, Modifier::empty());
    let mut before: Option<(u16, u16)> = None;
    for (x, y, cell) in last.diff(next) {
        if before != x.checked_sub(1).map(|x| (x, y)) {
            write!(out, "\x1b[{};{}H", y + 1, x + 1).unwrap();
        }
        before = Some((x, y));
        if cell.modifier != modifier {
            change(&mut out, modifier, cell.modifier);
            modifier = cell.modifier;
        }
        if (cell.fg, cell.bg) != (fg, bg) {
            write!(out, "\x1b[{};{}m", colour(cell.fg, 30), colour(cell.bg, 40)).unwrap();
            (fg, bg) = (cell.fg, cell.bg);
        }
        out.push_str(Cell::symbol(cell));
    }
    // It ends each frame with the default colours and attributes.
    out.push_str("\x1b[39m\x1b[49m\x1b[0m");
    out.len()
}

fn change(out: &mut String, from: Modifier, to: Modifier) {
    const CODES: [(Modifier, u8, u8); 6] = [
        (Modifier::REVERSED, 7, 27),
        (Modifier::BOLD, 1, 22),
        (Modifier::ITALIC, 3, 23),
        (Modifier::UNDERLINED, 4, 24),
        (Modifier::DIM, 2, 22),
        (Modifier::CROSSED_OUT, 9, 29),
    ];
    for (_, _, off) in CODES.iter().filter(|(one, ..)| (from - to).contains(*one)) {
        write!(out, "\x1b[{off}m").unwrap();
    }
    for (_, on, _) in CODES.iter().filter(|(one, ..)| (to - from).contains(*one)) {
        write!(out, "\x1b[{on}m").unwrap();
    }
}

/// As crossterm writes colours: named ones by their place among 256.
fn colour(colour: Color, base: u8) -> String {
    let place = match colour {
        Color::Rgb(red, green, blue) => return format!("{};2;{red};{green};{blue}", base + 8),
        Color::Indexed(place) => place,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        Color::Reset => return format!("{}", base + 9),
    };
    format!("{};5;{place}", base + 8)
}
