//! `^k`: one list of groups, members, cases, named filters and commands, and going where its Enter says.

use crate::app::choosing::{self, Purpose};
use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::seat::Seat;
use crate::app::{filtering, update, verbs};
use crate::commands::table::{Command, Needs, TABLE};
use crate::model::id::{CaseId, MemberId, RoomId};
use crate::text::fuzzy::Finder;
use crate::ui::chooser::{ChoiceRow, Chooser};
use crate::ui::overlay::Overlay;
use crate::ui::screen::{Pane, View};
use crate::ui::target::Target;
use crate::ui::verbs::why_off;
use std::cmp::Reverse;

/// How many rows are listed; whoever needs more types another letter.
const LISTED: usize = 100;

/// Somewhere to go.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    Room(RoomId),
    Member(RoomId, MemberId),
    Case(CaseId),
    /// A named filter, on the stream.
    Filter(String),
    Command(Command),
}

impl Place {
    /// Going there changes nothing but what this seat sees.
    pub fn only_goes(&self) -> bool {
        !matches!(self, Place::Command(_))
    }
}

/// Opens the list.
pub fn open(seat: &mut Seat, env: &Env<'_>, target: Target) {
    let chooser = Chooser::asking(env.scene.say("jump-title"), env.scene.say("jump-empty"));
    choosing::open(seat, Purpose::Jump(Vec::new()), chooser, target);
    refresh(seat, env);
}

/// Sorts the list for what was typed: the best first; before anything is typed, without the members.
pub fn refresh(seat: &mut Seat, env: &Env<'_>) {
    let shown = seat.screen.room();
    let Some(Overlay::Chooser(chooser)) = seat.screen.overlay.as_mut() else { return };
    let query = chooser.query().unwrap_or_default().trim().to_owned();
    let target = seat.choosing.as_ref().map(|choosing| choosing.target).unwrap_or_default();
    let (found, total) = found(env, &query, shown, &target);
    let (places, rows) = found.into_iter().unzip();
    chooser.replace(rows, total);
    if let Some(choosing) = seat.choosing.as_mut() {
        choosing.purpose = Purpose::Jump(places);
    }
}

/// Where one could go for these letters, the best first, and of how many; in the room that is shown if he is there.
pub fn found(
    env: &Env<'_>,
    query: &str,
    shown: Option<RoomId>,
    target: &Target,
) -> (Vec<(Place, ChoiceRow)>, usize) {
    let others = places(env);
    let names = env.scene.state.members.rolls().names();
    let total = others.len() + names.len();
    let finder = Finder::new();
    let mut found: Vec<(i64, Place, ChoiceRow)> = others
        .into_iter()
        .filter_map(|(place, row)| Some((finder.score(query, &row.label)?, place, row)))
        .collect();
    if !query.is_empty() {
        let members = names.rank(query, LISTED).0.into_iter();
        found.extend(members.filter_map(|(id, score)| {
            let (place, row) = member(env, MemberId(id), shown)?;
            Some((score, place, row))
        }));
    }
    found.sort_by_key(|(score, ..)| Reverse(*score));
    found.truncate(LISTED);
    let aimed = |(_, place, row)| match place {
        Place::Command(command) => (place, on_whom(env, command, target, row)),
        place => (place, row),
    };
    (found.into_iter().map(aimed).collect(), total)
}

/// Goes there.
pub fn there(seat: &mut Seat, env: &Env<'_>, place: &Place, target: Target) -> Vec<Effect> {
    let effects = match place {
        Place::Room(room) => {
            seat.screen.enter_group(*room);
            Vec::new()
        }
        Place::Member(room, member) => {
            seat.screen.select_member(&env.scene, *room, *member);
            Vec::new()
        }
        Place::Case(case) => {
            seat.screen.set_view(View::Queue);
            seat.screen.select_case(&env.scene, *case);
            Vec::new()
        }
        Place::Filter(name) => {
            seat.screen.set_view(View::Live);
            seat.screen.focus(Pane::Stream);
            filtering::filter(seat, env, name)
        }
        Place::Command(command) => return update::command(seat, env, *command, target, None),
    };
    // Nothing there was seen yet.
    seat.seen.lost();
    effects
}

/// A command's row with whom it would fall on, or why it cannot be run.
fn on_whom(env: &Env<'_>, command: Command, target: &Target, row: ChoiceRow) -> ChoiceRow {
    if command.row().needs == Needs::Nothing {
        return row;
    }
    let why_off = why_off(&env.scene, target, command).map(|why| env.scene.words.reason(&why));
    let name = verbs::name(env, target);
    let detail = if name.is_empty() { row.detail } else { format!("{}  → {name}", row.detail) };
    ChoiceRow { detail, why_off, ..row }
}

/// A member with the room in which one would look for him: the one in the stream, else where he spoke last.
fn member(env: &Env<'_>, member: MemberId, shown: Option<RoomId>) -> Option<(Place, ChoiceRow)> {
    let scene = &env.scene;
    let members = &scene.state.members;
    let standing = |room: RoomId| members.in_room(room, member);
    let rooms = members.rolls().rooms_of(member);
    let here = shown.filter(|room| standing(*room).is_some());
    let last =
        || rooms.iter().copied().max_by_key(|room| standing(*room).map(|one| (one.present, one.last_spoke)));
    let room = here.or_else(last)?;
    let person = members.get(member)?;
    let more = rooms.len().saturating_sub(1);
    let more = if more > 0 { format!(" +{more}") } else { String::new() };
    let detail = format!("{}{more} · {}", scene.room_name(room), person.external);
    let row = ChoiceRow { kind: scene.say("jump-member"), ..ChoiceRow::new(person.name.clone(), detail) };
    Some((Place::Member(room, member), row))
}

/// Everything else.
fn places(env: &Env<'_>) -> Vec<(Place, ChoiceRow)> {
    let scene = &env.scene;
    let kind = |key: &str, label: String, detail: String| ChoiceRow {
        kind: scene.say(key),
        ..ChoiceRow::new(label, detail)
    };
    let mut places = Vec::new();
    for room in scene.state.rooms.iter() {
        places.push((Place::Room(room.id), kind("jump-room", room.name.clone(), room.connector.clone())));
    }
    for case in scene.state.queue.waiting(scene.now) {
        let detail = format!("{} · {}", scene.rule(&case.rule), scene.room_name(case.room));
        places.push((Place::Case(case.id), kind("jump-case", scene.name_as_written(case.member), detail)));
    }
    for (name, text) in scene.state.filters.iter() {
        places.push((Place::Filter(name.to_owned()), kind("jump-filter", name.to_owned(), text.to_owned())));
    }
    for row in TABLE {
        let words = scene.say(&format!("cmd-{}", row.name));
        let keys = scene.keymap.keys_of(row.command).join(" ");
        let label = format!("{}  {words}", row.name);
        places.push((Place::Command(row.command), kind("jump-command", label, keys)));
    }
    places
}
