//! The connectors: how each network is, since when, what we are and may do in its rooms, and what it remarked.

use crate::config::theme::Meaning;
use crate::model::ability::{Mode, Verb};
use crate::model::heard::Status;
use crate::model::member::Role;
use crate::state::connectors::ConnectorState;
use crate::state::rooms::Room;
use crate::text::{reveal, width};
use crate::ui::canvas::{Canvas, Row, run};
use crate::ui::moves::Motion;
use crate::ui::scene::Scene;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// How many of the newest remarks are shown.
const REMARKS: usize = 10;

/// A seat's page of connectors: how far it is scrolled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConnectorsView {
    scroll: usize,
}

impl ConnectorsView {
    /// Scrolls.
    pub fn go(&mut self, scene: &Scene<'_>, area: Rect, motion: Motion) {
        let rows = rows(scene, usize::from(area.width.saturating_sub(2))).len();
        self.scroll = motion.scroll(self.scroll, rows, usize::from(area.height));
    }

    /// Scrolls to the first row below the top that holds `needle`; says whether there is one.
    pub fn find(&mut self, scene: &Scene<'_>, area: Rect, needle: &str) -> bool {
        let rows = rows(scene, usize::from(area.width.saturating_sub(2)));
        let text = |row: &Row| row.iter().map(|run| run.text.as_str()).collect::<String>();
        let holds = |row: &Row| crate::text::fold::fold_words(&text(row)).contains(needle);
        let below = rows.iter().skip(self.scroll + 1).position(holds).map(|at| at + self.scroll + 1);
        let Some(found) = below.or_else(|| rows.iter().position(holds)) else { return false };
        self.scroll = found.min(rows.len().saturating_sub(usize::from(area.height)));
        true
    }

    /// Draws it.
    pub fn draw(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, area: Rect) {
        canvas.clear(area, scene.look(Meaning::Text));
        let rows = rows(scene, usize::from(area.width.saturating_sub(2)));
        let from = self.scroll.min(rows.len().saturating_sub(1));
        for (y, row) in (area.y..area.bottom()).zip(rows.iter().skip(from)) {
            canvas.row(area.x + 1, y, area.width.saturating_sub(2), row);
        }
    }
}

/// The glyph and the look of a status.
pub fn sign(status: &Status) -> (&'static str, Meaning) {
    match status {
        Status::Online { .. } => ("●", Meaning::Online),
        Status::Connecting => ("◐", Meaning::Waiting),
        Status::Offline { .. } | Status::Ended { .. } => ("○", Meaning::Offline),
    }
}

/// The glyph, the words and the look of a status.
pub fn status(scene: &Scene<'_>, one: &ConnectorState) -> (&'static str, String, Meaning) {
    let words = match &one.status {
        Status::Online { account } => scene.say_with("status-online", &[("account", account)]),
        Status::Connecting => scene.say("status-connecting"),
        Status::Offline { reason, retry_seconds } => {
            let due = one.since.plus_seconds(i64::from(*retry_seconds));
            let left = (due.since(scene.now).max(0) + 999) / 1000;
            let (why, seconds) = (scene.words.reason(reason), left.to_string());
            scene.say_with("status-offline", &[("why", &why), ("seconds", &seconds)])
        }
        Status::Ended { reason } => scene.say_with("status-ended", &[("why", &scene.words.reason(reason))]),
    };
    let (glyph, meaning) = sign(&one.status);
    (glyph, words, meaning)
}

/// Everything about one room and its connector, as a card.
pub(super) fn room_rows(scene: &Scene<'_>, room: &Room, cells: usize) -> Vec<Row> {
    let sheet = Sheet { scene, cells };
    let mut rows = sheet.text(0, &room.name, scene.look(Meaning::Strong));
    let people = room.members_total.map(|total| scene.say_with("people", &[("n", &total.to_string())]));
    let standing = format!("{}  {}", sheet.own_role(room), people.unwrap_or_default());
    rows.extend(sheet.text(0, &standing, scene.look(Meaning::Text)));
    rows.extend(sheet.abilities(room, 0));
    if let Some(one) = scene.state.connectors.get(&room.connector) {
        rows.push(Row::new());
        rows.extend(sheet.head(&room.connector, one));
    }
    rows
}

fn rows(scene: &Scene<'_>, cells: usize) -> Vec<Row> {
    let sheet = Sheet { scene, cells };
    let mut rows = Vec::new();
    for (name, one) in scene.state.connectors.iter() {
        if !rows.is_empty() {
            rows.push(Row::new());
        }
        rows.extend(sheet.head(name, one));
        for room in scene.state.rooms.iter().filter(|room| room.connector == *name) {
            rows.push(Row::new());
            rows.extend(sheet.room(room));
        }
        for (at, remark) in one.remarks.iter().rev().take(REMARKS) {
            let text = format!("{}  {}", scene.when(*at), scene.words.reason(remark));
            rows.extend(sheet.text(2, &text, scene.look(Meaning::Dim)));
        }
    }
    if rows.is_empty() {
        rows.extend(sheet.text(0, &scene.say("connectors-empty"), scene.look(Meaning::Dim)));
    }
    rows
}

struct Sheet<'a> {
    scene: &'a Scene<'a>,
    cells: usize,
}

impl Sheet<'_> {
    fn head(&self, name: &str, one: &ConnectorState) -> Vec<Row> {
        let scene = self.scene;
        let (glyph, words, meaning) = status(scene, one);
        let since = scene.say_with("since", &[("when", &scene.when(one.since))]);
        let mut rows = vec![vec![
            run(format!("{glyph} "), scene.look(meaning)),
            run(name, scene.look(Meaning::Strong)),
            run(format!("  {since}"), scene.look(Meaning::Dim)),
        ]];
        rows.extend(self.text(2, &words, scene.look(meaning)));
        if let Some(deaf) = one.deaf_since {
            let text = scene.say_with("deaf-since", &[("when", &scene.when(deaf))]);
            rows.extend(self.text(2, &text, scene.look(Meaning::Gap)));
        }
        rows
    }

    /// The room, our role in it, and what we can do: what works in one row, the rest with its reason.
    fn room(&self, room: &Room) -> Vec<Row> {
        let scene = self.scene;
        let own = self.own_role(room);
        let people = room.members_total.map(|total| scene.say_with("people", &[("n", &total.to_string())]));
        let name = width::clip(reveal::line(&room.name).as_str(), 30);
        let mut rows = vec![vec![
            run("  ", scene.look(Meaning::Text)),
            run(name, scene.look(Meaning::Room)),
            run(format!("  {own}  {}", people.unwrap_or_default()), scene.look(Meaning::Text)),
        ]];
        rows.extend(self.abilities(room, 4));
        rows
    }

    fn own_role(&self, room: &Room) -> String {
        let role = self.scene.say(match room.own_role {
            Role::Owner => "role-owner",
            Role::Admin => "role-admin",
            Role::Voiced => "role-voiced",
            Role::Member => "role-member",
            Role::Unknown => "role-unknown",
        });
        self.scene.say_with("own-role", &[("role", &role)])
    }

    /// What can be done there: what works in one row, the rest with its reason.
    fn abilities(&self, room: &Room, indent: usize) -> Vec<Row> {
        let scene = self.scene;
        let mut rows = Vec::new();
        let native: Vec<String> = Verb::ALL
            .iter()
            .filter(|verb| room.abilities.of(**verb).mode == Mode::Native)
            .map(|verb| scene.verb(*verb))
            .collect();
        if !native.is_empty() {
            rows.extend(self.text(indent, &format!("✓ {}", native.join(" ")), scene.look(Meaning::Good)));
        }
        for (mode, glyph, meaning) in
            [(Mode::Emulated, "~", Meaning::Waiting), (Mode::Unsupported, "✗", Meaning::Dim)]
        {
            rows.extend(self.limits(room, mode, (glyph, indent), scene.look(meaning)));
        }
        rows
    }

    /// Verbs of one mode, those with one reason together.
    fn limits(&self, room: &Room, mode: Mode, (glyph, indent): (&str, usize), look: Style) -> Vec<Row> {
        let scene = self.scene;
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for verb in Verb::ALL {
            let ability = room.abilities.of(verb);
            if ability.mode != mode {
                continue;
            }
            let why = ability.reason.map(|why| scene.words.reason(&why)).unwrap_or_default();
            match groups.iter_mut().find(|(known, _)| *known == why) {
                Some((_, verbs)) => verbs.push(scene.verb(verb)),
                None => groups.push((why, vec![scene.verb(verb)])),
            }
        }
        let line = |(why, verbs): &(String, Vec<String>)| format!("{glyph} {}: {why}", verbs.join(" "));
        groups.iter().flat_map(|group| self.text(indent, &line(group), look)).collect()
    }

    fn text(&self, indent: usize, text: &str, look: Style) -> Vec<Row> {
        let cells = self.cells.saturating_sub(indent).max(1);
        let shown = reveal::line(text);
        width::wrap(shown.as_str(), cells, cells.saturating_sub(2).max(1))
            .into_iter()
            .enumerate()
            .map(|(at, line)| {
                vec![run(" ".repeat(indent + if at > 0 { 2 } else { 0 }), look), run(line, look)]
            })
            .collect()
    }
}
