//! The rules, judged by written cases (`tests/fixtures/rules/`) and by properties.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod chronicle;

use chronicle::{BEGIN, Chronicle, person};
use proptest::prelude::*;
use qunguan::model::event::{Event, Flagging};
use qunguan::model::heard::{By, Heard, Person, Saying};
use qunguan::model::id::MessageId;
use qunguan::model::member::{LeaveCause, Role};
use qunguan::model::message::Kind;
use qunguan::model::moment::Moment;
use qunguan::rules::{Rules, Settings};
use serde::Deserialize;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    case: Vec<Case>,
}

/// What happens in one room, and the flags on its last message: `rule severity confidence span`, `-` for no span.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    settings: Settings,
    /// One text, said by somebody who was always here.
    text: Option<String>,
    #[serde(default)]
    steps: Vec<Step>,
    flags: Vec<String>,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields, default)]
struct Step {
    /// Seconds since the beginning; also the platform's time of a message.
    at: f64,
    who: String,
    does: Does,
    text: String,
    kind: Kind,
    role: Role,
    own: bool,
    backfilled: bool,
    /// The platform told no time.
    untimed: bool,
    /// So often, each time a moment later.
    times: u32,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Does {
    Say,
    Join,
    Leave,
    /// The author takes his last message back.
    Recall,
}

impl Default for Step {
    fn default() -> Self {
        Self {
            at: 0.0,
            who: "李四".into(),
            does: Does::Say,
            text: String::new(),
            kind: Kind::Text,
            role: Role::Unknown,
            own: false,
            backfilled: false,
            untimed: false,
            times: 1,
        }
    }
}

/// Judges a message and takes its flags in, as the desk does.
fn judge(chronicle: &mut Chronicle, rules: &Rules, message: MessageId) -> Vec<Flagging> {
    let flags = rules.evaluate(&chronicle.state, message);
    for flag in &flags {
        chronicle.append(Event::Flagged(flag.clone()));
    }
    flags
}

fn play(chronicle: &mut Chronicle, rules: &Rules, step: &Step, turn: u32) -> Vec<Flagging> {
    #[allow(clippy::cast_possible_truncation, reason = "seconds of a fixture")]
    let said = Moment(BEGIN.0 + (step.at * 1000.0) as i64 + i64::from(turn));
    // What is fetched arrives an hour later.
    let late = if step.backfilled && !step.untimed { 3600 } else { 0 };
    chronicle.now = chronicle.now.max(said.plus_seconds(late));
    let who = Person { role: step.role, ..person(&step.who) };
    match step.does {
        Does::Join => {
            chronicle.joins("#a", &step.who);
            Vec::new()
        }
        Does::Leave => {
            let (room, cause, by) = ("#a".into(), LeaveCause::Left, By::Unknown);
            chronicle.hear(Heard::Left { room, person: who, cause, by });
            Vec::new()
        }
        Does::Recall => {
            let (room, member) = (chronicle.room("#a"), chronicle.member(&step.who));
            let recent = &chronicle.state.members.in_room(room, member).unwrap().recent;
            let last = chronicle.state.stream.message(recent.back().unwrap().0).unwrap().external.clone();
            let by = By::Person(step.who.clone());
            chronicle.hear(Heard::Recalled { room: "#a".into(), message: last, by });
            Vec::new()
        }
        Does::Say => {
            let saying = Saying {
                room: "#a".into(),
                person: who,
                external: format!("m{}", chronicle.state.next),
                sent_at: Some(said).filter(|_| !step.untimed),
                kind: step.kind,
                text: step.text.clone(),
                backfilled: step.backfilled,
                own: step.own,
                ..Saying::default()
            };
            let message = chronicle.say(saying).unwrap();
            judge(chronicle, rules, message)
        }
    }
}

/// `rule severity confidence span`.
fn shown(chronicle: &Chronicle, flag: &Flagging) -> String {
    let text = &chronicle.state.stream.message(flag.message).unwrap().text;
    let span = flag.span.map_or("-", |span| text.get(span.start as usize..span.end as usize).unwrap());
    format!("{} {:?} {:?} {span}", flag.rule, flag.severity, flag.confidence)
}

fn check(file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rules").join(file);
    let fixture: Fixture = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let hits = fixture.case.iter().filter(|case| !case.flags.is_empty()).count();
    assert!(fixture.case.len() >= 12 && hits >= 4 && hits < fixture.case.len(), "{file}: too few cases");
    let mut wrong = Vec::new();
    for case in &fixture.case {
        let rules = Rules::new(&case.settings).unwrap();
        let mut chronicle = Chronicle::online();
        let text = case.text.iter().map(|text| Step { text: text.clone(), ..Step::default() });
        let mut found = Vec::new();
        for step in case.steps.iter().cloned().chain(text) {
            for turn in 0..step.times {
                found = play(&mut chronicle, &rules, &step, turn);
            }
        }
        let found: Vec<String> = found.iter().map(|flag| shown(&chronicle, flag)).collect();
        if found != case.flags {
            wrong.push(format!("{}: expected {:?}, found {found:?}", case.name, case.flags));
        }
    }
    assert!(wrong.is_empty(), "{file}\n{}", wrong.join("\n"));
}

#[test]
fn words_are_found_in_any_dress_and_only_where_they_are_meant() {
    check("words.toml");
}

#[test]
fn links_are_welcome_by_their_domain() {
    check("links.toml");
}

#[test]
fn a_flood_is_one_members_rate_or_length() {
    check("flood.toml");
}

#[test]
fn a_repeat_is_one_author_saying_the_same() {
    check("repeats.toml");
}

#[test]
fn newcomers_bring_no_links_and_cards() {
    check("newcomer.toml");
}

#[test]
fn a_crowd_saying_the_same_short_thing_is_people() {
    let rules = Rules::new(&Settings::default()).unwrap();
    let mut chronicle = Chronicle::online();
    for person in 0..1500 {
        chronicle.now = Moment(chronicle.now.0 + 20);
        let message = chronicle.says("#a", &format!("人{person}"), "武汉加油");
        assert_eq!(judge(&mut chronicle, &rules, message), []);
    }
    assert_eq!(chronicle.state.queue.undecided().count(), 0);
}

#[test]
fn a_disguised_word_is_likely_and_a_plain_one_beside_it_makes_it_certain() {
    let rules = Rules::new(&Settings::default()).unwrap();
    let mut chronicle = Chronicle::online();
    let message = chronicle.says("#a", "李四", "加\u{200b}微信, 加微信");
    let flags = judge(&mut chronicle, &rules, message);
    assert_eq!(shown(&chronicle, &flags[0]), "words/contact S2 Certain 加微信");
    let argument =
        |name: &str| flags[0].reason.args.iter().find(|(known, _)| known == name).unwrap().1.clone();
    assert_eq!((argument("disguised"), argument("count")), ("yes".into(), "2".into()));
}

#[test]
fn every_mistake_is_told_at_once_and_names_its_rule() {
    let settings: Settings = toml::from_str(
        r#"
        words.lists = [{ id = "a b", words = ["x"] }, { id = "empty" }, { id = "empty", words = ["fine"] }]
        links.allow = ["HTTP://X.com", "ok.com"]
        links.block = ["ok.com"]
        flood.messages = 16
        repeats.times = 1
        newcomer.hours = 0
        "#,
    )
    .unwrap();
    let mistakes = Rules::new(&settings).unwrap_err();
    let found: Vec<String> = mistakes
        .iter()
        .map(|mistake| format!("{} {} {}", mistake.rule, mistake.setting, mistake.reason.key))
        .collect();
    assert_eq!(
        found,
        [
            "words/a b id mistake-list-id",
            "words/a b words mistake-word-short",
            "words/empty words mistake-list-empty",
            "words/empty id mistake-list-twice",
            "links allow mistake-domain",
            "links block mistake-domain-both",
            "flood messages mistake-range",
            "repeats times mistake-range",
            "newcomer hours mistake-range",
        ]
    );
}

#[test]
fn an_unknown_setting_is_refused() {
    for text in ["flood.mesages = 3", "colour = 1", "words.lists = [{ id = 'a', word = ['bb'] }]"] {
        assert!(toml::from_str::<Settings>(text).is_err(), "{text}");
    }
}

#[test]
fn the_version_changes_with_the_settings_and_only_then() {
    let version = |settings: &Settings| {
        let mut chronicle = Chronicle::online();
        let message = chronicle.says("#a", "李四", &"长".repeat(900));
        Rules::new(settings).unwrap().evaluate(&chronicle.state, message)[0].rule_version
    };
    let (usual, mut other) = (Settings::default(), Settings::default());
    other.flood.seconds = 11;
    assert_eq!(version(&usual), version(&usual.clone()));
    assert_ne!(version(&usual), version(&other));
}

#[test]
fn every_starter_word_is_found_and_every_exception_covers_one() {
    let settings = Settings::default();
    let rules = Rules::new(&settings).unwrap();
    for list in settings.words.lists_in_use() {
        let rule = format!("words/{}", list.id);
        let flagged = |text: &str| {
            let mut chronicle = Chronicle::online();
            let message = chronicle.says("#a", "李四", text);
            rules.evaluate(&chronicle.state, message).iter().any(|flag| flag.rule == rule)
        };
        for word in &list.words {
            assert!(flagged(&format!("大家好 {word} 谢谢")), "{word}");
        }
        for phrase in &list.except {
            assert!(!flagged(phrase), "{phrase}");
            assert!(list.words.iter().any(|word| phrase.contains(word.as_str())), "{phrase} excepts nothing");
        }
    }
}

/// Pieces that stress the edges: disguises, halves of clusters, addresses, words.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("加V".to_owned()),
        Just("加\u{200d}微\u{fe0f}信".to_owned()),
        Just("ｆｒｅｅ．ｃｏｍ/".to_owned()),
        Just("https://".to_owned()),
        Just("bit.ly/x".to_owned()),
        Just("abc点com".to_owned()),
        Just("刷单👩‍👩‍👧".to_owned()),
        Just("е\u{301}xample.top:@#?".to_owned()),
        Just("㎡ﬀ①".to_owned()),
        ".{0,6}",
        "\\PC{0,3}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_lie_in_the_text_and_judging_is_the_same_every_time(
        said in prop::collection::vec((0_u8..3, prop::collection::vec(piece(), 0..6), 0_i64..9000, any::<bool>()), 1..20)
    ) {
        let rules = Rules::new(&Settings::default()).unwrap();
        let again = Rules::new(&Settings::default()).unwrap();
        let mut chronicle = Chronicle::online();
        for (who, pieces, pause, joins) in said {
            chronicle.now = Moment(chronicle.now.0 + pause);
            let who = format!("m{who}");
            if joins {
                chronicle.joins("#a", &who);
            }
            let message = chronicle.says("#a", &who, &pieces.concat());
            let text = chronicle.state.stream.message(message).unwrap().text.clone();
            let flags = rules.evaluate(&chronicle.state, message);
            prop_assert_eq!(&flags, &again.evaluate(&chronicle.state, message));
            for span in flags.iter().filter_map(|flag| flag.span) {
                let part = text.get(span.start as usize..span.end as usize);
                prop_assert!(part.is_some_and(|part| !part.is_empty()), "{:?} in {:?}", span, text);
            }
            judge(&mut chronicle, &rules, message);
        }
    }

    #[test]
    fn staff_we_ourselves_and_the_platform_are_never_judged(pieces in prop::collection::vec(piece(), 0..8), which in 0_usize..4) {
        let rules = Rules::new(&Settings::default()).unwrap();
        let mut chronicle = Chronicle::online();
        chronicle.joins("#a", "王工");
        let saying = |turn: u32| Saying {
            room: "#a".into(),
            person: Person { role: [Role::Admin, Role::Owner, Role::Member, Role::Member][which], ..person("王工") },
            external: format!("x{turn}"),
            kind: if which == 2 { Kind::System } else { Kind::Text },
            own: which == 3,
            text: format!("{} 加微信 bit.ly/x", pieces.concat()),
            ..Saying::default()
        };
        for turn in 0..9 {
            let message = chronicle.say(saying(turn)).unwrap();
            prop_assert!(rules.evaluate(&chronicle.state, message).is_empty());
        }
    }
}
