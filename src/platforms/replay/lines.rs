//! A file as lines, one at a time, however long or broken they are. It never holds more than one line in memory.
//!
//! Never fails because of what a line contains: a byte-order mark and carriage returns are dropped, bytes that are
//! not UTF-8 become U+FFFD, and a line beyond [`LONGEST_LINE`] is passed over up to its end and reported.

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// Bytes of the longest line that is read: a text of 1 MiB with its JSON around it, escaped moderately.
pub const LONGEST_LINE: usize = 2 * 1024 * 1024;

/// How much of a file is looked at to tell its format.
const PEEK: usize = 64 * 1024;

/// The lines of a source, in order.
pub struct Lines<Source> {
    source: BufReader<Source>,
    /// What was read of the line that is not finished yet. Lives here so that a cancelled read loses nothing.
    partial: Vec<u8>,
    /// Bytes of the unfinished line, also those that were not kept.
    length: u64,
    number: u64,
}

/// One line and its number, counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    pub number: u64,
    pub content: Content,
}

/// What a line is.
#[derive(Debug, PartialEq, Eq)]
pub enum Content {
    /// Its text, without the line end.
    Text(String),
    /// The same, where bytes that are not UTF-8 had to be replaced.
    Mended(String),
    /// It was longer than [`LONGEST_LINE`]: so many bytes.
    TooLong(u64),
}

impl<Source: AsyncRead + Unpin> Lines<Source> {
    /// The lines of `source`.
    pub fn new(source: Source) -> Self {
        Self { source: BufReader::with_capacity(PEEK, source), partial: Vec::new(), length: 0, number: 0 }
    }

    /// The first bytes, up to 64 KiB, without consuming them.
    pub async fn peek(&mut self) -> std::io::Result<String> {
        let bytes = self.source.fill_buf().await?;
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }

    /// The next line; `None` at the end. Cancel-safe.
    pub async fn next(&mut self) -> std::io::Result<Option<Line>> {
        loop {
            let bytes = self.source.fill_buf().await?;
            if bytes.is_empty() {
                return Ok((self.length > 0).then(|| self.finish()));
            }
            let (piece, used, ended) = match bytes.iter().position(|byte| *byte == b'\n') {
                Some(end) => (bytes.get(..end).unwrap_or_default(), end + 1, true),
                None => (bytes, bytes.len(), false),
            };
            if self.partial.len() + piece.len() <= LONGEST_LINE {
                self.partial.extend_from_slice(piece);
            }
            self.length += used as u64;
            self.source.consume(used);
            if ended {
                return Ok(Some(self.finish()));
            }
        }
    }

    fn finish(&mut self) -> Line {
        self.number += 1;
        let bytes = std::mem::take(&mut self.partial);
        let length = std::mem::take(&mut self.length);
        // One more than what was kept is the line end.
        if length > bytes.len() as u64 + 1 {
            return Line { number: self.number, content: Content::TooLong(length) };
        }
        let content = match String::from_utf8(bytes) {
            Ok(text) => Content::Text(self.trimmed(&text)),
            Err(broken) => Content::Mended(self.trimmed(&String::from_utf8_lossy(broken.as_bytes()))),
        };
        Line { number: self.number, content }
    }

    fn trimmed(&self, text: &str) -> String {
        let text = if self.number == 1 { text.trim_start_matches('\u{feff}') } else { text };
        text.trim_end_matches('\r').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(bytes: &[u8], expected: &[Content]) {
        let mut lines = Lines::new(bytes);
        let mut contents = Vec::new();
        while let Some(line) = lines.next().await.unwrap() {
            assert_eq!(line.number, contents.len() as u64 + 1);
            contents.push(line.content);
        }
        assert_eq!(contents, expected);
    }

    fn text(text: &str) -> Content {
        Content::Text(text.to_owned())
    }

    #[tokio::test]
    async fn line_ends_and_a_byte_order_mark_are_not_part_of_a_line() {
        check("\u{feff}一\r\n\n二".as_bytes(), &[text("一"), text(""), text("二")]).await;
    }

    #[tokio::test]
    async fn broken_bytes_are_mended_and_said() {
        check(b"ok\nb\xffd\n", &[text("ok"), Content::Mended("b\u{fffd}d".to_owned())]).await;
    }

    #[tokio::test]
    async fn a_mebibyte_is_a_line_and_an_endless_line_is_passed_over() {
        let mebibyte = "a".repeat(1024 * 1024);
        let endless = "b".repeat(LONGEST_LINE + 1);
        let source = format!("{mebibyte}\n{endless}\nafter\n");
        check(
            source.as_bytes(),
            &[text(&mebibyte), Content::TooLong(LONGEST_LINE as u64 + 2), text("after")],
        )
        .await;
    }
}
