//! Every sentence exists in both languages with the same variables, and every key that the code names exists.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

use fluent_bundle::FluentResource;
use qunguan::commands::table::TABLE;
use qunguan::language::{Language, Words};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Message ids with the variables that each uses.
type Catalogue = BTreeMap<String, BTreeSet<String>>;

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_str().unwrap().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn catalogue(tag: &str) -> Catalogue {
    let mut all = Catalogue::new();
    for path in files(&source().join("language").join(tag), ".ftl") {
        let text = std::fs::read_to_string(&path).unwrap();
        if let Err((_, errors)) = FluentResource::try_new(text.clone()) {
            panic!("{} is not Fluent: {errors:?}", path.display());
        }
        let mut current = None;
        for line in text.lines() {
            if let Some((id, _)) =
                line.split_once('=').filter(|_| line.starts_with(|sign: char| sign.is_ascii_lowercase()))
            {
                let id = id.trim().to_owned();
                assert!(all.insert(id.clone(), BTreeSet::new()).is_none(), "{id} stands twice in {tag}");
                current = Some(id);
            }
            let Some(id) = current.as_ref().filter(|_| !line.starts_with('#')) else { continue };
            for piece in line.split('$').skip(1) {
                let name: String =
                    piece.chars().take_while(|sign| sign.is_ascii_alphanumeric() || *sign == '_').collect();
                all.get_mut(id).unwrap().insert(name);
            }
        }
    }
    all
}

#[test]
fn every_sentence_exists_in_both_languages_with_the_same_variables() {
    let (chinese, english) = (catalogue("zh-CN"), catalogue("en"));
    assert!(chinese.len() > 300, "only {} sentences were read", chinese.len());
    let wrong = differences(&chinese, &english);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_sentence_or_a_variable_that_one_language_lacks_is_found() {
    let (chinese, english) = (catalogue("zh-CN"), catalogue("en"));
    for id in english.keys() {
        let mut poorer = chinese.clone();
        poorer.remove(id);
        assert_eq!(differences(&poorer, &english), [format!("{id} has no Chinese")]);
        let mut poorer = english.clone();
        poorer.remove(id);
        assert_eq!(differences(&chinese, &poorer), [format!("{id} has no English")]);
        let mut other = english.clone();
        other.get_mut(id).unwrap().insert("nobodys".to_owned());
        assert_eq!(differences(&chinese, &other).len(), 1, "{id}");
    }
}

/// What one language has and the other has not.
fn differences(chinese: &Catalogue, english: &Catalogue) -> Vec<String> {
    let mut wrong = Vec::new();
    for id in chinese.keys().chain(english.keys()).collect::<BTreeSet<_>>() {
        match (chinese.get(id), english.get(id)) {
            (Some(one), Some(other)) if one == other => {}
            (Some(one), Some(other)) => wrong.push(format!("{id}: {one:?} in Chinese, {other:?} in English")),
            (None, _) => wrong.push(format!("{id} has no Chinese")),
            (_, None) => wrong.push(format!("{id} has no English")),
        }
    }
    wrong
}

#[test]
fn every_key_that_the_code_names_has_a_sentence() {
    let known = catalogue("zh-CN");
    let mut missing = Vec::new();
    let mut seen = 0;
    for path in files(&source(), ".rs") {
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let on_screen = path.strip_prefix(source()).unwrap().starts_with("ui");
        for key in named(text, on_screen) {
            seen += 1;
            if !known.contains_key(&key) {
                missing.push(format!("{}: {key}", path.display()));
            }
        }
    }
    assert!(seen > 200, "only {seen} keys were found");
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// The keys that a source file names: arguments of `say`, `say_with` and `Reason::new`; on screen also every other
/// text literal of the form of a key.
fn named(text: &str, on_screen: bool) -> Vec<String> {
    let mut keys = Vec::new();
    for call in ["say(", "say_with(", "Reason::new("] {
        for piece in text.split(call).skip(1) {
            if let Some(rest) = piece.trim_start().strip_prefix('"') {
                keys.push(rest.split('"').next().unwrap().to_owned());
            }
        }
    }
    if on_screen {
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let code = code.join("\n");
        let literals = code.split('"').skip(1).step_by(2);
        let like_a_key = |literal: &&str| {
            literal.contains('-')
                && literal.starts_with(|sign: char| sign.is_ascii_lowercase())
                && literal.ends_with(|sign: char| sign.is_ascii_alphanumeric())
                && literal
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        keys.extend(literals.filter(like_a_key).map(str::to_owned));
    }
    keys
}

#[test]
fn every_command_is_worded_in_both_languages() {
    for language in Language::ALL {
        let words = Words::of(language);
        for row in TABLE {
            for key in [format!("cmd-{}", row.name), format!("short-{}", row.name)] {
                assert!(words.has(&key), "{key} is missing in {language:?}");
            }
        }
    }
}

#[test]
fn numbers_take_their_plural_and_names_made_of_digits_stay_names() {
    let words = Words::of(Language::English);
    assert_eq!(words.say_with("people", &[("n", "1")]), "1 member");
    assert_eq!(words.say_with("people", &[("n", "200")]), "200 members");
    for name in ["007", "1e5", "12345678901234567890", "-1", "0.10"] {
        assert_eq!(words.say_with("notice-left", &[("name", name)]), format!("{name} left"));
    }
}
