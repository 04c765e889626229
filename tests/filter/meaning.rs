//! What passes a filter, one rule at a time.

use crate::chronicle::{BEGIN, Chronicle, person};
use chrono::FixedOffset;
use qunguan::model::action::{Act, Actor, Request};
use qunguan::model::event::{Event, Flagging};
use qunguan::model::flag::{Category, Confidence, Severity};
use qunguan::model::heard::{Person, Saying};
use qunguan::model::id::{ActionId, CaseId, MessageId};
use qunguan::model::member::Role;
use qunguan::model::message::Kind;
use qunguan::model::reason::Reason;
use qunguan::state::filter::Filter;
use qunguan::state::filter::query::Query;
use qunguan::state::stream::Line;

/// Some talk in two rooms over an hour.
pub fn talk() -> Chronicle {
    let mut chronicle = Chronicle::online();
    chronicle.joins("#a", "李四");
    let first = chronicle.says("#a", "张三", "大家好 ＨＥＬＬＯ");
    chronicle.says("#a", "李四", "加V领资料");
    let image = Saying {
        room: "#b".into(),
        person: Person { role: Role::Owner, ..person("王工") },
        external: "i1".into(),
        kind: Kind::Image,
        text: "hello from b".into(),
        ..Saying::default()
    };
    chronicle.say(image).unwrap();
    chronicle.pass(3600);
    let advert = chronicle.says("#b", "李四", "全场九折，詳情看主頁");
    flag(&mut chronicle, advert, Severity::S2);
    flag(&mut chronicle, advert, Severity::S1);
    let room = chronicle.room("#a");
    chronicle.append(Event::MessageRecalled { room, message: first, by: Actor::Unknown });
    chronicle
}

pub fn flag(chronicle: &mut Chronicle, message: MessageId, severity: Severity) {
    let said = chronicle.state.stream.message(message).unwrap();
    let flagging = Flagging {
        message,
        room: said.room,
        member: said.member,
        rule: "words".into(),
        rule_version: 1,
        category: Category::Advertisement,
        severity,
        confidence: Confidence::Certain,
        span: None,
        reason: Reason::new("rule-words"),
    };
    chronicle.append(Event::Flagged(flagging));
}

/// Which of the four messages pass, by number.
fn check(filter: &str, passing: &[usize]) {
    let chronicle = talk();
    let zone = FixedOffset::east_opt(8 * 3600).unwrap();
    let query = Query::new(&Filter::parse(filter).unwrap(), chronicle.now, zone);
    let messages = chronicle.state.stream.lines().iter().filter_map(|line| match line {
        Line::Message(message) => Some(message),
        Line::Notice { .. } => None,
    });
    let found: Vec<usize> = messages
        .enumerate()
        .filter(|(_, message)| query.admits_message(&chronicle.state, message))
        .map(|(at, _)| at)
        .collect();
    assert_eq!(found, passing, "{filter}");
}

#[test]
fn every_term_of_a_filter_must_hold() {
    check("", &[0, 1, 2, 3]);
    check("hello", &[0, 2]);
    check("ｈｅｌｌｏ 大家", &[0]);
    check("好", &[0]);
    check("\"hello from\"", &[2]);
    check("hello -from", &[0]);
    check("-hello", &[1, 3]);
}

#[test]
fn a_name_is_meant_as_written_in_pinyin_or_by_its_initials() {
    check("from:张三", &[0]);
    check("from:zs", &[0]);
    check("from:zhangsan", &[0]);
    check("from:\"zhang san\"", &[0]);
    check("from:ls", &[1, 3]);
    check("李四", &[1, 3]);
    check("lisi", &[1, 3]);
    check("from:l", &[1, 3]);
    check("l", &[0, 2]);
    check("from:nobody", &[]);
    check("room:b", &[2, 3]);
    check("-room:#a from:ls", &[3]);
}

#[test]
fn kind_tier_flags_and_recalls_are_what_the_state_says() {
    check("kind:image", &[2]);
    check("-kind:image", &[0, 1, 3]);
    check("tier:owner", &[2]);
    check("tier:newcomer", &[1]);
    check("tier:member", &[0, 3]);
    check("flagged", &[3]);
    check("flagged:S2", &[3]);
    check("flagged:S3", &[]);
    check("recalled", &[0]);
    check("-flagged -recalled", &[1, 2]);
}

#[test]
fn one_of_several_choices_is_enough_and_binds_weaker_than_standing_side_by_side() {
    check("flagged or recalled", &[0, 3]);
    check("hello kind:image or flagged", &[2, 3]);
    check("hello (kind:image or flagged)", &[2]);
    check("-(flagged or recalled)", &[1, 2]);
    check("-(from:ls flagged)", &[0, 1, 2]);
    check("(room:b or recalled) -(flagged or kind:image)", &[0]);
    check("\"or\"", &[]);
}

#[test]
fn acted_on_is_what_a_standing_deed_falls_on_or_what_led_to_it() {
    let mut chronicle = talk();
    let zone = FixedOffset::east_opt(8 * 3600).unwrap();
    let acted = |chronicle: &Chronicle| {
        let query = Query::new(&Filter::parse("acted").unwrap(), chronicle.now, zone);
        let messages = chronicle.state.stream.lines().iter().filter_map(|line| match line {
            Line::Message(message) => Some(message),
            Line::Notice { .. } => None,
        });
        let found = messages.enumerate().filter(|(_, one)| query.admits_message(&chronicle.state, one));
        found.map(|(at, _)| at).collect::<Vec<_>>()
    };
    let said: Vec<_> = chronicle
        .state
        .stream
        .lines()
        .iter()
        .filter_map(|line| match line {
            Line::Message(message) => Some((message.id, message.room, message.member)),
            Line::Notice { .. } => None,
        })
        .collect();
    let request = |at: usize, act: Act, case: Option<CaseId>| Request {
        room: said[at].1,
        act,
        by: Actor::Moderator("alice".into()),
        case,
        rule: None,
        hold_until: None,
        undoes: None,
        unit: None,
        message: None,
    };
    let case = chronicle.state.queue.naming(said[3].0).next().unwrap().id;
    let mute = Act::Mute { member: said[3].2, seconds: 60 };
    let recall = Act::Recall { message: said[1].0, member: said[1].2 };
    assert_eq!(acted(&chronicle), [0; 0]);
    chronicle.append(Event::ActionRequested(request(3, mute.clone(), None)));
    assert_eq!(acted(&chronicle), [0; 0], "nothing said led to it");
    let warned = Act::Warn { member: said[0].2, text: "stop".into() };
    let asked = Request { message: Some(said[0].0), ..request(0, warned, None) };
    let warned = chronicle.append(Event::ActionRequested(asked));
    assert_eq!(acted(&chronicle), [0], "something said led to it, though no rule remarked on it");
    let (room, by) = (said[0].1, Actor::Moderator("alice".into()));
    chronicle.append(Event::ActionCancelled { action: ActionId(warned), room, by });
    let muted = chronicle.append(Event::ActionRequested(request(3, mute, Some(case))));
    let recalled = chronicle.append(Event::ActionRequested(request(1, recall, None)));
    assert_eq!(acted(&chronicle), [1, 3]);
    let (room, by) = (said[1].1, Actor::Moderator("alice".into()));
    chronicle.append(Event::ActionCancelled { action: ActionId(recalled), room, by });
    assert_eq!(acted(&chronicle), [3]);
    let evidence = Reason::new("irc-seen-silence");
    let (action, room) = (ActionId(muted), said[3].1);
    chronicle.append(Event::ActionConfirmed { action, room, evidence, lift_at: None });
    assert_eq!(acted(&chronicle), [3]);
}

#[test]
fn times_bound_what_was_said() {
    check("since:30m", &[3]);
    check("until:30m", &[0, 1, 2]);
    let clock = |moment: qunguan::model::moment::Moment| {
        moment.at_zone(FixedOffset::east_opt(8 * 3600).unwrap()).format("%Y-%m-%dT%H:%M").to_string()
    };
    check(&format!("since:{}", clock(BEGIN)), &[0, 1, 2, 3]);
    check(&format!("until:{}", clock(BEGIN.plus_seconds(60))), &[0, 1, 2]);
}
