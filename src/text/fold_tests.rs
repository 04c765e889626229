//! The same word in another dress, and the way back to what was sent.

use proptest::prelude::proptest;
use unicode_segmentation::UnicodeSegmentation;

use crate::text::fold::{fold, fold_words, near};
use crate::text::reveal::tests::hostile_text;

fn check(sent: &str, folded: &str) {
    assert_eq!(fold(sent).as_str(), folded, "{sent:?}");
    assert_eq!(fold(folded).as_str(), folded, "folding {folded:?} again");
}

#[test]
fn dress_is_taken_off() {
    check("加VX", "加vx");
    check("加ｖＸ：１２３", "加vx:123");
    check("加\u{200b}微\u{301}信", "加微信");
    check("ⓥⓧ 𝓿𝔁 🅥🅧 🆅🆇 ᴠx", "vx vx vx vx vx");
    check("tеlеgrаm", "telegram");
    check("f̶u̶c̶k̶ é", "fuck e");
    check("①②㊙", "12秘");
    check("  a \t\n　b  ", "a b");
    check("a\u{1b}\u{7f}\u{9b}b", "ab");
    check("ΣΊΣΥΦΟΣ", &fold_words("σίσυφος"));
    check("ﬁ ẞ İ", "fi ß i");
    check("", "");
    check(" \u{200b} ", "");
}

#[test]
fn letters_of_other_scripts_stay_letters() {
    for text in ["がぎぐパ", "한국어", "हिन्दी", "ภาษาไทย", "今天，天气"]
    {
        assert_eq!(fold(text).as_str(), text.replace('，', ","), "{text}");
    }
    check("ｶﾞ", "ガ");
    check("\u{1112}\u{1161}\u{11ab}", "한");
    check("\u{1112}\u{200b}\u{1161}", "하");
}

fn check_find(sent: &str, rule: &str, expected: &[&str]) {
    let found: Vec<_> =
        fold(sent).find_all(&fold_words(rule)).into_iter().map(|span| sent.get(span).unwrap()).collect();
    assert_eq!(found, expected, "{rule} in {sent:?}");
}

#[test]
fn a_match_is_traced_back_to_whole_clusters() {
    check_find("快加 ＶX 啊，加  vx", "加 vx", &["加 ＶX", "加  vx"]);
    check_find("请加\u{200b}微\u{301}信\u{302}\u{303}吧", "加微信", &["加\u{200b}微\u{301}信\u{302}\u{303}"]);
    check_find("\u{200b}加v", "加v", &["加v"]);
    check_find("㌔㌢", "キロ", &["㌔"]);
    check_find("ab", "", &[]);
    check_find("é\u{301}é", "e", &["é\u{301}", "é"]);
    check_find("a\r\nb", "a b", &["a\r\nb"]);
    check_find("x \u{200b} y", "x y", &["x \u{200b} y"]);
}

#[test]
fn near_texts_are_the_same_text() {
    for (one, other) in
        [("加V 信 123!!", "加v信456"), ("Hello, world", "hello world 😀"), ("优惠①②", "优惠99")]
    {
        assert_eq!(near(one), near(other), "{one} and {other}");
    }
    for (one, other) in [("👍👍", "？？？"), ("好的", "好"), ("", "!")] {
        assert_ne!(near(one), near(other), "{one} and {other}");
    }
}

proptest! {
    #[test]
    fn folding_twice_is_folding_once(text in hostile_text()) {
        let once = fold_words(&text);
        assert_eq!(fold_words(&once), once);
    }

    #[test]
    fn a_source_span_covers_whole_clusters(text in hostile_text(), start in 0usize..100, length in 0usize..20) {
        let folded = fold(&text);
        let span = folded.source(start..start + length);
        let edges: Vec<_> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
        assert!(edges.contains(&span.start) && edges.contains(&span.end), "{text:?} {span:?}");
        assert!(folded.as_str().is_empty() || folded.source(0..folded.as_str().len()).len() <= text.len());
    }

    #[test]
    fn what_a_span_holds_folds_back_to_what_was_matched(text in hostile_text(), start in 0usize..60, length in 1usize..10) {
        let folded = fold(&text);
        let characters: Vec<_> = folded.as_str().char_indices().map(|(at, _)| at).chain([folded.as_str().len()]).collect();
        let (Some(&from), Some(&to)) = (characters.get(start), characters.get(start + length)) else { return Ok(()) };
        let part = folded.as_str().get(from..to).unwrap().trim();
        let back = fold_words(text.get(folded.source(from..to)).unwrap());
        assert!(back.contains(part), "{text:?}: {part:?} came back as {back:?}");
    }

    #[test]
    fn spans_run_from_left_to_right(text in hostile_text()) {
        let folded = fold(&text);
        let mut reached = 0;
        for (at, character) in folded.as_str().char_indices() {
            let span = folded.source(at..at + character.len_utf8());
            assert!(span.start <= span.end && span.end >= reached);
            reached = span.end;
        }
    }
}
