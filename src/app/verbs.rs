//! The verbs: from a command and what it was aimed at to a request, a question, or a sentence why not.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::intent::{self, Intent};
use crate::app::seat::{Insisted, Question, Seat};
use crate::app::{cases, handing, journal, presets, questions, scope, speaking, wording};
use crate::commands::table::Command;
use crate::enforce::guard::refusal;
use crate::model::action::{Act, Request};
use crate::model::flag::Verdict;
use crate::model::id::{ActionId, CaseId, MemberId, RoomId};
use crate::model::reason::Reason;
use crate::state::queue::Case;
use crate::ui::dialog::{Choice, Dialog};
use crate::ui::overlay::Overlay;
use crate::ui::prompt::{Prompt, Purpose};
use crate::ui::target::Target;
use crate::ui::verbs::{emulated, why_off};

/// How long an irreversible act waits before it is sent, in seconds (`product.md`, Keys).
pub const HOLD_SECONDS: i64 = 5;

/// Runs a verb on what is marked, else on a target.
pub fn run(seat: &mut Seat, env: &Env<'_>, command: Command, target: Target) -> Vec<Effect> {
    let marked: Vec<Target> = seat.screen.marked(&env.scene).iter().map(|mark| mark.target).collect();
    let one = *marked.first().filter(|_| marked.len() == 1).unwrap_or(&target);
    let refused = match marked.len() {
        0 | 1 => refused(env, command, &one),
        _ => env.scene.no_acts(),
    };
    if let Some(reason) = refused {
        return seat.refuse(env, off(env, command, &one, &env.scene.words.reason(&reason)));
    }
    let targets = if marked.len() > 1 { marked } else { vec![one] };
    match command {
        Command::Mute
        | Command::MuteEverywhere
        | Command::Warn
        | Command::Remind
        | Command::Snooze
        | Command::RecallAll
        | Command::Flag => presets::wait(seat, env, command, targets),
        Command::Recall => intent::on(seat, env, Intent::Recall, targets),
        Command::Remove => intent::on(seat, env, Intent::Remove { block: false }, targets),
        Command::Block => scope::block(seat, env, targets),
        Command::Allow => intent::on(seat, env, Intent::Allow, targets),
        Command::Claim => intent::on(seat, env, Intent::Claim, targets),
        Command::Escalate => intent::on(seat, env, Intent::Escalate, targets),
        Command::Pin => intent::on(seat, env, Intent::Pin, targets),
        Command::AllowText => cases::allow_text(seat, env, &one),
        Command::Note => ask_note(seat, &one),
        Command::HandOver => handing::open(seat, env, &one),
        Command::Journal => {
            journal::open(seat, env, one);
            Vec::new()
        }
        Command::WarnWords => speaking::ask_warning(seat, env, targets),
        Command::Say => speaking::ask_words(seat, &one),
        Command::Repeat => match seat.last_intent.clone() {
            Some(intent) => intent::on(seat, env, intent, targets),
            None => seat.refuse(env, env.scene.say("repeat-nothing")),
        },
        Command::Check | Command::MarkDone | Command::Redo => match one.action {
            Some(id) => questions::fate(seat, env, command, id),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Why a verb would be refused on this target, before anything is asked about it. Who is muted already can be let speak.
pub fn refused(env: &Env<'_>, command: Command, target: &Target) -> Option<Reason> {
    let lifts = matches!(command, Command::Mute | Command::MuteEverywhere);
    let reason = why_off(&env.scene, target, command)?;
    let stays = env.scene.no_acts().is_some() || !(lifts && is_muted(env, target));
    stays.then_some(reason)
}

fn is_muted(env: &Env<'_>, target: &Target) -> bool {
    let standing = person(target).and_then(|(room, member)| env.scene.state.members.in_room(room, member));
    standing.is_some_and(|standing| standing.is_muted(env.scene.now))
}

/// Why a verb is off, with the verb and whom it was meant for.
fn off(env: &Env<'_>, command: Command, target: &Target, why: &str) -> String {
    let verb = env.scene.say(&format!("short-{}", command.row().name));
    let name = name(env, target);
    let key = if name.is_empty() { "refused-nobody" } else { "refused-because" };
    env.scene.say_with(key, &[("act", &verb), ("name", &name), ("why", why)])
}

/// A reversible act at once: a request, or the sentence why not; on a case that another moderator holds, a question.
pub fn at_once(seat: &mut Seat, env: &Env<'_>, act: Act, target: &Target) -> Vec<Effect> {
    match draft(seat, env, act, target) {
        Ok(request) => match held_by_other(seat, env, request.case) {
            Some(case) => insist(seat, env, Insisted::Act(Box::new(request)), case),
            None => seat.ask_for(env, request),
        },
        Err(sentence) => seat.refuse(env, sentence),
    }
}

/// The case, when somebody else looks after it.
pub fn held_by_other<'a>(seat: &Seat, env: &Env<'a>, case: Option<CaseId>) -> Option<&'a Case> {
    let case = env.scene.state.queue.get(case?)?;
    case.holder.as_ref().filter(|holder| holder.moderator != seat.moderator).map(|_| case)
}

/// Somebody else is on it: acting all the same is a decision of its own.
fn insist(seat: &mut Seat, env: &Env<'_>, what: Insisted, case: &Case) -> Vec<Effect> {
    let Some(holder) = &case.holder else { return Vec::new() };
    let (by, ago) = (holder.moderator.as_str(), env.scene.age(holder.since));
    let name = env.scene.member_name(case.member);
    let title = env.scene.say_with("take-over-title", &[("by", by), ("name", &name)]);
    let grave = match &what {
        Insisted::Act(request) => wording::gravity(&env.scene, std::slice::from_ref(request.as_ref())),
        Insisted::Allow(_) => Vec::new(),
    };
    let danger = !grave.is_empty();
    let since = env.scene.say_with("take-over-since", &[("by", by), ("ago", &ago)]);
    let lines = std::iter::once(since).chain(grave).collect();
    let choices = vec![
        Choice::new('y', env.scene.say("choice-act-anyway")),
        Choice::new('n', env.scene.say("choice-leave-it")),
    ];
    seat.ask(Question::Insist(what), Dialog { danger, ..Dialog::new(title, lines, choices) });
    Vec::new()
}

/// An irreversible act: a question first.
pub fn confirm(seat: &mut Seat, env: &Env<'_>, act: Act, target: &Target) -> Vec<Effect> {
    let request = match draft(seat, env, act, target) {
        Ok(request) => request,
        Err(sentence) => return seat.refuse(env, sentence),
    };
    let title = wording::act_on(&env.scene, &request);
    let mut lines = wording::gravity(&env.scene, std::slice::from_ref(&request));
    lines.extend(wording::recalled(&env.scene, &request.act));
    let choices = vec![
        Choice::new('y', env.scene.say("choice-do-it")),
        Choice::new('n', env.scene.say("choice-leave-it")),
    ];
    let dialog = Dialog { danger: true, ..Dialog::new(title, lines, choices) };
    seat.ask(Question::Sure(Box::new(request)), dialog);
    Vec::new()
}

/// The request that an act on a target makes, checked by the same guard that checks it again when it is sent.
///
/// # Errors
/// The sentence why it may not be done.
pub fn draft(seat: &Seat, env: &Env<'_>, act: Act, target: &Target) -> Result<Request, String> {
    if let Some(why) = env.scene.no_acts() {
        return Err(env.scene.words.reason(&why));
    }
    let Some(room) = target.room else { return Err(env.scene.say("look-first")) };
    if let Some(reason) = refusal(env.scene.state, room, &act, env.scene.now) {
        let (what, name) = (env.scene.act(&act), env.scene.whom(&act));
        let why = env.scene.words.reason(&reason);
        return Err(env.scene.say_with("refused-because", &[("act", &what), ("name", &name), ("why", &why)]));
    }
    let lifts = matches!(act, Act::Unmute { .. } | Act::Unblock { .. });
    let case = match target.case.and_then(|id| env.scene.state.queue.get(id)).filter(|_| !lifts) {
        Some(case) => Some(still_open(env, case)?),
        None => None,
    };
    let led_here = target.message.filter(|_| !lifts && act.member() == target.member);
    Ok(Request {
        room,
        hold_until: act.is_held().then(|| env.scene.now.plus_seconds(HOLD_SECONDS)),
        act,
        by: seat.actor(),
        case: case.map(|case| case.id),
        rule: case.map(|case| case.rule.clone()),
        undoes: None,
        unit: None,
        message: led_here,
    })
}

/// One decision per case: who comes second is told who was first.
///
/// # Errors
/// That sentence.
pub fn still_open<'a>(env: &Env<'_>, case: &'a Case) -> Result<&'a Case, String> {
    match &case.decision {
        None => Ok(case),
        Some(decision) => {
            let (by, ago) = (env.scene.actor(&decision.by), env.scene.age(decision.at));
            Err(env.scene.say_with("already-decided", &[("by", &by), ("ago", &ago)]))
        }
    }
}

/// No violation; on a case that another moderator holds, a question.
pub fn allow(seat: &mut Seat, env: &Env<'_>, target: &Target) -> Vec<Effect> {
    if let Some(case) = held_by_other(seat, env, target.case).filter(|case| case.is_open()) {
        return insist(seat, env, Insisted::Allow(*target), case);
    }
    allow_now(seat, env, target)
}

/// No violation, whoever looks after the case.
pub fn allow_now(seat: &mut Seat, env: &Env<'_>, target: &Target) -> Vec<Effect> {
    let Some(case) = target.case.and_then(|id| env.scene.state.queue.get(id)) else { return Vec::new() };
    if let Some(why) = env.scene.no_acts() {
        return seat.refuse(env, env.scene.words.reason(&why));
    }
    match still_open(env, case) {
        Err(sentence) => seat.refuse(env, sentence),
        Ok(case) => {
            let (name, rule) = (env.scene.member_name(case.member), env.scene.rule(&case.rule));
            seat.done(env, env.scene.say_with("done-allowed", &[("name", &name), ("rule", &rule)]));
            seat.passes_on(env, &[case.id]);
            vec![Effect::Decide { case: case.id, room: case.room, verdict: Verdict::Allowed }]
        }
    }
}

fn ask_note(seat: &mut Seat, target: &Target) -> Vec<Effect> {
    if let Some((room, member)) = person(target) {
        seat.screen.overlay = Some(Overlay::Prompt(Prompt::new(Purpose::Note { member, room })));
    }
    Vec::new()
}

/// The same act once more, as a request of its own; the old one stays on record as it is.
pub fn redo(seat: &mut Seat, env: &Env<'_>, id: ActionId) -> Vec<Effect> {
    let Some(action) = env.scene.state.actions.get(id) else { return Vec::new() };
    let old = &action.request;
    let target = Target { room: Some(old.room), member: old.act.member(), ..Target::default() };
    at_once(seat, env, old.act.clone(), &target)
}

/// The name of the member under a target.
pub fn name(env: &Env<'_>, target: &Target) -> String {
    match (target.room, target.member) {
        (Some(room), Some(member)) => env.scene.person(room, member),
        (_, member) => member.map(|member| env.scene.member_name(member)).unwrap_or_default(),
    }
}

/// The member of a target in its room.
pub fn person(target: &Target) -> Option<(RoomId, MemberId)> {
    Some((target.room?, target.member?))
}

impl Seat {
    /// Hands a request to the desk and says whom it hits.
    pub(crate) fn ask_for(&mut self, env: &Env<'_>, request: Request) -> Vec<Effect> {
        let act = wording::act_on(&env.scene, &request);
        let key = match (&request.hold_until, request.act.inverse()) {
            (Some(_), _) => "done-held",
            (None, Some(_)) => "done-requested",
            (None, None) => "done-requested-for-good",
        };
        let told = env.scene.say_with(key, &[("act", &act), ("seconds", &HOLD_SECONDS.to_string())]);
        let instead = emulated(&env.scene, request.room, &request.act);
        self.done(env, instead.map_or(told.clone(), |instead| format!("{told} {instead}")));
        self.passes_on(env, request.case.as_slice());
        vec![Effect::Request(request)]
    }

    /// These cases are decided by his hand: the queue's cursor goes on to the next. He has to see it before he can
    /// mean it.
    pub(crate) fn passes_on(&mut self, env: &Env<'_>, done: &[CaseId]) {
        if self.screen.pass_on(&env.scene, done) {
            self.seen.lost();
        }
    }
}
