//! The filter language: a few words that say which messages are meant, for finding, filtering, search and rules.
//!
//! ```text
//! 加微信 "see the pinned"       words, anywhere in the text or as the author's name; all must occur
//! from:zs  room:闲聊            names as written, in pinyin or its initials
//! kind:image  tier:newcomer     what was said, and who somebody is now
//! flagged  flagged:S2           a rule remarked on it; with this severity or worse
//! acted                         a moderator asked a platform for something on it or because of it
//! recalled                      it was taken back
//! since:30m  until:14:00        m h d w back from now; 14:00; 11-20; 2026-11-20; 2026-11-20T14:00
//! -word  -from:bob              not that
//! 广告 or flagged -from:bob     the one, or the other without bob: `or` binds weaker than standing side by side
//! (广告 or flagged) -from:bob   parentheses bind first
//! ```
//!
//! A word that would read as something else stands in quotes: `"flagged"`, `"or"`, `"-1"`, `"a:b"`, `"(x)"`. Case, width, accents and
//! look-alikes make no difference. Never reads the clock: a filter becomes a [`query::Query`] at a moment that is handed
//! in. What [`Filter`] displays as reads back to the same filter.

pub mod parse;
pub mod when;
pub mod query;
pub mod names;
pub mod sieve;
pub mod told;

use crate::model::flag::Severity;
use crate::model::message::Kind;
use crate::model::reason::Reason;
use crate::state::filter::when::When;
use crate::state::standing::Standing;
use std::fmt::{self, Display, Formatter, Write};
use std::ops::Range;

/// What a moderator asked for: every term must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    pub terms: Vec<Term>,
}

/// One condition, or its opposite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub sense: Sense,
    pub what: Wanted,
}

/// Whether a condition must hold or must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    Must,
    MustNot,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The text or the author's name has these words, as one stretch.
    Words(String),
    From(String),
    Room(String),
    Kind(Kind),
    Tier(Standing),
    /// Flagged, with this severity or worse where one is given.
    Flagged(Option<Severity>),
    Recalled,
    /// Somebody acted on it, or because of it.
    Acted,
    Since(When),
    Until(When),
    /// One of these, none of which is such a choice alone; never none of them.
    Any(Vec<Filter>),
}

/// What does not read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Which bytes of the text, on character boundaries.
    pub place: Range<usize>,
    pub reason: Reason,
}

impl Filter {
    /// Reads a filter. An empty text is a filter that everything passes.
    ///
    /// # Errors
    /// The first [`Mistake`], with its place.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        parse::parse(text)
    }

    /// Whether everything passes.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The words that are looked for, to be marked where they are found.
    pub fn words(&self) -> Vec<&str> {
        let wanted = self.terms.iter().filter(|term| term.sense == Sense::Must);
        wanted
            .flat_map(|term| match &term.what {
                Wanted::Words(words) => vec![words.as_str()],
                Wanted::Any(filters) => filters.iter().flat_map(Filter::words).collect(),
                _ => Vec::new(),
            })
            .collect()
    }
}

impl Display for Filter {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        if let [Term { sense: Sense::Must, what: Wanted::Any(filters) }] = &self.terms[..] {
            return write_any(out, filters);
        }
        for (number, term) in self.terms.iter().enumerate() {
            if number > 0 {
                out.write_char(' ')?;
            }
            if term.sense == Sense::MustNot {
                out.write_char('-')?;
            }
            write_wanted(out, &term.what)?;
        }
        Ok(())
    }
}

fn write_wanted(out: &mut Formatter<'_>, wanted: &Wanted) -> fmt::Result {
    match wanted {
        Wanted::Words(words) => write_value(out, words),
        Wanted::From(name) => {
            out.write_str("from:")?;
            write_value(out, name)
        }
        Wanted::Room(name) => {
            out.write_str("room:")?;
            write_value(out, name)
        }
        Wanted::Kind(kind) => write!(out, "kind:{}", parse::kind_word(*kind)),
        Wanted::Tier(standing) => write!(out, "tier:{}", parse::tier_word(*standing)),
        Wanted::Flagged(None) => out.write_str("flagged"),
        Wanted::Flagged(Some(severity)) => write!(out, "flagged:{severity:?}"),
        Wanted::Recalled => out.write_str("recalled"),
        Wanted::Acted => out.write_str("acted"),
        Wanted::Since(when) => write!(out, "since:{when}"),
        Wanted::Until(when) => write!(out, "until:{when}"),
        Wanted::Any(filters) => {
            out.write_char('(')?;
            write_any(out, filters)?;
            out.write_char(')')
        }
    }
}

fn write_any(out: &mut Formatter<'_>, filters: &[Filter]) -> fmt::Result {
    for (number, filter) in filters.iter().enumerate() {
        if number > 0 {
            out.write_str(" or ")?;
        }
        write!(out, "{filter}")?;
    }
    Ok(())
}

/// In quotes where it would not read as itself.
fn write_value(out: &mut Formatter<'_>, value: &str) -> fmt::Result {
    if parse::is_plain(value) {
        return out.write_str(value);
    }
    out.write_char('"')?;
    for sign in value.chars() {
        if sign == '\\' || parse::is_quote(sign) {
            out.write_char('\\')?;
        }
        out.write_char(sign)?;
    }
    out.write_char('"')
}
