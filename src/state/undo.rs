//! What each moderator could take back, newest last; it lives in the record, so it survives a restart.

use crate::model::action::{Actor, Request, Stage};
use crate::model::id::{ActionId, CaseId, NoteId, Seq};
use crate::state::actions::Action;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many steps back one moderator can go.
const STEPS: usize = 200;

/// One thing that a moderator did and may take back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// He asked for an action.
    Acted(ActionId),
    /// He allowed a case.
    Allowed(CaseId),
    /// He wrote a note.
    Noted(NoteId),
}

/// The steps of every moderator, by name.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Undo {
    steps: BTreeMap<String, Vec<Step>>,
}

impl Undo {
    /// The newest thing that this moderator may take back.
    pub fn newest(&self, moderator: &str) -> Option<Step> {
        self.steps.get(moderator).and_then(|steps| steps.last()).copied()
    }

    /// The newest thing that this moderator may take back, passing over those that he could not.
    pub fn newest_but(&self, moderator: &str, passed_over: &[Step]) -> Option<Step> {
        let steps = self.steps.get(moderator)?;
        steps.iter().rev().find(|step| !passed_over.contains(step)).copied()
    }

    pub(super) fn requested(&mut self, seq: Seq, request: &Request) {
        match request.undoes {
            Some(undone) => self.forget(|step| *step == Step::Acted(undone)),
            None => self.push(&request.by, Step::Acted(ActionId(seq))),
        }
    }

    /// An action that did not happen leaves nothing to take back; one that could not be taken back (`undone`, the
    /// action that this one was to undo) can be tried again, unless it did not happen either.
    pub(super) fn settled(&mut self, action: &Action, undone: Option<&Action>) {
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
fn happened(action: &Action) -> bool {
    !matches!(action.stage, Stage::Failed | Stage::Unsupported | Stage::Cancelled)
}
