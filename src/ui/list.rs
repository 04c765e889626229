//! A cursor in a list whose rows come, go and change places: it holds an id, and the row it stands on holds still.

use crate::ui::moves::Motion;

/// Where the cursor of a list stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListCursor<Id> {
    /// Absent: on the first row that can be selected.
    at: Option<Id>,
    /// How many rows below the top of its area the cursor was last drawn.
    row: usize,
    /// Where in the list it was found last: long lists are not gone over for every question.
    place: usize,
    /// The list was empty when it was last drawn: what came since has not been seen.
    empty: bool,
    follow: Follow,
}

/// Whether the cursor goes on to whatever becomes the first row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follow {
    /// This is no list of the newest.
    Never,
    /// Until the moderator moves.
    On,
    /// He moved; on the first row he follows again.
    Off,
}

impl<Id> Default for ListCursor<Id> {
    fn default() -> Self {
        Self { at: None, row: 0, place: 0, empty: false, follow: Follow::Never }
    }
}

/// What part of a list is on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first row on screen.
    pub offset: usize,
    /// The row of the cursor, counted from the beginning of the list.
    pub cursor: Option<usize>,
}

impl<Id: Copy + PartialEq> ListCursor<Id> {
    /// The id the cursor was put on; `None` while it stands on whatever is first.
    pub fn at(&self) -> Option<Id> {
        self.at
    }

    /// The id under the cursor among `rows`, where rows without an id cannot be selected. An id that the cursor was
    /// put on stays the answer even when it is gone from the list: what was seen is what is meant.
    pub fn selected(&self, rows: &[Option<Id>]) -> Option<Id> {
        self.at.or_else(|| self.on(rows).filter(|_| !self.empty))
    }

    /// What is on screen in `height` rows: as much as possible with the cursor on the row where it was. Only in a list of
    /// the newest it gives way to what would be left blank under the end.
    pub fn window(&self, rows: &[Option<Id>], height: usize) -> Window {
        let top = || rows.iter().position(Option::is_some);
        let at = if self.follow == Follow::On { top() } else { self.index(rows) };
        let Some(cursor) = at else { return Window { offset: 0, cursor: None } };
        let last = height.saturating_sub(1);
        let still = cursor.saturating_sub(self.row.min(last));
        let offset = match self.follow {
            Follow::On => 0,
            _ if self.at.is_none() => 0,
            Follow::Off => still.min(rows.len().saturating_sub(height)),
            Follow::Never => still,
        };
        Window { offset, cursor: Some(cursor) }
    }

    /// Puts the cursor on an id.
    pub fn select(&mut self, id: Id, rows: &[Option<Id>], height: usize) {
        let window = self.window(rows, height);
        self.at = Some(id);
        self.rests();
        let index = self.index(rows).unwrap_or(0);
        self.place = index;
        self.row = index.saturating_sub(window.offset).min(height.saturating_sub(1));
    }

    /// What was first stays under the cursor from now on.
    pub fn pin(&mut self, rows: &[Option<Id>], height: usize) {
        let window = self.window(rows, height);
        self.empty = self.on(rows).is_none();
        if let Some(id) = self.on(rows) {
            self.at = Some(id);
            self.place = window.cursor.unwrap_or(0);
            self.row = self.place.saturating_sub(window.offset);
        }
    }

    /// The newest is first, and stays under the cursor from now on until the next frame: a verb falls on what was seen,
    /// and the next frame shows what is the newest then. Once the moderator has moved it is as with [`ListCursor::pin`].
    pub fn pin_newest(&mut self, rows: &[Option<Id>], height: usize) {
        if self.follow == Follow::Off {
            return self.pin(rows, height);
        }
        self.follow = Follow::Never;
        (self.at, self.row, self.place) = (None, 0, 0);
        self.pin(rows, height);
        self.follow = Follow::On;
    }

    fn rests(&mut self) {
        if self.follow == Follow::On {
            self.follow = Follow::Off;
        }
    }

    /// The list was made anew at the moderator's wish: no blank rows stay under its end while there are some above.
    pub fn settle(&mut self, rows: &[Option<Id>], height: usize) {
        let window = self.window(rows, height);
        let offset = window.offset.min(rows.len().saturating_sub(height));
        self.row = window.cursor.unwrap_or(0).saturating_sub(offset);
    }

    /// Moves the cursor.
    pub fn go(&mut self, rows: &[Option<Id>], height: usize, motion: Motion) {
        let window = self.window(rows, height);
        let Some(cursor) = window.cursor else { return };
        let (page, half) = (height.saturating_sub(1).max(1), (height / 2).max(1));
        let aim = match motion {
            Motion::Up => cursor.saturating_sub(1),
            Motion::Down => cursor + 1,
            Motion::HalfUp => cursor.saturating_sub(half),
            Motion::HalfDown => cursor + half,
            Motion::PageUp => cursor.saturating_sub(page),
            Motion::PageDown => cursor + page,
            Motion::Top => 0,
            Motion::Bottom => rows.len(),
        };
        let aim = aim.min(rows.len().saturating_sub(1));
        let Some(landed) = landing(rows, cursor, aim) else { return };
        self.at = rows.get(landed).copied().flatten();
        self.place = landed;
        self.rests();
        if self.follow == Follow::Off && landed == first(rows) {
            self.follow = Follow::On;
        }
        // A free move may scroll: as little as shows the cursor, and no blank rows under the end of the list.
        let fits = rows.len().saturating_sub(height);
        let offset = window.offset.min(landed).max((landed + 1).saturating_sub(height)).min(fits);
        let offset = if landed == first(rows) { 0 } else { offset };
        self.row = landed - offset.min(landed);
    }

    /// The id of the row on which the cursor is drawn.
    fn on(&self, rows: &[Option<Id>]) -> Option<Id> {
        self.index(rows).and_then(|index| rows.get(index).copied().flatten())
    }

    fn index(&self, rows: &[Option<Id>]) -> Option<usize> {
        let still = self.at.is_some() && rows.get(self.place) == Some(&self.at);
        let search = || self.at.and_then(|id| rows.iter().position(|row| *row == Some(id)));
        let found = still.then_some(self.place).or_else(search);
        found.or_else(|| rows.iter().position(Option::is_some))
    }
}

fn first<Id>(rows: &[Option<Id>]) -> usize {
    rows.iter().position(Option::is_some).unwrap_or(0)
}

/// The row that can be selected nearest to `aim`, looking on in the direction of the move first.
fn landing<Id>(rows: &[Option<Id>], from: usize, aim: usize) -> Option<usize> {
    let can = |index: &usize| rows.get(*index).is_some_and(Option::is_some);
    let onward = if aim >= from { (aim..rows.len()).find(can) } else { (0..=aim).rev().find(can) };
    let back = if aim >= from { (from..aim).rev().find(can) } else { (aim..from).find(can) };
    onward.or(back)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(ids: &[u32]) -> Vec<Option<u32>> {
        ids.iter().map(|id| (*id != 0).then_some(*id)).collect()
    }

    #[test]
    fn what_arrives_above_does_not_move_the_cursor_row() {
        let mut cursor = ListCursor::default();
        cursor.pin(&rows(&[5, 6, 7]), 3);
        let window = cursor.window(&rows(&[1, 2, 5, 6, 7]), 3);
        assert_eq!(window, Window { offset: 2, cursor: Some(2) });
        assert_eq!(cursor.selected(&rows(&[1, 2, 5, 6, 7])), Some(5));
    }

    #[test]
    fn a_list_of_the_newest_follows_until_it_is_moved_and_counts_what_is_above_then() {
        let (before, after) = (rows(&[5, 6, 7]), rows(&[1, 2, 5, 6, 7]));
        let mut cursor = ListCursor::default();
        cursor.pin_newest(&before, 3);
        assert_eq!(cursor.selected(&after), Some(5), "a verb falls on what was seen");
        assert_eq!(cursor.window(&after, 3), Window { offset: 0, cursor: Some(0) });
        cursor.pin_newest(&after, 3);
        assert_eq!(cursor.selected(&after), Some(1), "the next frame shows the newest");
        cursor.go(&after, 3, Motion::Down);
        cursor.pin_newest(&after, 3);
        let newer = rows(&[8, 9, 1, 2, 5, 6, 7]);
        assert_eq!(cursor.window(&newer, 3), Window { offset: 2, cursor: Some(3) });
        cursor.go(&newer, 3, Motion::Top);
        cursor.pin_newest(&newer, 3);
        let newest = rows(&[3, 8, 9, 1]);
        assert_eq!(cursor.window(&newest, 3), Window { offset: 0, cursor: Some(0) });
    }

    #[test]
    fn a_list_made_anew_leaves_no_rows_blank_under_its_end_while_there_are_some_above() {
        let mut cursor = ListCursor::default();
        let long = rows(&[1, 2, 3, 4, 5, 6, 7]);
        cursor.pin(&long, 4);
        cursor.go(&long, 4, Motion::Bottom);
        cursor.go(&long, 4, Motion::Up);
        cursor.go(&long, 4, Motion::Up);
        cursor.go(&long, 4, Motion::Up);
        assert_eq!(cursor.window(&long, 4), Window { offset: 3, cursor: Some(3) });
        let shorter = rows(&[1, 2, 3, 4, 5]);
        assert_eq!(cursor.window(&shorter, 4), Window { offset: 3, cursor: Some(3) }, "nothing slides");
        cursor.settle(&shorter, 4);
        assert_eq!(cursor.window(&shorter, 4), Window { offset: 1, cursor: Some(3) });
    }

    #[test]
    fn a_move_skips_rows_that_cannot_be_selected() {
        let list = rows(&[0, 1, 2, 0, 3]);
        let mut cursor = ListCursor::default();
        for (motion, landed) in [
            (Motion::Down, 2),
            (Motion::Down, 3),
            (Motion::Down, 3),
            (Motion::Up, 2),
            (Motion::Top, 1),
            (Motion::Up, 1),
            (Motion::Bottom, 3),
        ] {
            cursor.go(&list, 3, motion);
            assert_eq!(cursor.selected(&list), Some(landed), "{motion:?}");
        }
    }

    #[test]
    fn the_cursor_is_always_on_screen() {
        let list: Vec<Option<u32>> = (1..=100).map(Some).collect();
        let mut cursor = ListCursor::default();
        for motion in Motion::ALL.iter().cycle().take(200) {
            cursor.go(&list, 7, *motion);
            let window = cursor.window(&list, 7);
            let row = window.cursor.unwrap() - window.offset;
            assert!(row < 7, "{motion:?} {window:?}");
        }
    }
}
