//! One entry of the stream as screen rows: a message with its marks, a notice, a run of arrivals, a gap.
//!
//! The same entry in the same width always makes the same rows; measuring and drawing are one code.

use crate::config::theme::Meaning;
use crate::model::id::{MemberId, MessageId, RoomId, Seq};
use crate::model::member::LeaveCause;
use crate::model::moment::Moment;
use crate::state::stream::{Line, Message, Notice};
use crate::text::{fold, reveal, width};
use crate::ui::canvas::{Row, run};
use crate::ui::phrase::{severity_look, severity_word, standing_keys};
use crate::ui::scene::Scene;
use ratatui::style::{Modifier, Style};
use std::iter::Peekable;
use std::ops::Range;

/// Rows of one message in the stream; the rest is read with `Enter`.
const ROWS: usize = 8;
/// Bytes of one message that are looked at for those rows: more can never fit into them.
const BYTES: usize = 4096;

/// What stands together in the stream.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry<'a> {
    Said(&'a Message),
    Told {
        seq: Seq,
        at: Moment,
        room: Option<RoomId>,
        notice: &'a Notice,
    },
    /// People who came in one after another.
    Came {
        first: Seq,
        last: Seq,
        at: Moment,
        room: Option<RoomId>,
        members: Vec<MemberId>,
    },
}

/// Lines folded into entries, newest first.
pub struct Entries<I: Iterator>(Peekable<I>);

/// Folds lines, newest first.
pub fn entries<'a, I: Iterator<Item = &'a Line>>(lines: I) -> Entries<I> {
    Entries(lines.peekable())
}

impl<'a, I: Iterator<Item = &'a Line>> Iterator for Entries<I> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let (seq, at, room, notice) = match self.0.next()? {
            Line::Message(message) => return Some(Entry::Said(message)),
            Line::Notice { seq, at, room, notice } => (*seq, *at, *room, notice),
        };
        let Notice::Joined { member, .. } = notice else {
            return Some(Entry::Told { seq, at, room, notice });
        };
        let mut members = vec![*member];
        let mut first = seq;
        while let Some((older, member)) = self.0.peek().and_then(|line| joined(line, room)) {
            first = older;
            members.push(member);
            self.0.next();
        }
        if members.len() == 1 {
            return Some(Entry::Told { seq, at, room, notice });
        }
        members.reverse();
        Some(Entry::Came { first, last: seq, at, room, members })
    }
}

fn joined(line: &Line, in_room: Option<RoomId>) -> Option<(Seq, MemberId)> {
    match line {
        Line::Notice { seq, room, notice: Notice::Joined { member, .. }, .. } if *room == in_room => {
            Some((*seq, *member))
        }
        _ => None,
    }
}

/// The end of the run that begins with `line`, when lines are walked forward.
pub fn run_end<'a>(line: &'a Line, following: impl Iterator<Item = &'a Line>) -> Seq {
    let Some((seq, _)) = joined(line, line.room()) else { return line.seq() };
    following.map_while(|next| joined(next, line.room())).last().map_or(seq, |(seq, _)| seq)
}

impl Entry<'_> {
    /// The newest line in it: its identity.
    pub fn last(&self) -> Seq {
        match self {
            Entry::Said(message) => message.id.0,
            Entry::Told { seq, .. } => *seq,
            Entry::Came { last, .. } => *last,
        }
    }

    /// The oldest line in it.
    pub fn first(&self) -> Seq {
        match self {
            Entry::Came { first, .. } => *first,
            _ => self.last(),
        }
    }

    /// When it happened.
    pub fn at(&self) -> Moment {
        match self {
            Entry::Said(message) => message.at,
            Entry::Told { at, .. } | Entry::Came { at, .. } => *at,
        }
    }

    /// The message, if it is one.
    pub fn message(&self) -> Option<MessageId> {
        match self {
            Entry::Said(message) => Some(message.id),
            _ => None,
        }
    }

    /// The room it is in.
    pub fn room(&self) -> Option<RoomId> {
        match self {
            Entry::Said(message) => Some(message.room),
            Entry::Told { room, .. } | Entry::Came { room, .. } => *room,
        }
    }

    /// The one member it is about; nobody for a run of several.
    pub fn member(&self) -> Option<MemberId> {
        match self {
            Entry::Said(message) => Some(message.member),
            Entry::Told { notice, .. } => match notice {
                Notice::Joined { member, .. }
                | Notice::Left { member, .. }
                | Notice::Muted { member, .. }
                | Notice::Unmuted { member, .. } => Some(*member),
                Notice::Gap { .. } => None,
            },
            Entry::Came { .. } => None,
        }
    }
}

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
            Entry::Told { room, notice: Notice::Gap { from, to, reason, .. }, .. } => {
                vec![self.gap(*room, (*from, *to), &self.scene.words.reason(reason))]
            }
            Entry::Told { at, room, notice, .. } => self.notice(*at, *room, &self.notice_words(notice)),
            Entry::Came { at, room, members, .. } => {
                let names: Vec<String> =
                    members.iter().map(|member| self.scene.member_name(*member)).collect();
                let (count, names) = (members.len().to_string(), names.join(&self.scene.say("list-comma")));
                let text = self.scene.say_with("notice-joined-many", &[("n", &count), ("names", &names)]);
                self.notice(*at, *room, &text)
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
        head.push(run(scene.say(glyph), scene.look(look)));
        head.push(run(" ", scene.look(Meaning::Text)));
        let name = reveal::line(&scene.member_name(message.member)).into_string();
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
                let name = width::clip(reveal::line(&scene.member_name(message.member)).as_str(), 12);
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
        if rows.len() > 2 {
            rows.truncate(2);
            if let Some(last) = rows.last_mut() {
                let text: String = last.iter().map(|run| run.text.as_str()).collect();
                *last = vec![run(width::clip(&format!("{text}……"), cells), look)];
            }
        }
        self.beside(head, rows)
    }

    fn notice_words(&self, notice: &Notice) -> String {
        let scene = self.scene;
        let (key, member, by) = match notice {
            Notice::Joined { member, by } => ("notice-joined", member, by),
            Notice::Left { member, cause: LeaveCause::Left | LeaveCause::Unknown, by } => {
                ("notice-left", member, by)
            }
            Notice::Left { member, cause: LeaveCause::Removed, by } => ("notice-removed", member, by),
            Notice::Left { member, cause: LeaveCause::Banned, by } => ("notice-banned", member, by),
            Notice::Muted { member, until: None, by } => ("notice-muted", member, by),
            Notice::Muted { member, until: Some(until), by } => {
                let args = (scene.member_name(*member), scene.when(*until), scene.actor(by));
                return scene.say_with(
                    "notice-muted-until",
                    &[("name", &args.0), ("until", &args.1), ("by", &args.2)],
                );
            }
            Notice::Unmuted { member, by } => ("notice-unmuted", member, by),
            Notice::Gap { .. } => return String::new(),
        };
        scene.say_with(key, &[("name", &scene.member_name(*member)), ("by", &scene.actor(by))])
    }

    fn gap(&self, room: Option<RoomId>, (from, to): (Moment, Moment), reason: &str) -> Row {
        let scene = self.scene;
        let until = if scene.same_day(from, to) { scene.clock(to) } else { scene.when(to) };
        let mut text =
            scene.say_with("gap-line", &[("from", &scene.when(from)), ("to", &until), ("reason", reason)]);
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
            let short = width::pad(reveal::line(&name).as_str(), self.room_cells());
            head.push(run(short, scene.look(Meaning::Room)));
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
            _ => 12,
        }
    }

    fn room_cells(&self) -> usize {
        match self.cells {
            0..70 => 6,
            70..90 => 8,
            _ => 10,
        }
    }

    /// Cells before the name.
    fn head_cells(&self) -> usize {
        let glyph = width::width(&self.scene.say("glyph-member"));
        let room = if self.rooms { self.room_cells() + 1 } else { 0 };
        6 + room + glyph + 1
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
        let hidden = reveal::hidden_count(cut) + reveal::hidden_count(&scene.member_name(message.member));
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
