//! One process without a socket: the demo, a replay, an import into a store nobody serves, a look at a connector. The
//! same server, door and seat code as everywhere, over a pipe in memory.

use crate::desk::clock;
use crate::desk::door::{self, Porter};
use crate::desk::house::Customs;
use crate::desk::serve::{self, Server};
use crate::language::Words;
use crate::model::ability::{Mode, Verb};
use crate::model::heard::{Heard, Status};
use crate::model::member::Role;
use crate::platforms::replay::{self, Speed};
use crate::platforms::stdio::check::{self, Verdict};
use crate::platforms::{Connector, HEARD_WAITING, Link, script};
use crate::terminal::ask::ask;
use crate::terminal::messages::{Ask, Sentence};
use crate::terminal::wire;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use tokio::io::DuplexStream;
use tokio::sync::mpsc;

/// How long a connector is listened to before its rooms are told.
const LISTENING: Duration = Duration::from_secs(20);
/// After the last thing of interest, so much longer.
const SETTLING: Duration = Duration::from_secs(3);

/// What is played.
#[derive(Debug, Clone)]
pub enum Play {
    Demo { seed: u64, pace: f64 },
    Replay { file: PathBuf, speed: Speed, utc_offset_minutes: i32 },
}

/// A temporary folder that goes with the program.
pub struct Folder(PathBuf);

impl Folder {
    /// A new folder that only this user can enter.
    ///
    /// # Errors
    /// What the file system says.
    pub fn new() -> std::io::Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        for attempt in 0..100_u32 {
            let path = std::env::temp_dir().join(format!("qunguan-{}-{attempt}", std::process::id()));
            match std::fs::DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(std::io::ErrorKind::AlreadyExists.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "the temporary folder stays");
        }
    }
}

/// Plays until the seat leaves; `sit` takes the seat over the connection it is given.
///
/// # Errors
/// Why it could not begin.
pub async fn run<Left>(
    folder: &Path,
    customs: Customs,
    play: Play,
    sit: impl AsyncFnOnce(DuplexStream) -> Left,
) -> Result<Left, Sentence> {
    let mut server =
        Server::open(folder, customs, BTreeMap::new(), true).map_err(|error| serve::refusal(&error))?;
    match play {
        Play::Demo { seed, pace } => {
            let settings = script::Settings { seed, pace, start: clock::now() };
            server.connect("demo", Box::new(script::Demo::new(settings)));
        }
        Play::Replay { file, speed, utc_offset_minutes } => {
            let settings = replay::Settings { file, speed, utc_offset_minutes };
            server.connect("replay", Box::new(replay::Replay::new(settings)));
        }
    }
    let (ours, theirs) = wire::pair();
    tokio::spawn(door::visit(theirs, None, server.porter.clone()));
    let serving = tokio::spawn(server.run());
    let ended = sit(ours).await;
    if let Ok(Err(what)) = serving.await {
        tracing::error!(%what, "the record did not close in order");
    }
    Ok(ended)
}

/// Imports a file into a store that no server has open.
///
/// # Errors
/// Why it could not begin, or why it broke off.
pub async fn import(folder: &Path, file: &Path) -> Result<(bool, Sentence), Sentence> {
    let (customs, _) = serve::customs(&crate::config::file::Settings::default(), None);
    let server =
        Server::open(folder, customs, BTreeMap::new(), false).map_err(|error| serve::refusal(&error))?;
    let porter: Porter = server.porter.clone();
    let knocks = porter.knocks.clone();
    let (ours, theirs) = wire::pair();
    tokio::spawn(door::visit(theirs, None, porter));
    let serving = tokio::spawn(server.run());
    let broke = |what: String| Sentence::new("visit-broke", &[("what", &what)]);
    let input = tokio::fs::File::open(file).await.map_err(|error| broke(error.to_string()))?;
    let answer = ask(ours, None, Ask::Import, input, tokio::io::sink(), |_| {}).await;
    drop(knocks.send(door::Knock::Stop).await);
    if let Ok(Err(what)) = serving.await {
        return Err(broke(what));
    }
    answer.map(|answer| (answer.done, answer.sentence)).map_err(|error| broke(error.to_string()))
}

/// Whether a program keeps the rules of modline/1, a line for each rule.
pub async fn check_program(
    program: &[String],
    words: &Words,
    say: &mut (dyn FnMut(&str) + Send),
) -> ExitCode {
    let mut failed = 0;
    for finding in check::check(program).await {
        let (mark, bad) = match finding.verdict {
            Verdict::Passed => ("✓", 0),
            Verdict::Failed => ("✗", 1),
            Verdict::NotShown => ("·", 0),
        };
        failed += bad;
        let detail = finding.detail.map(|reason| words.reason(&reason)).unwrap_or_default();
        say(format!("{mark} {} {detail}", words.say(finding.name)).trim_end());
    }
    say(&words.say_with(
        if failed == 0 { "check-kept" } else { "check-broken" },
        &[("count", &failed.to_string())],
    ));
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Connects, and says which rooms there are and what may be done in them.
pub async fn check_connection(
    name: &str,
    connector: Box<dyn Connector>,
    words: &Words,
    say: &mut (dyn FnMut(&str) + Send),
) -> ExitCode {
    let (telling, mut heard) = mpsc::channel(HEARD_WAITING);
    let (link, orders) = Link::new(name, telling);
    let running = tokio::spawn(connector.run(link));
    let mut until = tokio::time::Instant::now() + LISTENING;
    let mut online = false;
    while let Ok(Some((_, heard))) = tokio::time::timeout_at(until, heard.recv()).await {
        let more = told(&heard, words, say);
        match heard {
            Heard::Status(Status::Online { .. }) => online = true,
            Heard::Status(Status::Ended { .. }) => break,
            _ => {}
        }
        if more && online {
            until = tokio::time::Instant::now() + SETTLING;
        }
    }
    drop(orders);
    // It leaves politely; what it says meanwhile is not of interest any more.
    let parting = async { while heard.recv().await.is_some() {} };
    let _ = tokio::time::timeout(SETTLING, parting).await;
    running.abort();
    say(&words.say(if online { "check-connected" } else { "check-not-connected" }));
    if online { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Says what is of interest; whether it was.
fn told(heard: &Heard, words: &Words, say: &mut (dyn FnMut(&str) + Send)) -> bool {
    match heard {
        Heard::Status(status) => match status {
            Status::Connecting => say(&words.say("check-connecting")),
            Status::Online { account } => say(&words.say_with("check-online", &[("account", account)])),
            Status::Offline { reason, .. } | Status::Ended { reason } => say(&words.reason(reason)),
        },
        Heard::Room { external, name, abilities, own_role, .. } => {
            let role = words.say(role_key(*own_role));
            say(&words.say_with("check-room", &[("room", external), ("name", name), ("role", &role)]));
            for verb in Verb::ALL {
                let ability = abilities.of(verb);
                let mark = match ability.mode {
                    Mode::Native => "✓",
                    Mode::Emulated => "~",
                    Mode::Unsupported => "–",
                };
                let why = ability.reason.map(|reason| words.reason(&reason)).unwrap_or_default();
                say(format!("    {mark} {} {why}", words.say(verb_key(verb))).trim_end());
            }
        }
        Heard::Remark(reason) => say(&words.reason(reason)),
        _ => return false,
    }
    true
}

fn role_key(role: Role) -> &'static str {
    match role {
        Role::Owner => "role-owner",
        Role::Admin => "role-admin",
        Role::Voiced => "role-voiced",
        Role::Member => "role-member",
        Role::Unknown => "role-unknown",
    }
}

fn verb_key(verb: Verb) -> &'static str {
    match verb {
        Verb::Recall => "verb-recall",
        Verb::Warn => "verb-warn",
        Verb::Say => "verb-say",
        Verb::Mute => "verb-mute",
        Verb::Unmute => "verb-unmute",
        Verb::Remove => "verb-remove",
        Verb::Block => "verb-block",
        Verb::Unblock => "verb-unblock",
    }
}
