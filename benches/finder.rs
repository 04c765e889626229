//! What one key costs in the member finder, beside a plain scan of all names with the same matcher; and what a key and
//! a frame cost in the list of that many members.
//!
//! `cargo bench --bench finder -- [--smoke] [names]`; 10,000 and 100,000 names unless told. The plain scan is
//! `SkimMatcherV2` over every name and its pinyin and initials, kept ready as ours are.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement stops at the first surprise and prints what it found"
)]

mod stage;

use chrono::FixedOffset;
use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use qunguan::app::env::Env;
use qunguan::app::message::Message;
use qunguan::app::seat::Seat;
use qunguan::app::update::update;
use qunguan::commands::key::{Code, Key};
use qunguan::commands::keymap::Keymap;
use qunguan::config::theme::Theme;
use qunguan::enforce;
use qunguan::language::{Language, Words};
use qunguan::model::event::{Event, Record};
use qunguan::model::id::{MemberId, RoomId};
use qunguan::model::member::Role;
use qunguan::model::moment::Moment;
use qunguan::state::State;
use qunguan::text::fuzzy::pinyin_keys;
use qunguan::text::names::Names;
use qunguan::ui::scene::{Recording, Scene};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::time::{Duration, Instant};

const QUERIES: [&str; 10] = ["z", "zs", "zhang", "zhangsan", "张", "李s", "an", "min7", "chongq", "小明"];
/// Rows that the finder lists.
const LISTED: usize = 100;

fn main() {
    let asked = stage::Asked::here();
    let sizes = match asked.number {
        Some(number) => vec![number],
        None if asked.smoke => vec![2_000],
        None => vec![10_000, 100_000],
    };
    let rounds = if asked.smoke { 3 } else { 101 };
    for size in sizes {
        measure(size, rounds);
        list(size, rounds);
    }
    stage::noise();
}

fn measure(size: u64, rounds: usize) {
    let all: Vec<String> = (0..size).map(name).collect();
    let begin = Instant::now();
    let mut names = Names::default();
    for (id, name) in (0..).zip(&all) {
        names.set(id, name);
    }
    let built = begin.elapsed();
    let keys: Vec<(String, String)> = all.iter().map(|name| pinyin_keys(name)).collect();
    println!("{size} names, made ready in {built:.1?}");
    println!(
        "{:<10} {:>8} {:>10} {:>10} {:>10} {:>12}",
        "typed", "found", "fastest", "median", "worst", "plain skim"
    );
    let mut worst = Duration::ZERO;
    for query in QUERIES {
        let mut times: Vec<Duration> = Vec::new();
        let mut found = 0;
        for _ in 0..rounds {
            let begin = Instant::now();
            found = std::hint::black_box(names.rank(query, LISTED)).1;
            times.push(begin.elapsed());
        }
        times.sort();
        worst = worst.max(times[rounds - 1]);
        let begin = Instant::now();
        std::hint::black_box(plain(query, &all, &keys));
        let scan = begin.elapsed();
        let [fastest, median, slowest] = [times[0], times[rounds / 2], times[rounds - 1]];
        println!("{query:<10} {found:>8} {fastest:>10.2?} {median:>10.2?} {slowest:>10.2?} {scan:>12.2?}");
    }
    println!("worst of all: {worst:.2?}\n");
}

/// A room with so many members at a seat: opening the list, then moves, a re-sort, the finder, each with its frame.
fn list(size: u64, rounds: usize) {
    let mut state = State::default();
    let mut apply = |event: Event| {
        let record = Record { seq: state.next, at: Moment(stage::SUNDAY), event };
        state.apply(&record);
    };
    let (room, connector) = (RoomId(1), "talk".to_owned());
    apply(Event::RoomAppeared {
        room,
        connector: connector.clone(),
        external: "r".into(),
        name: "群".into(),
    });
    for number in 0..size {
        let member = MemberId(u32::try_from(number).unwrap() + 1);
        let (connector, external) = (connector.clone(), format!("u{number}"));
        apply(Event::MemberAppeared { member, connector, external, name: name(number) });
    }
    let members = (1..=size).map(|number| (MemberId(u32::try_from(number).unwrap()), Role::Member)).collect();
    apply(Event::RosterRead { room, members, complete: true });
    let (words, keymap) = (Words::of(Language::Chinese), Keymap::default());
    let (theme, settings) = (Theme::named("default", None).0, enforce::Settings::default());
    let mut seat = Seat::new("alice", Language::Chinese, "default", 120, 40);
    let mut clock = stage::SUNDAY;
    let mut press = |key: Key| {
        // Keys are typed apart, so that none belongs to a burst.
        clock += 1000;
        let scene = Scene {
            state: &state,
            words: &words,
            theme: &theme,
            keymap: &keymap,
            now: Moment(clock),
            zone: FixedOffset::east_opt(8 * 3600).unwrap(),
            moderator: "alice",
            here: &[],
            recording: &Recording::Fine,
            enforce: &settings,
        };
        let env = Env { scene, warnings: &[] };
        let shown = seat.frame;
        let begin = Instant::now();
        update(&mut seat, &env, Message::Key { key, shown });
        let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 40));
        seat.screen.catch_up(&env.scene);
        seat.screen.draw(&env.scene, &mut buffer);
        update(&mut seat, &env, Message::Drawn(shown + 1));
        begin.elapsed()
    };
    let mut times = |name: &str, keys: &[Key]| {
        let mut all: Vec<Duration> = (0..rounds).flat_map(|_| keys).map(|key| press(*key)).collect();
        all.sort();
        let (fastest, median, worst) = (all[0], all[all.len() / 2], all[all.len() - 1]);
        println!("{name:<34} {fastest:>10.2?} {median:>10.2?} {worst:>10.2?}");
    };
    println!("{:<34} {:>10} {:>10} {:>10}", "a key and its frame at 120x40", "fastest", "median", "worst");
    times("opening or bringing up to date", &[Key::char('3')]);
    times("a line down", &[Key::char('j')]);
    times("to the end and back", &[Key::char('G'), Key::plain(Code::Home)]);
    times("another order", &[Key::char('o')]);
    let jump = [Key { ctrl: true, ..Key::char('k') }, Key::char('z'), Key::char('s'), Key::plain(Code::Esc)];
    times("^k, z, s, Esc", &jump);
    println!();
}

/// The same question without an index.
fn plain(query: &str, all: &[String], keys: &[(String, String)]) -> Vec<(i64, usize)> {
    let matcher = SkimMatcherV2::default().smart_case();
    let score = |(at, (name, (full, initials))): (usize, (&String, &(String, String)))| {
        let best = [name, full, initials].iter().filter_map(|key| matcher.fuzzy_match(key, query)).max()?;
        Some((-best, at))
    };
    let mut found: Vec<(i64, usize)> = all.iter().zip(keys).enumerate().filter_map(score).collect();
    found.sort_unstable();
    found.truncate(LISTED);
    found
}

/// Names as groups have them: mostly Chinese, with trades, places, digits and Latin nicks.
fn name(number: u64) -> String {
    const FAMILY: [&str; 24] = [
        "张", "王", "李", "赵", "陈", "刘", "杨", "黄", "周", "吴", "徐", "孙", "马", "朱", "胡", "林", "郭",
        "何", "高", "罗", "郑", "曾", "单", "欧阳",
    ];
    const GIVEN: [&str; 24] = [
        "三", "小明", "伟", "芳", "秀英", "娜", "敏", "静", "强", "磊", "军", "洋", "勇", "艳", "杰", "建国",
        "丽", "涛", "超", "明", "刚", "平", "辉", "重庆",
    ];
    const BEFORE: [&str; 6] = ["", "", "", "北京-", "运营 ", "A01"];
    const AFTER: [&str; 6] = ["", "", "", "（产品）", "2008", "🌸"];
    const NICK: [&str; 8] = ["sunny", "Max", "dragon", "ming", "zoe", "panda", "anna", "CoolGuy"];
    let mut dice = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (number >> 3);
    let mut pick = |of: &[&'static str]| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        of[(dice % of.len() as u64) as usize]
    };
    if number % 4 == 3 {
        return format!("{}{}{}", pick(&NICK), pick(&["", "_", " "]), number % 1000);
    }
    format!("{}{}{}{}", pick(&BEFORE), pick(&FAMILY), pick(&GIVEN), pick(&AFTER))
}
