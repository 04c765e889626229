//! Old weeks are dropped as a whole, and the folder stays as large as what is kept.

use std::fs;
use std::path::Path;

use qunguan::event_log::report::Report;
use qunguan::event_log::{Batch, Entry, Urgency};

use crate::scene::{SUNDAY, Scene, WEEK, open};

/// One week's worth of entries in batches of 200.
fn fill_week(scene: &mut Scene, week: i64, count: u64) {
    let goal = scene.writer.next() + count;
    while scene.writer.next() < goal {
        let first = scene.writer.next();
        let entries = (first..first + 200).map(|seq| Entry {
            seq,
            at: SUNDAY + week * WEEK,
            room: u32::try_from(seq % 9).unwrap(),
            body: fastrand::Rng::with_seed(seq).u128(..).to_le_bytes().repeat(14),
        });
        scene.submit(Batch { entries: entries.collect(), urgency: Urgency::Soon });
    }
    scene.wait_durable(goal - 1);
}

fn log_size(folder: &Path) -> u64 {
    fs::metadata(folder.join("record/db")).unwrap().len()
}

#[test]
fn a_rolling_window_of_weeks_keeps_the_folder_from_growing() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = open(folder.path());
    let mut sizes = Vec::new();
    for week in 0..10 {
        fill_week(&mut scene, week, 6_000);
        scene.writer.drop_before(SUNDAY + (week - 1) * WEEK).unwrap();
        if week >= 3 {
            scene.wait(|report| matches!(report, Report::Dropped { .. }));
            let week = u64::try_from(week).unwrap();
            assert_eq!(scene.log.first(), (week - 1) * 6_000 + 1, "two weeks are kept");
        }
        sizes.push(log_size(folder.path()));
    }
    let next = scene.close();
    let scene = open(folder.path());
    assert_eq!((scene.opened.next, &scene.opened.findings), (next, &vec![]));
    assert_eq!(scene.log.read(1, 1).unwrap()[0].seq, scene.opened.first, "what is dropped is no damage");
    let verdict = scene.log.verify(&mut |_, _| {});
    assert_eq!((verdict.checked, verdict.findings), (12_000, vec![]));
    scene.close();
    assert!(sizes[9] < sizes[3] * 3 / 2, "the log grows: {sizes:?}");
}

#[test]
fn a_clock_that_steps_back_keeps_the_order_and_the_retention() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = open(folder.path());
    // Three hundred weeks ahead for a moment, then right again.
    for week in [0, 1, 300, 1, 2, 3, 4] {
        fill_week(&mut scene, week, 200);
        fill_week(&mut scene, week - 1, 200);
    }
    let times: Vec<i64> = scene.log.read(1, usize::MAX).unwrap().iter().map(|entry| entry.at).collect();
    assert_eq!(times.len(), 7 * 400);
    assert!(!times.is_sorted());
    scene.close();
    let scene = open(folder.path());
    assert_eq!(scene.opened.findings, vec![]);
    scene.writer.drop_before(SUNDAY + 3 * WEEK).unwrap();
    let dropped = scene.wait(|report| matches!(report, Report::Dropped { .. }));
    // The partitions of the weeks 0, 1, the moment ahead, the weeks 1 and 2 are gone, the future one among them.
    assert_eq!(dropped, Report::Dropped { first: 5 * 400 + 1 });
    assert_eq!(scene.log.read(1, usize::MAX).unwrap().len(), 800);
    assert_eq!(scene.log.verify(&mut |_, _| {}).findings, vec![]);
    scene.close();
}

#[test]
fn what_a_dropping_makes_durable_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = open(folder.path());
    fill_week(&mut scene, 0, 200);
    let late = Entry { seq: 201, at: SUNDAY + 5 * WEEK, room: 1, body: Vec::new() };
    scene.submit(Batch { entries: vec![late], urgency: Urgency::Soon });
    scene.writer.drop_before(SUNDAY + 4 * WEEK).unwrap();
    scene.wait_durable(201);
    scene.close();
}

#[test]
fn the_newest_week_is_never_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = open(folder.path());
    fill_week(&mut scene, 0, 200);
    scene.writer.drop_before(i64::MAX).unwrap();
    fill_week(&mut scene, 0, 200);
    assert_eq!(scene.log.first(), 1);
    assert_eq!(scene.close(), 401);
}
