//! Finds a name by a few of its letters: `zs`, `zhang` and `李s` find 张三 and 李四.
//!
//! The only file that knows `fuzzy_matcher` and pinyin. Scores compare within one pattern only; higher is better.
//! Never looks further than `REACH` characters into a candidate for pinyin, so that a hostile name costs little.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use pinyin::{ToPinyin, ToPinyinMulti};

use crate::text::kind;

/// Characters of a candidate that are read as pinyin, and of a pattern that are tried; names are shorter.
const REACH: usize = 64;
/// How far into a name its sound is read.
pub(super) const READ: usize = REACH;
/// Cells of the matrix that skim may fill; beyond it, skim falls back to its simple linear match.
const SKIM_CELLS: usize = 1 << 16;

/// Skim gives 16 for a letter that matches; pinyin is on the same scale.
const LETTER: i64 = 16;
/// A syllable begins here: worth half a letter, as skim's bonus for the head of a word.
const SYLLABLE: i64 = 8;
/// The match begins with the name.
const FIRST: i64 = 8;
/// The character itself was typed, which says more than its sound.
const LITERAL: i64 = 16;
/// A character of the name was passed over between two matches.
const GAP: i64 = -4;

/// Scores candidates; keeps the matcher's buffers between calls.
pub struct Finder {
    matcher: SkimMatcherV2,
}

impl Default for Finder {
    fn default() -> Self {
        Self::new()
    }
}

impl Finder {
    pub fn new() -> Self {
        Self { matcher: SkimMatcherV2::default().smart_case().element_limit(SKIM_CELLS) }
    }

    /// How well the pattern finds the candidate; `None` when it does not. An empty pattern finds all, with 0.
    /// A pattern without capitals finds either case; one with capitals must agree (pinyin has no case).
    pub fn score(&self, pattern: &str, candidate: &str) -> Option<i64> {
        if pattern.is_empty() {
            return Some(0);
        }
        let as_written = self.matcher.fuzzy_match(candidate, pattern);
        let as_spoken = if candidate.is_ascii() { None } else { pinyin_score(pattern, candidate) };
        as_written.max(as_spoken)
    }

    /// The best candidates and their scores, best first, then in the order of their numbers; at most `limit`.
    pub fn rank<'a>(
        &self,
        pattern: &str,
        candidates: impl Iterator<Item = (usize, &'a str)>,
        limit: usize,
    ) -> Vec<(usize, i64)> {
        let mut found: Vec<_> = candidates
            .filter_map(|(number, candidate)| Some((number, self.score(pattern, candidate)?)))
            .collect();
        found.sort_by_key(|&(number, score)| (std::cmp::Reverse(score), number));
        found.truncate(limit);
        found
    }
}

/// [`Finder::score`] for a single question.
pub fn score(pattern: &str, candidate: &str) -> Option<i64> {
    Finder::new().score(pattern, candidate)
}

/// [`Finder::rank`] with a matcher of its own.
pub fn rank<'a>(
    pattern: &str,
    candidates: impl Iterator<Item = (usize, &'a str)>,
    limit: usize,
) -> Vec<(usize, i64)> {
    Finder::new().rank(pattern, candidates, limit)
}

/// The name in full pinyin and in initials, by the most usual reading: 张三 → (`zhangsan`, `zs`).
/// Other characters stand for themselves, in lower case; what cannot be seen in a name is not looked for in it.
pub fn pinyin_keys(name: &str) -> (String, String) {
    let mut full = String::with_capacity(name.len() * 2);
    let mut initials = String::with_capacity(name.len());
    let seen = |character: &char| !kind::is_invisible(*character) && !kind::is_bidi(*character);
    for character in name.chars().filter(seen) {
        match character.to_pinyin() {
            Some(reading) => {
                full.extend(reading.plain().chars().map(typed_as));
                initials.extend(reading.plain().chars().next());
            }
            None => {
                full.extend(character.to_lowercase());
                initials.extend(character.to_lowercase());
            }
        }
    }
    (full, initials)
}

/// The best way to spell the whole pattern along the candidate: each character of the candidate takes itself, or
/// the beginning of one of its readings, or nothing. `best[n]` is the score of the first `n` letters spelt so far.
fn pinyin_score(pattern: &str, candidate: &str) -> Option<i64> {
    let letters: Vec<char> =
        pattern.chars().filter(|letter| *letter != ' ').flat_map(char::to_lowercase).collect();
    if letters.is_empty() || letters.len() > REACH {
        return None;
    }
    let mut best: Vec<Option<i64>> = vec![None; letters.len() + 1];
    let mut spoken = false;
    for (place, character) in candidate.chars().take(REACH).enumerate() {
        let mut next: Vec<Option<i64>> = best.iter().map(|score| score.map(|score| score + GAP)).collect();
        // A finished match does not pay for what follows it; an unbegun one may begin anywhere.
        if let (Some(done), Some(score)) = (next.last_mut(), best.last()) {
            *done = *score;
        }
        let start = if place == 0 { FIRST } else { 0 };
        for (spelt, rest) in (0..letters.len()).filter_map(|spelt| Some((spelt, letters.get(spelt..)?))) {
            let Some(score) = (if spelt == 0 { Some(start) } else { best.get(spelt).copied().flatten() })
            else {
                continue;
            };
            for (taken, gain) in ways(character, rest) {
                spoken |= gain.spoken;
                raise(&mut next, spelt + taken, score + gain.score);
            }
        }
        best = next;
    }
    best.last().copied().flatten().filter(|_| spoken)
}

struct Gain {
    score: i64,
    spoken: bool,
}

/// How many letters this character can take from the beginning of `letters`, and what each way is worth.
fn ways(character: char, letters: &[char]) -> Vec<(usize, Gain)> {
    let mut ways = Vec::new();
    if letters.first().is_some_and(|letter| character.to_lowercase().eq([*letter])) {
        ways.push((1, Gain { score: LETTER + LITERAL, spoken: false }));
    }
    let readings = character.to_pinyin_multi().into_iter().flatten();
    for reading in readings {
        let common = reading
            .plain()
            .chars()
            .zip(letters)
            .take_while(|(spoken, typed)| is_typed(*spoken, **typed))
            .count();
        for taken in 1..=common {
            let score = SYLLABLE + LETTER * i64::try_from(taken).unwrap_or(0);
            ways.push((taken, Gain { score, spoken: true }));
        }
    }
    ways
}

/// Whether a character is read aloud, that is, has a sound in pinyin.
pub(super) fn is_read(character: char) -> bool {
    character.to_pinyin().is_some()
}

/// Tells every way in which a character can be spelt, as people type it; `lü` also as `lv` and `lu`.
pub(super) fn readings(character: char, mut tell: impl FnMut(&str)) {
    for reading in character.to_pinyin_multi().into_iter().flatten() {
        let plain = reading.plain();
        tell(plain);
        if plain.contains('ü') {
            tell(&plain.replace('ü', "v"));
            tell(&plain.replace('ü', "u"));
        }
    }
}

/// Input methods write ü as v.
fn typed_as(spoken: char) -> char {
    if spoken == 'ü' { 'v' } else { spoken }
}

fn is_typed(spoken: char, typed: char) -> bool {
    spoken == typed || (spoken == 'ü' && matches!(typed, 'v' | 'u'))
}

fn raise(best: &mut [Option<i64>], at: usize, score: i64) {
    if let Some(place) = best.get_mut(at) {
        *place = (*place).max(Some(score));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop, proptest};

    use super::{pinyin_keys, rank, score};
    use crate::text::reveal::tests::hostile_text;

    fn finds(pattern: &str, candidate: &str) {
        assert!(score(pattern, candidate).is_some(), "{pattern} should find {candidate}");
    }

    fn misses(pattern: &str, candidate: &str) {
        assert_eq!(score(pattern, candidate), None, "{pattern} should not find {candidate}");
    }

    #[test]
    fn a_name_is_found_by_its_sound() {
        for pattern in
            ["zs", "zhang", "zhangs", "zhangsan", "zhang san", "zsan", "张s", "张san", "张三", "san", "ZS"]
        {
            finds(pattern, "张三");
        }
        for pattern in ["sz", "zhsa x", "zx", "zhangsanl", "李s", "zhg"] {
            misses(pattern, "张三");
        }
        finds("李s", "李四");
        finds("zs", "张小三");
        finds("lvbu", "吕布");
        finds("xwGroup", "小王 Group");
    }

    #[test]
    fn every_reading_of_a_character_counts() {
        finds("cq", "重庆");
        finds("zhongqing", "重庆");
        finds("chongqing", "重庆");
        finds("zeng", "曾");
        finds("shan", "单");
    }

    #[test]
    fn case_matters_only_when_it_is_typed() {
        finds("mute", "Mute member");
        finds("Mute", "Mute member");
        misses("MUTE", "Mute member");
        finds("mm", "mute_member");
    }

    #[test]
    fn the_closest_name_comes_first() {
        let names = ["王张小三", "张小三", "张三", "zs", "李四"];
        let order = |pattern| {
            rank(pattern, names.into_iter().enumerate(), 10)
                .into_iter()
                .map(|(at, _)| names[at])
                .collect::<Vec<_>>()
        };
        assert_eq!(order("张三")[0], "张三");
        assert_eq!(order("zhangs"), ["张三", "张小三", "王张小三"]);
        assert_eq!(order("").len(), 5);
        assert_eq!(rank("zs", names.into_iter().enumerate(), 2).len(), 2);
        assert_eq!(rank("", [(4, "a"), (2, "b")].into_iter(), 9), [(2, 0), (4, 0)]);
    }

    #[test]
    fn keys_are_the_full_sound_and_the_initials() {
        assert_eq!(pinyin_keys("张三"), ("zhangsan".to_owned(), "zs".to_owned()));
        assert_eq!(pinyin_keys("张\u{200b}\u{202e}三"), ("zhangsan".to_owned(), "zs".to_owned()));
        assert_eq!(pinyin_keys("小王A1"), ("xiaowanga1".to_owned(), "xwa1".to_owned()));
    }

    proptest! {
        #[test]
        fn any_name_is_found_by_itself_and_by_nothing_longer(name in hostile_text(), more in "[a-z]{1,5}") {
            finds(&name, &name);
            misses(&format!("{name}{more}"), &name);
        }

        #[test]
        fn the_keys_of_a_name_find_it(name in prop::string::string_regex("[张王李赵小明重庆吕a-z]{1,12}").unwrap()) {
            let (full, initials) = pinyin_keys(&name);
            finds(&full, &name);
            finds(&initials, &name);
        }
    }
}
