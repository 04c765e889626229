//! Links: invitations to other groups, domains that are blocked, addresses that hide where they lead, and whatever is
//! not on the list of allowed domains. Never follows a link.

use crate::model::flag::{Category, Confidence, Severity};
use crate::model::reason::Reason;
use crate::rules::Mistake;
use crate::rules::subject::{Finding, Subject};
use crate::rules::urls::{self, Address};
use crate::rules::version::version;
use serde::{Deserialize, Serialize};

/// Raised when this detector comes to judge differently.
const CODE: u32 = 1;

/// Which links are welcome (`operations.md` §2.4: link, allow-list of domains, group invite).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Whether this rule is on.
    pub enabled: bool,
    /// Links are S2 (`operations.md` §5.2).
    pub severity: Severity,
    /// Whose links to a domain on no list are remarked on, as a fuzzy flag. In a help channel 3.5 of 100 messages
    /// carry one (`irc_ubuntu_dev.jsonl`), nearly all of them from people at home there.
    pub unlisted: Unlisted,
    /// Who has said so many messages in the room, this one included, is no stranger. Our own choice.
    pub familiar: u32,
    /// Domains that are welcome, their subdomains included.
    pub allow: Vec<String>,
    /// Domains that are not, their subdomains included.
    pub block: Vec<String>,
    /// Domains that hide where they lead.
    pub shorteners: Vec<String>,
    /// Invitations to other groups: a domain, with the beginning of the path where it has one.
    pub invitations: Vec<String>,
}

/// Whose links to unlisted domains are remarked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unlisted {
    Nobody,
    /// People who have said little in the room.
    #[default]
    Strangers,
    Everybody,
}

impl Default for Settings {
    fn default() -> Self {
        let owned = |domains: &[&str]| domains.iter().map(|domain| (*domain).to_owned()).collect();
        Self {
            enabled: true,
            severity: Severity::S2,
            unlisted: Unlisted::Strangers,
            familiar: 10,
            allow: owned(&ALLOW),
            block: Vec::new(),
            shorteners: owned(&SHORTENERS),
            invitations: owned(&INVITATIONS),
        }
    }
}

/// Places people show each other and where nobody can sell.
const ALLOW: [&str; 32] = [
    "mp.weixin.qq.com",
    "docs.qq.com",
    "meeting.tencent.com",
    "v.qq.com",
    "gov.cn",
    "edu.cn",
    "people.com.cn",
    "xinhuanet.com",
    "baike.baidu.com",
    "zhihu.com",
    "bilibili.com",
    "b23.tv",
    "douban.com",
    "juejin.cn",
    "csdn.net",
    "gitee.com",
    "github.com",
    "stackoverflow.com",
    "wikipedia.org",
    "youtube.com",
    "rust-lang.org",
    "docs.rs",
    "crates.io",
    "python.org",
    "ubuntu.com",
    "debian.org",
    "kernel.org",
    "mozilla.org",
    "docker.com",
    "google.com",
    "baidu.com",
    "gnu.org",
];
const SHORTENERS: [&str; 12] = [
    "bit.ly",
    "tinyurl.com",
    "goo.gl",
    "is.gd",
    "v.gd",
    "ow.ly",
    "cutt.ly",
    "rb.gy",
    "t.cn",
    "dwz.cn",
    "suo.im",
    "suo.nz",
];
const INVITATIONS: [&str; 13] = [
    "weixin.qq.com/g/",
    "work.weixin.qq.com/gm/",
    "u.wechat.com",
    "qm.qq.com",
    "jq.qq.com",
    "qun.qq.com",
    "t.me/+",
    "t.me/joinchat/",
    "telegram.me/joinchat/",
    "discord.gg",
    "discord.com/invite/",
    "chat.whatsapp.com",
    "matrix.to/#/",
];

impl Settings {
    pub(in crate::rules) fn mistakes(&self) -> Vec<Mistake> {
        let mistake = |setting, reason| Mistake { rule: "links".to_owned(), setting, reason };
        let lists = [("allow", &self.allow), ("block", &self.block), ("shorteners", &self.shorteners)];
        let mut found = Vec::new();
        for (setting, domains) in lists {
            let wrong = domains.iter().filter(|domain| !is_domain(domain));
            found.extend(
                wrong.map(|domain| mistake(setting, Reason::new("mistake-domain").with("domain", domain))),
            );
        }
        let wrong = self.invitations.iter().filter(|start| !is_domain(split(start).0));
        found.extend(
            wrong.map(|start| mistake("invitations", Reason::new("mistake-domain").with("domain", start))),
        );
        let both = self.block.iter().filter(|domain| self.allow.contains(domain));
        found.extend(
            both.map(|domain| mistake("block", Reason::new("mistake-domain-both").with("domain", domain))),
        );
        found
    }

    /// Whether everybody may post this address, also newcomers.
    pub(in crate::rules) fn allows(&self, address: &Address) -> bool {
        matches!(class(self, address), Class::Allowed)
    }
}

/// What an address is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Invitation,
    Blocked,
    Shortened,
    Unlisted,
    Allowed,
}

/// The detector.
#[derive(Debug)]
pub(in crate::rules) struct Links {
    settings: Settings,
    version: u32,
}

impl Links {
    pub(in crate::rules) fn new(settings: &Settings) -> Self {
        Self { settings: settings.clone(), version: version(CODE, settings) }
    }

    /// At most one remark, on the worst address; the reason counts all that are unwelcome.
    pub(in crate::rules) fn judge(&self, subject: &Subject<'_>) -> Option<Finding> {
        if !self.settings.enabled {
            return None;
        }
        let text = subject.folded.as_str();
        let watched = self.watches(subject);
        let hidden = |address: &Address| is_hidden(subject, address);
        let unwelcome: Vec<(Class, bool, Address)> = urls::find(text)
            .into_iter()
            .map(|address| (class(&self.settings, &address), hidden(&address), address))
            .filter(|(class, hidden, _)| match class {
                Class::Allowed => false,
                Class::Unlisted => *hidden || watched,
                Class::Invitation | Class::Blocked | Class::Shortened => true,
            })
            .collect();
        let worst = |(class, hidden, address): &&(Class, bool, Address)| (*class, !hidden, address.at.start);
        let (class, hidden, address) = unwelcome.iter().min_by_key(worst)?;
        let confidence = match class {
            Class::Invitation | Class::Blocked if !hidden => Confidence::Certain,
            Class::Unlisted | Class::Allowed if !hidden => Confidence::Fuzzy,
            _ => Confidence::Likely,
        };
        Some(Finding {
            rule: "links".to_owned(),
            version: self.version,
            category: Category::Advertisement,
            severity: self.settings.severity,
            confidence,
            span: Some(subject.folded.source(address.at.clone())),
            reason: Reason::new(key(*class))
                .with("host", &address.host)
                .with("count", unwelcome.len())
                .with("disguised", if *hidden { "yes" } else { "no" }),
        })
    }
}

impl Links {
    /// Whether this author's links to unlisted domains are remarked on.
    fn watches(&self, subject: &Subject<'_>) -> bool {
        match self.settings.unlisted {
            Unlisted::Nobody => false,
            Unlisted::Strangers => {
                subject.standing.is_none_or(|standing| standing.messages < self.settings.familiar)
            }
            Unlisted::Everybody => true,
        }
    }
}

/// Whether the address is not written as one.
fn is_hidden(subject: &Subject<'_>, address: &Address) -> bool {
    let folded = subject.folded.as_str().get(address.at.clone()).unwrap_or_default();
    address.spelled || subject.is_disguised(address.at.clone(), folded)
}

fn key(class: Class) -> &'static str {
    match class {
        Class::Invitation => "flag-link-invitation",
        Class::Blocked => "flag-link-blocked",
        Class::Shortened => "flag-link-shortened",
        Class::Unlisted | Class::Allowed => "flag-link-unlisted",
    }
}

fn class(settings: &Settings, address: &Address) -> Class {
    let is_in = |domains: &[String]| domains.iter().any(|domain| is_under(&address.host, domain));
    let invites = |start: &String| {
        let (domain, path) = split(start);
        is_under(&address.host, domain) && address.path.starts_with(path)
    };
    if settings.invitations.iter().any(invites) {
        Class::Invitation
    } else if is_in(&settings.block) {
        Class::Blocked
    } else if is_in(&settings.allow) {
        Class::Allowed
    } else if is_in(&settings.shorteners) {
        Class::Shortened
    } else {
        Class::Unlisted
    }
}

/// `host` is `domain` or one of its subdomains.
fn is_under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// A domain and the beginning of a path.
fn split(start: &str) -> (&str, &str) {
    start.split_once('/').unwrap_or((start, ""))
}

/// Lower case, with a dot, and nothing but letters, digits, hyphens and dots: what a folded host looks like.
fn is_domain(domain: &str) -> bool {
    let fits = |character: char| {
        (character.is_alphanumeric() && !character.is_uppercase()) || matches!(character, '-' | '.')
    };
    domain.contains('.')
        && domain.chars().all(fits)
        && domain.split('.').all(|label| !label.is_empty())
        && !domain.starts_with("www.")
}
