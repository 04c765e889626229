//! Bytes that somebody else may have written (configurations, themes, records, exports, keys): whatever they are, a reader
//! answers with what they mean or with why they mean nothing, and what it read can be lived with.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::sync::LazyLock;

use proptest::prelude::*;
use qunguan::app::presets;
use qunguan::commands::key::Key;
use qunguan::config::file;
use qunguan::config::theme::Theme;
use qunguan::desk::import::Adoption;
use qunguan::desk::jsonl;
use qunguan::event_log::codec;
use qunguan::language::{Language, Words};
use qunguan::model::event::{Event, Record};
use qunguan::model::id::Seq;
use qunguan::model::moment::Moment;
use qunguan::state::{State, checkpoint};

const CONFIGURATION: &str = include_str!("fixtures/config/example.toml");
const THEME: &str = include_str!("../themes/paper.toml");
const EVENTS: &str = include_str!("fixtures/record/v4.txt");

static WORDS: LazyLock<[Words; 2]> = LazyLock::new(|| Language::ALL.map(Words::of));

/// One thing done to bytes on their way; places are parts of 65,536 of the length.
#[derive(Debug, Clone)]
enum Damage {
    Set(u16, u8),
    Put(u16, Vec<u8>),
    Drop(u16, u8),
    Repeat(u16, u8),
    End(u16),
}

fn damage() -> impl Strategy<Value = Damage> {
    // What is a sign in one grammar or another, and numbers at their limits.
    let telling = prop::sample::select(vec![
        "\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        "=",
        ",",
        ".",
        "#",
        "\n",
        "\\u0000",
        "-1",
        "18446744073709551616",
        "1e999",
        "null",
        "群",
        "\u{202e}",
        "0",
        "9999999999999999",
    ]);
    let put = prop_oneof![
        3 => telling.prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 1..6),
    ];
    prop_oneof![
        3 => (any::<u16>(), any::<u8>()).prop_map(|(place, byte)| Damage::Set(place, byte)),
        3 => (any::<u16>(), put).prop_map(|(place, bytes)| Damage::Put(place, bytes)),
        2 => (any::<u16>(), any::<u8>()).prop_map(|(place, length)| Damage::Drop(place, length)),
        1 => (any::<u16>(), any::<u8>()).prop_map(|(place, length)| Damage::Repeat(place, length)),
        1 => any::<u16>().prop_map(Damage::End),
    ]
}

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    prop::collection::vec(damage(), 0..5)
}

fn damaged(bytes: &[u8], damages: &[Damage]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for damage in damages {
        let at = |place: u16| usize::from(place) * bytes.len() / 65_536;
        let until = |place: u16, length: u8| (at(place) + usize::from(length)).min(bytes.len());
        match damage {
            Damage::Set(place, byte) => {
                let place = at(*place);
                if let Some(old) = bytes.get_mut(place) {
                    *old = *byte;
                }
            }
            Damage::Put(place, more) => {
                let place = at(*place);
                bytes.splice(place..place, more.iter().copied());
            }
            Damage::Drop(place, length) => drop(bytes.drain(at(*place)..until(*place, *length))),
            Damage::Repeat(place, length) => {
                let again = bytes[at(*place)..until(*place, *length)].to_vec();
                let place = at(*place);
                bytes.splice(place..place, again);
            }
            Damage::End(place) => bytes.truncate(at(*place)),
        }
    }
    bytes
}

/// Every kind of event that there is, as its bytes and as its JSON.
fn events() -> Vec<(Vec<u8>, &'static str)> {
    let unhex = |text: &str| {
        let digits: Vec<u32> = text.chars().map(|sign| sign.to_digit(16).unwrap()).collect();
        digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
    };
    EVENTS
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(bytes, json)| (unhex(bytes), json))
        .collect()
}

/// Each in the place of one, as an export writes them.
fn exported() -> Vec<Vec<u8>> {
    let record = |(at, (_, json)): (usize, &(Vec<u8>, &str))| {
        let seq = Seq(u64::try_from(at).unwrap() + 1);
        jsonl::line(&Record {
            seq,
            at: Moment(1_795_361_000_000),
            event: serde_json::from_str(json).unwrap(),
        })
    };
    events().iter().enumerate().map(record).collect()
}

/// Takes everything in that is a record, as an import does; what came to be must be fit to be kept and read back.
fn lived_with(lines: &[Vec<u8>]) -> Result<(), TestCaseError> {
    let mut state = State::default();
    let mut adoption = Adoption::new(None);
    for record in lines.iter().filter_map(|line| jsonl::read_line(line)) {
        let old = record.seq;
        let at = record.at;
        if let Some(event) = adoption.adopt(&state, record) {
            let seq = state.next;
            state.apply(&Record { seq, at, event });
            adoption.recorded(old, seq);
        }
    }
    let kept = checkpoint::to_bytes(&state).unwrap();
    prop_assert_eq!(checkpoint::from_bytes(&kept), Some(state));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_configuration_is_taken_or_each_mistake_is_told_with_a_line_of_it(damages in damages()) {
        let text = String::from_utf8_lossy(&damaged(CONFIGURATION.as_bytes(), &damages)).into_owned();
        if let Err(mistakes) = file::read(&text) {
            prop_assert!(!mistakes.is_empty());
            for mistake in mistakes {
                prop_assert!((1..=text.lines().count() + 1).contains(&mistake.line), "{mistake:?}");
                for words in WORDS.iter() {
                    prop_assert!(words.has(&mistake.reason.key), "{mistake:?}");
                }
            }
        }
    }

    #[test]
    fn a_theme_is_taken_or_its_mistake_is_told(damages in damages()) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mine.toml"), damaged(THEME.as_bytes(), &damages)).unwrap();
        if let (_, Some(error)) = Theme::named("mine", Some(folder.path())) {
            prop_assert!(WORDS.iter().all(|words| words.has(&error.reason().key)), "{error:?}");
        }
    }

    #[test]
    fn bytes_of_a_record_are_an_event_that_is_written_as_it_was_read_or_none(
        which in any::<prop::sample::Index>(),
        damages in damages(),
    ) {
        let events = events();
        let (bytes, _) = which.get(&events);
        if let Ok(event) = codec::decode(&damaged(bytes, &damages)) {
            prop_assert_eq!(codec::decode(&codec::encode(&event).unwrap()), Ok(event));
        }
    }

    #[test]
    fn an_export_that_somebody_changed_comes_in_as_far_as_it_is_one(
        changes in prop::collection::vec((any::<prop::sample::Index>(), damages()), 1..12),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
    ) {
        let mut lines = exported();
        for (which, damages) in &changes {
            let line = which.get(&lines).clone();
            lines.insert(which.index(lines.len()), damaged(&line, damages));
        }
        let shuffled: Vec<_> = order.iter().map(|which| which.get(&lines).clone()).collect();
        lines.extend(shuffled);
        lived_with(&lines)?;
    }

    #[test]
    fn a_checkpoint_that_was_damaged_is_none_or_one_to_go_on_from(damages in damages()) {
        let mut state = State::default();
        for (at, (_, json)) in events().into_iter().enumerate() {
            let seq = Seq(u64::try_from(at).unwrap() + 1);
            state.apply(&Record { seq, at: Moment(1), event: serde_json::from_str(json).unwrap() });
        }
        let bytes = damaged(&checkpoint::to_bytes(&state).unwrap(), &damages);
        if let Some(mut state) = checkpoint::from_bytes(&bytes) {
            let seq = state.next;
            state.apply(&Record { seq, at: Moment(2), event: Event::ServerStopped });
            prop_assert!(checkpoint::to_bytes(&state).is_ok());
        }
    }

    #[test]
    fn a_key_in_a_configuration_is_a_key_or_none(text in "([<>+-]|C|M|S|ctrl|space|F1|群|Enter|\\PC){0,6}") {
        if let Some(key) = Key::parse(&text) {
            prop_assert_eq!(Key::parse(&key.to_string()), Some(key));
        }
    }

    #[test]
    fn a_length_of_time_is_whole_minutes_or_none(text in "[0-9]{0,12}[smhdwy分时天]{0,2}|\\PC{0,4}") {
        if let Some(seconds) = presets::seconds(&text) {
            prop_assert_eq!(seconds % 60, 0, "{}", text);
        }
    }
}
