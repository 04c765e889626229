//! The title of a pane: what it shows, what of it is out of sight, and where the focus is.

use crate::config::theme::Meaning;
use crate::text::{reveal, width};
use crate::ui::canvas::Canvas;
use crate::ui::layout::Place;
use crate::ui::ledger::Ledger;
use crate::ui::phrase::severity_word;
use crate::ui::scene::Scene;
use crate::ui::screen::{Pane, Screen};

impl Screen {
    /// Draws it over the line above the pane.
    pub(super) fn draw_title(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, place: &Place) {
        let mut title = match place.pane {
            Pane::Stream => scene.say("pane-stream"),
            Pane::Queue => {
                let open = scene.state.queue.waiting_count(scene.now).to_string();
                let above = self.queue.above(scene, self.extent(), place.area);
                let worst = above.worst.map(|worst| format!(" {}", severity_word(worst))).unwrap_or_default();
                let hidden = if above.count > 0 { higher(above.count) + &worst } else { String::new() };
                format!("{} {open}{hidden}", scene.say("pane-queue"))
            }
            Pane::Card if self.subject() == Pane::Groups => scene.say("pane-group-card"),
            Pane::Card => scene.say("pane-card"),
            Pane::Members => self.members_title(scene),
            Pane::Groups => scene.say("pane-groups"),
            Pane::Outbox => scene.say("pane-outbox") + &higher(self.outbox.above(scene, place.area)),
            Pane::Audit => scene.say("pane-audit") + &higher(self.audit.above(scene, place.area)),
            Pane::Connectors => scene.say("pane-connectors"),
        };
        if let Some((text, tally)) = self.filter_title(place.pane) {
            title = format!("{title} &{} {tally}", width::clip(reveal::line(&text).as_str(), 24));
        }
        if let Some(finding) = self.finding.as_ref().filter(|finding| finding.pane == place.pane) {
            title = format!("{title} /{}", width::clip(reveal::line(&finding.text).as_str(), 16));
        }
        let marked = if self.subject() == place.pane { self.marked_count(scene) } else { 0 };
        if marked > 0 {
            title = format!("{title} · {}", scene.say_with("marked", &[("n", &marked.to_string())]));
        }
        let here = self.pane() == place.pane;
        let title = if here { format!("▸{title} ") } else { format!(" {title} ") };
        let look = scene.look(if here { Meaning::TitleFocus } else { Meaning::Title });
        let cells = place.area.width.saturating_sub(2);
        canvas.put(place.area.x + 1, place.title, cells, &title, scene.look(Meaning::Text).patch(look));
    }
}

/// How many rows are above what is on screen.
fn higher(rows: usize) -> String {
    if rows > 0 { format!(" ↑{rows}") } else { String::new() }
}
