//! Ways to take somebody's voice on this server (by 005), and the mask that hits him and nobody else.

use crate::model::ability::{Abilities, Ability, Verb};
use crate::model::reason::Reason;
use crate::platforms::irc::names::{Folding, glob};
use crate::platforms::irc::people::Someone;
use crate::platforms::irc::support::Support;

/// How a member is silenced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// `+b m:mask` (InspIRCd, Ergo) or `+b ~q:mask` (UnrealIRCd): the sign is what stands before the mask.
    Extban(String),
    /// `+q mask` (Solanum, Charybdis).
    Quiet,
    /// `+m`, and voice for everybody else.
    Moderated,
    /// The server has neither lists for it nor voice.
    Nothing,
}

impl Way {
    /// The best way this server offers; `refused` are list modes it advertised and then did not know.
    pub fn of(support: &Support, refused: &[char]) -> Self {
        let lists = |letter: char| support.modes.first().is_some_and(|lists| lists.contains(letter));
        if let Some((sign, letters)) = &support.extban {
            match sign.as_str() {
                "" if letters.contains('m') => return Way::Extban("m:".to_owned()),
                "~" if letters.contains('q') => return Way::Extban("~q:".to_owned()),
                _ => {}
            }
        }
        if lists('q') && !refused.contains(&'q') {
            return Way::Quiet;
        }
        let has_voice = support.prefix.iter().any(|(mode, _)| *mode == 'v');
        if has_voice && support.modes.iter().any(|modes| modes.contains('m')) {
            Way::Moderated
        } else {
            Way::Nothing
        }
    }

    /// The list mode in which mutes stand.
    pub fn letter(&self) -> char {
        if *self == Way::Quiet { 'q' } else { 'b' }
    }

    /// The mask as it stands in that list; `None` where no list takes voices.
    pub fn entry(&self, mask: &str) -> Option<String> {
        match self {
            Way::Extban(sign) => Some(format!("{sign}{mask}")),
            Way::Quiet => Some(mask.to_owned()),
            Way::Moderated | Way::Nothing => None,
        }
    }

    /// The mask of a list entry that takes voices; `None` for any other entry.
    pub fn mask_of<'a>(&self, letter: char, entry: &'a str) -> Option<&'a str> {
        match self {
            Way::Extban(sign) if letter == 'b' => entry.strip_prefix(sign.as_str()),
            Way::Quiet if letter == 'q' => Some(entry),
            _ => None,
        }
    }
}

/// Long names of extended bans, which UnrealIRCd 6 and InspIRCd 4 may show, and the letters that all of them take.
const NAMES: [(&str, &str); 6] = [
    ("mute:", "m:"),
    ("m:", "m:"),
    ("account:", "R:"),
    ("~quiet:", "~q:"),
    ("~q:", "~q:"),
    ("~account:", "~a:"),
];

/// A list's entry with letters instead of names, so that what we set and what the server shows are the same text.
pub fn short(entry: &str) -> String {
    let (mut shortened, mut rest) = (String::new(), entry);
    while let Some((after, letter)) =
        NAMES.iter().find_map(|(name, letter)| rest.strip_prefix(name).map(|after| (after, letter)))
    {
        shortened.push_str(letter);
        rest = after;
    }
    shortened + rest
}

/// What stands before an account name in a mask on this server.
fn account_sign(support: &Support) -> Option<String> {
    let (sign, letters) = support.extban.as_ref()?;
    match sign.as_str() {
        "" if letters.contains('R') => Some("R:".to_owned()),
        "$" | "~" if letters.contains('a') => Some(format!("{sign}a:")),
        _ => None,
    }
}

/// The mask for `target`: his account, else his host, else his nick. A host that another member of the room has too
/// (a shared gateway or cloak, a local machine) is never used, nor one while somebody's host is unknown: it would take
/// more than one voice. `others` are the other members of the room, ourselves among them.
pub fn mask(support: &Support, target: &Someone, others: &[&Someone]) -> String {
    if let (Some(account), Some(sign)) = (&target.account, account_sign(support)) {
        return format!("{sign}{account}");
    }
    let fold = |host: &str| support.folding.fold(host);
    let shared = others.iter().any(|other| other.host.is_empty() || fold(&other.host) == fold(&target.host));
    let local = matches!(target.host.as_str(), "" | "localhost" | "127.0.0.1" | "::1" | "0::1");
    let wild = target.host.contains(['*', '?']);
    if shared || local || wild { format!("{}!*@*", target.nick) } else { format!("*!*@{}", target.host) }
}

/// Masks of one list, made ready to be held against many members.
#[derive(Debug)]
pub struct Masks {
    folding: Folding,
    accounts: Vec<Vec<char>>,
    sources: Vec<Vec<char>>,
}

impl Masks {
    /// From masks without the sign of a mute. Kinds of masks we do not know cover nobody.
    pub fn new<'a>(support: &Support, masks: impl Iterator<Item = &'a str>) -> Self {
        let mut ready = Self { folding: support.folding, accounts: Vec::new(), sources: Vec::new() };
        let sign = account_sign(support);
        for mask in masks {
            match sign.as_deref().and_then(|sign| mask.strip_prefix(sign)) {
                Some(account) => ready.accounts.push(support.folding.letters(account)),
                None if mask.contains(['!', '@', '*']) => ready.sources.push(support.folding.letters(mask)),
                None => {}
            }
        }
        ready
    }

    /// Whether one of them covers somebody.
    pub fn cover(&self, someone: &Someone) -> bool {
        if let Some(account) = someone.account.as_deref().filter(|_| !self.accounts.is_empty()) {
            let account = self.folding.letters(account);
            if self.accounts.iter().any(|mask| glob(mask, &account)) {
                return true;
            }
        }
        if self.sources.is_empty() {
            return false;
        }
        let source = self.folding.letters(&someone.source());
        self.sources.iter().any(|mask| glob(mask, &source))
    }
}

/// Whether one mask covers somebody.
pub fn covers(support: &Support, mask: &str, someone: &Someone) -> bool {
    Masks::new(support, std::iter::once(mask)).cover(someone)
}

/// What can be done in a room. `status` are our own status modes there.
pub fn abilities(support: &Support, way: &Way, room: &str, status: &str, redaction: bool) -> Abilities {
    let powerless = Ability::unsupported(Reason::new("irc-not-operator").with("room", room));
    let acting = support.may_moderate(status);
    let native = || if acting { Ability::native() } else { powerless.clone() };
    let mute = match way {
        _ if !acting => powerless.clone(),
        Way::Extban(_) | Way::Quiet => Ability::native(),
        Way::Moderated => Ability::emulated(Reason::new("irc-moderated-room").with("room", room)),
        Way::Nothing => Ability::unsupported(Reason::new("irc-no-mute")),
    };
    let recall = if redaction { native() } else { Ability::unsupported(Reason::new("irc-no-recall")) };
    Abilities::default()
        .with(Verb::Recall, recall)
        .with(Verb::Warn, Ability::native())
        .with(Verb::Say, Ability::native())
        .with(Verb::Mute, mute.clone())
        .with(Verb::Unmute, mute)
        .with(Verb::Remove, native())
        .with(Verb::Block, native())
        .with(Verb::Unblock, native())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ability::Mode;
    use crate::platforms::irc::line::Line;

    fn support(tokens: &str) -> Support {
        let mut support = Support::default();
        support.hear(&Line::parse(format!(":s 005 me {tokens} :are supported").as_bytes()).unwrap());
        support
    }

    fn someone(nick: &str, host: &str, account: Option<&str>) -> Someone {
        Someone {
            id: nick.to_owned(),
            nick: nick.to_owned(),
            user: "u".to_owned(),
            host: host.to_owned(),
            account: account.map(str::to_owned),
        }
    }

    const INSPIRCD: &str = "CHANMODES=beg,k,EHfl,KMRimnprst EXTBAN=,RUm PREFIX=(ov)@+";
    const SOLANUM: &str = "CHANMODES=eIbq,k,flj,CFLMPQRSTcgimnprstuz EXTBAN=$,ajrxz PREFIX=(ov)@+";
    const UNREAL: &str =
        "CHANMODES=beI,fkL,lFH,cdimnprstzCDGKMNOPQRSTVZ EXTBAN=~,acfjmnpqrt PREFIX=(qaohv)~&@%+";
    const NGIRCD: &str = "CHANMODES=beI,k,l,imMnOPQRstVz PREFIX=(qaohv)~&@%+";

    #[test]
    fn each_kind_of_server_has_its_way() {
        let check = |tokens: &str, way: Way| assert_eq!(Way::of(&support(tokens), &[]), way, "{tokens}");
        check(INSPIRCD, Way::Extban("m:".to_owned()));
        check(SOLANUM, Way::Quiet);
        check(UNREAL, Way::Extban("~q:".to_owned()));
        check(NGIRCD, Way::Moderated);
        check("CHANMODES=b,k,l,nt PREFIX=(o)@", Way::Nothing);
        assert_eq!(Way::of(&support(SOLANUM), &['q']), Way::Moderated);
    }

    #[test]
    fn long_names_of_bans_are_the_same_as_letters() {
        let check = |entry, wanted| assert_eq!(short(entry), wanted);
        check("mute:account:robert", "m:R:robert");
        check("m:R:robert", "m:R:robert");
        check("~quiet:~account:robert", "~q:~a:robert");
        check("~quiet:bob!*@*", "~q:bob!*@*");
        check("bob!*@*", "bob!*@*");
    }

    #[test]
    fn the_mask_is_the_narrowest_that_lasts() {
        let check = |tokens: &str, target: &Someone, others: &[&Someone], wanted: &str| {
            assert_eq!(mask(&support(tokens), target, others), wanted);
        };
        let bob = someone("bob", "net-1.example", None);
        let carol = someone("carol", "NET-1.example", None);
        let dora = someone("dora", "other", None);
        let named = someone("bob", "net-1.example", Some("robert"));
        check(INSPIRCD, &bob, &[&dora], "*!*@net-1.example");
        check(INSPIRCD, &bob, &[&carol, &dora], "bob!*@*");
        check(INSPIRCD, &bob, &[&someone("eve", "", None)], "bob!*@*");
        check(INSPIRCD, &someone("bob", "127.0.0.1", None), &[], "bob!*@*");
        check(INSPIRCD, &named, &[&carol], "R:robert");
        check(SOLANUM, &named, &[&carol], "$a:robert");
        check(NGIRCD, &named, &[&dora], "*!*@net-1.example");
    }

    #[test]
    fn a_mask_never_covers_another_member_of_the_room() {
        for tokens in [INSPIRCD, SOLANUM, UNREAL, NGIRCD] {
            let support = support(tokens);
            let people = [
                someone("bob", "a", None),
                someone("bob_", "a", None),
                someone("carol", "b", Some("c")),
                someone("dora", "127.0.0.1", Some("bob")),
                someone("eve[x]", "c", None),
            ];
            for target in &people {
                let others: Vec<&Someone> = people.iter().filter(|other| other.nick != target.nick).collect();
                let mask = mask(&support, target, &others);
                assert!(covers(&support, &mask, target), "{mask} misses {}", target.nick);
                assert!(!others.iter().any(|other| covers(&support, &mask, other)), "{mask} is too wide");
            }
        }
    }

    #[test]
    fn who_is_no_operator_can_only_speak() {
        let abilities = abilities(&support(INSPIRCD), &Way::Extban("m:".to_owned()), "#c", "v", false);
        for verb in Verb::ALL {
            let wanted =
                if matches!(verb, Verb::Warn | Verb::Say) { Mode::Native } else { Mode::Unsupported };
            assert_eq!(abilities.of(verb).mode, wanted, "{verb:?}");
        }
        assert_eq!(abilities.of(Verb::Mute).reason.unwrap().key, "irc-not-operator");
    }
}
