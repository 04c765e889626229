//! A replay plays every message of a file in its order, and says what it could not read.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise"
)]

use qunguan::model::heard::{Deed, Heard, Order, Outcome, Person, Saying, Status};
use qunguan::model::id::{ActionId, Seq};
use qunguan::model::member::Role;
use qunguan::model::reason::Reason;
use qunguan::platforms::replay::{Replay, Settings, Speed};
use qunguan::platforms::{Connector, Link};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::mpsc;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/replay").join(name)
}

/// Plays a file to its end.
async fn play(file: &Path, speed: Speed) -> Vec<Heard> {
    let (sender, mut receiver) = mpsc::channel(16);
    let (link, orders) = Link::new("replay", sender);
    let settings = Settings { file: file.to_owned(), speed, utc_offset_minutes: 480 };
    let running = tokio::spawn(Box::new(Replay::new(settings)).run(link));
    let mut heard = Vec::new();
    while let Some((_, said)) = receiver.recv().await {
        let ended = matches!(said, Heard::Status(Status::Ended { .. }));
        heard.push(said);
        if ended {
            break;
        }
    }
    drop(orders);
    running.await.expect("the replay ends by itself when the orders are closed");
    heard
}

fn sayings(heard: &[Heard]) -> Vec<&Saying> {
    heard
        .iter()
        .filter_map(|heard| match heard {
            Heard::Message(saying) => Some(saying),
            _ => None,
        })
        .collect()
}

fn remarks(heard: &[Heard]) -> Vec<String> {
    heard
        .iter()
        .filter_map(|heard| match heard {
            Heard::Remark(reason) => Some(shown(reason)),
            _ => None,
        })
        .collect()
}

fn shown(reason: &Reason) -> String {
    let args: Vec<_> = reason
        .args
        .iter()
        .filter(|(name, _)| name != "error")
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    format!("{} {}", reason.key, args.join(" ")).trim_end().to_owned()
}

fn ending(heard: &[Heard]) -> String {
    match heard.last() {
        Some(Heard::Status(Status::Ended { reason })) => shown(reason),
        other => panic!("a replay ends with its end, not with {other:?}"),
    }
}

#[tokio::test]
async fn traps_are_counted_and_no_message_is_lost() {
    let heard = play(&fixture("traps.jsonl"), Speed::Max).await;
    let played: Vec<_> = sayings(&heard)
        .into_iter()
        .map(|saying| {
            (
                saying.room.as_str(),
                saying.person.external.as_str(),
                saying.external.as_str(),
                saying.text.as_str(),
            )
        })
        .collect();
    assert_eq!(
        played,
        [
            ("测试群", "小禾", "1", "早"),
            ("测试群", "李", "2", "\u{fffd}\u{fffd} broken bytes"),
            ("测试群", "王", "2~4", "时间倒着走, id 又用了一次"),
            ("二群", "小禾", "1", "另一个群\n第二行"),
            ("测试群", "10001", "5", ""),
            ("traps", "?", "traps:9", "只有一句话"),
        ]
    );
    assert_eq!(
        remarks(&heard),
        [
            "replay-bad-json line=3",
            "replay-no-text line=8",
            "replay-repeated-ids count=1",
            "replay-missing-replies count=1",
            "replay-undated count=1",
            "replay-mended-text count=1",
        ]
    );
    assert_eq!(ending(&heard), "replay-ended messages=6 skipped=2");
}

#[tokio::test]
async fn the_logs_of_irc_programs_play_with_their_events_and_roles() {
    for (file, texts, skipped) in [
        ("#rust-zh.log", vec!["早上好", "收到", "有人在吗?", "* 挥手", "明天见", "睡不着"], 1),
        ("irc.libera.#rust-zh.weechatlog", vec!["早上好", "收到", "* 挥手"], 1),
    ] {
        let heard = play(&fixture(file), Speed::Max).await;
        let played = sayings(&heard);
        assert_eq!(played.iter().map(|saying| saying.text.as_str()).collect::<Vec<_>>(), texts, "{file}");
        assert_eq!(played[0].person.role, Role::Admin, "{file}");
        assert_eq!(ending(&heard), format!("replay-ended messages={} skipped={skipped}", texts.len()));
        let kinds: Vec<_> = heard
            .iter()
            .filter_map(|heard| match heard {
                Heard::Room { name, abilities, .. } => {
                    Some(format!("room {name} {:?}", abilities.of(qunguan::model::ability::Verb::Mute).mode))
                }
                Heard::Joined { person, .. } => Some(format!("+{}", person.external)),
                Heard::Left { person, .. } => Some(format!("-{}", person.external)),
                Heard::Renamed { was, person } => Some(format!("{was}={}", person.external)),
                Heard::RoleChanged { person, .. } => Some(format!("{} {:?}", person.external, person.role)),
                _ => None,
            })
            .collect();
        assert_eq!(
            kinds,
            ["room #rust-zh Unsupported", "+xiaohe", "xiaohe Voiced", "xiaohe=xiaohe_", "-ads", "-xiaohe_"],
            "{file}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn pauses_pass_at_the_speed_asked_for() {
    let began = tokio::time::Instant::now();
    play(&fixture("irc.libera.#rust-zh.weechatlog"), Speed::Times(10.0)).await;
    // The log spans thirty seconds.
    assert_eq!(began.elapsed().as_millis(), 3000);
}

#[tokio::test(start_paused = true)]
async fn every_order_is_refused_with_the_reason_even_while_it_waits_and_after_the_end() {
    let (sender, mut receiver) = mpsc::channel(16);
    let (link, orders) = Link::new("replay", sender);
    let file = fixture("irc.libera.#rust-zh.weechatlog");
    let running = tokio::spawn(
        Box::new(Replay::new(Settings { file, speed: Speed::Times(1.0), utc_offset_minutes: 0 })).run(link),
    );
    let order = |number| Order {
        action: ActionId(Seq(number)),
        idempotency: number.to_string(),
        room: "irc.libera.#rust-zh".to_owned(),
        deed: Deed::Mute { person: Person::default(), seconds: 600 },
        deadline_seconds: 8,
    };
    orders.send(order(1)).await.unwrap();
    let refused = Outcome::Unsupported { reason: Reason::new("replay-no-actions") };
    let mut outcomes = Vec::new();
    while let Some((_, said)) = receiver.recv().await {
        match said {
            Heard::Outcome { action, outcome } => {
                assert_eq!(outcome, refused);
                outcomes.push(action.0.0);
                if action.0.0 == 3 {
                    break;
                }
            }
            Heard::Message(_) if outcomes.len() == 1 => orders.send(order(2)).await.unwrap(),
            Heard::Status(Status::Ended { .. }) => orders.send(order(3)).await.unwrap(),
            _ => {}
        }
    }
    assert!(outcomes.starts_with(&[1, 2]) && outcomes.ends_with(&[3]), "{outcomes:?}");
    drop(orders);
    tokio::time::timeout(Duration::from_secs(1), running).await.expect("it leaves").unwrap();
}

#[tokio::test]
async fn what_cannot_be_played_ends_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| {
        let file = folder.path().join(name);
        std::fs::write(&file, content).unwrap();
        file
    };
    for (file, expected) in [
        (folder.path().join("absent"), "replay-cannot-read"),
        (write("novel.txt", "从前有座山\n".as_bytes()), "replay-unknown-format"),
        (write("empty", b""), "replay-ended"),
        (write("noise", &[0xff; 5000]), "replay-unknown-format"),
    ] {
        let ending = ending(&play(&file, Speed::Max).await);
        assert!(ending.starts_with(expected), "{ending}");
    }
}

#[tokio::test]
async fn a_mebibyte_of_text_is_one_message_and_an_endless_line_one_remark() {
    let folder = tempfile::tempdir().unwrap();
    let long = "长".repeat(350_000);
    let content = format!(
        "{{\"ts\":0,\"text\":\"{long}\"}}\n{{\"text\":\"{}\"}}\n{{\"ts\":1,\"text\":\"后面\"}}\n",
        "x".repeat(3_000_000)
    );
    let file = folder.path().join("long.jsonl");
    std::fs::write(&file, content).unwrap();
    let heard = play(&file, Speed::Max).await;
    let lengths: Vec<_> = sayings(&heard).iter().map(|saying| saying.text.len()).collect();
    assert_eq!(lengths, [1_050_000, 6]);
    assert_eq!(remarks(&heard), ["replay-line-too-long bytes=3000012 line=2"]);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_bytes_a_file_has_it_plays_to_its_end_and_every_line_is_accounted_for(
        lines in proptest::collection::vec(proptest::collection::vec(proptest::num::u8::ANY, 0..60), 0..40),
        beginning in proptest::sample::select(vec![
            r#"{"ts":1,"text":"a"}"#,
            "--- Log opened Tue Mar 05 00:00:00 2024",
            "2024-03-05 09:07:31\ta\tb",
        ]),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log");
        // The beginning is there often enough to decide the format.
        let mut content = format!("{beginning}\n").repeat(lines.len() + 1).into_bytes();
        content.extend(lines.join(&b'\n'));
        std::fs::write(&file, &content).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let heard = runtime.block_on(play(&file, Speed::Max));
        let Some(Heard::Status(Status::Ended { reason })) = heard.last() else { panic!("{heard:?}") };
        let count = |name: &str| reason.args.iter().find(|(arg, _)| arg == name).unwrap().1.parse::<usize>().unwrap();
        assert_eq!(count("messages"), sayings(&heard).len());
        let told = remarks(&heard).iter().filter(|remark| remark.contains("line=")).count();
        assert_eq!(count("skipped"), told);
        assert!(count("messages") + count("skipped") <= content.split(|byte| *byte == b'\n').count());
    }
}

/// The folder with real logs, which stay outside the repository.
fn real_logs() -> Option<PathBuf> {
    let named = std::env::var_os("QUNGUAN_DATA").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    named.or(Some(beside)).filter(|folder| folder.is_dir())
}

#[tokio::test]
async fn real_logs_play_through_with_every_message_in_order() {
    let Some(folder) = real_logs() else {
        eprintln!("SKIPPED: set QUNGUAN_DATA to a folder with real logs");
        return;
    };
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    assert!(!files.is_empty(), "{} holds no log", folder.display());
    for file in files {
        let content = std::fs::read_to_string(&file).unwrap();
        let expected: Vec<serde_json::Value> =
            content.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let heard = play(&file, Speed::Max).await;
        let played = sayings(&heard);
        assert_eq!(played.len(), expected.len(), "{}", file.display());
        for (saying, line) in played.iter().zip(&expected) {
            assert_eq!(Some(saying.text.as_str()), line["text"].as_str());
            assert_eq!(saying.external, line["id"].as_str().unwrap());
            assert_eq!(saying.reply_to.as_deref(), line["reply_to"].as_str());
        }
        assert_eq!(ending(&heard), format!("replay-ended messages={} skipped=0", expected.len()));
        eprintln!("{}: {} messages, {:?}", file.display(), expected.len(), remarks(&heard));
    }
}
