//! The audit: who did what to whom, when, in words, newest first.

use crate::config::theme::Meaning;
use crate::model::action::Actor;
use crate::model::event::{Event, Record};
use crate::model::flag::Verdict;
use crate::model::id::{ActionId, CaseId, RoomId, Seq};
use crate::text::{reveal, width};
use crate::ui::canvas::{Canvas, Row, row_width, run};
use crate::ui::list::ListCursor;
use crate::ui::moves::Motion;
use crate::ui::scene::Scene;
use crate::ui::target::Target;
use ratatui::layout::Rect;

/// A seat's audit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditView {
    cursor: ListCursor<Seq>,
}

impl AuditView {
    /// What is under the cursor.
    pub fn target(&self, scene: &Scene<'_>) -> Target {
        let Some(seq) = self.cursor.selected(&ids(scene)) else { return Target::default() };
        let record = scene.state.trail.iter().rev().find(|record| record.seq == seq);
        let Some(record) = record else { return Target { record: Some(seq), ..Target::default() } };
        let story = story(scene, &record.event);
        Target {
            room: record.event.room(),
            member: story.member,
            case: story.case,
            action: story.action,
            record: Some(seq),
            ..Target::default()
        }
    }

    /// What was first stays under the cursor.
    pub fn pin(&mut self, scene: &Scene<'_>, area: Rect) {
        self.cursor.pin(&ids(scene), usize::from(area.height));
    }

    /// Moves the cursor.
    pub fn go(&mut self, scene: &Scene<'_>, area: Rect, motion: Motion) {
        self.cursor.go(&ids(scene), usize::from(area.height), motion);
    }

    /// Puts the cursor on an entry.
    pub fn select(&mut self, scene: &Scene<'_>, area: Rect, record: Seq) {
        self.cursor.select(record, &ids(scene), usize::from(area.height));
    }

    /// The entry at a row of the area.
    pub fn at_row(&self, scene: &Scene<'_>, area: Rect, row: u16) -> Option<Seq> {
        let ids = ids(scene);
        let window = self.cursor.window(&ids, usize::from(area.height));
        ids.get(window.offset + usize::from(row)).copied().flatten()
    }

    /// The entries a find can land on, with whom each is about and its words.
    pub fn searchable(&self, scene: &Scene<'_>) -> Vec<(Seq, String, String)> {
        let words = |record: &Record| {
            let story = story(scene, &record.event);
            let name = story.member.map(|member| scene.member_name(member)).unwrap_or_default();
            (record.seq, name, story.words)
        };
        scene.state.trail.iter().rev().map(words).collect()
    }

    /// Draws it.
    pub fn draw(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, area: Rect, focused: bool) {
        canvas.clear(area, scene.look(Meaning::Text));
        if scene.state.trail.is_empty() {
            let text = scene.say("audit-empty");
            canvas.put(area.x + 1, area.y, area.width.saturating_sub(1), &text, scene.look(Meaning::Dim));
            return;
        }
        let window = self.cursor.window(&ids(scene), usize::from(area.height));
        let records = scene.state.trail.iter().rev().enumerate().skip(window.offset);
        for (y, (index, record)) in (area.y..area.bottom()).zip(records) {
            let row = record_row(scene, record, usize::from(area.width.saturating_sub(1)));
            canvas.row(area.x + 1, y, area.width.saturating_sub(1), &row);
            if window.cursor == Some(index) {
                canvas.put(area.x, y, 1, "▌", scene.look(Meaning::Mark));
                if focused {
                    canvas
                        .restyle(Rect::new(area.x + 1, y, area.width - 1, 1), scene.accent(Meaning::Cursor));
                }
            }
        }
    }
}

fn ids(scene: &Scene<'_>) -> Vec<Option<Seq>> {
    scene.state.trail.iter().rev().map(|record| Some(record.seq)).collect()
}

fn record_row(scene: &Scene<'_>, record: &Record, cells: usize) -> Row {
    let story = story(scene, &record.event);
    let wide = cells >= 100;
    let shown = |text: &str, cells: usize| width::pad(reveal::line(text).as_str(), cells);
    let who = story.by.as_ref().map(|by| scene.actor(by)).unwrap_or_default();
    let mut row = vec![
        run(
            if wide { scene.when_exactly(record.at) } else { scene.when_short(record.at) },
            scene.look(Meaning::Time),
        ),
        run(" ", scene.look(Meaning::Text)),
        run(shown(&who, if wide { 14 } else { 9 }), scene.look(Meaning::Name)),
        run(" ", scene.look(Meaning::Text)),
    ];
    if wide {
        let room = record.event.room().map(|room| scene.room_name(room)).unwrap_or_default();
        row.push(run(shown(&room, 14), scene.look(Meaning::Room)));
        row.push(run(" ", scene.look(Meaning::Text)));
    }
    let rest = cells.saturating_sub(row_width(&row));
    row.push(run(width::clip(reveal::line(&story.words).as_str(), rest), scene.look(story.look)));
    row
}

/// An event in words.
pub struct Story {
    pub words: String,
    pub by: Option<Actor>,
    pub member: Option<crate::model::id::MemberId>,
    pub case: Option<CaseId>,
    pub action: Option<ActionId>,
    look: Meaning,
}

impl Story {
    fn new(words: String) -> Self {
        Self { words, by: None, member: None, case: None, action: None, look: Meaning::Text }
    }

    fn by(self, actor: &Actor) -> Self {
        Self { by: Some(actor.clone()), ..self }
    }

    fn look(self, look: Meaning) -> Self {
        Self { look, ..self }
    }
}

/// What an event says to a person.
pub fn story(scene: &Scene<'_>, event: &Event) -> Story {
    match event {
        Event::ActionRequested(request) => {
            let member = request.act.member();
            let (act, name) = (scene.act(&request.act), scene.member_name(member));
            let key = if request.undoes.is_some() { "audit-undid" } else { "audit-asked" };
            let words = scene.say_with(key, &[("act", &act), ("name", &name)]);
            Story { member: Some(member), case: request.case, ..Story::new(words).by(&request.by) }
        }
        Event::CaseDecided { case, verdict, by, .. } => {
            let key = match verdict {
                Verdict::Allowed => "audit-allowed",
                Verdict::Confirmed => "audit-confirmed",
            };
            about_case(scene, *case, key).by(by)
        }
        Event::CaseReopened { case, by, .. } => about_case(scene, *case, "audit-reopened").by(by),
        Event::NoteAdded { member, text, by, .. } => {
            let args = [("name", scene.member_name(*member)), ("text", text.clone())];
            let words = scene.say_with("audit-note", &[("name", &args[0].1), ("text", &args[1].1)]);
            Story { member: Some(*member), ..Story::new(words).by(by) }
        }
        Event::NoteRemoved { by, .. } => Story::new(scene.say("audit-note-removed")).by(by),
        Event::MessageRecalled { message, by, .. } => {
            let message = scene.state.stream.message(*message);
            let name = message.map(|message| scene.member_name(message.member)).unwrap_or_default();
            let text = message.map(|message| crate::ui::entry::start(&message.text, 200)).unwrap_or_default();
            let words = scene.say_with("audit-recalled", &[("name", &name), ("text", text)]);
            Story { member: message.map(|message| message.member), ..Story::new(words).by(by) }
        }
        Event::MemberMuted { member, until, by, .. } => {
            let until = until.map_or_else(|| scene.say("until-open"), |until| scene.when(until));
            let args = (scene.member_name(*member), until);
            let words = scene.say_with("audit-muted", &[("name", &args.0), ("until", &args.1)]);
            Story { member: Some(*member), ..Story::new(words).by(by) }
        }
        Event::MemberUnmuted { member, by, .. } => {
            let words = scene.say_with("audit-unmuted", &[("name", &scene.member_name(*member))]);
            Story { member: Some(*member), ..Story::new(words).by(by) }
        }
        _ => of_machine(scene, event),
    }
}

/// What happened to an action, and what happened to the program itself.
fn of_machine(scene: &Scene<'_>, event: &Event) -> Story {
    match event {
        Event::ActionSent { action, .. } | Event::ActionAccepted { action, .. } => {
            moved(scene, *action, event, None)
        }
        Event::ActionConfirmed { action, evidence, .. } => moved(scene, *action, event, Some(evidence)),
        Event::ActionFailed { action, reason, .. }
        | Event::ActionUnsupported { action, reason, .. }
        | Event::ActionUnknown { action, reason, .. } => moved(scene, *action, event, Some(reason)),
        Event::ActionCancelled { action, by, .. } | Event::ActionMarkedDone { action, by, .. } => {
            moved(scene, *action, event, None).by(by)
        }
        Event::GapNoted { connector, from, to, reason, .. } => {
            let (from, to, why) = (scene.when(*from), scene.when(*to), scene.words.reason(reason));
            let args = [("connector", connector.as_str()), ("from", &from), ("to", &to), ("reason", &why)];
            Story::new(scene.say_with("audit-gap", &args)).look(Meaning::Gap)
        }
        Event::DamageFound { finding } => Story::new(scene.words.reason(finding)).look(Meaning::Bad),
        Event::ServerStarted { version } => {
            Story::new(scene.say_with("audit-started", &[("version", version)])).look(Meaning::Dim)
        }
        Event::ServerStopped => Story::new(scene.say("audit-stopped")).look(Meaning::Dim),
        Event::HistoryDropped { before } => {
            Story::new(scene.say_with("audit-dropped", &[("before", &before.to_string())])).look(Meaning::Dim)
        }
        Event::RecordImported { through, .. } => {
            Story::new(scene.say_with("audit-imported", &[("through", &through.to_string())]))
                .look(Meaning::Dim)
        }
        _ => Story::new(String::new()),
    }
}

fn about_case(scene: &Scene<'_>, id: CaseId, key: &str) -> Story {
    let case = scene.state.queue.get(id);
    let name = case.map(|case| scene.member_name(case.member)).unwrap_or_default();
    let rule = case.map(|case| scene.rule(&case.rule)).unwrap_or_default();
    let words = scene.say_with(key, &[("name", &name), ("rule", &rule)]);
    Story { member: case.map(|case| case.member), case: Some(id), ..Story::new(words) }
}

fn moved(
    scene: &Scene<'_>,
    id: ActionId,
    event: &Event,
    why: Option<&crate::model::reason::Reason>,
) -> Story {
    use crate::model::action::Stage;
    let stage = match event {
        Event::ActionSent { .. } => Stage::Sent,
        Event::ActionAccepted { .. } => Stage::Accepted,
        Event::ActionConfirmed { .. } => Stage::Confirmed,
        Event::ActionUnsupported { .. } => Stage::Unsupported,
        Event::ActionUnknown { .. } => Stage::Unknown,
        Event::ActionCancelled { .. } => Stage::Cancelled,
        Event::ActionMarkedDone { .. } => Stage::MarkedDone,
        _ => Stage::Failed,
    };
    let action = scene.state.actions.get(id);
    let member = action.map(|action| action.request.act.member());
    let act = action.map(|action| scene.act(&action.request.act)).unwrap_or_default();
    let name = member.map(|member| scene.member_name(member)).unwrap_or_default();
    let (glyph, word, meaning) = scene.stage(stage);
    let why = why.map(|why| format!("  {}", scene.words.reason(why))).unwrap_or_default();
    let look = if matches!(meaning, Meaning::Good | Meaning::Waiting) { Meaning::Dim } else { meaning };
    let words = format!("{glyph} {act} {name}: {word}{why}");
    Story { member, action: Some(id), ..Story::new(words).look(look) }
}

/// The room of an entry, for a page about it.
pub fn room_of(scene: &Scene<'_>, record: &Record) -> Option<RoomId> {
    record.event.room().filter(|room| scene.state.rooms.get(*room).is_some())
}
