//! Going into the past: which stretch `:replay` means, and what a seat that looks at one may do.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::message::Message;
use crate::app::playback::SPEEDS;
use crate::app::seat::Seat;
use crate::app::tape::Stretch;
use crate::app::update::update;
use crate::model::moment::Moment;
use crate::state::filter::when::{Edge, When};
use crate::state::queue::Case;
use crate::ui::target::Target;
use chrono::FixedOffset;

/// What `:replay` shows without words: so many seconds up to now.
const USUAL_SECONDS: i64 = 1800;
/// So many seconds before and after a case belong to it.
const AROUND_SECONDS: i64 = 600;
const DAY_SECONDS: i64 = 86_400;

/// A message for a seat that looks at the past: whatever only looks is done as always, the rest is refused.
pub fn looked(seat: &mut Seat, env: &Env<'_>, message: Message) -> Vec<Effect> {
    if matches!(message, Message::Key { .. }) && seat.resting.is_none() {
        // A clock that stands would leave it there for ever. Why keys rest stays to be read as long as they do.
        seat.screen.toast = None;
    }
    let last_intent = seat.last_intent.clone();
    let effects = update(seat, env, message);
    // What is refused here is nothing to be done again in the present.
    seat.last_intent = last_intent;
    let (kept, dropped): (Vec<Effect>, Vec<Effect>) = effects.into_iter().partition(only_looks);
    if !dropped.is_empty() {
        seat.refuse(env, env.scene.say("past-no-acts"));
    }
    kept
}

/// Nothing done in the past reaches anybody. A search looks below the playhead.
fn only_looks(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Page(_)
            | Effect::Search(_)
            | Effect::Copy(_)
            | Effect::Leave
            | Effect::Replay { .. }
            | Effect::Seek(_)
            | Effect::Live
    )
}

/// `:replay`, `:replay 30m`, `:replay 14:00 15:30`, `:replay 2026-11-22 14:00`, `:replay case`; a speed such as `x10`
/// may follow.
pub fn asked(seat: &mut Seat, env: &Env<'_>, words: &str, target: &Target) -> Vec<Effect> {
    let scene = &env.scene;
    let (words, speed) = paced(words);
    if words == "case" {
        let case = target.case.and_then(|id| scene.state.queue.get(id));
        let Some(case) = case else { return seat.refuse(env, scene.say("off-no-case")) };
        return vec![Effect::Replay { stretch: around(case, scene.now), speed }];
    }
    let stretch = match words {
        "" => Some(Stretch { from: scene.now.plus_seconds(-USUAL_SECONDS), to: scene.now }),
        words => between(words, scene.now, scene.zone),
    };
    match stretch.filter(|stretch| stretch.from < stretch.to && stretch.from < scene.now) {
        Some(stretch) => vec![Effect::Replay { stretch, speed }],
        None => seat.refuse(env, scene.say_with("past-when", &[("text", words)])),
    }
}

/// The speed at the end of the words, one of those that there are.
fn paced(words: &str) -> (&str, Option<u32>) {
    let words = words.trim();
    let (before, last) = words.rsplit_once(char::is_whitespace).unwrap_or(("", words));
    let speed = last.strip_prefix(['x', '×']).and_then(|number| number.parse().ok());
    match speed.filter(|speed| SPEEDS.contains(speed)) {
        Some(speed) => (before.trim(), Some(speed)),
        None => (words, None),
    }
}

fn around(case: &Case, now: Moment) -> Stretch {
    let decided = case.decision.as_ref().map(|decision| decision.at);
    let last = case.remarks.last().map(|remark| remark.at).max(decided).unwrap_or(now);
    let to = last.plus_seconds(AROUND_SECONDS).min(now);
    Stretch { from: case.opened_at.plus_seconds(-AROUND_SECONDS), to }
}

/// One time, up to now, or two. A clock behind a day is of that day; one that is earlier than the clock before it, of the
/// day after.
fn between(words: &str, now: Moment, zone: FixedOffset) -> Option<Stretch> {
    let mut parts = words.split_whitespace().peekable();
    let mut times = Vec::new();
    while let Some(part) = parts.next() {
        let time = When::parse(&part.to_lowercase())?;
        times.push(match (time, parts.peek().and_then(|next| When::parse(next))) {
            (When::Day(day), Some(When::Clock { hour, minute })) => {
                parts.next();
                When::DayAndClock { day, hour, minute }
            }
            (time, _) => time,
        });
    }
    let (since, until) = match *times.as_slice() {
        [since] => return Some(Stretch { from: since.moment(Edge::Since, now, zone), to: now }),
        [since @ When::DayAndClock { day, .. }, When::Clock { hour, minute }] => {
            (since, When::DayAndClock { day, hour, minute })
        }
        [since, until] => (since, until),
        _ => return None,
    };
    let from = since.moment(Edge::Since, now, zone);
    let mut to = until.moment(Edge::Until, now, zone);
    if to < from && is_clock(since) && is_clock(until) {
        to = to.plus_seconds(DAY_SECONDS);
    }
    Some(Stretch { from, to: to.min(now) })
}

fn is_clock(when: When) -> bool {
    matches!(when, When::Clock { .. } | When::DayAndClock { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_time_reaches_to_now_and_two_are_both_ends() {
        let zone = FixedOffset::east_opt(8 * 3600).unwrap();
        // 2026-11-22 16:00 in that zone.
        let now = Moment(1_795_334_400_000);
        let read =
            |words: &str| between(words, now, zone).map(|one| (one.from.since(now), one.to.since(now)));
        let hours = |count: i64| -count * 3_600_000;
        assert_eq!(read("30m"), Some((hours(1) / 2, 0)));
        assert_eq!(read("14:00"), Some((hours(2), 0)));
        assert_eq!(read("14:00 15:00"), Some((hours(2), hours(1))));
        // What is still to come reaches to now, and what is over midnight goes over it.
        assert_eq!(read("14:00 17:30"), Some((hours(2), 0)));
        assert_eq!(read("22:00 02:00"), Some((hours(18), hours(14))));
        assert_eq!(read("17:00 16:30"), Some((hours(23), 0)));
        assert_eq!(read("17:00 15:00"), Some((hours(23), hours(1))));
        assert_eq!(read("2026-11-21 22:00 02:00"), Some((hours(18), hours(14))));
        assert_eq!(read("2026-11-22 14:00"), Some((hours(2), 0)));
        assert_eq!(read("2026-11-21 14:00 15:00"), Some((hours(26), hours(25))));
        assert_eq!(read("2026-11-21 14:00 2026-11-22 15:00"), Some((hours(26), hours(1))));
        assert_eq!(read("2026-11-21t14:00 1h"), Some((hours(26), hours(1))));
        assert_eq!(read("2026-11-21 2026-11-21"), Some((hours(40), hours(16))));
        for nonsense in ["", "yesterdayish", "14:00 15:00 16:00", "14:00 soon"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_speed_may_follow_and_only_one_that_there_is() {
        assert_eq!(paced("30m x10"), ("30m", Some(10)));
        assert_eq!(paced("×100"), ("", Some(100)));
        assert_eq!(paced("30m"), ("30m", None));
        assert_eq!(paced("30m x7"), ("30m x7", None));
    }
}
