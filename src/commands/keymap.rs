//! From key presses to a command: sequences of keys, folded, with what could still follow.

use crate::commands::key::{Code, Key};
use crate::commands::table::{Command, TABLE};

/// What a sequence of keys means so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// A whole command.
    Command(Command),
    /// The beginning of these: the next key and its command.
    Prefix(Vec<(Key, Command)>),
    /// Nothing.
    Nothing,
}

/// A user's wish for a command's keys, with the line it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub name: String,
    pub keys: Vec<String>,
    pub line: usize,
}

/// What is wrong with a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mistake {
    /// There is no such command.
    UnknownCommand { line: usize, name: String },
    /// This is not a key.
    NotAKey { line: usize, key: String },
    /// Not every terminal lets this key through, so a command on it may be out of reach.
    Lost { line: usize, key: String },
    /// Two commands want the same keys, or one's keys begin another's.
    Taken { line: usize, key: String, by: String },
}

/// The keys in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<(Vec<Key>, Command)>,
}

impl Default for Keymap {
    fn default() -> Self {
        let bindings = TABLE
            .iter()
            .flat_map(|row| row.keys.iter().filter_map(|keys| Some((sequence(keys)?, row.command))))
            .collect();
        Self { bindings }
    }
}

impl Keymap {
    /// The table's keys with a user's wishes laid over it; all mistakes together.
    pub fn with(wishes: &[Wish]) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut keymap = Self::default();
        let mut wanted = Vec::new();
        for wish in wishes {
            let Some(command) = Command::named(&wish.name) else {
                mistakes.push(Mistake::UnknownCommand { line: wish.line, name: wish.name.clone() });
                continue;
            };
            keymap.bindings.retain(|(_, bound)| *bound != command);
            for key in &wish.keys {
                match sequence(key) {
                    Some(keys) if keys.iter().any(is_lost) => {
                        mistakes.push(Mistake::Lost { line: wish.line, key: key.clone() });
                    }
                    Some(keys) => wanted.push((keys, command, wish.line, key.clone())),
                    None => mistakes.push(Mistake::NotAKey { line: wish.line, key: key.clone() }),
                }
            }
        }
        for (keys, command, line, text) in wanted {
            let clash = |bound: &[Key]| bound.starts_with(&keys) || keys.starts_with(bound);
            match keymap.bindings.iter().find(|(bound, _)| clash(bound)) {
                Some((_, by)) => {
                    mistakes.push(Mistake::Taken { line, key: text, by: by.row().name.to_owned() })
                }
                None => keymap.bindings.push((keys, command)),
            }
        }
        if mistakes.is_empty() { Ok(keymap) } else { Err(mistakes) }
    }

    /// What these keys, pressed one after another, mean.
    pub fn meaning(&self, pressed: &[Key]) -> Meaning {
        if let Some((_, command)) = self.bindings.iter().find(|(keys, _)| keys == pressed) {
            return Meaning::Command(*command);
        }
        let following = |(keys, command): &(Vec<Key>, Command)| {
            keys.strip_prefix(pressed).and_then(|rest| rest.first()).map(|key| (*key, *command))
        };
        let next: Vec<(Key, Command)> = self.bindings.iter().filter_map(following).collect();
        if next.is_empty() || pressed.is_empty() { Meaning::Nothing } else { Meaning::Prefix(next) }
    }

    /// The keys of a command, as people write them.
    pub fn keys_of(&self, command: Command) -> Vec<String> {
        let written = |keys: &[Key]| keys.iter().map(Key::to_string).collect::<Vec<_>>().concat();
        self.bindings.iter().filter(|(_, bound)| *bound == command).map(|(keys, _)| written(keys)).collect()
    }
}

fn sequence(text: &str) -> Option<Vec<Key>> {
    let folded = |key: &str| Key::parse(key).map(Key::folded);
    let keys: Option<Vec<Key>> = text.split_whitespace().map(folded).collect();
    keys.filter(|keys| !keys.is_empty())
}

/// Keys that terminals, tmux and ssh keep for themselves (`product.md`, Keys).
fn is_lost(key: &Key) -> bool {
    key.ctrl && matches!(key.code, Code::Char('s' | 'q' | 'z' | 'b' | 'a' | 'c' | 'h'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn keys(text: &str) -> Vec<Key> {
        sequence(text).unwrap()
    }

    fn wish(name: &str, key: &str, line: usize) -> Wish {
        Wish { name: name.to_owned(), keys: vec![key.to_owned()], line }
    }

    #[test]
    fn every_command_has_one_row_with_its_own_name() {
        let names: HashSet<&str> = TABLE.iter().map(|row| row.name).collect();
        let commands: HashSet<Command> = TABLE.iter().map(|row| row.command).collect();
        assert_eq!((names.len(), commands.len()), (TABLE.len(), TABLE.len()));
    }

    #[test]
    fn every_key_of_the_table_is_a_key_and_belongs_to_one_command() {
        let map = Keymap::default();
        let written: usize = TABLE.iter().map(|row| row.keys.len()).sum();
        assert_eq!(map.bindings.len(), written);
        for (at, (one, _)) in map.bindings.iter().enumerate() {
            for (other, command) in &map.bindings[at + 1..] {
                assert!(!one.starts_with(other) && !other.starts_with(one), "{one:?} {command:?}");
            }
        }
    }

    #[test]
    fn a_prefix_lists_what_can_follow() {
        let map = Keymap::default();
        assert_eq!(map.meaning(&keys("j")), Meaning::Command(Command::Down));
        assert_eq!(map.meaning(&keys("g o")), Meaning::Command(Command::ViewOutbox));
        assert!(matches!(map.meaning(&keys("g")), Meaning::Prefix(next) if next.len() == 5));
        assert_eq!(map.meaning(&keys("g y")), Meaning::Nothing);
    }

    #[test]
    fn all_mistakes_of_a_user_are_told_together_with_their_lines() {
        let wishes =
            [wish("mute", "b", 3), wish("mutee", "c", 4), wish("warn", "Ctrl+w", 5), wish("note", "x", 6)];
        let mistakes = Keymap::with(&wishes).unwrap_err();
        assert_eq!(mistakes.len(), 3);
        let good = Keymap::with(&wishes[..1]).unwrap();
        assert_eq!(good.meaning(&keys("b")), Meaning::Command(Command::Mute));
        assert_eq!(good.meaning(&keys("m")), Meaning::Nothing);
    }
}
