//! The nouns, data only. This room never decides anything.
