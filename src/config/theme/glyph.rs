//! The signs that stand for tiers and severities where a word has no room: part of a theme, like its colours.
//!
//! A sign is never wider than two cells: it is one character, or two of ASCII. It is never blank.

use crate::language::Language;
use std::collections::BTreeMap;
use toml::Value;

/// What a sign stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Glyph {
    S1,
    S2,
    S3,
    S4,
    Owner,
    Admin,
    Voiced,
    Newcomer,
    Member,
}

/// All of them with their names in theme files. Names are public: none is ever renamed.
pub const GLYPHS: [(Glyph, &str); 9] = [
    (Glyph::S1, "flag.s1"),
    (Glyph::S2, "flag.s2"),
    (Glyph::S3, "flag.s3"),
    (Glyph::S4, "flag.s4"),
    (Glyph::Owner, "role.owner"),
    (Glyph::Admin, "role.admin"),
    (Glyph::Voiced, "role.voiced"),
    (Glyph::Newcomer, "role.newcomer"),
    (Glyph::Member, "role.member"),
];

/// A language's name in theme files.
fn tag(language: Language) -> &'static str {
    match language {
        Language::Chinese => "zh",
        Language::English => "en",
    }
}

/// The signs of a theme.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Glyphs {
    signs: BTreeMap<(Glyph, &'static str), String>,
}

impl Glyphs {
    /// The sign; a theme that has none at all shows `?`.
    pub fn sign(&self, glyph: Glyph, language: Language) -> &str {
        self.signs.get(&(glyph, tag(language))).map_or("?", String::as_str)
    }

    /// Takes one line of a theme file: a text for every language, or a table of texts by `zh` and `en`. A table may
    /// leave a language as it was. The error is the text that cannot be a sign, or the name of no language.
    pub(super) fn take(&mut self, glyph: Glyph, value: &Value) -> Result<(), String> {
        let tags = Language::ALL.map(tag);
        let signs: Vec<(&'static str, &Value)> = match value {
            Value::Table(table) => {
                let stranger = table.keys().find(|key| !tags.contains(&key.as_str()));
                if let Some(stranger) = stranger {
                    return Err(stranger.clone());
                }
                tags.into_iter().filter_map(|tag| Some((tag, table.get(tag)?))).collect()
            }
            one => tags.map(|tag| (tag, one)).to_vec(),
        };
        for (tag, value) in signs {
            let sign = value.as_str().filter(|text| is_sign(text)).ok_or_else(|| shown(value))?;
            self.signs.insert((glyph, tag), sign.to_owned());
        }
        Ok(())
    }
}

fn is_sign(text: &str) -> bool {
    let count = text.chars().count();
    let printed = text.chars().all(|sign| !sign.is_control() && !sign.is_whitespace());
    printed && (count == 1 || (count == 2 && text.is_ascii()))
}

/// The value as a person wrote it, without quotes.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
