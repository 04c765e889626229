//! Every sentence a person reads, in 简体中文 and English, from one place: Fluent catalogues beside this file.
//!
//! Code below the screen never writes sentences; it returns keys or a [`Reason`], and this room words them.

use crate::model::reason::Reason;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use unic_langid::LanguageIdentifier;

/// The languages a seat can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// 简体中文
    Chinese,
    /// English
    English,
}

impl Language {
    /// All languages, in the order in which `L` goes through them.
    pub const ALL: [Language; 2] = [Language::Chinese, Language::English];

    /// The language for a `LANG` value: Chinese for `zh…`, English for everything else.
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("zh") { Language::Chinese } else { Language::English }
    }

    /// The next language.
    pub fn next(self) -> Self {
        match self {
            Language::Chinese => Language::English,
            Language::English => Language::Chinese,
        }
    }

    fn catalogues(self) -> &'static [&'static str] {
        match self {
            Language::Chinese => CHINESE,
            Language::English => ENGLISH,
        }
    }

    fn tag(self) -> LanguageIdentifier {
        match self {
            Language::Chinese => unic_langid::langid!("zh-CN"),
            Language::English => unic_langid::langid!("en"),
        }
    }
}

const CHINESE: &[&str] = &[
    include_str!("zh-CN/commands.ftl"),
    include_str!("zh-CN/app.ftl"),
    include_str!("zh-CN/desk.ftl"),
    include_str!("zh-CN/ui.ftl"),
    include_str!("zh-CN/filter.ftl"),
    include_str!("zh-CN/people.ftl"),
    include_str!("zh-CN/rules.ftl"),
    include_str!("zh-CN/config.ftl"),
    include_str!("zh-CN/irc.ftl"),
    include_str!("zh-CN/script.ftl"),
    include_str!("zh-CN/stdio.ftl"),
    include_str!("zh-CN/linear.ftl"),
    include_str!("zh-CN/xray.ftl"),
];
const ENGLISH: &[&str] = &[
    include_str!("en/commands.ftl"),
    include_str!("en/app.ftl"),
    include_str!("en/desk.ftl"),
    include_str!("en/ui.ftl"),
    include_str!("en/filter.ftl"),
    include_str!("en/people.ftl"),
    include_str!("en/rules.ftl"),
    include_str!("en/config.ftl"),
    include_str!("en/irc.ftl"),
    include_str!("en/script.ftl"),
    include_str!("en/stdio.ftl"),
    include_str!("en/linear.ftl"),
    include_str!("en/xray.ftl"),
];

/// The sentences of one language.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
    /// The sentences without anything to fill in, which is most of them and all that a frame says again and again.
    constant: HashMap<String, String>,
    /// The sentences that were filled in last: the next frame says most of them again.
    recent: Mutex<HashMap<Asked, String>>,
}

/// A key and what was filled in.
type Asked = (String, Vec<(String, String)>);

/// So many filled sentences are kept: some screens full.
const RECENT: usize = 512;

impl Words {
    /// Reads the catalogues of a language. They are part of the program; a broken one is a failed test, and at run
    /// time its readable part is used.
    pub fn of(language: Language) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.tag()]);
        // Isolation marks are bidi controls, which no terminal of ours is ever sent.
        bundle.set_use_isolating(false);
        for text in language.catalogues() {
            let resource = match FluentResource::try_new((*text).to_owned()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
        }
        let mut words = Self { language, bundle, constant: HashMap::new(), recent: Mutex::default() };
        for key in language.catalogues().iter().flat_map(|text| keys(text)) {
            let sentence = words.say_with(key, &[]);
            if words.is_constant(key) {
                words.constant.insert(key.to_owned(), sentence);
            }
        }
        words
    }

    /// Which language this is.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The sentence under `key`; the key itself where it is missing, which a test keeps from happening.
    pub fn say(&self, key: &str) -> String {
        match self.constant.get(key) {
            Some(sentence) => sentence.clone(),
            None => self.say_with(key, &[]),
        }
    }

    /// The sentence under `key` with arguments filled in. Values are text; numbers that need plural forms are parsed.
    pub fn say_with(&self, key: &str, args: &[(&str, &str)]) -> String {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let asked = (key.to_owned(), args.iter().map(owned).collect());
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sentence) = recent.get(&asked) {
            return sentence.clone();
        }
        let sentence = self.fill(key, args);
        if recent.len() >= RECENT {
            recent.clear();
        }
        recent.insert(asked, sentence.clone());
        sentence
    }

    fn fill(&self, key: &str, args: &[(&str, &str)]) -> String {
        let mut filled = FluentArgs::new();
        for (name, value) in args {
            filled.set(*name, value_of(value));
        }
        self.format(key, &filled)
    }

    /// A reason in words.
    pub fn reason(&self, reason: &Reason) -> String {
        let mut filled = FluentArgs::new();
        for (name, value) in &reason.args {
            filled.set(name.as_str(), value_of(value));
        }
        self.format(&reason.key, &filled)
    }

    /// Whether there is a sentence under `key`.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.get_message(key).is_some_and(|message| message.value().is_some())
    }

    /// Whether nothing has to be filled in or chosen under `key`.
    fn is_constant(&self, key: &str) -> bool {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return false;
        };
        let (mut errors, mut bare) = (Vec::new(), String::new());
        self.bundle.write_pattern(&mut bare, pattern, None, &mut errors).is_ok() && errors.is_empty()
    }

    fn format(&self, key: &str, args: &FluentArgs<'_>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, Some(args), &mut errors).into_owned()
    }
}

/// The keys of a catalogue: what stands before `=` at the beginning of a line.
fn keys(catalogue: &str) -> impl Iterator<Item = &str> {
    let key = |line: &'_ str| line.starts_with(|sign: char| sign.is_ascii_alphabetic());
    catalogue
        .lines()
        .filter(move |line| key(line))
        .filter_map(|line| line.split_once('='))
        .map(|(key, _)| key.trim())
}

/// A number where the text is one exactly as a number is written, so that plural forms work; else the text. A member
/// who calls himself `007` or `1e5` keeps his name.
fn value_of(text: &str) -> FluentValue<'_> {
    let digits = text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = digits && (text == "0" || !text.starts_with('0'));
    if plain { FluentValue::try_number(text) } else { FluentValue::from(text) }
}
