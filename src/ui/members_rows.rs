//! How the members are drawn: a heading, then one row each, with as many columns as there is room for.

use crate::config::theme::Meaning;
use crate::model::flag::Severity;
use crate::model::id::RoomId;
use crate::model::moment::Moment;
use crate::text::width;
use crate::ui::canvas::{Canvas, Row as Runs, run};
use crate::ui::members::{MembersView, Row, Sort};
use crate::ui::phrase::{name_runs, severity_look, standing_keys};
use crate::ui::scene::Scene;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::collections::HashMap;

/// A name has at least so many cells: six Chinese characters and a little.
const NAME: usize = 14;
/// And at most so many, where there is room: the eye has to find the figures that belong to it.
const LONGEST_NAME: usize = 36;

/// The same for the name of a room.
const ROOM: usize = 12;
const LONGEST_ROOM: usize = 24;

/// A column behind the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Room,
    State,
    Messages,
    Spoke,
    Flags,
    Offences,
    Joined,
    Others,
}

/// All columns, in the order in which they stand.
const COLUMNS: [Column; 8] = [
    Column::Room,
    Column::State,
    Column::Messages,
    Column::Spoke,
    Column::Flags,
    Column::Offences,
    Column::Joined,
    Column::Others,
];
/// What is left out first where there is no room.
const DROPPED: [Column; 4] = [Column::Others, Column::Joined, Column::Offences, Column::Flags];

impl Column {
    /// The catalogue key of its heading, how many cells it has at least, and whether its figures stand at the right.
    fn form(self) -> (&'static str, usize, bool) {
        match self {
            Column::Room => ("column-room", ROOM, false),
            Column::State => ("column-state", 4, false),
            Column::Messages => ("column-messages", 5, true),
            Column::Spoke => ("column-spoke", 5, true),
            Column::Flags => ("column-flags", 4, true),
            Column::Offences => ("column-offences", 4, true),
            Column::Joined => ("column-joined", 7, true),
            Column::Others => ("column-others", 4, true),
        }
    }

    fn cells(self, scene: &Scene<'_>) -> usize {
        let (key, least, _) = self.form();
        width::width(&scene.say(key)).max(least)
    }

    /// The column that an order is by.
    fn of_sort(sort: Sort) -> Option<Self> {
        match sort {
            Sort::Spoke => Some(Column::Spoke),
            Sort::Messages => Some(Column::Messages),
            Sort::Joined => Some(Column::Joined),
            Sort::Flags => Some(Column::Flags),
            Sort::Name => None,
        }
    }
}

impl MembersView {
    /// Draws it.
    pub fn draw(
        &self,
        scene: &Scene<'_>,
        canvas: &mut Canvas<'_>,
        area: Rect,
        room: Option<RoomId>,
        focused: bool,
    ) {
        canvas.clear(area, scene.look(Meaning::Text));
        let (window, rows) = self.shown(scene, room, area);
        let cells = usize::from(area.width.saturating_sub(2));
        if rows.is_empty() {
            let wrapped = width::wrap(&scene.say(self.nobody(scene, room)), cells.max(1), cells.max(1));
            for (y, line) in (area.y..area.bottom()).zip(wrapped) {
                canvas.put(area.x + 1, y, area.width.saturating_sub(2), &line, scene.look(Meaning::Dim));
            }
            return;
        }
        let table = Table::new(scene, cells, room.is_none(), self.sort);
        canvas.row(area.x + 1, area.y, area.width.saturating_sub(2), &table.heading());
        let listed = rows.iter().enumerate().skip(window.offset);
        for (y, (at, row)) in (area.y + 1..area.bottom()).zip(listed) {
            if let Some(row) = row {
                canvas.row(area.x + 1, y, area.width.saturating_sub(2), &table.row(*row));
            }
            if window.cursor == Some(at) {
                canvas.put(area.x, y, 1, "▌", scene.look(Meaning::Mark));
                if focused {
                    let whole = Rect::new(area.x + 1, y, area.width.saturating_sub(1), 1);
                    canvas.restyle(whole, scene.accent(Meaning::Cursor));
                }
            }
        }
    }

    /// Why nobody is listed, and what to do about it.
    fn nobody(&self, scene: &Scene<'_>, room: Option<RoomId>) -> &'static str {
        if self.sieve.is_some() {
            return "filter-nothing";
        }
        let connector = room.and_then(|room| scene.state.rooms.get(room)).map(|room| &room.connector);
        let online = match connector {
            Some(connector) => scene.state.connectors.is_online(connector),
            None => scene.state.connectors.iter().any(|(name, _)| scene.state.connectors.is_online(name)),
        };
        if online { "members-unread" } else { "members-offline" }
    }
}

/// The columns that fit, and what every row needs to know.
struct Table<'a> {
    scene: &'a Scene<'a>,
    sort: Sort,
    name: usize,
    columns: Vec<(Column, usize)>,
    worst: HashMap<Row, Severity>,
}

impl<'a> Table<'a> {
    fn new(scene: &'a Scene<'a>, cells: usize, all_rooms: bool, sort: Sort) -> Self {
        let mut columns: Vec<(Column, usize)> =
            COLUMNS.iter().map(|column| (*column, column.cells(scene))).collect();
        columns.retain(|(column, _)| all_rooms || *column != Column::Room);
        let needed = |columns: &[(Column, usize)]| columns.iter().map(|(_, cells)| cells + 2).sum::<usize>();
        let fixed = 3 + 3;
        for dropped in DROPPED {
            let by_it = Column::of_sort(sort) == Some(dropped);
            if fixed + NAME + needed(&columns) > cells && !by_it {
                columns.retain(|(column, _)| *column != dropped);
            }
        }
        let spare = cells.saturating_sub(fixed + NAME + needed(&columns));
        // The room's name and the member's share what is left.
        let to_room = (spare / 3).min(LONGEST_ROOM - ROOM);
        if let Some((_, cells)) = columns.iter_mut().find(|(column, _)| *column == Column::Room) {
            *cells += to_room;
        }
        let name = cells.saturating_sub(fixed + needed(&columns)).clamp(NAME.min(cells), LONGEST_NAME);
        let mut worst = HashMap::new();
        for case in scene.state.queue.undecided() {
            let known: &mut Severity = worst.entry((case.room, case.member)).or_insert(case.severity);
            *known = (*known).max(case.severity);
        }
        Self { scene, sort, name, columns, worst }
    }

    fn heading(&self) -> Runs {
        let scene = self.scene;
        let dim = scene.look(Meaning::Dim);
        let sorted = Column::of_sort(self.sort);
        let look = |here: bool| if here { scene.look(Meaning::Strong) } else { dim };
        let name_look = look(self.sort == Sort::Name);
        let mut row =
            vec![run(" ".repeat(6), dim), run(width::pad(&scene.say("column-name"), self.name), name_look)];
        for (column, cells) in &self.columns {
            let (key, _, right) = column.form();
            row.push(run("  ", dim));
            row.push(run(aligned(&scene.say(key), *cells, right), look(sorted == Some(*column))));
        }
        row
    }

    fn row(&self, (room, member): Row) -> Runs {
        let scene = self.scene;
        let standing = scene.state.members.in_room(room, member);
        let gone = standing.is_some_and(|standing| !standing.present);
        let (glyph, _, look) = standing_keys(scene.standing(room, member));
        let of = |meaning: Meaning| scene.look(if gone { Meaning::Dim } else { meaning });
        let worst = self.worst.get(&(room, member));
        let case = worst.map_or_else(|| "  ".to_owned(), |severity| scene.severity_glyph(*severity));
        let mut row = vec![
            run(width::pad(&case, 3), worst.map_or(of(Meaning::Text), |one| scene.look(severity_look(*one)))),
            run(width::pad(&scene.tier_glyph(glyph), 3), of(look)),
        ];
        row.extend(name_runs(scene, &scene.member_name(member), self.name, of(Meaning::Name)));
        for (column, cells) in &self.columns {
            row.push(run("  ", of(Meaning::Text)));
            if *column == Column::Room {
                row.extend(name_runs(scene, &scene.room_name(room), *cells, of(Meaning::Room)));
                continue;
            }
            let (text, meaning) = self.cell(*column, (room, member));
            let style: Style = if *column == Column::State { scene.look(meaning) } else { of(meaning) };
            row.push(run(aligned(&text, *cells, column.form().2), style));
        }
        row
    }

    fn cell(&self, column: Column, (room, member): Row) -> (String, Meaning) {
        let scene = self.scene;
        let Some(standing) = scene.state.members.in_room(room, member) else {
            return (String::new(), Meaning::Text);
        };
        let figure = |number: usize| if number == 0 { "·".to_owned() } else { number.to_string() };
        let quiet = |number: u32, loud: Meaning| if number == 0 { Meaning::Dim } else { loud };
        match column {
            Column::Room => (scene.room_name(room), Meaning::Room),
            Column::State if standing.is_muted(scene.now) => (scene.say("member-muted"), Meaning::Muted),
            Column::State if !standing.present => (scene.say("member-gone"), Meaning::Dim),
            Column::State => (String::new(), Meaning::Text),
            Column::Messages => (figure(standing.messages as usize), quiet(standing.messages, Meaning::Text)),
            Column::Spoke => match standing.last_spoke {
                Some(at) => (scene.when_short(at), Meaning::Time),
                None => (scene.say("member-never"), Meaning::Dim),
            },
            Column::Flags => (figure(standing.flags as usize), quiet(standing.flags, Meaning::FlagS2)),
            Column::Offences => {
                let count = u32::try_from(standing.offences.len()).unwrap_or(u32::MAX);
                (figure(standing.offences.len()), quiet(count, Meaning::Bad))
            }
            Column::Joined => match standing.joined_at {
                Some(at) => (day(scene, at), Meaning::Time),
                None => ("?".to_owned(), Meaning::Dim),
            },
            Column::Others => {
                let others =
                    scene.state.members.rooms_of(member).saturating_sub(usize::from(standing.present));
                (figure(others), if others == 0 { Meaning::Dim } else { Meaning::Text })
            }
        }
    }
}

/// The clock today, the day in this year, year and month before.
fn day(scene: &Scene<'_>, at: Moment) -> String {
    let (then, now) = (at.at_zone(scene.zone), scene.now.at_zone(scene.zone));
    if then.format("%Y").to_string() == now.format("%Y").to_string() {
        return scene.when_short(at);
    }
    then.format("%Y-%m").to_string()
}

fn aligned(text: &str, cells: usize, right: bool) -> String {
    let text = width::clip(text, cells);
    let missing = " ".repeat(cells.saturating_sub(width::width(&text)));
    if right { missing + &text } else { text + &missing }
}
