//! The top: which room, how many people and open cases, how the networks are, who else is here, the time; and the tabs.

use crate::commands::table::Command;
use crate::config::theme::Meaning;
use crate::model::heard::Status;
use crate::model::id::RoomId;
use crate::text::{reveal, width};
use crate::ui::canvas::{Canvas, Row, row_width, run};
use crate::ui::connectors::status;
use crate::ui::layout::Layout;
use crate::ui::phrase::fit_name;
use crate::ui::scene::{Recording, Scene};
use crate::ui::screen::View;

/// Draws the status line into the top border, the tabs under it and, when recording stopped, the alarm.
pub fn draw(scene: &Scene<'_>, canvas: &mut Canvas<'_>, layout: &Layout, room: Option<RoomId>, view: View) {
    let cells = usize::from(layout.size.0).saturating_sub(4);
    let right = right_side(scene, cells / 2);
    let left = left_side(scene, room, cells.saturating_sub(row_width(&right) + 2));
    let left_cells = u16::try_from(row_width(&left)).unwrap_or(0);
    canvas.row(2, 0, left_cells, &left);
    let wide = u16::try_from(row_width(&right)).unwrap_or(0);
    let x = layout.size.0.saturating_sub(2 + wide);
    canvas.row(x, 0, wide, &right);
    canvas.row(
        layout.tabs.x,
        layout.tabs.y,
        layout.tabs.width,
        &tabs(scene, view, usize::from(layout.tabs.width)),
    );
    if let (Some(area), Recording::Stopped(reason)) = (layout.alarm, scene.recording) {
        // The past is no alarm, and it has to be told from one at a glance.
        let past = reason.key.starts_with("past-");
        let look = scene.look(if past { Meaning::ToastTold } else { Meaning::ToastAlarm });
        canvas.clear(area, look);
        let why = scene.words.reason(reason);
        let text = if past { why } else { scene.say_with("recording-stopped", &[("why", &why)]) };
        let text = width::clip(reveal::line(&text).as_str(), usize::from(area.width).saturating_sub(2));
        canvas.put(area.x + 1, area.y, area.width.saturating_sub(2), &text, look);
    }
}

/// The room and its numbers.
fn left_side(scene: &Scene<'_>, room: Option<RoomId>, cells: usize) -> Row {
    let rooms = &scene.state.rooms;
    let name = match room.filter(|id| rooms.get(*id).is_some()) {
        Some(room) => scene.room_name(room),
        None => scene.say_with("all-rooms", &[("n", &rooms.iter().count().to_string())]),
    };
    let open = match room {
        Some(id) => scene.state.queue.waiting(scene.now).iter().filter(|case| case.room == id).count(),
        None => scene.state.queue.waiting_count(scene.now),
    };
    let mut tail = Vec::new();
    if let Some(people) = rooms.people(room) {
        let text = scene.say_with("people", &[("n", &people.to_string())]);
        tail.push(run(format!(" {text}"), scene.look(Meaning::Title)));
    }
    if open > 0 {
        tail.push(run(format!(" ▲{open}"), scene.look(Meaning::FlagS2)));
    }
    tail.push(run(" ", scene.look(Meaning::Title)));
    let room_for_name = cells.saturating_sub(row_width(&tail) + 1);
    let name = fit_name(&name, room_for_name);
    let mut row = vec![run(format!(" {name}"), scene.look(Meaning::Strong))];
    row.extend(tail);
    row
}

/// Networks, who else is here, and the clock; what does not fit is left out from the left, the clock never.
fn right_side(scene: &Scene<'_>, cells: usize) -> Row {
    let border = scene.look(Meaning::Border);
    let mut row = vec![run(format!(" {} ", scene.clock(scene.now)), scene.look(Meaning::Title))];
    let prepend = |row: &mut Row, part: Row| {
        if row_width(row) + row_width(&part) < cells {
            let mut longer = part;
            longer.push(run("─", border));
            longer.append(row);
            *row = longer;
        }
    };
    if !scene.here.is_empty() {
        let names = reveal::line(&scene.here.join(" ")).into_string();
        prepend(&mut row, vec![run(format!(" {} ", width::clip(&names, 20)), scene.look(Meaning::Title))]);
    }
    let connectors: Vec<_> = scene.state.connectors.iter().filter(|(_, one)| !one.is_gone()).collect();
    for (name, one) in connectors.into_iter().rev() {
        let (glyph, _, meaning) = status(scene, one);
        let name = width::clip(reveal::line(name).as_str(), 12);
        let short = match &one.status {
            Status::Online { .. } => String::new(),
            Status::Connecting => format!(" {}", scene.say("short-connecting")),
            Status::Offline { .. } => format!(" {}", scene.say("short-offline")),
            Status::Ended { .. } => format!(" {}", scene.say("short-ended")),
        };
        let part = vec![
            run(format!(" {name} "), scene.look(Meaning::Title)),
            run(format!("{glyph}{short} "), scene.look(meaning)),
        ];
        prepend(&mut row, part);
    }
    row
}

/// The tabs: two cells between them where there is room for it, one where there is not.
fn tabs(scene: &Scene<'_>, view: View, cells: usize) -> Row {
    let parts: Vec<Row> = TABS.iter().map(|(command, of)| tab(scene, *command, *of, view)).collect();
    let needed: usize = parts.iter().map(|part| row_width(part)).sum();
    let gap = if needed + 2 * parts.len() <= cells { "  " } else { " " };
    let mut row = Row::new();
    for part in parts {
        if row_width(&row) + row_width(&part) > cells {
            break;
        }
        row.extend(part);
        row.push(run(gap, scene.look(Meaning::Tab)));
    }
    row
}

fn tab(scene: &Scene<'_>, command: Command, of: Option<View>, view: View) -> Row {
    let keys = scene.keymap.keys_of(command);
    let key = keys.first().cloned().unwrap_or_default();
    let name = scene.say(&format!("short-{}", command.row().name));
    let here = of == Some(view);
    let (key_look, look) = if here {
        (scene.look(Meaning::TabHere), scene.look(Meaning::TabHere))
    } else {
        (scene.look(Meaning::Key), scene.look(Meaning::Tab))
    };
    let mut part = vec![run(key, key_look), run(scene.say("key-gap"), look), run(name, look)];
    if let Some(badge) = badge(scene, of) {
        part.push(run(badge, if here { look } else { scene.look(badge_look(of)) }));
    }
    part
}

const TABS: [(Command, Option<View>); 8] = [
    (Command::ViewLive, Some(View::Live)),
    (Command::ViewQueue, Some(View::Queue)),
    (Command::ViewMembers, Some(View::Members)),
    (Command::ViewGroups, Some(View::Groups)),
    (Command::ViewOutbox, Some(View::Outbox)),
    (Command::ViewAudit, Some(View::Audit)),
    (Command::ViewConnectors, Some(View::Connectors)),
    (Command::Help, None),
];

fn badge(scene: &Scene<'_>, of: Option<View>) -> Option<String> {
    match of? {
        View::Queue => Some(scene.state.queue.waiting_count(scene.now))
            .filter(|count| *count > 0)
            .map(|count| format!("({count})")),
        View::Outbox => {
            let (unknown, open) = (scene.state.actions.needing_person(), scene.state.actions.open().count());
            match (unknown, open) {
                (0, 0) => None,
                (0, open) => Some(format!("({open}…)")),
                (unknown, _) => Some(format!("({unknown}?)")),
            }
        }
        View::Connectors => {
            let connectors = &scene.state.connectors;
            let down = connectors.iter().any(|(name, one)| !connectors.is_online(name) && !one.is_gone());
            down.then(|| "!".to_owned())
        }
        View::Live | View::Members | View::Groups | View::Audit => None,
    }
}

fn badge_look(of: Option<View>) -> Meaning {
    match of {
        Some(View::Outbox) => Meaning::Unknown,
        Some(View::Connectors) => Meaning::Offline,
        _ => Meaning::FlagS2,
    }
}
