//! What a seat is told: the fate of what it asked for, and why something was not done.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::seat::Seat;
use crate::app::wording;
use crate::model::action::Stage;
use crate::model::event::{Event, Record};
use crate::model::id::{ActionId, Seq};
use crate::state::actions::Action;
use crate::state::undo::Step;
use crate::ui::overlay::{Toast, Tone};
use std::collections::{HashMap, HashSet};

/// How long a sentence stands, in seconds: long enough to read two lines.
const STANDS: i64 = 6;

/// Something that was asked for here, whose fate is still to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Awaited {
    id: ActionId,
    /// It was told that nobody knows its fate.
    doubtful: bool,
}

impl Seat {
    /// Says why nothing was done.
    pub fn refuse(&mut self, env: &Env<'_>, text: String) -> Vec<Effect> {
        self.refusals += 1;
        self.toast(env, text, Tone::Refused);
        Vec::new()
    }

    /// Says what was done.
    pub fn done(&mut self, env: &Env<'_>, text: String) {
        self.toast(env, text, Tone::Done);
    }

    /// Says something that is neither success nor refusal.
    pub fn tell(&mut self, env: &Env<'_>, text: String) {
        self.toast(env, text, Tone::Told);
    }

    fn toast(&mut self, env: &Env<'_>, text: String, tone: Tone) {
        self.screen.toast = Some(Toast { text, tone, until: env.scene.now.plus_seconds(STANDS) });
    }

    /// The seat's moderator asked for this action; its fate will be told here.
    pub fn awaits(&mut self, id: ActionId) {
        if self.awaited.iter().all(|one| one.id != id) {
            self.awaited.push(Awaited { id, doubtful: false });
        }
    }

    /// Back from the past, or at another terminal: what became meanwhile of what was asked for here is told. Of several
    /// the gravest stands, with how many more there are.
    pub fn hears_what_became(&mut self, env: &Env<'_>) {
        let actions = &env.scene.state.actions;
        let stage = |one: &Awaited| actions.get(one.id).map(|action| action.stage);
        let by_hand = |stage| matches!(stage, None | Some(Stage::Cancelled | Stage::MarkedDone));
        self.awaited.retain(|one| !by_hand(stage(one)));
        let fresh = |one: &&Awaited| match stage(one) {
            Some(Stage::Unknown) => !one.doubtful,
            stage => stage.is_some_and(Stage::is_final),
        };
        let mut ended: Vec<Awaited> = self.awaited.iter().filter(fresh).copied().collect();
        ended.sort_by_key(|one| match stage(one) {
            Some(Stage::Confirmed) => 0,
            Some(Stage::Unknown) => 1,
            _ => 2,
        });
        let (mut told, mut units) = (0_usize, HashSet::new());
        for one in ended {
            let unit = actions.get(one.id).and_then(|action| action.request.unit);
            // The fate of a bulk is told once.
            if unit.is_none_or(|unit| units.insert(unit)) && self.learns(env, one.id) {
                told += 1;
            }
        }
        if let (2.., Some(toast)) = (told, &mut self.screen.toast) {
            let args = [("fate", toast.text.as_str()), ("n", &(told - 1).to_string())];
            toast.text = env.scene.say_with("fate-more", &args);
        }
    }

    /// An event was applied: if it is the fate of something this seat asked for, say it.
    pub fn hears(&mut self, env: &Env<'_>, record: &Record) {
        let id = match &record.event {
            Event::ActionConfirmed { action, .. }
            | Event::ActionFailed { action, .. }
            | Event::ActionUnsupported { action, .. }
            | Event::ActionUnknown { action, .. } => *action,
            // What a person does with it he need not be told.
            Event::ActionCancelled { action, .. } | Event::ActionMarkedDone { action, .. } => {
                return self.awaited.retain(|one| one.id != *action);
            }
            _ => return,
        };
        if self.awaited.iter().any(|one| one.id == id) {
            self.learns(env, id);
        }
    }

    /// Tells the fate of an action, or of the whole bulk that it belongs to; whether there is one to tell.
    fn learns(&mut self, env: &Env<'_>, id: ActionId) -> bool {
        let Some(action) = env.scene.state.actions.get(id) else { return false };
        if let Some(unit) = action.request.unit {
            return self.hears_unit(env, unit);
        }
        let act = wording::act_on(&env.scene, &action.request);
        let why = action.last_reason().map(|reason| env.scene.words.reason(reason)).unwrap_or_default();
        let (key, tone) = match action.stage {
            Stage::Confirmed => ("fate-confirmed", Tone::Done),
            Stage::Failed => ("fate-failed", Tone::Refused),
            Stage::Unsupported => ("fate-unsupported", Tone::Refused),
            _ => ("fate-unknown", Tone::Alarm),
        };
        let fate = env.scene.say_with(key, &[("act", &act), ("why", &why)]);
        let back = self.way_back(env, &Step::Acted(id), &[action], "fate-undo");
        self.toast(env, back.map_or(fate.clone(), |key| env.scene.say_with(key, &[("fate", &fate)])), tone);
        self.settles(&[action]);
        true
    }

    /// What is settled is not awaited any more; of what is not, that was told.
    fn settles(&mut self, acts: &[&Action]) {
        let stages: HashMap<ActionId, Stage> = acts.iter().map(|action| (action.id, action.stage)).collect();
        self.awaited.retain_mut(|one| match stages.get(&one.id) {
            Some(stage) => {
                one.doubtful = true;
                *stage == Stage::Unknown
            }
            None => true,
        });
    }

    /// The sentence that says how what happened can be taken back: `undo` when the next `u` does that, that nothing can
    /// when nothing can; none where nothing happened or something else would be taken back.
    fn way_back(
        &self,
        env: &Env<'_>,
        step: &Step,
        acts: &[&Action],
        undo: &'static str,
    ) -> Option<&'static str> {
        let happened = |action: &&&Action| matches!(action.stage, Stage::Confirmed | Stage::MarkedDone);
        let mut done =
            acts.iter().filter(happened).filter(|action| action.request.undoes.is_none()).peekable();
        done.peek()?;
        if done.all(|action| action.request.act.inverse().is_none()) {
            return Some("fate-for-good");
        }
        let next = env.scene.state.undo.newest_but(&self.moderator, &self.irrevocable);
        (next.as_ref() == Some(step)).then_some(undo)
    }

    /// The fate of a bulk is told once, when nothing of it is under way any more.
    fn hears_unit(&mut self, env: &Env<'_>, unit: Seq) -> bool {
        let acts = || env.scene.state.actions.of_unit(unit);
        // The last to be asked for is mostly the last to end.
        if acts().rev().any(|one| !one.stage.is_final()) {
            return false;
        }
        let all: Vec<&Action> = acts().collect();
        let Some(first) = all.first() else { return false };
        let count = |stages: &[Stage]| all.iter().filter(|one| stages.contains(&one.stage)).count();
        let good = count(&[Stage::Confirmed, Stage::MarkedDone]);
        let (bad, unknown) = (count(&[Stage::Failed, Stage::Unsupported]), count(&[Stage::Unknown]));
        let tone = match (bad, unknown) {
            (0, 0) => Tone::Done,
            (_, 0) => Tone::Refused,
            _ => Tone::Alarm,
        };
        let numbers = [all.len(), good, bad, unknown].map(|count| count.to_string());
        let [n, good, bad, unknown] = &numbers;
        let act = env.scene.act(&first.request.act);
        let args = [("act", act.as_str()), ("n", n), ("good", good), ("bad", bad), ("unknown", unknown)];
        let fate = env.scene.say_with("fate-unit", &args);
        let back = self.way_back(env, &Step::Unit(unit), &all, "fate-unit-undo");
        self.toast(env, back.map_or(fate.clone(), |key| env.scene.say_with(key, &[("fate", &fate)])), tone);
        self.settles(&all);
        true
    }
}
