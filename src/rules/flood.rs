//! One member who says too much too fast, or too much at once. Never counts what others say.

use crate::model::flag::{Category, Confidence, Severity};
use crate::model::message::Kind;
use crate::model::reason::Reason;
use crate::rules::Mistake;
use crate::rules::subject::{Finding, Subject};
use crate::rules::version::version;
use crate::state::members::RECENT;
use serde::{Deserialize, Serialize};

/// Raised when this detector comes to judge differently.
const CODE: u32 = 1;

/// How much is too much. All defaults: `operations.md` §2.4, rule catalogue, and §11 `[default.flood]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Whether this rule is on.
    pub enabled: bool,
    /// Flood is S1 (`operations.md` §5.2).
    pub severity: Severity,
    /// More messages than this …
    pub messages: u32,
    /// … within so many seconds are a flood.
    pub seconds: u32,
    /// More pictures than this …
    pub images: u32,
    /// … within so many seconds are a flood.
    pub image_seconds: u32,
    /// A message of more characters than this is one by itself.
    pub characters: u32,
    /// A message of more lines than this is one by itself.
    pub lines: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            enabled: true,
            severity: Severity::S1,
            messages: 5,
            seconds: 10,
            images: 5,
            image_seconds: 60,
            characters: 800,
            lines: 15,
        }
    }
}

impl Settings {
    pub(in crate::rules) fn mistakes(&self) -> Vec<Mistake> {
        let most = u32::try_from(RECENT - 1).unwrap_or(u32::MAX);
        let mut found = Vec::new();
        let mut check = |setting, value: u32, most: u32| {
            if !(1..=most).contains(&value) {
                let reason =
                    Reason::new("mistake-range").with("value", value).with("least", 1).with("most", most);
                found.push(Mistake { rule: "flood".to_owned(), setting, reason });
            }
        };
        // Only so many of a member's newest messages are remembered for rates.
        check("messages", self.messages, most);
        check("images", self.images, most);
        check("seconds", self.seconds, 86_400);
        check("image_seconds", self.image_seconds, 86_400);
        check("characters", self.characters, u32::MAX);
        check("lines", self.lines, u32::MAX);
        found
    }
}

/// The detector.
#[derive(Debug)]
pub(in crate::rules) struct Flood {
    settings: Settings,
    version: u32,
}

impl Flood {
    pub(in crate::rules) fn new(settings: &Settings) -> Self {
        Self { settings: settings.clone(), version: version(CODE, settings) }
    }

    /// At most one remark: the rate before the pictures before the length.
    pub(in crate::rules) fn judge(&self, subject: &Subject<'_>) -> Option<Finding> {
        if !self.settings.enabled {
            return None;
        }
        let reason =
            self.messages(subject).or_else(|| self.images(subject)).or_else(|| self.length(subject))?;
        Some(Finding {
            rule: "flood".to_owned(),
            version: self.version,
            category: Category::Flood,
            severity: self.settings.severity,
            confidence: Confidence::Certain,
            span: None,
            reason,
        })
    }

    fn messages(&self, subject: &Subject<'_>) -> Option<Reason> {
        self.rate(subject, self.settings.seconds, self.settings.messages, |_| true, "flag-flood-messages")
    }

    fn images(&self, subject: &Subject<'_>) -> Option<Reason> {
        let picture = |kind| kind == Kind::Image;
        let judged = picture(subject.message.kind);
        let rate = || {
            self.rate(
                subject,
                self.settings.image_seconds,
                self.settings.images,
                picture,
                "flag-flood-images",
            )
        };
        judged.then(rate).flatten()
    }

    /// How many of the counted kind, in how many seconds since the first of them (a begun second is one).
    fn rate(
        &self,
        subject: &Subject<'_>,
        seconds: u32,
        limit: u32,
        counts: impl Fn(Kind) -> bool,
        key: &str,
    ) -> Option<Reason> {
        let mut said = subject.lately(seconds);
        said.retain(|message| counts(message.kind));
        let count = u32::try_from(said.len()).unwrap_or(u32::MAX);
        let first = said.iter().map(|message| message.at).min()?;
        let took = subject.message.at.since(first).saturating_add(999) / 1000;
        (count > limit).then(|| Reason::new(key).with("count", count).with("seconds", took.max(1)))
    }

    fn length(&self, subject: &Subject<'_>) -> Option<Reason> {
        let text = &subject.message.text;
        let lines = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
        let characters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let long = characters > self.settings.characters || lines > self.settings.lines;
        long.then(|| Reason::new("flag-flood-length").with("characters", characters).with("lines", lines))
    }
}
