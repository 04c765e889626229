//! What happened since a seat of lines was last told, as lines in the order of the record.
//!
//! Nothing is kept for a reader who does not read: the state is asked when he is ready again. Who is far behind is told
//! how much was left out and goes on with the newest; what became of his own acts is never left out.

use crate::app::env::Env;
use crate::app::linear::{Linear, filters, handles::Handles, safe, words};
use crate::app::seat::Seat;
use crate::model::action::{Actor, Stage};
use crate::model::event::{Event, Record};
use crate::model::id::{ActionId, Seq};
use crate::model::moment::Moment;
use crate::state::State;
use crate::state::queue::Case;
use crate::state::stream::Line;
use crate::ui::connectors::status;
use crate::ui::scene::Recording;

/// Who is further behind than this is told how much was left out.
pub const BEHIND: usize = 1000;
/// How many lines a new seat is told of what was before it.
const CONTEXT: usize = 10;
/// How many lines one turn tells at most.
pub const A_TURN: usize = 100;

enum Item<'a> {
    Line(&'a Line),
    Case(&'a Case),
    Record(&'a Record),
}

impl Item<'_> {
    /// Where it stands in the record; of things at one place, the line comes first.
    fn place(&self) -> (Seq, u8) {
        match self {
            Item::Line(line) => (line.seq(), 0),
            Item::Case(case) => (case.id.0, 1),
            Item::Record(record) => (record.seq, 2),
        }
    }
}

/// Where a new seat begins to be told: some lines back for one that follows, so that it knows what is going on.
pub fn beginning(state: &State, follows: bool) -> Seq {
    let oldest = state.stream.back_from(state.next, None).take(CONTEXT).last().map(Line::seq);
    oldest.filter(|_| follows).unwrap_or(state.next)
}

/// The first lines: where one is, and how everything is.
pub fn greeting(seat: &Seat, linear: &mut Linear, env: &Env<'_>) -> Vec<String> {
    let scene = &env.scene;
    let rooms = scene.state.rooms.iter().count().to_string();
    let open = scene.state.queue.waiting_count(scene.now).to_string();
    let args = [("name", seat.moderator.as_str()), ("rooms", &rooms), ("open", &open)];
    let mut lines = vec![scene.say_with("linear-hello", &args)];
    lines.extend(conditions(linear, env));
    lines.iter().map(|line| safe(line)).collect()
}

/// Whether there is anything to tell.
pub fn is_behind(linear: &Linear, env: &Env<'_>) -> bool {
    linear.told < env.scene.state.next
}

/// What happened since, at most [`A_TURN`] lines and those that say what was left out.
pub fn news(seat: &Seat, linear: &mut Linear, env: &Env<'_>) -> Vec<String> {
    let mut lines = conditions(linear, env);
    let mut items = items(seat, linear, env);
    items.sort_by_key(Item::place);
    let over = items.len().saturating_sub(BEHIND);
    if over > 0 {
        let kept = items.split_off(over);
        let left_out = items.len();
        items.retain(|item| is_own(linear, item));
        let count = (left_out - items.len()).to_string();
        lines.push(env.scene.say_with("linear-left-out", &[("n", &count)]));
        items.extend(kept);
    }
    let rest = items.len() > A_TURN;
    items.truncate(A_TURN);
    linear.told = match items.last() {
        Some(last) if rest => last.place().0.next(),
        _ => env.scene.state.next,
    };
    for item in items {
        lines.extend(told(linear, env, &item));
    }
    lines.iter().map(|line| safe(line)).collect()
}

fn items<'a>(seat: &Seat, linear: &Linear, env: &Env<'a>) -> Vec<Item<'a>> {
    let state = env.scene.state;
    let told = linear.told;
    let room = seat.screen.room();
    let mut items: Vec<Item<'a>> = Vec::new();
    if linear.follows {
        let passes = filters::sieve(linear.filter.as_ref(), env, state);
        let lines = state.stream.forward_from(told, room).filter(|line| passes(line));
        items.extend(lines.map(Item::Line));
        let fresh = state.queue.iter().rev().take_while(|case| case.id.0 >= told);
        items.extend(fresh.filter(|case| room.is_none_or(|room| case.room == room)).map(Item::Case));
    }
    let records = state.trail.iter().rev().take_while(|record| record.seq >= told);
    let actor = seat.actor();
    let wanted = |record: &&Record| {
        let own = about_own(linear, &record.event);
        let here = room.is_none() || record.event.room().is_none() || record.event.room() == room;
        own || (linear.follows && here && is_news(&record.event, &actor, linear.everything))
    };
    items.extend(records.filter(wanted).map(Item::Record));
    items
}

fn is_own(linear: &Linear, item: &Item<'_>) -> bool {
    matches!(item, Item::Record(record) if about_own(linear, &record.event))
}

/// The end of something that this seat asked for, or that it was asked for.
fn about_own(linear: &Linear, event: &Event) -> bool {
    ended(event).is_some_and(|id| linear.asked.contains(&id))
}

/// The action that this event ends, for now or for good.
fn ended(event: &Event) -> Option<ActionId> {
    match event {
        Event::ActionConfirmed { action, .. }
        | Event::ActionFailed { action, .. }
        | Event::ActionUnsupported { action, .. }
        | Event::ActionUnknown { action, .. }
        | Event::ActionCancelled { action, .. }
        | Event::ActionMarkedDone { action, .. } => Some(*action),
        _ => None,
    }
}

/// What is worth a line of the audit while it happens; what the stream tells, and one's own words, are not.
fn is_news(event: &Event, own: &Actor, everything: bool) -> bool {
    let others = |by: &Actor| everything || by != own;
    match event {
        Event::ActionRequested(_) | Event::MessageRecalled { .. } | Event::DamageFound { .. } => true,
        Event::CaseDecided { by, .. }
        | Event::CaseReopened { by, .. }
        | Event::CasesAllowed { by, .. }
        | Event::CasesReopened { by, .. }
        | Event::CasesMoved { by, .. }
        | Event::MessagesPinned { by, .. }
        | Event::CaseSnoozed { by, .. }
        | Event::CaseHeld { by, .. }
        | Event::CaseEscalated { by, .. }
        | Event::CaseCalmed { by, .. }
        | Event::TextAllowed { by, .. }
        | Event::AllowanceEnded { by, .. }
        | Event::MessagePinned { by, .. }
        | Event::MessageUnpinned { by, .. }
        | Event::NoteAdded { by, .. }
        | Event::NoteRemoved { by, .. } => others(by),
        event => ended(event).is_some(),
    }
}

fn told(linear: &mut Linear, env: &Env<'_>, item: &Item<'_>) -> Vec<String> {
    match item {
        Item::Line(line) => {
            let mut lines: Vec<String> = new_day(linear, env, line.at()).into_iter().collect();
            lines.push(words::entry(env, &mut linear.handles, line));
            lines
        }
        Item::Case(case) => vec![words::case(env, &mut linear.handles, case)],
        Item::Record(record) => vec![of_record(&mut linear.handles, env, record)],
    }
}

fn of_record(handles: &mut Handles, env: &Env<'_>, record: &Record) -> String {
    let id = match &record.event {
        Event::ActionRequested(_) => Some(ActionId(record.seq)),
        event => ended(event),
    };
    match id.and_then(|id| env.scene.state.actions.get(id)) {
        Some(action) => words::action(env, handles, action),
        None => words::record(env, handles, record),
    }
}

fn new_day(linear: &mut Linear, env: &Env<'_>, at: Moment) -> Option<String> {
    if linear.day.is_some_and(|day| env.scene.same_day(day, at)) {
        return None;
    }
    linear.day = Some(at);
    Some(words::day(env, at))
}

/// What a screen shows at its top and says again when it changes: how the networks are, and whether we record.
fn conditions(linear: &mut Linear, env: &Env<'_>) -> Vec<String> {
    let scene = &env.scene;
    let mut lines = Vec::new();
    for (name, one) in scene.state.connectors.iter() {
        if linear.connectors.get(name) != Some(&one.status) {
            let (_, now, _) = status(scene, one);
            lines.push(words::foreign(&format!("{name}: {now}")));
            linear.connectors.insert(name.clone(), one.status.clone());
        }
    }
    let alarm = match scene.recording {
        Recording::Fine => None,
        Recording::Stopped(why) => {
            Some(scene.say_with("recording-stopped", &[("why", &scene.words.reason(why))]))
        }
    };
    if alarm != linear.alarm {
        lines.push(alarm.clone().unwrap_or_else(|| scene.say("linear-recording-again")));
        linear.alarm = alarm;
    }
    lines
}

/// Whether something that this seat asked for is still open.
pub fn waits(linear: &Linear, env: &Env<'_>) -> usize {
    let open = |id: &&ActionId| {
        let stage = env.scene.state.actions.get(**id).map(|action| action.stage);
        matches!(stage, Some(Stage::Requested | Stage::Sent | Stage::Accepted))
    };
    linear.asked.iter().filter(open).count()
}
