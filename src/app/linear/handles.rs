//! Handles: the short names under which a line of text tells what it is about, and what they stand for.
//!
//! A handle is made of the number that the record itself gave (`#12` is event 12 for ever), so it never means another
//! thing, in no seat and after no restart. What was not printed cannot be meant, and what is meant is what was printed.

use crate::model::id::{ActionId, CaseId, MemberId, RoomId, Seq};
use crate::ui::target::{RowId, Target};
use std::collections::{HashMap, VecDeque};

/// How many of the newest printed handles can be meant; an older one has to be printed again.
const KEPT: usize = 20_000;

/// What was printed, and what each meant then.
#[derive(Debug, Clone, Default)]
pub struct Handles {
    meant: HashMap<RowId, Target>,
    order: VecDeque<RowId>,
}

impl Handles {
    /// Notes that a handle is printed now and stands for this; gives it in writing.
    pub fn print(&mut self, row: RowId, target: Target) -> String {
        if self.meant.insert(row, target).is_none() {
            self.order.push_back(row);
        }
        if self.order.len() > KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.meant.remove(&oldest);
        }
        written(row)
    }

    /// What a printed handle stands for.
    pub fn target(&self, row: RowId) -> Option<Target> {
        self.meant.get(&row).copied()
    }
}

/// `#12` a line, `c3` a case, `x5` an action, `e7` an entry of the audit, `r2` a room, `m2.7` member 7 in room 2.
pub fn written(row: RowId) -> String {
    match row {
        RowId::Line(seq) => format!("#{seq}"),
        RowId::Case(case) => format!("c{}", case.0),
        RowId::Action(action) => format!("x{}", action.0),
        RowId::Record(seq) => format!("e{seq}"),
        RowId::Member(room, member) => format!("m{}.{}", room.0, member.0),
        RowId::Room(room) => format!("r{}", room.0),
    }
}

/// Reads a handle; full-width signs count as their ASCII ones.
pub fn read(word: &str) -> Option<RowId> {
    let word: String = word.chars().map(plain).collect();
    let mut signs = word.chars();
    let kind = signs.next()?;
    let rest = signs.as_str();
    if kind == 'm' {
        let (room, member) = rest.split_once('.')?;
        return Some(RowId::Member(RoomId(number(room)?), MemberId(number(member)?)));
    }
    if kind == 'r' {
        return Some(RowId::Room(RoomId(number(rest)?)));
    }
    let seq = Seq(number(rest)?);
    match kind {
        '#' => Some(RowId::Line(seq)),
        'c' => Some(RowId::Case(CaseId(seq))),
        'x' => Some(RowId::Action(ActionId(seq))),
        'e' => Some(RowId::Record(seq)),
        _ => None,
    }
}

/// Digits only: no sign, no leading zero, so that every handle is written in one way.
fn number<Number: std::str::FromStr>(text: &str) -> Option<Number> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits && !text.starts_with('0'))
}

fn plain(sign: char) -> char {
    match sign {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(sign).saturating_sub(0xff01 - 0x21)).unwrap_or(sign)
        }
        '。' => '.',
        _ => sign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_reads_back_as_what_it_was_written_for() {
        let rows = [
            RowId::Line(Seq(12)),
            RowId::Case(CaseId(Seq(3))),
            RowId::Action(ActionId(Seq(5))),
            RowId::Record(Seq(7)),
            RowId::Room(RoomId(2)),
            RowId::Member(RoomId(2), MemberId(7)),
        ];
        for row in rows {
            assert_eq!(read(&written(row)), Some(row));
        }
        assert_eq!(read("＃１２"), Some(RowId::Line(Seq(12))));
        for nonsense in
            ["", "#", "12", "#012", "#+1", "#1x", "m2", "m2.", "q1", "# 1", "#99999999999999999999"]
        {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn what_was_not_printed_cannot_be_meant_and_the_oldest_is_forgotten() {
        let mut handles = Handles::default();
        let target = |seq| Target { line: Some(Seq(seq)), ..Target::default() };
        assert_eq!(handles.target(RowId::Line(Seq(1))), None);
        for seq in 1..=KEPT as u64 + 1 {
            handles.print(RowId::Line(Seq(seq)), target(seq));
        }
        assert_eq!(handles.target(RowId::Line(Seq(1))), None);
        assert_eq!(handles.target(RowId::Line(Seq(2))), Some(target(2)));
        assert_eq!(handles.order.len(), handles.meant.len());
    }
}
