//! What a single code point is to us: plain, or one of the ways to hide something in text.
//!
//! Never looks at neighbours, never allocates. The tables are short on purpose; what Unicode itself
//! classifies (assigned, combining) is asked of `unicode-normalization`, not copied here.

use unicode_normalization::char::{is_combining_mark, is_public_assigned};

/// The answer of [`kind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Nothing to remark.
    Plain,
    /// C0, C1 or DEL: may drive a terminal.
    Control,
    /// Changes the direction of the text around it.
    Bidi,
    /// Takes no room on screen, or room that looks empty.
    Invisible,
    /// A mark drawn over or under the character before it.
    Combining,
    /// Not assigned by Unicode, private, or a stand-in for what could not be read: nobody knows what was meant.
    Unassigned,
    /// Looks like another, Latin, character; [`looks_like`] names it.
    LookAlike,
}

/// Classifies one code point.
pub fn kind(character: char) -> Kind {
    if matches!(character, ' '..='~') {
        return Kind::Plain;
    }
    if character.is_control() {
        return Kind::Control;
    }
    if is_bidi(character) {
        return Kind::Bidi;
    }
    if is_invisible(character) {
        return Kind::Invisible;
    }
    if !is_public_assigned(character) || is_format(character) || matches!(character, '\u{FFFC}' | '\u{FFFD}')
    {
        return Kind::Unassigned;
    }
    if is_combining_mark(character) {
        return Kind::Combining;
    }
    if looks_like(character).is_some() { Kind::LookAlike } else { Kind::Plain }
}

/// Nearly all of what is written here: ASCII, ideographs, composed Hangul, kana and their punctuation. Such a character
/// is safe to show, and no two of them share a cluster. ASCII takes one cell, every other one two.
pub fn is_settled(character: char) -> bool {
    matches!(
        character,
        ' '..='~'
            | '\u{3000}'..='\u{3003}'
            | '\u{3008}'..='\u{3011}'
            | '\u{3041}'..='\u{3096}'
            | '\u{30A1}'..='\u{30FA}'
            | '\u{30FC}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{4E00}'..='\u{9FFF}'
            | '\u{AC00}'..='\u{D7A3}'
            | '！'..='～'
    )
}

/// Direction marks, embeddings, overrides and isolates: the characters of the property `Bidi_Control`.
pub fn is_bidi(character: char) -> bool {
    matches!(
        character,
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
    )
}

/// Invisible without being a control or a direction mark: `Default_Ignorable_Code_Point`, the separators
/// of lines and paragraphs, interlinear annotation, and the blank braille cell.
pub fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200D}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2060}'..='\u{2065}'
            | '\u{206A}'..='\u{206F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// The remaining characters of the category `Cf`: number signs that reach over what follows, and
/// the joiners of hieroglyphs. No terminal lays them out.
fn is_format(character: char) -> bool {
    matches!(
        character,
        '\u{0600}'..='\u{0605}'
            | '\u{06DD}'
            | '\u{070F}'
            | '\u{0890}'
            | '\u{0891}'
            | '\u{08E2}'
            | '\u{110BD}'
            | '\u{110CD}'
            | '\u{13430}'..='\u{1343F}'
    )
}

/// Selects the form of the character before it: emoji or text (U+FE00–FE0F), or a variant of an ideograph.
pub fn is_variation_selector(character: char) -> bool {
    matches!(character, '\u{180B}'..='\u{180D}' | '\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// A mark that encloses its base (category `Me`): ⃝ ⃣ and the like. Their width is anyone's guess.
pub fn is_enclosing(character: char) -> bool {
    matches!(
        character,
        '\u{0488}' | '\u{0489}' | '\u{1ABE}' | '\u{20DD}'..='\u{20E0}' | '\u{20E2}'..='\u{20E4}' | '\u{A670}'..='\u{A672}'
    )
}

/// May begin an emoji sequence. Generous: the blocks of symbols, not the exact property.
pub fn is_pictograph(character: char) -> bool {
    matches!(
        character,
        '\u{00A9}'
            | '\u{00AE}'
            | '\u{203C}'
            | '\u{2049}'
            | '\u{2122}'
            | '\u{2139}'
            | '\u{2190}'..='\u{2BFF}'
            | '\u{3030}'
            | '\u{303D}'
            | '\u{3297}'
            | '\u{3299}'
            | '\u{1F000}'..='\u{1F1E5}'
            | '\u{1F200}'..='\u{1FAFF}'
    )
}

/// 🏻 to 🏿.
pub fn is_skin_tone(character: char) -> bool {
    matches!(character, '\u{1F3FB}'..='\u{1F3FF}')
}

/// The Latin letter of a regional indicator; two of them make a flag.
pub fn flag_letter(character: char) -> Option<char> {
    shifted(character, '\u{1F1E6}', '\u{1F1FF}', 'A')
}

/// The plain Latin letter or digit that this character passes for, if the table knows it.
///
/// Only pairs that look alike in upper *and* lower case are listed for Cyrillic and Greek, so that the
/// answer does not depend on case; sources: Unicode TR 39 `confusables.txt`, reduced to these scripts.
pub fn looks_like(character: char) -> Option<char> {
    let found = match character {
        'а' | 'А' | 'α' | 'Α' | 'ᴀ' => 'a',
        'ʙ' => 'b',
        'с' | 'С' | 'ϲ' | 'Ϲ' | 'ᴄ' => 'c',
        'ԁ' | 'Ԁ' | 'ᴅ' => 'd',
        'е' | 'Е' | 'ᴇ' => 'e',
        'ꜰ' => 'f',
        'ɡ' | 'ɢ' => 'g',
        'һ' | 'Һ' | 'ʜ' => 'h',
        'і' | 'І' | 'ι' | 'Ι' | 'ı' | 'ɪ' => 'i',
        'ј' | 'Ј' | 'ϳ' | 'Ϳ' | 'ᴊ' => 'j',
        'κ' | 'Κ' | 'ᴋ' => 'k',
        'ʟ' => 'l',
        'ᴍ' => 'm',
        'ɴ' => 'n',
        'о' | 'О' | 'ο' | 'Ο' | 'ᴏ' => 'o',
        'р' | 'Р' | 'ρ' | 'Ρ' | 'ᴘ' => 'p',
        'ԛ' | 'Ԛ' => 'q',
        'ʀ' => 'r',
        'ѕ' | 'Ѕ' | 'ꜱ' => 's',
        'ᴛ' => 't',
        'ᴜ' => 'u',
        'ᴠ' => 'v',
        'ԝ' | 'Ԝ' | 'ᴡ' => 'w',
        'х' | 'Х' | 'χ' | 'Χ' => 'x',
        'у' | 'У' | 'ʏ' => 'y',
        'ᴢ' => 'z',
        _ => return enclosed(character),
    };
    Some(found)
}

/// Full-width, negative circled and squared letters and digits: one block each, in alphabetical order.
fn enclosed(character: char) -> Option<char> {
    shifted(character, 'Ａ', 'Ｚ', 'a')
        .or_else(|| shifted(character, 'ａ', 'ｚ', 'a'))
        .or_else(|| shifted(character, '０', '９', '0'))
        .or_else(|| shifted(character, '\u{1F150}', '\u{1F169}', 'a'))
        .or_else(|| shifted(character, '\u{1F170}', '\u{1F189}', 'a'))
        .or_else(|| shifted(character, '❶', '❾', '1'))
        .or_else(|| shifted(character, '➀', '➈', '1'))
        .or_else(|| shifted(character, '➊', '➒', '1'))
}

fn shifted(character: char, first: char, last: char, onto: char) -> Option<char> {
    if !(first..=last).contains(&character) {
        return None;
    }
    char::from_u32(u32::from(onto) + u32::from(character) - u32::from(first))
}

#[cfg(test)]
mod tests {
    use unicode_segmentation::UnicodeSegmentation;
    use unicode_width::UnicodeWidthChar;

    use super::{Kind, flag_letter, is_settled, kind, looks_like};

    #[test]
    fn a_settled_character_is_as_simple_as_promised() {
        for character in ('\0'..=char::MAX).filter(|character| is_settled(*character)) {
            let what = kind(character);
            assert!(matches!(what, Kind::Plain | Kind::LookAlike), "{character:?} is {what:?}");
            assert_eq!(character.width(), Some(if character.is_ascii() { 1 } else { 2 }), "{character:?}");
            let pair = format!("{character}{character}a{character}가{character}か{character}");
            assert_eq!(pair.graphemes(true).count(), pair.chars().count(), "{character:?}");
        }
    }

    #[test]
    fn every_way_to_hide_has_its_kind() {
        let cases = [
            ('好', Kind::Plain),
            ('\u{1B}', Kind::Control),
            ('\u{9B}', Kind::Control),
            ('\u{202E}', Kind::Bidi),
            ('\u{200B}', Kind::Invisible),
            ('\u{E0041}', Kind::Invisible),
            ('\u{0301}', Kind::Combining),
            ('\u{E000}', Kind::Unassigned),
            ('\u{0378}', Kind::Unassigned),
            ('\u{FFFF}', Kind::Unassigned),
            ('а', Kind::LookAlike),
            ('Ａ', Kind::LookAlike),
        ];
        for (character, expected) in cases {
            assert_eq!(kind(character), expected, "U+{:04X}", u32::from(character));
        }
    }

    #[test]
    fn a_look_alike_names_the_same_letter_in_both_cases() {
        for character in ('\u{370}'..'\u{530}').filter(|character| looks_like(*character).is_some()) {
            let other: String = if character.is_lowercase() {
                character.to_uppercase().collect()
            } else {
                character.to_lowercase().collect()
            };
            let seen: Vec<_> = other.chars().map(looks_like).collect();
            assert_eq!(seen, [looks_like(character)], "{character} and {other}");
        }
        assert_eq!(looks_like('\u{1F189}'), Some('z'));
        assert_eq!(flag_letter('🇨'), Some('C'));
    }
}
