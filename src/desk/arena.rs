//! One arena for the C library's allocator: what one thread of the server gives back, the next one uses.
//!
//! Never changes anything but how memory is handed out, and never keeps a server from starting.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// How many arenas glibc makes at most; it reads this once, before `main` (`man 3 mallopt`).
const ARENAS: &str = "MALLOC_ARENA_MAX";

/// Begins this program anew, as the same process, with one arena; comes back when that is settled already, or cannot be.
///
/// The loop allocates, the record's writer and sled's own threads free, and with an arena for each thread what was freed
/// in one is lost to the others: after 500,000 messages of `benches/memory` the server held 158 MB with four arenas and
/// 129 MB with one. The processor time of a message is the same. Calling `mallopt` instead would be unsafe code.
pub fn settle() {
    if !cfg!(target_env = "gnu") || std::env::var_os(ARENAS).is_some() {
        return;
    }
    let (Ok(program), mut words) = (std::env::current_exe(), std::env::args_os()) else { return };
    let mut command = Command::new(program);
    if let Some(name) = words.next() {
        command.arg0(name);
    }
    let error = command.args(words).env(ARENAS, "1").exec();
    tracing::info!(%error, "the allocator keeps an arena for each thread");
}
