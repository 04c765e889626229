//! How names are compared on IRC: case folding by the server's CASEMAPPING, hostmasks and the wildcards `*` and `?`.

/// Which letters are the same to this server (005 `CASEMAPPING`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Folding {
    Ascii,
    /// `{}|^` are the lower case of `[]\~`; the default of RFC 1459.
    #[default]
    Rfc1459,
    /// As above without `^` and `~`.
    StrictRfc1459,
}

impl Folding {
    /// By the name the server gives; names we do not know fold ASCII only, which every server does at least.
    pub fn named(name: &str) -> Self {
        match name {
            "rfc1459" => Folding::Rfc1459,
            "strict-rfc1459" | "rfc1459-strict" => Folding::StrictRfc1459,
            _ => Folding::Ascii,
        }
    }

    /// The form in which two equal names are equal strings.
    pub fn fold(self, name: &str) -> String {
        name.chars().map(|letter| self.fold_letter(letter)).collect()
    }

    fn fold_letter(self, letter: char) -> char {
        match (self, letter) {
            (Folding::Rfc1459 | Folding::StrictRfc1459, '[') => '{',
            (Folding::Rfc1459 | Folding::StrictRfc1459, ']') => '}',
            (Folding::Rfc1459 | Folding::StrictRfc1459, '\\') => '|',
            (Folding::Rfc1459, '~') => '^',
            _ => letter.to_ascii_lowercase(),
        }
    }

    /// The folded letters of a name or a mask, for [`glob`].
    pub fn letters(self, text: &str) -> Vec<char> {
        text.chars().map(|letter| self.fold_letter(letter)).collect()
    }
}

/// Whether a mask with `*` and `?` covers a name, both folded. After a mismatch only the last `*` takes one letter more,
/// so a hostile mask costs at most the product of both lengths.
pub fn glob(mask: &[char], name: &[char]) -> bool {
    let (mut at_mask, mut at_name) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = name.get(at_name) {
        match mask.get(at_mask) {
            Some('*') => {
                star = Some((at_mask, at_name));
                at_mask += 1;
            }
            Some(wanted) if *wanted == '?' || wanted == letter => {
                at_mask += 1;
                at_name += 1;
            }
            _ => match star {
                Some((mask_again, name_again)) => {
                    star = Some((mask_again, name_again + 1));
                    at_mask = mask_again + 1;
                    at_name = name_again + 1;
                }
                None => return false,
            },
        }
    }
    mask.iter().skip(at_mask).all(|letter| *letter == '*')
}

/// `nick!user@host` in parts; absent parts are empty.
pub fn split_source(source: &str) -> (&str, &str, &str) {
    let (nick, rest) = source.split_once('!').unwrap_or((source, ""));
    let (user, host) = rest.split_once('@').unwrap_or((rest, ""));
    (nick, user, host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_as_the_server_says() {
        assert_eq!(Folding::Rfc1459.fold("Bob[x]~\\"), "bob{x}^|");
        assert_eq!(Folding::StrictRfc1459.fold("Bob[x]~"), "bob{x}~");
        assert_eq!(Folding::named("ascii").fold("Bob[x]~群"), "bob[x]~群");
    }

    #[test]
    fn wildcards_cover_what_they_should() {
        let check = |mask: &str, name: &str, covered: bool| {
            let letters = |text| Folding::Rfc1459.letters(text);
            assert_eq!(glob(&letters(mask), &letters(name)), covered, "{mask} {name}");
        };
        check("*!*@host", "bob!u@HOST", true);
        check("b?b!*@*", "Bob!u@h", true);
        check("bob!*@*", "bobby!u@h", false);
        check("*", "", true);
        check("a*b*c", "aXXbYYbZc", true);
        check("a*b*c", "aXXbYYbZ", false);
        check("", "x", false);
    }
}
