//! What a seat wants done, as values: enough in them to be logged and tested.

use crate::model::action::Request;
use crate::model::flag::Verdict;
use crate::model::id::{ActionId, CaseId, MemberId, NoteId, RoomId};
use crate::ui::lines::PageWanted;

/// One thing for the desk to do on behalf of a seat's moderator.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Record this request, and the decision of its case; when that is durable, hand it to the connector.
    Request(Request),
    /// Record a decision that needs no action.
    Decide { case: CaseId, room: RoomId, verdict: Verdict },
    /// Record that a decision is taken back.
    Reopen { case: CaseId, room: RoomId },
    /// Record a private note.
    Note { room: RoomId, member: MemberId, text: String },
    /// Record that a note is taken back.
    RemoveNote(NoteId),
    /// Stop an action that was not sent yet.
    Cancel(ActionId),
    /// Record that a person saw that an action happened.
    MarkDone(ActionId),
    /// Ask the platform whether an action happened.
    Check(ActionId),
    /// Read older lines from the record.
    Page(PageWanted),
    /// Close this seat; the server goes on.
    Leave,
}

impl Effect {
    /// Whether somebody else would notice: everything but reading.
    pub fn acts(&self) -> bool {
        !matches!(self, Effect::Page(_))
    }
}
