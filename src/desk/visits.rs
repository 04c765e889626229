//! Export, import, doctor, status and stop: through the running server, or on the store itself when none runs.

use crate::desk::errands::{self, examine};
use crate::desk::surroundings::{EX_FAILED, EX_UNAVAILABLE, Surroundings, runtime, with_runtime};
use crate::desk::{alone, clock, opening};
use crate::event_log::{EventLog, Opened, Options, Writer};
use crate::model::reason::Reason;
use crate::terminal::ask::{AskError, ask};
use crate::terminal::messages::{Ask, Sentence};
use crate::terminal::socket::{self, Admitted, SocketError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// A server that was asked to end lets its connectors leave and closes its record; longer than this it should not take.
const ENDS_WITHIN: Duration = Duration::from_secs(60);

/// Asks the running server; `None` when none runs.
async fn visit<I, O>(
    around: &Surroundings,
    admitted: Admitted,
    question: Ask,
    input: I,
    output: O,
) -> Option<ExitCode>
where
    I: AsyncRead + Unpin,
    O: AsyncWrite + Unpin,
{
    let stream = match socket::connect(&around.place(admitted), admitted).await {
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
        Err(AskError::Refused(why)) => {
            around.complain(&around.sentence(&why));
            ExitCode::from(EX_UNAVAILABLE)
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
fn store(around: &Surroundings) -> Result<(EventLog, Writer, Opened), ExitCode> {
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
            None => {
                visit(around, admitted, Ask::Export { from }, tokio::io::empty(), tokio::io::stdout()).await
            }
            Some(path) => match tokio::fs::File::create(path).await {
                Ok(mut output) => {
                    let visited =
                        visit(around, admitted, Ask::Export { from }, tokio::io::empty(), &mut output).await;
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
        around
            .complain(&around.words.say_with("no-record", &[("state", &around.state.display().to_string())]));
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

fn close(around: &Surroundings, writer: Writer) {
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
                around.complain(
                    &around.words.say_with("config-unreadable", &[("path", &path), ("what", &what)]),
                );
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
    let visited =
        with_runtime_value(visit(around, admitted, Ask::Doctor, tokio::io::empty(), tokio::io::sink()));
    if let Some(code) = visited {
        return code;
    }
    if !around.state.join("record").exists() {
        around
            .complain(&around.words.say_with("no-record", &[("state", &around.state.display().to_string())]));
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

/// `qunguan stop`: returns when the server has left its place, so that the next one can take it.
pub fn stop(around: &Surroundings) -> ExitCode {
    let code = ask_running(around, Ask::Stop);
    let Ok(admitted) = admitted_of(around) else { return code };
    if code != ExitCode::SUCCESS {
        return code;
    }
    let (leaving, left) = std::sync::mpsc::channel();
    let place = around.place(admitted);
    // Ends with this process when the server takes longer.
    std::thread::spawn(move || leaving.send(socket::wait_until_left(&place)));
    match left.recv_timeout(ENDS_WITHIN) {
        Ok(Ok(())) => {
            around.complain(&around.words.say("stop-done"));
            ExitCode::SUCCESS
        }
        Ok(Err(error)) => {
            around.complain(&around.words.say_with("visit-broke", &[("what", &error.to_string())]));
            ExitCode::from(EX_FAILED)
        }
        Err(_) => {
            around.complain(&around.words.say("stop-slow"));
            ExitCode::from(EX_FAILED)
        }
    }
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
