//! IRC lines: bytes into lines and lines into bytes, by the grammar of RFC 1459 with IRCv3 message tags.
//!
//! Never panics, never keeps more than one bounded line, and never lets a foreign text start a second line.

/// The longest line taken from a server: 8191 bytes of tags and 512 of line by the specification, doubled for servers
/// that are generous.
pub const LONGEST: usize = 16 * 1024;

/// The longest line sent, without tags and with its CR LF (RFC 1459 §2.3).
pub const SENT: usize = 512;

/// One line of the protocol.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    pub tags: Vec<(String, String)>,
    /// Who it comes from: `nick!user@host` or a server's name.
    pub source: Option<String>,
    /// Upper case.
    pub command: String,
    pub params: Vec<String>,
}

impl Line {
    /// A line to send.
    pub fn new(command: &str, params: &[&str]) -> Self {
        Self {
            command: command.to_owned(),
            params: params.iter().map(|param| (*param).to_owned()).collect(),
            ..Self::default()
        }
    }

    /// The same line with one more tag; only for servers that negotiated message tags.
    pub fn with_tag(mut self, key: &str, value: &str) -> Self {
        self.tags.push((key.to_owned(), value.to_owned()));
        self
    }

    /// Reads one line without its line end. Bytes that are not UTF-8 become replacement characters.
    /// `None` where there is no command at all.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes).replace(['\r', '\n', '\0'], "");
        let mut rest = text.trim_start_matches(' ');
        let mut line = Self::default();
        if let Some(tagged) = rest.strip_prefix('@') {
            let (tags, after) = tagged.split_once(' ').unwrap_or((tagged, ""));
            line.tags = tags.split(';').filter(|tag| !tag.is_empty()).map(read_tag).collect();
            rest = after.trim_start_matches(' ');
        }
        if let Some(sourced) = rest.strip_prefix(':') {
            let (source, after) = sourced.split_once(' ').unwrap_or((sourced, ""));
            line.source = Some(source.to_owned()).filter(|source| !source.is_empty());
            rest = after.trim_start_matches(' ');
        }
        let (command, after) = rest.split_once(' ').unwrap_or((rest, ""));
        if command.is_empty() {
            return None;
        }
        line.command = command.to_ascii_uppercase();
        line.params = read_params(after);
        Some(line)
    }

    /// The line as it goes over the wire, with CR LF. Line ends and zero bytes inside are removed, a middle parameter
    /// cannot become two, and everything after the tags is cut to [`SENT`] bytes between two characters.
    pub fn write(&self) -> String {
        let mut body = String::new();
        if let Some(source) = &self.source {
            body.push(':');
            body.push_str(&one_word(source));
            body.push(' ');
        }
        body.push_str(&one_word(&self.command));
        let last = self.params.len().saturating_sub(1);
        for (at, param) in self.params.iter().enumerate() {
            body.push(' ');
            if at == last {
                let cleaned = one_line(param);
                if cleaned.is_empty() || cleaned.starts_with(':') || cleaned.contains(' ') {
                    body.push(':');
                }
                body.push_str(&cleaned);
            } else {
                body.push_str(&one_word(param));
            }
        }
        let mut written = self.write_tags();
        written.push_str(cut(&body, SENT - 2));
        written.push_str("\r\n");
        written
    }

    fn write_tags(&self) -> String {
        let tags: Vec<String> = self
            .tags
            .iter()
            .map(|(key, value)| (one_word(key).replace([';', '='], ""), value))
            .map(|(key, value)| if value.is_empty() { key } else { format!("{key}={}", escape(value)) })
            .collect();
        if tags.is_empty() { String::new() } else { format!("@{} ", tags.join(";")) }
    }

    /// The value of a tag; an empty value counts as absent.
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.tags
            .iter()
            .find(|(name, value)| name == key && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The parameter at `at`, empty where there is none.
    pub fn param(&self, at: usize) -> &str {
        self.params.get(at).map_or("", String::as_str)
    }

    /// The last parameter, which carries the sentence in replies.
    pub fn last(&self) -> &str {
        self.params.last().map_or("", String::as_str)
    }

    /// The nick (or server name) of the source, empty where there is none.
    pub fn nick(&self) -> &str {
        self.source.as_deref().map_or("", |source| source.split(['!', '@']).next().unwrap_or(""))
    }

    /// The number of a numeric reply.
    pub fn numeric(&self) -> Option<u16> {
        if self.command.len() == 3 { self.command.parse().ok() } else { None }
    }
}

/// The beginning of `text` that fits into `bytes`, between two characters.
pub fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

/// `text` in pieces of at most `bytes`, at spaces where that costs less than half a piece.
pub fn pieces(text: &str, bytes: usize) -> Vec<String> {
    let mut rest = text;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let mut piece = cut(rest, bytes.max(4));
        if piece.len() < rest.len()
            && let Some((before, _)) = piece.rsplit_once(' ')
            && before.len() > bytes / 2
        {
            piece = before;
        }
        found.push(piece.to_owned());
        rest = rest.get(piece.len()..).unwrap_or("").trim_start_matches(' ');
    }
    found
}

/// Takes bytes as they come and gives whole lines.
#[derive(Debug, Default)]
pub struct Framer {
    waiting: Vec<u8>,
    skipping: bool,
}

/// What a [`Framer`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    Line(Line),
    /// A line longer than [`LONGEST`] was skipped.
    Oversize,
}

impl Framer {
    /// The lines that `bytes` complete.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Frame> {
        let mut frames = Vec::new();
        for byte in bytes {
            if *byte == b'\n' {
                if self.skipping {
                    frames.push(Frame::Oversize);
                } else if let Some(line) = Line::parse(&self.waiting) {
                    frames.push(Frame::Line(line));
                }
                self.waiting.clear();
                self.skipping = false;
            } else if self.waiting.len() >= LONGEST {
                self.waiting.clear();
                self.skipping = true;
            } else if !self.skipping {
                self.waiting.push(*byte);
            }
        }
        frames
    }
}

fn read_tag(tag: &str) -> (String, String) {
    let (key, value) = tag.split_once('=').unwrap_or((tag, ""));
    (key.to_owned(), unescape(value))
}

fn read_params(mut rest: &str) -> Vec<String> {
    let mut params = Vec::new();
    loop {
        rest = rest.trim_start_matches(' ');
        if let Some(last) = rest.strip_prefix(':') {
            params.push(last.to_owned());
            return params;
        }
        if rest.is_empty() {
            return params;
        }
        let (param, after) = rest.split_once(' ').unwrap_or((rest, ""));
        params.push(param.to_owned());
        rest = after;
    }
}

fn unescape(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some(':') => plain.push(';'),
            Some('s') => plain.push(' '),
            Some('r') => plain.push('\r'),
            Some('n') => plain.push('\n'),
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain
}

fn escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            ';' => escaped.push_str("\\:"),
            ' ' => escaped.push_str("\\s"),
            '\\' => escaped.push_str("\\\\"),
            '\r' => escaped.push_str("\\r"),
            '\n' => escaped.push_str("\\n"),
            '\0' => {}
            other => escaped.push(other),
        }
    }
    escaped
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n', '\0'], "")
}

fn one_word(text: &str) -> String {
    let word = text.replace(['\r', '\n', '\0', ' '], "");
    let word = word.trim_start_matches(':');
    if word.is_empty() { "*".to_owned() } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(raw: &str, source: Option<&str>, command: &str, params: &[&str]) {
        let line = Line::parse(raw.as_bytes()).unwrap();
        assert_eq!((line.source.as_deref(), line.command.as_str()), (source, command), "{raw}");
        assert_eq!(line.params, params, "{raw}");
    }

    #[test]
    fn lines_are_read_by_the_grammar() {
        check("PING :irc.test", None, "PING", &["irc.test"]);
        check(":a!b@c PRIVMSG #c ::-) hi", Some("a!b@c"), "PRIVMSG", &["#c", ":-) hi"]);
        check("@time=1;x :s 001  me :Welcome to it", Some("s"), "001", &["me", "Welcome to it"]);
        check(":s mode #c +b :m:bob!*@*", Some("s"), "MODE", &["#c", "+b", "m:bob!*@*"]);
        assert_eq!(Line::parse(b""), None);
        assert_eq!(Line::parse(b"@a=b"), None);
        assert_eq!(Line::parse(b":only"), None);
    }

    #[test]
    fn tags_are_unescaped() {
        let line = Line::parse(b"@a=x\\sy\\:z\\\\;+b;c=\\ :s X").unwrap();
        assert_eq!(line.tag("a"), Some("x y;z\\"));
        assert_eq!(line.tag("+b"), None);
    }

    #[test]
    fn a_line_that_is_not_utf8_is_read_all_the_same() {
        let line = Line::parse(b":a PRIVMSG #c :caf\xe9 \xff").unwrap();
        assert_eq!(line.last(), "caf\u{fffd} \u{fffd}");
    }

    #[test]
    fn a_hostile_text_cannot_start_a_second_line() {
        let written = Line::new("PRIVMSG", &["#c\r\nQUIT", "hi\r\nQUIT :gone\0"]).write();
        assert_eq!(written, "PRIVMSG #cQUIT :hiQUIT :gone\r\n");
        let written = Line::new("KICK", &["#c", "bob :x", "why"]).write();
        assert_eq!(written, "KICK #c bob:x why\r\n");
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        let written = Line::new("PRIVMSG", &["#c", &"禁".repeat(300)]).write();
        assert!(written.len() <= SENT, "{}", written.len());
        assert!(written.ends_with("禁\r\n"));
    }

    #[test]
    fn an_oversize_line_is_skipped_and_the_next_one_is_read() {
        let mut framer = Framer::default();
        let mut bytes = vec![b'x'; LONGEST * 2];
        bytes.extend_from_slice(b"\r\nPING :a\r\nPI");
        let frames = framer.feed(&bytes);
        assert_eq!(frames, vec![Frame::Oversize, Frame::Line(Line::new("PING", &["a"]))]);
        assert_eq!(framer.feed(b"NG b\n"), vec![Frame::Line(Line::new("PING", &["b"]))]);
    }

    #[test]
    fn pieces_keep_every_word() {
        let text = "一二三 four five 六七八九十".repeat(40);
        let found = pieces(&text, 100);
        assert!(found.iter().all(|piece| piece.len() <= 100));
        assert_eq!(found.join("").replace(' ', ""), text.replace(' ', ""));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let mut framer = Framer::default();
            for frame in framer.feed(&bytes) {
                if let Frame::Line(line) = frame {
                    let written = line.write();
                    prop_assert!(written.ends_with("\r\n"));
                    prop_assert_eq!(written.matches(['\r', '\n']).count(), 2);
                }
            }
        }

        #[test]
        fn what_is_written_is_read_back(
            tags in proptest::collection::vec(("[a-z+/-]{1,8}", "[^\0]{1,20}"), 0..3),
            source in proptest::option::of("[a-z!@.]{1,20}"),
            command in "[A-Z]{1,8}",
            middle in proptest::collection::vec("[^ :\r\n\0][^ \r\n\0]{0,10}", 0..4),
            last in proptest::option::of("[^\r\n\0]{0,40}"),
        ) {
            let mut line = Line { tags, source, command, params: middle };
            line.params.extend(last);
            let written = line.write();
            prop_assert_eq!(Line::parse(written.trim_end_matches("\r\n").as_bytes()), Some(line));
        }
    }
}
