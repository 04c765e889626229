//! What newcomers may not do yet: post links, shared pages and contact cards. Never holds anybody for new who was in
//! the room before we were, nor somebody who left and came back.

use crate::model::flag::{Category, Confidence, Severity};
use crate::model::message::Kind;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::rules::Mistake;
use crate::rules::links;
use crate::rules::subject::{Finding, Subject};
use crate::rules::urls;
use crate::rules::version::version;
use crate::state::stream::Message;
use crate::text::fold::fold_words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Raised when this detector comes to judge differently.
const CODE: u32 = 1;
/// A qualifying message has so many visible characters (`operations.md` §1, 有效发言).
const VISIBLE: usize = 2;

/// How long somebody is new. Pictures are not looked into: a QR code in one is not seen yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Whether this rule is on.
    pub enabled: bool,
    /// Links and solicitation are S2 (`operations.md` §5.2).
    pub severity: Severity,
    /// No links for so many hours after joining (`operations.md` §2.4, newcomer limits) …
    pub hours: u32,
    /// … or until so many qualifying messages, whichever is first.
    pub messages: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { enabled: true, severity: Severity::S2, hours: 24, messages: 3 }
    }
}

impl Settings {
    pub(in crate::rules) fn mistakes(&self) -> Vec<Mistake> {
        let mut found = Vec::new();
        // Of a member's newest 16 messages the judged one does not count.
        for (setting, value, most) in [("hours", self.hours, 24 * 365), ("messages", self.messages, 15)] {
            if !(1..=most).contains(&value) {
                let reason =
                    Reason::new("mistake-range").with("value", value).with("least", 1).with("most", most);
                found.push(Mistake { rule: "newcomer".to_owned(), setting, reason });
            }
        }
        found
    }
}

/// The detector.
#[derive(Debug)]
pub(in crate::rules) struct Newcomer {
    settings: Settings,
    links: links::Settings,
    version: u32,
}

impl Newcomer {
    pub(in crate::rules) fn new(settings: &Settings, links: &links::Settings) -> Self {
        Self {
            settings: settings.clone(),
            links: links.clone(),
            version: version(CODE, &(settings, &links.allow)),
        }
    }

    pub(in crate::rules) fn judge(&self, subject: &Subject<'_>) -> Option<Finding> {
        if !self.settings.enabled {
            return None;
        }
        let since = self.new_since(subject)?;
        let (key, span) = self.brings(subject)?;
        let said = qualifying(subject);
        if said >= usize::try_from(self.settings.messages).unwrap_or(usize::MAX) {
            return None;
        }
        let minutes = subject.said_at().since(since) / 60_000;
        Some(Finding {
            rule: "newcomer".to_owned(),
            version: self.version,
            category: Category::Newcomer,
            severity: self.settings.severity,
            confidence: Confidence::Certain,
            span,
            reason: Reason::new(key)
                .with("minutes", minutes)
                .with("said", said)
                .with("hours", self.settings.hours),
        })
    }

    /// Since when he is new; nothing when he is not. The time runs from when he was first known here, so that
    /// leaving and joining again neither makes a regular new nor hides a newcomer.
    fn new_since(&self, subject: &Subject<'_>) -> Option<Moment> {
        let standing = subject.standing.filter(|standing| standing.joined_at.is_some())?;
        let age = subject.said_at().since(standing.known_since);
        (0..i64::from(self.settings.hours) * 3_600_000).contains(&age).then_some(standing.known_since)
    }

    /// What he brought that newcomers may not.
    fn brings(&self, subject: &Subject<'_>) -> Option<(&'static str, Option<std::ops::Range<usize>>)> {
        let addresses = urls::find(subject.folded.as_str());
        let unwelcome = addresses.iter().find(|address| !self.links.allows(address));
        match (unwelcome, subject.message.kind) {
            (Some(address), _) => {
                Some(("flag-newcomer-link", Some(subject.folded.source(address.at.clone()))))
            }
            // A shared page without an address in its text; one that only leads to allowed places is welcome.
            (None, Kind::Link) if addresses.is_empty() => Some(("flag-newcomer-page", None)),
            (None, Kind::Card) => Some(("flag-newcomer-card", None)),
            (None, _) => None,
        }
    }
}

/// How many qualifying messages he said here before this one, among his newest: with something to read in them, not
/// flagged, not taken back, and each text once.
fn qualifying(subject: &Subject<'_>) -> usize {
    let Some(standing) = subject.standing else { return 0 };
    let mut texts = BTreeSet::new();
    let earlier = standing.recent.iter().filter(|(id, _)| *id < subject.message.id);
    earlier
        .filter_map(|(id, _)| subject.state.stream.message(*id))
        .filter(|message| subject.state.stream.mark(message.id).is_none() && qualifies(message))
        .filter(|message| message.kind != Kind::Text || texts.insert(fold_words(&message.text)))
        .count()
}

fn qualifies(message: &Message) -> bool {
    let visible = message.text.chars().filter(|character| character.is_alphanumeric()).count();
    match message.kind {
        Kind::Text => visible >= VISIBLE,
        Kind::System | Kind::Other => false,
        Kind::Image | Kind::Voice | Kind::Video | Kind::File | Kind::Link | Kind::Card => true,
    }
}
