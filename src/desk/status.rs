//! How the server is, in a few sentences, for `qunguan status`.

use crate::desk::clock;
use crate::desk::errands::sentence;
use crate::desk::house::House;
use crate::model::heard::Status;
use crate::terminal::messages::Sentence;
use crate::ui::scene::Recording;

/// The record, the connectors, and what waits, with `seats` taken.
pub fn of(house: &House, seats: usize) -> Vec<Sentence> {
    let state = &house.state;
    let mut lines = vec![Sentence::new(
        "status-record",
        &[("events", &state.next.0.saturating_sub(1).to_string()), ("seats", &seats.to_string())],
    )];
    for (name, one) in state.connectors.iter() {
        let (key, why) = match &one.status {
            Status::Online { .. } => ("status-connector-online", None),
            Status::Connecting => ("status-connector-connecting", None),
            Status::Offline { reason, .. } => ("status-connector-offline", Some(reason)),
            Status::Ended { reason } => ("status-connector-ended", Some(reason)),
        };
        lines.push(Sentence::new(key, &[("connector", name)]));
        lines.extend(why.map(sentence));
    }
    let (open, unknown) =
        (state.queue.waiting_count(clock::now()).to_string(), state.actions.needing_person().to_string());
    lines.push(Sentence::new("status-open", &[("cases", &open), ("unknown", &unknown)]));
    if let Recording::Stopped(reason) = house.recorder.recording() {
        lines.push(sentence(reason));
    }
    lines
}
