//! The programs under measurement: ours (the server in the background, a seat in the terminal), irssi, lnav.

use super::newest;
use super::source::{Server, Speaker};
use super::terminal::Terminal;
use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_qunguan");

/// A program in its terminal, with its source and everything that runs for it.
pub struct Subject {
    pub name: &'static str,
    pub terminal: Terminal,
    pub speaker: Speaker,
    pub keys: Keys,
    server: Option<Child>,
    folder: TempDir,
}

/// What has to be pressed.
#[derive(Clone, Copy)]
pub struct Keys {
    /// Opens an input line, if one is not always open.
    pub open: &'static [u8],
    /// Closes it again.
    pub close: &'static [u8],
    pub empty: &'static [u8],
    pub page_up: &'static [u8],
    pub newest: &'static [u8],
}

/// Said before anything is measured, so that every screen is full.
const BEFORE: u64 = 300;

impl Subject {
    /// Our server, recording, with all rules of the first day, and one seat.
    pub fn ours() -> Self {
        let (folder, source) = (TempDir::with_prefix("qg").unwrap(), Server::open());
        let text = format!(
            "language = \"zh\"\n[[connector]]\nname = \"net\"\nplatform = \"irc\"\nserver = \"127.0.0.1:{}\"\n\
             tls = false\nnick = \"modnick\"\nrooms = [\"#c\"]\n",
            source.port()
        );
        fs::write(folder.path().join("qunguan.toml"), text).unwrap();
        for name in ["state", "run"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let log = File::create(folder.path().join("serve.log")).unwrap();
        let mut serve = ours(folder.path(), &["serve"]);
        serve.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let server = serve.spawn().expect("our server");
        let speaker = source.welcome();
        let terminal = Terminal::start(&ours(folder.path(), &["--as", "bench"]));
        let keys = Keys { open: b"/", close: b"\x1b", empty: b"\x15", page_up: b"\x1b[5~", newest: b"G" };
        Self { name: "qunguan", terminal, speaker, keys, server: Some(server), folder }.ready()
    }

    /// irssi, logging; none where it is not installed.
    pub fn irssi() -> Option<Self> {
        installed("irssi")?;
        let (folder, source) = (TempDir::with_prefix("qg").unwrap(), Server::open());
        let (port, path) = (source.port(), folder.path().display().to_string());
        let text = format!(
            "servers = ( {{ address = \"127.0.0.1\"; chatnet = \"t\"; port = \"{port}\"; autoconnect = \"yes\"; \
             use_tls = \"no\"; }} );\nchatnets = {{ t = {{ type = \"IRC\"; nick = \"modnick\"; }}; }};\n\
             channels = ( {{ name = \"#c\"; chatnet = \"t\"; autojoin = \"yes\"; }} );\n\
             settings = {{ core = {{ real_name = \"mod\"; user_name = \"mod\"; nick = \"modnick\"; }};\n\
             \"fe-text\" = {{ scrollback_lines = \"0\"; scrollback_time = \"0\"; }};\n\
             \"fe-common/core\" = {{ autolog = \"yes\"; autolog_path = \"{path}/logs/$0.log\"; }}; }};\n\
             keyboard = ( {{ key = \"meta-e\"; id = \"scroll_end\"; data = \"\"; }} );\n"
        );
        fs::write(folder.path().join("config"), text).unwrap();
        let mut command = Command::new("irssi");
        command.arg("--home").arg(folder.path()).env("LANG", "C.UTF-8").env("LC_ALL", "C.UTF-8");
        let mut terminal = Terminal::start(&command);
        let speaker = source.welcome();
        terminal.quiet();
        // From its status window to the room's.
        terminal.press(b"\x1b2");
        let keys = Keys { open: b"", close: b"\x15", empty: b"\x15", page_up: b"\x1b[5~", newest: b"\x1be" };
        Some(Self { name: "irssi", terminal, speaker, keys, server: None, folder }.ready())
    }

    /// lnav on a file that grows; none where it is not installed.
    pub fn lnav() -> Option<Self> {
        installed("lnav")?;
        let folder = TempDir::with_prefix("qg").unwrap();
        let log = folder.path().join("chat.log");
        let file = OpenOptions::new().create(true).append(true).open(&log).unwrap();
        let mut speaker = Speaker::into_file(file);
        speaker.say(BEFORE);
        let mut command = Command::new("lnav");
        command.arg(&log).env("HOME", folder.path()).env("LANG", "C.UTF-8").env("LC_ALL", "C.UTF-8");
        let mut terminal = Terminal::start(&command);
        terminal.wait("lnav", |screen| newest(screen).is_some());
        terminal.press(b"G");
        let keys = Keys { open: b"", close: b"", empty: b"", page_up: b"b", newest: b"G" };
        Some(Self { name: "lnav", terminal, speaker, keys, server: None, folder }.ready())
    }

    /// Everything that runs for it.
    pub fn processes(&self) -> Vec<u32> {
        self.server.iter().map(Child::id).chain([self.terminal.pid()]).collect()
    }

    /// Ends server and seat and takes a new seat at a new server, which reads the record: how long until the newest
    /// message is on the screen.
    pub fn first_screen(&mut self) -> f64 {
        let last = self.speaker.next - 1;
        let server = self.server.as_mut().expect("only ours has a server");
        let stopped = ours(self.folder.path(), &["stop"]).stdin(Stdio::null()).output().unwrap();
        assert!(stopped.status.success(), "{stopped:?}");
        server.wait().unwrap();
        let mut serve = ours(self.folder.path(), &["serve"]);
        serve.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let began = Instant::now();
        *server = serve.spawn().unwrap();
        let socket_wait = ours(self.folder.path(), &["--as", "bench"]);
        // Where nobody listens yet a seat would start a server of its own.
        while !listening(self.folder.path()) {
            std::thread::yield_now();
        }
        self.terminal = Terminal::start(&socket_wait);
        let at = self.terminal.wait("the newest message", |screen| newest(screen) == Some(last));
        at.duration_since(began).as_secs_f64() * 1000.0
    }

    fn ready(mut self) -> Self {
        self.speaker.say(BEFORE);
        let last = self.speaker.next - 1;
        self.terminal.wait(self.name, |screen| newest(screen) == Some(last));
        self.terminal.quiet();
        self
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            // It may have ended by itself.
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

fn ours(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(words).arg("--state").arg(folder.join("state"));
    command.arg("--config").arg(folder.join("qunguan.toml"));
    command.env("XDG_RUNTIME_DIR", folder.join("run")).env("HOME", folder).env("LANG", "zh_CN.UTF-8");
    for name in ["NO_COLOR", "LC_ALL", "LC_MESSAGES", "SSH_CONNECTION", "TMUX"] {
        command.env_remove(name);
    }
    command
}

fn listening(folder: &Path) -> bool {
    let found = |entry: fs::DirEntry| std::os::unix::net::UnixStream::connect(entry.path()).is_ok();
    let run = folder.join("run/qunguan");
    fs::read_dir(run).is_ok_and(|mut entries| entries.any(|entry| entry.is_ok_and(found)))
}

fn installed(program: &str) -> Option<()> {
    let found = Command::new(program).arg("--version").stdin(Stdio::null()).output();
    if found.is_err() {
        println!("{program} is not installed: its column stays empty");
    }
    found.ok().map(|_| ())
}
