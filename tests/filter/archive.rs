//! The archive answers as the filter does one message at a time, however it came to its blocks.

use crate::chronicle::{Chronicle, person};
use crate::meaning::{flag, talk};
use chrono::FixedOffset;
use proptest::prelude::*;
use qunguan::model::action::{Act, Actor, Request};
use qunguan::model::event::{Event, Record};
use qunguan::model::flag::Severity;
use qunguan::model::heard::Saying;
use qunguan::model::id::{MessageId, RoomId, Seq};
use qunguan::model::member::LeaveCause;
use qunguan::model::message::Kind;
use qunguan::model::reason::Reason;
use qunguan::state::State;
use qunguan::state::archive::{self, Archive, BLOCK, Block, Said};
use qunguan::state::filter::Filter;
use qunguan::state::filter::names::Names;
use qunguan::state::filter::query::Query;
use qunguan::state::stream::Line;

const NAMES: [&str; 6] = ["张三", "李四", "alice", "Kevin", "王小明", "zs"];
const TEXTS: [&str; 8] =
    ["加V领资料", "hello", "ＨＥＬＬＯ 世界", "看主页\n第二行", "", "好", "e", "https://t.me/joinchat"];
const FILTERS: [&str; 30] = [
    "hello",
    "e",
    "好",
    "zs",
    "-zs",
    "from:zs",
    "from:l hello",
    "-hello -e",
    "room:b -好",
    "kind:image",
    "flagged",
    "flagged:S3 -recalled",
    "recalled",
    "since:1m",
    "until:1m e",
    "tier:newcomer",
    "tier:member -from:k",
    "\"主页 第二\"",
    "hello 世界",
    "",
    "acted",
    "-acted from:zs",
    "hello or flagged",
    "from:zs or from:l kind:image",
    "-(from:zs or hello) e",
    "(room:b or flagged) -(好 or acted)",
    "from:zs -flagged or from:k since:1m",
    "-room:b since:1m",
    "-since:2m or room:b until:1m",
    "tier:newcomer from:l or -tier:newcomer from:k",
];

fn zone() -> FixedOffset {
    FixedOffset::east_opt(8 * 3600).unwrap()
}

/// The archive as the desk makes it: what came before `split` loaded from the record in blocks of `many`, newest first,
/// while the rest arrives.
fn archive(chronicle: &Chronicle, split: usize, many: usize) -> Archive {
    let (old, new) = chronicle.records.split_at(split.min(chronicle.records.len()));
    let mut state = State::default();
    old.iter().for_each(|record| state.apply(record));
    let from = state.next;
    let mut archive = Archive::new(100_000, from);
    let mut names = Names::default();
    state.members.iter().for_each(|member| names.call(member.id, &member.name));
    let (early, late) = new.split_at(new.len() / 2);
    let mut apply = |archive: &mut Archive, records: &[Record]| {
        for record in records {
            state.apply(record);
            archive.apply(&state, record);
        }
        state.clone()
    };
    let state = apply(&mut archive, early);
    archive.name(names);
    for piece in old.rchunks(many.max(1)) {
        archive.prepend(&state, block(piece), piece[0].seq);
    }
    apply(&mut archive, late);
    archive
}

fn block(records: &[Record]) -> Block {
    let mut block = Block::new(records[0].seq);
    for record in records {
        if let Some((seq, told)) = archive::told(record) {
            assert!(block.tell(seq, told));
        }
        let Event::MessageReceived(received) = &record.event else { continue };
        block.push(&Said {
            seq: record.seq,
            at: received.sent_at,
            room: received.room,
            member: received.member,
            kind: received.kind,
            text: &received.text,
        });
    }
    block
}

/// One by one, and all at once.
fn compare(chronicle: &Chronicle, archive: &Archive, filter: &str) {
    let state = &chronicle.state;
    let query = Query::new(&Filter::parse(filter).unwrap(), chronicle.now, zone());
    let mut expected: Vec<Seq> = state
        .stream
        .lines()
        .iter()
        .filter_map(|line| match line {
            Line::Message(message) if query.admits_message(state, message) => Some(message.id.0),
            _ => None,
        })
        .collect();
    expected.reverse();
    let (shelf, sieve) = (archive.shelf(), archive.sieve(state, &query));
    assert_eq!(shelf.newest(&sieve, state.next, usize::MAX).hits, expected, "{filter}");
    assert_eq!(shelf.count(&sieve), expected.len(), "{filter}");
    let told = |line: &&Line| matches!(line, Line::Notice { .. }) && query.shows(state, line);
    let mut told: Vec<Seq> = state.stream.lines().iter().filter(told).map(Line::seq).collect();
    told.reverse();
    assert_eq!(shelf.told(&sieve, Seq(0), state.next), told, "{filter}");
    if let Some(middle) = told.get(told.len() / 2) {
        let (newer, older) = told.split_at(told.len() / 2);
        assert_eq!(shelf.told(&sieve, middle.next(), state.next), newer, "{filter}");
        assert_eq!(shelf.told(&sieve, Seq(0), middle.next()), older, "{filter}");
    }
    if let Some(middle) = expected.get(expected.len() / 2) {
        let older: Vec<Seq> = expected.iter().copied().filter(|seq| seq < middle).collect();
        let found = shelf.newest(&sieve, *middle, 1);
        assert!(older.starts_with(&found.hits), "{filter}");
        assert_eq!(older.iter().filter(|seq| **seq >= found.reached).count(), found.hits.len(), "{filter}");
    }
}

#[derive(Debug, Clone)]
enum Doing {
    Say {
        room: bool,
        who: usize,
        text: usize,
        image: bool,
    },
    Join(usize),
    Leave(usize),
    /// In `#a`, or of the whole connector, for so many seconds.
    Gap(bool, u8),
    Act(usize),
    /// The newest action comes to something, or to nothing.
    Settle(bool),
    Flag(usize, bool),
    Recall(usize),
    Rename(usize, usize),
    Pass(u8),
}

fn doing() -> impl Strategy<Value = Doing> {
    prop_oneof![
        8 => (any::<bool>(), 0..NAMES.len(), 0..TEXTS.len(), any::<bool>())
            .prop_map(|(room, who, text, image)| Doing::Say { room, who, text, image }),
        1 => (0..NAMES.len()).prop_map(Doing::Join),
        1 => (0..NAMES.len()).prop_map(Doing::Leave),
        1 => (any::<bool>(), any::<u8>()).prop_map(|(room, seconds)| Doing::Gap(room, seconds)),
        1 => any::<usize>().prop_map(Doing::Act),
        1 => any::<bool>().prop_map(Doing::Settle),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(which, bad)| Doing::Flag(which, bad)),
        1 => any::<usize>().prop_map(Doing::Recall),
        1 => (0..NAMES.len(), 0..NAMES.len()).prop_map(|(who, name)| Doing::Rename(who, name)),
        2 => any::<u8>().prop_map(Doing::Pass),
    ]
}

fn happens(chronicle: &mut Chronicle, doing: &Doing) {
    let messages: Vec<_> = chronicle
        .state
        .stream
        .lines()
        .iter()
        .filter_map(|line| match line {
            Line::Message(message) => Some((message.id, message.room)),
            Line::Notice { .. } => None,
        })
        .collect();
    match doing {
        Doing::Say { room, who, text, image } => {
            let saying = Saying {
                room: if *room { "#a".into() } else { "#b".into() },
                person: person(NAMES[*who]),
                external: format!("m{}", chronicle.state.next),
                kind: if *image { Kind::Image } else { Kind::Text },
                text: TEXTS[*text].into(),
                ..Saying::default()
            };
            chronicle.say(saying);
        }
        Doing::Join(who) => chronicle.joins("#a", NAMES[*who]),
        Doing::Flag(which, bad) if !messages.is_empty() => {
            let severity = if *bad { Severity::S3 } else { Severity::S1 };
            flag(chronicle, messages[which % messages.len()].0, severity);
        }
        Doing::Recall(which) if !messages.is_empty() => {
            let (message, room) = messages[which % messages.len()];
            chronicle.append(Event::MessageRecalled { room, message, by: Actor::Unknown });
        }
        Doing::Rename(who, name) => {
            if let Some(member) = chronicle.state.members.find(crate::chronicle::CONNECTOR, NAMES[*who]) {
                let (external, name) = (NAMES[*who].to_owned(), NAMES[*name].to_owned());
                chronicle.append(Event::MemberRenamed { member, external, name });
            }
        }
        Doing::Pass(seconds) => chronicle.pass(i64::from(*seconds)),
        doing => happens_to(chronicle, doing, &messages),
    }
}

fn happens_to(chronicle: &mut Chronicle, doing: &Doing, messages: &[(MessageId, RoomId)]) {
    match doing {
        Doing::Leave(who) => {
            let member = chronicle.state.members.find(crate::chronicle::CONNECTOR, NAMES[*who]);
            let room = chronicle.state.rooms.iter().next().map(|room| room.id);
            if let Some((member, room)) = member.zip(room) {
                chronicle.append(Event::MemberLeft {
                    room,
                    member,
                    cause: LeaveCause::Removed,
                    by: Actor::Unknown,
                });
            }
        }
        Doing::Gap(one, seconds) => {
            let room = chronicle.state.rooms.iter().next().map(|room| room.id).filter(|_| *one);
            let (to, reason) = (chronicle.now, Reason::new("gap-restart"));
            let from = to.plus_seconds(-i64::from(*seconds));
            let connector = crate::chronicle::CONNECTOR.to_owned();
            chronicle.append(Event::GapNoted { connector, room, from, to, reason });
        }
        Doing::Act(which) if !messages.is_empty() => {
            let (message, room) = messages[which % messages.len()];
            let member = chronicle.state.stream.message(message).unwrap().member;
            let case = chronicle.state.queue.naming(message).next().map(|case| case.id);
            let act = if case.is_some() { Act::Unmute { member } } else { Act::Recall { message, member } };
            let by = Actor::Moderator("alice".into());
            let request = Request {
                room,
                act,
                by,
                case,
                rule: None,
                hold_until: None,
                undoes: None,
                unit: None,
                message: None,
            };
            chronicle.append(Event::ActionRequested(request));
        }
        Doing::Settle(good) => {
            let newest = chronicle.state.actions.open().last().map(|action| (action.id, action.request.room));
            if let Some((action, room)) = newest {
                let by = Actor::Moderator("alice".into());
                chronicle.append(match good {
                    true => Event::ActionMarkedDone { action, room, by },
                    false => Event::ActionCancelled { action, room, by },
                });
            }
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn a_million_at_once_pass_as_one_by_one(
        doings in prop::collection::vec(doing(), 0..120),
        split in 0..200usize,
        many in 1..60usize,
    ) {
        let mut chronicle = Chronicle::online();
        doings.iter().for_each(|doing| happens(&mut chronicle, doing));
        let archive = archive(&chronicle, split, many);
        FILTERS.iter().for_each(|filter| compare(&chronicle, &archive, filter));
    }
}

#[test]
fn names_are_found_before_they_were_read_aside_too() {
    let chronicle = talk();
    let mut archive = Archive::new(100, Seq(1));
    let mut state = State::default();
    for record in &chronicle.records {
        state.apply(record);
        archive.apply(&state, record);
    }
    compare(&chronicle, &archive, "from:zs");
    archive.name(Names::default());
    compare(&chronicle, &archive, "from:zs");
}

#[test]
fn the_oldest_messages_are_let_go_and_the_archive_says_from_where_it_knows() {
    // No limit is so small that the newest are not kept.
    let mut archive = Archive::new(0, Seq(1));
    let mut chronicle = Chronicle::online();
    let mut applied = 0;
    let messages = BLOCK * 2 + 100;
    for number in 0..messages {
        chronicle.says("#a", "alice", &format!("number {number}."));
        for record in &chronicle.records[applied..] {
            archive.apply(&chronicle.state, record);
        }
        applied = chronicle.records.len();
    }
    assert!(archive.len() >= BLOCK && archive.len() < 2 * BLOCK, "{}", archive.len());
    assert!(archive.is_full());
    let query = Query::new(&Filter::parse("number").unwrap(), chronicle.now, zone());
    let (shelf, sieve) = (archive.shelf(), archive.sieve(&chronicle.state, &query));
    let found = shelf.newest(&sieve, chronicle.state.next, usize::MAX);
    assert_eq!((found.hits.len(), found.reached), (archive.len(), archive.from()));
    assert_eq!(found.hits.last(), Some(&archive.from()));
}
