//! A message to a seat in, effects out. Pure: the same seat, state and message always give the same effects.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::message::Message;
use crate::app::seat::Seat;
use crate::app::seen::{DWELL_MS, Row, Sight};
use crate::app::{jump, marking, overlay, presets, questions, reading, rest, taking_back, typing, verbs};
use crate::commands::key::{Code, Key};
use crate::commands::keymap::Meaning;
use crate::commands::table::{Command, Group, Needs};
use crate::config::theme::Theme;
use crate::model::id::RoomId;
use crate::state::filter::Filter;
use crate::ui::explain;
use crate::ui::moves::Motion;
use crate::ui::overlay::{Overlay, Pending};
use crate::ui::prompt::Purpose;
use crate::ui::screen::{Pane, View};
use crate::ui::target::Target;

/// A message is as old as this at most where somebody is said to have only just spoken, in milliseconds.
const SPOKE_MS: i64 = 5000;

/// Takes one message.
pub fn update(seat: &mut Seat, env: &Env<'_>, message: Message) -> Vec<Effect> {
    let scene = env.scene;
    seat.screen.catch_up(&scene);
    let mut effects = match message {
        Message::Key { key, shown } => typing::arrived(seat, env, key, shown),
        Message::Settle => typing::settle(seat, env),
        Message::Paste(text) => overlay::paste(seat, env, &text),
        Message::Resize { columns, rows } => {
            seat.screen.resize(columns, rows);
            seat.screen.bring_cursor(&scene);
            Vec::new()
        }
        Message::Click { column, row, .. } => {
            if seat.screen.overlay.is_none() {
                seat.screen.click(&scene, column, row);
                // Rows may have moved since he aimed: he has to see where the cursor came to.
                seat.seen.lost();
            }
            Vec::new()
        }
        Message::Wheel { column, row, down } => {
            seat.screen.wheel(&scene, column, row, down);
            seat.seen.lost();
            Vec::new()
        }
        Message::Drawn(number) => {
            drawn(seat, env, number);
            Vec::new()
        }
        Message::PageBroken { page, reason } => {
            seat.screen.page_failed(page, reason);
            Vec::new()
        }
        Message::Page { page, lines, reached } => {
            seat.screen.page_arrived(page, lines, reached);
            Vec::new()
        }
        Message::Found(piece) => {
            seat.screen.found(&scene, &piece);
            Vec::new()
        }
    };
    seat.screen.catch_up(&scene);
    effects.extend(seat.screen.take_orders().into_iter().map(Effect::Search));
    if let Some(wanted) = seat.screen.wants_page(&scene) {
        seat.screen.page_asked(wanted);
        effects.push(Effect::Page(wanted));
    }
    effects
}

/// A frame was drawn: what it shows is what keys mean that are pressed while it stands on the terminal.
fn drawn(seat: &mut Seat, env: &Env<'_>, number: u64) {
    let scene = env.scene;
    seat.frame = number;
    seat.screen.pin(&scene);
    let target = seat.screen.target(&scene);
    // What lies under a dialog or a page is not seen.
    let covered = !matches!(seat.screen.overlay, None | Some(Overlay::Prompt(_)));
    let rows = if covered { Vec::new() } else { seat.screen.rows_on_screen(&scene) };
    let on_frame = seat.screen.row_of(&target).is_none_or(|row| rows.contains(&row)) && !covered;
    let sight = Sight { number, at: scene.state.next, target: Some(target).filter(|_| on_frame), rows };
    seat.seen.drawn(sight, scene.now);
}

/// What a key means. `shown` is the frame that stood on the terminal when it was pressed.
pub fn key_pressed(seat: &mut Seat, env: &Env<'_>, key: Key, shown: u64) -> Vec<Effect> {
    if seat.screen.is_too_small() {
        return blind(seat, env, key, shown);
    }
    let free = seat.screen.overlay.is_none();
    if free && rest::takes(seat, env, key.folded()) {
        return Vec::new();
    }
    let refusals = seat.refusals;
    let effects =
        if free { free_key(seat, env, key.folded(), shown) } else { overlay::key(seat, env, key, shown) };
    if seat.refusals > refusals && seat.screen.overlay.is_none() && seat.waiting.is_none() {
        rest::begin(seat, env, key.folded());
    }
    effects
}

/// A key while nothing lies over the panes.
fn free_key(seat: &mut Seat, env: &Env<'_>, key: Key, shown: u64) -> Vec<Effect> {
    if let Some(waiting) = seat.waiting.take() {
        seat.screen.pending = None;
        return match key.typed() {
            Some(digit) if digit.is_ascii_digit() => presets::digit(seat, env, &waiting, digit),
            _ => {
                seat.tell(env, env.scene.say("verb-dropped"));
                rest::begin(seat, env, key);
                Vec::new()
            }
        };
    }
    if seat.screen.is_finding() && seat.keys.is_empty() {
        match key.typed() {
            Some('n') => return command(seat, env, Command::FindNext, Target::default(), Some(shown)),
            Some('N') => return command(seat, env, Command::FindPrevious, Target::default(), Some(shown)),
            _ => {}
        }
    }
    seat.keys.push(key);
    match env.scene.keymap.meaning(&seat.keys) {
        Meaning::Command(meant) => {
            seat.keys.clear();
            seat.screen.pending = None;
            aimed(seat, env, meant, shown)
        }
        Meaning::Prefix(next) => {
            let option = |(key, command): &(Key, Command)| {
                key.typed().map(|sign| (sign, env.scene.say(&format!("short-{}", command.row().name))))
            };
            let label = seat.keys.iter().map(Key::to_string).collect();
            let options = next.iter().filter_map(option).collect();
            seat.screen.pending = Some(Pending { label, options, note: None });
            Vec::new()
        }
        Meaning::Nothing => nothing(seat, env, key),
    }
}

/// A key in a window that shows nothing but how small it is: nobody can mean what he does not see, so all it does is to
/// put away what was open, or to leave.
fn blind(seat: &mut Seat, env: &Env<'_>, key: Key, shown: u64) -> Vec<Effect> {
    seat.keys.clear();
    seat.screen.pending = None;
    seat.waiting = None;
    if seat.screen.overlay.is_some() {
        let away = key.code == Code::Esc;
        return if away { overlay::key(seat, env, key, shown) } else { Vec::new() };
    }
    match env.scene.keymap.meaning(&[key.folded()]) {
        Meaning::Command(Command::Leave) => vec![Effect::Leave],
        _ => Vec::new(),
    }
}

fn nothing(seat: &mut Seat, env: &Env<'_>, key: Key) -> Vec<Effect> {
    let first = seat.keys.len() == 1;
    seat.keys.clear();
    seat.screen.pending = None;
    if first && key.code != Code::Esc {
        let text = env.scene.say_with("unknown-key", &[("key", &key.to_string())]);
        seat.tell(env, text);
    }
    Vec::new()
}

/// A command from the keyboard: verbs take what the moderator saw under the cursor, never what came there since.
fn aimed(seat: &mut Seat, env: &Env<'_>, meant: Command, shown: u64) -> Vec<Effect> {
    let aims = meant.row().needs != Needs::Nothing
        || matches!(
            meant,
            Command::Open | Command::Palette | Command::Jump | Command::Repeat | Command::MarkAll
        );
    if !aims {
        return command(seat, env, meant, Target::default(), Some(shown));
    }
    if meant == Command::Jump {
        // Going elsewhere always works, also where nothing is under the cursor.
        let target = seat.seen.meant(shown).map(|(target, _)| target).unwrap_or_default();
        return command(seat, env, meant, target, Some(shown));
    }
    let Some((target, since)) = seat.seen.meant(shown) else {
        return seat.refuse(env, env.scene.say("look-first"));
    };
    let harms = meant.row().group == Group::Act && meant != Command::Open;
    // What is marked was chosen by hand; what is under the cursor does not matter then.
    let marked = seat.screen.has_marks(&env.scene);
    if meant.row().group == Group::Mark && seat.screen.follows_newest() {
        seat.screen.freeze_at(&env.scene, &target);
    }
    // What is refused anyway hits nobody: for that nothing has to stand still.
    let aims = harms && !marked && verbs::refused(env, meant, &target).is_none();
    if aims && seat.screen.follows_newest() && env.scene.now.since(since) < DWELL_MS {
        seat.screen.freeze_at(&env.scene, &target);
        // A frame under way still shows the newest line there.
        seat.seen.lost();
        let name = verbs::name(env, &target);
        let said = target.message.and_then(|id| env.scene.state.stream.message(id));
        let spoke = said.is_some_and(|said| (0..SPOKE_MS).contains(&env.scene.now.since(said.at)));
        let key = if spoke { "just-arrived" } else { "just-shown" };
        return seat.refuse(env, env.scene.say_with(key, &[("name", &name)]));
    }
    command(seat, env, meant, target, Some(shown))
}

/// Runs a command on a target. `shown` is the frame in whose sight it was given; none when that is long ago.
pub fn command(
    seat: &mut Seat,
    env: &Env<'_>,
    meant: Command,
    target: Target,
    shown: Option<u64>,
) -> Vec<Effect> {
    let sight = shown.map(|shown| (shown, seat.screen.rows_on_screen(&env.scene)));
    if let Some(motion) = motion_of(meant) {
        if motion.is_upward() {
            stop_at_sight(seat, env, shown);
        }
        seat.screen.go(&env.scene, motion);
        moved(seat, env, sight);
        return Vec::new();
    }
    match meant {
        Command::Open => questions::open(seat, env, &target),
        Command::Undo => taking_back::undo(seat, env),
        Command::XRay => reading::x_ray(seat, env, &target),
        Command::Copy => reading::copy(seat, env, target),
        Command::Find => prompt(seat, env, Purpose::Find, target),
        Command::Filter => prompt(seat, env, Purpose::Filter, target),
        Command::Palette => prompt(seat, env, Purpose::Command, target),
        Command::Jump => {
            jump::open(seat, env, target);
            Vec::new()
        }
        Command::Explain => explain(seat, env, &target),
        Command::Card => {
            if seat.screen.open_card(&target) {
                Vec::new()
            } else {
                seat.refuse(env, env.scene.say("off-no-member"))
            }
        }
        Command::ExportCase => match target.case {
            Some(case) => vec![Effect::ExportCase { case, to_seat: false }],
            None => seat.refuse(env, env.scene.say("off-no-flag")),
        },
        Command::Leave => vec![Effect::Leave],
        _ if meant.row().group == Group::Mark => {
            marking::run(seat, env, meant, &target);
            Vec::new()
        }
        _ if meant.row().group == Group::Act => verbs::run(seat, env, meant, target),
        _ => {
            match meant {
                Command::Freeze if !seat.screen.is_frozen() => {
                    stop_at_sight(seat, env, shown);
                    seat.screen.freeze(&env.scene);
                }
                _ => look(seat, env, meant),
            }
            seat.screen.bring_cursor(&env.scene);
            moved(seat, env, sight);
            Vec::new()
        }
    }
}

fn prompt(seat: &mut Seat, env: &Env<'_>, purpose: Purpose, target: Target) -> Vec<Effect> {
    overlay::open_prompt(seat, env, purpose, target);
    Vec::new()
}

/// Why what is under the cursor was flagged, on a page of its own.
fn explain(seat: &mut Seat, env: &Env<'_>, target: &Target) -> Vec<Effect> {
    match explain::page(&env.scene, target) {
        Some(page) => seat.screen.overlay = Some(Overlay::Reader(page)),
        None => return seat.refuse(env, env.scene.say("off-no-flag")),
    }
    Vec::new()
}

/// A following stream stops at the line that its moderator saw under the cursor, not at one that came since.
fn stop_at_sight(seat: &mut Seat, env: &Env<'_>, shown: Option<u64>) {
    let seen = shown.and_then(|shown| seat.seen.meant(shown));
    if seat.screen.pane() == Pane::Stream
        && seat.screen.follows_newest()
        && let Some((target, _)) = seen
    {
        seat.screen.freeze_at(&env.scene, &target);
    }
}

/// Commands that only change what this seat sees.
fn look(seat: &mut Seat, env: &Env<'_>, meant: Command) {
    let scene = env.scene;
    match meant {
        Command::NextPane => seat.screen.next_pane(),
        Command::PreviousPane => seat.screen.previous_pane(),
        Command::ViewLive => seat.screen.set_view(View::Live),
        Command::ViewQueue => seat.screen.set_view(View::Queue),
        Command::ViewMembers => seat.screen.show_members(&scene),
        Command::ViewGroups => seat.screen.set_view(View::Groups),
        Command::Sort => sort(seat, env),
        Command::ViewOutbox => seat.screen.set_view(View::Outbox),
        Command::ViewAudit => seat.screen.set_view(View::Audit),
        Command::ViewConnectors => seat.screen.set_view(View::Connectors),
        Command::AllRooms => seat.screen.set_room(None),
        Command::Room(number) => {
            match env.scene.state.rooms.iter().nth(usize::from(number.saturating_sub(1))) {
                Some(room) => seat.screen.set_room(Some(room.id)),
                None => {
                    seat.tell(env, env.scene.say_with("no-such-room", &[("number", &number.to_string())]))
                }
            }
        }
        Command::NextFlaggedRoom => match next_flagged(env, seat.screen.room()) {
            Some(room) => seat.screen.set_room(Some(room)),
            None => seat.tell(env, env.scene.say("no-flagged-room")),
        },
        Command::FindNext => seat.screen.find_next(&scene),
        Command::FindPrevious => seat.screen.find_previous(&scene),
        Command::NextCase => seat.screen.next_case(&scene),
        Command::PreviousCase => seat.screen.previous_case(&scene),
        Command::Help => seat.screen.open_help(&scene),
        Command::Freeze => seat.screen.follow(),
        Command::Zoom => seat.screen.toggle_zoom(),
        Command::Language => seat.language = seat.language.next(),
        Command::Theme => seat.theme = theme_after(&seat.theme).to_owned(),
        Command::Bell => seat.toggle_bell(env),
        Command::Back => back(seat, env),
        _ => {}
    }
}

/// Orders the rows of the focused pane otherwise, where they have another order.
fn sort(seat: &mut Seat, env: &Env<'_>) {
    if !seat.screen.sort(&env.scene) {
        seat.tell(env, env.scene.say("sort-not-here"));
    }
}

/// `q` and Esc: the nearest thing that can be closed.
fn back(seat: &mut Seat, env: &Env<'_>) {
    if seat.screen.clear_marks() {
        return;
    }
    if seat.screen.is_finding() {
        seat.screen.stop_finding();
    } else if seat.screen.filtered_by().is_some() {
        seat.screen.filter(&env.scene, Filter::default());
        seat.seen.lost();
    } else if seat.screen.toast.is_some() {
        seat.screen.toast = None;
    } else if seat.screen.view() != View::Live {
        seat.screen.set_view(View::Live);
    } else if seat.screen.is_frozen() {
        seat.screen.follow();
    }
}

fn next_flagged(env: &Env<'_>, now: Option<RoomId>) -> Option<RoomId> {
    let open = env.scene.state.queue.waiting(env.scene.now);
    let flagged: Vec<RoomId> = env
        .scene
        .state
        .rooms
        .iter()
        .map(|room| room.id)
        .filter(|id| open.iter().any(|case| case.room == *id))
        .collect();
    let after = flagged.iter().find(|id| now.is_none_or(|now| **id > now));
    after.or(flagged.first()).copied()
}

/// The movement that a command is.
pub fn motion_of(meant: Command) -> Option<Motion> {
    Some(match meant {
        Command::Up => Motion::Up,
        Command::Down => Motion::Down,
        Command::Top => Motion::Top,
        Command::Bottom => Motion::Bottom,
        Command::HalfUp => Motion::HalfUp,
        Command::HalfDown => Motion::HalfDown,
        Command::PageUp => Motion::PageUp,
        Command::PageDown => Motion::PageDown,
        _ => return None,
    })
}

/// After a movement: what is under the cursor now can be meant at once if the frame in whose sight it was made showed
/// it, in a list that still stood as on that frame; else only after a frame has.
fn moved(seat: &mut Seat, env: &Env<'_>, sight: Option<(u64, Vec<Row>)>) {
    let target = seat.screen.target(&env.scene);
    let meant = sight.as_ref().and_then(|(shown, _)| seat.seen.meant(*shown));
    if meant.is_some_and(|(meant, _)| meant == target) {
        return;
    }
    match (sight, seat.screen.row_of(&target)) {
        (Some((shown, before)), Some(row)) if seat.seen.stands(shown, row.0, &before) => {
            seat.seen.moved(shown, target, row, env.scene.now);
        }
        _ => seat.seen.lost(),
    }
}

fn theme_after(name: &str) -> &'static str {
    let at = Theme::NAMES.iter().position(|known| *known == name).map_or(0, |at| at + 1);
    Theme::NAMES.get(at).or(Theme::NAMES.first()).copied().unwrap_or("default")
}
