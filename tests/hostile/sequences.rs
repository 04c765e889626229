//! The judge of bytes: which sequences are ours, and nothing that a terminal would obey besides.

/// The sequences that frames are made of; anything else is a complaint with what it was.
pub fn complaint(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8(bytes.to_vec()).ok()?;
    let mut rest = text.as_str();
    while let Some(sign) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("\u{1b}[") {
            let end = after.find(|sign: char| !matches!(sign, '0'..='9' | ';' | '?'))?;
            let (parameters, last) = (&after.get(..end)?, after.get(end..)?.chars().next()?);
            let known = match last {
                'h' | 'l' => matches!(*parameters, "?2026" | "?25"),
                'm' | 'H' | 'r' => !parameters.contains('?'),
                'J' => *parameters == "2",
                'K' => parameters.is_empty(),
                'X' | 'C' | 'G' | 'L' | 'M' => parameters.chars().all(|sign| sign.is_ascii_digit()),
                _ => false,
            };
            if !known {
                return Some(format!("ESC[{parameters}{last}"));
            }
            rest = after.get(end + last.len_utf8()..)?;
            continue;
        }
        // To the next row, only together with the column there.
        if let Some(after) = rest.strip_prefix("\n\u{1b}[") {
            let end = after.find(|sign: char| !sign.is_ascii_digit())?;
            let Some(more) = after.get(end..)?.strip_prefix('G') else { return Some("U+000A".to_owned()) };
            rest = more;
            continue;
        }
        if let Some(after) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\r')) {
            rest = after;
            continue;
        }
        if harmful(sign) {
            return Some(format!("U+{:04X}", u32::from(sign)));
        }
        rest = rest.get(sign.len_utf8()..)?;
    }
    None
}

pub fn harmful(sign: char) -> bool {
    let emoji_joiners = ['\u{200d}', '\u{fe0f}'];
    let bidi = matches!(sign, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let unseen = matches!(sign, '\u{200b}'..='\u{200c}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    sign.is_control() || bidi || (unseen && !emoji_joiners.contains(&sign))
}

#[test]
fn the_recogniser_knows_ours_and_nothing_else() {
    assert_eq!(
        complaint(
            b"\x1b[?2026h\x1b[r\x1b[m\x1b[2J\x1b[3;4H\x1b[38;5;7mab\x1b[K\r\n\x1b[12X\n\x1b[7G\x1b[?25l"
        ),
        None
    );
    for foreign in [
        "\nx",
        "\n\u{1b}[7C",
        "\u{1b}]0;x\u{7}",
        "\u{1b}[?1049l",
        "\u{1b}c",
        "a\tb",
        "\u{9b}2J",
        "\u{202e}",
        "a\nb",
        "\u{200b}",
        "\u{1b}[3J",
    ] {
        assert!(
            complaint(foreign.as_bytes()).is_some() || String::from_utf8(foreign.into()).is_err(),
            "{foreign:?}"
        );
    }
}
