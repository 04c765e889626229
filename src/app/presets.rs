//! Verbs that wait for a digit: which digits there are, and what each means.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::intent::{self, Intent};
use crate::app::seat::{Seat, Waiting};
use crate::app::{scope, verbs};
use crate::commands::table::{Command, MUTES, RESTS, WINDOWS};
use crate::model::flag::Severity;
use crate::ui::overlay::Pending;
use crate::ui::phrase::severity_word;
use crate::ui::target::Target;
use crate::ui::verbs::emulation;

/// The severities that a digit after `!` gives a flag.
const SEVERITIES: [(char, Severity); 4] =
    [('1', Severity::S1), ('2', Severity::S2), ('3', Severity::S3), ('4', Severity::S4)];

/// Shows what may follow, and waits for it.
pub fn wait(seat: &mut Seat, env: &Env<'_>, command: Command, targets: Vec<Target>) -> Vec<Effect> {
    let verb = env.scene.say(&format!("short-{}", command.row().name));
    let name = match targets.as_slice() {
        [target] => verbs::name(env, target),
        several => env.scene.say_with("marked", &[("n", &several.len().to_string())]),
    };
    let instead = targets.iter().find_map(|target| emulation(&env.scene, target, command));
    let sign = if instead.is_some() { "~" } else { "" };
    let label = env.scene.say_with("pending-verb", &[("verb", &format!("{verb}{sign}")), ("name", &name)]);
    let for_good = matches!(command, Command::Warn | Command::Remind);
    let notes = instead.into_iter().chain(for_good.then(|| env.scene.say("pending-for-good")));
    let note = notes.reduce(|one, other| format!("{one} {other}"));
    seat.screen.pending = Some(Pending { label, options: options(env, command), note });
    seat.waiting = Some(Waiting { command, targets });
    Vec::new()
}

/// The digits of a verb with their words.
pub fn options(env: &Env<'_>, command: Command) -> Vec<(char, String)> {
    let long = |table: &[(char, u32)]| -> Vec<(char, String)> {
        table.iter().map(|(digit, seconds)| (*digit, env.scene.duration(i64::from(*seconds)))).collect()
    };
    match command {
        Command::Mute | Command::MuteEverywhere => {
            std::iter::once(('0', env.scene.say("mute-lift"))).chain(long(&MUTES)).collect()
        }
        Command::Snooze => long(&RESTS),
        Command::RecallAll => long(&WINDOWS),
        Command::Remind => env.reminders_by_digit(),
        Command::Flag => {
            let word = |severity: Severity| severity_word(severity).to_owned();
            SEVERITIES.iter().map(|(digit, severity)| (*digit, word(*severity))).collect()
        }
        _ => env.warnings_by_digit(),
    }
}

/// The digit that typed words stand for: `3`, or a length that a digit has, such as `1h`; `off` ends a mute.
pub fn meant(command: Command, words: &str) -> Option<char> {
    let mut signs = words.chars();
    if let (Some(digit), None) = (signs.next(), signs.next()) {
        return Some(digit).filter(char::is_ascii_digit);
    }
    let lengths: &[(char, u32)] = match command {
        Command::Mute | Command::MuteEverywhere if words == "off" => return Some('0'),
        Command::Mute | Command::MuteEverywhere => &MUTES,
        Command::Snooze => &RESTS,
        Command::RecallAll => &WINDOWS,
        _ => return None,
    };
    let wanted = seconds(words)?;
    lengths.iter().find(|(_, length)| *length == wanted).map(|(digit, _)| *digit)
}

/// `10m`, `3h`, `7d` in seconds.
pub fn seconds(text: &str) -> Option<u32> {
    let unit = text.chars().last()?;
    let number: u32 = text.strip_suffix(unit)?.parse().ok()?;
    let per = match unit {
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return None,
    };
    number.checked_mul(per)
}

/// A digit arrived for a waiting verb.
pub fn digit(seat: &mut Seat, env: &Env<'_>, waiting: &Waiting, digit: char) -> Vec<Effect> {
    let targets = waiting.targets.clone();
    let lookup = |table: &[(char, u32)]| table.iter().find(|(key, _)| *key == digit).map(|(_, value)| *value);
    let text =
        |list: Vec<(char, String)>| list.into_iter().find(|(key, _)| *key == digit).map(|(_, text)| text);
    let mute = || if digit == '0' { Some(Intent::Unmute) } else { lookup(&MUTES).map(Intent::Mute) };
    let intent = match waiting.command {
        Command::Mute | Command::MuteEverywhere => mute(),
        Command::Snooze => lookup(&RESTS).map(Intent::Snooze),
        Command::RecallAll => {
            return match lookup(&WINDOWS) {
                Some(seconds) => scope::recall_all(seat, env, &targets, seconds),
                None => seat.refuse(env, env.scene.say("off-no-preset")),
            };
        }
        Command::Remind => text(env.reminders_by_digit()).map(Intent::Remind),
        Command::Flag => {
            SEVERITIES.iter().find(|(key, _)| *key == digit).map(|(_, severity)| Intent::Flag(*severity))
        }
        _ => text(env.warnings_by_digit()).map(Intent::Warn),
    };
    match intent {
        None => seat.refuse(env, env.scene.say("off-no-preset")),
        Some(intent) if waiting.command == Command::MuteEverywhere => {
            scope::everywhere(seat, env, intent, &targets)
        }
        Some(intent) => intent::on(seat, env, intent, targets),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preset_is_a_digit_or_a_length_that_has_one() {
        assert_eq!(meant(Command::Mute, "3"), Some('3'));
        assert_eq!(meant(Command::Mute, "1h"), Some('3'));
        assert_eq!(meant(Command::Snooze, "1h"), Some('2'));
        assert_eq!(meant(Command::Mute, "off"), Some('0'));
        assert_eq!(meant(Command::Warn, "1h"), None);
        for nothing in ["", "90s", "5h", "x", "h", "off"] {
            assert_eq!(meant(Command::Snooze, nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_length_reads_in_minutes_hours_and_days() {
        assert_eq!(
            (seconds("10m"), seconds("3h"), seconds("29d")),
            (Some(600), Some(10_800), Some(2_505_600))
        );
        assert_eq!((seconds("m"), seconds("10"), seconds("10y"), seconds("")), (None, None, None, None));
    }
}
