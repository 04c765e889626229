//! The conformance check of modline/1, tried on the README's example and on programs with one bad habit each.
//!
//! Needs `python3`; without it every test says so and passes, unless `QUNGUAN_REQUIRE_PEERS=1` asks for more.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise"
)]

use qunguan::platforms::stdio::check::{Finding, Patience, Probe, RULES, Verdict, check_with};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

fn brisk() -> Patience {
    Patience {
        hello: Duration::from_secs(20),
        answer: Duration::from_millis(400),
        request: Duration::from_millis(400),
        stop: Duration::from_secs(1),
        term: Duration::from_millis(200),
        surplus: Duration::from_millis(100),
    }
}

async fn findings(arguments: &[&str], probe: Option<&Probe>, patience: Patience) -> Option<Vec<Finding>> {
    if std::process::Command::new("python3").arg("--version").output().is_err() {
        let required = std::env::var("QUNGUAN_REQUIRE_PEERS").is_ok_and(|value| value == "1");
        assert!(!required, "python3 is not installed, and QUNGUAN_REQUIRE_PEERS=1");
        eprintln!("SKIPPED: python3 is not installed");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let scripts = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/modline");
    let mut command = vec!["python3".to_owned()];
    command.extend(arguments.iter().map(|word| match word.strip_suffix(".py") {
        Some(_) => scripts.join(word).display().to_string(),
        None => (*word).to_owned(),
    }));
    let findings = check_with(&command, folder.path(), &BTreeMap::new(), probe, patience).await;
    let names: Vec<&str> = findings.iter().map(|finding| finding.name).collect();
    assert_eq!(names, RULES);
    Some(findings)
}

/// `expected` lists everything that did not pass, as `rule: detail`, with `?` where it was not shown.
async fn check(arguments: &[&str], probe: Option<&Probe>, patience: Patience, expected: &[&str]) {
    let Some(findings) = findings(arguments, probe, patience).await else { return };
    let short =
        |key: &str| key.trim_start_matches("modline-check-").trim_start_matches("modline-").to_owned();
    let others: Vec<String> = findings
        .iter()
        .filter(|finding| finding.verdict != Verdict::Passed)
        .map(|finding| {
            let mark = if finding.verdict == Verdict::NotShown { "?" } else { "" };
            let detail = finding.detail.as_ref().map(|reason| short(&reason.key)).unwrap_or_default();
            format!("{}: {detail}{mark}", short(finding.name))
        })
        .collect();
    assert_eq!(others, expected, "{arguments:?} {findings:#?}");
}

#[tokio::test]
async fn the_example_keeps_every_rule() {
    let probe = Probe { room: "tea@example".to_owned(), user: "li".to_owned() };
    let patience = Patience { surplus: Duration::from_millis(200), ..Patience::default() };
    check(&["example.py"], Some(&probe), patience, &[]).await;
    check(&["example.py"], None, patience, &["idem: idem-not-acted?"]).await;
}

#[tokio::test]
async fn each_bad_habit_is_found() {
    let unreached = |greeting: &'static str| {
        let mut expected = vec![greeting];
        expected.extend([
            "heartbeat: not-reached?",
            "garbage: not-reached?",
            "oversize: not-reached?",
            "unknown-frame: not-reached?",
            "unknown-op: not-reached?",
            "no-room: not-reached?",
            "idem: not-reached?",
            "cancel: not-reached?",
            "one-answer: not-reached?",
        ]);
        expected
    };
    // It may not even have begun when nobody waits for it any more.
    let impatient = Patience { hello: Duration::from_millis(400), stop: Duration::from_secs(20), ..brisk() };
    check(&["misbehaving.py", "never-greets"], None, impatient, &unreached("hello: no-hello")).await;
    check(&["misbehaving.py", "other-version"], None, brisk(), &unreached("hello: version")).await;
    check(
        &["misbehaving.py", "silent"],
        None,
        brisk(),
        &[
            "heartbeat: mute",
            "garbage: answers",
            "oversize: answers",
            "unknown-frame: answers",
            "unknown-op: answers",
            "no-room: answers",
            "idem: answers",
            "cancel: answers",
            "one-answer: answers",
        ],
    )
    .await;
    check(
        &["misbehaving.py", "some-garbage"],
        None,
        brisk(),
        &["unknown-op: other-code", "frames: bad-frame"],
    )
    .await;
    check(
        &["misbehaving.py", "answers-twice"],
        None,
        brisk(),
        &["unknown-op: other-code", "one-answer: answers"],
    )
    .await;
    check(
        &["misbehaving.py", "dies"],
        None,
        brisk(),
        &[
            "unknown-op: died",
            "no-room: died",
            "idem: died",
            "cancel: died",
            "one-answer: answers",
            "stop: died",
        ],
    )
    .await;
}

#[tokio::test]
async fn acting_twice_and_staying_are_found() {
    let probe = Probe { room: "r".to_owned(), user: "u".to_owned() };
    check(
        &["misbehaving.py", "acts-twice"],
        Some(&probe),
        brisk(),
        &["unknown-op: other-code", "idem: idem-twice"],
    )
    .await;
    check(
        &["misbehaving.py", "leaves-child"],
        None,
        brisk(),
        &["unknown-op: other-code", "stop: left-behind"],
    )
    .await;
    let impatient = Patience { stop: Duration::from_millis(200), ..brisk() };
    let Some(findings) = findings(&["misbehaving.py", "never-stops"], None, impatient).await else { return };
    let last = findings.last().unwrap();
    assert_eq!((last.name, last.verdict), ("modline-check-stop", Verdict::Failed));
}

#[tokio::test]
async fn a_program_that_is_not_there_is_the_first_finding() {
    let command = ["/nowhere/at-all".to_owned()];
    let folder = tempfile::tempdir().unwrap();
    let findings = check_with(&command, folder.path(), &BTreeMap::new(), None, brisk()).await;
    let first = findings.first().unwrap();
    assert_eq!(
        (first.verdict, first.detail.as_ref().unwrap().key.as_str()),
        (Verdict::Failed, "modline-cannot-start")
    );
    assert!(findings.iter().skip(1).all(|finding| finding.verdict == Verdict::NotShown));
}
