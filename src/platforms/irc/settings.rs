//! What a person configures about an IRC network. A secret is never printed, neither by `Debug` nor in any sentence.

use crate::model::reason::Reason;
use crate::platforms::irc::line::cut;
use serde::Deserialize;
use std::fmt;
use std::path::PathBuf;

/// One IRC network and our account there.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// `host:port`, for instance `irc.libera.chat:6697`.
    pub server: String,
    /// Encrypted connection.
    #[serde(default = "yes")]
    pub tls: bool,
    /// PEM file with the only authorities to trust; absent: the machine's own store.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// The name the certificate must carry; absent: the host of `server`.
    #[serde(default)]
    pub server_name: Option<String>,
    /// Allows an unencrypted connection to another machine.
    #[serde(default)]
    pub allow_plaintext: bool,
    pub nick: String,
    /// Absent: the same as `nick`.
    #[serde(default)]
    pub user: Option<String>,
    /// Absent: the same as `nick`.
    #[serde(default)]
    pub realname: Option<String>,
    /// Server password (PASS), in one of three ways.
    #[serde(default)]
    pub password: Option<Secret>,
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    #[serde(default)]
    pub password_env: Option<String>,
    /// Our account on the network.
    #[serde(default)]
    pub sasl: Option<Sasl>,
    /// Rooms to join.
    #[serde(default)]
    pub rooms: Vec<String>,
    /// How a warning is said in the room.
    #[serde(default)]
    pub warn_as: WarnAs,
    /// Lines that may go at once; ngIRCd and InspIRCd punish more.
    #[serde(default = "five")]
    pub burst: u32,
    /// Milliseconds until one more line may go after a burst.
    #[serde(default = "two_seconds")]
    pub pace_milliseconds: u32,
    /// Seconds of silence after which we ask whether the server is still there; two unanswered: reconnect.
    #[serde(default = "a_minute")]
    pub keepalive_seconds: u32,
}

/// An account for SASL PLAIN.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sasl {
    pub user: String,
    #[serde(default)]
    pub password: Option<Secret>,
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    #[serde(default)]
    pub password_env: Option<String>,
}

/// How a warning is said in the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarnAs {
    /// NOTICE: clients set it apart, and bots must not answer it.
    Notice,
    /// PRIVMSG: an ordinary message, which also highlights the person's name.
    #[default]
    Message,
}

/// A password. It shows itself as three dots.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a password.
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The password itself, for the one line that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("…")
    }
}

/// The secrets of one network, read from where the settings say.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    pub server: Option<Secret>,
    /// User and password.
    pub sasl: Option<(String, Secret)>,
}

impl Settings {
    /// Everything that is wrong with these settings, without touching a file or the network.
    pub fn problems(&self) -> Vec<Reason> {
        let mut problems = Vec::new();
        let Some((host, _)) = self.address() else {
            return vec![Reason::new("irc-settings-server").with("server", &self.server)];
        };
        if !self.tls && !self.allow_plaintext && !is_loopback(host) {
            problems.push(Reason::new("irc-settings-plaintext").with("host", host));
        }
        if self.nick.is_empty() || self.nick.contains([' ', ':', '!', '@', '\r', '\n', '\0']) {
            problems.push(Reason::new("irc-settings-nick").with("nick", &self.nick));
        }
        let unusable =
            |room: &&String| !room.starts_with(['#', '&', '+', '!']) || room.contains([' ', ',', '\r', '\n']);
        for room in self.rooms.iter().filter(unusable) {
            problems.push(Reason::new("irc-settings-room").with("room", cut(room, 80)));
        }
        problems
    }

    /// Host and port of `server`; an IPv6 address stands in brackets.
    pub fn address(&self) -> Option<(&str, u16)> {
        let (host, port) = self.server.rsplit_once(':')?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = port.parse().ok()?;
        (!host.is_empty()).then_some((host, port))
    }

    /// Reads the secrets. The reason names the place, never the content.
    pub fn secrets(&self) -> Result<Secrets, Reason> {
        let server = read(&self.password, &self.password_file, &self.password_env)?;
        let sasl = match &self.sasl {
            None => None,
            Some(sasl) => {
                let password = read(&sasl.password, &sasl.password_file, &sasl.password_env)?
                    .ok_or_else(|| Reason::new("irc-settings-no-password").with("user", &sasl.user))?;
                Some((sasl.user.clone(), password))
            }
        };
        Ok(Secrets { server, sasl })
    }
}

fn read(
    inline: &Option<Secret>,
    file: &Option<PathBuf>,
    variable: &Option<String>,
) -> Result<Option<Secret>, Reason> {
    if let Some(secret) = inline {
        return Ok(Some(secret.clone()));
    }
    if let Some(path) = file {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Reason::new("irc-settings-password-file").with("path", path.display()).with("error", error.kind())
        })?;
        return Ok(Some(Secret::new(text.trim_end_matches(['\r', '\n']))));
    }
    let Some(name) = variable else { return Ok(None) };
    let text = std::env::var(name)
        .map_err(|_| Reason::new("irc-settings-password-variable").with("variable", name))?;
    Ok(Some(Secret::new(&text)))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn yes() -> bool {
    true
}

fn five() -> u32 {
    5
}

fn two_seconds() -> u32 {
    2000
}

fn a_minute() -> u32 {
    60
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Settings {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn a_secret_is_never_printed() {
        let read = settings(
            "server = 'irc.example:6697'\nnick = 'guard'\npassword = 'hunter2'\n[sasl]\nuser = 'g'\npassword = 'hunter3'",
        );
        let shown = format!("{read:?} {:?} {:?}", read.secrets().unwrap(), read.problems());
        assert!(!shown.contains("hunter"), "{shown}");
    }

    #[test]
    fn plaintext_to_another_machine_must_be_allowed() {
        let check = |text: &str, keys: &[&str]| {
            let problems = settings(text).problems();
            assert_eq!(
                problems.iter().map(|problem| problem.key.as_str()).collect::<Vec<_>>(),
                keys,
                "{text}"
            );
        };
        check("server = 'irc.example:6667'\nnick = 'g'\ntls = false", &["irc-settings-plaintext"]);
        check("server = 'irc.example:6667'\nnick = 'g'\ntls = false\nallow_plaintext = true", &[]);
        check("server = '[::1]:6667'\nnick = 'g'\ntls = false", &[]);
        check(
            "server = 'localhost:6667'\nnick = 'g h'\ntls = false\nrooms = ['c']",
            &["irc-settings-nick", "irc-settings-room"],
        );
        check("server = 'irc.example'\nnick = 'g'", &["irc-settings-server"]);
    }

    #[test]
    fn an_unknown_setting_is_refused() {
        assert!(toml::from_str::<Settings>("server = 'a:1'\nnick = 'g'\nchannel = '#c'").is_err());
    }

    #[test]
    fn a_password_is_read_from_a_file_without_its_line_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        std::fs::write(&path, "hunter2\n").unwrap();
        let read = settings(&format!("server = 'a:1'\nnick = 'g'\npassword_file = '{}'", path.display()));
        assert_eq!(read.secrets().unwrap().server, Some(Secret::new("hunter2")));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(read.secrets().unwrap_err().key, "irc-settings-password-file");
    }
}
