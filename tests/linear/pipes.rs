//! The real program with its input and output as pipes.

use crate::live::home::Home;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

/// A home whose connector keeps a journal and lets four people say a line at its start.
fn tea_house() -> Home {
    let home = Home::new("");
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/modline/journal.py");
    let folder = home.path("connector");
    std::fs::create_dir(&folder).unwrap();
    let words = ["python3", program, folder.to_str().unwrap()];
    home.configure(&format!("[[connector]]\nname = \"tea\"\nplatform = \"stdio\"\ncommand = {words:?}\n"));
    home
}

#[test]
fn a_script_on_pipes_acts_and_its_exit_code_tells_the_outcome() {
    let home = tea_house();
    let server = home.serve();
    let mut child = home
        .command(&["--linear", "--as", "alice"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    writeln!(input, "lines").unwrap();
    let mut told = String::new();
    let handle = loop {
        let mut line = String::new();
        assert!(output.read_line(&mut line).unwrap() > 0, "it ended: {told}");
        told.push_str(&line);
        if line.contains("round 0 line 3") {
            break line.split_whitespace().next().unwrap().to_owned();
        }
    };
    writeln!(input, "mute {handle} 1h").unwrap();
    drop(input);
    output.read_to_string(&mut told).unwrap();
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(0), "{told}");
    assert!(told.contains("Asked for: mute 1h"), "{told}");
    assert!(told.contains("done · mute 1h"), "{told}");
    assert!(told.chars().all(|sign| sign == '\n' || !sign.is_control()), "{told:?}");
    let mut complaints = String::new();
    child.stderr.take().unwrap().read_to_string(&mut complaints).unwrap();
    assert_eq!(complaints, "");
    // One line at a time: what an earlier process of the same moderator was shown can still be meant.
    let once = home.run(&["--as", "alice", "--once", "mute", &handle, "off"]);
    let said = String::from_utf8(once.stdout).unwrap();
    assert_eq!(once.status.code(), Some(0), "{said}");
    assert!(said.contains("done · unmute"), "{said}");
    let refused = home.run(&["--as", "alice", "--once", "mutee", &handle, "1h"]);
    let said = String::from_utf8(refused.stdout).unwrap();
    assert_eq!((refused.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    let queue = home.run(&["--as", "alice", "--once", "queue"]);
    assert_eq!(queue.status.code(), Some(0));
    assert!(server.terminate().success());
}

#[test]
fn the_demo_plays_line_by_line_too() {
    let home = Home::new("");
    let mut child = home
        .demo(&["--linear", "--pace", "20"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("case c") {
        line.clear();
        assert!(output.read_line(&mut line).unwrap() > 0, "it ended");
    }
    writeln!(input, "quit").unwrap();
    output.read_to_string(&mut line).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{line}");
}

#[test]
fn an_option_that_would_have_no_effect_is_refused_and_not_in_the_help() {
    let home = Home::new("");
    let bare = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qunguan"));
        home.surround(&mut command);
        command.args(words).output().unwrap()
    };
    let nowhere = home.path("nowhere");
    let folder = nowhere.to_str().unwrap();
    for words in [
        &["demo", "--state", folder][..],
        &["--state", folder, "demo"],
        &["replay", "x.jsonl", "--state", folder],
        &["serve", "--linear"],
        &["serve", "--as", "alice"],
        &["--once", "queue", "--linear", "status"],
        &["doctor", "--linear"],
        &["connector", "check", "tea", "--as", "alice"],
    ] {
        let refused = bare(words);
        let said = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(2), "{words:?}: {said}");
        assert!(said.contains("it would have no effect there"), "{words:?}: {said}");
        assert!(refused.stdout.is_empty());
    }
    assert!(!nowhere.exists());
    let help = |words: &[&str]| String::from_utf8(bare(words).stdout).unwrap();
    for (command, idle) in
        [("demo", "--state"), ("replay", "--state"), ("serve", "--as"), ("doctor", "--linear")]
    {
        let shown = help(&[command, "--help"]);
        assert!(shown.contains("--config") && !shown.contains(idle), "{shown}");
    }
    assert!(help(&["doctor", "--help"]).contains("--state"));
    // What has an effect still has it on either side of the command.
    for words in [&["--state", folder, "status"][..], &["status", "--state", folder]] {
        assert_eq!(bare(words).status.code(), Some(69), "nobody serves it");
    }
}
