//! The ladder: which step follows from a group's style, a violation's severity and how many there were.
//! Never looks at a person, never draws lots.

use crate::enforce::Settings;
use crate::model::action::Act;
use crate::model::flag::Severity;
use crate::model::id::MemberId;
use crate::model::reason::Reason;
use serde::{Deserialize, Serialize};

/// How severe a group is (`operations.md` §2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// Many explicit bans, severe handling: professional and paid groups.
    Strict,
    /// A clear core and relaxed talk: most groups.
    #[default]
    Moderate,
    /// Few rules and self-discipline: acquaintances.
    Lax,
}

/// What is to be done about a violation, mildest first (`operations.md` §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Step {
    /// L0 提醒: said, and no penalty.
    Remind,
    /// L1 警告.
    Warn,
    /// L2 禁言, 10 minutes by default.
    MuteShort,
    /// L3 禁言, an hour by default.
    MuteMiddle,
    /// L4 禁言, a day by default.
    MuteLong,
    /// L5 移出.
    Remove,
    /// L6 移出并拉黑.
    Block,
}

impl Style {
    /// Every style, the severest first.
    pub const ALL: [Style; 3] = [Style::Strict, Style::Moderate, Style::Lax];

    /// How long an offence counts, in days (`operations.md` §5.2).
    pub fn window_days(self) -> i64 {
        match self {
            Style::Strict => 90,
            Style::Moderate => 30,
            Style::Lax => 14,
        }
    }

    /// The name of this style in the catalogues: `style-strict`.
    pub fn name(self) -> Reason {
        Reason::new(match self {
            Style::Strict => "style-strict",
            Style::Moderate => "style-moderate",
            Style::Lax => "style-lax",
        })
    }
}

/// The step for the `count`-th offence (1 is the first) of one category inside the window. `removed`: the member was
/// already put out inside the window and came back, so what would put him out again also keeps him out.
///
/// The table of `operations.md` §5.2; beyond its last column the last entry repeats, S4 is always L6.
pub fn step(style: Style, severity: Severity, count: u32, removed: bool) -> Step {
    if removed {
        return Step::Block;
    }
    let row = row(style, severity);
    let column = usize::try_from(count.saturating_sub(1)).unwrap_or(usize::MAX);
    row.get(column).or(row.last()).copied().unwrap_or(Step::Remind)
}

fn row(style: Style, severity: Severity) -> &'static [Step] {
    use Step as L;
    match (style, severity) {
        (_, Severity::S4) => &[L::Block],
        (Style::Strict, Severity::S1) => &[L::Warn, L::MuteMiddle, L::MuteLong, L::Remove],
        (Style::Strict, Severity::S2) => &[L::MuteMiddle, L::MuteLong, L::Remove, L::Block],
        (Style::Strict | Style::Moderate, Severity::S3) => &[L::MuteLong, L::Remove, L::Block],
        (Style::Moderate, Severity::S1) => {
            &[L::Remind, L::Warn, L::MuteShort, L::MuteMiddle, L::MuteLong, L::Remove]
        }
        (Style::Moderate, Severity::S2) => &[L::Warn, L::MuteMiddle, L::MuteLong, L::Remove],
        (Style::Lax, Severity::S1) => &[L::Remind, L::Remind, L::Warn, L::MuteShort, L::MuteMiddle],
        (Style::Lax, Severity::S2) => &[L::Remind, L::Warn, L::MuteShort, L::MuteMiddle, L::Remove],
        (Style::Lax, Severity::S3) => &[L::Warn, L::MuteLong, L::Remove, L::Block],
    }
}

impl Step {
    /// Every step, the mildest first: L0 to L6.
    pub const ALL: [Step; 7] = [
        Step::Remind,
        Step::Warn,
        Step::MuteShort,
        Step::MuteMiddle,
        Step::MuteLong,
        Step::Remove,
        Step::Block,
    ];

    /// 0 to 6, as in L0 to L6.
    pub fn level(self) -> u32 {
        match self {
            Step::Remind => 0,
            Step::Warn => 1,
            Step::MuteShort => 2,
            Step::MuteMiddle => 3,
            Step::MuteLong => 4,
            Step::Remove => 5,
            Step::Block => 6,
        }
    }

    /// One step milder, never below L0.
    pub fn milder(self) -> Step {
        let below = Step::ALL.iter().rev().find(|step| **step < self);
        below.copied().unwrap_or(Step::Remind)
    }

    /// How long this step takes a voice; nothing for steps that do not.
    pub fn seconds(self, settings: &Settings) -> Option<u32> {
        let [short, middle, long] = settings.mute_seconds;
        match self {
            Step::MuteShort => Some(short),
            Step::MuteMiddle => Some(middle),
            Step::MuteLong => Some(long),
            Step::Remind | Step::Warn | Step::Remove | Step::Block => None,
        }
    }

    /// The act that carries this step out on `member`. `notice` is what L0 and L1 say to him in the room, in words
    /// that the caller chose; without words there is nothing to say and no act.
    pub fn act(self, settings: &Settings, member: MemberId, notice: &str) -> Option<Act> {
        match self {
            Step::Remind | Step::Warn if notice.trim().is_empty() => None,
            Step::Remind | Step::Warn => Some(Act::Warn { member, text: notice.to_owned() }),
            Step::MuteShort | Step::MuteMiddle | Step::MuteLong => {
                self.seconds(settings).map(|seconds| Act::Mute { member, seconds })
            }
            Step::Remove => Some(Act::Remove { member, block: false }),
            Step::Block => Some(Act::Remove { member, block: true }),
        }
    }

    /// The name of this step in the catalogues, for instance `step-mute` with its `seconds`.
    pub fn name(self, settings: &Settings) -> Reason {
        match self {
            Step::Remind => Reason::new("step-remind"),
            Step::Warn => Reason::new("step-warn"),
            Step::MuteShort | Step::MuteMiddle | Step::MuteLong => {
                Reason::new("step-mute").with("seconds", self.seconds(settings).unwrap_or_default())
            }
            Step::Remove => Reason::new("step-remove"),
            Step::Block => Reason::new("step-block"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::enforce::Settings;
    use crate::enforce::ladder::{Step, Style, step};
    use crate::model::action::Act;
    use crate::model::flag::Severity;
    use crate::model::id::MemberId;
    use proptest::prelude::*;

    const SEVERITIES: [Severity; 4] = [Severity::S1, Severity::S2, Severity::S3, Severity::S4];

    fn levels(style: Style, severity: Severity) -> Vec<u32> {
        (1..=7).map(|count| step(style, severity, count, false).level()).collect()
    }

    #[test]
    fn the_table_is_the_specifications() {
        assert_eq!(levels(Style::Strict, Severity::S1), [1, 3, 4, 5, 5, 5, 5]);
        assert_eq!(levels(Style::Strict, Severity::S2), [3, 4, 5, 6, 6, 6, 6]);
        assert_eq!(levels(Style::Strict, Severity::S3), [4, 5, 6, 6, 6, 6, 6]);
        assert_eq!(levels(Style::Moderate, Severity::S1), [0, 1, 2, 3, 4, 5, 5]);
        assert_eq!(levels(Style::Moderate, Severity::S2), [1, 3, 4, 5, 5, 5, 5]);
        assert_eq!(levels(Style::Moderate, Severity::S3), [4, 5, 6, 6, 6, 6, 6]);
        assert_eq!(levels(Style::Lax, Severity::S1), [0, 0, 1, 2, 3, 3, 3]);
        assert_eq!(levels(Style::Lax, Severity::S2), [0, 1, 2, 3, 5, 5, 5]);
        assert_eq!(levels(Style::Lax, Severity::S3), [1, 4, 5, 6, 6, 6, 6]);
    }

    #[test]
    fn what_endangers_the_group_is_always_removed_and_blocked() {
        for style in Style::ALL {
            assert_eq!(levels(style, Severity::S4), [6; 7]);
        }
    }

    #[test]
    fn who_came_back_after_a_removal_is_blocked_next() {
        for style in Style::ALL {
            for severity in SEVERITIES {
                assert_eq!(step(style, severity, 1, true), Step::Block);
            }
        }
    }

    #[test]
    fn every_step_has_its_act_and_every_duration_comes_from_the_table() {
        let (settings, member) = (Settings::default(), MemberId(7));
        let act = |step: Step| step.act(&settings, member, "请看群规");
        assert_eq!(act(Step::Remind), Some(Act::Warn { member, text: "请看群规".into() }));
        assert_eq!(act(Step::Warn), act(Step::Remind));
        assert_eq!(act(Step::MuteShort), Some(Act::Mute { member, seconds: 600 }));
        assert_eq!(act(Step::MuteMiddle), Some(Act::Mute { member, seconds: 3600 }));
        assert_eq!(act(Step::MuteLong), Some(Act::Mute { member, seconds: 86_400 }));
        assert_eq!(act(Step::Remove), Some(Act::Remove { member, block: false }));
        assert_eq!(act(Step::Block), Some(Act::Remove { member, block: true }));
        assert_eq!(Step::Warn.act(&settings, member, "  "), None);
    }

    #[test]
    fn one_step_milder_is_one_level_less_and_never_below_the_first() {
        for step in Step::ALL {
            assert_eq!(step.milder().level(), step.level().saturating_sub(1));
        }
    }

    #[test]
    fn durations_that_do_not_grow_are_a_mistake() {
        assert!(Settings::default().mistakes().is_empty());
        for seconds in [[0, 1, 2], [10, 10, 20], [30, 20, 40], [1, 3, 2]] {
            assert_eq!(Settings { mute_seconds: seconds, ..Settings::default() }.mistakes().len(), 1);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_stricter_style_is_never_milder(count in 1_u32..40, which in 0_usize..4, removed: bool) {
            let at = |style| step(style, SEVERITIES[which], count, removed);
            prop_assert!(at(Style::Strict) >= at(Style::Moderate));
            prop_assert!(at(Style::Moderate) >= at(Style::Lax));
        }

        #[test]
        fn a_worse_violation_is_never_milder(count in 1_u32..40, style in 0_usize..3, removed: bool) {
            let at = |severity| step(Style::ALL[style], severity, count, removed);
            prop_assert!(SEVERITIES.windows(2).all(|pair| at(pair[0]) <= at(pair[1])));
        }

        #[test]
        fn one_more_offence_is_never_milder(count in 0_u32..u32::MAX, style in 0_usize..3, which in 0_usize..4) {
            let at = |count| step(Style::ALL[style], SEVERITIES[which], count, false);
            prop_assert!(at(count) <= at(count + 1));
            prop_assert!(at(count) <= step(Style::ALL[style], SEVERITIES[which], count, true));
        }
    }
}
