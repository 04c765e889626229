//! Copying and looking closer: what is taken along is harmless, what is hidden is named.

use crate::judge::Judge;
use crate::texts::Texts;
use crate::world::{SEVERITIES, World};
use base64::Engine;
use qunguan::app::effect::Effect;
use qunguan::app::reading::LONGEST_COPY;
use qunguan::terminal::clipboard;
use qunguan::terminal::manners::Manners;
use qunguan::terminal::messages::TerminalFacts;
use qunguan::ui::overlay::Overlay;

fn manners(term: &str, tmux: bool) -> Manners {
    Manners::of(&TerminalFacts { term: term.to_owned(), tmux, ..TerminalFacts::default() })
}

/// A moderator whose cursor is on this message.
fn on(text: &str) -> World {
    let mut world = World::new(120, 36);
    world.chronicle.says("#a", "m2", text);
    world.look();
    world.press("f");
    world.look();
    world
}

#[test]
fn a_copy_is_the_message_without_its_controls_and_says_so() {
    let mut world = on("加V\u{1b}[31m\r\nrm -rf /\u{200b}\u{7}");
    assert_eq!(world.press("y"), [Effect::Copy("加V[31m\nrm -rf /\u{200b}".into())]);
    assert!(world.toast().contains("16 characters"), "{}", world.toast());
}

#[test]
fn a_long_copy_is_cut_and_says_so() {
    let mut world = on(&"群".repeat(30_000));
    let effects = world.press("y");
    let [Effect::Copy(text)] = &effects[..] else { panic!("{effects:?}") };
    assert!(text.len() <= LONGEST_COPY && text.len() > LONGEST_COPY - 4);
    assert!(world.toast().contains("first 18748 of "), "{}", world.toast());
}

#[test]
fn a_second_copy_shows_the_text_alone_and_any_key_goes_back() {
    let mut world = on("line one\nline two");
    world.press("y");
    assert_eq!(world.press("y"), []);
    assert!(matches!(world.seat.screen.overlay, Some(Overlay::CopyPane(_))));
    let rows = world.look();
    assert_eq!((rows[0].trim_end(), rows[1].trim_end()), ("line one", "line two"));
    assert!(rows[2..].iter().all(|row| row.trim().is_empty()), "nothing beside the text: {rows:?}");
    world.press("j");
    assert!(world.seat.screen.overlay.is_none());
}

#[test]
fn a_terminal_known_to_take_no_copy_gets_the_text_at_once() {
    let mut world = on("text");
    world.seat.takes_clipboard = manners("linux", false).takes_copies();
    assert_eq!(world.press("y"), []);
    assert!(matches!(world.seat.screen.overlay, Some(Overlay::CopyPane(_))));
}

#[test]
fn whatever_is_copied_the_terminal_gets_one_copy_of_exactly_that() {
    let mut texts = Texts::new();
    let mut judge = Judge::new(80, 24);
    for _ in 0..300 {
        let text = texts.message();
        judge.parser.process(&clipboard::copy(&manners("xterm-256color", false), &text));
        let asked = judge.parser.callbacks_mut();
        let copied: Vec<String> = std::mem::take(&mut asked.copies);
        let [copied] = &copied[..] else { panic!("{copied:?}") };
        let decoded = base64::engine::general_purpose::STANDARD.decode(copied).unwrap();
        assert_eq!(String::from_utf8(decoded).unwrap(), text);
        assert_eq!((asked.bells, asked.strange.len(), asked.notices.len()), (0, 0, 0));
    }
    assert_eq!(judge.parser.screen().contents().trim(), "");
}

#[test]
fn a_case_is_copied_with_its_rule_its_reason_and_its_words() {
    let mut world = World::new(120, 36);
    let case = world.flagged(3, 1, SEVERITIES[2]);
    let words = world.state().queue.get(case).unwrap().remarks[0].message;
    let words = world.state().stream.message(words).unwrap().text.clone();
    world.press("2");
    world.look();
    let effects = world.press("y");
    let [Effect::Copy(text)] = &effects[..] else { panic!("{effects:?}") };
    assert!(text.starts_with("S3 · r1 · m3 · #a\n") && text.ends_with(&words), "{text}");
}

#[test]
fn the_x_ray_names_what_is_hidden_and_pages_through_all_of_it() {
    let hidden = "ok \u{200b}\u{202e}pаy e\u{301}\u{302}\u{303} 👨‍👩‍👧 \u{e0041}";
    let mut world = on(&(hidden.to_owned() + &"x".repeat(50_000) + "\u{feff}"));
    world.press("h");
    let page = world.look().join("\n");
    for words in [
        "· invisible 2 ·",
        "turns the direction of text 1",
        "in disguise 1",
        "invisible tag 1",
        "piled-up marks 1",
        "\\u{200B}",
        "\\u{202E}",
        "\\u{0430}",
        "ZERO WIDTH SPACE",
        "RIGHT-TO-LEFT OVERRIDE",
        "mixed scripts Cyrillic",
    ] {
        assert!(page.contains(words), "{words}:\n{page}");
    }
    world.press("n");
    assert!(world.look().join("\n").contains("U+200B"));
    let mut seen = String::new();
    for _ in 0..12 {
        world.press("n");
        seen += &world.look().join("\n");
    }
    for words in
        ["CYRILLIC SMALL LETTER A", "looks like a", "TAG LATIN CAPITAL LETTER A", "ZERO WIDTH NO-BREAK SPACE"]
    {
        assert!(seen.contains(words), "{words}:\n{seen}");
    }
    world.press("G");
    assert!(world.look().join("\n").contains("Name"), "the author's name comes after his words");
    world.press("q");
    assert!(world.seat.screen.overlay.is_none());
}

#[test]
fn a_look_alike_is_marked_in_the_stream() {
    for (text, mark) in [("pаypаl.com", "⍰2"), ("\u{202e}gpj", "⍰1"), ("𝐕𝐗", "⍰2"), ("plain 文字", "")]
    {
        let page = on(text).look().join("\n");
        assert_eq!(page.contains('⍰'), !mark.is_empty(), "{text}: {page}");
        assert!(page.contains(mark), "{text}: {page}");
    }
}
