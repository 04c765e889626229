//! The attaching client: gives this terminal to a seat on the server, and gives it back.
//!
//! Holds no state of the seat, so nothing is lost with it. The same code runs over a socket and, in the demo,
//! over a pipe within one process.

use std::env;
use std::io::{self, IsTerminal};

use crossterm::event::Event;
use crossterm::terminal;
use futures_util::{StreamExt, stream};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

use crate::terminal::conversation::{Ended, Interruption, converse};
use crate::terminal::keys;
use crate::terminal::messages::{Hello, PROTOCOL, Purpose, TerminalFacts};
use crate::terminal::modes::{self, Mouse};
use crate::terminal::raw_terminal::{self, RawTerminal};
use crate::terminal::screen::Output;
use crate::terminal::wire::{self, WireError};

/// Attaches this process's terminal over `stream` until the seat ends, and restores it.
///
/// `name` is the moderator's own choice of name (`--as`). The terminal is touched only once the server has
/// welcomed us.
pub async fn attach<S>(stream: S, name: Option<String>) -> Ended
where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Ended::NoTty;
    }
    let facts = facts();
    let size = (facts.columns, facts.rows);
    let (mut receiver, mut sender) = wire::split(stream);
    let welcome = match wire::greet(&mut receiver, &mut sender, hello(Purpose::Seat(facts), name)).await {
        Ok(Ok(welcome)) => welcome,
        Ok(Err(sentence)) => return Ended::Refused(sentence),
        Err(WireError::Garbage(_) | WireError::TooLarge(_)) => return Ended::Garbled,
        Err(_) => return Ended::Unanswered,
    };
    let mouse = if welcome.mouse { Mouse::Reported } else { Mouse::Unreported };
    // Before the terminal changes, so that no signal finds it changed and nobody listening.
    let Ok(interruptions) = interruptions(mouse) else { return Ended::TerminalGone };
    let Ok(taken) = RawTerminal::take(mouse) else { return Ended::TerminalGone };
    let Ok(output) = taken.output() else { return Ended::TerminalGone };
    // A resize between asking for the size and listening for resizes would be missed.
    let missed = terminal::size().ok().filter(|now| *now != size);
    let missed = stream::iter(missed.map(|(columns, rows)| Ok(Event::Resize(columns, rows))));
    let Ok(events) = keys::events() else { return Ended::TerminalGone };
    let keys = missed.chain(events);
    converse(receiver, sender, keys, Output::of(output), interruptions).await
}

/// The greeting of this build.
pub fn hello(purpose: Purpose, name: Option<String>) -> Hello {
    Hello { protocol: PROTOCOL, version: env!("CARGO_PKG_VERSION").to_owned(), purpose, name }
}

/// What the environment and the kernel say of this terminal.
pub fn facts() -> TerminalFacts {
    let variable = |name: &str| env::var(name).unwrap_or_default();
    let (columns, rows) = terminal::size().unwrap_or((80, 24));
    let first = |names: [&str; 3]| {
        names.map(variable).into_iter().find(|value| !value.is_empty()).unwrap_or_default()
    };
    TerminalFacts {
        columns,
        rows,
        term: variable("TERM"),
        colorterm: variable("COLORTERM"),
        no_color: !variable("NO_COLOR").is_empty(),
        lang: first(["LC_ALL", "LC_MESSAGES", "LANG"]),
        ctype: first(["LC_ALL", "LC_CTYPE", "LANG"]),
        tmux: !variable("TMUX").is_empty(),
        ssh: !variable("SSH_CONNECTION").is_empty(),
    }
}

/// The signals that end a seat, and the one after which its terminal must be taken anew.
fn interruptions(mouse: Mouse) -> io::Result<mpsc::Receiver<Interruption>> {
    let (report, reported) = mpsc::channel(4);
    for kind in [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()] {
        let number = kind.as_raw_value();
        tokio::spawn(forward(signal(kind)?, report.clone(), move || Some(Interruption::Stop(number))));
    }
    let continued = signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?;
    tokio::spawn(forward(continued, report, move || {
        raw_terminal::make_raw_again().ok().map(|()| Interruption::Continued(modes::enter(mouse)))
    }));
    Ok(reported)
}

async fn forward(
    mut signal: Signal,
    report: mpsc::Sender<Interruption>,
    interruption: impl Fn() -> Option<Interruption>,
) {
    loop {
        tokio::select! {
            arrived = signal.recv() => if arrived.is_none() { return },
            // The conversation is over; from here on a signal has nobody to stop.
            () = report.closed() => return,
        }
        if let Some(interruption) = interruption()
            && report.send(interruption).await.is_err()
        {
            return;
        }
    }
}
