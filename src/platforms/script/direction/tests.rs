//! What the script promises: one story for a seed, lively for hours, with everything a newcomer should see.

use super::*;
use std::collections::HashSet;

/// The steps before `minutes` after the start.
fn steps(seed: u64, minutes: i64) -> Vec<Step> {
    Script::new(seed).take_while(|step| step.offset_ms < minutes * 60_000).collect()
}

fn sayings(steps: &[Step]) -> Vec<(i64, &Saying)> {
    steps
        .iter()
        .filter_map(|step| match &step.heard {
            Heard::Message(saying) => Some((step.offset_ms, saying)),
            _ => None,
        })
        .collect()
}

#[test]
fn the_handwriting_has_no_misprints() {
    for room in ["rust", "photo", "router", "running"] {
        assert_eq!(Talk::read(source(room)).1, [], "{room}");
    }
    assert_eq!(Talk::read(TROUBLE).1, []);
}

#[test]
fn a_seed_is_a_story() {
    assert_eq!(steps(7, 10), steps(7, 10));
    assert_ne!(steps(7, 10), steps(8, 10));
}

#[test]
fn time_never_goes_back() {
    let steps = steps(3, 60);
    assert!(steps.is_sorted_by_key(|step| step.offset_ms));
}

#[test]
fn there_is_a_past_and_then_it_is_lively_for_hours() {
    for seed in 0..5 {
        let steps = steps(seed, 180);
        let said = sayings(&steps);
        let past = said.iter().filter(|(at, _)| *at < 0).count();
        assert!((120..=190).contains(&past), "seed {seed}: {past} messages in the past");
        assert!(said.iter().all(|(at, _)| *at >= -PAST));
        for begin in (0..180).step_by(10) {
            // The opening is denser: it shows everything once.
            let most = if begin == 0 { 50 } else { 45 };
            let minutes = begin * 60_000..(begin + 10) * 60_000;
            let a_minute = said.iter().filter(|(at, _)| minutes.contains(at)).count() / 10;
            assert!(
                (20..=most).contains(&a_minute),
                "seed {seed}: {a_minute} messages a minute from minute {begin}"
            );
        }
    }
}

#[test]
fn the_opening_shows_what_the_demo_is_for() {
    for seed in 0..20 {
        let steps = steps(seed, 4);
        let said = sayings(&steps);
        let of_strangers = |within: std::ops::Range<i64>| {
            let strange = |(at, saying): &&(i64, &Saying)| {
                within.contains(at) && saying.person.external.starts_with('n')
            };
            said.iter().filter(strange).map(|(_, saying)| saying.text.clone()).collect::<Vec<_>>()
        };
        for room in ["rust", "photo", "router", "running"] {
            let soon = said.iter().filter(|(at, saying)| (0..25_000).contains(at) && saying.room == room);
            assert!(soon.count() >= 2, "seed {seed}: {room} is asleep at the start");
        }
        let advert = of_strangers(0..10_000);
        assert!(advert.iter().any(|text| text.contains(['\u{200b}', '：', 'ｒ'])), "seed {seed}: {advert:?}");
        let raid = of_strangers(38_000..62_000);
        assert!(raid.iter().filter(|text| text.contains("rs6")).count() >= 30, "seed {seed}: {}", raid.len());
        let quarrel =
            said.iter().filter(|(at, saying)| (85_000..175_000).contains(at) && saying.room == "photo");
        assert!(quarrel.filter(|(_, saying)| !saying.mentions.is_empty()).count() >= 7, "seed {seed}");
        // The crowd, and now and then somebody else who says the same.
        let most = said.iter().filter(|(_, saying)| saying.text == "加油").count();
        assert!((9..=17).contains(&most), "seed {seed}: {most} in the crowd");
    }
}

#[test]
fn ids_are_unique_and_answers_go_to_what_was_said_before() {
    let steps = steps(1, 60);
    let mut seen = HashSet::new();
    let mut answers = 0;
    for (_, saying) in sayings(&steps) {
        if let Some(target) = &saying.reply_to {
            answers += 1;
            assert!(seen.contains(target), "{saying:?}");
        }
        assert!(seen.insert(saying.external.clone()));
        assert!(!saying.text.contains(['{', '}']), "{}", saying.text);
    }
    assert!(answers > 50, "{answers}");
}

#[test]
fn most_lines_of_an_hour_are_not_heard_twice() {
    let steps = steps(2, 60);
    let said = sayings(&steps);
    let distinct: HashSet<_> = said.iter().map(|(_, saying)| &saying.text).collect();
    assert!(distinct.len() * 10 > said.len() * 6, "{} of {}", distinct.len(), said.len());
}

#[test]
fn the_rooms_keep_their_size_for_a_day() {
    let mut came = HashSet::new();
    let mut gone = 0;
    for step in steps(9, 24 * 60) {
        match step.heard {
            Heard::Joined { person, .. } => {
                came.insert(person.external);
            }
            Heard::Left { person, .. } => gone += usize::from(!came.remove(&person.external)),
            _ => {}
        }
        assert!(came.len() < 200 && gone < 40, "{} came and {gone} left", came.len());
    }
}

#[test]
fn whoever_only_reads_never_speaks() {
    let quiet: HashSet<_> = cast::rooms()
        .into_iter()
        .flat_map(|room| room.people)
        .filter(|figure| figure.part == Part::Quiet)
        .map(|figure| figure.person.external)
        .collect();
    let steps = steps(4, 120);
    assert!(sayings(&steps).iter().all(|(_, saying)| !quiet.contains(&saying.person.external)));
}
