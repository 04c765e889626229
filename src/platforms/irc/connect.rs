//! Keeps a session going: connects, carries bytes between the wire and the session, and comes back after a loss.
//!
//! Never stamps a time: the session's clock is the count of ticks.

use crate::model::heard::{Heard, Order, Outcome, Status};
use crate::model::reason::Reason;
use crate::platforms::irc::line::{Framer, Line};
use crate::platforms::irc::people::People;
use crate::platforms::irc::room::Memory;
use crate::platforms::irc::session::{Ending, Session};
use crate::platforms::irc::settings::{Secrets, Settings};
use crate::platforms::irc::wire::{Wire, reach};
use crate::platforms::{Closed, Link};
use std::future::Future;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::MissedTickBehavior;

/// The grain of the session's clock.
const TICK: Duration = Duration::from_millis(250);

/// A server that takes no byte for so long is gone.
const WRITING: Duration = Duration::from_secs(30);

/// How long we wait for the server's goodbye.
const LEAVING: Duration = Duration::from_secs(2);

/// The longest wait between two attempts, in seconds.
const LONGEST_WAIT: u32 = 60;

/// Why a connection is over.
enum Over {
    /// The desk does not want us any more.
    Desk,
    /// By the session's or the network's doing.
    Ending(Ending),
}

impl From<Closed> for Over {
    fn from(_: Closed) -> Self {
        Over::Desk
    }
}

/// Runs until the desk closes the link or the server refuses us for good.
pub async fn run(settings: Settings, mut link: Link) {
    // The only way in which this ends early is a closed link, and then nobody is left to be told.
    let Err(Closed) = keep_going(&settings, &mut link).await else { return };
    tracing::debug!(connector = link.name(), "the desk closed the link");
}

async fn keep_going(settings: &Settings, link: &mut Link) -> Result<(), Closed> {
    if let Some(reason) = settings.problems().into_iter().next() {
        return link.say(Heard::Status(Status::Ended { reason })).await;
    }
    let secrets = match settings.secrets() {
        Ok(secrets) => secrets,
        Err(reason) => return link.say(Heard::Status(Status::Ended { reason })).await,
    };
    let (mut memory, mut people) = (Memory::default(), People::default());
    let mut failures = 0;
    loop {
        link.say(Heard::Status(Status::Connecting)).await?;
        let Some(reached) = meanwhile(reach(settings), link).await? else { return Ok(()) };
        let ending = match reached {
            Err(reason) => Ending::Retry(reason),
            Ok(wire) => {
                let mut session = new_session(settings, &secrets, memory, people);
                let over = carry(wire, &mut session, link).await;
                if session.is_online() {
                    failures = 0;
                }
                let reason = match &over {
                    Over::Ending(Ending::Retry(reason) | Ending::Over(reason)) => reason.clone(),
                    Over::Desk => return Ok(()),
                };
                let (last, kept, known) = session.close(&reason);
                (memory, people) = (kept, known);
                for heard in last {
                    link.say(heard).await?;
                }
                match over {
                    Over::Ending(ending) => ending,
                    Over::Desk => return Ok(()),
                }
            }
        };
        match ending {
            Ending::Over(reason) => return link.say(Heard::Status(Status::Ended { reason })).await,
            Ending::Retry(reason) => {
                let wait = backoff(failures);
                failures += 1;
                let retry_seconds = u32::try_from(wait.as_secs()).unwrap_or(LONGEST_WAIT).saturating_add(1);
                link.say(Heard::Status(Status::Offline { reason, retry_seconds })).await?;
                let Some(()) = meanwhile(tokio::time::sleep(wait), link).await? else { return Ok(()) };
            }
        }
    }
}

fn new_session(settings: &Settings, secrets: &Secrets, memory: Memory, people: People) -> Session {
    Session::new(settings, secrets.clone(), memory, people, fastrand::u64(..))
}

/// 2, 4, 8 … 60 seconds, and up to a quarter more so that many clients do not come back at once.
fn backoff(failures: u32) -> Duration {
    let seconds = 2_u32.saturating_pow(failures.saturating_add(1)).min(LONGEST_WAIT);
    Duration::from_secs(u64::from(seconds)).mul_f64(1.0 + fastrand::f64() / 4.0)
}

/// Waits for something while there is no connection, and answers every order until then. `None`: the desk closed the
/// link first.
async fn meanwhile<T>(waiting: impl Future<Output = T>, link: &mut Link) -> Result<Option<T>, Closed> {
    tokio::pin!(waiting);
    loop {
        let order = tokio::select! {
            ready = &mut waiting => return Ok(Some(ready)),
            order = link.order() => order,
        };
        let Some(Order { action, .. }) = order else { return Ok(None) };
        let outcome = Outcome::Failed { reason: Reason::new("irc-not-connected") };
        link.say(Heard::Outcome { action, outcome }).await?;
    }
}

/// Carries bytes until the connection is over.
async fn carry(mut wire: Box<dyn Wire>, session: &mut Session, link: &mut Link) -> Over {
    match carry_on(&mut wire, session, link).await {
        Ok(ending) => Over::Ending(ending),
        Err(over) => over,
    }
}

async fn carry_on(wire: &mut Box<dyn Wire>, session: &mut Session, link: &mut Link) -> Result<Ending, Over> {
    let mut framer = Framer::default();
    let mut bytes = vec![0; 16 * 1024];
    let mut clock = tokio::time::interval(TICK);
    // While the desk is behind nobody listens to the server: that time must not count as its silence.
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick of an interval comes at once and would count time that has not passed.
    clock.tick().await;
    session.open();
    loop {
        for heard in session.heard() {
            link.say(heard).await?;
        }
        let lines = session.lines().concat();
        if !lines.is_empty()
            && let Err(reason) = write(wire, &lines).await
        {
            return Ok(Ending::Retry(reason));
        }
        if let Some(ending) = session.ending() {
            return Ok(ending.clone());
        }
        tokio::select! {
            read = wire.read(&mut bytes) => match read {
                Ok(0) => return Ok(Ending::Retry(Reason::new("irc-connection-closed"))),
                Ok(count) => {
                    for frame in framer.feed(bytes.get(..count).unwrap_or_default()) {
                        session.hear(&frame);
                    }
                }
                Err(error) => return Ok(Ending::Retry(lost(&error))),
            },
            _ = clock.tick() => session.tick(TICK),
            order = link.order() => match order {
                Some(order) => session.order(order),
                None => {
                    leave(wire, &mut bytes).await;
                    return Err(Over::Desk);
                }
            },
        }
    }
}

async fn write(wire: &mut Box<dyn Wire>, lines: &str) -> Result<(), Reason> {
    let writing = async {
        wire.write_all(lines.as_bytes()).await?;
        wire.flush().await
    };
    match tokio::time::timeout(WRITING, writing).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(lost(&error)),
        Err(_) => Err(Reason::new("irc-silent").with("seconds", WRITING.as_secs())),
    }
}

fn lost(error: &std::io::Error) -> Reason {
    Reason::new("irc-connection-lost").with("error", error)
}

/// Says goodbye and waits a moment for the server to close.
async fn leave(wire: &mut Box<dyn Wire>, bytes: &mut [u8]) {
    if let Err(reason) = write(wire, &Line::new("QUIT", &["qunguan"]).write()).await {
        tracing::debug!(?reason, "the goodbye could not be said");
        return;
    }
    let goodbye = async {
        while let Ok(count) = wire.read(bytes).await {
            if count == 0 {
                return;
            }
        }
    };
    if tokio::time::timeout(LEAVING, goodbye).await.is_err() {
        tracing::debug!("the server did not close after our goodbye");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_between_attempts_doubles_up_to_a_minute() {
        for (failures, seconds) in [(0, 2.0), (1, 4.0), (2, 8.0), (4, 32.0), (5, 60.0), (40, 60.0)] {
            let wait = backoff(failures).as_secs_f64();
            assert!(wait >= seconds && wait <= seconds * 1.25, "{failures}: {wait}");
        }
    }
}
