//! Small wordings that many panes share: names, roles, severities, acts, stages, times and durations.
//!
//! Everything comes from the catalogues; foreign text comes out unrevealed and is revealed by the canvas.

use crate::config::theme::Meaning;
use crate::model::ability::Verb;
use crate::model::action::{Act, Actor, Stage};
use crate::model::flag::{Category, Confidence, Severity};
use crate::model::id::{MemberId, RoomId};
use crate::model::message::Kind;
use crate::model::moment::Moment;
use crate::state::standing::Standing;
use crate::text::width;
use crate::ui::scene::Scene;
use chrono::Datelike;

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
        let (key, number) = match seconds.max(0) {
            seconds @ 0..60 => ("seconds", seconds),
            seconds @ 60..3600 => ("minutes", seconds / 60),
            seconds @ 3600..86_400 => ("hours", seconds / 3600),
            seconds => ("days", seconds / 86_400),
        };
        self.say_with(key, &[("n", &number.to_string())])
    }

    /// How long ago something was.
    pub fn age(&self, moment: Moment) -> String {
        self.duration(self.now.since(moment) / 1000)
    }

    /// A member's name, as he wrote it.
    pub fn member_name(&self, member: MemberId) -> String {
        match self.state.members.get(member) {
            Some(member) => member.name.clone(),
            None => self.say("member-unknown"),
        }
    }

    /// Whom an act falls on: a member's name, or everybody.
    pub fn whom(&self, act: &Act) -> String {
        act.member().map_or_else(|| self.say("everybody"), |member| self.member_name(member))
    }

    /// A room's name, as the platform gives it.
    pub fn room_name(&self, room: RoomId) -> String {
        self.state.rooms.get(room).map_or_else(|| self.say("room-unknown"), |room| room.name.clone())
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

const WEEKDAYS: [&str; 7] =
    ["weekday-1", "weekday-2", "weekday-3", "weekday-4", "weekday-5", "weekday-6", "weekday-7"];

/// The catalogue keys of a standing's glyph and of its word, and its look.
pub fn standing_keys(standing: Standing) -> (&'static str, &'static str, Meaning) {
    match standing {
        Standing::Owner => ("glyph-owner", "role-owner", Meaning::RoleOwner),
        Standing::Admin => ("glyph-admin", "role-admin", Meaning::RoleAdmin),
        Standing::Voiced => ("glyph-voiced", "role-voiced", Meaning::RoleMember),
        Standing::Newcomer => ("glyph-newcomer", "role-newcomer", Meaning::RoleNewcomer),
        Standing::Ordinary => ("glyph-member", "role-member", Meaning::RoleMember),
    }
}

/// `S1` to `S4`.
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::S1 => "S1",
        Severity::S2 => "S2",
        Severity::S3 => "S3",
        Severity::S4 => "S4",
    }
}

/// The glyph before a case: two cells.
pub fn severity_glyph(severity: Severity) -> &'static str {
    match severity {
        Severity::S1 => " ·",
        Severity::S2 => " !",
        Severity::S3 | Severity::S4 => "!!",
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
