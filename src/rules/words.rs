//! Words and phrases that the group does not want, found in whatever dress they come. Never finds a Latin word inside
//! a longer one, and never remarks on a phrase that an exception covers.

use crate::model::flag::{Category, Confidence, Severity};
use crate::model::reason::Reason;
use crate::rules::subject::{Finding, Subject};
use crate::rules::version::version;
use crate::rules::{Mistake, starter};
use crate::text::fold::fold_words;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

/// How many different words a reason names.
const NAMED: usize = 3;
/// A single letter or sign is in half of all messages.
const SHORTEST_WORD: usize = 2;
/// Raised when this detector comes to judge differently.
const CODE: u32 = 1;

/// Which words are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Whether the lists that come with the program are used too.
    pub starter: bool,
    /// Further lists; one with the id of a starter list takes its place.
    pub lists: Vec<List>,
}

/// One list of words with one consequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct List {
    /// Names the rule: `words/<id>`.
    pub id: String,
    /// Solicitation is S2 (`operations.md` §5.2).
    pub severity: Severity,
    pub category: Category,
    /// Words and phrases; compared after folding, Latin ones on word edges.
    pub words: Vec<String>,
    /// Longer phrases inside which a word is not meant.
    pub except: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { starter: true, lists: Vec::new() }
    }
}

impl Default for List {
    fn default() -> Self {
        Self {
            id: String::new(),
            severity: Severity::S2,
            category: Category::Advertisement,
            words: Vec::new(),
            except: Vec::new(),
        }
    }
}

impl Settings {
    /// The lists in use, the starter set first.
    pub fn lists_in_use(&self) -> Vec<List> {
        let replaced = |id: &str| self.lists.iter().any(|list| list.id == id);
        let starter = if self.starter { starter::lists() } else { Vec::new() };
        starter.into_iter().filter(|list| !replaced(&list.id)).chain(self.lists.iter().cloned()).collect()
    }

    pub(in crate::rules) fn mistakes(&self) -> Vec<Mistake> {
        let mut ids = BTreeSet::new();
        self.lists.iter().flat_map(|list| list.mistakes(!ids.insert(list.id.as_str()))).collect()
    }
}

impl List {
    fn mistakes(&self, repeated: bool) -> Vec<Mistake> {
        let rule = format!("words/{}", self.id);
        let mistake = |setting, reason| Mistake { rule: rule.clone(), setting, reason };
        let mut found = Vec::new();
        let plain = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_');
        if self.id.is_empty() || !self.id.chars().all(plain) {
            found.push(mistake("id", Reason::new("mistake-list-id").with("id", &self.id)));
        }
        if repeated {
            found.push(mistake("id", Reason::new("mistake-list-twice").with("id", &self.id)));
        }
        if self.words.is_empty() {
            found.push(mistake("words", Reason::new("mistake-list-empty")));
        }
        for (setting, words) in [("words", &self.words), ("except", &self.except)] {
            let short = |word: &&String| fold_words(word).chars().count() < SHORTEST_WORD;
            let reason = |word| Reason::new("mistake-word-short").with("word", word);
            found.extend(words.iter().filter(short).map(|word| mistake(setting, reason(word))));
        }
        found
    }
}

/// Lists made ready for finding: one pass over the text, asking at each character only for words that begin with it.
#[derive(Debug)]
pub(in crate::rules) struct Words {
    lists: Vec<Compiled>,
    words: Vec<Word>,
    beginning_with: HashMap<char, Vec<usize>>,
}

#[derive(Debug)]
struct Compiled {
    rule: String,
    version: u32,
    severity: Severity,
    category: Category,
    except: Vec<String>,
}

#[derive(Debug)]
struct Word {
    list: usize,
    written: String,
    folded: String,
}

struct Hit {
    word: usize,
    at: Range<usize>,
}

impl Words {
    pub(in crate::rules) fn new(settings: &Settings) -> Self {
        let mut made = Self { lists: Vec::new(), words: Vec::new(), beginning_with: HashMap::new() };
        for (list, source) in settings.lists_in_use().iter().enumerate() {
            made.lists.push(Compiled {
                rule: format!("words/{}", source.id),
                version: version(CODE, source),
                severity: source.severity,
                category: source.category,
                except: source.except.iter().map(|phrase| fold_words(phrase)).collect(),
            });
            for written in &source.words {
                made.add(Word { list, written: written.clone(), folded: fold_words(written) });
            }
        }
        made
    }

    fn add(&mut self, word: Word) {
        if let Some(first) = word.folded.chars().next() {
            self.beginning_with.entry(first).or_default().push(self.words.len());
            self.words.push(word);
        }
    }

    pub(in crate::rules) fn judge(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let hits = self.hits(subject.folded.as_str());
        if hits.is_empty() {
            return Vec::new();
        }
        let of_list = |list: usize| {
            let own =
                hits.iter().filter(|hit| self.words.get(hit.word).is_some_and(|word| word.list == list));
            outermost(own.collect())
        };
        let lists = self.lists.iter().enumerate();
        lists.filter_map(|(at, list)| self.finding(subject, list, &of_list(at))).collect()
    }

    /// Every place where a word stands on its edges, from left to right.
    fn hits(&self, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (start, first) in text.char_indices() {
            for word in self.beginning_with.get(&first).into_iter().flatten() {
                let Some(folded) = self.words.get(*word).map(|word| word.folded.as_str()) else { continue };
                let Some(length) = text.get(start..).and_then(|rest| length_of(rest, folded)) else {
                    continue;
                };
                let at = start..start + length;
                if on_edges(text, &at, folded) {
                    hits.push(Hit { word: *word, at });
                }
            }
        }
        hits
    }

    fn finding(&self, subject: &Subject<'_>, list: &Compiled, hits: &[&Hit]) -> Option<Finding> {
        let text = subject.folded.as_str();
        let meant: Vec<&Hit> = hits.iter().copied().filter(|hit| !is_excepted(text, list, hit)).collect();
        let is_disguised = |hit: &&&Hit| {
            self.words.get(hit.word).is_some_and(|word| subject.is_disguised(hit.at.clone(), &word.folded))
        };
        let disguised = meant.iter().any(|hit| is_disguised(&hit));
        let plain = meant.iter().find(|hit| !is_disguised(hit));
        let shown = plain.or(meant.first())?;
        let mut named: Vec<&str> = Vec::new();
        for word in meant.iter().filter_map(|hit| self.words.get(hit.word)) {
            if !named.contains(&word.written.as_str()) && named.len() < NAMED {
                named.push(&word.written);
            }
        }
        Some(Finding {
            rule: list.rule.clone(),
            version: list.version,
            category: list.category,
            severity: list.severity,
            confidence: if plain.is_some() { Confidence::Certain } else { Confidence::Likely },
            span: Some(subject.folded.source(shown.at.clone())),
            reason: Reason::new("flag-words")
                .with("words", named.join("、"))
                .with("count", meant.len())
                .with("disguised", if disguised { "yes" } else { "no" }),
        })
    }
}

/// How long `word` is at the beginning of `text`, in bytes, if it stands there. Chinese needs no spaces, so one
/// between its characters changes nothing; a Latin word falls apart by it.
fn length_of(text: &str, word: &str) -> Option<usize> {
    if text.starts_with(word) {
        return Some(word.len());
    }
    if word.is_ascii() {
        return None;
    }
    let mut rest = text;
    for character in word.chars() {
        rest = rest.strip_prefix(character).or_else(|| rest.strip_prefix(' ')?.strip_prefix(character))?;
    }
    Some(text.len() - rest.len())
}

/// Hits that do not lie inside a longer one, from left to right.
fn outermost(mut hits: Vec<&Hit>) -> Vec<&Hit> {
    hits.sort_by_key(|hit| (hit.at.start, std::cmp::Reverse(hit.at.end), hit.word));
    let mut covered = 0;
    hits.retain(|hit| {
        let outside = hit.at.end > covered;
        covered = covered.max(hit.at.end);
        outside
    });
    hits
}

fn is_excepted(text: &str, list: &Compiled, hit: &Hit) -> bool {
    let covers = |start: usize, phrase: &str| start <= hit.at.start && start + phrase.len() >= hit.at.end;
    list.except
        .iter()
        .any(|phrase| text.match_indices(phrase.as_str()).any(|(start, found)| covers(start, found)))
}

/// A Latin word is no part of a longer one. Where a word mixes scripts (加v), its Latin end only must not go on in
/// letters: 加v123 is the same request, 加vip is not.
fn on_edges(text: &str, at: &Range<usize>, word: &str) -> bool {
    let pure = word.is_ascii();
    let before = text.get(..at.start).and_then(|text| text.chars().next_back());
    let after = text.get(at.end..).and_then(|text| text.chars().next());
    let ends = |inner: Option<char>, outer: Option<char>| match (inner, outer) {
        (Some(inner), Some(outer)) if inner.is_ascii_alphanumeric() => {
            if pure {
                !outer.is_ascii_alphanumeric()
            } else {
                inner.is_ascii_digit() != outer.is_ascii_digit() || !outer.is_ascii_alphanumeric()
            }
        }
        _ => true,
    };
    ends(word.chars().next(), before) && ends(word.chars().next_back(), after)
}
