//! What each frame of a modline/1 connector means: one file per kind, `>` a captured frame, `<` what the desk hears.
//!
//! Every file but `hello` is heard by a connector that has greeted with the frame of `hello.jsonl`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use proptest::prelude::*;
use qunguan::platforms::stdio::frame::{Frame, Mistake, parse};
use qunguan::platforms::stdio::translate::Picture;
use std::fmt::Write;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/modline/frames")
}

fn frames(text: &str) -> impl Iterator<Item = (&str, Frame)> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("> "));
    lines.map(|line| (line, parse(line.as_bytes()).expect(line)))
}

fn heard(text: &str) -> String {
    let hello = std::fs::read_to_string(folder().join("hello.jsonl")).unwrap();
    let mut picture = Picture::default();
    for (_, frame) in frames(&hello) {
        let Frame::Hello(hello) = frame else { panic!("hello.jsonl holds something else") };
        assert!(picture.greet(hello).is_empty());
    }
    let mut out = String::new();
    for (line, frame) in frames(text) {
        writeln!(out, "> {line}").unwrap();
        for heard in picture.hear(&frame) {
            writeln!(out, "< {heard:?}").unwrap();
        }
    }
    out
}

#[test]
fn each_captured_frame_says_what_its_file_says() {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), 14, "one file per kind of frame, and one for the unknown");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let actual = heard(&text);
        if std::env::var_os("QUNGUAN_BLESS").is_some() {
            std::fs::write(&file, &actual).unwrap();
            continue;
        }
        assert!(actual == text, "{} should now read:\n{actual}", file.display());
    }
}

const KINDS: [&str; 14] = [
    "hello",
    "room",
    "member",
    "msg",
    "recalled",
    "joined",
    "left",
    "muted",
    "join_request",
    "gap",
    "status",
    "res",
    "hb",
    "other",
];

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<f64>().prop_map(serde_json::Value::from),
        ".{0,12}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            prop::collection::btree_map("[a-z_]{1,8}", inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn no_fields_make_the_reader_panic(
        kind in prop::sample::select(KINDS.to_vec()),
        fields in prop::collection::btree_map(
            prop::sample::select(vec!["id", "room", "user", "users", "caps", "ok", "result", "error", "ts", "until", "can"]),
            any_json(), 0..9),
    ) {
        let mut object: serde_json::Map<String, serde_json::Value> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        object.insert("t".to_owned(), kind.into());
        let line = serde_json::to_vec(&object).unwrap();
        if let Err(mistake) = parse(&line) {
            let is_field = matches!(mistake, Mistake::Field { .. });
            prop_assert!(is_field);
        }
    }
}
