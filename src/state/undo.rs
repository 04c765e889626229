//! What each moderator could take back, newest last; it lives in the record, so it survives a restart.

use crate::model::action::{Actor, Request, Stage};
use crate::model::event::CaseMove;
use crate::model::id::{ActionId, AllowanceId, CaseId, MessageId, NoteId, Seq};
use crate::state::actions::{Action, Actions};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How many steps back one moderator can go.
const STEPS: usize = 200;

/// One thing that a moderator did and may take back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// He asked for an action.
    Acted(ActionId),
    /// He allowed a case.
    Allowed(CaseId),
    /// He wrote a note.
    Noted(NoteId),
    /// He asked for several actions at once; they carry this unit.
    Unit(Seq),
    /// He allowed several cases at once.
    AllowedMany(Vec<CaseId>),
    /// He allowed a text, and with it a case.
    TextAllowed(AllowanceId, CaseId),
    /// He put a case to rest.
    Snoozed(CaseId),
    /// He asked the team to look at a case.
    Escalated(CaseId),
    /// He keeps a message as evidence.
    Pinned(MessageId),
    /// He put several cases to rest at once, or took them, or escalated them.
    Moved(Vec<CaseId>, Moved),
    /// He keeps several messages as evidence, chosen at once.
    PinnedMany(Vec<MessageId>),
}

/// What was done with several cases at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Moved {
    Rested,
    Held,
    Escalated,
}

impl Moved {
    /// What a move does, and whether it takes that back.
    fn of(to: &CaseMove) -> (Self, bool) {
        match to {
            CaseMove::Rest(_) => (Self::Rested, false),
            CaseMove::Wake => (Self::Rested, true),
            CaseMove::Hold(_) => (Self::Held, false),
            CaseMove::Release => (Self::Held, true),
            CaseMove::Escalate => (Self::Escalated, false),
            CaseMove::Calm => (Self::Escalated, true),
        }
    }

    /// The move that takes it back.
    pub fn back(self) -> CaseMove {
        match self {
            Self::Rested => CaseMove::Wake,
            Self::Held => CaseMove::Release,
            Self::Escalated => CaseMove::Calm,
        }
    }
}

/// The steps of every moderator, by name.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Undo {
    steps: BTreeMap<String, Vec<Step>>,
}

impl Undo {
    /// The newest thing that this moderator may take back.
    pub fn newest(&self, moderator: &str) -> Option<Step> {
        self.steps.get(moderator).and_then(|steps| steps.last()).cloned()
    }

    /// The newest thing that this moderator may take back, passing over those that he could not.
    pub fn newest_but(&self, moderator: &str, passed_over: &[Step]) -> Option<Step> {
        let steps = self.steps.get(moderator)?;
        steps.iter().rev().find(|step| !passed_over.contains(step)).cloned()
    }

    /// Everybody who ever did something that could be taken back.
    pub fn moderators(&self) -> impl Iterator<Item = &str> {
        self.steps.keys().map(String::as_str)
    }

    /// Everything that this moderator may take back, newest first.
    pub fn steps(&self, moderator: &str) -> impl Iterator<Item = &Step> {
        self.steps.get(moderator).into_iter().flat_map(|steps| steps.iter().rev())
    }

    /// The cases that some step back would open again.
    pub(super) fn cases(&self, actions: &Actions) -> BTreeSet<CaseId> {
        let mut cases = BTreeSet::new();
        for step in self.steps.values().flatten() {
            match step {
                Step::Allowed(case) | Step::TextAllowed(_, case) => cases.extend([*case]),
                Step::AllowedMany(many) => cases.extend(many),
                Step::Acted(id) => cases.extend(actions.get(*id).and_then(|action| action.request.case)),
                Step::Unit(unit) => {
                    cases.extend(actions.of_unit(*unit).filter_map(|action| action.request.case));
                }
                _ => {}
            }
        }
        cases
    }

    pub(super) fn requested(&mut self, seq: Seq, request: &Request) {
        match (request.undoes, request.unit) {
            (Some(undone), _) => self.forget(|step| *step == Step::Acted(undone)),
            (None, None) => self.push(&request.by, Step::Acted(ActionId(seq))),
            (None, Some(unit)) if self.has(&request.by, &Step::Unit(unit)) => {}
            (None, Some(unit)) => self.push(&request.by, Step::Unit(unit)),
        }
    }

    /// The unit that an undone action belonged to is taken back.
    pub(super) fn unit_undone(&mut self, unit: Seq) {
        self.forget(|step| *step == Step::Unit(unit));
    }

    /// An action that did not happen leaves nothing to take back; one that could not be taken back (`undone`, the
    /// action that this one was to undo) can be tried again, unless it did not happen either.
    /// `unit_stands`: some action of its unit happened, or may still.
    pub(super) fn settled(&mut self, action: &Action, undone: Option<&Action>, unit_stands: bool) {
        if happened(action) {
            return;
        }
        match undone {
            Some(undone) if happened(undone) => {
                self.forget(|step| *step == Step::Acted(undone.id));
                self.push(&action.request.by, Step::Acted(undone.id));
            }
            Some(_) => {}
            None => self.forget(|step| *step == Step::Acted(action.id)),
        }
        if let Some(unit) = action.request.unit.filter(|_| !unit_stands) {
            self.forget(|step| *step == Step::Unit(unit));
        }
    }

    /// `goes_on`: they are a further piece of what was allowed right before.
    pub(super) fn allowed_many(&mut self, cases: Vec<CaseId>, by: &Actor, goes_on: bool) {
        match self.last_of(by).filter(|_| goes_on) {
            Some(Step::AllowedMany(known)) => known.extend(cases),
            _ if cases.is_empty() => {}
            _ => self.push(by, Step::AllowedMany(cases)),
        }
    }

    /// Decisions made together were taken back: the steps keep the cases of which they still `stand`.
    pub(super) fn reopened_many(&mut self, stand: impl Fn(CaseId, &str) -> bool) {
        for (moderator, steps) in &mut self.steps {
            for step in steps {
                if let Step::AllowedMany(cases) = step {
                    cases.retain(|case| stand(*case, moderator));
                }
            }
        }
        self.forget(|step| matches!(step, Step::AllowedMany(cases) if cases.is_empty()));
    }

    /// The allowance stands for the decision that came with it: one step back takes both.
    pub(super) fn text_allowed(&mut self, id: AllowanceId, case: CaseId, by: &Actor) {
        self.forget(|step| *step == Step::Allowed(case));
        self.push(by, Step::TextAllowed(id, case));
    }

    pub(super) fn allowance_ended(&mut self, id: AllowanceId) {
        self.forget(|step| matches!(step, Step::TextAllowed(known, _) if *known == id));
    }

    pub(super) fn snoozed(&mut self, case: CaseId, rests: bool, by: &Actor) {
        self.leave_out(&[case], Moved::Rested);
        if rests {
            self.push(by, Step::Snoozed(case));
        }
    }

    pub(super) fn escalated(&mut self, case: CaseId, by: &Actor) {
        self.push(by, Step::Escalated(case));
    }

    pub(super) fn calmed(&mut self, case: CaseId) {
        self.leave_out(&[case], Moved::Escalated);
    }

    /// Somebody takes a case, gives it away, or releases it: whoever took it among others no longer has it to give back.
    pub(super) fn held(&mut self, case: CaseId) {
        self.leave_out(&[case], Moved::Held);
    }

    /// `goes_on`: they are a further piece of what was moved right before.
    pub(super) fn moved(&mut self, cases: &[CaseId], to: &CaseMove, by: &Actor, goes_on: bool) {
        let (what, back) = Moved::of(to);
        self.leave_out(cases, what);
        if back || cases.is_empty() {
            return;
        }
        match self.last_of(by).filter(|_| goes_on) {
            Some(Step::Moved(known, moved)) if *moved == what => known.extend(cases),
            _ => self.push(by, Step::Moved(cases.to_vec(), what)),
        }
    }

    /// `goes_on`: they are a further piece of what was pinned right before.
    pub(super) fn pinned_many(&mut self, messages: Vec<MessageId>, by: &Actor, goes_on: bool) {
        match self.last_of(by).filter(|_| goes_on) {
            Some(Step::PinnedMany(known)) => known.extend(messages),
            _ if messages.is_empty() => {}
            _ => self.push(by, Step::PinnedMany(messages)),
        }
    }

    pub(super) fn pinned(&mut self, message: MessageId, by: &Actor) {
        self.push(by, Step::Pinned(message));
    }

    pub(super) fn unpinned(&mut self, gone: &BTreeSet<MessageId>) {
        for step in self.steps.values_mut().flatten() {
            if let Step::PinnedMany(messages) = step {
                messages.retain(|known| !gone.contains(known));
            }
        }
        self.forget(|step| match step {
            Step::Pinned(message) => gone.contains(message),
            Step::PinnedMany(messages) => messages.is_empty(),
            _ => false,
        });
    }

    pub(super) fn allowed(&mut self, case: CaseId, by: &Actor) {
        self.push(by, Step::Allowed(case));
    }

    pub(super) fn reopened(&mut self, case: CaseId) {
        self.forget(|step| *step == Step::Allowed(case));
    }

    pub(super) fn note_added(&mut self, seq: Seq, by: &Actor) {
        self.push(by, Step::Noted(NoteId(seq)));
    }

    pub(super) fn note_removed(&mut self, note: NoteId) {
        self.forget(|step| *step == Step::Noted(note));
    }

    /// These cases were moved again: the steps that moved them so before are no longer about them.
    fn leave_out(&mut self, cases: &[CaseId], what: Moved) {
        let cases: BTreeSet<CaseId> = cases.iter().copied().collect();
        for step in self.steps.values_mut().flatten() {
            if let Step::Moved(known, moved) = step
                && *moved == what
            {
                known.retain(|case| !cases.contains(case));
            }
        }
        self.forget(|step| match step {
            Step::Moved(known, _) => known.is_empty(),
            Step::Snoozed(case) => what == Moved::Rested && cases.contains(case),
            Step::Escalated(case) => what == Moved::Escalated && cases.contains(case),
            _ => false,
        });
    }

    fn has(&self, by: &Actor, step: &Step) -> bool {
        let Actor::Moderator(name) = by else { return false };
        self.steps.get(name).is_some_and(|steps| steps.contains(step))
    }

    fn last_of(&mut self, by: &Actor) -> Option<&mut Step> {
        let Actor::Moderator(name) = by else { return None };
        self.steps.get_mut(name)?.last_mut()
    }

    fn push(&mut self, by: &Actor, step: Step) {
        let Actor::Moderator(name) = by else { return };
        let steps = self.steps.entry(name.clone()).or_default();
        steps.push(step);
        if steps.len() > STEPS {
            steps.remove(0);
        }
    }

    fn forget(&mut self, matches: impl Fn(&Step) -> bool) {
        for steps in self.steps.values_mut() {
            steps.retain(|step| !matches(step));
        }
    }
}

/// It was done, or may still be, or nobody knows.
pub(super) fn happened(action: &Action) -> bool {
    !matches!(action.stage, Stage::Failed | Stage::Unsupported | Stage::Cancelled)
}
