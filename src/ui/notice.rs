//! What a notice of the stream says in words, on a screen and line by line. Never draws.

use crate::model::member::LeaveCause;
use crate::state::stream::Notice;
use crate::ui::scene::Scene;

impl Scene<'_> {
    /// The words of a notice, names unrevealed.
    pub fn notice(&self, notice: &Notice) -> String {
        let (key, member, by) = match notice {
            Notice::Joined { member, by } => ("notice-joined", member, by),
            Notice::Left { member, cause: LeaveCause::Left | LeaveCause::Unknown, by } => {
                ("notice-left", member, by)
            }
            Notice::Left { member, cause: LeaveCause::Removed, by } => ("notice-removed", member, by),
            Notice::Left { member, cause: LeaveCause::Banned, by } => ("notice-banned", member, by),
            Notice::Muted { member, until: None, by } => ("notice-muted", member, by),
            Notice::Muted { member, until: Some(until), by } => {
                let (name, until, by) = (self.member_name(*member), self.when(*until), self.actor(by));
                let args = [("name", name.as_str()), ("until", &until), ("by", &by)];
                return self.say_with("notice-muted-until", &args);
            }
            Notice::Unmuted { member, by } => ("notice-unmuted", member, by),
            Notice::Gap { from, to, reason, .. } => {
                let until = if self.same_day(*from, *to) { self.clock(*to) } else { self.when(*to) };
                let (from, reason) = (self.when(*from), self.words.reason(reason));
                let args = [("from", from.as_str()), ("to", &until), ("reason", &reason)];
                return self.say_with("gap-line", &args);
            }
        };
        self.say_with(key, &[("name", &self.member_name(*member)), ("by", &self.actor(by))])
    }
}
