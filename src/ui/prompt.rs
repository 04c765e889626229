//! A line being typed: its text, its caret, its moves. It acts on nothing; whoever owns it reads the text.
//!
//! The caret always stands between clusters, what a reader calls characters, never inside one.

use crate::config::theme::Meaning;
use crate::model::id::{MemberId, RoomId};
use crate::text::width;
use crate::ui::canvas::Canvas;
use crate::ui::phrase::fit_name;
use crate::ui::scene::Scene;
use ratatui::layout::Rect;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Longer lines are not typed by people; a paste beyond this is cut.
pub const LONGEST: usize = 2000;

/// What the line is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// Find in this pane.
    Find,
    /// Show only what passes in this pane.
    Filter,
    /// A command by name.
    Command,
    /// A private note about a member.
    Note { member: MemberId, room: RoomId },
    /// The words of a warning to these people.
    Warn { whom: String },
    /// What everybody in a room will read.
    Say { room: RoomId },
}

impl Purpose {
    /// Whether what is typed there reaches nobody before it is asked for.
    pub fn only_looks(&self) -> bool {
        matches!(self, Purpose::Find | Purpose::Filter | Purpose::Command)
    }
}

/// The line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    pub purpose: Purpose,
    text: String,
    /// In bytes, on a cluster boundary.
    caret: usize,
    /// What it would do, in words; the owner keeps it up to date.
    pub preview: Option<String>,
    /// What could be meant, best first: each stands for all that is typed from `complete_from` on.
    pub completions: Vec<String>,
    /// In bytes.
    pub complete_from: usize,
    /// The part that does not read, in bytes.
    pub mistake: Option<Range<usize>>,
}

impl Prompt {
    /// An empty line.
    pub fn new(purpose: Purpose) -> Self {
        Self {
            purpose,
            text: String::new(),
            caret: 0,
            preview: None,
            completions: Vec::new(),
            complete_from: 0,
            mistake: None,
        }
    }

    /// What is typed so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Puts text in at the caret. Line breaks and other controls become spaces: nothing typed or pasted acts.
    pub fn insert(&mut self, text: &str) {
        let room = LONGEST.saturating_sub(self.text.chars().count());
        let plain: String =
            text.chars().take(room).map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
        self.text.insert_str(self.caret, &plain);
        self.caret += plain.len();
        self.settle();
    }

    /// Takes the cluster before the caret away.
    pub fn backspace(&mut self) {
        let from = self.before();
        self.text.replace_range(from..self.caret, "");
        self.caret = from;
        self.settle();
    }

    /// Takes the cluster after the caret away.
    pub fn delete(&mut self) {
        let to = self.after();
        self.text.replace_range(self.caret..to, "");
        self.settle();
    }

    /// Takes the word before the caret away, and the space after it.
    pub fn delete_word(&mut self) {
        let head = self.text.get(..self.caret).unwrap_or_default();
        let trimmed = head.trim_end();
        let from = trimmed.unicode_word_indices().next_back().map_or(0, |(at, _)| at);
        self.text.replace_range(from..self.caret, "");
        self.caret = from;
        self.settle();
    }

    /// Takes everything away.
    pub fn clear(&mut self) {
        self.text.clear();
        self.caret = 0;
    }

    /// One cluster to the left.
    pub fn left(&mut self) {
        self.caret = self.before();
    }

    /// One cluster to the right.
    pub fn right(&mut self) {
        self.caret = self.after();
    }

    /// To the beginning.
    pub fn home(&mut self) {
        self.caret = 0;
    }

    /// To the end.
    pub fn end(&mut self) {
        self.caret = self.text.len();
    }

    /// Takes the best completion.
    pub fn complete(&mut self) {
        if let Some(best) = self.completions.first() {
            let head = self.text.get(..self.complete_from).unwrap_or_default();
            // After a colon comes a value.
            let space = if best.ends_with(':') { "" } else { " " };
            self.text = format!("{head}{best}{space}");
            self.caret = self.text.len();
        }
    }

    /// Whether a row above the line belongs to it.
    pub fn has_preview(&self) -> bool {
        self.preview.is_some() || !self.completions.is_empty()
    }

    /// Draws the line into the footer, with its preview above it; says where the cursor stands.
    pub fn draw(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, footer: Rect) -> (u16, u16) {
        // What a whole room will read looks like nothing else that is typed here.
        let aloud = matches!(self.purpose, Purpose::Say { .. } | Purpose::Warn { .. });
        let input = scene.look(if aloud { Meaning::InputAloud } else { Meaning::Input });
        canvas.clear(footer, input);
        let label = match &self.purpose {
            Purpose::Find => "/".to_owned(),
            Purpose::Filter => "&".to_owned(),
            Purpose::Command => ":".to_owned(),
            Purpose::Note { member, .. } => {
                scene.say_with("prompt-note", &[("name", &fit_name(&scene.member_name(*member), 16))])
            }
            Purpose::Warn { whom } => scene.say_with("prompt-warn", &[("name", &fit_name(whom, 16))]),
            Purpose::Say { room } => {
                scene.say_with("prompt-say", &[("room", &fit_name(&scene.room_name(*room), 24))])
            }
        };
        let at = canvas.put(footer.x, footer.y, footer.width, &label, scene.look(Meaning::Key).patch(input));
        let cells = footer.right().saturating_sub(at).saturating_sub(1);
        let (text, caret) = self.shown(usize::from(cells));
        canvas.put(at, footer.y, cells, &text, input);
        if let Some((from, to)) = self.mistaken_cells(usize::from(cells)) {
            let wrong = Rect::new(at.saturating_add(from), footer.y, to.saturating_sub(from), 1);
            canvas.restyle(wrong.intersection(footer), scene.accent(Meaning::Bad));
        }
        if footer.y > 0 && self.has_preview() {
            self.draw_preview(scene, canvas, Rect { y: footer.y - 1, ..footer });
        }
        (at.saturating_add(caret), footer.y)
    }

    fn draw_preview(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, row: Rect) {
        let look = scene.look(Meaning::Dialog);
        canvas.clear(row, look);
        let text = self.preview.clone().unwrap_or_default();
        let mut at = canvas.put(row.x + 1, row.y, row.width.saturating_sub(2), &text, look);
        for name in &self.completions {
            let left = row.right().saturating_sub(at).saturating_sub(2);
            if usize::from(left) < width::width(name) + 2 {
                break;
            }
            at = canvas.put(at + 2, row.y, left, name, scene.look(Meaning::Key).patch(look));
        }
    }

    /// The part of the text that fits, its end cut off or its beginning, with the caret's cell in it.
    fn shown(&self, cells: usize) -> (String, u16) {
        let from = self.shown_from(cells);
        let text = revealed(self.text.get(from..).unwrap_or_default());
        let before = width::width(&revealed(self.text.get(from..self.caret).unwrap_or_default()));
        (width::clip_plain(&text, cells), u16::try_from(before).unwrap_or(u16::MAX))
    }

    /// Where the part that fits begins.
    fn shown_from(&self, cells: usize) -> usize {
        let head = self.text.get(..self.caret).unwrap_or_default();
        let fits = |from: usize| width::width(&revealed(head.get(from..).unwrap_or_default())) < cells.max(1);
        if fits(0) {
            return 0;
        }
        let ends = head.grapheme_indices(true).map(|(at, cluster)| at + cluster.len());
        ends.into_iter().find(|from| fits(*from)).unwrap_or(head.len())
    }

    /// Which cells of the part that fits do not read.
    fn mistaken_cells(&self, cells: usize) -> Option<(u16, u16)> {
        let mistake = self.mistake.as_ref()?;
        let from = self.shown_from(cells);
        let cell = |at: usize| {
            let before = self.text.get(from..at.max(from)).unwrap_or_default();
            u16::try_from(width::width(&revealed(before)).min(cells)).unwrap_or(u16::MAX)
        };
        Some((cell(mistake.start), cell(mistake.end)))
    }

    fn before(&self) -> usize {
        let head = self.text.get(..self.caret).unwrap_or_default();
        head.grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn after(&self) -> usize {
        let tail = self.text.get(self.caret..).unwrap_or_default();
        self.caret + tail.graphemes(true).next().map_or(0, str::len)
    }

    /// Text put in or taken away may have joined clusters around the caret: it moves to the end of the one it is in.
    fn settle(&mut self) {
        let inside = |(at, cluster): &(usize, &str)| *at < self.caret && self.caret < at + cluster.len();
        if let Some((at, cluster)) = self.text.grapheme_indices(true).find(inside) {
            self.caret = at + cluster.len();
        }
    }
}

fn revealed(text: &str) -> String {
    crate::text::reveal::line(text).into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_moves_by_what_a_reader_calls_a_character() {
        let mut prompt = Prompt::new(Purpose::Find);
        prompt.insert("a文e\u{301}👨‍👩‍👧");
        prompt.backspace();
        assert_eq!(prompt.text(), "a文e\u{301}");
        prompt.left();
        prompt.left();
        prompt.delete();
        assert_eq!(prompt.text(), "ae\u{301}");
        prompt.end();
        prompt.delete_word();
        assert_eq!(prompt.text(), "");
    }

    #[test]
    fn a_pasted_line_break_is_a_space() {
        let mut prompt = Prompt::new(Purpose::Command);
        prompt.insert("mute\r\nx\u{1b}[A");
        assert_eq!(prompt.text(), "mute  x [A");
    }
}
