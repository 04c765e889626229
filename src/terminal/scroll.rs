//! Finds rows that only moved up or down and lets the terminal move them: a new line in the stream then
//! costs its own text, not a screen.
//!
//! Only whole rows are moved; a pane beside the stream makes its rows differ and they are painted instead.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

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

/// Looking at these many rows finds any shift that keeps half of the screen.
const SAMPLES: usize = 8;
/// Rows that repeat, such as borders, suggest shifts that lead nowhere; the likeliest few are tried.
const MOST_TRIED: usize = 4;

/// Scrolls the terminal and `shown` alike where that saves painting rows of `next`; says whether it did.
/// `same` tells which rows are alike before.
pub fn shift(shown: &mut Buffer, next: &Buffer, same: &[bool], painter: &mut Painter) -> bool {
    let columns = usize::from(next.area.width);
    let old: Vec<&[Cell]> = shown.content.chunks(columns).collect();
    let new: Vec<&[Cell]> = next.content.chunks(columns).collect();
    let Some(best) = find(&old, &new, same) else { return false };
    let (Ok(top), Ok(bottom)) = (u16::try_from(best.top), u16::try_from(best.bottom)) else { return false };
    let Some(region) = shown.content.get_mut(best.top * columns..best.bottom * columns) else { return false };
    painter.scroll(top, bottom, best.lines);
    let distance = best.lines.unsigned_abs() as usize * columns;
    if best.lines > 0 {
        region.rotate_left(distance);
        region.iter_mut().rev().take(distance).for_each(Cell::reset);
    } else {
        region.rotate_right(distance);
        region.iter_mut().take(distance).for_each(Cell::reset);
    }
    true
}

fn find(old: &[&[Cell]], new: &[&[Cell]], same: &[bool]) -> Option<Shift> {
    let first = same.iter().position(|same| !same)?;
    let last = same.iter().rposition(|same| !same)?;
    let rows = first..last + 1;
    likely(old, new, rows.clone())
        .into_iter()
        .filter_map(|lines| judge(old, new, same, rows.clone(), lines))
        .filter(|shift| shift.gain >= LEAST_GAIN)
        .max_by_key(|shift| shift.gain)
}

/// By how many lines some rows seem to have moved, the likeliest first.
fn likely(old: &[&[Cell]], new: &[&[Cell]], rows: Range<usize>) -> Vec<i32> {
    let mut votes: BTreeMap<i32, usize> = BTreeMap::new();
    let texts = rows.clone().filter(|row| old.get(*row).is_some_and(|cells| !is_blank(cells)));
    for origin in texts.step_by((rows.len() / SAMPLES).max(1)) {
        for row in rows.clone().filter(|row| *row != origin && new.get(*row) == old.get(origin)) {
            let lines = i32::try_from(origin).unwrap_or(0) - i32::try_from(row).unwrap_or(0);
            *votes.entry(lines).or_default() += 1;
        }
    }
    let mut shifts: Vec<(usize, i32)> = votes.into_iter().map(|(lines, votes)| (votes, lines)).collect();
    shifts.sort_by_key(|(votes, lines)| (Reverse(*votes), lines.abs()));
    shifts.into_iter().take(MOST_TRIED).map(|(_, lines)| lines).collect()
}

/// What moving by `lines` within `rows` would save, given which rows are the `same` without it.
fn judge(old: &[&[Cell]], new: &[&[Cell]], same: &[bool], rows: Range<usize>, lines: i32) -> Option<Shift> {
    let moved = |row: &usize| {
        let origin = usize::try_from(i32::try_from(*row).ok()? + lines).ok()?;
        let (old, new) = (old.get(origin).filter(|_| rows.contains(&origin))?, new.get(*row)?);
        (old == new).then(|| !is_blank(new))
    };
    let moved: Vec<Option<bool>> = rows.clone().map(|row| moved(&row)).collect();
    let first = rows.start + moved.iter().position(|text| *text == Some(true))?;
    let last = rows.start + moved.iter().rposition(|text| *text == Some(true))?;
    let distance = lines.unsigned_abs() as usize;
    let (top, bottom) = if lines > 0 { (first, last + distance + 1) } else { (first - distance, last + 1) };
    let gain = (top..bottom).map(|row| {
        let after = match (first..=last).contains(&row) {
            true => moved.get(row - rows.start).is_some_and(Option::is_some),
            false => new.get(row).is_some_and(|cells| is_blank(cells)),
        };
        i32::from(after) - i32::from(same.get(row) == Some(&true))
    });
    Some(Shift { top, bottom, lines, gain: gain.sum() })
}

fn is_blank(cells: &[Cell]) -> bool {
    cells.iter().all(|cell| *cell == Cell::EMPTY)
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
        let same: Vec<bool> = old.iter().zip(&new).map(|(old, new)| old == new).collect();
        let shift = find(&old, &new, &same).map(|shift| (shift.top, shift.bottom, shift.lines));
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
