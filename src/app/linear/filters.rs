//! Filters line by line: telling only what passes, and giving filters names, using and forgetting them.

use crate::app::env::Env;
use crate::app::filtering;
use crate::app::linear::{Linear, Reply, safe, typed};
use crate::app::seat::Seat;
use crate::commands::table::Command;
use crate::state::State;
use crate::state::filter::Filter;
use crate::state::filter::query::Query;
use crate::state::stream::Line;
use crate::ui::prompt::LONGEST;

/// `filter words`, `filter name`, `filter off`, `filter`; `save-filter name`, `save-filter name words`;
/// `forget-filter name`.
pub fn run(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, command: Command, rest: &str) -> Reply {
    let effects = match command {
        Command::SaveFilter => save(seat, linear, env, rest),
        Command::ForgetFilter => filtering::forget(seat, env, rest),
        _ if rest.is_empty() => return listed(linear, env),
        _ => {
            apply(seat, linear, env, rest);
            Vec::new()
        }
    };
    typed::gathered(seat, linear, env, effects)
}

/// Tells only what passes from now on.
pub fn apply(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, text: &str) {
    if text == "off" {
        linear.filter = None;
        return seat.tell(env, env.scene.say("linear-filter-off"));
    }
    match filtering::meant(env, text) {
        Ok(filter) => {
            seat.tell(env, env.scene.say_with("linear-filter-on", &[("text", &filter.to_string())]));
            linear.filter = Some(filter).filter(|filter| !filter.is_empty());
        }
        Err(mistake) => drop(seat.refuse(env, env.scene.words.reason(&mistake.reason))),
    }
}

/// What a filter tries a line of the stream with, as the screen does: no gap is hidden in which something may have been
/// said that passes. Everything passes without one.
pub fn sieve<'a>(
    filter: Option<&Filter>,
    env: &Env<'_>,
    state: &'a State,
) -> impl Fn(&Line) -> bool + use<'a> {
    let query = filter.map(|filter| Query::new(filter, env.scene.now, env.scene.zone));
    move |line: &Line| query.as_ref().is_none_or(|query| query.shows(state, line))
}

fn save(seat: &mut Seat, linear: &Linear, env: &Env<'_>, rest: &str) -> Vec<crate::app::effect::Effect> {
    let (name, words) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    if rest.chars().count() > LONGEST {
        return seat.refuse(env, env.scene.say_with("linear-too-long", &[("n", &LONGEST.to_string())]));
    }
    let filter = match words.trim() {
        "" => Ok(linear.filter.clone()),
        words => filtering::meant(env, words).map(Some),
    };
    match filter {
        Ok(Some(filter)) if !name.is_empty() => filtering::save_as(seat, env, name, filter.to_string()),
        Ok(_) => seat.refuse(env, env.scene.say("linear-filter-save-how")),
        Err(mistake) => seat.refuse(env, env.scene.words.reason(&mistake.reason)),
    }
}

fn listed(linear: &Linear, env: &Env<'_>) -> Reply {
    let scene = &env.scene;
    let mut lines = vec![match &linear.filter {
        Some(filter) => scene.say_with("linear-filter-on", &[("text", &filter.to_string())]),
        None => scene.say("linear-filter-off"),
    }];
    let saved = scene.state.filters.iter();
    lines.extend(
        saved.map(|(name, text)| scene.say_with("linear-filter-saved", &[("name", name), ("text", text)])),
    );
    Reply { lines: lines.iter().map(|line| safe(line)).collect(), ..Reply::default() }
}
