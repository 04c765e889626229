//! The process is killed at any instant, also while it opens: nothing durable is lost and the next opening succeeds.

use std::fs;
use std::path::Path;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use fastrand::Rng;

use crate::child::{self, Process};
use crate::scene::{PATIENCE, check_whole, is_batch_border, open};

fn start(folder: &Path) -> Process {
    child::start(folder, "close", 1_000_000, [])
}

/// Listens until a line starts so.
fn listen(process: &Process, start: &str, lines: &mut Vec<String>) {
    loop {
        let line = process.lines.recv_timeout(PATIENCE).unwrap_or_else(|error| {
            panic!("{error} after {:?}", lines.iter().rev().take(9).collect::<Vec<_>>());
        });
        let is_it = line.starts_with(start);
        lines.push(line);
        if is_it {
            return;
        }
    }
}

/// Listens for a random time.
fn listen_for(process: &Process, time: Duration, lines: &mut Vec<String>) {
    loop {
        match process.lines.recv_timeout(time) {
            Ok(line) => lines.push(line),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn judge(folder: &Path, durable: u64) {
    let scene = open(folder);
    assert_eq!(scene.opened.findings, vec![], "a kill is no damage");
    assert!(scene.opened.next > durable, "durable {durable}, next {}", scene.opened.next);
    assert!(is_batch_border(scene.opened.next), "a batch is torn before {}", scene.opened.next);
    check_whole(&scene.log, scene.opened.first, scene.opened.next);
    scene.close();
}

#[test]
fn a_kill_at_any_instant_loses_nothing_durable() {
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Rng::with_seed(7);
    let mut durable = 0;
    for _ in 0..25 {
        let process = start(folder.path());
        let mut lines = Vec::new();
        listen(&process, "open ", &mut lines);
        for _ in 0..dice.u32(0..12) {
            listen(&process, "durable ", &mut lines);
        }
        listen_for(&process, Duration::from_micros(dice.u64(0..300)), &mut lines);
        lines.extend(process.kill());
        durable = durable.max(child::durable(lines.iter().map(String::as_str)));
        judge(folder.path(), durable);
    }
    assert!(durable > 500, "the children wrote: {durable}");
}

#[test]
fn a_kill_while_opening_never_keeps_the_record_shut() {
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Rng::with_seed(8);
    let mut durable = 0;
    for round in 0..60 {
        let process = start(folder.path());
        let mut lines = Vec::new();
        if round % 4 == 0 {
            // Leaves a tail behind that the next opening has to scan.
            listen(&process, "durable ", &mut lines);
        } else {
            listen(&process, "opening", &mut lines);
            listen_for(&process, Duration::from_micros(dice.u64(0..6_000)), &mut lines);
        }
        lines.extend(process.kill());
        durable = durable.max(child::durable(lines.iter().map(String::as_str)));
        if round % 10 == 9 {
            judge(folder.path(), durable);
        }
    }
    judge(folder.path(), durable);
    assert!(durable > 0);
}

#[test]
fn a_half_written_snapshot_is_removed_before_opening() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = open(folder.path());
    let next = scene.append(50);
    scene.close();
    // Named so that it sorts behind every true snapshot: sled would read this one.
    let left = folder.path().join("record/snap.FFFFFFFFFFFFFFFF.generating");
    fs::write(&left, b"half a snapsh").unwrap();
    judge(folder.path(), next - 1);
    assert!(!left.exists());
}
