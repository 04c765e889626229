//! Our own questions, one at a time: which rooms, who is in them, and whether an ordered thing holds. Pure.

use crate::model::heard::{Deed, Heard, Order, Outcome};
use crate::model::reason::Reason;
use crate::platforms::stdio::errands::Task;
use crate::platforms::stdio::frame::Member;
use crate::platforms::stdio::translate::Picture;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What is still to be asked, what is being asked, and the member list that is coming in.
#[derive(Debug, Default)]
pub struct Listing {
    waiting: VecDeque<Task>,
    /// The request under way.
    asked: Option<String>,
    /// The room whose members are being listed, and those who came so far.
    room: Option<String>,
    people: BTreeMap<String, Member>,
    listed: BTreeSet<String>,
}

impl Listing {
    /// Puts a question at the end of the line.
    pub fn want(&mut self, task: Task) {
        self.waiting.push_back(task);
    }

    /// Asks for the members of a room, once in a connector's life.
    pub fn want_members(&mut self, room: &str) {
        if self.listed.insert(room.to_owned()) {
            self.want(Task::Members { room: room.to_owned() });
        }
    }

    /// The next question, if none is under way.
    pub fn next_task(&mut self) -> Option<Task> {
        if self.asked.is_some() { None } else { self.waiting.pop_front() }
    }

    /// A question was sent as request `id`.
    pub fn sent(&mut self, id: &str, task: &Task) {
        self.asked = Some(id.to_owned());
        self.people.clear();
        self.room = room(task).map(str::to_owned);
    }

    /// Whether this member belongs to the list that is coming in; if so he is kept for it.
    pub fn takes(&mut self, member: &Member) -> bool {
        let taken = self.room.as_deref() == Some(member.room.as_str());
        if taken {
            self.people.insert(member.user.clone(), member.clone());
        }
        taken
    }

    /// The question `id` is over, answered well or not; what the desk hears.
    pub fn ended(&mut self, id: &str, task: &Task, answered: bool, picture: &Picture) -> Vec<Heard> {
        if self.asked.as_deref() != Some(id) {
            return Vec::new();
        }
        self.asked = None;
        self.room = None;
        let people = std::mem::take(&mut self.people);
        let Some(room) = room(task) else { return Vec::new() };
        let complete = answered && !people.is_empty() && fills(&people, picture.members_total(room));
        let mut heard = Vec::new();
        if !people.is_empty() {
            let everybody = people.keys().map(|user| picture.person(room, user)).collect();
            heard.push(Heard::Roster { room: room.to_owned(), people: everybody, complete });
        }
        if let Task::Check(order) = task {
            let outcome = if complete {
                reread(order, &people, picture.hello.cap("mute").timed == Some(false))
            } else {
                Outcome::Unknown { reason: Reason::new("modline-reread-incomplete") }
            };
            heard.push(Heard::Outcome { action: order.action, outcome });
        }
        heard
    }

    /// A new life of the connector; checks that still wait are asked of it, lists are asked for anew.
    pub fn restart(&mut self) {
        self.waiting.retain(|task| matches!(task, Task::Check(_)));
        self.asked = None;
        self.room = None;
        self.people.clear();
        self.listed.clear();
    }
}

/// Whether a deed can be seen in a member list.
pub fn is_seen_in_list(deed: &Deed) -> bool {
    matches!(deed, Deed::Mute { .. } | Deed::Unmute { .. } | Deed::Remove { block: false, .. })
}

/// The room whose list answers the question.
pub fn room(task: &Task) -> Option<&str> {
    match task {
        Task::Members { room } => Some(room),
        Task::Check(order) => Some(&order.room),
        Task::Act(_) | Task::Rooms | Task::Account => None,
    }
}

fn fills(people: &BTreeMap<String, Member>, total: Option<u32>) -> bool {
    total.is_none_or(|total| people.len() as u64 >= u64::from(total))
}

fn reread(order: &Order, people: &BTreeMap<String, Member>, untimed: bool) -> Outcome {
    let deed = match &order.deed {
        Deed::Check(deed) => deed.as_ref(),
        deed => deed,
    };
    let holds = match deed {
        Deed::Mute { person, .. } => muted(people, &person.external),
        Deed::Unmute { person } => muted(people, &person.external).map(|muted| !muted),
        Deed::Remove { person, block: false, .. } => Some(!people.contains_key(&person.external)),
        _ => None,
    };
    match holds {
        Some(true) => {
            let ours_to_lift = untimed && matches!(deed, Deed::Mute { .. });
            Outcome::Confirmed { evidence: Reason::new("modline-reread-holds"), ours_to_lift }
        }
        Some(false) => Outcome::Failed { reason: Reason::new("modline-reread-not") },
        None => Outcome::Unknown { reason: Reason::new("modline-reread-silent") },
    }
}

fn muted(people: &BTreeMap<String, Member>, user: &str) -> Option<bool> {
    people.get(user)?.muted_until.map(|until| until != 0)
}
