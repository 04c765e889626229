//! The rules of the house, checked: who imports whom, what is fenced, how long a file is, what a name may be.
//!
//! Each rule is a function from a file to complaints, and each is shown on a small text that it does complain.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

#[path = "tidy/layers.rs"]
mod layers;
#[path = "tidy/source.rs"]
mod source;

use source::{Source, defined, functions, tokens, words};
use std::fs;
use std::path::Path;

/// Lines that a file must not pass, and a function.
const LONGEST_FILE: usize = 500;
const LONGEST_FUNCTION: usize = 60;

/// Words that say nothing about what is in a file or a type.
const EMPTY_WORDS: &[&str] =
    &["utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "handler", "data", "info"];

/// Every Rust file of the package, those below `src` first.
fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    for folder in ["src", "tests", "benches", "examples"] {
        collect(Path::new(env!("CARGO_MANIFEST_DIR")), Path::new(folder), &mut found);
    }
    let tested: Vec<String> = found.iter().flat_map(tested_files).collect();
    for source in &mut found {
        source.tested_only = !source.path.starts_with("src/") || tested.contains(&source.path);
    }
    found
}

fn collect(package: &Path, folder: &Path, found: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(package.join(folder)) else { return };
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    for name in names {
        let path = folder.join(name);
        if package.join(&path).is_dir() {
            collect(package, &path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(package.join(&path)).unwrap();
            found.push(Source::new(path.to_str().unwrap(), &text));
        }
    }
}

/// The files that this one compiles for tests alone: `#[cfg(test)] mod name;`, and those that name their own path.
fn tested_files(source: &Source) -> Vec<String> {
    let folder = Path::new(&source.path).parent().unwrap();
    let stem = Path::new(&source.path).file_stem().unwrap();
    let own =
        if stem == "mod" || stem == "lib" || stem == "main" { folder.to_owned() } else { folder.join(stem) };
    let mut files = Vec::new();
    for part in source.text.split("#[cfg(test)]").skip(1) {
        let (item, mark) = part.split_at(part.find(['{', ';']).unwrap_or(part.len()));
        let item = item.trim();
        if mark.starts_with('{') {
            continue;
        }
        if let Some(path) = item.strip_prefix("#[path = \"").and_then(|rest| rest.split('"').next()) {
            files.push(folder.join(path));
        } else if let Some(name) = item.strip_prefix("mod ") {
            files.push(own.join(format!("{name}.rs")));
        }
    }
    files.into_iter().map(|path| path.to_str().unwrap().to_owned()).collect()
}

fn check(rule: fn(&Source) -> Vec<String>) {
    let found: Vec<String> = sources().iter().flat_map(rule).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

fn complains(rule: fn(&Source) -> Vec<String>, path: &str, text: &str) -> bool {
    !rule(&Source::new(path, text)).is_empty()
}

#[test]
fn every_room_imports_only_what_the_table_allows() {
    check(|source| if source.path.starts_with("src/") { layers::complaints(source) } else { Vec::new() });
}

#[test]
fn the_map_the_table_and_the_folders_agree() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let map = fs::read_to_string(package.join("src/lib.rs")).unwrap();
    let declared: Vec<&str> =
        map.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let told: Vec<&str> =
        map.lines().filter_map(|line| line.strip_prefix("//! | [`")?.split("`]").next()).collect();
    let mut folders: Vec<String> = fs::read_dir(package.join("src"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let mut sorted = declared.clone();
    sorted.sort_unstable();
    assert_eq!(declared, told, "the map in lib.rs tells of every room, in reading order");
    assert_eq!(declared, layers::rooms(), "tests/tidy/layers.rs knows every room");
    assert_eq!(sorted, folders, "every folder below src is a room");
}

fn begins_without_words(source: &Source) -> Vec<String> {
    let words = source.text.lines().next().and_then(|line| line.strip_prefix("//! "));
    if words.is_some_and(|words| !words.trim().is_empty()) {
        return Vec::new();
    }
    vec![format!("{}:1: does not open with `//!` and what it is", source.path)]
}

#[test]
fn every_file_opens_with_what_it_is() {
    assert!(complains(begins_without_words, "src/a/b.rs", "use std::fmt;\n//! Late."));
    assert!(complains(begins_without_words, "src/a/b.rs", "//!\n//! Late."));
    check(begins_without_words);
}

fn too_long(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    let file = (lines > LONGEST_FILE).then(|| format!("{}: {lines} lines", source.path));
    let shipped = source.shipped();
    let long = functions(&shipped).into_iter().filter(|function| function.lines > LONGEST_FUNCTION);
    let functions = long.map(|function| {
        format!("{}:{}: `{}` takes {} lines", source.path, function.line, function.name, function.lines)
    });
    file.into_iter().chain(functions).collect()
}

#[test]
fn no_file_and_no_function_is_too_long() {
    let body = "    work();\n".repeat(59);
    assert!(complains(too_long, "src/a/b.rs", &format!("fn long(\n    what: u8,\n) {{\n{body}}}")));
    assert!(complains(
        too_long,
        "src/a/b.rs",
        &format!("fn outer() {{\n    fn inner() {{\n{body}    }}\n}}")
    ));
    assert!(!complains(
        too_long,
        "src/a/b.rs",
        &format!("fn fits() -> [u8; 2] {{\n{}}}", body.replacen("    work();\n", "", 1))
    ));
    assert!(complains(too_long, "tests/a.rs", &"\n".repeat(LONGEST_FILE + 1)));
    check(too_long);
}

fn tangled_imports(source: &Source) -> Vec<String> {
    let shipped = source.shipped();
    let shipped_globs: Vec<usize> = globs(&shipped).into_iter().map(|(line, _)| line).collect();
    let mut found = Vec::new();
    for (line, path) in globs(&source.code) {
        // proptest's macros want most of what its prelude holds.
        let known = matches!(path.as_str(), "super" | "proptest::prelude");
        if !known || shipped_globs.contains(&line) {
            found.push(format!("{}:{line}: everything of `{path}` is imported", source.path));
        }
    }
    for three in tokens(&source.code).windows(3) {
        if three[0].text == "super" && three[2].text == "super" {
            found.push(format!("{}:{}: `super::super`", source.path, three[0].line));
        }
    }
    // There `super` is the whole crate, which would go around the table of layers.
    let roof = source.path.starts_with("src/") && source.path.matches('/').count() == 2;
    if roof && source.path.ends_with("/mod.rs") && tokens(&shipped).iter().any(|token| token.text == "super")
    {
        found.push(format!("{}: `super` in a room's mod.rs", source.path));
    }
    found
}

/// The line and the path of every `path::*`.
fn globs(code: &str) -> Vec<(usize, String)> {
    let tokens = tokens(code);
    let star = |at: &usize| tokens[*at].text == "*" && tokens[at - 1].text == "::";
    let path = |at: usize| {
        let is_part = |text: &str| {
            text == "::" || text.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_')
        };
        let start = (0..at)
            .rev()
            .take_while(|before| is_part(tokens[*before].text) && tokens[*before].text != "use")
            .last();
        tokens[start.unwrap_or(at)..at - 1].iter().map(|token| token.text).collect()
    };
    (1..tokens.len()).filter(star).map(|at| (tokens[at].line, path(at))).collect()
}

#[test]
fn imports_say_what_they_import() {
    assert!(complains(tangled_imports, "src/a/b.rs", "use crate::model::Verb::*;"));
    assert!(complains(tangled_imports, "src/a/b.rs", "use super::*;"));
    assert!(complains(tangled_imports, "src/a/b.rs", "use std::{fmt, io::*};"));
    assert!(complains(
        tangled_imports,
        "src/a/b.rs",
        "#[cfg(test)]\nmod tests {\n use crate::a::Enum::*;\n}"
    ));
    assert!(complains(tangled_imports, "src/a/b.rs", "fn f() { super::super::g() }"));
    assert!(complains(tangled_imports, "src/a/mod.rs", "use super::desk;"));
    assert!(!complains(tangled_imports, "src/a/mod.rs", "#[cfg(test)]\nmod tests {\n use super::*;\n}"));
    assert!(!complains(tangled_imports, "src/a/b.rs", "use super::c;\nlet x = 2 * y; a(*z)"));
    check(tangled_imports);
}

fn empty_names(source: &Source) -> Vec<String> {
    let empty = |name: &str| words(name).iter().any(|word| EMPTY_WORDS.contains(&word.as_str()));
    let path = source.path.trim_end_matches(".rs");
    let parts = path.split('/').filter(|part| empty(part)).map(|part| format!("{}: `{part}`", source.path));
    let names = defined(&source.code).into_iter().filter(|token| empty(token.text));
    parts.chain(names.map(|token| format!("{}:{}: `{}`", source.path, token.line, token.text))).collect()
}

#[test]
fn every_name_says_something() {
    assert!(complains(empty_names, "src/a/utils.rs", ""));
    assert!(complains(empty_names, "src/a/room_info.rs", ""));
    assert!(complains(empty_names, "src/common/b.rs", ""));
    assert!(complains(empty_names, "src/a/b.rs", "pub struct RoomManager;"));
    assert!(complains(empty_names, "src/a/b.rs", "mod helpers { }"));
    assert!(!complains(empty_names, "src/a/database.rs", "enum Informed { } // a manager"));
    check(empty_names);
}

/// An exception without a reason, and what is not to be left behind.
fn left_behind(source: &Source) -> Vec<String> {
    let tokens = tokens(&source.code);
    let mut found = Vec::new();
    for (at, four) in tokens.windows(4).enumerate() {
        let texts = [four[0].text, four[1].text, four[2].text, four[3].text];
        let attribute =
            matches!(texts, ["#", "[", "allow" | "expect", "("] | ["!", "[", "allow" | "expect", "("]);
        let said =
            || tokens[at..].iter().take_while(|token| token.text != "]").any(|token| token.text == "reason");
        if attribute && !said() {
            found.push(format!("{}:{}: an exception without `reason`", source.path, four[0].line));
        }
        if matches!(texts, ["todo" | "dbg" | "unimplemented", "!", ..] | ["macro_rules", "!", ..]) {
            found.push(format!("{}:{}: `{}!`", source.path, four[0].line, texts[0]));
        }
    }
    found
}

#[test]
fn nothing_is_left_behind() {
    assert!(complains(left_behind, "src/a/b.rs", "#[allow(dead_code)]\nfn f() {}"));
    assert!(complains(left_behind, "src/a/b.rs", "#![allow(\n dead_code,\n)]\n"));
    assert!(!complains(
        left_behind,
        "src/a/b.rs",
        "#[allow(dead_code, reason = \"a test uses it\")]\nfn f() {}"
    ));
    assert!(complains(left_behind, "src/a/b.rs", "fn f() { todo!() }"));
    assert!(complains(left_behind, "src/a/b.rs", "let x = dbg!(y);"));
    assert!(complains(left_behind, "src/a/b.rs", "macro_rules! m { }"));
    assert!(!complains(left_behind, "src/a/b.rs", "// todo!()\nlet dbg = \"dbg!(x)\";"));
    check(left_behind);
}

#[test]
fn comments_and_strings_are_no_code() {
    let check = |text: &str, code: &str| assert_eq!(source::code_of(text).trim_end(), code, "{text}");
    check("a // b\nc", "a     \nc");
    check("a /* b /* c */ \n */ d", "a              \n    d");
    check(r#"f("x\"y", 'z', '\'', b'"', b"q") g"#, r#"f(      ,    ,     ,     ,     ) g"#);
    check("r#\"a \" b\"# c r#type", "           c r#type");
    check("fn f<'a>(x: &'a str) -> char { '中' }", "fn f<'a>(x: &'a str) -> char {     }");
    check("\"no\\\\\" a", "       a");
}

#[test]
fn tested_files_are_known_by_their_declaration() {
    let check =
        |path: &str, text: &str, file: &str| assert_eq!(tested_files(&Source::new(path, text)), [file]);
    check("src/a/mod.rs", "#[cfg(test)]\nmod b;", "src/a/b.rs");
    check("src/a/c.rs", "#[cfg(test)]\nmod b;", "src/a/c/b.rs");
    check("src/a/c.rs", "#[cfg(test)]\n#[path = \"c_tests.rs\"]\nmod tests;", "src/a/c_tests.rs");
    let inline = "#[cfg(test)]\nmod tests { use std::fs; }\nfn ships() {}";
    assert_eq!(tested_files(&Source::new("src/a/c.rs", inline)), Vec::<String>::new());
    assert_eq!(source::without_tests(inline).trim(), "fn ships() {}");
}
