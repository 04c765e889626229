//! What different terminals are sent, and what is left of them afterwards.

use crate::live::home::{Home, Server};
use crate::live::tmux::Tmux;
use crate::talking_home;

/// The most that a kind of terminal may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Colours {
    None,
    Sixteen,
    Palette,
    All,
}

fn check(server: &(Home, Server), tmux: &Tmux, name: &str, variables: &str, most: Colours) {
    let home = &server.0;
    tmux.open(name, 80, 24, &home.seat_session(name, variables));
    // The rows arrive in several reads: the footer's last word is the last of them.
    let screen = tmux.wait(name, "a whole screen", |screen| {
        screen.contains("line 3") && screen.lines().last().is_some_and(|footer| footer.contains("help"))
    });
    let lines: Vec<&str> = screen.lines().collect();
    assert_eq!(lines.len(), 24, "{variables}\n{screen}");
    assert!(lines[0].starts_with('┌') && lines[0].ends_with('┐'), "{variables}\n{screen}");
    assert!(lines[22].starts_with('└') && lines[23].contains("help"), "{variables}\n{screen}");
    let sent = colours(&tmux.coloured(name));
    let fits = sent <= most && (sent == Colours::None) == (most == Colours::None);
    assert!(fits, "{variables}: {sent:?}\n{}", tmux.coloured(name));
    tmux.type_keys(name, &["Q"]);
    tmux.wait_for_text(name, "ended with 0");
    tmux.is_restored(name);
}

/// The richest colours in a text with escape sequences.
fn colours(text: &str) -> Colours {
    let sequences = text.split('\u{1b}').skip(1).filter_map(|part| part.strip_prefix('[')?.split_once('m'));
    let richest = sequences.map(|(numbers, _)| {
        let numbers: Vec<u16> = numbers.split(';').filter_map(|number| number.parse().ok()).collect();
        let kind = |number: &u16| matches!(number, 38 | 48);
        match numbers.iter().position(kind).map(|at| numbers.get(at + 1)) {
            Some(Some(2)) => Colours::All,
            Some(_) => Colours::Palette,
            None if numbers.iter().any(|number| matches!(number, 30..=37 | 40..=47 | 90..=107)) => {
                Colours::Sixteen
            }
            None => Colours::None,
        }
    });
    richest.max().unwrap_or(Colours::None)
}

#[test]
fn every_terminal_is_sent_what_it_knows_and_left_as_it_was() {
    let server = talking_home();
    let Some(tmux) = Tmux::new(&server.0) else { return };
    check(&server, &tmux, "xterm", "TERM=xterm-256color", Colours::Palette);
    check(&server, &tmux, "truecolor", "TERM=xterm-256color COLORTERM=truecolor", Colours::All);
    check(&server, &tmux, "screen", "TERM=screen", Colours::Sixteen);
    check(&server, &tmux, "tmux", "TERM=tmux", Colours::Sixteen);
    check(&server, &tmux, "linux", "TERM=linux", Colours::Sixteen);
    check(&server, &tmux, "plain", "TERM=xterm-256color COLORTERM=truecolor NO_COLOR=1", Colours::None);
}
