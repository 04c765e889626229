//! After old weeks were dropped: nothing of them stays in the pictures of the state either, in the newest or in earlier ones.
//!
//! What matters stays: it was told anew before its weeks went, see [`crate::desk::dossiers`].

use crate::desk::house::House;
use crate::desk::run::Desk;
use crate::event_log::Earlier;
use crate::model::event::Event;
use crate::model::id::Seq;
use crate::state::checkpoint;
use std::io;

impl Desk {
    /// Weeks were dropped, now or by a server that did not live to clear up: earlier pictures follow, on another thread.
    pub(super) fn clear_up(&mut self) {
        let Some(first) = self.house.clearing.take() else { return };
        let earlier = Earlier::of(self.seats.folder(), self.house.store_id);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = clear(&earlier, first) {
                tracing::error!(%error, "earlier pictures may hold what was dropped");
            }
        });
    }
}

impl House {
    /// The record has nothing before `first` any more.
    pub fn dropped(&mut self, first: Seq) {
        self.append(vec![Event::HistoryDropped { before: first }]);
        self.picture_is_due();
        self.clearing = Some(first);
    }
}

/// Takes what was said before `first` out of all earlier pictures; those of another layout go.
///
/// # Errors
/// The first that the file system says; the others are cleared all the same.
pub fn clear(earlier: &Earlier, first: Seq) -> io::Result<()> {
    let mut ended = Ok(());
    for seq in earlier.all() {
        let Some(bytes) = earlier.read(seq) else { continue };
        let mut state = checkpoint::from_bytes(&bytes);
        if state.as_ref().is_some_and(|state| state.first >= first) {
            continue;
        }
        let cleared = state.as_mut().and_then(|state| {
            state.drop_history(first);
            checkpoint::to_bytes(state).ok()
        });
        let replaced = earlier.replace(seq, cleared.as_deref());
        ended = ended.and(replaced);
    }
    ended
}
