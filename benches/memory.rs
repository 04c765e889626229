//! What the real server and its seat hold in memory after much talk, and whether that comes to an end.
//!
//! `cargo bench --bench memory -- [--smoke] [messages]`; up to 2,000,000 messages unless told, 20,000 with `--smoke`. The
//! same subject and the same talk as `terminal`: the real program in a pseudo-terminal of 120×40, its server with its
//! record and its rules, fed by an IRC server of ours as fast as it takes it. Both processes are named apart; resident
//! memory holds the program's own pages too.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement stops at the first surprise and prints what it found"
)]
#![allow(dead_code, reason = "every measurement uses a part of what they share")]

mod pty;
mod stage;

use pty::load;
use pty::subject::Subject;
use std::time::Duration;

/// Where it is looked at; the goals name the second and the fifth.
const LOOKS: [u64; 9] =
    [20_000, 100_000, 250_000, 500_000, 1_000_000, 1_250_000, 1_500_000, 2_000_000, 3_000_000];
/// What is put off until nothing comes any more is done by then.
const REST: Duration = Duration::from_secs(3);

fn main() {
    let asked = stage::Asked::here();
    let most = asked.number.unwrap_or(if asked.smoke { LOOKS[0] } else { 2_000_000 });
    println!(
        "goals: server and seat at most 40 MB after 100,000 messages, 180 MB after 1,000,000, then flat"
    );
    let said: usize = (0..10_000).map(|number| stage::saying(number).text.len()).sum();
    println!("a message is {} bytes of text in the mean, and a marker of 10", said / 10_000);
    let mut subject = Subject::ours();
    for total in LOOKS.into_iter().filter(|total| *total <= most) {
        let count = total.saturating_sub(subject.speaker.next - 1);
        let took = load::flood(&mut subject, count);
        let [server, seat] = sizes(&subject);
        std::thread::sleep(REST);
        let [rested, _] = sizes(&subject);
        let speed = count as f64 / took;
        let figure = format!(
            "{:>6.1} MB (server {server:.1}, {rested:.1} after a rest; seat {seat:.1}) at {speed:.0}/s",
            server + seat
        );
        stage::line(&format!("after {total} messages"), &figure);
    }
    stage::noise();
}

fn sizes(subject: &Subject) -> [f64; 2] {
    let processes = subject.processes();
    [0, 1].map(|at| load::memory(&processes[at..=at]))
}
