//! What an answer or an event of the platform says about an order. Pure.
//!
//! A reply is never a confirmation by itself: `accepted` waits for the platform's own event, and only `done`, by
//! which the connector says that it has looked, confirms. What nobody can know is called unknown, never failed.

use crate::model::heard::{By, Deed, Order, Outcome};
use crate::model::reason::Reason;
use crate::platforms::stdio::frame::{Answer, Frame, Left, Message, Muted, Recalled, Trouble};
use crate::platforms::stdio::tame::{tame, tame_or_dash};
use crate::platforms::stdio::translate::Picture;

/// What an answer means for a deed. `ours_to_lift`: the platform does not end it by itself.
pub fn of_answer(answer: &Answer, ours_to_lift: bool) -> Outcome {
    match (&answer.error, answer.ok) {
        (_, true) if answer.state == "done" => {
            Outcome::Confirmed { evidence: Reason::new("modline-verified"), ours_to_lift }
        }
        (_, true) => Outcome::Accepted,
        (Some(trouble), false) => of_trouble(trouble),
        (None, false) => of_trouble(&Trouble::default()),
    }
}

/// The ten codes of the protocol; any other one is taken for `internal`, which promises nothing.
pub fn of_trouble(trouble: &Trouble) -> Outcome {
    let code = tame(&trouble.platform_code);
    let said = match (tame(&trouble.message), code.is_empty()) {
        (message, true) => tame_or_dash(&message),
        (message, false) if message.is_empty() => code,
        (message, false) => format!("{message} ({code})"),
    };
    let reason = |key: &str| Reason::new(key).with("said", &said);
    match trouble.code.as_str() {
        "unsupported" => Outcome::Unsupported { reason: reason("modline-unsupported") },
        "forbidden" => Outcome::Failed { reason: reason("modline-forbidden") },
        "not_found" => Outcome::Failed { reason: reason("modline-not-found") },
        "invalid" => Outcome::Failed { reason: reason("modline-invalid") },
        "rate_limited" => {
            let seconds = trouble.retry_after_ms.unwrap_or(0).div_ceil(1000);
            Outcome::Failed { reason: reason("modline-rate-limited").with("seconds", seconds) }
        }
        "offline" => Outcome::Failed { reason: reason("modline-offline") },
        "conflict" => Outcome::Failed { reason: reason("modline-conflict") },
        "timeout" => Outcome::Unknown { reason: reason("modline-timeout") },
        "unknown_outcome" => Outcome::Unknown { reason: reason("modline-unknown-outcome") },
        _ => Outcome::Unknown { reason: reason("modline-internal") },
    }
}

/// What the platform's event proves about an order that was sent as request `id`: the evidence, if it proves it.
/// `said` is the platform's id of the message that the answer named.
///
/// An event that names its request (`cause_req`) belongs to that one only; one that names none counts when nobody
/// but us can have caused it as far as it tells.
pub fn evidence(
    frame: &Frame,
    order: &Order,
    id: &str,
    said: Option<&str>,
    picture: &Picture,
) -> Option<Reason> {
    let ours = |cause: &Option<String>, by: &Option<String>| match cause {
        Some(cause) => cause == id,
        None => matches!(picture.by(by.as_deref()), By::Us | By::Unknown),
    };
    let key = match (frame, &order.deed) {
        (Frame::Muted(muted), Deed::Mute { person, .. })
            if concerns(muted, order, &person.external)
                && muted.until != Some(0)
                && ours(&muted.cause_req, &muted.by) =>
        {
            "modline-saw-muted"
        }
        (Frame::Muted(muted), Deed::Unmute { person })
            if concerns(muted, order, &person.external)
                && muted.until == Some(0)
                && ours(&muted.cause_req, &muted.by) =>
        {
            "modline-saw-unmuted"
        }
        (Frame::Left(left), Deed::Remove { person, block, .. })
            if shows_removal(left, order, &person.external, *block, id)
                && ours(&left.cause_req, &left.by) =>
        {
            "modline-saw-removed"
        }
        (Frame::Recalled(recalled), Deed::Recall { message })
            if is_recall(recalled, order, message) && ours(&recalled.cause_req, &recalled.by) =>
        {
            "modline-saw-recalled"
        }
        (Frame::Message(message), Deed::Warn { text, .. } | Deed::Say { text })
            if shows_warning(message, order, text, id, said) =>
        {
            "modline-saw-warning"
        }
        _ => return None,
    };
    Some(Reason::new(key))
}

fn concerns(muted: &Muted, order: &Order, user: &str) -> bool {
    muted.room == order.room && muted.user == user
}

fn is_recall(recalled: &Recalled, order: &Order, message: &str) -> bool {
    recalled.room == order.room && recalled.id == message
}

/// Somebody who left by himself was not removed, and somebody who was removed is not yet kept out.
fn shows_removal(left: &Left, order: &Order, user: &str, block: bool, id: &str) -> bool {
    let named = left.cause_req.as_deref() == Some(id);
    let fits = if block { left.cause == "banned" } else { left.cause != "left" };
    left.room == order.room && left.users.iter().any(|gone| gone == user) && (named || fits)
}

fn shows_warning(message: &Message, order: &Order, text: &str, id: &str, said: Option<&str>) -> bool {
    let named = message.cause_req.as_deref() == Some(id);
    let answered = said == Some(message.id.as_str());
    // The event may come before the answer that names it; then our own words in our own mouth are the evidence.
    let ours = message.own && message.cause_req.is_none() && !text.is_empty() && message.text.contains(text);
    message.room == order.room && (named || answered || ours)
}

#[cfg(test)]
mod tests {
    use crate::model::heard::{Deed, Order, Outcome, Person};
    use crate::model::id::{ActionId, Seq};
    use crate::platforms::stdio::frame::{Trouble, parse};
    use crate::platforms::stdio::outcome::{evidence, of_trouble};
    use crate::platforms::stdio::translate::Picture;

    #[test]
    fn each_code_of_the_closed_set_has_its_own_reason() {
        let check = |code: &str| {
            let outcome = of_trouble(&Trouble { code: code.to_owned(), ..Trouble::default() });
            match outcome {
                Outcome::Unsupported { reason } => format!("unsupported {}", reason.key),
                Outcome::Failed { reason } => format!("failed {}", reason.key),
                Outcome::Unknown { reason } => format!("unknown {}", reason.key),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(check("unsupported"), "unsupported modline-unsupported");
        assert_eq!(check("forbidden"), "failed modline-forbidden");
        assert_eq!(check("not_found"), "failed modline-not-found");
        assert_eq!(check("invalid"), "failed modline-invalid");
        assert_eq!(check("rate_limited"), "failed modline-rate-limited");
        assert_eq!(check("offline"), "failed modline-offline");
        assert_eq!(check("conflict"), "failed modline-conflict");
        assert_eq!(check("timeout"), "unknown modline-timeout");
        assert_eq!(check("unknown_outcome"), "unknown modline-unknown-outcome");
        assert_eq!(check("internal"), "unknown modline-internal");
        assert_eq!(check("brand_new"), "unknown modline-internal");
    }

    fn check(deed: Deed, line: &str, expected: Option<&str>) {
        let order = Order {
            action: ActionId(Seq(1)),
            idempotency: String::new(),
            room: "r".to_owned(),
            deed,
            deadline_seconds: 8,
        };
        let mut picture = Picture::default();
        picture.hello.account =
            Some(crate::platforms::stdio::frame::Account { id: "me".to_owned(), name: String::new() });
        let found = evidence(&parse(line.as_bytes()).unwrap(), &order, "r7", None, &picture);
        assert_eq!(found.map(|reason| reason.key).as_deref(), expected, "{line}");
    }

    #[test]
    fn only_the_matching_event_is_evidence() {
        let person = || Person { external: "u".to_owned(), ..Person::default() };
        let mute = || Deed::Mute { person: person(), seconds: 60 };
        let muted = Some("modline-saw-muted");
        check(mute(), r#"{"t":"muted","room":"r","user":"u","until":9}"#, muted);
        check(mute(), r#"{"t":"muted","room":"r","user":"u","until":9,"by":"me"}"#, muted);
        check(mute(), r#"{"t":"muted","room":"r","user":"u","until":9,"by":"boss"}"#, None);
        check(mute(), r#"{"t":"muted","room":"r","user":"u","until":9,"by":"boss","cause_req":"r7"}"#, muted);
        check(mute(), r#"{"t":"muted","room":"r","user":"u","until":9,"cause_req":"r8"}"#, None);
        check(mute(), r#"{"t":"muted","room":"r","user":"u","until":0}"#, None);
        check(mute(), r#"{"t":"muted","room":"r","user":"v","until":9}"#, None);
        check(mute(), r#"{"t":"muted","room":"s","user":"u","until":9}"#, None);
        check(
            Deed::Unmute { person: person() },
            r#"{"t":"muted","room":"r","user":"u","until":0}"#,
            Some("modline-saw-unmuted"),
        );
        let remove = |block| Deed::Remove { person: person(), block, why: String::new() };
        check(
            remove(false),
            r#"{"t":"left","room":"r","users":["v","u"],"cause":"removed"}"#,
            Some("modline-saw-removed"),
        );
        check(remove(false), r#"{"t":"left","room":"r","users":["u"],"cause":"left"}"#, None);
        check(remove(true), r#"{"t":"left","room":"r","users":["u"],"cause":"removed"}"#, None);
        check(
            remove(true),
            r#"{"t":"left","room":"r","users":["u"],"cause":"banned"}"#,
            Some("modline-saw-removed"),
        );
        let recall = || Deed::Recall { message: "m".to_owned() };
        check(recall(), r#"{"t":"recalled","room":"r","id":"m"}"#, Some("modline-saw-recalled"));
        check(recall(), r#"{"t":"recalled","room":"r","id":"n"}"#, None);
        let warn = || Deed::Warn { person: person(), text: "请勿刷屏".to_owned() };
        check(
            warn(),
            r#"{"t":"msg","id":"m","room":"r","user":"me","self":true,"text":"@u 请勿刷屏"}"#,
            Some("modline-saw-warning"),
        );
        check(warn(), r#"{"t":"msg","id":"m","room":"r","user":"v","text":"@u 请勿刷屏"}"#, None);
    }
}
