//! Seats at the real server: through real terminals (tmux) and over the bare socket.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise"
)]

#[path = "../live/mod.rs"]
mod live;

/// The pseudo-terminal of the bench.
#[path = "../../benches/pty/terminal.rs"]
#[allow(dead_code, reason = "the bench uses all of it")]
mod pty;

mod coming_and_going;
mod outer;
mod pace;
mod settled_anew;
mod terminals;

use live::home::{Home, Server};
use live::journal::Journal;

/// The columns and rows of a pseudo-terminal.
const SIZE: (u16, u16) = (80, 24);

/// A home with a connector of `tests/fixtures/modline`; `arguments` are further words of its command line.
fn home_with(program: &str, arguments: &[&str]) -> Home {
    let program = format!("{}/tests/fixtures/modline/{program}", env!("CARGO_MANIFEST_DIR"));
    let words: Vec<&str> = ["python3", &program].into_iter().chain(arguments.iter().copied()).collect();
    Home::new(&connector(&words))
}

fn connector(words: &[&str]) -> String {
    format!("[[connector]]\nname = \"tea\"\nplatform = \"stdio\"\ncommand = {words:?}\n")
}

/// A server whose connector keeps a journal and lets four people say a line at its start.
fn talking_home() -> (Home, Server) {
    let home = Home::new("");
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/modline/journal.py");
    let folder = home.path("connector");
    std::fs::create_dir(&folder).unwrap();
    home.configure(&connector(&["python3", program, folder.to_str().unwrap()]));
    let server = home.serve();
    (home, server)
}

/// What that connector wrote down.
fn journal(home: &Home) -> Journal {
    Journal::new(&home.path("connector"))
}
