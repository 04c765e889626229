//! Terminals that close, links that break, a server that is asked to end.

use crate::live::home::signal;
use crate::live::record::{deeds, export};
use crate::live::seat::Seat;
use crate::live::tmux::Tmux;
use crate::live::wait_for;
use crate::{journal, talking_home};
use qunguan::model::action::Stage;
use qunguan::model::event::{Event, Record};
use std::os::unix::fs::PermissionsExt;

fn cursor_line(screen: &str) -> Option<&str> {
    screen.lines().find(|line| line.contains('▌'))
}

/// A moderator whose cursor stands on this line of the frozen stream.
pub fn frozen_on(seat: &Seat, text: &str) {
    for _ in 0..8 {
        if cursor_line(&seat.screen()).is_some_and(|line| line.contains(text)) {
            return;
        }
        let before = seat.bytes().len();
        seat.type_keys("k");
        seat.wait("the cursor moves", |_| seat.bytes().len() > before);
    }
    panic!("the cursor does not come to “{text}”\n{}", seat.screen());
}

#[test]
fn attaching_again_shows_the_same_line_under_the_cursor() {
    let (home, _server) = talking_home();
    let alice = Seat::take(&home, "alice");
    alice.wait_for_text("line 3");
    frozen_on(&alice, "line 1");
    alice.cut();
    let bob = Seat::take(&home, "bob");
    let screen =
        bob.wait("bob follows", |screen| cursor_line(screen).is_some_and(|line| !line.contains("line 1")));
    assert!(!screen.contains("Frozen"), "{screen}");
    let alice = Seat::take(&home, "alice");
    alice.wait("alice is where she was", |screen| {
        cursor_line(screen).is_some_and(|line| line.contains("line 1"))
    });
    alice.wait_for_text("Frozen");
}

#[test]
fn everybody_sees_who_else_is_here() {
    let (home, _server) = talking_home();
    let (alice, bob) = (Seat::take(&home, "alice"), Seat::take(&home, "bob"));
    let first = |screen: &str| screen.lines().next().unwrap_or_default().to_owned();
    alice.wait("alice sees bob", |screen| first(screen).contains("bob"));
    bob.wait("bob sees alice", |screen| first(screen).contains("alice"));
    bob.cut();
    alice.wait("alice sees bob go", |screen| !first(screen).contains("bob"));
}

#[test]
fn closing_the_terminal_that_started_the_server_leaves_it_running() {
    let (home, mut server) = talking_home();
    let Some(tmux) = Tmux::new(&home) else { return };
    server.kill();
    tmux.open("alice", 80, 24, &home.seat_line("alice", "TERM=tmux-256color"));
    tmux.wait_for_text("alice", "line 3");
    let pid = home.server_pid().unwrap();
    tmux.close("alice");
    let bob = Seat::take(&home, "bob");
    bob.wait("alice is gone", |screen| screen.contains("line 3") && !screen.contains("alice"));
    assert_eq!(home.server_pid(), Some(pid));
    assert!(home.run(&["stop"]).status.success());
    wait_for("the server ends", || home.server_pid().is_none().then_some(()));
}

#[test]
fn sigterm_drains_and_restores_the_terminals() {
    let (home, server) = talking_home();
    let Some(tmux) = Tmux::new(&home) else { return };
    tmux.open("alice", 80, 24, &home.seat_session("alice", "TERM=tmux-256color"));
    tmux.wait_for_text("alice", "line 3");
    let bob = Seat::take(&home, "bob");
    bob.wait_for_text("line 3");
    journal(&home).set_mood("answer 200");
    frozen_on(&bob, "line 2");
    bob.type_keys("m2");
    wait_for("the connector is asked", || (!journal(&home).lines("req").is_empty()).then_some(()));
    assert!(server.terminate().success());

    tmux.wait_for_text("alice", "ended with 0");
    tmux.wait_for_text("alice", "The server has ended in good order.");
    tmux.is_restored("alice");
    wait_for("bob is told", || bob.left());
    let records = export(&home);
    assert_eq!(records.last().map(|record| &record.event), Some(&Event::ServerStopped));
    let stages: Vec<Stage> = deeds(&records).values().map(|deed| deed.stage()).collect();
    assert!(matches!(stages[..], [Stage::Confirmed | Stage::Unknown | Stage::Sent]), "{stages:?}");
    assert!(home.run(&["doctor"]).status.success());
}

#[test]
fn the_socket_is_for_its_owner_and_a_folder_has_one_server() {
    let (home, server) = talking_home();
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(home.socket().parent().unwrap()), mode(&home.socket())), (0o700, 0o600));
    let second = home.run(&["serve"]);
    assert!(!second.status.success());
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(said.contains("A server runs there already"), "{said}");
    assert_eq!(home.server_pid(), Some(server.pid()));
    signal("CONT", server.pid());
}

#[test]
fn a_mute_that_is_known_is_not_told_again_after_a_reconnect() {
    let (home, server) = talking_home();
    let alice = Seat::take(&home, "alice");
    alice.wait_for_text("round 0 line 3");
    frozen_on(&alice, "line 2");
    alice.type_keys("m2");
    wait_for("it is confirmed", || {
        deeds(&export(&home)).values().any(|deed| deed.stage() == Stage::Confirmed).then_some(())
    });
    assert!(server.terminate().success());
    let _server = home.serve();
    Seat::take(&home, "bob").wait_for_text("round 1 line 3");
    let told = |record: &&Record| matches!(record.event, Event::MemberMuted { .. });
    assert_eq!(export(&home).iter().filter(told).count(), 1);
}

#[cfg(target_env = "gnu")]
#[test]
fn a_server_allocates_from_one_arena_whoever_starts_it() {
    let (_home, server) = talking_home();
    let environment = std::fs::read(format!("/proc/{}/environ", server.pid())).unwrap();
    let variables: Vec<&[u8]> = environment.split(|byte| *byte == 0).collect();
    assert!(
        variables.contains(&b"MALLOC_ARENA_MAX=1".as_slice()),
        "{}",
        String::from_utf8_lossy(&environment)
    );
}
