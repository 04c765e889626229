//! Themes: what each meaning on screen looks like. A theme speaks of meanings (`flag.s3`), never of places;
//! the signs of tiers and severities are in [`glyph`].
//!
//! A theme never carries meaning alone: every severity, role and state also has a glyph or a word. A broken theme file
//! never stops a seat: it is named with line and column, and the embedded theme is used.

use crate::config::theme::glyph::{GLYPHS, Glyph, Glyphs};
use crate::language::Language;
use crate::model::reason::Reason;
use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;

pub mod glyph;

/// What something on screen means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    Text,
    Dim,
    Strong,
    Border,
    Title,
    TitleFocus,
    Tab,
    TabHere,
    Key,
    Off,
    Cursor,
    Mark,
    FlagS1,
    FlagS2,
    FlagS3,
    FlagS4,
    RoleOwner,
    RoleAdmin,
    RoleNewcomer,
    RoleMember,
    Name,
    NameOwn,
    Room,
    Time,
    Notice,
    Gap,
    Day,
    Recalled,
    Reply,
    Hidden,
    Muted,
    Matched,
    Found,
    Frozen,
    Online,
    Waiting,
    Offline,
    Good,
    Bad,
    Unknown,
    Input,
    InputAloud,
    Dialog,
    Danger,
    ToastDone,
    ToastRefused,
    ToastTold,
    ToastAlarm,
}

/// Every meaning with its name in theme files. Names are public: none is ever renamed.
pub const MEANINGS: [(Meaning, &str); 48] = [
    (Meaning::Text, "text"),
    (Meaning::Dim, "text.dim"),
    (Meaning::Strong, "text.strong"),
    (Meaning::Border, "border"),
    (Meaning::Title, "title"),
    (Meaning::TitleFocus, "title.focus"),
    (Meaning::Tab, "tab"),
    (Meaning::TabHere, "tab.here"),
    (Meaning::Key, "key"),
    (Meaning::Off, "off"),
    (Meaning::Cursor, "cursor"),
    (Meaning::Mark, "cursor.mark"),
    (Meaning::FlagS1, "flag.s1"),
    (Meaning::FlagS2, "flag.s2"),
    (Meaning::FlagS3, "flag.s3"),
    (Meaning::FlagS4, "flag.s4"),
    (Meaning::RoleOwner, "role.owner"),
    (Meaning::RoleAdmin, "role.admin"),
    (Meaning::RoleNewcomer, "role.newcomer"),
    (Meaning::RoleMember, "role.member"),
    (Meaning::Name, "name"),
    (Meaning::NameOwn, "name.own"),
    (Meaning::Room, "room"),
    (Meaning::Time, "time"),
    (Meaning::Notice, "notice"),
    (Meaning::Gap, "gap"),
    (Meaning::Day, "day"),
    (Meaning::Recalled, "recalled"),
    (Meaning::Reply, "reply"),
    (Meaning::Hidden, "hidden"),
    (Meaning::Muted, "muted"),
    (Meaning::Matched, "matched"),
    (Meaning::Found, "found"),
    (Meaning::Frozen, "frozen"),
    (Meaning::Online, "status.online"),
    (Meaning::Waiting, "status.waiting"),
    (Meaning::Offline, "status.offline"),
    (Meaning::Good, "outcome.good"),
    (Meaning::Bad, "outcome.bad"),
    (Meaning::Unknown, "outcome.unknown"),
    (Meaning::Input, "input"),
    (Meaning::InputAloud, "input.aloud"),
    (Meaning::Dialog, "dialog"),
    (Meaning::Danger, "danger"),
    (Meaning::ToastDone, "toast.done"),
    (Meaning::ToastRefused, "toast.refused"),
    (Meaning::ToastTold, "toast.told"),
    (Meaning::ToastAlarm, "toast.alarm"),
];

/// Colour names: the terminal's own sixteen, which the user's terminal theme decides.
const COLOURS: [(&str, Color); 17] = [
    ("default", Color::Reset),
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::Gray),
    ("bright-black", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
];

const ATTRIBUTES: [(&str, Modifier); 6] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underline", Modifier::UNDERLINED),
    ("reverse", Modifier::REVERSED),
    ("crossed", Modifier::CROSSED_OUT),
];

const EMBEDDED: [(&str, &str); 6] = [
    ("default", include_str!("../../themes/default.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("high-contrast", include_str!("../../themes/high-contrast.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
    ("night-ink", include_str!("../../themes/night-ink.toml")),
    ("paper", include_str!("../../themes/paper.toml")),
];

/// What each meaning looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    pub name: String,
    /// In the order of [`Meaning`]; a meaning that the theme leaves out looks like plain text.
    styles: [Option<Style>; MEANINGS.len()],
    glyphs: Glyphs,
}

/// What is wrong with a theme file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeError {
    pub file: String,
    /// Counted from 1; 0 when the file could not be read at all.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    pub problem: Problem,
}

/// The ways in which a theme file can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The file is there but cannot be read.
    Unreadable(String),
    /// It is not TOML, or not of the shape `[palette]`, `[style]` and `[glyph]` with texts.
    NotToml(String),
    /// `[style]` or `[glyph]` names something that is not there.
    UnknownMeaning(String),
    /// A word that is neither a colour, nor in the palette, nor an attribute.
    UnknownWord(String),
    /// `[glyph]` has a text that is more than a sign, blank, or of no language.
    NoGlyph(String),
    /// There is neither an embedded theme nor a file of this name.
    NoSuchTheme,
}

impl ThemeError {
    /// The sentence for a person.
    pub fn reason(&self) -> Reason {
        let (key, what) = match &self.problem {
            Problem::Unreadable(error) => ("theme-unreadable", error.as_str()),
            Problem::NotToml(error) => ("theme-not-toml", error.as_str()),
            Problem::UnknownMeaning(name) => ("theme-unknown-meaning", name.as_str()),
            Problem::UnknownWord(word) => ("theme-unknown-word", word.as_str()),
            Problem::NoGlyph(text) => ("theme-no-glyph", text.as_str()),
            Problem::NoSuchTheme => ("theme-none-such", ""),
        };
        Reason::new(key)
            .with("file", &self.file)
            .with("line", self.line)
            .with("column", self.column)
            .with("what", what)
    }
}

impl Theme {
    /// The embedded themes, in the order in which `T` goes through them.
    pub const NAMES: [&str; 6] = ["default", "light", "high-contrast", "mono", "night-ink", "paper"];

    /// The theme called `name`: the user's file `<folder>/<name>.toml` where there is one, else the embedded theme.
    /// With an error comes the embedded theme of that name, or `default` where there is none.
    pub fn named(name: &str, user_folder: Option<&Path>) -> (Theme, Option<ThemeError>) {
        let plain = name.chars().all(|sign| sign.is_alphanumeric() || sign == '-' || sign == '_');
        let path = user_folder.filter(|_| plain).map(|folder| folder.join(format!("{name}.toml")));
        let Some(path) = path.filter(|path| path.exists()) else {
            let known = EMBEDDED.iter().any(|(embedded, _)| *embedded == name);
            let problem =
                ThemeError { file: name.to_owned(), line: 0, column: 0, problem: Problem::NoSuchTheme };
            return (Self::embedded(name), (!known).then_some(problem));
        };
        let file = path.display().to_string();
        let read = std::fs::read_to_string(&path).map_err(|error| ThemeError {
            file: file.clone(),
            line: 0,
            column: 0,
            problem: Problem::Unreadable(error.to_string()),
        });
        match read.and_then(|text| Self::parse(name, &file, &text, Self::embedded(name))) {
            Ok(theme) => (theme, None),
            Err(error) => (Self::embedded(name), Some(error)),
        }
    }

    /// How a meaning looks; a meaning that the theme leaves out looks like plain text.
    pub fn style(&self, meaning: Meaning) -> Style {
        self.styles.get(meaning as usize).copied().flatten().unwrap_or_default()
    }

    /// What stands for a tier or a severity, at most two cells wide.
    pub fn glyph(&self, glyph: Glyph, language: Language) -> &str {
        self.glyphs.sign(glyph, language)
    }

    /// The embedded theme of this name; `default` where there is none. Signs that it leaves out are those of `default`.
    fn embedded(name: &str) -> Theme {
        let found = EMBEDDED.iter().find(|(embedded, _)| *embedded == name).or(EMBEDDED.first());
        let empty =
            Theme { name: name.to_owned(), styles: [None; MEANINGS.len()], glyphs: Glyphs::default() };
        let base = match EMBEDDED.first().filter(|(first, _)| *first != name) {
            Some((first, _)) => Theme { glyphs: Self::embedded(first).glyphs, ..empty },
            None => empty,
        };
        match found {
            // A test parses them all; were one broken, the screen would be plain and readable.
            Some((name, text)) => Self::parse(name, name, text, base.clone()).unwrap_or(base),
            None => base,
        }
    }

    /// Reads a theme; what it leaves out is taken from `base`.
    fn parse(name: &str, file: &str, text: &str, base: Theme) -> Result<Theme, ThemeError> {
        let wrong = |span: Option<Range<usize>>, problem: Problem| {
            let (line, column) = place(text, span.map_or(0, |span| span.start));
            ThemeError { file: file.to_owned(), line, column, problem }
        };
        let parsed: File = toml::from_str(text)
            .map_err(|error| wrong(error.span(), Problem::NotToml(error.message().to_owned())))?;
        let mut palette = BTreeMap::new();
        for (name, value) in &parsed.palette {
            let colour = colour(value.get_ref(), &BTreeMap::new())
                .ok_or_else(|| wrong(Some(value.span()), Problem::UnknownWord(value.get_ref().clone())))?;
            palette.insert(name.as_str(), colour);
        }
        let mut styles = base.styles;
        for (name, value) in &parsed.style {
            let meaning = MEANINGS.iter().find(|(_, known)| known == name).map(|(meaning, _)| *meaning);
            let meaning =
                meaning.ok_or_else(|| wrong(Some(value.span()), Problem::UnknownMeaning(name.clone())))?;
            let style = style(value.get_ref(), &palette)
                .map_err(|word| wrong(Some(value.span()), Problem::UnknownWord(word)))?;
            if let Some(place) = styles.get_mut(meaning as usize) {
                *place = Some(style);
            }
        }
        let mut glyphs = base.glyphs;
        for (name, value) in &parsed.glyph {
            let glyph = GLYPHS.iter().find(|(_, known)| known == name).map(|(glyph, _)| *glyph);
            let glyph =
                glyph.ok_or_else(|| wrong(Some(value.span()), Problem::UnknownMeaning(name.clone())))?;
            let taken = glyphs.take(glyph, value.get_ref());
            taken.map_err(|text| wrong(Some(value.span()), Problem::NoGlyph(text)))?;
        }
        Ok(Theme { name: name.to_owned(), styles, glyphs })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    palette: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    style: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    glyph: BTreeMap<String, Spanned<toml::Value>>,
}

/// `bold yellow on #101010` → a style; the first word that means nothing is the error.
fn style(text: &str, palette: &BTreeMap<&str, Color>) -> Result<Style, String> {
    let mut style = Style::default();
    let mut behind = false;
    for word in text.split_whitespace() {
        if word == "on" {
            behind = true;
        } else if let Some((_, attribute)) = ATTRIBUTES.iter().find(|(name, _)| *name == word) {
            style = style.add_modifier(*attribute);
        } else {
            let colour = colour(word, palette).ok_or_else(|| word.to_owned())?;
            style = if behind { style.bg(colour) } else { style.fg(colour) };
        }
    }
    Ok(style)
}

fn colour(word: &str, palette: &BTreeMap<&str, Color>) -> Option<Color> {
    if let Some(hex) = word.strip_prefix('#') {
        let number = u32::from_str_radix(hex, 16).ok().filter(|_| hex.len() == 6)?;
        let [_, red, green, blue] = number.to_be_bytes();
        return Some(Color::Rgb(red, green, blue));
    }
    let named = COLOURS.iter().find(|(name, _)| *name == word).map(|(_, colour)| *colour);
    named.or_else(|| palette.get(word).copied())
}

/// Line and column, both from 1, of a byte of the text.
fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user_theme(text: &str) -> (Theme, Option<ThemeError>) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("default.toml"), text).unwrap();
        Theme::named("default", Some(folder.path()))
    }

    #[test]
    fn every_embedded_theme_is_whole() {
        for (name, text) in EMBEDDED {
            let empty =
                Theme { name: name.to_owned(), styles: [None; MEANINGS.len()], glyphs: Glyphs::default() };
            let theme = Theme::parse(name, name, text, empty).unwrap();
            for (meaning, word) in MEANINGS {
                assert!(theme.styles[meaning as usize].is_some(), "{name} says nothing about {word}");
            }
        }
        assert_eq!(EMBEDDED.map(|(name, _)| name), Theme::NAMES);
        for (name, (glyph, word), language) in Theme::NAMES
            .iter()
            .flat_map(|name| GLYPHS.map(|glyph| (name, glyph)))
            .flat_map(|(name, glyph)| Language::ALL.map(|language| (name, glyph, language)))
        {
            let theme = Theme::named(name, None).0;
            assert_ne!(theme.glyph(glyph, language), "?", "{name} has no sign for {word} in {language:?}");
        }
    }

    #[test]
    fn mono_has_no_colour_at_all() {
        let (theme, error) = Theme::named("mono", None);
        assert_eq!(error, None);
        for style in theme.styles.iter().flatten() {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }

    #[test]
    fn a_users_file_of_the_same_name_wins_and_keeps_the_rest() {
        let (theme, error) =
            user_theme("[palette]\nsea = \"#102030\"\n[style]\n\"flag.s4\" = \"bold sea on red\"\n");
        assert_eq!(error, None);
        let wanted =
            Style::default().fg(Color::Rgb(0x10, 0x20, 0x30)).bg(Color::Red).add_modifier(Modifier::BOLD);
        assert_eq!(theme.style(Meaning::FlagS4), wanted);
        assert_eq!(theme.style(Meaning::Gap), Theme::named("default", None).0.style(Meaning::Gap));
    }

    #[test]
    fn a_users_signs_take_the_place_of_ours_one_by_one_and_language_by_language() {
        let (theme, error) = user_theme(
            "[glyph]\n\"flag.s3\" = \"▲\"\n\"role.owner\" = { en = \"@\" }\n\"role.admin\" = \"%%\"\n",
        );
        assert_eq!(error, None);
        let default = Theme::named("default", None).0;
        for language in Language::ALL {
            assert_eq!(theme.glyph(Glyph::S3, language), "▲");
            assert_eq!(theme.glyph(Glyph::Admin, language), "%%");
            assert_eq!(theme.glyph(Glyph::S4, language), default.glyph(Glyph::S4, language));
        }
        assert_eq!(theme.glyph(Glyph::Owner, Language::English), "@");
        assert_eq!(theme.glyph(Glyph::Owner, Language::Chinese), "主");
    }

    #[test]
    fn a_broken_file_is_named_with_line_and_column_and_the_embedded_theme_stands_in() {
        for (text, line, column, problem) in [
            (
                "[style]\n\"flag.s4\" = \"red\"\n\"text\" = \"violett\"\n",
                3,
                10,
                Problem::UnknownWord("violett".into()),
            ),
            ("[style]\n\"queue.red\" = \"red\"\n", 2, 15, Problem::UnknownMeaning("queue.red".into())),
            ("[glyph]\n\"role.king\" = \"K\"\n", 2, 15, Problem::UnknownMeaning("role.king".into())),
            ("[glyph]\n\n\"flag.s4\" = \"灾难\"\n", 3, 13, Problem::NoGlyph("灾难".into())),
            ("[glyph]\n\"flag.s4\" = \" \"\n", 2, 13, Problem::NoGlyph(" ".into())),
            ("[glyph]\n\"flag.s4\" = \"\\u001b\"\n", 2, 13, Problem::NoGlyph("\u{1b}".into())),
            ("[glyph]\n\"flag.s4\" = 4\n", 2, 13, Problem::NoGlyph("4".into())),
            ("[glyph]\n\"flag.s4\" = { de = \"!\" }\n", 2, 13, Problem::NoGlyph("de".into())),
        ] {
            let (theme, error) = user_theme(text);
            let error = error.unwrap();
            assert_eq!((error.line, error.column, &error.problem), (line, column, &problem), "{text}");
            assert_eq!(theme, Theme::named("default", None).0);
        }
        let (_, error) = user_theme("[style]\ntext = \n");
        let error = error.unwrap();
        assert_eq!(error.line, 2);
        assert!(matches!(error.problem, Problem::NotToml(_)));
    }

    #[test]
    fn a_theme_that_does_not_exist_is_said() {
        let (theme, error) = Theme::named("../etc/passwd", None);
        assert_eq!(theme.name, "default");
        assert!(matches!(error.unwrap().problem, Problem::NoSuchTheme));
    }
}
