//! The session against transcripts in `tests/fixtures/irc`: what the server said, what we were told to do, what came out.
//!
//! `<<` a line of the server, `!!` an order, `~~` seconds that pass; `>>` a line we send, `==` what the desk hears.
//! A line with `##` is a remark. The outputs of a transcript must come out exactly, and at exactly these places.

use crate::model::ability::Verb;
use crate::model::heard::{By, Deed, Heard, Order, Outcome, Person, Status};
use crate::model::id::{ActionId, Seq};
use crate::model::member::Role;
use crate::model::reason::Reason;
use crate::platforms::irc::line::{Frame, Line};
use crate::platforms::irc::people::People;
use crate::platforms::irc::room::Memory;
use crate::platforms::irc::session::Session;
use crate::platforms::irc::settings::{Secrets, Settings};
use proptest::prelude::*;
use std::time::Duration;

fn check(transcript: &str, more: &str) {
    let text = format!("server = 'irc.test:6697'\nnick = 'guard'\nrooms = ['#c']\nburst = 1000\n{more}");
    let settings: Settings = toml::from_str(&text).unwrap();
    let secrets = settings.secrets().unwrap();
    let mut session = Session::new(&settings, secrets, Memory::default(), People::default(), 7);
    session.open();
    let mut actual = Vec::new();
    let mut actions = 0;
    for input in transcript.lines() {
        let (kind, rest) = input.split_at_checked(2).unwrap_or((input, ""));
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        if matches!(kind, ">>" | "==") {
            continue;
        }
        outputs(&mut session, &mut actual);
        match kind {
            "<<" => session.hear(&Frame::Line(Line::parse(rest.as_bytes()).unwrap())),
            "!!" => {
                actions += 1;
                session.order(order(actions, rest));
            }
            "~~" => session.tick(Duration::from_secs(rest.parse().unwrap())),
            _ => {}
        }
        actual.push(input.to_owned());
    }
    outputs(&mut session, &mut actual);
    if session.ending().is_some() {
        let (last, ..) = session.close(&Reason::new("irc-connection-closed"));
        actual.extend(last.iter().map(|heard| format!("== {}", shown(heard))));
    }
    let actual = actual.join("\n");
    assert!(actual == transcript.trim_end(), "what came out:\n{actual}\n");
}

fn outputs(session: &mut Session, actual: &mut Vec<String>) {
    actual.extend(session.heard().iter().map(|heard| format!("== {}", shown(heard))));
    actual.extend(session.lines().iter().map(|line| format!(">> {}", line.trim_end())));
    if let Some(ending) = session.ending() {
        actual.push(format!("== {ending:?}"));
    }
}

fn order(action: u64, text: &str) -> Order {
    let mut words = text.splitn(3, ' ');
    let (verb, nick, rest) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap_or(""));
    let (verb, checking) = verb.strip_prefix("check-").map_or((verb, false), |verb| (verb, true));
    let name = nick.trim_start_matches("account:").to_owned();
    let person = Person { external: nick.to_owned(), name, role: Role::Member };
    let why = rest.to_owned();
    let deed = match verb {
        "mute" => Deed::Mute { person, seconds: rest.parse().unwrap() },
        "unmute" => Deed::Unmute { person },
        "remove" => Deed::Remove { person, block: false, why },
        "block" => Deed::Remove { person, block: true, why },
        "unblock" => Deed::Unblock { person },
        "warn" => Deed::Warn { person, text: why },
        "say" => Deed::Say { text: format!("{nick} {rest}").trim().to_owned() },
        "recall" => Deed::Recall { message: nick.to_owned() },
        other => panic!("no such order: {other}"),
    };
    let deed = if checking { Deed::Check(Box::new(deed)) } else { deed };
    Order {
        action: ActionId(Seq(action)),
        idempotency: action.to_string(),
        room: "#c".to_owned(),
        deed,
        deadline_seconds: 60,
    }
}

fn shown(heard: &Heard) -> String {
    match heard {
        Heard::Status(Status::Online { account }) => format!("online {account}"),
        Heard::Status(status) => format!("{status:?}"),
        Heard::Room { external, own_role, abilities, members_total, .. } => {
            let modes = [Verb::Mute, Verb::Remove, Verb::Recall].map(|verb| abilities.of(verb).mode);
            format!("room {external} {own_role:?} mute, remove, recall: {modes:?}, {members_total:?}")
        }
        Heard::Roster { room, people, complete } => {
            let people: Vec<String> = people.iter().map(who).collect();
            format!("roster {room} {} complete={complete}", people.join(" "))
        }
        Heard::Message(said) => format!(
            "message {} {} {}: {:?} at={:?} own={} backfilled={} mentions={:?}",
            said.room,
            said.external,
            who(&said.person),
            said.text,
            said.sent_at.map(|moment| moment.0),
            said.own,
            said.backfilled,
            said.mentions
        ),
        Heard::Recalled { room, message, by } => format!("recalled {room} {message} {}", whose(by)),
        Heard::Joined { room, person, .. } => format!("joined {room} {}", who(person)),
        Heard::Left { room, person, cause, by } => {
            format!("left {room} {} {cause:?} {}", who(person), whose(by))
        }
        Heard::RoleChanged { room, person, by } => format!("role {room} {} {}", who(person), whose(by)),
        Heard::Renamed { was, person } => format!("renamed {was} {}", who(person)),
        Heard::Muted { room, person, until, by } => {
            format!("muted {room} {} until={:?} {}", who(person), until.map(|moment| moment.0), whose(by))
        }
        Heard::Unmuted { room, person, by } => format!("unmuted {room} {} {}", who(person), whose(by)),
        Heard::Gap { room, reason } => format!("gap {room:?} {}", why(reason)),
        Heard::Outcome { action, outcome } => format!("outcome {} {}", action.0, became(outcome)),
        Heard::Remark(reason) => format!("remark {}", why(reason)),
    }
}

fn became(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted => "accepted".to_owned(),
        Outcome::Confirmed { evidence, ours_to_lift } => {
            format!("confirmed {} lift={ours_to_lift}", why(evidence))
        }
        Outcome::Failed { reason } => format!("failed {}", why(reason)),
        Outcome::Unsupported { reason } => format!("unsupported {}", why(reason)),
        Outcome::Unknown { reason } => format!("unknown {}", why(reason)),
    }
}

fn who(person: &Person) -> String {
    let named = if person.external == person.name { String::new() } else { format!("={}", person.external) };
    format!("{}{named}({:?})", person.name, person.role)
}

fn whose(by: &By) -> String {
    format!("by={by:?}")
}

fn why(reason: &Reason) -> String {
    let args: Vec<String> = reason.args.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{}[{}]", reason.key, args.join(", "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A hostile or broken server may send anything in any order.
    #[test]
    fn no_sequence_of_lines_stops_the_session(
        lines in proptest::collection::vec(
            (
                "(@(label=q[1-3]|batch=1|time=x|msgid=m|account=a);? )?",
                "(:(guard|bob|s)(!u@h)? )?",
                "(JOIN|PART|KICK|NICK|MODE|QUIT|BATCH|PRIVMSG|ACCOUNT|CHGHOST|TOPIC|353|366|352|354|315|324|367|368|441|482|CAP|005|PONG)",
                "( (#c|bob|guard|[+]b|[+]ov-mb|[+]1|-1|42|m:[*]|chathistory|PREFIX=[(]|:.{0,8}|\\PC{0,4})){0,6}",
            ),
            0..60,
        ),
    ) {
        let settings: Settings = toml::from_str("server = 'a:1'\nnick = 'guard'\nrooms = ['#c']").unwrap();
        let mut session =
            Session::new(&settings, Secrets::default(), Memory::default(), People::default(), 7);
        session.open();
        for raw in [":s 001 guard :hi", ":s 376 guard :end", ":guard!u@h JOIN #c"] {
            session.hear(&Frame::Line(Line::parse(raw.as_bytes()).unwrap()));
        }
        for (number, (tags, source, command, params)) in lines.iter().enumerate() {
            let raw = format!("{tags}{source}{command}{params}");
            if let Some(line) = Line::parse(raw.as_bytes()) {
                session.hear(&Frame::Line(line));
            }
            let deeds = ["mute bob 5", "unmute bob", "block bob x", "unblock bob", "check-mute bob 5", "warn bob x"];
            let deed = deeds[number % deeds.len()];
            session.order(order(number as u64 + 1, deed));
            session.tick(Duration::from_secs(2));
            for sent in session.lines() {
                prop_assert_eq!(sent.matches(['\r', '\n']).count(), 2);
            }
        }
        let (heard, ..) = session.close(&Reason::new("irc-connection-closed"));
        let answered = heard.iter().filter(|heard| matches!(heard, Heard::Outcome { .. })).count();
        prop_assert_eq!(answered, lines.len(), "every order is answered exactly once");
    }
}

#[test]
fn inspircd_mutes_by_timed_extended_bans() {
    check(include_str!("../../../tests/fixtures/irc/inspircd.txt"), "");
}

#[test]
fn ngircd_has_only_moderated_rooms() {
    check(include_str!("../../../tests/fixtures/irc/ngircd.txt"), "");
}

#[test]
fn solanum_quiets_by_account_and_has_no_timed_bans() {
    check(include_str!("../../../tests/fixtures/irc/solanum.txt"), "[sasl]\nuser = 'guard'\npassword = 'p'");
}

#[test]
fn a_server_without_timed_bans_is_learnt_by_trying() {
    check(include_str!("../../../tests/fixtures/irc/ergo.txt"), "");
}

#[test]
fn a_silent_server_is_asked_twice_and_then_given_up() {
    check(include_str!("../../../tests/fixtures/irc/silence.txt"), "");
}

#[test]
fn unrealircd_shows_its_bans_by_other_names() {
    check(include_str!("../../../tests/fixtures/irc/unreal.txt"), "");
}
