//! What the screen shows, read off its glyphs and titles, not off the code that draws.

use crate::world::World;
use qunguan::ui::screen::{Pane, View};

/// What a drawn row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    Message(u64),
    Case {
        member: String,
        rule: String,
    },
    Member(String),
    /// A card that stands alone: whom a verb would fall on.
    Card(String),
}

/// One frame, read off its glyphs.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    pub rows: Vec<Row>,
    pub marked: Option<Row>,
    /// Since when the same row has been marked on the terminal.
    pub since: Option<i64>,
}

/// What the screen shows; by glyphs and titles, not by the code that draws.
pub fn read(world: &World, rows: &[String]) -> Frame {
    let mut frame = Frame::default();
    for pane in [Pane::Stream, Pane::Queue, Pane::Members] {
        for part in parts(world, rows, pane) {
            let Some(found) = about(&part, pane) else { continue };
            if part.contains('▌') && world.seat.screen.subject() == pane {
                frame.marked = Some(found.clone());
            }
            frame.rows.push(found);
        }
    }
    if world.seat.screen.is_zoomed() && world.seat.screen.pane() == Pane::Card {
        let name = |word: &&str| word.len() == 2 && word.starts_with('m');
        let card =
            rows.iter().skip(2).flat_map(|row| row.split_whitespace()).map(|word| word.trim_matches('│'));
        frame.marked = card.into_iter().find(|word| name(word)).map(|name| Row::Card(name.to_owned()));
        frame.rows.extend(frame.marked.clone());
    }
    frame
}

/// The rows of one pane, cut out of the screen.
fn parts(world: &World, rows: &[String], pane: Pane) -> Vec<String> {
    let screen = &world.seat.screen;
    let columns = usize::from(screen.size().0);
    let (half, most) = (columns * 58 / 100, columns * 56 / 100);
    let queue_at =
        rows.iter().position(|row| row.contains("Queue ") && row.contains('─')).unwrap_or(usize::MAX);
    let card_at = rows.iter().position(|row| row.contains("─ Member ─")).unwrap_or(usize::MAX);
    let beside = columns >= 100;
    let cut = |y: usize| match (pane, screen.view(), screen.is_zoomed()) {
        (pane, _, true) => (screen.pane() == pane).then_some((0, columns)),
        (Pane::Stream, View::Live, _) if beside => Some((0, half)),
        (Pane::Stream, View::Live, _) => (y < queue_at).then_some((0, columns)),
        (Pane::Queue, View::Live, _) if beside => Some((half, columns)),
        (Pane::Queue, View::Live, _) => (y > queue_at).then_some((0, most)),
        (Pane::Members, View::Members, _) if beside => Some((0, columns * 64 / 100)),
        (Pane::Members, View::Members, _) => (y < card_at).then_some((0, columns)),
        (Pane::Queue, View::Queue, _) => Some((0, if beside { half } else { columns })),
        _ => None,
    };
    let piece = |(y, row): (usize, &String)| {
        let (from, to) = cut(y)?;
        Some(row.chars().skip(from).take(to - from).collect())
    };
    rows.iter().enumerate().filter_map(piece).collect()
}

/// The rule behind a category's word in this world.
fn rule_of(word: &str) -> &'static str {
    match word {
        "words" => "r0",
        "flood" => "r1",
        _ => "r2",
    }
}

fn about(part: &str, pane: Pane) -> Option<Row> {
    match pane {
        Pane::Stream => {
            let (_, rest) = part.split_once("says-")?;
            rest.split_once('.').and_then(|(number, _)| number.parse().ok()).map(Row::Message)
        }
        Pane::Queue => {
            let words: Vec<&str> = part.split_whitespace().collect();
            let at = words.iter().position(|word| matches!(*word, "words" | "flood" | "attack"))?;
            let member = words.get(at + 1).filter(|name| name.starts_with('m'))?;
            Some(Row::Case { member: (*member).to_owned(), rule: rule_of(words[at]).to_owned() })
        }
        Pane::Members => {
            let is_name = |word: &&str| word.len() == 2 && word.starts_with('m');
            part.split_whitespace().find(is_name).map(|name| Row::Member(name.to_owned()))
        }
        _ => None,
    }
}
