//! What a seat may look at while it decides what a key means.

use crate::ui::scene::Scene;

/// The world as a seat sees it, borrowed for one message.
#[derive(Clone, Copy)]
pub struct Env<'a> {
    /// What it could draw.
    pub scene: Scene<'a>,
    /// The configured warnings; when empty, the catalogue's.
    pub warnings: &'a [String],
}

impl Env<'_> {
    /// The warning under a digit 1 to 9, if there is one.
    pub fn warning(&self, digit: char) -> Option<String> {
        self.warnings_by_digit().into_iter().find(|(key, _)| *key == digit).map(|(_, text)| text)
    }

    /// All reminders with their digits.
    pub fn reminders_by_digit(&self) -> Vec<(char, String)> {
        let keys = ["reminder-1", "reminder-2", "reminder-3", "reminder-4"];
        ('1'..='9').zip(keys.iter().map(|key| self.scene.say(key))).collect()
    }

    /// All warnings with their digits.
    pub fn warnings_by_digit(&self) -> Vec<(char, String)> {
        let texts: Vec<String> = if self.warnings.is_empty() {
            ["warning-1", "warning-2", "warning-3", "warning-4"]
                .iter()
                .map(|key| self.scene.say(key))
                .collect()
        } else {
            self.warnings.to_vec()
        };
        ('1'..='9').zip(texts).collect()
    }
}
