//! The server: opens the record, starts the connectors, keeps the door, runs the loop, and closes everything in order.

use crate::config::file::{Connection, Platform, Settings};
use crate::config::theme::Theme;
use crate::desk::clock;
use crate::desk::dispatch::DEADLINE_SECONDS;
use crate::desk::door::Porter;
use crate::desk::errands::sentence;
use crate::desk::house::{Customs, House};
use crate::desk::lobby::Opening;
use crate::desk::opening;
use crate::desk::pace::BYTES_PER_SECOND;
use crate::desk::recorder::Recorder;
use crate::desk::run::{Desk, Wakes};
use crate::desk::seats::Seats;
use crate::event_log::EventLog;
use crate::event_log::report::OpenError;
use crate::model::event::Event;
use crate::model::heard::{Heard, Status};
use crate::model::id::{ConnectorName, Seq};
use crate::model::reason::Reason;
use crate::platforms::{Connector, HEARD_WAITING, Link, irc, stdio};
use crate::rules::Rules;
use crate::state::State;
use crate::terminal::messages::Sentence;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// How many knocks may wait: keys of a dozen moderators.
const KNOCKS: usize = 1024;
/// How long connectors may take to leave politely.
const PARTING: Duration = Duration::from_secs(5);
/// How many findings of the scrub may wait.
const FINDINGS: usize = 64;

/// A server that is ready to run.
pub struct Server {
    desk: Desk,
    wakes: Wakes,
    connectors: JoinSet<()>,
    heard: mpsc::Sender<(ConnectorName, Heard)>,
    /// What a door needs.
    pub porter: Porter,
    log: EventLog,
    findings: mpsc::Sender<Reason>,
    /// The record being opened behind the first screens.
    opening: Option<Opening>,
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The record cannot be opened.
    #[error(transparent)]
    Record(#[from] OpenError),
    /// The system refused something that every process may do.
    #[error("{0}")]
    System(#[from] std::io::Error),
}

impl Server {
    /// Opens the record in `folder` and replays it. `alone`: one process with one seat, which ends it.
    ///
    /// # Errors
    /// See [`ServeError`].
    pub fn open(
        folder: &Path,
        customs: Customs,
        moderators: BTreeMap<String, String>,
        alone: bool,
    ) -> Result<Self, ServeError> {
        let (telling, reports) = mpsc::unbounded_channel();
        let report = Box::new(move |report| {
            // After the loop has ended nobody needs to know.
            let _ = telling.send(report);
        });
        let (log, house, opening) = match opening::glance(folder) {
            // Closed in order: what it showed last is shown at once, and the record opened behind that.
            Some((glance, state)) => {
                let log = EventLog::to_come(&glance);
                let house = House::new(state, Recorder::to_come(Seq(glance.next)), customs, glance.store_id);
                let (reader, folder) = (log.clone(), folder.to_path_buf());
                let open = move || opening::begin(&reader, &folder, clock::now(), report);
                (log, house, Some(tokio::task::spawn_blocking(open)))
            }
            None => {
                let log = EventLog::unopened();
                let begun = opening::begin(&log, folder, clock::now(), report)?;
                let recorder = Recorder::to_come(Seq(begun.opened.next));
                let mut house = House::new(State::default(), recorder, customs, begun.opened.store_id);
                house.begin(&log, begun);
                (log, house, None)
            }
        };
        let (knocking, knocks) = mpsc::channel(KNOCKS);
        let (heard, hearing) = mpsc::channel(HEARD_WAITING);
        let (findings, finding) = mpsc::channel(FINDINGS);
        let stop = vec![
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
            signal(SignalKind::hangup())?,
        ];
        let porter = Porter {
            knocks: knocking,
            log: log.clone(),
            store_id: house.store_id,
            moderators: Arc::new(moderators),
        };
        let wakes = Wakes { stop, reports, knocks, heard: hearing, findings: finding };
        let seats = Seats::new(folder.to_path_buf());
        let desk = Desk::new(house, seats, log.clone(), alone);
        Ok(Self { desk, wakes, connectors: JoinSet::new(), heard, porter, log, findings, opening })
    }

    /// Starts a connector under a name.
    pub fn connect(&mut self, name: &str, connector: Box<dyn Connector>) {
        let (link, orders) = Link::new(name, self.heard.clone());
        self.desk.house.connectors.insert(name.to_owned(), orders);
        let (heard, name) = (self.heard.clone(), name.to_owned());
        self.connectors.spawn(async move {
            let running = tokio::spawn(connector.run(link));
            if let Err(error) = running.await
                && error.is_panic()
            {
                tracing::error!(connector = %name, "the connector broke");
                let reason = Reason::new("connector-broke");
                // The loop may have ended.
                let _ = heard.send((name, Heard::Status(Status::Ended { reason }))).await;
            }
        });
    }

    /// Reads the whole record once in the background, so that damage is said and not stumbled upon.
    pub fn scrub(&self) {
        let (log, findings) = (self.log.clone(), self.findings.clone());
        tokio::task::spawn_blocking(move || {
            let verdict = log.verify(&mut |_, _| {});
            tracing::info!(
                checked = verdict.checked,
                findings = verdict.findings.len(),
                "the record was read through"
            );
            for finding in &verdict.findings {
                // The loop may have ended.
                let _ = findings.blocking_send(opening::finding(finding));
            }
        });
    }

    /// Runs until asked to end, then lets seats and connectors leave and closes the record.
    ///
    /// # Errors
    /// In words for the log, when the disk failed.
    pub async fn run(mut self) -> Result<(), String> {
        if let Some(opening) = self.opening.take()
            && let Err(why) = self.desk.open_behind(&mut self.wakes, opening).await
        {
            tracing::error!(%why, "the record cannot be opened");
            self.desk.seats.dismiss(&Sentence::new("server-ended", &[]));
            return Err(why);
        }
        self.desk.house.end_strangers();
        let ending = self.desk.run(&mut self.wakes).await;
        tracing::info!(?ending, "the server ends");
        self.desk.seats.all_last_words(&mut self.desk.house);
        self.desk.seats.dismiss(&Sentence::new("server-ended", &[]));
        self.desk.readers.dismiss(&Sentence::new("server-ended", &[]));
        self.part().await;
        let Desk { mut house, .. } = self.desk;
        house.append(vec![Event::ServerStopped]);
        house.recorder.submit();
        house.recorder.checkpoint(&house.state);
        let recorder = house.recorder;
        let closed = tokio::task::spawn_blocking(move || recorder.close()).await;
        closed.unwrap_or_else(|error| Err(error.to_string()))
    }

    /// Connectors leave politely; what they still say is recorded.
    async fn part(&mut self) {
        self.desk.house.connectors.clear();
        let until = tokio::time::Instant::now() + PARTING;
        loop {
            tokio::select! {
                Some((connector, heard)) = self.wakes.heard.recv() => self.desk.house.heard(&connector, heard),
                joined = self.connectors.join_next() => if joined.is_none() { break },
                () = tokio::time::sleep_until(until) => break,
            }
            self.desk.house.settle();
        }
        while let Ok((connector, heard)) = self.wakes.heard.try_recv() {
            self.desk.house.heard(&connector, heard);
        }
    }
}

/// The customs of a configuration, with every theme read; broken user themes are told.
pub fn customs(settings: &Settings, themes: Option<&Path>) -> (Customs, Vec<Reason>) {
    let mut broken = BTreeMap::new();
    let mut read = BTreeMap::new();
    let own = [settings.theme.as_str()].into_iter().filter(|name| !Theme::NAMES.contains(name));
    for name in Theme::NAMES.into_iter().chain(own) {
        let (theme, error) = Theme::named(name, themes);
        broken.extend(error.map(|error| (name.to_owned(), error.reason())));
        read.insert(name.to_owned(), theme);
    }
    let rules = Rules::new(&settings.rules)
        .unwrap_or_else(|_| unreachable!("the configuration was checked when read"));
    let customs = Customs {
        rules,
        enforce: settings.enforce,
        keymap: settings.keymap.clone(),
        plain: Theme::named("default", None).0,
        themes: read,
        broken_themes: broken,
        zone: settings.zone.unwrap_or_else(clock::local_zone),
        warnings: settings.warnings.clone(),
        deadline_seconds: DEADLINE_SECONDS,
        retention_weeks: settings.retention_weeks,
        bytes_per_second: settings.seats.bytes_per_second.unwrap_or(BYTES_PER_SECOND),
        archived_messages: settings.memory.archived_messages,
        theme: settings.theme.clone(),
        language: settings.language,
        bell: settings.seats.bell,
    };
    let told = customs.broken_themes.values().cloned().collect();
    (customs, told)
}

/// The connector of a configured connection; `folder` is where a program of it may keep its things.
pub fn connector(connection: &Connection, folder: &Path) -> Box<dyn Connector> {
    match &connection.platform {
        Platform::Irc(settings) => Box::new(irc::Irc::new((**settings).clone())),
        Platform::Stdio(settings) => {
            let own: PathBuf = folder.join("connectors").join(&connection.name);
            Box::new(stdio::Stdio::new(settings.clone(), own))
        }
    }
}

/// Why there is no server, in a sentence.
pub fn refusal(error: &ServeError) -> Sentence {
    match error {
        ServeError::Record(error) => sentence(&opening::refused(error)),
        ServeError::System(error) => Sentence::new("serve-system", &[("what", &error.to_string())]),
    }
}
