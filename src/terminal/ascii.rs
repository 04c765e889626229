//! A picture for a terminal that shows ASCII only: frames and glyphs in their plain forms, all other letters as `?`.
//!
//! Never changes where anything stands: a wide letter becomes as many signs as it has columns.

use ratatui::buffer::{Buffer, CellWidth};

/// Replaces every symbol that is not ASCII.
pub fn degrade(buffer: &mut Buffer) {
    let columns = usize::from(buffer.area.width).max(1);
    for row in buffer.content.chunks_mut(columns) {
        let mut covered = 0;
        for cell in row {
            if covered > 0 {
                covered -= 1;
                cell.set_symbol("?");
            } else if !cell.symbol().is_ascii() {
                covered = cell.symbol().cell_width().saturating_sub(1);
                let plain = plain(cell.symbol());
                cell.set_symbol(plain);
            }
        }
    }
}

/// The plain form of a glyph of ours; `?` for a letter of anybody.
fn plain(symbol: &str) -> &'static str {
    match symbol {
        "─" | "━" | "┄" | "—" | "–" => "-",
        "│" | "┃" => "|",
        "┌" | "┐" | "└" | "┘" | "├" | "┤" | "┬" | "┴" | "┼" => "+",
        "▸" | "→" | "›" | "↳" => ">",
        "←" | "‹" => "<",
        "↑" | "▲" => "^",
        "↓" | "▼" => "v",
        "●" | "•" | "★" | "◆" => "*",
        "○" | "◌" | "◇" => "o",
        "✓" => "+",
        "✗" | "⊘" => "x",
        "⚑" => "!",
        "·" | "…" => ".",
        "“" | "”" | "「" | "」" => "\"",
        "‘" | "’" => "'",
        "█" | "▌" | "▐" | "░" | "▒" | "▓" => "#",
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn everything_stays_in_its_place() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 14, 1));
        buffer.set_string(0, 0, "┌─▸ 群管 a⚑é🙂", Style::new());
        degrade(&mut buffer);
        let text: String = buffer.content.iter().map(|cell| cell.symbol()).collect();
        assert_eq!(text, "+-> ???? a!???");
    }
}
