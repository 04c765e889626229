//! What each frame of a modline/1 connector means: one file per kind, `>` a captured frame, `<` what the desk hears.
//!
//! Every file but `hello` is heard by a connector that has greeted with the frame of `hello.jsonl`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use qunguan::platforms::stdio::frame::{Frame, parse};
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
        assert!(actual == text, "{} should now read:\n{actual}", file.display());
    }
}
