//! Which partition of the record an entry belongs to: one pair of trees per ISO week, dropped as a whole.
//!
//! Partitions are ordered by generation, not by date, so a clock that steps back never breaks the order.

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

const DAY_MS: i64 = 86_400_000;
/// 1970-01-01 was a Thursday: three days of its ISO week lie before it.
const DAYS_BEFORE_EPOCH: i64 = 3;
/// Weeks of some 7,600 years: a nonsensical time still names a partition.
const LAST_WEEK: i64 = 400_000;

/// The number of the ISO week of a time in ms UTC; week 0 contains 1970-01-01.
pub(crate) fn number(at: i64) -> i64 {
    (at.div_euclid(DAY_MS) + DAYS_BEFORE_EPOCH).div_euclid(7).clamp(0, LAST_WEEK)
}

/// The first ms after a week.
pub(crate) fn end(number: i64) -> i64 {
    ((number + 1) * 7 - DAYS_BEFORE_EPOCH) * DAY_MS
}

/// Whether an entry of week `wanted` opens a new partition behind one of week `current`.
///
/// A step back of the clock by less than two weeks stays where it is; a larger one means that the clock had run
/// ahead, and staying would keep the present in a partition of the future, out of reach of retention.
pub(crate) fn rolls(current: i64, wanted: i64) -> bool {
    wanted > current || wanted + 1 < current
}

/// `000012-2026-47`, the part of a tree's name behind `ev/` and `rm/`.
pub(crate) fn label(generation: u64, number: i64) -> String {
    let monday = NaiveDate::default() + TimeDelta::days(number * 7 - DAYS_BEFORE_EPOCH);
    let week = monday.iso_week();
    format!("{generation:06}-{:04}-{:02}", week.year(), week.week())
}

/// Generation and week number of a label; `None` for a name that we never wrote.
pub(crate) fn parse(label: &str) -> Option<(u64, i64)> {
    let mut fields = label.split('-');
    let generation = fields.next()?.parse().ok()?;
    let year = fields.next()?.parse().ok()?;
    let week = fields.next()?.parse().ok()?;
    let monday = NaiveDate::from_isoywd_opt(year, week, Weekday::Mon)?;
    let days = monday.signed_duration_since(NaiveDate::default()).num_days();
    Some((generation, (days + DAYS_BEFORE_EPOCH).div_euclid(7)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_names_the_iso_week_and_reads_back() {
        // 2026-11-22T00:00:00Z is the Sunday of ISO week 47.
        let sunday = 1_795_305_600_000;
        assert_eq!(label(12, number(sunday)), "000012-2026-47");
        assert_eq!(label(13, number(sunday + DAY_MS)), "000013-2026-48");
        assert_eq!(parse("000012-2026-47"), Some((12, number(sunday))));
        assert_eq!(end(number(sunday)), sunday + DAY_MS);
        for week in [0, 1, 52, 53, 2_900, LAST_WEEK] {
            assert_eq!(parse(&label(1, week)), Some((1, week)));
        }
        assert_eq!((number(i64::MIN), number(i64::MAX)), (0, LAST_WEEK));
        assert_eq!(parse("else"), None);
    }

    #[test]
    fn only_a_large_step_back_opens_a_new_partition() {
        assert!(!rolls(10, 10) && !rolls(10, 9));
        assert!(rolls(10, 11) && rolls(10, 8));
    }
}
