//! The review queue: flags of one author under one rule fold into a case, and a case waits for one decision.

use crate::model::action::Actor;
use crate::model::event::{CaseMove, Flagging};
use crate::model::flag::{Category, Confidence, Severity, Span, Verdict};
use crate::model::id::{ActionId, CaseId, FlagId, MemberId, MessageId, RoomId, Seq};
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::state::register::Register;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// How many decided cases stay in memory; all of them stay in the record.
const DECIDED_KEPT: usize = 1000;
/// How many of them at most when steps back name older ones; some 10 MB.
const NAMED_KEPT: usize = 20_000;
/// How many flags of one case are kept with their words; the count goes on.
const FLAGS_KEPT: usize = 50;

/// One flag inside a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remark {
    pub flag: FlagId,
    pub message: MessageId,
    pub at: Moment,
    pub span: Option<Span>,
    pub reason: Reason,
    pub rule_version: u32,
}

/// A decision, by whom and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub verdict: Verdict,
    pub by: Actor,
    pub at: Moment,
}

/// A flag of this family says that a rule broke on the message: `fault/flood`.
pub const FAULT: &str = "fault";

/// Flags of one author under one rule in one room, waiting for a decision or decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    pub id: CaseId,
    pub room: RoomId,
    pub member: MemberId,
    pub rule: String,
    pub category: Category,
    pub severity: Severity,
    pub confidence: Confidence,
    pub opened_at: Moment,
    /// Newest last.
    pub remarks: Vec<Remark>,
    /// How many flags were folded in, also those not kept.
    pub flags: u32,
    pub decision: Option<Decision>,
    /// The actions taken for it, newest last.
    pub actions: Vec<ActionId>,
    /// It rests until then.
    pub rests_until: Option<Moment>,
    /// Who looks after it, and since when.
    pub holder: Option<Holder>,
    /// Who asked the team to look at it first.
    pub escalated_by: Option<Actor>,
}

/// Who looks after a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Holder {
    /// The moderator's name.
    pub moderator: String,
    pub since: Moment,
    /// Who gave it to him; himself when he took it.
    pub by: Actor,
}

impl Case {
    /// It is about a fault of ours: of its author nothing is said, and no step against him is due.
    pub fn is_fault(&self) -> bool {
        self.rule.split_once('/').is_some_and(|(family, _)| family == FAULT)
    }

    /// Nobody decided it yet.
    pub fn is_open(&self) -> bool {
        self.decision.is_none()
    }

    /// It is open, and rests at `now`.
    pub fn rests(&self, now: Moment) -> bool {
        self.is_open() && self.rests_until.is_some_and(|until| until > now)
    }

    /// It is open and does not rest at `now`.
    pub fn waits(&self, now: Moment) -> bool {
        self.is_open() && !self.rests(now)
    }

    /// Takes one more flag in. Returns the message of the remark that had to make room for it.
    fn fold(&mut self, flagging: &Flagging, remark: Remark) -> Option<MessageId> {
        // Something worse than what it was put to rest with wakes it.
        if flagging.severity > self.severity {
            self.rests_until = None;
        }
        self.severity = self.severity.max(flagging.severity);
        self.confidence = self.confidence.max(flagging.confidence);
        self.flags += 1;
        self.remarks.push(remark);
        // The first stays: it is what opened the case.
        (self.remarks.len() > FLAGS_KEPT).then(|| self.remarks.remove(1).message)
    }

    /// Its place among open cases: what the team was asked to look at, then the worst, then the surer, then the
    /// longest waiting.
    pub fn rank(&self) -> Rank {
        let first = (self.escalated_by.is_some(), self.severity, self.confidence);
        Rank(Reverse(first), self.opened_at, self.id)
    }
}

/// The place of a case among open cases; what comes first is less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank(Reverse<(bool, Severity, Confidence)>, Moment, CaseId);

impl Rank {
    /// Whose place it is.
    pub fn case(&self) -> CaseId {
        self.2
    }
}

/// All open cases and the newest decided ones.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "Kept")]
pub struct Queue {
    /// Boxed, because the leaves of a tree that is filled in order stay half empty.
    cases: BTreeMap<CaseId, Box<Case>>,
    /// It follows from the cases, so no checkpoint keeps it.
    #[serde(skip)]
    register: Register,
}

/// The queue as checkpoints keep it.
#[derive(Deserialize)]
struct Kept {
    cases: BTreeMap<CaseId, Box<Case>>,
}

impl From<Kept> for Queue {
    fn from(kept: Kept) -> Self {
        let mut register = Register::default();
        kept.cases.values().for_each(|case| register.entered(case));
        Self { cases: kept.cases, register }
    }
}

impl Queue {
    /// One case, open or decided.
    pub fn get(&self, id: CaseId) -> Option<&Case> {
        self.cases.get(&id).map(Box::as_ref)
    }

    /// Every case, open or decided, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Case> {
        self.cases.values().map(Box::as_ref)
    }

    /// The open cases that wait at `now`, by their rank.
    pub fn waiting(&self, now: Moment) -> Vec<&Case> {
        self.by_rank(now).collect()
    }

    /// The same one after another, for who needs only the first.
    pub fn by_rank(&self, now: Moment) -> impl Iterator<Item = &Case> {
        self.register.open().filter_map(|id| self.get(id)).filter(move |case| case.waits(now))
    }

    /// How many cases wait at `now`.
    pub fn waiting_count(&self, now: Moment) -> usize {
        self.register.waiting_count(now)
    }

    /// The open cases that rest at `now`, the soonest to wake first.
    pub fn resting(&self, now: Moment) -> Vec<&Case> {
        self.register.resting(now).filter_map(|id| self.get(id)).collect()
    }

    /// Every undecided case, resting or not, oldest first.
    pub fn undecided(&self) -> impl Iterator<Item = &Case> {
        self.iter().filter(|case| case.is_open())
    }

    /// Decided cases, newest decision first.
    pub fn decided_cases(&self) -> Vec<&Case> {
        let mut decided: Vec<&Case> = self.iter().filter(|case| case.decision.is_some()).collect();
        decided.sort_by_key(|case| {
            std::cmp::Reverse((case.decision.as_ref().map(|decision| decision.at), case.id))
        });
        decided
    }

    /// The open case about a member in a room that a moderator most likely means: the worst, then the oldest.
    pub fn open_about(&self, room: RoomId, member: MemberId) -> Option<&Case> {
        let about = self.register.about(room, member).filter_map(|id| self.get(id));
        about.max_by_key(|case| (case.severity, std::cmp::Reverse(case.id)))
    }

    /// Whether this moderator's decision stands that a case is no violation.
    pub fn is_allowed_by(&self, id: CaseId, moderator: &str) -> bool {
        let decision = self.get(id).and_then(|case| case.decision.as_ref());
        let own = |by: &Actor| matches!(by, Actor::Moderator(name) if name == moderator);
        decision.is_some_and(|decision| decision.verdict == Verdict::Allowed && own(&decision.by))
    }

    /// The cases whose remarks name this message, open or decided, oldest first.
    pub fn naming(&self, message: MessageId) -> impl Iterator<Item = &Case> {
        self.register.naming(message).filter_map(|id| self.get(id))
    }

    /// Whether an open case rests on this message.
    pub fn awaits(&self, message: MessageId) -> bool {
        self.naming(message).any(Case::is_open)
    }

    /// Folds a flag into the case that it belongs to, or opens one. Returns the message of the remark that had to make
    /// room for it.
    pub(super) fn flagged(&mut self, seq: Seq, at: Moment, flagging: &Flagging) -> Option<MessageId> {
        let remark = Remark {
            flag: FlagId(seq),
            message: flagging.message,
            at,
            span: flagging.span,
            reason: flagging.reason.clone(),
            rule_version: flagging.rule_version,
        };
        let about = self.register.about(flagging.room, flagging.member);
        let folds = about.filter_map(|id| self.get(id)).find(|case| case.rule == flagging.rule);
        if let Some(id) = folds.map(|case| case.id) {
            let dropped = self.change(id, |case| case.fold(flagging, remark)).flatten();
            let named = |case: &Case, message| case.remarks.iter().any(|remark| remark.message == message);
            if let Some(message) =
                dropped.filter(|message| !self.get(id).is_some_and(|case| named(case, *message)))
            {
                self.register.unnamed(message, id);
            }
            return dropped;
        }
        let case = Case {
            id: CaseId(seq),
            room: flagging.room,
            member: flagging.member,
            rule: flagging.rule.clone(),
            category: flagging.category,
            severity: flagging.severity,
            confidence: flagging.confidence,
            opened_at: at,
            remarks: vec![remark],
            flags: 1,
            decision: None,
            actions: Vec::new(),
            rests_until: None,
            holder: None,
            escalated_by: None,
        };
        self.register.entered(&case);
        self.cases.insert(case.id, Box::new(case));
        None
    }

    /// Decides an open case; `None` when there is no such open case, so that the first decision stands.
    pub(super) fn decided(&mut self, id: CaseId, verdict: Verdict, by: &Actor, at: Moment) -> Option<&Case> {
        self.get(id).filter(|case| case.is_open())?;
        self.change(id, |case| {
            case.decision = Some(Decision { verdict, by: by.clone(), at });
            case.rests_until = None;
        })?;
        self.get(id)
    }

    /// Opens a decided case again and names the member whose offence it was.
    pub(super) fn reopened(&mut self, id: CaseId) -> Option<(RoomId, MemberId)> {
        self.change(id, |case| {
            case.decision = None;
            (case.room, case.member)
        })
    }

    /// Puts an open case to rest, or wakes it.
    pub(super) fn snoozed(&mut self, id: CaseId, until: Option<Moment>) {
        if self.get(id).is_some_and(Case::is_open) {
            self.change(id, |case| case.rests_until = until);
        }
    }

    /// Somebody looks after a case from now on, or nobody does.
    pub(super) fn held(&mut self, id: CaseId, moderator: Option<&str>, by: &Actor, at: Moment) {
        if let Some(case) = self.cases.get_mut(&id) {
            case.holder = moderator.map(|moderator| Holder {
                moderator: moderator.to_owned(),
                since: at,
                by: by.clone(),
            });
        }
    }

    /// The team was asked to look at a case, or is not any more.
    pub(super) fn escalated(&mut self, id: CaseId, by: Option<&Actor>) {
        self.change(id, |case| case.escalated_by = by.cloned());
    }

    /// One of the cases that were moved together.
    pub(super) fn moved(&mut self, id: CaseId, to: &CaseMove, by: &Actor, at: Moment) {
        match to {
            CaseMove::Rest(until) => self.snoozed(id, Some(*until).filter(|until| *until > at)),
            CaseMove::Wake => self.snoozed(id, None),
            CaseMove::Hold(moderator) => self.held(id, Some(moderator), by, at),
            CaseMove::Release => self.held(id, None, by, at),
            CaseMove::Escalate => self.escalated(id, Some(by)),
            CaseMove::Calm => self.escalated(id, None),
        }
    }

    pub(super) fn acted(&mut self, case: Option<CaseId>, seq: Seq) {
        if let Some(case) = case.and_then(|id| self.cases.get_mut(&id)) {
            case.actions.push(ActionId(seq));
        }
    }

    /// Forgets the oldest decided cases where more than enough are kept, those `named` only when they are far too many.
    /// To be called before others are decided: a clock that went back would make those the oldest.
    pub(super) fn forget_decided(&mut self, named: impl FnOnce() -> BTreeSet<CaseId>) {
        let decided_at = |case: &Case| case.decision.as_ref().map(|decision| (decision.at, case.id));
        let mut decided: Vec<(Moment, CaseId)> = self.iter().filter_map(decided_at).collect();
        let old = decided.len().saturating_sub(DECIDED_KEPT);
        if old == 0 {
            return;
        }
        let (named, too_old) = (named(), decided.len().saturating_sub(NAMED_KEPT));
        decided.sort_unstable();
        for (at, (_, id)) in decided.iter().take(old).enumerate() {
            if (at < too_old || !named.contains(id))
                && let Some(case) = self.cases.remove(id)
            {
                case.remarks.iter().for_each(|remark| self.register.unnamed(remark.message, case.id));
            }
        }
    }

    /// Changes a case, and where it is found.
    fn change<T>(&mut self, id: CaseId, change: impl FnOnce(&mut Case) -> T) -> Option<T> {
        let case = self.cases.get_mut(&id)?;
        self.register.changes(case);
        let changed = change(case);
        self.register.entered(case);
        Some(changed)
    }
}
