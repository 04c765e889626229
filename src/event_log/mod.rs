//! The append-only record. The only room that knows sled.
