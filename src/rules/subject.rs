//! What a detector sees of one message, and what it answers. Never more than the state holds.

use crate::model::flag::{Category, Confidence, Severity};
use crate::model::moment::Moment;
use crate::state::State;
use crate::state::members::Membership;
use crate::state::stream::Message;
use crate::text::fold::{Folded, fold};
use std::ops::Range;

const MINUTE_MS: i64 = 60_000;

/// One message with what is known about its author.
pub(in crate::rules) struct Subject<'a> {
    pub state: &'a State,
    pub message: &'a Message,
    pub standing: Option<&'a Membership>,
    pub folded: Folded,
}

/// What a detector found.
pub(in crate::rules) struct Finding {
    pub rule: String,
    pub version: u32,
    pub category: Category,
    pub severity: Severity,
    pub confidence: Confidence,
    /// In the original text, in bytes.
    pub span: Option<Range<usize>>,
    pub reason: crate::model::reason::Reason,
}

impl<'a> Subject<'a> {
    pub(in crate::rules) fn new(
        state: &'a State,
        message: &'a Message,
        standing: Option<&'a Membership>,
    ) -> Self {
        Self { state, message, standing, folded: fold(&message.text) }
    }

    /// A moderator allowed this text here, for a time that is not over.
    pub(in crate::rules) fn is_allowed(&self) -> bool {
        let Message { room, text, .. } = self.message;
        !text.is_empty()
            && self.state.allowed.covering(*room, self.folded.as_str(), self.state.last_at).is_some()
    }

    /// When it was said, by our clock for live messages: joins are stamped by our clock too.
    pub(in crate::rules) fn said_at(&self) -> Moment {
        if self.message.backfilled { self.message.at } else { self.state.last_at }
    }

    /// The author's messages of the last `seconds` up to this one, this one included, oldest first; at most
    /// [`crate::state::members::RECENT`] of them. Empty when this message has no rate.
    ///
    /// Logs of some clients tell only minutes. When every stamp is a whole minute, what was said may lie up to a
    /// minute further apart than the stamps do, and only what surely lies in the window counts.
    pub(in crate::rules) fn lately(&self, seconds: u32) -> Vec<&'a Message> {
        let window = i64::from(seconds).saturating_mul(1000);
        let said = self.said_within(window);
        if said.iter().all(|message| message.at.0 % MINUTE_MS == 0) {
            self.said_within(window - MINUTE_MS)
        } else {
            said
        }
    }

    fn said_within(&self, milliseconds: i64) -> Vec<&'a Message> {
        let message = self.message;
        // Absent times are filled with our own: a fetched page of them would all be said in the same moment.
        let untimed = message.backfilled && message.at == self.state.last_at;
        let Some(standing) = self.standing.filter(|_| !untimed) else { return Vec::new() };
        let window = 0..=milliseconds;
        let in_window = |at: &Moment| window.contains(&message.at.since(*at));
        standing
            .recent
            .iter()
            .filter(|(_, at)| in_window(at))
            .filter_map(|(id, _)| self.state.stream.message(*id))
            .filter(|said| said.backfilled == message.backfilled)
            .collect()
    }

    /// Whether a folded stretch was written otherwise than people ordinarily write `meant`: more than upper case, the
    /// full width of an input method, and a space between Chinese and Latin had to be undone.
    pub(in crate::rules) fn is_disguised(&self, folded: Range<usize>, meant: &str) -> bool {
        let written = self.message.text.get(self.folded.source(folded)).unwrap_or_default();
        joined(&plain(written)) != joined(meant)
    }
}

/// Without the spaces that good typography puts between Chinese and Latin.
fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let latin = |character: &char| character.is_ascii_alphanumeric();
        let border = character == ' '
            && out.chars().next_back().is_some_and(|before| latin(&before)) != rest.peek().is_some_and(latin);
        if !border {
            out.push(character);
        }
    }
    out
}

/// Lower case, one width, one space for a run of white space; nothing else.
fn plain(written: &str) -> String {
    let mut out = String::with_capacity(written.len());
    for character in written.chars() {
        match character {
            'Ａ'..='Ｚ' | '！'..='～' => {
                // The full-width forms repeat ASCII in its order.
                let ascii = char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character);
                out.push(ascii.to_ascii_lowercase());
            }
            _ if character.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            _ => out.extend(character.to_lowercase()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::rules::subject::{joined, plain};

    #[test]
    fn case_width_and_spacing_are_no_disguise() {
        assert_eq!(plain("加Ｖ  ＸＩＮ！"), "加v xin!");
        assert_ne!(plain("加\u{200b}v"), "加v");
        assert_eq!(joined("加 v 聊"), "加v聊");
        assert_eq!(joined("领 取 a b"), "领 取a b");
    }
}
