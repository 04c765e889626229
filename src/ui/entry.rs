//! One entry of the stream as screen rows: a message with its marks, a notice, a crowd that came or went, a gap.
//!
//! The same entry in the same width always makes the same rows; measuring and drawing are one code.

use crate::config::theme::Meaning;
use crate::model::id::{MemberId, MessageId, RoomId};
use crate::model::moment::Moment;
use crate::state::stream::{Message, Notice};
use crate::text::{fold, reveal, width};
use crate::ui::canvas::{Row, run};
use crate::ui::entries::{Entry, Way};
use crate::ui::phrase::{fit_name, name_runs, severity_look, severity_word, standing_keys};
use crate::ui::scene::Scene;
use ratatui::style::{Modifier, Style};
use std::ops::Range;

/// Rows of one message in the stream; the rest is read with `Enter`.
const ROWS: usize = 8;
/// Rows of a notice.
const NOTICE_ROWS: usize = 2;
/// Bytes of one message that are looked at for those rows: more can never fit into them.
const BYTES: usize = 4096;

/// How entries are worded and cut.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    pub scene: &'a Scene<'a>,
    /// Cells of a row, the cursor mark not counted.
    pub cells: usize,
    /// All rooms are shown together, so each line names its room.
    pub rooms: bool,
    /// What is being found, folded.
    pub needles: &'a [String],
}

impl Sheet<'_> {
    /// The rows of an entry.
    pub fn rows(&self, entry: &Entry<'_>) -> Vec<Row> {
        match entry {
            Entry::Said(message) => self.said(message),
            Entry::Told { room, notice: notice @ Notice::Gap { .. }, .. } => vec![self.gap(*room, notice)],
            Entry::Told { at, room, notice, .. } => self.notice(*at, *room, &self.scene.notice(notice)),
            Entry::Crowd { at, room, way, members, .. } => {
                self.notice(*at, *room, &self.crowd_words(*way, members))
            }
        }
    }

    /// How many rows an entry has, without wording more of it than that takes.
    pub fn height(&self, entry: &Entry<'_>) -> usize {
        match entry {
            Entry::Said(message) => {
                usize::from(message.reply_to.is_some())
                    + Text::of(self, message).height(self.text_cells(), ROWS)
            }
            entry => self.rows(entry).len(),
        }
    }

    /// Whether a message has more than its rows hold.
    pub fn cuts(&self, message: &Message) -> bool {
        message.text.len() > BYTES || Text::of(self, message).height(self.text_cells(), usize::MAX) > ROWS
    }

    /// The line between two days.
    pub fn day(&self, at: Moment) -> Row {
        rule_line(&format!(" {} ", self.scene.day(at)), "─", self.cells, self.scene.look(Meaning::Day))
    }

    fn said(&self, message: &Message) -> Vec<Row> {
        let scene = self.scene;
        let mut head = self.head(message.at, Some(message.room));
        let (glyph, _, look) = standing_keys(scene.standing(message.room, message.member));
        head.push(run(scene.tier_glyph(glyph), scene.look(look)));
        head.push(run(" ", scene.look(Meaning::Text)));
        let name = reveal::line(&scene.name_as_written(message.member)).into_string();
        let meaning = if message.own { Meaning::NameOwn } else { Meaning::Name };
        head.push(run(width::pad(&name, self.name_cells()), scene.look(meaning)));
        head.push(run(" ", scene.look(Meaning::Text)));
        let mut body = Vec::new();
        let room = self.text_cells();
        if let Some(answered) = message.reply_to {
            let look = scene.look(Meaning::Reply);
            body.push(vec![run(width::clip(&self.answered(answered), room), look)]);
        }
        body.extend(Text::of(self, message).rows(scene, room, ROWS));
        self.beside(head, body)
    }

    /// `↳ 名字: …` for the message that was answered.
    fn answered(&self, id: MessageId) -> String {
        let scene = self.scene;
        match scene.state.stream.message(id) {
            Some(message) => {
                let name = fit_name(&scene.member_name(message.member), 12);
                let text = start(&message.text, 200);
                format!("↳ {name}: {}", reveal::line(text))
            }
            None => format!("↳ {}", scene.say("reply-older")),
        }
    }

    fn notice(&self, at: Moment, room: Option<RoomId>, text: &str) -> Vec<Row> {
        let look = self.scene.look(Meaning::Notice);
        let indent = self.head_cells();
        let mut head = self.head(at, room);
        head.push(run(width::pad("", indent.saturating_sub(crate::ui::canvas::row_width(&head))), look));
        let cells = self.cells.saturating_sub(indent).max(1);
        let shown = reveal::line(text);
        let mut rows: Vec<Row> =
            width::wrap(shown.as_str(), cells, cells).into_iter().map(|line| vec![run(line, look)]).collect();
        if rows.len() > NOTICE_ROWS {
            rows.truncate(NOTICE_ROWS);
            if let Some(last) = rows.last_mut() {
                let text: String = last.iter().map(|run| run.text.as_str()).collect();
                *last = vec![run(width::clip(&format!("{text}……"), cells), look)];
            }
        }
        self.beside(head, rows)
    }

    /// How many came or went, who, and by whom: of the names as many as leave the rest in sight.
    fn crowd_words(&self, way: Way<'_>, members: &[MemberId]) -> String {
        let scene = self.scene;
        let (comma, count) = (scene.say("list-comma"), members.len().to_string());
        let words = |names: &str| way.words(scene, &count, names);
        let cells = self.cells.saturating_sub(self.head_cells()).max(1);
        let mut left = (NOTICE_ROWS * cells).saturating_sub(width::width(&words("……")));
        let mut names: Vec<String> = Vec::new();
        for member in members {
            let name = reveal::line(&scene.member_name(*member)).into_string();
            let more = width::width(&name) + width::width(&comma);
            if more > left {
                break;
            }
            left -= more;
            names.push(name);
        }
        loop {
            let cut = if names.len() < members.len() { "……" } else { "" };
            let text = words(&format!("{}{cut}", names.join(&comma)));
            // Words are not broken, so some cells at the end of a row stay empty.
            if names.is_empty() || width::wrap(&text, cells, cells).len() <= NOTICE_ROWS {
                return text;
            }
            names.pop();
        }
    }

    fn gap(&self, room: Option<RoomId>, notice: &Notice) -> Row {
        let scene = self.scene;
        let mut text = scene.notice(notice);
        if let Some(room) = room.filter(|_| self.rooms) {
            text = format!("{}: {text}", scene.room_name(room));
        }
        let shown = reveal::line(&text).into_string();
        let text = format!(" {} ", width::clip(&shown, self.cells.saturating_sub(6)));
        rule_line(&text, "┄", self.cells, scene.look(Meaning::Gap))
    }

    /// Time and room.
    fn head(&self, at: Moment, room: Option<RoomId>) -> Row {
        let scene = self.scene;
        let mut head =
            vec![run(scene.clock(at), scene.look(Meaning::Time)), run(" ", scene.look(Meaning::Text))];
        if self.rooms {
            let name = room.map(|room| scene.room_name(room)).unwrap_or_default();
            head.extend(name_runs(scene, &name, self.room_cells(), scene.look(Meaning::Room)));
            head.push(run(" ", scene.look(Meaning::Text)));
        }
        head
    }

    /// Body rows beside a head; the rows after the first hang under the text.
    fn beside(&self, head: Row, body: Vec<Row>) -> Vec<Row> {
        let indent = crate::ui::canvas::row_width(&head);
        let blank = run(width::pad("", indent), self.scene.look(Meaning::Text));
        let mut head = Some(head);
        body.into_iter()
            .map(|rest| {
                let mut row = head.take().unwrap_or_else(|| vec![blank.clone()]);
                row.extend(rest);
                row
            })
            .collect()
    }

    fn name_cells(&self) -> usize {
        match self.cells {
            0..60 => 8,
            60..90 => 10,
            90..110 => 12,
            _ => 18,
        }
    }

    fn room_cells(&self) -> usize {
        match self.cells {
            0..70 => 6,
            70..90 => 8,
            90..110 => 10,
            _ => 16,
        }
    }

    /// Cells before the name.
    fn head_cells(&self) -> usize {
        let room = if self.rooms { self.room_cells() + 1 } else { 0 };
        6 + room + self.scene.tier_cells() + 1
    }

    fn text_cells(&self) -> usize {
        self.cells.saturating_sub(self.head_cells() + self.name_cells() + 1).max(1)
    }
}

/// The text of a message with everything that is marked in it and after it.
struct Text {
    shown: String,
    looks: Vec<(Range<usize>, Style)>,
    plain: Style,
    more: Option<String>,
}

impl Text {
    fn of(sheet: &Sheet<'_>, message: &Message) -> Self {
        let scene = sheet.scene;
        let mark = scene.state.stream.mark(message.id);
        let recalled = mark.is_some_and(|mark| mark.recalled_by.is_some());
        let plain = scene.look(if recalled { Meaning::Recalled } else { Meaning::Text });
        let cut = start(&message.text, BYTES);
        let more = (cut.len() < message.text.len())
            .then(|| scene.say_with("more-text", &[("n", &message.text.chars().count().to_string())]));
        let mut text = Self { shown: String::new(), looks: Vec::new(), plain, more };
        if let Some(kind) = scene.kind(message.kind) {
            text.add(&kind, scene.accent(Meaning::Strong));
            text.shown.push(' ');
        }
        let severity = mark.and_then(|mark| mark.severity);
        let mut spans: Vec<(Range<usize>, Style)> = Vec::new();
        if severity.is_some() {
            let look = scene.accent(Meaning::Matched);
            spans.extend(flag_spans(scene, message).into_iter().map(|span| (span, look)));
        }
        for needle in sheet.needles {
            let look = scene.accent(Meaning::Found);
            spans.extend(fold::fold(cut).find_all(needle).into_iter().map(|span| (span, look)));
        }
        text.add_marked(cut, &spans);
        if let Some(severity) = severity {
            text.mark(&format!("⚑{}", severity_word(severity)), scene.accent(severity_look(severity)));
        }
        if recalled {
            text.mark(&scene.say("mark-recalled"), scene.accent(Meaning::Dim));
        }
        let standing = scene.state.members.in_room(message.room, message.member);
        if standing.is_some_and(|standing| standing.is_muted(scene.now)) {
            text.mark(&scene.say("mark-muted"), scene.accent(Meaning::Muted));
        }
        let hidden = reveal::hidden_count(cut) + reveal::hidden_count(&scene.name_as_written(message.member));
        if hidden > 0 {
            text.mark(&format!("⍰{hidden}"), scene.accent(Meaning::Hidden));
        }
        text
    }

    /// Text of ours in a look of its own.
    fn add(&mut self, text: &str, look: Style) {
        let from = self.shown.len();
        self.shown.push_str(text);
        self.looks.push((from..self.shown.len(), look));
    }

    fn mark(&mut self, text: &str, look: Style) {
        // What we say about a recalled message is not recalled.
        self.add(&format!(" {text}"), look.remove_modifier(Modifier::CROSSED_OUT));
    }

    /// Foreign text, revealed line by line, with looks for stretches of the original.
    fn add_marked(&mut self, original: &str, spans: &[(Range<usize>, Style)]) {
        let mut offset = 0;
        for piece in original.trim_end_matches(['\n', '\r']).split('\n') {
            if offset > 0 {
                self.shown.push('\n');
            }
            let line = piece.trim_end_matches('\r');
            let local: Vec<Range<usize>> = spans
                .iter()
                .map(|(span, _)| span.start.saturating_sub(offset)..span.end.saturating_sub(offset))
                .collect();
            let (shown, places) = reveal::line_marked(line, &local);
            let from = self.shown.len();
            self.shown.push_str(shown.as_str());
            for (place, (_, look)) in places.into_iter().zip(spans) {
                if !place.is_empty() {
                    self.looks.push((from + place.start..from + place.end, *look));
                }
            }
            offset += piece.len() + 1;
        }
    }

    /// The rows, at most `most`; what is left out is said on the last.
    fn rows(&self, scene: &Scene<'_>, cells: usize, most: usize) -> Vec<Row> {
        let ranges = width::wrap_ranges(&self.shown, cells, cells);
        let over = ranges.len() > most;
        let mut rows: Vec<Row> = ranges.iter().take(most).map(|range| self.cut(range.clone())).collect();
        if over || self.more.is_some() {
            let left = ranges.len().saturating_sub(most.saturating_sub(1)).to_string();
            let hint = self.more.clone().unwrap_or_else(|| scene.say_with("more-wrapped", &[("n", &left)]));
            if over {
                rows.pop();
            }
            rows.push(vec![run(hint, self.plain.add_modifier(Modifier::ITALIC))]);
        }
        rows
    }

    /// How many rows these are.
    fn height(&self, cells: usize, most: usize) -> usize {
        let lines = width::wrap_ranges(&self.shown, cells, cells).len();
        if lines > most { most } else { lines + usize::from(self.more.is_some()) }
    }

    /// A stretch of the text as runs: later looks lie over earlier ones.
    fn cut(&self, range: Range<usize>) -> Row {
        let mut edges = vec![range.start, range.end];
        for (look, _) in &self.looks {
            edges.extend([look.start, look.end].into_iter().filter(|edge| range.contains(edge)));
        }
        edges.sort_unstable();
        edges.dedup();
        edges
            .iter()
            .zip(edges.iter().skip(1))
            .filter_map(|(from, to)| {
                let text = self.shown.get(*from..*to)?;
                let over = self.looks.iter().filter(|(look, _)| look.start <= *from && *to <= look.end);
                Some(run(text, over.fold(self.plain, |style, (_, look)| style.patch(*look))))
            })
            .collect()
    }
}

/// The stretches that flags name in a message.
fn flag_spans(scene: &Scene<'_>, message: &Message) -> Vec<Range<usize>> {
    scene
        .state
        .queue
        .naming(message.id)
        .flat_map(|case| case.remarks.iter().filter(|remark| remark.message == message.id))
        .filter_map(|remark| remark.span.map(|span| span.start as usize..span.end as usize))
        .collect()
}

/// The beginning of a text, at most so many bytes, cut at a character.
pub fn start(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// A text in the middle of a line.
fn rule_line(text: &str, stroke: &str, cells: usize, look: Style) -> Row {
    let rest = cells.saturating_sub(width::width(text));
    let left = rest / 2;
    let text = format!("{}{text}{}", stroke.repeat(left), stroke.repeat(rest - left));
    vec![run(text, look)]
}
