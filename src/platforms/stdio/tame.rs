//! Makes a stranger's line short and harmless enough to be an argument of a [`Reason`](crate::model::reason::Reason).
//!
//! The screen has its own guard; this one keeps escape sequences, stack traces and megabytes out of the record.

/// Characters of foreign text that a reason carries at most.
pub const KEPT: usize = 300;

/// The text as one line of at most [`KEPT`] characters, without control and direction characters.
pub fn tame(text: &str) -> String {
    let clean = text.chars().map(|character| if is_unruly(character) { ' ' } else { character });
    let mut short = String::new();
    let mut count = 0_usize;
    for character in clean {
        if character == ' ' && (short.is_empty() || short.ends_with(' ')) {
            continue;
        }
        if count == KEPT {
            short.push('…');
            break;
        }
        short.push(character);
        count += 1;
    }
    short.truncate(short.trim_end().len());
    short
}

/// The same, with a dash for nothing, so that a sentence around it stays whole in every language.
pub fn tame_or_dash(text: &str) -> String {
    Some(tame(text)).filter(|text| !text.is_empty()).unwrap_or_else(|| "—".to_owned())
}

fn is_unruly(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use crate::platforms::stdio::tame::{KEPT, tame, tame_or_dash};

    #[test]
    fn foreign_text_becomes_one_short_harmless_line() {
        assert_eq!(tame("\u{1b}[31mError:\r\n\tat x\u{202e}y "), "[31mError: at x y");
        assert_eq!(tame(&"群".repeat(KEPT + 5)).chars().count(), KEPT + 1);
        assert_eq!((tame(" \n ").as_str(), tame_or_dash(" \n ").as_str()), ("", "—"));
    }
}
