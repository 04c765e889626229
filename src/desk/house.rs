//! Everything shared that changes: the state, its record, the rules, the connectors. Owned by the loop alone.

use crate::app::env::Env;
use crate::commands::keymap::Keymap;
use crate::config::theme::Theme;
use crate::desk::clock;
use crate::desk::dispatch::Dispatch;
use crate::desk::opening::{self, Begun};
use crate::desk::recorder::{self, Recorder};
use crate::enforce;
use crate::enforce::aftermath::aftermath;
use crate::event_log::{BODY_LIMIT, EventLog};
use crate::language::{Language, Words};
use crate::model::event::{Event, Record};
use crate::model::flag::Severity;
use crate::model::heard::{Heard, Order, Status};
use crate::model::id::{ConnectorName, MessageId, Seq};
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::rules::Rules;
use crate::state::State;
use crate::state::archive::Archive;
use crate::state::connectors::{ConnectorState, NOT_CONFIGURED};
use crate::state::intake::intake;
use crate::state::introductions::introductions;
use crate::state::queue::FAULT;
use crate::ui::scene::Scene;
use chrono::FixedOffset;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// After so many events a new checkpoint is kept; replaying as many takes some 50 ms.
const EVENTS_PER_CHECKPOINT: u64 = 20_000;

/// The record is kept in weeks, and dropped in weeks.
const WEEK_SECONDS: i64 = 7 * 86_400;

/// What the configuration settles for the house.
pub struct Customs {
    pub rules: Rules,
    pub enforce: enforce::Settings,
    pub keymap: Keymap,
    pub themes: BTreeMap<String, Theme>,
    /// What is wrong with the files of themes: others stand in for them.
    pub broken_themes: BTreeMap<String, Reason>,
    /// For a theme that is not there.
    pub plain: Theme,
    pub zone: FixedOffset,
    pub warnings: Vec<String>,
    /// How long a connector may take before nobody knows any more, in seconds.
    pub deadline_seconds: u32,
    /// Weeks of history kept; 0 keeps all.
    pub retention_weeks: u32,
    /// How much a seat is sent of what it did not ask for.
    pub bytes_per_second: u32,
    /// How many of the newest messages are kept in memory to be looked through.
    pub archived_messages: usize,
    /// The theme and language of a seat that does not choose.
    pub theme: String,
    pub language: Option<Language>,
    /// Whether severe cases ring at a new seat.
    pub bell: bool,
}

/// Who sits at a seat, for the scene he sees.
#[derive(Debug, Clone, Copy)]
pub struct Sitting<'a> {
    pub moderator: &'a str,
    pub language: Language,
    pub theme: &'a str,
    pub here: &'a [String],
}

/// The house.
pub struct House {
    pub state: State,
    /// The newest messages, to be looked through.
    pub archive: Archive,
    pub recorder: Recorder,
    pub dispatch: Dispatch,
    pub connectors: HashMap<ConnectorName, mpsc::Sender<Order>>,
    pub customs: Customs,
    pub store_id: u64,
    /// The sentences of each language, read when the first seat speaks it: some 2 MB and milliseconds each.
    words: [(Language, OnceLock<Words>); 2],
    checkpoint_at: u64,
    /// When the oldest event that is kept was recorded.
    pub oldest_at: Moment,
    /// What was applied since the seats were last told.
    pub news: Vec<Record>,
    /// Weeks before this moment are to be dropped, once what matters in them was told anew.
    pub dropping: Option<Moment>,
    /// Earlier pictures may hold what was said before, which was dropped.
    pub clearing: Option<Seq>,
}

impl House {
    /// A house around a replayed state and its record.
    pub fn new(state: State, recorder: Recorder, customs: Customs, store_id: u64) -> Self {
        let checkpoint_at = state.next.0 + EVENTS_PER_CHECKPOINT;
        let archive = Archive::new(customs.archived_messages, state.next);
        Self {
            state,
            archive,
            recorder,
            dispatch: Dispatch::new(customs.deadline_seconds),
            connectors: HashMap::new(),
            customs,
            store_id,
            words: Language::ALL.map(|language| (language, OnceLock::new())),
            checkpoint_at,
            oldest_at: clock::now(),
            news: Vec::new(),
            dropping: None,
            clearing: None,
        }
    }

    /// Begins with an opened record: says that the server started, and what the opening found.
    pub fn begin(&mut self, log: &EventLog, begun: Begun) {
        let Begun { writer, opened, state, flaws } = begun;
        self.recorder.begin(writer, Seq(opened.next));
        self.checkpoint_at = state.next.0 + EVENTS_PER_CHECKPOINT;
        self.archive = Archive::new(self.customs.archived_messages, state.next);
        self.state = state;
        self.store_id = opened.store_id;
        // A server that dropped weeks may not have lived to say it, or to clear up.
        let untold = Seq(opened.first) > self.state.first && opened.findings.is_empty();
        let half_done = !opened.clean && self.state.first > Seq(1);
        self.clearing = half_done.then_some(self.state.first);
        self.append(vec![Event::ServerStarted { version: env!("CARGO_PKG_VERSION").to_owned() }]);
        let damage = opened.findings.iter().chain(&flaws).map(opening::finding);
        self.append(damage.map(|finding| Event::DamageFound { finding }).collect());
        if untold {
            self.dropped(Seq(opened.first));
        }
        self.question_actions(|_| true);
        if let Ok([oldest, ..]) = log.read(opened.first, 1).as_deref() {
            self.oldest_at = Moment(oldest.at);
        }
        self.settle();
    }

    /// Connectors that the record knows and the configuration does not name any more are over; everything is said of
    /// them but that they will come back.
    pub fn end_strangers(&mut self) {
        let gone = |(name, one): &(&ConnectorName, &ConnectorState)| {
            !self.connectors.contains_key(*name) && !one.is_gone()
        };
        let names: Vec<ConnectorName> =
            self.state.connectors.iter().filter(gone).map(|(name, _)| name.clone()).collect();
        let status = Status::Ended { reason: Reason::new(NOT_CONFIGURED) };
        let over = |connector| Event::ConnectorChanged { connector, status: status.clone() };
        self.append(names.into_iter().map(over).collect());
    }

    /// The sentences of a language.
    pub fn words(&self, language: Language) -> &Words {
        let [(first, words), (_, others)] = &self.words;
        let words = if *first == language { words } else { others };
        words.get_or_init(|| Words::of(language))
    }

    /// What the seat of `moderator` may look at now; `here` are the others.
    pub fn env<'a>(&'a self, seat: &Sitting<'a>, now: Moment) -> Env<'a> {
        let scene = Scene {
            state: &self.state,
            words: self.words(seat.language),
            theme: self.customs.themes.get(seat.theme).unwrap_or(&self.customs.plain),
            keymap: &self.customs.keymap,
            now,
            zone: self.customs.zone,
            moderator: seat.moderator,
            here: seat.here,
            recording: self.recorder.recording(),
            enforce: &self.customs.enforce,
        };
        Env { scene, warnings: &self.customs.warnings }
    }

    /// Records events as one unit and applies them, with all that follows from them.
    pub fn append(&mut self, events: Vec<Event>) -> Vec<Record> {
        if events.is_empty() {
            return Vec::new();
        }
        let records = self.recorder.append(&mut self.state, events, clock::now());
        for record in &records {
            self.archive.apply(&self.state, record);
            self.follow_up(record);
        }
        records
    }

    /// As [`House::append`], for what a person does: all of it is recorded, or none.
    ///
    /// # Errors
    /// When something of it is longer than the record keeps; then nothing has happened.
    pub fn record(&mut self, events: Vec<Event>) -> Result<Vec<Record>, Reason> {
        if events.iter().all(recorder::can_be_recorded) {
            return Ok(self.append(events));
        }
        Err(Reason::new("too-long-to-record").with("kilobytes", BODY_LIMIT >> 10))
    }

    /// A connector said something.
    pub fn heard(&mut self, connector: &str, heard: Heard) {
        let events = intake(&self.state, connector, heard, clock::now());
        let said = events.len();
        if self.append(events).len() < said {
            let remark = Reason::new("heard-too-long").with("kilobytes", BODY_LIMIT >> 10);
            self.append(vec![Event::ConnectorRemarked { connector: connector.to_owned(), remark }]);
        }
    }

    /// Records an event of another record as it is, with its own time: nothing follows from it.
    pub fn adopt(&mut self, event: Event, at: Moment) -> Option<Seq> {
        let records = self.recorder.append_dated(&mut self.state, vec![event], at);
        records.iter().for_each(|record| self.archive.apply(&self.state, record));
        records.first().map(|record| record.seq)
    }

    /// What follows from an event: flags on a message, a case reopened by an action that did not happen.
    fn follow_up(&mut self, record: &Record) {
        let follow = match &record.event {
            Event::MessageReceived(_) => {
                let flags = self.customs.rules.evaluate(&self.state, MessageId(record.seq));
                for flag in flags.iter().filter(|flag| flag.rule.starts_with(FAULT)) {
                    tracing::error!(message = record.seq.0, rule = flag.rule, "a rule broke on a message");
                }
                flags.into_iter().map(Event::Flagged).collect()
            }
            _ => aftermath(&self.state, record),
        };
        self.dispatch.applied(record);
        if record.event.is_urgent() || is_severe(&record.event) {
            self.news.push(record.clone());
        }
        self.append(follow);
    }

    /// At the end of each turn: what waits goes to the writer, and now and then a checkpoint.
    pub fn settle(&mut self) {
        self.recorder.submit_due(Instant::now());
        if self.state.next.0 >= self.checkpoint_at && self.recorder.checkpoint(&self.state) {
            self.checkpoint_at = self.state.next.0 + EVENTS_PER_CHECKPOINT;
        }
        self.retain(clock::now());
    }

    /// A picture of the state is to be kept as soon as it can be.
    pub(super) fn picture_is_due(&mut self) {
        self.checkpoint_at = 0;
    }

    /// Weeks that are older than the configuration keeps are to go: the loop first has gathered what was said around
    /// messages that matter ([`crate::desk::dossiers`]), then calls [`House::drop_before`].
    fn retain(&mut self, now: Moment) {
        let weeks = i64::from(self.customs.retention_weeks);
        let from = now.plus_seconds(-weeks * WEEK_SECONDS);
        if weeks == 0 || from.since(self.oldest_at) < WEEK_SECONDS * 1000 {
            return;
        }
        self.oldest_at = from;
        self.dropping = Some(from);
    }

    /// What matters in these weeks was told anew: they go.
    pub fn drop_before(&mut self, from: Moment) {
        self.append(introductions(&self.state));
        self.recorder.checkpoint(&self.state);
        self.recorder.retain_from(from);
    }
}

/// What a seat may have to be rung for.
fn is_severe(event: &Event) -> bool {
    matches!(event, Event::Flagged(flagging) if flagging.severity >= Severity::S3)
}
