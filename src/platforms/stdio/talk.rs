//! The conversation with one connector, from its lines and our orders to what is said and written. Pure.
//!
//! Instants are handed in and effects come out as data; nothing here does IO or reads a clock. What the connector
//! told before a restart (names, the cursor, the orders that wait) outlives the restart, not the program.

use crate::model::heard::{Deed, Heard, Order, Outcome, Status};
use crate::model::reason::Reason;
use crate::platforms::stdio::ability::{is_possible, operation};
use crate::platforms::stdio::errands::{Errands, Task};
use crate::platforms::stdio::frame::{Account, Answer, Frame, Hello, parse};
use crate::platforms::stdio::limits::Limits;
use crate::platforms::stdio::lines::{LINE_CAP, Line};
use crate::platforms::stdio::listing::{self, Listing};
use crate::platforms::stdio::mistakes::{Mistakes, Step};
use crate::platforms::stdio::request;
use crate::platforms::stdio::tame::tame;
use crate::platforms::stdio::translate::Picture;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Orders that may wait for a connector that is away or must be given time; more wait in the desk's channel.
const ORDERS_HELD: usize = 256;
/// The span of `actions_per_min`.
const MINUTE: Duration = Duration::from_secs(60);

/// What is to be done, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Tell the desk.
    Say(Heard),
    /// Write a line to the connector.
    Write(String),
    /// End this life of the connector and begin another.
    Restart(Reason),
    /// End for good.
    End(Reason),
}

/// The state of the conversation.
#[derive(Debug)]
pub struct Talk {
    limits: Limits,
    rooms: Option<Vec<String>>,
    picture: Picture,
    errands: Errands,
    listing: Listing,
    waiting: VecDeque<(Order, Instant)>,
    /// When each action of the last minute stops counting.
    counted: VecDeque<Instant>,
    mistakes: Mistakes,
    cursor: Option<String>,
    greeted: bool,
    lives: u64,
    pings: u64,
    hello_by: Instant,
    silent_at: Instant,
    ping_at: Instant,
}

impl Talk {
    /// A conversation about these rooms (all when `None`) that has not begun.
    pub fn new(limits: Limits, rooms: Option<Vec<String>>, now: Instant) -> Self {
        Self {
            limits,
            rooms,
            picture: Picture::default(),
            errands: Errands::default(),
            listing: Listing::default(),
            waiting: VecDeque::new(),
            counted: VecDeque::new(),
            mistakes: Mistakes::default(),
            cursor: None,
            greeted: false,
            lives: 0,
            pings: 0,
            hello_by: now,
            silent_at: now,
            ping_at: now,
        }
    }

    /// The program was started.
    pub fn began(&mut self, now: Instant) {
        self.greeted = false;
        self.mistakes = Mistakes::default();
        self.listing.restart();
        self.picture.forget_rooms();
        self.hello_by = now + self.limits.hello;
        self.heard_of(now);
    }

    /// The program is gone; what was asked of it stays unknown.
    pub fn died(&mut self) -> Vec<Effect> {
        self.greeted = false;
        self.errands.abandon().into_iter().map(Effect::Say).collect()
    }

    /// Whether the connector has introduced itself in this life.
    pub fn is_greeted(&self) -> bool {
        self.greeted
    }

    /// Whether another order finds room here.
    pub fn wants_orders(&self) -> bool {
        self.waiting.len() < ORDERS_HELD
    }

    /// The desk wants something; it is sent by [`Talk::flow`].
    pub fn order(&mut self, order: Order, now: Instant) -> Vec<Effect> {
        let deadline = now + Duration::from_secs(u64::from(order.deadline_seconds));
        if let Deed::Check(deed) = &order.deed
            && !listing::is_seen_in_list(deed)
        {
            return vec![said(&order, Outcome::Unknown { reason: Reason::new("modline-cannot-look") })];
        }
        self.waiting.push_back((order, deadline));
        Vec::new()
    }

    /// Sends what may be sent now: our own questions and, as fast as the connector allows, orders; at most `free` lines.
    pub fn flow(&mut self, now: Instant, free: usize) -> Vec<Effect> {
        let mut effects = Vec::new();
        if !self.greeted {
            return effects;
        }
        while self.counted.front().is_some_and(|over| *over <= now) {
            self.counted.pop_front();
        }
        for _ in 0..free {
            let Some(effect) = self.next_question(now).or_else(|| self.next_order(now)) else { break };
            effects.push(effect);
        }
        effects
    }

    /// One line of the connector.
    pub fn line(&mut self, line: &Line, now: Instant) -> Vec<Effect> {
        let bytes = match line {
            Line::Whole(bytes) => bytes,
            Line::TooLarge { bytes } => {
                let reason =
                    Reason::new("modline-frame-too-large").with("bytes", bytes).with("most", LINE_CAP);
                return self.mistake(reason, now);
            }
        };
        match parse(bytes) {
            Ok(frame) => {
                self.heard_of(now);
                self.frame(frame, now)
            }
            Err(mistake) => {
                let sample = tame(&String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes)));
                let reason = Reason::new("modline-bad-frame")
                    .with("why", tame(&mistake.to_string()))
                    .with("sample", sample);
                self.mistake(reason, now)
            }
        }
    }

    /// Does what time asks for: deadlines, pings, silence. While no program runs only orders run out of time.
    pub fn tick(&mut self, now: Instant, running: bool) -> Vec<Effect> {
        let mut effects = Vec::new();
        let over: VecDeque<_>;
        (over, self.waiting) =
            std::mem::take(&mut self.waiting).into_iter().partition(|(_, end)| *end <= now);
        for (order, _) in over {
            // It was never sent, so it is known that it did not happen.
            let reason =
                Reason::new(if self.greeted { "modline-not-its-turn" } else { "modline-not-running" });
            effects.push(said(&order, Outcome::Failed { reason }));
        }
        if !running {
            return effects;
        }
        for expired in self.errands.expire(now) {
            effects.extend(expired.heard.map(Effect::Say));
            effects.extend(expired.unanswered.then(|| Effect::Write(request::cancel(&expired.id))));
            // An expired check has been told already; what its list held so far is still worth saying.
            let ended = self.listing.ended(&expired.id, &expired.task, false, &self.picture);
            effects.extend(
                ended.into_iter().filter(|heard| matches!(heard, Heard::Roster { .. })).map(Effect::Say),
            );
        }
        if let Some(count) = self.mistakes.summary(now, self.limits.mistakes_within) {
            effects.push(Effect::Say(Heard::Remark(Reason::new("modline-bad-frames").with("count", count))));
        }
        effects.extend(self.vigil(now));
        effects
    }

    /// When [`Talk::tick`] or [`Talk::flow`] has something to do next.
    pub fn wake(&self, running: bool) -> Option<Instant> {
        let orders = self.waiting.iter().map(|(_, deadline)| *deadline).min();
        if !running {
            return orders;
        }
        let turn = if self.waiting.is_empty() { None } else { self.counted.front().copied() };
        let summary = self.mistakes.wake(self.limits.mistakes_within);
        let vigil = if self.greeted { self.ping_at.min(self.silent_at) } else { self.hello_by };
        [orders, turn, self.errands.nearest(), summary, Some(vigil)].into_iter().flatten().min()
    }

    fn heard_of(&mut self, now: Instant) {
        self.silent_at = now + self.limits.silence;
        self.ping_at = now + self.limits.ping;
    }

    /// A connector is asked before it is given up.
    fn vigil(&mut self, now: Instant) -> Option<Effect> {
        if !self.greeted {
            let seconds = self.limits.hello.as_secs();
            let late = self.hello_by <= now;
            return late.then(|| Effect::Restart(Reason::new("modline-no-hello").with("seconds", seconds)));
        }
        if self.silent_at <= now {
            let seconds = self.limits.silence.as_secs();
            return Some(Effect::Restart(Reason::new("modline-silent").with("seconds", seconds)));
        }
        if self.ping_at <= now {
            self.ping_at = now + self.limits.ping;
            self.pings = self.pings.saturating_add(1);
            return Some(Effect::Write(request::ping(self.pings)));
        }
        None
    }

    fn mistake(&mut self, reason: Reason, now: Instant) -> Vec<Effect> {
        match self.mistakes.note(now, self.limits.mistakes, self.limits.mistakes_within) {
            Step::Tell => vec![Effect::Say(Heard::Remark(reason))],
            Step::Count => Vec::new(),
            Step::GiveUp => {
                let seconds = self.limits.mistakes_within.as_secs();
                let reason = Reason::new("modline-garbage")
                    .with("count", self.limits.mistakes)
                    .with("seconds", seconds);
                vec![Effect::Restart(reason)]
            }
        }
    }

    fn frame(&mut self, frame: Frame, now: Instant) -> Vec<Effect> {
        if let Frame::Hello(hello) = frame {
            return self.hello(hello);
        }
        if !self.greeted {
            return match frame {
                Frame::Heartbeat | Frame::Unheard(_) => Vec::new(),
                _ => self.mistake(Reason::new("modline-before-hello"), now),
            };
        }
        if self.is_of_other_room(&frame) {
            return Vec::new();
        }
        let confirmed = self.errands.witness(&frame, &self.picture, |order| lift(&self.picture.hello, order));
        let mut effects = self.understood(&frame);
        effects.extend(confirmed.map(Effect::Say));
        if let Some(cursor) = frame.cursor() {
            self.cursor = Some(cursor.to_owned());
        }
        effects
    }

    fn understood(&mut self, frame: &Frame) -> Vec<Effect> {
        match frame {
            Frame::Answer(answer) => self.answer(answer),
            Frame::Member(member) if self.listing.takes(member) => {
                self.picture.take_in(member).map(Effect::Say).into_iter().collect()
            }
            Frame::Status(status) => {
                if status.state == "online" && self.picture.account().is_none() {
                    self.listing.want(Task::Account);
                }
                let heard = self.picture.hear(frame);
                heard.into_iter().map(ended_or_said).collect()
            }
            Frame::Room(room) => {
                self.listing.want_members(&room.room);
                self.picture.hear(frame).into_iter().map(Effect::Say).collect()
            }
            _ => self.picture.hear(frame).into_iter().map(Effect::Say).collect(),
        }
    }

    fn hello(&mut self, hello: Hello) -> Vec<Effect> {
        if hello.major() != Some(request::MAJOR) {
            let theirs = tame(&hello.proto);
            return vec![Effect::End(
                Reason::new("modline-version").with("theirs", theirs).with("ours", request::PROTO),
            )];
        }
        let resumes = hello.resumes();
        let rooms = self.picture.greet(hello);
        let mut effects: Vec<Effect> = rooms.into_iter().map(Effect::Say).collect();
        if let Some(account) = self.picture.account() {
            effects.push(Effect::Say(Heard::Status(Status::Online { account })));
        }
        if self.greeted {
            return effects;
        }
        self.greeted = true;
        self.lives = self.lives.saturating_add(1);
        let cursor = self.cursor.as_deref().filter(|_| resumes);
        if self.lives > 1 {
            let key = if cursor.is_some() { "modline-gap-resumed" } else { "modline-gap-restart" };
            effects.push(Effect::Say(Heard::Gap { room: None, reason: Reason::new(key) }));
        }
        effects.push(Effect::Write(request::start(cursor, self.rooms.as_deref())));
        self.listing.want(Task::Rooms);
        effects
    }

    fn answer(&mut self, answer: &Answer) -> Vec<Effect> {
        let hello = &self.picture.hello;
        let untimed = hello.cap("mute").timed == Some(false);
        let (task, outcome) = match self.errands.answer(answer, untimed) {
            Ok(answered) => answered,
            Err(remark) => return vec![Effect::Say(Heard::Remark(remark))],
        };
        let mut effects = Vec::new();
        match &task {
            Task::Act(order) => {
                let unsupported = matches!(outcome, Some(Outcome::Unsupported { .. }));
                effects.extend(outcome.map(|outcome| said(order, timed(order, outcome))));
                if let (true, Some(verb)) = (unsupported, request::verb(&order.deed)) {
                    let operation = operation(&self.picture.hello, verb);
                    effects.extend(self.picture.refuse(&order.room, operation).map(Effect::Say));
                }
            }
            Task::Account if answer.ok => effects.extend(self.account(answer)),
            Task::Check(_) | Task::Members { .. } | Task::Rooms | Task::Account => {}
        }
        let ended = self.listing.ended(&answer.id, &task, answer.ok, &self.picture);
        effects.extend(ended.into_iter().map(Effect::Say));
        effects
    }

    fn account(&mut self, answer: &Answer) -> Option<Effect> {
        let id = answer.result_text("id")?.to_owned();
        let name = answer.result_text("name").unwrap_or_default().to_owned();
        self.picture.hello.account = Some(Account { id, name });
        let account = self.picture.account()?;
        Some(Effect::Say(Heard::Status(Status::Online { account })))
    }

    fn is_of_other_room(&self, frame: &Frame) -> bool {
        match (&self.rooms, frame.room()) {
            (Some(rooms), Some(room)) => room != "*" && !rooms.iter().any(|ours| ours == room),
            _ => false,
        }
    }

    fn next_question(&mut self, now: Instant) -> Option<Effect> {
        let task = self.listing.next_task()?;
        let operation = match &task {
            Task::Rooms => "list_rooms",
            Task::Account => "whoami",
            Task::Members { .. } | Task::Check(_) | Task::Act(_) => "list_members",
        };
        let span = match &task {
            Task::Check(order) => {
                Duration::from_secs(u64::from(order.deadline_seconds)).min(self.limits.look)
            }
            _ => self.limits.look,
        };
        let id = self.errands.begin(task.clone(), now + span);
        self.listing.sent(&id, &task);
        Some(Effect::Write(request::look(&id, operation, listing::room(&task), milliseconds(span))))
    }

    fn next_order(&mut self, now: Instant) -> Option<Effect> {
        let most = self.picture.hello.limits.actions_per_min;
        if most.is_some_and(|most| self.counted.len() as u64 >= u64::from(most.max(1))) {
            return None;
        }
        let (order, deadline) = loop {
            let (order, deadline) = self.waiting.pop_front()?;
            if !matches!(order.deed, Deed::Check(_)) {
                break (order, deadline);
            }
            self.listing.want(Task::Check(order));
            if let Some(question) = self.next_question(now) {
                return Some(question);
            }
        };
        if let Some(refusal) = refusal(&self.picture.hello, &order) {
            return Some(said(&order, refusal));
        }
        let left = milliseconds(deadline.saturating_duration_since(now));
        let id = self.errands.begin(Task::Act(order.clone()), deadline);
        self.counted.push_back(now + MINUTE);
        request::act(&id, &order, &self.picture.hello, left).map(Effect::Write)
    }
}

/// Why an order is not even sent.
fn refusal(hello: &Hello, order: &Order) -> Option<Outcome> {
    let verb = request::verb(&order.deed)?;
    if !is_possible(hello, verb) {
        return Some(Outcome::Unsupported { reason: Reason::new("modline-ability-none") });
    }
    let (Deed::Warn { text, .. } | Deed::Say { text }, Some(most)) = (&order.deed, hello.limits.text_max)
    else {
        return None;
    };
    let length = text.chars().count();
    (length as u64 > u64::from(most)).then(|| Outcome::Failed {
        reason: Reason::new("modline-text-too-long").with("length", length).with("most", most),
    })
}

/// Only a mute has an end that we might have to keep.
fn lift(hello: &Hello, order: &Order) -> bool {
    matches!(order.deed, Deed::Mute { .. }) && hello.cap("mute").timed == Some(false)
}

fn timed(order: &Order, outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Confirmed { evidence, ours_to_lift } => {
            let ours_to_lift = ours_to_lift && matches!(order.deed, Deed::Mute { .. });
            Outcome::Confirmed { evidence, ours_to_lift }
        }
        outcome => outcome,
    }
}

fn said(order: &Order, outcome: Outcome) -> Effect {
    Effect::Say(Heard::Outcome { action: order.action, outcome })
}

fn ended_or_said(heard: Heard) -> Effect {
    match heard {
        Heard::Status(Status::Ended { reason }) => Effect::End(reason),
        heard => Effect::Say(heard),
    }
}

fn milliseconds(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
