//! Parts of the screen as they were drawn last, kept as cells: a frame draws anew only what changed.
//!
//! Never gives cells of which anything that shows has changed since: all that a part looks at goes into the key under
//! which it is kept, and a debug build draws every part anew and compares.

use crate::commands::keymap::Keymap;
use crate::config::theme::Theme;
use crate::language::Language;
use crate::ui::scene::Scene;
use crate::ui::worded::Rows;
use chrono::FixedOffset;
use std::cell::RefCell;
use std::sync::Arc;

/// One part. It is no part of what a view is: two views are equal whatever they keep, and a copy keeps nothing.
#[derive(Debug)]
pub struct Kept<Key>(RefCell<Option<(Key, Rows)>>);

impl<Key: PartialEq> Kept<Key> {
    /// The rows of a part of which `key` is all that it shows.
    pub fn rows(&self, key: Key, draw: impl Fn(&Key) -> Rows) -> Rows {
        let Ok(mut kept) = self.0.try_borrow_mut() else { return draw(&key) };
        if let Some((_, rows)) = kept.as_ref().filter(|(known, _)| *known == key) {
            debug_assert_eq!(*rows, draw(&key), "what was kept is not what would be drawn now");
            return Arc::clone(rows);
        }
        let rows = draw(&key);
        *kept = Some((key, Arc::clone(&rows)));
        rows
    }
}

impl<Key> Default for Kept<Key> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<Key> Clone for Kept<Key> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<Key> PartialEq for Kept<Key> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<Key> Eq for Kept<Key> {}

/// How everything on a screen is worded: the language, the looks, the keys, the zone of its clocks.
#[derive(Debug, PartialEq)]
struct Manner {
    language: Language,
    theme: Theme,
    keymap: Keymap,
    zone: FixedOffset,
}

/// Numbers the manners of a screen one after another, so that a key needs a number in place of all that.
#[derive(Debug, Default)]
pub struct Manners(RefCell<(u64, Option<Manner>)>);

impl Manners {
    /// The number of the manner in force: another one whenever it is not that of the last time.
    pub fn number(&self, scene: &Scene<'_>) -> u64 {
        let mut known = self.0.borrow_mut();
        if !known.1.as_ref().is_some_and(|manner| manner.suits(scene)) {
            *known = (known.0 + 1, Some(Manner::of(scene)));
        }
        known.0
    }
}

impl Clone for Manners {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Manners {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Manner {
    fn of(scene: &Scene<'_>) -> Self {
        Self {
            language: scene.words.language(),
            theme: scene.theme.clone(),
            keymap: scene.keymap.clone(),
            zone: scene.zone,
        }
    }

    fn suits(&self, scene: &Scene<'_>) -> bool {
        (self.language, self.zone) == (scene.words.language(), scene.zone)
            && self.theme == *scene.theme
            && self.keymap == *scene.keymap
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::canvas::Canvas;
    use crate::ui::canvas::run;
    use ratatui::style::Style;
    use std::cell::Cell;

    #[test]
    fn a_part_is_drawn_anew_when_its_key_is_another_and_only_then() {
        let kept = Kept::<u8>::default();
        // A debug build draws it each time, to compare: what tells is the text.
        let text = Cell::new("a");
        let draw = |_: &u8| Rows::from([Canvas::painted(&[run(text.get(), Style::default())], 1)]);
        let first = kept.rows(1, draw);
        assert!(Arc::ptr_eq(&first, &kept.rows(1, draw)));
        text.set("b");
        assert_ne!(kept.rows(2, draw), first);
        assert!(kept.clone().0.borrow().is_none(), "a copy keeps nothing");
    }
}
