//! What a rule says about a message.

use serde::{Deserialize, Serialize};

/// How much harm a violation does; S1 is the mildest (`operations.md` §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Format, off-topic, flood.
    S1,
    /// Advertising, links, solicitation.
    S2,
    /// Attack, harassment, evasion.
    S3,
    /// Illegal, fraud, endangers the group.
    S4,
}

/// How sure a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Confidence {
    /// Possibly; a person has to look.
    Fuzzy,
    /// Probably.
    Likely,
    /// The rule's condition holds, literally.
    Certain,
}

/// What a violation is about; offences are counted per category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Category {
    /// Advertising and solicitation.
    Advertisement,
    /// Too much, too fast, too often.
    Flood,
    /// Words the group does not want.
    Words,
    /// Attacks on people.
    Attack,
    /// A newcomer doing what newcomers may not yet do.
    Newcomer,
    /// A moderator's own remark for the team.
    Team,
}

/// A stretch of the original text, in bytes, on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

/// What a moderator decided about a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// No violation: the flags were wrong or do not matter.
    Allowed,
    /// A violation: an action was taken for it, and it counts as an offence.
    Confirmed,
    /// Another rule's remark on the same messages was decided by an action; this one is done with it and counts for
    /// nothing of its own.
    Settled,
}
