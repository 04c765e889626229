//! Many names, kept ready to be found by a few letters at every key: who matches is decided on bytes prepared once
//! for each name, and only the likeliest are scored by the [`Finder`].
//!
//! It never finds a name that the finder would not find, and never misses one; a property test compares the two.
//! A name written in another dress (`ＺＳ`, look-alike letters) is also found by what the fold makes of it.

use crate::text::fold::fold_words;
use crate::text::fuzzy::{Finder, READ, is_read, readings};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Likeliest names that are scored for each one asked for.
const SCORED_PER_LISTED: usize = 2;
/// Longer patterns, in bytes, are left to the finder alone: nobody types them.
const LONGEST: usize = 63;

/// Names by number.
#[derive(Debug, Clone, Default)]
pub struct Names {
    entries: Vec<Entry>,
    /// By entry, apart from them, because every search goes over all of it.
    letters: Vec<Letters>,
    /// What is found for each entry: the name, then its sounds. See [`Entry`].
    bytes: Vec<u8>,
    place: HashMap<u32, usize>,
    /// Bytes that no entry names any more.
    wasted: usize,
}

/// One name.
#[derive(Debug, Clone, Copy)]
struct Entry {
    id: u32,
    /// Where its text begins in `bytes`.
    from: usize,
    /// Where its text ends and its sounds begin.
    middle: usize,
    to: usize,
}

/// What a name can be found by, one bit for each letter: what is not there cannot be found.
#[derive(Debug, Clone, Copy, Default)]
struct Letters {
    /// In it or in its sounds.
    all: u64,
    /// In it or at the beginning of a sound: what is typed can only begin there.
    first: u64,
}

/// What is looked for, prepared.
struct Pattern<'a> {
    text: &'a str,
    letters: Letters,
    /// ASCII letters in lower case.
    written: Vec<u8>,
    /// In lower case and without spaces; empty when it is too long to be spelt.
    spelt: Vec<u8>,
    /// Capitals were typed: whether a name matches is for the finder to say.
    strict: bool,
}

impl Names {
    /// Puts a name in, or another name in its place.
    pub fn set(&mut self, id: u32, name: &str) {
        let text = dressed(name);
        let from = self.bytes.len();
        self.bytes.extend_from_slice(text.as_bytes());
        let middle = self.bytes.len();
        let letters = spell(&text, &mut self.bytes);
        let entry = Entry { id, from, middle, to: self.bytes.len() };
        let place = self.place.get(&id).copied();
        let old = place.and_then(|at| Some((self.entries.get_mut(at)?, self.letters.get_mut(at)?)));
        match old {
            Some((old, known)) => {
                self.wasted += old.to - old.from;
                (*old, *known) = (entry, letters);
            }
            None => {
                self.place.insert(id, self.entries.len());
                self.entries.push(entry);
                self.letters.push(letters);
            }
        }
        if self.wasted > self.bytes.len() / 2 {
            self.tidy();
        }
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The best names for a pattern with their scores, best first, and how many match in all. Among names of one score
    /// the shorter come first, then those with smaller numbers. An empty pattern finds all, by number.
    pub fn rank(&self, pattern: &str, limit: usize) -> (Vec<(u32, i64)>, usize) {
        let mut likely = self.matching(pattern);
        let found = likely.len();
        let scored = limit.saturating_mul(SCORED_PER_LISTED);
        if scored < likely.len() {
            likely.select_nth_unstable(scored);
            likely.truncate(scored);
        }
        let finder = Finder::new();
        let score = |(_, at): &(Reverse<u32>, usize)| {
            let entry = self.entries.get(*at)?;
            let text = self.text(entry);
            Some((Reverse(finder.score(pattern, text)?), text.len(), entry.id))
        };
        let mut ranked: Vec<_> = likely.iter().filter_map(score).collect();
        ranked.sort_unstable();
        ranked.truncate(limit);
        (ranked.into_iter().map(|(Reverse(score), _, id)| (id, score)).collect(), found)
    }

    /// Whether a pattern finds the name with this number.
    pub fn finds(&self, pattern: &str, id: u32) -> bool {
        let entry = self.place.get(&id).and_then(|at| self.entries.get(*at));
        entry.is_some_and(|entry| self.likeness(&Pattern::new(pattern), entry, &Finder::new()).is_some())
    }

    /// The numbers of all names that a pattern finds, ascending.
    pub fn found(&self, pattern: &str) -> Vec<u32> {
        let id = |(_, at): &(Reverse<u32>, usize)| self.entries.get(*at).map(|entry| entry.id);
        let mut found: Vec<u32> = self.matching(pattern).iter().filter_map(id).collect();
        found.sort_unstable();
        found
    }

    /// Every match with how likely it is meant.
    fn matching(&self, pattern: &str) -> Vec<(Reverse<u32>, usize)> {
        let pattern = Pattern::new(pattern);
        let finder = Finder::new();
        let wanted = pattern.letters;
        let likely = |(at, has): (usize, &Letters)| {
            if (wanted.all & !has.all) | (wanted.first & !has.first) != 0 {
                return None;
            }
            let likeness = self.likeness(&pattern, self.entries.get(at)?, &finder)?;
            Some((Reverse(likeness), at))
        };
        self.letters.iter().enumerate().filter_map(likely).collect()
    }

    fn likeness(&self, pattern: &Pattern<'_>, entry: &Entry, finder: &Finder) -> Option<u32> {
        let text = self.bytes.get(entry.from..entry.middle)?;
        let sounds = self.bytes.get(entry.middle..entry.to)?;
        if pattern.strict || (pattern.spelt.is_empty() && !pattern.written.is_empty()) {
            finder.score(pattern.text, self.text(entry))?;
        }
        let kind = written(text, &pattern.written).max(spelt(sounds, &pattern.spelt))?;
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX).min(0xff);
        Some((u32::from(kind) << 8) | (0xff - length))
    }

    fn text(&self, entry: &Entry) -> &str {
        let bytes = self.bytes.get(entry.from..entry.middle).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Lets go of the bytes of names that are no more.
    fn tidy(&mut self) {
        let old = std::mem::take(&mut self.bytes);
        for entry in &mut self.entries {
            let kept = old.get(entry.from..entry.to).unwrap_or_default();
            let from = self.bytes.len();
            self.bytes.extend_from_slice(kept);
            *entry =
                Entry { from, middle: from + (entry.middle - entry.from), to: self.bytes.len(), ..*entry };
        }
        self.wasted = 0;
    }
}

impl<'a> Pattern<'a> {
    fn new(text: &'a str) -> Self {
        let letters = text.chars().filter(|letter| *letter != ' ').flat_map(char::to_lowercase);
        let spelt: String = letters.clone().collect();
        Self {
            text,
            letters: Letters {
                first: letters.clone().next().map_or(0, bit),
                all: letters.map(bit).fold(0, |all, bit| all | bit),
            },
            written: text.to_ascii_lowercase().into_bytes(),
            spelt: if spelt.len() > LONGEST { Vec::new() } else { spelt.into_bytes() },
            strict: text.bytes().any(|byte| byte.is_ascii_uppercase()) || text.len() > LONGEST,
        }
    }
}

/// What is found for a name: itself, and what the fold makes of it where that is something else.
fn dressed(name: &str) -> String {
    let as_written =
        |letter: char| letter.is_ascii_alphanumeric() || ('\u{4e00}'..='\u{9fa5}').contains(&letter);
    if name.chars().all(as_written) {
        return name.to_owned();
    }
    let folded = fold_words(name);
    if folded == name.to_lowercase() { name.to_owned() } else { format!("{name} {folded}") }
}

/// Writes the sounds of a text; gives the letters that it can be found by.
///
/// Each character is a unit: what it is in lower case, then how it can be read, each with its length in a byte before
/// it and the number of readings between them. A text that nobody reads aloud has no units.
fn spell(text: &str, bytes: &mut Vec<u8>) -> Letters {
    let all = text.chars().flat_map(char::to_lowercase).map(bit).fold(0, |all, bit| all | bit);
    let mut letters = Letters { all, first: all };
    if text.is_ascii() || !text.chars().take(READ).any(is_read) {
        return letters;
    }
    for character in text.chars().take(READ) {
        let mut lower = character.to_lowercase();
        let literal = lower.next().filter(|_| lower.next().is_none());
        let mut buffer = [0; 4];
        piece(bytes, literal.map_or("", |literal| literal.encode_utf8(&mut buffer)));
        let counted = bytes.len();
        bytes.push(0);
        readings(character, |sound| {
            letters.first |= sound.chars().next().map_or(0, bit);
            letters.all |= sound.chars().map(bit).fold(0, |all, bit| all | bit);
            piece(bytes, sound);
            if let Some(count) = bytes.get_mut(counted) {
                *count += 1;
            }
        });
    }
    letters
}

fn piece(bytes: &mut Vec<u8>, text: &str) {
    bytes.push(u8::try_from(text.len()).unwrap_or(0));
    bytes.extend_from_slice(text.as_bytes());
}

/// Letters and digits have bits of their own, other ASCII characters share a few, all others share the rest.
fn bit(character: char) -> u64 {
    let number = u32::from(character);
    1 << match character {
        'a'..='z' => number - u32::from('a'),
        '0'..='9' => 26 + number - u32::from('0'),
        '\0'..='\u{7f}' => 36 + number % 6,
        _ => 42 + number % 22,
    }
}

/// Whether the letters stand in the text in this order, and how plainly: 7 the whole of it, 6 at its head,
/// 4 together at the head of a word, 3 together, 1 apart.
fn written(text: &[u8], letters: &[u8]) -> Option<u8> {
    let (Some(first), true) = (letters.first(), letters.len() <= text.len()) else {
        return letters.is_empty().then_some(0);
    };
    let mut rest = letters;
    for byte in text {
        if let Some((next, after)) = rest.split_first()
            && byte.to_ascii_lowercase() == *next
        {
            rest = after;
        } else if !rest.is_empty() && rest.first().is_some_and(|next| is_inside(*next)) {
            // Half of a character matched: the other half has to follow at once.
            rest = back(letters, rest);
        }
    }
    if !rest.is_empty() {
        return None;
    }
    let same = |window: &&[u8]| window.eq_ignore_ascii_case(letters);
    if text.get(..letters.len()).as_ref().is_some_and(same) {
        return Some(if text.len() == letters.len() { 7 } else { 6 });
    }
    let mut together = None;
    for (at, window) in text.windows(letters.len()).enumerate().skip(1) {
        if window.first().is_some_and(|byte| byte.to_ascii_lowercase() == *first) && same(&window) {
            let word = at.checked_sub(1).and_then(|before| text.get(before));
            let head = word.is_some_and(|before| before.is_ascii() && !before.is_ascii_alphanumeric());
            together = together.max(Some(if head { 4 } else { 3 }));
        }
    }
    together.or(Some(1))
}

/// A byte that is not the first of its character.
fn is_inside(byte: u8) -> bool {
    (0x80..0xc0).contains(&byte)
}

/// What is left to match when the character that was begun is taken back.
fn back<'a>(letters: &'a [u8], rest: &[u8]) -> &'a [u8] {
    let mut at = letters.len() - rest.len();
    while letters.get(at).is_some_and(|byte| is_inside(*byte)) && at > 0 {
        at -= 1;
    }
    letters.get(at..).unwrap_or_default()
}

/// Whether the letters can be spelt along the units, and how: 5 from the first character on, 2 from a later one. Bit
/// `n` of a set says that the first `n` bytes of the letters were spelt so far.
fn spelt(units: &[u8], letters: &[u8]) -> Option<u8> {
    if letters.is_empty() || units.is_empty() {
        return None;
    }
    let (mut any, mut from_head) = (1_u64, 1_u64);
    let (mut spoken, mut first) = (false, true);
    let mut rest = units;
    while let Some((literal, after)) = taken(rest) {
        let Some((readings, mut after)) = after.split_first() else { break };
        let begins = any;
        let (mut any_next, mut head_next) = (any, from_head);
        for_each_begin(begins, letters.len(), |begun| {
            let left = letters.get(begun..).unwrap_or_default();
            let in_head = from_head & (1 << begun) != 0 && (begun > 0 || first);
            let mut reach = |bits: u64| {
                any_next |= bits;
                head_next |= if in_head { bits } else { 0 };
            };
            if !literal.is_empty() && left.starts_with(literal) {
                reach(1 << (begun + literal.len()));
            }
            let mut sounds = after;
            for _ in 0..*readings {
                let Some((sound, next)) = taken(sounds) else { break };
                let common = sound.iter().zip(left).take_while(|(one, other)| one == other).count();
                if common > 0 {
                    spoken = true;
                    reach(((1 << common) - 1) << (begun + 1));
                }
                sounds = next;
            }
        });
        for _ in 0..*readings {
            let Some((_, next)) = taken(after) else { break };
            after = next;
        }
        (any, from_head) = (any_next, head_next);
        (first, rest) = (false, after);
    }
    let done = 1 << letters.len();
    (spoken && any & done != 0).then_some(if from_head & done != 0 { 5 } else { 2 })
}

/// Every place up to `end` where something was spelt and more may follow.
fn for_each_begin(set: u64, end: usize, mut work: impl FnMut(usize)) {
    let mut left = set & ((1 << end) - 1);
    while left != 0 {
        work(left.trailing_zeros() as usize);
        left &= left - 1;
    }
}

/// A piece with its length before it, and what follows.
fn taken(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(*length))
}

#[cfg(test)]
#[path = "names_tests.rs"]
mod tests;
