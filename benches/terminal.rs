//! What a moderator's terminal receives, how soon, and what that costs: the real program in a pseudo-terminal of
//! 120×40, with its server, its record and its rules, beside irssi and lnav in the same run.
//!
//! `cargo bench --bench terminal -- [--smoke] [seconds]`; some five minutes, under one with `--smoke`, and two when the
//! seconds of each measurement are named, which leaves the million messages out. On a busy machine `chrt -r 5` before
//! the program keeps others from being measured too.
//!
//! All of them hear the same talk: ours and irssi from an IRC server of ours that holds nothing back, lnav from a file
//! that grows. Times are taken from outside: from the write of a message or key to the read of the bytes that show it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement stops at the first surprise and prints what it found"
)]

mod pty;
mod stage;

use pty::load::{self, Hands};
use pty::subject::Subject;
use pty::table::{Cell, Goal, Table};

/// What issue and specification ask for; `performance.md` says where the figures come from.
const GOALS: &[Goal] = &[
    Goal { row: "bytes/message at 10/s, stream alone", first: 200.0, second: None },
    Goal { row: "bytes/message at 100/s, stream alone", first: 200.0, second: None },
    Goal { row: "bytes/message at 100/s, side panes", first: 1000.0, second: None },
    Goal { row: "bytes/message at 10/s, side panes", first: 1000.0, second: None },
    Goal { row: "KB/s at 1,000/s, side panes", first: 100.0, second: None },
    Goal { row: "KB/s at 5,000/s, side panes", first: 100.0, second: None },
    Goal { row: "message to screen at 10/s, ms p50/p99", first: 0.7, second: Some(2.0) },
    Goal { row: "message to screen at 100/s, ms p50/p99", first: 0.7, second: Some(2.0) },
    Goal { row: "key to screen, idle, ms p50/p99", first: 0.5, second: Some(1.5) },
    Goal { row: "key to screen at 100/s, ms p50/p99", first: 0.5, second: Some(1.5) },
    Goal { row: "key to screen at 1,000/s, ms p50/p99", first: 0.5, second: Some(1.5) },
    Goal { row: "key to screen at 5,000/s, ms p50/p99", first: 0.5, second: Some(1.5) },
    Goal { row: "keys missed", first: 0.0, second: None },
    Goal { row: "page back to screen, idle, ms p50", first: 0.8, second: None },
    Goal { row: "CPU at 100/s, % of a core", first: 4.0, second: None },
    Goal { row: "CPU at 1,000/s, % of a core", first: 8.0, second: None },
    Goal { row: "CPU at 5,000/s, % of a core", first: 30.0, second: None },
    Goal { row: "memory after 100,000 messages, MB", first: 40.0, second: None },
    Goal { row: "memory after 1,000,000 messages, MB", first: 180.0, second: None },
    Goal { row: "first screen with 1,000,000 stored, ms", first: 60.0, second: None },
];

fn main() {
    let asked = stage::Asked::here();
    let growth_to = match (asked.smoke, asked.number) {
        (true, _) => Growth::Little,
        (false, Some(_)) => Growth::Some,
        (false, None) => Growth::Much,
    };
    let mut table = Table::default();
    let seconds = asked.number.map_or(if asked.smoke { 0.9 } else { 5.0 }, |seconds| seconds as f64);
    let mut ours = Subject::ours();
    panes(&mut ours, seconds, &mut table);
    ours.terminal.press(b"z");
    ours.terminal.quiet();
    alone(&mut ours, seconds, &mut table);
    growth(ours, growth_to, &mut table);
    if let Some(mut irssi) = Subject::irssi() {
        panes(&mut irssi, seconds, &mut table);
        alone(&mut irssi, seconds, &mut table);
        growth(irssi, growth_to, &mut table);
    }
    if let Some(mut lnav) = Subject::lnav() {
        lines_only(&mut lnav, seconds, &mut table);
    }
    table.print(GOALS);
    stage::noise();
}

/// With everything on screen that is there from the start.
fn panes(subject: &mut Subject, seconds: f64, table: &mut Table) {
    let name = subject.name;
    let figures = load::run(subject, 10, seconds, Hands::Still);
    table.tell("bytes/message at 10/s, side panes", name, Some(Cell::one(figures.bytes_per_message)));
    let figures = load::run(subject, 100, seconds, Hands::Still);
    table.tell("bytes/message at 100/s, side panes", name, Some(Cell::one(figures.bytes_per_message)));
    let row = "message to screen at 100/s, side panes, ms p50/p99";
    table.tell(row, name, Cell::percentiles(&figures.shown));
    table.tell("CPU at 100/s, % of a core", name, Some(Cell::one(figures.processor)));
    for (rate, bytes, processor) in [
        (1_000, "KB/s at 1,000/s, side panes", "CPU at 1,000/s, % of a core"),
        (5_000, "KB/s at 5,000/s, side panes", "CPU at 5,000/s, % of a core"),
    ] {
        let figures = load::run(subject, rate, seconds, Hands::Still);
        table.tell(bytes, name, Some(Cell::one(figures.kilobytes_per_second)));
        table.tell(processor, name, Some(Cell::one(figures.processor)));
    }
    let mut missed = 0;
    for (rate, row) in [
        (0, "key to screen, idle, ms p50/p99"),
        (100, "key to screen at 100/s, ms p50/p99"),
        (1_000, "key to screen at 1,000/s, ms p50/p99"),
        (5_000, "key to screen at 5,000/s, ms p50/p99"),
    ] {
        let figures = load::run(subject, rate, seconds, Hands::Typing);
        table.tell(row, name, Cell::percentiles(&figures.keys));
        missed += figures.missed;
    }
    table.tell("keys missed", name, Some(Cell::one(missed as f64)));
    let figures = load::run(subject, 0, seconds, Hands::Paging);
    table.tell("page back to screen, idle, ms p50", name, Cell::percentiles(&figures.keys));
    table.tell("pages missed", name, Some(Cell::one(figures.missed as f64)));
}

/// With the stream over the whole width.
fn alone(subject: &mut Subject, seconds: f64, table: &mut Table) {
    let name = subject.name;
    for (rate, bytes, shown) in [
        (10, "bytes/message at 10/s, stream alone", "message to screen at 10/s, ms p50/p99"),
        (100, "bytes/message at 100/s, stream alone", "message to screen at 100/s, ms p50/p99"),
    ] {
        let figures = load::run(subject, rate, seconds, Hands::Still);
        table.tell(bytes, name, Some(Cell::one(figures.bytes_per_message)));
        table.tell(shown, name, Cell::percentiles(&figures.shown));
    }
}

/// What a program of logs does on the same lines: it has no input line and no one to answer.
fn lines_only(subject: &mut Subject, seconds: f64, table: &mut Table) {
    let name = subject.name;
    let figures = load::run(subject, 100, seconds, Hands::Still);
    table.tell("bytes/message at 100/s, stream alone", name, Some(Cell::one(figures.bytes_per_message)));
    table.tell("message to screen at 100/s, ms p50/p99", name, Cell::percentiles(&figures.shown));
    table.tell("CPU at 100/s, % of a core", name, Some(Cell::one(figures.processor)));
    for (rate, bytes, processor) in [
        (1_000, "KB/s at 1,000/s, side panes", "CPU at 1,000/s, % of a core"),
        (5_000, "KB/s at 5,000/s, side panes", "CPU at 5,000/s, % of a core"),
    ] {
        let figures = load::run(subject, rate, seconds, Hands::Still);
        table.tell(bytes, name, Some(Cell::one(figures.kilobytes_per_second)));
        table.tell(processor, name, Some(Cell::one(figures.processor)));
    }
    let figures = load::run(subject, 0, seconds, Hands::Paging);
    table.tell("page back to screen, idle, ms p50", name, Cell::percentiles(&figures.keys));
}

/// How much is said before memory is looked at.
#[derive(Clone, Copy)]
enum Growth {
    Little,
    Some,
    Much,
}

type Size = (u64, &'static str, &'static str, &'static str);

const SIZES: [Size; 3] = [
    (
        20_000,
        "memory after 20,000 messages, MB",
        "messages/s, 20,000 at once",
        "first screen with 20,000 stored, ms",
    ),
    (
        100_000,
        "memory after 100,000 messages, MB",
        "messages/s, 100,000 at once",
        "first screen with 100,000 stored, ms",
    ),
    (
        1_000_000,
        "memory after 1,000,000 messages, MB",
        "messages/s, up to 1,000,000 at once",
        "first screen with 1,000,000 stored, ms",
    ),
];

/// Memory after much talk, and for ours how soon it is there again with all of that stored.
fn growth(mut subject: Subject, growth: Growth, table: &mut Table) {
    let sizes = match growth {
        Growth::Little => &SIZES[..1],
        Growth::Some => &SIZES[1..2],
        Growth::Much => &SIZES[1..],
    };
    for (total, memory, speed, _) in sizes {
        let count = total.saturating_sub(subject.speaker.next - 1);
        let took = load::flood(&mut subject, count);
        table.tell(speed, subject.name, Some(Cell::one(count as f64 / took)));
        table.tell(memory, subject.name, Some(Cell::one(load::memory(&subject.processes()))));
    }
    // Starting anew cuts our server off from its source: it comes last.
    if let (Some((.., first)), "qunguan") = (sizes.last(), subject.name) {
        // The second start reads what the first one left in the system's cache.
        subject.first_screen();
        table.tell(first, "qunguan", Some(Cell::one(subject.first_screen())));
    }
}
