//! From the open connection to 001: capabilities, SASL PLAIN and a nick that is free. Pure: lines in, lines out.

use crate::model::reason::Reason;
use crate::platforms::irc::line::Line;
use crate::platforms::irc::settings::{Secrets, Settings};
use base64::Engine;
use std::collections::BTreeSet;

/// Every capability we can make use of.
const WANTED: [&str; 17] = [
    "message-tags",
    "server-time",
    "batch",
    "echo-message",
    "labeled-response",
    "account-tag",
    "account-notify",
    "extended-join",
    "multi-prefix",
    "userhost-in-names",
    "chghost",
    "setname",
    "cap-notify",
    "standard-replies",
    "draft/chathistory",
    "draft/message-redaction",
    "sasl",
];

/// Bytes of one CAP REQ; longer ones are split, because a server takes or refuses a line as a whole.
const REQUEST: usize = 400;

/// Bytes of base64 in one AUTHENTICATE (SASL 3.1).
const CHUNK: usize = 400;

/// Nicks we try before giving up for this connection.
const TRIES: usize = 5;

/// What the log-in asks for after a line. Cannot be printed: its lines may hold a password.
#[derive(Default)]
pub struct Progress {
    pub send: Vec<Line>,
    pub end: Option<End>,
}

/// How the log-in ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// 001 came: this is our nick.
    Welcome(String),
    /// Trying again would be refused again.
    Refused(Reason),
    /// Trying again may help.
    Failed(Reason),
}

/// A log-in under way.
#[derive(Debug)]
pub struct Login {
    nick: String,
    user: String,
    realname: String,
    secrets: Secrets,
    tries: usize,
    offered: BTreeSet<String>,
    requested: Vec<String>,
    authenticating: bool,
    authenticated: bool,
    /// What the server granted.
    pub granted: BTreeSet<String>,
}

impl Login {
    /// The log-in that `settings` ask for.
    pub fn new(settings: &Settings, secrets: Secrets) -> Self {
        Self {
            nick: settings.nick.clone(),
            user: settings.user.clone().unwrap_or_else(|| settings.nick.clone()),
            realname: settings.realname.clone().unwrap_or_else(|| settings.nick.clone()),
            secrets,
            tries: 0,
            offered: BTreeSet::new(),
            requested: Vec::new(),
            authenticating: false,
            authenticated: false,
            granted: BTreeSet::new(),
        }
    }

    /// The first lines.
    pub fn open(&self) -> Vec<Line> {
        let mut lines = vec![Line::new("CAP", &["LS", "302"])];
        if let Some(password) = &self.secrets.server {
            lines.push(Line::new("PASS", &[password.reveal()]));
        }
        lines.push(Line::new("NICK", &[&self.nick]));
        lines.push(Line::new("USER", &[&self.user, "0", "*", &self.realname]));
        lines
    }

    /// Takes in one line; lines that do not belong to a log-in change nothing.
    pub fn hear(&mut self, line: &Line) -> Progress {
        match line.command.as_str() {
            "CAP" => self.hear_cap(line),
            "AUTHENTICATE" if line.param(0) == "+" => Progress { send: self.credentials(), end: None },
            "900" | "903" | "907" => self.authenticated(line),
            "902" | "904" | "905" | "906" | "908" => refused("irc-login-refused", line),
            "432" => refused("irc-nick-refused", line),
            "433" | "436" | "437" => self.next_nick(line),
            "464" | "465" | "466" => refused("irc-login-refused", line),
            "001" if self.secrets.sasl.is_some() && !self.authenticated => failed("irc-no-sasl", line),
            "001" => Progress { send: Vec::new(), end: Some(End::Welcome(line.param(0).to_owned())) },
            "ERROR" => failed("irc-server-closed", line),
            _ => Progress::default(),
        }
    }

    /// A capability that came or went after the log-in (cap-notify), or an answer about one.
    pub fn hear_cap(&mut self, line: &Line) -> Progress {
        let names: Vec<String> = line.last().split_whitespace().map(str::to_owned).collect();
        match line.param(1).to_ascii_uppercase().as_str() {
            "LS" => {
                self.offered.extend(names.iter().map(|name| bare(name)));
                if line.param(2) == "*" && line.params.len() > 3 { Progress::default() } else { self.ask() }
            }
            "NEW" => {
                self.offered.extend(names.iter().map(|name| bare(name)));
                Progress { send: self.requests(false), end: None }
            }
            "DEL" => {
                self.granted.retain(|granted| !names.iter().any(|name| bare(name) == *granted));
                Progress::default()
            }
            "ACK" => self.answered(&names, true),
            "NAK" => self.answered(&names, false),
            _ => Progress::default(),
        }
    }

    fn ask(&mut self) -> Progress {
        let send = self.requests(self.secrets.sasl.is_some());
        if send.is_empty() { self.finish() } else { Progress { send, end: None } }
    }

    fn requests(&mut self, sasl: bool) -> Vec<Line> {
        let mut lines: Vec<String> = Vec::new();
        for name in WANTED {
            let known = self.granted.contains(name) || self.requested.iter().any(|asked| asked == name);
            if known || !self.offered.contains(name) || (name == "sasl" && !sasl) {
                continue;
            }
            self.requested.push(name.to_owned());
            match lines.last_mut() {
                Some(line) if line.len() + name.len() < REQUEST => {
                    line.push(' ');
                    line.push_str(name);
                }
                _ => lines.push(name.to_owned()),
            }
        }
        lines.iter().map(|names| Line::new("CAP", &["REQ", names])).collect()
    }

    fn answered(&mut self, names: &[String], granted: bool) -> Progress {
        let mut send = Vec::new();
        for name in names {
            self.requested.retain(|asked| asked != name);
            if granted {
                match name.strip_prefix('-') {
                    Some(gone) => self.granted.remove(gone),
                    None => self.granted.insert(name.clone()),
                };
            } else if names.len() > 1 {
                // The whole line was refused for one of them: ask for each alone.
                self.requested.push(name.clone());
                send.push(Line::new("CAP", &["REQ", name]));
            }
        }
        if !self.requested.is_empty() {
            return Progress { send, end: None };
        }
        if self.secrets.sasl.is_some() && self.granted.contains("sasl") && !self.authenticating {
            self.authenticating = true;
            return Progress { send: vec![Line::new("AUTHENTICATE", &["PLAIN"])], end: None };
        }
        if self.authenticating && !self.authenticated { Progress::default() } else { self.finish() }
    }

    fn finish(&self) -> Progress {
        if self.secrets.sasl.is_some() && !self.authenticated {
            return Progress { send: Vec::new(), end: Some(End::Failed(Reason::new("irc-no-sasl"))) };
        }
        Progress { send: vec![Line::new("CAP", &["END"])], end: None }
    }

    fn authenticated(&mut self, line: &Line) -> Progress {
        if line.command == "900" || self.authenticated {
            return Progress::default();
        }
        self.authenticated = true;
        self.finish()
    }

    fn credentials(&self) -> Vec<Line> {
        let Some((user, password)) = &self.secrets.sasl else { return Vec::new() };
        let plain = format!("\0{user}\0{}", password.reveal());
        let encoded = base64::engine::general_purpose::STANDARD.encode(plain);
        let mut lines: Vec<Line> = encoded
            .as_bytes()
            .chunks(CHUNK)
            .map(|chunk| Line::new("AUTHENTICATE", &[&String::from_utf8_lossy(chunk)]))
            .collect();
        if encoded.len().is_multiple_of(CHUNK) {
            lines.push(Line::new("AUTHENTICATE", &["+"]));
        }
        lines
    }

    fn next_nick(&mut self, line: &Line) -> Progress {
        self.tries += 1;
        if self.tries > TRIES {
            return failed("irc-nick-taken-always", line);
        }
        self.nick.push('_');
        Progress { send: vec![Line::new("NICK", &[&self.nick])], end: None }
    }
}

fn bare(name: &str) -> String {
    name.split('=').next().unwrap_or(name).trim_start_matches(['-', '~', '=']).to_owned()
}

fn refused(key: &str, line: &Line) -> Progress {
    Progress { send: Vec::new(), end: Some(End::Refused(Reason::new(key).with("text", line.last()))) }
}

fn failed(key: &str, line: &Line) -> Progress {
    let reason =
        if key == "irc-no-sasl" { Reason::new(key) } else { Reason::new(key).with("text", line.last()) };
    Progress { send: Vec::new(), end: Some(End::Failed(reason)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platforms::irc::settings::Secret;

    fn login(sasl: bool) -> Login {
        let settings: Settings = toml::from_str("server = 'a:1'\nnick = 'guard'").unwrap();
        let sasl = sasl.then(|| ("guard".to_owned(), Secret::new("pässword")));
        Login::new(&settings, Secrets { server: None, sasl })
    }

    fn check(login: &mut Login, heard: &str, sent: &[&str]) -> Option<End> {
        let progress = login.hear(&Line::parse(heard.as_bytes()).unwrap());
        let lines: Vec<String> =
            progress.send.iter().map(|line| line.write().trim_end().to_owned()).collect();
        assert_eq!(lines, sent, "{heard}");
        progress.end
    }

    #[test]
    fn only_what_is_offered_and_wanted_is_asked_for() {
        let mut login = login(false);
        check(&mut login, ":s CAP * LS * :batch sasl=PLAIN", &[]);
        check(&mut login, ":s CAP * LS :server-time inspircd.org/poison", &["CAP REQ :server-time batch"]);
        check(&mut login, ":s CAP g ACK :server-time batch", &["CAP END"]);
        let end = check(&mut login, ":s 001 guard :Welcome", &[]);
        assert_eq!(end, Some(End::Welcome("guard".to_owned())));
        assert!(login.granted.contains("batch"));
    }

    #[test]
    fn a_refused_line_is_asked_again_one_by_one() {
        let mut login = login(false);
        check(&mut login, ":s CAP * LS :batch server-time", &["CAP REQ :server-time batch"]);
        check(&mut login, ":s CAP g NAK :server-time batch", &["CAP REQ server-time", "CAP REQ batch"]);
        check(&mut login, ":s CAP g NAK :server-time", &[]);
        check(&mut login, ":s CAP g ACK :batch", &["CAP END"]);
        assert_eq!(login.granted.iter().collect::<Vec<_>>(), ["batch"]);
    }

    #[test]
    fn sasl_plain_comes_before_the_end_of_capabilities() {
        let mut login = login(true);
        check(&mut login, ":s CAP * LS :sasl", &["CAP REQ sasl"]);
        check(&mut login, ":s CAP g ACK :sasl", &["AUTHENTICATE PLAIN"]);
        check(&mut login, "AUTHENTICATE +", &["AUTHENTICATE AGd1YXJkAHDDpHNzd29yZA=="]);
        check(&mut login, ":s 900 g g!g@h guard :You are now logged in", &[]);
        check(&mut login, ":s 903 g :SASL successful", &["CAP END"]);
    }

    #[test]
    fn a_wrong_password_is_final_and_a_missing_sasl_is_not() {
        let mut wrong = login(true);
        check(&mut wrong, ":s CAP * LS :sasl", &["CAP REQ sasl"]);
        check(&mut wrong, ":s CAP g ACK :sasl", &["AUTHENTICATE PLAIN"]);
        let end = check(&mut wrong, ":s 904 g :SASL failed", &[]);
        assert_eq!(end, Some(End::Refused(Reason::new("irc-login-refused").with("text", "SASL failed"))));
        let end = check(&mut login(true), ":s CAP * LS :batch", &["CAP REQ batch"]);
        assert_eq!(end, None);
        let end = check(&mut login(true), ":s CAP * LS :", &[]);
        assert_eq!(end, Some(End::Failed(Reason::new("irc-no-sasl"))));
    }

    #[test]
    fn a_nick_in_use_gets_a_suffix() {
        let mut login = login(false);
        check(&mut login, ":s 433 * guard :in use", &["NICK guard_"]);
        let end = check(&mut login, ":s 001 guard_ :Welcome", &[]);
        assert_eq!(end, Some(End::Welcome("guard_".to_owned())));
    }

    #[test]
    fn many_capabilities_are_asked_for_in_lines_of_bounded_length() {
        let mut login = login(false);
        login.offered = WANTED.iter().map(|name| (*name).to_owned()).collect();
        for line in login.requests(true) {
            assert!(line.write().len() < REQUEST + 20);
        }
    }
}
