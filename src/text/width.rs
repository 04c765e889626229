//! Cells, the one measure of text on screen; nothing outside this file computes them.
//!
//! Measures as the screen does: `ratatui::buffer::Buffer::set_stringn` adds up, grapheme cluster by grapheme
//! cluster, what `unicode-width` says, and leaves out clusters that hold a control. Ambiguous characters take
//! one cell. Never cuts a cluster; for text of [`crate::text::reveal`] the answer is what a terminal does.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::text::kind;

const ELLIPSIS: char = '…';

/// Cells that the text takes on one line.
pub fn width(text: &str) -> usize {
    settled_width(text).unwrap_or_else(|| text.graphemes(true).map(cluster_width).sum())
}

/// The short way for nearly all text: no clusters to look for.
fn settled_width(text: &str) -> Option<usize> {
    text.chars().try_fold(0, |cells, character| {
        kind::is_settled(character).then_some(cells + if character.is_ascii() { 1 } else { 2 })
    })
}

/// At most `cells` wide; `…` ends it when something was cut off.
pub fn clip(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    if cells == 0 {
        return String::new();
    }
    let mut clipped = clip_plain(text, cells - 1);
    clipped.push(ELLIPSIS);
    clipped
}

/// At most `cells` wide, without a sign that something was cut off.
pub fn clip_plain(text: &str, cells: usize) -> String {
    let mut used = 0;
    let mut fits = |cluster: &str| {
        used += cluster_width(cluster);
        used <= cells
    };
    if settled_width(text).is_some() {
        return text.chars().take_while(|character| fits(character.encode_utf8(&mut [0; 4]))).collect();
    }
    text.graphemes(true).take_while(|cluster| fits(cluster)).collect()
}

/// Exactly `cells` wide: [`clip`], then spaces.
pub fn pad(text: &str, cells: usize) -> String {
    let mut padded = clip(text, cells);
    let missing = cells.saturating_sub(width(&padded));
    padded.extend(std::iter::repeat_n(' ', missing));
    padded
}

/// The lines of [`wrap_ranges`] as text of their own.
pub fn wrap(text: &str, first: usize, rest: usize) -> Vec<String> {
    wrap_ranges(text, first, rest)
        .into_iter()
        .map(|range| text.get(range).unwrap_or_default().to_owned())
        .collect()
}

/// Byte ranges of the lines: the first at most `first` cells wide, the others `rest` (0 counts as 1).
///
/// Breaks at spaces, which are left out, and between ideographs, but not before closing punctuation nor after
/// opening punctuation where another place is found. A word that fits on no line is cut at a cluster. A cluster
/// too wide for its line stands there alone. The first line is empty when only the others have room for the first word. A
/// line feed always breaks. There is at least one line.
pub fn wrap_ranges(text: &str, first: usize, rest: usize) -> Vec<Range<usize>> {
    let settled = settled_width(text);
    if settled.is_some_and(|cells| cells <= first) {
        // Nothing settled breaks a line.
        return std::iter::once(0..text.len()).collect();
    }
    let pieces: Vec<Piece> = match settled {
        Some(_) => {
            let characters = text.char_indices();
            let of = |(start, character): (usize, char)| {
                Piece::new(start, text.get(start..start + character.len_utf8()).unwrap_or_default())
            };
            characters.map(of).collect()
        }
        None => text.grapheme_indices(true).map(|(start, cluster)| Piece::new(start, cluster)).collect(),
    };
    let mut lines = Vec::new();
    let mut next = 0;
    loop {
        let limit = if lines.is_empty() { first } else { rest.max(1) };
        let may_stay_empty = lines.is_empty() && first < rest.max(1);
        let (end, following) = one_line(&pieces, next, limit, rest.max(1), may_stay_empty);
        lines.push(bytes(&pieces, next, end, text.len()));
        match following {
            Some(following) => next = following,
            None => return lines,
        }
    }
}

/// Cells of one grapheme cluster. A halfwidth sound mark is measured as ratatui's `cell_width` does.
fn cluster_width(cluster: &str) -> usize {
    match cluster.len() {
        1 => usize::from(matches!(cluster.as_bytes(), [b' '..=b'~'])),
        3 if cluster.chars().all(kind::is_settled) => settled_width(cluster).unwrap_or(0),
        _ if cluster.contains(char::is_control) => 0,
        _ => cluster.width() + cluster.matches(['\u{FF9E}', '\u{FF9F}']).count(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Break,
    Space,
    Word,
    Wide,
    Opening,
    Closing,
    /// ASCII punctuation that ends something: part of a Latin word, but never alone after an ideograph.
    Ending,
}

struct Piece {
    start: usize,
    cells: usize,
    sort: Sort,
}

impl Piece {
    fn new(start: usize, cluster: &str) -> Self {
        let cells = cluster_width(cluster);
        let sort = match cluster.chars().next() {
            Some('\n' | '\r') => Sort::Break,
            Some(space @ (' ' | '\u{3000}' | '\t')) if cluster.len() == space.len_utf8() => Sort::Space,
            Some('（' | '「' | '『' | '《' | '〈' | '【' | '〔' | '［' | '｛' | '“') => {
                Sort::Opening
            }
            Some(
                '、' | '。' | '，' | '．' | '！' | '？' | '；' | '：' | '）' | '」' | '』' | '》' | '〉'
                | '】' | '〕' | '］' | '｝' | '”' | '…' | '～' | 'ー',
            ) => Sort::Closing,
            Some(',' | '.' | '!' | '?' | ';' | ':' | ')' | ']' | '}') => Sort::Ending,
            _ if cells > 1 => Sort::Wide,
            _ => Sort::Word,
        };
        Self { start, cells, sort }
    }
}

/// Where the line that begins at piece `from` ends, and where the next one begins, if there is one.
fn one_line(
    pieces: &[Piece],
    from: usize,
    limit: usize,
    rest: usize,
    may_stay_empty: bool,
) -> (usize, Option<usize>) {
    let mut used = 0;
    let mut chance = None;
    let mut before: Option<Sort> = None;
    for (at, piece) in pieces.iter().enumerate().skip(from) {
        if piece.sort == Sort::Break {
            return (at, Some(at + 1));
        }
        if before.is_some_and(|before| may_break(before, piece.sort)) {
            chance = Some(at);
        }
        used += piece.cells;
        if used > limit && piece.sort != Sort::Space {
            let end = overflow(pieces, from, at, chance, rest, may_stay_empty);
            return (without_spaces(pieces, from, end), (end < pieces.len()).then_some(end));
        }
        before = Some(piece.sort);
        if used > limit {
            let next = after_spaces(pieces, at);
            return (without_spaces(pieces, from, at), (next < pieces.len()).then_some(next));
        }
    }
    (pieces.len(), None)
}

/// Piece `at` does not fit any more: where the next line begins.
fn overflow(
    pieces: &[Piece],
    from: usize,
    at: usize,
    chance: Option<usize>,
    rest: usize,
    may_stay_empty: bool,
) -> usize {
    let lone = if at == from && !may_stay_empty { at + 1 } else { at };
    let start = match chance {
        Some(chance) => chance,
        None if may_stay_empty => from,
        None => return lone,
    };
    if word_cells(pieces, start, rest) <= rest { start } else { lone }
}

/// Cells of the unbreakable run that begins at piece `start`; stops counting beyond `rest`.
fn word_cells(pieces: &[Piece], start: usize, rest: usize) -> usize {
    let mut cells = 0;
    let mut before: Option<Sort> = None;
    for piece in pieces.iter().skip(start) {
        let ended = matches!(piece.sort, Sort::Space | Sort::Break);
        if ended || cells > rest || before.is_some_and(|before| may_break(before, piece.sort)) {
            break;
        }
        cells += piece.cells;
        before = Some(piece.sort);
    }
    cells
}

fn may_break(before: Sort, after: Sort) -> bool {
    match (before, after) {
        (Sort::Space, Sort::Space) => false,
        (Sort::Space, _) => true,
        (Sort::Opening, _) | (_, Sort::Closing | Sort::Ending | Sort::Space | Sort::Break) => false,
        (Sort::Word | Sort::Ending, Sort::Word) => false,
        _ => true,
    }
}

fn without_spaces(pieces: &[Piece], from: usize, end: usize) -> usize {
    let kept = pieces.iter().take(end).skip(from).rev().skip_while(|piece| piece.sort == Sort::Space).count();
    from + kept
}

fn after_spaces(pieces: &[Piece], at: usize) -> usize {
    at + pieces.iter().skip(at).take_while(|piece| piece.sort == Sort::Space).count()
}

fn bytes(pieces: &[Piece], from: usize, end: usize, length: usize) -> Range<usize> {
    let byte = |at: usize| pieces.get(at).map_or(length, |piece| piece.start);
    byte(from)..byte(end)
}

#[cfg(test)]
#[path = "width_tests.rs"]
mod tests;
