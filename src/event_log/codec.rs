//! Events to bytes and back. Bytes carry a version; every version ever written stays readable, and fixtures prove it.

use crate::model::event::Event;

/// The version written today. Each version knows more kinds of events than the one before and writes those of older
/// versions the same way, so one reader serves all.
pub const VERSION: u8 = 3;

/// The oldest version that this program reads.
const OLDEST: u8 = 1;

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
        OLDEST..=VERSION => {
            postcard::from_bytes(body).map_err(|error| CodecError::Garbled(error.to_string()))
        }
        0 => Err(CodecError::Garbled("version 0 never was".to_owned())),
        newer => Err(CodecError::Newer(newer)),
    }
}
