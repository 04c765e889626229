//! What every measurement plays with: an endless talk, the machine's own figures, and how a line of results looks.
//!
//! The talk follows from its numbers alone, so that two runs say the same. It is as long as real chat (a mean of some
//! 50 bytes), three quarters Chinese, and one message in a hundred is an advertisement that the rules remark on.
#![allow(dead_code, reason = "every measurement uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement stops at the first surprise and prints what it found"
)]

pub mod house;

use qunguan::model::ability::{Abilities, Ability, Verb};
use qunguan::model::heard::{Heard, Person, Saying, Status};
use qunguan::model::member::Role;
use qunguan::model::moment::Moment;
use std::fs;
use std::time::Duration;

/// The connector that talks.
pub const CONNECTOR: &str = "talk";
/// 2026-11-22T00:00:00Z, ms.
pub const SUNDAY: i64 = 1_795_305_600_000;
/// Members who talk, each in one room.
pub const PEOPLE: u64 = 4_000;
const ROOMS: u64 = 20;
/// The platform's stamps are so far apart: 4,000 people who say 200 things a second flood nobody, whatever the speed
/// at which they are played.
const APART_MS: i64 = 5;
/// One message in so many is an advertisement, by one of a few accounts.
const BETWEEN_ADVERTISEMENTS: u64 = 100;
const ADVERTISERS: u64 = 40;

/// What a connector says before the talk begins.
pub fn opening() -> Vec<Heard> {
    let abilities =
        Verb::ALL.iter().fold(Abilities::default(), |all, verb| all.with(*verb, Ability::native()));
    let room = |number: u64| Heard::Room {
        external: format!("r{number}"),
        name: ROOM_NAMES[number as usize % ROOM_NAMES.len()].to_owned(),
        own_role: Role::Admin,
        abilities: abilities.clone(),
        members_total: Some(PEOPLE as u32 / ROOMS as u32),
    };
    let online = Heard::Status(Status::Online { account: "us".into() });
    std::iter::once(online).chain((0..ROOMS).map(room)).collect()
}

/// The message of this number.
pub fn saying(number: u64) -> Saying {
    let mut dice = fastrand::Rng::with_seed(number ^ 0x7A1C);
    let advertises = number % BETWEEN_ADVERTISEMENTS == BETWEEN_ADVERTISEMENTS - 1;
    let who = if advertises { dice.u64(..ADVERTISERS) } else { dice.u64(ADVERTISERS..PEOPLE) };
    Saying {
        room: format!("r{}", who % ROOMS),
        person: person(who),
        external: format!("{number:016x}"),
        sent_at: Some(Moment(SUNDAY + number as i64 * APART_MS)),
        text: if advertises { advertisement(&mut dice) } else { talk(&mut dice) },
        ..Saying::default()
    }
}

fn person(who: u64) -> Person {
    let mut dice = fastrand::Rng::with_seed(who);
    let family = SURNAMES[dice.usize(..SURNAMES.len())];
    let name = if dice.u8(..4) == 0 {
        format!("{}{who}", LATIN_NAMES[dice.usize(..LATIN_NAMES.len())])
    } else {
        format!("{family}{}{who}", GIVEN[dice.usize(..GIVEN.len())])
    };
    Person { external: format!("u{who}"), name, role: Role::Member }
}

fn talk(dice: &mut fastrand::Rng) -> String {
    let parts = if dice.u8(..4) == 0 { ENGLISH } else { CHINESE };
    let count = 1 + dice.usize(..2) + dice.usize(..3) * dice.usize(..2);
    let mut text: Vec<&str> = (0..count).map(|_| parts[dice.usize(..parts.len())]).collect();
    let end = format!("{}", dice.u16(..));
    text.push(&end);
    text.join(if parts == ENGLISH { " " } else { "，" })
}

fn advertisement(dice: &mut fastrand::Rng) -> String {
    format!("兼职日结三百，加微信 wx{} 详聊 https://t.me/joinchat/{:08x}", dice.u16(..), dice.u32(..))
}

const ROOM_NAMES: [&str; 5] = ["技术交流一群", "新人答疑", "rust-cn", "周末爬山", "闲聊水群"];
const SURNAMES: [&str; 8] = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄"];
const GIVEN: [&str; 8] = ["小明", "伟", "静", "强", "磊", "丽娟", "洋", "艳"];
const LATIN_NAMES: [&str; 4] = ["alice", "dev_", "Kevin", "neo"];
const CHINESE: &[&str] = &[
    "今天又下雨了",
    "这个报错有人见过吗",
    "昨天那个版本我也装不上",
    "先把日志发出来看看",
    "哈哈哈哈",
    "周末有空的话一起去",
    "谢谢，解决了",
    "我觉得可以再等等",
    "群公告里写过了",
    "刚开完会",
    "多少钱入的",
    "配置文件改一行就行",
];
const ENGLISH: &[&str] = &[
    "anyone seen this before?",
    "it works on my machine",
    "try cargo clean first",
    "thanks!",
    "the docs say otherwise",
    "rebooting now",
    "lgtm",
    "see the pinned message",
];

/// What was asked for on the command line: `--smoke` for seconds instead of minutes, and bare numbers.
pub struct Asked {
    pub smoke: bool,
    pub number: Option<u64>,
}

impl Asked {
    /// Of this process.
    pub fn here() -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        Self {
            smoke: arguments.iter().any(|argument| argument == "--smoke"),
            number: arguments.iter().filter_map(|argument| argument.parse().ok()).next_back(),
        }
    }
}

/// A line of results.
pub fn line(what: &str, figure: &str) {
    println!("{what:<58} {figure}");
}

/// How busy the machine was with other things, for judging the figures above.
pub fn noise() {
    let load = fs::read_to_string("/proc/loadavg").unwrap();
    line(
        "load average (1, 5, 15 minutes), all processes",
        load.split(' ').take(3).collect::<Vec<_>>().join(" ").as_str(),
    );
}

/// The processor time that this process has used, user and system, all threads (`man 5 proc`, fields 14 and 15).
pub fn processor_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    // The name in parentheses may hold spaces.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: u64 = [11, 12].iter().map(|field| fields[*field].parse::<u64>().unwrap()).sum();
    // USER_HZ is 100 on every Linux that is an ABI.
    Duration::from_millis(ticks * 10)
}

/// A size of this process from `/proc/self/status`, in MB.
pub fn memory(field: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let row = status.lines().find(|row| row.starts_with(field)).unwrap();
    row.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

/// The value at a percentage of a list.
pub fn at_percent<T: Copy + Ord>(values: &mut [T], percent: usize) -> T {
    values.sort_unstable();
    values[(values.len() * percent / 100).min(values.len() - 1)]
}
