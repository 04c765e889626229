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
//! A detector that breaks on a message ends nothing: the others judge on, and the message is flagged for the team, since
//! nobody has judged it in its place.
//!
//! To add a rule: one file with its settings and its detector, one field in [`Settings`], one line in [`Rules::new`],
//! cases in `tests/fixtures/rules/`.

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
use crate::state::queue::FAULT;
use crate::state::stream::Message;
use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

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

/// What looks for one kind of thing in messages.
trait Detector: Debug + Send + Sync {
    /// What it remarks on a message.
    fn remarks(&self, subject: &Subject<'_>) -> Vec<Finding>;

    /// Whether it judges how often somebody speaks, and not what: a text that a moderator allowed is its business too.
    fn judges_rate(&self) -> bool {
        false
    }
}

/// Settings made ready for judging.
#[derive(Debug)]
pub struct Rules {
    /// By the names under which they stand in the settings, in the order in which they judge.
    detectors: Vec<(&'static str, Box<dyn Detector>)>,
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
            detectors: vec![
                ("words", Box::new(words::Words::new(&settings.words))),
                ("links", Box::new(links::Links::new(&settings.links))),
                ("flood", Box::new(flood::Flood::new(&settings.flood))),
                ("repeats", Box::new(repeats::Repeats::new(&settings.repeats))),
                ("newcomer", Box::new(newcomer::Newcomer::new(&settings.newcomer, &settings.links))),
            ],
        })
    }

    /// What the rules remark on a message, to be called right after the message was applied to `state`.
    pub fn evaluate(&self, state: &State, message: MessageId) -> Vec<Flagging> {
        let Some(message) = state.stream.message(message) else { return Vec::new() };
        let findings = match unbroken("text", || subject(state, message)) {
            Ok(Some(subject)) => self.findings(&subject),
            Ok(None) => Vec::new(),
            Err(fault) => vec![fault],
        };
        findings.into_iter().map(|finding| flagging(message, finding)).collect()
    }

    fn findings(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let allowed = match unbroken("text", || subject.is_allowed()) {
            Ok(allowed) => allowed,
            Err(fault) => return vec![fault],
        };
        let judging = self.detectors.iter().filter(|(_, detector)| !allowed || detector.judges_rate());
        let remarks = |(name, detector): &(&'static str, Box<dyn Detector>)| {
            unbroken(name, || detector.remarks(subject)).unwrap_or_else(|fault| vec![fault])
        };
        judging.flat_map(remarks).collect()
    }
}

/// What `work` comes to; when it breaks, what is to be said of the message in its place. Everything that it looks at is
/// only read, so nothing is left half done.
fn unbroken<T>(name: &str, work: impl FnOnce() -> T) -> Result<T, Finding> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Finding {
        rule: format!("{FAULT}/{name}"),
        version: 1,
        category: Category::Team,
        severity: Severity::S1,
        confidence: Confidence::Certain,
        span: None,
        reason: Reason::new("flag-fault").with("rule", name),
    })
}

impl Detector for words::Words {
    fn remarks(&self, subject: &Subject<'_>) -> Vec<Finding> {
        self.judge(subject)
    }
}

impl Detector for links::Links {
    fn remarks(&self, subject: &Subject<'_>) -> Vec<Finding> {
        self.judge(subject).into_iter().collect()
    }
}

impl Detector for flood::Flood {
    fn remarks(&self, subject: &Subject<'_>) -> Vec<Finding> {
        self.judge(subject).into_iter().collect()
    }

    fn judges_rate(&self) -> bool {
        true
    }
}

impl Detector for repeats::Repeats {
    fn remarks(&self, subject: &Subject<'_>) -> Vec<Finding> {
        self.judge(subject).into_iter().collect()
    }
}

impl Detector for newcomer::Newcomer {
    fn remarks(&self, subject: &Subject<'_>) -> Vec<Finding> {
        self.judge(subject).into_iter().collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::{Event, Received, Record};
    use crate::model::id::{MemberId, RoomId, Seq};
    use crate::model::moment::Moment;
    use crate::state::queue::Case;

    /// A detector with a fault in it: it breaks on some messages.
    #[derive(Debug)]
    struct Faulty;

    impl Detector for Faulty {
        fn remarks(&self, subject: &Subject<'_>) -> Vec<Finding> {
            assert!(!subject.message.text.contains("boom"), "a fault of the detector");
            Vec::new()
        }
    }

    fn said(state: &mut State, text: &str) -> MessageId {
        let received = Received {
            room: RoomId(1),
            member: MemberId(1),
            external: String::new(),
            sent_at: Moment(0),
            kind: Kind::Text,
            text: text.to_owned(),
            reply_to: None,
            mentions: Vec::new(),
            backfilled: false,
            own: false,
        };
        let seq = state.next;
        state.apply(&Record { seq, at: Moment(0), event: Event::MessageReceived(received) });
        MessageId(seq)
    }

    #[test]
    fn a_rule_that_breaks_on_a_message_flags_it_and_the_others_judge_on() {
        let mut rules = Rules::new(&Settings::default()).unwrap();
        rules.detectors.insert(0, ("links", Box::new(Faulty)));
        let mut state = State::default();
        let flags = |state: &mut State, text: &str| {
            let message = said(state, text);
            rules.evaluate(state, message)
        };
        assert_eq!(flags(&mut state, "good morning"), []);
        let found = flags(&mut state, "boom 加v领资料");
        let named: Vec<&str> = found.iter().map(|flag| flag.rule.as_str()).collect();
        assert_eq!((named[0], named.len() > 1), ("fault/links", true), "{named:?}");
        assert_eq!(found[0].reason, Reason::new("flag-fault").with("rule", "links"));
        // It makes a case for the team, in which the author is accused of nothing.
        let seq: Seq = state.next;
        state.apply(&Record { seq, at: Moment(0), event: Event::Flagged(found[0].clone()) });
        assert_eq!(state.queue.iter().map(Case::is_fault).collect::<Vec<_>>(), [true]);
        // And the next message is judged as ever.
        assert_eq!(flags(&mut state, "good evening"), []);
    }
}
