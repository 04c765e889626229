//! How the C library hands out memory to the server: from one arena, and what is given back goes back to the system.
//!
//! Never changes anything but that, and never keeps a server from starting.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// What glibc reads once, before `main` (`man 3 mallopt`).
///
/// The loop allocates, the record's writer and sled's own threads free, and with an arena for each thread what was freed
/// in one is lost to the others: after 500,000 messages of `benches/memory` the server held 158 MB with four arenas and
/// 129 MB with one. And glibc raises its two thresholds by itself with every large piece that was freed (a checkpoint is
/// megabytes), after which such pieces come from the heap and leave holes in it, and a megabyte and more at its end is
/// kept: with fixed ones the server held 9 of 68 MB less after 100,000. The processor time of a message is the same.
const SETTINGS: [(&str, &str); 3] =
    [("MALLOC_ARENA_MAX", "1"), ("MALLOC_MMAP_THRESHOLD_", "131072"), ("MALLOC_TRIM_THRESHOLD_", "1048576")];

/// Begins this program anew, as the same process, with these settings; comes back when they are made already, or cannot
/// be. What a person has set stays. Calling `mallopt` instead would be unsafe code.
pub fn settle() {
    let missing: Vec<_> = SETTINGS.into_iter().filter(|(name, _)| std::env::var_os(name).is_none()).collect();
    if !cfg!(target_env = "gnu") || missing.is_empty() {
        return;
    }
    let (Ok(program), mut words) = (std::env::current_exe(), std::env::args_os()) else { return };
    let mut command = Command::new(program);
    if let Some(name) = words.next() {
        command.arg0(name);
    }
    let error = command.args(words).envs(missing).exec();
    tracing::info!(%error, "the allocator keeps its own settings");
}
