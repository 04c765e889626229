//! The handwritten conversations, as they stand in `talk/*.txt`.
//!
//! A conversation begins with `== title`. `A: text` is a line of the person who plays A; `A^: text` answers the line
//! before, `A^B: text` the last line of B, `A[image]: text` is a picture. `@B` mentions whoever plays B, `{word}` is one of
//! the words listed as `{word} = one | two` at the top of the file, `\u{200b}` is that character. `#` begins a remark.

use crate::model::message::Kind;
use std::collections::BTreeMap;

/// One file of conversations.
#[derive(Debug, Clone, Default)]
pub struct Talk {
    words: Vec<(String, Vec<String>)>,
    pub conversations: Vec<Conversation>,
}

/// What the words in braces stand for, in one conversation.
pub type Words = Vec<(String, String)>;

/// Some lines that belong together.
#[derive(Debug, Clone, Default)]
pub struct Conversation {
    pub title: String,
    pub lines: Vec<Line>,
}

/// One line, before it has a speaker.
#[derive(Debug, Clone)]
pub struct Line {
    /// Who says it, as a letter.
    pub part: char,
    pub kind: Kind,
    pub answers: Answers,
    text: String,
}

/// Which line a line answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// None in particular.
    Nothing,
    /// The line before.
    Before,
    /// The last line of this part.
    LastOf(char),
}

/// A file that does not follow the form: its line number and what is wrong.
#[derive(Debug, PartialEq, Eq)]
pub struct Misprint(pub usize, pub &'static str);

impl Talk {
    /// Reads a file. What cannot be read is left out and listed; a test keeps that list empty.
    pub fn read(source: &str) -> (Self, Vec<Misprint>) {
        let mut talk = Self::default();
        let mut misprints = Vec::new();
        for (line, number) in source.lines().zip(1..) {
            if let Err(wrong) = talk.read_line(line.trim()) {
                misprints.push(Misprint(number, wrong));
            }
        }
        (talk, misprints)
    }

    fn read_line(&mut self, line: &str) -> Result<(), &'static str> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if let Some(title) = line.strip_prefix("== ") {
            self.conversations.push(Conversation { title: title.to_owned(), lines: Vec::new() });
            return Ok(());
        }
        if let Some((word, choices)) = line.strip_prefix('{').and_then(|rest| rest.split_once("} = ")) {
            self.words.push((format!("{{{word}}}"), choices.split(" | ").map(str::to_owned).collect()));
            return Ok(());
        }
        let (head, text) = line.split_once(": ").ok_or("no speaker")?;
        let conversation = self.conversations.last_mut().ok_or("no title")?;
        conversation.lines.push(read_head(head, unescaped(text)?)?);
        Ok(())
    }

    /// One choice for each listed word, the same throughout a conversation.
    pub fn choose_words(&self, dice: &mut fastrand::Rng) -> Words {
        self.words
            .iter()
            .filter_map(|(word, choices)| Some((word.clone(), dice.choice(choices)?.clone())))
            .collect()
    }
}

impl Line {
    /// The same line with something behind it.
    pub fn end_with(&mut self, ending: &str) {
        self.text.push_str(ending);
    }

    /// The text with its words filled in and its mentions named, and the parts it mentions.
    pub fn spoken(&self, words: &[(String, String)], names: &BTreeMap<char, String>) -> (String, Vec<char>) {
        let filled = words.iter().fold(self.text.clone(), |text, (word, choice)| text.replace(word, choice));
        let mut mentioned = Vec::new();
        let mut pieces = filled.split('@');
        let mut spoken = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            spoken.push('@');
            let mut rest = piece.chars();
            match rest.next().and_then(|part| names.get(&part).map(|name| (part, name))) {
                Some((part, name)) => {
                    mentioned.push(part);
                    spoken.push_str(name);
                    spoken.push_str(rest.as_str());
                }
                None => spoken.push_str(piece),
            }
        }
        (spoken, mentioned)
    }
}

/// `A`, `A^`, `A^B`, `A[image]`
fn read_head(head: &str, text: String) -> Result<Line, &'static str> {
    let mut rest = head.chars();
    let part = rest.next().filter(char::is_ascii_uppercase).ok_or("a part is a capital letter")?;
    let (kind, answers) = match rest.as_str() {
        "" => (Kind::Text, Answers::Nothing),
        "[image]" => (Kind::Image, Answers::Nothing),
        "^" => (Kind::Text, Answers::Before),
        other => match other.strip_prefix('^').map(|part| (part.chars().next(), part.len())) {
            Some((Some(answered), 1)) if answered.is_ascii_uppercase() => {
                (Kind::Text, Answers::LastOf(answered))
            }
            _ => return Err("what follows the part is not known"),
        },
    };
    Ok(Line { part, kind, answers, text })
}

/// `\u{200b}` becomes the character.
fn unescaped(text: &str) -> Result<String, &'static str> {
    let mut pieces = text.split("\\u{");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (code, rest) = piece.split_once('}').ok_or("an escape without its end")?;
        let character = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
        plain.push(character.ok_or("an escape that is no character")?);
        plain.push_str(rest);
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_with_their_marks() {
        let (talk, misprints) = Talk::read(
            "{x} = one\n== t\nA: say {x}\u{20}@B @Z\nB^A: 加\\u{200b}V\nB[image]: p\n? no\nC^^: x",
        );
        assert_eq!(misprints, [Misprint(6, "no speaker"), Misprint(7, "what follows the part is not known")]);
        let lines = &talk.conversations[0].lines;
        let names = BTreeMap::from([('B', "K.K. @A".to_owned()), ('A', "a".to_owned())]);
        let words = talk.choose_words(&mut fastrand::Rng::with_seed(1));
        assert_eq!(lines[0].spoken(&words, &names), ("say one @K.K. @A @Z".to_owned(), vec!['B']));
        assert_eq!(
            (lines[1].answers, lines[1].spoken(&words, &names).0.as_str()),
            (Answers::LastOf('A'), "加\u{200b}V")
        );
        assert_eq!(lines[2].kind, Kind::Image);
    }
}
