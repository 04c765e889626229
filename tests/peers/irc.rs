//! The IRC connector against InspIRCd and ngIRCd: what it says must be what the servers really do.

use crate::daemon::Daemon;
use crate::irc_client::{Client, Guard, person, told};
use qunguan::model::ability::{Abilities, Mode, Verb};
use qunguan::model::heard::{By, Deed, Heard, Outcome, Saying, Status};
use qunguan::model::member::{LeaveCause, Role};
use std::net::Ipv4Addr;

const PLAIN: &str = "tls = false";

fn mute(nick: &str, seconds: u32) -> Deed {
    Deed::Mute { person: person(nick), seconds }
}

fn unmute(nick: &str) -> Deed {
    Deed::Unmute { person: person(nick) }
}

fn remove(nick: &str, block: bool) -> Deed {
    Deed::Remove { person: person(nick), block, why: "广告\r\nQUIT".to_owned() }
}

fn checking(deed: Deed) -> Deed {
    Deed::Check(Box::new(deed))
}

/// Waits until the room's abilities satisfy `wanted`.
async fn until_able(guard: &mut Guard, verb: Verb, mode: Mode) -> Abilities {
    let wanted = |heard: &Heard| match heard {
        Heard::Room { abilities, .. } if abilities.of(verb).mode == mode => Some(abilities.clone()),
        _ => None,
    };
    guard.until("abilities", wanted).await
}

#[tokio::test]
async fn a_mute_takes_the_voice_and_an_unmute_gives_it_back() {
    let Some(server) = Daemon::inspircd(None).await else { return };
    let mut guard = Guard::start(server.port, "guard", &["#c"], PLAIN);
    until_able(&mut guard, Verb::Mute, Mode::Native).await;
    let mut bob = Client::enter(server.port, "bob", "#c").await;
    let mut carol = Client::enter(server.port, "carol", "#c").await;
    guard.until_joined("carol").await;

    assert_eq!(
        told(&guard.act("#c", mute("bob", 600)).await),
        ("confirmed", "irc-seen-timed".to_owned(), false)
    );
    let silent = |heard: &Heard| matches!(heard, Heard::Muted { person, until: Some(_), by: By::Us, .. } if person.external == "bob");
    assert!(guard.log.iter().any(silent), "{:#?}", guard.log);
    assert!(!bob.may_speak("#c").await);
    assert!(carol.may_speak("#c").await, "the mask hit somebody else on the same host");
    assert_eq!(told(&guard.act("#c", checking(mute("bob", 600))).await).0, "confirmed");
    assert_eq!(told(&guard.act("#c", checking(unmute("bob"))).await).0, "failed");

    assert_eq!(
        told(&guard.act("#c", mute("bob", 900)).await),
        ("confirmed", "irc-seen-timed".to_owned(), false)
    );
    assert!(!bob.may_speak("#c").await);
    assert_eq!(told(&guard.act("#c", unmute("bob")).await).0, "confirmed");
    assert!(bob.may_speak("#c").await);
    assert_eq!(told(&guard.act("#c", unmute("bob")).await), ("confirmed", "irc-not-muted".to_owned(), false));
    guard.leave().await;
}

#[tokio::test]
async fn a_mute_by_host_is_not_evaded_by_another_nick() {
    let Some(server) = Daemon::inspircd(None).await else { return };
    let mut guard = Guard::start(server.port, "guard", &["#c"], PLAIN);
    guard.until_roster("#c").await;
    let elsewhere = Ipv4Addr::new(127, 0, 0, 2);
    let mut bob = Client::enter_from(elsewhere, server.port, "bob", "#c").await;
    let mut carol = Client::enter(server.port, "carol", "#c").await;
    guard.until_joined("carol").await;
    let outcome = guard.act("#c", mute("bob", 600)).await;
    assert!(format!("{outcome:?}").contains("m:*!*@127.0.0.2"), "{outcome:?}");
    bob.send("NICK innocent").await;
    bob.until("NICK").await;
    assert!(!bob.may_speak("#c").await);
    assert!(carol.may_speak("#c").await);
    carol.send("PRIVMSG #c :renamed yet?").await;
    guard.until_said("renamed yet?").await;
    assert!(!guard.log.iter().any(|heard| matches!(heard, Heard::Unmuted { .. })));
    assert_eq!(told(&guard.act("#c", unmute("innocent")).await).0, "confirmed");
    assert!(bob.may_speak("#c").await);
    guard.leave().await;
}

#[tokio::test]
async fn a_timed_mute_ends_by_the_server_itself() {
    let Some(server) = Daemon::inspircd(None).await else { return };
    let mut guard = Guard::start(server.port, "guard", &["#c"], PLAIN);
    guard.until_roster("#c").await;
    let mut bob = Client::enter(server.port, "bob", "#c").await;
    guard.until_joined("bob").await;
    assert_eq!(
        told(&guard.act("#c", mute("bob", 2)).await),
        ("confirmed", "irc-seen-timed".to_owned(), false)
    );
    assert!(!bob.may_speak("#c").await);
    let ended = |heard: &Heard| match heard {
        Heard::Unmuted { person, by, .. } if person.external == "bob" => Some(by.clone()),
        _ => None,
    };
    assert_eq!(guard.until("the end of the mute", ended).await, By::Platform);
    assert!(bob.may_speak("#c").await);
    guard.leave().await;
}

#[tokio::test]
async fn a_removed_member_is_out_and_a_blocked_one_stays_out_until_unblocked() {
    let Some(server) = Daemon::inspircd(None).await else { return };
    let mut guard = Guard::start(server.port, "guard", &["#c"], PLAIN);
    guard.until_roster("#c").await;
    let mut bob = Client::enter(server.port, "bob", "#c").await;
    guard.until_joined("bob").await;

    assert_eq!(
        told(&guard.act("#c", remove("bob", false)).await),
        ("confirmed", "irc-seen-kick".to_owned(), false)
    );
    let kick = bob.until("KICK").await;
    assert!(kick.ends_with("KICK #c bob :广告QUIT") || kick.ends_with("KICK #c bob 广告QUIT"), "{kick}");
    let left = |heard: &Heard| matches!(heard, Heard::Left { cause: LeaveCause::Removed, by: By::Us, .. });
    assert!(guard.log.iter().any(left));
    assert_eq!(
        told(&guard.act("#c", remove("bob", false)).await),
        ("confirmed", "irc-already-gone".to_owned(), false)
    );

    bob.send("JOIN #c").await;
    bob.until(" 366 ").await;
    guard.until_joined("bob").await;
    assert_eq!(told(&guard.act("#c", remove("bob", true)).await).0, "confirmed");
    let banned = |heard: &Heard| matches!(heard, Heard::Left { cause: LeaveCause::Banned, by: By::Us, .. });
    assert!(guard.log.iter().any(banned));
    bob.until("KICK").await;
    bob.send("JOIN #c").await;
    bob.until(" 474 ").await;
    assert_eq!(told(&guard.act("#c", checking(remove("bob", true))).await).0, "confirmed");

    assert_eq!(told(&guard.act("#c", Deed::Unblock { person: person("bob") }).await).0, "confirmed");
    bob.send("JOIN #c").await;
    bob.until(" 366 ").await;
    guard.until_joined("bob").await;
    assert_eq!(told(&guard.act("#c", checking(remove("bob", false))).await).0, "failed");
    guard.leave().await;
}

#[tokio::test]
async fn who_is_no_operator_is_told_so_and_refused() {
    let Some(server) = Daemon::inspircd(None).await else { return };
    let mut owner = Client::enter(server.port, "owner", "#c").await;
    let mut bob = Client::enter(server.port, "bob", "#c").await;
    let mut guard = Guard::start(server.port, "guard", &["#c"], PLAIN);
    let abilities = until_able(&mut guard, Verb::Mute, Mode::Unsupported).await;
    assert_eq!(abilities.of(Verb::Warn).mode, Mode::Native);
    assert_eq!(abilities.of(Verb::Remove).reason.unwrap().key, "irc-not-operator");
    guard.until_roster("#c").await;
    assert_eq!(
        told(&guard.act("#c", remove("bob", false)).await),
        ("unsupported", "irc-not-operator".to_owned(), false)
    );
    assert!(bob.may_speak("#c").await);

    owner.send("MODE #c +o guard").await;
    until_able(&mut guard, Verb::Mute, Mode::Native).await;
    assert_eq!(
        told(&guard.act("#c", remove("owner", false)).await),
        ("failed", "irc-target-is-operator".to_owned(), false)
    );
    assert_eq!(told(&guard.act("#c", mute("bob", 60)).await).0, "confirmed");
    owner.send("MODE #c -o guard").await;
    until_able(&mut guard, Verb::Mute, Mode::Unsupported).await;
    let recall = guard.act("#c", Deed::Recall { message: "x".to_owned() }).await;
    assert_eq!(told(&recall), ("unsupported", "irc-no-recall".to_owned(), false));
    assert_eq!(
        told(&guard.act("#nowhere", mute("bob", 60)).await),
        ("failed", "irc-not-in-room".to_owned(), false)
    );
    guard.leave().await;
}

#[tokio::test]
async fn a_killed_server_is_noticed_and_its_return_reads_the_rooms_again() {
    let Some(mut server) = Daemon::inspircd(None).await else { return };
    let mut guard = Guard::start(server.port, "guard", &["#c", "#d"], PLAIN);
    guard.until_roster("#c").await;
    guard.until_roster("#d").await;
    server.kill();
    let offline = |heard: &Heard| matches!(heard, Heard::Status(Status::Offline { .. })).then_some(());
    guard.until("offline", offline).await;
    let refused = guard.act("#c", mute("bob", 60)).await;
    assert_eq!(told(&refused).0, "failed", "{refused:?}");
    server.restart().await;
    let online = |heard: &Heard| matches!(heard, Heard::Status(Status::Online { .. })).then_some(());
    guard.until("online", online).await;
    guard.until("a gap", |heard| matches!(heard, Heard::Gap { room: None, .. }).then_some(())).await;
    let people = guard.until_roster("#c").await;
    assert_eq!(people.len(), 1);
    assert_eq!(people[0].role, Role::Admin);
    guard.leave().await;
}

#[tokio::test]
async fn a_frozen_server_is_noticed_by_its_silence() {
    let Some(server) = Daemon::inspircd(None).await else { return };
    let mut guard = Guard::start(server.port, "guard", &["#c"], "tls = false\nkeepalive_seconds = 1");
    guard.until_roster("#c").await;
    server.freeze();
    let offline = |heard: &Heard| match heard {
        Heard::Status(Status::Offline { reason, .. }) => Some(reason.key.clone()),
        _ => None,
    };
    assert_eq!(guard.until("offline", offline).await, "irc-silent");
    guard.leave().await;
}

#[tokio::test]
async fn messages_come_once_in_order_and_history_has_the_same_ids() {
    let Some(server) = Daemon::inspircd(None).await else { return };
    let mut guard = Guard::start(server.port, "guard", &["#c"], PLAIN);
    guard.until_roster("#c").await;
    let mut bob = Client::enter(server.port, "bob", "#c").await;
    let mut owner = Client::enter(server.port, "owner", "#other").await;
    owner.send("JOIN #c").await;
    guard.until_joined("owner").await;
    for number in 0..100 {
        bob.send(&format!("PRIVMSG #c :guard: 第{number}句")).await;
    }
    guard.until_said("第99句").await;
    let said: Vec<&Saying> = guard.log.iter().filter_map(saying).collect();
    let texts: Vec<String> = said.iter().map(|saying| saying.text.clone()).collect();
    assert_eq!(texts, (0..100).map(|number| format!("guard: 第{number}句")).collect::<Vec<_>>());
    let mut ids: Vec<&String> = said.iter().map(|saying| &saying.external).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 100);
    assert!(said.iter().all(|saying| saying.sent_at.is_some() && !saying.backfilled && !saying.own));
    assert_eq!(said[0].mentions, ["guard"]);

    // Who comes later gets the last words as history, under the same ids.
    bob.send("JOIN #h").await;
    bob.until(" 366 ").await;
    bob.send("MODE #h +H 10:1h").await;
    bob.until("MODE #h +H").await;
    let mut first = Guard::start(server.port, "first", &["#h"], PLAIN);
    first.until_roster("#h").await;
    bob.send("PRIVMSG #h :\u{1}ACTION 挥手\u{1}").await;
    let live = first.until_said("* bob 挥手").await;
    let mut second = Guard::start(server.port, "second", &["#h"], PLAIN);
    let played = second.until_said("* bob 挥手").await;
    assert_eq!(played.external, live.external);
    assert!(played.backfilled && !live.backfilled);
    for guard in [guard, first, second] {
        guard.leave().await;
    }
}

fn saying(heard: &Heard) -> Option<&Saying> {
    match heard {
        Heard::Message(saying) => Some(saying),
        _ => None,
    }
}

#[tokio::test]
async fn a_warning_is_seen_by_the_member_and_cannot_smuggle_a_line() {
    let Some(server) = Daemon::inspircd(None).await else { return };
    let mut guard = Guard::start(server.port, "guard", &["#c"], PLAIN);
    guard.until_roster("#c").await;
    let mut bob = Client::enter(server.port, "bob", "#c").await;
    guard.until_joined("bob").await;
    let text = "请不要发广告\r\nKICK #c bob :smuggled".to_owned();
    let outcome = guard.act("#c", Deed::Warn { person: person("bob"), text }).await;
    assert_eq!(told(&outcome), ("confirmed", "irc-seen-echo".to_owned(), false));
    let line = bob.until("PRIVMSG").await;
    assert!(line.contains("PRIVMSG #c :bob: 请不要发广告"), "{line}");
    assert!(bob.may_speak("#c").await);
    let long = "很长的提醒。".repeat(200);
    let outcome = guard.act("#c", Deed::Warn { person: person("bob"), text: long.clone() }).await;
    assert_eq!(told(&outcome).0, "confirmed");
    let own: Vec<&Saying> = guard.log.iter().filter_map(saying).filter(|saying| saying.own).collect();
    let whole: String = own.iter().skip(1).map(|saying| saying.text.as_str()).collect();
    assert_eq!(whole, format!("bob: {long}"));
    guard.leave().await;
}

#[tokio::test]
async fn what_other_operators_do_is_heard_and_a_nick_change_keeps_the_member() {
    let Some(server) = Daemon::inspircd(None).await else { return };
    let mut guard = Guard::start(server.port, "guard", &["#c"], PLAIN);
    guard.until_roster("#c").await;
    let mut owner = Client::enter(server.port, "owner", "#c").await;
    let mut bob = Client::enter(server.port, "bob", "#c").await;
    guard.until_joined("bob").await;
    let mut operator = Client::enter(server.port, "operator", "#x").await;
    operator.send("JOIN #c").await;
    guard.until_joined("operator").await;
    assert_eq!(told(&guard.act("#c", mute("bob", 600)).await).0, "confirmed");
    bob.send("NICK robert").await;
    let renamed = |heard: &Heard| match heard {
        Heard::Renamed { was, person } if was == "bob" => Some(person.external.clone()),
        _ => None,
    };
    assert_eq!(guard.until("a new nick", renamed).await, "robert");
    // The mask named his nick: he can speak again, and the desk must know.
    let freed = |heard: &Heard| match heard {
        Heard::Unmuted { person, .. } => Some(person.external.clone()),
        _ => None,
    };
    assert_eq!(guard.until("the evasion", freed).await, "robert");
    assert_eq!(told(&guard.act("#c", unmute("robert")).await).0, "confirmed");
    owner.send("PRIVMSG #c :done").await;
    guard.until_said("done").await;

    let mut chief = Guard::start(server.port, "chief", &["#e"], PLAIN);
    chief.until_roster("#e").await;
    for client in [&mut owner, &mut bob] {
        client.send("JOIN #e").await;
    }
    chief.until_joined("owner").await;
    chief.until_joined("robert").await;
    assert_eq!(told(&chief.act("#e", mute("owner", 600)).await).0, "confirmed");
    for guard in [guard, chief] {
        guard.leave().await;
    }
}

#[tokio::test]
async fn a_mute_by_somebody_else_is_heard_and_left_to_him() {
    let Some(server) = Daemon::inspircd(None).await else { return };
    let mut owner = Client::enter(server.port, "owner", "#c").await;
    let mut guard = Guard::start(server.port, "guard", &["#c"], PLAIN);
    guard.until_roster("#c").await;
    owner.send("MODE #c +o guard").await;
    until_able(&mut guard, Verb::Mute, Mode::Native).await;
    let mut bob = Client::enter(server.port, "bob", "#c").await;
    guard.until_joined("bob").await;
    owner.send("MODE #c +b m:bob!*@*").await;
    let muted = |heard: &Heard| match heard {
        Heard::Muted { person, by, .. } if person.external == "bob" => Some(by.clone()),
        _ => None,
    };
    assert_eq!(guard.until("a mute", muted).await, By::Person("owner".to_owned()));
    let outcome = guard.act("#c", unmute("bob")).await;
    assert_eq!(told(&outcome), ("failed", "irc-muted-by-others".to_owned(), false));
    assert!(!bob.may_speak("#c").await);
    guard.leave().await;
}

#[tokio::test]
async fn a_poor_server_is_told_as_it_is_and_its_mute_is_an_emulation_that_works() {
    let Some(server) = Daemon::ngircd().await else { return };
    let mut guard = Guard::start(server.port, "guard", &["#c"], PLAIN);
    let abilities = until_able(&mut guard, Verb::Mute, Mode::Emulated).await;
    assert_eq!(abilities.of(Verb::Mute).reason.unwrap().key, "irc-moderated-room");
    assert_eq!(abilities.of(Verb::Recall).reason.unwrap().key, "irc-no-recall");
    assert_eq!(abilities.of(Verb::Remove).mode, Mode::Native);
    guard.until_roster("#c").await;
    let mut bob = Client::enter(server.port, "bob", "#c").await;
    let mut carol = Client::enter(server.port, "carol", "#c").await;
    guard.until_joined("carol").await;

    let outcome = guard.act("#c", mute("bob", 60)).await;
    assert_eq!(told(&outcome), ("confirmed", "irc-seen-silence".to_owned(), true));
    assert!(!bob.may_speak("#c").await);
    assert!(carol.may_speak("#c").await);
    let mut dora = Client::enter(server.port, "dora", "#c").await;
    dora.until("+v dora").await;
    assert!(dora.may_speak("#c").await);
    assert_eq!(told(&guard.act("#c", checking(mute("bob", 60))).await).0, "confirmed");
    let again = guard.act("#c", mute("bob", 60)).await;
    assert_eq!(told(&again).0, "confirmed");

    assert_eq!(told(&guard.act("#c", unmute("bob")).await).0, "confirmed");
    bob.until("-m").await;
    assert!(bob.may_speak("#c").await);
    let warned = guard.act("#c", Deed::Warn { person: person("bob"), text: "好好说话".to_owned() }).await;
    assert_eq!(told(&warned), ("confirmed", "irc-no-objection".to_owned(), false));
    assert!(guard.log.iter().filter_map(saying).any(|saying| saying.own && saying.text == "bob: 好好说话"));

    assert_eq!(told(&guard.act("#c", remove("bob", true)).await).0, "confirmed");
    bob.until("KICK").await;
    bob.send("JOIN #c").await;
    bob.until(" 474 ").await;
    // Setting what is set already is not answered by this server: the list is read again.
    let again = guard.act("#c", remove("bob", true)).await;
    assert!(matches!(again, Outcome::Confirmed { .. }), "{again:?}");
    assert_eq!(told(&guard.act("#c", Deed::Unblock { person: person("bob") }).await).0, "confirmed");
    bob.send("JOIN #c").await;
    bob.until(" 366 ").await;
    guard.leave().await;
}
