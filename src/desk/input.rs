//! From what a terminal reports to what happens to a seat.

use crate::app::message::Message;
use crate::commands::key::{Code, Key};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};

/// The largest terminal that is drawn; a larger one shows this much.
const LARGEST: (u16, u16) = (500, 200);

/// The message that a terminal's event is, if it is one. `shown` is the frame it carried.
pub fn message(event: Event, shown: u64) -> Option<Message> {
    match event {
        Event::Key(key) => pressed(key).map(|key| Message::Key { key, shown }),
        Event::Paste(text) => Some(Message::Paste(text)),
        Event::Resize(columns, rows) => {
            let (columns, rows) = size(columns, rows);
            Some(Message::Resize { columns, rows })
        }
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                Some(Message::Click { column: mouse.column, row: mouse.row, shown })
            }
            MouseEventKind::ScrollUp => {
                Some(Message::Wheel { column: mouse.column, row: mouse.row, down: false })
            }
            MouseEventKind::ScrollDown => {
                Some(Message::Wheel { column: mouse.column, row: mouse.row, down: true })
            }
            _ => None,
        },
        Event::FocusGained | Event::FocusLost => None,
    }
}

/// A size within what is drawn, at least one cell.
pub fn size(columns: u16, rows: u16) -> (u16, u16) {
    (columns.clamp(1, LARGEST.0), rows.clamp(1, LARGEST.1))
}

fn pressed(key: KeyEvent) -> Option<Key> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let code = match key.code {
        KeyCode::Char(sign) => Code::Char(sign),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        _ => return None,
    };
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    Some(Key { code, ctrl, alt })
}
