//! The help: every command with the keys in force, in groups, and why one is off here. Made from the command table.

use crate::commands::table::{Command, Group, TABLE};
use crate::config::theme::Meaning;
use crate::text::{reveal, width};
use crate::ui::canvas::{Canvas, Row, run};
use crate::ui::dialog::boxed;
use crate::ui::moves::Motion;
use crate::ui::scene::Scene;
use ratatui::layout::Rect;

/// From this width on the help has two columns.
const TWO_COLUMNS: u16 = 100;
/// From so many cells of a column on, long keys have room of their own.
const ROOMY: usize = 70;
/// Whoever binds longer ones reads their words a little further right.
const LONGEST_KEYS: usize = 20;
/// Cells for the keys of a command.
const KEYS: usize = 12;

/// A seat's help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpView {
    /// What is off for what is under the cursor, and why.
    pub off: Vec<(Command, String)>,
    scroll: usize,
}

impl HelpView {
    /// The help for a target, as [`crate::ui::verbs::all_off`] judges it.
    pub fn new(off: Vec<(Command, String)>) -> Self {
        Self { off, scroll: 0 }
    }

    /// Scrolls.
    pub fn go(&mut self, scene: &Scene<'_>, size: (u16, u16), motion: Motion) {
        let page = page(size);
        let rows = self.columns(scene, page).iter().map(Vec::len).max().unwrap_or(0);
        self.scroll = motion.scroll(self.scroll, rows, usize::from(page.height.saturating_sub(2)));
    }

    /// Draws it over the panes.
    pub fn draw(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, size: (u16, u16)) {
        let page = page(size);
        let look = scene.look(Meaning::Dialog);
        canvas.clear(page, look);
        boxed(scene, canvas, page, &scene.say("help-title"), false);
        let columns = self.columns(scene, page);
        let height = page.height.saturating_sub(2);
        let longest = columns.iter().map(Vec::len).max().unwrap_or(0);
        let from = self.scroll.min(longest.saturating_sub(usize::from(height)));
        let cells = column_cells(page, columns.len());
        for (at, column) in columns.iter().enumerate() {
            let x = page.x + 2 + u16::try_from(at).unwrap_or(0) * (cells + 2);
            for (y, row) in (page.y + 1..page.y + 1 + height).zip(column.iter().skip(from)) {
                canvas.row(x, y, cells, row);
            }
        }
        let rest = longest.saturating_sub(from + usize::from(height));
        if rest > 0 {
            let more = format!(" {} ", scene.say_with("more-rows", &[("n", &rest.to_string())]));
            canvas.put(
                page.x + 2,
                page.bottom() - 1,
                page.width.saturating_sub(4),
                &more,
                look.patch(scene.accent(Meaning::Dim)),
            );
        }
    }

    fn columns(&self, scene: &Scene<'_>, page: Rect) -> Vec<Vec<Row>> {
        let split = if page.width >= TWO_COLUMNS { 2 } else { 1 };
        let cells = usize::from(column_cells(page, split));
        let group = |group: Group| self.group(scene, group, cells);
        if split == 1 {
            return vec![Group::ALL.into_iter().flat_map(group).collect()];
        }
        let together = |groups: &[Group]| groups.iter().copied().flat_map(group).collect();
        vec![
            together(&[Group::Act, Group::Look, Group::Mark]),
            together(&[Group::Move, Group::View, Group::Seat]),
        ]
    }

    fn group(&self, scene: &Scene<'_>, group: Group, cells: usize) -> Vec<Row> {
        let look = scene.look(Meaning::Dialog);
        let mut rows =
            vec![vec![run(scene.say(group.title()), look.patch(scene.accent(Meaning::TitleFocus)))]];
        for row in TABLE.iter().filter(|row| row.group == group) {
            match row.command {
                // Nine rows that say the same are one.
                Command::Room(1) => rows.push(rooms(scene, cells)),
                Command::Room(_) => {}
                command => rows.extend(self.command(scene, command, cells)),
            }
        }
        rows.push(Row::new());
        rows
    }

    fn command(&self, scene: &Scene<'_>, command: Command, cells: usize) -> Vec<Row> {
        let look = scene.look(Meaning::Dialog);
        let keys = keys_of(scene, command);
        let off = self.off.iter().find(|(off, _)| *off == command).map(|(_, why)| why);
        let (mark, key_look) = match off {
            Some(_) => ("-", look.patch(scene.accent(Meaning::Off))),
            None => (" ", look.patch(scene.accent(Meaning::Key))),
        };
        let words = scene.say(&format!("cmd-{}", command.row().name));
        let words_look = if off.is_some() { look.patch(scene.accent(Meaning::Off)) } else { look };
        let head = run(
            width::pad(&format!("{mark}{keys}"), key_cells(scene, cells).max(width::width(&keys) + 2)),
            key_look,
        );
        let indent = width::width(&head.text);
        let mut rows = vec![vec![head, run(width::clip(&words, cells.saturating_sub(indent)), words_look)]];
        if let Some(why) = off {
            let room = cells.saturating_sub(indent + 2).max(1);
            let shown = reveal::line(why);
            for line in width::wrap(shown.as_str(), room, room) {
                rows.push(vec![
                    run(" ".repeat(indent + 2), look),
                    run(line, look.patch(scene.accent(Meaning::Dim))),
                ]);
            }
        }
        rows
    }
}

/// The keys of a command, or its name where it has none.
fn keys_of(scene: &Scene<'_>, command: Command) -> String {
    let keys = scene.keymap.keys_of(command);
    if keys.is_empty() { format!(":{}", command.row().name) } else { keys.join(" ") }
}

/// The cells of the keys: where there is room, as many as the longest take.
fn key_cells(scene: &Scene<'_>, cells: usize) -> usize {
    if cells < ROOMY {
        return KEYS;
    }
    let longest = TABLE.iter().map(|row| width::width(&keys_of(scene, row.command)) + 2).max();
    longest.unwrap_or(0).clamp(KEYS, LONGEST_KEYS)
}

/// The keys of the first and the last numbered room.
fn rooms(scene: &Scene<'_>, cells: usize) -> Row {
    let look = scene.look(Meaning::Dialog);
    let key = |number| scene.keymap.keys_of(Command::Room(number)).first().cloned().unwrap_or_default();
    let keys = format!(" {}…{} ", key(1), key(9));
    let keys = width::pad(&keys, key_cells(scene, cells).max(width::width(&keys)));
    let indent = width::width(&keys);
    let words = width::clip(&scene.say("help-rooms"), cells.saturating_sub(indent));
    vec![run(keys, look.patch(scene.accent(Meaning::Key))), run(words, look)]
}

fn column_cells(page: Rect, columns: usize) -> u16 {
    let columns = u16::try_from(columns).unwrap_or(1).max(1);
    (page.width.saturating_sub(4) / columns).saturating_sub(columns - 1)
}

fn page((columns, rows): (u16, u16)) -> Rect {
    Rect::new(0, 1, columns, rows.saturating_sub(2))
}
