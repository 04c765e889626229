//! Drawing the stream: from the newest line upwards, until the screen is full.

use crate::config::theme::Meaning;
use crate::model::id::Seq;
use crate::text::width;
use crate::ui::canvas::{Canvas, Cells};
use crate::ui::entries::{Entry, entries};
use crate::ui::entry::Sheet;
use crate::ui::lines::Above;
use crate::ui::scene::Scene;
use crate::ui::stream::{Place, StreamView};
use crate::ui::worded::Rows;
use ratatui::layout::Rect;

/// An entry on screen.
#[derive(Debug, Clone)]
pub struct Shown {
    pub span: Span,
    /// The day line above it, where there is one.
    pub day: Option<Cells>,
    pub rows: Rows,
}

/// Where an entry is on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first row of it, counted from the top of the area; negative when its beginning is above.
    pub row: i32,
    pub height: usize,
    /// How many of its rows are a day line above it.
    pub lead: usize,
    pub first: Seq,
    pub last: Seq,
}

impl StreamView {
    /// The entries on screen, the lowest first.
    pub fn visible(&self, scene: &Scene<'_>, area: Rect, needles: &[String]) -> Vec<Shown> {
        self.worded.next_frame(&self.sheet(scene, area, needles));
        let worded = |sheet: &Sheet<'_>, entry: &Entry<'_>, new_day: bool| {
            let rows = self.worded.rows(sheet, entry);
            let cells = u16::try_from(sheet.cells).unwrap_or(u16::MAX);
            let day = new_day.then(|| Canvas::painted(&sheet.day(entry.at()), cells));
            (rows.len() + usize::from(new_day), (day, rows))
        };
        let shown = self.walk(scene, area, needles, worded).into_iter();
        shown.map(|(span, (day, rows))| Shown { span, day, rows }).collect()
    }

    /// Where the entries on screen are, the lowest first.
    pub fn spans(&self, scene: &Scene<'_>, area: Rect) -> Vec<Span> {
        let measured = |sheet: &Sheet<'_>, entry: &Entry<'_>, new_day: bool| {
            (self.worded.height(sheet, entry) + usize::from(new_day), ())
        };
        self.walk(scene, area, &[], measured).into_iter().map(|(span, ())| span).collect()
    }

    /// From the newest line upwards until the screen is full. `look` gives an entry's height with the day line above
    /// it, if it has one, and what else is wanted of it.
    fn walk<T>(
        &self,
        scene: &Scene<'_>,
        area: Rect,
        needles: &[String],
        look: impl Fn(&Sheet<'_>, &Entry<'_>, bool) -> (usize, T),
    ) -> Vec<(Span, T)> {
        let sheet = self.sheet(scene, area, needles);
        let lines = self.lines(scene);
        let end = self.end(scene);
        let whole = matches!(lines.above(end), Above::Nothing);
        let mut found = entries(lines.back(end)).peekable();
        let mut free = i32::try_from(self.height(area)).unwrap_or(i32::MAX);
        let mut walked = Vec::new();
        while free > 0 {
            let Some(entry) = found.next() else { break };
            let new_day = match found.peek() {
                Some(older) => !scene.same_day(older.at(), entry.at()),
                None => whole,
            };
            let (height, more) = look(&sheet, &entry, new_day);
            free -= i32::try_from(height).unwrap_or(0);
            let (first, last) = (entry.first(), entry.last());
            walked.push((Span { row: free, height, lead: usize::from(new_day), first, last }, more));
        }
        walked
    }

    /// Draws it.
    pub fn draw(
        &self,
        scene: &Scene<'_>,
        canvas: &mut Canvas<'_>,
        area: Rect,
        focused: bool,
        needles: &[String],
    ) {
        // The ground is blank: it was cleared with the whole screen.
        let shown = self.visible(scene, area, needles);
        let cursor = match self.place {
            Place::Frozen { cursor, .. } => Some(cursor),
            Place::Following => shown.first().map(|newest| newest.span.last),
        };
        for Shown { span, day, rows } in &shown {
            let here = cursor.is_some_and(|cursor| span.first <= cursor && cursor <= span.last);
            for (at, row) in day.iter().chain(rows.iter()).enumerate() {
                let Some(y) = row_of(span.row, at, area) else { continue };
                let marked = here && at >= span.lead;
                if marked {
                    canvas.put(area.x, y, 1, "▌", scene.look(Meaning::Mark));
                }
                canvas.lay(area.x + 1, y, area.width.saturating_sub(1), row);
                if marked && focused && self.is_frozen() {
                    canvas
                        .restyle(Rect::new(area.x + 1, y, area.width - 1, 1), scene.accent(Meaning::Cursor));
                }
            }
        }
        let top = shown.last().map_or(i32::from(area.height), |entry| entry.span.row);
        self.draw_above(scene, canvas, area, top);
        if self.is_frozen() {
            self.draw_frozen(scene, canvas, area);
        }
    }

    /// Says how it is above the oldest line on screen, where there is room to say it.
    fn draw_above(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, area: Rect, top: i32) {
        let (text, meaning) = match self.lines(scene).above(self.end(scene)) {
            Above::Broken(reason) => {
                (scene.say_with("stream-broken", &[("why", &scene.words.reason(&reason))]), Meaning::Bad)
            }
            _ if top <= 0 => return,
            Above::More(_) | Above::Loading => (scene.say("stream-loading"), Meaning::Waiting),
            Above::Nothing if top >= i32::try_from(self.height(area)).unwrap_or(i32::MAX) => {
                (self.why_empty(scene), Meaning::Dim)
            }
            Above::Nothing => return,
        };
        let y = u16::try_from(top.saturating_sub(1).max(0)).unwrap_or(0).min(area.height.saturating_sub(1));
        let cells = usize::from(area.width.saturating_sub(2)).max(1);
        let wrapped = width::wrap(crate::text::reveal::line(&text).as_str(), cells, cells);
        let lines = u16::try_from(wrapped.len()).unwrap_or(1);
        let first = area.y + (y + 1).saturating_sub(lines);
        for (row, line) in (first..area.bottom()).zip(&wrapped) {
            canvas.put(area.x + 1, row, area.width - 1, &width::pad(line, cells), scene.look(meaning));
        }
    }

    fn why_empty(&self, scene: &Scene<'_>) -> String {
        if self.sift.is_some() {
            return scene.say("filter-nothing");
        }
        if scene.state.connectors.iter().next().is_none() {
            return scene.say("stream-no-connector");
        }
        let any_online =
            scene.state.connectors.iter().any(|(name, _)| scene.state.connectors.is_online(name));
        scene.say(if any_online { "stream-quiet" } else { "stream-not-connected" })
    }

    fn draw_frozen(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, area: Rect) {
        let missed = self.missed();
        let keys = scene.keymap.keys_of(crate::commands::table::Command::Freeze);
        let (messages, flagged) = (missed.messages.to_string(), missed.flagged.to_string());
        let key = keys.first().cloned().unwrap_or_default();
        let args = [("messages", messages.as_str()), ("flags", flagged.as_str()), ("key", key.as_str())];
        let text = scene.say_with(if missed.flagged > 0 { "frozen-flags" } else { "frozen" }, &args);
        let y = area.bottom().saturating_sub(1);
        let cells = usize::from(area.width);
        canvas.put(
            area.x,
            y,
            area.width,
            &width::pad(&format!("> {text}"), cells),
            scene.look(Meaning::Frozen),
        );
    }

    /// The line at a row of the area.
    pub fn line_at(&self, scene: &Scene<'_>, area: Rect, row: u16) -> Option<Seq> {
        self.lines_by_row(scene, area).into_iter().find(|(at, _)| *at == row).map(|(_, line)| line)
    }

    /// The lines on screen, by the rows of the area on which they stand.
    pub fn lines_by_row(&self, scene: &Scene<'_>, area: Rect) -> Vec<(u16, Seq)> {
        let rows = |span: Span| {
            let rows = (span.lead..span.height).filter_map(move |at| i32::try_from(at).ok());
            rows.filter_map(move |at| u16::try_from(span.row + at).ok().map(|row| (row, span.last)))
        };
        self.spans(scene, area).into_iter().flat_map(rows).collect()
    }
}

fn row_of(first: i32, at: usize, area: Rect) -> Option<u16> {
    let row = first.checked_add(i32::try_from(at).ok()?)?;
    u16::try_from(row).ok().map(|row| area.y + row).filter(|y| *y < area.bottom())
}
