//! An event of the record in words: who did what to whom. Never draws.

use crate::config::theme::Meaning;
use crate::model::action::Actor;
use crate::model::event::{CaseMove, Event};
use crate::model::flag::Verdict;
use crate::model::id::{ActionId, CaseId, MemberId, MessageId};
use crate::ui::scene::Scene;

/// An event in words.
pub struct Story {
    pub words: String,
    pub by: Option<Actor>,
    pub member: Option<MemberId>,
    pub case: Option<CaseId>,
    pub action: Option<ActionId>,
    pub look: Meaning,
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
            let (act, name) = (scene.act(&request.act), scene.whom(&request.act));
            let key = if request.undoes.is_some() { "audit-undid" } else { "audit-asked" };
            let words = scene.say_with(key, &[("act", &act), ("name", &name)]);
            Story { member, case: request.case, ..Story::new(words).by(&request.by) }
        }
        Event::CaseDecided { case, verdict, by, .. } => {
            let key = match verdict {
                Verdict::Allowed => "audit-allowed",
                Verdict::Confirmed => "audit-confirmed",
                Verdict::Settled => "audit-settled",
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
        Event::MessageRecalled { message, by, .. } => about_message(scene, *message, "audit-recalled").by(by),
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
        _ => of_team(scene, event),
    }
}

/// What moderators do among themselves: cases put to rest, taken, escalated; texts allowed; evidence; filters.
fn of_team(scene: &Scene<'_>, event: &Event) -> Story {
    match event {
        Event::CasesAllowed { cases, by } => {
            Story::new(scene.say_with("audit-allowed-many", &[("n", &cases.len().to_string())])).by(by)
        }
        Event::CasesReopened { cases, by } => {
            Story::new(scene.say_with("audit-reopened-many", &[("n", &cases.len().to_string())])).by(by)
        }
        Event::CasesMoved { cases, to, by } => {
            let (key, until) = match to {
                CaseMove::Rest(until) => ("audit-moved-rest", scene.when(*until)),
                CaseMove::Wake => ("audit-moved-wake", String::new()),
                CaseMove::Hold(_) => ("audit-moved-hold", String::new()),
                CaseMove::Release => ("audit-moved-release", String::new()),
                CaseMove::Escalate => ("audit-moved-escalate", String::new()),
                CaseMove::Calm => ("audit-moved-calm", String::new()),
            };
            Story::new(scene.say_with(key, &[("n", &cases.len().to_string()), ("until", &until)])).by(by)
        }
        Event::MessagesPinned { messages, kept, by } => {
            let key = if *kept { "audit-pinned-many" } else { "audit-unpinned-many" };
            Story::new(scene.say_with(key, &[("n", &messages.len().to_string())])).by(by)
        }
        Event::CaseSnoozed { case, until, by, .. } => {
            let about = about_case(scene, *case, "audit-snoozed");
            Story { words: format!("{} {}", about.words, scene.when(*until)), ..about }.by(by)
        }
        Event::CaseHeld { case, holder, by, .. } => {
            let key = if holder.is_some() { "audit-held" } else { "audit-released" };
            let about = about_case(scene, *case, key);
            let holder = holder.as_ref().map(|name| format!(" → {name}")).unwrap_or_default();
            Story { words: format!("{}{holder}", about.words), ..about }.by(by)
        }
        Event::CaseEscalated { case, by, .. } => about_case(scene, *case, "audit-escalated").by(by),
        Event::CaseCalmed { case, by, .. } => about_case(scene, *case, "audit-calmed").by(by),
        Event::TextAllowed { folded, case, until, by, .. } => {
            let text = crate::ui::entry::start(folded, 120);
            let args = [("text", text), ("until", &scene.when(*until))];
            Story { case: Some(*case), ..Story::new(scene.say_with("audit-text-allowed", &args)).by(by) }
        }
        Event::AllowanceEnded { by, .. } => Story::new(scene.say("audit-allowance-ended")).by(by),
        Event::MessagePinned { message, by, .. } => about_message(scene, *message, "audit-pinned").by(by),
        Event::MessageUnpinned { message, by, .. } => about_message(scene, *message, "audit-unpinned").by(by),
        Event::FilterSaved { name, text, by } => {
            Story::new(scene.say_with("audit-filter-saved", &[("name", name), ("text", text)])).by(by)
        }
        Event::FilterRemoved { name, by } => {
            Story::new(scene.say_with("audit-filter-removed", &[("name", name)])).by(by)
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

fn about_message(scene: &Scene<'_>, id: MessageId, key: &str) -> Story {
    let message = scene.state.stream.message(id);
    let name = message.map(|message| scene.member_name(message.member)).unwrap_or_default();
    let text = message.map(|message| crate::ui::entry::start(&message.text, 200)).unwrap_or_default();
    let words = scene.say_with(key, &[("name", &name), ("text", text)]);
    Story { member: message.map(|message| message.member), ..Story::new(words) }
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
    let member = action.and_then(|action| action.request.act.member());
    let act = action.map(|action| scene.act(&action.request.act)).unwrap_or_default();
    let name = action.map(|action| scene.whom(&action.request.act)).unwrap_or_default();
    let (glyph, word, meaning) = scene.stage(stage);
    let why = why.map(|why| format!("  {}", scene.words.reason(why))).unwrap_or_default();
    let look = if matches!(meaning, Meaning::Good | Meaning::Waiting) { Meaning::Dim } else { meaning };
    let words = format!("{glyph} {act} {name}: {word}{why}");
    Story { member, action: Some(id), ..Story::new(words).look(look) }
}
