//! How long a find in a long history takes: the newest page and the count of all, for rare, common and short words.
//!
//! `cargo bench --bench find -- [--smoke] [messages]`; 1,000,000 messages unless told, 100,000 with `--smoke`. The
//! reference is `memmem` over the same folded text in one contiguous buffer, in the same run; `lnav` and `rg` on a file
//! of the texts where they are installed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement stops at the first surprise and prints what it found"
)]

mod stage;

use chrono::FixedOffset;
use memchr::memmem;
use qunguan::model::event::{Event, Received, Record};
use qunguan::model::id::{MemberId, RoomId, Seq};
use qunguan::model::message::Kind;
use qunguan::model::moment::Moment;
use qunguan::state::State;
use qunguan::state::archive::Archive;
use qunguan::state::filter::Filter;
use qunguan::state::filter::names::Names;
use qunguan::state::filter::query::Query;
use qunguan::text::fold;
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often each is measured; the middle one is told.
const TIMES: usize = 15;
/// Hits on a page.
const PAGE: usize = 200;

/// What is found, as typed.
const WORDS: [(&str, &str); 8] = [
    ("rare", "joinchat/0000"),
    ("absent, Chinese", "查无此词"),
    ("absent, ASCII", "zzqqx"),
    ("common", "配置文件"),
    ("two characters", "公告"),
    ("one character", "雨"),
    ("one letter", "e"),
    ("two full-width letters", "ＯＫ"),
];
const FILTERS: [&str; 6] = [
    "from:zs",
    "room:闲聊 谢谢",
    "-from:wangxiaoming 公告",
    "flagged",
    "tier:member lgtm",
    "since:1h kind:text",
];

fn main() {
    let asked = stage::Asked::here();
    let messages = asked.number.unwrap_or(if asked.smoke { 100_000 } else { 1_000_000 });
    let before = stage::memory("VmRSS");
    let began = Instant::now();
    let (state, archive, now) = talk(messages);
    let took = began.elapsed();
    println!("{messages} messages; goals at 1,000,000: newest page 5 ms, count of all 15 ms, 80 MB");
    stage::line(
        "archive: made in, its own bytes, grown process",
        &format!(
            "{:>7.2} s {:>7.1} MB {:>7.1} MB",
            took.as_secs_f64(),
            archive.bytes() as f64 / 1e6,
            stage::memory("VmRSS") - before
        ),
    );
    let contiguous = contiguous(messages);
    println!("{:<26} {:>10} {:>13} {:>13} {:>15}", "", "hits", "newest page", "count of all", "bare memmem");
    for (what, word) in WORDS {
        let quoted = format!("\"{word}\"");
        let (hits, page, count) = measure(&state, &archive, now, &quoted);
        let reference = middle(|| bare(&contiguous, word));
        let reference = format!("{:>12.2} ms", millis(reference));
        println!(
            "{what:<26} {hits:>10} {:>10.2} ms {:>10.2} ms {reference:>15}",
            millis(page),
            millis(count)
        );
    }
    for filter in FILTERS {
        let (hits, page, count) = measure(&state, &archive, now, filter);
        println!("{filter:<26} {hits:>10} {:>10.2} ms {:>10.2} ms", millis(page), millis(count));
    }
    peers(messages);
    stage::noise();
}

fn measure(state: &State, archive: &Archive, now: Moment, filter: &str) -> (usize, Duration, Duration) {
    let zone = FixedOffset::east_opt(8 * 3600).unwrap();
    let query = Query::new(&Filter::parse(filter).unwrap(), now, zone);
    // Names are looked up anew each time, as for a filter that was just typed.
    let page = middle(|| {
        let sieve = archive.sieve(state, &query);
        archive.shelf().newest(&sieve, state.next, PAGE).hits.len()
    });
    let count = middle(|| archive.shelf().count(&archive.sieve(state, &query)));
    (archive.shelf().count(&archive.sieve(state, &query)), page, count)
}

/// One pass of `memmem` that counts messages, over texts that end with a line break each.
fn bare(text: &[u8], word: &str) -> usize {
    let folded = fold::fold_words(word);
    let finder = memmem::Finder::new(&folded);
    let (mut from, mut count) = (0, 0);
    while let Some(found) = finder.find(&text[from..]) {
        count += 1;
        let place = from + found;
        from = memchr::memchr(b'\n', &text[place..]).map_or(text.len(), |end| place + end);
    }
    count
}

fn contiguous(messages: u64) -> Vec<u8> {
    let mut text = Vec::new();
    for number in 0..messages {
        text.extend(fold::fold_words(&stage::saying(number).text).bytes());
        text.push(b'\n');
    }
    text
}

/// The state and the archive that hear the talk. Its rules are not run: one message in a hundred is not flagged here.
fn talk(messages: u64) -> (State, Archive, Moment) {
    let mut state = State::default();
    let mut archive = Archive::new(usize::try_from(messages).unwrap(), Seq(1));
    archive.name(Names::default());
    let (mut people, mut rooms) = (HashMap::new(), HashMap::new());
    let mut now = Moment(stage::SUNDAY);
    let mut hear = |event: Event, at: Moment| {
        let record = Record { seq: state.next, at, event };
        state.apply(&record);
        archive.apply(&state, &record);
    };
    for number in 0..messages {
        let said = stage::saying(number);
        now = said.sent_at.unwrap();
        let next = RoomId(rooms.len() as u32 + 1);
        let room = *rooms.entry(said.room.clone()).or_insert_with(|| {
            let name = ["技术交流一群", "闲聊水群"][next.0 as usize % 2].to_owned();
            let (connector, external) = (stage::CONNECTOR.to_owned(), said.room.clone());
            hear(Event::RoomAppeared { room: next, connector, external, name }, now);
            next
        });
        let next = MemberId(people.len() as u32 + 1);
        let member = *people.entry(said.person.external.clone()).or_insert_with(|| {
            let (connector, external) = (stage::CONNECTOR.to_owned(), said.person.external.clone());
            hear(
                Event::MemberAppeared { member: next, connector, external, name: said.person.name.clone() },
                now,
            );
            next
        });
        let received = Received {
            room,
            member,
            external: said.external,
            sent_at: now,
            kind: Kind::Text,
            text: said.text,
            reply_to: None,
            mentions: Vec::new(),
            backfilled: false,
            own: false,
        };
        hear(Event::MessageReceived(received), now);
    }
    (state, archive, now)
}

/// What others take to look through a file of the same texts, process and reading included.
fn peers(messages: u64) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = folder.path().join("talk.log");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    for number in 0..messages {
        writeln!(file, "{}", stage::saying(number).text).unwrap();
    }
    file.flush().unwrap();
    drop(file);
    let lnav = |word: &str| {
        let mut lnav = Command::new("lnav");
        lnav.args(["-n", "-c", &format!(":filter-in {word}"), "-c", ":write-to /dev/null"]).arg(&path);
        lnav.env("HOME", folder.path()).env("XDG_CONFIG_HOME", folder.path());
        lnav
    };
    let rg = |word: &str| counting("rg", word, &path);
    let grep = |word: &str| counting("grep", word, &path);
    for word in ["配置文件", "查无此词"] {
        for (name, command) in
            [("rg -acF", rg(word)), ("grep -acF", grep(word)), ("lnav :filter-in", lnav(word))]
        {
            if let Some(took) = timed(command) {
                stage::line(&format!("{name} {word}, whole process"), &format!("{:>10.1} ms", millis(took)));
            }
        }
    }
}

fn counting(program: &str, word: &str, path: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["-acF", word]).arg(path);
    command
}

/// The middle of three runs; none where the program is not installed.
fn timed(mut command: Command) -> Option<Duration> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut times = Vec::new();
    for _ in 0..3 {
        let began = Instant::now();
        command.status().ok()?;
        times.push(began.elapsed());
    }
    Some(stage::at_percent(&mut times, 50))
}

fn middle(work: impl Fn() -> usize) -> Duration {
    let mut times: Vec<Duration> = (0..TIMES)
        .map(|_| {
            let began = Instant::now();
            std::hint::black_box(work());
            began.elapsed()
        })
        .collect();
    stage::at_percent(&mut times, 50)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
