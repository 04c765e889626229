//! Export, import, status and doctor while chat flows; an import adds what is new, once, and makes nobody act.

use crate::house::{House, PATIENCE, Terminal, state_in};
use qunguan::model::action::Stage;
use qunguan::model::event::Event;
use qunguan::state::State;
use qunguan::terminal::ask::{Answer, ask};
use qunguan::terminal::messages::{Ask, Sentence};
use std::path::Path;
use tokio::time::timeout;

async fn asked(house: &House, question: Ask, input: &[u8]) -> (Answer, Vec<u8>, Vec<Sentence>) {
    let (mut output, mut told) = (Vec::new(), Vec::new());
    let asking = ask(house.connection(), None, question, input, &mut output, |line| told.push(line));
    let answer = timeout(PATIENCE, asking).await.expect("an answer").unwrap();
    (answer, output, told)
}

/// A record with talk, a decided case, a finished mute, one that is ours to end, one under way, and a note.
async fn lived(folder: &Path) -> Vec<u8> {
    let mut house = House::open(folder, 15);
    house.online().await;
    house.says("m1", "x1", "hello there").await;
    house.says("m3", "x2", "加微信 领取资料").await;
    let mut alice = Terminal::attach(&house, "alice", (120, 36)).await;
    alice.sees("领取").await;
    alice.freeze().await;
    alice.press("m1").await;
    let order = house.order().await;
    house.confirm(order.action, true).await;
    alice.sees("Done: mute").await;
    alice.press("w1").await;
    house.order().await;
    alice.press("nhm").await;
    alice.sees("hm").await;
    alice.press("\n").await;
    house.recorded("the note", |event| matches!(event, Event::NoteAdded { .. })).await;
    let (answer, output, _) = asked(&house, Ask::Export { from: 0 }, &[]).await;
    assert!(answer.done, "{answer:?}");
    house.stop().await;
    output
}

/// What must be alike whatever the numbers are.
fn picture(state: &State) -> impl PartialEq + std::fmt::Debug + use<> {
    let rooms: Vec<_> =
        state.rooms.iter().map(|room| (room.external.clone(), room.name.clone(), room.messages)).collect();
    let texts = state.stream.lines().iter().filter_map(|line| match line {
        qunguan::state::stream::Line::Message(message) => Some((message.text.clone(), message.at)),
        qunguan::state::stream::Line::Notice { .. } => None,
    });
    let texts: Vec<_> = texts.collect();
    let people = ["m1", "m2", "m3"].iter().map(|name| {
        let id = state.members.find("irc", name).unwrap();
        let room = state.rooms.iter().next().unwrap().id;
        let standing = state.members.in_room(room, id).unwrap().clone();
        let notes =
            state.members.get(id).unwrap().notes.iter().map(|note| note.text.clone()).collect::<Vec<_>>();
        (
            standing.messages,
            standing.flags,
            standing.offences.len(),
            standing.muting.map(|muting| muting.until),
            notes,
        )
    });
    let people: Vec<_> = people.collect();
    let decided: Vec<_> =
        state.queue.decided_cases().iter().map(|case| (case.rule.clone(), case.flags)).collect();
    let acts: Vec<_> =
        state.actions.iter().map(|action| (action.request.act.verb(), action.requested_at())).collect();
    (rooms, texts, people, decided, state.queue.undecided().count(), acts)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_tells_the_same_story_once_and_makes_nobody_act() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let export = lived(first.path()).await;
    let mut house = House::open(second.path(), 1);
    // Something of its own is under way meanwhile, and stays so.
    let (answer, ..) = asked(&house, Ask::Import, &export).await;
    assert!(answer.done, "{answer:?}");
    house.online().await;
    house.recorded("what was left open", |event| matches!(event, Event::ActionUnknown { .. })).await;
    let imported = house.events().len();
    let (again, ..) = asked(&house, Ask::Import, &export).await;
    assert_eq!(again.sentence.arguments, [("count".to_owned(), "0".to_owned())]);
    let imports = |house: &House| {
        house.events().into_iter().filter(|event| matches!(event, Event::RecordImported { .. })).count()
    };
    let waiting = async {
        while imports(&house) < 2 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, waiting).await.expect("the second import is noted");
    let added: Vec<Event> = house.events().split_off(imported);
    assert!(
        added.iter().all(|event| matches!(
            event,
            Event::RecordImported { .. }
                | Event::ConnectorChanged { .. }
                | Event::RoomRead { .. }
                | Event::RosterRead { .. }
                | Event::GapNoted { .. }
        )),
        "{added:?}"
    );
    assert!(house.orders.try_recv().is_err(), "nothing is sent because of an import");
    house.stop().await;
    let (was, now) = (state_in(first.path()), state_in(second.path()));
    assert_eq!(format!("{:?}", picture(&was)), format!("{:?}", picture(&now)));
    assert!(now.actions.to_lift().is_empty(), "who did it ends it");
    let open: Vec<Stage> =
        now.actions.iter().map(|action| action.stage).filter(|stage| *stage != Stage::Confirmed).collect();
    assert_eq!(open, [Stage::Unknown]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_leaves_alone_what_is_under_way_here() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let export = lived(first.path()).await;
    let mut house = House::open(second.path(), 30);
    house.online().await;
    house.says("m2", "own", "of this record").await;
    let mut alice = Terminal::attach(&house, "alice", (120, 36)).await;
    alice.sees("of this record").await;
    alice.freeze().await;
    alice.press("m4").await;
    let own = house.order().await;
    let (answer, ..) = asked(&house, Ask::Import, &export).await;
    assert!(answer.done, "{answer:?}");
    house.confirm(own.action, false).await;
    house
        .recorded(
            "its end",
            |event| matches!(event, Event::ActionConfirmed { action, .. } if *action == own.action),
        )
        .await;
    let unknown =
        |event: &Event| matches!(event, Event::ActionUnknown { action, .. } if *action == own.action);
    assert!(!house.events().iter().any(unknown));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_line_ends_an_import_and_beginning_again_adds_nothing_twice() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let export = lived(first.path()).await;
    let house = House::open(second.path(), 15);
    let mut broken = export.clone();
    broken.extend(b"{not json}\n");
    let (answer, ..) = asked(&house, Ask::Import, &broken).await;
    assert_eq!((answer.done, answer.sentence.key.as_str()), (false, "import-bad-line"));
    let (answer, ..) = asked(&house, Ask::Import, &export).await;
    assert!(answer.done);
    house.recorded("the import", |event| matches!(event, Event::RecordImported { .. })).await;
    let notes = house.events().into_iter().filter(|event| matches!(event, Event::NoteAdded { .. })).count();
    assert_eq!(notes, 1);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errands_are_done_while_chat_flows() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), 15);
    house.online().await;
    // An errand comes by another way than what is heard: it may come first.
    house.recorded("the room", |event| matches!(event, Event::RosterRead { .. })).await;
    let talking = async {
        for number in 0..500 {
            house.says("m1", &format!("x{number}"), &format!("line {number}")).await;
        }
    };
    let asking = async {
        for _ in 0..3 {
            let (status, _, lines) = asked(&house, Ask::Status, &[]).await;
            assert!(
                status.done && lines.iter().any(|line| line.key == "status-connector-online"),
                "{lines:?}"
            );
            let (doctor, _, findings) = asked(&house, Ask::Doctor, &[]).await;
            assert!(doctor.done, "{findings:?}");
            let (export, bytes, _) = asked(&house, Ask::Export { from: 0 }, &[]).await;
            let lines = bytes.iter().filter(|byte| **byte == b'\n').count() - 1;
            assert!(export.done);
            assert_eq!(export.sentence.arguments[0], ("count".to_owned(), lines.to_string()));
        }
    };
    tokio::join!(talking, asking);
    house.stop().await;
}
