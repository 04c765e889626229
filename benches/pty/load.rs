//! One stretch of talk at one rate, and what came out of the terminal meanwhile.
//!
//! While it runs nothing is read from the screen: what came out is kept with its time and judged afterwards, so that
//! judging never holds up the program that is judged.

use super::newest;
use super::subject::Subject;
use super::terminal::Chunk;
use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

/// What is done at the keyboard meanwhile.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Hands {
    Still,
    /// Letters into an input line, some eight a second.
    Typing,
    /// A page up and back to the newest line, some five times a second.
    Paging,
}

/// What came out.
#[derive(Default)]
pub struct Figures {
    pub bytes_per_message: f64,
    pub kilobytes_per_second: f64,
    /// Milliseconds from message to screen, sorted.
    pub shown: Vec<f64>,
    /// Milliseconds from key to screen, sorted.
    pub keys: Vec<f64>,
    /// Keys whose effect never came.
    pub missed: usize,
    /// Processor time of all processes, percent of a core.
    pub processor: f64,
}

struct Probe {
    at: Instant,
    /// What is on the screen once it worked; a page up instead when empty.
    typed: String,
}

/// Typed before the letters that are timed, so that they are found.
const TAG: &str = "vvkk";
/// A key whose effect did not come within this long is missed.
const LOST: Duration = Duration::from_secs(2);
/// A screen whose newest message is so many older than before was paged.
const PAGED: u64 = 3;

/// Runs it: `rate` messages a second for some seconds.
pub fn run(subject: &mut Subject, rate: u64, seconds: f64, hands: Hands) -> Figures {
    subject.terminal.quiet();
    if hands == Hands::Typing {
        subject.terminal.press(subject.keys.open);
        subject.terminal.quiet();
        begin_word(subject);
        subject.terminal.quiet();
    }
    let before = newest(&subject.terminal.screen()).unwrap_or(0);
    subject.speaker.sent.clear();
    let (spent, began) = (processor_time(&subject.processes()), Instant::now());
    let (chunks, probes) = play(subject, rate, seconds, hands);
    let (spent, took) = (processor_time(&subject.processes()) - spent, began.elapsed());
    let mut figures = judge(subject, &chunks, &probes, before);
    figures.processor = spent / took.as_secs_f64() * 100.0;
    let last = began + Duration::from_secs_f64(seconds);
    let within: usize = chunks.iter().filter(|chunk| chunk.at <= last).map(|chunk| chunk.bytes.len()).sum();
    let all: usize = chunks.iter().map(|chunk| chunk.bytes.len()).sum();
    figures.kilobytes_per_second = within as f64 / seconds / 1000.0;
    figures.bytes_per_message = all as f64 / subject.speaker.sent.len().max(1) as f64;
    if hands == Hands::Typing {
        subject.terminal.press(subject.keys.empty);
        subject.terminal.press(subject.keys.close);
    }
    subject.terminal.quiet();
    figures
}

fn begin_word(subject: &mut Subject) {
    subject.terminal.press(subject.keys.empty);
    subject.terminal.press(TAG.as_bytes());
}

/// Talks on one thread, types and listens on this one.
fn play(subject: &mut Subject, rate: u64, seconds: f64, hands: Hands) -> (Vec<Chunk>, Vec<Probe>) {
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    let (mut chunks, mut probes, mut typist) = (Vec::new(), Vec::new(), Typist::new(hands));
    let Subject { terminal, speaker, keys, .. } = subject;
    std::thread::scope(|scope| {
        let talking = scope.spawn(|| speaker.load(rate, seconds));
        while !talking.is_finished() {
            chunks.extend(terminal.next(Duration::from_millis(1)));
            // The last key still has to be seen.
            if Instant::now() + Duration::from_millis(300) < end
                && let Some((pressed, typed)) = typist.due(keys)
            {
                let at = terminal.press(&pressed);
                probes.extend(typed.map(|typed| Probe { at, typed }));
            }
        }
    });
    if hands == Hands::Paging {
        subject.terminal.press(subject.keys.newest);
    }
    while let Some(chunk) = subject.terminal.next(Duration::from_millis(400)) {
        chunks.push(chunk);
    }
    (chunks, probes)
}

struct Typist {
    hands: Hands,
    due: Instant,
    word: String,
    paged: bool,
    dice: fastrand::Rng,
}

impl Typist {
    fn new(hands: Hands) -> Self {
        let due = Instant::now() + Duration::from_millis(300);
        Self { hands, due, word: String::new(), paged: false, dice: fastrand::Rng::with_seed(7) }
    }

    /// What to press now, and what shows that it worked where that is timed.
    fn due(&mut self, keys: &super::subject::Keys) -> Option<(Vec<u8>, Option<String>)> {
        if self.hands == Hands::Still || Instant::now() < self.due {
            return None;
        }
        self.due = Instant::now() + Duration::from_millis(100 + self.dice.u64(..60));
        if self.hands == Hands::Paging {
            self.paged = !self.paged;
            return Some(match self.paged {
                true => (keys.page_up.to_vec(), Some(String::new())),
                false => (keys.newest.to_vec(), None),
            });
        }
        if self.word.len() >= 12 {
            self.word.clear();
            return Some(([keys.empty, TAG.as_bytes()].concat(), None));
        }
        let letter = char::from(self.dice.u8(b'a'..=b'y'));
        self.word.push(letter);
        Some((vec![letter as u8], Some(format!("{TAG}{}", self.word))))
    }
}

/// Plays what came out again and looks when what was to be seen was seen.
fn judge(subject: &mut Subject, chunks: &[Chunk], probes: &[Probe], before: u64) -> Figures {
    let sent: BTreeMap<u64, Instant> = subject.speaker.sent.iter().copied().collect();
    let mut figures = Figures::default();
    let (mut waiting, mut last, mut seen) = (probes.iter().peekable(), before, before);
    for chunk in chunks {
        subject.terminal.show(chunk);
        let screen = subject.terminal.screen();
        let now = newest(&screen).unwrap_or(0);
        let ms = |from: Instant| chunk.at.saturating_duration_since(from).as_secs_f64() * 1000.0;
        for (_, at) in sent.range(seen + 1..now.max(seen) + 1) {
            figures.shown.push(ms(*at));
        }
        seen = seen.max(now);
        while let Some(probe) = waiting.peek().filter(|probe| probe.at <= chunk.at) {
            let worked = match probe.typed.as_str() {
                "" => now + PAGED < last,
                typed => screen.contains(typed),
            };
            if worked {
                figures.keys.push(ms(probe.at));
            } else if chunk.at.duration_since(probe.at) < LOST {
                break;
            }
            waiting.next();
        }
        last = if probes.iter().any(|probe| probe.typed.is_empty()) { last.max(now) } else { now };
    }
    figures.missed = probes.len() - figures.keys.len();
    figures.shown.sort_by(f64::total_cmp);
    figures.keys.sort_by(f64::total_cmp);
    figures
}

/// Says so many as fast as they are taken and waits until the last is on the screen; how long that took, in seconds.
pub fn flood(subject: &mut Subject, count: u64) -> f64 {
    let (began, last) = (Instant::now(), subject.speaker.next + count - 1);
    let Subject { terminal, speaker, .. } = subject;
    std::thread::scope(|scope| {
        let talking = scope.spawn(|| {
            while speaker.next <= last {
                let left = last + 1 - speaker.next;
                speaker.say(left.min(500));
                speaker.sent.clear();
            }
        });
        while !talking.is_finished() {
            if let Some(chunk) = terminal.next(Duration::from_millis(5)) {
                terminal.show(&chunk);
            }
        }
    });
    if newest(&terminal.screen()) != Some(last) {
        terminal.wait("the end of the flood", |screen| newest(screen) == Some(last));
    }
    began.elapsed().as_secs_f64()
}

/// Processor time of processes, in seconds (`man 5 proc`, stat, fields 14 and 15; USER_HZ is 100).
fn processor_time(processes: &[u32]) -> f64 {
    let of = |pid: &u32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        [11, 12].iter().map(|field| fields[*field].parse::<f64>().unwrap()).sum::<f64>() / 100.0
    };
    processes.iter().map(of).sum()
}

/// Resident memory of processes, in MB.
pub fn memory(processes: &[u32]) -> f64 {
    let of = |pid: &u32| {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
        let row = status.lines().find(|row| row.starts_with("VmRSS")).unwrap();
        row.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
    };
    processes.iter().map(of).sum()
}
