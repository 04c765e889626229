//! Finds rows that only moved up or down and lets the terminal move them: a new line in the stream then
//! costs its own text, not a screen.
//!
//! Only whole rows are moved; a pane beside the stream makes its rows differ and they are painted instead.

use ratatui::buffer::{Buffer, Cell};

use crate::terminal::painter::Painter;

/// Rows `top..bottom` move by `lines`, up when positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shift {
    top: usize,
    bottom: usize,
    lines: i32,
    /// Rows that need no painting because of it, less those that need painting because of it.
    gain: i32,
}

/// A shift costs some 25 bytes; a row of chat costs 60 and more.
const LEAST_GAIN: i32 = 2;

/// Scrolls the terminal and `shown` alike where that saves painting rows of `next`.
pub fn shift(shown: &mut Buffer, next: &Buffer, painter: &mut Painter) {
    let columns = usize::from(next.area.width);
    let old: Vec<&[Cell]> = shown.content.chunks(columns).collect();
    let new: Vec<&[Cell]> = next.content.chunks(columns).collect();
    let Some(best) = find(&old, &new) else { return };
    let (Ok(top), Ok(bottom)) = (u16::try_from(best.top), u16::try_from(best.bottom)) else { return };
    painter.scroll(top, bottom, best.lines);
    let distance = best.lines.unsigned_abs() as usize * columns;
    let Some(region) = shown.content.get_mut(best.top * columns..best.bottom * columns) else { return };
    if best.lines > 0 {
        region.rotate_left(distance);
        region.iter_mut().rev().take(distance).for_each(Cell::reset);
    } else {
        region.rotate_right(distance);
        region.iter_mut().take(distance).for_each(Cell::reset);
    }
}

fn find(old: &[&[Cell]], new: &[&[Cell]]) -> Option<Shift> {
    let differs = |row: &usize| old.get(*row) != new.get(*row);
    let rows = old.len().min(new.len());
    let first = (0..rows).find(differs)?;
    let last = (0..rows).rev().find(differs)?;
    let most = i32::try_from(last - first).unwrap_or(0);
    (1..=most)
        .flat_map(|lines| [lines, -lines])
        .filter_map(|lines| judge(old, new, first, last, lines))
        .filter(|shift| shift.gain >= LEAST_GAIN)
        .max_by_key(|shift| shift.gain)
}

/// What moving by `lines` would save between the rows `first` and `last`, both included.
fn judge(old: &[&[Cell]], new: &[&[Cell]], first: usize, last: usize, lines: i32) -> Option<Shift> {
    let came_from = |row: usize| {
        let origin = i32::try_from(row).ok()?.checked_add(lines)?;
        usize::try_from(origin).ok().filter(|origin| (first..=last).contains(origin))
    };
    let matches = |row: usize| {
        came_from(row).is_some_and(|origin| old.get(origin) == new.get(row) && !is_blank(new.get(row)))
    };
    let top_match = (first..=last).find(|&row| matches(row))?;
    let bottom_match = (first..=last).rev().find(|&row| matches(row))?;
    let distance = lines.unsigned_abs() as usize;
    let (top, bottom) = match lines > 0 {
        true => (top_match, bottom_match + distance + 1),
        false => (top_match - distance, bottom_match + 1),
    };
    let gain = (top..bottom)
        .map(|row| {
            let after = came_from(row).filter(|origin| (top..bottom).contains(origin));
            let same_after = match after {
                Some(origin) => old.get(origin) == new.get(row),
                None => is_blank(new.get(row)),
            };
            i32::from(same_after) - i32::from(old.get(row) == new.get(row))
        })
        .sum();
    Some(Shift { top, bottom, lines, gain })
}

fn is_blank(row: Option<&&[Cell]>) -> bool {
    row.is_some_and(|cells| cells.iter().all(|cell| *cell == Cell::EMPTY))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(old: &[&str], new: &[&str], found: Option<(usize, usize, i32)>) {
        let columns = 12;
        let buffer = |lines: &[&str]| {
            Buffer::with_lines(lines.iter().map(|line| format!("{line:columns$}")).collect::<Vec<_>>())
        };
        let (old, new) = (buffer(old), buffer(new));
        let old: Vec<&[Cell]> = old.content.chunks(columns).collect();
        let new: Vec<&[Cell]> = new.content.chunks(columns).collect();
        let shift = find(&old, &new).map(|shift| (shift.top, shift.bottom, shift.lines));
        assert_eq!(shift, found);
    }

    #[test]
    fn a_stream_that_moved_up_is_found() {
        check(&["bar", "a", "b", "c", "foot"], &["bar", "b", "c", "d", "foot"], Some((1, 4, 1)));
        check(&["bar", "a", "b", "c", "d"], &["bar", "x", "a", "b", "c"], Some((1, 5, -1)));
    }

    #[test]
    fn what_did_not_move_is_left_alone() {
        check(&["a", "b", "c"], &["a", "b", "c"], None);
        check(&["a", "b", "c"], &["x", "y", "z"], None);
        check(&["", "a", "", ""], &["", "", "", "b"], None);
    }
}
