//! Events to bytes and back. Bytes carry a version; every version ever written stays readable, and fixtures prove it.

use crate::model::action::{Act, Actor, Request};
use crate::model::event::Event;
use crate::model::id::{ActionId, CaseId, RoomId, Seq};
use crate::model::moment::Moment;
use serde::Deserialize;

/// The version written today. Each version knows more kinds of events than the one before and writes those of older
/// versions the same way, but for what `BareRequest` tells.
pub const VERSION: u8 = 4;

/// The oldest version that this program reads.
const OLDEST: u8 = 1;

/// The last version whose requests named no message.
const BARE: u8 = 3;
/// The number of `Event::ActionRequested` among the kinds of events.
const REQUESTED: u32 = 19;

/// A request as the versions up to 3 wrote it.
#[derive(Deserialize)]
struct BareRequest {
    room: RoomId,
    act: Act,
    by: Actor,
    case: Option<CaseId>,
    rule: Option<String>,
    hold_until: Option<Moment>,
    undoes: Option<ActionId>,
    unit: Option<Seq>,
}

/// Why bytes are no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// Nothing there.
    #[error("an empty record")]
    Empty,
    /// Written by a newer program.
    #[error("record version {0} is newer than this program, which knows up to {VERSION}")]
    Newer(u8),
    /// Bytes that are no event of their version.
    #[error("not an event of its version: {0}")]
    Garbled(String),
}

/// An event as bytes: the version, then postcard.
pub fn encode(event: &Event) -> Result<Vec<u8>, CodecError> {
    postcard::to_extend(event, vec![VERSION]).map_err(|error| CodecError::Garbled(error.to_string()))
}

/// The event in these bytes.
pub fn decode(bytes: &[u8]) -> Result<Event, CodecError> {
    let (version, body) = bytes.split_first().ok_or(CodecError::Empty)?;
    match *version {
        OLDEST..=BARE => decode_bare(body).map_err(|error| CodecError::Garbled(error.to_string())),
        VERSION => postcard::from_bytes(body).map_err(|error| CodecError::Garbled(error.to_string())),
        0 => Err(CodecError::Garbled("version 0 never was".to_owned())),
        newer => Err(CodecError::Newer(newer)),
    }
}

fn decode_bare(body: &[u8]) -> Result<Event, postcard::Error> {
    match postcard::take_from_bytes::<u32>(body)? {
        (REQUESTED, body) => {
            let BareRequest { room, act, by, case, rule, hold_until, undoes, unit } =
                postcard::from_bytes(body)?;
            let message = None;
            let request = Request { room, act, by, case, rule, hold_until, undoes, unit, message };
            Ok(Event::ActionRequested(request))
        }
        _ => postcard::from_bytes(body),
    }
}
