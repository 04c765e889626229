//! Names as they are looked for: as written (folded), in pinyin, or in its initials. For one name, and for all at once.
//!
//! [`Names`] holds every member's name in two contiguous texts, so that asking whom a few letters mean is one pass over
//! some megabytes, not a hundred thousand readings of Chinese.

use crate::model::id::MemberId;
use crate::text::{fold, fuzzy};
use memchr::memmem;

/// What a name is looked for by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// As [`fold::fold_words`] makes it.
    pub needle: String,
    /// Whether pinyin and its initials count: for a single letter nearly every name would do.
    pub by_sound: bool,
}

impl Called {
    /// What `from:` and `room:` look for.
    pub fn by(text: &str) -> Self {
        Self { needle: fold::fold_words(text), by_sound: true }
    }

    /// What a bare word looks for: by sound only from two letters on.
    pub fn by_the_way(text: &str) -> Self {
        let needle = fold::fold_words(text);
        let by_sound = needle.chars().nth(1).is_some();
        Self { needle, by_sound }
    }

    /// Whether somebody of this name is meant.
    pub fn means(&self, name: &str) -> bool {
        if fold::fold_words(name).contains(&self.needle) {
            return true;
        }
        if !self.by_sound || name.is_ascii() {
            return false;
        }
        let (full, initials) = fuzzy::pinyin_keys(name);
        let needle = self.sound();
        !needle.is_empty() && (full.contains(&needle) || initials.contains(&needle))
    }

    /// `zhang san` sounds as `zhangsan`.
    fn sound(&self) -> String {
        self.needle.replace(' ', "")
    }
}

/// Members, by id: one bit each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MemberSet(Vec<u64>);

impl MemberSet {
    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Whether a member is in it.
    pub fn has(&self, member: MemberId) -> bool {
        let (word, bit) = split(member);
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }

    /// Puts a member in.
    pub fn insert(&mut self, member: MemberId) {
        let (word, bit) = split(member);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= bit;
        }
    }
}

fn split(member: MemberId) -> (usize, u64) {
    (usize::try_from(member.0 >> 6).unwrap_or(usize::MAX), 1 << (member.0 & 63))
}

/// Every member's name, ready to be looked through.
#[derive(Debug, Clone, Default)]
pub struct Names {
    written: Lines,
    spoken: Lines,
    /// For each member, by id, how often he was named: only his newest line counts.
    newest: Vec<u32>,
}

/// One key a line, and whose: `text` holds no line break but the one that ends each.
#[derive(Debug, Clone, Default)]
struct Lines {
    text: Vec<u8>,
    /// Where each line ends, whose it is, and the how manieth naming of his it is.
    lines: Vec<(u32, MemberId, u32)>,
}

impl Names {
    /// A member's name from now on.
    pub fn call(&mut self, member: MemberId, name: &str) {
        let place = usize::try_from(member.0).unwrap_or(usize::MAX);
        // Ids are given one after the other; one far beyond all others is not ours, and must not cost its size.
        if place > self.newest.len() + (1 << 20) {
            return;
        }
        if self.newest.len() <= place {
            self.newest.resize(place + 1, 0);
        }
        let Some(naming) = self.newest.get_mut(place) else { return };
        *naming += 1;
        let naming = *naming;
        self.written.push(&fold::fold_words(name), member, naming);
        if !name.is_ascii() {
            let (full, initials) = fuzzy::pinyin_keys(name);
            self.spoken.push(&full, member, naming);
            self.spoken.push(&initials, member, naming);
        }
    }

    /// Whom a name means.
    pub fn who(&self, called: &Called) -> MemberSet {
        let mut set = MemberSet::default();
        let newest = &self.newest;
        self.written.find(&called.needle, newest, &mut set);
        if called.by_sound {
            self.spoken.find(&called.sound(), newest, &mut set);
        }
        set
    }
}

impl Lines {
    fn push(&mut self, key: &str, member: MemberId, naming: u32) {
        self.text.extend(key.bytes().map(|byte| if byte == b'\n' { b' ' } else { byte }));
        self.text.push(b'\n');
        // Four gigabytes of names are not kept: whoever comes after them is found only as he speaks.
        if let Ok(end) = u32::try_from(self.text.len()) {
            self.lines.push((end, member, naming));
        }
    }

    fn find(&self, needle: &str, newest: &[u32], set: &mut MemberSet) {
        if needle.is_empty() {
            return;
        }
        let finder = memmem::Finder::new(needle);
        let mut from = 0;
        while let Some(found) = self.text.get(from..).and_then(|rest| finder.find(rest)) {
            let at = from + found;
            let line = self.lines.partition_point(|line| line.0 as usize <= at);
            let Some((end, member, naming)) = self.lines.get(line) else { return };
            let place = usize::try_from(member.0).unwrap_or(usize::MAX);
            if newest.get(place) == Some(naming) {
                set.insert(*member);
            }
            from = *end as usize;
        }
    }
}
