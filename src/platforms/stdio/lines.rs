//! Cuts what a connector writes into lines, without ever holding more than one line's cap in memory.
//!
//! Tolerates `\r\n` and blank lines. A line over the cap is skipped up to its end and reported by its size only.

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::mpsc;

/// The longest line of the protocol, without its end: 1 MiB (`connectors.md` §6).
pub const LINE_CAP: usize = 1 << 20;
/// How much is read at once; a pipe of Linux holds 64 KiB.
const CHUNK: usize = 64 * 1024;

/// One line, or the news of one that was too long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A line within the cap, without its end; never blank.
    Whole(Vec<u8>),
    /// A line of so many bytes was skipped.
    TooLarge { bytes: u64 },
}

/// Reads lines until the stream ends or nobody listens; a full channel makes it wait, and the writer behind it.
pub async fn read_lines(mut stream: impl AsyncRead + Unpin, cap: usize, lines: mpsc::Sender<Line>) {
    let mut cutter = Cutter::new(cap);
    let mut chunk = vec![0; CHUNK];
    loop {
        let count = match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => break,
            Ok(count) => count,
        };
        for line in cutter.cut(chunk.get(..count).unwrap_or_default()) {
            if lines.send(line).await.is_err() {
                return;
            }
        }
    }
    if let Some(line) = cutter.rest() {
        // Nobody listening any more is no loss here: the stream is over either way.
        let _ = lines.send(line).await;
    }
}

/// Turns chunks into lines.
#[derive(Debug)]
pub struct Cutter {
    cap: usize,
    held: Vec<u8>,
    /// Bytes of the line seen so far, also those that were thrown away.
    length: u64,
}

impl Cutter {
    /// A cutter for lines of at most `cap` bytes.
    pub fn new(cap: usize) -> Self {
        Self { cap, held: Vec::new(), length: 0 }
    }

    /// The lines that end in this chunk.
    pub fn cut(&mut self, chunk: &[u8]) -> Vec<Line> {
        let mut lines = Vec::new();
        for piece in chunk.split_inclusive(|byte| *byte == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(end) => {
                    self.hold(end);
                    lines.extend(self.rest());
                }
                None => self.hold(piece),
            }
        }
        lines
    }

    /// The line that the end of the stream cut off, if there is one.
    pub fn rest(&mut self) -> Option<Line> {
        let bytes = std::mem::take(&mut self.length);
        let mut line = std::mem::take(&mut self.held);
        if bytes > self.cap as u64 {
            return Some(Line::TooLarge { bytes });
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        let blank = line.iter().all(u8::is_ascii_whitespace);
        (!blank).then_some(Line::Whole(line))
    }

    fn hold(&mut self, piece: &[u8]) {
        self.length = self.length.saturating_add(piece.len() as u64);
        if self.length > self.cap as u64 {
            self.held = Vec::new();
        } else {
            self.held.extend_from_slice(piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::platforms::stdio::lines::{Cutter, Line};
    use proptest::prelude::*;

    fn check(cap: usize, chunks: &[&str], expected: &[&str]) {
        let mut cutter = Cutter::new(cap);
        let mut lines: Vec<Line> = chunks.iter().flat_map(|chunk| cutter.cut(chunk.as_bytes())).collect();
        lines.extend(cutter.rest());
        let shown: Vec<String> = lines
            .into_iter()
            .map(|line| match line {
                Line::Whole(bytes) => String::from_utf8(bytes).unwrap(),
                Line::TooLarge { bytes } => format!("<{bytes}>"),
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn lines_are_cut_at_their_ends_only() {
        check(9, &["a\r\nb", "c\n\n \nlast"], &["a", "bc", "last"]);
    }

    #[test]
    fn an_oversize_line_is_skipped_and_the_next_one_is_read() {
        check(4, &["1234\n12345\nok\n"], &["1234", "<5>", "ok"]);
        check(4, &["123", "456", "7\nok"], &["<7>", "ok"]);
    }

    proptest! {
        #[test]
        fn no_more_than_the_cap_is_ever_held(
            cap in 1_usize..64,
            chunks in prop::collection::vec(prop::collection::vec(prop_oneof![3 => Just(b'x'), 1 => Just(b'\n'), 1 => any::<u8>()], 0..200), 0..8),
        ) {
            let mut cutter = Cutter::new(cap);
            for chunk in &chunks {
                for line in cutter.cut(chunk) {
                    match line {
                        Line::Whole(bytes) => prop_assert!(bytes.len() <= cap && !bytes.contains(&b'\n')),
                        Line::TooLarge { bytes } => prop_assert!(bytes > cap as u64),
                    }
                }
                prop_assert!(cutter.held.len() <= cap);
            }
        }
    }
}
