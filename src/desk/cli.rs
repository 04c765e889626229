//! The commands that take a terminal or become a server: attach, serve, demo, replay, and the look at a connector.

use crate::desk::surroundings::{
    EX_CONFIG, EX_FAILED, EX_UNAVAILABLE, Surroundings, one_thread, with_one_thread, with_runtime,
};
use crate::desk::{alone, arena, door, fault, serve};
use crate::platforms::replay::Speed;
use crate::terminal::attach::attach as attach_terminal;
use crate::terminal::conversation::Ended;
use crate::terminal::lines::{Finished, attach_lines};
use crate::terminal::messages::Sentence;
use crate::terminal::socket::{self, SocketError};
use crate::terminal::start::{Announcement, Start, announce, become_server, connect_or_start};
use rustix::fs::{Access, access};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// How long a started server may take until it listens: a cold record of some millions of messages.
const STARTING: Duration = Duration::from_secs(60);

/// How a seat is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// With a screen on this terminal.
    Screen,
    /// Line by line on standard input and output.
    Lines,
    /// One line, its answer and its end.
    Once(String),
}

impl Form {
    /// `--linear` and `--once WORDS`.
    pub fn of(linear: bool, once: &[String]) -> Self {
        match (once, linear) {
            ([], false) => Self::Screen,
            ([], true) => Self::Lines,
            (words, _) => Self::Once(words.join(" ")),
        }
    }
}

/// Takes a seat over a connection, in its form.
async fn sit<S>(stream: S, name: Option<String>, form: &Form) -> Finished
where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let output = tokio::io::stdout();
    match form {
        Form::Screen => Finished::Otherwise(attach_terminal(stream, name).await),
        Form::Lines => {
            let input = tokio::io::BufReader::new(tokio::io::stdin());
            attach_lines(stream, name, true, input, output).await
        }
        Form::Once(line) => attach_lines(stream, name, false, line.as_bytes(), output).await,
    }
}

/// `qunguan`: attaches this terminal, starting the server when none runs.
pub fn attach(around: &Surroundings, form: &Form) -> ExitCode {
    let settings = match around.settings() {
        Ok(settings) => settings,
        Err(code) => return code,
    };
    let admitted = match around.admitted(&settings) {
        Ok(admitted) => admitted,
        Err(code) => return code,
    };
    with_one_thread(async move {
        // A server that was just killed may take a connection and let it go: once more finds the new one.
        for again in [true, false] {
            let stream = match connect_or_start(&around.place(admitted), admitted, &start(around)).await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    around.complain(&around.sentence(&error.sentence()));
                    return ExitCode::from(EX_UNAVAILABLE);
                }
            };
            let ended = sit(stream, around.name.clone(), form).await;
            if ended == Finished::Otherwise(Ended::Unanswered) && again {
                continue;
            }
            return left(around, &ended, form);
        }
        ExitCode::from(EX_UNAVAILABLE)
    })
}

fn left(around: &Surroundings, ended: &Finished, form: &Form) -> ExitCode {
    let sentence = match ended {
        Finished::Over(_) => None,
        Finished::Otherwise(ended) => ended.sentence(),
    };
    if let Some(sentence) = sentence.map(|sentence| around.sentence(&sentence)) {
        // What is not a line of the seat must not pass for one.
        if *form == Form::Screen { around.say(&sentence) } else { around.complain(&sentence) }
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
    arena::settle();
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
    keep_log(&around.state).map_err(|error| {
        let (path, what) = (around.state.display().to_string(), error.to_string());
        // The log file is the first thing that is written; what is wrong may be the whole folder.
        let closed = around.state.is_dir() && access(&around.state, Access::WRITE_OK).is_err();
        Refusal::Sentence(match closed {
            true => Sentence::new("open-read-only", &[("folder", &path)]),
            false => Sentence::new("serve-log", &[("path", &path), ("what", &what)]),
        })
    })?;
    let runtime = one_thread().map_err(Refusal::Code)?;
    let result = runtime.block_on(async {
        let place = around.place(admitted);
        let listening = socket::listen(&place, admitted).await.map_err(|error| match &error {
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
            around.say(
                &around.words.say_with("serve-ready", &[("state", &around.state.display().to_string())]),
            );
        }
        // On a thread that also carries bytes: a key passes from the socket to the loop without waking another.
        let ended = tokio::spawn(server.run()).await.unwrap_or_else(|error| Err(error.to_string()));
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
    // What members wrote is for the server's owner alone, and the record moves in here next.
    DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    let file = tracing_appender::rolling::Builder::new()
        .rotation(tracing_appender::rolling::Rotation::DAILY)
        .filename_prefix("qunguan")
        .filename_suffix("log")
        .max_log_files(7)
        .build(&folder)
        .map_err(std::io::Error::other)?;
    let filter = tracing_subscriber::EnvFilter::try_from_env("QUNGUAN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let subscriber = tracing_subscriber::fmt()
        .with_writer(std::sync::Mutex::new(file))
        .with_ansi(false)
        .with_env_filter(filter);
    // A second server in one process (tests) keeps the first one's log.
    let _ = subscriber.try_init();
    fault::keep_panics();
    Ok(())
}

/// `qunguan demo`.
pub fn demo(around: &Surroundings, seed: u64, pace: f64, form: &Form) -> ExitCode {
    run_alone(around, alone::Play::Demo { seed, pace }, form)
}

/// `qunguan replay`.
pub fn replay(around: &Surroundings, file: PathBuf, speed: Speed, utc_offset: &str, form: &Form) -> ExitCode {
    let Ok(zone) = utc_offset.parse::<chrono::FixedOffset>() else {
        around.complain(&around.words.say_with("config-zone", &[("text", utc_offset)]));
        return ExitCode::from(EX_CONFIG);
    };
    if let Err(error) = std::fs::File::open(&file) {
        let (path, what) = (file.display().to_string(), error.to_string());
        around.complain(&around.words.say_with("config-unreadable", &[("path", &path), ("what", &what)]));
        return ExitCode::from(EX_FAILED);
    }
    let play = alone::Play::Replay { file, speed, utc_offset_minutes: zone.local_minus_utc() / 60 };
    run_alone(around, play, form)
}

fn run_alone(around: &Surroundings, play: alone::Play, form: &Form) -> ExitCode {
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
        let name = around.name.clone();
        match alone::run(folder.path(), customs, play, async |stream| sit(stream, name, form).await).await {
            Ok(ended) => left(around, &ended, form),
            Err(sentence) => {
                around.complain(&around.sentence(&sentence));
                ExitCode::from(EX_FAILED)
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
