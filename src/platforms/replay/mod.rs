//! A real log, played again as if its people spoke now, with its own pauses or as fast as the desk takes it.
//!
//! Never reads a whole file into memory, never reorders or drops a message, never stops at a line it cannot read,
//! and never pretends that anything could be done to the people in it.

mod channel;
mod format;
mod irssi;
mod json_lines;
mod lines;
mod tally;
mod weechat;

use crate::model::ability::Abilities;
use crate::model::heard::{Heard, Order, Outcome, Status};
use crate::model::member::Role;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::platforms::replay::format::{Reader, Said};
use crate::platforms::replay::lines::{Content, Line, Lines};
use crate::platforms::replay::tally::Tally;
use crate::platforms::{Closed, Connector, Link, Running};
use chrono::FixedOffset;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use tokio::fs::File;

/// Silences last no longer than this, whatever the speed: a log that sleeps for a night should not look broken.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What to play and how fast.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub file: PathBuf,
    pub speed: Speed,
    /// The zone of times that do not name one, in minutes east of Greenwich; 480 is China.
    pub utc_offset_minutes: i32,
}

/// How fast a log is played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// The log's own pauses, divided by this.
    Times(f64),
    /// As fast as the desk takes it.
    Max,
}

impl FromStr for Speed {
    type Err = BadSpeed;

    fn from_str(text: &str) -> Result<Self, BadSpeed> {
        if text.eq_ignore_ascii_case("max") {
            return Ok(Speed::Max);
        }
        let times: f64 = text.trim_end_matches(['x', 'X', '×']).parse().map_err(|_| BadSpeed)?;
        if times.is_finite() && times > 0.0 { Ok(Speed::Times(times)) } else { Err(BadSpeed) }
    }
}

/// A speed is a number above 0, or `max`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a speed is a number above 0, or max")]
pub struct BadSpeed;

/// The connector that plays a log.
pub struct Replay {
    settings: Settings,
}

impl Replay {
    /// A replay that opens its file when it runs.
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }
}

impl Connector for Replay {
    fn run(self: Box<Self>, mut link: Link) -> Running {
        Box::pin(async move {
            let Ok(ending) = play(&self.settings, &mut link).await else { return };
            let Some(reason) = ending else { return };
            if link.say(Heard::Status(Status::Ended { reason })).await.is_err() {
                return;
            }
            // The rooms are still on the screen, so somebody may still ask.
            while let Some(order) = link.order().await {
                if refuse(&link, &order).await.is_err() {
                    return;
                }
            }
        })
    }
}

/// Plays to the end. `None` when the desk closed the orders, otherwise how it ended.
async fn play(settings: &Settings, link: &mut Link) -> Result<Option<Reason>, Closed> {
    let file = settings.file.display().to_string();
    link.say(Heard::Status(Status::Connecting)).await?;
    let unreadable =
        |error: std::io::Error| Reason::new("replay-cannot-read").with("file", &file).with("error", error);
    let mut lines = match File::open(&settings.file).await {
        Ok(opened) => Lines::new(opened),
        Err(error) => return Ok(Some(unreadable(error))),
    };
    let beginning = match lines.peek().await {
        Ok(beginning) => beginning,
        Err(error) => return Ok(Some(unreadable(error))),
    };
    let mut performance = match Performance::new(settings, &beginning) {
        Ok(performance) => performance,
        Err(reason) => return Ok(Some(reason)),
    };
    link.say(Heard::Status(Status::Online { account: stem(&settings.file) })).await?;
    loop {
        let line = tokio::select! {
            biased;
            order = link.order() => match order {
                None => return Ok(None),
                Some(order) => { refuse(link, &order).await?; continue }
            },
            line = lines.next() => line,
        };
        match line {
            Err(error) => return Ok(Some(unreadable(error))),
            Ok(None) => break,
            Ok(Some(line)) => {
                for (wait, heard) in performance.line(line) {
                    if let Paused::LinkClosed = pause(link, wait).await? {
                        return Ok(None);
                    }
                    link.say(heard).await?;
                }
            }
        }
    }
    for remark in performance.tally.remarks() {
        link.say(remark).await?;
    }
    Ok(Some(performance.tally.ended()))
}

enum Paused {
    Over,
    LinkClosed,
}

/// Waits, and answers orders meanwhile.
async fn pause(link: &mut Link, wait: Duration) -> Result<Paused, Closed> {
    if wait.is_zero() {
        return Ok(Paused::Over);
    }
    let sleep = tokio::time::sleep(wait);
    tokio::pin!(sleep);
    loop {
        tokio::select! {
            biased;
            order = link.order() => match order {
                None => return Ok(Paused::LinkClosed),
                Some(order) => refuse(link, &order).await?,
            },
            () = &mut sleep => return Ok(Paused::Over),
        }
    }
}

async fn refuse(link: &Link, order: &Order) -> Result<(), Closed> {
    let outcome = Outcome::Unsupported { reason: no_actions() };
    link.say(Heard::Outcome { action: order.action, outcome }).await
}

fn no_actions() -> Reason {
    Reason::new("replay-no-actions")
}

/// Everything between a line of the file and what is said about it; pure.
struct Performance {
    reader: Reader,
    speed: Speed,
    tally: Tally,
    rooms: HashSet<String>,
    /// The latest time so far: lines that go back do not make the later ones wait twice.
    reached: Option<Moment>,
}

impl Performance {
    fn new(settings: &Settings, beginning: &str) -> Result<Self, Reason> {
        let minutes = settings.utc_offset_minutes;
        let zone = minutes.checked_mul(60).and_then(FixedOffset::east_opt);
        let zone = zone.ok_or_else(|| Reason::new("replay-bad-offset").with("minutes", minutes))?;
        // An empty file is a log in which nobody spoke; any reader will do.
        let sample = if beginning.trim().is_empty() { "{" } else { beginning };
        let reader = Reader::detect(sample, &stem(&settings.file), zone)
            .ok_or_else(|| Reason::new("replay-unknown-format").with("file", settings.file.display()))?;
        Ok(Self {
            reader,
            speed: settings.speed,
            tally: Tally::default(),
            rooms: HashSet::new(),
            reached: None,
        })
    }

    /// What is to be said for one line, each after a wait.
    fn line(&mut self, line: Line) -> Vec<(Duration, Heard)> {
        let text = match line.content {
            Content::Text(text) => text,
            Content::Mended(text) => {
                self.tally.mended += 1;
                text
            }
            Content::TooLong(bytes) => {
                let why = Reason::new("replay-line-too-long").with("bytes", bytes);
                return self
                    .tally
                    .bad(line.number, why)
                    .map(|remark| (Duration::ZERO, remark))
                    .into_iter()
                    .collect();
            }
        };
        match self.reader.read(line.number, &text, &mut self.tally) {
            Err(why) => {
                self.tally.bad(line.number, why).map(|remark| (Duration::ZERO, remark)).into_iter().collect()
            }
            Ok(said) => said.into_iter().flat_map(|said| self.perform(said)).collect(),
        }
    }

    fn perform(&mut self, said: Said) -> Vec<(Duration, Heard)> {
        let wait = self.wait(said.at);
        self.tally.messages += u64::from(matches!(said.heard, Heard::Message(_)));
        let new_room = room_of(&said.heard).filter(|room| self.rooms.insert((*room).to_owned()));
        let introduction = new_room.map(|room| (Duration::ZERO, introduction(room)));
        introduction.into_iter().chain([(wait, said.heard)]).collect()
    }

    fn wait(&mut self, at: Option<Moment>) -> Duration {
        let Some(at) = at else { return Duration::ZERO };
        let before = self.reached.unwrap_or(at);
        self.reached = Some(before.max(at));
        let Speed::Times(times) = self.speed else { return Duration::ZERO };
        let milliseconds = at.since(before).max(0) as f64 / times;
        let wait = Duration::try_from_secs_f64(milliseconds / 1000.0).unwrap_or(LONGEST_WAIT);
        self.tally.shortened += u64::from(wait > LONGEST_WAIT);
        wait.min(LONGEST_WAIT)
    }
}

/// A room as a log knows it: its name, and that nothing can be done in it.
fn introduction(room: &str) -> Heard {
    Heard::Room {
        external: room.to_owned(),
        name: shown_name(room).to_owned(),
        own_role: Role::Unknown,
        abilities: Abilities::none(&no_actions()),
        members_total: None,
    }
}

/// WeeChat calls its logs `irc.network.#channel`; people know the channel.
fn shown_name(room: &str) -> &str {
    let channel = room.strip_prefix("irc.").and_then(|rest| rest.split_once('.'));
    channel.map_or(room, |(_, channel)| channel)
}

fn room_of(heard: &Heard) -> Option<&str> {
    match heard {
        Heard::Message(saying) => Some(&saying.room),
        Heard::Joined { room, .. } | Heard::Left { room, .. } | Heard::RoleChanged { room, .. } => Some(room),
        _ => None,
    }
}

fn stem(file: &Path) -> String {
    file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn performance(speed: Speed) -> Performance {
        let settings = Settings { file: PathBuf::from("log"), speed, utc_offset_minutes: 480 };
        Performance::new(&settings, "{").unwrap()
    }

    fn waits(speed: Speed, seconds: &[i64]) -> (Vec<u64>, u64) {
        let mut performance = performance(speed);
        let waits = seconds
            .iter()
            .map(|second| performance.wait(Some(Moment(second * 1000))).as_millis() as u64)
            .collect();
        (waits, performance.tally.shortened)
    }

    #[test]
    fn pauses_are_those_of_the_log_divided_by_the_speed() {
        assert_eq!(waits(Speed::Times(1.0), &[100, 101, 103]), (vec![0, 1000, 2000], 0));
        assert_eq!(waits(Speed::Times(60.0), &[0, 60, 90]), (vec![0, 1000, 500], 0));
        assert_eq!(waits(Speed::Max, &[0, 60, 9_000_000]), (vec![0, 0, 0], 0));
    }

    #[test]
    fn going_back_costs_no_wait_and_a_night_is_short() {
        assert_eq!(waits(Speed::Times(1.0), &[100, 40, 101]), (vec![0, 0, 1000], 0));
        assert_eq!(waits(Speed::Times(1.0), &[0, 36_000]), (vec![0, 60_000], 1));
    }

    #[test]
    fn a_speed_is_a_number_above_zero_or_max() {
        for (text, speed) in
            [("max", Ok(Speed::Max)), ("60", Ok(Speed::Times(60.0))), ("0.5x", Ok(Speed::Times(0.5)))]
        {
            assert_eq!(text.parse(), speed, "{text}");
        }
        for text in ["0", "-1", "fast", "NaN", "inf", ""] {
            assert_eq!(text.parse::<Speed>(), Err(BadSpeed), "{text}");
        }
    }

    #[test]
    fn a_channel_is_called_what_people_call_it() {
        assert_eq!(shown_name("irc.libera.#rust-zh"), "#rust-zh");
        assert_eq!(shown_name("#ubuntu"), "#ubuntu");
    }
}
