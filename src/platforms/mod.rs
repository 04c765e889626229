//! One file per chat network, each with its capabilities. This room never sees the state or a screen.
