//! Times as moderators type them: so long ago, a clock, a day. They become moments only with a now and a zone handed in.

use crate::model::moment::Moment;
use chrono::{Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use std::fmt::{self, Display, Formatter};

/// A time as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// So many units before now.
    Ago {
        count: u32,
        unit: Unit,
    },
    /// The last time the clock showed this.
    Clock {
        hour: u32,
        minute: u32,
    },
    /// The last such day.
    DayOfYear {
        month: u32,
        day: u32,
    },
    Day(NaiveDate),
    DayAndClock {
        day: NaiveDate,
        hour: u32,
        minute: u32,
    },
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Seconds,
    Minutes,
    Hours,
    Days,
    Weeks,
}

/// Which end of a stretch of time is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// From there on; a day begins at its first second.
    Since,
    /// Before that; a day is meant to its end.
    Until,
}

const UNITS: [(Unit, char, i64); 5] = [
    (Unit::Seconds, 's', 1),
    (Unit::Minutes, 'm', 60),
    (Unit::Hours, 'h', 3600),
    (Unit::Days, 'd', 86_400),
    (Unit::Weeks, 'w', 7 * 86_400),
];

impl When {
    /// Reads `30m`, `14:00`, `11-20`, `2026-11-20` or `2026-11-20t14:00` (folded, so in lower case).
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((day, clock)) = text.split_once('t') {
            let (hour, minute) = clock_of(clock)?;
            return Some(Self::DayAndClock { day: day_of(day)?, hour, minute });
        }
        if let Some((hour, minute)) = clock_of(text) {
            return Some(Self::Clock { hour, minute });
        }
        if let Some(day) = day_of(text) {
            return Some(Self::Day(day));
        }
        if let Some((month, day)) = text.split_once('-') {
            let (month, day) = (digits(month, 2)?, digits(day, 2)?);
            // A leap year, so that 02-29 is a day.
            NaiveDate::from_ymd_opt(2024, month, day)?;
            return Some(Self::DayOfYear { month, day });
        }
        let unit = UNITS.iter().find(|row| text.ends_with(row.1))?;
        Some(Self::Ago { count: digits(text.strip_suffix(unit.1)?, 7)?, unit: unit.0 })
    }

    /// The moment that is meant, in whole seconds. What lies beyond the calendar is the nearest end of time.
    pub fn moment(self, edge: Edge, now: Moment, zone: FixedOffset) -> Moment {
        let here = now.at_zone(zone).naive_local();
        let today = here.date();
        let after = |day: NaiveDate| match edge {
            Edge::Since => day.and_time(NaiveTime::MIN),
            Edge::Until => day.checked_add_days(Days::new(1)).unwrap_or(day).and_time(NaiveTime::MIN),
        };
        let local = match self {
            Self::Ago { count, unit } => {
                let seconds = UNITS.iter().find(|row| row.0 == unit).map_or(1, |row| row.2);
                let past = now.plus_seconds(-(i64::from(count) * seconds)).0;
                return Moment(past.div_euclid(1000) * 1000);
            }
            Self::Clock { hour, minute } => {
                let at = clock_on(today, hour, minute);
                if at <= here { at } else { clock_on(today.pred_opt().unwrap_or(today), hour, minute) }
            }
            Self::DayOfYear { month, day } => {
                let of = |year: i32| NaiveDate::from_ymd_opt(year, month, day).filter(|day| *day <= today);
                // Eight years back there was a 29 February, whatever the century.
                let found = (0..=8).find_map(|back| of(today.year() - back));
                after(found.unwrap_or(today))
            }
            Self::Day(day) => after(day),
            Self::DayAndClock { day, hour, minute } => clock_on(day, hour, minute),
        };
        zone.from_local_datetime(&local).single().map_or(now, Moment::from)
    }
}

impl Display for When {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ago { count, unit } => {
                let sign = UNITS.iter().find(|row| row.0 == *unit).map_or('s', |row| row.1);
                write!(out, "{count}{sign}")
            }
            Self::Clock { hour, minute } => write!(out, "{hour:02}:{minute:02}"),
            Self::DayOfYear { month, day } => write!(out, "{month:02}-{day:02}"),
            Self::Day(day) => write!(out, "{}", day.format("%Y-%m-%d")),
            Self::DayAndClock { day, hour, minute } => {
                write!(out, "{}T{hour:02}:{minute:02}", day.format("%Y-%m-%d"))
            }
        }
    }
}

fn clock_on(day: NaiveDate, hour: u32, minute: u32) -> NaiveDateTime {
    day.and_time(NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or(NaiveTime::MIN))
}

fn clock_of(text: &str) -> Option<(u32, u32)> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (digits(hour, 2)?, digits(minute, 2)?);
    (hour < 24 && minute < 60).then_some((hour, minute))
}

fn day_of(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(digits(year, 4)?).ok()?, digits(month, 2)?, digits(day, 2)?)
}

fn digits(text: &str, most: usize) -> Option<u32> {
    let plain = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}
