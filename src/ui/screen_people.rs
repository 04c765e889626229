//! What a seat asks of its picture about members and groups: the views, their order, and a member's card.

use crate::model::id::{MemberId, RoomId};
use crate::ui::card_page::CardPage;
use crate::ui::overlay::Overlay;
use crate::ui::scene::Scene;
use crate::ui::screen::{Pane, Screen, View};
use crate::ui::target::{RowId, Target};

impl Screen {
    /// Puts the members on screen, in order anew: asking for them once more brings the order up to date.
    pub fn show_members(&mut self, scene: &Scene<'_>) {
        self.set_view(View::Members);
        self.members.rearrange();
        self.catch_up(scene);
    }

    /// Orders the rows of the focused pane by something else; whether it can.
    pub fn sort(&mut self, scene: &Scene<'_>) -> bool {
        if self.subject() != Pane::Members {
            return false;
        }
        self.members.sort_on();
        self.catch_up(scene);
        true
    }

    /// Puts the members' cursor on somebody, whatever filter hides him.
    pub fn select_member(&mut self, scene: &Scene<'_>, room: RoomId, member: MemberId) {
        self.set_view(View::Members);
        self.focus(Pane::Members);
        if self.room().is_some_and(|shown| shown != room) {
            self.set_room(Some(room));
        }
        self.members.set_sieve(None);
        self.catch_up(scene);
        self.select_id(scene, Pane::Members, RowId::Member(room, member));
    }

    /// Puts a group into the stream and the stream on screen.
    pub fn enter_group(&mut self, room: RoomId) {
        self.set_view(View::Live);
        self.focus(Pane::Stream);
        self.set_room(Some(room));
    }

    /// The card of a target's member on a page of its own; whether there is one.
    pub fn open_card(&mut self, target: &Target) -> bool {
        let page = CardPage::about(target).map(Overlay::Card);
        let opened = page.is_some();
        self.overlay = page.or(self.overlay.take());
        opened
    }

    /// `成员 198 + 已离开 3 · 最近发言在前`: how many are there, how many of those listed are gone, and in which order.
    /// Where not all are known it says so, for then the number at the top is the platform's.
    pub(super) fn members_title(&self, scene: &Scene<'_>) -> String {
        let (words, sort) = (scene.say("pane-members"), scene.say(self.members.sort.key()));
        let listed = self.members.count(scene, self.room());
        if self.members.sieve.is_some() {
            return format!("{words} {listed} · {sort}");
        }
        let rooms = || scene.state.rooms.iter().filter(|one| self.room().is_none_or(|only| one.id == only));
        let here: u32 = rooms().map(|room| scene.state.members.present_in(room.id)).sum();
        let gone = listed.saturating_sub(usize::try_from(here).unwrap_or(usize::MAX));
        let all = scene.state.rooms.people(self.room()).filter(|all| *all != here);
        let number = here.to_string();
        let mut counted = match all {
            Some(all) => scene.say_with("members-known", &[("n", &number), ("all", &all.to_string())]),
            None if rooms().all(|room| room.roster_known) => number,
            None => scene.say_with("members-some", &[("n", &number)]),
        };
        if gone > 0 {
            counted.push_str(&scene.say_with("members-gone", &[("n", &gone.to_string())]));
        }
        format!("{words} {counted} · {sort}")
    }
}
