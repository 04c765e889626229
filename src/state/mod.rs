//! Events in, current picture out. This room never reads a clock, a file or a die.
