//! A terminal that takes nothing any more holds up nobody.

use crate::home_with;
use crate::live::home::signal;
use crate::live::record::export;
use crate::live::seat::Seat;
use crate::live::tmux::Tmux;
use crate::live::wait_for;
use qunguan::model::event::Event;
use std::time::{Duration, Instant};

const COUNT: usize = 4000;
/// Twenty times the worst minute of `product.md`, 200 messages a minute.
const PER_SECOND: usize = 400;

#[test]
fn a_stopped_client_delays_neither_another_seat_nor_the_ingest() {
    let home = home_with("flood.py", &[&COUNT.to_string(), &PER_SECOND.to_string()]);
    let Some(tmux) = Tmux::new(&home) else { return };
    let server = home.serve();
    tmux.open("stopped", 120, 36, &format!("exec {}", home.seat_line("bob", "TERM=tmux-256color")));
    tmux.wait_for_text("stopped", "message number");
    let alice = Seat::take(&home, "alice");
    alice.wait_for_text("message number");

    // The first keys meet a stream that is still short, which is quicker to draw.
    answers(&alice);
    let before = answers(&alice);
    let client = tmux.about("stopped", "pane_pid").parse().unwrap();
    signal("STOP", client);
    let during = answers(&alice);
    println!("a key is answered after {before:?}, with a stopped client beside it after {during:?}");
    // A loop that waits for a terminal would answer after seconds or never; the rest is the machine.
    assert!(during < before * 2 + Duration::from_millis(500), "{before:?} became {during:?}");

    let last = format!("message number {COUNT} ");
    alice.type_keys("f");
    alice.wait_for_text(&last);
    let heard = |records: &[qunguan::model::event::Record]| {
        records.iter().filter(|record| matches!(record.event, Event::MessageReceived(_))).count()
    };
    wait_for("every message is on record", || (heard(&export(&home)) == COUNT).then_some(()));
    signal("CONT", client);
    tmux.wait_for_text("stopped", &last);
    assert!(server.terminate().success());
}

/// How long it takes until a key shows: the middle of many.
fn answers(seat: &Seat) -> Duration {
    let mut times: Vec<Duration> = (0..21).map(|_| answer(seat)).collect();
    times.sort();
    times[10]
}

/// From the key to the help, or back from it; the stream behind it changes all the time.
fn answer(seat: &Seat) -> Duration {
    let open = seat.screen().contains("Help: the keys");
    let start = Instant::now();
    seat.type_keys(if open { "q" } else { "?" });
    seat.wait("the help opens or closes", |screen| screen.contains("Help: the keys") != open);
    start.elapsed()
}
