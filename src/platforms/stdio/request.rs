//! The lines that we write to a modline/1 connector. Pure; each ends with its newline.

use crate::model::ability::Verb;
use crate::model::heard::{Deed, Order};
use crate::platforms::stdio::ability::operation;
use crate::platforms::stdio::frame::Hello;
use serde_json::{Value, json};

/// The protocol that we speak.
pub const PROTO: &str = "modline/1";
/// Its major version.
pub const MAJOR: u32 = 1;

/// `start`, going on from a cursor where there is one. `rooms: None` asks for every room.
pub fn start(cursor: Option<&str>, rooms: Option<&[String]>) -> String {
    let resume = cursor.map(|cursor| json!({ "cursor": cursor }));
    line(json!({ "t": "start", "proto": PROTO, "resume": resume, "rooms": rooms }))
}

/// `ping`, which an honest connector answers with any frame.
pub fn ping(number: u64) -> String {
    line(json!({ "t": "ping", "n": number }))
}

/// `stop`: leave the platform politely and exit.
pub fn stop() -> String {
    line(json!({ "t": "stop" }))
}

/// `cancel`: the answer to this request is not wanted any more.
pub fn cancel(id: &str) -> String {
    line(json!({ "t": "cancel", "id": id }))
}

/// A request that only looks: `list_rooms`, `list_members`, `whoami`.
pub fn look(id: &str, operation: &str, room: Option<&str>, deadline_ms: u64) -> String {
    let mut request =
        json!({ "t": "req", "id": id, "op": operation, "args": {}, "deadline_ms": deadline_ms });
    if let (Some(room), Value::Object(fields)) = (room, &mut request) {
        fields.insert("room".to_owned(), room.into());
    }
    line(request)
}

/// A request that does something. `None` for [`Deed::Check`], which is done by looking.
pub fn act(id: &str, order: &Order, hello: &Hello, deadline_ms: u64) -> Option<String> {
    let (user, args) = match &order.deed {
        Deed::Recall { message } => (None, json!({ "id": message })),
        Deed::Warn { person, text } => (Some(person), json!({ "text": text })),
        Deed::Say { text } => (None, json!({ "text": text })),
        Deed::Mute { person, seconds } => (Some(person), json!({ "seconds": seconds })),
        Deed::Unmute { person } => (Some(person), json!({ "seconds": 0 })),
        Deed::Remove { person, block, why } => (Some(person), json!({ "block": block, "reason": why })),
        Deed::Unblock { person } => (Some(person), json!({})),
        Deed::Check(_) => return None,
    };
    let mut request = json!({
        "t": "req", "id": id, "op": operation(hello, verb(&order.deed)?), "room": order.room, "args": args,
        "idem": order.idempotency, "deadline_ms": deadline_ms,
    });
    if let (Some(person), Value::Object(fields)) = (user, &mut request) {
        fields.insert("user".to_owned(), person.external.clone().into());
    }
    Some(line(request))
}

/// The verb of a deed; looking is none.
pub fn verb(deed: &Deed) -> Option<Verb> {
    match deed {
        Deed::Recall { .. } => Some(Verb::Recall),
        Deed::Warn { .. } => Some(Verb::Warn),
        Deed::Say { .. } => Some(Verb::Say),
        Deed::Mute { .. } => Some(Verb::Mute),
        Deed::Unmute { .. } => Some(Verb::Unmute),
        Deed::Remove { block: false, .. } => Some(Verb::Remove),
        Deed::Remove { block: true, .. } => Some(Verb::Block),
        Deed::Unblock { .. } => Some(Verb::Unblock),
        Deed::Check(_) => None,
    }
}

fn line(value: Value) -> String {
    format!("{value}\n")
}

#[cfg(test)]
mod tests {
    use crate::model::heard::{Deed, Order, Person};
    use crate::model::id::{ActionId, Seq};
    use crate::platforms::stdio::frame::Hello;
    use crate::platforms::stdio::request::{act, look, start};
    use serde_json::{Value, json};

    fn check(deed: Deed, expected: Value) {
        let order = Order {
            action: ActionId(Seq(7)),
            idempotency: "s-7".to_owned(),
            room: "甲".to_owned(),
            deed,
            deadline_seconds: 8,
        };
        let line = act("r7", &order, &Hello::default(), 8000).unwrap();
        let mut sent: Value = serde_json::from_str(line.strip_suffix('\n').unwrap()).unwrap();
        let fixed = json!({"t": "req", "id": "r7", "room": "甲", "idem": "s-7", "deadline_ms": 8000});
        for (name, value) in fixed.as_object().unwrap() {
            assert_eq!(sent.as_object_mut().unwrap().remove(name).as_ref(), Some(value), "{name}");
        }
        assert_eq!(sent, expected);
    }

    #[test]
    fn each_deed_is_one_operation() {
        let person = Person { external: "u".to_owned(), ..Person::default() };
        let text = "line\nbreak".to_owned();
        check(Deed::Recall { message: "m9".to_owned() }, json!({"op": "recall", "args": {"id": "m9"}}));
        check(
            Deed::Warn { person: person.clone(), text: text.clone() },
            json!({"op": "warn", "user": "u", "args": {"text": text}}),
        );
        check(
            Deed::Mute { person: person.clone(), seconds: 60 },
            json!({"op": "mute", "user": "u", "args": {"seconds": 60}}),
        );
        check(
            Deed::Unmute { person: person.clone() },
            json!({"op": "mute", "user": "u", "args": {"seconds": 0}}),
        );
        check(
            Deed::Remove { person: person.clone(), block: false, why: "广告".to_owned() },
            json!({"op": "remove", "user": "u", "args": {"block": false, "reason": "广告"}}),
        );
        check(
            Deed::Remove { person: person.clone(), block: true, why: String::new() },
            json!({"op": "ban", "user": "u", "args": {"block": true, "reason": ""}}),
        );
        check(Deed::Unblock { person }, json!({"op": "unban", "user": "u", "args": {}}));
    }

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(
            serde_json::from_str::<Value>(&start(Some("a\nb"), None)).unwrap(),
            json!({"t": "start", "proto": "modline/1", "resume": {"cursor": "a\nb"}, "rooms": null})
        );
        assert_eq!(look("r1", "list_members", Some("a\nb"), 9).lines().count(), 1);
    }
}
