//! What a member can send to a terminal, and what of it arrives.

use std::num::NonZero;

use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use crate::text::kind::{Kind, is_bidi, is_invisible};
use crate::text::reveal::{MARKS, hidden_count, line, line_marked, lines, x_ray};
use crate::text::width::width;

fn check(sent: &str, shown: &str, hidden: usize) {
    assert_eq!(line(sent).as_str(), shown, "{sent:?}");
    assert_eq!(hidden_count(sent), hidden, "{sent:?}");
    assert_safe(sent);
}

fn terminal() -> vt100::Parser {
    vt100::Parser::new(NonZero::new(3).unwrap(), NonZero::new(400).unwrap(), 0)
}

/// The judge is a terminal: the cursor must be exactly where `width` says, and nothing else may have happened.
fn assert_safe(sent: &str) {
    let shown = line(sent);
    let out = shown.as_str();
    let cells = width(out);
    assert!(!out.chars().any(|c| c.is_control() || is_bidi(c) || is_invisible(c)), "{sent:?} -> {out:?}");
    let by_characters: usize = out.chars().map(|c| c.width().unwrap_or(0)).sum();
    assert_eq!(cells, by_characters, "clusters and characters disagree: {sent:?} -> {out:?}");
    for cluster in out.graphemes(true) {
        assert!(width(cluster) > 0, "a cluster without cells: {sent:?} -> {out:?}");
    }
    let mut marks = 0;
    for character in out.chars() {
        marks = if character.width() == Some(0) { marks + 1 } else { 0 };
        assert!(marks <= MARKS, "{sent:?} -> {out:?}");
    }
    let Ok(cells) = u16::try_from(cells) else { return };
    if cells >= 400 {
        return;
    }
    let mut parser = terminal();
    let before = parser.screen().state_formatted();
    parser.process(out.as_bytes());
    assert_eq!(parser.screen().cursor_position(), (0, cells), "{sent:?} -> {out:?}");
    parser.process(b"\x1b[H\x1b[2J");
    assert_eq!(parser.screen().state_formatted(), before, "{sent:?} -> {out:?}");
}

#[test]
fn ordinary_text_is_shown_as_it_is() {
    for text in [
        "",
        "hello, world",
        "大家好，今天几点开会？",
        "カラオケ한국어",
        "naïve café — “yes”",
        "Привет, как дела",
        "😀👍",
    ] {
        check(text, text, 0);
    }
}

#[test]
fn a_control_becomes_its_picture() {
    check("\u{1b}[31mred\u{7}", "␛[31mred␇", 2);
    check("\u{1b}]0;title\u{9c}", "␛]0;title▯", 2);
    check("a\u{9b}2J\u{7f}\0", "a▯2J␡␀", 3);
    check("a\u{8}\u{8}b\u{b}\u{c}", "a␈␈b␋␌", 4);
}

#[test]
fn line_breaks_and_tabs_become_one_space_each() {
    check("a\nb\r\nc\rd\te", "a b c d e", 0);
    check("a\u{2028}b\u{85}c", "a b c", 0);
}

#[test]
fn lines_split_at_every_line_break() {
    let split = |text| lines(text).into_iter().map(super::Shown::into_string).collect::<Vec<_>>();
    assert_eq!(split("a\nb\r\nc\rd\u{2028}e\u{85}f\n"), ["a", "b", "c", "d", "e", "f"]);
    assert_eq!(split("a\n\nb"), ["a", "", "b"]);
    assert_eq!(split(""), [""]);
}

#[test]
fn what_cannot_be_seen_is_dropped_and_counted() {
    check("加\u{200b}微\u{2060}信\u{feff}", "加微信", 3);
    check("\u{202e}cod.exe\u{2066}", "cod.exe", 2);
    check("a\u{ad}b\u{200d}c\u{e0041}d\u{fe0f}", "abcd", 4);
    check("\u{3164}\u{115f}\u{ffa0}", "", 3);
    check("a\u{2800}b", "a b", 1);
}

#[test]
fn private_and_unassigned_become_one_box() {
    check("\u{e000}\u{378}\u{ffff}\u{10ffff}\u{fffc}", "▯▯▯▯▯", 5);
}

#[test]
fn marks_need_a_base_and_pile_up_to_two() {
    check("\u{301}", "◌\u{301}", 1);
    check("e\u{301}", "é", 0);
    check("x\u{301}\u{302}\u{303}\u{304}", "x\u{301}\u{302}", 2);
    check("好\u{20dd}1\u{20e4}", "好1", 2);
    check("a\u{200b}\u{301}", "a◌\u{301}", 2);
    check("ที่นี่", "ที่นี่", 0);
}

#[test]
fn an_emoji_sequence_keeps_its_first_picture() {
    check("👨\u{200d}👩\u{200d}👧 家", "👨 家", 0);
    check("👍🏽 ❤\u{fe0f} 1\u{fe0f}\u{20e3}", "👍 ❤ 1", 0);
    check("🇨🇳🇬🇧🇫", "⚐CN⚐GB⚐F", 0);
    check("🏴\u{e0067}\u{e0062}\u{e007f}", "🏴", 0);
    check("🏽", "▯", 1);
    check("😀\u{200d}\u{200d}x", "😀x", 1);
}

#[test]
fn a_flag_is_no_mark_of_ours() {
    check("🇸4", "⚐S4", 0);
}

#[test]
fn hangul_is_composed_and_loose_letters_are_boxed() {
    check("\u{1112}\u{1161}\u{11ab}", "한", 0);
    check("\u{1161}", "▯", 1);
    check("ｶﾞ", "ｶ゛", 0);
}

#[test]
fn a_look_alike_counts_only_among_latin_letters() {
    check("tеlеgram", "tеlеgram", 2);
    check("телеграм", "телеграм", 0);
    check("ｖｘ加ｖx", "ｖｘ加ｖx", 1);
}

#[test]
fn a_marked_range_is_found_in_what_is_shown() {
    let sent = "\u{1b}加\u{200b}微é信";
    let start = sent.find('加').unwrap();
    let end = sent.find('信').unwrap();
    let (shown, spans) = line_marked(sent, &[start..end, 0..1, start + 3..start + 6, 99..100]);
    let text = |at: usize| shown.as_str().get(spans[at].clone()).unwrap();
    assert_eq!([text(0), text(1), text(2), text(3)], ["加微é", "␛", "", ""]);
}

#[test]
fn the_x_ray_leaves_nothing_out() {
    let sent = "a\u{200b}\u{202e}\u{1b}е\u{301}\u{e000}🇨";
    let seen = x_ray(sent);
    let whats: Vec<_> = seen.iter().map(|ray| ray.what).collect();
    assert_eq!(
        whats,
        [
            Kind::Plain,
            Kind::Invisible,
            Kind::Bidi,
            Kind::Control,
            Kind::LookAlike,
            Kind::Combining,
            Kind::Unassigned,
            Kind::Plain
        ]
    );
    let shown: Vec<_> = seen.iter().map(|ray| ray.shown.as_str()).collect();
    assert_eq!(shown, ["a", "ZWSP", "RLO", "␛", "е", "◌\u{301}", "▯", "⚐C"]);
    assert_eq!(
        seen.iter().map(|ray| ray.code).collect::<Vec<_>>(),
        sent.chars().map(u32::from).collect::<Vec<_>>()
    );
}

#[test]
fn every_character_is_safe_alone_and_between_others() {
    let mut parser = terminal();
    // Han and Hangul behave alike within their blocks; the planes above them are empty or private.
    let alike = |c: &char| matches!(u32::from(*c), 0x3410..=0x9FEF | 0xAC10..=0xD7A0 | 0xE010..=0xF8F0 | 0x18000..=0x18CF0 | 0x20010..=0xDFFF0 | 0xE0200..);
    for character in ('\0'..=char::MAX).filter(|character| !alike(character)) {
        let shown = line(&format!("{character}a{character}b好{character}{character}😀"));
        parser.process(b"\x1b[H\x1b[2J");
        parser.process(shown.as_str().as_bytes());
        let cells = u16::try_from(width(shown.as_str())).unwrap();
        assert_eq!(parser.screen().cursor_position(), (0, cells), "U+{:04X} {shown}", u32::from(character));
        let by_characters: usize = shown.as_str().chars().map(|c| c.width().unwrap_or(0)).sum();
        assert_eq!(usize::from(cells), by_characters, "U+{:04X} {shown}", u32::from(character));
        assert!(!shown.as_str().chars().any(char::is_control));
        for ray in x_ray(&character.to_string()) {
            assert_eq!(line(&ray.shown).as_str(), ray.shown, "U+{:04X}", u32::from(character));
        }
    }
}

/// Characters with a reputation, several from each family, so that they meet often.
fn nasty() -> impl Strategy<Value = char> {
    prop::sample::select(
        "aZ 1#好。😀👍❤🏽🇨🇳👨👩🏴가\u{1b}\u{7f}\u{9b}\r\n\t\0\u{85}\u{2028}\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{ad}\u{202e}\
         \u{2066}\u{2069}\u{fe0e}\u{fe0f}\u{20e3}\u{e0067}\u{e007f}\u{e0100}\u{301}\u{302}\u{489}\u{1100}\u{1161}\u{11ab}\u{3099}か\u{ff9e}ｶ\
         \u{3164}\u{2800}\u{e000}\u{378}لاא\u{1a15}\u{1a17}\u{1a10}\u{1780}\u{17d2}\u{a4f8}\u{a4fc}\u{10c32}\u{10c03}\u{2d31}\u{2d7f}\
         \u{915}\u{94d}\u{937}\u{93f}\u{600}\u{d4e}\u{16d63}\u{16d67}\u{e01}\u{e33}\u{2e3b}\u{17d8}<\u{338}“"
            .chars()
            .collect::<Vec<_>>(),
    )
}

pub(crate) fn hostile_text() -> impl Strategy<Value = String> {
    let character = prop_oneof![6 => nasty(), 2 => any::<char>(), 1 => prop::char::range('\u{900}', '\u{1cff}'), 1 => Just('x')];
    prop::collection::vec(character, 0..60).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn nothing_sent_moves_the_cursor_astray(text in hostile_text()) {
        assert_safe(&text);
    }

    #[test]
    fn what_is_shown_is_shown_again_unchanged(text in hostile_text()) {
        let once = line(&text);
        assert_eq!(line(once.as_str()), once);
    }

    #[test]
    fn all_lines_together_hold_what_one_line_holds(text in hostile_text()) {
        let joined: Vec<_> = lines(&text).iter().map(|shown| shown.as_str().replace(' ', "")).collect();
        assert!(joined.iter().all(|shown| !shown.contains(char::is_control)));
    }

    #[test]
    fn marked_ranges_are_ranges_of_the_shown_text(text in hostile_text(), start in 0usize..200, length in 0usize..50) {
        let (shown, spans) = line_marked(&text, &[start..start + length, 0..text.len()]);
        assert_eq!(shown, line(&text));
        assert!(spans.iter().all(|span| shown.as_str().get(span.clone()).is_some()));
        assert_eq!(spans[1], 0..shown.as_str().len());
    }

    #[test]
    fn the_x_ray_is_itself_safe(text in hostile_text()) {
        for ray in x_ray(&text) {
            assert_safe(&ray.shown);
        }
    }
}
