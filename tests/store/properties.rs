//! The record against a plain list: whatever is appended, closed and opened again reads the same.

use std::collections::BTreeMap;

use proptest::prelude::*;
use qunguan::event_log::report::Report;
use qunguan::event_log::{BODY_LIMIT, Batch, Entry, Urgency};

use crate::scene::{SUNDAY, Scene, WEEK, open};

#[derive(Clone, Debug)]
enum Step {
    Append { rooms: Vec<u32>, length: usize, weeks: i64, urgency: Urgency },
    Reopen,
    Read { from: u64, limit: usize },
    ReadBack { before: u64, limit: usize },
    RoomBack { room: u32, before: u64, limit: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let urgency = prop_oneof![Just(Urgency::Now), Just(Urgency::Soon)];
    let length = prop_oneof![8 => 0..300usize, 1 => 5_000..12_000usize, 1 => Just(BODY_LIMIT)];
    prop_oneof![
        6 => (prop::collection::vec(0..4u32, 1..12), length, -3..4i64, urgency)
            .prop_map(|(rooms, length, weeks, urgency)| Step::Append { rooms, length, weeks, urgency }),
        1 => Just(Step::Reopen),
        2 => (0..150u64, 0..40usize).prop_map(|(from, limit)| Step::Read { from, limit }),
        2 => (0..150u64, 0..40usize).prop_map(|(before, limit)| Step::ReadBack { before, limit }),
        3 => (1..5u32, 0..150u64, 0..40usize)
            .prop_map(|(room, before, limit)| Step::RoomBack { room, before, limit }),
    ]
}

fn append(scene: &mut Scene, model: &mut Vec<Entry>, step: Step) {
    let Step::Append { rooms, length, weeks, urgency } = step else { unreachable!("asked for an append") };
    let first = scene.writer.next();
    let entries: Vec<Entry> = rooms
        .iter()
        .zip(first..)
        .map(|(&room, seq)| Entry { seq, at: SUNDAY + weeks * WEEK, room, body: vec![seq as u8; length] })
        .collect();
    let last = entries.last().unwrap().seq;
    scene.submit(Batch { entries: entries.clone(), urgency });
    scene.wait(|report| *report == Report::Committed { through: last });
    model.extend(entries);
}

fn check(scene: &Scene, model: &[Entry], step: &Step) {
    let below = |before: u64| model.iter().rev().filter(move |entry| entry.seq < before).cloned();
    match *step {
        Step::Read { from, limit } => {
            let expected: Vec<_> =
                model.iter().filter(|entry| entry.seq >= from).take(limit).cloned().collect();
            assert_eq!(scene.log.read(from, limit).unwrap(), expected);
        }
        Step::ReadBack { before, limit } => {
            let expected: Vec<_> = below(before).take(limit).collect();
            assert_eq!(scene.log.read_back(before, limit).unwrap(), expected);
        }
        Step::RoomBack { room, before, limit } => {
            let expected: Vec<_> = below(before).filter(|entry| entry.room == room).take(limit).collect();
            assert_eq!(scene.log.room_back(room, before, limit).unwrap(), expected);
        }
        Step::Append { .. } | Step::Reopen => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn the_record_reads_like_the_list_that_was_appended(steps in prop::collection::vec(step(), 1..30)) {
        let folder = tempfile::tempdir().unwrap();
        let mut scene = open(folder.path());
        let mut model = Vec::new();
        for step in steps {
            match step {
                Step::Append { .. } => append(&mut scene, &mut model, step),
                Step::Reopen => {
                    scene.close();
                    scene = open(folder.path());
                    prop_assert_eq!(&scene.opened.findings, &vec![]);
                    prop_assert!(scene.opened.clean);
                }
                _ => check(&scene, &model, &step),
            }
        }
        let verdict = scene.log.verify(&mut |_, _| {});
        prop_assert_eq!((verdict.checked, verdict.findings), (model.len() as u64, vec![]));
        prop_assert_eq!(scene.close(), model.len() as u64 + 1);
    }
}

#[test]
fn a_body_of_any_length_never_leaves_the_log_for_an_unsynced_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = open(folder.path());
    let mut bodies = BTreeMap::new();
    for round in 0..12 {
        let first = scene.writer.next();
        let entries: Vec<Entry> = (first..first + 20)
            .map(|seq| Entry { seq, at: SUNDAY, room: 1, body: vec![(seq + round) as u8; BODY_LIMIT] })
            .collect();
        bodies.extend(entries.iter().map(|entry| (entry.seq, entry.body.clone())));
        scene.submit(Batch { entries, urgency: Urgency::Soon });
    }
    let last = scene.writer.next() - 1;
    scene.wait_durable(last);
    scene.close();
    let scene = open(folder.path());
    for entry in scene.log.room_back(1, u64::MAX, usize::MAX).unwrap() {
        assert_eq!(Some(entry.body), bodies.remove(&entry.seq));
    }
    assert!(bodies.is_empty());
    scene.close();
    let blobs = std::fs::read_dir(folder.path().join("record/blobs")).unwrap().count();
    assert_eq!(blobs, 0, "sled never syncs these files");
}
