//! What a seat wants done, as values: enough in them to be logged and tested.

use crate::app::tape::{Goal, Stretch};
use crate::model::action::Request;
use crate::model::event::{CaseMove, Flagging};
use crate::model::flag::Verdict;
use crate::model::id::{ActionId, AllowanceId, CaseId, MemberId, MessageId, NoteId, RoomId};
use crate::model::moment::Moment;
use crate::ui::lines::PageWanted;
use crate::ui::search::SearchOrder;

/// One thing for the desk to do on behalf of a seat's moderator.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Record this request, and the decision of its case; when that is durable, hand it to the connector.
    Request(Request),
    /// Record several requests as one unit, which one undo takes back.
    RequestAll(Vec<Request>),
    /// Record a decision that needs no action.
    Decide { case: CaseId, room: RoomId, verdict: Verdict },
    /// Record that several cases are no violation, as one unit.
    AllowAll(Vec<CaseId>),
    /// Record that a decision is taken back.
    Reopen { case: CaseId, room: RoomId },
    /// Record that decisions made together are taken back.
    ReopenAll(Vec<CaseId>),
    /// Record that a case is no violation and that its text is not flagged again until then.
    AllowText { case: CaseId, room: RoomId, folded: String, until: Moment },
    /// Record that an allowance is taken back, and the decision with it.
    EndAllowance { allowance: AllowanceId, case: CaseId, room: RoomId },
    /// Record that a case rests until then; a moment that is past wakes it.
    Snooze { case: CaseId, room: RoomId, until: Moment },
    /// Record who looks after a case; nobody releases it.
    Hold { case: CaseId, room: RoomId, holder: Option<String> },
    /// Record that the team is asked to look at a case, or is not any more.
    Escalate { case: CaseId, room: RoomId, wanted: bool },
    /// Record that a message is kept as evidence, or is not any more.
    Pin { room: RoomId, message: MessageId, wanted: bool },
    /// Record that several cases are moved, as one unit.
    MoveAll { cases: Vec<CaseId>, to: CaseMove },
    /// Record that several messages are kept as evidence, or are not any more, as one unit.
    PinAll { messages: Vec<(RoomId, MessageId)>, kept: bool },
    /// Record a moderator's own flag.
    Flag(Flagging),
    /// Record a private note.
    Note { room: RoomId, member: MemberId, text: String },
    /// Record that a note is taken back.
    RemoveNote(NoteId),
    /// Stop actions that were not sent yet.
    Cancel(Vec<ActionId>),
    /// Record that a person saw that an action happened.
    MarkDone(ActionId),
    /// Ask the platform whether an action happened.
    Check(ActionId),
    /// Give a filter a name, or forget it.
    SaveFilter { name: String, text: Option<String> },
    /// Put a text into the clipboard of the seat's terminal.
    Copy(String),
    /// Write a case with its evidence to a file on the server, or give its text to the seat.
    ExportCase { case: CaseId, to_seat: bool },
    /// Read older lines from the record.
    Page(PageWanted),
    /// Look through the history, or stop looking.
    Search(SearchOrder),
    /// Play a stored stretch again at this seat, so many times faster than life.
    Replay { stretch: Stretch, speed: Option<u32> },
    /// Stand at a place of the stretch that is played.
    Seek(Goal),
    /// Leave the past: show what happens now.
    Live,
    /// Close this seat; the server goes on.
    Leave,
}

impl Effect {
    /// Whether somebody else would notice: everything but reading.
    pub fn acts(&self) -> bool {
        !matches!(
            self,
            Effect::Page(_)
                | Effect::Search(_)
                | Effect::Copy(_)
                | Effect::ExportCase { .. }
                | Effect::Replay { .. }
                | Effect::Seek(_)
                | Effect::Live
        )
    }
}
