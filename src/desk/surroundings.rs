//! Where a command works, in which words it speaks, and what every command shares.

use crate::config::file::{self, Settings};
use crate::language::{Language, Words};
use crate::model::reason::Reason;
use crate::terminal::accounts;
use crate::terminal::messages::Sentence;
use crate::terminal::socket::{self, Admitted, Place};
use rustix::process::geteuid;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// sysexits.h: a configuration that cannot be meant, a service that is not there, something that failed.
pub const EX_CONFIG: u8 = 78;
/// A service that is not there.
pub const EX_UNAVAILABLE: u8 = 69;
/// Something that failed.
pub const EX_FAILED: u8 = 1;

/// The language of this process, by the first of `LC_ALL`, `LC_MESSAGES`, `LANG` that is set (POSIX).
pub fn language_of_environment() -> Language {
    let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
    Language::of_locale(&["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set).unwrap_or_default())
}

/// Where a command works, and in which words it speaks.
pub struct Surroundings {
    pub(super) state: PathBuf,
    pub(super) config: PathBuf,
    pub(super) config_named: bool,
    pub(super) name: Option<String>,
    pub(super) words: Words,
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
            config: absolute(
                config.unwrap_or_else(|| base("XDG_CONFIG_HOME", ".config").join("config.toml")),
            ),
            name,
            words,
        }
    }

    /// Where the server of the state folder listens. Its owner is the folder's; before there is one, it is us.
    pub(super) fn place(&self, admitted: Admitted) -> Place {
        let name = socket::name_for(&self.state);
        match admitted {
            Admitted::Owner => Place::usual(&name),
            Admitted::Group(_) => {
                let owner = std::fs::metadata(&self.state).map(|folder| folder.uid());
                Place::shared(owner.unwrap_or_else(|_| geteuid().as_raw()), &name)
            }
        }
    }

    /// The configuration; a file that was named must be there. All mistakes are said with their lines.
    pub(super) fn settings(&self) -> Result<Settings, ExitCode> {
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
                self.complain(
                    &self
                        .words
                        .say_with("config-mistake", &[("path", &path), ("line", &line), ("why", &why)]),
                );
            }
            ExitCode::from(EX_CONFIG)
        })
    }

    pub(super) fn admitted(&self, settings: &Settings) -> Result<Admitted, ExitCode> {
        let Some(group) = &settings.group else { return Ok(Admitted::Owner) };
        match accounts::group_id(group) {
            Ok(Some(gid)) => Ok(Admitted::Group(gid)),
            _ => {
                self.complain(&self.words.say_with("config-no-group", &[("name", group)]));
                Err(ExitCode::from(EX_CONFIG))
            }
        }
    }

    pub(super) fn sentence(&self, sentence: &Sentence) -> String {
        let args: Vec<(&str, &str)> =
            sentence.arguments.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.words.say_with(&sentence.key, &args)
    }

    /// A line for the person, on standard output. Foreign text in it is revealed.
    pub(super) fn say(&self, text: &str) {
        let shown = crate::text::reveal::line(text);
        // Nobody may be reading any more; then there is nobody to tell.
        let _ = writeln!(std::io::stdout(), "{shown}");
    }

    /// A line for the person, on standard error.
    pub(super) fn complain(&self, text: &str) {
        let shown = crate::text::reveal::line(text);
        let _ = writeln!(std::io::stderr(), "{shown}");
    }

    pub(super) fn reason(&self, reason: &Reason) -> String {
        self.words.reason(reason)
    }
}

/// The threads of a command.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, ExitCode> {
    let built = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    built.map_err(|_| ExitCode::from(EX_FAILED))
}

/// One thread for everything that hears, decides and shows: what is carried from a network to a terminal never waits
/// for another thread to wake. What reads files or writes the record has threads of its own.
pub(super) fn one_thread() -> Result<tokio::runtime::Runtime, ExitCode> {
    let built = tokio::runtime::Builder::new_current_thread().enable_all().build();
    built.map_err(|_| ExitCode::from(EX_FAILED))
}

/// Does the work of a terminal on one thread.
pub(super) fn with_one_thread(work: impl Future<Output = ExitCode>) -> ExitCode {
    match one_thread() {
        Ok(runtime) => {
            let code = runtime.block_on(work);
            runtime.shutdown_timeout(Duration::from_millis(200));
            code
        }
        Err(code) => code,
    }
}

/// Does the work of a command and waits for nothing that is still reading.
pub(super) fn with_runtime(work: impl Future<Output = ExitCode>) -> ExitCode {
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
