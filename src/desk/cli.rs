//! The commands a person types: each finds the folder and the server, does its work, and says in his language how it
//! went.

use crate::config::file::{self, Settings};
use crate::desk::errands::{self, examine};
use crate::desk::{alone, clock, door, fault, opening, serve};
use crate::event_log::{EventLog, Options};
use crate::language::Words;
use crate::model::reason::Reason;
use crate::platforms::replay::Speed;
use crate::terminal::accounts;
use crate::terminal::ask::ask;
use crate::terminal::attach::attach as attach_terminal;
use crate::terminal::conversation::Ended;
use crate::terminal::messages::{Ask, Sentence};
use crate::terminal::socket::{self, Admitted, Place, SocketError};
use crate::terminal::start::{Announcement, Start, announce, become_server, connect_or_start};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// How long a started server may take until it listens: a cold record of some millions of messages.
const STARTING: Duration = Duration::from_secs(60);
/// sysexits.h: a configuration that cannot be meant, a service that is not there, something that failed.
const EX_CONFIG: u8 = 78;
const EX_UNAVAILABLE: u8 = 69;
const EX_FAILED: u8 = 1;

/// Where a command works, and in which words it speaks.
pub struct Surroundings {
    state: PathBuf,
    config: PathBuf,
    config_named: bool,
    name: Option<String>,
    words: Words,
}

impl Surroundings {
    /// Folders from arguments, else from the XDG base directories.
    pub fn new(state: Option<PathBuf>, config: Option<PathBuf>, name: Option<String>, words: Words) -> Self {
        let home = std::env::var_os("HOME").map_or_else(|| PathBuf::from("/"), PathBuf::from);
        let base = |variable: &str, usual: &str| {
            let named = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
            named.unwrap_or_else(|| home.join(usual)).join("qunguan")
        };
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        Self {
            state: absolute(state.unwrap_or_else(|| base("XDG_STATE_HOME", ".local/state"))),
            config_named: config.is_some(),
            config: absolute(config.unwrap_or_else(|| base("XDG_CONFIG_HOME", ".config").join("config.toml"))),
            name,
            words,
        }
    }

    fn place(&self) -> Place {
        Place::usual(&socket::name_for(&self.state))
    }

    /// The configuration; a file that was named must be there. All mistakes are said with their lines.
    fn settings(&self) -> Result<Settings, ExitCode> {
        let text = match std::fs::read_to_string(&self.config) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !self.config_named => String::new(),
            Err(error) => {
                let (path, what) = (self.config.display().to_string(), error.to_string());
                self.complain(&self.words.say_with("config-unreadable", &[("path", &path), ("what", &what)]));
                return Err(ExitCode::from(EX_CONFIG));
            }
        };
        file::read(&text).map_err(|mistakes| {
            for mistake in mistakes {
                let (path, line) = (self.config.display().to_string(), mistake.line.to_string());
                let why = self.words.reason(&mistake.reason);
                self.complain(&self.words.say_with("config-mistake", &[("path", &path), ("line", &line), ("why", &why)]));
            }
            ExitCode::from(EX_CONFIG)
        })
    }

    fn admitted(&self, settings: &Settings) -> Result<Admitted, ExitCode> {
        let Some(group) = &settings.group else { return Ok(Admitted::Owner) };
        match accounts::group_id(group) {
            Ok(Some(gid)) => Ok(Admitted::Group(gid)),
            _ => {
                self.complain(&self.words.say_with("config-no-group", &[("name", group)]));
                Err(ExitCode::from(EX_CONFIG))
            }
        }
    }

    fn sentence(&self, sentence: &Sentence) -> String {
        let args: Vec<(&str, &str)> =
            sentence.arguments.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.words.say_with(&sentence.key, &args)
    }

    /// A line for the person, on standard output. Foreign text in it is revealed.
    fn say(&self, text: &str) {
        let shown = crate::text::reveal::line(text);
        // Nobody may be reading any more; then there is nobody to tell.
        let _ = writeln!(std::io::stdout(), "{shown}");
    }

    /// A line for the person, on standard error.
    fn complain(&self, text: &str) {
        let shown = crate::text::reveal::line(text);
        let _ = writeln!(std::io::stderr(), "{shown}");
    }

    fn reason(&self, reason: &Reason) -> String {
        self.words.reason(reason)
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, ExitCode> {
    let built = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    built.map_err(|_| ExitCode::from(EX_FAILED))
}

fn with_runtime(work: impl Future<Output = ExitCode>) -> ExitCode {
    match runtime() {
        Ok(runtime) => {
            let code = runtime.block_on(work);
            // Reads of standard input and of the record may still wait on their threads.
            runtime.shutdown_timeout(Duration::from_millis(200));
            code
        }
        Err(code) => code,
    }
}

/// `qunguan`: attaches this terminal, starting the server when none runs.
pub fn attach(around: &Surroundings) -> ExitCode {
    let settings = match around.settings() {
        Ok(settings) => settings,
        Err(code) => return code,
    };
    let admitted = match around.admitted(&settings) {
        Ok(admitted) => admitted,
        Err(code) => return code,
    };
    with_runtime(async move {
        // A server that was just killed may take a connection and let it go: once more finds the new one.
        for again in [true, false] {
            let stream = match connect_or_start(&around.place(), admitted, &start(around)).await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    around.complain(&around.sentence(&error.sentence()));
                    return ExitCode::from(EX_UNAVAILABLE);
                }
            };
            let ended = attach_terminal(stream, around.name.clone()).await;
            if ended == Ended::Unanswered && again {
                continue;
            }
            return left(around, &ended);
        }
        ExitCode::from(EX_UNAVAILABLE)
    })
}

fn left(around: &Surroundings, ended: &Ended) -> ExitCode {
    if let Some(sentence) = ended.sentence() {
        around.say(&around.sentence(&sentence));
    }
    ExitCode::from(ended.exit_code())
}

fn start(around: &Surroundings) -> Start {
    let mut arguments: Vec<std::ffi::OsString> = vec!["--state".into(), around.state.clone().into()];
    if around.config_named {
        arguments.extend(["--config".into(), around.config.clone().into()]);
    }
    arguments.extend(["serve".into(), "--detached".into()]);
    Start {
        program: std::env::current_exe().unwrap_or_else(|_| PathBuf::from("qunguan")),
        arguments,
        log: None,
        patience: STARTING,
    }
}

/// `qunguan serve`.
pub fn serve(around: &Surroundings, detached: bool) -> ExitCode {
    if detached && become_server().is_err() {
        // Already the leader of a session of its own: as good.
        tracing::debug!("already a session leader");
    }
    let told = match served(around, detached) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(told) => told,
    };
    match told {
        Refusal::Code(code) => {
            if detached {
                announce(&Announcement::Failed(around.words.say("serve-config")));
            }
            code
        }
        Refusal::Taken(sentence) => {
            if detached {
                announce(&Announcement::Taken);
            } else {
                around.complain(&around.sentence(&sentence));
            }
            ExitCode::from(EX_UNAVAILABLE)
        }
        Refusal::Sentence(sentence) => {
            let text = around.sentence(&sentence);
            if detached {
                announce(&Announcement::Failed(text));
            } else {
                around.complain(&text);
            }
            ExitCode::from(EX_FAILED)
        }
    }
}

enum Refusal {
    Code(ExitCode),
    Taken(Sentence),
    Sentence(Sentence),
}

fn served(around: &Surroundings, detached: bool) -> Result<(), Refusal> {
    let settings = around.settings().map_err(Refusal::Code)?;
    let admitted = around.admitted(&settings).map_err(Refusal::Code)?;
    let _log = keep_log(&around.state).map_err(|error| {
        let (path, what) = (around.state.display().to_string(), error.to_string());
        Refusal::Sentence(Sentence::new("serve-log", &[("path", &path), ("what", &what)]))
    })?;
    let runtime = runtime().map_err(Refusal::Code)?;
    let result = runtime.block_on(async {
        let listening = socket::listen(&around.place(), admitted).await.map_err(|error| match &error {
            SocketError::Taken(_) => Refusal::Taken(error.sentence()),
            _ => Refusal::Sentence(error.sentence()),
        })?;
        let (customs, told) = serve::customs(&settings, themes_of(&around.config).as_deref());
        for reason in told {
            tracing::warn!(key = %reason.key, args = ?reason.args, "a theme is not used");
            if !detached {
                around.complain(&around.reason(&reason));
            }
        }
        let mut server = serve::Server::open(&around.state, customs, settings.moderators.clone(), false)
            .map_err(|error| Refusal::Sentence(serve::refusal(&error)))?;
        for connection in &settings.connectors {
            server.connect(&connection.name, serve::connector(connection, &around.state));
        }
        tokio::spawn(door::keep(listening, server.porter.clone()));
        server.scrub();
        if detached {
            announce(&Announcement::Ready);
        } else {
            around.say(&around.words.say_with("serve-ready", &[("state", &around.state.display().to_string())]));
        }
        let ended = server.run().await;
        ended.map_err(|what| Refusal::Sentence(Sentence::new("serve-ended-badly", &[("what", &what)])))
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

/// Themes of the person's own lie beside his configuration.
fn themes_of(config: &Path) -> Option<PathBuf> {
    config.parent().map(|folder| folder.join("themes"))
}

/// What happens inside goes to a file that rotates by day; a week of them is kept.
fn keep_log(state: &Path) -> std::io::Result<()> {
    let folder = state.join("log");
    std::fs::create_dir_all(&folder)?;
    let file = tracing_appender::rolling::Builder::new()
        .rotation(tracing_appender::rolling::Rotation::DAILY)
        .filename_prefix("qunguan")
        .filename_suffix("log")
        .max_log_files(7)
        .build(&folder)
        .map_err(std::io::Error::other)?;
    let filter = tracing_subscriber::EnvFilter::try_from_env("QUNGUAN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let subscriber = tracing_subscriber::fmt().with_writer(std::sync::Mutex::new(file)).with_ansi(false).with_env_filter(filter);
    // A second server in one process (tests) keeps the first one's log.
    let _ = subscriber.try_init();
    fault::keep_panics();
    Ok(())
}

/// `qunguan demo`.
pub fn demo(around: &Surroundings, seed: u64, pace: f64) -> ExitCode {
    run_alone(around, alone::Play::Demo { seed, pace })
}

/// `qunguan replay`.
pub fn replay(around: &Surroundings, file: PathBuf, speed: Speed, utc_offset: &str) -> ExitCode {
    let Ok(zone) = utc_offset.parse::<chrono::FixedOffset>() else {
        around.complain(&around.words.say_with("config-zone", &[("text", utc_offset)]));
        return ExitCode::from(EX_CONFIG);
    };
    if let Err(error) = std::fs::File::open(&file) {
        let (path, what) = (file.display().to_string(), error.to_string());
        around.complain(&around.words.say_with("config-unreadable", &[("path", &path), ("what", &what)]));
        return ExitCode::from(EX_FAILED);
    }
    run_alone(around, alone::Play::Replay { file, speed, utc_offset_minutes: zone.local_minus_utc() / 60 })
}

fn run_alone(around: &Surroundings, play: alone::Play) -> ExitCode {
    let settings = match around.settings() {
        Ok(settings) => settings,
        Err(code) => return code,
    };
    let folder = match alone::Folder::new() {
        Ok(folder) => folder,
        Err(error) => {
            around.complain(&around.words.say_with("serve-system", &[("what", &error.to_string())]));
            return ExitCode::from(EX_FAILED);
        }
    };
    if let Err(error) = keep_log(folder.path()) {
        around.complain(&around.words.say_with("serve-system", &[("what", &error.to_string())]));
        return ExitCode::from(EX_FAILED);
    }
    with_runtime(async {
        let (customs, _) = serve::customs(&settings, themes_of(&around.config).as_deref());
        match alone::run(folder.path(), customs, play, around.name.clone()).await {
            Ok(ended) => left(around, &ended),
            Err(sentence) => {
                around.complain(&around.sentence(&sentence));
                ExitCode::from(EX_FAILED)
            }
        }
    })
}

/// Asks the running server; `None` when none runs.
async fn visit<I, O>(around: &Surroundings, admitted: Admitted, question: Ask, input: I, output: O) -> Option<ExitCode>
where
    I: AsyncRead + Unpin,
    O: AsyncWrite + Unpin,
{
    let stream = match socket::connect(&around.place(), admitted).await {
        Ok(stream) => stream,
        Err(SocketError::Nobody(_)) => return None,
        Err(error) => {
            around.complain(&around.sentence(&error.sentence()));
            return Some(ExitCode::from(EX_UNAVAILABLE));
        }
    };
    let told = |line: Sentence| around.complain(&around.sentence(&line));
    Some(match ask(stream, around.name.clone(), question, input, output, told).await {
        Ok(answer) => {
            around.complain(&around.sentence(&answer.sentence));
            if answer.done { ExitCode::SUCCESS } else { ExitCode::from(EX_FAILED) }
        }
        Err(error) => {
            around.complain(&around.words.say_with("visit-broke", &[("what", &error.to_string())]));
            ExitCode::from(EX_FAILED)
        }
    })
}

fn admitted_of(around: &Surroundings) -> Result<Admitted, ExitCode> {
    around.admitted(&around.settings()?)
}

/// Opens the store itself, for when no server runs.
fn store(around: &Surroundings) -> Result<(EventLog, crate::event_log::Writer, crate::event_log::Opened), ExitCode> {
    EventLog::open(&around.state, Options::new(clock::now().0), Box::new(|_| {})).map_err(|error| {
        around.complain(&around.reason(&opening::refused(&error)));
        ExitCode::from(EX_FAILED)
    })
}

/// `qunguan export`.
pub fn export(around: &Surroundings, file: Option<PathBuf>, from: u64) -> ExitCode {
    let admitted = match admitted_of(around) {
        Ok(admitted) => admitted,
        Err(code) => return code,
    };
    with_runtime(async {
        let visited = match &file {
            None => visit(around, admitted, Ask::Export { from }, tokio::io::empty(), tokio::io::stdout()).await,
            Some(path) => match tokio::fs::File::create(path).await {
                Ok(mut output) => {
                    let visited = visit(around, admitted, Ask::Export { from }, tokio::io::empty(), &mut output).await;
                    let synced = output.sync_all().await;
                    if let Err(error) = synced {
                        return cannot_write(around, path, &error);
                    }
                    visited
                }
                Err(error) => return cannot_write(around, path, &error),
            },
        };
        match visited {
            Some(code) => code,
            None => export_store(around, file.as_deref(), from),
        }
    })
}

fn cannot_write(around: &Surroundings, path: &Path, error: &std::io::Error) -> ExitCode {
    let (path, what) = (path.display().to_string(), error.to_string());
    around.complain(&around.words.say_with("cannot-write", &[("path", &path), ("what", &what)]));
    ExitCode::from(EX_FAILED)
}

fn export_store(around: &Surroundings, file: Option<&Path>, from: u64) -> ExitCode {
    if !around.state.join("record").exists() {
        around.complain(&around.words.say_with("no-record", &[("state", &around.state.display().to_string())]));
        return ExitCode::from(EX_FAILED);
    }
    let (log, writer, opened) = match store(around) {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    let mut failure = None;
    let mut output: Box<dyn Write> = match file.map(std::fs::File::create) {
        None => Box::new(std::io::stdout().lock()),
        Some(Ok(file)) => Box::new(std::io::BufWriter::new(file)),
        Some(Err(error)) => return cannot_write(around, file.unwrap_or(Path::new("")), &error),
    };
    let written = errands::write_all(&log, opened.store_id, from, &mut |bytes| {
        output.write_all(bytes).map_err(|error| failure = Some(error))
    });
    let flushed = output.flush();
    drop(output);
    close(around, writer);
    if let Some(error) = failure.or(flushed.err()) {
        return cannot_write(around, file.unwrap_or(Path::new("-")), &error);
    }
    let key = if written.flaws == 0 { "export-done" } else { "export-done-flawed" };
    let args = [("count", &*written.events.to_string()), ("flaws", &*written.flaws.to_string())];
    around.complain(&around.words.say_with(key, &args));
    if written.flaws == 0 { ExitCode::SUCCESS } else { ExitCode::from(EX_FAILED) }
}

fn close(around: &Surroundings, writer: crate::event_log::Writer) {
    if let Err(what) = writer.close() {
        around.complain(&around.words.say_with("serve-ended-badly", &[("what", &what)]));
    }
}

/// `qunguan import`: through the server; when none runs, one is started for it, so that there is one way in.
pub fn import(around: &Surroundings, file: &Path) -> ExitCode {
    let admitted = match admitted_of(around) {
        Ok(admitted) => admitted,
        Err(code) => return code,
    };
    with_runtime(async {
        let open = || tokio::fs::File::open(file);
        let input = match open().await {
            Ok(input) => input,
            Err(error) => {
                let (path, what) = (file.display().to_string(), error.to_string());
                around.complain(&around.words.say_with("config-unreadable", &[("path", &path), ("what", &what)]));
                return ExitCode::from(EX_FAILED);
            }
        };
        if let Some(code) = visit(around, admitted, Ask::Import, input, tokio::io::sink()).await {
            return code;
        }
        match alone::import(&around.state, file).await {
            Ok((done, sentence)) => {
                around.complain(&around.sentence(&sentence));
                if done { ExitCode::SUCCESS } else { ExitCode::from(EX_FAILED) }
            }
            Err(sentence) => {
                around.complain(&around.sentence(&sentence));
                ExitCode::from(EX_FAILED)
            }
        }
    })
}

/// `qunguan doctor`.
pub fn doctor(around: &Surroundings) -> ExitCode {
    let admitted = match admitted_of(around) {
        Ok(admitted) => admitted,
        Err(code) => return code,
    };
    let visited = with_runtime_value(visit(around, admitted, Ask::Doctor, tokio::io::empty(), tokio::io::sink()));
    if let Some(code) = visited {
        return code;
    }
    if !around.state.join("record").exists() {
        around.complain(&around.words.say_with("no-record", &[("state", &around.state.display().to_string())]));
        return ExitCode::from(EX_FAILED);
    }
    let (log, writer, opened) = match store(around) {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    let at_opening: Vec<Reason> = opened.findings.iter().map(opening::finding).collect();
    for reason in &at_opening {
        around.complain(&around.reason(reason));
    }
    let (found, last) = examine(&log);
    for line in &found {
        around.complain(&around.sentence(line));
    }
    around.complain(&around.sentence(&last));
    close(around, writer);
    if found.is_empty() && at_opening.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(EX_FAILED) }
}

fn with_runtime_value<T>(work: impl Future<Output = Option<T>>) -> Option<T> {
    runtime().ok().and_then(|runtime| runtime.block_on(work))
}

/// `qunguan status`.
pub fn status(around: &Surroundings) -> ExitCode {
    ask_running(around, Ask::Status)
}

/// `qunguan stop`.
pub fn stop(around: &Surroundings) -> ExitCode {
    ask_running(around, Ask::Stop)
}

fn ask_running(around: &Surroundings, question: Ask) -> ExitCode {
    let admitted = match admitted_of(around) {
        Ok(admitted) => admitted,
        Err(code) => return code,
    };
    with_runtime(async {
        match visit(around, admitted, question, tokio::io::empty(), tokio::io::sink()).await {
            Some(code) => code,
            None => {
                around.complain(&around.words.say("no-server"));
                ExitCode::from(EX_UNAVAILABLE)
            }
        }
    })
}

/// `qunguan connector check`.
pub fn check_connector(around: &Surroundings, name: Option<String>, program: &[String]) -> ExitCode {
    with_runtime(async {
        match (name, program.is_empty()) {
            (None, false) => alone::check_program(program, &around.words, &mut |line| around.say(line)).await,
            (Some(name), true) => {
                let settings = match around.settings() {
                    Ok(settings) => settings,
                    Err(code) => return code,
                };
                let Some(connection) = settings.connectors.iter().find(|one| one.name == name) else {
                    around.complain(&around.words.say_with("check-no-connector", &[("name", &name)]));
                    return ExitCode::from(EX_CONFIG);
                };
                let connector = serve::connector(connection, &around.state);
                alone::check_connection(&name, connector, &around.words, &mut |line| around.say(line)).await
            }
            _ => {
                around.complain(&around.words.say("check-one-of-two"));
                ExitCode::from(EX_CONFIG)
            }
        }
    })
}
