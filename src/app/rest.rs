//! What is typed behind a refused verb was meant for it: words for a prompt that did not open, a digit for a preset. None of
//! it may act as a verb of its own, so after a refusal keys rest until the hands do.
//!
//! Moving, Esc and the refused key itself always work; who stops for a second has read why.

use crate::app::env::Env;
use crate::app::seat::Seat;
use crate::app::update::motion_of;
use crate::commands::key::{Code, Key};
use crate::commands::keymap::Meaning;
use crate::commands::table::Command;
use crate::model::moment::Moment;

/// A key that comes sooner than so long after the one before it belongs to what was being typed, in milliseconds: people
/// who type words stay below it, who reads a sentence does not.
pub const REST_MS: i64 = 1000;

/// Keys rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resting {
    /// When the last key came that belonged to it.
    last: Moment,
    /// The key that was refused.
    refused: Key,
    /// It was said that keys rest.
    told: bool,
}

/// Notes that a key was refused.
pub fn begin(seat: &mut Seat, env: &Env<'_>, refused: Key) {
    seat.resting = Some(Resting { last: env.scene.now, refused, told: false });
}

/// Whether a key rests, which is then said. The rest ends with the first key that does not.
pub fn takes(seat: &mut Seat, env: &Env<'_>, key: Key) -> bool {
    let Some(resting) = seat.resting.take() else { return false };
    let pause = env.scene.now.since(resting.last);
    if !(0..REST_MS).contains(&pause) || key == resting.refused || key.code == Code::Esc {
        return false;
    }
    if moves(env, key) {
        seat.resting = Some(resting);
        return false;
    }
    seat.resting = Some(Resting { last: env.scene.now, told: true, ..resting });
    // Why it was refused stays to be read.
    let why = seat.screen.toast.as_ref().map(|toast| toast.text.clone()).unwrap_or_default();
    if !resting.told {
        seat.refuse(env, env.scene.say_with("keys-rest", &[("why", &why)]));
    }
    true
}

/// Whether a key only moves the cursor.
fn moves(env: &Env<'_>, key: Key) -> bool {
    match env.scene.keymap.meaning(&[key]) {
        Meaning::Command(meant) => {
            motion_of(meant).is_some() || matches!(meant, Command::NextPane | Command::PreviousPane)
        }
        Meaning::Prefix(_) | Meaning::Nothing => false,
    }
}
