//! What there is to read under the cursor: the texts themselves, for the x-ray and for the clipboard. Never draws.

use crate::model::id::MessageId;
use crate::state::queue::Case;
use crate::ui::audit_story;
use crate::ui::entries::Entry;
use crate::ui::outbox;
use crate::ui::phrase::severity_word;
use crate::ui::scene::Scene;
use crate::ui::screen::{Pane, Screen};
use crate::ui::target::Target;

impl Screen {
    /// Every text that the row under the cursor is made of, as it was sent, each with what it is.
    pub fn texts(&self, scene: &Scene<'_>, target: &Target) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        let mut add = |key: &str, text: Option<String>| {
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                texts.push((scene.say(key), text));
            }
        };
        add("xray-message", target.message.and_then(|id| self.words_of(scene, id, target)));
        let action = target.action.and_then(|id| scene.state.actions.get(id));
        add("xray-words", action.and_then(|action| action.request.act.words().map(str::to_owned)));
        add("xray-words", self.record_words(scene, target));
        let acted_on = action.and_then(|action| action.request.act.member());
        let member = target.member.or(acted_on).and_then(|id| scene.state.members.get(id));
        add("xray-name", member.map(|member| member.name.clone()));
        let account = member.filter(|member| member.external != member.name);
        add("xray-account", account.map(|member| member.external.clone()));
        let room = target.group.or(target.room).and_then(|id| scene.state.rooms.get(id));
        add("xray-room", room.map(|room| room.name.clone()));
        texts
    }

    /// The text that copying takes: a message's own words, a member's name and platform id, the summary of a case, the
    /// story of an action or of an entry of the audit, the name of a group. Nothing where there is none of these.
    pub fn copied(&self, scene: &Scene<'_>, target: &Target) -> Option<String> {
        if let Some(action) = target.action.and_then(|id| scene.state.actions.get(id)) {
            return Some(outbox::story(scene, action).join("\n").trim().to_owned());
        }
        if target.record.is_some() {
            return self.record_words(scene, target);
        }
        let case = target.case.and_then(|id| scene.state.queue.get(id));
        if let Some(case) = case.filter(|_| self.subject() == Pane::Queue) {
            return Some(self.summary(scene, case, target));
        }
        if let Some(words) = target.message.and_then(|id| self.words_of(scene, id, target)) {
            return Some(words);
        }
        if let Some(member) = target.member.and_then(|id| scene.state.members.get(id)) {
            return Some(format!("{} {}", member.name, member.external));
        }
        let room = scene.state.rooms.get(target.group?)?;
        Some(format!("{} {}", room.name, room.external))
    }

    /// Rule, severity, name, room, why, and the words themselves: a line for each.
    fn summary(&self, scene: &Scene<'_>, case: &Case, target: &Target) -> String {
        let names = [scene.member_name(case.member), scene.room_name(case.room)];
        let head = [severity_word(case.severity).to_owned(), scene.rule(&case.rule)];
        let mut lines = vec![head.into_iter().chain(names).collect::<Vec<_>>().join(" · ")];
        lines.extend(case.remarks.last().map(|remark| scene.words.reason(&remark.reason)));
        let message = case.remarks.last().map(|remark| remark.message);
        lines.extend(message.and_then(|id| self.words_of(scene, id, target)));
        lines.join("\n")
    }

    /// The words of a message, also of one that was paged in from the record or is kept as evidence.
    fn words_of(&self, scene: &Scene<'_>, id: MessageId, target: &Target) -> Option<String> {
        if let Some(message) = scene.state.stream.message(id) {
            return Some(message.text.clone());
        }
        if let Some(Entry::Said(message)) = target.line.and_then(|line| self.stream.entry_with(scene, line))
            && message.id == id
        {
            return Some(message.text.clone());
        }
        let kept = scene.state.evidence.stretch(id)?;
        kept.iter().find(|line| line.message == id).map(|line| line.text.clone())
    }

    fn record_words(&self, scene: &Scene<'_>, target: &Target) -> Option<String> {
        let record = scene.state.trail.iter().find(|entry| Some(entry.seq) == target.record)?;
        let story = audit_story::story(scene, &record.event);
        let by = story.by.map(|by| scene.actor(&by)).unwrap_or_default();
        Some(format!("{} {by} {}", scene.when_exactly(record.at), story.words))
    }
}
