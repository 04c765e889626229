//! Ten thousand hostile messages, names, topics and errors on every view, through every prompt, dialog and page.

use crate::judge::Judge;
use crate::texts::Texts;
use crate::world::World;
use qunguan::app::message::Message;
use qunguan::commands::key::{Code, Key};
use qunguan::model::ability::Abilities;
use qunguan::model::event::{Event, Flagging};
use qunguan::model::flag::{Category, Confidence, Severity, Span};
use qunguan::model::heard::{Heard, Person, Saying, Status};
use qunguan::model::id::MessageId;
use qunguan::model::member::Role;
use qunguan::model::reason::Reason;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const MESSAGES: usize = 10_000;
/// So many messages between two doings of the moderator.
const BETWEEN: usize = 50;
const SIZES: [(u16, u16); 5] = [(80, 24), (120, 36), (61, 17), (200, 60), (79, 23)];

/// What he does, over and over; `¶` pastes hostile text, `⎋` is Esc.
const DOINGS: [&str; 34] = [
    "k", "1kk", "h", "Gn", "⎋", "y", "y", " ", "⎋⎋", "K", "\n", "⎋", "n¶", "⎋", "/¶", "\n", "⎋", ":¶", "⎋",
    "x", "⎋", "m", "⎋", "2", "\n", "⎋e", "⎋", "?", "⎋ga", "h", "⎋go", "⎋gl", "T", "L1G",
];

fn says(world: &mut World, texts: &mut Texts, number: usize) {
    let person = Person { external: format!("h{}", number % 90), name: texts.name(), role: Role::Unknown };
    let saying = Saying {
        room: "#a".into(),
        person,
        external: format!("x{number}"),
        text: texts.message(),
        ..Saying::default()
    };
    let message = world.chronicle.say(saying).unwrap();
    if number.is_multiple_of(15) {
        flag(world, texts, message);
    }
    if number.is_multiple_of(97) {
        errors(world, texts);
    }
}

fn flag(world: &mut World, texts: &mut Texts, message: MessageId) {
    let said = world.state().stream.message(message).unwrap().clone();
    let end = said.text.chars().next().map_or(0, char::len_utf8);
    world.append(Event::Flagged(Flagging {
        message,
        room: said.room,
        member: said.member,
        rule: format!("words/{}", texts.name()),
        rule_version: 1,
        category: Category::Words,
        severity: Severity::S3,
        confidence: Confidence::Likely,
        span: Some(Span { start: 0, end: u32::try_from(end).unwrap() }),
        reason: Reason::new("flag-words")
            .with("words", texts.name())
            .with("count", 1)
            .with("disguised", "no"),
    }));
}

fn errors(world: &mut World, texts: &mut Texts) {
    let reason = Reason::new("irc-connection-lost").with("what", texts.message());
    let abilities = Abilities::none(&Reason::new("not-offered").with("what", texts.name()));
    for heard in [
        Heard::Remark(Reason::new("irc-no-answer").with("seconds", texts.message())),
        Heard::Status(Status::Offline { reason, retry_seconds: 1 }),
        Heard::Status(Status::Online { account: texts.name() }),
        Heard::Room {
            external: "#a".into(),
            name: texts.name(),
            own_role: Role::Admin,
            abilities,
            members_total: None,
        },
    ] {
        world.chronicle.hear(heard);
    }
}

/// Draws the seat's screen, and has it judged.
pub fn show(world: &mut World, judge: &mut Judge) {
    let (columns, rows) = world.seat.screen.size();
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
    let cursor = world.with_env(|seat, env| {
        seat.screen.catch_up(&env.scene);
        seat.screen.draw(&env.scene, &mut buffer)
    });
    world.drawn += 1;
    let number = world.drawn;
    world.send(Message::Drawn(number));
    world.show();
    judge.look_at(&buffer, cursor);
}

#[test]
fn ten_thousand_hostile_messages_leave_the_screen_as_it_was_drawn() {
    let (mut world, mut texts) = (World::new(80, 24), Texts::new());
    let mut judge = Judge::new(80, 24);
    let mut doings = DOINGS.iter().cycle();
    for number in 0..MESSAGES {
        says(&mut world, &mut texts, number);
        if number.is_multiple_of(MESSAGES / SIZES.len()) {
            let (columns, rows) = SIZES[number / (MESSAGES / SIZES.len())];
            world.send(Message::Resize { columns, rows });
            judge.resize(columns, rows);
        }
        if number.is_multiple_of(BETWEEN) {
            show(&mut world, &mut judge);
            for doing in doings.next().unwrap().chars() {
                world.pass(200);
                match doing {
                    '¶' => drop(world.send(Message::Paste(texts.message()))),
                    '⎋' => drop(world.key(Key::plain(Code::Esc))),
                    '\n' => drop(world.key(Key::plain(Code::Enter))),
                    letter => drop(world.key(Key::char(letter))),
                }
                world.settle();
                show(&mut world, &mut judge);
            }
        }
    }
    assert!(judge.frames > 400, "only {} frames", judge.frames);
    assert!(judge.bytes > 500_000, "only {} bytes", judge.bytes);
}
