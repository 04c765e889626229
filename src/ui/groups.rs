//! The groups: one row each, with how its network is, who is in it, what was said, what waits, and what we may not do
//! there. Rows stand in the order of their numbers and never move.

use crate::config::theme::Meaning;
use crate::model::ability::{Mode, Verb};
use crate::model::flag::Severity;
use crate::model::heard::Status;
use crate::model::id::RoomId;
use crate::model::member::Role;
use crate::model::moment::Moment;
use crate::state::rooms::Room;
use crate::state::stream::{Line, Notice};
use crate::text::{reveal, width};
use crate::ui::canvas::{Canvas, Row, row_width, run};
use crate::ui::connectors::{room_rows, status};
use crate::ui::list::ListCursor;
use crate::ui::moves::Motion;
use crate::ui::phrase::{name_runs, severity_look};
use crate::ui::scene::Scene;
use crate::ui::sift::Searchable;
use crate::ui::target::{RowId, Target};
use ratatui::layout::Rect;
use std::collections::HashMap;

/// Counting what was said goes over all lines in memory: not more often than this.
const COUNT_MS: i64 = 1000;
const HOUR_MS: i64 = 3_600_000;
/// Cells of a group's name where there is room: the eye has to find the figures that belong to it.
const LONGEST_NAME: usize = 36;

/// A seat's list of groups.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GroupsView {
    cursor: ListCursor<RoomId>,
    talk: Option<Talk>,
}

/// What was said in the rooms lately, as far as memory reaches.
#[derive(Debug, Clone, PartialEq)]
struct Talk {
    at: Moment,
    rooms: HashMap<RoomId, Said>,
    /// Memory does not reach back to the beginning of the day, or of the hour: there was more.
    day_cut: bool,
    hour_cut: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Said {
    today: usize,
    last_hour: usize,
    gaps: usize,
}

impl GroupsView {
    /// What is under the cursor.
    pub fn target(&self, scene: &Scene<'_>) -> Target {
        let group = self.cursor.selected(&ids(scene));
        Target { room: group, group, ..Target::default() }
    }

    /// Counts anew what was said, now and then.
    pub fn catch_up(&mut self, scene: &Scene<'_>) {
        let stale = |talk: &Talk| !(0..COUNT_MS).contains(&scene.now.since(talk.at));
        if self.talk.as_ref().is_none_or(stale) {
            self.talk = Some(Talk::of(scene));
        }
    }

    /// What was first stays under the cursor.
    pub fn pin(&mut self, scene: &Scene<'_>, area: Rect) {
        self.cursor.pin(&ids(scene), height(area));
    }

    /// Moves the cursor.
    pub fn go(&mut self, scene: &Scene<'_>, area: Rect, motion: Motion) {
        self.cursor.go(&ids(scene), height(area), motion);
    }

    /// Puts the cursor on a group.
    pub fn select(&mut self, scene: &Scene<'_>, area: Rect, room: RoomId) {
        self.cursor.select(room, &ids(scene), height(area));
    }

    /// The group on a row of the area; the first row is the heading.
    pub fn at_row(&self, scene: &Scene<'_>, area: Rect, row: u16) -> Option<RoomId> {
        let ids = ids(scene);
        let window = self.cursor.window(&ids, height(area));
        let below = usize::from(row.checked_sub(1)?);
        ids.get(window.offset + below).copied().flatten().filter(|_| below < height(area))
    }

    /// The groups a find can land on.
    pub fn searchable(&self, scene: &Scene<'_>) -> Vec<Searchable> {
        let row = |room: &Room| Searchable {
            room: Some(room.id),
            at: room.last_message_at,
            ..Searchable::new(RowId::Room(room.id), room.name.clone(), room.connector.clone())
        };
        scene.state.rooms.iter().map(row).collect()
    }

    /// Draws it.
    pub fn draw(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, area: Rect, focused: bool) {
        canvas.clear(area, scene.look(Meaning::Text));
        let cells = usize::from(area.width.saturating_sub(2));
        if scene.state.rooms.iter().next().is_none() {
            let wrapped = width::wrap(&scene.say(no_groups(scene)), cells.max(1), cells.max(1));
            for (y, line) in (area.y..area.bottom()).zip(wrapped) {
                canvas.put(area.x + 1, y, area.width.saturating_sub(2), &line, scene.look(Meaning::Dim));
            }
            return;
        }
        let counted;
        let talk = match &self.talk {
            Some(talk) => talk,
            None => {
                counted = Talk::of(scene);
                &counted
            }
        };
        let table = Table::new(scene, talk, cells);
        canvas.row(area.x + 1, area.y, area.width.saturating_sub(2), &table.heading());
        let window = self.cursor.window(&ids(scene), height(area));
        let listed = scene.state.rooms.iter().enumerate().skip(window.offset);
        for (y, (at, room)) in (area.y + 1..area.bottom()).zip(listed) {
            canvas.row(area.x + 1, y, area.width.saturating_sub(2), &table.row(at, room));
            if window.cursor == Some(at) {
                canvas.put(area.x, y, 1, "▌", scene.look(Meaning::Mark));
                if focused {
                    let whole = Rect::new(area.x + 1, y, area.width.saturating_sub(1), 1);
                    canvas.restyle(whole, scene.accent(Meaning::Cursor));
                }
            }
        }
    }
}

impl GroupsView {
    /// Draws the card of the group under the cursor: what we are and may do there, and how its network is.
    pub fn draw_card(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, area: Rect) {
        canvas.clear(area, scene.look(Meaning::Text));
        let room = self.target(scene).group.and_then(|id| scene.state.rooms.get(id));
        let rows = room.map(|room| room_rows(scene, room, usize::from(area.width.saturating_sub(2))));
        for (y, row) in (area.y..area.bottom()).zip(rows.unwrap_or_default()) {
            canvas.row(area.x + 1, y, area.width.saturating_sub(2), &row);
        }
    }
}

/// Why there is no group, and what to do about it.
fn no_groups(scene: &Scene<'_>) -> &'static str {
    let mut connectors = scene.state.connectors.iter().peekable();
    if connectors.peek().is_none() {
        return "connectors-empty";
    }
    if connectors.any(|(name, _)| scene.state.connectors.is_online(name)) {
        "groups-none"
    } else {
        "groups-offline"
    }
}

fn ids(scene: &Scene<'_>) -> Vec<Option<RoomId>> {
    scene.state.rooms.iter().map(|room| Some(room.id)).collect()
}

/// Rows below the heading.
fn height(area: Rect) -> usize {
    usize::from(area.height.saturating_sub(1))
}

/// The catalogue key and the look of what we are in a room.
fn role_of(room: &Room) -> (&'static str, Meaning) {
    match room.own_role {
        Role::Owner => ("role-owner", Meaning::RoleOwner),
        Role::Admin => ("role-admin", Meaning::RoleAdmin),
        Role::Voiced => ("role-voiced", Meaning::Text),
        Role::Member => ("role-member", Meaning::Dim),
        Role::Unknown => ("role-unknown", Meaning::Dim),
    }
}

impl Talk {
    fn of(scene: &Scene<'_>) -> Self {
        let mut rooms: HashMap<RoomId, Said> = HashMap::new();
        let lines = scene.state.stream.lines();
        for line in lines {
            let (today, lately) =
                (scene.same_day(line.at(), scene.now), scene.now.since(line.at()) < HOUR_MS);
            match line {
                Line::Message(message) => {
                    let said = rooms.entry(message.room).or_default();
                    said.today += usize::from(today);
                    said.last_hour += usize::from(lately);
                }
                Line::Notice { room: Some(room), notice: Notice::Gap { .. }, .. } if today => {
                    rooms.entry(*room).or_default().gaps += 1;
                }
                Line::Notice { room: None, notice: Notice::Gap { connector, .. }, .. } if today => {
                    let of_it = scene.state.rooms.iter().filter(|room| room.connector == *connector);
                    of_it.for_each(|room| rooms.entry(room.id).or_default().gaps += 1);
                }
                Line::Notice { .. } => {}
            }
        }
        let whole = scene.state.stream.pushed <= lines.len() as u64;
        let oldest = lines.front().map(Line::at).filter(|_| !whole);
        Self {
            at: scene.now,
            rooms,
            day_cut: oldest.is_some_and(|at| scene.same_day(at, scene.now)),
            hour_cut: oldest.is_some_and(|at| scene.now.since(at) < HOUR_MS),
        }
    }
}

/// Where things stand in a row, and what every row needs to know.
struct Table<'a> {
    scene: &'a Scene<'a>,
    talk: &'a Talk,
    cells: usize,
    name: usize,
    connector: usize,
}

impl<'a> Table<'a> {
    fn new(scene: &'a Scene<'a>, talk: &'a Talk, cells: usize) -> Self {
        let widest = |words: &dyn Fn(&Room) -> String, most: usize| {
            let cells = |room: &Room| width::width(reveal::line(&words(room)).as_str());
            scene.state.rooms.iter().map(cells).max().unwrap_or(0).min(most)
        };
        let role = |room: &Room| scene.say(role_of(room).0);
        let own = widest(&role, 16).max(width::width(&scene.say("column-own")));
        let network = width::width(&scene.say("column-network")).saturating_sub(2);
        let connector = widest(&|room| room.connector.clone(), if cells >= 90 { 14 } else { 8 }).max(network);
        let mut table = Self { scene, talk, cells, name: 0, connector };
        let figures: usize = table.figures().iter().map(|(_, cells)| cells + 2).sum();
        let fixed = 4 + (2 + 2 + connector) + figures + (2 + own);
        let name = widest(&|room| scene.room_name(room.id), LONGEST_NAME);
        table.name = name.max(width::width(&scene.say("column-group"))).min(cells.saturating_sub(fixed));
        table
    }

    /// The key of each figure's heading with its cells.
    fn figures(&self) -> [(String, usize); 5] {
        ["column-people", "column-today", "column-hour", "column-cases", "column-spoke"].map(|key| {
            let word = self.scene.say(key);
            let cells = width::width(&word).max(5);
            (word, cells)
        })
    }

    fn heading(&self) -> Row {
        let scene = self.scene;
        let dim = scene.look(Meaning::Dim);
        let mut row = vec![
            run("    ", dim),
            run(width::pad(&scene.say("column-group"), self.name), dim),
            run("  ", dim),
            run(width::pad(&scene.say("column-network"), self.connector + 2), dim),
        ];
        for (word, cells) in self.figures() {
            row.push(run(format!("  {}{word}", " ".repeat(cells.saturating_sub(width::width(&word)))), dim));
        }
        row.push(run(format!("  {}", scene.say("column-own")), dim));
        row
    }

    fn row(&self, at: usize, room: &Room) -> Row {
        let scene = self.scene;
        let text = scene.look(Meaning::Text);
        let dim = scene.look(Meaning::Dim);
        let number = if at < 9 { (at + 1).to_string() } else { " ".to_owned() };
        let (glyph, look) = self.network(room);
        let said = self.talk.rooms.get(&room.id).copied().unwrap_or_default();
        let mut row = vec![run(format!(" {number}  "), scene.look(Meaning::Key))];
        row.extend(name_runs(scene, &scene.room_name(room.id), self.name, scene.look(Meaning::Room)));
        row.extend([
            run("  ", text),
            run(format!("{glyph} "), scene.look(look)),
            run(width::pad(reveal::line(&room.connector).as_str(), self.connector), dim),
        ]);
        let more = |number: usize, cut: bool| format!("{number}{}", if cut { "+" } else { "" });
        let people = room.members_total.map_or_else(|| "?".to_owned(), |total| total.to_string());
        let last = room.last_message_at.map_or_else(|| "–".to_owned(), |at| scene.when_short(at));
        let (cases, case_look) = self.cases(room.id);
        let told = [
            (people, Meaning::Text),
            (more(said.today, self.talk.day_cut), if said.today == 0 { Meaning::Dim } else { Meaning::Text }),
            (
                more(said.last_hour, self.talk.hour_cut),
                if said.last_hour == 0 { Meaning::Dim } else { Meaning::Text },
            ),
            (cases, case_look),
            (last, Meaning::Time),
        ];
        for ((words, meaning), (_, cells)) in told.into_iter().zip(self.figures()) {
            let missing = " ".repeat(cells.saturating_sub(width::width(&words)));
            row.push(run(format!("  {missing}{words}"), scene.look(meaning)));
        }
        row.push(run("  ", text));
        let rest = self.cells.saturating_sub(row_width(&row));
        row.extend(self.standing(room, said.gaps, rest));
        row
    }

    fn network(&self, room: &Room) -> (&'static str, Meaning) {
        match self.scene.state.connectors.get(&room.connector) {
            Some(one) => {
                let (glyph, _, meaning) = status(self.scene, one);
                (glyph, meaning)
            }
            None => ("○", Meaning::Offline),
        }
    }

    /// Open cases: the worst one's glyph and how many there are.
    fn cases(&self, room: RoomId) -> (String, Meaning) {
        let scene = self.scene;
        let open = || scene.state.queue.undecided().filter(|case| case.room == room && case.waits(scene.now));
        let worst: Option<Severity> = open().map(|case| case.severity).max();
        match worst {
            Some(worst) => {
                (format!("{} {}", scene.severity_glyph(worst).trim(), open().count()), severity_look(worst))
            }
            None => ("·".to_owned(), Meaning::Dim),
        }
    }

    /// What we are there, what was not heard, and what we may not do.
    fn standing(&self, room: &Room, gaps: usize, cells: usize) -> Row {
        let scene = self.scene;
        let (role, look) = role_of(room);
        let mut row = vec![run(scene.say(role), scene.look(look))];
        // The card tells everything, with the reasons: nothing is said here that has no room.
        let mut add = |words: String, look: Meaning| {
            if !words.is_empty() && row_width(&row) + 2 + width::width(&words) <= cells {
                row.push(run(format!("  {words}"), scene.look(look)));
            }
        };
        let connector = scene.state.connectors.get(&room.connector);
        if let Some(one) = connector.filter(|one| !matches!(one.status, Status::Online { .. })) {
            let since = one.deaf_since.unwrap_or(one.since);
            let words = scene.say_with("group-deaf", &[("when", &scene.when_short(since))]);
            add(words, Meaning::Gap);
        }
        if gaps > 0 {
            let words = scene.say_with("group-gaps", &[("n", &gaps.to_string())]);
            add(words, Meaning::Gap);
        }
        let off = |verb: &&Verb| room.abilities.of(**verb).mode == Mode::Unsupported;
        let off: Vec<String> = Verb::ALL.iter().filter(off).map(|verb| scene.verb(*verb)).collect();
        let words = match off.len() {
            0 => String::new(),
            all if all == Verb::ALL.len() => scene.say("group-only-watch"),
            _ => scene.say_with("group-off", &[("verbs", &off.join(" "))]),
        };
        add(words, Meaning::Off);
        row
    }
}
