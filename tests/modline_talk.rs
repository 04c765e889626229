//! The conversation with a modline/1 connector, without any program: lines and orders in, effects out, time by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use proptest::prelude::*;
use qunguan::model::ability::{Mode, Verb};
use qunguan::model::heard::{Deed, Heard, Order, Outcome, Person, Status};
use qunguan::model::id::{ActionId, Seq};
use qunguan::platforms::stdio::child::from_now;
use qunguan::platforms::stdio::limits::Limits;
use qunguan::platforms::stdio::lines::Line;
use qunguan::platforms::stdio::talk::{Effect, Talk};
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

const HELLO: &str = r#"{"t":"hello","proto":"modline/1","account":{"id":"me","name":"Mod"},"caps":{"mute":{"mode":"native"},"remove":{"mode":"native"},"warn":{"mode":"native"},"recall":{"mode":"native"}},"limits":{"text_max":5}}"#;

/// A conversation with a clock that is moved by hand.
struct Table {
    talk: Talk,
    now: Instant,
}

impl Table {
    fn new(rooms: Option<Vec<String>>) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let now = runtime.block_on(async { from_now(Duration::ZERO) });
        let mut talk = Talk::new(Limits::default(), rooms, now);
        talk.began(now);
        Self { talk, now }
    }

    /// Greeted, with `list_rooms` already asked and refused, so that only orders and lists remain.
    fn greeted(hello: &str) -> Self {
        let mut table = Self::new(None);
        table.line(hello);
        table.flow();
        table.line(r#"{"t":"res","id":"r1","ok":false,"error":{"code":"unsupported"}}"#);
        table
    }

    fn line(&mut self, line: &str) -> Vec<String> {
        let effects = self.talk.line(&Line::Whole(line.as_bytes().to_vec()), self.now);
        effects.iter().map(word).collect()
    }

    fn flow(&mut self) -> Vec<String> {
        self.talk.flow(self.now, 100).iter().map(word).collect()
    }

    fn order(&mut self, action: u64, deed: Deed, seconds: u32) -> Vec<String> {
        let (action, idempotency) = (ActionId(Seq(action)), format!("s-{action}"));
        let order = Order { action, idempotency, room: "r".to_owned(), deed, deadline_seconds: seconds };
        let mut effects: Vec<String> = self.talk.order(order, self.now).iter().map(word).collect();
        effects.extend(self.flow());
        effects
    }

    fn after(&mut self, seconds: u64) -> Vec<String> {
        self.now += Duration::from_secs(seconds);
        let mut effects: Vec<String> = self.talk.tick(self.now, true).iter().map(word).collect();
        effects.extend(self.flow());
        effects
    }
}

fn word(effect: &Effect) -> String {
    match effect {
        Effect::Say(Heard::Outcome { action, outcome }) => format!("{} {}", action.0, outcome_word(outcome)),
        Effect::Say(Heard::Remark(reason)) => format!("remark {}", reason.key),
        Effect::Say(Heard::Gap { reason, .. }) => format!("gap {}", reason.key),
        Effect::Say(Heard::Status(Status::Online { account })) => format!("online {account}"),
        Effect::Say(Heard::Room { external, abilities, .. }) => {
            format!("room {external} mute={:?}", abilities.of(Verb::Mute).mode)
        }
        Effect::Say(Heard::Roster { people, complete, .. }) => format!("roster {} {complete}", people.len()),
        Effect::Say(Heard::Message(saying)) => format!("message {}", saying.external),
        Effect::Say(Heard::Muted { person, .. }) => format!("muted {}", person.external),
        Effect::Say(Heard::Left { person, .. }) => format!("left {}", person.external),
        Effect::Say(heard) => format!("{heard:?}"),
        Effect::Write(line) => {
            let frame: Value = serde_json::from_str(line).unwrap();
            let text = |name: &str| frame[name].as_str().unwrap_or_default().to_owned();
            format!("> {} {} {}", text("t"), text("id"), text("op")).trim_end().to_owned()
        }
        Effect::Restart(reason) => format!("restart {}", reason.key),
        Effect::End(reason) => format!("end {}", reason.key),
    }
}

fn outcome_word(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted => "accepted".to_owned(),
        Outcome::Confirmed { evidence, ours_to_lift } => {
            format!("confirmed {}{}", evidence.key, if *ours_to_lift { " ours to lift" } else { "" })
        }
        Outcome::Failed { reason } => format!("failed {}", reason.key),
        Outcome::Unsupported { reason } => format!("unsupported {}", reason.key),
        Outcome::Unknown { reason } => format!("unknown {}", reason.key),
    }
}

fn person() -> Person {
    Person { external: "u".to_owned(), ..Person::default() }
}

fn mute() -> Deed {
    Deed::Mute { person: person(), seconds: 60 }
}

fn remove() -> Deed {
    Deed::Remove { person: person(), block: false, why: String::new() }
}

#[test]
fn the_first_life_starts_everywhere_and_the_second_says_that_it_was_away() {
    let mut table = Table::new(None);
    assert_eq!(table.order(1, mute(), 8), [""; 0]);
    assert_eq!(table.line(HELLO), ["online Mod", "> start"]);
    assert_eq!(table.flow(), ["> req r1 list_rooms", "> req r2 mute"]);
    assert_eq!(table.talk.died().iter().map(word).collect::<Vec<_>>(), ["1 unknown modline-died"]);
    table.talk.began(table.now);
    assert_eq!(table.line(HELLO), ["online Mod", "gap modline-gap-restart", "> start"]);
    assert_eq!(table.flow(), ["> req r3 list_rooms"]);
    assert_eq!(
        table.line(r#"{"t":"res","id":"r2","ok":true,"state":"done"}"#),
        ["remark modline-answer-late"]
    );
}

#[test]
fn what_comes_before_hello_is_a_mistake() {
    let mut table = Table::new(None);
    assert_eq!(table.line(r#"{"t":"hb"}"#), [""; 0]);
    assert_eq!(table.line(r#"{"t":"status","state":"online"}"#), ["remark modline-before-hello"]);
    assert_eq!(table.after(9), [""; 0]);
    assert_eq!(table.after(1), ["restart modline-no-hello"]);
}

#[test]
fn a_quiet_connector_is_asked_before_it_is_given_up() {
    let mut table = Table::greeted(HELLO);
    assert_eq!(table.after(9), [""; 0]);
    assert_eq!(table.after(1), ["> ping"]);
    assert_eq!(table.line(r#"{"t":"hb"}"#), [""; 0]);
    assert_eq!([table.after(10), table.after(10), table.after(10), table.after(10)].concat(), ["> ping"; 4]);
    assert_eq!(table.after(4), [""; 0]);
    assert_eq!(table.after(1), ["restart modline-silent"]);
}

#[test]
fn accepted_waits_for_the_event_and_done_does_not() {
    let mut table = Table::greeted(HELLO);
    assert_eq!(table.order(1, mute(), 8), ["> req r2 mute"]);
    assert_eq!(table.line(r#"{"t":"res","id":"r2","ok":true,"state":"accepted"}"#), ["1 accepted"]);
    assert_eq!(table.line(r#"{"t":"muted","room":"r","user":"other","until":9}"#), ["muted other"]);
    assert_eq!(
        table.line(r#"{"t":"muted","room":"r","user":"u","until":9}"#),
        ["muted u", "1 confirmed modline-saw-muted"]
    );
    assert_eq!(table.line(r#"{"t":"muted","room":"r","user":"u","until":9}"#), ["muted u"]);
    assert_eq!(table.order(2, remove(), 8), ["> req r3 remove"]);
    assert_eq!(
        table.line(r#"{"t":"res","id":"r3","ok":true,"state":"done"}"#),
        ["2 confirmed modline-verified"]
    );
    assert_eq!(
        table.line(r#"{"t":"res","id":"r3","ok":true,"state":"done"}"#),
        ["remark modline-answer-twice"]
    );
    assert_eq!(table.line(r#"{"t":"res","id":"r99","ok":true}"#), ["remark modline-answer-unasked"]);
    assert_eq!(table.line(r#"{"t":"res","id":"x","ok":true}"#), ["remark modline-answer-unasked"]);
}

#[test]
fn an_event_that_comes_before_the_answer_confirms_once() {
    let mut table = Table::greeted(HELLO);
    table.order(1, remove(), 8);
    let left = r#"{"t":"left","room":"r","users":["u"],"cause":"removed","by":"me","cause_req":"r2"}"#;
    assert_eq!(table.line(left), ["left u", "1 confirmed modline-saw-removed"]);
    assert_eq!(table.line(r#"{"t":"res","id":"r2","ok":true,"state":"accepted"}"#), [""; 0]);
    assert_eq!(table.after(8), [""; 0]);
}

#[test]
fn one_event_confirms_one_order() {
    let mut table = Table::greeted(HELLO);
    table.order(1, mute(), 8);
    table.order(2, mute(), 8);
    let muted = r#"{"t":"muted","room":"r","user":"u","until":9,"cause_req":"r3"}"#;
    assert_eq!(table.line(muted), ["muted u", "2 confirmed modline-saw-muted"]);
    assert_eq!(
        table.line(r#"{"t":"muted","room":"r","user":"u","until":9}"#),
        ["muted u", "1 confirmed modline-saw-muted"]
    );
}

#[test]
fn after_the_deadline_an_order_is_unknown_and_a_late_answer_only_a_remark() {
    let mut table = Table::greeted(HELLO);
    table.order(1, remove(), 8);
    assert_eq!(table.after(8), ["1 unknown modline-no-answer", "> cancel r2"]);
    assert_eq!(
        table.line(r#"{"t":"res","id":"r2","ok":true,"state":"done"}"#),
        ["remark modline-answer-late"]
    );
    table.order(2, remove(), 8);
    table.line(r#"{"t":"res","id":"r3","ok":true,"state":"accepted"}"#);
    assert_eq!(table.after(8), ["2 unknown modline-no-confirmation"]);
}

#[test]
fn an_order_that_was_never_sent_is_known_not_to_have_happened() {
    let mut table = Table::new(None);
    table.order(1, remove(), 8);
    assert_eq!(table.after(8), ["1 failed modline-not-running"]);
    let slow = HELLO.replace("\"text_max\":5", "\"actions_per_min\":2");
    let mut table = Table::greeted(&slow);
    assert_eq!(
        [table.order(1, remove(), 8), table.order(2, remove(), 8)].concat(),
        ["> req r2 remove", "> req r3 remove"]
    );
    assert_eq!(table.order(3, remove(), 8), [""; 0]);
    assert_eq!(table.order(4, remove(), 90), [""; 0]);
    assert!(table.after(8).contains(&"3 failed modline-not-its-turn".to_owned()));
    table.line(r#"{"t":"hb"}"#);
    assert!(!table.after(44).iter().any(|effect| effect.contains("remove")));
    table.line(r#"{"t":"hb"}"#);
    assert!(table.after(8).contains(&"> req r4 remove".to_owned()));
}

#[test]
fn an_operation_that_proves_unsupported_is_offered_no_more() {
    let mut table = Table::greeted(HELLO);
    assert_eq!(
        table.line(r#"{"t":"room","room":"r","self_role":"owner"}"#),
        [format!("room r mute={:?}", Mode::Native)]
    );
    assert_eq!(table.flow(), ["> req r2 list_members"]);
    assert_eq!(table.order(1, mute(), 8), ["> req r3 mute"]);
    assert_eq!(
        table.line(r#"{"t":"res","id":"r3","ok":false,"error":{"code":"unsupported"}}"#),
        ["1 unsupported modline-unsupported", "room r mute=Unsupported"]
    );
}

#[test]
fn what_the_connector_cannot_carry_is_not_sent() {
    let mut table = Table::greeted(HELLO);
    let warn = |text: &str| Deed::Warn { person: person(), text: text.to_owned() };
    assert_eq!(table.order(1, warn("请勿刷屏吧"), 8), ["> req r2 warn"]);
    assert_eq!(table.order(2, warn("请勿刷屏吧。"), 8), ["2 failed modline-text-too-long"]);
    assert_eq!(table.order(3, Deed::Unblock { person: person() }, 8), ["3 unsupported modline-ability-none"]);
}

#[test]
fn a_mute_that_the_platform_does_not_time_is_ours_to_lift() {
    let untimed = HELLO.replace(r#""mute":{"mode":"native"}"#, r#""mute":{"mode":"native","timed":false}"#);
    let mut table = Table::greeted(&untimed);
    table.order(1, mute(), 8);
    let done = |id: &str| format!(r#"{{"t":"res","id":"{id}","ok":true,"state":"done"}}"#);
    assert_eq!(table.line(&done("r2")), ["1 confirmed modline-verified ours to lift"]);
    table.order(2, remove(), 8);
    assert_eq!(table.line(&done("r3")), ["2 confirmed modline-verified"]);
    table.order(3, Deed::Check(Box::new(mute())), 8);
    table.line(r#"{"t":"member","room":"r","user":"u","muted_until":9}"#);
    assert_eq!(table.line(&done("r4")), ["roster 1 true", "3 confirmed modline-reread-holds ours to lift"]);
}

#[test]
fn a_member_list_is_complete_only_if_everybody_came() {
    for (total, expected) in [(2, "roster 2 true"), (3, "roster 2 false")] {
        let mut table = Table::greeted(HELLO);
        table.line(&format!(r#"{{"t":"room","room":"r","self_role":"owner","members_total":{total}}}"#));
        assert_eq!(table.flow(), ["> req r2 list_members"]);
        assert_eq!(table.line(r#"{"t":"member","room":"r","user":"a"}"#), [""; 0]);
        assert_eq!(table.line(r#"{"t":"member","room":"r","user":"u","muted_until":9}"#), ["muted u"]);
        assert_eq!(table.line(r#"{"t":"res","id":"r2","ok":true,"state":"done"}"#), [expected]);
    }
}

#[test]
fn a_check_reads_the_list_again() {
    let check = |deed: Deed, members: &[&str], expected: &[&str]| {
        let mut table = Table::greeted(HELLO);
        assert_eq!(table.order(1, Deed::Check(Box::new(deed)), 8), ["> req r2 list_members"]);
        for member in members {
            table.line(member);
        }
        assert_eq!(table.line(r#"{"t":"res","id":"r2","ok":true,"state":"done"}"#), expected);
    };
    let other = r#"{"t":"member","room":"r","user":"o"}"#;
    let free = r#"{"t":"member","room":"r","user":"u","muted_until":0}"#;
    let mute_told = r#"{"t":"member","room":"r","user":"u","muted_until":9}"#;
    let not_told = r#"{"t":"member","room":"r","user":"u"}"#;
    check(remove(), &[other], &["roster 1 true", "1 confirmed modline-reread-holds"]);
    check(remove(), &[other, free], &["roster 2 true", "1 failed modline-reread-not"]);
    check(remove(), &[], &["1 unknown modline-reread-incomplete"]);
    check(mute(), &[mute_told], &["roster 1 true", "1 confirmed modline-reread-holds"]);
    check(mute(), &[free], &["roster 1 true", "1 failed modline-reread-not"]);
    check(mute(), &[not_told], &["roster 1 true", "1 unknown modline-reread-silent"]);
    let mut table = Table::greeted(HELLO);
    let recall = Deed::Recall { message: "m".to_owned() };
    assert_eq!(table.order(1, Deed::Check(Box::new(recall)), 8), ["1 unknown modline-cannot-look"]);
}

#[test]
fn rooms_that_are_not_ours_are_not_heard() {
    let mut table = Table::new(Some(vec!["r".to_owned()]));
    table.line(HELLO);
    assert_eq!(table.line(r#"{"t":"msg","id":"1","room":"s","user":"u"}"#), [""; 0]);
    assert_eq!(table.line(r#"{"t":"msg","id":"2","room":"r","user":"u"}"#), ["message 2"]);
    assert_eq!(table.line(r#"{"t":"gap","room":"*"}"#), ["gap modline-gap-told"]);
}

#[test]
fn a_banned_account_ends_the_connector_and_a_late_log_in_names_itself() {
    let mut table = Table::greeted(HELLO);
    assert_eq!(table.line(r#"{"t":"status","state":"banned"}"#), ["end modline-account-banned"]);
    let mut table = Table::greeted(r#"{"t":"hello","proto":"modline/1.3"}"#);
    table.line(r#"{"t":"status","state":"online"}"#);
    assert_eq!(table.flow(), ["> req r2 whoami"]);
    assert_eq!(
        table.line(r#"{"t":"res","id":"r2","ok":true,"state":"done","result":{"id":"x","name":"小管"}}"#),
        ["online 小管"]
    );
}

#[test]
fn broken_lines_are_told_summed_up_and_finally_too_many() {
    let mut table = Table::greeted(HELLO);
    let told: Vec<String> = (0..100).flat_map(|_| table.line("garbage")).collect();
    assert_eq!(told, ["remark modline-bad-frame"; 3]);
    assert_eq!(table.after(10), ["remark modline-bad-frames", "> ping"]);
    let told: Vec<String> = (0..101).flat_map(|_| table.line("garbage")).collect();
    assert_eq!(told.last().unwrap(), "restart modline-garbage");
    table.after(10);
    let large = table.talk.line(&Line::TooLarge { bytes: 1 << 21 }, table.now);
    assert_eq!(large.iter().map(word).collect::<Vec<_>>(), ["remark modline-frame-too-large"]);
}

const FRAMES: [&str; 18] = [
    HELLO,
    r#"{"t":"hello","proto":"modline/1","caps":{"resume":true}}"#,
    r#"{"t":"room","room":"r","self_role":"owner","members_total":1}"#,
    r#"{"t":"room","room":"s","can":[]}"#,
    r#"{"t":"member","room":"r","user":"u","muted_until":9}"#,
    r#"{"t":"member","room":"r","user":"v","name":"V"}"#,
    r#"{"t":"msg","id":"m","room":"r","user":"me","self":true,"text":"x","cursor":"c"}"#,
    r#"{"t":"left","room":"r","users":["u"],"cause":"removed"}"#,
    r#"{"t":"muted","room":"r","user":"u","until":9}"#,
    r#"{"t":"muted","room":"r","user":"u","until":0}"#,
    r#"{"t":"recalled","room":"r","id":"m"}"#,
    r#"{"t":"status","state":"online"}"#,
    r#"{"t":"res","id":"r1","ok":true,"state":"accepted"}"#,
    r#"{"t":"res","id":"r2","ok":true,"state":"done"}"#,
    r#"{"t":"res","id":"r3","ok":false,"error":{"code":"unsupported"}}"#,
    r#"{"t":"res","id":"r4","ok":true,"state":"accepted"}"#,
    r#"{"t":"hb"}"#,
    "garbage",
];

proptest! {
    /// Whatever a connector says, in whatever order: each order gets at most one final outcome, and in the end one.
    #[test]
    fn every_order_ends_exactly_once(steps in prop::collection::vec((0_usize..26, 0_u64..6), 0..60)) {
        let mut table = Table::new(None);
        let mut effects = table.line(HELLO);
        let mut orders = 0;
        for (step, seconds) in steps {
            match (FRAMES.get(step), step) {
                (Some(frame), _) => effects.extend(table.line(frame)),
                (None, 18..=22) => {
                    orders += 1;
                    let deed = match step {
                        18 => mute(),
                        19 => remove(),
                        20 => Deed::Unmute { person: person() },
                        21 => Deed::Recall { message: "m".to_owned() },
                        _ => Deed::Check(Box::new(mute())),
                    };
                    effects.extend(table.order(orders, deed, 8));
                }
                (None, 23) => {
                    effects.extend(table.talk.died().iter().map(word));
                    table.talk.began(table.now);
                }
                _ => effects.extend(table.after(seconds)),
            }
        }
        effects.extend(table.line(HELLO));
        for _ in 0..40 {
            effects.extend(table.after(30));
        }
        for order in 1..=orders {
            let start = format!("{order} ");
            let ended = |effect: &&String| effect.starts_with(&start) && !effect.ends_with(" accepted");
            prop_assert_eq!(effects.iter().filter(ended).count(), 1, "order {} in {:#?}", order, effects);
        }
    }
}
