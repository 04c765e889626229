//! The state as bytes, and back: a picture kept beside the record so that a start replays only what came after it.
//!
//! The bytes say which layout they have. A picture of another layout is never guessed at; the record is replayed instead.

use crate::state::State;

/// The layout of the bytes. Raised with every change of any field of [`State`] or of what it holds; a fixture in
/// `tests/record_versions.rs` notices a change that forgot to.
pub const LAYOUT: u32 = 5;

/// The state as bytes.
///
/// # Errors
/// When something in it cannot be written, which no state of ours should be.
pub fn to_bytes(state: &State) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_extend(state, LAYOUT.to_le_bytes().to_vec())
}

/// The state in these bytes; `None` when they have another layout or are no state.
pub fn from_bytes(bytes: &[u8]) -> Option<State> {
    let (layout, body) = bytes.split_first_chunk::<4>()?;
    if u32::from_le_bytes(*layout) != LAYOUT {
        return None;
    }
    match postcard::take_from_bytes::<State>(body) {
        Ok((state, [])) => Some(state),
        _ => None,
    }
}
