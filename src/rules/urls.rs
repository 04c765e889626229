//! Finds addresses of web pages in folded text: whole URLs, bare domains, and domains whose dot is spelled out.
//! Never follows one, and never takes a version number, an e-mail address or a file name for one.

use std::ops::Range;

/// One address in a folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rules) struct Address {
    /// In the folded text, in bytes.
    pub at: Range<usize>,
    /// Without `www.`, a port or a user name.
    pub host: String,
    /// What follows the host, without its first slash.
    pub path: String,
    /// The dot was spelled out: 例如点com.
    pub spelled: bool,
}

/// Endings that people write without a scheme. Endings that are also file endings (`rs`, `py`, `md`, `sh`, `zip`) or
/// words (`is`, `it`, `so`) are left out: a whole URL finds those.
const BARE: [&str; 34] = [
    "com", "cn", "net", "org", "top", "xyz", "vip", "cc", "club", "shop", "site", "online", "info", "io",
    "me", "tv", "co", "gg", "link", "live", "store", "icu", "fun", "ltd", "work", "wang", "ink", "biz",
    "asia", "mobi", "cloud", "tech", "ru", "tk",
];
/// Endings after a spelled-out dot; fewer, because 。 also ends sentences.
const SPELLED: [&str; 12] =
    ["com", "cn", "net", "org", "top", "xyz", "vip", "cc", "club", "shop", "site", "online"];
/// Ways to write a dot without writing one.
const DOTS: [char; 3] = ['点', '。', '丶'];

/// Every address in a folded text, from left to right, without overlaps.
pub(in crate::rules) fn find(text: &str) -> Vec<Address> {
    let mut found = Vec::new();
    for token in tokens(text) {
        found.extend(address(text, token));
    }
    for dot in text.match_indices(DOTS.as_slice()) {
        found.extend(spelled(text, dot.0, dot.0 + dot.1.len()));
    }
    found.sort_by_key(|address: &Address| (address.at.start, std::cmp::Reverse(address.at.end)));
    let mut covered = 0;
    found.retain(|address| {
        let free = address.at.start >= covered;
        if free {
            covered = address.at.end;
        }
        free
    });
    found
}

/// Runs of characters that may stand in a URL: Chinese text begins and ends one without a space.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut tokens = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices() {
        match (is_url(character), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                tokens.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    tokens.extend(start.map(|from| from..text.len()));
    tokens
}

fn is_url(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(character)
}

fn address(text: &str, token: Range<usize>) -> Option<Address> {
    let written = text.get(token.clone())?;
    let schemes = ["https://", "http://"].iter();
    let scheme = schemes.filter_map(|scheme| Some((written.find(scheme)?, scheme.len()))).min();
    if let Some((offset, length)) = scheme {
        let start = token.start + offset;
        return whole(text, start, start + length, token.end);
    }
    let trimmed = written.trim_start_matches(is_bracket);
    let start = token.end - trimmed.len();
    let end = trim_end(text, start, token.end);
    let (host, path) = split_host(text.get(start..end)?);
    if !is_host(host) || !ends_in(host, &BARE) {
        return None;
    }
    Some(Address { at: start..end, host: bare(host), path: path.to_owned(), spelled: false })
}

/// An address with a scheme, whose host begins at `host`. A host in Chinese letters goes on beyond the token.
fn whole(text: &str, start: usize, host: usize, token_end: usize) -> Option<Address> {
    let mut end = trim_end(text, host, token_end);
    if end <= host {
        let rest = text.get(host..)?;
        let in_host = |character: char| character.is_alphanumeric() || matches!(character, '.' | '-');
        end = host + rest.find(|character| !in_host(character)).unwrap_or(rest.len());
    }
    let (name, path) = split_host(text.get(host..end)?);
    let name = name.rsplit_once('@').map_or(name, |(_, name)| name);
    if !name.contains('.') || is_private(name) {
        return None;
    }
    Some(Address { at: start..end, host: bare(name), path: path.to_owned(), spelled: false })
}

/// `example点com`: a Latin name, a spelled dot, an ending, and nothing Latin after it.
fn spelled(text: &str, dot: usize, after: usize) -> Option<Address> {
    let before = text.get(..dot)?;
    let in_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '.');
    let name = before.get(before.trim_end_matches(in_name).len()..)?;
    let digits = name.chars().filter(char::is_ascii_digit).count();
    // 8点 is a time of day.
    let telling = digits >= 3 || name.chars().any(|character| character.is_ascii_alphabetic());
    let rest = text.get(after..)?;
    let ending = SPELLED.iter().find(|ending| {
        rest.strip_prefix(**ending)
            .is_some_and(|next| !next.starts_with(|character: char| character.is_ascii_alphanumeric()))
    })?;
    let host = format!("{name}.{ending}");
    let start = dot - name.len();
    (telling && is_host(&host)).then(|| Address {
        at: start..after + ending.len(),
        host: bare(&host),
        path: String::new(),
        spelled: true,
    })
}

/// Punctuation after an address is not part of it.
fn trim_end(text: &str, start: usize, end: usize) -> usize {
    let written = text.get(start..end).unwrap_or_default();
    let closing = |character: char| is_bracket(character) || ".,;:!?'*~".contains(character);
    start + written.trim_end_matches(closing).len()
}

fn is_bracket(character: char) -> bool {
    "()[]'!*,;:".contains(character)
}

/// The host and the path without its first slash.
fn split_host(written: &str) -> (&str, &str) {
    let at = written.find(['/', '?', '#', ':']).unwrap_or(written.len());
    let (host, rest) = written.split_at_checked(at).unwrap_or((written, ""));
    let rest = rest
        .strip_prefix(':')
        .map_or(rest, |port| port.trim_start_matches(|digit: char| digit.is_ascii_digit()));
    (host, rest.strip_prefix('/').unwrap_or(rest))
}

/// Labels of letters, digits and hyphens between dots; an `@` makes it an e-mail address.
fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
    };
    host.contains('.') && host.len() <= 253 && host.split('.').all(label)
}

fn ends_in(host: &str, endings: &[&str]) -> bool {
    host.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
}

fn bare(host: &str) -> String {
    let host = host.trim_end_matches('.');
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

/// Addresses of one's own network lead nobody anywhere.
fn is_private(host: &str) -> bool {
    host.parse::<std::net::Ipv4Addr>()
        .is_ok_and(|address| address.is_private() || address.is_loopback() || address.is_unspecified())
}

#[cfg(test)]
mod tests {
    use crate::rules::urls::find;

    fn hosts(text: &str) -> Vec<String> {
        find(text).into_iter().map(|address| format!("{}/{}", address.host, address.path)).collect()
    }

    #[test]
    fn whole_urls_are_found_in_running_chinese_text() {
        assert_eq!(hosts("看这个https://www.a.com/x?y=1点开,快"), ["a.com/x?y=1"]);
        assert_eq!(hosts("(http://b.org:8080/z)."), ["b.org/z"]);
        assert_eq!(hosts("http://good.com@evil.top/login"), ["evil.top/login"]);
        assert_eq!(hosts("http://例子.中国/路"), ["例子.中国/"]);
        assert_eq!(hosts("http://1.2.3.4/a http://192.168.1.1/ http://localhost/"), ["1.2.3.4/a"]);
    }

    #[test]
    fn bare_domains_are_found_and_files_versions_and_mail_are_not() {
        assert_eq!(hosts("上 baidu.com 或者 t.me/+abc"), ["baidu.com/", "t.me/+abc"]);
        assert_eq!(hosts("main.rs v1.2.3 a@b.com node.js 3.14 e.g. ok... etc.com-"), Vec::<String>::new());
    }

    #[test]
    fn a_spelled_out_dot_is_a_dot_and_a_time_of_day_is_not() {
        assert_eq!(hosts("abc点com 和 shop123。top"), ["abc.com/", "shop123.top/"]);
        assert_eq!(hosts("晚上8点com见 重点com 我用rust。me too"), Vec::<String>::new());
    }
}
