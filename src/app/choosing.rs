//! Picking from a list: which keys move in it, and what its Enter does, by what it was opened for.
//!
//! A key pressed before the list stood on the terminal never picks, and Enter never picks a row that no frame has
//! shown under the cursor, save where picking only goes there.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::seat::Seat;
use crate::app::{handing, jump, standing, taking_back};
use crate::commands::key::{Code, Key};
use crate::model::id::{CaseId, RoomId};
use crate::state::undo::Step;
use crate::ui::chooser::Chooser;
use crate::ui::moves::Motion;
use crate::ui::overlay::Overlay;
use crate::ui::target::Target;

/// What a list was opened for, with what stands behind its rows, row by row.
#[derive(Debug, Clone, PartialEq)]
pub enum Purpose {
    /// Going to anybody and anything.
    Jump(Vec<jump::Place>),
    /// Taking something back.
    Journal(Vec<Step>),
    /// Giving a case away.
    HandOver { case: CaseId, room: RoomId, names: Vec<String> },
}

/// The open list.
#[derive(Debug, Clone, PartialEq)]
pub struct Choosing {
    pub purpose: Purpose,
    /// What was under the cursor when it was opened.
    pub target: Target,
    /// Keys pressed before this frame stood on the terminal do not answer it.
    pub since_frame: u64,
    /// Its rows stand as they are since this frame.
    pub settled_frame: u64,
}

/// Opens a list.
pub fn open(seat: &mut Seat, purpose: Purpose, mut chooser: Chooser, target: Target) {
    let next = seat.frame + 1;
    chooser.open = false;
    seat.choosing = Some(Choosing { purpose, target, since_frame: next, settled_frame: next });
    seat.screen.overlay = Some(Overlay::Chooser(chooser));
}

/// A key while a list is open.
pub fn key(seat: &mut Seat, env: &Env<'_>, key: Key, shown: u64) -> Vec<Effect> {
    let Some(since) = seat.choosing.as_ref().map(|choosing| choosing.since_frame) else {
        close(seat);
        return Vec::new();
    };
    if type_into(seat, key) {
        typed(seat, env);
        return Vec::new();
    }
    if shown < since && key.code != Code::Enter {
        return Vec::new();
    }
    let typing = matches!(&seat.screen.overlay, Some(Overlay::Chooser(chooser)) if chooser.query().is_some());
    match motion(key, typing) {
        Some(motion) => seat.screen.go(&env.scene, motion),
        None => match key.code {
            Code::Enter
                if (goes_only(seat) && shown >= since) || standing::is_open(seat, shown, env.scene.now) =>
            {
                return pick(seat, env, shown);
            }
            Code::Enter => return seat.refuse(env, env.scene.say("dialog-too-soon")),
            Code::Esc | Code::Backspace => close(seat),
            Code::Char('q') if !typing => close(seat),
            _ => {}
        },
    }
    Vec::new()
}

/// A paste is letters for the list's line; whether there is one.
pub fn paste(seat: &mut Seat, env: &Env<'_>, text: &str) -> bool {
    let Some(Overlay::Chooser(chooser)) = seat.screen.overlay.as_mut() else { return false };
    if chooser.query().is_none() {
        return false;
    }
    chooser.insert(text);
    typed(seat, env);
    true
}

/// Edits the list's line; whether the key did.
fn type_into(seat: &mut Seat, key: Key) -> bool {
    let Some(Overlay::Chooser(chooser)) = seat.screen.overlay.as_mut() else { return false };
    let Some(query) = chooser.query() else { return false };
    match (key.code, key.ctrl) {
        (Code::Backspace, _) | (Code::Char('h'), true) if !query.is_empty() => chooser.backspace(),
        (Code::Char('w'), true) => chooser.delete_word(),
        (Code::Char('u'), true) => chooser.clear(),
        _ => match key.folded().typed() {
            Some(sign) => chooser.insert(&sign.to_string()),
            None => return false,
        },
    }
    true
}

fn motion(key: Key, typing: bool) -> Option<Motion> {
    Some(match (key.code, key.ctrl) {
        (Code::Down, _) | (Code::Char('n' | 'j'), true) => Motion::Down,
        (Code::Up, _) | (Code::Char('p' | 'k'), true) => Motion::Up,
        (Code::PageDown, _) => Motion::PageDown,
        (Code::PageUp, _) => Motion::PageUp,
        (Code::Home, _) => Motion::Top,
        (Code::End, _) => Motion::Bottom,
        _ => match key.folded().typed().filter(|_| !typing)? {
            'j' => Motion::Down,
            'k' => Motion::Up,
            'g' => Motion::Top,
            'G' => Motion::Bottom,
            _ => return None,
        },
    })
}

/// What was typed changed: rows that the owner sorts are sorted anew.
fn typed(seat: &mut Seat, env: &Env<'_>) {
    let next = seat.frame + 1;
    let Some(choosing) = seat.choosing.as_mut() else { return };
    choosing.settled_frame = next;
    match choosing.purpose {
        Purpose::Jump(_) => jump::refresh(seat, env),
        Purpose::Journal(_) | Purpose::HandOver { .. } => {}
    }
}

/// Whether picking the row under the cursor does nothing but go there.
fn goes_only(seat: &Seat) -> bool {
    let (Some(Overlay::Chooser(chooser)), Some(choosing)) = (&seat.screen.overlay, &seat.choosing) else {
        return false;
    };
    match &choosing.purpose {
        Purpose::Jump(places) => {
            chooser.picked().and_then(|number| places.get(number)).is_some_and(jump::Place::only_goes)
        }
        Purpose::Journal(_) | Purpose::HandOver { .. } => false,
    }
}

fn pick(seat: &mut Seat, env: &Env<'_>, shown: u64) -> Vec<Effect> {
    let (Some(Overlay::Chooser(chooser)), Some(choosing)) = (&seat.screen.overlay, &seat.choosing) else {
        return Vec::new();
    };
    let Some(number) = chooser.picked() else { return Vec::new() };
    if let Some(why) = chooser.row(number).and_then(|row| row.why_off.clone()) {
        return seat.refuse(env, why);
    }
    if shown < choosing.settled_frame && !goes_only(seat) {
        return seat.refuse(env, env.scene.say("look-first"));
    }
    let (purpose, target) = (choosing.purpose.clone(), choosing.target);
    close(seat);
    match purpose {
        Purpose::Jump(places) => match places.get(number) {
            Some(place) => jump::there(seat, env, place, target),
            None => Vec::new(),
        },
        Purpose::Journal(steps) => match steps.into_iter().nth(number) {
            Some(step) => taking_back::take_back(seat, env, step),
            None => Vec::new(),
        },
        Purpose::HandOver { case, room, names } => match names.get(number) {
            Some(name) => handing::give(seat, env, case, room, name),
            None => Vec::new(),
        },
    }
}

fn close(seat: &mut Seat) {
    seat.screen.overlay = None;
    seat.choosing = None;
}
