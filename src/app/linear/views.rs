//! The views and the closer looks as lines: queue, outbox, audit, groups, members, card, reasons, raw text, find, help.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::filtering;
use crate::app::linear::{Linear, Reply, filters, handles, safe, typed, words};
use crate::app::seat::Seat;
use crate::app::update;
use crate::commands::table::{Command, Group, TABLE};
use crate::model::id::{MemberId, RoomId};
use crate::model::message::Kind as MessageKind;
use crate::state::filter::{Filter, Mistake};
use crate::state::stream::Line;
use crate::text::kind::Kind;
use crate::text::{fold, fuzzy, reveal};
use crate::ui::connectors::status;
use crate::ui::lines::PageWanted;
use crate::ui::scene::Scene;
use crate::ui::target::{RowId, Target};

/// How many lines a list prints when no number is given.
const USUAL: usize = 20;
/// And at most.
const MOST: usize = 500;
/// How many places a find prints.
const FOUND: usize = 50;

/// What can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    Lines,
    Before,
    Room,
    Queue,
    Outbox,
    Audit,
    Groups,
    Members,
    Connectors,
    Card,
    Raw,
    Open,
    Find,
    Help,
}

/// Words that only lines have.
pub fn named(word: &str) -> Option<View> {
    Some(match word {
        "lines" => View::Lines,
        "before" => View::Before,
        "room" => View::Room,
        "raw" => View::Raw,
        _ => return None,
    })
}

/// The commands of the table that print something here.
pub fn of_command(command: Command) -> Option<View> {
    Some(match command {
        Command::ViewLive => View::Lines,
        Command::ViewQueue => View::Queue,
        Command::ViewOutbox => View::Outbox,
        Command::ViewAudit => View::Audit,
        Command::ViewGroups => View::Groups,
        Command::ViewMembers => View::Members,
        Command::ViewConnectors => View::Connectors,
        Command::Card => View::Card,
        Command::XRay => View::Raw,
        Command::Open => View::Open,
        Command::Find => View::Find,
        Command::Help => View::Help,
        _ => return None,
    })
}

/// Prints a view.
pub fn show(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, view: View, rest: &str) -> Reply {
    let room = seat.screen.room();
    let lines = match view {
        View::Lines => newest(linear, env, room, number(rest)),
        View::Before => return before(seat, linear, env, rest),
        View::Room => return into_room(seat, linear, env, rest),
        View::Queue => queue(linear, env, room),
        View::Outbox => outbox(linear, env, room, number(rest)),
        View::Audit => audit(linear, env, number(rest)),
        View::Groups => groups(linear, env),
        View::Members => members(linear, env, room, rest),
        View::Connectors => connectors(env),
        View::Find if rest.is_empty() => vec![env.scene.say("linear-words-missing")],
        View::Find => match find(linear, env, room, rest) {
            Ok(lines) => lines,
            Err(mistake) => {
                seat.refuse(env, env.scene.words.reason(&mistake.reason));
                return typed::gathered(seat, linear, env, Vec::new());
            }
        },
        View::Help => help(env),
        View::Card | View::Raw | View::Open => return closer(seat, linear, env, view, rest),
    };
    let lines = if lines.is_empty() { vec![env.scene.say("linear-empty")] } else { lines };
    Reply { lines: lines.iter().map(|line| safe(line)).collect(), ..Reply::default() }
}

fn number(rest: &str) -> usize {
    rest.parse().map_or(USUAL, |wanted: usize| wanted.min(MOST))
}

fn newest(linear: &mut Linear, env: &Env<'_>, room: Option<RoomId>, count: usize) -> Vec<String> {
    let stream = &env.scene.state.stream;
    let passes = filters::sieve(linear.filter.as_ref(), env, env.scene.state);
    let newest = stream.back_from(env.scene.state.next, room).filter(|line| passes(line));
    let mut lines: Vec<&Line> = newest.take(count).collect();
    lines.reverse();
    lines.into_iter().map(|line| words::entry(env, &mut linear.handles, line)).collect()
}

/// `before #12 [20]`: older lines from the record; they come when they were read.
fn before(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, rest: &str) -> Reply {
    let mut parts = rest.split_whitespace();
    let seq = match parts.next().and_then(handles::read) {
        Some(RowId::Line(seq)) => seq,
        _ => {
            seat.refuse(env, env.scene.say_with("linear-which", &[("name", "before")]));
            return typed::gathered(seat, linear, env, Vec::new());
        }
    };
    linear.paging = Some(number(parts.next().unwrap_or_default()));
    let page = PageWanted { room: seat.screen.room(), before: seq, search: None };
    Reply { effects: vec![Effect::Page(page)], ..Reply::default() }
}

/// A page of the record arrived, newest first.
pub fn paged(linear: &mut Linear, env: &Env<'_>, lines: &[Line], exhausted: bool) -> Vec<String> {
    let Some(count) = linear.paging.take() else { return Vec::new() };
    let mut told: Vec<String> =
        lines.iter().take(count).map(|line| words::entry(env, &mut linear.handles, line)).collect();
    if exhausted && lines.len() <= count {
        told.push(env.scene.say("linear-oldest"));
    }
    told.reverse();
    told.iter().map(|line| safe(line)).collect()
}

/// `room 2`, `room r2`, `room all`, `room NAME`.
fn into_room(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, rest: &str) -> Reply {
    let rooms = &env.scene.state.rooms;
    let named = || rooms.iter().find(|room| room.name == rest).map(|room| room.id);
    let wanted = match (handles::read(rest), rest.parse::<usize>()) {
        _ if rest == "all" => Some(None),
        (Some(RowId::Room(id)), _) => rooms.get(id).map(|room| Some(room.id)),
        (_, Ok(number)) => rooms.iter().nth(number.saturating_sub(1)).map(|room| Some(room.id)),
        _ => named().map(Some),
    };
    match wanted {
        Some(room) => seat.screen.set_room(room),
        None => drop(seat.refuse(env, env.scene.say_with("no-such-room", &[("number", rest)]))),
    }
    typed::room_told(seat, linear, env)
}

fn queue(linear: &mut Linear, env: &Env<'_>, room: Option<RoomId>) -> Vec<String> {
    let scene = &env.scene;
    let here = |case: &&crate::state::queue::Case| room.is_none_or(|room| case.room == room);
    let waiting = scene.state.queue.waiting(scene.now).into_iter();
    let resting = scene.state.queue.resting(scene.now).into_iter();
    let lines: Vec<String> = waiting
        .chain(resting)
        .filter(here)
        .take(MOST)
        .map(|case| words::case(env, &mut linear.handles, case))
        .collect();
    if lines.is_empty() { vec![scene.say("queue-empty")] } else { lines }
}

fn outbox(linear: &mut Linear, env: &Env<'_>, room: Option<RoomId>, count: usize) -> Vec<String> {
    let here = |action: &&crate::state::actions::Action| room.is_none_or(|room| action.request.room == room);
    let actions = env.scene.state.actions.iter().rev().filter(here).take(count);
    let lines: Vec<String> = actions.map(|action| words::action(env, &mut linear.handles, action)).collect();
    if lines.is_empty() { vec![env.scene.say("outbox-empty")] } else { lines }
}

fn audit(linear: &mut Linear, env: &Env<'_>, count: usize) -> Vec<String> {
    let records = env.scene.state.trail.iter().rev().take(count);
    records.map(|record| words::record(env, &mut linear.handles, record)).collect()
}

fn groups(linear: &mut Linear, env: &Env<'_>) -> Vec<String> {
    let scene = &env.scene;
    let waiting = scene.state.queue.waiting(scene.now);
    let line = |(at, room): (usize, &crate::state::rooms::Room)| {
        let target = Target { room: Some(room.id), group: Some(room.id), ..Target::default() };
        let handle = linear.handles.print(RowId::Room(room.id), target);
        let open = waiting.iter().filter(|case| case.room == room.id).count().to_string();
        let people = room.members_total.map(|n| scene.say_with("people", &[("n", &n.to_string())]));
        let number = (at + 1).to_string();
        let args = [("handle", handle.as_str()), ("number", &number), ("name", &room.name)];
        words::listed(&[
            &scene.say_with("linear-group", &args),
            &room.connector,
            &people.unwrap_or_default(),
            &scene.say_with("linear-open-cases", &[("n", &open)]),
            &scene.say_with("own-role", &[("role", &scene.say(role_key(room.own_role)))]),
        ])
    };
    scene.state.rooms.iter().enumerate().map(line).collect()
}

fn role_key(role: crate::model::member::Role) -> &'static str {
    use crate::model::member::Role;
    match role {
        Role::Owner => "role-owner",
        Role::Admin => "role-admin",
        Role::Voiced => "role-voiced",
        Role::Member => "role-member",
        Role::Unknown => "role-unknown",
    }
}

/// Everybody of a room (of all), or those whose names fit, newest speakers first.
fn members(linear: &mut Linear, env: &Env<'_>, room: Option<RoomId>, wanted: &str) -> Vec<String> {
    let scene = &env.scene;
    let rooms: Vec<RoomId> =
        scene.state.rooms.iter().map(|one| one.id).filter(|id| room.is_none_or(|room| room == *id)).collect();
    let mut found: Vec<(RoomId, MemberId)> = rooms
        .into_iter()
        .flat_map(|room| scene.state.members.of_room(room).map(move |(member, _)| (room, member)))
        .filter(|(_, member)| wanted.is_empty() || is_called(scene, *member, wanted))
        .collect();
    let spoke = |(room, member): &(RoomId, MemberId)| {
        scene.state.members.in_room(*room, *member).and_then(|standing| standing.last_spoke)
    };
    found.sort_by_key(|one| (std::cmp::Reverse(spoke(one)), one.0, one.1));
    let count = found.len();
    let mut lines: Vec<String> = found
        .into_iter()
        .take(MOST)
        .map(|(room, member)| words::member(env, &mut linear.handles, room, member))
        .collect();
    if count > MOST {
        lines.push(scene.say_with("more-rows", &[("n", &(count - MOST).to_string())]));
    }
    lines
}

/// By letters in order, by pinyin, or by its initials.
fn is_called(scene: &Scene<'_>, member: MemberId, wanted: &str) -> bool {
    let name = scene.name_as_written(member);
    let wanted = fold::fold_words(wanted);
    let (whole, initials) = fuzzy::pinyin_keys(&name);
    fold::fold_words(&name).contains(&wanted) || whole.contains(&wanted) || initials.contains(&wanted)
}

fn connectors(env: &Env<'_>) -> Vec<String> {
    let line = |(name, one): (&String, &crate::state::connectors::ConnectorState)| {
        let (_, words, _) = status(&env.scene, one);
        words::foreign(&format!("{name}: {words}"))
    };
    env.scene.state.connectors.iter().map(line).collect()
}

/// Looks closer at one thing.
fn closer(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, view: View, rest: &str) -> Reply {
    let refuse = |seat: &mut Seat, linear: &mut Linear, sentence: String| {
        seat.refuse(env, sentence);
        typed::gathered(seat, linear, env, Vec::new())
    };
    let name = match view {
        View::Card => "card",
        View::Open => "open",
        _ => "x-ray",
    };
    let Some(row) = handles::read(rest) else {
        return refuse(seat, linear, env.scene.say_with("linear-which", &[("name", name)]));
    };
    let Some(target) = linear.handles.target(row) else {
        let handle = handles::written(row);
        return refuse(seat, linear, env.scene.say_with("linear-unprinted", &[("handle", &handle)]));
    };
    let lines = match view {
        View::Card => card(linear, env, &target),
        View::Open if target.case.is_none() && target.action.is_none() => whole(env, &target),
        View::Open => {
            let effects = update::command(seat, env, Command::Open, target, None);
            return typed::gathered(seat, linear, env, effects);
        }
        _ => raw(env, &target),
    };
    told(seat, linear, env, lines)
}

/// The card of a member whose handle was not printed.
pub fn card_of(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, target: &Target) -> Reply {
    let lines = card(linear, env, target);
    told(seat, linear, env, lines)
}

fn told(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, lines: Told) -> Reply {
    match lines {
        Ok(lines) => Reply { lines: lines.iter().map(|line| safe(line)).collect(), ..Reply::default() },
        Err(key) => {
            seat.refuse(env, env.scene.say(key));
            typed::gathered(seat, linear, env, Vec::new())
        }
    }
}

type Told = Result<Vec<String>, &'static str>;

fn card(linear: &mut Linear, env: &Env<'_>, target: &Target) -> Told {
    let scene = &env.scene;
    let (Some(room), Some(id)) = (target.room, target.member) else { return Err("off-no-member") };
    let mut lines = vec![words::member(env, &mut linear.handles, room, id)];
    let case = target.case.and_then(|case| scene.state.queue.get(case));
    lines.extend(case.map(|case| words::case(env, &mut linear.handles, case)));
    if let Some(standing) = scene.state.members.in_room(room, id) {
        lines.push(match standing.joined_at {
            Some(at) => scene.say_with("card-joined", &[("when", &scene.when(at)), ("age", &scene.age(at))]),
            None => scene.say_with("card-known", &[("when", &scene.when(standing.known_since))]),
        });
        if let Some(muting) = standing.muting.as_ref().filter(|_| standing.is_muted(scene.now)) {
            let by = scene.actor(&muting.by);
            let until = muting.until.map(|until| scene.when(until));
            lines.push(words::foreign(&match &until {
                Some(until) => scene.say_with("card-muted-until", &[("until", until), ("by", &by)]),
                None => scene.say_with("card-muted", &[("by", &by)]),
            }));
        }
    }
    let about = |action: &&crate::state::actions::Action| {
        action.request.act.member() == Some(id) && action.request.room == room
    };
    let actions = scene.state.actions.iter().rev().filter(about).take(USUAL);
    lines.extend(actions.map(|action| words::action(env, &mut linear.handles, action)));
    let member = scene.state.members.get(id);
    for note in member.into_iter().flat_map(|member| member.notes.iter().rev().take(USUAL)) {
        let (when, by) = (scene.when(note.at), scene.actor(&note.by));
        let words = scene.say_with("card-note", &[("when", &when), ("by", &by), ("text", &note.text)]);
        lines.push(words::foreign(&words));
    }
    Ok(lines)
}

/// The whole text of a message, line by line.
fn whole(env: &Env<'_>, target: &Target) -> Told {
    let message = target.message.and_then(|id| env.scene.state.stream.message(id)).ok_or("off-no-message")?;
    Ok(message.text.split('\n').map(quoted).collect())
}

/// The raw text: what does not stand for itself is named by its code point.
fn raw(env: &Env<'_>, target: &Target) -> Told {
    let scene = &env.scene;
    let message = target.message.and_then(|id| scene.state.stream.message(id));
    let name = target.member.map(|member| scene.name_as_written(member));
    let room = target.group.and_then(|room| scene.state.rooms.get(room)).map(|room| room.name.clone());
    let text = message.map(|message| message.text.clone());
    let text = text.or(room).or(name.clone()).ok_or("off-nothing-here")?;
    let kind = message.map(|message| message.kind).filter(|kind| *kind != MessageKind::Text);
    let mut lines = Vec::new();
    lines.extend(kind.and_then(|kind| scene.kind(kind)));
    lines.extend(name.filter(|_| message.is_some()).map(|name| quoted(&lens(&name))));
    lines.extend(text.split_inclusive('\n').map(|line| quoted(&lens(line))));
    let counts = (text.len().to_string(), text.chars().count().to_string());
    let hidden = reveal::hidden_count(&text).to_string();
    let args = [("bytes", counts.0.as_str()), ("signs", &counts.1), ("hidden", &hidden)];
    lines.push(scene.say_with("linear-raw", &args));
    Ok(lines)
}

/// Behind this stands foreign text as it is, on a line of its own that cannot pass for one of ours.
fn quoted(text: &str) -> String {
    format!("| {text}")
}

fn lens(text: &str) -> String {
    let sign = |one: reveal::XRay| match one.what {
        Kind::Plain => one.shown,
        _ => format!("<U+{:04X} {}>", one.code, one.shown),
    };
    reveal::x_ray(text).into_iter().map(sign).collect()
}

/// The newest messages in memory that pass a filter, as `/` and `&` read it.
fn find(
    linear: &mut Linear,
    env: &Env<'_>,
    room: Option<RoomId>,
    wanted: &str,
) -> Result<Vec<String>, Mistake> {
    let scene = &env.scene;
    let filter = Filter::parse(&filtering::written(env, wanted)?)?;
    let hit = filters::sieve(Some(&filter), env, scene.state);
    let mut hits =
        scene.state.stream.back_from(scene.state.next, room).filter(|line| is_said(line) && hit(line));
    let mut found: Vec<&Line> = hits.by_ref().take(FOUND).collect();
    found.reverse();
    linear.found = found.iter().map(|line| RowId::Line(line.seq())).collect();
    linear.found_beside = hits.count();
    let mut lines: Vec<String> =
        found.into_iter().map(|line| words::entry(env, &mut linear.handles, line)).collect();
    if lines.is_empty() {
        lines.push(scene.say_with("not-found", &[("text", wanted)]));
    }
    lines.extend(found_beside(linear, env));
    let reach = scene.state.stream.lines().len().to_string();
    lines.push(scene.say_with("linear-find-reach", &[("n", &reach)]));
    Ok(lines)
}

fn is_said(line: &Line) -> bool {
    matches!(line, Line::Message(_))
}

/// That the last find printed not all that passes, so that `*found` is not all of it either; nothing when it is.
pub fn found_beside(linear: &Linear, env: &Env<'_>) -> Option<String> {
    let (more, shown) = (linear.found_beside.to_string(), linear.found.len().to_string());
    let args = [("shown", shown.as_str()), ("more", &more)];
    (linear.found_beside > 0).then(|| env.scene.say_with("linear-found-beside", &args))
}

/// How lines are written, then every command that acts.
fn help(env: &Env<'_>) -> Vec<String> {
    let scene = &env.scene;
    let mut lines: Vec<String> = HELP.iter().map(|key| scene.say(key)).collect();
    let acts = TABLE.iter().filter(|row| matches!(row.group, Group::Act | Group::Look));
    lines.extend(acts.map(|row| format!("{}: {}", row.name, scene.say(&format!("cmd-{}", row.name)))));
    lines
}

const HELP: [&str; 12] = [
    "linear-help-handles",
    "linear-help-acts",
    "linear-help-answers",
    "linear-help-looks",
    "linear-help-lists",
    "linear-help-rooms",
    "linear-help-older",
    "linear-help-filters",
    "linear-help-export",
    "linear-help-replay",
    "linear-help-follow",
    "linear-help-quit",
];
