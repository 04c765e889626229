//! One author who says the same again and again. Never compares one author with another: a crowd that says the same
//! short thing is people.

use crate::model::action::Actor;
use crate::model::flag::{Category, Confidence, Severity};
use crate::model::message::Kind;
use crate::model::reason::Reason;
use crate::rules::Mistake;
use crate::rules::subject::{Finding, Subject};
use crate::rules::version::version;
use crate::state::members::RECENT;
use crate::state::stream::Message;
use crate::text::fold::{fold_words, near};
use serde::{Deserialize, Serialize};

/// Raised when this detector comes to judge differently.
const CODE: u32 = 1;
/// Texts with fewer letters than this are the same only when they are folded alike: `1`, `2`, `3` are three
/// answers, while a long text with another number in it is the same text.
const NEAR_LETTERS: usize = 8;

/// How often is too often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Whether this rule is on.
    pub enabled: bool,
    /// Flood is S1 (`operations.md` §5.2).
    pub severity: Severity,
    /// The same text so many times … (`operations.md` §2.4: 3 identical in 60 s)
    pub times: u32,
    /// … within so many seconds.
    pub seconds: u32,
    /// A text of at least so many characters is long: nobody types it three times. Our own choice.
    pub long_characters: u32,
    /// A long text so many times … Twice is often a question asked again: 48 in the 11,644 messages of
    /// `irc_ubuntu_dev.jsonl`.
    pub long_times: u32,
    /// … within so many seconds (`operations.md` §1, exact duplicates within 10 minutes).
    pub long_seconds: u32,
    /// Shorter texts are never a repeat: 嗯, 1, ? are said often. Our own choice.
    pub shortest: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            enabled: true,
            severity: Severity::S1,
            times: 3,
            seconds: 60,
            long_characters: 40,
            long_times: 3,
            long_seconds: 600,
            shortest: 2,
        }
    }
}

impl Settings {
    pub(in crate::rules) fn mistakes(&self) -> Vec<Mistake> {
        let most = u32::try_from(RECENT).unwrap_or(u32::MAX);
        let mut found = Vec::new();
        let mut check = |setting, value: u32, least: u32, most: u32| {
            if !(least..=most).contains(&value) {
                let reason =
                    Reason::new("mistake-range").with("value", value).with("least", least).with("most", most);
                found.push(Mistake { rule: "repeats".to_owned(), setting, reason });
            }
        };
        // Only so many of a member's newest messages are remembered; saying it once is no repeat.
        check("times", self.times, 2, most);
        check("long_times", self.long_times, 2, most);
        check("seconds", self.seconds, 1, 86_400);
        check("long_seconds", self.long_seconds, 1, 86_400);
        check("long_characters", self.long_characters, 1, u32::MAX);
        found
    }
}

/// The detector.
#[derive(Debug)]
pub(in crate::rules) struct Repeats {
    settings: Settings,
    version: u32,
}

impl Repeats {
    pub(in crate::rules) fn new(settings: &Settings) -> Self {
        Self { settings: settings.clone(), version: version(CODE, settings) }
    }

    pub(in crate::rules) fn judge(&self, subject: &Subject<'_>) -> Option<Finding> {
        let settings = &self.settings;
        let characters = u32::try_from(subject.folded.as_str().chars().count()).unwrap_or(u32::MAX);
        if !settings.enabled || characters < settings.shortest || !has_words(subject.message) {
            return None;
        }
        let long = characters >= settings.long_characters;
        let reason = said_again(subject, settings.seconds, settings.times, "flag-repeats").or_else(|| {
            let again =
                || said_again(subject, settings.long_seconds, settings.long_times, "flag-repeats-long");
            long.then(again).flatten()
        })?;
        Some(Finding {
            rule: "repeats".to_owned(),
            version: self.version,
            category: Category::Flood,
            severity: settings.severity,
            confidence: Confidence::Certain,
            span: None,
            reason,
        })
    }
}

/// How often this text was said in the last `seconds`, when that is `times` or more.
fn said_again(subject: &Subject<'_>, seconds: u32, times: u32, key: &str) -> Option<Reason> {
    let lately = subject.lately(seconds);
    if u32::try_from(lately.len()).unwrap_or(u32::MAX) < times {
        return None;
    }
    let text = essence(&subject.message.text);
    let taken_back = |message: &Message| {
        let mark = subject.state.stream.mark(message.id);
        mark.is_some_and(|mark| mark.recalled_by == Some(Actor::Member(message.member)))
    };
    let same: Vec<&Message> = lately
        .into_iter()
        .filter(|message| has_words(message) && !taken_back(message) && essence(&message.text) == text)
        .collect();
    let first = same.iter().map(|message| message.at).min()?;
    let count = u32::try_from(same.len()).unwrap_or(u32::MAX);
    let took = subject.message.at.since(first).saturating_add(999) / 1000;
    (count >= times).then(|| Reason::new(key).with("count", count).with("seconds", took.max(1)))
}

/// What two repeats have in common.
fn essence(text: &str) -> String {
    let near = near(text);
    if near.chars().count() >= NEAR_LETTERS { near } else { fold_words(text) }
}

/// Other kinds carry placeholders for text, which are the same for every picture.
fn has_words(message: &Message) -> bool {
    matches!(message.kind, Kind::Text | Kind::Link | Kind::Card) && !message.text.trim().is_empty()
}
