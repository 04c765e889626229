//! What a panic said, kept for the report of the seat that it ended.

use crate::event_log::contained::panic_is_contained;
use std::backtrace::Backtrace;
use std::sync::Mutex;

static LAST: Mutex<String> = Mutex::new(String::new());

/// From now on panics are written to the log file and kept for [`last`], never to the terminal.
pub fn keep_panics() {
    std::panic::set_hook(Box::new(|info| {
        if panic_is_contained() {
            // The record's own guard around sled catches it and reports it as a finding.
            return;
        }
        let text = format!("{info}\n{}", Backtrace::force_capture());
        tracing::error!(%text, "a fault");
        if let Ok(mut last) = LAST.lock() {
            *last = text;
        }
    }));
}

/// The newest fault.
pub fn last() -> String {
    LAST.lock().map(|last| last.clone()).unwrap_or_default()
}
