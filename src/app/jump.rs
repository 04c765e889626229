//! `^k`: one list of groups, cases, commands and filters, and going where its Enter says.

use crate::app::choosing::{self, Purpose};
use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::seat::Seat;
use crate::app::update;
use crate::commands::table::{Command, TABLE};
use crate::model::id::{CaseId, RoomId};
use crate::text::fuzzy;
use crate::ui::chooser::{ChoiceRow, Chooser};
use crate::ui::overlay::Overlay;
use crate::ui::screen::View;
use crate::ui::target::Target;

/// How many rows are listed; whoever needs more types another letter.
const LISTED: usize = 100;

/// Somewhere to go.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    Room(RoomId),
    Case(CaseId),
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

/// Sorts the list for what was typed.
pub fn refresh(seat: &mut Seat, env: &Env<'_>) {
    let Some(Overlay::Chooser(chooser)) = seat.screen.overlay.as_mut() else { return };
    let all = places(env);
    let query = chooser.query().unwrap_or_default().trim().to_owned();
    let labels = all.iter().map(|(_, row)| row.label.as_str()).enumerate();
    let ranked = fuzzy::rank(&query, labels, LISTED);
    let found: Vec<(Place, ChoiceRow)> =
        ranked.into_iter().filter_map(|(number, _)| all.get(number).cloned()).collect();
    let (places, rows) = found.into_iter().unzip();
    chooser.replace(rows, all.len());
    if let Some(choosing) = seat.choosing.as_mut() {
        choosing.purpose = Purpose::Jump(places);
    }
}

/// Goes there.
pub fn there(seat: &mut Seat, env: &Env<'_>, place: &Place, target: Target) -> Vec<Effect> {
    match place {
        Place::Room(room) => {
            seat.screen.set_view(View::Live);
            seat.screen.set_room(Some(*room));
        }
        Place::Case(case) => {
            seat.screen.set_view(View::Queue);
            seat.screen.select_case(&env.scene, *case);
        }
        Place::Command(command) => return update::command(seat, env, *command, target, None),
    }
    // Nothing there was seen yet.
    seat.seen.lost();
    Vec::new()
}

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
        places.push((Place::Case(case.id), kind("jump-case", scene.member_name(case.member), detail)));
    }
    for row in TABLE {
        let words = scene.say(&format!("cmd-{}", row.name));
        let keys = scene.keymap.keys_of(row.command).join(" ");
        places.push((
            Place::Command(row.command),
            kind("jump-command", words, format!("{}  {keys}", row.name)),
        ));
    }
    places
}
