//! A key as a moderator means it, however his terminal or input method spelled it.

use std::fmt;

/// What was pressed, without modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    Char(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Home,
    End,
    Backspace,
    Delete,
}

/// One key press.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    pub code: Code,
    pub ctrl: bool,
    pub alt: bool,
}

impl Key {
    /// A key without modifiers.
    pub fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false }
    }

    /// A letter, digit or sign without modifiers.
    pub fn char(sign: char) -> Self {
        Self::plain(Code::Char(sign))
    }

    /// The letter, digit or sign that this key types, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(sign) if !self.ctrl && !self.alt => Some(sign),
            _ => None,
        }
    }

    /// The same key with full-width letters, digits and punctuation as their ASCII ones, for use as a command.
    /// Text fields take keys unfolded.
    pub fn folded(self) -> Self {
        match self.code {
            Code::Char(sign) => Self { code: Code::Char(fold_sign(sign)), ..self },
            _ => self,
        }
    }

    /// Reads one key as the tables write it: `j`, `^d`, `Alt-1`, `Tab`, `S-Tab`, `PgUp`, `Space`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("Alt-") {
            return Self::parse(rest).map(|key| Self { alt: true, ..key });
        }
        let named = NAMES.iter().find(|(name, _)| *name == text).map(|(_, code)| Self::plain(*code));
        if named.is_some() {
            return named;
        }
        let mut signs = text.chars();
        match (signs.next(), signs.next(), signs.next()) {
            (Some(sign), None, None) => Some(Self::char(sign)),
            (Some('^'), Some(sign), None) => Some(Self { ctrl: true, ..Self::char(sign) }),
            _ => None,
        }
    }
}

const NAMES: [(&str, Code); 16] = [
    ("Enter", Code::Enter),
    ("Esc", Code::Esc),
    ("Tab", Code::Tab),
    ("S-Tab", Code::BackTab),
    ("↑", Code::Up),
    ("↓", Code::Down),
    ("←", Code::Left),
    ("→", Code::Right),
    ("PgUp", Code::PageUp),
    ("PgDn", Code::PageDown),
    ("Home", Code::Home),
    ("End", Code::End),
    ("Backspace", Code::Backspace),
    ("Del", Code::Delete),
    ("Space", Code::Char(' ')),
    ("Up", Code::Up),
];

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.alt {
            out.write_str("Alt-")?;
        }
        if self.ctrl {
            out.write_str("^")?;
        }
        match NAMES.iter().find(|(_, code)| *code == self.code) {
            Some((name, _)) => out.write_str(name),
            None => match self.code {
                Code::Char(sign) => write!(out, "{sign}"),
                _ => Ok(()),
            },
        }
    }
}

/// `ａ` → `a`, `：` → `:`, and the Chinese stops that input methods type for ASCII ones.
fn fold_sign(sign: char) -> char {
    match sign {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(sign).saturating_sub(0xff01 - 0x21)).unwrap_or(sign)
        }
        '\u{3000}' => ' ',
        '。' => '.',
        '、' => '/',
        '【' => '[',
        '】' => ']',
        _ => sign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_keys_act_as_their_ascii_keys() {
        for (typed, meant) in
            [('ａ', 'a'), ('：', ':'), ('／', '/'), ('？', '?'), ('＊', '*'), ('１', '1'), ('。', '.')]
        {
            assert_eq!(Key::char(typed).folded(), Key::char(meant), "{typed}");
        }
    }

    #[test]
    fn a_key_reads_back_as_it_is_written() {
        for text in ["j", "G", "^d", "Alt-1", "Tab", "S-Tab", "PgUp", "Space", "↓", "Enter", "?", "^"] {
            let key = Key::parse(text).unwrap();
            assert_eq!(key.to_string(), text);
        }
        assert_eq!(Key::parse("nonsense"), None);
    }
}
