//! Which characters pass for others: what they look like, what they are called, and which of a text are in disguise.
//!
//! Never calls an ordinary word of a foreign script a disguise, and never changes a text: it only points.
//! Names and looks are Unicode's own (`UnicodeData.txt`, UTS 39 `confusables.txt`); what counts as a disguise is ours.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};
use unicode_security::confusable_detection::skeleton;

use crate::text::kind;

/// Where, in bytes, characters stand that pass for others, in order:
///
/// - letters of another alphabet, full-width and circled ones in a word that also holds plain Latin letters;
/// - Cyrillic, Armenian and Cherokee letters in such a word, whatever they look like;
/// - mathematical letters and digits, and the radicals of dictionaries, anywhere: nobody types these;
/// - kana that look like ideographs and stand alone between ideographs, in a text without other kana.
pub fn disguised(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut word = Vec::new();
    let mut latin = false;
    let mut kana = false;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        if character.is_ascii_alphabetic() {
            latin = true;
        } else if is_never_typed(character) {
            found.push(at);
        } else if kind::looks_like(character).is_some() || is_foreign_letter(character) {
            word.push(at);
        } else if !is_combining_mark(character) && !kind::is_invisible(character) && !kind::is_bidi(character)
        {
            if latin {
                found.append(&mut word);
            }
            word.clear();
            latin = false;
            kana |= ideograph_of(character).is_some();
        }
    }
    if kana {
        found.extend(lonely_kana(text));
    }
    found.sort_unstable();
    found
}

/// What a character passes for, when that is another one than itself: `а` (Cyrillic) is `a`, `エ` is `工`, `𝐕` is `V`.
/// Marks of punctuation and width pass for nothing; plain ASCII never does.
pub fn passes_for(character: char) -> Option<String> {
    let written = character.is_alphanumeric() || is_never_typed(character);
    // A composed syllable "looks like" its own parts.
    if character.is_ascii() || !written || character.script() == Script::Hangul {
        return None;
    }
    if let Some(ideograph) = ideograph_of(character) {
        return Some(ideograph.to_string());
    }
    if let Some(letter) = kind::looks_like(character) {
        return Some(letter.to_string());
    }
    let mut bytes = [0; 4];
    let alone: &str = character.encode_utf8(&mut bytes);
    let plain: String = alone.nfkc().collect();
    if plain != alone && is_never_typed(character) {
        return Some(plain);
    }
    let looks: String = skeleton(alone).collect();
    let itself: String = alone.nfd().collect();
    (looks != itself && looks != plain && looks.chars().all(char::is_alphanumeric)).then_some(looks)
}

/// Unicode's name of a character; for controls, which have none, the name of their code.
pub fn name(character: char) -> String {
    if let Some(name) = unicode_names2::name(character) {
        return name.to_string();
    }
    let code = u32::from(character);
    match character {
        _ if character.is_control() => match CONTROLS.get(code as usize) {
            Some(short) => format!("CONTROL {short}"),
            None if code == 0x7F => "CONTROL DELETE".to_owned(),
            None => format!("CONTROL C1 {code:02X}"),
        },
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFD}' => "PRIVATE USE".to_owned(),
        _ if code & 0xFFFE == 0xFFFE || matches!(character, '\u{FDD0}'..='\u{FDEF}') => {
            "NONCHARACTER".to_owned()
        }
        _ => "UNASSIGNED".to_owned(),
    }
}

/// The names of the scripts whose letters are in the text, when there is more than one and they are not those that
/// Chinese, Japanese or Korean write together, with or without Latin (UTS 39 §5.1). Empty otherwise.
pub fn mixed_scripts(text: &str) -> Vec<&'static str> {
    let scripts: BTreeSet<&'static str> = text
        .chars()
        .map(|character| character.script())
        .filter(|script| !matches!(script, Script::Common | Script::Inherited | Script::Unknown))
        .map(|script| script.full_name())
        .collect();
    let together = ["Latin", "Han", "Hiragana", "Katakana", "Bopomofo", "Hangul"];
    if scripts.len() < 2 || scripts.iter().all(|script| together.contains(script)) {
        return Vec::new();
    }
    scripts.into_iter().collect()
}

/// The abbreviations of ECMA-48 for U+0000 to U+001F, and what they stand for where that is not plain.
const CONTROLS: [&str; 32] = [
    "NUL",
    "SOH",
    "STX",
    "ETX",
    "EOT",
    "ENQ",
    "ACK",
    "BELL",
    "BACKSPACE",
    "TAB",
    "LINE FEED",
    "VT",
    "FF",
    "CARRIAGE RETURN",
    "SO",
    "SI",
    "DLE",
    "DC1",
    "DC2",
    "DC3",
    "DC4",
    "NAK",
    "SYN",
    "ETB",
    "CAN",
    "EM",
    "SUB",
    "ESCAPE",
    "FS",
    "GS",
    "RS",
    "US",
];

/// Mathematical alphanumerics, the Kangxi radicals and their supplement.
fn is_never_typed(character: char) -> bool {
    matches!(character, '\u{1D400}'..='\u{1D7FF}' | '\u{2E80}'..='\u{2EF3}' | '\u{2F00}'..='\u{2FD5}')
}

/// Alphabets that nobody mixes with Latin letters within one word. Greek is not one of them: `μm`, `Δt`.
fn is_foreign_letter(character: char) -> bool {
    matches!(
        character,
        '\u{0400}'..='\u{0481}' | '\u{048A}'..='\u{0556}' | '\u{0561}'..='\u{0587}' | '\u{13A0}'..='\u{13F5}' | '\u{AB70}'..='\u{ABBF}'
    )
}

/// The ideograph that a kana looks like.
fn ideograph_of(kana: char) -> Option<char> {
    Some(match kana {
        'エ' => '工',
        'オ' => '才',
        'カ' => '力',
        'タ' => '夕',
        'チ' => '千',
        'ト' => '卜',
        'ニ' => '二',
        'ハ' => '八',
        'ロ' => '口',
        'へ' | 'ヘ' => '乁',
        _ => return None,
    })
}

/// Kana between ideographs that pass for one; none when the text has other kana, for then it is Japanese.
fn lonely_kana(text: &str) -> Vec<usize> {
    let signs: Vec<(usize, char)> = text.char_indices().collect();
    let is_han = |at: Option<usize>| {
        at.and_then(|at| signs.get(at)).is_some_and(|(_, sign)| sign.script() == Script::Han)
    };
    let mut found = Vec::new();
    for (place, (at, sign)) in signs.iter().enumerate() {
        if !matches!(sign.script(), Script::Hiragana | Script::Katakana) {
            continue;
        }
        let beside = is_han(place.checked_sub(1)) || is_han(Some(place + 1));
        if !beside || ideograph_of(*sign).is_none() {
            return Vec::new();
        }
        found.push(*at);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, disguised_ones: &str) {
        let found: String =
            disguised(text).into_iter().filter_map(|at| text.get(at..)?.chars().next()).collect();
        assert_eq!(found, disguised_ones, "{text:?}");
    }

    #[test]
    fn what_passes_for_another_character_is_pointed_at() {
        check("pаypаl", "аа");
        check("加Ｖx", "Ｖ");
        check("Aдмин", "дмин");
        check("𝐕𝐗 加群", "𝐕𝐗");
        check("⼈⼯", "⼈⼯");
        check("加エ资", "エ");
        check("人ロ", "ロ");
        check("g\u{200b}\u{43e}ld", "о");
    }

    #[test]
    fn ordinary_words_of_any_script_are_not() {
        for text in [
            "Привет, как дела",
            "日本のニュース",
            "カラオケへ行く",
            "Ελληνικά",
            "5 μm, Δt",
            "ＡＢＣ",
            "IT-отдел",
            "工口力",
            "한국어 OK",
            "℃ № ™",
            "",
        ] {
            check(text, "");
        }
    }

    #[test]
    fn a_character_says_what_it_passes_for() {
        for (character, like) in [('а', "a"), ('エ', "工"), ('𝐕', "V"), ('⼈', "人"), ('Ａ', "a")] {
            assert_eq!(passes_for(character).as_deref(), Some(like), "{character}");
        }
        for character in ['a', '好', '，', 'é', '1', '😀', 'か', '한'] {
            assert_eq!(passes_for(character), None, "{character}");
        }
    }

    #[test]
    fn every_character_has_a_name() {
        for (character, expected) in [
            ('\u{200B}', "ZERO WIDTH SPACE"),
            ('\u{202E}', "RIGHT-TO-LEFT OVERRIDE"),
            ('\u{1B}', "CONTROL ESCAPE"),
            ('\u{9B}', "CONTROL C1 9B"),
            ('\u{7F}', "CONTROL DELETE"),
            ('а', "CYRILLIC SMALL LETTER A"),
            ('群', "CJK UNIFIED IDEOGRAPH-7FA4"),
            ('\u{E0041}', "TAG LATIN CAPITAL LETTER A"),
            ('\u{FE0F}', "VARIATION SELECTOR-16"),
            ('\u{E000}', "PRIVATE USE"),
            ('\u{FFFF}', "NONCHARACTER"),
            ('\u{378}', "UNASSIGNED"),
        ] {
            assert_eq!(name(character), expected);
        }
    }

    #[test]
    fn scripts_that_are_written_together_are_not_mixed() {
        assert_eq!(mixed_scripts("Админ admin"), ["Cyrillic", "Latin"]);
        for text in ["加我微信 vx", "東京タワーへ", "한국 OK", "только", "123 😀"] {
            assert!(mixed_scripts(text).is_empty(), "{text}");
        }
    }
}
