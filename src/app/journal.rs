//! `U`: everything a moderator may take back, newest first, to pick from.

use crate::app::choosing::{self, Purpose};
use crate::app::env::Env;
use crate::app::seat::Seat;
use crate::app::wording;
use crate::model::action::Stage;
use crate::model::id::CaseId;
use crate::model::moment::Moment;
use crate::state::actions::Action;
use crate::state::undo::Step;
use crate::ui::chooser::{ChoiceRow, Chooser};
use crate::ui::target::Target;

/// Opens the list of this moderator's steps.
pub fn open(seat: &mut Seat, env: &Env<'_>, target: Target) {
    let steps: Vec<Step> = env.scene.state.undo.steps(&seat.moderator).cloned().collect();
    let rows = steps.iter().map(|step| row(env, step)).collect();
    let chooser = Chooser::plain(env.scene.say("journal-title"), env.scene.say("undo-nothing"), rows);
    choosing::open(seat, Purpose::Journal(steps), chooser, target);
}

fn row(env: &Env<'_>, step: &Step) -> ChoiceRow {
    let scene = env.scene;
    let row = |kind: &str, label: String, at: Option<Moment>| ChoiceRow {
        kind: at.map(|at| scene.when(at)).unwrap_or_default(),
        ..ChoiceRow::new(label, scene.say(kind))
    };
    let about = |case: CaseId| {
        let case = scene.state.queue.get(case);
        let label = case.map(|case| wording::case_title(&scene, case)).unwrap_or_default();
        (label, case.and_then(|case| case.decision.as_ref()).map(|decision| decision.at))
    };
    match step {
        Step::Acted(id) => match scene.state.actions.get(*id) {
            Some(action) => acted(env, action),
            None => row("undo-forgotten", String::new(), None),
        },
        Step::Unit(unit) => {
            let all: Vec<&Action> = scene.state.actions.of_unit(*unit).collect();
            let act = all.first().map(|action| scene.act(&action.request.act)).unwrap_or_default();
            let args = [("act", act.as_str()), ("n", &all.len().to_string())];
            let at = all.first().map(|action| action.requested_at());
            row("journal-unit", scene.say_with("bulk-title", &args), at)
        }
        Step::Allowed(case) => {
            let (label, at) = about(*case);
            row("verdict-allowed", label, at)
        }
        Step::TextAllowed(_, case) => {
            let (label, at) = about(*case);
            row("short-allow-text", label, at)
        }
        Step::AllowedMany(cases) => {
            let at = cases.first().and_then(|case| about(*case).1);
            row(
                "verdict-allowed",
                scene.say_with("audit-allowed-many", &[("n", &cases.len().to_string())]),
                at,
            )
        }
        Step::Noted(note) => {
            let noted = scene.state.members.note(*note);
            let label = noted.map(|(who, note)| format!("{}: {}", scene.member_name(who.id), note.text));
            row("short-note", label.unwrap_or_default(), noted.map(|(_, note)| note.at))
        }
        Step::Moved(cases, moved) => {
            row("journal-unit", many(env, &wording::moved(&scene, *moved), cases.len()), None)
        }
        Step::PinnedMany(messages) => {
            row("journal-unit", many(env, &scene.say("short-pin"), messages.len()), None)
        }
        Step::Snoozed(case) => row("short-snooze", about(*case).0, None),
        Step::Escalated(case) => row("short-escalate", about(*case).0, None),
        Step::Pinned(message) => {
            let said = scene.state.stream.message(*message);
            let label = said.map(|said| format!("{}: {}", scene.member_name(said.member), said.text));
            let pin = scene.state.evidence.pin(*message);
            row("short-pin", label.unwrap_or_default(), pin.map(|pin| pin.at))
        }
    }
}

fn many(env: &Env<'_>, act: &str, count: usize) -> String {
    env.scene.say_with("bulk-title", &[("act", act), ("n", &count.to_string())])
}

/// An action, with what taking it back would mean now.
fn acted(env: &Env<'_>, action: &Action) -> ChoiceRow {
    let scene = env.scene;
    let stage = scene.stage(action.stage).1;
    let why_off = match action.request.act.inverse() {
        None if action.stage != Stage::Requested => Some(scene.say("journal-for-good")),
        _ => None,
    };
    ChoiceRow {
        kind: scene.when(action.requested_at()),
        why_off,
        ..ChoiceRow::new(wording::act_on(&scene, &action.request), stage)
    }
}
