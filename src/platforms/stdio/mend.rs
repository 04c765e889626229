//! Replaces halves of surrogate pairs in JSON escapes, so that a cut emoji does not cost a whole message.
//!
//! Python and JavaScript write such halves without complaint, and strict readers refuse the line: without this,
//! anybody whose message holds one would go unseen. Changes nothing else.

/// The same JSON text with every lone `\uD800`…`\uDFFF` as `\ufffd`.
pub fn mend(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut mended: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut at = 0_usize;
    while let Some(byte) = bytes.get(at) {
        let (piece, length): (Option<&[u8]>, usize) = match (byte, unit(bytes, at)) {
            (_, Some(0xd800..=0xdbff)) if matches!(unit(bytes, at + 6), Some(0xdc00..=0xdfff)) => {
                (bytes.get(at..at + 12), 12)
            }
            (_, Some(0xd800..=0xdfff)) => (Some(b"\\ufffd"), 6),
            // Both characters of an escape at once, so that the `u` of `\\u` begins nothing.
            (b'\\', _) => (bytes.get(at..(at + 2).min(bytes.len())), 2),
            _ => (bytes.get(at..=at), 1),
        };
        mended.extend_from_slice(piece.unwrap_or_default());
        at += length;
    }
    String::from_utf8_lossy(&mended).into_owned()
}

/// The code unit of the `\uXXXX` that begins here.
fn unit(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at.checked_add(6)?)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, digit| Some(unit * 16 + char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use crate::platforms::stdio::mend::mend;
    use proptest::prelude::*;

    #[test]
    fn only_lone_halves_are_replaced() {
        assert_eq!(mend(r#""a\ud83d""#), r#""a\ufffd""#);
        assert_eq!(mend(r#""\ude00\ud83d\ude00\ud83dx""#), r#""\ufffd\ud83d\ude00\ufffdx""#);
        assert_eq!(mend(r#""\\ud83d \u4e2d 群\n""#), r#""\\ud83d \u4e2d 群\n""#);
        assert_eq!(mend("\\"), "\\");
    }

    proptest! {
        #[test]
        fn what_can_be_read_is_not_changed(text in ".{0,40}") {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(mend(&json), json);
        }

        #[test]
        fn every_string_of_code_units_can_be_read_afterwards(units in prop::collection::vec(any::<u16>(), 0..20)) {
            let escapes: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            let text: String = serde_json::from_str(&mend(&format!("\"{escapes}\""))).unwrap();
            prop_assert_eq!(text, String::from_utf16_lossy(&units));
        }
    }
}
