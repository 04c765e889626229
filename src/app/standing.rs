//! How long a question has stood on the terminal: an answer that was on its way before a person can have read the question
//! never answers it, also where the line to him is slow.
//!
//! A key carries the number of the frame that its client showed, but over ssh that client runs at the far end of the line:
//! what it showed reached the moderator only some time later, and what he typed until then was typed without it.

use crate::app::seat::Seat;
use crate::model::moment::Moment;
use crate::ui::overlay::Overlay;

/// So long must a question have stood before it takes an answer, in milliseconds: less than a person needs to see it and
/// answer (simple reactions to what is seen take 200 ms and more), and more than most round trips.
pub const STANDS_MS: i64 = 200;

/// In place of a frame's number, for an answer that names its question, which was printed for good.
pub const PRINTED: u64 = u64::MAX;

/// Whether the open question can be answered at `now` by a key pressed while frame `shown` stood on the terminal.
pub fn is_open(seat: &Seat, shown: u64, now: Moment) -> bool {
    let since = since_frame(seat).filter(|_| shown != PRINTED);
    since.is_none_or(|frame| shown >= frame && seat.seen.stands_since(frame).is_some_and(|at| stood(at, now)))
}

/// When the open question begins to take answers and to show them; none when it does or when none is open.
pub fn opens_at(seat: &Seat) -> Option<Moment> {
    let waits = match &seat.screen.overlay {
        Some(Overlay::Dialog(dialog)) => !dialog.open,
        Some(Overlay::Chooser(chooser)) => !chooser.open,
        _ => false,
    };
    let since = since_frame(seat).filter(|_| waits)?;
    Some(Moment(seat.seen.stands_since(since)?.0.saturating_add(STANDS_MS)))
}

/// The open question shows its answers as soon as they work.
pub fn settle(seat: &mut Seat, now: Moment) {
    let since = since_frame(seat).and_then(|frame| seat.seen.stands_since(frame));
    if !since.is_some_and(|at| stood(at, now)) {
        return;
    }
    match seat.screen.overlay.as_mut() {
        Some(Overlay::Dialog(dialog)) => dialog.open = true,
        Some(Overlay::Chooser(chooser)) => chooser.open = true,
        _ => {}
    }
}

/// A clock that went back must not close a question for ever.
fn stood(at: Moment, now: Moment) -> bool {
    !(0..STANDS_MS).contains(&now.since(at))
}

/// The first frame that shows what is asked.
fn since_frame(seat: &Seat) -> Option<u64> {
    match &seat.screen.overlay {
        Some(Overlay::Dialog(_)) => seat.asking.as_ref().map(|asking| asking.since_frame),
        Some(Overlay::Chooser(_)) => seat.choosing.as_ref().map(|choosing| choosing.since_frame),
        _ => None,
    }
}
