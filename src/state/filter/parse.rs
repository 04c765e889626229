//! Reads the filter language. Total: every text becomes a filter or a mistake with its place; nothing panics.

use crate::model::flag::Severity;
use crate::model::message::Kind;
use crate::model::reason::Reason;
use crate::state::filter::when::When;
use crate::state::filter::{Filter, Mistake, Sense, Term, Wanted};
use crate::state::standing::Standing;
use crate::text::fold;
use std::ops::Range;

/// More conditions than anybody types; each costs a look at every message.
const MOST_TERMS: usize = 32;

const KINDS: [(Kind, &str, &str); 9] = [
    (Kind::Text, "text", "文字"),
    (Kind::Image, "image", "图片"),
    (Kind::Voice, "voice", "语音"),
    (Kind::Video, "video", "视频"),
    (Kind::File, "file", "文件"),
    (Kind::Link, "link", "链接"),
    (Kind::Card, "card", "名片"),
    (Kind::System, "system", "系统"),
    (Kind::Other, "other", "其他"),
];

const TIERS: [(Standing, &str, &str); 5] = [
    (Standing::Owner, "owner", "群主"),
    (Standing::Admin, "admin", "管理"),
    (Standing::Voiced, "voiced", "发言"),
    (Standing::Newcomer, "newcomer", "新人"),
    (Standing::Ordinary, "member", "普通"),
];

const SEVERITIES: [(Severity, &str); 4] =
    [(Severity::S1, "s1"), (Severity::S2, "s2"), (Severity::S3, "s3"), (Severity::S4, "s4")];

/// The words before a colon.
const FIELDS: [&str; 7] = ["from", "room", "kind", "tier", "flagged", "since", "until"];

/// Reads a filter.
pub(super) fn parse(text: &str) -> Result<Filter, Mistake> {
    let mut reader = Reader { text, at: 0 };
    let mut terms = Vec::new();
    while let Some(start) = reader.next_term() {
        if terms.len() == MOST_TERMS {
            return Err(mistake(start..text.len(), Reason::new("filter-too-long").with("most", MOST_TERMS)));
        }
        terms.push(reader.term(start)?);
    }
    Ok(Filter { terms })
}

/// The word of a kind, as `kind:` takes it.
pub(super) fn kind_word(kind: Kind) -> &'static str {
    KINDS.iter().find(|row| row.0 == kind).map_or("other", |row| row.1)
}

/// The word of a standing, as `tier:` takes it.
pub(super) fn tier_word(standing: Standing) -> &'static str {
    TIERS.iter().find(|row| row.0 == standing).map_or("member", |row| row.1)
}

/// What could be meant by the last word of a line: where in the line it stands, and what could stand there instead.
/// Fields, and the values of those that have few.
pub fn completions(text: &str) -> (usize, Vec<String>) {
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let word = word.strip_prefix(is_dash).unwrap_or(word);
    let from = text.len() - word.len();
    if word.is_empty() {
        return (from, Vec::new());
    }
    let among = |field: &str, values: Vec<&str>, typed: &str| {
        let begins = |value: &&str| value.starts_with(&typed.to_lowercase());
        values.into_iter().filter(begins).map(|value| format!("{field}:{value}")).collect()
    };
    let found = match word.split_once(is_colon) {
        Some(("kind", typed)) => among("kind", KINDS.map(|row| row.1).to_vec(), typed),
        Some(("tier", typed)) => among("tier", TIERS.map(|row| row.1).to_vec(), typed),
        Some(_) => Vec::new(),
        None => {
            let fields = FIELDS.iter().filter(|field| field.starts_with(&word.to_lowercase()));
            let plain = ["flagged", "recalled"].into_iter().filter(|plain| plain.starts_with(word));
            let fields = fields.filter(|field| **field != "flagged").map(|field| format!("{field}:"));
            fields.chain(plain.map(str::to_owned)).collect()
        }
    };
    (from, found)
}

/// Whether a value reads as itself without quotes.
pub(super) fn is_plain(value: &str) -> bool {
    let first = value.chars().next();
    let opens = first.is_none_or(|sign| is_dash(sign) || is_quote(sign));
    let keyword = ["flagged", "recalled"].contains(&value.to_lowercase().as_str());
    !opens && !keyword && !value.chars().any(|sign| sign.is_whitespace() || is_colon(sign))
}

fn is_dash(sign: char) -> bool {
    matches!(sign, '-' | '－')
}

pub(super) fn is_quote(sign: char) -> bool {
    matches!(sign, '"' | '“' | '”' | '＂')
}

fn is_colon(sign: char) -> bool {
    matches!(sign, ':' | '：')
}

fn mistake(place: Range<usize>, reason: Reason) -> Mistake {
    Mistake { place, reason }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// Skips white space; where the next term begins.
    fn next_term(&mut self) -> Option<usize> {
        self.take_while(char::is_whitespace);
        (self.at < self.text.len()).then_some(self.at)
    }

    fn term(&mut self, start: usize) -> Result<Term, Mistake> {
        let sense = if self.peek().is_some_and(is_dash) {
            self.step();
            Sense::MustNot
        } else {
            Sense::Must
        };
        if self.peek().is_none_or(char::is_whitespace) {
            return Err(mistake(start..self.at, Reason::new("filter-lone-dash")));
        }
        let what = if self.peek().is_some_and(is_quote) { self.quoted_words()? } else { self.open()? };
        Ok(Term { sense, what })
    }

    fn quoted_words(&mut self) -> Result<Wanted, Mistake> {
        let start = self.at;
        let words = self.quoted()?;
        words_of(words, start..self.at)
    }

    /// A word, or a field with its value.
    fn open(&mut self) -> Result<Wanted, Mistake> {
        let start = self.at;
        let name = self.take_while(|sign| sign.is_ascii_alphabetic());
        let after = self.at;
        if !name.is_empty() && self.peek().is_some_and(is_colon) {
            self.step();
            if !self.rest().starts_with("//") {
                return self.field(&name.to_ascii_lowercase(), start..after);
            }
        }
        self.take_while(|sign| !sign.is_whitespace());
        let word = self.text.get(start..self.at).unwrap_or_default();
        match word.to_lowercase().as_str() {
            "flagged" => Ok(Wanted::Flagged(None)),
            "recalled" => Ok(Wanted::Recalled),
            _ => words_of(word.to_owned(), start..self.at),
        }
    }

    fn field(&mut self, name: &str, place: Range<usize>) -> Result<Wanted, Mistake> {
        if !FIELDS.contains(&name) {
            return Err(mistake(place, Reason::new("filter-unknown-field").with("field", name)));
        }
        let start = self.at;
        let value = if self.peek().is_some_and(is_quote) {
            self.quoted()?
        } else {
            self.take_while(|sign| !sign.is_whitespace()).to_owned()
        };
        let place = start..self.at;
        if value.trim().is_empty() {
            return Err(mistake(place, Reason::new("filter-no-value").with("field", name)));
        }
        let unknown = |key: &str, place: Range<usize>| {
            Err(mistake(place, Reason::new(key).with("value", value.trim())))
        };
        let folded = fold::fold_words(&value);
        match name {
            "from" | "room" if folded.is_empty() => unknown("filter-nothing-visible", place),
            "from" => Ok(Wanted::From(value)),
            "room" => Ok(Wanted::Room(value)),
            "kind" => match KINDS.iter().find(|row| row.1 == folded || row.2 == folded) {
                Some(row) => Ok(Wanted::Kind(row.0)),
                None => unknown("filter-unknown-kind", place),
            },
            "tier" => match TIERS.iter().find(|row| row.1 == folded || row.2 == folded) {
                Some(row) => Ok(Wanted::Tier(row.0)),
                None => unknown("filter-unknown-tier", place),
            },
            "flagged" => match SEVERITIES.iter().find(|row| row.1 == folded) {
                Some(row) => Ok(Wanted::Flagged(Some(row.0))),
                None => unknown("filter-unknown-severity", place),
            },
            _ => match When::parse(&folded) {
                Some(when) if name == "since" => Ok(Wanted::Since(when)),
                Some(when) => Ok(Wanted::Until(when)),
                None => unknown("filter-unknown-time", place),
            },
        }
    }

    /// What stands between quotes; `\` takes the next character as it is.
    fn quoted(&mut self) -> Result<String, Mistake> {
        let start = self.at;
        self.step();
        let mut value = String::new();
        while let Some(sign) = self.peek() {
            self.step();
            match sign {
                '\\' => {
                    value.extend(self.peek());
                    self.step();
                }
                sign if is_quote(sign) => return Ok(value),
                sign => value.push(sign),
            }
        }
        Err(mistake(start..self.text.len(), Reason::new("filter-open-quote")))
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn step(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|sign| !wanted(sign)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }
}

/// Words with nothing visible in them would be found everywhere.
fn words_of(words: String, place: Range<usize>) -> Result<Wanted, Mistake> {
    if fold::fold_words(&words).is_empty() {
        return Err(mistake(place, Reason::new("filter-nothing-visible").with("value", "")));
    }
    Ok(Wanted::Words(words))
}
