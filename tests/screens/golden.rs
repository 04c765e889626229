//! Golden screens: every view at three sizes, in both languages, in `default` and `mono`. `QUNGUAN_BLESS=1` writes them
//! anew; `QUNGUAN_ANSI=<folder>` also writes what a terminal would be sent.

use crate::desk::Desk;
use crate::history::History;
use crate::{paint, story};
use qunguan::language::Language;
use qunguan::model::reason::Reason;
use qunguan::ui::dialog::{Choice, Dialog};
use qunguan::ui::help::HelpView;
use qunguan::ui::moves::Motion;
use qunguan::ui::overlay::{Overlay, Pending, Tone};
use qunguan::ui::prompt::{Prompt, Purpose};
use qunguan::ui::scene::Recording;
use qunguan::ui::screen::{Pane, Screen, View};
use qunguan::ui::verbs;
use ratatui::buffer::Buffer;
use std::path::Path;

pub const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 60)];
pub const LANGUAGES: [(Language, &str); 2] = [(Language::Chinese, "zh"), (Language::English, "en")];

/// Compares a screen with its golden file.
pub fn check(name: &str, desk: &Desk, screen: &Screen) {
    let (buffer, cursor) = desk.draw(screen);
    check_drawn(name, &buffer, cursor);
}

/// Compares what was drawn with its golden file.
pub fn check_drawn(name: &str, buffer: &Buffer, cursor: Option<(u16, u16)>) {
    if let Ok(folder) = std::env::var("QUNGUAN_ANSI") {
        std::fs::write(Path::new(&folder).join(format!("{name}.ansi")), paint::ansi(buffer)).unwrap();
    }
    assert!(!paint::glyphs(buffer).contains("{$"), "{name} shows a sentence with a hole in it");
    let is = paint::golden(buffer, cursor);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.txt"));
    if std::env::var("QUNGUAN_BLESS").is_ok() {
        std::fs::write(&path, &is).unwrap();
        return;
    }
    let was = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{name} was never blessed"));
    assert!(was == is, "{name} changed; QUNGUAN_BLESS=1 takes it as it is:\n{}", paint::glyphs(buffer));
}

/// A screen made by `make` from this history, at every size, in both languages and in two themes.
pub fn check_all(name: &str, history: &History, make: impl Fn(&mut Desk, &mut Screen)) {
    for (columns, rows) in SIZES {
        for (language, tag) in LANGUAGES {
            for theme in ["default", "mono"] {
                let mut desk = Desk::new(history.state.clone(), history.now, language, theme);
                let mut screen = Screen::new(columns, rows);
                make(&mut desk, &mut screen);
                check(&format!("{name}-{columns}x{rows}-{tag}-{theme}"), &desk, &screen);
            }
        }
    }
}

#[test]
fn every_view_looks_as_it_was_blessed() {
    for (view, name) in [
        (View::Live, "live"),
        (View::Queue, "queue"),
        (View::Outbox, "outbox"),
        (View::Audit, "audit"),
        (View::Connectors, "connectors"),
    ] {
        check_all(name, &story::afternoon(), |_, screen| screen.set_view(view));
    }
}

#[test]
fn a_frozen_stream_looks_as_it_was_blessed() {
    check_all("frozen", &story::afternoon(), |desk, screen| {
        screen.set_room(Some(story::RUST));
        screen.pin(&desk.scene());
        for _ in 0..4 {
            screen.go(&desk.scene(), Motion::Up);
        }
        let mut more = History { state: desk.state.clone(), now: desk.now, members: 99, records: Vec::new() };
        more.says(story::RUST, qunguan::model::id::MemberId(3), "这些人是谁?");
        more.says(story::RUST, qunguan::model::id::MemberId(3), "管理员在吗");
        desk.state = more.state;
        screen.catch_up(&desk.scene());
    });
}

#[test]
fn help_tells_what_is_off_and_why() {
    check_all("help", &story::afternoon(), |desk, screen| {
        let off = verbs::all_off(&desk.scene(), &screen.target(&desk.scene()));
        screen.overlay = Some(Overlay::Help(HelpView::new(off, Vec::new())));
    });
}

#[test]
fn a_dialog_looks_as_it_was_blessed() {
    check_all("dialog", &story::afternoon(), |desk, screen| {
        screen.focus(Pane::Queue);
        let scene = desk.scene();
        let name = scene.member_name(screen.target(&scene).member.unwrap());
        let mut mute = Choice::new('m', scene.say("cmd-mute"));
        mute.why_off = Some(scene.words.reason(&Reason::new("irc-no-mute")));
        let lines = vec![
            scene.say_with("card-joined", &[("when", "13:42"), ("age", "1分")]),
            "兼职日结300, 加V✚❤: fu1i888 领资料 https://fuli.example/x".into(),
        ];
        let choices =
            vec![Choice::new('y', scene.say("cmd-remove")), mute, Choice::new('q', scene.say("short-back"))];
        let title = format!("{} {name}", scene.say("short-remove"));
        screen.overlay = Some(Overlay::Dialog(Dialog { danger: true, ..Dialog::new(title, lines, choices) }));
    });
}

#[test]
fn the_footer_gives_way_to_a_prompt_a_preset_bar_a_toast_and_the_alarm() {
    let history = story::afternoon();
    for (language, tag) in LANGUAGES {
        let mut desk = Desk::new(history.state.clone(), history.now, language, "default");
        let mut screen = Screen::new(80, 24);
        let mut prompt = Prompt::new(Purpose::Command);
        prompt.insert("mute 孙 10");
        prompt.preview = Some(desk.words.say("cmd-mute"));
        prompt.completions = vec!["mute".into(), "note".into()];
        screen.overlay = Some(Overlay::Prompt(prompt));
        check(&format!("prompt-80x24-{tag}"), &desk, &screen);
        screen.overlay = None;
        let options =
            vec![('1', "10m".to_owned()), ('2', "30m".to_owned()), ('0', desk.words.say("verb-unmute"))];
        screen.pending = Some(Pending { label: desk.words.say("short-mute"), options, note: None });
        check(&format!("pending-80x24-{tag}"), &desk, &screen);
        screen.pending = None;
        let text = desk.words.say_with("notice-unmuted", &[("name", "孙老师傅"), ("by", "alice")]);
        screen.tell(&desk.scene(), Tone::Done, text);
        desk.recording = Recording::Stopped(Reason::new("config-connector-name"));
        check(&format!("alarm-80x24-{tag}"), &desk, &screen);
    }
}

#[test]
fn a_window_that_is_too_small_says_so() {
    for (language, tag) in LANGUAGES {
        let desk = Desk::new(qunguan::state::State::default(), story::afternoon().now, language, "default");
        check(&format!("too-small-{tag}"), &desk, &Screen::new(40, 10));
    }
}

#[test]
fn the_true_colour_themes_look_as_they_were_blessed() {
    let history = story::afternoon();
    for theme in ["night-ink", "paper", "light", "high-contrast"] {
        let desk = Desk::new(history.state.clone(), history.now, Language::Chinese, theme);
        check(&format!("live-120x36-zh-{theme}"), &desk, &Screen::new(120, 36));
    }
}
