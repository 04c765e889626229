//! A seat in a test: everything a scene borrows, owned.

use chrono::FixedOffset;
use qunguan::commands::keymap::Keymap;
use qunguan::config::theme::Theme;
use qunguan::enforce;
use qunguan::language::{Language, Words};
use qunguan::model::moment::Moment;
use qunguan::state::State;
use qunguan::ui::scene::{Recording, Scene};
use qunguan::ui::screen::Screen;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::OnceLock;

/// The catalogues take longer to read than a screen to draw: they are read once.
fn words(language: Language) -> &'static Words {
    static CHINESE: OnceLock<Words> = OnceLock::new();
    static ENGLISH: OnceLock<Words> = OnceLock::new();
    let words = match language {
        Language::Chinese => &CHINESE,
        Language::English => &ENGLISH,
    };
    words.get_or_init(|| Words::of(language))
}

pub struct Desk {
    pub state: State,
    pub words: &'static Words,
    pub theme: Theme,
    pub keymap: Keymap,
    pub now: Moment,
    pub here: Vec<String>,
    pub recording: Recording,
    pub enforce: enforce::Settings,
}

impl Desk {
    pub fn new(state: State, now: Moment, language: Language, theme: &str) -> Self {
        Self {
            state,
            words: words(language),
            theme: Theme::named(theme, None).0,
            keymap: Keymap::default(),
            now,
            here: vec!["bob".into()],
            recording: Recording::Fine,
            enforce: enforce::Settings::default(),
        }
    }

    pub fn scene(&self) -> Scene<'_> {
        Scene {
            state: &self.state,
            words: self.words,
            theme: &self.theme,
            keymap: &self.keymap,
            now: self.now,
            zone: FixedOffset::east_opt(8 * 3600).unwrap(),
            moderator: "alice",
            here: &self.here,
            recording: &self.recording,
            enforce: &self.enforce,
        }
    }

    pub fn draw(&self, screen: &Screen) -> (Buffer, Option<(u16, u16)>) {
        let (columns, rows) = screen.size();
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
        let cursor = screen.draw(&self.scene(), &mut buffer);
        (buffer, cursor)
    }
}
