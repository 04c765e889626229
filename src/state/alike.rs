//! Which messages say nearly the same as one: the hand that takes a whole wave of near-equal lines.

use crate::model::id::MessageId;
use crate::state::State;
use crate::state::stream::{Line, Message};
use crate::text::fold::near;
use std::collections::BTreeSet;

/// How far apart in time two messages may be and still belong together, in milliseconds: a wave of accounts comes
/// within minutes.
const WAVE_MS: i64 = 15 * 60_000;
/// How many of the newest lines are looked at.
const LOOKED_AT: usize = 4000;
/// The share of letter pairs that two texts must have in common (Jaccard): near-copies of an advertisement with other
/// numbers and emoji lie above 0.6, two people on one subject below 0.3.
const IN_COMMON: f64 = 0.5;
/// Shorter texts belong together only when they are equal: two letters in common say nothing.
const LETTERS: usize = 8;

/// The messages in memory that say nearly the same as `message` within some minutes of it, itself included, oldest
/// first. Our own are never among them.
pub fn to(state: &State, message: &Message) -> Vec<MessageId> {
    let wanted = Said::of(message);
    let near_in_time = |other: &&Message| other.at.since(message.at).abs() <= WAVE_MS && !other.own;
    let mut found: Vec<MessageId> = state
        .stream
        .lines()
        .iter()
        .rev()
        .take(LOOKED_AT)
        .filter_map(|line| if let Line::Message(other) = line { Some(other) } else { None })
        .filter(near_in_time)
        .filter(|other| other.id == message.id || Said::of(other).is_near(&wanted))
        .map(|other| other.id)
        .collect();
    if !found.contains(&message.id) {
        found.push(message.id);
    }
    found.sort_unstable();
    found
}

/// What a message says: its folded letters, and their pairs.
struct Said {
    text: String,
    pairs: BTreeSet<(char, char)>,
}

impl Said {
    fn of(message: &Message) -> Self {
        let text = near(&message.text);
        let pairs = text.chars().zip(text.chars().skip(1)).collect();
        Self { text, pairs }
    }

    fn is_near(&self, other: &Said) -> bool {
        if self.text == other.text {
            return !self.text.is_empty();
        }
        let short = |said: &Said| said.text.chars().count() < LETTERS;
        if short(self) || short(other) {
            return false;
        }
        let common = self.pairs.intersection(&other.pairs).count();
        let all = self.pairs.len() + other.pairs.len() - common;
        // Counts of pairs in one message: far below what an f64 holds exactly.
        common as f64 >= IN_COMMON * all as f64
    }
}
