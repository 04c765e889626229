//! What one key costs in the member finder, beside a plain scan of all names with the same matcher.
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

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use qunguan::text::fuzzy::pinyin_keys;
use qunguan::text::names::Names;
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
