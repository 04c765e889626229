//! What a moderator wants done, apart from whom it falls on: one verb with its preset. The same intent is done to one
//! target or to many, and `.` does the last one again.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::seat::Seat;
use crate::app::{bulk, cases, verbs};
use crate::commands::table::Command;
use crate::model::action::Act;
use crate::model::flag::Severity;
use crate::ui::overlay::Overlay;
use crate::ui::target::Target;

/// A verb with its preset.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    /// No violation.
    Allow,
    /// Let a case rest so many seconds.
    Snooze(u32),
    /// Take a case.
    Claim,
    /// Ask the team to look at a case first.
    Escalate,
    /// Keep a message as evidence.
    Pin,
    /// Flag a message for the team.
    Flag(Severity),
    Recall,
    Remind(String),
    Warn(String),
    /// For so many seconds.
    Mute(u32),
    Unmute,
    /// `true` keeps them out.
    Remove {
        block: bool,
    },
}

impl Intent {
    /// What it asks the platform to do to this target; nothing for what stays among moderators, and for a target
    /// that lacks what the act needs.
    pub fn act(&self, target: &Target) -> Option<Act> {
        let member = target.member?;
        Some(match self {
            Intent::Recall => Act::Recall { message: target.message?, member },
            Intent::Remind(text) => Act::Remind { member, text: text.clone() },
            Intent::Warn(text) => Act::Warn { member, text: text.clone() },
            Intent::Mute(seconds) => Act::Mute { member, seconds: *seconds },
            Intent::Unmute => Act::Unmute { member },
            Intent::Remove { block } => Act::Remove { member, block: *block },
            Intent::Allow
            | Intent::Snooze(_)
            | Intent::Claim
            | Intent::Escalate
            | Intent::Pin
            | Intent::Flag(_) => return None,
        })
    }

    /// Whether it asks the platform for something.
    pub fn is_for_platform(&self) -> bool {
        !matches!(
            self,
            Intent::Allow
                | Intent::Snooze(_)
                | Intent::Claim
                | Intent::Escalate
                | Intent::Pin
                | Intent::Flag(_)
        )
    }

    /// The command whose words name it.
    pub fn command(&self) -> Command {
        match self {
            Intent::Allow => Command::Allow,
            Intent::Snooze(_) => Command::Snooze,
            Intent::Claim => Command::Claim,
            Intent::Escalate => Command::Escalate,
            Intent::Pin => Command::Pin,
            Intent::Flag(_) => Command::Flag,
            Intent::Recall => Command::Recall,
            Intent::Remind(_) => Command::Remind,
            Intent::Warn(_) => Command::Warn,
            Intent::Mute(_) | Intent::Unmute => Command::Mute,
            Intent::Remove { block: false } => Command::Remove,
            Intent::Remove { block: true } => Command::Block,
        }
    }
}

/// Does it to these targets: to one as a single act, to several as a bulk that is shown first. What was refused is not
/// what `.` does again.
pub fn on(seat: &mut Seat, env: &Env<'_>, intent: Intent, targets: Vec<Target>) -> Vec<Effect> {
    let effects = match targets.as_slice() {
        [] => seat.refuse(env, env.scene.say("off-nothing-here")),
        [target] => single(seat, env, intent.clone(), target),
        _ => bulk::ask(seat, env, intent.clone(), targets),
    };
    let asks = matches!(seat.screen.overlay, Some(Overlay::Dialog(_)));
    if asks || !effects.is_empty() {
        seat.last_intent = Some(intent);
    }
    effects
}

fn single(seat: &mut Seat, env: &Env<'_>, intent: Intent, target: &Target) -> Vec<Effect> {
    match intent {
        Intent::Allow => verbs::allow(seat, env, target),
        Intent::Snooze(seconds) => cases::snooze(seat, env, target, seconds),
        Intent::Claim => cases::claim(seat, env, target),
        Intent::Escalate => cases::escalate(seat, env, target),
        Intent::Pin => cases::pin(seat, env, target),
        Intent::Flag(severity) => cases::flag(seat, env, target, severity),
        _ => match intent.act(target) {
            None => seat.refuse(env, env.scene.say("off-nothing-here")),
            Some(act) if asks_first(&act) => verbs::confirm(seat, env, act, target),
            Some(act) => verbs::at_once(seat, env, act, target),
        },
    }
}

/// Removing and recalling cannot be taken back, and a slip of the finger would do them: they ask first.
fn asks_first(act: &Act) -> bool {
    matches!(act, Act::Recall { .. } | Act::Remove { .. })
}
