//! Terminals that a person could sit at: panes of a tmux server of our own, ended with it.

use crate::live::PATIENCE;
use crate::live::home::Home;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Instant;

/// A tmux server on its own socket.
pub struct Tmux {
    socket: PathBuf,
}

impl Tmux {
    /// `None` where tmux is not installed and need not be.
    pub fn new(home: &Home) -> Option<Self> {
        let there = Command::new("tmux").arg("-V").output().is_ok_and(|output| output.status.success());
        let required = std::env::var_os("QUNGUAN_REQUIRE_PEERS").is_some_and(|value| value == "1");
        assert!(there || !required, "tmux is not installed");
        if !there {
            eprintln!("SKIPPED: tmux is not installed");
        }
        there.then(|| Self { socket: home.path("tmux") })
    }

    fn tmux(&self, words: &[&str]) -> Output {
        let mut command = Command::new("tmux");
        command.args(["-u", "-f", "/dev/null", "-S"]).arg(&self.socket).args(words);
        command.env_remove("TMUX").output().unwrap()
    }

    /// Opens a terminal of this size that runs this line of shell, with `$TERM` as tmux's own offer.
    pub fn open(&self, name: &str, columns: u16, rows: u16, line: &str) {
        let (columns, rows) = (columns.to_string(), rows.to_string());
        let opened =
            self.tmux(&["new-session", "-d", "-s", name, "-x", &columns, "-y", &rows, line]);
        assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
        self.tmux(&["set-option", "-g", "status", "off"]);
        self.tmux(&["set-option", "-g", "remain-on-exit", "on"]);
    }

    pub fn screen(&self, name: &str) -> String {
        String::from_utf8(self.tmux(&["capture-pane", "-p", "-t", name]).stdout).unwrap()
    }

    /// The screen with its colours, as escape sequences.
    pub fn coloured(&self, name: &str) -> String {
        String::from_utf8(self.tmux(&["capture-pane", "-e", "-p", "-t", name]).stdout).unwrap()
    }

    /// One word about the pane, for instance `pane_pid`.
    pub fn about(&self, name: &str, word: &str) -> String {
        let format = format!("#{{{word}}}");
        let told = self.tmux(&["display-message", "-p", "-t", name, &format]);
        String::from_utf8(told.stdout).unwrap().trim().to_owned()
    }

    pub fn type_keys(&self, name: &str, keys: &[&str]) {
        let words: Vec<&str> = ["send-keys", "-t", name].into_iter().chain(keys.iter().copied()).collect();
        assert!(self.tmux(&words).status.success());
    }

    pub fn wait(&self, name: &str, what: &str, mut so: impl FnMut(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let screen = self.screen(name);
            if so(&screen) {
                return screen;
            }
            assert!(Instant::now() < deadline, "{what}: not on the screen of {name}\n{screen}");
            std::thread::park_timeout(std::time::Duration::from_millis(20));
        }
    }

    pub fn wait_for_text(&self, name: &str, text: &str) -> String {
        self.wait(name, text, |screen| screen.contains(text))
    }

    /// Closes the terminal, as a person closes a window.
    pub fn close(&self, name: &str) {
        assert!(self.tmux(&["kill-session", "-t", name]).status.success());
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}
