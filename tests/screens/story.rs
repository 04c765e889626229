//! One small story with everything in it that a screen has to show.

use crate::history::{History, alice, bob};
use qunguan::model::ability::{Abilities, Ability, Verb};
use qunguan::model::action::{Act, Actor};
use qunguan::model::event::Event;
use qunguan::model::flag::{Confidence, Severity, Verdict};
use qunguan::model::heard::Status;
use qunguan::model::id::RoomId;
use qunguan::model::member::{LeaveCause, Role};
use qunguan::model::message::Kind;
use qunguan::model::reason::Reason;

pub const RUST: RoomId = RoomId(1);

/// An ordinary noon in two rooms, then a raid, a quarrel and their consequences.
pub fn afternoon() -> History {
    let mut h = History::new();
    h.push(Event::ServerStarted { version: "0.1.0".into() });
    h.online("demo");
    h.push(Event::ConnectorChanged { connector: "irc".into(), status: Status::Connecting });
    let rust = h.room(1, "demo", "行业交流群·Rust", 198);
    let tea = h.room(2, "irc", "#tea-house", 42);
    let cannot = Abilities::none(&Reason::new("irc-no-recall")).with(Verb::Warn, Ability::native());
    h.push(Event::RoomRead {
        room: tea,
        name: "#tea-house".into(),
        own_role: Role::Member,
        abilities: cannot,
        members_total: Some(42),
    });
    let wang = h.member(rust, "demo", "王工", Role::Owner);
    let chen = h.member(rust, "demo", "陈姐", Role::Admin);
    let li = h.member(rust, "demo", "小李", Role::Member);
    let zhang = h.member(rust, "demo", "张三", Role::Member);
    let sun = h.member(rust, "demo", "孙老师傅的大弟子", Role::Member);
    let mallory = h.member(tea, "irc", "mallory", Role::Voiced);
    let ghost = h.member(rust, "demo", "g\u{200b}host\u{202e}txet", Role::Member);
    h.pass(-86_400);
    h.says(rust, wang, "明天下午两点聊异步运行时, 有空的来");
    h.says(rust, li, "收到");
    h.pass(86_400);
    let question = h.says(rust, li, "async 里持锁跨 await 会怎样? 我这边偶发卡死, 日志里什么都没有, 复现也没有规律, 是不是该换成 tokio 的 Mutex?");
    h.pass(35);
    h.sends(
        rust,
        wang,
        Kind::Text,
        "先看是不是 std 的锁跨了 await, clippy 有一条 lint 专门抓这个",
        Some(question),
    );
    h.pass(10);
    h.sends(rust, chen, Kind::Image, "调用栈", None);
    h.says(tea, mallory, "anyone up for a game tonight? café at 8, bring a friend");
    h.pass(40);
    h.push(Event::GapNoted {
        connector: "demo".into(),
        room: None,
        from: h.now.plus_seconds(-180),
        to: h.now,
        reason: Reason::new("gap-not-connected"),
    });
    quarrel(&mut h, zhang, sun);
    h.says(rust, ghost, "\u{1b}[31mred?\u{1b}[0m zero\u{200b}width e\u{301}\u{302}\u{303}\u{304}\u{305} 👨‍👩‍👧 \u{202e}evil\u{202c}\nsecond line\ttab");
    raid(&mut h);
    h
}

fn quarrel(h: &mut History, zhang: qunguan::model::id::MemberId, sun: qunguan::model::id::MemberId) {
    let rust = RUST;
    h.says(rust, zhang, "这都不会还来问, 白痴吗");
    h.pass(20);
    let insult = h.says(rust, sun, "你才是白痴, 滚出去");
    let reason = Reason::new("flag-words").with("words", "白痴").with("count", 1).with("disguised", "no");
    let case =
        h.flag(insult, "words/insults", (Severity::S3, Confidence::Likely), Some("白痴"), reason.clone());
    let first = h.state.stream.back_from(insult.0, Some(rust)).next().unwrap().seq();
    let other = qunguan::model::id::MessageId(first);
    h.flag(other, "words/insults", (Severity::S3, Confidence::Fuzzy), Some("白痴"), reason);
    h.pass(15);
    let mute = h.requests(rust, Act::Mute { member: sun, seconds: 600 }, alice(), Some(case));
    h.push(Event::CaseDecided { case, room: rust, verdict: Verdict::Confirmed, by: alice() });
    h.confirms(rust, mute, "irc-seen-silence", "孙老师傅的大弟子");
    let recall = h.requests(rust, Act::Recall { message: insult, member: sun }, bob(), None);
    h.confirms(rust, recall, "irc-check-holds", "孙老师傅的大弟子");
    h.push(Event::NoteAdded {
        room: rust,
        member: sun,
        text: "上周也吵过一次, 私聊后好了".into(),
        by: bob(),
    });
    let until = h.now.plus_seconds(600);
    h.push(Event::MemberMuted { room: rust, member: sun, until: Some(until), by: alice() });
}

fn raid(h: &mut History) {
    let rust = RUST;
    let mut raiders = Vec::new();
    for number in 1..=5 {
        let raider = h.member(rust, "demo", &format!("福利{number:02}"), Role::Member);
        raiders.push(raider);
    }
    for raider in &raiders {
        h.joined(rust, *raider);
    }
    h.pass(8);
    let reason = |words: &str| {
        Reason::new("flag-words").with("words", words).with("count", 1).with("disguised", "yes")
    };
    let mut cases = Vec::new();
    for raider in &raiders {
        for _ in 0..2 {
            let ad = h.says(rust, *raider, "兼职日结300, 加V✚❤: fu1i888 领资料 https://fuli.example/x");
            let case = h.flag(
                ad,
                "words/advertising",
                (Severity::S2, Confidence::Certain),
                Some("加V✚❤"),
                reason("加v"),
            );
            cases.push(case);
        }
        h.pass(2);
    }
    h.push(Event::CaseDecided { case: cases[2], room: rust, verdict: Verdict::Allowed, by: bob() });
    let flood = h.says(rust, raiders[4], "在吗在吗在吗");
    let reason = Reason::new("flag-flood-messages").with("count", 5).with("seconds", 8);
    h.flag(flood, "flood", (Severity::S1, Confidence::Certain), None, reason);
    let gone = h.requests(rust, Act::Remove { member: raiders[1], block: true }, bob(), Some(cases[2]));
    h.push(Event::ActionSent { action: gone, room: rust });
    h.push(Event::ActionFailed { action: gone, room: rust, reason: Reason::new("script-busy") });
    let lost = h.requests(rust, Act::Remove { member: raiders[0], block: false }, alice(), Some(cases[0]));
    h.push(Event::ActionSent { action: lost, room: rust });
    h.push(Event::ActionUnknown {
        action: lost,
        room: rust,
        reason: Reason::new("irc-no-answer").with("seconds", 30),
    });
    h.push(Event::MemberLeft { room: rust, member: raiders[3], cause: LeaveCause::Left, by: Actor::Unknown });
    h.pass(3);
    h.requests(rust, Act::Remove { member: raiders[2], block: false }, alice(), Some(cases[4]));
    h.push(Event::ConnectorRemarked {
        connector: "irc".into(),
        remark: Reason::new("irc-no-answer").with("seconds", 30),
    });
    let reason = Reason::new("irc-connection-lost").with("error", "Connection reset by peer");
    h.push(Event::ConnectorChanged {
        connector: "irc".into(),
        status: Status::Offline { reason, retry_seconds: 12 },
    });
    h.pass(2);
}
