//! Folded text in fewer bytes, to be looked through: ASCII stays as it is, and a Chinese character takes two bytes instead
//! of three.
//!
//! Every text has one spelling, and no two texts have the same. The bytes of a longer code are never those of lower-case
//! ASCII or of a line break, so only a word that begins with such a code can seem to stand where it does not; [`Word`]
//! looks at those again. It never loses a character, whatever the fold let through.

use memchr::memmem::Finder;

/// Bytes that longer codes are made of: control characters but the line break, capitals, and all above 7F.
const SPARE: u32 = 186;
/// The first so many of them begin a code of three bytes, the next one a code of four, all others a code of two.
const LONG: u32 = 30;
/// What is spelt with two bytes: the ideographs with kana and punctuation before them, small Cyrillic letters, and dashes
/// and quotation marks. They are 28,752, and there is room for 28,830.
const SHORT: [(u32, u32); 3] = [(0x3000, 0x7000), (0x0430, 0x30), (0x2010, 0x20)];

/// Writes a text behind what is there.
pub(super) fn write(text: &str, out: &mut Vec<u8>) {
    out.reserve(text.len());
    for character in text.chars() {
        match u8::try_from(character) {
            Ok(byte) if byte.is_ascii() && !is_spare(byte) => out.push(byte),
            _ => write_long(u32::from(character), out),
        }
    }
}

fn write_long(code: u32, out: &mut Vec<u8>) {
    let mut before = 0;
    for (first, count) in SHORT {
        if let Some(place) = code.checked_sub(first).filter(|place| *place < count) {
            let number = before + place;
            out.extend([spare(LONG + 1 + number / SPARE), spare(number % SPARE)]);
            return;
        }
        before += count;
    }
    let (high, middle, low) = (code / SPARE / SPARE, code / SPARE % SPARE, code % SPARE);
    if high >= LONG {
        out.push(spare(LONG));
    }
    out.extend([spare(high), spare(middle), spare(low)]);
}

/// The byte of a number below [`SPARE`]: first the 31 control characters, then the others.
fn spare(number: u32) -> u8 {
    let byte = match number {
        0..10 => number,
        10..31 => number + 1,
        31..57 => number - 31 + u32::from(b'A'),
        _ => number - 57 + 0x7f,
    };
    u8::try_from(byte).unwrap_or(u8::MAX)
}

fn is_spare(byte: u8) -> bool {
    matches!(byte, 0..=9 | 11..=31 | b'A'..=b'Z' | 0x7f..)
}

/// How many bytes the code takes that begins with this byte.
fn length(first: u8) -> usize {
    match first {
        0x1f => 4,
        0..=9 | 11..=30 => 3,
        _ if is_spare(first) => 2,
        _ => 1,
    }
}

/// A word to be looked for, spelt as texts are.
#[derive(Debug, Clone)]
pub(in crate::state) struct Word {
    finder: Finder<'static>,
    /// It is one byte.
    single: Option<u8>,
    /// It begins with a byte that is never inside of a longer code.
    plain: bool,
}

impl Word {
    /// A folded word.
    pub(in crate::state) fn of(folded: &str) -> Self {
        let mut needle = Vec::new();
        write(folded, &mut needle);
        let single = if let [byte] = needle.as_slice() { Some(*byte) } else { None };
        let plain = needle.first().is_none_or(|byte| !is_spare(*byte));
        Self { finder: Finder::new(&needle).into_owned(), single, plain }
    }

    /// How many bytes it takes.
    pub(in crate::state) fn length(&self) -> usize {
        self.finder.needle().len()
    }

    /// Where it stands first in a text, from a place on where a character begins.
    pub(super) fn find(&self, text: &[u8], from: usize) -> Option<usize> {
        let (mut seek, mut begun) = (from, from);
        loop {
            let rest = text.get(seek..)?;
            let found = match self.single {
                Some(byte) => memchr::memchr(byte, rest),
                None => self.finder.find(rest),
            };
            let place = seek + found?;
            if self.plain {
                return Some(place);
            }
            begun = begin(text, begun, place);
            if begun == place {
                return Some(place);
            }
            seek = begun;
        }
    }
}

/// Where the first character begins at or behind `place`, when one begins at `begun` before it.
fn begin(text: &[u8], begun: usize, place: usize) -> usize {
    let run = text.get(begun..place).unwrap_or_default();
    let plain = run.iter().rposition(|byte| !is_spare(*byte));
    let mut at = begun + plain.map_or(0, |plain| plain + 1);
    while at < place {
        at += text.get(at).map_or(1, |first| length(*first));
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        write(text, &mut out);
        out
    }

    #[test]
    fn every_character_has_a_spelling_of_its_own_that_tells_its_length() {
        let mut seen = std::collections::HashSet::new();
        // All that have a spelling of two bytes or three as others do, and some of each length beyond.
        for character in ('\0'..='\u{ffff}').chain(('\u{10000}'..=char::MAX).step_by(61)) {
            let spelling = written(character.encode_utf8(&mut [0; 4]));
            assert_eq!(spelling.len(), length(spelling[0]), "{character:?}");
            assert_eq!(spelling.contains(&b'\n'), character == '\n', "{character:?}");
            let longer = spelling.len() > 1;
            assert!(spelling.iter().all(|byte| is_spare(*byte) == longer), "{character:?}");
            assert!(seen.insert(spelling), "{character:?}");
        }
    }

    #[test]
    fn chinese_takes_two_thirds_of_its_bytes_and_english_all_of_them() {
        assert_eq!(written("群公告里写过了。「」あ—я").len(), 2 * 13);
        assert_eq!(written("see the pinned message, 3 > 2\n").len(), 30);
        assert_eq!(written("한👍").len(), 6);
    }

    /// Characters whose spellings share bytes, so that words seem to stand where they do not.
    fn text(most: usize) -> impl Strategy<Value = String> {
        let near = (0_u32..3, 0_u32..3).prop_map(|(high, low)| 0x4e00 + high * SPARE + low + 31 * high);
        let character = prop_oneof![
            6 => near.prop_filter_map("a character", char::from_u32),
            1 => prop::sample::select(vec!['a', 'b', 'A', '\u{1}', '한', '👍', '\u{10fffd}', 'é']),
            1 => any::<char>().prop_filter("ends a text", |character| *character != '\n'),
        ];
        prop::collection::vec(character, 0..most).prop_map(String::from_iter)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_word_is_found_where_it_stands_and_nowhere_else(text in text(40), word in text(4)) {
            let (spelt, looked_for) = (written(&text), Word::of(&word));
            let place = text.split_once(&word).map(|(before, _)| written(before).len());
            prop_assert_eq!(looked_for.find(&spelt, 0), place);
        }
    }
}
