//! A temporary folder with a configuration, a state folder and a runtime folder, and the server that lives there.

use crate::live::wait_for;
use qunguan::terminal::socket::{Admitted, Place, connect, name_for, peer};
use std::fs;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_qunguan");

/// Where one server lives.
pub struct Home {
    folder: TempDir,
}

/// A running `qunguan serve`; killed when dropped.
pub struct Server {
    child: Child,
}

impl Home {
    /// With this text in its configuration file.
    pub fn new(configuration: &str) -> Self {
        let home = Self { folder: tempfile::Builder::new().prefix("qg").tempdir().unwrap() };
        fs::create_dir(home.path("state")).unwrap();
        fs::create_dir(home.path("run")).unwrap();
        home.configure(configuration);
        home
    }

    pub fn configure(&self, text: &str) {
        fs::write(self.path("qunguan.toml"), text).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn place(&self) -> Place {
        Place::within(self.path("run").join("qunguan"), &name_for(&self.path("state")))
    }

    pub fn socket(&self) -> PathBuf {
        self.place().socket()
    }

    /// Who listens here, as the kernel says.
    pub fn server_pid(&self) -> Option<u32> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let stream = runtime.block_on(connect(&self.place(), Admitted::Owner)).ok()?;
        let _inside = runtime.enter();
        peer(&stream).unwrap().pid.and_then(|pid| u32::try_from(pid).ok())
    }

    /// A line of shell that takes a seat from a terminal, with these variables on top, and says with what it ended.
    pub fn seat_session(&self, name: &str, variables: &str) -> String {
        format!("{}; echo ended with $?; read line", self.seat_line(name, variables))
    }

    /// A line of shell that takes a seat from a terminal, with these variables on top.
    pub fn seat_line(&self, name: &str, variables: &str) -> String {
        let (run, home) = (self.path("run"), self.folder.path());
        let (state, config) = (self.path("state"), self.path("qunguan.toml"));
        format!(
            "env -u NO_COLOR -u COLORTERM -u LC_ALL -u SSH_TTY XDG_RUNTIME_DIR={} HOME={} LANG=en_US.UTF-8 TZ=UTC \
             {variables} {PROGRAM} --state {} --config {} --as {name}",
            run.display(),
            home.display(),
            state.display(),
            config.display()
        )
    }

    /// `qunguan` with this home's folders; `words` begin with the subcommand, if any.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(words).arg("--state").arg(self.path("state"));
        command.arg("--config").arg(self.path("qunguan.toml"));
        self.surround(&mut command);
        command
    }

    /// `qunguan demo`, which has a state folder of its own.
    pub fn demo(&self, words: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.arg("demo").args(words).arg("--config").arg(self.path("qunguan.toml"));
        self.surround(&mut command);
        command
    }

    /// The environment that keeps a program within this home.
    pub fn surround(&self, command: &mut Command) {
        command.env("XDG_RUNTIME_DIR", self.path("run")).env("HOME", self.folder.path());
        command.env_remove("XDG_STATE_HOME").env_remove("XDG_CONFIG_HOME").env_remove("NO_COLOR");
        command.env_remove("LC_ALL").env_remove("LC_MESSAGES");
        command.env("LANG", "en_US.UTF-8").env("TZ", "UTC").stdin(Stdio::null());
    }

    /// Runs a subcommand to its end.
    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// Starts `qunguan serve` and gives it back at once.
    pub fn start(&self) -> Server {
        let log = fs::OpenOptions::new().create(true).append(true).open(self.path("serve.log")).unwrap();
        let mut command = self.command(&["serve"]);
        command.stdout(log.try_clone().unwrap()).stderr(log);
        // A killed server cannot end its connectors; they end with their input.
        command.process_group(0);
        Server { child: command.spawn().unwrap() }
    }

    /// Starts `qunguan serve` and waits until it answers.
    pub fn serve(&self) -> Server {
        let mut server = self.start();
        wait_for("the server answers", || {
            if let Some(status) = server.child.try_wait().unwrap() {
                panic!("the server ended at once: {status}\n{}", self.log());
            }
            UnixStream::connect(self.socket()).ok()
        });
        server
    }

    pub fn log(&self) -> String {
        read(&self.path("serve.log"))
    }
}

impl Drop for Home {
    /// A server that a terminal started in the background is nobody's child.
    fn drop(&mut self) {
        if let Some(pid) = self.server_pid() {
            signal("KILL", pid);
        }
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

impl Server {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL, and waits until the process is gone.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and waits for the end.
    pub fn terminate(mut self) -> std::process::ExitStatus {
        signal("TERM", self.pid());
        wait_for("the server ends after SIGTERM", || self.child.try_wait().unwrap())
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.is_running() {
            self.kill();
        }
    }
}

/// Sends a signal to one process.
pub fn signal(name: &str, pid: u32) {
    let status = Command::new("kill").args(["-s", name, &pid.to_string()]).status().unwrap();
    assert!(status.success(), "kill -s {name} {pid}");
}
