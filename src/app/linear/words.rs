//! One line of text for each thing: a message, a notice, a case, an action, an entry of the audit, a member, a room.
//!
//! What a screen says by colour or place stands here in words; foreign text is revealed when the line is given out. What
//! the program says of a thing stands in `[…]`, and no foreign text in a line ever holds such a bracket.

use crate::app::env::Env;
use crate::app::linear::handles::{Handles, written};
use crate::enforce::recommend::recommend;
use crate::model::action::{Act, Stage};
use crate::model::event::Record;
use crate::model::id::{CaseId, MemberId, MessageId, RoomId};
use crate::model::moment::Moment;
use crate::state::actions::Action;
use crate::state::queue::Case;
use crate::state::standing::Standing;
use crate::state::stream::{Line, Message};
use crate::text::reveal;
use crate::ui::audit_story::story;
use crate::ui::entry::start;
use crate::ui::phrase::{severity_word, standing_keys};
use crate::ui::scene::Scene;
use crate::ui::target::{RowId, Target};

/// Bytes of a message on its line; `open` prints all of it.
const TEXT_BYTES: usize = 1000;
/// Bytes of a message where another line quotes it.
const QUOTE_BYTES: usize = 200;

/// The line of a stream entry.
pub fn entry(env: &Env<'_>, handles: &mut Handles, line: &Line) -> String {
    match line {
        Line::Message(message) => said(env, handles, message),
        Line::Notice { seq, at, room, notice } => {
            let member = line.member();
            let case = room
                .zip(member)
                .and_then(|(room, member)| env.scene.state.case_meant(None, Some((room, member))));
            let target = Target { room: *room, line: Some(*seq), member, case, ..Target::default() };
            let handle = handles.print(RowId::Line(*seq), target);
            let place = room.map(|room| env.scene.room_name(room)).unwrap_or_default();
            let words = env.scene.notice(notice);
            gather(&[&handle, &env.scene.clock(*at), &foreign(&place), &foreign(&words)])
        }
    }
}

/// What verbs on a message mean now.
pub fn message_target(scene: &Scene<'_>, message: &Message) -> Target {
    Target {
        room: Some(message.room),
        line: Some(message.id.0),
        message: Some(message.id),
        member: Some(message.member),
        case: scene.state.case_meant(Some(message.id), Some((message.room, message.member))),
        ..Target::default()
    }
}

fn said(env: &Env<'_>, handles: &mut Handles, message: &Message) -> String {
    let scene = &env.scene;
    let target = message_target(scene, message);
    let handle = handles.print(RowId::Line(message.id.0), target);
    let standing = match scene.standing(message.room, message.member) {
        Standing::Ordinary => String::new(),
        standing => scene.say(standing_keys(standing).1),
    };
    let kind = scene.kind(message.kind).unwrap_or_default();
    let cut = start(&message.text, TEXT_BYTES);
    let is_cut = cut.len() < message.text.len();
    let text = format!("{}{}", foreign(cut), if is_cut { "…" } else { "" });
    let name = foreign(&scene.name_as_written(message.member));
    let spoken = scene.say_with("linear-says", &[("name", &name), ("text", &gather(&[&kind, &text]))]);
    let count = message.text.chars().count().to_string();
    let more = is_cut.then(|| scene.say_with("linear-cut", &[("n", &count), ("handle", &handle)]));
    let answered = message.reply_to.map(|id| answered(scene, id));
    let marks = more.into_iter().chain(answered).chain(marks(env, handles, message, target.case));
    let marks: Vec<String> = marks.map(|mark| format!("[{}]", foreign(&mark))).collect();
    let (clock, room) = (scene.clock(message.at), foreign(&scene.room_name(message.room)));
    gather(&[&handle, &clock, &room, &standing, &spoken, &marks.join(" ")])
}

fn answered(scene: &Scene<'_>, id: MessageId) -> String {
    let name = scene.state.stream.message(id).map(|message| scene.member_name(message.member));
    let handle = written(RowId::Line(id.0));
    scene.say_with("linear-answers", &[("handle", &handle), ("name", &name.unwrap_or_default())])
}

/// What else there is to say of a message: `标记 c3 S2 广告 很可能`, `已撤回`.
fn marks(env: &Env<'_>, handles: &mut Handles, message: &Message, case: Option<CaseId>) -> Vec<String> {
    let scene = &env.scene;
    let mut marks = Vec::new();
    for known in scene.state.queue.naming(message.id) {
        let handle = case_handle(handles, known);
        let args = [
            ("handle", handle.as_str()),
            ("severity", severity_word(known.severity)),
            ("rule", &scene.rule(&known.rule)),
            ("confidence", &scene.confidence(known.confidence)),
        ];
        let key = if known.is_open() { "linear-flagged" } else { "linear-flagged-decided" };
        marks.push(scene.say_with(key, &args));
    }
    // An act on it decides this case too, so the line says so.
    let beside = case.and_then(|id| scene.state.queue.get(id));
    if let Some(case) = beside.filter(|case| case.remarks.iter().all(|one| one.message != message.id)) {
        let handle = case_handle(handles, case);
        marks.push(scene.say_with("linear-of-case", &[("handle", &handle)]));
    }
    if let Some(by) = scene.state.stream.mark(message.id).and_then(|mark| mark.recalled_by.as_ref()) {
        marks.push(scene.say_with("linear-recalled", &[("by", &scene.actor(by))]));
    }
    let standing = scene.state.members.in_room(message.room, message.member);
    if standing.is_some_and(|standing| standing.is_muted(scene.now)) {
        marks.push(scene.say("mark-muted"));
    }
    let hidden =
        reveal::hidden_count(&message.text) + reveal::hidden_count(&scene.name_as_written(message.member));
    if hidden > 0 {
        marks.push(scene.say_with("linear-hidden", &[("n", &hidden.to_string())]));
    }
    if message.backfilled {
        marks.push(scene.say("linear-backfilled"));
    }
    marks
}

fn case_handle(handles: &mut Handles, case: &Case) -> String {
    handles.print(RowId::Case(case.id), case_target(case))
}

fn case_target(case: &Case) -> Target {
    let newest = case.remarks.last().map(|remark| remark.message);
    Target {
        room: Some(case.room),
        line: newest.map(|id| id.0),
        message: newest,
        member: Some(case.member),
        case: Some(case.id),
        ..Target::default()
    }
}

/// The line of a case: what it is about, the words themselves, and the advice or the decision.
pub fn case(env: &Env<'_>, handles: &mut Handles, case: &Case) -> String {
    let scene = &env.scene;
    let handle = case_handle(handles, case);
    let newest = case.remarks.last();
    let text = newest.and_then(|remark| scene.state.stream.message(remark.message));
    let quote =
        text.map(|message| scene.say_with("decide-text", &[("text", start(&message.text, QUOTE_BYTES))]));
    let at = newest.map(|remark| written(RowId::Line(remark.message.0))).unwrap_or_default();
    let times = if case.flags > 1 { format!("×{}", case.flags) } else { String::new() };
    let end = match &case.decision {
        Some(decision) => scene.say_with(
            "card-decided",
            &[("by", &scene.actor(&decision.by)), ("when", &scene.when(decision.at))],
        ),
        None if case.is_fault() => String::new(),
        None => {
            let advice = recommend(scene.state, case, scene.enforce.style, scene.now);
            let step = scene.words.reason(&advice.step.name(scene.enforce));
            scene.say_with("card-step", &[("step", &step)])
        }
    };
    let holder =
        case.holder.as_ref().map(|holder| scene.say_with("linear-held-by", &[("name", &holder.moderator)]));
    let rests = case.rests_until.filter(|until| *until > scene.now);
    let rests = rests.map(|until| scene.say_with("linear-rests", &[("when", &scene.when(until))]));
    let urgent =
        case.escalated_by.as_ref().map(|by| scene.say_with("linear-escalated", &[("by", &scene.actor(by))]));
    let why = newest.map(|remark| scene.words.reason(&remark.reason)).unwrap_or_default();
    let about = format!("{} ({})", scene.member_name(case.member), scene.room_name(case.room));
    let head = gather(&[
        &scene.say_with("linear-case", &[("handle", &handle)]),
        severity_word(case.severity),
        &scene.rule(&case.rule),
        &times,
        &scene.confidence(case.confidence),
    ]);
    let parts = [urgent, holder, rests].map(Option::unwrap_or_default);
    let [urgent, holder, rests] = &parts;
    let what = gather(&[&at, &quote.unwrap_or_default()]);
    listed(&[&head, urgent, &about, &what, &why, holder, rests, &end])
}

/// The line of an action: where it stands, what it is, whom it hits, and why.
pub fn action(env: &Env<'_>, handles: &mut Handles, action: &Action) -> String {
    let scene = &env.scene;
    let handle = handles.print(RowId::Action(action.id), action_target(action));
    let (_, word, _) = scene.stage(action.stage);
    let held =
        action.request.hold_until.filter(|until| action.stage == Stage::Requested && *until > scene.now);
    let held = held.map(|until| {
        let seconds = (until.since(scene.now) + 999) / 1000;
        scene.say_with("linear-held", &[("seconds", &seconds.to_string())])
    });
    let what = crate::app::wording::act_on(scene, &action.request);
    let words = action.request.act.words().map(|text| scene.say_with("decide-text", &[("text", text)]));
    let why = action.last_reason().map(|reason| scene.words.reason(reason)).unwrap_or_default();
    let head = scene.say_with("linear-action", &[("handle", &handle), ("stage", &word)]);
    let undoes = action
        .request
        .undoes
        .map(|id| scene.say_with("linear-undoes", &[("handle", &written(RowId::Action(id)))]));
    let by = scene.say_with("story-by", &[("by", &scene.actor(&action.request.by))]);
    let parts = [held, words, undoes].map(Option::unwrap_or_default);
    let [held, words, undoes] = &parts;
    listed(&[&head, &what, words, undoes, held, &why, &by])
}

fn action_target(action: &Action) -> Target {
    let message = match action.request.act {
        Act::Recall { message, .. } => Some(message),
        _ => None,
    };
    Target {
        room: Some(action.request.room),
        line: message.map(|id| id.0),
        message,
        member: action.request.act.member(),
        case: action.request.case,
        action: Some(action.id),
        ..Target::default()
    }
}

/// The line of an event of the record: who did what to whom.
pub fn record(env: &Env<'_>, handles: &mut Handles, record: &Record) -> String {
    let scene = &env.scene;
    let story = story(scene, &record.event);
    let target = Target {
        room: record.event.room(),
        member: story.member,
        case: story.case,
        action: story.action,
        record: Some(record.seq),
        ..Target::default()
    };
    let handle = handles.print(RowId::Record(record.seq), target);
    let by = story.by.map(|by| scene.say_with("linear-by", &[("by", &scene.actor(&by))]));
    let case = story.case.map(|id| format!("[{}]", written(RowId::Case(id)))).unwrap_or_default();
    let by = foreign(&by.unwrap_or_default());
    gather(&[&handle, &scene.when(record.at), &by, &foreign(&story.words), &case])
}

/// The line of a member in a room.
pub fn member(env: &Env<'_>, handles: &mut Handles, room: RoomId, member: MemberId) -> String {
    let scene = &env.scene;
    let case = scene.state.queue.open_about(room, member);
    let target = Target {
        room: Some(room),
        member: Some(member),
        case: case.map(|case| case.id),
        ..Target::default()
    };
    let handle = handles.print(RowId::Member(room, member), target);
    let case = case.map(|case| {
        let handle = case_handle(handles, case);
        scene.say_with("linear-of-case", &[("handle", &handle)])
    });
    let role = scene.say(standing_keys(scene.standing(room, member)).1);
    let Some(standing) = scene.state.members.in_room(room, member) else {
        return gather(&[&handle, &foreign(&scene.member_name(member))]);
    };
    let gone = if standing.present { String::new() } else { scene.say("card-left") };
    let muted = if standing.is_muted(scene.now) { scene.say("mark-muted") } else { String::new() };
    let spoke = match standing.last_spoke {
        Some(at) => scene.say_with("linear-last-spoke", &[("when", &scene.when(at))]),
        None => scene.say("linear-never-spoke"),
    };
    let counts = counts(scene, standing.messages, standing.flags, standing.offences.len());
    let head = gather(&[&handle, &scene.member_name(member)]);
    listed(&[&head, &role, &gone, &muted, &scene.room_name(room), &spoke, &counts, &case.unwrap_or_default()])
}

/// `12 said · 1 flagged · 0 offences`
pub fn counts(scene: &Scene<'_>, messages: u32, flags: u32, offences: usize) -> String {
    let (messages, flags, offences) = (messages.to_string(), flags.to_string(), offences.to_string());
    scene.say_with("card-counts", &[("messages", &messages), ("flags", &flags), ("offences", &offences)])
}

/// The day of a moment, as a line between lines.
pub fn day(env: &Env<'_>, at: Moment) -> String {
    format!("— {} —", env.scene.day(at))
}

/// The parts that say something, with a space between.
pub fn gather(parts: &[&str]) -> String {
    joined(parts, " ")
}

/// The parts that say something, with a dot between; none of them holds a mark of ours.
pub fn listed(parts: &[&str]) -> String {
    foreign(&joined(parts, " · "))
}

/// What may hold foreign text, without the brackets in which the program says something of a thing: nobody can forge
/// that. Wide ones would pass for them.
pub fn foreign(text: &str) -> String {
    let unlike = |sign| match sign {
        '[' | '［' | '⁅' => '{',
        ']' | '］' | '⁆' => '}',
        sign => sign,
    };
    text.chars().map(unlike).collect()
}

fn joined(parts: &[&str], between: &str) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(between)
}
