//! People told apart: who shares his name in a room with somebody else, or could be taken for him, is named with the end
//! of his account's id. Whoever is the only one of his name is named by it alone.

use crate::model::id::{MemberId, RoomId};
use crate::text::fold::fold_words;
use crate::ui::scene::Scene;
use std::collections::{HashMap, HashSet};

/// How much of an account's id tells people apart, in characters from its end: where ids begin alike.
const TAIL: usize = 8;

impl Scene<'_> {
    /// A member's name in a room, with his account where another of the room is called the same or nearly.
    pub fn person(&self, room: RoomId, member: MemberId) -> String {
        let Some(named) = self.state.members.get(member) else { return self.member_name(member) };
        let folded = fold_words(&named.name);
        let alike = |id: &u32| {
            let other = MemberId(*id);
            let here = || self.state.members.in_room(room, other).is_some();
            let called = self.state.members.get(other).map(|other| fold_words(&other.name));
            other != member && called.as_deref() == Some(folded.as_str()) && here()
        };
        let doubled = self.state.members.rolls().names().found(&folded).iter().any(alike);
        self.told_apart(member, doubled)
    }

    fn told_apart(&self, member: MemberId, doubled: bool) -> String {
        let name = self.member_name(member);
        match self.state.members.get(member).filter(|_| doubled) {
            Some(named) => {
                self.say_with("person-told-apart", &[("name", &name), ("id", &tail(&named.external))])
            }
            None => name,
        }
    }
}

/// Who has to be told apart in some rooms: looked up once for many.
pub struct Crowd(HashMap<RoomId, HashSet<MemberId>>);

impl Crowd {
    /// Everybody who was ever in these rooms.
    pub fn of(scene: &Scene<'_>, rooms: impl Iterator<Item = RoomId>) -> Self {
        let mut known = HashMap::new();
        for room in rooms {
            known.entry(room).or_insert_with(|| doubled(scene, room));
        }
        Self(known)
    }

    /// [`Scene::person`] for one of these rooms.
    pub fn person(&self, scene: &Scene<'_>, room: RoomId, member: MemberId) -> String {
        let doubled = self.0.get(&room).is_some_and(|doubled| doubled.contains(&member));
        scene.told_apart(member, doubled)
    }
}

fn doubled(scene: &Scene<'_>, room: RoomId) -> HashSet<MemberId> {
    let mut called: HashMap<String, Vec<MemberId>> = HashMap::new();
    for id in scene.state.members.rolls().of_room(room) {
        if let Some(member) = scene.state.members.get(*id) {
            called.entry(fold_words(&member.name)).or_default().push(*id);
        }
    }
    called.into_values().filter(|ids| ids.len() > 1).flatten().collect()
}

/// The end of an id.
fn tail(id: &str) -> String {
    let left = id.chars().count().saturating_sub(TAIL);
    if left == 0 { id.to_owned() } else { format!("…{}", id.chars().skip(left).collect::<String>()) }
}
