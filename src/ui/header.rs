//! The top: which room, how many people and open cases, how the networks are, who else is here, the time; and the tabs.

use crate::commands::table::Command;
use crate::config::theme::Meaning;
use crate::model::heard::Status;
use crate::model::id::{ConnectorName, RoomId};
use crate::state::State;
use crate::text::{reveal, width};
use crate::ui::canvas::{Canvas, Row, row_width, run};
use crate::ui::connectors::sign;
use crate::ui::kept::Kept;
use crate::ui::layout::Layout;
use crate::ui::phrase::fit_name;
use crate::ui::scene::{Recording, Scene};
use crate::ui::screen::View;
use std::mem::{Discriminant, discriminant};

/// All that shows in the first line and in the tabs.
#[derive(Debug, PartialEq)]
pub struct Headline {
    manner: u64,
    /// Cells of the screen, and of the tabs.
    cells: (u16, u16),
    view: View,
    /// The room's name, or how many rooms there are.
    room: Result<String, usize>,
    people: Option<u32>,
    /// Cases that wait in what is shown, and in all rooms.
    open: (usize, usize),
    minute: i64,
    here: Vec<String>,
    connectors: Vec<(ConnectorName, Discriminant<Status>)>,
    /// Actions of which nobody knows, and open ones.
    actions: (usize, usize),
    /// A connector is not online.
    down: bool,
}

impl Headline {
    /// How everything is.
    pub fn of(scene: &Scene<'_>, manner: u64, layout: &Layout, room: Option<RoomId>, view: View) -> Self {
        let State { rooms, queue, connectors, actions, .. } = scene.state;
        let name = match room.filter(|id| rooms.get(*id).is_some()) {
            Some(room) => Ok(scene.room_name(room)),
            None => Err(rooms.iter().count()),
        };
        let waiting = queue.waiting_count(scene.now);
        let open = room.map(|id| queue.by_rank(scene.now).filter(|case| case.room == id).count());
        let there = connectors.iter().filter(|(_, one)| !one.is_gone());
        Self {
            manner,
            cells: (layout.size.0, layout.tabs.width),
            view,
            room: name,
            people: rooms.people(room),
            open: (open.unwrap_or(waiting), waiting),
            minute: (scene.now.0.div_euclid(1000) + i64::from(scene.zone.local_minus_utc())).div_euclid(60),
            here: scene.here.to_vec(),
            connectors: there.map(|(name, one)| (name.clone(), discriminant(&one.status))).collect(),
            actions: (actions.needing_person(), actions.open().count()),
            down: connectors.iter().any(|(name, one)| !connectors.is_online(name) && !one.is_gone()),
        }
    }
}

/// Draws the status line into the top border, the tabs under it and, when recording stopped, the alarm.
pub fn draw(
    scene: &Scene<'_>,
    canvas: &mut Canvas<'_>,
    layout: &Layout,
    headline: Headline,
    kept: &Kept<Headline>,
) {
    let rows = kept.rows(headline, |headline| {
        let cells = usize::from(headline.cells.0).saturating_sub(4);
        let right = right_side(scene, cells / 2);
        let left = left_side(scene, headline, cells.saturating_sub(row_width(&right) + 2));
        let tabs = tabs(scene, headline, usize::from(headline.cells.1));
        [left, right, tabs].iter().map(|row| Canvas::painted(row, headline.cells.0)).collect()
    });
    let wide = rows.get(1).map_or(0, |right| right.len());
    let right = layout.size.0.saturating_sub(2 + u16::try_from(wide).unwrap_or(0));
    let places = [(2, 0), (right, 0), (layout.tabs.x, layout.tabs.y)];
    for ((x, y), row) in places.into_iter().zip(rows.iter()) {
        canvas.lay(x, y, layout.size.0, row);
    }
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
fn left_side(scene: &Scene<'_>, headline: &Headline, cells: usize) -> Row {
    let name = match &headline.room {
        Ok(name) => name.clone(),
        Err(rooms) => scene.say_with("all-rooms", &[("n", &rooms.to_string())]),
    };
    let (open, _) = headline.open;
    let mut tail = Vec::new();
    if let Some(people) = headline.people {
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
        let (glyph, meaning) = sign(&one.status);
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
fn tabs(scene: &Scene<'_>, headline: &Headline, cells: usize) -> Row {
    let parts: Vec<Row> = TABS.iter().map(|(command, of)| tab(scene, *command, *of, headline)).collect();
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

fn tab(scene: &Scene<'_>, command: Command, of: Option<View>, headline: &Headline) -> Row {
    let keys = scene.keymap.keys_of(command);
    let key = keys.first().cloned().unwrap_or_default();
    let name = scene.say(&format!("short-{}", command.row().name));
    let here = of == Some(headline.view);
    let (key_look, look) = if here {
        (scene.look(Meaning::TabHere), scene.look(Meaning::TabHere))
    } else {
        (scene.look(Meaning::Key), scene.look(Meaning::Tab))
    };
    let mut part = vec![run(key, key_look), run(scene.say("key-gap"), look), run(name, look)];
    if let Some(badge) = badge(headline, of) {
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

fn badge(headline: &Headline, of: Option<View>) -> Option<String> {
    match of? {
        View::Queue => Some(headline.open.1).filter(|count| *count > 0).map(|count| format!("({count})")),
        View::Outbox => match headline.actions {
            (0, 0) => None,
            (0, open) => Some(format!("({open}…)")),
            (unknown, _) => Some(format!("({unknown}?)")),
        },
        View::Connectors => headline.down.then(|| "!".to_owned()),
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
