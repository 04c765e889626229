//! `H`: gives a case to another moderator, who sees it under his name.

use crate::app::choosing::{self, Purpose};
use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::seat::Seat;
use crate::app::verbs;
use crate::model::id::{CaseId, RoomId};
use crate::ui::chooser::{ChoiceRow, Chooser};
use crate::ui::target::Target;

/// Opens the list of moderators: who sits here now, then who is known from the record.
pub fn open(seat: &mut Seat, env: &Env<'_>, target: &Target) -> Vec<Effect> {
    if let Some(why) = env.scene.no_acts() {
        return seat.refuse(env, env.scene.words.reason(&why));
    }
    let case = target.case.and_then(|id| env.scene.state.queue.get(id));
    let Some(case) = case else { return seat.refuse(env, env.scene.say("off-no-case")) };
    let (case, room) = match verbs::still_open(env, case) {
        Ok(case) => (case.id, case.room),
        Err(sentence) => return seat.refuse(env, sentence),
    };
    let here = env.scene.here;
    let known = env.scene.state.undo.moderators().filter(|name| here.iter().all(|one| one != name));
    let names: Vec<String> = here
        .iter()
        .map(String::as_str)
        .chain(known)
        .filter(|name| *name != seat.moderator)
        .map(str::to_owned)
        .collect();
    let detail = |name: &String| env.scene.say(if here.contains(name) { "hand-here" } else { "hand-away" });
    let rows = names.iter().map(|name| ChoiceRow::new(name.clone(), detail(name))).collect();
    let chooser = Chooser::plain(env.scene.say("hand-title"), env.scene.say("hand-nobody"), rows);
    choosing::open(seat, Purpose::HandOver { case, room, names }, chooser, *target);
    Vec::new()
}

/// He was picked.
pub fn give(seat: &mut Seat, env: &Env<'_>, case: CaseId, room: RoomId, name: &str) -> Vec<Effect> {
    seat.done(env, env.scene.say_with("done-handed", &[("name", name)]));
    vec![Effect::Hold { case, room, holder: Some(name.to_owned()) }]
}
