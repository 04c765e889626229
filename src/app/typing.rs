//! Keys as they are typed, and pastes that a terminal did not bracket: what a key asks for is held back for the moment
//! in which a burst would show itself, so that not even the first keys of one act.
//!
//! Keys that come in that moment wait their turn; none is lost, and none sees the world before the one ahead of it.
//! A key that is held down moves on and on, but acts and answers only once: see [`crate::app::held`].

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::held::{Held, Press, REPEAT_MS};
use crate::app::seat::Seat;
use crate::app::update::key_pressed;
use crate::app::{overlay, standing};
use crate::commands::key::{Code, Key};
use crate::commands::keymap::Meaning;
use crate::commands::table::{Command, Group};
use crate::model::moment::Moment;
use crate::ui::overlay::Overlay;
use std::collections::VecDeque;

/// More than this many keys within [`BURST_MS`] are not typed by a person (`moderation.md` §5a).
pub const BURST_KEYS: usize = 8;
/// The window in which keys count as one burst, in milliseconds.
pub const BURST_MS: i64 = 20;

/// What was typed in the last moment, and what waits for the moment to pass.
#[derive(Debug, Clone, Default)]
pub struct Typing {
    /// When, and whether something stood over the panes then.
    recent: VecDeque<(Moment, bool)>,
    withheld: Option<Withheld>,
    waiting: VecDeque<(Key, u64, Press)>,
    held: Held,
}

/// What was asked for and is not done yet.
#[derive(Debug, Clone)]
struct Withheld {
    effects: Vec<Effect>,
    since: Moment,
    /// How long it waits, in milliseconds.
    patience: i64,
    /// It was asked for by a second press of a key, which may be the first repeat of one that is held.
    doubtful: bool,
}

impl Typing {
    /// When something is to be let go by a `Settle`.
    pub fn settles_at(&self) -> Option<Moment> {
        match &self.withheld {
            Some(withheld) => Some(Moment(withheld.since.0.saturating_add(withheld.patience + 1))),
            None if self.waiting.is_empty() => None,
            None => Some(Moment::default()),
        }
    }

    /// The terminal is gone: no key can come any more that would make a paste of the last ones, so what they asked for
    /// holds; but not what may have been the repeat of a key that was held down as the line broke.
    pub fn let_go(&mut self) -> Vec<Effect> {
        self.waiting.clear();
        let withheld = self.withheld.take().filter(|withheld| !withheld.doubtful);
        withheld.map(|withheld| withheld.effects).unwrap_or_default()
    }

    /// Notes a key at `now`; whether it belongs to a burst.
    fn is_burst(&mut self, now: Moment, covered: bool) -> bool {
        self.recent.retain(|(at, _)| (0..=BURST_MS).contains(&now.since(*at)));
        self.recent.push_back((now, covered));
        if self.recent.len() > BURST_KEYS + 1 {
            self.recent.pop_front();
        }
        self.recent.len() > BURST_KEYS
    }
}

/// A key arrived while frame `shown` stood on the terminal.
pub fn arrived(seat: &mut Seat, env: &Env<'_>, key: Key, shown: u64) -> Vec<Effect> {
    let covered = seat.screen.overlay.is_some();
    if seat.typing.is_burst(env.scene.now, covered) {
        return pasted(seat, env, key, shown);
    }
    let Some(key) = seat.typing.held.meant(key, env.scene.now) else { return Vec::new() };
    let press = seat.typing.held.press(key, env.scene.now);
    if press == Press::Held && seat.typing.withheld.as_ref().is_some_and(|withheld| withheld.doubtful) {
        seat.typing.withheld = None;
        return seat.refuse(env, env.scene.say("held-ignored"));
    }
    if seat.typing.settles_at().is_some() {
        seat.typing.waiting.push_back((key, shown, press));
        return Vec::new();
    }
    typed(seat, env, key, shown, press)
}

/// The moment has passed: lets go what was held back, then what waits behind it.
pub fn settle(seat: &mut Seat, env: &Env<'_>) -> Vec<Effect> {
    standing::settle(seat, env.scene.now);
    if let Some(withheld) = seat.typing.withheld.take() {
        // A clock that went back must not hold it for ever.
        if (0..=withheld.patience).contains(&env.scene.now.since(withheld.since)) {
            seat.typing.withheld = Some(withheld);
            return Vec::new();
        }
        return withheld.effects;
    }
    let mut effects = Vec::new();
    while seat.typing.withheld.is_none()
        && let Some((key, shown, press)) = seat.typing.waiting.pop_front()
    {
        effects.extend(typed(seat, env, key, shown, press));
    }
    effects
}

fn typed(seat: &mut Seat, env: &Env<'_>, key: Key, shown: u64, press: Press) -> Vec<Effect> {
    // The key that waits for its digit is still down.
    if press != Press::Fresh && seat.waiting.is_some() {
        return Vec::new();
    }
    if press == Press::Held && acts(seat, env, key) {
        return seat.refuse(env, env.scene.say("held-ignored"));
    }
    let (acting, reading): (Vec<Effect>, Vec<Effect>) =
        key_pressed(seat, env, key, shown).into_iter().partition(Effect::acts);
    if !acting.is_empty() {
        let doubtful = press == Press::Again;
        let patience = if doubtful { REPEAT_MS } else { BURST_MS };
        seat.typing.withheld = Some(Withheld { effects: acting, since: env.scene.now, patience, doubtful });
    }
    reading
}

/// Whether a key would act, answer or choose, or open something: what a held key must do only once.
fn acts(seat: &Seat, env: &Env<'_>, key: Key) -> bool {
    match &seat.screen.overlay {
        // A number that has to be typed may hold the same digit twice.
        Some(Overlay::Dialog(dialog)) => return dialog.entry.is_none() || key.code == Code::Enter,
        Some(Overlay::Prompt(_) | Overlay::Chooser(_)) => return key.code == Code::Enter,
        Some(_) => return false,
        None => {}
    }
    let finding = seat.screen.is_finding() && matches!(key.folded().typed(), Some('n' | 'N'));
    let keys: Vec<Key> = seat.keys.iter().copied().chain([key.folded()]).collect();
    match env.scene.keymap.meaning(&keys) {
        Meaning::Command(_) if finding => false,
        Meaning::Command(meant) => {
            meant == Command::Open || matches!(meant.row().group, Group::Act | Group::Look)
        }
        Meaning::Prefix(_) | Meaning::Nothing => false,
    }
}

/// A key of a burst is a letter for an open prompt, and nothing else; what the first keys asked for is not done.
fn pasted(seat: &mut Seat, env: &Env<'_>, key: Key, shown: u64) -> Vec<Effect> {
    let withheld = seat.typing.withheld.take();
    if withheld.is_some() || !seat.typing.waiting.is_empty() {
        // What is not done is nothing to be done again.
        seat.last_intent = None;
    }
    seat.typing.waiting.clear();
    seat.keys.clear();
    seat.waiting = None;
    seat.screen.pending = None;
    // A question or a field for others' eyes that its own first keys opened goes with it. A line for looking or for a
    // command stays: over a slow link what a person typed into it comes in one piece too.
    let looks = matches!(&seat.screen.overlay, Some(Overlay::Prompt(prompt)) if prompt.purpose.only_looks());
    let own = seat.typing.recent.front().is_some_and(|(_, covered)| !covered);
    if own && !looks && seat.screen.overlay.is_some() {
        overlay::close(seat);
        seat.choosing = None;
    }
    let takes_text = match &seat.screen.overlay {
        Some(Overlay::Prompt(_)) => true,
        Some(Overlay::Chooser(chooser)) => chooser.query().is_some(),
        _ => false,
    };
    if takes_text && matches!(key.code, Code::Char(_)) {
        return overlay::key(seat, env, key, shown);
    }
    seat.refuse(env, env.scene.say("burst-ignored"))
}
