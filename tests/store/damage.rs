//! Bits flip and files are cut: each damage is said, or it provably changed nothing.
//!
//! What is said must also be true: every entry that is still returned is the one that was written, and after the
//! repair a second opening is sound, with the loss known as gaps.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use fastrand::Rng;
use qunguan::event_log::report::{Finding, OpenError};
use qunguan::event_log::{EventLog, Urgency};

use crate::child::checkpoint;
use crate::scene::{Scene, batch, check_whole, entry, open, options, read_all, try_open};

const ENTRIES: u64 = 1_200;

/// A record to be damaged, and what is in it.
struct Whole {
    folder: tempfile::TempDir,
    first: u64,
    next: u64,
}

/// `settled` has been opened once more since it was filled, so that sled has a snapshot of all of it.
fn whole(settled: bool) -> Whole {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = open(folder.path());
    scene.append(ENTRIES);
    let next = scene.writer.next();
    scene.writer.checkpoint(next, checkpoint(next)).unwrap();
    scene.close();
    if settled {
        open(folder.path()).close();
    }
    Whole { folder, first: 1, next }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.retain(|file| file.metadata().unwrap().len() > 0);
    files.sort();
    files
}

pub fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// How a damage was met.
#[derive(Clone, Copy, Debug)]
enum Met {
    Harmless,
    AtOpening,
    ByScrub,
}

fn judge(folder: &Path, whole: &Whole, bearable: u64) -> Met {
    let scene = match try_open(folder, options()) {
        Ok(scene) => scene,
        Err(error) => panic!("the record must open with what is whole: {error}"),
    };
    let said = !scene.opened.findings.is_empty();
    if std::env::var_os("STORE_SAY").is_some() {
        eprintln!("{:?}", scene.opened.findings);
    }
    assert_eq!(scene.opened.next, whole.next, "a number is never given twice: {:?}", scene.opened.findings);
    only_true_entries(&scene.log);
    let verdict = scene.log.verify(&mut |_, _| {});
    if said {
        assert_eq!(verdict.findings, vec![], "after {:?}", scene.opened.findings);
        assert!(lost_is_known(&scene, whole) <= bearable, "{:?}", scene.opened.findings);
        goes_on(scene, folder, whole.next);
        return Met::AtOpening;
    }
    if verdict.findings.is_empty() {
        assert_eq!(scene.opened.checkpoint, Some((whole.next, checkpoint(whole.next))));
        check_whole(&scene.log, whole.first, whole.next);
        scene.close();
        return Met::Harmless;
    }
    assert!(repairs(scene, folder, whole) <= bearable, "{:?}", verdict.findings);
    Met::ByScrub
}

fn only_true_entries(log: &EventLog) {
    let (entries, _) = read_all(log);
    for found in entries {
        assert_eq!(found, entry(found.seq));
    }
}

/// Everything is either readable or in a gap; says how many records are lost.
fn lost_is_known(scene: &Scene, whole: &Whole) -> u64 {
    let (entries, findings) = read_all(&scene.log);
    assert_eq!(findings, vec![], "known gaps are read across");
    let lost: u64 = scene.log.gaps().iter().map(|gap| gap.to - gap.from).sum();
    let before = scene.log.first() - whole.first;
    assert_eq!(entries.len() as u64 + lost + before, whole.next - whole.first);
    let told: u64 = scene
        .opened
        .findings
        .iter()
        .map(|finding| if let Finding::Rebuilt { lost, .. } = finding { *lost } else { 0 })
        .sum();
    assert_eq!(told, lost + before, "{:?}", scene.opened.findings);
    told
}

/// New entries follow, and the next opening has nothing to say.
fn goes_on(mut scene: Scene, folder: &Path, next: u64) {
    let mut more = batch(next);
    more.urgency = Urgency::Now;
    scene.submit(more);
    scene.wait_durable(next);
    let next = scene.close();
    let scene = open(folder);
    assert_eq!((scene.opened.next, &scene.opened.findings), (next, &vec![]));
    scene.close();
}

/// What only the scrub has met is repaired at the next opening, when the writer is told.
fn repairs(scene: Scene, folder: &Path, whole: &Whole) -> u64 {
    scene.writer.suspect().unwrap();
    scene.close();
    let scene = open(folder);
    let findings = &scene.opened.findings;
    assert!(findings.iter().any(|finding| matches!(finding, Finding::Rebuilt { .. })), "{findings:?}");
    assert_eq!(scene.log.verify(&mut |_, _| {}).findings, vec![]);
    let lost = lost_is_known(&scene, whole);
    goes_on(scene, folder, whole.next);
    lost
}

/// Damages copies of the record, judges each, and counts how they were met. None may lose more than `bearable`.
fn check(
    whole: &Whole,
    trials: usize,
    seed: u64,
    bearable: u64,
    harm: fn(&mut Vec<u8>, &mut Rng),
) -> [usize; 3] {
    let mut met = [0; 3];
    // A flaw in an earlier checkpoint is met, and passed over, by whoever wants to read it.
    let mut names = files(whole.folder.path());
    names.retain(|name| !name.starts_with(whole.folder.path().join("record.earlier")));
    for trial in 0..trials {
        let mut dice = Rng::with_seed(seed + trial as u64);
        let folder = tempfile::tempdir().unwrap();
        copy(whole.folder.path(), folder.path());
        // Every second damage hits the large file; the others take turns.
        let name = if trial % 2 == 0 {
            whole.folder.path().join("record/db")
        } else {
            names[trial / 2 % names.len()].clone()
        };
        let name = name.strip_prefix(whole.folder.path()).unwrap();
        let path = folder.path().join(name);
        let mut bytes = fs::read(&path).unwrap();
        harm(&mut bytes, &mut dice);
        fs::write(&path, bytes).unwrap();
        match catch_unwind(AssertUnwindSafe(|| judge(folder.path(), whole, bearable))) {
            Ok(how) => met[how as usize] += 1,
            Err(panic) => {
                eprintln!("trial {trial} of seed {seed} in {}", name.display());
                std::panic::resume_unwind(panic);
            }
        }
    }
    eprintln!(
        "{trials} trials, seed {seed}: {} harmless, {} at opening, {} by scrub",
        met[0], met[1], met[2]
    );
    met
}

#[expect(clippy::ptr_arg, reason = "stands beside `cut`, which shortens")]
fn flip(bytes: &mut Vec<u8>, dice: &mut Rng) {
    let bit = dice.usize(0..bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
}

fn cut(bytes: &mut Vec<u8>, dice: &mut Rng) {
    bytes.truncate(dice.usize(0..bytes.len()));
}

/// The control: where nothing is harmed, the judge finds nothing.
#[test]
fn an_unharmed_copy_is_harmless() {
    for whole in [whole(true), whole(false)] {
        assert_eq!(check(&whole, 4, 0, 0, |_, _| {}), [4, 0, 0]);
    }
}

#[test]
fn a_flipped_bit_in_a_settled_record_is_said_or_harmless() {
    let met = check(&whole(true), 120, 1_000, 1, flip);
    assert!(met[Met::AtOpening as usize] > 20, "the flips hit something: {met:?}");
}

#[test]
fn a_flipped_bit_in_an_unsettled_record_is_said_or_harmless() {
    let met = check(&whole(false), 120, 2_000, 1, flip);
    assert!(met[Met::AtOpening as usize] > 20, "the flips hit something: {met:?}");
}

#[test]
fn a_cut_file_is_said_or_harmless() {
    let met = check(&whole(true), 60, 3_000, ENTRIES + 100, cut);
    assert!(met[Met::AtOpening as usize] > 20, "the cuts hit something: {met:?}");
}

#[test]
fn a_vanished_file_is_said_and_the_rest_goes_on() {
    let whole = whole(true);
    for name in files(whole.folder.path()) {
        let folder = tempfile::tempdir().unwrap();
        copy(whole.folder.path(), folder.path());
        let name = name.strip_prefix(whole.folder.path()).unwrap();
        fs::remove_file(folder.path().join(name)).unwrap();
        let scene = open(folder.path());
        let findings = &scene.opened.findings;
        match name.to_str().unwrap() {
            "record/db" => assert!(findings.iter().any(|finding| {
                matches!(finding, Finding::Rebuilt { kept: 0, lost, .. } if *lost == whole.next - 1)
            })),
            "record.head" => assert_eq!(*findings, vec![Finding::HeadMissing]),
            _ => assert_eq!(*findings, vec![], "{}", name.display()),
        }
        only_true_entries(&scene.log);
        assert_eq!(scene.opened.next, whole.next);
        scene.close();
    }
}

#[test]
fn a_damaged_folder_is_kept_as_a_copy() {
    let whole = whole(true);
    let log = whole.folder.path().join("record/db");
    let mut bytes = fs::read(&log).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..].fill(0xEE);
    fs::write(&log, &bytes).unwrap();
    let scene = open(whole.folder.path());
    let copies = scene.opened.findings.iter().filter_map(|finding| match finding {
        Finding::Rebuilt { copy: Some(copy), .. } => Some(copy.clone()),
        _ => None,
    });
    let copies: Vec<PathBuf> = copies.collect();
    assert_eq!(copies.len(), 1, "{:?}", scene.opened.findings);
    assert!(copies[0].join("db").exists());
    lost_is_known(&scene, &whole);
    goes_on(scene, whole.folder.path(), whole.next);
}

#[test]
fn a_rebuild_that_was_interrupted_is_finished_or_forgotten() {
    let whole = whole(true);
    let state = whole.folder.path();
    // Interrupted while the new store grew: the old one is the record.
    fs::create_dir(state.join("record.new")).unwrap();
    fs::write(state.join("record.new/db"), b"half").unwrap();
    let scene = open(state);
    assert_eq!((scene.opened.next, &scene.opened.findings), (whole.next, &vec![]));
    scene.close();
    assert!(!state.join("record.new").exists());
    // Interrupted between the two renames: the new one is the record.
    fs::rename(state.join("record"), state.join("record.new")).unwrap();
    let scene = open(state);
    assert_eq!((scene.opened.next, &scene.opened.findings), (whole.next, &vec![]));
    check_whole(&scene.log, whole.first, whole.next);
    scene.close();
}

#[test]
fn a_record_of_a_later_version_is_left_alone() {
    let whole = whole(true);
    let state = whole.folder.path();
    let mut head = fs::read(state.join("record.head")).unwrap();
    head[8] = 2;
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&2u32.to_le_bytes());
    hasher.update(&head[16..]);
    head[12..16].copy_from_slice(&hasher.finalize().to_le_bytes());
    fs::write(state.join("record.head"), &head).unwrap();
    let before: Vec<_> = files(state).into_iter().map(|file| (fs::read(&file).unwrap(), file)).collect();
    match try_open(state, options()) {
        Err(OpenError::Newer { found: 2, known: 1 }) => {}
        other => panic!("{:?}", other.map(|scene| scene.opened)),
    }
    let after: Vec<_> = files(state).into_iter().map(|file| (fs::read(&file).unwrap(), file)).collect();
    assert!(before == after, "nothing was touched");
}

#[test]
fn a_head_of_another_store_is_said_and_not_believed() {
    let (whole, other) = (whole(true), tempfile::tempdir().unwrap());
    let mut scene = open(other.path());
    scene.append(5_000);
    scene.close();
    fs::copy(other.path().join("record.head"), whole.folder.path().join("record.head")).unwrap();
    let scene = open(whole.folder.path());
    assert_eq!((scene.opened.next, &scene.opened.findings), (whole.next, &vec![Finding::OtherStore]));
    check_whole(&scene.log, whole.first, whole.next);
    goes_on(scene, whole.folder.path(), whole.next);
}

/// The head is gone and sled stops: whatever is whole is found without either.
#[test]
fn without_head_and_log_order_the_whole_records_are_still_found() {
    let whole = whole(true);
    let state = whole.folder.path();
    fs::write(state.join("record.head"), b"nonsense").unwrap();
    let log = state.join("record/db");
    let mut bytes = fs::read(&log).unwrap();
    bytes[..4_000].fill(0xEE);
    fs::write(&log, &bytes).unwrap();
    let scene = open(state);
    let findings = &scene.opened.findings;
    assert!(findings.contains(&Finding::HeadDamaged), "{findings:?}");
    if !findings.iter().any(|finding| matches!(finding, Finding::Rebuilt { .. })) {
        // sled had moved everything away from there before it was harmed.
        check_whole(&scene.log, whole.first, whole.next);
    }
    only_true_entries(&scene.log);
    let found = scene.log.read_back(u64::MAX, 1_000).unwrap().len();
    assert!(found > 500, "{found} of {}: {findings:?} {:?}", whole.next - 1, scene.log.gaps());
    assert_eq!(scene.opened.next, whole.next);
    assert_eq!(scene.log.verify(&mut |_, _| {}).findings, vec![]);
    goes_on(scene, state, whole.next);
}
