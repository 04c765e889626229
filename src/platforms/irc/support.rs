//! What the server says about itself in numeric 005 (ISUPPORT), with the defaults of RFC 1459 where it is silent.

use crate::platforms::irc::line::Line;
use crate::platforms::irc::names::Folding;

/// The server's own description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Support {
    pub folding: Folding,
    /// Status modes and their signs, highest first: `[('o', '@'), ('v', '+')]`.
    pub prefix: Vec<(char, char)>,
    /// Modes by kind: lists, always an argument, an argument when set, none.
    pub modes: [String; 4],
    /// Sign and letters of extended bans.
    pub extban: Option<(String, String)>,
    /// How many modes with an argument fit into one MODE.
    pub per_mode: usize,
    /// Signs that address only a part of a room.
    pub statusmsg: String,
    pub chantypes: String,
    pub nick_length: usize,
    /// Bytes of a reason in KICK.
    pub kick_length: usize,
    /// Bytes of a line with its CR LF.
    pub line_length: usize,
    /// Extended WHO, which tells accounts.
    pub whox: bool,
}

impl Default for Support {
    fn default() -> Self {
        Self {
            folding: Folding::default(),
            prefix: vec![('o', '@'), ('v', '+')],
            modes: ["b".to_owned(), "k".to_owned(), "l".to_owned(), "imnpst".to_owned()],
            extban: None,
            per_mode: 3,
            statusmsg: String::new(),
            chantypes: "#&".to_owned(),
            nick_length: 9,
            kick_length: 180,
            line_length: 512,
            whox: false,
        }
    }
}

/// Whether a mode takes an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModeKind {
    /// A list of masks; without an argument it is a question.
    List,
    /// A member's status.
    Status,
    /// Takes an argument now.
    Argument,
    /// Stands alone.
    Plain,
}

impl Support {
    /// Takes in one 005.
    pub fn hear(&mut self, line: &Line) {
        let tokens = line.params.len().saturating_sub(2);
        for token in line.params.iter().skip(1).take(tokens) {
            let (key, value) = token.split_once('=').unwrap_or((token, ""));
            self.learn(key, value);
        }
    }

    fn learn(&mut self, key: &str, value: &str) {
        match key {
            "CASEMAPPING" => self.folding = Folding::named(value),
            "PREFIX" => self.prefix = read_prefix(value),
            "CHANMODES" => {
                let mut kinds = value.split(',').map(str::to_owned);
                self.modes = std::array::from_fn(|_| kinds.next().unwrap_or_default());
            }
            "EXTBAN" => {
                self.extban =
                    value.split_once(',').map(|(sign, letters)| (sign.to_owned(), letters.to_owned()));
            }
            // An empty MODES means that there is no limit; the line length is one all the same.
            "MODES" => self.per_mode = value.parse().unwrap_or(12),
            "STATUSMSG" => self.statusmsg = value.to_owned(),
            "CHANTYPES" => self.chantypes = value.to_owned(),
            "NICKLEN" => self.nick_length = value.parse().unwrap_or(self.nick_length),
            "KICKLEN" => self.kick_length = value.parse().unwrap_or(self.kick_length),
            // Ours stay within 512 bytes even where the server takes more, so that every member's client reads them.
            "LINELEN" => {
                self.line_length = value.parse().map_or(self.line_length, |length: usize| length.min(512))
            }
            "WHOX" => self.whox = true,
            _ => {}
        }
    }

    /// What kind of mode `letter` is, when it is set or unset.
    pub fn kind(&self, letter: char, setting: bool) -> ModeKind {
        let among = |at: usize| self.modes.get(at).is_some_and(|letters| letters.contains(letter));
        if self.prefix.iter().any(|(mode, _)| *mode == letter) {
            ModeKind::Status
        } else if among(0) {
            ModeKind::List
        } else if among(1) || (among(2) && setting) {
            ModeKind::Argument
        } else {
            ModeKind::Plain
        }
    }

    /// Whether this names a room.
    pub fn is_room(&self, target: &str) -> bool {
        target.starts_with(|sign| self.chantypes.contains(sign))
    }

    /// The room of a target, without the signs that address a part of it.
    pub fn room_of<'a>(&self, target: &'a str) -> Option<&'a str> {
        if self.is_room(target) {
            return Some(target);
        }
        let bare = target.trim_start_matches(|sign| self.statusmsg.contains(sign));
        self.is_room(bare).then_some(bare)
    }

    /// The status modes of `@+bob` and the name behind them.
    pub fn split_signs<'a>(&self, name: &'a str) -> (String, &'a str) {
        let sign_of =
            |sign: char| self.prefix.iter().find(|(_, shown)| *shown == sign).map(|(mode, _)| *mode);
        let bare = name.trim_start_matches(|sign| sign_of(sign).is_some());
        let signs = name.strip_suffix(bare).unwrap_or("");
        (signs.chars().filter_map(sign_of).collect(), bare)
    }

    /// Whether status modes let one set bans and kick: half operator and everything above.
    pub fn may_moderate(&self, status: &str) -> bool {
        status.contains(['q', 'a', 'o', 'h'])
    }
}

fn read_prefix(value: &str) -> Vec<(char, char)> {
    let Some((modes, signs)) = value.trim_start_matches('(').split_once(')') else {
        return Vec::new();
    };
    modes.chars().zip(signs.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(tokens: &str) -> Support {
        let mut support = Support::default();
        let raw = format!(":s 005 me {tokens} :are supported by this server");
        support.hear(&Line::parse(raw.as_bytes()).unwrap());
        support
    }

    #[test]
    fn the_description_of_inspircd_is_read() {
        let support =
            after("CASEMAPPING=rfc1459 CHANMODES=beg,k,EHfl,KMRimnprst EXTBAN=,RUm PREFIX=(ov)@+ MODES=20");
        assert_eq!(support.extban, Some((String::new(), "RUm".to_owned())));
        assert_eq!(support.kind('b', true), ModeKind::List);
        assert_eq!(support.kind('l', false), ModeKind::Plain);
        assert_eq!(support.kind('k', false), ModeKind::Argument);
        assert_eq!(support.kind('o', true), ModeKind::Status);
        assert_eq!(support.split_signs("@+bob!u@h"), ("ov".to_owned(), "bob!u@h"));
        assert_eq!(support.per_mode, 20);
    }

    #[test]
    fn a_part_of_a_room_is_still_that_room() {
        let support = after("STATUSMSG=@+ CHANTYPES=#");
        assert_eq!(support.room_of("@#c"), Some("#c"));
        assert_eq!(support.room_of("bob"), None);
    }
}
