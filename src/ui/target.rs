//! What a verb would fall on: ids, taken from what was drawn, never row numbers.

use crate::model::id::{ActionId, CaseId, MemberId, MessageId, RoomId, Seq};

/// The ids under the cursor. What is absent is not there, and a verb that needs it is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Target {
    pub room: Option<RoomId>,
    /// The stream line, or the newest line of a folded run.
    pub line: Option<Seq>,
    pub message: Option<MessageId>,
    pub member: Option<MemberId>,
    pub case: Option<CaseId>,
    pub action: Option<ActionId>,
    /// The record entry under the cursor of the audit.
    pub record: Option<Seq>,
    /// The row of the groups view under the cursor.
    pub group: Option<RoomId>,
}

/// What a row of a list is, as its identity: a cursor holds one of these, never a row number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowId {
    /// A line of the stream, or the newest line of a folded run.
    Line(Seq),
    Case(CaseId),
    Action(ActionId),
    Record(Seq),
    /// A member in a room.
    Member(RoomId, MemberId),
    Room(RoomId),
}
