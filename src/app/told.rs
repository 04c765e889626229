//! What a seat is told: the fate of what it asked for, and why something was not done.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::seat::Seat;
use crate::app::wording;
use crate::model::action::Stage;
use crate::model::event::{Event, Record};
use crate::model::id::ActionId;
use crate::ui::overlay::{Toast, Tone};

/// How long a sentence stands, in seconds: long enough to read two lines.
const STANDS: i64 = 6;

impl Seat {
    /// Says why nothing was done.
    pub fn refuse(&mut self, env: &Env<'_>, text: String) -> Vec<Effect> {
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
        if !self.awaited.contains(&id) {
            self.awaited.push(id);
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
                return self.awaited.retain(|awaited| awaited != action);
            }
            _ => return,
        };
        if !self.awaited.contains(&id) {
            return;
        }
        let Some(action) = env.scene.state.actions.get(id) else { return };
        let act = wording::act_on(&env.scene, &action.request);
        let why = action.last_reason().map(|reason| env.scene.words.reason(reason)).unwrap_or_default();
        let (key, tone) = match action.stage {
            Stage::Confirmed => ("fate-confirmed", Tone::Done),
            Stage::Failed => ("fate-failed", Tone::Refused),
            Stage::Unsupported => ("fate-unsupported", Tone::Refused),
            _ => ("fate-unknown", Tone::Alarm),
        };
        self.toast(env, env.scene.say_with(key, &[("act", &act), ("why", &why)]), tone);
        if action.stage != Stage::Unknown {
            self.awaited.retain(|awaited| *awaited != id);
        }
    }
}
