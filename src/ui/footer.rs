//! The bottom line: the verbs for what is under the cursor, or what may follow the keys pressed, or the word of the
//! moment.

use crate::commands::table::Command;
use crate::config::theme::Meaning;
use crate::text::{reveal, width};
use crate::ui::canvas::{Canvas, Row, row_width, run};
use crate::ui::kept::Kept;
use crate::ui::overlay::{Overlay, Pending, Toast};
use crate::ui::scene::Scene;
use crate::ui::screen::{Pane, View};
use crate::ui::target::Target;
use crate::ui::verbs::why_off;
use ratatui::layout::Rect;

/// The verbs in the order in which they are offered as long as there is room: what is needed in a hurry first.
const VERBS: [Command; 7] = [
    Command::Allow,
    Command::Recall,
    Command::Warn,
    Command::Mute,
    Command::Remove,
    Command::Note,
    Command::Undo,
];
const MORE: [Command; 6] =
    [Command::Block, Command::Explain, Command::Snooze, Command::Remind, Command::Mark, Command::Claim];

/// All that shows of the verbs: in which manner they are worded, over how many cells, and which are off.
#[derive(Debug, PartialEq, Eq)]
pub struct Verbs {
    manner: u64,
    cells: u16,
    offered: Vec<(Command, bool)>,
}

impl Verbs {
    /// The verbs for a target.
    pub fn of(scene: &Scene<'_>, manner: u64, cells: u16, place: (View, Pane), target: &Target) -> Self {
        let judged = |command| (command, why_off(scene, target, command).is_some());
        Self { manner, cells, offered: offered(place.0, place.1).into_iter().map(judged).collect() }
    }
}

/// Draws the verbs, those that are off marked with `-`.
pub fn draw_verbs(scene: &Scene<'_>, canvas: &mut Canvas<'_>, area: Rect, verbs: Verbs, kept: &Kept<Verbs>) {
    let draw = |verbs: &Verbs| {
        let row = Rect::new(0, 0, verbs.cells, 1);
        Canvas::sheet(row.width, row.height, |canvas| draw_offered(scene, canvas, row, &verbs.offered))
    };
    for (y, row) in (area.y..area.bottom()).zip(kept.rows(verbs, draw).iter()) {
        canvas.lay(area.x, y, area.width, row);
    }
}

fn draw_offered(scene: &Scene<'_>, canvas: &mut Canvas<'_>, area: Rect, offered: &[(Command, bool)]) {
    let text = scene.look(Meaning::Text);
    canvas.clear(area, text);
    let last = entry(scene, Command::Help, false);
    let room = usize::from(area.width).saturating_sub(row_width(&last) + 3);
    let parts: Vec<Row> = offered.iter().map(|(command, off)| entry(scene, *command, *off)).collect();
    let needed: usize = parts.iter().map(|part| row_width(part)).sum();
    // Two cells between verbs where there is room for it, one where there is not.
    let gap = if needed + 2 * parts.len() <= room { "  " } else { " " };
    let mut row = Row::new();
    for part in parts {
        if row_width(&row) + row_width(&part) > room {
            break;
        }
        row.extend(part);
        row.push(run(gap, text));
    }
    canvas.row(area.x + 1, area.y, area.width.saturating_sub(1), &row);
    let cells = u16::try_from(row_width(&last)).unwrap_or(0);
    canvas.row(area.right().saturating_sub(cells + 1), area.y, cells, &last);
}

/// Draws what the keys do in what stands over the panes: nothing else is offered while it takes them.
pub fn draw_over(scene: &Scene<'_>, canvas: &mut Canvas<'_>, area: Rect, over: &Overlay) {
    let moves = [("j k", "footer-scroll"), ("Esc", "short-back")];
    let picks = [("↑ ↓", "footer-choose"), ("Enter", "footer-take"), ("Esc", "short-back")];
    let keys: &[(&str, &str)] = match over {
        Overlay::Card(_) | Overlay::Reader(_) | Overlay::Help(_) => &moves,
        Overlay::XRay(_) => &[("n N", "footer-next"), ("Esc", "short-back")],
        Overlay::Chooser(_) => &picks,
        // What Enter does not do is not offered.
        Overlay::Dialog(dialog) if dialog.by_enter || !dialog.open => &[("Esc", "short-back")],
        Overlay::Dialog(dialog) if dialog.entry.is_some() => {
            &[("0-9", "footer-type"), ("Enter", "footer-do"), ("Esc", "short-back")]
        }
        Overlay::Dialog(_) => &[("Enter", "footer-first"), ("Esc", "short-back")],
        Overlay::CopyPane(_) | Overlay::Prompt(_) => &[],
    };
    let text = scene.look(Meaning::Text);
    canvas.clear(area, text);
    let mut row = Row::new();
    for (key, word) in keys {
        row.push(run(*key, scene.look(Meaning::Key)));
        row.push(run(format!("{}{}  ", scene.say("key-gap"), scene.say(word)), text));
    }
    canvas.row(area.x + 1, area.y, area.width.saturating_sub(1), &row);
}

/// Draws what may follow.
pub fn draw_pending(scene: &Scene<'_>, canvas: &mut Canvas<'_>, area: Rect, pending: &Pending) {
    let text = scene.look(Meaning::Text);
    canvas.clear(area, text);
    let room = usize::from(area.width.saturating_sub(2));
    let mut row = vec![run(format!("{} ", pending.label), scene.look(Meaning::TitleFocus))];
    let gap = scene.say("key-gap");
    let mut offered: Vec<(String, String)> = pending
        .options
        .iter()
        .map(|(key, label)| (key.to_string(), label.clone()))
        .chain([("Esc".to_owned(), scene.say("short-back"))])
        .map(|(key, label)| {
            // A digit beside a digit would be another number.
            let apart = gap.is_empty() && label.starts_with(|sign: char| sign.is_ascii_digit());
            (key, format!("{}{label}", if apart { " " } else { &gap }))
        })
        .collect();
    let left = room.saturating_sub(row_width(&row));
    if fitted(&offered, left).1 < widest(&offered) {
        // That Esc goes back is known everywhere.
        offered.pop();
    }
    let (between, most) = fitted(&offered, left);
    for (key, label) in offered {
        row.push(run(key, scene.look(Meaning::Key)));
        row.push(run(width::clip(&label, most), text));
        row.push(run(between, text));
    }
    canvas.row(area.x + 1, area.y, area.width.saturating_sub(1), &row);
    if let Some(note) = pending.note.as_ref().filter(|_| area.y > 0) {
        let above = Rect { y: area.y - 1, ..area };
        let words = width::clip(reveal::line(&format!(" {note} ")).as_str(), room);
        canvas.put(above.x + 1, above.y, above.width.saturating_sub(2), &words, text);
    }
}

fn widest(offered: &[(String, String)]) -> usize {
    offered.iter().map(|(_, label)| width::width(label)).max().unwrap_or_default()
}

/// What stands between keys and how wide their words may be, so that all keys are seen: one that is not is not pressed.
fn fitted(offered: &[(String, String)], room: usize) -> (&'static str, usize) {
    let widest = widest(offered);
    let fits = |between: usize, most: usize| {
        let of =
            |(key, label): &(String, String)| width::width(key) + width::width(label).min(most) + between;
        offered.iter().map(of).sum::<usize>() <= room + between
    };
    if fits(2, widest) {
        return ("  ", widest);
    }
    (" ", (0..=widest).rev().find(|most| fits(1, *most)).unwrap_or_default())
}

/// Draws the word of the moment.
pub fn draw_toast(scene: &Scene<'_>, canvas: &mut Canvas<'_>, area: Rect, toast: &Toast) {
    let (glyph, meaning) = toast.tone.look();
    let look = scene.look(meaning);
    canvas.clear(area, scene.look(Meaning::Text).patch(look));
    let cells = usize::from(area.width).saturating_sub(2);
    let text = width::clip(reveal::line(&format!("{glyph} {}", toast.text)).as_str(), cells);
    canvas.put(
        area.x + 1,
        area.y,
        area.width.saturating_sub(1),
        &text,
        scene.look(Meaning::Text).patch(look),
    );
}

fn offered(view: View, pane: Pane) -> Vec<Command> {
    let mut offered = match view {
        View::Live | View::Queue => {
            let mut verbs = VERBS.to_vec();
            if view == View::Queue || pane == Pane::Queue {
                verbs.insert(0, Command::Open);
            }
            verbs
        }
        View::Members => vec![
            Command::Open,
            Command::Warn,
            Command::Mute,
            Command::Remove,
            Command::Note,
            Command::Undo,
            Command::Sort,
            Command::Filter,
        ],
        View::Groups => vec![Command::Open, Command::Say, Command::NextFlaggedRoom, Command::Jump],
        View::Outbox => vec![Command::Open, Command::Check, Command::MarkDone, Command::Redo, Command::Undo],
        View::Audit => vec![Command::Open, Command::Undo],
        View::Connectors => vec![Command::Down, Command::Up],
    };
    if view == View::Live && pane == Pane::Stream {
        offered.push(Command::Freeze);
    }
    offered.extend([Command::Find, Command::Palette]);
    if matches!(view, View::Live | View::Queue) {
        offered.extend(MORE);
    }
    offered
}

fn entry(scene: &Scene<'_>, command: Command, off: bool) -> Row {
    let keys = scene.keymap.keys_of(command);
    let key = keys.first().cloned().unwrap_or_else(|| format!(":{}", command.row().name));
    let word = scene.say(&format!("short-{}", command.row().name));
    let typed_name = keys.is_empty();
    let gap = if typed_name { " ".to_owned() } else { scene.say("key-gap") };
    if off {
        return vec![run(format!("-{key}{gap}{word}"), scene.look(Meaning::Off))];
    }
    vec![run(key, scene.look(Meaning::Key)), run(format!("{gap}{word}"), scene.look(Meaning::Text))]
}
