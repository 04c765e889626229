//! The platform of the demo: who is in which room, who may speak, and what becomes of orders. Reads no clock.
//!
//! Like real ones it is slow, sometimes busy, and sometimes never answers; nothing is said to have happened that did not.

use crate::model::ability::Mode;
use crate::model::heard::{Deed, Heard, Order, Outcome, Saying, Status};
use crate::model::id::ActionId;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::platforms::script::cast::RoomCast;

use crate::platforms::script::room::{Room, verb};
use std::collections::{BTreeMap, HashMap};

/// Answers take so many milliseconds.
const DELAY: std::ops::RangeInclusive<i64> = 300..=2_500;
/// From here on the platform says first that it took the request.
const SLOW: i64 = 1_200;
/// Somebody who is kept out by watching is removed again after so many milliseconds.
const REMOVED_AGAIN: i64 = 1_500;
/// Of a thousand orders so many are refused because the platform is busy …
const BUSY: u32 = 30;
/// … so many are lost on their way …
const LOST: u32 = 10;
/// … and of so many only the answer is lost.
const UNANSWERED: u32 = 10;

/// The platform.
pub struct Platform {
    seed: u64,
    rooms: BTreeMap<String, Room>,
    /// What comes at its time; the number keeps the order of equal times.
    pending: BTreeMap<(Moment, u64), Pending>,
    /// The answers given, so that an order that comes twice acts once.
    answered: HashMap<String, Option<Outcome>>,
    /// How often an order was tried, so that the next attempt may have better luck.
    attempts: HashMap<String, u64>,
    /// While the line to the platform is broken: the messages that we will find when it is back.
    missed: Option<Vec<Heard>>,
    count: u64,
}

enum Pending {
    Took(ActionId),
    Act(Order, Luck),
    /// The line was broken; the connector itself knows that nothing went out.
    NotSent(Order),
    Answer(ActionId, Outcome),
    MuteEnds {
        room: String,
        external: String,
        until: Moment,
    },
    RemoveAgain {
        room: String,
        external: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Luck {
    Good,
    Busy,
    Lost,
    Unanswered,
}

impl Platform {
    /// A platform with these rooms, whose moods depend on `seed`.
    pub fn new(seed: u64, rooms: Vec<RoomCast>) -> Self {
        let rooms = rooms.into_iter().map(|cast| (cast.id.clone(), Room::new(cast))).collect();
        Self {
            seed,
            rooms,
            pending: BTreeMap::new(),
            answered: HashMap::new(),
            attempts: HashMap::new(),
            missed: None,
            count: 0,
        }
    }

    /// What somebody hears who logs in.
    pub fn greeting(&self) -> Vec<Heard> {
        self.rooms.values().flat_map(|room| [room.introduction(), room.roster()]).collect()
    }

    /// What becomes of something that somebody tries to do at `now`.
    pub fn admit(&mut self, tried: Heard, now: Moment) -> Vec<Heard> {
        match tried {
            Heard::Status(Status::Offline { .. }) => {
                self.missed = Some(Vec::new());
                vec![tried]
            }
            Heard::Status(_) => self.back(tried),
            tried => {
                let happened = self.happen(tried, now);
                self.over_the_line(happened)
            }
        }
    }

    /// The line is back: that we missed something, who is there now, and the messages that the platform still has.
    fn back(&mut self, status: Heard) -> Vec<Heard> {
        let gap = Heard::Gap { room: None, reason: Reason::new("script-line-lost") };
        let missed = self.missed.take().unwrap_or_default();
        let rosters = self.rooms.values().map(Room::roster);
        [status, gap].into_iter().chain(rosters).chain(missed).collect()
    }

    /// What reaches us of what happens: over a broken line nothing; the messages can be read later.
    fn over_the_line(&mut self, happened: Vec<Heard>) -> Vec<Heard> {
        let Some(missed) = &mut self.missed else { return happened };
        missed.extend(happened.into_iter().filter_map(|heard| match heard {
            Heard::Message(saying) => Some(Heard::Message(Saying { backfilled: true, ..saying })),
            _ => None,
        }));
        Vec::new()
    }

    fn happen(&mut self, tried: Heard, now: Moment) -> Vec<Heard> {
        let Some(room) = room_of(&tried).and_then(|room| self.rooms.get_mut(room)) else {
            return self.renamed(tried);
        };
        let came = match &tried {
            Heard::Joined { person, .. } => Some((room.id.clone(), person.external.clone())),
            _ => None,
        };
        let heard = room.admit(tried, now);
        if let Some((room, external)) = came.filter(|_| heard.is_some())
            && self.rooms.get(&room).is_some_and(|room| room.is_watched(&external))
        {
            self.later(Moment(now.0 + REMOVED_AGAIN), Pending::RemoveAgain { room, external });
        }
        heard.into_iter().collect()
    }

    fn renamed(&mut self, tried: Heard) -> Vec<Heard> {
        let Heard::Renamed { person, .. } = &tried else { return Vec::new() };
        let mut known = false;
        for room in self.rooms.values_mut() {
            known |= room.rename(&person.external, &person.name);
        }
        if known { vec![tried] } else { Vec::new() }
    }

    /// Takes an order at `now`; the answer comes with [`Platform::advance`].
    pub fn order(&mut self, order: Order, now: Moment) {
        let attempt = self.attempts.entry(order.idempotency.clone()).or_default();
        *attempt += 1;
        let mut dice = fastrand::Rng::with_seed(self.seed ^ fingerprint(&order) ^ *attempt);
        let delay = dice.i64(DELAY);
        if self.missed.is_some() {
            return self.later(Moment(now.0 + *DELAY.start()), Pending::NotSent(order));
        }
        if let Some(outcome) = self.answered.get(&order.idempotency).cloned().filter(|_| !is_check(&order)) {
            if let Some(outcome) = outcome {
                self.later(Moment(now.0 + delay), Pending::Answer(order.action, outcome));
            }
            return;
        }
        if let Some(outcome) = self.impossible(&order) {
            return self.later(Moment(now.0 + *DELAY.start()), Pending::Answer(order.action, outcome));
        }
        let luck = match dice.u32(..1000) {
            _ if is_check(&order) => Luck::Good,
            roll if roll < BUSY => Luck::Busy,
            roll if roll < BUSY + LOST => Luck::Lost,
            roll if roll < BUSY + LOST + UNANSWERED => Luck::Unanswered,
            _ => Luck::Good,
        };
        if luck == Luck::Good && delay > SLOW && !is_check(&order) {
            self.later(Moment(now.0 + delay / 3), Pending::Took(order.action));
        }
        if !is_check(&order) {
            // Until the outcome is known a second copy of the order waits for the first.
            self.answered.insert(order.idempotency.clone(), None);
        }
        self.later(Moment(now.0 + delay), Pending::Act(order, luck));
    }

    /// When something is due next.
    pub fn due(&self) -> Option<Moment> {
        self.pending.first_key_value().map(|((at, _), _)| *at)
    }

    /// Everything that is due at `now`.
    pub fn advance(&mut self, now: Moment) -> Vec<Heard> {
        let mut heard = Vec::new();
        let mut ours = Vec::new();
        while let Some(entry) = self.pending.first_entry().filter(|entry| entry.key().0 <= now) {
            let ((at, _), pending) = entry.remove_entry();
            match pending {
                Pending::Took(action) => heard.push(Heard::Outcome { action, outcome: Outcome::Accepted }),
                Pending::Answer(action, outcome) => heard.push(Heard::Outcome { action, outcome }),
                Pending::Act(order, luck) => heard.extend(self.act(order, luck, at)),
                Pending::NotSent(order) => ours.push(not_sent(&order)),
                Pending::MuteEnds { room, external, until } => {
                    heard.extend(self.rooms.get_mut(&room).and_then(|room| room.mute_ends(&external, until)));
                }
                Pending::RemoveAgain { room, external } => {
                    heard.extend(self.rooms.get_mut(&room).and_then(|room| room.remove_again(&external)));
                }
            }
        }
        ours.extend(self.over_the_line(heard));
        ours
    }

    fn later(&mut self, at: Moment, pending: Pending) {
        self.count += 1;
        self.pending.insert((at, self.count), pending);
    }

    /// Why an order cannot even be tried.
    fn impossible(&self, order: &Order) -> Option<Outcome> {
        let Some(room) = self.rooms.get(&order.room) else {
            return Some(Outcome::Failed { reason: Reason::new("script-no-such-room") });
        };
        if is_check(order) {
            return None;
        }
        let ability = room.rights.abilities().of(verb(&order.deed));
        let reason = ability.reason.unwrap_or_else(|| Reason::new("not-offered"));
        (ability.mode == Mode::Unsupported).then_some(Outcome::Unsupported { reason })
    }

    /// Does it, or not, and says so, or not.
    fn act(&mut self, order: Order, luck: Luck, now: Moment) -> Vec<Heard> {
        let action = order.action;
        match luck {
            // Nothing happened, so the same order may be tried again.
            Luck::Lost => {
                self.answered.remove(&order.idempotency);
                return Vec::new();
            }
            Luck::Busy => {
                self.answered.remove(&order.idempotency);
                let outcome = Outcome::Failed { reason: Reason::new("script-busy") };
                return vec![Heard::Outcome { action, outcome }];
            }
            Luck::Good | Luck::Unanswered => {}
        }
        let Some(room) = self.rooms.get_mut(&order.room) else { return Vec::new() };
        if let Deed::Check(deed) = &order.deed {
            let outcome = room.check(deed, now);
            return vec![Heard::Outcome { action, outcome }];
        }
        self.count += 1;
        let (mut heard, outcome) = room.perform(&order.deed, now, self.count);
        for one in &heard {
            if let Heard::Muted { room, person, until: Some(until), .. } = one {
                let ends = Pending::MuteEnds {
                    room: room.clone(),
                    external: person.external.clone(),
                    until: *until,
                };
                self.count += 1;
                self.pending.insert((*until, self.count), ends);
            }
        }
        self.answered.insert(order.idempotency, Some(outcome.clone()));
        if luck == Luck::Unanswered {
            // It happened and everybody in the room sees the effect, but we are not told.
            return Vec::new();
        }
        heard.push(Heard::Outcome { action, outcome });
        heard
    }
}

/// The answer to an order over a broken line: nothing was done, and a look saw nothing.
fn not_sent(order: &Order) -> Heard {
    let reason = Reason::new("script-offline");
    let outcome = if is_check(order) { Outcome::Unknown { reason } } else { Outcome::Failed { reason } };
    Heard::Outcome { action: order.action, outcome }
}

fn is_check(order: &Order) -> bool {
    matches!(order.deed, Deed::Check(_))
}

/// The same for the same order, whenever it comes.
fn fingerprint(order: &Order) -> u64 {
    // FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/
    order.idempotency.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn room_of(heard: &Heard) -> Option<&str> {
    match heard {
        Heard::Message(Saying { room, .. })
        | Heard::Joined { room, .. }
        | Heard::Left { room, .. }
        | Heard::Recalled { room, .. } => Some(room),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
