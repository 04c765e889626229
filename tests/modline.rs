//! modline/1 with real programs: the example of the README, and one program for each bad habit.
//!
//! Needs `python3`; without it every test says so and passes, unless `QUNGUAN_REQUIRE_PEERS=1` asks for more.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise"
)]

use qunguan::model::heard::{By, Deed, Heard, Order, Outcome, Person, Saying, Status};
use qunguan::model::id::{ActionId, Seq};
use qunguan::model::moment::Moment;
use qunguan::platforms::stdio::Stdio;
use qunguan::platforms::stdio::limits::Limits;
use qunguan::platforms::stdio::settings::Settings;
use qunguan::platforms::{Connector, Link};
use rustix::process::{Pid, test_kill_process};
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Longer than anything here takes; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

fn brisk() -> Limits {
    Limits {
        stop: Duration::from_millis(300),
        term: Duration::from_millis(300),
        pause: Duration::from_millis(50),
        longest_pause: Duration::from_millis(200),
        ..Limits::default()
    }
}

fn python_is_here() -> bool {
    let found = std::process::Command::new("python3").arg("--version").output().is_ok();
    if !found {
        let required = std::env::var("QUNGUAN_REQUIRE_PEERS").is_ok_and(|value| value == "1");
        assert!(!required, "python3 is not installed, and QUNGUAN_REQUIRE_PEERS=1");
        eprintln!("SKIPPED: python3 is not installed");
    }
    found
}

fn script(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/modline");
    folder.join(name).display().to_string()
}

fn example() -> Settings {
    Settings { command: vec!["python3".to_owned(), script("example.py")], ..Settings::default() }
}

fn habit(habit: &str) -> Settings {
    let command = vec!["python3".to_owned(), script("misbehaving.py"), habit.to_owned()];
    Settings { command, ..Settings::default() }
}

/// The desk's side of one running connector.
struct Desk {
    heard: mpsc::Receiver<(String, Heard)>,
    orders: Option<mpsc::Sender<Order>>,
    task: JoinHandle<()>,
    all: Vec<Heard>,
    folder: TempDir,
}

impl Desk {
    fn open(settings: Settings, limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (say, heard) = mpsc::channel(4);
        let (link, orders) = Link::new("test", say);
        let connector = Box::new(Stdio::new(settings, folder.path().to_owned()).with_limits(limits));
        let task = tokio::spawn(connector.run(link));
        Self { heard, orders: Some(orders), task, all: Vec::new(), folder }
    }

    /// Listens until something is heard of which `pick` makes something.
    async fn until<T>(&mut self, what: &str, pick: impl Fn(&Heard) -> Option<T>) -> T {
        loop {
            let next = timeout(PATIENCE, self.heard.recv()).await;
            let Ok(Some((_, heard))) = next else { panic!("never heard {what}; heard {:#?}", self.all) };
            let picked = pick(&heard);
            self.all.push(heard);
            if let Some(picked) = picked {
                return picked;
            }
        }
    }

    async fn order(&self, action: u64, room: &str, deed: Deed, seconds: u32) {
        let (action, idempotency) = (ActionId(Seq(action)), format!("s-{action}"));
        let order = Order { action, idempotency, room: room.to_owned(), deed, deadline_seconds: seconds };
        self.orders.as_ref().unwrap().send(order).await.unwrap();
    }

    async fn outcome(&mut self, number: u64) -> String {
        self.until("an outcome", |heard| match heard {
            Heard::Outcome { action, outcome } if action.0 == Seq(number) => Some(word(outcome)),
            _ => None,
        })
        .await
    }

    async fn remark(&mut self, wanted: &str) -> Vec<(String, String)> {
        self.until(wanted, |heard| match heard {
            Heard::Remark(reason) if reason.key == wanted => Some(reason.args.clone()),
            _ => None,
        })
        .await
    }

    async fn offline(&mut self) -> String {
        self.until("an offline status", |heard| match heard {
            Heard::Status(Status::Offline { reason, .. }) => Some(reason.key.clone()),
            _ => None,
        })
        .await
    }

    async fn online(&mut self) {
        self.until("online", |heard| matches!(heard, Heard::Status(Status::Online { .. })).then_some(()))
            .await;
    }

    async fn message(&mut self) -> Saying {
        self.until("a message", |heard| match heard {
            Heard::Message(saying) => Some(saying.clone()),
            _ => None,
        })
        .await
    }

    /// Closes the link and waits for the connector to have left.
    async fn close(mut self) -> Vec<Heard> {
        self.orders = None;
        let drain = async { while self.heard.recv().await.is_some() {} };
        timeout(PATIENCE, drain).await.expect("the connector never left");
        timeout(PATIENCE, self.task).await.expect("the connector never left").unwrap();
        self.all
    }
}

fn word(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted => "accepted".to_owned(),
        Outcome::Confirmed { evidence, .. } => format!("confirmed {}", evidence.key),
        Outcome::Failed { reason } => format!("failed {}", reason.key),
        Outcome::Unsupported { reason } => format!("unsupported {}", reason.key),
        Outcome::Unknown { reason } => format!("unknown {}", reason.key),
    }
}

fn person(external: &str) -> Person {
    Person { external: external.to_owned(), ..Person::default() }
}

fn remove(external: &str) -> Deed {
    Deed::Remove { person: person(external), block: false, why: "广告".to_owned() }
}

fn is_alive(id: i32) -> bool {
    // A zombie answers too, so the state is what counts.
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    test_kill_process(Pid::from_raw(id).unwrap()).is_ok() && !stat.contains(") Z ")
}

/// A signal is sent at once and takes effect a little later.
async fn until_dead(id: i32) {
    let dead = async {
        while is_alive(id) {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, dead).await.expect("it was never killed");
}

#[tokio::test]
async fn a_program_whose_folder_is_not_there_yet_gets_one() {
    if !python_is_here() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("connectors/example");
    let connector = Box::new(Stdio::new(example(), folder.clone()).with_limits(brisk()));
    let (telling, mut heard) = mpsc::channel(64);
    let (link, orders) = Link::new("example", telling);
    let task = tokio::spawn(connector.run(link));
    let online = async {
        while let Some((_, heard)) = heard.recv().await {
            if matches!(heard, Heard::Status(Status::Online { .. })) {
                return;
            }
        }
        panic!("it never came online");
    };
    timeout(PATIENCE, online).await.unwrap();
    assert!(folder.is_dir());
    drop(orders);
    while heard.recv().await.is_some() {}
    task.await.unwrap();
}

#[tokio::test]
async fn the_example_does_what_it_is_told_and_its_events_confirm_it() {
    if !python_is_here() {
        return;
    }
    let mut desk = Desk::open(example(), Limits::default());
    let room = "tea@example";
    let roster = desk
        .until("the roster", |heard| match heard {
            Heard::Roster { people, complete: true, .. } => Some(people.clone()),
            _ => None,
        })
        .await;
    assert_eq!(
        roster.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(),
        ["卖茶叶的", "小李", "Mod"]
    );
    desk.order(1, room, Deed::Mute { person: person("li"), seconds: 600 }, 8).await;
    assert_eq!(desk.outcome(1).await, "confirmed modline-saw-muted");
    desk.order(2, room, Deed::Check(Box::new(Deed::Mute { person: person("li"), seconds: 600 })), 8).await;
    assert_eq!(desk.outcome(2).await, "confirmed modline-reread-holds");
    desk.order(3, room, Deed::Unmute { person: person("li") }, 8).await;
    assert_eq!(desk.outcome(3).await, "confirmed modline-saw-unmuted");
    desk.order(4, room, Deed::Warn { person: person("li"), text: "请勿刷屏".to_owned() }, 8).await;
    assert_eq!(desk.outcome(4).await, "confirmed modline-saw-warning");
    desk.order(5, room, Deed::Recall { message: "m2".to_owned() }, 8).await;
    assert_eq!(desk.outcome(5).await, "confirmed modline-saw-recalled");
    desk.order(6, room, remove("ad"), 8).await;
    assert_eq!(desk.outcome(6).await, "confirmed modline-saw-removed");
    desk.order(7, room, remove("ad"), 8).await;
    assert_eq!(desk.outcome(7).await, "failed modline-not-found");
    desk.order(8, "elsewhere", remove("li"), 8).await;
    assert_eq!(desk.outcome(8).await, "failed modline-not-found");
    desk.order(9, room, Deed::Unblock { person: person("li") }, 8).await;
    assert_eq!(desk.outcome(9).await, "unsupported modline-ability-none");
    let all = desk.close().await;
    assert!(all.iter().any(|heard| matches!(heard, Heard::Left { by: By::Us, .. })));
    assert!(
        all.iter().any(|heard| matches!(heard, Heard::Muted { until: Some(Moment(time)), .. } if *time > 0))
    );
    assert!(!all.iter().any(|heard| matches!(heard, Heard::Remark(_))), "{all:#?}");
}

#[tokio::test]
async fn a_program_that_never_greets_is_started_again() {
    if !python_is_here() {
        return;
    }
    let limits = Limits { hello: Duration::from_millis(300), ..brisk() };
    let mut desk = Desk::open(habit("never-greets"), limits);
    assert_eq!(desk.offline().await, "modline-no-hello");
    assert_eq!(desk.offline().await, "modline-no-hello");
    desk.close().await;
}

#[tokio::test]
async fn another_major_version_is_refused_for_good() {
    if !python_is_here() {
        return;
    }
    let mut desk = Desk::open(habit("other-version"), brisk());
    let reason = desk
        .until("the end", |heard| match heard {
            Heard::Status(Status::Ended { reason }) => Some(reason.clone()),
            _ => None,
        })
        .await;
    assert_eq!(reason.key, "modline-version");
    assert_eq!(reason.args[0], ("theirs".to_owned(), "modline/2".to_owned()));
    timeout(PATIENCE, &mut desk.task).await.expect("it should end by itself").unwrap();
}

#[tokio::test]
async fn endless_garbage_ends_the_program_and_some_garbage_does_not() {
    if !python_is_here() {
        return;
    }
    let mut desk = Desk::open(habit("garbage"), brisk());
    assert_eq!(desk.offline().await, "modline-garbage");
    desk.close().await;
    let mut desk = Desk::open(habit("some-garbage"), brisk());
    assert_eq!(desk.remark("modline-bad-frame").await[1], ("sample".to_owned(), "not json".to_owned()));
    desk.order(1, "r", remove("u"), 8).await;
    assert_eq!(desk.outcome(1).await, "confirmed modline-verified");
    assert!(!desk.close().await.iter().any(|heard| matches!(heard, Heard::Status(Status::Offline { .. }))));
}

#[tokio::test]
async fn silence_ends_the_program_and_the_next_life_says_that_there_was_a_gap() {
    if !python_is_here() {
        return;
    }
    let limits = Limits { ping: Duration::from_millis(100), silence: Duration::from_millis(400), ..brisk() };
    let mut desk = Desk::open(habit("silent"), limits);
    assert_eq!(desk.offline().await, "modline-silent");
    let gap = desk
        .until("a gap", |heard| match heard {
            Heard::Gap { room: None, reason } => Some(reason.key.clone()),
            _ => None,
        })
        .await;
    assert_eq!(gap, "modline-gap-restart");
    desk.close().await;
}

#[tokio::test]
async fn a_request_that_the_program_died_in_is_unknown_and_never_sent_again() {
    if !python_is_here() {
        return;
    }
    let mut desk = Desk::open(habit("dies"), brisk());
    desk.online().await;
    desk.order(1, "r", remove("u"), 8).await;
    assert_eq!(desk.outcome(1).await, "unknown modline-died");
    assert_eq!(desk.offline().await, "modline-exited");
    // Were the order sent again, this life would die as well.
    desk.online().await;
    desk.order(2, "r", Deed::Check(Box::new(Deed::Recall { message: "m".to_owned() })), 8).await;
    assert_eq!(desk.outcome(2).await, "unknown modline-cannot-look");
    assert!(desk.close().await.iter().filter(|heard| matches!(heard, Heard::Outcome { .. })).count() == 2);
}

#[tokio::test]
async fn a_program_that_can_resume_gets_the_last_cursor() {
    if !python_is_here() {
        return;
    }
    let mut desk = Desk::open(habit("resumes"), brisk());
    assert_eq!(desk.message().await.external, "m1");
    desk.order(1, "r", remove("u"), 8).await;
    let gap = desk.until("a gap", |heard| {
        matches!(heard, Heard::Gap { reason, .. } if reason.key == "modline-gap-resumed").then_some(())
    });
    gap.await;
    assert_eq!(desk.message().await.external, "m1");
    assert_eq!(desk.message().await.external, "after-c41");
    desk.close().await;
}

#[tokio::test]
async fn a_second_and_a_late_answer_are_remarked_and_change_nothing() {
    if !python_is_here() {
        return;
    }
    let mut desk = Desk::open(habit("answers-twice"), brisk());
    desk.order(1, "r", remove("u"), 8).await;
    assert_eq!(desk.outcome(1).await, "confirmed modline-verified");
    desk.remark("modline-answer-twice").await;
    let all = desk.close().await;
    assert_eq!(all.iter().filter(|heard| matches!(heard, Heard::Outcome { .. })).count(), 1);

    let mut desk = Desk::open(habit("answers-late"), brisk());
    desk.online().await;
    desk.order(1, "r", remove("u"), 1).await;
    assert_eq!(desk.outcome(1).await, "unknown modline-no-answer");
    desk.remark("modline-answer-late").await;
    let all = desk.close().await;
    assert_eq!(all.iter().filter(|heard| matches!(heard, Heard::Outcome { .. })).count(), 1);
}

#[tokio::test]
async fn an_accepted_request_without_its_event_is_unknown() {
    if !python_is_here() {
        return;
    }
    let mut desk = Desk::open(habit("never-confirms"), brisk());
    desk.order(1, "r", remove("u"), 1).await;
    assert_eq!(desk.outcome(1).await, "accepted");
    assert_eq!(desk.outcome(1).await, "unknown modline-no-confirmation");
    desk.close().await;
}

#[tokio::test]
async fn no_process_outlives_the_connector_even_if_it_ignores_every_plea() {
    if !python_is_here() {
        return;
    }
    let mut desk = Desk::open(habit("never-stops"), brisk());
    let text = desk.message().await.text;
    let ids: Vec<i32> = text.split(' ').map(|id| id.parse().unwrap()).collect();
    assert!(ids.iter().all(|id| is_alive(*id)));
    desk.close().await;
    for id in ids {
        until_dead(id).await;
    }
}

#[tokio::test]
async fn what_a_program_leaves_running_ends_with_it_and_does_not_keep_us_waiting() {
    if !python_is_here() {
        return;
    }
    let mut desk = Desk::open(habit("leaves-child"), brisk());
    let id: i32 = desk.message().await.text.parse().unwrap();
    assert!(is_alive(id));
    desk.order(1, "r", remove("u"), 8).await;
    assert_eq!(desk.outcome(1).await, "unknown modline-died");
    assert_eq!(desk.offline().await, "modline-exited");
    until_dead(id).await;
    desk.close().await;
    let mut desk =
        Desk::open(habit("leaves-daemon"), Limits { last_words: Duration::from_millis(200), ..brisk() });
    assert_eq!(desk.offline().await, "modline-exited");
    desk.close().await;
}

#[tokio::test]
async fn a_program_that_does_not_read_delays_nothing_but_its_own_orders() {
    if !python_is_here() {
        return;
    }
    let mut desk = Desk::open(habit("deaf"), brisk());
    desk.online().await;
    // More than its pipe and our outbox hold together.
    for number in 1..=200 {
        let deed = Deed::Remove { person: person("u"), block: false, why: "x".repeat(2000) };
        desk.order(number, "r", deed, 1).await;
    }
    let mut outcomes = Vec::new();
    while outcomes.len() < 200 {
        let next = desk.until("an outcome", |heard| match heard {
            Heard::Outcome { outcome, .. } => Some(word(outcome)),
            _ => None,
        });
        outcomes.push(next.await);
    }
    assert!(outcomes.iter().any(|outcome| outcome == "unknown modline-no-answer"));
    assert!(outcomes.iter().any(|outcome| outcome == "failed modline-not-its-turn"));
    desk.close().await;
}

#[tokio::test]
async fn a_flood_neither_blocks_nor_loses_anything() {
    if !python_is_here() {
        return;
    }
    let mut desk = Desk::open(habit("floods"), brisk());
    desk.order(1, "r", remove("u"), 60).await;
    assert_eq!(desk.outcome(1).await, "confirmed modline-verified");
    let all = desk.close().await;
    assert_eq!(all.iter().filter(|heard| matches!(heard, Heard::Message(_))).count(), 20_000);

    let mut desk = Desk::open(habit("floods-log"), brisk());
    desk.order(1, "r", remove("u"), 60).await;
    assert_eq!(desk.outcome(1).await, "confirmed modline-verified");
    let logged = |heard: &&Heard| matches!(heard, Heard::Remark(reason) if reason.key == "modline-log");
    assert!(desk.close().await.iter().filter(logged).count() <= 10);
}

#[tokio::test]
async fn a_program_sees_only_what_it_was_given() {
    if !python_is_here() {
        return;
    }
    let mut settings = habit("shows-environment");
    settings.env.insert("TOKEN".to_owned(), "s3cret".to_owned());
    let mut desk = Desk::open(settings, brisk());
    let seen: serde_json::Value = serde_json::from_str(&desk.message().await.text).unwrap();
    assert_eq!(seen["token"], "s3cret");
    assert_eq!(seen["cwd"], desk.folder.path().canonicalize().unwrap().display().to_string());
    // An interpreter may add names of its own (PWD, LC_CTYPE); what cargo gave this test must not come through.
    let ours = |name: &str| name.starts_with("CARGO");
    assert!(std::env::vars().any(|(name, _)| ours(&name)));
    let passed: Vec<&str> = seen["env"].as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
    assert!(!passed.iter().any(|name| ours(name)), "{passed:?}");
    desk.close().await;
}

#[tokio::test]
async fn a_program_that_is_not_there_is_said_and_tried_again() {
    let settings = Settings { command: vec!["/nowhere/at-all".to_owned()], ..Settings::default() };
    let mut desk = Desk::open(settings, brisk());
    desk.order(1, "r", remove("u"), 1).await;
    assert_eq!(desk.offline().await, "modline-cannot-start");
    assert_eq!(desk.outcome(1).await, "failed modline-not-running");
    desk.close().await;
}
