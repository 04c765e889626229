//! A bit for each message of a block: which of them pass. Bits beyond the last message are never set.

use crate::state::archive::column::Column;

/// One bit a message.
#[derive(Debug, Clone)]
pub(super) struct Bits {
    words: Vec<u64>,
    length: usize,
}

impl Bits {
    pub(super) fn none(length: usize) -> Self {
        Self { words: vec![0; length.div_ceil(64)], length }
    }

    pub(super) fn all(length: usize) -> Self {
        let mut bits = Self { words: vec![u64::MAX; length.div_ceil(64)], length };
        bits.cut();
        bits
    }

    pub(super) fn of<T>(column: &[T], holds: impl Fn(&T) -> bool) -> Self {
        let word = |chunk: &[T]| {
            chunk.iter().enumerate().fold(0, |word, (bit, value)| word | (u64::from(holds(value)) << bit))
        };
        Self { words: column.chunks(64).map(word).collect(), length: column.len() }
    }

    /// Of which numbers this holds.
    pub(super) fn of_numbers(column: &Column, holds: impl Fn(u32) -> bool) -> Self {
        match column {
            Column::Whole(numbers) => Self::of(numbers, |number| holds(*number)),
            Column::Bytes(least, rests) => Self::of(rests, |rest| holds(least + u32::from(*rest))),
            Column::Pairs(least, rests) => Self::of(rests, |rest| holds(least + u32::from(*rest))),
        }
    }

    pub(super) fn set(&mut self, at: usize) {
        if let Some(word) = self.words.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    pub(super) fn and(&mut self, other: &Bits) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    pub(super) fn or(&mut self, other: &Bits) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// These, but none of the others.
    pub(super) fn without(&self, other: &Bits) -> Self {
        let words = self.words.iter().zip(&other.words).map(|(word, other)| word & !other);
        Self { words: words.collect(), length: self.length }
    }

    pub(super) fn flip(&mut self) {
        self.words.iter_mut().for_each(|word| *word = !*word);
        self.cut();
    }

    /// Bits beyond the end are never set.
    fn cut(&mut self) {
        let beyond = self.words.len() * 64 - self.length;
        if let Some(last) = self.words.last_mut() {
            *last &= u64::MAX.checked_shr(u32::try_from(beyond).unwrap_or(0)).unwrap_or(0);
        }
    }

    pub(super) fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub(super) fn ones(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                left &= left.wrapping_sub(1);
                (bit < 64).then_some(at * 64 + bit)
            })
        })
    }
}
