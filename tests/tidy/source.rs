//! Reads Rust text as far as house rules need it: what is code, what is only tested, which names a path starts with.
//!
//! Never guesses from indentation: comments, strings and characters are blanked first, then braces are counted.

/// A file of ours.
#[derive(Debug, Clone)]
pub struct Source {
    /// From the package's folder, for instance `src/ui/queue.rs`.
    pub path: String,
    pub text: String,
    /// The text with comments, strings and character literals blanked; as many lines as the text.
    pub code: String,
    /// Compiled for tests alone.
    pub tested_only: bool,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let (path, text, code) = (path.to_owned(), text.to_owned(), code_of(text));
        Self { path, text, code, tested_only: false }
    }

    /// The folder below `src` that it belongs to; none for `main.rs` and `lib.rs`.
    pub fn room(&self) -> Option<&str> {
        self.path.strip_prefix("src/")?.split_once('/').map(|(room, _)| room)
    }

    /// The code that ships: nothing under `#[cfg(test)]`.
    pub fn shipped(&self) -> String {
        if self.tested_only { String::new() } else { without_tests(&self.code) }
    }
}

/// The text with everything but code blanked, line for line.
pub fn code_of(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let end = end_of_blank(&letters, at);
        if end == at {
            code.push(letters[at]);
            at += 1;
        } else {
            code.extend(letters[at..end].iter().map(|letter| if *letter == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    code
}

/// Where the comment, string or character that begins here ends; here, if none does.
fn end_of_blank(letters: &[char], at: usize) -> usize {
    let next = letters.get(at + 1).copied();
    let in_name = at > 0 && is_name(letters[at - 1]);
    match (letters[at], next) {
        ('/', Some('/')) => at + letters[at..].iter().take_while(|letter| **letter != '\n').count(),
        ('/', Some('*')) => end_of_comment(letters, at),
        ('"', _) => end_of_string(letters, at + 1),
        ('b' | 'c', Some('"')) if !in_name => end_of_string(letters, at + 2),
        ('b', Some('\'')) if !in_name => end_of_character(letters, at + 1).unwrap_or(at),
        ('r', Some('"' | '#')) if !in_name => end_of_raw(letters, at + 1).unwrap_or(at),
        ('b' | 'c', Some('r')) if !in_name => end_of_raw(letters, at + 2).unwrap_or(at),
        ('\'', _) => end_of_character(letters, at).unwrap_or(at),
        _ => at,
    }
}

fn end_of_comment(letters: &[char], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while at < letters.len() {
        match (letters[at], letters.get(at + 1)) {
            ('/', Some('*')) => (at, depth) = (at + 2, depth + 1),
            ('*', Some('/')) => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn end_of_string(letters: &[char], mut at: usize) -> usize {
    while at < letters.len() && letters[at] != '"' {
        at += if letters[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(letters.len())
}

/// `#…#"…"#…#`; none for a raw name such as `r#type`.
fn end_of_raw(letters: &[char], start: usize) -> Option<usize> {
    let marks = letters[start..].iter().take_while(|letter| **letter == '#').count();
    if letters.get(start + marks) != Some(&'"') {
        return None;
    }
    let mut at = start + marks + 1;
    while at < letters.len() {
        let closes = letters[at] == '"' && letters[at + 1..].iter().take(marks).all(|mark| *mark == '#');
        if closes {
            return Some((at + 1 + marks).min(letters.len()));
        }
        at += 1;
    }
    Some(at)
}

/// None for a lifetime.
fn end_of_character(letters: &[char], at: usize) -> Option<usize> {
    match letters.get(at + 1)? {
        '\\' => letters[at + 3..].iter().position(|letter| *letter == '\'').map(|length| at + 4 + length),
        _ if letters.get(at + 2) == Some(&'\'') => Some(at + 3),
        _ => None,
    }
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The code with every item under `#[cfg(test)]` blanked, line for line.
pub fn without_tests(code: &str) -> String {
    let mut rest = code.to_owned();
    while let Some(start) = rest.find("#[cfg(test)]") {
        let end = end_of_item(&rest, start + "#[cfg(test)]".len());
        let blank: String =
            rest[start..end].chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }).collect();
        rest.replace_range(start..end, &blank);
    }
    rest
}

/// Behind the `;` or the matching `}` that ends the item which begins here.
fn end_of_item(code: &str, start: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, letter) in code[start..].char_indices() {
        match letter {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(letter, ';' | '}') {
            return start + offset + 1;
        }
    }
    code.len()
}

/// One name or mark of code and the line it stands on, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    pub text: &'a str,
    pub line: usize,
}

/// Names, numbers, `::` and single marks.
pub fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(letter) = code[at..].chars().next() {
        let name = code[at..].find(|letter: char| !is_name(letter)).unwrap_or(code.len() - at);
        let length = match letter {
            _ if name > 0 => name,
            ':' if code[at..].starts_with("::") => 2,
            _ => letter.len_utf8(),
        };
        if !letter.is_whitespace() {
            tokens.push(Token { text: &code[at..at + length], line });
        }
        line += usize::from(letter == '\n');
        at += length;
    }
    tokens
}

/// What stands directly below `root` in every path of this code that starts with it, groups included:
/// `use crate::{model::id, state}` gives `model` and `state`.
pub fn below<'a>(root: &str, code: &'a str) -> Vec<Token<'a>> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let starts = at == 0 || tokens[at - 1].text != "::";
        let is_root =
            token.text == root && starts && tokens.get(at + 1).is_some_and(|next| next.text == "::");
        match tokens.get(at + 2) {
            Some(next) if is_root && next.text == "{" => found.extend(members(&tokens[at + 2..])),
            Some(next) if is_root => found.push(*next),
            _ => {}
        }
    }
    found
}

/// The first name of each member of a `{…}` group.
fn members<'a>(group: &[Token<'a>]) -> Vec<Token<'a>> {
    let (mut found, mut depth) = (Vec::new(), 0_usize);
    for (at, token) in group.iter().enumerate() {
        match token.text {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ if depth == 1 && matches!(group[at - 1].text, "{" | ",") => found.push(*token),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    found
}

/// The first name of every path and every `use`: the outside crates are among them.
pub fn path_starts(code: &str) -> Vec<Token<'_>> {
    let tokens = tokens(code);
    let at = |index: usize| tokens.get(index).map_or("", |token| token.text);
    let starts_path = |index: usize| {
        let before = index.checked_sub(1).map_or("", at);
        let first = !matches!(before, "::" | ".") || !is_path_part(index.checked_sub(2).map_or("", at));
        let imported = matches!(before, "use" | "crate") && matches!(at(index + 1), ";" | "as");
        at(index).starts_with(is_name) && first && (at(index + 1) == "::" || imported)
    };
    (0..tokens.len()).filter(|index| starts_path(*index)).map(|index| tokens[index]).collect()
}

fn is_path_part(text: &str) -> bool {
    text.starts_with(is_name) || text == ">"
}

/// A function: its name, where it starts, how many lines it takes, its signature included.
#[derive(Debug, PartialEq, Eq)]
pub struct Function<'a> {
    pub name: &'a str,
    pub line: usize,
    pub lines: usize,
}

pub fn functions(code: &str) -> Vec<Function<'_>> {
    let tokens = tokens(code);
    let named = |at: &usize| {
        tokens[*at].text == "fn" && tokens.get(at + 1).is_some_and(|next| next.text.chars().all(is_name))
    };
    (0..tokens.len()).filter(named).filter_map(|at| function(&tokens[at..])).collect()
}

/// None for a signature without a body.
fn function<'a>(tokens: &[Token<'a>]) -> Option<Function<'a>> {
    let (mut depth, mut round) = (0_usize, 0_usize);
    for token in tokens {
        match token.text {
            "(" | "[" => round += 1,
            ")" | "]" => round -= 1,
            ";" if depth == 0 && round == 0 => return None,
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => continue,
        }
        if depth == 0 && token.text == "}" {
            let line = tokens[0].line;
            return Some(Function { name: tokens[1].text, line, lines: token.line - line + 1 });
        }
    }
    None
}

/// The names of types, traits and modules that this code defines.
pub fn defined(code: &str) -> Vec<Token<'_>> {
    let tokens = tokens(code);
    let introduces = |text: &str| matches!(text, "struct" | "enum" | "trait" | "type" | "mod" | "union");
    let pairs = tokens.iter().zip(tokens.iter().skip(1));
    pairs.filter(|(word, _)| introduces(word.text)).map(|(_, name)| *name).collect()
}

/// `RoomList`, `room_list` → `room`, `list`.
pub fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        if letter == '_' || letter == '-' || letter.is_uppercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| is_name(letter) && letter != '_') {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
