//! Hostile text made safe to show: what comes out can neither drive a terminal nor move its cursor astray.
//!
//! A [`Shown`] holds no control, no escape, no direction mark, nothing invisible, nothing unassigned, no mark
//! without a base and never more than `MARKS` marks on one; its cells are the sum of the cells of its
//! characters, whether a terminal counts characters or clusters. Nothing else in the program makes a `Shown`.

use std::fmt;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use crate::text::confusable;
use crate::text::kind::{self, Kind};

/// Marks kept on one base. Vietnamese and Thai need two; more is noise that leaves its line.
const MARKS: usize = 2;
/// Stands for a character no font agrees on.
const TOFU: char = '▯';
/// Carries a mark that came without a base.
const CARRIER: char = '◌';
/// Stands before the letters of a flag: terminals disagree on the cells of 🇨🇳, all agree on `⚐CN`.
const FLAG: char = '⚐';

/// Text that is safe to print as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Shown(String);

impl Shown {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// The whole text on one line: line breaks and tabs become one space each.
pub fn line(text: &str) -> Shown {
    if text.chars().all(kind::is_settled) {
        return Shown(text.to_owned());
    }
    let mut reveal = Reveal::with_capacity(text.len());
    for cluster in text.graphemes(true) {
        reveal.cluster(cluster);
    }
    Shown(reveal.out)
}

/// [`line()`], and where the given byte ranges of `text` are found in it, in the order given.
/// A range that touches a cluster takes all of it; one that holds only dropped characters comes back empty.
pub fn line_marked(text: &str, spans: &[Range<usize>]) -> (Shown, Vec<Range<usize>>) {
    if spans.is_empty() {
        return (line(text), Vec::new());
    }
    let mut reveal = Reveal::with_capacity(text.len());
    let mut found: Vec<Option<Range<usize>>> = vec![None; spans.len()];
    for (start, cluster) in text.grapheme_indices(true) {
        let before = reveal.out.len();
        reveal.cluster(cluster);
        let after = reveal.out.len();
        for (span, place) in spans.iter().zip(found.iter_mut()) {
            if span.start < start + cluster.len() && start < span.end {
                place.get_or_insert(before..after).end = after;
            }
        }
    }
    let end = reveal.out.len();
    (Shown(reveal.out), found.into_iter().map(|place| place.unwrap_or(end..end)).collect())
}

/// One [`Shown`] for each line of the text; at least one. A final line break opens no line of its own.
/// Breaks are LF, CR LF, CR, NEL, U+2028 and U+2029.
pub fn lines(text: &str) -> Vec<Shown> {
    let mut shown = Vec::new();
    let mut rest = text;
    while let Some((head, tail)) = split_line(rest) {
        shown.push(line(head));
        rest = tail;
    }
    if !rest.is_empty() || shown.is_empty() {
        shown.push(line(rest));
    }
    shown
}

/// How many characters of the text are invisible, disguised, or not shown as sent.
///
/// Ordinary line breaks and tabs, the joiners inside a legitimate emoji and the letters of an ordinary foreign
/// word are not counted; what counts as disguised is [`confusable::disguised`]'s to say.
pub fn hidden_count(text: &str) -> usize {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t')) {
        return 0;
    }
    if text.chars().all(kind::is_settled) {
        return confusable::disguised(text).len();
    }
    let mut reveal = Reveal::with_capacity(text.len());
    for cluster in text.graphemes(true) {
        reveal.cluster(cluster);
    }
    reveal.hidden + confusable::disguised(text).len()
}

/// One code point under the lens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XRay {
    /// Safe to print: the character itself, or a name (`ZWSP`), a control picture (`␛`) or `▯` for it.
    pub shown: String,
    /// The code point, as in `U+200B`.
    pub code: u32,
    pub what: Kind,
}

/// Every code point of the text, in order, nothing left out.
pub fn x_ray(text: &str) -> Vec<XRay> {
    text.chars().map(lens).collect()
}

/// One code point under the lens.
pub fn lens(character: char) -> XRay {
    let what = kind::kind(character);
    XRay { shown: under_the_lens(character, what), code: u32::from(character), what }
}

/// The text under construction. Clusters are given in order; `hidden` counts what is not shown as sent.
struct Reveal {
    out: String,
    hidden: usize,
    /// Marks so far on the last character; `None` when nothing that may carry one has been put out yet.
    marks: Option<usize>,
}

impl Reveal {
    fn with_capacity(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes), hidden: 0, marks: None }
    }

    fn cluster(&mut self, cluster: &str) {
        self.marks = None;
        let mut characters = cluster.chars();
        let Some(head) = characters.next() else { return };
        let Some(second) = characters.next() else { return self.letters(cluster) };
        if matches!(head, '\r') {
            self.out.push(' ');
        } else if kind::flag_letter(head).is_some() {
            self.flag(cluster);
        } else if begins_emoji(head, second) {
            self.emoji(head, cluster);
        } else {
            self.letters(cluster);
        }
    }

    fn visible(&mut self, character: char) {
        match character {
            // Halfwidth sound marks join the letter before them in some terminals only; the wide ones never do.
            '\u{FF9E}' => self.out.push('゛'),
            '\u{FF9F}' => self.out.push('゜'),
            // Thai and Lao AM are letters by category, yet hang on whatever stands before them.
            '\u{0E33}' | '\u{0EB3}' if self.marks.is_none() => {
                self.out.push(CARRIER);
                self.out.push(character);
                self.hidden += 1;
            }
            _ if kind::flag_letter(character).is_some() => self.flag(character.encode_utf8(&mut [0; 4])),
            _ if is_unsettled(character) || !matches!(character.width(), Some(1 | 2)) => self.tofu(),
            _ => {
                self.marks = Some(0);
                self.out.push(character);
            }
        }
    }

    fn control(&mut self, character: char) {
        match character {
            '\n' | '\r' | '\t' | '\u{85}' => return self.out.push(' '),
            '\u{7F}' => self.out.push('␡'),
            _ => self.out.push(
                char::from_u32(0x2400 + u32::from(character)).filter(|_| character < ' ').unwrap_or(TOFU),
            ),
        }
        self.hidden += 1;
    }

    fn unseen(&mut self, character: char) {
        match character {
            '\u{2028}' | '\u{2029}' => return self.out.push(' '),
            '\u{2800}' => self.out.push(' '),
            _ => {}
        }
        self.hidden += 1;
    }

    fn tofu(&mut self) {
        self.out.push(TOFU);
        self.hidden += 1;
    }

    fn mark(&mut self, mark: char) {
        let unruly = is_dropped(mark) || !matches!(mark.width(), Some(0 | 1));
        match self.marks {
            Some(marks) if marks < MARKS && !unruly => {
                self.marks = Some(marks + 1);
                self.out.push(mark);
            }
            None if !unruly => {
                self.out.push(CARRIER);
                self.out.push(mark);
                self.marks = Some(1);
                self.hidden += 1;
            }
            _ => self.hidden += 1,
        }
    }

    /// A base with what hangs on it. Composed first, so that `e` and U+0301 are shown as the one letter é.
    fn letters(&mut self, cluster: &str) {
        let mut characters = cluster.chars();
        match (characters.next(), characters.next()) {
            (Some(alone), None) if !is_combining_mark(alone) => self.letter(alone),
            _ => {
                // What will be dropped must not keep apart what composes.
                self.hidden += cluster.chars().filter(|character| is_dropped(*character)).count();
                let kept = cluster.chars().filter(|character| !is_dropped(*character));
                kept.nfc().for_each(|character| self.letter(character));
            }
        }
    }

    fn letter(&mut self, character: char) {
        match kind::kind(character) {
            Kind::Control => self.control(character),
            Kind::Combining if hangs_on(character) => self.mark(character),
            Kind::Combining => self.tofu(),
            Kind::Bidi | Kind::Invisible => self.unseen(character),
            Kind::Unassigned => self.tofu(),
            Kind::Plain | Kind::LookAlike => self.visible(character),
        }
    }

    /// Keeps the first picture of a sequence: all terminals agree on its cells, on few of the sequence's.
    fn emoji(&mut self, head: char, cluster: &str) {
        self.letter(head);
        let mut joined = false;
        for character in cluster.chars().skip(1) {
            let legitimate = match character {
                '\u{FE0E}' | '\u{FE0F}' | '\u{20E3}' | '\u{200D}' => true,
                '\u{E0020}'..='\u{E007F}' => head == '\u{1F3F4}',
                _ => kind::is_skin_tone(character) || (joined && kind::is_pictograph(character)),
            };
            joined = character == '\u{200D}' || (joined && legitimate);
            self.hidden += usize::from(!legitimate);
        }
        // A joiner at the very end joins nothing.
        self.hidden += usize::from(cluster.ends_with('\u{200D}'));
    }

    fn flag(&mut self, cluster: &str) {
        self.out.push(FLAG);
        for character in cluster.chars() {
            match kind::flag_letter(character) {
                Some(letter) => self.out.push(letter),
                None => self.hidden += usize::from(!matches!(character, '\u{FE0E}' | '\u{FE0F}')),
            }
        }
    }
}

/// Leaves no trace on screen, wherever it stands in a cluster: the unseen, the enclosing marks, and the joiners of
/// Khmer and Tifinagh, whose ligatures every terminal measures differently.
fn is_dropped(character: char) -> bool {
    let unseen = kind::is_invisible(character) && !matches!(character, '\u{2028}' | '\u{2029}' | '\u{2800}');
    let unruly = kind::is_enclosing(character) || matches!(character, '\u{17D2}' | '\u{2D7F}');
    unseen || unruly || kind::is_bidi(character)
}

/// Whether the tables of clusters know this mark, too: a mark newer than they are would stand alone.
fn hangs_on(mark: char) -> bool {
    [CARRIER, mark].iter().collect::<String>().graphemes(true).count() == 1
}

/// Whether a cluster that starts like this is a picture with its trimmings, or a keycap.
fn begins_emoji(head: char, second: char) -> bool {
    match second {
        '\u{FE0E}' | '\u{FE0F}' | '\u{20E3}' if matches!(head, '0'..='9' | '#' | '*') => true,
        '\u{FE0E}' | '\u{FE0F}' | '\u{20E3}' | '\u{200D}' | '\u{E0020}'..='\u{E007F}' => {
            kind::is_pictograph(head)
        }
        _ => kind::is_skin_tone(second) && kind::is_pictograph(head),
    }
}

/// Characters whose cells depend on their neighbours, or that Unicode and terminals measure differently:
/// conjoining Hangul (composed syllables are fine), Kirat Rai vowels, U+17A4, the ligature words of U+FDFA ff.,
/// and a skin tone with nothing to tint.
fn is_unsettled(character: char) -> bool {
    matches!(
        character,
        '\u{1100}'..='\u{11FF}'
            | '\u{A960}'..='\u{A97F}'
            | '\u{D7B0}'..='\u{D7FF}'
            | '\u{17A4}'
            | '\u{FDFA}'..='\u{FDFD}'
            | '\u{16D40}'..='\u{16D7F}'
            | '\u{1F3FB}'..='\u{1F3FF}'
    )
}

fn split_line(text: &str) -> Option<(&str, &str)> {
    let (head, tail) =
        text.find(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).and_then(|at| text.split_at_checked(at))?;
    let tail = match tail.strip_prefix("\r\n") {
        Some(tail) => tail,
        None => tail.split_at_checked(tail.chars().next().map_or(0, char::len_utf8))?.1,
    };
    Some((head, tail))
}

fn under_the_lens(character: char, what: Kind) -> String {
    match what {
        Kind::Plain | Kind::LookAlike | Kind::Combining => {
            line(character.encode_utf8(&mut [0; 4])).into_string()
        }
        Kind::Control => match u32::from(character) {
            0x7F => "␡".to_owned(),
            code @ 0..0x20 => char::from_u32(0x2400 + code).unwrap_or(TOFU).to_string(),
            _ => TOFU.to_string(),
        },
        Kind::Bidi | Kind::Invisible => unseen_name(character).to_owned(),
        Kind::Unassigned => TOFU.to_string(),
    }
}

/// The usual short names, as in the Unicode charts.
fn unseen_name(character: char) -> &'static str {
    match character {
        '\u{00AD}' => "SHY",
        '\u{034F}' => "CGJ",
        '\u{061C}' => "ALM",
        '\u{200B}' => "ZWSP",
        '\u{200C}' => "ZWNJ",
        '\u{200D}' => "ZWJ",
        '\u{200E}' => "LRM",
        '\u{200F}' => "RLM",
        '\u{2028}' => "LSEP",
        '\u{2029}' => "PSEP",
        '\u{202A}' => "LRE",
        '\u{202B}' => "RLE",
        '\u{202C}' => "PDF",
        '\u{202D}' => "LRO",
        '\u{202E}' => "RLO",
        '\u{2060}' => "WJ",
        '\u{2066}' => "LRI",
        '\u{2067}' => "RLI",
        '\u{2068}' => "FSI",
        '\u{2069}' => "PDI",
        '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' => "HF",
        '\u{FEFF}' => "BOM",
        '\u{E0001}' | '\u{E0020}'..='\u{E007F}' => "TAG",
        _ if kind::is_variation_selector(character) => "VS",
        _ => "▯",
    }
}

#[cfg(test)]
#[path = "reveal_tests.rs"]
pub(crate) mod tests;
