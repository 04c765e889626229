//! A message and the state in, flags out. This room never acts and never does IO.
