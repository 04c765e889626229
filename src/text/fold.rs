//! Fair to match: the same word written in another dress becomes the same text, and every match can be
//! traced back to the bytes that were sent.
//!
//! The fold is the first of several (see the filter's design): NFKC, lower case, one width, look-alike Latin
//! letters, nothing invisible, no combining marks, runs of white space as one space. It never reorders text,
//! never splits a grapheme cluster of the original, and folding twice is folding once.
//! It does not know traditional characters, pinyin or inserted symbols; rules add those on top.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use crate::text::kind;

/// Text in its folded dress, and the way back. Ranges are byte ranges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    text: String,
    /// Bytes of the text that was folded.
    length: usize,
    /// The ways back, one for each pass, first pass first. Nearly always one pass is enough.
    passes: Vec<Vec<Piece>>,
}

/// A stretch of folded text and the stretch it came from. Either `same` (byte for byte as long, each character a
/// cluster of its own) or to be taken as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    folded: usize,
    folded_end: usize,
    source: usize,
    source_end: usize,
    same: bool,
}

/// Passes after which folding stops even if the text still moves; two suffice for all text we know of.
const PASSES: usize = 4;

/// Folds one text. Linear in its length.
pub fn fold(text: &str) -> Folded {
    let mut pass = Pass::over(text);
    let mut passes = vec![pass.pieces];
    while pass.unsure && passes.len() < PASSES {
        let again = Pass::over(&pass.out);
        if again.out == pass.out {
            break;
        }
        passes.push(again.pieces);
        pass = Pass { out: again.out, pieces: Vec::new(), unsure: true };
    }
    Folded { text: pass.out, length: text.len(), passes }
}

/// A rule's side of the comparison: what [`Folded::find_all`] looks for.
pub fn fold_words(rule: &str) -> String {
    fold(rule).text
}

/// A stronger fold, for asking whether two messages are the same: letters and ideographs only, each run of digits
/// as one `0`. A text made of nothing else (👍👍, ？？？) is its ordinary fold, so that such texts stay apart.
pub fn near(text: &str) -> String {
    let folded = fold_words(text);
    let mut kept = String::with_capacity(folded.len());
    for character in folded.chars() {
        if character.is_numeric() {
            if !kept.ends_with('0') {
                kept.push('0');
            }
        } else if character.is_alphabetic() && kind::looks_like(character).is_none() {
            kept.push(character);
        }
    }
    if kept.is_empty() { folded } else { kept }
}

impl Folded {
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of the original that made this range of the folded text, on cluster boundaries of the original.
    /// A range that cuts into a cluster takes all of it; one beyond the end is cut to the end.
    pub fn source(&self, folded: Range<usize>) -> Range<usize> {
        let mut range = self.on_characters(folded);
        for pass in self.passes.iter().rev() {
            range = back(pass, range, self.length);
        }
        range.start.min(self.length)..range.end.min(self.length)
    }

    /// Where a folded word stands in the original, from left to right, without overlaps. No word, no places.
    pub fn find_all(&self, needle_folded: &str) -> Vec<Range<usize>> {
        if needle_folded.is_empty() {
            return Vec::new();
        }
        self.text
            .match_indices(needle_folded)
            .map(|(start, found)| self.source(start..start + found.len()))
            .collect()
    }

    fn on_characters(&self, range: Range<usize>) -> Range<usize> {
        let mut start = range.start.min(self.text.len());
        let mut end = range.end.clamp(start, self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        start..end
    }
}

/// One pass back. An empty range stays empty and points before the piece that follows it.
fn back(pieces: &[Piece], range: Range<usize>, length: usize) -> Range<usize> {
    let first = pieces.partition_point(|piece| piece.folded_end <= range.start);
    let Some(piece) = pieces.get(first) else {
        let end = pieces.last().map_or(length, |piece| piece.source_end);
        return end..end;
    };
    let start =
        if piece.same { piece.source + range.start.saturating_sub(piece.folded) } else { piece.source };
    if range.is_empty() {
        return start..start;
    }
    let last = pieces.partition_point(|piece| piece.folded_end < range.end);
    let end = match pieces.get(last) {
        Some(piece) if piece.same => piece.source + range.end.saturating_sub(piece.folded),
        Some(piece) => piece.source_end,
        None => pieces.last().map_or(length, |piece| piece.source_end),
    };
    start..end.max(start)
}

/// How a character folds when nothing hangs on it. Two neighbours that are not `Slow` never share a cluster.
enum Ease {
    /// Stays as it is.
    Same,
    /// Becomes one ASCII character.
    Ascii(char),
    Space,
    /// Ask Unicode, cluster by cluster.
    Slow,
}

fn ease(character: char) -> Ease {
    match character {
        'A'..='Z' => Ease::Ascii(character.to_ascii_lowercase()),
        '!'..='~' => Ease::Same,
        ' ' | '\n' | '\t' | '\u{3000}' => Ease::Space,
        // Ideographs, composed Hangul, kana without their sound marks, and the punctuation of all three.
        '\u{4E00}'..='\u{9FFF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{3001}'..='\u{3003}'
        | '\u{3008}'..='\u{3011}' => Ease::Same,
        '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}' => Ease::Same,
        '\u{AC00}'..='\u{D7A3}' | '\u{2018}'..='\u{201F}' => Ease::Same,
        'Ａ'..='Ｚ' => Ease::Ascii(full_width_to_ascii(character).to_ascii_lowercase()),
        '！'..='～' => Ease::Ascii(full_width_to_ascii(character)),
        _ => Ease::Slow,
    }
}

/// The full-width forms U+FF01–FF5E repeat ASCII in its order.
fn full_width_to_ascii(character: char) -> char {
    char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character)
}

struct Pass {
    out: String,
    pieces: Vec<Piece>,
    /// Something was dropped or composed, so that neighbours may now combine.
    unsure: bool,
}

impl Pass {
    fn over(text: &str) -> Self {
        if is_tidy_ascii(text) {
            let whole =
                Piece { folded: 0, folded_end: text.len(), source: 0, source_end: text.len(), same: true };
            return Self { out: text.to_ascii_lowercase(), pieces: vec![whole], unsure: false };
        }
        let mut pass =
            Self { out: String::with_capacity(text.len()), pieces: Vec::with_capacity(8), unsure: false };
        let mut rest = text;
        while !rest.is_empty() {
            rest = pass.easy(rest, text.len());
            rest = pass.clusters(rest, text.len());
        }
        if pass.out.ends_with(' ') {
            pass.out.pop();
            pass.pieces.pop();
        }
        pass
    }

    /// Takes characters as long as none is slow; the one before a slow one may have something hanging on it.
    fn easy<'text>(&mut self, rest: &'text str, length: usize) -> &'text str {
        let offset = length - rest.len();
        let mut held: Option<(usize, char)> = None;
        for (at, character) in rest.char_indices() {
            if matches!(ease(character), Ease::Slow) {
                return rest.get(held.map_or(at, |(at, _)| at)..).unwrap_or_default();
            }
            if let Some((at, character)) = held.replace((at, character)) {
                self.push_easy(offset + at, character);
            }
        }
        if let Some((at, character)) = held {
            self.push_easy(offset + at, character);
        }
        ""
    }

    /// Takes whole clusters until one is a single easy character followed by another.
    fn clusters<'text>(&mut self, rest: &'text str, length: usize) -> &'text str {
        let offset = length - rest.len();
        for (at, cluster) in rest.grapheme_indices(true) {
            let mut characters = cluster.chars();
            match (characters.next(), characters.next()) {
                (Some(alone), None) if !matches!(ease(alone), Ease::Slow) => {
                    self.push_easy(offset + at, alone);
                    return rest.get(at + cluster.len()..).unwrap_or_default();
                }
                _ => self.push_cluster(offset + at, cluster),
            }
        }
        ""
    }

    fn push_easy(&mut self, source: usize, character: char) {
        let source_end = source + character.len_utf8();
        match ease(character) {
            Ease::Ascii(ascii) => self.push(ascii, source, source_end),
            Ease::Space => self.space(source, source_end),
            Ease::Same | Ease::Slow => self.push(character, source, source_end),
        }
    }

    fn push(&mut self, character: char, source: usize, source_end: usize) {
        let folded = self.out.len();
        self.out.push(character);
        let folded_end = self.out.len();
        let same = folded_end - folded == source_end - source;
        match self.pieces.last_mut() {
            Some(last) if same && last.same && last.source_end == source => {
                last.folded_end = folded_end;
                last.source_end = source_end;
            }
            _ => self.pieces.push(Piece { folded, folded_end, source, source_end, same }),
        }
    }

    /// White space at the beginning is dropped; a run is one space that stands for the whole run.
    fn space(&mut self, source: usize, source_end: usize) {
        if self.out.is_empty() {
            return;
        }
        if !self.out.ends_with(' ') {
            let folded = self.out.len();
            self.out.push(' ');
            self.pieces.push(Piece { folded, folded_end: folded + 1, source, source_end, same: false });
        } else if let Some(last) = self.pieces.last_mut() {
            last.source_end = source_end;
        }
    }

    fn push_cluster(&mut self, source: usize, cluster: &str) {
        self.unsure = true;
        let source_end = source + cluster.len();
        let folded = fold_cluster(cluster);
        let start = self.out.len();
        let mut blank = false;
        for character in folded.chars() {
            blank = character.is_whitespace();
            if !blank {
                self.out.push(character);
            } else if !self.out.is_empty() && !self.out.ends_with(' ') {
                self.out.push(' ');
            }
        }
        let end = self.out.len();
        if end > start {
            self.pieces.push(Piece { folded: start, folded_end: end, source, source_end, same: false });
        } else if blank && let Some(last) = self.pieces.last_mut() {
            last.source_end = source_end;
        }
    }
}

/// Printable ASCII with single spaces inside: only its case can change.
fn is_tidy_ascii(text: &str) -> bool {
    let mut before = b' ';
    let tidy = text.bytes().all(|byte| {
        let double = byte == b' ' && before == b' ';
        before = byte;
        matches!(byte, b' '..=b'~') && !double
    });
    tidy && before != b' '
}

fn fold_cluster(cluster: &str) -> String {
    let mut base = '\0';
    cluster
        .nfkd()
        .map(|character| kind::looks_like(character).unwrap_or(character))
        .flat_map(char::to_lowercase)
        .map(|character| kind::looks_like(character).unwrap_or(character))
        .map(|character| if character == 'ς' { 'σ' } else { character })
        .filter(|&character| {
            if is_combining_mark(character) {
                return belongs(base, character);
            }
            base = character;
            is_kept(character)
        })
        .map(|character| if character == '\u{2800}' { ' ' } else { character })
        .nfc()
        .collect()
}

fn is_kept(character: char) -> bool {
    let blank = character.is_whitespace() || character == '\u{2800}';
    blank || !(character.is_control() || kind::is_invisible(character) || kind::is_bidi(character))
}

/// Marks that are letters in their own script stay: vowel signs on a base of the same Indic or South-East Asian
/// block, sound marks on kana. Accents, strokes and everything piled on foreign bases are dress.
fn belongs(base: char, mark: char) -> bool {
    match mark {
        '\u{3099}' | '\u{309A}' => matches!(base, '\u{3041}'..='\u{30FF}'),
        '\u{0900}'..='\u{1AAF}'
        | '\u{1B00}'..='\u{1CFF}'
        | '\u{A800}'..='\u{ABFF}'
        | '\u{11000}'..='\u{11FFF}' => u32::from(base) >> 7 == u32::from(mark) >> 7,
        _ => false,
    }
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
