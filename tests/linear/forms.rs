//! Every act has a line form: what a screen does by lists, marks and files is done by words and handles.

use crate::house::{House, write};
use crate::lines::Lines;
use qunguan::app::linear::typed::{Form, form};
use qunguan::commands::table::{Command, Group, Needs, TABLE};
use qunguan::desk::clock;
use qunguan::model::event::Event;
use qunguan::model::reason::Reason;
use qunguan::terminal::messages::Fate;
use std::path::Path;

/// A flagged line, and an ordinary one.
async fn open(folder: &Path) -> House {
    let house = House::open(folder, 15);
    house.online().await;
    house.says("m2", "x1", "hello there").await;
    house.says("m1", "x2", "加威信领资料 vx8866").await;
    house.recorded("the flag", |event| matches!(event, Event::Flagged(_))).await;
    house
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command_has_a_line_form_or_says_what_to_write_instead() {
    let folder = tempfile::tempdir().unwrap();
    let house = open(folder.path()).await;
    let mut alice = Lines::sit_with(&house, "alice", false).await;
    alice.types("lines").await;
    let line = alice.handle("vx8866").await;
    for row in TABLE {
        let shape = form(row.command);
        if matches!(row.group, Group::Act | Group::Look) {
            assert_eq!(shape, Form::Line, "{} is an act", row.name);
        }
        if matches!(row.command, Command::Leave | Command::Back) {
            // They end the seat: `quit`.
            continue;
        }
        let before = alice.told.len();
        let aims = row.needs != Needs::Nothing || matches!(row.command, Command::Open | Command::Repeat);
        let written = if row.command == Command::Language {
            "language en".to_owned()
        } else if aims {
            format!("{} {line}", row.name)
        } else {
            row.name.to_owned()
        };
        alice.types(&written).await;
        while alice.told.len() == before {
            alice.more().await;
        }
        let answer = alice.told[before..].join("\n");
        for nothing in ["There is no command", "Nothing came of it"] {
            assert!(!answer.contains(nothing), "{written}: {answer}");
        }
        assert_eq!(answer.contains("is about a screen"), shape != Form::Line, "{written}: {answer}");
        if let Form::Instead(words) = shape {
            assert!(answer.contains(words), "{written}: {answer}");
        }
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_is_saved_listed_used_and_forgotten_by_lines() {
    let folder = tempfile::tempdir().unwrap();
    let house = open(folder.path()).await;
    let mut alice = Lines::sit(&house, "alice").await;
    alice.types("save-filter two").await;
    alice.sees("Write save-filter NAME").await;
    alice.types("save-filter two from:m2").await;
    alice.sees("ok: ").await;
    house.recorded("the filter", |event| matches!(event, Event::FilterSaved { .. })).await;
    alice.types("filter two").await;
    alice.sees("only this is told: from:m2").await;
    house.says("m3", "x3", "not this one").await;
    house.says("m2", "x4", "but this one").await;
    alice.sees("but this one").await;
    alice.types("lines").await;
    alice.sees("hello there").await;
    assert!(!alice.told.iter().any(|line| line.contains("not this one")), "{:#?}", alice.told);
    alice.types("filter").await;
    alice.sees("filter two: from:m2").await;
    alice.types("filter off").await;
    alice.sees("Everything that is said is told").await;
    house.says("m3", "x5", "all again").await;
    alice.sees("all again").await;
    alice.types("find =two").await;
    alice.sees("but this one").await;
    alice.types("mute *found 1h").await;
    alice.sees("question q1").await;
    alice.types("no q1").await;
    alice.types("forget-filter two").await;
    alice.sees("ok: ").await;
    alice.types("filter =two").await;
    alice.sees("No filter is called").await;
    alice.types("mute *found").await;
    assert_eq!(alice.end().await, Fate::Refused);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_jump_goes_where_only_one_place_can_be_meant_and_else_lists_them() {
    let folder = tempfile::tempdir().unwrap();
    let house = open(folder.path()).await;
    let mut alice = Lines::sit_with(&house, "alice", false).await;
    alice.types("jump #a").await;
    alice.sees("Now told: #a").await;
    alice.types("jump m3").await;
    let member = alice.handle("m3 · member").await;
    assert!(member.starts_with('m'), "{member}");
    alice.types(&format!("note {member} seen by a jump")).await;
    alice.sees("Noted about m3").await;
    alice.types("jump m").await;
    for name in ["m1 · ", "m2 · ", "m3 · "] {
        let listed = |told: &[String]| told.iter().any(|line| line.contains(name));
        while !listed(&alice.told) {
            alice.more().await;
        }
    }
    alice.types("jump qqqqqqqqqq").await;
    alice.sees("refused").await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_exported_to_a_file_or_printed_and_a_text_is_copied_by_printing_it() {
    let folder = tempfile::tempdir().unwrap();
    let house = open(folder.path()).await;
    let mut alice = Lines::sit_with(&house, "alice", false).await;
    alice.types("queue").await;
    let case = alice.sees("case c").await;
    let case = case.split_whitespace().find(|word| word.starts_with('c') && *word != "case").unwrap();
    alice.types(&format!("export-case {case}")).await;
    let told = alice.sees("was written to").await;
    let path = told.rsplit(' ').next().unwrap();
    let written = std::fs::read_to_string(path).unwrap();
    assert!(written.contains("▶") && written.contains("vx8866") && written.contains("hello there"));
    let before = alice.told.len();
    alice.types(&format!("export-case {case} -")).await;
    alice.sees("vx8866").await;
    assert_eq!(alice.end().await, Fate::Done);
    assert_eq!(alice.told[before..].join("\n").trim_end(), written.trim_end(), "the same text");
    // A script of one line waits for the file.
    let mut bob = Lines::sit_with(&house, "bob", false).await;
    bob.types("queue").await;
    bob.sees("case c").await;
    bob.types("lines").await;
    let line = bob.handle("hello there").await;
    bob.types(&format!("copy {line}")).await;
    bob.sees("hello there").await;
    assert_eq!(bob.told.last().map(String::as_str), Some("hello there"));
    std::fs::remove_file(path).unwrap();
    bob.types(&format!("export-case {case}")).await;
    assert_eq!(bob.end().await, Fate::Done);
    assert!(std::fs::exists(path).unwrap());
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_past_is_told_as_it_was_with_who_did_what_and_nothing_in_it_can_be_acted_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = open(folder.path()).await;
    let mut alice = Lines::sit_with(&house, "alice", false).await;
    alice.types("lines").await;
    let line = alice.handle("hello there").await;
    alice.types(&format!("mute {line} 1h")).await;
    let order = house.order().await;
    house.confirm(order.action, false).await;
    alice.sees("done · mute 1h").await;
    alice.types("queue").await;
    let case = alice.sees("case c").await;
    let case = case.split_whitespace().find(|word| word.starts_with('c') && *word != "case").unwrap();
    alice.types(&format!("allow {case}")).await;
    alice.sees("ok: ").await;
    let decided = |event: &Event| matches!(event, Event::CaseDecided { .. } | Event::CasesAllowed { .. });
    house.recorded("the decision", decided).await;
    house.says("m3", "x3", "said at last").await;
    house
        .recorded(
            "it is said",
            |event| matches!(event, Event::MessageReceived(one) if one.text == "said at last"),
        )
        .await;
    let before = house.events().len();
    // Another who never saw a line of it; what he types meanwhile comes after.
    let mut bob = Lines::sit_with(&house, "bob", false).await;
    bob.types("replay 30m").await;
    bob.types(&format!("mute {line} 1h")).await;
    bob.sees("past · replay from").await;
    bob.sees("past · ").await;
    let said = bob.sees("hello there").await;
    assert!(said.starts_with("past · "), "{said}");
    let wanted = bob.sees("alice").await;
    assert!(wanted.contains("mute") && wanted.starts_with("past · "), "{wanted}");
    bob.sees("said at last").await;
    bob.sees("past · end of the replay").await;
    bob.sees("was not printed here").await;
    assert_eq!(bob.end().await, Fate::Refused);
    let own = |line: &&String| line.starts_with("past · ") && line.contains("alice");
    assert!(bob.told.iter().filter(own).count() >= 3, "the mute, its end, the decision: {:#?}", bob.told);
    // One's own decisions are among them.
    alice.types("replay 30m").await;
    alice.types("replay 30m x1").await;
    alice.sees("end of the replay").await;
    alice.sees("past · replay from").await;
    alice.types("stop").await;
    alice.sees("was stopped").await;
    alice.types("replay soon").await;
    alice.sees("is no time in the past").await;
    assert_eq!(house.events().len(), before, "nothing was done in the past");
    alice.end().await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_during_a_replay_is_done_when_the_replay_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = open(folder.path()).await;
    for end in ["stop", "quit"] {
        let mut alice = Lines::sit_with(&house, "alice", false).await;
        alice.types("lines").await;
        let line = alice.handle("hello there").await;
        alice.types("replay 30m x1").await;
        alice.sees("stop ends it").await;
        alice.types(&format!("mute {line} 1h")).await;
        alice.types(end).await;
        alice.sees("was stopped").await;
        let order = house.order().await;
        house.confirm(order.action, false).await;
        alice.sees("done · mute 1h").await;
        let fate = if end == "quit" { alice.over().await } else { alice.end().await };
        assert_eq!(fate, Fate::Done, "{:#?}", alice.told);
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_on_lines_never_hides_a_gap_that_may_matter() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (clock::now().plus_seconds(-900), clock::now().plus_seconds(-600));
    let (connector, reason) = ("irc".to_owned(), Reason::new("gap-not-connected"));
    write(folder.path(), vec![(600, Event::GapNoted { connector, room: None, from, to, reason })]);
    let house = open(folder.path()).await;
    let mut alice = Lines::sit_with(&house, "alice", false).await;
    alice.types("filter from:m2").await;
    alice.sees("only this is told").await;
    alice.types("lines").await;
    alice.sees("not heard: not connected").await;
    alice.sees("hello there").await;
    // What is found is what was said.
    alice.types("find from:m2").await;
    alice.sees("hello there").await;
    alice.sees("Looked through").await;
    let found = alice.told.iter().rev().take_while(|line| !line.contains("hello there"));
    assert!(found.clone().all(|line| !line.contains("not heard")), "{:#?}", alice.told);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_find_that_prints_not_all_that_passes_says_so_there_and_where_it_is_meant() {
    let folder = tempfile::tempdir().unwrap();
    let house = open(folder.path()).await;
    let mut alice = Lines::sit_with(&house, "alice", false).await;
    for number in 0..52 {
        house.says("m3", &format!("y{number}"), &format!("raid {number}")).await;
    }
    house
        .recorded("the last", |event| matches!(event, Event::MessageReceived(one) if one.text == "raid 51"))
        .await;
    alice.types("find raid").await;
    alice.sees("*found means the newest 50 places only; 2 more pass").await;
    alice.types("recall *found").await;
    alice.sees("question q1").await;
    alice.sees("*found means the newest 50 places only; 2 more pass").await;
    alice.types("find raid 51").await;
    alice.sees("Looked through").await;
    let last = &alice.told[alice.told.len() - 2..];
    assert!(!last.iter().any(|line| line.contains("*found means")), "{last:?}");
    house.stop().await;
}
