//! One TOML file to settings. All mistakes are told together, each with its line; the program never writes the file.

use crate::commands::keymap::{self, Keymap, Wish};
use crate::config::misread;
use crate::language::Language;
use crate::model::reason::Reason;
use crate::platforms::{irc, stdio};
use crate::{enforce, rules};
use chrono::FixedOffset;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// Everything that the configuration settles.
#[derive(Debug)]
pub struct Settings {
    /// The language of every seat; absent: each seat's own `LANG`.
    pub language: Option<Language>,
    /// The theme of a new seat.
    pub theme: String,
    /// The groups' zone; absent: the machine's.
    pub zone: Option<FixedOffset>,
    /// The Unix group whose members may take seats; absent: the server's owner alone.
    pub group: Option<String>,
    /// Weeks of history kept; 0 keeps all.
    pub retention_weeks: u32,
    pub memory: Memory,
    /// What `w1` to `w9` say; empty: the catalogue's own.
    pub warnings: Vec<String>,
    /// Unix accounts (by name or number) to the names under which they act.
    pub moderators: BTreeMap<String, String>,
    pub seats: Seats,
    pub keymap: Keymap,
    pub rules: rules::Settings,
    pub enforce: enforce::Settings,
    pub connectors: Vec<Connection>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: None,
            theme: "default".to_owned(),
            zone: None,
            group: None,
            retention_weeks: 0,
            memory: Memory::default(),
            warnings: Vec::new(),
            moderators: BTreeMap::new(),
            seats: Seats::default(),
            keymap: Keymap::default(),
            rules: rules::Settings::default(),
            enforce: enforce::Settings::default(),
            connectors: Vec::new(),
        }
    }
}

/// `[seats]`: how a new seat is, and what every seat's line is given.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Seats {
    /// Whether severe cases ring and notify.
    pub bell: bool,
    /// The most a seat is sent of what it did not ask for; keys are answered at once all the same. 25000 keeps an
    /// SSH session calm over a phone.
    pub bytes_per_second: Option<u32>,
}

impl Default for Seats {
    fn default() -> Self {
        Self { bell: true, bytes_per_second: None }
    }
}

/// Less is no screen in a minute; more takes no terminal.
const SEAT_BYTES: std::ops::RangeInclusive<u32> = 2_400..=100_000_000;

/// What is kept in memory beyond what the screens need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Memory {
    /// How many of the newest messages are kept to be looked through, some 50 to 90 bytes each; older ones are looked
    /// for in the record.
    pub archived_messages: usize,
}

impl Default for Memory {
    fn default() -> Self {
        Self { archived_messages: 1_000_000 }
    }
}

/// One configured connector.
#[derive(Debug, Clone)]
pub struct Connection {
    pub name: String,
    pub platform: Platform,
}

/// Which network, and how to reach it.
#[derive(Debug, Clone)]
pub enum Platform {
    Irc(Box<irc::settings::Settings>),
    Stdio(stdio::settings::Settings),
}

/// Something in the file that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// From 1.
    pub line: usize,
    pub reason: Reason,
}

/// Reads the text of a configuration file.
///
/// # Errors
/// Every mistake in it, in the order of lines.
pub fn read(text: &str) -> Result<Settings, Vec<Mistake>> {
    let mut reading = Reading { text, mistakes: Vec::new(), settings: Settings::default() };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        reading.syntax(&error, 0);
    }
    for (key, value) in table.into_inner() {
        let line = reading.line_at(key.span().start);
        reading.section(key.get_ref(), value, line);
    }
    reading.finish()
}

struct Reading<'a> {
    text: &'a str,
    mistakes: Vec<Mistake>,
    settings: Settings,
}

impl Reading<'_> {
    fn section(&mut self, key: &str, value: Spanned<DeValue<'_>>, line: usize) {
        match key {
            "language" => self.language(value, line),
            "theme" => self.settings.theme = self.value(value).unwrap_or_default(),
            "utc_offset" => self.zone(value, line),
            "group" => self.settings.group = self.value(value),
            "retention_weeks" => self.settings.retention_weeks = self.value(value).unwrap_or_default(),
            "memory" => self.settings.memory = self.value(value).unwrap_or_default(),
            "warnings" => self.settings.warnings = self.value(value).unwrap_or_default(),
            "moderators" => self.settings.moderators = self.value(value).unwrap_or_default(),
            "seats" => self.settings.seats = self.value(value).unwrap_or_default(),
            "keys" => self.keys(value),
            "rules" => self.settings.rules = self.value(value).unwrap_or_default(),
            "enforce" => self.settings.enforce = self.value(value).unwrap_or_default(),
            "connector" => self.connectors(value, line),
            other => self.wrong(line, Reason::new("config-unknown-section").with("name", other)),
        }
        self.checked(key, line);
    }

    /// What a section says can be well formed and still make no sense.
    fn checked(&mut self, key: &str, line: usize) {
        match key {
            "rules" => {
                if let Err(mistakes) = rules::Rules::new(&self.settings.rules) {
                    for mistake in mistakes {
                        let place = Reason::new("config-rule-place")
                            .with("rule", &mistake.rule)
                            .with("setting", mistake.setting);
                        self.wrong(line, place);
                        self.wrong(line, mistake.reason);
                    }
                }
            }
            "enforce" => {
                for reason in self.settings.enforce.mistakes() {
                    self.wrong(line, reason);
                }
            }
            "seats" => {
                let asked = self.settings.seats.bytes_per_second;
                if let Some(bytes) = asked.filter(|bytes| !SEAT_BYTES.contains(bytes)) {
                    let reason = Reason::new("config-seat-bytes")
                        .with("value", bytes)
                        .with("least", SEAT_BYTES.start())
                        .with("most", SEAT_BYTES.end());
                    self.wrong(line, reason);
                }
            }
            "warnings" if self.settings.warnings.len() > 9 => {
                self.wrong(line, Reason::new("config-too-many-warnings"));
            }
            _ => {}
        }
    }

    fn value<T: DeserializeOwned>(&mut self, value: Spanned<DeValue<'_>>) -> Option<T> {
        let start = value.span().start;
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(value) => Some(value),
            Err(error) => {
                self.syntax(&error, start);
                None
            }
        }
    }

    fn language(&mut self, value: Spanned<DeValue<'_>>, line: usize) {
        match self.value::<String>(value).as_deref() {
            Some("zh" | "zh-CN") => self.settings.language = Some(Language::Chinese),
            Some("en") => self.settings.language = Some(Language::English),
            Some(other) => self.wrong(line, Reason::new("config-language").with("name", other)),
            None => {}
        }
    }

    fn zone(&mut self, value: Spanned<DeValue<'_>>, line: usize) {
        let Some(text) = self.value::<String>(value) else { return };
        match text.parse::<FixedOffset>() {
            Ok(zone) => self.settings.zone = Some(zone),
            Err(_) => self.wrong(line, Reason::new("config-zone").with("text", text)),
        }
    }

    /// `[keys]`: a command's name, and a sequence or a list of sequences.
    fn keys(&mut self, value: Spanned<DeValue<'_>>) {
        let line = self.line_at(value.span().start);
        let DeValue::Table(table) = value.into_inner() else {
            return self.wrong(line, Reason::new("config-key-table"));
        };
        let mut wishes = Vec::new();
        for (name, keys) in table {
            let line = self.line_at(name.span().start);
            let keys = match keys.get_ref() {
                DeValue::String(one) => Some(vec![one.to_string()]),
                _ => self.value::<Vec<String>>(keys),
            };
            if let Some(keys) = keys {
                wishes.push(Wish { name: name.get_ref().to_string(), keys, line });
            }
        }
        match Keymap::with(&wishes) {
            Ok(keymap) => self.settings.keymap = keymap,
            Err(mistakes) => mistakes.into_iter().for_each(|mistake| self.key_mistake(mistake)),
        }
    }

    fn key_mistake(&mut self, mistake: keymap::Mistake) {
        let (line, reason) = match mistake {
            keymap::Mistake::UnknownCommand { line, name } => {
                (line, Reason::new("config-unknown-command").with("name", name))
            }
            keymap::Mistake::NotAKey { line, key } => {
                (line, Reason::new("config-not-a-key").with("key", key))
            }
            keymap::Mistake::Lost { line, key } => (line, Reason::new("config-key-lost").with("key", key)),
            keymap::Mistake::Taken { line, key, by } => {
                (line, Reason::new("config-key-taken").with("key", key).with("by", by))
            }
        };
        self.wrong(line, reason);
    }

    /// `[[connector]]`: `name`, `platform`, and that platform's own settings.
    fn connectors(&mut self, value: Spanned<DeValue<'_>>, line: usize) {
        let DeValue::Array(array) = value.into_inner() else {
            return self.wrong(line, Reason::new("config-connector-list"));
        };
        let mut names = BTreeSet::new();
        for one in array {
            let span = one.span();
            let line = self.line_at(span.start);
            let DeValue::Table(mut table) = one.into_inner() else {
                self.wrong(line, Reason::new("config-connector-list"));
                continue;
            };
            let mut taken = |key: &str| table.remove(key).map(|value| value.into_inner());
            let (Some(DeValue::String(name)), Some(DeValue::String(platform))) =
                (taken("name"), taken("platform"))
            else {
                self.wrong(line, Reason::new("config-connector-name"));
                continue;
            };
            if !names.insert(name.to_string()) {
                self.wrong(line, Reason::new("config-connector-twice").with("name", &name));
            }
            let rest = Spanned::new(span, DeValue::Table(table));
            let platform = match &*platform {
                "irc" => self.irc(rest, line),
                "stdio" => self.value(rest).map(Platform::Stdio),
                other => {
                    self.wrong(line, Reason::new("config-platform").with("name", other));
                    None
                }
            };
            if let Some(platform) = platform {
                self.settings.connectors.push(Connection { name: name.to_string(), platform });
            }
        }
    }

    /// Settings of a network that are well formed can still make no sense.
    fn irc(&mut self, value: Spanned<DeValue<'_>>, line: usize) -> Option<Platform> {
        let settings: irc::settings::Settings = self.value(value)?;
        settings.problems().into_iter().for_each(|problem| self.wrong(line, problem));
        Some(Platform::Irc(Box::new(settings)))
    }

    fn syntax(&mut self, error: &toml::de::Error, start: usize) {
        let line = self.line_at(error.span().map_or(start, |span| span.start));
        self.wrong(line, misread::reason(error.message()));
    }

    fn wrong(&mut self, line: usize, reason: Reason) {
        self.mistakes.push(Mistake { line, reason });
    }

    fn line_at(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    fn finish(mut self) -> Result<Settings, Vec<Mistake>> {
        if self.mistakes.is_empty() {
            return Ok(self.settings);
        }
        // What follows from a line that is no TOML is no mistake of its own.
        let broken: BTreeSet<usize> = self
            .mistakes
            .iter()
            .filter(|mistake| misread::is_no_toml(&mistake.reason))
            .map(|mistake| mistake.line)
            .collect();
        self.mistakes
            .retain(|mistake| misread::is_no_toml(&mistake.reason) || !broken.contains(&mistake.line));
        self.mistakes.sort_by_key(|mistake| mistake.line);
        Err(self.mistakes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(usize, String)> {
        let mistakes = read(text).map(|_| Vec::new()).unwrap_or_else(|mistakes| mistakes);
        mistakes.into_iter().map(|mistake| (mistake.line, mistake.reason.key)).collect()
    }

    #[test]
    fn an_empty_file_is_the_default() {
        assert_eq!(lines(""), Vec::new());
        let settings = read("").unwrap();
        assert_eq!((settings.theme.as_str(), settings.connectors.len()), ("default", 0));
    }

    #[test]
    fn a_whole_file_reads() {
        let text = "language = \"zh\"\nutc_offset = \"+08:00\"\nwarnings = [\"请勿发广告\"]\n[moderators]\nalice = \"阿丽\"\n\
                    [keys]\nmute = \"b\"\nhelp = [\"?\", \"Del\"]\n[enforce]\nstyle = \"strict\"\n\
                    [[connector]]\nname = \"net\"\nplatform = \"irc\"\nserver = \"127.0.0.1:6667\"\ntls = false\nnick = \"qg\"\nrooms = [\"#a\"]\n\
                    [[connector]]\nname = \"py\"\nplatform = \"stdio\"\ncommand = [\"python3\", \"x.py\"]\n";
        let settings = read(text).unwrap();
        assert_eq!(settings.language, Some(Language::Chinese));
        assert_eq!(
            settings.connectors.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
            ["net", "py"]
        );
        assert_eq!(settings.zone.unwrap().local_minus_utc(), 8 * 3600);
    }

    #[test]
    fn all_mistakes_are_told_together_with_their_lines() {
        let text = "themes = \"x\"\nlanguage = \"fr\"\n[keys]\nmutee = \"b\"\nwarn = \"Ctrl+w\"\n\
                    [[connector]]\nname = \"a\"\nplatform = \"telegraph\"\n[[connector]]\nname = \"b\"\nplatform = \"irc\"\nserver = \"x:1\"\nnick = \"q\"\ncolour = 1\n";
        let found = lines(text);
        let keys: Vec<&str> = found.iter().map(|(_, key)| key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "config-unknown-section",
                "config-language",
                "config-unknown-command",
                "config-not-a-key",
                "config-platform",
                "config-unknown-field"
            ]
        );
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>()[..5], [1, 2, 4, 5, 6]);
        assert_eq!(found[5].0, 14);
    }

    #[test]
    fn a_key_that_terminals_keep_for_themselves_is_refused() {
        for key in ["^s", "^z", "g ^h"] {
            assert_eq!(lines(&format!("[keys]\nmute = \"{key}\"\n")), [(2, "config-key-lost".to_owned())]);
        }
        let taken = lines("[keys]\nbell = \"ｘ\"\n");
        assert_eq!(taken, [(2, "config-key-taken".to_owned())], "a full-width key is its ASCII key");
        assert_eq!(lines("[keys]\nmute = \"^t\"\n"), []);
    }

    #[test]
    fn what_is_well_formed_and_makes_no_sense_is_told_too() {
        let block = "[[connector]]\nname = \"a\"\nplatform = \"irc\"\n";
        let plain = format!("{block}server = \"irc.example:6667\"\nnick = \"q\"\ntls = false\n");
        assert_eq!(lines(&plain), [(1, "irc-settings-plaintext".to_owned())]);
        assert_eq!(lines("theme = \"mono\"\nkeys = 1\n"), [(2, "config-key-table".to_owned())]);
        let slow = "theme = \"mono\"\n[seats]\nbytes_per_second = 100\n";
        assert_eq!(lines(slow), [(2, "config-seat-bytes".to_owned())]);
        assert_eq!(lines("connector = [1]\n"), [(1, "config-connector-list".to_owned())]);
    }

    #[test]
    fn broken_toml_names_its_line() {
        assert_eq!(lines("theme = \"default\"\nlanguage = \n"), [(2, "config-unquoted".to_owned())]);
        assert_eq!(lines("theme = \"default\"\n[seats\n"), [(2, "config-toml".to_owned())]);
        assert_eq!(lines("theme = \"mono\"\ntheme = \"mono\"\n"), [(2, "config-duplicate".to_owned())]);
    }
}
