//! A buffer as text: its glyphs, its styles as a layer of letters with a legend, and as what a terminal would be sent.

use qunguan::text::width;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::fmt::Write;

/// The glyphs, row by row; the second cell of a wide glyph is left out.
pub fn glyphs(buffer: &Buffer) -> String {
    rows(buffer).into_iter().map(|row| row.concat() + "\n").collect()
}

/// The glyph of each cell of each row; empty for the second cell of a wide glyph.
pub fn rows(buffer: &Buffer) -> Vec<Vec<String>> {
    let area = buffer.area;
    (0..area.height)
        .map(|y| {
            let mut skip = 0;
            (0..area.width)
                .map(|x| {
                    if skip > 0 {
                        skip -= 1;
                        return String::new();
                    }
                    let symbol = buffer[(x, y)].symbol().to_owned();
                    skip = width::width(&symbol).saturating_sub(1);
                    symbol
                })
                .collect()
        })
        .collect()
}

/// Glyphs, then one letter for the style of each cell, then what the letters mean.
pub fn golden(buffer: &Buffer, cursor: Option<(u16, u16)>) -> String {
    let mut looks: Vec<(Color, Color, Modifier)> = Vec::new();
    let mut layer = String::new();
    for y in 0..buffer.area.height {
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            let look = (cell.fg, cell.bg, cell.modifier);
            let at = looks.iter().position(|known| *known == look).unwrap_or_else(|| {
                looks.push(look);
                looks.len() - 1
            });
            layer.push(LETTERS.chars().nth(at).unwrap_or('?'));
        }
        layer.push('\n');
    }
    let mut text = glyphs(buffer);
    if let Some((x, y)) = cursor {
        writeln!(text, "cursor {x},{y}").unwrap();
    }
    text.push_str("--- styles\n");
    text.push_str(&layer);
    for (letter, (fg, bg, modifier)) in LETTERS.chars().zip(&looks) {
        writeln!(text, "{letter} = {fg:?} on {bg:?} {modifier:?}").unwrap();
    }
    text
}

const LETTERS: &str = ".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// What a terminal would be sent for the whole screen.
pub fn ansi(buffer: &Buffer) -> String {
    let mut out = String::new();
    for (y, row) in rows(buffer).iter().enumerate() {
        let mut last = String::new();
        for (x, symbol) in row.iter().enumerate() {
            let style = sgr(&buffer[(u16::try_from(x).unwrap(), u16::try_from(y).unwrap())]);
            if !symbol.is_empty() && style != last {
                write!(out, "\x1b[{style}m").unwrap();
                last = style;
            }
            out.push_str(symbol);
        }
        out.push_str("\x1b[0m\n");
    }
    out
}

fn sgr(cell: &Cell) -> String {
    let mut parts = vec!["0".to_owned()];
    for (modifier, code) in [
        (Modifier::BOLD, "1"),
        (Modifier::DIM, "2"),
        (Modifier::ITALIC, "3"),
        (Modifier::UNDERLINED, "4"),
        (Modifier::REVERSED, "7"),
        (Modifier::CROSSED_OUT, "9"),
    ] {
        if cell.modifier.contains(modifier) {
            parts.push(code.to_owned());
        }
    }
    parts.extend(colour(cell.fg, 30));
    parts.extend(colour(cell.bg, 40));
    parts.join(";")
}

fn colour(colour: Color, base: u8) -> Option<String> {
    let number = match colour {
        Color::Rgb(red, green, blue) => return Some(format!("{};2;{red};{green};{blue}", base + 8)),
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 60,
        Color::LightRed => 61,
        Color::LightGreen => 62,
        Color::LightYellow => 63,
        Color::LightBlue => 64,
        Color::LightMagenta => 65,
        Color::LightCyan => 66,
        Color::White => 67,
        _ => return None,
    };
    Some((base + number).to_string())
}
