//! The outbox: every action and where it stands. What nobody knows the fate of stands first and cannot be overlooked.

use crate::config::theme::Meaning;
use crate::model::id::ActionId;
use crate::state::actions::Action;
use crate::text::{reveal, width};
use crate::ui::canvas::{Canvas, Row, row_width, run};
use crate::ui::ledger::Ledger;
use crate::ui::list::ListCursor;
use crate::ui::phrase::name_runs;
use crate::ui::scene::Scene;
use crate::ui::sift::{self, Searchable, Sift};
use crate::ui::target::{RowId, Target};
use ratatui::layout::Rect;

/// From so many cells on no name has to be short.
const ROOMY: usize = 150;

/// A seat's outbox.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutboxView {
    cursor: ListCursor<ActionId>,
    /// Only the rows that pass are listed.
    pub(super) sift: Option<Sift>,
}

impl OutboxView {
    /// What is under the cursor.
    pub fn target(&self, scene: &Scene<'_>) -> Target {
        let action = self.selected(scene).and_then(|id| scene.state.actions.get(id));
        let Some(action) = action else { return Target::default() };
        let message = match action.request.act {
            crate::model::action::Act::Recall { message, .. } => Some(message),
            _ => None,
        };
        Target {
            room: Some(action.request.room),
            line: message.map(|id| id.0),
            message,
            member: action.request.act.member(),
            case: action.request.case,
            action: Some(action.id),
            record: None,
            group: None,
        }
    }

    /// The actions a find can land on, with what it looks in.
    pub fn searchable(&self, scene: &Scene<'_>) -> Vec<Searchable> {
        self.listed(scene).into_iter().map(|action| searchable(scene, action)).collect()
    }

    /// The actions that a filter tries.
    pub fn rows(&self, scene: &Scene<'_>) -> Vec<Searchable> {
        listed(scene).into_iter().map(|action| searchable(scene, action)).collect()
    }

    fn listed<'a>(&self, scene: &Scene<'a>) -> Vec<&'a Action> {
        let mut actions = listed(scene);
        actions.retain(|action| sift::keeps(self.sift.as_ref(), RowId::Action(action.id)));
        actions
    }

    /// Draws it.
    pub fn draw(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, area: Rect, focused: bool) {
        let empty = scene.say(if self.sift.is_some() { "filter-nothing" } else { "outbox-empty" });
        self.draw_rows(scene, canvas, area, (focused, &empty), |id, cells| {
            Some(action_row(scene, scene.state.actions.get(id)?, cells))
        });
    }
}

impl Ledger for OutboxView {
    type Id = ActionId;

    fn cursor(&self) -> &ListCursor<ActionId> {
        &self.cursor
    }

    fn cursor_mut(&mut self) -> &mut ListCursor<ActionId> {
        &mut self.cursor
    }

    fn ids(&self, scene: &Scene<'_>) -> Vec<Option<ActionId>> {
        self.listed(scene).into_iter().map(|action| Some(action.id)).collect()
    }
}

/// Unknown ones first, then the newest first.
fn listed<'a>(scene: &Scene<'a>) -> Vec<&'a Action> {
    let (unknown, known): (Vec<&Action>, Vec<&Action>) =
        scene.state.actions.iter().rev().partition(|action| action.stage.needs_person());
    unknown.into_iter().chain(known).collect()
}

fn searchable(scene: &Scene<'_>, action: &Action) -> Searchable {
    let request = &action.request;
    let text = format!("{} {}", scene.act(&request.act), scene.actor(&request.by));
    let name = request.act.member().map(|member| scene.name_as_written(member));
    Searchable {
        room: Some(request.room),
        member: request.act.member(),
        at: Some(action.requested_at()),
        ..Searchable::new(RowId::Action(action.id), name.unwrap_or_else(|| scene.say("everybody")), text)
    }
}

fn action_row(scene: &Scene<'_>, action: &Action, cells: usize) -> Row {
    let request = &action.request;
    let text = scene.look(Meaning::Text);
    let dim = scene.look(Meaning::Dim);
    let wide = cells >= 100;
    let gap = if cells >= ROOMY { "  " } else { " " };
    let (name, room, by) = match cells {
        0..100 => (10, 0, 8),
        100..ROOMY => (16, 14, 8),
        _ => (24, 24, 14),
    };
    let (glyph, word, meaning) = scene.stage(action.stage);
    let at = action.requested_at();
    let mut row = vec![
        run(if wide { scene.when_exactly(at) } else { scene.when_short(at) }, scene.look(Meaning::Time)),
        run(gap, text),
        run(format!("{glyph} "), scene.look(meaning)),
        run(width::pad(&scene.act(&request.act), 12), scene.look(Meaning::Strong)),
        run(" ", text),
    ];
    let whom = scene.whom(&request.act);
    row.extend(name_runs(scene, &whom, name, scene.look(Meaning::Name)));
    row.push(run(gap, text));
    if room > 0 {
        row.extend(name_runs(scene, &scene.room_name(request.room), room, scene.look(Meaning::Room)));
        row.push(run(gap, text));
    }
    row.extend(name_runs(scene, &scene.actor(&request.by), by, dim));
    let word = if cells >= ROOMY { width::pad(&word, scene.stage_cells()) } else { word };
    row.extend([run(gap, text), run(word, scene.look(meaning))]);
    let rest = cells.saturating_sub(row_width(&row) + 2);
    let words = because(scene, action);
    if !words.is_empty() {
        row.push(run(format!("  {}", width::clip(reveal::line(&words).as_str(), rest)), text));
    }
    row
}

/// What is to be said beside the stage: the seconds left of a hold, that it was taken back, or the reason.
fn because(scene: &Scene<'_>, action: &Action) -> String {
    let held = action.request.hold_until.filter(|until| !action.stage.is_final() && *until > scene.now);
    if let Some(until) = held {
        let seconds = (until.since(scene.now) + 999) / 1000;
        return scene.say_with("outbox-held", &[("seconds", &seconds.to_string())]);
    }
    let mut parts = Vec::new();
    if action.stage.needs_person() {
        parts.push(scene.say("outbox-check"));
    }
    if action.request.undoes.is_some() {
        parts.push(scene.say("outbox-undoes"));
    }
    if action.undone_by.is_some() {
        parts.push(scene.say("outbox-undone"));
    }
    parts.extend(action.last_reason().map(|reason| scene.words.reason(reason)));
    if let Some(lift) = action.lift_at.filter(|lift| *lift > scene.now) {
        parts.push(scene.say_with("outbox-lift", &[("when", &scene.when(lift))]));
    }
    parts.join(&scene.say("list-comma"))
}

/// The whole life of an action, as paragraphs.
pub fn story(scene: &Scene<'_>, action: &Action) -> Vec<String> {
    let request = &action.request;
    let mut body = vec![
        scene.say_with(
            "story-act",
            &[
                ("act", &scene.act(&request.act)),
                ("name", &scene.whom(&request.act)),
                ("room", &scene.room_name(request.room)),
                ("by", &scene.actor(&request.by)),
            ],
        ),
        String::new(),
    ];
    if let Some(text) = request.act.words() {
        body.push(format!("{}{text}{}", scene.say("quote-open"), scene.say("quote-close")));
    }
    for station in &action.stations {
        let (glyph, word, _) = scene.stage(station.stage);
        let why = station.reason.as_ref().map(|reason| format!("  {}", scene.words.reason(reason)));
        body.push(format!("{}  {glyph} {word}{}", scene.clock_seconds(station.at), why.unwrap_or_default()));
    }
    let more = because(scene, action);
    if !more.is_empty() {
        body.extend([String::new(), more]);
    }
    body
}
