//! `jump` line by line: to a group, a member, a case or a filter by a few letters, in the order of the list on screen.

use crate::app::env::Env;
use crate::app::jump::{self, Place};
use crate::app::linear::{Linear, Reply, filters, plain, typed, views, words};
use crate::app::seat::Seat;
use crate::ui::chooser::ChoiceRow;
use crate::ui::target::{RowId, Target};

/// How many places are printed.
const PRINTED: usize = 20;

/// `jump letters`: goes where only one place can be meant; else prints the places with their handles.
pub fn jump(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, letters: &str) -> Reply {
    if letters.is_empty() {
        seat.refuse(env, env.scene.say("linear-words-missing"));
        return typed::gathered(seat, linear, env, Vec::new());
    }
    let (found, _) = jump::found(env, letters, seat.screen.room(), &Target::default());
    let exact: Vec<&(Place, ChoiceRow)> = found.iter().filter(|(_, row)| row.label == letters).collect();
    match (exact.as_slice(), found.as_slice()) {
        ([(place, row)], _) | (_, [(place, row)]) => there(seat, linear, env, place, row),
        (_, []) => {
            seat.refuse(env, env.scene.say("jump-empty"));
            typed::gathered(seat, linear, env, Vec::new())
        }
        _ => {
            let line = |(place, row): &(Place, ChoiceRow)| plain(&printed(linear, env, place, row));
            Reply { lines: found.iter().take(PRINTED).map(line).collect(), ..Reply::default() }
        }
    }
}

fn there(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, place: &Place, row: &ChoiceRow) -> Reply {
    match place {
        Place::Room(room) => {
            seat.screen.set_room(Some(*room));
            typed::room_told(seat, linear, env)
        }
        Place::Filter(name) => {
            filters::apply(seat, linear, env, name);
            typed::gathered(seat, linear, env, Vec::new())
        }
        Place::Member(room, member) => {
            let target = Target { room: Some(*room), member: Some(*member), ..Target::default() };
            views::card_of(seat, linear, env, &target)
        }
        Place::Case(_) | Place::Command(_) => {
            Reply { lines: vec![plain(&printed(linear, env, place, row))], ..Reply::default() }
        }
    }
}

/// A place as a line; what it is about can be meant from now on.
fn printed(linear: &mut Linear, env: &Env<'_>, place: &Place, row: &ChoiceRow) -> String {
    let handles = &mut linear.handles;
    match place {
        Place::Room(room) => {
            let target = Target { room: Some(*room), group: Some(*room), ..Target::default() };
            let handle = handles.print(RowId::Room(*room), target);
            words::listed(&[&handle, &row.kind, &row.label, &row.detail])
        }
        Place::Member(room, member) => words::member(env, handles, *room, *member),
        Place::Case(case) => match env.scene.state.queue.get(*case) {
            Some(case) => words::case(env, handles, case),
            None => row.label.clone(),
        },
        Place::Filter(_) | Place::Command(_) => words::listed(&[&row.kind, &row.label, &row.detail]),
    }
}
