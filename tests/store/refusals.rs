//! What the record refuses, and that each refusal is told apart and leaves it readable.

use std::ffi::OsStr;
use std::path::Path;

use qunguan::event_log::report::{OpenError, ReadError, Refused, Report};
use qunguan::event_log::{BATCH_LIMIT, BODY_LIMIT, Batch, Entry, Options, Urgency};

use crate::child;
use crate::scene::{batch, check_whole, open, options, try_open};

fn one(seq: u64, length: usize) -> Batch {
    Batch { entries: vec![Entry { seq, at: 0, room: 0, body: vec![0; length] }], urgency: Urgency::Now }
}

/// Runs a child whose disk misbehaves; says its lines.
fn misbehave(folder: &Path, count: u64, fault: &str, ballast: &str) -> Vec<String> {
    let extra = [
        ("LD_PRELOAD", child::shim()),
        ("SHIM_ROOT", folder.as_os_str()),
        ("SHIM_FAULT", OsStr::new(fault)),
        ("STORE_BALLAST", OsStr::new(ballast)),
    ];
    let (status, lines) = child::start(folder, "close", count, extra).finish();
    assert!(status.success(), "no panic: {lines:?}");
    lines
}

fn has(lines: &[String], start: &str) -> bool {
    lines.iter().any(|line| line.starts_with(start))
}

#[test]
fn a_second_opener_is_told_that_the_record_is_busy() {
    let folder = tempfile::tempdir().unwrap();
    let scene = open(folder.path());
    assert!(matches!(try_open(folder.path(), options()), Err(OpenError::Busy { .. })));
    let (_, lines) = child::start(folder.path(), "close", 1, []).finish();
    assert!(has(&lines, "refused busy"), "{lines:?}");
    scene.close();
    open(folder.path()).close();
}

#[test]
fn a_batch_that_does_not_fit_comes_back_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = open(folder.path());
    let mut refused = |batch: Batch| {
        scene.writer.try_submit(batch.clone()).map_err(|(back, why)| {
            assert_eq!(back, batch);
            why
        })
    };
    assert_eq!(refused(one(2, 0)), Err(Refused::OutOfOrder { expected: 1, found: 2 }));
    let long = BODY_LIMIT + 1;
    assert_eq!(refused(one(1, long)), Err(Refused::Oversize { seq: 1, length: long }));
    let empty = Batch { entries: Vec::new(), urgency: Urgency::Soon };
    assert_eq!(refused(empty), Err(Refused::BatchLength { length: 0 }));
    let many = (1..).take(BATCH_LIMIT + 1).map(|seq| one(seq, 0).entries.remove(0)).collect();
    let many = Batch { entries: many, urgency: Urgency::Soon };
    assert_eq!(refused(many), Err(Refused::BatchLength { length: BATCH_LIMIT + 1 }));
    assert_eq!(refused(one(1, BODY_LIMIT)), Ok(()));
    scene.wait_durable(1);
    let ahead = scene.writer.checkpoint(3, Vec::new());
    assert_eq!(ahead, Err(Refused::OutOfOrder { expected: 2, found: 3 }));
    assert_eq!(scene.close(), 2);
}

#[test]
fn a_full_queue_gives_the_batch_back_and_drops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = open(folder.path());
    let mut was_full = false;
    while !was_full {
        let offered = batch(scene.writer.next());
        match scene.writer.try_submit(offered.clone()) {
            Ok(()) => {}
            Err((back, Refused::Full)) => {
                assert_eq!(back, offered);
                was_full = true;
            }
            Err((_, other)) => panic!("{other}"),
        }
    }
    let next = scene.append(1);
    assert_eq!(scene.close(), next);
    let scene = open(folder.path());
    check_whole(&scene.log, 1, next);
    scene.close();
}

#[test]
fn little_space_stops_the_writing_and_not_the_reading() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = open(folder.path());
    let next = scene.append(30);
    scene.close();
    let mut scene = try_open(folder.path(), Options { free_floor: u64::MAX, ..options() }).unwrap();
    scene.wait(|report| matches!(report, Report::LowSpace { .. }));
    let (_, why) = scene.writer.try_submit(batch(next)).unwrap_err();
    assert!(matches!(why, Refused::LowSpace { .. }), "{why}");
    check_whole(&scene.log, 1, next);
    assert_eq!(scene.close(), next);
}

#[test]
fn a_disk_that_fills_up_loses_nothing_durable() {
    for bytes in [400_000, 600_000, 700_000, 900_000, 1_500_000, 2_500_000] {
        let folder = tempfile::tempdir().unwrap();
        let lines = misbehave(folder.path(), 20_000, &format!("full-after={bytes}"), "0");
        assert!(has(&lines, "failed ") || has(&lines, "refused full"), "{bytes}: {lines:?}");
        let durable = child::durable(lines.iter().map(String::as_str));
        let scene = open(folder.path());
        assert_eq!(scene.opened.findings, vec![]);
        assert!(scene.opened.next > durable);
        check_whole(&scene.log, scene.opened.first, scene.opened.next);
        scene.close();
    }
}

#[test]
fn a_full_disk_is_opened_by_giving_up_the_ballast() {
    let folder = tempfile::tempdir().unwrap();
    let ballast = 1 << 20;
    let mut scene = try_open(folder.path(), Options { ballast, ..options() }).unwrap();
    let next = scene.append(300);
    scene.close();
    let path = folder.path().join("ballast");
    assert_eq!(path.metadata().unwrap().len(), ballast);
    let fault = format!("full-while={}", path.display());
    let lines = misbehave(folder.path(), 1, &fault, "0");
    assert!(has(&lines, &format!("open {next} 0")), "{lines:?}");
    assert!(!path.exists());
}

#[test]
fn a_disk_that_stays_full_is_said_and_nothing_is_harmed() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = open(folder.path());
    let next = scene.append(300);
    scene.close();
    let lines = misbehave(folder.path(), 1, "full-after=0", "0");
    assert!(has(&lines, "refused full"), "{lines:?}");
    let scene = open(folder.path());
    assert_eq!((scene.opened.next, &scene.opened.findings), (next, &vec![]));
    check_whole(&scene.log, 1, next);
    scene.close();
}

#[test]
fn a_failed_sync_stops_the_writing_and_not_the_reading() {
    let folder = tempfile::tempdir().unwrap();
    let lines = misbehave(folder.path(), 20_000, "sync-fails=20", "0");
    let durable = child::durable(lines.iter().map(String::as_str));
    assert!(durable > 0 && has(&lines, &format!("failed {durable}")), "{lines:?}");
    assert!(has(&lines, "stopped ") && has(&lines, "readable 5"), "{lines:?}");
    assert!(has(&lines, "close failed"), "{lines:?}");
    let scene = open(folder.path());
    assert!(scene.opened.next > durable);
    scene.close();
}

#[test]
fn a_read_only_folder_is_said_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = open(folder.path());
    let next = scene.append(100);
    scene.close();
    let lines = misbehave(folder.path(), 1, "read-only", "0");
    assert!(has(&lines, "refused read-only"), "{lines:?}");
    let scene = open(folder.path());
    assert_eq!((scene.opened.next, &scene.opened.findings), (next, &vec![]));
    scene.close();
}

#[test]
fn a_closed_record_says_so_to_its_readers() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = open(folder.path());
    scene.append(10);
    let log = scene.log.clone();
    scene.close();
    assert!(matches!(log.read(1, 1), Err(ReadError::Closed)));
}
