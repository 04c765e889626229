//! Looking closer and taking along: the x-ray of what is under the cursor, and its copy.
//!
//! Never trusts that a terminal took a copy: they refuse in silence. A second `y` on the same row shows the text by
//! itself, for the terminal's own selection.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::seat::Seat;
use crate::model::moment::Moment;
use crate::ui::copy_pane::CopyPane;
use crate::ui::overlay::Overlay;
use crate::ui::target::Target;
use crate::ui::xray::XRayView;

/// Within so long a second copy of the same row means that the first did not arrive, in milliseconds: the time it
/// takes to try to paste and come back.
const AGAIN_MS: i64 = 30_000;

/// Bytes of a text that are copied at most: in base64 this is the 74,994 that hterm takes, the least of the terminals
/// that name a limit.
pub const LONGEST_COPY: usize = 56_244;

/// What was copied last, and when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Copied {
    target: Target,
    at: Moment,
}

/// Opens the x-ray.
pub fn x_ray(seat: &mut Seat, env: &Env<'_>, target: &Target) -> Vec<Effect> {
    let texts = seat.screen.texts(&env.scene, target);
    if texts.is_empty() {
        return seat.refuse(env, env.scene.say("off-nothing-to-read"));
    }
    seat.screen.overlay = Some(Overlay::XRay(XRayView::new(texts)));
    Vec::new()
}

/// Copies the text under the cursor, or shows it by itself where copying is known not to work or did not.
pub fn copy(seat: &mut Seat, env: &Env<'_>, target: Target) -> Vec<Effect> {
    let Some(text) = plainly(seat, env, &target) else {
        return seat.refuse(env, env.scene.say("off-nothing-to-read"));
    };
    let now = env.scene.now;
    let again = seat
        .copied
        .take()
        .is_some_and(|last| last.target == target && (0..=AGAIN_MS).contains(&now.since(last.at)));
    if again || !seat.takes_clipboard {
        seat.screen.toast = None;
        seat.screen.overlay = Some(Overlay::CopyPane(CopyPane::new(text)));
        return Vec::new();
    }
    seat.copied = Some(Copied { target, at: now });
    let whole = text.chars().count();
    let copied = text.get(..text.floor_char_boundary(LONGEST_COPY)).unwrap_or_default().to_owned();
    let (n, all) = (copied.chars().count(), whole.to_string());
    let key = if n < whole { "done-copied-part" } else { "done-copied" };
    seat.done(env, env.scene.say_with(key, &[("n", &n.to_string()), ("all", &all)]));
    vec![Effect::Copy(copied)]
}

/// The text that copying takes, without controls.
pub fn plainly(seat: &Seat, env: &Env<'_>, target: &Target) -> Option<String> {
    seat.screen.copied(&env.scene, target).map(|text| harmless(&text))
}

/// A text that may be pasted into a shell or an editor: as it was sent, but without controls, of which only line
/// breaks and tabs remain.
fn harmless(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter(|sign| !sign.is_control() || matches!(sign, '\n' | '\t'))
        .collect()
}
