//! From a flag and a member's history to the recommended step. Pure.
