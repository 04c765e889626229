//! What matters outlives its weeks: messages that were flagged, acted on or pinned, with what was said around them.

use crate::house::{House, PATIENCE, write};
use crate::lines::Lines;
use crate::past::earlier;
use qunguan::config::file::Settings;
use qunguan::desk::house::Customs;
use qunguan::desk::serve;
use qunguan::model::action::{Act, Actor, Request};
use qunguan::model::event::{Event, EvidenceLine, Flagging, Received};
use qunguan::model::flag::{Category, Confidence, Severity, Verdict};
use qunguan::model::id::{ActionId, CaseId, MemberId, MessageId, RoomId, Seq};
use qunguan::model::message::Kind;
use qunguan::model::moment::Moment;
use qunguan::model::reason::Reason;
use qunguan::terminal::messages::Fate;
use std::collections::BTreeMap;
use std::path::Path;
use tokio::time::timeout;

const ROOM: RoomId = RoomId(1);
const WEEK: i64 = 7 * 86_400;
/// More than a case remembers with their words.
const FLAGGED: usize = 55;
/// A message of weeks that were dropped long ago.
const TOLD_BEFORE: MessageId = MessageId(Seq(1));

/// A record that is written event by event, all of one time.
#[derive(Default)]
struct Story {
    events: Vec<(i64, Event)>,
    /// By what was said.
    said: BTreeMap<String, MessageId>,
}

impl Story {
    fn tell(&mut self, ago: i64, event: Event) -> Seq {
        self.events.push((ago, event));
        Seq(self.events.len() as u64)
    }

    /// Says so many lines, `kind 0` and on; every third time another room says something too.
    fn talk(&mut self, ago: i64, kind: &str, count: u32) {
        for number in 0..count {
            let text = format!("{kind} {number} end");
            let disguised = "flagged 25 ⟲recalled by bob, a\u{200b}b end";
            let words = if text == "flagged 25 end" { disguised } else { text.as_str() };
            let seq = self.tell(ago, said(ROOM, words));
            self.said.insert(text, MessageId(seq));
            if number % 3 == 0 {
                self.tell(ago, said(RoomId(2), "elsewhere"));
            }
        }
    }
}

fn said(room: RoomId, text: &str) -> Event {
    Event::MessageReceived(Received {
        room,
        member: MemberId(1),
        external: text.into(),
        sent_at: Moment(0),
        kind: Kind::Text,
        text: text.into(),
        reply_to: None,
        mentions: Vec::new(),
        backfilled: false,
        own: false,
    })
}

/// Five weeks ago: a flagged message, one recalled by us for that case, one recalled by us without any, one pinned much
/// later. All but the pinned one were recalled on the platform too. Then one for which somebody was muted, and more that
/// were flagged than a case remembers. Something was told anew already.
fn story() -> Story {
    let ago = 5 * WEEK;
    let mut story = Story { events: earlier(), ..Story::default() };
    story.events.iter_mut().for_each(|(at, _)| *at = ago);
    for kind in ["flagged", "recalled", "alone", "pinned", "muted", "many"] {
        story.talk(ago, kind, 60);
    }
    let of = |story: &Story, kind: &str| story.said[&format!("{kind} 30 end")];
    let message = of(&story, "flagged");
    let case = story.tell(
        ago,
        Event::Flagged(Flagging {
            message,
            room: ROOM,
            member: MemberId(1),
            rule: "words/ads".into(),
            rule_version: 1,
            category: Category::Advertisement,
            severity: Severity::S2,
            confidence: Confidence::Likely,
            span: None,
            reason: Reason::new("flag-words").with("words", "end").with("count", 1).with("disguised", "no"),
        }),
    );
    let by = Actor::Moderator("alice".into());
    for (kind, case) in [("recalled", Some(CaseId(case))), ("alone", None)] {
        let message = of(&story, kind);
        let act = Act::Recall { message, member: MemberId(1) };
        let (rule, hold_until, undoes, unit) = (None, None, None, None);
        let request =
            Request { room: ROOM, act, by: by.clone(), case, rule, hold_until, undoes, unit, message: None };
        let action = ActionId(story.tell(ago, Event::ActionRequested(request)));
        story.tell(ago, Event::ActionSent { action, room: ROOM });
        let evidence = Reason::new("irc-seen-silence");
        story.tell(ago, Event::ActionConfirmed { action, room: ROOM, evidence, lift_at: None });
    }
    for kind in ["flagged", "recalled", "alone"] {
        let message = of(&story, kind);
        story.tell(ago, Event::MessageRecalled { room: ROOM, message, by: Actor::Member(MemberId(1)) });
    }
    case_of_forgery(&mut story, ago, CaseId(case));
    beyond_cases(&mut story, ago);
    story.talk(2 * WEEK, "later", 30);
    let message = of(&story, "pinned");
    story.tell(3600, Event::MessagePinned { room: ROOM, message, by });
    story
}

/// What no case in memory names, but the marks of messages do.
fn beyond_cases(story: &mut Story, ago: i64) {
    for number in 0..FLAGGED {
        let flagging = Flagging {
            message: story.said[&format!("many {number} end")],
            room: ROOM,
            member: MemberId(1),
            rule: "words/many".into(),
            rule_version: 1,
            category: Category::Advertisement,
            severity: Severity::S1,
            confidence: Confidence::Likely,
            span: None,
            reason: Reason::new("flag-words").with("words", "end").with("count", 1).with("disguised", "no"),
        };
        story.tell(ago, Event::Flagged(flagging));
    }
    story.tell(
        ago,
        Event::ActionRequested(Request {
            room: ROOM,
            act: Act::Mute { member: MemberId(1), seconds: 600 },
            by: Actor::Moderator("alice".into()),
            case: None,
            rule: None,
            hold_until: None,
            undoes: None,
            unit: None,
            message: Some(story.said["muted 30 end"]),
        }),
    );
    let (message, text) = (TOLD_BEFORE, "told before".to_owned());
    let line = EvidenceLine { message, member: MemberId(1), name: "m1".into(), at: Moment(0), text };
    story.tell(ago, Event::EvidenceKept { room: ROOM, message, lines: vec![line] });
}

/// Around the flagged message somebody forges our marks and hides something; its author was muted, and that was undone.
fn case_of_forgery(story: &mut Story, ago: i64, case: CaseId) {
    let by = Actor::Moderator("alice".into());
    let mut undoes = None;
    for act in [Act::Mute { member: MemberId(1), seconds: 600 }, Act::Unmute { member: MemberId(1) }] {
        let (rule, hold_until, unit) = (None, None, None);
        let request = Request {
            room: ROOM,
            act,
            by: by.clone(),
            case: Some(case),
            rule,
            hold_until,
            undoes,
            unit,
            message: None,
        };
        let action = ActionId(story.tell(ago, Event::ActionRequested(request)));
        story.tell(ago, Event::ActionSent { action, room: ROOM });
        let evidence = Reason::new("irc-seen-silence");
        story.tell(ago, Event::ActionConfirmed { action, room: ROOM, evidence, lift_at: None });
        undoes = Some(action);
    }
}

fn customs(retention_weeks: u32) -> Customs {
    let (mut customs, _) = serve::customs(&Settings::default(), None);
    customs.retention_weeks = retention_weeks;
    customs
}

/// Ten before, the one itself, ten after; nothing of another room.
fn check_stretch(shown: &[&str], kind: &str) {
    let of: Vec<&str> = shown.iter().copied().filter(|line| line.contains(&format!(": {kind} "))).collect();
    let wanted: Vec<String> = (20..=40).map(|number| format!(": {kind} {number} end")).collect();
    assert_eq!(of.len(), wanted.len(), "{kind}: {of:#?}");
    for (line, wanted) in of.iter().zip(&wanted).filter(|(line, _)| !line.contains("flagged 25")) {
        assert!(line.ends_with(wanted.as_str()) && line.contains("m1"), "{line} is {wanted}");
        assert_eq!(line.contains('▶'), wanted.contains(" 30 "), "{line}");
    }
}

async fn exported(house: &House) -> String {
    let mut alice = Lines::sit_with(house, "alice", false).await;
    alice.types("queue").await;
    let case = alice.sees("case c").await;
    let case = case.split_whitespace().nth(1).unwrap().to_owned();
    alice.types(&format!("export-case {case}")).await;
    let told = alice.sees("was written to").await;
    assert_eq!(alice.end().await, Fate::Done, "{:#?}", alice.told);
    std::fs::read_to_string(told.rsplit(' ').next().unwrap()).unwrap()
}

fn check_case(text: &str) {
    let shown: Vec<&str> = text.lines().collect();
    check_stretch(&shown, "flagged");
    check_stretch(&shown, "recalled");
    for said in [
        "(irc m1): flagged 25 ⟨U+27F2⟩recalled by bob, a⟨U+200B⟩b end",
        "      ⟲ recalled by m1",
        "⟲ taken back by alice at ",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let dated = text
        .lines()
        .filter(|line| line.contains(" flagged "))
        .all(|line| line.contains("-") && line.contains(":00 #"));
    assert!(dated, "with the year and the zone: {text}");
    assert_eq!(text.matches("taken back").count(), 1, "{text}");
    for other in ["elsewhere", ": alone ", ": pinned ", ": later "] {
        assert!(!text.contains(other), "{other}: {text}");
    }
}

/// Whether the checkpoint or an earlier one holds a text.
fn is_pictured(folder: &Path, text: &str) -> bool {
    let earlier = std::fs::read_dir(folder.join("record.earlier")).unwrap();
    let files = earlier.map(|entry| entry.unwrap().path()).chain([folder.join("record.checkpoint")]);
    // One that is let go meanwhile holds nothing.
    let bytes: Vec<Vec<u8>> = files.filter_map(|file| std::fs::read(file).ok()).collect();
    assert!(bytes.len() > 1, "there are pictures");
    bytes.iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

async fn open(folder: &Path, retention_weeks: u32) -> House {
    let house = House::open_with(folder, customs(retention_weeks));
    house.online().await;
    house
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_matters_outlives_its_weeks_a_recall_and_a_restart_and_stands_in_the_exported_case() {
    let folder = tempfile::tempdir().unwrap();
    let story = story();
    let messages = story.said.clone();
    let old = messages["pinned 59 end"];
    write(folder.path(), story.events);
    // Before anything is dropped, the case is the same.
    let house = open(folder.path(), 0).await;
    check_case(&exported(&house).await);
    house.stop().await;

    let house = open(folder.path(), 3).await;
    house.recorded("that history was dropped", |event| matches!(event, Event::HistoryDropped { .. })).await;
    assert!(house.porter.log.first() > old.0.0, "the weeks are gone: {}", house.porter.log.first());
    let kept: BTreeMap<MessageId, usize> = house
        .events()
        .into_iter()
        .filter_map(|event| match event {
            Event::EvidenceKept { message, lines, .. } => Some((message, lines.len())),
            _ => None,
        })
        .collect();
    for kind in ["flagged", "recalled", "alone", "pinned", "muted"] {
        assert_eq!(kept.get(&messages[&format!("{kind} 30 end")]), Some(&21), "{kind}");
    }
    for number in 0..FLAGGED {
        let lines = kept.get(&messages[&format!("many {number} end")]);
        assert!(lines.is_some_and(|lines| *lines > 14), "flag {number}: {lines:?}");
    }
    assert_eq!(kept.get(&TOLD_BEFORE), Some(&1), "what was told in these weeks is told again");
    assert_eq!(kept.len(), 6 + FLAGGED, "and nothing else");
    check_case(&exported(&house).await);
    let cleared = async {
        while is_pictured(folder.path(), "alone 5 end") {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, cleared).await.expect("what was dropped is in no picture of the state");
    assert!(is_pictured(folder.path(), "alone 30 end"), "what matters is");
    house.stop().await;

    // Another server, which dropped nothing itself.
    let house = open(folder.path(), 3).await;
    check_case(&exported(&house).await);
    let again = house.events().iter().filter(|event| matches!(event, Event::EvidenceKept { .. })).count();
    assert_eq!(again, 6 + FLAGGED, "nothing is told anew twice");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_that_is_not_kept_any_more_is_said_to_be_gone() {
    let folder = tempfile::tempdir().unwrap();
    let mut events: Vec<(i64, Event)> = earlier().into_iter().map(|(_, event)| (60, event)).collect();
    let by = Actor::Moderator("alice".into());
    let (case, verdict) = (CaseId(Seq(3)), Verdict::Allowed);
    events.push((60, Event::CaseDecided { case, room: ROOM, verdict, by }));
    write(folder.path(), events);
    let house = open(folder.path(), 0).await;
    for way in ["", " -"] {
        let mut alice = Lines::sit_with(&house, "alice", false).await;
        alice.types("audit").await;
        let told = alice.sees("[c3]").await;
        let handle = told.split_whitespace().find(|word| word.starts_with('e')).unwrap();
        alice.types(&format!("export-case {handle}{way}")).await;
        alice.sees("This case is not there any more").await;
        assert_eq!(alice.end().await, Fate::Refused, "{:#?}", alice.told);
    }
    house.stop().await;
}
