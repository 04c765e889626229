//! Where cases are found: by a message they name, by whom they are about, by their rank. Nobody goes over all of them.
//!
//! It follows from the cases wholly: nothing here is in a checkpoint, and it is built anew when one is read.

use crate::model::id::{CaseId, MemberId, MessageId, RoomId, Seq};
use crate::model::moment::Moment;
use crate::state::queue::{Case, Rank};
use std::collections::BTreeSet;
use std::ops::{Bound, RangeInclusive};

/// The register of one queue.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// The messages that remarks name, open case or decided.
    naming: BTreeSet<(MessageId, CaseId)>,
    /// Open cases, resting or not.
    open: BTreeSet<Rank>,
    /// The same by whom they are about.
    about: BTreeSet<(RoomId, MemberId, CaseId)>,
    /// Those of them that were put to rest, by when they wake.
    resting: BTreeSet<(Moment, CaseId)>,
}

/// Below and above every case.
const ALL: RangeInclusive<CaseId> = CaseId(Seq(0))..=CaseId(Seq(u64::MAX));

impl Register {
    /// Open cases by their rank.
    pub(super) fn open(&self) -> impl Iterator<Item = CaseId> {
        self.open.iter().map(Rank::case)
    }

    /// How many open cases do not rest at `now`.
    pub(super) fn waiting_count(&self, now: Moment) -> usize {
        self.open.len().saturating_sub(self.resting(now).count())
    }

    /// Open cases that rest at `now`, the soonest to wake first.
    pub(super) fn resting(&self, now: Moment) -> impl Iterator<Item = CaseId> {
        let after = (Bound::Excluded((now, *ALL.end())), Bound::Unbounded);
        self.resting.range(after).map(|(_, case)| *case)
    }

    /// Open cases about a member in a room, oldest first.
    pub(super) fn about(&self, room: RoomId, member: MemberId) -> impl Iterator<Item = CaseId> {
        self.about.range((room, member, *ALL.start())..=(room, member, *ALL.end())).map(|(.., case)| *case)
    }

    /// The cases whose remarks name a message, oldest first.
    pub(super) fn naming(&self, message: MessageId) -> impl Iterator<Item = CaseId> {
        self.naming.range((message, *ALL.start())..=(message, *ALL.end())).map(|(_, case)| *case)
    }

    /// A case is as it is from now on.
    pub(super) fn entered(&mut self, case: &Case) {
        self.naming.extend(case.remarks.iter().map(|remark| (remark.message, case.id)));
        if case.is_open() {
            self.open.insert(case.rank());
            self.about.insert((case.room, case.member, case.id));
            self.resting.extend(case.rests_until.map(|until| (until, case.id)));
        }
    }

    /// A case is about to change in all but its remarks.
    pub(super) fn changes(&mut self, case: &Case) {
        self.open.remove(&case.rank());
        self.about.remove(&(case.room, case.member, case.id));
        case.rests_until.map(|until| self.resting.remove(&(until, case.id)));
    }

    /// A case does not name a message any more.
    pub(super) fn unnamed(&mut self, message: MessageId, case: CaseId) {
        self.naming.remove(&(message, case));
    }
}

/// What follows from the cases does not tell two queues apart.
impl PartialEq for Register {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
