//! The README, kept true: its keys are the table's, its settings are the program's, its files are there, and every
//! promise in it names tests that exist. `QUNGUAN_BLESS=1` writes the keys anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use qunguan::commands::table::{Command, Group, MUTES, Row, TABLE};
use qunguan::config::file::{self, Platform, Settings};
use qunguan::language::{Language, Words};
use qunguan::{enforce, rules};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const BEGIN: &str = "<!-- keys:begin -->\n";
const END: &str = "<!-- keys:end -->";
/// The least that each platform's block must hold.
const CONNECTORS: [(&str, &str); 2] =
    [("irc", "server = 'irc.example:6697'\nnick = 'guard'\n"), ("stdio", "command = ['true']\n")];

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(package().join("README.md")).unwrap()
}

fn example() -> Settings {
    let text = fs::read_to_string(package().join("tests/fixtures/config/example.toml")).unwrap();
    file::read(&text).unwrap()
}

/// What stands between the two marks.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(begin).unwrap_or_else(|| panic!("the README has no {begin}"));
    rest.split_once(end).unwrap_or_else(|| panic!("nothing ends {begin}")).0
}

#[test]
fn the_keys_are_those_of_the_table() {
    let (text, keys) = (readme(), keys());
    if std::env::var("QUNGUAN_BLESS").is_ok() {
        let (before, rest) = text.split_once(BEGIN).unwrap();
        let (_, after) = rest.split_once(END).unwrap();
        fs::write(package().join("README.md"), format!("{before}{BEGIN}{keys}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(between(&text, BEGIN, END), keys, "QUNGUAN_BLESS=1 takes the table as it is");
}

fn keys() -> String {
    let (english, chinese) = (Words::of(Language::English), Words::of(Language::Chinese));
    let mut text = String::new();
    for group in Group::ALL {
        let title = |words: &Words| words.say(group.title());
        text += &format!("\n**{} · {}**\n\n", title(&english), title(&chinese));
        text += "| key | command | what it does | 用途 |\n|---|---|---|---|\n";
        for row in TABLE.iter().filter(|row| row.group == group) {
            text += &key_row(row, &english, &chinese);
        }
    }
    text + &presets(&english, &chinese)
}

/// One command; the nine rooms share a row.
fn key_row(row: &Row, english: &Words, chinese: &Words) -> String {
    let sentence = |words: &Words| words.say(&format!("cmd-{}", row.name));
    let written = |keys: &str| format!("`{}`", keys.replace(' ', ""));
    let keys: Vec<String> = row.keys.iter().map(|keys| written(keys)).collect();
    match row.command {
        Command::Room(1) => {
            let all = |words: &Words| sentence(words).replace('1', "1 … 9");
            let (english, chinese) = (all(english), all(chinese));
            format!("| `Alt-1` … `Alt-9` | `room-1` … `room-9` | {english} | {chinese} |\n")
        }
        Command::Room(_) => String::new(),
        _ => {
            let keys = if keys.is_empty() { "–".to_owned() } else { keys.join(" ") };
            format!("| {keys} | `{}` | {} | {} |\n", row.name, sentence(english), sentence(chinese))
        }
    }
}

/// What the digits after `m` and `w` choose.
fn presets(english: &Words, chinese: &Words) -> String {
    let mut text = "\n**Digits · 数字**\n\n| keys | what they choose | 选择 |\n|---|---|---|\n".to_owned();
    for (digit, seconds) in MUTES {
        let (unit, count) = match seconds {
            86_400.. if seconds % 86_400 == 0 => ("days", seconds / 86_400),
            3600.. => ("hours", seconds / 3600),
            _ => ("minutes", seconds / 60),
        };
        let length = |words: &Words| words.say_with(unit, &[("n", &count.to_string())]);
        text += &format!("| `m{digit}` | {} | {} |\n", length(english), length(chinese));
    }
    text += &format!("| `m0` | {} | {} |\n", english.say("mute-lift"), chinese.say("mute-lift"));
    for digit in 1..=9 {
        let key = format!("warning-{digit}");
        if english.has(&key) {
            text += &format!("| `w{digit}` | {} | {} |\n", english.say(&key), chinese.say(&key));
        }
    }
    text
}

#[test]
fn the_two_commands_are_named_first() {
    let text = readme();
    for language in ["## 快速上手", "## Trying it"] {
        let section = between(&text, language, "\n## ");
        for command in ["cargo run --release -- demo", "tests/run.sh"] {
            assert!(section.contains(command), "{language} does not say {command}");
        }
    }
}

#[test]
fn every_file_that_the_readme_names_is_there() {
    let text = readme();
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let linked = links.filter(|link| !link.contains("://") && !link.starts_with('#'));
    let inside = |word: &&str| {
        let first = word.split('/').next().unwrap_or_default();
        word.contains('/') && ["src", "tests", "themes", "benches"].contains(&first)
    };
    let quoted = text.split(['`', ' ', '\n', '(', ')', '"']).filter(inside);
    let named: BTreeSet<&str> = linked.chain(quoted).map(|path| path.split('#').next().unwrap()).collect();
    let real = |path: &&&str| path.contains(['*', '…', '=']) || package().join(path).exists();
    let missing: Vec<&&str> = named.iter().filter(|path| !real(path)).collect();
    assert!(named.len() > 10 && missing.is_empty(), "not there: {missing:?}");
}

#[test]
fn every_promise_names_tests_that_exist() {
    let text = readme();
    let promises = between(&text, "<!-- promises:begin -->", "<!-- promises:end -->");
    let mut functions = BTreeSet::new();
    for folder in ["src", "tests"] {
        functions_below(&package().join(folder), &mut functions);
    }
    for row in promises.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let tests: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "without a test: {row}");
        for test in tests {
            assert!(functions.contains(test), "there is no test {test}");
        }
    }
}

fn functions_below(folder: &Path, functions: &mut BTreeSet<String>) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            functions_below(&path, functions);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let names = text.split("fn ").skip(1).filter_map(|rest| rest.split('(').next());
            functions.extend(names.map(str::to_owned));
        }
    }
}

/// The rows of a settings table in the README: the setting, and its default where it is one that TOML can say.
fn settings_of(table: &str) -> Vec<(String, Option<String>)> {
    let text = readme();
    let rows = between(&text, &format!("<!-- settings:{table} -->"), "<!-- end -->");
    let cell = |cell: &str| cell.trim().strip_prefix('`')?.strip_suffix('`').map(str::to_owned);
    rows.lines()
        .filter_map(|row| {
            let mut cells = row.split('|').skip(1);
            Some((cell(cells.next()?)?, cell(cells.next()?)))
        })
        .collect()
}

/// The settings that a TOML table takes, from what it says to one that it does not know.
fn known(before: &str) -> BTreeSet<String> {
    let mistakes = file::read(&format!("{before}no_such_setting = 1\n")).unwrap_err();
    assert_eq!(mistakes[0].reason.key, "config-unknown-field");
    let there = mistakes[0].reason.args.iter().find(|(name, _)| name == "options").unwrap().1.to_string();
    there.split(", ").map(str::to_owned).collect()
}

fn connector(platform: &str, rest: &str) -> String {
    let needed = CONNECTORS.iter().find(|(name, _)| *name == platform).unwrap().1;
    format!("[[connector]]\nname = 'x'\nplatform = '{platform}'\n{needed}{rest}")
}

#[test]
fn the_settings_of_connectors_are_the_real_ones() {
    for (table, before) in [
        ("irc", connector("irc", "")),
        ("irc.sasl", connector("irc", "[connector.sasl]\nuser = 'x'\n")),
        ("stdio", connector("stdio", "")),
    ] {
        let written: BTreeSet<String> = settings_of(table).into_iter().map(|(name, _)| name).collect();
        assert_eq!(written, known(&before), "{table}");
    }
}

#[test]
fn the_defaults_of_connectors_are_the_real_ones() {
    for (platform, needed) in CONNECTORS {
        let plain = file::read(&connector(platform, "")).unwrap();
        let defaults = settings_of(platform).into_iter().filter(|(name, _)| !needed.contains(name.as_str()));
        for (name, default) in defaults.filter_map(|(name, default)| Some((name, default?))) {
            let written = file::read(&connector(platform, &format!("{name} = {default}\n"))).unwrap();
            let shown = |settings: &Settings| format!("{:?}", settings.connectors);
            assert_eq!(shown(&written), shown(&plain), "{platform}: {name} = {default}");
        }
    }
}

#[test]
fn the_settings_of_rules_and_their_defaults_are_the_real_ones() {
    for rule in ["words", "links", "flood", "repeats", "newcomer"] {
        let rows = settings_of(&format!("rules.{rule}"));
        let written: BTreeSet<String> = rows.iter().map(|(name, _)| name.clone()).collect();
        assert_eq!(written, known(&format!("[rules.{rule}]\n")), "{rule}");
        for (name, default) in rows.into_iter().filter_map(|(name, default)| Some((name, default?))) {
            let text = format!("[rules.{rule}]\n{name} = {default}\n");
            let read = file::read(&text).unwrap().rules;
            assert_eq!(read, rules::Settings::default(), "{text}");
        }
    }
    let list = "[rules.words]\n[[rules.words.lists]]\n";
    let written: BTreeSet<String> =
        settings_of("rules.words.lists").into_iter().map(|(name, _)| name).collect();
    assert_eq!(written, known(list));
}

#[test]
fn the_settings_of_the_whole_are_the_real_ones() {
    let rows = settings_of("file");
    for (name, default) in &rows {
        let text = format!("{name} = {}\n", default.as_deref().unwrap_or("1979-05-27"));
        let mistakes = file::read(&text).map(|_| Vec::new()).unwrap_or_else(|mistakes| mistakes);
        let unknown = mistakes.iter().any(|mistake| mistake.reason.key == "config-unknown-section");
        assert!(!unknown && (default.is_none() || mistakes.is_empty()), "{text}{mistakes:?}");
    }
    let text = fs::read_to_string(package().join("tests/fixtures/config/example.toml")).unwrap();
    for (name, _) in &rows {
        let stands = text.lines().any(|line| {
            let line = line.trim_start_matches(['#', ' ', '[']);
            line.starts_with(name.as_str())
        });
        assert!(stands, "the example does not show {name}");
    }
}

#[test]
fn the_example_reads_and_stands_at_the_defaults_where_it_says_so() {
    let (example, plain) = (example(), Settings::default());
    assert_eq!(example.rules, rules::Settings::default());
    assert_eq!(example.enforce, enforce::Settings::default());
    assert_eq!(
        (example.theme, example.retention_weeks, example.warnings),
        (plain.theme, plain.retention_weeks, plain.warnings)
    );
    let platforms: Vec<&str> = example
        .connectors
        .iter()
        .map(|connection| match connection.platform {
            Platform::Irc(_) => "irc",
            Platform::Stdio(_) => "stdio",
        })
        .collect();
    assert_eq!(platforms, ["irc", "stdio"]);
}

#[test]
fn what_the_example_leaves_out_reads_too() {
    let text = fs::read_to_string(package().join("tests/fixtures/config/example.toml")).unwrap();
    // A line that is a setting, and not a sentence, behind `# `; or a table.
    let setting = |line: &str| {
        let name = line.split(" = ").next().unwrap_or_default();
        let plain = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_';
        line.starts_with("[[") || (line.contains(" = ") && name.to_lowercase().chars().all(plain))
    };
    let uncommented: Vec<&str> = text
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|rest| setting(rest)).unwrap_or(line))
        .filter(|line| *line != "warnings = []")
        .collect();
    let settings = file::read(&uncommented.join("\n")).unwrap();
    assert_eq!(settings.group.as_deref(), Some("moderators"));
    assert_eq!((settings.moderators.len(), settings.warnings.len()), (2, 2));
    assert_eq!(settings.rules.words.lists.len(), 1);
}
