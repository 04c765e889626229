//! Small wordings that many panes share: names, roles, severities, acts, stages, times and durations.
//!
//! Everything comes from the catalogues; foreign text comes out unrevealed and is revealed by the canvas. No name that is
//! not what it seems comes out without its mark.

use crate::config::theme::Meaning;
use crate::config::theme::glyph::Glyph;
use crate::model::ability::Verb;
use crate::model::action::{Act, Actor, Stage};
use crate::model::flag::{Category, Confidence, Severity};
use crate::model::id::{MemberId, RoomId};
use crate::model::message::Kind;
use crate::model::moment::Moment;
use crate::state::standing::Standing;
use crate::text::{reveal, width};
use crate::ui::canvas::{Row, run};
use crate::ui::scene::Scene;
use chrono::Datelike;
use ratatui::style::Style;

impl Scene<'_> {
    /// `14:02`.
    pub fn clock(&self, moment: Moment) -> String {
        moment.at_zone(self.zone).format("%H:%M").to_string()
    }

    /// `14:02:33`.
    pub fn clock_seconds(&self, moment: Moment) -> String {
        moment.at_zone(self.zone).format("%H:%M:%S").to_string()
    }

    /// A day in words: `11月22日 星期日`.
    pub fn day(&self, moment: Moment) -> String {
        let time = moment.at_zone(self.zone);
        let weekday =
            self.say(WEEKDAYS.get(time.weekday().num_days_from_monday() as usize).unwrap_or(&"weekday-1"));
        let (year, month, day) =
            (time.year().to_string(), time.format("%m").to_string(), time.format("%d").to_string());
        self.say_with("day", &[("year", &year), ("month", &month), ("day", &day), ("weekday", &weekday)])
    }

    /// The clock, with the date before it when it is not today.
    pub fn when(&self, moment: Moment) -> String {
        if self.same_day(moment, self.now) {
            return self.clock(moment);
        }
        moment.at_zone(self.zone).format("%m-%d %H:%M").to_string()
    }

    /// Five cells: the clock today, the date on other days.
    pub fn when_short(&self, moment: Moment) -> String {
        let form = if self.same_day(moment, self.now) { "%H:%M" } else { "%m-%d" };
        moment.at_zone(self.zone).format(form).to_string()
    }

    /// Fourteen cells: date and time to the second.
    pub fn when_exactly(&self, moment: Moment) -> String {
        moment.at_zone(self.zone).format("%m-%d %H:%M:%S").to_string()
    }

    /// Whether two moments fall on one day in the seat's zone.
    pub fn same_day(&self, one: Moment, other: Moment) -> bool {
        one.at_zone(self.zone).date_naive() == other.at_zone(self.zone).date_naive()
    }

    /// A duration in its largest unit: `30秒`, `10分`, `3时`, `7天`.
    pub fn duration(&self, seconds: i64) -> String {
        let (key, number) = duration_parts(seconds);
        self.say_with(key, &[("n", &number.to_string())])
    }

    /// How long ago something was.
    pub fn age(&self, moment: Moment) -> String {
        self.duration(self.now.since(moment) / 1000)
    }

    /// All that [`Scene::age`] shows: the unit and how many of it.
    pub fn age_parts(&self, moment: Moment) -> (&'static str, i64) {
        duration_parts(self.now.since(moment) / 1000)
    }

    /// A member's name for a row or a sentence: marked where it is not what it seems.
    pub fn member_name(&self, member: MemberId) -> String {
        marked_name(self.name_as_written(member))
    }

    /// A member's name as he wrote it, to look in and to order by; for the screen there is [`Scene::member_name`].
    pub fn name_as_written(&self, member: MemberId) -> String {
        match self.state.members.get(member) {
            Some(member) => member.name.clone(),
            None => self.say("member-unknown"),
        }
    }

    /// Whom an act falls on: a member's name, or everybody.
    pub fn whom(&self, act: &Act) -> String {
        act.member().map_or_else(|| self.say("everybody"), |member| self.member_name(member))
    }

    /// A room's name for a row or a sentence: marked where it is not what it seems.
    pub fn room_name(&self, room: RoomId) -> String {
        let name = self.state.rooms.get(room).map(|room| room.name.clone());
        marked_name(name.unwrap_or_else(|| self.say("room-unknown")))
    }

    /// Who did it, in words.
    pub fn actor(&self, actor: &Actor) -> String {
        match actor {
            Actor::Moderator(name) => name.clone(),
            Actor::Member(member) => self.member_name(*member),
            Actor::Program => self.say("actor-program"),
            Actor::Unknown => self.say("actor-unknown"),
        }
    }

    /// The standing of a member in a room.
    pub fn standing(&self, room: RoomId, member: MemberId) -> Standing {
        self.state.members.standing_at(room, member, self.now)
    }

    /// The name of a rule: its word where the catalogue has one, else its id.
    pub fn rule(&self, rule: &str) -> String {
        let (family, list) = rule.split_once('/').unwrap_or((rule, ""));
        let key = format!("rule-{family}");
        if self.words.has(&key) { self.say_with(&key, &[("list", list)]) } else { rule.to_owned() }
    }

    /// The theme's sign for a tier or a severity.
    fn sign(&self, glyph: Glyph) -> &str {
        self.theme.glyph(glyph, self.words.language())
    }

    /// The sign of a tier: as wide as the widest of them.
    pub fn tier_glyph(&self, tier: Glyph) -> String {
        width::pad(self.sign(tier), self.tier_cells())
    }

    /// The cells of such a sign: one or two.
    pub fn tier_cells(&self) -> usize {
        TIERS.into_iter().map(|tier| width::width(self.sign(tier))).max().unwrap_or(1)
    }

    /// The sign before a case: two cells, narrow ones at the right.
    pub fn severity_glyph(&self, severity: Severity) -> String {
        let sign = self.sign(severity_sign(severity));
        format!("{}{sign}", " ".repeat(2usize.saturating_sub(width::width(sign))))
    }

    /// A category in one short word.
    pub fn category(&self, category: Category) -> String {
        self.say(match category {
            Category::Advertisement => "brief-advertisement",
            Category::Flood => "brief-flood",
            Category::Words => "brief-words",
            Category::Attack => "brief-attack",
            Category::Newcomer => "brief-newcomer",
            Category::Team => "brief-team",
        })
    }

    /// The cells that the longest such word takes.
    pub fn category_cells(&self) -> usize {
        let all = [
            Category::Advertisement,
            Category::Flood,
            Category::Words,
            Category::Attack,
            Category::Newcomer,
            Category::Team,
        ];
        all.into_iter().map(|category| width::width(&self.category(category))).max().unwrap_or(0)
    }

    /// What an act is, in words, without whom: `禁言 10分`.
    pub fn act(&self, act: &Act) -> String {
        let verb = self.verb(act.verb());
        match act {
            Act::Remind { .. } => self.say("verb-remind"),
            Act::Mute { seconds, .. } => format!("{verb} {}", self.duration(i64::from(*seconds))),
            _ => verb,
        }
    }

    /// What a verb is called.
    pub fn verb(&self, verb: Verb) -> String {
        self.say(match verb {
            Verb::Recall => "verb-recall",
            Verb::Warn => "verb-warn",
            Verb::Mute => "verb-mute",
            Verb::Unmute => "verb-unmute",
            Verb::Remove => "verb-remove",
            Verb::Block => "verb-block",
            Verb::Unblock => "verb-unblock",
            Verb::Say => "verb-say",
        })
    }

    /// The word for a confidence.
    pub fn confidence(&self, confidence: Confidence) -> String {
        self.say(match confidence {
            Confidence::Fuzzy => "confidence-fuzzy",
            Confidence::Likely => "confidence-likely",
            Confidence::Certain => "confidence-certain",
        })
    }

    /// The words in brackets that stand for something that is not plain text: `[图片]`. Nothing for text.
    pub fn kind(&self, kind: Kind) -> Option<String> {
        let key = match kind {
            Kind::Text | Kind::System => return None,
            Kind::Image => "kind-image",
            Kind::Voice => "kind-voice",
            Kind::Video => "kind-video",
            Kind::File => "kind-file",
            Kind::Link => "kind-link",
            Kind::Card => "kind-card",
            Kind::Other => "kind-other",
        };
        Some(self.say(key))
    }

    /// The cells that the longest word for where an action stands takes.
    pub fn stage_cells(&self) -> usize {
        Stage::ALL.into_iter().map(|stage| width::width(&self.stage(stage).1)).max().unwrap_or(0)
    }

    /// Where an action stands: its glyph, its word and its look.
    pub fn stage(&self, stage: Stage) -> (&'static str, String, Meaning) {
        let (glyph, key, meaning) = match stage {
            Stage::Requested => ("…", "stage-requested", Meaning::Waiting),
            Stage::Sent => ("→", "stage-sent", Meaning::Waiting),
            Stage::Accepted => ("→", "stage-accepted", Meaning::Waiting),
            Stage::Confirmed => ("✓", "stage-confirmed", Meaning::Good),
            Stage::Failed => ("✗", "stage-failed", Meaning::Bad),
            Stage::Unsupported => ("✗", "stage-unsupported", Meaning::Bad),
            Stage::Unknown => ("?", "stage-unknown", Meaning::Unknown),
            Stage::Cancelled => ("⊘", "stage-cancelled", Meaning::Dim),
            Stage::MarkedDone => ("✓", "stage-marked-done", Meaning::Good),
        };
        (glyph, self.say(key), meaning)
    }
}

/// The largest unit of a duration and how many of it.
fn duration_parts(seconds: i64) -> (&'static str, i64) {
    match seconds.max(0) {
        seconds @ 0..60 => ("seconds", seconds),
        seconds @ 60..3600 => ("minutes", seconds / 60),
        seconds @ 3600..86_400 => ("hours", seconds / 3600),
        seconds => ("days", seconds / 86_400),
    }
}

/// Stands behind a name that is not what it seems, with how many of its characters are invisible or pass for others.
pub const HIDDEN: char = '⍰';

/// The name on one line, with `⍰2` behind it where two of its characters are invisible or pass for others.
pub fn marked_name(name: String) -> String {
    let shown = without_marks(reveal::line(&name).as_str());
    match hidden_count(&name) {
        0 => shown,
        hidden => format!("{shown}{HIDDEN}{hidden}"),
    }
}

/// With these signs begins what the program says beside a foreign text: flagged, recalled, muted, not what it seems.
/// In a foreign text itself they stand as `▯`, so that on a terminal without colours too nobody forges such a mark.
pub const OURS: [char; 4] = ['⚑', '⟲', '⊖', HIDDEN];

/// How many characters of a foreign text are invisible, pass for others, or for signs of ours.
pub fn hidden_count(text: &str) -> usize {
    reveal::hidden_count(text) + text.matches(OURS).count()
}

/// A revealed foreign text without the signs of ours. It keeps its length in bytes and in cells.
pub fn without_marks(shown: &str) -> String {
    shown.replace(OURS, "▯")
}

/// A marked name in so many cells at most, revealed: the name gives way, never its mark.
pub fn fit_name(name: &str, cells: usize) -> String {
    let (name, mark) = split_mark(name);
    let room = cells.saturating_sub(width::width(mark));
    format!("{}{mark}", width::clip(reveal::line(name).as_str(), room))
}

/// A marked name as it stands in a row: padded to so many cells, the mark in its own look.
pub fn name_runs(scene: &Scene<'_>, name: &str, cells: usize, look: Style) -> Row {
    let fitted = fit_name(name, cells);
    let missing = cells.saturating_sub(width::width(&fitted));
    let (name, mark) = split_mark(&fitted);
    if mark.is_empty() {
        return vec![run(width::pad(name, cells), look)];
    }
    vec![run(name, look), run(mark, scene.look(Meaning::Hidden)), run(" ".repeat(missing), look)]
}

/// A marked name without its mark, and the mark; empty where there is none.
fn split_mark(name: &str) -> (&str, &str) {
    let (at, mark) = match name.char_indices().rev().find(|(_, sign)| !sign.is_ascii_digit()) {
        Some((at, HIDDEN)) => (at, name.get(at..).unwrap_or_default()),
        _ => (name.len(), ""),
    };
    (name.get(..at).unwrap_or_default(), mark)
}

const WEEKDAYS: [&str; 7] =
    ["weekday-1", "weekday-2", "weekday-3", "weekday-4", "weekday-5", "weekday-6", "weekday-7"];

/// A standing's sign, the catalogue key of its word, and its look.
pub fn standing_keys(standing: Standing) -> (Glyph, &'static str, Meaning) {
    match standing {
        Standing::Owner => (Glyph::Owner, "role-owner", Meaning::RoleOwner),
        Standing::Admin => (Glyph::Admin, "role-admin", Meaning::RoleAdmin),
        Standing::Voiced => (Glyph::Voiced, "role-voiced", Meaning::RoleMember),
        Standing::Newcomer => (Glyph::Newcomer, "role-newcomer", Meaning::RoleNewcomer),
        Standing::Ordinary => (Glyph::Member, "role-member", Meaning::RoleMember),
    }
}

/// The signs of all tiers.
const TIERS: [Glyph; 5] = [Glyph::Owner, Glyph::Admin, Glyph::Voiced, Glyph::Newcomer, Glyph::Member];

/// `S1` to `S4`.
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::S1 => "S1",
        Severity::S2 => "S2",
        Severity::S3 => "S3",
        Severity::S4 => "S4",
    }
}

fn severity_sign(severity: Severity) -> Glyph {
    match severity {
        Severity::S1 => Glyph::S1,
        Severity::S2 => Glyph::S2,
        Severity::S3 => Glyph::S3,
        Severity::S4 => Glyph::S4,
    }
}

/// How a severity looks.
pub fn severity_look(severity: Severity) -> Meaning {
    match severity {
        Severity::S1 => Meaning::FlagS1,
        Severity::S2 => Meaning::FlagS2,
        Severity::S3 => Meaning::FlagS3,
        Severity::S4 => Meaning::FlagS4,
    }
}
