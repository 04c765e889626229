//! The requests under way with one connector: who asked, until when, and what has come of them. Pure.
//!
//! Each request is answered once; a second answer and one after its deadline are remarked and change nothing.
//! Instants are handed in; nothing here reads a clock.

use crate::model::heard::{Heard, Order, Outcome};
use crate::model::id::ActionId;
use crate::model::reason::Reason;
use crate::platforms::stdio::frame::{Answer, Frame};
use crate::platforms::stdio::outcome::{evidence, of_answer};
use crate::platforms::stdio::tame::tame;
use crate::platforms::stdio::translate::Picture;
use std::collections::{BTreeMap, VecDeque};
use tokio::time::Instant;

/// Finished requests remembered to tell a late or second answer from one that nobody asked for.
const RETIRED_KEPT: usize = 1024;

/// Why a request was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// To do what the desk ordered.
    Act(Order),
    /// To see whether something ordered holds, by listing the room.
    Check(Order),
    /// To know who is in a room.
    Members { room: String },
    /// To know the rooms.
    Rooms,
    /// To know our own account.
    Account,
}

impl Task {
    /// The action that waits for it.
    pub fn action(&self) -> Option<ActionId> {
        match self {
            Task::Act(order) | Task::Check(order) => Some(order.action),
            Task::Members { .. } | Task::Rooms | Task::Account => None,
        }
    }
}

/// The open and lately finished requests. Numbers never repeat while the program runs.
#[derive(Debug, Default)]
pub struct Errands {
    last: u64,
    open: BTreeMap<u64, Errand>,
    retired: VecDeque<(u64, Fate)>,
}

#[derive(Debug)]
struct Errand {
    task: Task,
    deadline: Instant,
    station: Station,
}

#[derive(Debug, PartialEq, Eq)]
enum Station {
    Waiting,
    /// Answered with `accepted`, perhaps naming the message that we said.
    Accepted {
        said: Option<String>,
    },
    /// The platform's event came before the answer.
    Confirmed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Answered,
    Expired,
}

/// A request whose time is over.
#[derive(Debug)]
pub struct Expired {
    pub id: String,
    pub task: Task,
    /// What the desk hears of it.
    pub heard: Option<Heard>,
    /// No answer ever came, so it is worth calling off.
    pub unanswered: bool,
}

impl Errands {
    /// A new request; its id.
    pub fn begin(&mut self, task: Task, deadline: Instant) -> String {
        self.last = self.last.saturating_add(1);
        self.open.insert(self.last, Errand { task, deadline, station: Station::Waiting });
        name(self.last)
    }

    /// Takes an answer in. The task with, for an act, its outcome; or a remark when nobody waits for this answer.
    pub fn answer(&mut self, answer: &Answer, ours_to_lift: bool) -> Result<(Task, Option<Outcome>), Reason> {
        let Some(number) = number(&answer.id) else { return Err(stray("modline-answer-unasked", answer)) };
        let Some(errand) = self.open.get_mut(&number) else {
            let fate = self.retired.iter().find(|(retired, _)| *retired == number).map(|(_, fate)| *fate);
            return Err(match fate {
                Some(Fate::Answered) => stray("modline-answer-twice", answer),
                Some(Fate::Expired) => stray("modline-answer-late", answer),
                None => stray("modline-answer-unasked", answer),
            });
        };
        if matches!(errand.station, Station::Accepted { .. }) {
            return Err(stray("modline-answer-twice", answer));
        }
        let outcome = match (&errand.task, &errand.station) {
            (Task::Act(_), Station::Waiting) => Some(of_answer(answer, ours_to_lift)),
            _ => None,
        };
        let task = errand.task.clone();
        if outcome == Some(Outcome::Accepted) {
            errand.station = Station::Accepted { said: answer.result_text("id").map(str::to_owned) };
        } else {
            self.retire(number, Fate::Answered);
        }
        Ok((task, outcome))
    }

    /// Looks whether the platform's event confirms an act; the oldest one that it fits, and no other.
    pub fn witness(
        &mut self,
        frame: &Frame,
        picture: &Picture,
        lift: impl Fn(&Order) -> bool,
    ) -> Option<Heard> {
        let (number, order, proof) = self.open.iter().find_map(|(number, errand)| {
            let Task::Act(order) = &errand.task else { return None };
            let said = match &errand.station {
                Station::Waiting => None,
                Station::Accepted { said } => said.as_deref(),
                Station::Confirmed => return None,
            };
            let proof = evidence(frame, order, &name(*number), said, picture)?;
            Some((*number, order.clone(), proof))
        })?;
        let outcome = Outcome::Confirmed { evidence: proof, ours_to_lift: lift(&order) };
        match self.open.get_mut(&number) {
            Some(errand) if errand.station == Station::Waiting => errand.station = Station::Confirmed,
            _ => self.retire(number, Fate::Answered),
        }
        Some(Heard::Outcome { action: order.action, outcome })
    }

    /// Ends the requests whose deadline has come.
    pub fn expire(&mut self, now: Instant) -> Vec<Expired> {
        let over: Vec<u64> = self
            .open
            .iter()
            .filter(|(_, errand)| errand.deadline <= now)
            .map(|(number, _)| *number)
            .collect();
        let mut expired = Vec::new();
        for number in over {
            let Some(errand) = self.open.remove(&number) else { continue };
            let fate = if errand.station == Station::Waiting { Fate::Expired } else { Fate::Answered };
            self.remember(number, fate);
            let (key, unanswered) = match errand.station {
                Station::Waiting => (Some("modline-no-answer"), true),
                Station::Accepted { .. } => (Some("modline-no-confirmation"), false),
                Station::Confirmed => (None, true),
            };
            let heard = key.and_then(|key| unknown(&errand.task, Reason::new(key)));
            expired.push(Expired { id: name(number), task: errand.task, heard, unanswered });
        }
        expired
    }

    /// The connector is gone: nothing that was asked of it will be answered.
    pub fn abandon(&mut self) -> Vec<Heard> {
        let open = std::mem::take(&mut self.open);
        let mut heard = Vec::new();
        for (number, errand) in open {
            self.remember(number, Fate::Expired);
            if errand.station != Station::Confirmed {
                heard.extend(unknown(&errand.task, Reason::new("modline-died")));
            }
        }
        heard
    }

    /// When the next request runs out of time.
    pub fn nearest(&self) -> Option<Instant> {
        self.open.values().map(|errand| errand.deadline).min()
    }

    fn retire(&mut self, number: u64, fate: Fate) {
        self.open.remove(&number);
        self.remember(number, fate);
    }

    fn remember(&mut self, number: u64, fate: Fate) {
        if self.retired.len() == RETIRED_KEPT {
            self.retired.pop_front();
        }
        self.retired.push_back((number, fate));
    }
}

fn name(number: u64) -> String {
    format!("r{number}")
}

fn number(name: &str) -> Option<u64> {
    name.strip_prefix('r')?.parse().ok()
}

fn unknown(task: &Task, reason: Reason) -> Option<Heard> {
    task.action().map(|action| Heard::Outcome { action, outcome: Outcome::Unknown { reason } })
}

fn stray(key: &str, answer: &Answer) -> Reason {
    let said = match &answer.error {
        Some(trouble) if !answer.ok => trouble.code.as_str(),
        _ if answer.ok => "ok",
        _ => "error",
    };
    Reason::new(key).with("id", tame(&answer.id)).with("said", tame(said))
}
