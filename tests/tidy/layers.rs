//! Which room may import which, and which outside crates belong to which rooms alone.

use crate::source::{Source, Token, below, path_starts, tokens};

/// A room and the rooms that it may import; itself always.
const LAYERS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("model", &[]),
    ("state", &["text", "model"]),
    ("rules", &["text", "model", "state"]),
    ("enforce", &["text", "model", "state"]),
    ("insight", &["text", "model", "state"]),
    ("event_log", &["model"]),
    ("platforms", &["model"]),
    ("commands", &["model", "state"]),
    ("language", &["model"]),
    ("config", &["model", "rules", "enforce", "insight", "platforms", "commands", "language"]),
    ("ui", &["text", "model", "state", "enforce", "insight", "commands", "config", "language"]),
    (
        "app",
        &["text", "model", "state", "rules", "enforce", "insight", "commands", "config", "language", "ui"],
    ),
    ("terminal", &[]),
    (
        "desk",
        &[
            "text",
            "model",
            "state",
            "rules",
            "enforce",
            "insight",
            "event_log",
            "platforms",
            "commands",
            "language",
            "config",
            "ui",
            "app",
            "terminal",
        ],
    ),
];

/// An outside crate and the only places that may name it: a room, a file or a part of a room by its path.
const FENCES: &[(&str, &[&str])] = &[
    ("sled", &["src/event_log/"]),
    ("tokio", &["src/platforms/", "src/terminal/", "src/desk/", "src/main.rs"]),
    ("tokio_rustls", &["src/platforms/"]),
    ("futures_util", &["src/platforms/", "src/terminal/", "src/desk/"]),
    ("crossterm", &["src/terminal/", "src/commands/", "src/app/", "src/desk/"]),
    (
        "ratatui",
        &[
            "src/ui/",
            "src/config/theme.rs",
            "src/config/theme/",
            "src/app/",
            "src/terminal/",
            // The buffer that a seat's frame is drawn into.
            "src/desk/picture.rs",
            // Its cells are the judge of ours.
            "src/text/width_tests.rs",
        ],
    ),
    ("fuzzy_matcher", &["src/text/fuzzy.rs"]),
    ("anyhow", &["src/main.rs"]),
    ("clap", &["src/main.rs"]),
    // Randomness is for whoever talks to the world, and for the name of a new store.
    ("fastrand", &["src/event_log/open.rs", "src/platforms/", "src/terminal/", "src/desk/"]),
    ("rustix", &["src/event_log/", "src/platforms/", "src/terminal/", "src/desk/", "src/main.rs"]),
];

/// Rooms below the IO: of the standard library they never name these.
const PURE: &[&str] =
    &["text", "model", "state", "rules", "enforce", "insight", "commands", "language", "ui", "app"];
const IO: &[&str] = &["fs", "process", "thread", "env", "os"];
const SOCKETS: &[&str] = &["TcpStream", "TcpListener", "UdpSocket", "ToSocketAddrs"];

/// Whose `now()` reads the clock, and who may.
const CLOCKS: &[&str] = &["Utc", "Local", "Instant", "SystemTime"];
const CLOCK_READERS: &[&str] = &["src/terminal/", "src/desk/"];

/// What is wrong with the imports of this file.
pub fn complaints(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(forbidden_rooms(source));
    found.extend(forbidden_crates(source));
    found.extend(forbidden_io(source));
    found.extend(clocks(source));
    found
}

/// The rooms of the table, in its order.
pub fn rooms() -> Vec<&'static str> {
    LAYERS.iter().map(|(room, _)| *room).collect()
}

fn complaint(source: &Source, token: Token<'_>, what: &str) -> String {
    format!("{}:{}: {what}", source.path, token.line)
}

fn forbidden_rooms(source: &Source) -> Vec<String> {
    let Some(room) = source.room() else { return Vec::new() };
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == room) else {
        return vec![format!("{}: `{room}` is not in the table of rooms", source.path)];
    };
    let named = below("crate", &source.code).into_iter().chain(below("qunguan", &source.code));
    let forbidden = named.filter(|token| token.text != room && !allowed.contains(&token.text));
    forbidden.map(|token| complaint(source, token, &format!("`{room}` imports `{}`", token.text))).collect()
}

fn forbidden_crates(source: &Source) -> Vec<String> {
    let fence = |name: &str| FENCES.iter().find(|(fenced, _)| *fenced == name);
    let outside = |token: &Token<'_>| {
        fence(token.text)
            .is_some_and(|(_, places)| !places.iter().any(|place| source.path.starts_with(place)))
    };
    let named = path_starts(&source.code).into_iter().filter(outside);
    named.map(|token| complaint(source, token, &format!("`{}` is fenced off here", token.text))).collect()
}

/// Tests of a pure room may read their fixtures.
fn forbidden_io(source: &Source) -> Vec<String> {
    if !source.room().is_some_and(|room| PURE.contains(&room)) {
        return Vec::new();
    }
    let shipped = source.shipped();
    let io = below("std", &shipped).into_iter().filter(|token| IO.contains(&token.text));
    let sockets = tokens(&shipped).into_iter().filter(|token| SOCKETS.contains(&token.text));
    let named = io.chain(sockets);
    named.map(|token| complaint(source, token, &format!("`{}` in a pure room", token.text))).collect()
}

fn clocks(source: &Source) -> Vec<String> {
    if CLOCK_READERS.iter().any(|place| source.path.starts_with(place)) {
        return Vec::new();
    }
    let tokens = tokens(&source.code);
    let reads = tokens
        .windows(3)
        .filter(|three| CLOCKS.contains(&three[0].text) && three[1].text == "::" && three[2].text == "now");
    reads.map(|three| complaint(source, three[0], "the clock is read here")).collect()
}

#[cfg(test)]
mod tests {
    use crate::source::Source;

    fn check(path: &str, text: &str, expected: &[&str]) {
        assert_eq!(super::complaints(&Source::new(path, text)), expected, "{path}: {text}");
    }

    #[test]
    fn an_import_upwards_is_found_however_it_is_written() {
        check("src/state/queue.rs", "use crate::model::id::RoomId;", &[]);
        check("src/state/queue.rs", "use crate::ui::Pane;", &["src/state/queue.rs:1: `state` imports `ui`"]);
        let grouped = "use std::fmt;\nuse crate::{model::{id, action}, text, desk::run};";
        check("src/state/queue.rs", grouped, &["src/state/queue.rs:2: `state` imports `desk`"]);
        let qualified = "fn f() -> crate::platforms::irc::Irc { g(&crate::model::X) }";
        check("src/state/queue.rs", qualified, &["src/state/queue.rs:1: `state` imports `platforms`"]);
        check("src/state/queue.rs", "/// [`crate::ui`]\nconst A: &str = \"crate::ui::X\";", &[]);
        check("src/shop/till.rs", "", &["src/shop/till.rs: `shop` is not in the table of rooms"]);
    }

    #[test]
    fn a_fenced_crate_is_found_outside_its_fence() {
        check("src/event_log/store.rs", "use sled::Db;", &[]);
        check("src/desk/run.rs", "use sled as store;", &["src/desk/run.rs:1: `sled` is fenced off here"]);
        let nested = "use {std::fmt, tokio::net::UnixStream};";
        check("src/state/mod.rs", nested, &["src/state/mod.rs:1: `tokio` is fenced off here"]);
        check(
            "src/config/file.rs",
            "f(ratatui::style::Color::Red)",
            &["src/config/file.rs:1: `ratatui` is fenced off here"],
        );
        check("src/config/theme.rs", "use ratatui::style::Color;", &[]);
        check("src/state/mod.rs", "let sled = 1; model::tokio::run();", &[]);
    }

    #[test]
    fn a_pure_room_does_no_io_and_reads_no_clock() {
        let reads = "let now = chrono::Utc :: now();";
        check("src/rules/flood.rs", reads, &["src/rules/flood.rs:1: the clock is read here"]);
        check("src/desk/run.rs", reads, &[]);
        let opens = "use std::{fmt, fs::File};";
        check("src/rules/flood.rs", opens, &["src/rules/flood.rs:1: `fs` in a pure room"]);
        check("src/rules/urls.rs", "std::net::Ipv4Addr::LOCALHOST", &[]);
        check(
            "src/rules/urls.rs",
            "std::net::TcpStream::connect(x)",
            &["src/rules/urls.rs:1: `TcpStream` in a pure room"],
        );
        check("src/rules/flood.rs", "#[cfg(test)]\nmod tests { use std::fs; }", &[]);
        check("src/desk/run.rs", opens, &[]);
    }
}
