//! The power fails at any instant of a server's life: the record opens, and nothing that was called durable is lost.
//!
//! `STORE_SEED` in the environment changes the dice; a failing cut prints what is needed to see it again.

use std::ffi::OsStr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::OnceLock;

use fastrand::Rng;

use crate::child::{self, checkpoint};
use crate::damage::copy;
use crate::disk::{Disk, Event, Model, parse};
use crate::scene::{check_whole, is_batch_border, open, read_all};

/// With three models, 360 cuts.
const CUTS: usize = 120;

/// What several lives of a server did to their disk: ended in order, by a crash, in order.
fn trace() -> &'static [Event] {
    static TRACE: OnceLock<Vec<Event>> = OnceLock::new();
    TRACE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        std::fs::create_dir(&state).unwrap();
        let lives = [("close", 700), ("leave", 1_600), ("leave", 900), ("close", 1_500)];
        let (events, lines) = watch(folder.path(), &state, &lives);
        let sound = lines.iter().filter(|line| line.starts_with("open ") && line.ends_with(" 0"));
        assert_eq!(sound.count(), lives.len(), "{lines:?}");
        events
    })
}

/// Runs children one after another on one record; says what they did and what they said.
fn watch(folder: &Path, state: &Path, lives: &[(&str, u64)]) -> (Vec<Event>, Vec<String>) {
    let trace = folder.join("trace");
    let mut said = Vec::new();
    for (part, count) in lives {
        let extra: [(&str, &OsStr); 3] = [
            ("LD_PRELOAD", child::shim()),
            ("SHIM_ROOT", state.as_os_str()),
            ("SHIM_TRACE", trace.as_os_str()),
        ];
        let (status, lines) = child::start(state, part, *count, extra).finish();
        assert!(status.success(), "{lines:?}");
        said.extend(lines);
    }
    (parse(&std::fs::read(&trace).unwrap(), state), said)
}

/// Ascending instants; a quarter of them while the very first record comes into being.
fn instants(events: usize, count: usize, dice: &mut Rng) -> Vec<usize> {
    let mut instants: Vec<usize> =
        (0..count).map(|cut| dice.usize(0..if cut % 4 == 0 { events.min(150) } else { events })).collect();
    instants.sort_unstable();
    instants
}

fn seed() -> u64 {
    std::env::var("STORE_SEED").map_or(20_261_122, |seed| seed.parse().unwrap())
}

/// Cuts the power at many instants and judges every folder that is left.
fn cut_power(mut disk: Disk, model: Model, count: usize, events: &[Event], judge: impl Fn(&Path, u64, u64)) {
    let mut fed = 0;
    let (mut durable, mut kept) = (0, 0);
    for instant in instants(events.len(), count, &mut Rng::with_seed(seed())) {
        for event in &events[fed..instant] {
            disk.feed(event);
            if let Event::Output(text) = event {
                durable = durable.max(child::durable(text.lines()));
                let checkpoints = text.lines().filter_map(|line| line.strip_prefix("checkpoint "));
                kept = checkpoints.map(|seq| seq.parse().unwrap()).max().unwrap_or(0).max(kept);
            }
        }
        fed = instant;
        let folder = tempfile::tempdir().unwrap();
        disk.cut(model, &mut Rng::with_seed(seed() ^ instant as u64), folder.path());
        let outcome = catch_unwind(AssertUnwindSafe(|| judge(folder.path(), durable, kept)));
        if let Err(panic) = outcome {
            eprintln!("cut {model:?} before event {instant} of {}, STORE_SEED={}", events.len(), seed());
            std::panic::resume_unwind(panic);
        }
    }
}

fn check(model: Model) {
    cut_power(Disk::default(), model, CUTS, trace(), |folder, durable, kept| {
        let scene = open(folder);
        assert_eq!(scene.opened.findings, vec![], "a power cut is no damage");
        assert!(scene.opened.next > durable, "durable {durable}, next {}", scene.opened.next);
        assert!(is_batch_border(scene.opened.next), "a batch is torn before {}", scene.opened.next);
        check_whole(&scene.log, scene.opened.first, scene.opened.next);
        match &scene.opened.checkpoint {
            Some((seq, bytes)) => assert!(*seq >= kept && *bytes == checkpoint(*seq)),
            None => assert_eq!(kept, 0, "the checkpoint at {kept} is lost"),
        }
        scene.close();
    });
}

#[test]
fn nothing_durable_is_lost_with_the_cache_of_the_drive() {
    check(Model::Volatile);
}

#[test]
fn nothing_durable_is_lost_with_torn_pages() {
    check(Model::Torn(4_096));
}

#[test]
fn nothing_durable_is_lost_with_torn_sectors() {
    check(Model::Torn(512));
}

#[test]
fn nothing_durable_is_lost_with_reordered_writes() {
    check(Model::Reordered);
}

/// The control: on a disk where the guard does nothing, the same judge must find losses.
#[test]
fn without_the_guard_the_same_cuts_lose_what_was_called_durable() {
    let is_guard = |event: &Event| matches!(event, Event::Fdatasync(path) if path.ends_with("record/db"));
    let guards = trace().iter().filter(|event| is_guard(event)).count();
    assert!(guards > 100, "the guard is seen: {guards}");
    let unguarded: Vec<Event> = trace().iter().filter(|event| !is_guard(event)).cloned().collect();
    let losses = std::cell::Cell::new(0);
    cut_power(Disk::default(), Model::Volatile, 40, &unguarded, |folder, durable, _| {
        let scene = open(folder);
        let (entries, _) = read_all(&scene.log);
        let reached = entries.last().map_or(0, |entry| entry.seq);
        if reached < durable {
            losses.set(losses.get() + 1);
            let next = scene.opened.next;
            assert!(!scene.opened.findings.is_empty() || next <= durable || reached + 1 < next, "unsaid");
        }
    });
    assert!(losses.get() >= 10, "only {} of 40 cuts lost something", losses.get());
}

/// Damages the record's log where it is in use: much of it is pages that were written anew further on.
fn damage_what_matters(state: &Path) -> bool {
    let log = state.join("record/db");
    let whole = std::fs::read(&log).unwrap();
    (1..12).any(|twelfths| {
        let mut bytes = whole.clone();
        let from = bytes.len() * twelfths / 12;
        let to = bytes.len().min(from + 40_000);
        bytes[from..to].fill(0xEE);
        std::fs::write(&log, bytes).unwrap();
        let trial = tempfile::tempdir().unwrap();
        copy(state, trial.path());
        let scene = open(trial.path());
        let (kept, gaps) = (read_all(&scene.log).0.len(), scene.log.gaps());
        scene.close();
        kept > 500 && !gaps.is_empty()
    })
}

/// A damaged record is being built anew when the power fails: what was whole is whole after it.
#[test]
fn a_power_cut_while_rebuilding_loses_nothing_that_was_whole() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let mut scene = open(&state);
    let next = scene.append(1_500);
    scene.close();
    assert!(damage_what_matters(&state), "no damage loses anything and not nearly all");
    let disk = Disk::of(&state);
    let (events, lines) = watch(folder.path(), &state, &[("close", 0)]);
    assert!(!lines.iter().any(|line| *line == format!("open {next} 0")), "the damage is said: {lines:?}");
    let scene = open(&state);
    let (kept, _) = read_all(&scene.log);
    let gaps = scene.log.gaps();
    scene.close();
    assert!(kept.len() > 500 && !gaps.is_empty(), "{} kept, {gaps:?}", kept.len());
    for model in [Model::Volatile, Model::Torn(4_096), Model::Reordered] {
        cut_power(disk.clone(), model, 30, &events, |folder, _, _| {
            let scene = open(folder);
            assert_eq!(scene.opened.next, next);
            assert!(read_all(&scene.log).0 == kept, "what was whole is kept");
            assert_eq!(scene.log.gaps(), gaps);
            assert_eq!(scene.log.verify(&mut |_, _| {}).findings, vec![]);
            scene.close();
        });
    }
}
