//! `/` and `&`: what the lines say while they are typed, and what they do; filters with names.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::seat::Seat;
use crate::commands::table::Command;
use crate::model::reason::Reason;
use crate::state::filter::parse::completions;
use crate::state::filter::{Filter, Mistake};
use crate::text::fuzzy;
use crate::ui::overlay::{Overlay, Tone};
use crate::ui::prompt::Purpose;

/// No name of a filter is longer: it must fit beside what it stands for.
pub const NAME_CHARACTERS: usize = 40;
/// How many completions are offered.
const OFFERED: usize = 8;
/// A named filter is asked for by its name behind this.
const NAMED: char = '=';

/// Finds what `text` means in the focused pane; nothing stops finding.
pub fn find(seat: &mut Seat, env: &Env<'_>, text: &str) -> Vec<Effect> {
    match written(env, text).and_then(|text| Ok((Filter::parse(&text)?, text))) {
        Ok((filter, text)) => {
            seat.screen.find(&env.scene, filter, &text);
            // How many there are and which keys go through them stand where the last good word stood.
            seat.screen.toast = seat.screen.toast.take().filter(|toast| toast.tone == Tone::Refused);
        }
        Err(mistake) => return seat.refuse(env, env.scene.words.reason(&mistake.reason)),
    }
    seat.seen.lost();
    Vec::new()
}

/// Shows only what passes in the focused pane; nothing shows everything. A name alone is the filter of that name.
pub fn filter(seat: &mut Seat, env: &Env<'_>, text: &str) -> Vec<Effect> {
    apply(seat, env, meant(env, text))
}

/// The same for a line that was previewed while it was typed: it means what was shown under it.
pub fn filter_written(seat: &mut Seat, env: &Env<'_>, text: &str) -> Vec<Effect> {
    apply(seat, env, written(env, text).and_then(|text| Filter::parse(&text)))
}

fn apply(seat: &mut Seat, env: &Env<'_>, filter: Result<Filter, Mistake>) -> Vec<Effect> {
    let filter = match filter {
        Ok(filter) => filter,
        Err(mistake) => return seat.refuse(env, env.scene.words.reason(&mistake.reason)),
    };
    let can = seat.screen.filter(&env.scene, filter);
    // What stands under the cursor now, no frame has shown yet.
    seat.seen.lost();
    if can { Vec::new() } else { seat.refuse(env, env.scene.say("filter-not-here")) }
}

/// The filter that a line means: one by its name, or its words.
///
/// # Errors
/// What of it cannot be read, and where.
pub fn meant(env: &Env<'_>, text: &str) -> Result<Filter, Mistake> {
    let named = env.scene.state.filters.get(text).map(str::to_owned);
    named.map_or_else(|| written(env, text), Ok).and_then(|text| Filter::parse(&text))
}

/// Gives the filter of the focused pane a name.
pub fn save(seat: &mut Seat, env: &Env<'_>, name: &str) -> Vec<Effect> {
    match seat.screen.filtered_by().filter(|_| !name.is_empty()).map(ToString::to_string) {
        Some(text) => save_as(seat, env, name, text),
        None => seat.refuse(env, env.scene.say("filter-save-how")),
    }
}

/// Gives a filter a name.
pub fn save_as(seat: &mut Seat, env: &Env<'_>, name: &str, text: String) -> Vec<Effect> {
    if name.chars().count() > NAME_CHARACTERS {
        let most = NAME_CHARACTERS.to_string();
        return seat.refuse(env, env.scene.say_with("filter-name-long", &[("n", &most)]));
    }
    if let Some(why) = env.scene.no_acts() {
        return seat.refuse(env, env.scene.words.reason(&why));
    }
    seat.done(env, env.scene.say_with("filter-saved", &[("name", name), ("text", &text)]));
    vec![Effect::SaveFilter { name: name.to_owned(), text: Some(text) }]
}

/// Lets a named filter go.
pub fn forget(seat: &mut Seat, env: &Env<'_>, name: &str) -> Vec<Effect> {
    if env.scene.state.filters.get(name).is_none() {
        return seat.refuse(env, env.scene.words.reason(&no_such(name)));
    }
    if let Some(why) = env.scene.no_acts() {
        return seat.refuse(env, env.scene.words.reason(&why));
    }
    seat.done(env, env.scene.say_with("filter-forgotten", &[("name", name)]));
    vec![Effect::SaveFilter { name: name.to_owned(), text: None }]
}

/// The names of filters that a command could mean.
pub fn names(env: &Env<'_>, command: Command, typed: &str) -> Vec<String> {
    match command {
        Command::Filter | Command::SaveFilter | Command::ForgetFilter => ranked(env, typed),
        _ => Vec::new(),
    }
}

/// Says under a line that is being typed how it reads, or what does not.
pub fn preview(seat: &mut Seat, env: &Env<'_>) {
    let Some(Overlay::Prompt(prompt)) = seat.screen.overlay.as_mut() else { return };
    let text = prompt.text();
    let read = written(env, text).and_then(|text| Filter::parse(&text));
    let (from, offered) = match text.trim_start().strip_prefix(NAMED) {
        Some(name) => (text.len() - name.len(), ranked(env, name)),
        None => completions(text),
    };
    let (sentence, mistake) = match read {
        Ok(filter) if filter.is_empty() && prompt.purpose == Purpose::Filter => {
            (env.scene.say("preview-filter"), None)
        }
        Ok(filter) if filter.is_empty() => (env.scene.say("preview-find"), None),
        Ok(filter) => (filter.to_string(), None),
        Err(mistake) => (env.scene.words.reason(&mistake.reason), Some(mistake.place)),
    };
    prompt.complete_from = from;
    prompt.completions = offered;
    prompt.preview = Some(sentence);
    prompt.mistake = mistake;
}

/// What a line means: itself, or the filter that it names.
///
/// # Errors
/// When there is no filter of that name.
pub fn written(env: &Env<'_>, text: &str) -> Result<String, Mistake> {
    let Some(name) = text.trim_start().strip_prefix(NAMED) else { return Ok(text.to_owned()) };
    let saved = env.scene.state.filters.get(name.trim());
    saved.map(str::to_owned).ok_or_else(|| Mistake { place: 0..text.len(), reason: no_such(name.trim()) })
}

fn no_such(name: &str) -> Reason {
    Reason::new("filter-no-such-name").with("name", name)
}

fn ranked(env: &Env<'_>, typed: &str) -> Vec<String> {
    let names: Vec<&str> = env.scene.state.filters.iter().map(|(name, _)| name).collect();
    let ranked = fuzzy::rank(typed.trim(), names.iter().copied().enumerate(), OFFERED);
    ranked.into_iter().filter_map(|(at, _)| names.get(at).map(|name| (*name).to_owned())).collect()
}
