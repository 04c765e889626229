//! The dialogs: what they ask, and what their answers do.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::seat::{Answer, Asking, Insisted, Question, Seat};
use crate::app::{bulk, intent, taking_back, verbs, wording};
use crate::commands::table::Command;
use crate::enforce::guard::refusal;
use crate::enforce::ladder::Step;
use crate::enforce::recommend::recommend;
use crate::model::action::{Act, Request, Stage};
use crate::model::id::{ActionId, CaseId, RoomId};
use crate::state::queue::Case;
use crate::state::undo;
use crate::ui::dialog::{Choice, Dialog};
use crate::ui::overlay::Overlay;
use crate::ui::screen::Pane;
use crate::ui::target::Target;

/// Enter: in the queue and on flagged lines decide the case; on an action tell its story or ask after its fate; on a
/// line that shows only its beginning read it; else the card.
pub fn open(seat: &mut Seat, env: &Env<'_>, target: &Target) -> Vec<Effect> {
    // In the stream Enter is for reading; in the queue one presses it to decide.
    let reads = seat.screen.subject() == Pane::Stream;
    let effects = opened(seat, env, target);
    if let Some(Overlay::Dialog(dialog)) = seat.screen.overlay.as_mut() {
        dialog.by_enter = reads;
    }
    effects
}

fn opened(seat: &mut Seat, env: &Env<'_>, target: &Target) -> Vec<Effect> {
    if let Some(action) = target.action {
        return action_opened(seat, env, action);
    }
    if let Some(room) = target.group {
        seat.screen.enter_group(room);
        seat.seen.lost();
        return Vec::new();
    }
    if seat.screen.subject() == Pane::Members {
        seat.screen.open_card(target);
        return Vec::new();
    }
    // The line says that Enter reads it: then Enter does not ask for a sanction.
    let only_begun = seat.screen.cuts(&env.scene, target);
    if let Some(case) = target.case.and_then(|id| env.scene.state.queue.get(id)).filter(|_| !only_begun) {
        return decide(seat, env, case, target);
    }
    seat.screen.open_details(&env.scene);
    Vec::new()
}

/// The decision dialog: the recommended step first, then the plain ones, then allowing.
fn decide(seat: &mut Seat, env: &Env<'_>, case: &Case, target: &Target) -> Vec<Effect> {
    if let Err(sentence) = verbs::still_open(env, case) {
        return seat.refuse(env, sentence);
    }
    let advice = recommend(env.scene.state, case, env.scene.enforce.style, env.scene.now);
    let (mut choices, mut answers) = (Vec::new(), Vec::new());
    for (key, act, label) in offers(env, case, advice.step) {
        let aimed =
            Target { case: Some(case.id), room: Some(case.room), member: Some(case.member), ..*target };
        let refused = refusal(env.scene.state, case.room, &act, env.scene.now);
        match verbs::draft(seat, env, act, &aimed) {
            Ok(request) => {
                choices.push(Choice::new(key, label));
                answers.push((key, Answer::Act(Box::new(request))));
            }
            Err(sentence) => {
                // Beside the act and under his name, the bare reason says it all.
                let why = refused.map_or(sentence, |reason| env.scene.words.reason(&reason));
                choices.push(Choice { key, label, why_off: Some(why) });
            }
        }
    }
    choices.push(Choice::new('a', env.scene.say("choice-allow")));
    answers.push(('a', Answer::Allow));
    let title = wording::case_title(&env.scene, case);
    let asked: Vec<(char, &Request)> =
        answers.iter().filter_map(|(key, answer)| Some((*key, answer.request()?))).collect();
    let mut of_ours = wording::emulated(&env.scene, asked.iter().map(|(_, request)| *request));
    of_ours.extend(wording::for_good(&env.scene, &asked));
    let lines = wording::case_lines(&env.scene, case, &advice, of_ours);
    let question = Question::Decide { case: case.id, room: case.room, answers };
    seat.ask(question, Dialog::new(title, lines, choices));
    Vec::new()
}

fn offers(env: &Env<'_>, case: &Case, step: Step) -> Vec<(char, Act, String)> {
    let member = case.member;
    let notice = env.warning('1').unwrap_or_default();
    let mut offers = Vec::new();
    let advised = step.act(env.scene.enforce, member, &notice).filter(|_| !case.is_fault());
    if let Some(act) = advised {
        let what = env.scene.words.reason(&step.name(env.scene.enforce));
        offers.push(('1', act, env.scene.say_with("choice-recommended", &[("act", &what)])));
    }
    let mut plain = vec![
        ('w', Act::Warn { member, text: notice }),
        ('m', Act::Mute { member, seconds: 3600 }),
        ('x', Act::Remove { member, block: false }),
    ];
    if let Some(remark) = case.remarks.last() {
        plain.push(('d', Act::Recall { message: remark.message, member }));
    }
    let labelled = plain.into_iter().map(|(key, act)| {
        let label = env.scene.act(&act);
        (key, act, label)
    });
    offers.extend(labelled);
    offers
}

fn action_opened(seat: &mut Seat, env: &Env<'_>, id: ActionId) -> Vec<Effect> {
    let Some(action) = env.scene.state.actions.get(id) else { return Vec::new() };
    let title = wording::act_on(&env.scene, &action.request);
    let lines = wording::action_story(&env.scene, action);
    let for_good = wording::is_for_good(&action.request.act);
    let redo = if for_good { "choice-redo-for-good" } else { "choice-redo" };
    let mut choices = match action.stage {
        Stage::Unknown => vec![
            Choice::new('1', env.scene.say("choice-check")),
            Choice::new('2', env.scene.say("choice-mark-done")),
            Choice::new('3', env.scene.say(redo)),
        ],
        Stage::Requested => vec![Choice::new('u', env.scene.say("choice-cancel"))],
        _ => Vec::new(),
    };
    if action.request.unit.is_some() {
        choices.push(Choice::new('U', env.scene.say("choice-undo-unit")));
    }
    let remarks = wording::unit_lines(&env.scene, action);
    seat.ask(Question::Fate(id), Dialog { remarks, ..Dialog::new(title, lines, choices) });
    Vec::new()
}

/// What is to become of an action whose fate nobody knows.
pub fn fate(seat: &mut Seat, env: &Env<'_>, command: Command, id: ActionId) -> Vec<Effect> {
    match command {
        Command::Check => {
            seat.tell(env, env.scene.say("told-checking"));
            vec![Effect::Check(id)]
        }
        Command::MarkDone => {
            seat.done(env, env.scene.say("done-marked"));
            vec![Effect::MarkDone(id)]
        }
        _ => verbs::redo(seat, env, id),
    }
}

/// What a dialog's answer does.
pub fn answered(seat: &mut Seat, env: &Env<'_>, question: Question, key: char) -> Vec<Effect> {
    if let Some(why) = env.scene.no_acts() {
        return seat.refuse(env, env.scene.words.reason(&why));
    }
    match (question, key) {
        (Question::Sure(request), 'y') => afresh(seat, env, *request),
        (Question::Sure(_), _) => Vec::new(),
        (Question::Decide { case, room, answers }, key) => {
            match answers.into_iter().find(|(name, _)| *name == key) {
                Some((_, Answer::Allow)) => verbs::allow(seat, env, &about(case, room)),
                Some((_, Answer::Act(request))) => afresh(seat, env, *request),
                None => Vec::new(),
            }
        }
        (Question::Fate(id), '1') => fate(seat, env, Command::Check, id),
        (Question::Fate(id), '2') => fate(seat, env, Command::MarkDone, id),
        (Question::Fate(id), '3') => fate(seat, env, Command::Redo, id),
        (Question::Fate(id), 'u') => vec![Effect::Cancel(vec![id])],
        (Question::Fate(id), 'U') => {
            match env.scene.state.actions.get(id).and_then(|action| action.request.unit) {
                Some(unit) => taking_back::take_back(seat, env, undo::Step::Unit(unit)),
                None => Vec::new(),
            }
        }
        (Question::Fate(_), _) => Vec::new(),
        (Question::Bulk { intent, targets, count }, 'y') => {
            bulk::confirmed(seat, env, &intent, &targets, count)
        }
        (Question::Scope { intent, here, .. }, '1') => intent::on(seat, env, intent, here),
        (Question::Scope { intent, everywhere, .. }, '2') => intent::on(seat, env, intent, everywhere),
        (Question::TakeOver { case, room }, 'y') => {
            seat.done(env, env.scene.say("done-took-over"));
            vec![Effect::Hold { case, room, holder: Some(seat.moderator.clone()) }]
        }
        (Question::Insist(what), 'y') => insisted(seat, env, what),
        (
            Question::Bulk { .. } | Question::Scope { .. } | Question::TakeOver { .. } | Question::Insist(_),
            _,
        ) => Vec::new(),
    }
}

/// Who acts on a case that another moderator holds takes it over with it, so that the other sees why.
fn insisted(seat: &mut Seat, env: &Env<'_>, what: Insisted) -> Vec<Effect> {
    let (room, case) = match &what {
        Insisted::Act(request) => (Some(request.room), request.case),
        Insisted::Allow(target) => (target.room, target.case),
    };
    let holder = Some(seat.moderator.clone());
    let taken = room.zip(case).map(|(room, case)| Effect::Hold { case, room, holder });
    let acted = match what {
        Insisted::Allow(target) => verbs::allow_now(seat, env, &target),
        Insisted::Act(request) => {
            let target = Target {
                case: request.case,
                room: Some(request.room),
                member: request.act.member(),
                ..Target::default()
            };
            match verbs::draft(seat, env, request.act, &target) {
                Ok(request) => seat.ask_for(env, request),
                Err(sentence) => seat.refuse(env, sentence),
            }
        }
    };
    if acted.is_empty() { acted } else { taken.into_iter().chain(acted).collect() }
}

fn about(case: CaseId, room: RoomId) -> Target {
    Target { case: Some(case), room: Some(room), ..Target::default() }
}

/// The world may have moved while the dialog stood there: everything is checked again, and the hold starts now.
fn afresh(seat: &mut Seat, env: &Env<'_>, request: Request) -> Vec<Effect> {
    let member = request.act.member();
    let target = Target { case: request.case, room: Some(request.room), member, ..Target::default() };
    verbs::at_once(seat, env, request.act, &target)
}

impl Seat {
    /// Opens a dialog. It takes no answer before it has stood on the terminal for a moment: see [`crate::app::standing`].
    pub(crate) fn ask(&mut self, question: Question, dialog: Dialog) {
        self.asking = Some(Asking { question, since_frame: self.frame + 1 });
        self.screen.overlay = Some(Overlay::Dialog(Dialog { open: false, ..dialog }));
    }
}
