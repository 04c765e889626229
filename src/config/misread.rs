//! What the TOML library says of a file that it cannot take, as a reason that both languages have words for.
//!
//! It gives its errors as English sentences only. Those that people cause every day are read here, and nowhere else;
//! what is not recognised is kept as the library's own words and is shown as such.

use crate::model::reason::Reason;

/// These say that a line is no TOML at all: whatever else is said of it follows from that.
const NO_TOML: [&str; 2] = ["config-toml", "config-unquoted"];

/// The reason for an error of the library.
pub fn reason(message: &str) -> Reason {
    recognised(message).unwrap_or_else(|| Reason::new("config-toml").with("what", message))
}

/// Whether a line of which this is said is no TOML.
pub fn is_no_toml(reason: &Reason) -> bool {
    NO_TOML.contains(&reason.key.as_str())
}

fn recognised(message: &str) -> Option<Reason> {
    if message.starts_with("duplicate key") {
        return Some(Reason::new("config-duplicate"));
    }
    if message.starts_with("string values must be quoted") {
        return Some(Reason::new("config-unquoted"));
    }
    if let Some(rest) = message.strip_prefix("missing field ") {
        return Some(Reason::new("config-missing").with("name", first_quoted(rest)?));
    }
    if let Some(rest) = message.strip_prefix("unknown field ") {
        return one_of("config-unknown-field", rest);
    }
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        return one_of("config-unknown-choice", rest);
    }
    if let Some(rest) = message.strip_prefix("invalid type: ") {
        return wrong_kind(rest);
    }
    if let Some(rest) = message.strip_prefix("invalid value: ") {
        return out_of_range(rest);
    }
    message.strip_prefix("invalid length ").and_then(wrong_length)
}

/// `` `name`, expected one of `a`, `b` ``: the name, and what there is.
fn one_of(key: &str, rest: &str) -> Option<Reason> {
    let (name, expected) = rest.strip_prefix('`')?.split_once("`, ")?;
    let there: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    Some(Reason::new(key).with("name", name).with("options", there.join(", ")).with("n", there.len()))
}

/// `` integer `1`, expected a string ``
fn wrong_kind(rest: &str) -> Option<Reason> {
    let (found, expected) = rest.rsplit_once(", expected ")?;
    let found = KINDS.iter().find(|kind| found.starts_with(**kind))?.replace(' ', "-");
    let expected = expected_kind(expected)?;
    Some(Reason::new("config-wrong-kind").with("found", found).with("expected", expected))
}

/// As the library names what it found.
const KINDS: [&str; 6] = ["boolean", "integer", "floating point", "string", "sequence", "map"];

/// The kind that was expected, by the library's own names for what it found.
fn expected_kind(expected: &str) -> Option<&'static str> {
    Some(match expected {
        "a boolean" => "boolean",
        "a string" | "a borrowed string" | "a character" => "string",
        "a sequence" => "sequence",
        "a map" => "map",
        "f32" | "f64" => "number",
        struct_name if struct_name.starts_with("struct ") => "map",
        list if list.starts_with("an array of length") => "sequence",
        number => range(number).map(|_| "integer")?,
    })
}

/// `` integer `-1`, expected u32 ``
fn out_of_range(rest: &str) -> Option<Reason> {
    let (found, expected) = rest.rsplit_once(", expected ")?;
    let (least, most) = range(expected)?;
    let value = first_quoted(found.strip_prefix("integer ")?)?;
    Some(Reason::new("config-out-of-range").with("value", value).with("least", least).with("most", most))
}

/// From where to where a number of this type goes.
fn range(name: &str) -> Option<(i128, i128)> {
    let bits: u32 = match name.get(1..)? {
        "size" => usize::BITS,
        digits => digits.parse().ok().filter(|bits| matches!(bits, 8 | 16 | 32 | 64))?,
    };
    let half = 1_i128.checked_shl(bits - 1)?;
    match name.get(..1)? {
        "u" => Some((0, half * 2 - 1)),
        "i" => Some((-half, half - 1)),
        _ => None,
    }
}

/// `2, expected an array of length 3`
fn wrong_length(rest: &str) -> Option<Reason> {
    let (found, expected) = rest.split_once(", expected ")?;
    let wanted: usize = expected.strip_prefix("an array of length ")?.parse().ok()?;
    Some(Reason::new("config-wrong-length").with("found", found).with("wanted", wanted))
}

fn first_quoted(text: &str) -> Option<&str> {
    text.split('`').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, Words};

    #[test]
    fn what_people_get_wrong_every_day_has_words_in_both_languages() {
        let both = |message: &str| {
            [Language::English, Language::Chinese]
                .map(|language| Words::of(language).reason(&reason(message)))
        };
        for (message, english, chinese) in [
            (
                "invalid value: integer `-1`, expected u32",
                "-1 is out of range: from 0 to 4294967295",
                "-1 超出范围：可以是 0 到 4294967295",
            ),
            (
                "invalid type: string \"x, expected \", expected u16",
                "this is a text, and a whole number is needed",
                "这里写的是文字，应为整数",
            ),
            (
                "invalid type: integer `1`, expected struct Settings",
                "this is a whole number, and a table is needed",
                "这里写的是整数，应为表",
            ),
            (
                "unknown field `colour`, expected one of `nick`, `server`",
                "there is no setting “colour” here; there are: nick, server",
                "这里没有“colour”这一项；可写：nick, server",
            ),
            ("unknown field `a`, there are no fields", "there is no setting “a” here", "这里没有“a”这一项"),
            ("missing field `server`", "“server” is missing", "缺少“server”"),
            (
                "unknown variant `soft`, expected one of `strict`, `lax`",
                "“soft” is none of the choices: strict, lax",
                "没有“soft”这个选项，可选：strict, lax",
            ),
            (
                "invalid length 2, expected an array of length 3",
                "the list has 2 entries and needs 3",
                "这个列表有 2 项，应有 3 项",
            ),
            ("duplicate key", "this is set twice", "这一项写了两次"),
            (
                "string values must be quoted, expected literal string",
                "a value is missing, or a text lacks its quotes: \"like this\"",
                "缺少值，或文字没加引号：\"像这样\"",
            ),
            // What is not recognised stands there as what it is.
            (
                "key with no value, expected `=`",
                "not understood; the TOML library says: “key with no value, expected `=`”",
                "看不懂；TOML 库的原话：“key with no value, expected `=`”",
            ),
        ] {
            assert_eq!(both(message), [english, chinese], "{message}");
        }
    }

    #[test]
    fn every_number_has_its_range() {
        assert_eq!(range("i8"), Some((-128, 127)));
        assert_eq!(range("u64"), Some((0, i128::from(u64::MAX))));
        assert_eq!(range("usize").map(|(least, _)| least), Some(0));
        for none in ["", "u", "f64", "u7", "a map", "é8"] {
            assert_eq!(range(none), None, "{none}");
        }
    }
}
