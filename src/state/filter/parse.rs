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

/// Words that mean something by themselves.
const PLAIN: [&str; 3] = ["flagged", "recalled", "acted"];
/// Between two choices.
const OR: &str = "or";

/// Reads a filter.
pub(super) fn parse(text: &str) -> Result<Filter, Mistake> {
    let mut reader = Reader { text, at: 0, brackets: Vec::new(), conditions: 0 };
    reader.choices()
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
    let word = word.trim_start_matches(|sign| is_dash(sign) || opens(sign));
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
            // A choice needs something before it.
            let or = Some(OR).filter(|_| !text.get(..from).unwrap_or_default().trim().is_empty());
            let plain = PLAIN.into_iter().chain(or).filter(|plain| plain.starts_with(word));
            let fields = fields.filter(|field| **field != "flagged").map(|field| format!("{field}:"));
            fields.chain(plain.map(str::to_owned)).collect()
        }
    };
    (from, found)
}

/// Whether a value reads as itself without quotes.
pub(super) fn is_plain(value: &str) -> bool {
    let first = value.chars().next();
    let opens_other = first.is_none_or(|sign| is_dash(sign) || is_quote(sign));
    let lower = value.to_lowercase();
    let keyword = PLAIN.contains(&lower.as_str()) || lower == OR;
    let splits = |sign: char| sign.is_whitespace() || is_colon(sign) || opens(sign) || closes(sign);
    !opens_other && !keyword && !value.chars().any(splits)
}

fn opens(sign: char) -> bool {
    matches!(sign, '(' | '（')
}

fn closes(sign: char) -> bool {
    matches!(sign, ')' | '）')
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
    /// Where the brackets stand that are open.
    brackets: Vec<usize>,
    /// How many conditions and brackets there were so far.
    conditions: usize,
}

impl<'a> Reader<'a> {
    /// Skips white space; where the next term begins, if one does before the text or the bracket ends.
    fn next_term(&mut self) -> Option<usize> {
        self.take_while(char::is_whitespace);
        let closes = !self.brackets.is_empty() && self.peek().is_some_and(closes);
        (self.at < self.text.len() && !closes).then_some(self.at)
    }

    /// What stands side by side, with `or` between; up to the end of the text or of the bracket.
    fn choices(&mut self) -> Result<Filter, Mistake> {
        let mut choices = vec![Filter::default()];
        let mut last_or = None;
        while let Some(start) = self.next_term() {
            let here = choices.last_mut();
            if let Some(end) = self.reads_or() {
                if here.is_none_or(|filter| filter.is_empty()) {
                    return Err(mistake(start..end, Reason::new("filter-lone-or")));
                }
                self.at = end;
                last_or = Some(start..end);
                choices.push(Filter::default());
                continue;
            }
            self.counts(start)?;
            let term = self.term(start)?;
            if let Some(filter) = here {
                filter.add(term);
            }
        }
        match last_or {
            Some(place) if choices.last().is_none_or(Filter::is_empty) => {
                Err(mistake(place, Reason::new("filter-lone-or")))
            }
            Some(_) => Ok(Filter::any(choices)),
            None => Ok(choices.pop().unwrap_or_default()),
        }
    }

    /// One more condition.
    fn counts(&mut self, start: usize) -> Result<(), Mistake> {
        self.conditions += 1;
        if self.conditions > MOST_TERMS {
            let reason = Reason::new("filter-too-long").with("most", MOST_TERMS);
            return Err(mistake(start..self.text.len(), reason));
        }
        Ok(())
    }

    /// Where the word that stands between two choices ends, if it stands here.
    fn reads_or(&self) -> Option<usize> {
        let after = self.rest().get(OR.len()..)?;
        let is = self.rest().get(..OR.len())?.eq_ignore_ascii_case(OR);
        let ends = after.chars().next().is_none_or(|sign| {
            sign.is_whitespace() || opens(sign) || (closes(sign) && !self.brackets.is_empty())
        });
        (is && ends).then_some(self.at + OR.len())
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
        let what = match self.peek() {
            Some(sign) if is_quote(sign) => self.quoted_words()?,
            Some(sign) if opens(sign) => Wanted::Any(vec![self.bracket()?]),
            Some(sign) if closes(sign) => {
                return Err(mistake(start..self.at + self.sign_len(), Reason::new("filter-lone-bracket")));
            }
            _ => self.open()?,
        };
        Ok(Term { sense, what })
    }

    /// What stands in brackets.
    fn bracket(&mut self) -> Result<Filter, Mistake> {
        let start = self.at;
        self.counts(start)?;
        self.step();
        self.brackets.push(start);
        let filter = self.choices()?;
        self.brackets.pop();
        if self.peek().is_none() {
            return Err(mistake(start..self.text.len(), Reason::new("filter-open-bracket")));
        }
        self.step();
        if filter.is_empty() {
            return Err(mistake(start..self.at, Reason::new("filter-empty-bracket")));
        }
        Ok(filter)
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
            let field = name.to_ascii_lowercase();
            // A link is words; but what is a field remains one, whatever its value begins with.
            if FIELDS.contains(&field.as_str()) || !self.rest().starts_with("//") {
                return self.field(&field, start..after);
            }
        }
        self.word();
        let word = self.text.get(start..self.at).unwrap_or_default();
        match word.to_lowercase().as_str() {
            "flagged" => Ok(Wanted::Flagged(None)),
            "recalled" => Ok(Wanted::Recalled),
            "acted" => Ok(Wanted::Acted),
            _ => words_of(word.to_owned(), start..self.at),
        }
    }

    fn field(&mut self, name: &str, place: Range<usize>) -> Result<Wanted, Mistake> {
        if !FIELDS.contains(&name) {
            return Err(mistake(place, Reason::new("filter-unknown-field").with("field", name)));
        }
        let start = self.at;
        let value = if self.peek().is_some_and(is_quote) { self.quoted()? } else { self.word().to_owned() };
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

    /// Up to white space, or to the sign that closes the bracket it stands in; brackets of its own belong to it.
    fn word(&mut self) -> &'a str {
        let (within, start) = (!self.brackets.is_empty(), self.at);
        let mut own = 0usize;
        while let Some(sign) = self.peek().filter(|sign| !sign.is_whitespace()) {
            if within && closes(sign) {
                match own.checked_sub(1) {
                    Some(left) => own = left,
                    None => break,
                }
            }
            own += usize::from(opens(sign));
            self.step();
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn sign_len(&self) -> usize {
        self.peek().map_or(0, char::len_utf8)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn step(&mut self) {
        self.at += self.sign_len();
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|sign| !wanted(sign)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }
}

impl Filter {
    /// One more condition. Brackets around what needs none are not kept.
    fn add(&mut self, term: Term) {
        match term {
            Term { sense: Sense::Must, what: Wanted::Any(mut filters) } if filters.len() == 1 => {
                self.terms.extend(filters.pop().unwrap_or_default().terms);
            }
            Term { sense, what: Wanted::Any(mut filters) } if filters.len() == 1 => {
                let terms = filters.pop().unwrap_or_default().terms;
                match <[Term; 1]>::try_from(terms) {
                    Ok([Term { sense: Sense::Must, what }]) => self.terms.push(Term { sense, what }),
                    Ok(one) => {
                        self.terms.push(Term { sense, what: Wanted::Any(vec![Self { terms: one.into() }]) })
                    }
                    Err(terms) => self.terms.push(Term { sense, what: Wanted::Any(vec![Self { terms }]) }),
                }
            }
            term => self.terms.push(term),
        }
    }

    /// One of these. A choice among choices is one choice.
    fn any(choices: Vec<Self>) -> Self {
        let flat = choices.into_iter().flat_map(|filter| match <[Term; 1]>::try_from(filter.terms) {
            Ok([Term { sense: Sense::Must, what: Wanted::Any(filters) }]) => filters,
            Ok(one) => vec![Self { terms: one.into() }],
            Err(terms) => vec![Self { terms }],
        });
        Self { terms: vec![Term { sense: Sense::Must, what: Wanted::Any(flat.collect()) }] }
    }
}

/// Words with nothing visible in them would be found everywhere.
fn words_of(words: String, place: Range<usize>) -> Result<Wanted, Mistake> {
    if fold::fold_words(&words).is_empty() {
        return Err(mistake(place, Reason::new("filter-nothing-visible").with("value", "")));
    }
    Ok(Wanted::Words(words))
}
