//! What passes a filter, one rule at a time.

use crate::chronicle::{BEGIN, Chronicle, person};
use chrono::FixedOffset;
use qunguan::model::action::Actor;
use qunguan::model::event::{Event, Flagging};
use qunguan::model::flag::{Category, Confidence, Severity};
use qunguan::model::heard::{Person, Saying};
use qunguan::model::id::MessageId;
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
fn times_bound_what_was_said() {
    check("since:30m", &[3]);
    check("until:30m", &[0, 1, 2]);
    let clock = |moment: qunguan::model::moment::Moment| {
        moment.at_zone(FixedOffset::east_opt(8 * 3600).unwrap()).format("%Y-%m-%dT%H:%M").to_string()
    };
    check(&format!("since:{}", clock(BEGIN)), &[0, 1, 2, 3]);
    check(&format!("until:{}", clock(BEGIN.plus_seconds(60))), &[0, 1, 2]);
}
