//! The platform of the demo: who is in which room, who may speak, and what becomes of orders. Reads no clock.
//!
//! Like real ones it is slow, sometimes busy, and sometimes never answers; nothing is said to have happened that did not.

use crate::model::ability::Mode;
use crate::model::heard::{Deed, Heard, Order, Outcome, Saying};
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
    count: u64,
}

enum Pending {
    Took(ActionId),
    Act(Order, Luck),
    Answer(ActionId, Outcome),
    MuteEnds { room: String, external: String, until: Moment },
    RemoveAgain { room: String, external: String },
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
            count: 0,
        }
    }

    /// What somebody hears who logs in.
    pub fn greeting(&self) -> Vec<Heard> {
        self.rooms.values().flat_map(|room| [room.introduction(), room.roster()]).collect()
    }

    /// What becomes of something that somebody tries to do at `now`.
    pub fn admit(&mut self, tried: Heard, now: Moment) -> Vec<Heard> {
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
        while let Some(entry) = self.pending.first_entry().filter(|entry| entry.key().0 <= now) {
            let ((at, _), pending) = entry.remove_entry();
            match pending {
                Pending::Took(action) => heard.push(Heard::Outcome { action, outcome: Outcome::Accepted }),
                Pending::Answer(action, outcome) => heard.push(Heard::Outcome { action, outcome }),
                Pending::Act(order, luck) => heard.extend(self.act(order, luck, at)),
                Pending::MuteEnds { room, external, until } => {
                    heard.extend(self.rooms.get_mut(&room).and_then(|room| room.mute_ends(&external, until)));
                }
                Pending::RemoveAgain { room, external } => {
                    heard.extend(self.rooms.get_mut(&room).and_then(|room| room.remove_again(&external)));
                }
            }
        }
        heard
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
mod tests {
    use super::*;
    use crate::model::heard::{By, Person};
    use crate::model::id::Seq;
    use crate::model::member::LeaveCause;
    use crate::platforms::script::cast;

    const START: Moment = Moment(1_000_000);

    fn person(external: &str) -> Person {
        Person { external: external.to_owned(), ..Person::default() }
    }

    fn order(number: u64, room: &str, deed: Deed) -> Order {
        let idempotency = format!("test-{number}");
        Order { action: ActionId(Seq(number)), idempotency, room: room.to_owned(), deed, deadline_seconds: 8 }
    }

    fn member(room: &str, part: cast::Part) -> Person {
        let room = cast::rooms().into_iter().find(|cast| cast.id == room).unwrap();
        room.people.into_iter().find(|figure| figure.part == part).unwrap().person
    }

    /// A platform on which every order goes well: the mood is searched for that grants these numbers.
    fn kind_to(orders: &[&Order]) -> Platform {
        (0..)
            .map(|seed| Platform::new(seed, cast::rooms()))
            .find(|platform| orders.iter().all(|order| is_kind(platform.seed, order)))
            .unwrap()
    }

    fn is_kind(seed: u64, order: &Order) -> bool {
        let mut platform = Platform::new(seed, cast::rooms());
        platform.order(order.clone(), START);
        platform
            .pending
            .into_values()
            .all(|pending| !matches!(pending, Pending::Act(_, luck) if luck != Luck::Good))
    }

    /// Gives an order and waits for the answer: what is heard except that it was accepted.
    fn give(platform: &mut Platform, order: &Order, now: Moment) -> (Vec<Heard>, Option<Outcome>) {
        platform.order(order.clone(), now);
        let heard = platform.advance(now.plus_seconds(3));
        let mut outcome = None;
        let mut events = Vec::new();
        for one in heard {
            match one {
                Heard::Outcome { outcome: Outcome::Accepted, .. } => {}
                Heard::Outcome { outcome: told, .. } => outcome = Some(told),
                event => events.push(event),
            }
        }
        (events, outcome)
    }

    fn says(room: &str, person: &Person, external: &str) -> Heard {
        let (room, external) = (room.to_owned(), external.to_owned());
        Heard::Message(Saying { room, person: person.clone(), external, ..Saying::default() })
    }

    fn done(outcome: &Option<Outcome>) -> bool {
        matches!(outcome, Some(Outcome::Confirmed { ours_to_lift: false, .. }))
    }

    #[test]
    fn a_muted_member_is_silent_until_the_platform_ends_it() {
        let who = member("rust", cast::Part::Active);
        let mute = order(1, "rust", Deed::Mute { person: who.clone(), seconds: 60 });
        let mut platform = kind_to(&[&mute]);
        let (events, outcome) = give(&mut platform, &mute, START);
        let Some(Heard::Muted { until: Some(until), .. }) = events.first() else { panic!("{events:?}") };
        assert!(done(&outcome), "{outcome:?}");
        assert_eq!(platform.admit(says("rust", &who, "a"), START.plus_seconds(30)), []);
        assert_eq!(platform.due(), Some(*until));
        let ended = platform.advance(*until);
        assert_eq!(
            ended,
            [Heard::Unmuted { room: "rust".to_owned(), person: who.clone(), by: By::Platform }]
        );
        assert_eq!(platform.admit(says("rust", &who, "b"), until.plus_seconds(1)).len(), 1);
    }

    #[test]
    fn a_longer_mute_is_not_ended_by_the_first() {
        let who = member("rust", cast::Part::Active);
        let mute = |number, seconds| order(number, "rust", Deed::Mute { person: who.clone(), seconds });
        let mut platform = kind_to(&[&mute(1, 60), &mute(2, 600)]);
        give(&mut platform, &mute(1, 60), START);
        give(&mut platform, &mute(2, 600), START);
        assert_eq!(platform.advance(START.plus_seconds(120)), []);
        assert_eq!(platform.advance(START.plus_seconds(700)).len(), 1);
    }

    #[test]
    fn a_removed_member_speaks_no_more_and_a_blocked_one_does_not_come_back() {
        for (block, cause, comes_back) in [(false, LeaveCause::Removed, 1), (true, LeaveCause::Banned, 0)] {
            let who = member("rust", cast::Part::Active);
            let remove = order(1, "rust", Deed::Remove { person: who.clone(), block, why: String::new() });
            let mut platform = kind_to(&[&remove]);
            let (events, outcome) = give(&mut platform, &remove, START);
            let left = Heard::Left { room: "rust".to_owned(), person: who.clone(), cause, by: By::Us };
            assert_eq!(events, [left]);
            assert!(done(&outcome));
            assert_eq!(platform.admit(says("rust", &who, "a"), START), []);
            let joins = Heard::Joined { room: "rust".to_owned(), person: who, by: By::Unknown };
            assert_eq!(platform.admit(joins, START).len(), comes_back);
        }
    }

    #[test]
    fn where_blocking_is_emulated_whoever_comes_back_is_removed_again() {
        let who = member("router", cast::Part::Active);
        let block = order(1, "router", Deed::Remove { person: who.clone(), block: true, why: String::new() });
        let mut platform = kind_to(&[&block]);
        give(&mut platform, &block, START);
        let joins = Heard::Joined { room: "router".to_owned(), person: who.clone(), by: By::Unknown };
        let later = START.plus_seconds(60);
        assert_eq!(platform.admit(joins.clone(), later), [joins]);
        let again = platform.advance(later.plus_seconds(2));
        let left =
            Heard::Left { room: "router".to_owned(), person: who, cause: LeaveCause::Removed, by: By::Us };
        assert_eq!(again, [left]);
    }

    #[test]
    fn what_a_room_cannot_do_is_said_with_its_reason_and_staff_are_safe() {
        let refused = |room: &str, deed: Deed| {
            let order = order(1, room, deed);
            let mut platform = kind_to(&[&order]);
            match give(&mut platform, &order, START) {
                (events, Some(Outcome::Unsupported { reason } | Outcome::Failed { reason }))
                    if events.is_empty() =>
                {
                    reason.key
                }
                other => panic!("{other:?}"),
            }
        };
        let mute = |person: Person| Deed::Mute { person, seconds: 60 };
        let out = |person: Person| Deed::Remove { person, block: false, why: String::new() };
        assert_eq!(refused("router", mute(person("u1"))), "script-no-mute");
        assert_eq!(refused("router", Deed::Recall { message: "m".to_owned() }), "script-no-recall");
        assert_eq!(refused("running", out(person("u1"))), "script-not-admin");
        assert_eq!(refused("rust", mute(member("rust", cast::Part::Owner))), "script-target-is-staff");
        assert_eq!(refused("photo", out(member("photo", cast::Part::Owner))), "script-target-is-staff");
        assert_eq!(refused("rust", out(person("nobody"))), "script-not-in-room");
        assert_eq!(refused("rust", Deed::Recall { message: "never".to_owned() }), "script-no-such-message");
        assert_eq!(refused("nowhere", mute(person("u1"))), "script-no-such-room");
    }

    #[test]
    fn a_look_tells_the_truth_and_changes_nothing() {
        let who = member("rust", cast::Part::Active);
        let recall = order(1, "rust", Deed::Recall { message: "a".to_owned() });
        let mut platform = kind_to(&[&recall]);
        platform.admit(says("rust", &who, "a"), START);
        let look = |number| order(number, "rust", Deed::Check(Box::new(recall.deed.clone())));
        assert!(matches!(give(&mut platform, &look(2), START).1, Some(Outcome::Failed { .. })));
        assert!(matches!(give(&mut platform, &look(3), START).1, Some(Outcome::Failed { .. })));
        let (events, outcome) = give(&mut platform, &recall, START);
        assert!(matches!(events.as_slice(), [Heard::Recalled { by: By::Us, .. }]), "{events:?}");
        assert!(done(&outcome) && done(&give(&mut platform, &look(4), START).1));
    }

    #[test]
    fn an_order_that_comes_twice_acts_once() {
        let who = member("rust", cast::Part::Active);
        let warn = order(1, "rust", Deed::Warn { person: who, text: "请看群规".to_owned() });
        let mut platform = kind_to(&[&warn]);
        assert_eq!(give(&mut platform, &warn, START).0.len(), 1);
        let (events, outcome) = give(&mut platform, &warn, START.plus_seconds(10));
        assert_eq!(events, []);
        assert!(done(&outcome));
    }

    #[test]
    fn of_many_orders_some_are_refused_and_some_never_answered_but_most_are_done() {
        let mut platform = Platform::new(1, cast::rooms());
        let (mut good, mut refused, mut silent) = (0, 0, 0);
        for number in 0..1000 {
            let who = member("rust", cast::Part::Active);
            let unmute = order(number, "rust", Deed::Unmute { person: who });
            match give(&mut platform, &unmute, START).1 {
                Some(Outcome::Confirmed { .. }) => good += 1,
                Some(Outcome::Failed { reason }) if reason.key == "script-busy" => refused += 1,
                None => silent += 1,
                other => panic!("{other:?}"),
            }
        }
        assert!(
            good > 900 && (10..60).contains(&refused) && (5..50).contains(&silent),
            "{good} {refused} {silent}"
        );
    }
}
