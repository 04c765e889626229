//! How a cell looks, and the shortest sequence from one look to the next.
//!
//! Blink and hidden text are never sent: a moderator must see all of it, steadily.

use std::io::Write;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use crate::terminal::colour;
use crate::terminal::encoder::Depth;

/// Colours and attributes of one cell, already reduced to the terminal's depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pen {
    pub foreground: Color,
    pub background: Color,
    pub modifier: Modifier,
}

/// A pen in one number, so that two looks are told apart at once. 0 is the default pen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Look(u64);

impl Look {
    /// What SGR 0 leaves behind.
    pub const DEFAULT: Self = Self(0);

    pub fn of(pen: &Pen) -> Self {
        let modifier = u64::from(pen.modifier.bits());
        Self(modifier << 50 | colour::number(pen.foreground) << 25 | colour::number(pen.background))
    }

    pub fn number(self) -> u64 {
        self.0
    }

    pub fn pen(self) -> Pen {
        Pen {
            foreground: colour::of_number(self.0 >> 25),
            background: colour::of_number(self.0),
            // Sixteen bits, of which ratatui uses nine.
            modifier: Modifier::from_bits_truncate(u16::try_from(self.0 >> 50).unwrap_or(0)),
        }
    }
}

/// What SGR 0 leaves behind.
pub const DEFAULT: Pen =
    Pen { foreground: Color::Reset, background: Color::Reset, modifier: Modifier::empty() };

/// Attributes in the order of their SGR numbers, each with the number that ends it.
/// Bold and dim share 22 (ECMA-48 8.3.117), so ending one ends both.
const ATTRIBUTES: [(Modifier, u8, u8); 6] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::REVERSED, 7, 27),
    (Modifier::CROSSED_OUT, 9, 29),
];

const SENT_WITHOUT_COLOUR: Modifier =
    Modifier::BOLD.union(Modifier::DIM).union(Modifier::UNDERLINED).union(Modifier::REVERSED);
const SENT: Modifier = SENT_WITHOUT_COLOUR.union(Modifier::ITALIC).union(Modifier::CROSSED_OUT);

/// Attributes that show on an empty cell.
const SEEN_ON_BLANK: Modifier = Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

impl Pen {
    /// The look of a cell at this depth, its colours already reduced; of an empty cell, only what can be seen of it.
    pub fn of(cell: &Cell, (foreground, background): (Color, Color), blank: bool, depth: Depth) -> Self {
        let sent = if depth == Depth::Mono { SENT_WITHOUT_COLOUR } else { SENT };
        let modifier = cell.modifier & sent;
        if blank && (modifier & SEEN_ON_BLANK).is_empty() {
            return Self { foreground: Color::Reset, background, modifier: Modifier::empty() };
        }
        Self { foreground, background, modifier }
    }

    /// Whether an empty cell drawn with this pen looks as one drawn with `wanted`.
    pub fn blank_looks_like(&self, wanted: &Self) -> bool {
        self == wanted
            || (wanted.modifier.is_empty()
                && (self.modifier & SEEN_ON_BLANK).is_empty()
                && self.background == wanted.background)
    }

    /// Appends the shortest SGR sequence that turns `self` into `next`; nothing when they are equal.
    pub fn turn_into(&self, next: &Self, bytes: &mut Vec<u8>) {
        if self == next {
            return;
        }
        let start = bytes.len();
        let mut codes = Codes::begin(bytes);
        self.push_change(next, &mut codes);
        codes.end();
        let middle = bytes.len();
        let mut codes = Codes::begin(bytes);
        codes.push_empty();
        DEFAULT.push_change(next, &mut codes);
        codes.end();
        // The shorter of the two stays.
        if bytes.len() - middle < middle - start {
            bytes.drain(start..middle);
        } else {
            bytes.truncate(middle);
        }
    }

    fn push_change(&self, next: &Self, codes: &mut Codes<'_>) {
        let mut kept = self.modifier & next.modifier;
        let intensity = Modifier::BOLD | Modifier::DIM;
        if !((self.modifier - next.modifier) & intensity).is_empty() {
            kept -= intensity;
            codes.push(format_args!("22"));
        }
        for (attribute, _, off) in ATTRIBUTES {
            if off != 22 && self.modifier.contains(attribute) && !next.modifier.contains(attribute) {
                codes.push(format_args!("{off}"));
            }
        }
        for (attribute, on, _) in ATTRIBUTES {
            if next.modifier.contains(attribute) && !kept.contains(attribute) {
                codes.push(format_args!("{on}"));
            }
        }
        if self.foreground != next.foreground {
            codes.push_colour(next.foreground, 30);
        }
        if self.background != next.background {
            codes.push_colour(next.background, 40);
        }
    }
}

/// The numbers of one SGR sequence, being written.
struct Codes<'a> {
    bytes: &'a mut Vec<u8>,
    first: bool,
}

impl<'a> Codes<'a> {
    fn begin(bytes: &'a mut Vec<u8>) -> Self {
        bytes.extend_from_slice(b"\x1b[");
        Self { bytes, first: true }
    }

    fn push(&mut self, code: std::fmt::Arguments<'_>) {
        if !std::mem::replace(&mut self.first, false) {
            self.bytes.push(b';');
        }
        // Writing to a vector cannot fail.
        let _ = self.bytes.write_fmt(code);
    }

    /// An empty number is 0.
    fn push_empty(&mut self) {
        self.push(format_args!(""));
    }

    /// `base` is 30 for the foreground and 40 for the background (ECMA-48; 90–107 as aixterm has them).
    fn push_colour(&mut self, colour: Color, base: u8) {
        match colour {
            Color::Reset => self.push(format_args!("{}", base + 9)),
            Color::Indexed(index) => self.push(format_args!("{};5;{index}", base + 8)),
            Color::Rgb(red, green, blue) => self.push(format_args!("{};2;{red};{green};{blue}", base + 8)),
            named => match colour::place_of_named(named) {
                Some(place @ 0..8) => self.push(format_args!("{}", base + place)),
                Some(place) => self.push(format_args!("{}", base + 60 + place - 8)),
                None => self.push(format_args!("{}", base + 9)),
            },
        }
    }

    fn end(self) {
        self.bytes.push(b'm');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: Pen, to: Pen, sequence: &str) {
        let mut bytes = Vec::new();
        from.turn_into(&to, &mut bytes);
        assert_eq!(String::from_utf8(bytes).unwrap(), sequence);
    }

    fn pen(foreground: Color, modifier: Modifier) -> Pen {
        Pen { foreground, background: Color::Reset, modifier }
    }

    #[test]
    fn a_look_is_its_pen_in_one_number() {
        let colours = [Color::Reset, Color::Black, Color::White, Color::Indexed(0), Color::Rgb(255, 1, 254)];
        for foreground in colours {
            for background in colours {
                let pen = Pen { foreground, background, modifier: Modifier::BOLD | Modifier::CROSSED_OUT };
                assert_eq!(Look::of(&pen).pen(), pen);
            }
        }
        assert_eq!(Look::of(&DEFAULT), Look::DEFAULT);
    }

    #[test]
    fn only_the_difference_is_sent() {
        let red = pen(Color::Red, Modifier::empty());
        let bold_red = pen(Color::Red, Modifier::BOLD);
        check(red, red, "");
        check(DEFAULT, red, "\x1b[31m");
        check(red, bold_red, "\x1b[1m");
        check(bold_red, red, "\x1b[22m");
        check(bold_red, DEFAULT, "\x1b[m");
        check(bold_red, pen(Color::Red, Modifier::DIM), "\x1b[22;2m");
        check(DEFAULT, pen(Color::LightBlue, Modifier::empty()), "\x1b[94m");
        check(DEFAULT, Pen { background: Color::Rgb(1, 2, 3), ..DEFAULT }, "\x1b[48;2;1;2;3m");
    }
}
