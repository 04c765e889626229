//! Entries of the stream that were worded before, kept as cells: a frame words only what is new or changed.
//!
//! Never gives the cells of an entry of which anything that shows has changed since: all that `entry::Sheet` looks at
//! goes into the print under which they are kept, and a debug build words every entry anew and compares.

use crate::config::theme::Theme;
use crate::language::Language;
use crate::model::flag::{Severity, Span};
use crate::model::id::Seq;
use crate::state::standing::Standing;
use crate::state::stream::Message;
use crate::ui::canvas::{Canvas, Cells};
use crate::ui::entries::Entry;
use crate::ui::entry::{Sheet, start};
use crate::ui::scene::Scene;
use chrono::FixedOffset;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// Rows of one entry, from the top down.
pub type Rows = Arc<[Cells]>;

/// With more than this many kept, those that the last frame did not show are let go: some screens of the largest size.
const MOST: usize = 512;
/// Bytes of an answered message that can show.
const ANSWERED: usize = 200;

/// What was worded. It is no part of what a view is: two views are equal whatever they keep, and a copy keeps nothing.
#[derive(Debug, Default)]
pub struct Worded(RefCell<Store>);

#[derive(Debug, Default)]
struct Store {
    manner: Option<Manner>,
    kept: HashMap<Seq, Kept>,
    /// Counts the frames.
    frame: u64,
}

/// How everything is worded: another manner, and nothing that was kept is of use.
#[derive(Debug, PartialEq)]
struct Manner {
    cells: usize,
    rooms: bool,
    language: Language,
    theme: Theme,
    zone: FixedOffset,
    needles: Vec<String>,
}

#[derive(Debug)]
struct Kept {
    print: Print<'static>,
    frame: u64,
    rows: Rows,
}

impl Clone for Worded {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Worded {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Worded {
    /// The next frame begins, all of it worded as `sheet` says: entries that it does not show may be let go.
    pub fn next_frame(&self, sheet: &Sheet<'_>) {
        let Ok(mut store) = self.0.try_borrow_mut() else { return };
        store.suit(sheet);
        let last = store.frame;
        store.frame += 1;
        if store.kept.len() > MOST {
            store.kept.retain(|_, kept| kept.frame >= last);
        }
    }

    /// The rows of an entry of this frame.
    pub fn rows(&self, sheet: &Sheet<'_>, entry: &Entry<'_>) -> Rows {
        let (Entry::Said(message), Ok(mut store)) = (entry, self.0.try_borrow_mut()) else {
            return painted(sheet, entry);
        };
        let (print, frame) = (Print::of(sheet, message), store.frame);
        if let Some(kept) = store.kept.get_mut(&message.id.0).filter(|kept| kept.print == print) {
            debug_assert_eq!(
                kept.rows,
                painted(sheet, entry),
                "what was kept is not what would be worded now"
            );
            kept.frame = frame;
            return Arc::clone(&kept.rows);
        }
        let rows = painted(sheet, entry);
        store.kept.insert(message.id.0, Kept { print: print.into_owned(), frame, rows: Arc::clone(&rows) });
        rows
    }

    /// How many rows an entry has. What is measured is about to be shown, as a rule: it is worded once for both.
    pub fn height(&self, sheet: &Sheet<'_>, entry: &Entry<'_>) -> usize {
        self.known_height(sheet, entry).unwrap_or_else(|| match entry {
            Entry::Said(_) if self.is_for(sheet) => self.rows(sheet, entry).len(),
            entry => sheet.height(entry),
        })
    }

    /// Whether the next frame is likely to be worded as `sheet` says.
    fn is_for(&self, sheet: &Sheet<'_>) -> bool {
        self.0.try_borrow().is_ok_and(|store| store.manner.as_ref().is_some_and(|manner| manner.suits(sheet)))
    }

    fn known_height(&self, sheet: &Sheet<'_>, entry: &Entry<'_>) -> Option<usize> {
        let Entry::Said(message) = entry else { return None };
        let store = self.0.try_borrow().ok()?;
        // What is being found makes no entry higher.
        let suits = store.manner.as_ref().is_some_and(|manner| manner.suits_height(sheet));
        let kept = store.kept.get(&message.id.0).filter(|_| suits)?;
        let known = (kept.print == Print::of(sheet, message)).then_some(kept.rows.len())?;
        debug_assert_eq!(known, sheet.height(entry), "what was kept is not what would be measured now");
        Some(known)
    }
}

impl Store {
    fn suit(&mut self, sheet: &Sheet<'_>) {
        if !self.manner.as_ref().is_some_and(|manner| manner.suits(sheet)) {
            self.manner = Some(Manner::of(sheet));
            self.kept.clear();
        }
    }
}

impl Manner {
    fn of(sheet: &Sheet<'_>) -> Self {
        Self {
            cells: sheet.cells,
            rooms: sheet.rooms,
            language: sheet.scene.words.language(),
            theme: sheet.scene.theme.clone(),
            zone: sheet.scene.zone,
            needles: sheet.needles.to_vec(),
        }
    }

    fn suits(&self, sheet: &Sheet<'_>) -> bool {
        self.suits_height(sheet) && self.theme == *sheet.scene.theme && self.needles == sheet.needles
    }

    fn suits_height(&self, sheet: &Sheet<'_>) -> bool {
        let Scene { words, zone, .. } = sheet.scene;
        (self.cells, self.rooms, self.language, self.zone)
            == (sheet.cells, sheet.rooms, words.language(), *zone)
    }
}

fn painted(sheet: &Sheet<'_>, entry: &Entry<'_>) -> Rows {
    let cells = u16::try_from(sheet.cells).unwrap_or(u16::MAX);
    sheet.rows(entry).iter().map(|row| Canvas::painted(row, cells)).collect()
}

/// Everything that shows of a message and may change: what happened to it, and who said it where, as they are called
/// and stand now. What was said, by whom and when never changes.
#[derive(Debug, PartialEq)]
struct Print<'a> {
    name: Option<Cow<'a, str>>,
    room: Option<Cow<'a, str>>,
    standing: Standing,
    muted: bool,
    mark: Option<(Option<Severity>, bool)>,
    /// What flags name in it.
    spans: Vec<Option<Span>>,
    /// Who said what it answers, and the beginning of that.
    answered: Option<(Option<Cow<'a, str>>, Cow<'a, str>)>,
}

impl<'a> Print<'a> {
    fn of(sheet: &Sheet<'a>, message: &Message) -> Self {
        let state = sheet.scene.state;
        let name = |member| state.members.get(member).map(|member| Cow::Borrowed(member.name.as_str()));
        let room = state.rooms.get(message.room).filter(|_| sheet.rooms);
        let membership = state.members.in_room(message.room, message.member);
        let mark = state.stream.mark(message.id);
        let remarks = || state.queue.naming(message.id).flat_map(|case| &case.remarks);
        let answered = message.reply_to.and_then(|answered| state.stream.message(answered));
        Self {
            name: name(message.member),
            room: room.map(|room| Cow::Borrowed(room.name.as_str())),
            standing: membership.map_or(Standing::Ordinary, |known| Standing::of(known, sheet.scene.now)),
            muted: membership.is_some_and(|membership| membership.is_muted(sheet.scene.now)),
            mark: mark.map(|mark| (mark.severity, mark.recalled_by.is_some())),
            spans: mark.map(|_| remarks().map(|remark| remark.span).collect()).unwrap_or_default(),
            answered: answered.map(|answered| {
                let text = start(&answered.text, ANSWERED);
                (name(answered.member), Cow::Borrowed(text))
            }),
        }
    }

    fn into_owned(self) -> Print<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Print {
            name: self.name.map(owned),
            room: self.room.map(owned),
            standing: self.standing,
            muted: self.muted,
            mark: self.mark,
            spans: self.spans,
            answered: self.answered.map(|(name, text)| (name.map(owned), owned(text))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_of_a_view_keeps_nothing_and_is_equal_all_the_same() {
        let worded = Worded::default();
        worded.0.borrow_mut().frame = 7;
        assert_eq!(worded.clone().0.borrow().frame, 0);
        assert_eq!(worded, worded.clone());
    }
}
