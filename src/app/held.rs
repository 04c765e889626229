//! A key that is held down, and a key whose Esc arrived by itself: neither acts by mistake.
//!
//! A terminal does not say that a key repeats, and over a slow link it does not say that `Esc [ A` was one key. Time
//! tells: people do not press the same key twice, nor Esc and a letter, as fast as a machine.

use crate::commands::key::{Code, Key};
use crate::model::moment::Moment;

/// Up to so long after itself a key counts as held, in milliseconds. Keyboards repeat 10 to 50 times a second; people
/// who press one key twice on purpose take 150 ms or more.
pub const REPEAT_MS: i64 = 120;
/// A key that was held stays so for as long, in milliseconds: a slow link delivers its repeats unevenly.
const RELEASE_MS: i64 = 400;
/// Within so long a second press may be the first repeat, in milliseconds: the longest first delay of keyboards.
const FIRST_REPEAT_MS: i64 = 1000;
/// Within so long after a lone Esc a letter belongs to it, in milliseconds.
pub const LATE_MS: i64 = 50;

/// How a key press stands to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// Another key, or after a pause.
    Fresh,
    /// The same key once more: on purpose, or the first repeat of one that is being held.
    Again,
    /// The key is being held.
    Held,
}

/// The last key, and what is left of an Esc that came alone.
#[derive(Debug, Clone, Default)]
pub struct Held {
    last: Option<(Key, Moment, Press)>,
    late: Option<(Moment, Late)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Late {
    /// Esc came.
    Esc,
    /// Esc and `[` or `O` came: the rest of a key's sequence follows.
    Sequence,
}

impl Held {
    /// Notes a key and says how it stands to the last.
    pub fn press(&mut self, key: Key, now: Moment) -> Press {
        let press = match self.last {
            Some((last, at, before)) if last == key => {
                let within = |limit: i64| (0..=limit).contains(&now.since(at));
                if within(REPEAT_MS) || (before == Press::Held && within(RELEASE_MS)) {
                    Press::Held
                } else if within(FIRST_REPEAT_MS) {
                    Press::Again
                } else {
                    Press::Fresh
                }
            }
            _ => Press::Fresh,
        };
        self.last = Some((key, now, press));
        press
    }

    /// The key that was meant: a letter right behind a lone Esc is Alt and that letter, and what is left of a key's
    /// sequence is none.
    pub fn meant(&mut self, key: Key, now: Moment) -> Option<Key> {
        let late = self.late.take().filter(|(at, _)| (0..=LATE_MS).contains(&now.since(*at)));
        if key == Key::plain(Code::Esc) {
            self.late = Some((now, Late::Esc));
            return Some(key);
        }
        match (late, key.typed()) {
            (Some((_, Late::Esc)), Some('[' | 'O')) => {
                self.late = Some((now, Late::Sequence));
                None
            }
            (Some((_, Late::Esc)), Some(_)) => Some(Key { alt: true, ..key }),
            // ECMA-48 5.4: parameters, then one final byte of `@` to `~`.
            (Some((_, Late::Sequence)), Some('@'..='~')) => None,
            (Some((_, Late::Sequence)), Some(_)) => {
                self.late = Some((now, Late::Sequence));
                None
            }
            _ => Some(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn presses(times: &[i64]) -> Vec<Press> {
        let mut held = Held::default();
        times.iter().map(|at| held.press(Key::char('a'), Moment(*at))).collect()
    }

    #[test]
    fn a_held_key_is_told_from_one_pressed_twice() {
        use Press::{Again, Fresh, Held};
        assert_eq!(presses(&[0, 500, 533, 566, 800]), [Fresh, Again, Held, Held, Held]);
        assert_eq!(presses(&[0, 160, 340]), [Fresh, Again, Again]);
        assert_eq!(presses(&[0, 1200]), [Fresh, Fresh]);
        assert_eq!(presses(&[1000, 0]), [Fresh, Fresh]);
    }

    fn meant(keys: &[(Key, i64)]) -> Vec<Option<String>> {
        let mut held = Held::default();
        keys.iter().map(|(key, at)| held.meant(*key, Moment(*at)).map(|key| key.to_string())).collect()
    }

    #[test]
    fn an_esc_that_came_alone_takes_its_letter_along() {
        let (esc, letter) = (Key::plain(Code::Esc), Key::char);
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(meant(&[(esc, 0), (letter('a'), 40)]), [some("Esc"), some("Alt-a")]);
        assert_eq!(meant(&[(esc, 0), (letter('a'), 60)]), [some("Esc"), some("a")]);
        let arrow = [(esc, 0), (letter('['), 10), (letter('1'), 20), (letter(';'), 30), (letter('A'), 70)];
        assert_eq!(meant(&arrow), [some("Esc"), None, None, None, None]);
        let then = [(esc, 0), (letter('O'), 10), (letter('P'), 20), (letter('x'), 21)];
        assert_eq!(meant(&then), [some("Esc"), None, None, some("x")]);
        assert_eq!(meant(&[(esc, 0), (esc, 10), (letter('q'), 90)]), [some("Esc"), some("Esc"), some("q")]);
    }
}
