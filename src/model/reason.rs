//! A sentence for a person, as data: a catalogue key and its arguments. `language/` turns it into words.

use serde::{Deserialize, Serialize};

/// Why something is so, in a form that every language can word.
///
/// `key` is a message id of the catalogues in `language/`; a test checks that each key written in the code is there.
/// Arguments may hold foreign text (a server's error); whoever shows them passes them through `text::reveal`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reason {
    pub key: String,
    pub args: Vec<(String, String)>,
}

impl Reason {
    /// A reason without arguments.
    pub fn new(key: &str) -> Self {
        Self { key: key.to_owned(), args: Vec::new() }
    }

    /// The same reason with one more argument.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.args.push((name.to_owned(), value.to_string()));
        self
    }
}
