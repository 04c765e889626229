//! The version of a rule: a number that changes when its settings or its code change, and never otherwise.

use serde::Serialize;

/// FNV-1a, 32 bit, of the code's own revision and the settings' serialized form: the same settings have the same
/// version on every machine. `code` is raised by hand when a detector comes to judge differently.
pub(in crate::rules) fn version(code: u32, settings: &impl Serialize) -> u32 {
    // Settings are plain structs of numbers and strings, which always serialize.
    let bytes = postcard::to_stdvec(&(code, settings)).unwrap_or_default();
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}
