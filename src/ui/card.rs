//! The card of the member under the cursor: who he is, what he did, what was done about it, and the recommended step.

use crate::config::theme::Meaning;
use crate::enforce::recommend::{Recommendation, recommend};
use crate::model::id::{MemberId, RoomId};
use crate::state::members::Member;
use crate::state::queue::Case;
use crate::text::{reveal, width};
use crate::ui::canvas::{Canvas, Row, run};
use crate::ui::moves::Motion;
use crate::ui::phrase::{fit_name, marked_name, name_runs, severity_look, severity_word, standing_keys};
use crate::ui::quote::quoted;
use crate::ui::scene::Scene;
use crate::ui::target::Target;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// How many of the newest actions and notes the card shows.
const NEWEST: usize = 3;

/// A seat's card: how far it is scrolled, and for whom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CardView {
    scroll: usize,
    of: Option<MemberId>,
}

impl CardView {
    /// Scrolls the card of `target`.
    pub fn go(&mut self, scene: &Scene<'_>, target: &Target, area: Rect, motion: Motion) {
        let rows = rows(scene, target, usize::from(area.width.saturating_sub(2))).len();
        self.scroll = motion.scroll(self.scroll_for(target), rows, usize::from(area.height));
        self.of = target.member;
    }

    /// Draws the card of `target`, on a ground that is blank.
    pub fn draw(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, area: Rect, target: &Target) {
        let rows = rows(scene, target, usize::from(area.width.saturating_sub(2)));
        let from = self.scroll_for(target).min(rows.len().saturating_sub(1));
        for (y, row) in (area.y..area.bottom()).zip(rows.iter().skip(from)) {
            canvas.row(area.x + 1, y, area.width.saturating_sub(2), row);
        }
        let rest = rows.len().saturating_sub(from + usize::from(area.height));
        if rest > 0 && area.height > 0 {
            let more = format!(" ↓{rest}");
            let cells = u16::try_from(width::width(&more)).unwrap_or(0);
            let x = area.right().saturating_sub(cells);
            canvas.put(x, area.bottom() - 1, cells, &more, scene.look(Meaning::Dim));
        }
    }

    fn scroll_for(&self, target: &Target) -> usize {
        if self.of == target.member { self.scroll } else { 0 }
    }
}

/// The card's rows, in `cells` columns.
fn rows(scene: &Scene<'_>, target: &Target, cells: usize) -> Vec<Row> {
    let sheet = Sheet { scene, cells };
    let member = target.member.and_then(|id| scene.state.members.get(id));
    let (Some(member), Some(room)) = (member, target.room) else {
        return sheet.text(&scene.say("card-nobody"), scene.look(Meaning::Dim));
    };
    let case = target.case.and_then(|id| scene.state.queue.get(id));
    let mut rows = sheet.who(room, member);
    if let Some(case) = case {
        rows.extend(sheet.case(case));
    }
    rows.extend(sheet.standing(room, member));
    rows.extend(sheet.actions(room, member, NEWEST));
    rows.extend(sheet.notes(member, NEWEST));
    rows
}

/// Where parts of a card are written.
pub(super) struct Sheet<'a> {
    pub scene: &'a Scene<'a>,
    pub cells: usize,
}

impl Sheet<'_> {
    /// His name, what he is, and whether he may speak.
    pub(super) fn who(&self, room: RoomId, member: &Member) -> Vec<Row> {
        let scene = self.scene;
        let (_, word, look) = standing_keys(scene.standing(room, member.id));
        let text = scene.look(Meaning::Text);
        let name = fit_name(&scene.member_name(member.id), self.cells.saturating_sub(10));
        let mut first = name_runs(scene, &name, width::width(&name), scene.look(Meaning::Strong));
        first.extend([run("  ", text), run(scene.say(word), scene.look(look))]);
        let standing = scene.state.members.in_room(room, member.id);
        if standing.is_some_and(|standing| !standing.present) {
            first.push(run(format!("  {}", scene.say("card-left")), scene.look(Meaning::Bad)));
        }
        let mut rows = vec![first];
        if !member.former.is_empty() {
            let names: Vec<String> = member.former.iter().rev().cloned().map(marked_name).collect();
            let words = scene.say_with("card-formerly", &[("names", &names.join(&scene.say("list-comma")))]);
            rows.extend(self.text(&words, scene.look(Meaning::Dim)));
        }
        if let Some(muting) =
            standing.filter(|one| one.is_muted(scene.now)).and_then(|one| one.muting.as_ref())
        {
            let by = scene.actor(&muting.by);
            let words = match muting.until {
                Some(until) => {
                    scene.say_with("card-muted-until", &[("until", &scene.when(until)), ("by", &by)])
                }
                None => scene.say_with("card-muted", &[("by", &by)]),
            };
            rows.extend(self.text(&words, scene.look(Meaning::Muted)));
        }
        rows
    }

    /// What he is flagged for, and what is recommended.
    pub(super) fn case(&self, case: &Case) -> Vec<Row> {
        let scene = self.scene;
        let look = scene.look(severity_look(case.severity));
        let head =
            format!("{} {}", scene.severity_glyph(case.severity).trim_start(), severity_word(case.severity));
        let times = if case.flags > 1 { format!(" ×{}", case.flags) } else { String::new() };
        let line = format!(
            " {}{times} · {} · {}",
            scene.rule(&case.rule),
            scene.confidence(case.confidence),
            scene.age(case.opened_at)
        );
        let beside = self.cells.saturating_sub(width::width(&head));
        let mut lines = width::wrap(reveal::line(&line).as_str(), beside, self.cells.max(1)).into_iter();
        let text = scene.look(Meaning::Text);
        let mut rows = vec![vec![run(head, look), run(lines.next().unwrap_or_default(), text)]];
        rows.extend(lines.map(|line| vec![run(line, text)]));
        if let Some(holder) = &case.holder {
            let args = [("by", holder.moderator.as_str()), ("ago", &scene.age(holder.since))];
            rows.extend(self.text(&scene.say_with("take-over-since", &args), scene.look(Meaning::Strong)));
        }
        if let Some(by) = &case.escalated_by {
            let words = scene.say_with("card-escalated", &[("by", &scene.actor(by))]);
            rows.extend(self.text(&words, scene.look(Meaning::FlagS4)));
        }
        if let Some(until) = case.rests_until.filter(|_| case.rests(scene.now)) {
            let words = scene.say_with("card-rests", &[("until", &scene.when(until))]);
            rows.extend(self.text(&words, scene.look(Meaning::Dim)));
        }
        if let Some(decision) = &case.decision {
            let words = scene.say_with(
                "card-decided",
                &[("by", &scene.actor(&decision.by)), ("when", &scene.when(decision.at))],
            );
            rows.extend(self.text(&words, scene.look(Meaning::Good)));
        } else if !case.is_fault() {
            rows.extend(self.step(&recommend(scene.state, case, scene.enforce.style, scene.now)));
        }
        if let Some(remark) = case.remarks.last() {
            rows.extend(self.text(&scene.words.reason(&remark.reason), scene.look(Meaning::Text)));
            if scene.state.stream.message(remark.message).is_none() {
                rows.extend(self.text(&scene.say("explain-text-older"), scene.look(Meaning::Dim)));
            } else if remark.span.is_some() {
                let mut quote = vec![run(scene.say("quote-open"), scene.look(Meaning::Dim))];
                quote.extend(quoted(scene, case).row(scene, self.cells.saturating_sub(4)));
                quote.push(run(scene.say("quote-close"), scene.look(Meaning::Dim)));
                rows.push(quote);
            }
        }
        rows
    }

    fn step(&self, advice: &Recommendation) -> Vec<Row> {
        let scene = self.scene;
        let seconds = advice.step.seconds(scene.enforce).map(|seconds| scene.duration(i64::from(seconds)));
        let name = advice.step.name(scene.enforce);
        let step = match &seconds {
            Some(time) => scene
                .say_with("card-step-mute", &[("level", &advice.step.level().to_string()), ("time", time)]),
            None => scene.words.reason(&name),
        };
        let head = scene.say_with("card-step", &[("step", &step)]);
        let why: Vec<String> = advice.reasons().iter().map(|reason| scene.words.reason(reason)).collect();
        let mut rows = self.text(&head, scene.look(Meaning::Strong));
        rows.extend(self.text(&why.join(&scene.say("list-comma")), scene.look(Meaning::Dim)));
        rows
    }

    /// What he did here, since when, and who he is on the platform.
    pub(super) fn standing(&self, room: RoomId, member: &Member) -> Vec<Row> {
        let scene = self.scene;
        let Some(standing) = scene.state.members.in_room(room, member.id) else { return Vec::new() };
        let (messages, flags, offences) =
            (standing.messages.to_string(), standing.flags.to_string(), standing.offences.len().to_string());
        let counts = scene
            .say_with("card-counts", &[("messages", &messages), ("flags", &flags), ("offences", &offences)]);
        let since = match standing.joined_at {
            Some(joined) => {
                scene.say_with("card-joined", &[("when", &scene.when(joined)), ("age", &scene.age(joined))])
            }
            None => scene.say_with("card-known", &[("when", &scene.when(standing.known_since))]),
        };
        let text = scene.look(Meaning::Text);
        let mut rows = self.text(&counts, text);
        rows.extend(self.text(&since, scene.look(Meaning::Dim)));
        let id = format!("{} · {} · {}", member.connector, scene.room_name(room), member.external);
        rows.extend(self.text(&id, scene.look(Meaning::Dim)));
        rows
    }

    /// The newest actions on him in this room.
    pub(super) fn actions(&self, room: RoomId, member: &Member, most: usize) -> Vec<Row> {
        let scene = self.scene;
        let about = |action: &&crate::state::actions::Action| {
            action.request.act.member() == Some(member.id) && action.request.room == room
        };
        scene
            .state
            .actions
            .iter()
            .rev()
            .filter(about)
            .take(most)
            .map(|action| {
                let (glyph, word, meaning) = scene.stage(action.stage);
                let what = scene.act(&action.request.act);
                let (when, by) = (scene.when(action.requested_at()), scene.actor(&action.request.by));
                let text = format!(" {when} {what} {word} {by}");
                vec![run(glyph, scene.look(meaning)), run(text, scene.look(Meaning::Text))]
            })
            .collect()
    }

    /// The newest notes about him.
    pub(super) fn notes(&self, member: &Member, most: usize) -> Vec<Row> {
        let scene = self.scene;
        let words = |note: &crate::state::members::Note| {
            scene.say_with(
                "card-note",
                &[("when", &scene.when(note.at)), ("by", &scene.actor(&note.by)), ("text", &note.text)],
            )
        };
        let newest = member.notes.iter().rev().take(most);
        newest.flat_map(|note| self.text(&words(note), scene.look(Meaning::Text))).collect()
    }

    /// A sentence, wrapped.
    pub(super) fn text(&self, text: &str, look: Style) -> Vec<Row> {
        let cells = self.cells.max(1);
        let shown = reveal::line(text);
        width::wrap(shown.as_str(), cells, cells).into_iter().map(|line| vec![run(line, look)]).collect()
    }
}
