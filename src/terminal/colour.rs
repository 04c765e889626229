//! Colours reduced to what a terminal can show, by nearness, keeping text readable.
//!
//! Never makes text vanish: when two different colours fall onto one, the text becomes black or white instead.

use ratatui::style::Color;

use crate::terminal::encoder::Depth;

/// The colours of one terminal. Remembers the last pair, since neighbours mostly look alike.
#[derive(Debug)]
pub struct Palette {
    depth: Depth,
    asked: (Color, Color),
    found: (Color, Color),
}

impl Palette {
    pub fn new(depth: Depth) -> Self {
        Self { depth, asked: (Color::Reset, Color::Reset), found: (Color::Reset, Color::Reset) }
    }

    /// Foreground and background as they are sent.
    pub fn pair(&mut self, foreground: Color, background: Color) -> (Color, Color) {
        if self.asked != (foreground, background) {
            self.asked = (foreground, background);
            self.found = reduce_pair(foreground, background, self.depth);
        }
        self.found
    }
}

fn reduce_pair(foreground: Color, background: Color, depth: Depth) -> (Color, Color) {
    let (front, back) = (reduce(foreground, depth), reduce(background, depth));
    if front == back && front != Color::Reset && foreground != background {
        return (contrast(back), back);
    }
    (front, back)
}

/// One colour at this depth; `Reset` stays `Reset`.
fn reduce(colour: Color, depth: Depth) -> Color {
    match (depth, colour) {
        (Depth::Mono, _) => Color::Reset,
        (Depth::True, _) | (_, Color::Reset) => colour,
        (Depth::Indexed256, Color::Rgb(red, green, blue)) => {
            Color::Indexed(nearest_of_256([red, green, blue]))
        }
        (Depth::Indexed256, _) => colour,
        (Depth::Sixteen, Color::Rgb(red, green, blue)) => named(nearest_of_16([red, green, blue])),
        (Depth::Sixteen, Color::Indexed(index)) if index < 16 => named(usize::from(index)),
        (Depth::Sixteen, Color::Indexed(index)) => named(nearest_of_16(indexed_rgb(index))),
        (Depth::Sixteen, _) => colour,
    }
}

/// A colour in 25 bits; [`of_number`] gives it back. 0 is `Reset`.
pub fn number(colour: Color) -> u64 {
    match colour {
        Color::Reset => 0,
        Color::Rgb(red, green, blue) => u64::from(u32::from_be_bytes([1, red, green, blue])),
        Color::Indexed(index) => 0x100 | u64::from(index),
        named => place_of_named(named).map_or(0, |place| u64::from(place) + 1),
    }
}

/// The colour of a number, of which only the lowest 25 bits are looked at.
pub fn of_number(number: u64) -> Color {
    let [.., kind, red, green, blue] = number.to_be_bytes();
    match (kind & 1, green, blue) {
        (1, ..) => Color::Rgb(red, green, blue),
        (_, 1, index) => Color::Indexed(index),
        (_, _, 0) => Color::Reset,
        (_, _, place) => named(usize::from(place) - 1),
    }
}

/// The place of a named colour in the sixteen, in the order of SGR 30–37 and 90–97.
pub fn place_of_named(colour: Color) -> Option<u8> {
    NAMED.iter().position(|&name| name == colour).and_then(|place| u8::try_from(place).ok())
}

const NAMED: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

/// xterm's default palette of the sixteen colours (XTerm-col.ad).
const SIXTEEN: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

/// The six steps of each axis of xterm's colour cube (256colres.h).
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

fn named(place: usize) -> Color {
    NAMED.get(place).copied().unwrap_or(Color::Reset)
}

fn contrast(background: Color) -> Color {
    let [red, green, blue] = match background {
        Color::Rgb(red, green, blue) => [red, green, blue],
        Color::Indexed(index) => indexed_rgb(index),
        colour => place_of_named(colour).map_or([0, 0, 0], indexed_rgb),
    };
    // Rec. 601 luma in thousandths: 128 is the middle of the scale.
    let luma = (299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue)) / 1000;
    if luma >= 128 { Color::Black } else { Color::White }
}

fn indexed_rgb(index: u8) -> [u8; 3] {
    if let Some(rgb) = SIXTEEN.get(usize::from(index)) {
        return *rgb;
    }
    if index >= 232 {
        let level = 8 + 10 * (index - 232);
        return [level; 3];
    }
    let place = usize::from(index - 16);
    let step = |axis: usize| CUBE.get(axis % 6).copied().unwrap_or(0);
    [step(place / 36), step(place / 6), step(place)]
}

/// Of the cube and the greys only: the first sixteen are whatever the user painted them.
fn nearest_of_256(rgb: [u8; 3]) -> u8 {
    let [red, green, blue] = rgb.map(nearest_step);
    let cube = 16 + 36 * red + 6 * green + blue;
    let mean = rgb.iter().map(|&axis| u16::from(axis)).sum::<u16>() / 3;
    let grey = 232 + u8::try_from(mean.saturating_sub(3) / 10).unwrap_or(23).min(23);
    if distance(rgb, indexed_rgb(grey)) < distance(rgb, indexed_rgb(cube)) { grey } else { cube }
}

fn nearest_step(axis: u8) -> u8 {
    (0..6)
        .min_by_key(|&step| CUBE.get(usize::from(step)).map_or(u8::MAX, |level| level.abs_diff(axis)))
        .unwrap_or(0)
}

fn nearest_of_16(rgb: [u8; 3]) -> usize {
    (0..16).min_by_key(|&index| distance(rgb, indexed_rgb(index))).map_or(0, usize::from)
}

/// Squared distance weighted by how well the eye tells each axis ("redmean", Riemersma).
fn distance(left: [u8; 3], right: [u8; 3]) -> i32 {
    let [red, green, blue] = left.map(i32::from);
    let [other_red, other_green, other_blue] = right.map(i32::from);
    let mean = (red + other_red) / 2;
    let (red, green, blue) = (red - other_red, green - other_green, blue - other_blue);
    (((512 + mean) * red * red) >> 8) + 4 * green * green + (((767 - mean) * blue * blue) >> 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(colour: Color, depth: Depth, sent: Color) {
        assert_eq!(reduce(colour, depth), sent, "{colour:?} at {depth:?}");
    }

    #[test]
    fn a_colour_becomes_the_nearest_one_the_terminal_has() {
        check(Color::Rgb(1, 2, 3), Depth::True, Color::Rgb(1, 2, 3));
        check(Color::Rgb(255, 0, 0), Depth::Indexed256, Color::Indexed(196));
        check(Color::Rgb(128, 128, 128), Depth::Indexed256, Color::Indexed(244));
        check(Color::Rgb(250, 5, 5), Depth::Sixteen, Color::LightRed);
        check(Color::Rgb(200, 10, 10), Depth::Sixteen, Color::Red);
        check(Color::Indexed(196), Depth::Sixteen, Color::LightRed);
        check(Color::Indexed(3), Depth::Sixteen, Color::Yellow);
        check(Color::LightCyan, Depth::Sixteen, Color::LightCyan);
        check(Color::LightCyan, Depth::Mono, Color::Reset);
        check(Color::Reset, Depth::Sixteen, Color::Reset);
    }

    #[test]
    fn every_palette_colour_is_its_own_nearest() {
        for index in 16..=255 {
            let [red, green, blue] = indexed_rgb(index);
            let Color::Indexed(found) = reduce(Color::Rgb(red, green, blue), Depth::Indexed256) else {
                panic!("not indexed");
            };
            assert_eq!(indexed_rgb(found), [red, green, blue]);
        }
    }

    #[test]
    fn text_never_takes_the_colour_of_its_ground() {
        let dark_on_dark = reduce_pair(Color::Rgb(10, 10, 10), Color::Rgb(0, 0, 0), Depth::Sixteen);
        assert_eq!(dark_on_dark, (Color::White, Color::Black));
        let light_on_light =
            reduce_pair(Color::Rgb(250, 250, 250), Color::Rgb(255, 255, 255), Depth::Sixteen);
        assert_eq!(light_on_light, (Color::Black, Color::White));
        assert_eq!(reduce_pair(Color::Red, Color::Red, Depth::Sixteen), (Color::Red, Color::Red));
    }
}
