//! What a case rests on, on one row: the message around what the rule matched. Never shows a foreign text unrevealed.

use crate::config::theme::Meaning;
use crate::state::queue::Case;
use crate::text::{reveal, width};
use crate::ui::canvas::{Run, run};
use crate::ui::entry::start;
use crate::ui::phrase::without_marks;
use crate::ui::scene::Scene;

/// Bytes of a message of which the matched text is shown.
const QUOTED: usize = 400;

/// The newest remark's words: the message around what the rule matched, or the reason where nothing is matched.
pub struct Quote {
    before: String,
    matched: String,
    after: String,
}

/// What to quote for a case.
pub fn quoted(scene: &Scene<'_>, case: &Case) -> Quote {
    let reason = |case: &Case| {
        case.remarks.last().map(|remark| scene.words.reason(&remark.reason)).unwrap_or_default()
    };
    let remark = case.remarks.last();
    let text =
        remark.and_then(|remark| scene.state.stream.message(remark.message)).map(|message| &message.text);
    let (Some(remark), Some(text)) = (remark, text) else {
        return Quote { before: String::new(), matched: String::new(), after: reason(case) };
    };
    let Some(span) = remark.span else {
        return Quote { before: String::new(), matched: String::new(), after: reason(case) };
    };
    let (from, to) = (span.start as usize, span.end as usize);
    let piece = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let shown = |text: &str| without_marks(reveal::line(text).as_str());
    Quote {
        before: shown(piece(0, from)),
        matched: shown(start(piece(from, to), QUOTED)),
        after: shown(start(piece(to, text.len()), QUOTED)),
    }
}

impl Quote {
    /// All of it.
    pub fn text(&self) -> String {
        format!("{}{}{}", self.before, self.matched, self.after)
    }

    /// As much as fits, with the matched words in it.
    pub fn row(&self, scene: &Scene<'_>, cells: usize) -> Vec<Run> {
        let (dim, look) =
            (scene.look(Meaning::Dim), scene.look(Meaning::Dim).patch(scene.accent(Meaning::Matched)));
        let matched = width::clip(&self.matched, cells);
        let left = cells.saturating_sub(width::width(&matched));
        // A third of what is left goes to what stands before the match, or all that it needs when that is less.
        let room_before = left.saturating_sub(width::width(&self.after)).max(left / 3);
        let before = tail_of(&self.before, room_before);
        let rest = left.saturating_sub(width::width(&before));
        let after = if rest == 0 { String::new() } else { width::clip(&self.after, rest) };
        vec![run(before, dim), run(matched, look), run(after, dim)]
    }
}

/// The end of a text, at most so many cells, beginning with `…` when something is left out.
fn tail_of(text: &str, cells: usize) -> String {
    if width::width(text) <= cells {
        return text.to_owned();
    }
    if cells < 2 {
        return String::new();
    }
    let mut kept = String::new();
    let mut clusters: Vec<&str> = Vec::new();
    let mut used = 1;
    for cluster in unicode_segmentation::UnicodeSegmentation::graphemes(text, true).rev() {
        used += width::width(cluster);
        if used > cells {
            break;
        }
        clusters.push(cluster);
    }
    kept.push('…');
    kept.extend(clusters.into_iter().rev());
    kept
}
