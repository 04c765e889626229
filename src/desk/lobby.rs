//! The time in which the record is being opened: seats see how it was when it was closed, and nothing can be done yet.
//!
//! Nothing is appended, nothing heard is taken, no action moves. What people ask of the record waits until it is open.

use crate::desk::door::Knock;
use crate::desk::opening::Begun;
use crate::desk::run::{Desk, Wakes};
use crate::event_log::report::OpenError;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// What seats hold back is looked at so often.
const PAUSE: Duration = Duration::from_millis(20);

/// The record, once it is open.
pub type Opening = JoinHandle<Result<Begun, OpenError>>;

impl Desk {
    /// Serves seats while the record is opened, then begins with it.
    ///
    /// # Errors
    /// Why it cannot be opened, in words for the log.
    pub async fn open_behind(&mut self, wakes: &mut Wakes, mut opening: Opening) -> Result<(), String> {
        let mut held: Vec<Knock> = Vec::new();
        let begun = loop {
            let soon = Instant::now() + PAUSE;
            let look_again = self.seats.next_at().map_or(soon, |frame| frame.min(soon));
            tokio::select! {
                biased;
                begun = &mut opening => break begun,
                Some(knock) = wakes.knocks.recv() => match knock {
                    Knock::Adopt { .. } | Knock::Adopted { .. } | Knock::Stop => held.push(knock),
                    knock => self.knocked(knock),
                },
                () = tokio::time::sleep_until(look_again) => {}
            }
            self.show().await;
        };
        let begun = begun.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
        self.house.begin(&self.log, begun);
        held.into_iter().for_each(|knock| self.knocked(knock));
        self.seats.all_dirty();
        self.show().await;
        Ok(())
    }
}
