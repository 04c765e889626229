//! The trial of one program: what is written to it, and what must come back.

use crate::model::reason::Reason;
use crate::platforms::stdio::check::{Finding, Patience, Probe, Verdict};
use crate::platforms::stdio::child::{Happening, Program, from_now};
use crate::platforms::stdio::frame::{Answer, Frame, Hello, parse};
use crate::platforms::stdio::limits::Limits;
use crate::platforms::stdio::lines::{LINE_CAP, Line};
use crate::platforms::stdio::request;
use crate::platforms::stdio::tame::tame;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// A room that no platform has.
const NOWHERE: &str = "qunguan-check-no-such-room";

/// A running program and what it has shown.
pub struct Trial {
    program: Program,
    patience: Patience,
    hello: Option<Hello>,
    /// The request ids that we sent.
    asked: BTreeSet<String>,
    /// All answers by request id.
    answers: BTreeMap<String, Vec<Answer>>,
    /// What our own account said, by message id.
    own_messages: Vec<(String, String)>,
    /// Lines that are no frames: how many, and the first one.
    broken: u64,
    first_broken: Option<Reason>,
    /// Frames that were understood.
    frames_heard: u64,
    gone: bool,
}

/// The first thing seen that the search was for, or why none will come.
type Seen<T> = Result<T, Reason>;

impl Trial {
    /// A trial that has not begun.
    pub fn new(program: Program, patience: Patience) -> Self {
        Self {
            program,
            patience,
            hello: None,
            asked: BTreeSet::new(),
            answers: BTreeMap::new(),
            own_messages: Vec::new(),
            broken: 0,
            first_broken: None,
            frames_heard: 0,
            gone: false,
        }
    }

    /// Tries every rule, and leaves no process behind.
    pub async fn run(mut self, probe: Option<&Probe>, findings: &mut Vec<Finding>) {
        let greeted = self.greeting().await;
        let well = greeted.is_ok();
        findings.push(finding("modline-check-hello", greeted));
        if well {
            self.write(request::start(None, None).into_bytes());
            findings.push(finding("modline-check-heartbeat", self.beats().await));
            self.rubbish(findings).await;
            self.requests(probe, findings).await;
            self.settle(self.patience.surplus).await;
            findings.push(finding("modline-check-one-answer", self.one_answer()));
        }
        if !self.gone {
            findings.push(finding("modline-check-stop", self.stopping().await));
        } else if well {
            findings.push(finding("modline-check-stop", Err(Reason::new("modline-check-died"))));
        }
        findings.push(finding("modline-check-frames", self.frames()));
        let limits = Limits { term: self.patience.term, ..Limits::default() };
        self.program.force(&limits).await;
    }

    async fn greeting(&mut self) -> Seen<()> {
        let wait = self.patience.hello;
        let late = Reason::new("modline-no-hello").with("seconds", wait.as_secs());
        let hello = self.hear(wait, |trial| trial.hello.clone()).await.map_err(|why| why.unwrap_or(late))?;
        if hello.major() == Some(request::MAJOR) {
            return Ok(());
        }
        Err(Reason::new("modline-version").with("theirs", tame(&hello.proto)).with("ours", request::PROTO))
    }

    /// Lines that a robust program gets over.
    async fn rubbish(&mut self, findings: &mut Vec<Finding>) {
        let oversize = [b"{\"t\":\"x\",\"x\":\"".as_slice(), &vec![b'x'; LINE_CAP], b"\"}\n"].concat();
        let garbage = b"this is not JSON\n[1,2]\n\"t\"\n\n{\"t\":7}\n{\n\xff\xfe\n{\"t\":\"req\"}\n".to_vec();
        let unknown =
            b"{\"t\":\"qunguan-unknown\",\"x\":{\"y\":[1]}}\n{\"t\":\"ping\",\"n\":0,\"unknown\":1}\n"
                .to_vec();
        for (name, id, bytes) in [
            ("modline-check-garbage", "g1", garbage),
            ("modline-check-oversize", "g2", oversize),
            ("modline-check-unknown-frame", "g3", unknown),
        ] {
            self.write(bytes);
            findings.push(finding(name, self.still_answers(id).await));
        }
    }

    async fn requests(&mut self, probe: Option<&Probe>, findings: &mut Vec<Finding>) {
        self.ask("c1", "qunguan_unknown_op", NOWHERE, json!({}));
        let answer = self.answer_to("c1").await;
        findings.push(finding(
            "modline-check-unknown-op",
            answer.and_then(|answer| refused(&answer, &["unsupported"])),
        ));

        self.ask("c2", "list_members", NOWHERE, json!({}));
        let answer = self.answer_to("c2").await;
        let codes = ["not_found", "forbidden", "invalid", "unsupported"];
        findings.push(finding("modline-check-no-room", answer.and_then(|answer| refused(&answer, &codes))));

        findings.push(self.same_twice(probe).await);

        self.ask("c5", "list_members", NOWHERE, json!({}));
        self.write(request::cancel("c5").into_bytes());
        let cancelled = self.answer_to("c5").await;
        let alive = self.still_answers("c6").await;
        findings.push(finding("modline-check-cancel", cancelled.and(alive)));
    }

    /// The same `idem` twice must not act twice. Without a probe only the answers can be compared.
    async fn same_twice(&mut self, probe: Option<&Probe>) -> Finding {
        let name = "modline-check-idem";
        let (room, user) = probe.map_or((NOWHERE, "nobody"), |probe| (&probe.room, &probe.user));
        let fields =
            json!({ "user": user, "args": { "text": "qunguan connector check" }, "idem": "qunguan-check-1" });
        self.ask("c3", "warn", room, fields.clone());
        let first = self.answer_to("c3").await;
        self.ask("c4", "warn", room, fields);
        let second = self.answer_to("c4").await;
        let (first, second) = match (first, second) {
            (Ok(first), Ok(second)) => (first, second),
            (Err(why), _) | (_, Err(why)) => return finding(name, Err(why)),
        };
        let code = |answer: &Answer| answer.error.as_ref().map(|trouble| trouble.code.clone());
        if first.ok != second.ok
            || code(&first) != code(&second)
            || first.result_text("id") != second.result_text("id")
        {
            return finding(name, Err(Reason::new("modline-check-idem-differs")));
        }
        self.settle(self.patience.surplus).await;
        let said = self
            .own_messages
            .iter()
            .filter(|(said_in, text)| said_in == room && text.contains("qunguan connector check"));
        match (said.count(), first.ok) {
            (2.., _) => finding(name, Err(Reason::new("modline-check-idem-twice"))),
            (_, true) => finding(name, Ok(())),
            (_, false) => {
                let detail = Some(Reason::new("modline-check-idem-not-acted"));
                Finding { name, verdict: Verdict::NotShown, detail }
            }
        }
    }

    fn one_answer(&self) -> Seen<()> {
        for (id, answers) in &self.answers {
            if !self.asked.contains(id) {
                return Err(Reason::new("modline-check-unasked").with("id", tame(id)));
            }
            if answers.len() > 1 {
                return Err(Reason::new("modline-check-answers")
                    .with("id", tame(id))
                    .with("count", answers.len()));
            }
        }
        match self.asked.iter().find(|id| !self.answers.contains_key(*id)) {
            Some(id) => Err(Reason::new("modline-check-answers").with("id", id).with("count", 0)),
            None => Ok(()),
        }
    }

    fn frames(&self) -> Seen<()> {
        match &self.first_broken {
            Some(first) => Err(first.clone().with("count", self.broken)),
            None => Ok(()),
        }
    }

    async fn stopping(&mut self) -> Seen<()> {
        self.program.ask_to_stop();
        let wait = self.patience.stop;
        self.settle(wait).await;
        if !self.gone {
            return Err(Reason::new("modline-check-stays").with("seconds", wait.as_secs()));
        }
        if self.program.left_behind {
            return Err(Reason::new("modline-check-left-behind"));
        }
        Ok(())
    }

    /// A heartbeat may come from a thread that outlives the one that listens; only an answer shows that it listens.
    async fn still_answers(&mut self, id: &str) -> Seen<()> {
        self.ask(id, "list_members", NOWHERE, json!({}));
        self.answer_to(id).await.map(|_| ())
    }

    /// It answers a ping, or beats by itself, with any frame.
    async fn beats(&mut self) -> Seen<()> {
        let before = self.frames_heard;
        self.write(request::ping(before).into_bytes());
        let wait = self.patience.answer;
        let mute = Reason::new("modline-check-mute").with("seconds", wait.as_secs());
        self.hear(wait, |trial| (trial.frames_heard > before).then_some(()))
            .await
            .map_err(|why| why.unwrap_or(mute))
    }

    fn ask(&mut self, id: &str, operation: &str, room: &str, fields: Value) {
        let mut line =
            json!({ "t": "req", "id": id, "op": operation, "room": room, "args": {}, "deadline_ms": 8000 });
        if let (Value::Object(line), Value::Object(fields)) = (&mut line, fields) {
            line.extend(fields);
        }
        self.asked.insert(id.to_owned());
        self.write(format!("{line}\n").into_bytes());
    }

    async fn answer_to(&mut self, id: &str) -> Seen<Answer> {
        let none = Reason::new("modline-check-answers").with("id", id).with("count", 0);
        let wait = self.patience.request;
        let first = |trial: &Trial| trial.answers.get(id).and_then(|answers| answers.first()).cloned();
        self.hear(wait, first).await.map_err(|why| why.unwrap_or(none))
    }

    /// Takes in whatever comes until the time or the program is over.
    async fn settle(&mut self, wait: Duration) {
        // Nothing is looked for, so not finding it is no news.
        let _: Result<(), Option<Reason>> = self.hear(wait, |_| None).await;
    }

    /// Reads until `find` finds something. `Err(None)` when the time is over, `Err(Some(why))` when the program is.
    async fn hear<T>(
        &mut self,
        wait: Duration,
        find: impl Fn(&Trial) -> Option<T>,
    ) -> Result<T, Option<Reason>> {
        let end: Instant = from_now(wait);
        let (mut lines, mut logs) = (true, true);
        loop {
            if let Some(found) = find(self) {
                return Ok(found);
            }
            if self.gone && !lines {
                return Err(Some(Reason::new("modline-check-died")));
            }
            // A flood is always ready and would hide the end.
            if end <= from_now(Duration::ZERO) {
                return Err(None);
            }
            match timeout_at(end, self.program.next(lines, logs)).await {
                Ok(Happening::Line(Some(line))) => self.note(&line),
                Ok(Happening::Line(None)) => lines = false,
                Ok(Happening::Log(line)) => logs = line.is_some(),
                Ok(Happening::Exited(_)) => self.gone = true,
                Err(_) => return Err(None),
            }
        }
    }

    fn note(&mut self, line: &Line) {
        let broken = match line {
            Line::TooLarge { bytes } => {
                Some(Reason::new("modline-frame-too-large").with("bytes", bytes).with("most", LINE_CAP))
            }
            Line::Whole(bytes) => match parse(bytes) {
                Ok(frame) => {
                    self.note_frame(frame);
                    None
                }
                Err(mistake) => {
                    let sample = tame(&String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes)));
                    Some(
                        Reason::new("modline-bad-frame")
                            .with("why", tame(&mistake.to_string()))
                            .with("sample", sample),
                    )
                }
            },
        };
        if let Some(broken) = broken {
            self.broken += 1;
            self.first_broken.get_or_insert(broken);
        }
    }

    fn note_frame(&mut self, frame: Frame) {
        self.frames_heard += 1;
        match frame {
            Frame::Hello(hello) => self.hello = Some(hello),
            Frame::Answer(answer) => self.answers.entry(answer.id.clone()).or_default().push(answer),
            Frame::Message(message) if message.own => self.own_messages.push((message.room, message.text)),
            _ => {}
        }
    }

    fn write(&self, bytes: Vec<u8>) {
        // A program that does not read shows it by not answering.
        self.program.write(bytes);
    }
}

fn refused(answer: &Answer, codes: &[&str]) -> Seen<()> {
    let code = answer.error.as_ref().map(|trouble| trouble.code.as_str()).unwrap_or_default();
    if !answer.ok && codes.contains(&code) {
        return Ok(());
    }
    let said = if answer.ok { "ok" } else { code };
    Err(Reason::new("modline-check-other-code").with("said", tame(said)).with("wanted", codes.join(", ")))
}

fn finding(name: &'static str, seen: Seen<()>) -> Finding {
    match seen {
        Ok(()) => Finding { name, verdict: Verdict::Passed, detail: None },
        Err(detail) => Finding { name, verdict: Verdict::Failed, detail: Some(detail) },
    }
}
