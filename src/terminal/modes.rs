//! The terminal modes a seat lives in, and the way back out of them.
//!
//! Never asks the terminal anything: a terminal that cannot answer would leave us waiting.

/// Whether the terminal reports clicks and the wheel; with them its own selection needs Shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    Reported,
    Unreported,
}

/// Alternate screen, no autowrap, bracketed paste, focus reports, cursor hidden, no reordering of right-to-left text
/// (ECMA-48 8.3.106 and mode 8: cells stay where they are put), and the mouse when wanted.
pub fn enter(mouse: Mouse) -> &'static [u8] {
    match mouse {
        Mouse::Reported => {
            b"\x1b[?1049h\x1b[m\x1b[2J\x1b[?7l\x1b[8l\x1b[?2004h\x1b[?1004h\x1b[?25l\x1b[?1000h\x1b[?1006h"
        }
        Mouse::Unreported => b"\x1b[?1049h\x1b[m\x1b[2J\x1b[?7l\x1b[8l\x1b[?2004h\x1b[?1004h\x1b[?25l",
    }
}

/// Turns the reports of clicks and the wheel on or off, for a page whose text is to be selected.
pub fn report_mouse(on: bool) -> &'static [u8] {
    if on { b"\x1b[?1000h\x1b[?1006h" } else { b"\x1b[?1006l\x1b[?1000l" }
}

/// Undoes all that [`enter`] does, with or without the mouse, also from the middle of a frame:
/// ends the synchronized update, resets the scroll region and the pen, shows the cursor, turns autowrap on.
pub fn leave() -> &'static [u8] {
    b"\x1b[?2026l\x1b[r\x1b[m\x1b[?1006l\x1b[?1000l\x1b[?1004l\x1b[?2004l\x1b[8h\x1b[?7h\x1b[?25h\x1b[?1049l"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaving_restores_the_screen_that_was_there() {
        for mouse in [Mouse::Reported, Mouse::Unreported] {
            let mut terminal = vt100::Parser::default();
            terminal.process(b"$ qunguan\r\n");
            let before = terminal.screen().contents();
            terminal.process(enter(mouse));
            assert!(terminal.screen().alternate_screen() && terminal.screen().hide_cursor());
            assert!(terminal.screen().bracketed_paste());
            let wanted = mouse == Mouse::Reported;
            assert_eq!(terminal.screen().mouse_protocol_mode() != vt100::MouseProtocolMode::None, wanted);
            terminal.process(b"\x1b[?2026h\x1b[1;31mhalf a frame");
            terminal.process(leave());
            let screen = terminal.screen();
            assert_eq!(screen.contents(), before);
            assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
            assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
            assert_eq!((screen.fgcolor(), screen.bold()), (vt100::Color::Default, false));
        }
    }

    #[test]
    fn every_mode_entered_is_left() {
        let left = String::from_utf8(leave().to_vec()).unwrap();
        let entered = String::from_utf8(enter(Mouse::Reported).to_vec()).unwrap();
        for mode in entered.split('\x1b').filter(|part| part.ends_with(['h', 'l'])) {
            let flipped = match mode.strip_suffix('h') {
                Some(number) => format!("{number}l"),
                None => format!("{}h", mode.strip_suffix('l').unwrap()),
            };
            assert!(left.contains(&flipped), "{mode} has no {flipped}");
        }
    }
}
