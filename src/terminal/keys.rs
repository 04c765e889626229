//! The terminal's input side: a thread of its own that waits for keys, pastes and resizes, because reading a terminal
//! may take its time.
//!
//! crossterm's own stream asks its reader at every look whether there is a key, and each look contends with the thread
//! that waits there. Here one side reads and the other is told.

use std::io;
use std::thread;

use crossterm::event::{self, Event};
use futures_util::{Stream, stream};
use tokio::sync::mpsc;

/// So many events wait here at most; further ones wait in the terminal.
const WAITING: usize = 64;

/// The events of this process's terminal, from now on; they end with the first error.
pub fn events() -> io::Result<impl Stream<Item = io::Result<Event>> + Unpin> {
    let (tell, told) = mpsc::channel(WAITING);
    thread::Builder::new().name("keys".to_owned()).spawn(move || {
        loop {
            let event = event::read();
            let failed = event.is_err();
            // Nobody listens any more, or there is nothing more to hear.
            if tell.blocking_send(event).is_err() || failed {
                return;
            }
        }
    })?;
    let next = |mut told: mpsc::Receiver<_>| async move { told.recv().await.map(|event| (event, told)) };
    Ok(Box::pin(stream::unfold(told, next)))
}
