//! Finds rows that moved up or down and lets the terminal move them: a new line in the stream then costs its own text,
//! not a screen.
//!
//! Terminals move whole rows, so a pane beside the stream is moved with it and repaired after; whether that pays is
//! reckoned in bytes, row by row. Never changes what is painted, only how much.

use std::cmp::Reverse;
use std::ops::Range;

use crate::terminal::painter::Painter;
use crate::terminal::slot::{ERASED, Slot};

/// Rows `top..bottom` move by `lines`, up when positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    pub top: usize,
    pub bottom: usize,
    pub lines: i32,
}

/// Bytes of one shift: the region set, the move, the region unset.
const SHIFT_COST: i32 = 22;
/// Bytes of a cursor move, of a change of pen, of erasing to the end; about.
const MOVE_COST: i32 = 6;
const PEN_COST: i32 = 5;
const ERASE_COST: i32 = 4;

/// Rows that repeat, such as borders, suggest shifts that lead nowhere; the likeliest few are tried.
const MOST_TRIED: usize = 3;
/// A shift that so many times fewer rows suggest than the likeliest one is not tried.
const UNLIKELY: usize = 3;
/// A row is looked for by these parts of it, so that it is found although a pane beside it stood still.
const PARTS: usize = 3;

/// Moves rows of the terminal and of `old` alike where that saves painting rows of `new`.
pub fn shift(old: &mut [Slot], new: &[Slot], columns: usize, painter: &mut Painter<'_>) {
    for shift in plan(old, new, columns) {
        let (Ok(top), Ok(bottom)) = (u16::try_from(shift.top), u16::try_from(shift.bottom)) else { return };
        let Some(region) = old.get_mut(shift.top * columns..shift.bottom * columns) else { return };
        painter.scroll(top, bottom, shift.lines);
        let distance = shift.lines.unsigned_abs() as usize * columns;
        if shift.lines > 0 {
            region.rotate_left(distance);
            region.iter_mut().rev().take(distance).for_each(|slot| *slot = ERASED);
        } else {
            region.rotate_right(distance);
            region.iter_mut().take(distance).for_each(|slot| *slot = ERASED);
        }
    }
}

/// The shifts, apart from each other and from the top down, that leave the least to paint.
fn plan(old: &[Slot], new: &[Slot], columns: usize) -> Vec<Shift> {
    let old: Vec<&[Slot]> = old.chunks(columns).collect();
    let new: Vec<&[Slot]> = new.chunks(columns).collect();
    let differs = |row: &usize| old.get(*row) != new.get(*row);
    let rows = 0..new.len().min(old.len());
    let (Some(first), Some(last)) = (rows.clone().find(differs), rows.clone().rev().find(differs)) else {
        return Vec::new();
    };
    let tried = likely(&old, &new, first..last + 1);
    if tried.is_empty() {
        return Vec::new();
    }
    let costs = Costs::of(&old, &new, &tried);
    cheapest(&costs, &tried, first..last + 1)
}

/// By how many lines some rows seem to have moved, the likeliest first.
fn likely(old: &[&[Slot]], new: &[&[Slot]], rows: Range<usize>) -> Vec<i32> {
    let prints = |of: &[&[Slot]]| -> Vec<[u64; PARTS]> {
        of.iter().skip(rows.start).take(rows.len()).map(|row| print(row)).collect()
    };
    let (before, after) = (prints(old), prints(new));
    let mut votes: Vec<(usize, i32)> = Vec::new();
    for (origin, old) in (0_i32..).zip(&before) {
        for (row, new) in (0_i32..).zip(&after) {
            let alike = old.iter().zip(new).filter(|(old, new)| **old != 0 && old == new).count();
            let lines = origin - row;
            if alike == 0 || lines == 0 {
                continue;
            }
            match votes.iter_mut().find(|(_, known)| *known == lines) {
                Some((votes, _)) => *votes += alike,
                None => votes.push((alike, lines)),
            }
        }
    }
    votes.sort_by_key(|(votes, lines)| (Reverse(*votes), lines.abs()));
    let most = votes.first().map_or(0, |(votes, _)| *votes);
    let worth = votes.into_iter().filter(|(votes, _)| *votes * UNLIKELY >= most);
    worth.take(MOST_TRIED).map(|(_, lines)| lines).collect()
}

/// Numbers by which parts of a row are found again; 0 for a part with nothing in it. The outermost columns are left
/// out: borders and cursor marks stand there.
fn print(row: &[Slot]) -> [u64; PARTS] {
    let inner = row.get(2..row.len().saturating_sub(1)).unwrap_or_default();
    let length = (inner.len() / PARTS).max(1);
    let mut parts = [0; PARTS];
    for (print, part) in parts.iter_mut().zip(inner.chunks(length)) {
        if part.iter().any(|slot| !slot.is_blank()) {
            *print = part.iter().fold(1, |print, slot| slot.mixed_into(print)) | 1;
        }
    }
    parts
}

/// What painting each row costs: from what stands there, from an empty row, and from the row each shift brings.
struct Costs {
    still: Vec<i32>,
    empty: Vec<i32>,
    moved: Vec<Vec<i32>>,
}

impl Costs {
    fn of(old: &[&[Slot]], new: &[&[Slot]], tried: &[i32]) -> Self {
        let blank = vec![ERASED; new.first().map_or(0, |row| row.len())];
        let brought = |lines: &i32| {
            let from = |row: usize| {
                let origin = i32::try_from(row).ok().and_then(|row| usize::try_from(row + lines).ok());
                origin.and_then(|origin| old.get(origin)).copied().unwrap_or(&blank)
            };
            sums(new.iter().enumerate().map(|(row, new)| cost(from(row), new)))
        };
        Self {
            still: sums(old.iter().zip(new).map(|(old, new)| cost(old, new))),
            empty: sums(new.iter().map(|new| cost(&blank, new))),
            moved: tried.iter().map(brought).collect(),
        }
    }
}

/// Sums from the first row on: the cost of `a..b` is the difference of two of them.
fn sums(costs: impl Iterator<Item = i32>) -> Vec<i32> {
    let running = costs.scan(0, |sum, cost| {
        *sum += cost;
        Some(*sum)
    });
    std::iter::once(0).chain(running).collect()
}

fn between(sums: &[i32], range: Range<usize>) -> i32 {
    match (sums.get(range.start), sums.get(range.end)) {
        (Some(start), Some(end)) => end - start,
        _ => 0,
    }
}

/// Bytes of painting `new` over `old`, about.
fn cost(old: &[Slot], new: &[Slot]) -> i32 {
    if old == new {
        return 0;
    }
    let (mut total, mut apart, mut look, mut erasing) = (0, true, None, false);
    for (old, new) in old.iter().zip(new) {
        if old == new {
            (apart, erasing) = (true, false);
            continue;
        }
        if apart {
            total += MOVE_COST;
            apart = false;
        }
        if new.is_erased() {
            total += if erasing { 0 } else { ERASE_COST };
            erasing = true;
            continue;
        }
        erasing = false;
        if look != Some(new.look) && !new.is_blank() {
            total += PEN_COST;
            look = Some(new.look);
        }
        total += if new.part == 0 { i32::from(new.symbol.length()) } else { 0 };
    }
    total
}

/// The best shifts up to each row, found from the top down.
fn cheapest(costs: &Costs, tried: &[i32], rows: Range<usize>) -> Vec<Shift> {
    let mut best: Vec<(i32, Option<Shift>)> = vec![(0, None); rows.end + 1];
    for bottom in rows.start + 1..=rows.end {
        let mut found = (best.get(bottom - 1).map_or(0, |(gain, _)| *gain), None);
        for (lines, moved) in tried.iter().zip(&costs.moved) {
            let distance = lines.unsigned_abs() as usize;
            for top in rows.start..bottom.saturating_sub(distance) {
                let (kept, bared) = match *lines > 0 {
                    true => (top..bottom - distance, bottom - distance..bottom),
                    false => (top + distance..bottom, top..top + distance),
                };
                let with = between(moved, kept) + between(&costs.empty, bared) + SHIFT_COST;
                let gain =
                    between(&costs.still, top..bottom) - with + best.get(top).map_or(0, |(gain, _)| *gain);
                if gain > found.0 {
                    found = (gain, Some(Shift { top, bottom, lines: *lines }));
                }
            }
        }
        if let Some(place) = best.get_mut(bottom) {
            *place = found;
        }
    }
    let (mut shifts, mut at) = (Vec::new(), rows.end);
    while at > rows.start {
        match best.get(at).and_then(|(_, shift)| *shift) {
            Some(shift) => {
                at = shift.top;
                shifts.push(shift);
            }
            None => at -= 1,
        }
    }
    shifts.reverse();
    shifts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::encoder::Depth;
    use crate::terminal::slot::Symbols;
    use ratatui::buffer::Buffer;

    const COLUMNS: usize = 40;

    fn check(old: &[&str], new: &[&str], found: &[(usize, usize, i32)]) {
        let mut symbols = Symbols::new(Depth::True);
        let mut read = |lines: &[&str]| {
            let lines: Vec<String> = lines.iter().map(|line| format!("  {line:38}")).collect();
            let mut slots = Vec::new();
            for cells in Buffer::with_lines(lines).content.chunks(COLUMNS) {
                symbols.read(cells, &mut slots);
            }
            slots
        };
        let (old, new) = (read(old), read(new));
        let shifts = plan(&old, &new, COLUMNS);
        let shifts: Vec<_> = shifts.iter().map(|shift| (shift.top, shift.bottom, shift.lines)).collect();
        assert_eq!(shifts, found);
    }

    const A: &str = "the first of some long lines";
    const B: &str = "another that is long enough";
    const C: &str = "one more, and it is long too";
    const D: &str = "nothing like what was there";

    #[test]
    fn a_stream_that_moved_up_is_found() {
        check(&["bar", A, B, C, "foot"], &["bar", B, C, D, "foot"], &[(1, 4, 1)]);
        check(&["bar", A, B, C, D], &["bar", "x", A, B, C], &[(1, 5, -1)]);
    }

    #[test]
    fn a_row_that_moved_and_changed_a_little_moves_with_the_others() {
        let marked = format!("▌{C}");
        check(&["bar", A, B, &marked, "foot"], &["bar", B, &format!(" {C}"), D, "foot"], &[(1, 4, 1)]);
    }

    #[test]
    fn what_did_not_move_is_left_alone() {
        check(&[A, B, C], &[A, B, C], &[]);
        check(&[A, B, C], &["x", "y", "z"], &[]);
        check(&["", "a", "", ""], &["", "", "", "b"], &[]);
    }

    #[test]
    fn two_lists_that_moved_apart_move_apart() {
        check(
            &[A, B, C, D, "----------", "first row of it, and long", "second row of it, and long", "end"],
            &[B, C, D, "new", "----------", "new", "first row of it, and long", "second row of it, and long"],
            &[(0, 4, 1), (5, 8, -1)],
        );
    }
}
