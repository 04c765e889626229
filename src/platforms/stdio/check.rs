//! Whether a program keeps the rules of modline/1: it is started, tried and stopped, and each rule gets a finding.
//!
//! Never does anything to a real person: unless a [`Probe`] names a room and a member for one warning, every request
//! goes to a room that does not exist. Words nothing and prints nothing.

pub mod trial;

use crate::model::reason::Reason;
use crate::platforms::stdio::check::trial::Trial;
use crate::platforms::stdio::child::start;
use crate::platforms::stdio::could_not_start;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// Whether a rule was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was tried, and kept.
    Passed,
    /// It was tried, and broken.
    Failed,
    /// It could not be tried here.
    NotShown,
}

/// One rule and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule, as a sentence's key: `modline-check-hello` and so on.
    pub name: &'static str,
    pub verdict: Verdict,
    /// What was seen, where there is more to say.
    pub detail: Option<Reason>,
}

/// Somebody who may be warned once, to see that the same request twice is one warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    pub room: String,
    pub user: String,
}

/// How long the check waits; the defaults are the specification's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// From start to `hello`: 10 s.
    pub hello: Duration,
    /// From `ping` to any frame: 15 s.
    pub answer: Duration,
    /// From a request to its `res`: its own `deadline_ms`, 8 s in the specification's example.
    pub request: Duration,
    /// From `stop` to the exit: 5 s.
    pub stop: Duration,
    /// From SIGTERM to SIGKILL, for one that stays: 3 s.
    pub term: Duration,
    /// For an answer that should not come: ours.
    pub surplus: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            hello: Duration::from_secs(10),
            answer: Duration::from_secs(15),
            request: Duration::from_secs(8),
            stop: Duration::from_secs(5),
            term: Duration::from_secs(3),
            surplus: Duration::from_secs(1),
        }
    }
}

/// Every rule, in the order in which the findings come.
pub const RULES: [&str; 13] = [
    "modline-check-start",
    "modline-check-hello",
    "modline-check-heartbeat",
    "modline-check-garbage",
    "modline-check-oversize",
    "modline-check-unknown-frame",
    "modline-check-unknown-op",
    "modline-check-no-room",
    "modline-check-idem",
    "modline-check-cancel",
    "modline-check-frames",
    "modline-check-one-answer",
    "modline-check-stop",
];

/// Tries the program in the current folder with our own environment's bare necessities; one finding for each of
/// [`RULES`]. Takes some seconds, at most about two minutes.
pub async fn check(command: &[String]) -> Vec<Finding> {
    check_with(command, Path::new("."), &BTreeMap::new(), None, Patience::default()).await
}

/// The same in a folder of its own, with variables, perhaps a probe, and other patience.
pub async fn check_with(
    command: &[String],
    folder: &Path,
    variables: &BTreeMap<String, std::ffi::OsString>,
    probe: Option<&Probe>,
    patience: Patience,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    match start(command, folder, variables) {
        Ok(program) => {
            findings.push(Finding { name: "modline-check-start", verdict: Verdict::Passed, detail: None });
            Trial::new(program, patience).run(probe, &mut findings).await;
        }
        Err(error) => {
            let name = command.first().map(String::as_str).unwrap_or_default();
            let detail = Some(could_not_start(name, &error));
            findings.push(Finding { name: "modline-check-start", verdict: Verdict::Failed, detail });
        }
    }
    // What was never reached is said to be so, never left out.
    for name in RULES {
        if !findings.iter().any(|finding| finding.name == name) {
            let detail = Some(Reason::new("modline-check-not-reached"));
            findings.push(Finding { name, verdict: Verdict::NotShown, detail });
        }
    }
    findings.sort_by_key(|finding| RULES.iter().position(|name| *name == finding.name));
    findings
}
