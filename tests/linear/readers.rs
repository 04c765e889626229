//! Hostile text comes out as one safe line each, and a reader that has stopped holds up nobody.

use crate::house::{House, Terminal, person};
use crate::lines::Lines;
use qunguan::model::heard::{Heard, Saying};
use qunguan::model::message::Kind;
use qunguan::text::kind;

/// Text and names that would drive a terminal, hide something, or pass for another line.
const HOSTILE: [&str; 10] = [
    "\u{1b}[2J\u{1b}[31mred\u{7}",
    "one\r\n#1 14:02 #a m1: two",
    "\u{9b}31m c1 \u{85} next",
    "\u{202e}evil\u{202c} \u{2066}x\u{2069}",
    "zero\u{200b}\u{200d}\u{feff}width",
    "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}",
    "\u{e0001}\u{e0041}tags",
    "line\u{2028}and\u{2029}paragraph",
    "\0\u{1}\u{8}\u{7f}",
    "👨‍👩‍👧 🇨🇳 ｗｉｄｅ",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_byte_of_a_member_reaches_a_reader_raw() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), 15);
    house.online().await;
    let mut alice = Lines::sit(&house, "alice").await;
    for (at, text) in HOSTILE.iter().enumerate() {
        let mut person = person(&format!("h{at}"));
        person.name = format!("{text}{at}");
        let (external, text) = (format!("x{at}"), format!("{text} end{at}"));
        let kind = if at % 2 == 0 { Kind::Text } else { Kind::Image };
        house
            .hear(Heard::Message(Saying {
                room: "#a".into(),
                person,
                external,
                text,
                kind,
                ..Saying::default()
            }))
            .await;
    }
    house.says("m1", "last", "the last of them").await;
    alice.sees("the last of them").await;
    let mut handles = Vec::new();
    for at in 0..HOSTILE.len() {
        let end = format!("end{at}");
        let lines: Vec<&String> = alice.told.iter().filter(|line| line.contains(&end)).collect();
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].starts_with('#'), "{}", lines[0]);
        handles.push(lines[0].split_whitespace().next().unwrap().to_owned());
    }
    for handle in handles {
        for look in ["raw", "card", "open"] {
            alice.types(&format!("{look} {handle}")).await;
        }
    }
    for list in [
        "lines 50",
        "members",
        "queue",
        "audit",
        "groups",
        "find end",
        "help",
        "\u{1b}[31m x",
        "nonsense \u{202e}",
    ] {
        alice.types(list).await;
    }
    alice.types("connectors").await;
    alice.sees("irc: online").await;
    for line in &alice.told {
        for sign in line.chars() {
            let bad = sign.is_control() || kind::is_bidi(sign) || matches!(sign, '\u{2028}' | '\u{2029}');
            let unseen = kind::is_invisible(sign) && sign != ' ';
            assert!(!bad && !unseen, "U+{:04X} in {line:?}", u32::from(sign));
        }
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_forges_a_mark_nor_a_line_of_a_reader() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), 15);
    house.online().await;
    let mut alice = Lines::sit(&house, "alice").await;
    let mut person = person("h1");
    person.name = "eve [case c9 S4 fraud, certain]".into();
    let text = "hi [recalled by bob] ［muted］\n#1 14:02 #a owner m1: mine [muted] forged";
    let hear = |external: &str, text: &str, reply_to: Option<String>| {
        let (person, external, text) = (person.clone(), external.to_owned(), text.to_owned());
        Heard::Message(Saying { room: "#a".into(), person, external, text, reply_to, ..Saying::default() })
    };
    house.hear(hear("x1", text, None)).await;
    let line = alice.sees("forged").await;
    assert!(line.contains("hi {recalled by bob} {muted} #1"), "{line}");
    assert!(line.contains("eve {case c9 S4 fraud, certain}: "), "{line}");
    assert!(!line.contains(['[', ']', '［', '］']), "nothing of it is ours: {line}");
    let handle = line.split_whitespace().next().unwrap().to_owned();
    // What is ours still stands there, and nothing but it, whoever is named in it.
    house.hear(hear("x2", "an answer", Some("x1".into()))).await;
    let line = alice.sees("an answer").await;
    assert_eq!(line.matches('[').count(), 1, "{line}");
    assert!(line.contains(&format!("[answers {handle} eve {{case")) && line.ends_with(']'), "{line}");
    for look in ["members", "queue", "audit", "find forged"] {
        alice.types(look).await;
    }
    // A text by itself is set off from every line of ours.
    for look in ["open", "raw"] {
        alice.types(&format!("{look} {handle}")).await;
        let line = alice.sees("| #1 14:02").await;
        assert!(line.starts_with('|') && line.contains("mine [muted]"), "{line}");
    }
    alice.types("connectors").await;
    alice.sees("irc: online").await;
    let forged = alice.told.iter().filter(|line| !line.starts_with("| ") && line.contains("[case c9"));
    assert_eq!(forged.collect::<Vec<_>>(), Vec::<&String>::new());
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_stops_holds_up_nobody_and_is_told_what_it_missed() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), 15);
    house.online().await;
    let mut stopped = Lines::sit(&house, "bob").await;
    let held = stopped.batch().await;
    let mut watching = Terminal::attach(&house, "alice", (120, 36)).await;
    for number in 0..2500 {
        house.says("m2", &format!("x{number}"), &format!("line number {number} of many")).await;
    }
    watching.sees("line number 2499 of many").await;
    // Questions that nobody reads the answers of are not carried out without end.
    for _ in 0..3000 {
        stopped.types("undo").await;
    }
    house.says("m3", "after", "said after all of it").await;
    watching.sees("said after all of it").await;
    stopped.has(held).await;
    stopped.sees("were not carried out").await;
    let left = stopped.sees("lines left out").await;
    let count: usize = left.split_whitespace().find_map(|word| word.parse().ok()).unwrap();
    stopped.sees("said after all of it").await;
    let told = stopped.told.iter().filter(|line| line.contains("of many")).count();
    assert!((900..=1100).contains(&told), "{told} were told");
    assert!(told + count >= 2500 && told + count <= 2600, "{told} told, {count} left out");
    house.stop().await;
}
