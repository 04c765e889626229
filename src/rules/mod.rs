//! A message and the state in, flags out. This room never acts, never reads a clock and never does IO.
//!
//! Rules run once, right after the message was applied to the state; their verdict is an event, and replay never
//! runs them again. The same state and message always give the same flags in the same order: the word lists in the
//! order of the settings, then links, flood, repeats, newcomer.
//!
//! A text that a moderator allowed in its room (`state::allowed`) is judged for its rate alone.
//!
//! Never judged: our own messages, staff, and lines of the platform itself. Messages that were fetched later are
//! judged like live ones, by the platform's time; but rates compare live with live and fetched with fetched, and a
//! fetched message without a platform time has no rate.
//!
//! To add a rule: one file with its settings and its detector, one field in [`Settings`] and [`Rules`], cases in
//! `tests/fixtures/rules/`.

pub mod flood;
pub mod links;
pub mod newcomer;
pub mod repeats;
mod starter;
mod subject;
mod urls;
mod version;
pub mod words;

use crate::model::event::Flagging;
use crate::model::flag::{Category, Confidence, Severity, Span};
use crate::model::id::MessageId;
use crate::model::message::Kind;
use crate::model::reason::Reason;
use crate::rules::subject::{Finding, Subject};
use crate::state::State;
use crate::state::stream::Message;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What every rule looks for. Each part stands in the file of its detector.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    pub words: words::Settings,
    pub links: links::Settings,
    pub flood: flood::Settings,
    pub repeats: repeats::Settings,
    pub newcomer: newcomer::Settings,
}

/// Something in the settings that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The rule, for instance `flood`, or `words/advertising`.
    pub rule: String,
    /// The setting, for instance `messages`.
    pub setting: &'static str,
    pub reason: Reason,
}

/// Settings made ready for judging.
#[derive(Debug)]
pub struct Rules {
    words: words::Words,
    links: links::Links,
    flood: flood::Flood,
    repeats: repeats::Repeats,
    newcomer: newcomer::Newcomer,
}

impl Rules {
    /// Rules from settings, or every mistake in them at once.
    pub fn new(settings: &Settings) -> Result<Self, Vec<Mistake>> {
        let mistakes: Vec<Mistake> = [
            settings.words.mistakes(),
            settings.links.mistakes(),
            settings.flood.mistakes(),
            settings.repeats.mistakes(),
            settings.newcomer.mistakes(),
        ]
        .concat();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Self {
            words: words::Words::new(&settings.words),
            links: links::Links::new(&settings.links),
            flood: flood::Flood::new(&settings.flood),
            repeats: repeats::Repeats::new(&settings.repeats),
            newcomer: newcomer::Newcomer::new(&settings.newcomer, &settings.links),
        })
    }

    /// What the rules remark on a message, to be called right after the message was applied to `state`.
    pub fn evaluate(&self, state: &State, message: MessageId) -> Vec<Flagging> {
        let Some(subject) = state.stream.message(message).and_then(|message| subject(state, message)) else {
            return Vec::new();
        };
        let mut findings = Vec::new();
        if !subject.is_allowed() {
            findings.extend(self.words.judge(&subject));
            findings.extend(self.links.judge(&subject));
        }
        findings.extend(self.flood.judge(&subject));
        if !subject.is_allowed() {
            findings.extend(self.repeats.judge(&subject));
            findings.extend(self.newcomer.judge(&subject));
        }
        findings.into_iter().map(|finding| flagging(subject.message, finding)).collect()
    }
}

/// The name of a rule for people: `rule-words` (with its `list`), `rule-links`, `rule-flood` …
pub fn name(rule: &str) -> Reason {
    match rule.split_once('/') {
        Some((family, list)) => Reason::new(&format!("rule-{family}")).with("list", list),
        None => Reason::new(&format!("rule-{rule}")),
    }
}

/// The name of a severity for people.
pub fn severity_name(severity: Severity) -> Reason {
    Reason::new(match severity {
        Severity::S1 => "severity-s1",
        Severity::S2 => "severity-s2",
        Severity::S3 => "severity-s3",
        Severity::S4 => "severity-s4",
    })
}

/// The name of a confidence for people.
pub fn confidence_name(confidence: Confidence) -> Reason {
    Reason::new(match confidence {
        Confidence::Fuzzy => "confidence-fuzzy",
        Confidence::Likely => "confidence-likely",
        Confidence::Certain => "confidence-certain",
    })
}

/// The name of a category for people.
pub fn category_name(category: Category) -> Reason {
    Reason::new(match category {
        Category::Advertisement => "category-advertisement",
        Category::Flood => "category-flood",
        Category::Words => "category-words",
        Category::Attack => "category-attack",
        Category::Newcomer => "category-newcomer",
        Category::Team => "category-team",
    })
}

/// What rules see of a message; nothing for messages that are never judged.
fn subject<'a>(state: &'a State, message: &'a Message) -> Option<Subject<'a>> {
    let standing = state.members.in_room(message.room, message.member);
    let staff = standing.is_some_and(|standing| standing.role.is_staff());
    let exempt = message.own || staff || message.kind == Kind::System;
    (!exempt).then(|| Subject::new(state, message, standing))
}

fn flagging(message: &Message, finding: Finding) -> Flagging {
    Flagging {
        message: message.id,
        room: message.room,
        member: message.member,
        rule: finding.rule,
        rule_version: finding.version,
        category: finding.category,
        severity: finding.severity,
        confidence: finding.confidence,
        span: finding.span.and_then(|span| stretch(&message.text, span)),
        reason: finding.reason,
    }
}

/// A range of the original text as the record keeps it; nothing when it does not lie in the text.
fn stretch(text: &str, range: Range<usize>) -> Option<Span> {
    text.get(range.clone()).filter(|text| !text.is_empty())?;
    Some(Span { start: u32::try_from(range.start).ok()?, end: u32::try_from(range.end).ok()? })
}
