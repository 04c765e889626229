//! The review queue: flags of one author under one rule fold into a case, and a case waits for one decision.

use crate::model::action::Actor;
use crate::model::event::Flagging;
use crate::model::flag::{Category, Confidence, Severity, Span, Verdict};
use crate::model::id::{ActionId, CaseId, FlagId, MemberId, MessageId, RoomId, Seq};
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many decided cases stay in memory; all of them stay in the record.
const DECIDED_KEPT: usize = 1000;
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
}

/// All open cases and the newest decided ones.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Queue {
    cases: BTreeMap<CaseId, Case>,
}

impl Queue {
    /// One case, open or decided.
    pub fn get(&self, id: CaseId) -> Option<&Case> {
        self.cases.get(&id)
    }

    /// The open cases: worst first, then the surer, then the longest waiting.
    pub fn open(&self) -> Vec<&Case> {
        let mut open: Vec<&Case> = self.cases.values().filter(|case| case.decision.is_none()).collect();
        open.sort_by_key(|case| {
            (std::cmp::Reverse((case.severity, case.confidence)), case.opened_at, case.id)
        });
        open
    }

    /// How many cases are open.
    pub fn open_count(&self) -> usize {
        self.cases.values().filter(|case| case.decision.is_none()).count()
    }

    /// Decided cases, newest decision first.
    pub fn decided_cases(&self) -> Vec<&Case> {
        let mut decided: Vec<&Case> = self.cases.values().filter(|case| case.decision.is_some()).collect();
        decided.sort_by_key(|case| {
            std::cmp::Reverse((case.decision.as_ref().map(|decision| decision.at), case.id))
        });
        decided
    }

    /// The open case about a member in a room that a moderator most likely means: the worst, then the oldest.
    pub fn open_about(&self, room: RoomId, member: MemberId) -> Option<&Case> {
        self.cases
            .values()
            .filter(|case| case.decision.is_none() && case.room == room && case.member == member)
            .max_by_key(|case| (case.severity, std::cmp::Reverse(case.id)))
    }

    /// The cases whose remarks name this message, open or decided, oldest first.
    pub fn naming(&self, message: MessageId) -> impl Iterator<Item = &Case> {
        self.cases.values().filter(move |case| case.remarks.iter().any(|remark| remark.message == message))
    }

    pub(super) fn flagged(&mut self, seq: Seq, at: Moment, flagging: &Flagging) {
        let remark = Remark {
            flag: FlagId(seq),
            message: flagging.message,
            at,
            span: flagging.span,
            reason: flagging.reason.clone(),
            rule_version: flagging.rule_version,
        };
        let folds = |case: &&mut Case| {
            case.decision.is_none()
                && case.room == flagging.room
                && case.member == flagging.member
                && case.rule == flagging.rule
        };
        if let Some(case) = self.cases.values_mut().find(folds) {
            case.severity = case.severity.max(flagging.severity);
            case.confidence = case.confidence.max(flagging.confidence);
            case.flags += 1;
            case.remarks.push(remark);
            if case.remarks.len() > FLAGS_KEPT {
                // The first stays: it is what opened the case.
                case.remarks.remove(1);
            }
            return;
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
        };
        self.cases.insert(case.id, case);
    }

    /// Decides an open case; `None` when there is no such open case, so that the first decision stands.
    pub(super) fn decided(&mut self, id: CaseId, verdict: Verdict, by: &Actor, at: Moment) -> Option<&Case> {
        self.cases.get(&id).filter(|case| case.decision.is_none())?;
        // Before it is decided itself: a clock that went back would make it the oldest.
        self.forget_oldest_decided();
        let case = self.cases.get_mut(&id)?;
        case.decision = Some(Decision { verdict, by: by.clone(), at });
        Some(case)
    }

    /// Opens a decided case again and names the member whose offence it was.
    pub(super) fn reopened(&mut self, id: CaseId) -> Option<(RoomId, MemberId)> {
        let case = self.cases.get_mut(&id)?;
        case.decision = None;
        Some((case.room, case.member))
    }

    pub(super) fn acted(&mut self, case: Option<CaseId>, seq: Seq) {
        if let Some(case) = case.and_then(|id| self.cases.get_mut(&id)) {
            case.actions.push(ActionId(seq));
        }
    }

    fn forget_oldest_decided(&mut self) {
        let decided = || self.cases.values().filter(|case| case.decision.is_some());
        if decided().count() <= DECIDED_KEPT {
            return;
        }
        let oldest =
            decided().min_by_key(|case| (case.decision.as_ref().map(|decision| decision.at), case.id));
        if let Some(id) = oldest.map(|case| case.id) {
            self.cases.remove(&id);
        }
    }
}
