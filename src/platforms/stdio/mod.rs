//! Any program, in any language, that speaks modline/1: JSON Lines over its standard input and output.
//!
//! One task keeps one program alive: it starts it, talks with it, and starts it again when it dies, hangs or writes
//! garbage. No order is ever sent twice by it, and no program outlives it. The cursor from which a program can resume
//! is kept while the server runs, never on disk.
//!
//! The protocol is `connectors.md` §6. Where that leaves something open, this is what we take it to mean:
//! - The program speaks first: `hello`, then we write `start`, then `list_rooms` and one `list_members` per room.
//!   Lists come as `room` and `member` frames before their `res`.
//! - Any frame is a sign of life. After 10 s without one we `ping`; `hb` is the natural answer.
//! - `ok` with `state` other than `done` is only accepted: the event that follows confirms it, and it may name its
//!   request in `cause_req` (`muted`, `left`, `recalled`, and `msg` for a warning).
//! - `caps.mute.timed: false`: the platform does not end a mute by itself, we lift it. `caps.remove.block: true`:
//!   `remove` understands `block`, so that a platform needs no `ban`.

pub mod settings;
pub mod limits;
pub mod session;
pub mod talk;
pub mod frame;
pub mod mend;
pub mod lines;
pub mod translate;
pub mod ability;
pub mod request;
pub mod errands;
pub mod outcome;
pub mod listing;
pub mod mistakes;
pub mod child;
pub mod log;
pub mod tame;
pub mod check;

use crate::model::heard::{Heard, Status};
use crate::model::reason::Reason;
use crate::platforms::stdio::child::from_now;
use crate::platforms::stdio::limits::Limits;
use crate::platforms::stdio::session::{End, Session};
use crate::platforms::stdio::settings::Settings;
use crate::platforms::stdio::talk::{Effect, Talk};
use crate::platforms::{Closed, Connector, Link, Running};
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// A connector that is a program of somebody else.
pub struct Stdio {
    settings: Settings,
    folder: PathBuf,
    limits: Limits,
}

impl Stdio {
    /// A connector that runs its program in `folder`, which belongs to it alone; where it is missing it is made.
    pub fn new(settings: Settings, folder: PathBuf) -> Self {
        Self { settings, folder, limits: Limits::default() }
    }

    /// The same with other numbers than the specification's.
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    async fn keep_alive(self, mut link: Link) -> Result<(), Closed> {
        let mut talk = Talk::new(self.limits, self.settings.rooms.clone(), from_now(Duration::ZERO));
        let mut failures = 0_u32;
        loop {
            link.say(Heard::Status(Status::Connecting)).await?;
            let session = Session { settings: &self.settings, folder: &self.folder, limits: self.limits };
            let (reason, steady) = match session.run(&mut link, &mut talk).await? {
                End::Over(reason) => return link.say(Heard::Status(Status::Ended { reason })).await,
                End::Broken { reason, steady } => (reason, steady),
            };
            failures = if steady { 0 } else { failures };
            let pause = pause(&self.limits, failures, fastrand::f64());
            failures = failures.saturating_add(1);
            let retry_seconds = u32::try_from(pause.as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
            link.say(Heard::Status(Status::Offline { reason, retry_seconds })).await?;
            wait(&mut link, &mut talk, from_now(pause)).await?;
        }
    }
}

impl Connector for Stdio {
    fn run(self: Box<Self>, link: Link) -> Running {
        Box::pin(async move {
            // `Closed` is the ordinary end: the desk does not listen any more.
            let _: Result<(), Closed> = self.keep_alive(link).await;
        })
    }
}

/// The pause after so many failures: doubling up to the longest, and up to a fifth less, so that several connectors
/// that fell together do not come back together. `dice` is in 0..1.
fn pause(limits: &Limits, failures: u32, dice: f64) -> Duration {
    let doubled = limits.pause.saturating_mul(2_u32.saturating_pow(failures));
    doubled.min(limits.longest_pause).mul_f64(1.0 - dice.clamp(0.0, 1.0) / 5.0)
}

/// Takes orders until `end`, without a program to give them to.
async fn wait(link: &mut Link, talk: &mut Talk, end: Instant) -> Result<(), Closed> {
    loop {
        for effect in talk.tick(from_now(Duration::ZERO), false) {
            if let Effect::Say(heard) = effect {
                link.say(heard).await?;
            }
        }
        let wake = talk.wake(false).map_or(end, |wake| wake.min(end));
        tokio::select! {
            biased;
            order = link.order(), if talk.wants_orders() => {
                let order = order.ok_or(Closed)?;
                for effect in talk.order(order, from_now(Duration::ZERO)) {
                    if let Effect::Say(heard) = effect {
                        link.say(heard).await?;
                    }
                }
            }
            () = sleep_until(wake) => {
                if wake == end {
                    return Ok(());
                }
            }
        }
    }
}

/// A failure of the machine as a sentence: what the system said.
pub fn could_not_start(program: &str, error: &std::io::Error) -> Reason {
    Reason::new("modline-cannot-start").with("program", tame::tame(program)).with("error", error)
}

#[cfg(test)]
mod tests {
    use crate::platforms::stdio::limits::Limits;
    use crate::platforms::stdio::pause;

    #[test]
    fn pauses_double_to_a_minute_and_never_exceed_it() {
        let seconds: Vec<u64> =
            (0..9).map(|failures| pause(&Limits::default(), failures, 0.0).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(pause(&Limits::default(), u32::MAX, 1.0).as_secs(), 48);
    }
}
