//! sled panics on damage it did not expect; here such a panic becomes an error and nothing more.
//!
//! Never lets a panic of the store reach the caller.

use std::any::Any;
use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use thiserror::Error;

/// What went wrong below us.
#[derive(Debug, Error)]
pub(crate) enum Trouble {
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The store itself says it is broken.
    #[error("the store reports: {0}")]
    Store(sled::Error),
    /// The store panicked.
    #[error("the store stopped: {0}")]
    Panic(String),
}

impl From<sled::Error> for Trouble {
    fn from(error: sled::Error) -> Self {
        match error {
            sled::Error::Io(error) => Self::Io(error),
            other => Self::Store(other),
        }
    }
}

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread is one that the event log turns into an error: a panic hook should stay silent
/// and leave the terminals alone.
pub fn panic_is_contained() -> bool {
    CONTAINED.get() || thread::current().name().is_some_and(|name| name.starts_with("sled-io"))
}

/// Runs work on the store; a panic comes back as [`Trouble::Panic`].
pub(crate) fn contain<T, E: Into<Trouble>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, Trouble> {
    let before = CONTAINED.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    CONTAINED.set(before);
    match outcome {
        Ok(result) => result.map_err(Into::into),
        Err(panic) => Err(Trouble::Panic(words(panic.as_ref()))),
    }
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a word".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_and_the_mark_is_taken_back() {
        let outcome: Result<(), Trouble> = contain(|| -> Result<(), sled::Error> {
            assert!(panic_is_contained());
            std::panic::resume_unwind(Box::new("torn page"))
        });
        assert_eq!(outcome.unwrap_err().to_string(), "the store stopped: torn page");
        assert!(!panic_is_contained());
    }
}
