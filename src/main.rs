//! Arguments to the chosen command; nothing else.
fn main() {}
