//! The demo: a made-up community that lives, misbehaves and obeys like a real one, without an account or a network.
//!
//! Everything that happens follows from the seed; only the shell in this file waits. It never reads the clock: the start
//! is handed in, and what passed since comes from the timer.

mod cast;
pub mod direction;
mod habit;
mod incident;
mod platform;
mod rights;
mod room;
mod talk;

use crate::model::heard::{Heard, Status};
use crate::model::moment::Moment;
use crate::platforms::script::direction::Script;
use crate::platforms::script::platform::Platform;
use crate::platforms::{Closed, Connector, Link, Running};
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// What to play.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The same seed gives the same story.
    pub seed: u64,
    /// How many times faster than life people talk; answers to orders and mutes keep their own time.
    pub pace: f64,
    /// The moment at which the story starts; history lies before it.
    pub start: Moment,
}

/// Slower than this, nothing seems to happen.
const SLOWEST: f64 = 0.01;

/// The connector that plays the demo.
pub struct Demo {
    settings: Settings,
}

impl Demo {
    /// A demo with these settings.
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }
}

impl Connector for Demo {
    fn run(self: Box<Self>, link: Link) -> Running {
        Box::pin(async move {
            // Closed means that the desk is gone: nobody is left to be told.
            let _ = perform(&self.settings, link).await;
        })
    }
}

async fn perform(settings: &Settings, mut link: Link) -> Result<(), Closed> {
    let clock = Clock { start: settings.start, began: sleep(Duration::ZERO).deadline() };
    let pace = settings.pace.max(SLOWEST);
    let mut platform = Platform::new(settings.seed, cast::rooms());
    link.say(Heard::Status(Status::Online { account: rights::OWN_NAME.to_owned() })).await?;
    for heard in platform.greeting() {
        link.say(heard).await?;
    }
    for step in Script::new(settings.seed) {
        let at = when(settings.start, step.offset_ms, pace);
        loop {
            let due = platform.due().unwrap_or(at).min(at);
            tokio::select! {
                biased;
                order = link.order() => {
                    let Some(order) = order else { return Ok(()) };
                    platform.order(order, clock.now());
                    continue;
                }
                () = clock.until(due) => {}
            }
            for heard in platform.advance(due) {
                link.say(heard).await?;
            }
            if due == at {
                break;
            }
        }
        for heard in platform.admit(step.heard, at) {
            link.say(heard).await?;
        }
    }
    Ok(())
}

/// When a step happens. The past is as long as it was, whatever the pace.
fn when(start: Moment, offset_ms: i64, pace: f64) -> Moment {
    let offset = if offset_ms < 0 { offset_ms } else { (offset_ms as f64 / pace) as i64 };
    Moment(start.0.saturating_add(offset))
}

struct Clock {
    start: Moment,
    began: Instant,
}

impl Clock {
    fn now(&self) -> Moment {
        let passed = sleep(Duration::ZERO).deadline() - self.began;
        Moment(self.start.0.saturating_add(i64::try_from(passed.as_millis()).unwrap_or(i64::MAX)))
    }

    async fn until(&self, moment: Moment) {
        let passed = u64::try_from(moment.since(self.start)).unwrap_or(0);
        sleep_until(self.began + Duration::from_millis(passed)).await;
    }
}
