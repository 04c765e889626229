//! The x-ray: a text as it was sent, code point by code point, with what is invisible, disguised or piled up named.
//!
//! Nothing is left out, however long the text; only the rows in sight are worded. Nothing foreign is drawn raw: a code
//! point that cannot be shown stands there as its name.

use crate::config::theme::Meaning;
use crate::text::kind::{self, Kind};
use crate::text::{confusable, reveal, width};
use crate::ui::canvas::{Canvas, Row, run};
use crate::ui::dialog::boxed;
use crate::ui::moves::Motion;
use crate::ui::scene::Scene;
use ratatui::layout::Rect;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Characters of a text that are written out in one piece; every one of them follows in a row of its own.
const WRITTEN_OUT: usize = 400;
/// Marks on one base from which on they are piled up: Vietnamese and Thai need two.
const PILED_UP: usize = 3;

/// Some texts under the lens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XRayView {
    parts: Vec<Part>,
    scroll: usize,
}

/// One text, with what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    label: String,
    text: String,
    points: Vec<Point>,
    clusters: usize,
}

/// One code point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Point {
    sign: char,
    /// How it is tied to its neighbours: what a reader takes for one character.
    tie: Tie,
    remark: Option<Remark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tie {
    Alone,
    First,
    Middle,
    Last,
}

/// What there is to say about a code point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Remark {
    Control,
    Bidi,
    Invisible,
    Tag,
    Variation,
    Unassigned,
    Disguised,
    PiledUp,
    Combining,
    Joiner,
    SkinTone,
    FlagLetter,
}

impl Remark {
    const ALL: [Remark; 12] = [
        Remark::Control,
        Remark::Bidi,
        Remark::Invisible,
        Remark::Tag,
        Remark::Variation,
        Remark::Unassigned,
        Remark::Disguised,
        Remark::PiledUp,
        Remark::Combining,
        Remark::Joiner,
        Remark::SkinTone,
        Remark::FlagLetter,
    ];

    /// Its word.
    fn key(self) -> &'static str {
        match self {
            Remark::Control => "xray-control",
            Remark::Bidi => "xray-bidi",
            Remark::Invisible => "xray-invisible",
            Remark::Tag => "xray-tag",
            Remark::Variation => "xray-variation",
            Remark::Unassigned => "xray-unassigned",
            Remark::Disguised => "xray-disguised",
            Remark::PiledUp => "xray-piled-up",
            Remark::Combining => "xray-combining",
            Remark::Joiner => "xray-joiner",
            Remark::SkinTone => "xray-skin-tone",
            Remark::FlagLetter => "xray-flag-letter",
        }
    }

    /// Part of ordinary writing: told, but not a finding.
    fn is_ordinary(self) -> bool {
        matches!(self, Remark::Combining | Remark::Joiner | Remark::SkinTone | Remark::FlagLetter)
    }
}

impl XRayView {
    /// These texts, each with what it is.
    pub fn new(texts: Vec<(String, String)>) -> Self {
        Self { parts: texts.into_iter().map(|(label, text)| Part::new(label, text)).collect(), scroll: 0 }
    }

    /// Scrolls.
    pub fn go(&mut self, scene: &Scene<'_>, size: (u16, u16), motion: Motion) {
        let page = page(size);
        self.scroll = motion.scroll(self.scroll, self.length(scene, cells(page)), height(page));
    }

    /// Scrolls to the next code point with a finding, or the previous one.
    pub fn go_to_finding(&mut self, scene: &Scene<'_>, size: (u16, u16), down: bool) {
        let page = page(size);
        let (mut row, mut found) = (0, Vec::new());
        for part in &self.parts {
            row += part.head(scene, cells(page)).len();
            let findings = part.points.iter().enumerate().filter(|(_, point)| point.is_finding());
            found.extend(findings.map(|(at, _)| row + at));
            row += part.points.len();
        }
        let next = if down {
            found.into_iter().find(|row| *row > self.scroll)
        } else {
            found.into_iter().rev().find(|row| *row < self.scroll)
        };
        if let Some(next) = next {
            self.scroll = next.min(row.saturating_sub(height(page)));
        }
    }

    /// Draws it over the panes.
    pub fn draw(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, size: (u16, u16)) {
        let page = page(size);
        let look = scene.look(Meaning::Dialog);
        canvas.clear(page, look);
        boxed(scene, canvas, page, &scene.say("xray-title"), false);
        let (wide, high) = (cells(page), height(page));
        let length = self.length(scene, wide);
        let from = self.scroll.min(length.saturating_sub(high));
        let room = u16::try_from(wide).unwrap_or(u16::MAX);
        for (y, row) in (page.y + 1..).zip(self.rows(scene, wide, from..from + high)) {
            canvas.row(page.x + 2, y, room, &row);
        }
        let rest = length.saturating_sub(from + high).to_string();
        let more = format!(" {} ", scene.say_with("xray-more", &[("n", &rest)]));
        let look = look.patch(scene.accent(Meaning::Dim));
        canvas.put(page.x + 2, page.bottom().saturating_sub(1), room, &more, look);
    }

    fn length(&self, scene: &Scene<'_>, cells: usize) -> usize {
        self.parts.iter().map(|part| part.head(scene, cells).len() + part.points.len()).sum()
    }

    /// The rows in sight, and no others.
    fn rows(&self, scene: &Scene<'_>, cells: usize, wanted: Range<usize>) -> Vec<Row> {
        let (mut first, mut rows) = (0, Vec::new());
        for part in &self.parts {
            let head = part.head(scene, cells);
            let points = first + head.len();
            let visible = |from: usize| wanted.start.saturating_sub(from)..wanted.end.saturating_sub(from);
            let seen = visible(first);
            rows.extend(head.into_iter().skip(seen.start).take(seen.end.saturating_sub(seen.start)));
            let seen = visible(points);
            let shown = part.points.iter().enumerate().skip(seen.start);
            rows.extend(
                shown.take(seen.end.saturating_sub(seen.start)).map(|(at, point)| point.row(scene, at)),
            );
            first = points + part.points.len();
        }
        rows.truncate(wanted.len());
        rows
    }
}

impl Part {
    fn new(label: String, text: String) -> Self {
        let mut disguised = confusable::disguised(&text).into_iter().peekable();
        let (mut points, mut clusters) = (Vec::new(), 0);
        for (start, cluster) in text.grapheme_indices(true) {
            clusters += 1;
            let last = cluster.char_indices().next_back().map_or(0, |(at, _)| at);
            let mut marks = 0;
            for (at, sign) in cluster.char_indices() {
                marks = if kind::kind(sign) == Kind::Combining { marks + 1 } else { 0 };
                let is_disguised = disguised.next_if_eq(&(start + at)).is_some();
                let tie = match (at, last) {
                    (0, 0) => Tie::Alone,
                    (0, _) => Tie::First,
                    (at, last) if at == last => Tie::Last,
                    _ => Tie::Middle,
                };
                let remark = remark(sign, is_disguised, marks, cluster);
                points.push(Point { sign, tie, remark });
            }
        }
        Self { label, text, points, clusters }
    }

    /// What it is, how long it is, what was found, and the beginning of it written out.
    fn head(&self, scene: &Scene<'_>, cells: usize) -> Vec<Row> {
        let look = scene.look(Meaning::Dialog);
        let lengths = scene.say_with(
            "xray-length",
            &[
                ("bytes", &self.text.len().to_string()),
                ("points", &self.points.len().to_string()),
                ("clusters", &self.clusters.to_string()),
                ("cells", &width::width(reveal::line(&self.text).as_str()).to_string()),
            ],
        );
        let label = run(self.label.clone(), look.patch(scene.accent(Meaning::TitleFocus)));
        let mut rows = vec![vec![label, run(format!("  {lengths}"), look.patch(scene.accent(Meaning::Dim)))]];
        let found = self.findings(scene);
        let (words, meaning) = if found.is_empty() {
            (scene.say("xray-nothing"), Meaning::Good)
        } else {
            (found.join(" · "), Meaning::Hidden)
        };
        for line in width::wrap(&words, cells, cells) {
            rows.push(vec![run(line, look.patch(scene.accent(meaning)))]);
        }
        rows.extend(self.written_out(scene, cells));
        rows.push(Row::new());
        rows
    }

    fn findings(&self, scene: &Scene<'_>) -> Vec<String> {
        let mut found = Vec::new();
        for remark in Remark::ALL.into_iter().filter(|remark| !remark.is_ordinary()) {
            let count = self.points.iter().filter(|point| point.remark == Some(remark)).count();
            if count > 0 {
                found.push(format!("{} {count}", scene.say(remark.key())));
            }
        }
        let scripts = confusable::mixed_scripts(&self.text);
        if !scripts.is_empty() {
            found.push(scene.say_with("xray-scripts", &[("scripts", &scripts.join(" + "))]));
        }
        found
    }

    /// The text with `\u{200B}` for everything that there is something to say about.
    fn written_out(&self, scene: &Scene<'_>, cells: usize) -> Vec<Row> {
        let look = scene.look(Meaning::Dialog);
        let escaped = look.patch(scene.accent(Meaning::Hidden));
        let (mut text, mut escapes) = (String::new(), Vec::new());
        let mut plain = String::new();
        for point in self.points.iter().take(WRITTEN_OUT) {
            if point.is_finding() {
                text.push_str(reveal::line(&std::mem::take(&mut plain)).as_str());
                let from = text.len();
                text.push_str(&format!("\\u{{{:04X}}}", u32::from(point.sign)));
                escapes.push(from..text.len());
            } else {
                plain.push(point.sign);
            }
        }
        text.push_str(reveal::line(&plain).as_str());
        if self.points.len() > WRITTEN_OUT {
            text.push('…');
        }
        let pieces = |line: Range<usize>| {
            let mut row = Row::new();
            let mut at = line.start;
            for escape in escapes.iter().filter(|escape| escape.start < line.end && line.start < escape.end) {
                let (from, to) = (escape.start.max(line.start), escape.end.min(line.end));
                row.push(run(text.get(at..from).unwrap_or_default(), look));
                row.push(run(text.get(from..to).unwrap_or_default(), escaped));
                at = to;
            }
            row.push(run(text.get(at..line.end).unwrap_or_default(), look));
            row
        };
        width::wrap_ranges(&text, cells, cells).into_iter().map(pieces).collect()
    }
}

impl Point {
    fn is_finding(&self) -> bool {
        self.remark.is_some_and(|remark| !remark.is_ordinary())
    }

    /// Its number, what it is tied to, the sign, its code, its name, and what there is to say.
    fn row(&self, scene: &Scene<'_>, at: usize) -> Row {
        let look = scene.look(Meaning::Dialog);
        let dim = look.patch(scene.accent(Meaning::Dim));
        let strong = if self.is_finding() { look.patch(scene.accent(Meaning::Hidden)) } else { look };
        let lens = reveal::lens(self.sign);
        let tie = match self.tie {
            Tie::Alone => " ",
            Tie::First => "┌",
            Tie::Middle => "│",
            Tie::Last => "└",
        };
        let mut said = Vec::new();
        if let Some(remark) = self.remark {
            let word = scene.say(remark.key());
            said.push(match (remark, hidden_letter(self.sign)) {
                (Remark::Tag | Remark::FlagLetter, Some(letter)) => format!("{word} {letter}"),
                _ => word,
            });
        }
        if let Some(like) = confusable::passes_for(self.sign) {
            said.push(scene.say_with("xray-like", &[("as", &like)]));
        }
        vec![
            run(format!("{:>5} {tie} ", at + 1), dim),
            run(width::pad(&lens.shown, 5), strong),
            run(format!("U+{:<6} ", format!("{:04X}", lens.code)), strong),
            run(confusable::name(self.sign), look),
            run(if said.is_empty() { String::new() } else { format!("  {}", said.join(" · ")) }, strong),
        ]
    }
}

/// What there is to say about a code point in its cluster; `marks` of them are piled up so far.
fn remark(sign: char, disguised: bool, marks: usize, cluster: &str) -> Option<Remark> {
    let is_emoji = cluster.chars().next().is_some_and(kind::is_pictograph);
    let ends = cluster.ends_with(sign);
    match kind::kind(sign) {
        // Line breaks and tabs hide nothing.
        Kind::Control if matches!(sign, '\n' | '\r' | '\t') => None,
        Kind::Control => Some(Remark::Control),
        Kind::Bidi => Some(Remark::Bidi),
        Kind::Invisible => Some(match sign {
            '\u{200D}' if is_emoji && !ends => Remark::Joiner,
            '\u{FE0E}' | '\u{FE0F}' if is_emoji || cluster.starts_with(|sign: char| sign.is_ascii()) => {
                Remark::Joiner
            }
            '\u{E0001}' | '\u{E0020}'..='\u{E007F}' => Remark::Tag,
            _ if kind::is_variation_selector(sign) => Remark::Variation,
            _ => Remark::Invisible,
        }),
        Kind::Unassigned => Some(Remark::Unassigned),
        _ if disguised => Some(Remark::Disguised),
        Kind::Combining if marks >= PILED_UP => Some(Remark::PiledUp),
        Kind::Combining => Some(Remark::Combining),
        Kind::Plain | Kind::LookAlike if kind::is_skin_tone(sign) => Some(Remark::SkinTone),
        Kind::Plain | Kind::LookAlike => kind::flag_letter(sign).map(|_| Remark::FlagLetter),
    }
}

/// The letter that a tag or a regional indicator stands for.
fn hidden_letter(sign: char) -> Option<char> {
    match sign {
        '\u{E0020}'..='\u{E007E}' => char::from_u32(u32::from(sign) - 0xE0000),
        _ => kind::flag_letter(sign),
    }
}

fn cells(page: Rect) -> usize {
    usize::from(page.width.saturating_sub(4)).max(1)
}

fn height(page: Rect) -> usize {
    usize::from(page.height.saturating_sub(2))
}

/// The whole window but its first line and the footer.
fn page((columns, rows): (u16, u16)) -> Rect {
    Rect::new(0, 1.min(rows), columns, rows.saturating_sub(2))
}
