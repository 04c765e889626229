//! The demo community, seen from the desk's side of the link.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use qunguan::model::ability::{Mode, Verb};
use qunguan::model::heard::{Deed, Heard, Order, Outcome, Person, Saying, Status};
use qunguan::model::id::{ActionId, ConnectorName, Seq};
use qunguan::model::member::Role;
use qunguan::model::moment::Moment;
use qunguan::platforms::script::{Demo, Settings};
use qunguan::platforms::{Connector, Link};
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

const START: Moment = Moment(1_795_361_727_000);

/// A running demo and our end of its link.
struct Seat {
    heard: mpsc::Receiver<(ConnectorName, Heard)>,
    orders: mpsc::Sender<Order>,
    running: JoinHandle<()>,
    given: u64,
}

impl Seat {
    fn new(seed: u64, pace: f64) -> Self {
        let (sender, heard) = mpsc::channel(16);
        let (link, orders) = Link::new("demo", sender);
        let running = tokio::spawn(Box::new(Demo::new(Settings { seed, pace, start: START })).run(link));
        Self { heard, orders, running, given: 0 }
    }

    async fn next(&mut self) -> Heard {
        self.heard.recv().await.expect("the demo never runs dry").1
    }

    /// Everything up to and including the first thing that `is` wanted.
    async fn until(&mut self, is: impl Fn(&Heard) -> bool) -> Vec<Heard> {
        let mut all = Vec::new();
        loop {
            let heard = self.next().await;
            let found = is(&heard);
            all.push(heard);
            if found {
                return all;
            }
        }
    }

    async fn give(&mut self, room: &str, deed: Deed) -> ActionId {
        self.given += 1;
        let action = ActionId(Seq(self.given));
        let idempotency = format!("record-{}", self.given);
        let order = Order { action, idempotency, room: room.to_owned(), deed, deadline_seconds: 8 };
        self.orders.send(order).await.unwrap();
        action
    }
}

fn saying(heard: &Heard) -> Option<&Saying> {
    match heard {
        Heard::Message(saying) => Some(saying),
        _ => None,
    }
}

fn answers(heard: &Heard, wanted: ActionId) -> bool {
    matches!(heard, Heard::Outcome { action, outcome } if *action == wanted && *outcome != Outcome::Accepted)
}

/// A raider of the opening: came in after the start and says what the others say.
fn is_raid(saying: &Saying) -> bool {
    saying.room == "rust" && saying.person.external.starts_with('n') && saying.text.contains("rs6")
}

#[tokio::test(start_paused = true)]
async fn the_demo_opens_with_four_rooms_their_people_and_a_lively_past() {
    let mut seat = Seat::new(1, 1.0);
    let opening = seat.until(|heard| saying(heard).is_some_and(|saying| saying.sent_at > Some(START))).await;
    assert!(matches!(opening.first(), Some(Heard::Status(Status::Online { .. }))));
    let mut abilities = BTreeMap::new();
    let mut people = HashSet::new();
    for heard in &opening {
        match heard {
            Heard::Room { external, abilities: table, own_role, .. } => {
                let modes =
                    [Verb::Mute, Verb::Recall, Verb::Block, Verb::Warn].map(|verb| table.of(verb).mode);
                abilities.insert(external.as_str(), (*own_role, modes));
            }
            Heard::Roster { people: listed, complete: true, .. } => {
                people.extend(listed.iter().map(|person| person.external.clone()));
            }
            _ => {}
        }
    }
    let (native, emulated, not) = (Mode::Native, Mode::Emulated, Mode::Unsupported);
    let expected = BTreeMap::from([
        ("rust", (Role::Admin, [native, native, native, native])),
        ("photo", (Role::Owner, [native, native, native, native])),
        ("router", (Role::Admin, [not, not, emulated, native])),
        ("running", (Role::Member, [not, not, not, native])),
    ]);
    assert_eq!(abilities, expected);
    assert!((200..=240).contains(&people.len()), "{} people", people.len());
    let past: Vec<_> =
        opening.iter().filter_map(saying).filter(|saying| saying.sent_at <= Some(START)).collect();
    assert!((120..=190).contains(&past.len()), "{} messages before the start", past.len());
    assert!(past.is_sorted_by_key(|saying| saying.sent_at));
    assert!(
        past.iter().all(|saying| saying.sent_at >= Some(START.plus_seconds(-2400)) && !saying.backfilled)
    );
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_is_the_same_hour_and_another_seed_another() {
    let mut hours = Vec::new();
    for seed in [5, 5, 6] {
        let mut seat = Seat::new(seed, 1.0);
        let end = START.plus_seconds(3600);
        hours.push(seat.until(|heard| saying(heard).is_some_and(|saying| saying.sent_at > Some(end))).await);
    }
    assert_eq!(hours[0], hours[1]);
    assert_ne!(hours[0], hours[2]);
}

#[tokio::test(start_paused = true)]
async fn a_broken_line_is_a_gap_and_what_was_said_meanwhile_is_found() {
    let mut seat = Seat::new(1, 1.0);
    seat.until(|heard| matches!(heard, Heard::Status(Status::Offline { .. }))).await;
    assert!(
        matches!(seat.next().await, Heard::Status(Status::Online { .. })),
        "nothing is heard over a broken line"
    );
    assert!(matches!(seat.next().await, Heard::Gap { room: None, .. }));
    let after = seat.until(|heard| saying(heard).is_some_and(|saying| !saying.backfilled)).await;
    assert!(after.iter().filter_map(saying).any(|saying| saying.backfilled));
    assert_eq!(after.iter().filter(|heard| matches!(heard, Heard::Roster { complete: true, .. })).count(), 4);
}

#[tokio::test(start_paused = true)]
async fn pace_shortens_the_waits() {
    let began = tokio::time::Instant::now();
    let mut seat = Seat::new(1, 10.0);
    seat.until(|heard| saying(heard).is_some_and(is_raid)).await;
    assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_whole_raid_can_be_put_out_and_stays_out() {
    let mut seat = Seat::new(2, 1.0);
    let end = START.plus_seconds(62);
    let opening = seat.until(|heard| saying(heard).is_some_and(|saying| saying.sent_at > Some(end))).await;
    let raiders: HashSet<String> = opening
        .iter()
        .filter_map(saying)
        .filter(|saying| is_raid(saying))
        .map(|saying| saying.person.external.clone())
        .collect();
    assert!(raiders.len() >= 28, "{}", raiders.len());
    let mut open = BTreeMap::new();
    for raider in &raiders {
        let person = Person { external: raider.clone(), ..Person::default() };
        let block = Deed::Remove { person, block: true, why: "广告".to_owned() };
        open.insert(seat.give("rust", block).await, raider.clone());
    }
    let mut blocked = HashSet::new();
    let mut gone = HashSet::new();
    let later = START.plus_seconds(80);
    for heard in seat.until(|heard| saying(heard).is_some_and(|saying| saying.sent_at > Some(later))).await {
        match heard {
            Heard::Outcome { action, outcome: Outcome::Confirmed { .. } } => {
                blocked.insert(open[&action].clone());
            }
            Heard::Left { person, .. } => {
                gone.insert(person.external);
            }
            _ => {}
        }
    }
    assert!(blocked.len() >= 25, "{} of {}", blocked.len(), raiders.len());
    assert!(blocked.is_subset(&gone));
    // The raiders try to come back within five minutes.
    let end = START.plus_seconds(400);
    for heard in seat.until(|heard| saying(heard).is_some_and(|saying| saying.sent_at > Some(end))).await {
        match heard {
            Heard::Message(saying) => assert!(!blocked.contains(&saying.person.external), "{saying:?}"),
            Heard::Joined { person, .. } => assert!(!blocked.contains(&person.external), "{person:?}"),
            _ => {}
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_mute_silences_and_the_platform_ends_it_on_time() {
    // The flooder of the opening cannot be muted in his room; a talker of the first room can.
    let mut seat = Seat::new(3, 1.0);
    let opening = seat
        .until(|heard| {
            saying(heard).is_some_and(|saying| saying.room == "rust" && saying.sent_at > Some(START))
        })
        .await;
    let person = opening
        .iter()
        .rev()
        .filter_map(saying)
        .find(|saying| saying.room == "rust" && saying.person.role == Role::Member);
    let person = person.unwrap().person.clone();
    let action = seat.give("rust", Deed::Mute { person: person.clone(), seconds: 600 }).await;
    let answered = seat.until(|heard| answers(heard, action)).await;
    assert!(
        matches!(
            answered.last(),
            Some(Heard::Outcome { outcome: Outcome::Confirmed { ours_to_lift: false, .. }, .. })
        ),
        "{answered:?}"
    );
    let until = answered.iter().find_map(|heard| match heard {
        Heard::Muted { until, person: muted, .. } if muted.external == person.external => *until,
        _ => None,
    });
    let until = until.expect("the platform says until when");
    let silent = seat
        .until(
            |heard| matches!(heard, Heard::Unmuted { person: free, .. } if free.external == person.external),
        )
        .await;
    let spoke = |saying: &&Saying| saying.room == "rust" && saying.person.external == person.external;
    assert_eq!(silent.iter().filter_map(saying).filter(spoke).count(), 0);
    let last = silent.iter().rev().find_map(saying).unwrap().sent_at.unwrap();
    assert!(until.since(last) < 30_000, "it ended {} ms early", until.since(last));
}

#[tokio::test(start_paused = true)]
async fn answers_take_their_time_and_staff_are_refused() {
    let mut seat = Seat::new(4, 1.0);
    let mut owner = None;
    let opening = seat.until(|heard| saying(heard).is_some_and(|saying| saying.sent_at > Some(START))).await;
    for heard in opening {
        if let Heard::Roster { room, people, .. } = heard
            && room == "rust"
        {
            owner = people.into_iter().find(|person| person.role == Role::Owner);
        }
    }
    let began = tokio::time::Instant::now();
    let action =
        seat.give("rust", Deed::Remove { person: owner.unwrap(), block: false, why: String::new() }).await;
    let answered = seat.until(|heard| answers(heard, action)).await;
    let waited = began.elapsed().as_millis();
    assert!((300..=2600).contains(&waited), "{waited} ms");
    let Some(Heard::Outcome { outcome: Outcome::Failed { reason }, .. }) = answered.last() else {
        panic!("{answered:?}")
    };
    assert_eq!(reason.key, "script-target-is-staff");
}

#[tokio::test(start_paused = true)]
async fn the_demo_leaves_when_the_orders_are_closed() {
    let mut seat = Seat::new(1, 1.0);
    seat.until(|heard| saying(heard).is_some_and(|saying| saying.sent_at > Some(START))).await;
    drop(seat.orders);
    tokio::time::timeout(Duration::from_secs(5), seat.running).await.expect("it leaves").unwrap();
}
