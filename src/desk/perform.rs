//! Effects become events and orders. Everything is checked once more here, against the state as it is now.

use crate::app::effect::Effect;
use crate::desk::clock;
use crate::desk::dispatch::Due;
use crate::desk::house::House;
use crate::desk::orders;
use crate::enforce::guard::refusal;
use crate::model::action::{Act, Actor, Request, Stage};
use crate::model::event::{Event, Record};
use crate::model::flag::Verdict;
use crate::model::heard::Order;
use crate::model::id::{ActionId, CaseId, ConnectorName, MemberId, RoomId};
use crate::model::reason::Reason;
use crate::ui::scene::Recording;
use std::collections::BTreeSet;
use tokio::sync::mpsc::error::TrySendError;

/// From so many seconds on, the end of a mute is late and is said to be.
const LATE_SECONDS: i64 = 5;

/// What became of an effect, for the seat that wanted it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Performed {
    /// Recorded; the fate of these actions will be told.
    Requested(Vec<ActionId>),
    /// Recorded, nothing more to come.
    Done,
    /// Not done.
    Refused(Reason),
}

impl House {
    /// Performs an effect of `by`. `Page` and `Leave` are the seats' own and never come here.
    pub fn perform(&mut self, effect: Effect, by: &Actor) -> Performed {
        if let Recording::Stopped(reason) = self.recorder.recording() {
            return Performed::Refused(reason.clone());
        }
        match effect {
            Effect::Request(request) => self.request(request),
            Effect::Decide { case, room, verdict } => {
                self.decide(case, Event::CaseDecided { case, room, verdict, by: by.clone() })
            }
            Effect::Reopen { case, room } => self.reopen(case, room, by),
            Effect::Note { room, member, text } => {
                self.done(Event::NoteAdded { room, member, text, by: by.clone() })
            }
            Effect::RemoveNote(note) => self.done(Event::NoteRemoved { note, by: by.clone() }),
            Effect::RequestAll(requests) => self.request_all(requests),
            Effect::Cancel(ids) => self.cancel(&ids, by),
            Effect::MarkDone(id) => self.moved_by_hand(id, by, Stage::Unknown),
            Effect::Check(id) => self.check(id),
            effect => self.perform_team(effect, by),
        }
    }

    pub(super) fn done(&mut self, event: Event) -> Performed {
        match self.record(vec![event]) {
            Ok(_) => Performed::Done,
            Err(reason) => Performed::Refused(reason),
        }
    }

    /// A request and the decision that it is, as one unit.
    fn request(&mut self, request: Request) -> Performed {
        if let Some(reason) = refusal(&self.state, request.room, &request.act, clock::now()) {
            return Performed::Refused(reason);
        }
        let decided = match request.case.map(|id| self.open_case(id)) {
            Some(Err(reason)) => return Performed::Refused(reason),
            Some(Ok(())) => decision(&request),
            None => None,
        };
        let events = std::iter::once(Event::ActionRequested(request)).chain(decided).collect();
        match self.record(events).as_deref() {
            Ok([record, ..]) => Performed::Requested(vec![ActionId(record.seq)]),
            Ok([]) => Performed::Done,
            Err(reason) => Performed::Refused(reason.clone()),
        }
    }

    /// Several requests as one unit, named by the first of them. What may not be done now, or was decided since, is
    /// left out; where nothing is left, the first reason is told.
    fn request_all(&mut self, requests: Vec<Request>) -> Performed {
        let (mut events, mut left_out, mut decided) = (Vec::new(), None, BTreeSet::new());
        let unit = self.state.next;
        for request in requests {
            let refused = refusal(&self.state, request.room, &request.act, clock::now());
            // Several of one unit may be about the same case: the first decides it.
            let fresh = request.case.filter(|id| !decided.contains(id));
            match refused.or_else(|| fresh.and_then(|id| self.open_case(id).err())) {
                Some(reason) => drop(left_out.get_or_insert(reason)),
                None => {
                    decided.extend(fresh);
                    let decision = fresh.and_then(|_| decision(&request));
                    events.push(Event::ActionRequested(Request { unit: Some(unit), ..request }));
                    events.extend(decision);
                }
            }
        }
        if events.is_empty() {
            return left_out.map_or(Performed::Done, Performed::Refused);
        }
        let records = match self.record(events) {
            Ok(records) => records,
            Err(reason) => return Performed::Refused(reason),
        };
        let asked = |record: &Record| matches!(record.event, Event::ActionRequested(_));
        Performed::Requested(
            records.iter().filter(|record| asked(record)).map(|one| ActionId(one.seq)).collect(),
        )
    }

    /// Stops what was not sent yet; what was is left alone, and when nothing could be stopped that is said.
    fn cancel(&mut self, ids: &[ActionId], by: &Actor) -> Performed {
        let results: Vec<Performed> =
            ids.iter().map(|id| self.moved_by_hand(*id, by, Stage::Requested)).collect();
        if results.contains(&Performed::Done) {
            return Performed::Done;
        }
        results.into_iter().next().unwrap_or(Performed::Done)
    }

    /// One decision per case: the second to come is told so.
    pub(super) fn open_case(&self, id: CaseId) -> Result<(), Reason> {
        match self.state.queue.get(id).map(|case| &case.decision) {
            Some(None) => Ok(()),
            Some(Some(decision)) => Err(Reason::new("case-already-decided").with("by", named(&decision.by))),
            None => Err(Reason::new("case-gone")),
        }
    }

    /// A decision can be taken back by who made it, while it stands.
    pub(super) fn reopen(&mut self, case: CaseId, room: RoomId, by: &Actor) -> Performed {
        match self.state.queue.get(case).map(|case| &case.decision) {
            Some(Some(decision)) if decision.by == *by => {
                self.done(Event::CaseReopened { case, room, by: by.clone() })
            }
            Some(_) => Performed::Refused(Reason::new("case-moved-on")),
            None => Performed::Refused(Reason::new("case-gone")),
        }
    }

    fn decide(&mut self, case: CaseId, event: Event) -> Performed {
        match self.open_case(case) {
            Err(reason) => Performed::Refused(reason),
            Ok(()) => self.done(event),
        }
    }

    /// Cancels what waits, or marks done what nobody knows.
    fn moved_by_hand(&mut self, id: ActionId, by: &Actor, expected: Stage) -> Performed {
        let Some(action) = self.state.actions.get(id) else {
            return Performed::Refused(Reason::new("order-action-gone"));
        };
        if action.stage != expected {
            return Performed::Refused(Reason::new("action-moved-on"));
        }
        let (room, by) = (action.request.room, by.clone());
        self.done(match expected {
            Stage::Requested => Event::ActionCancelled { action: id, room, by },
            _ => Event::ActionMarkedDone { action: id, room, by },
        })
    }

    fn check(&mut self, id: ActionId) -> Performed {
        let seconds = self.dispatch.deadline_seconds();
        let given = orders::check(&self.state, self.store_id, id, seconds)
            .and_then(|(name, order)| self.give(&name, order));
        match given {
            Ok(()) => Performed::Requested(vec![id]),
            Err(reason) => Performed::Refused(reason),
        }
    }

    fn give(&mut self, connector: &ConnectorName, order: Order) -> Result<(), Reason> {
        let id = order.action;
        let gone = || Reason::new("connector-not-running").with("connector", connector);
        let giving = self.connectors.get(connector).ok_or_else(gone)?;
        match giving.try_send(order) {
            Ok(()) => {
                self.dispatch.expect_answer(id, clock::now());
                Ok(())
            }
            Err(TrySendError::Full(_)) => Err(Reason::new("connector-busy").with("connector", connector)),
            Err(TrySendError::Closed(_)) => Err(gone()),
        }
    }

    /// Does what has come due. Called at every turn of the loop.
    pub fn work_off(&mut self) {
        for due in self.dispatch.due(&self.state, clock::now()) {
            match due {
                Due::Send(id) => self.send(id),
                Due::Deliver(id) => self.deliver(id),
                Due::GiveUp(id) => {
                    let reason = Reason::new("no-answer").with("seconds", self.dispatch.deadline_seconds());
                    self.unknown(id, reason);
                }
                Due::Lift(id) => self.lift(id),
            }
        }
    }

    /// Records that the action is being sent; the order follows when that is durable.
    fn send(&mut self, id: ActionId) {
        let Some(action) = self.state.actions.get(id) else { return };
        let room = action.request.room;
        let event = match refusal(&self.state, room, &action.request.act, clock::now()) {
            Some(reason) => Event::ActionFailed { action: id, room, reason },
            None => Event::ActionSent { action: id, room },
        };
        self.append(vec![event]);
    }

    fn deliver(&mut self, id: ActionId) {
        let seconds = self.dispatch.deadline_seconds();
        let given = orders::order(&self.state, self.store_id, id, seconds)
            .and_then(|(name, order)| self.give(&name, order));
        match given {
            Ok(()) => {}
            Err(reason) if reason.key == "connector-busy" => {
                self.dispatch.expect_answer(id, clock::now());
                self.dispatch.again(Due::Deliver(id));
            }
            Err(reason) => {
                let Some(room) = self.state.actions.get(id).map(|action| action.request.room) else { return };
                self.append(vec![Event::ActionFailed { action: id, room, reason }]);
            }
        }
    }

    fn unknown(&mut self, id: ActionId, reason: Reason) {
        let Some(room) = self.state.actions.get(id).map(|action| action.request.room) else { return };
        self.append(vec![Event::ActionUnknown { action: id, room, reason }]);
    }

    /// Ends a mute that the platform does not end by itself.
    fn lift(&mut self, id: ActionId) {
        let Some(action) = self.state.actions.get(id) else { return };
        let (room, Some(member)) = (action.request.room, action.request.act.member()) else { return };
        let late = action.lift_at.map_or(0, |at| clock::now().since(at)) / 1000;
        let act = Act::Unmute { member };
        if let Some(reason) = refusal(&self.state, room, &act, clock::now()) {
            tracing::warn!(action = id.0.0, key = %reason.key, "a mute that is over cannot be ended yet");
            return;
        }
        self.append(vec![Event::ActionRequested(Request {
            room,
            act,
            by: Actor::Program,
            case: None,
            rule: None,
            hold_until: None,
            undoes: Some(id),
            unit: None,
            message: None,
        })]);
        if late >= LATE_SECONDS {
            self.say_late(room, member, late);
        }
    }

    /// An end that comes late is said: the server was down, or the platform was out of reach.
    fn say_late(&mut self, room: RoomId, member: MemberId, late: i64) {
        let Some(connector) = self.state.rooms.get(room).map(|room| room.connector.clone()) else { return };
        let name = self.state.members.get(member).map(|member| member.name.clone()).unwrap_or_default();
        let remark = Reason::new("lift-late").with("name", name).with("seconds", late);
        self.append(vec![Event::ConnectorRemarked { connector, remark }]);
    }

    /// Whatever was under way when the last server ended, among the actions asked about, is for a person to look at.
    pub fn question_actions(&mut self, asked_about: impl Fn(ActionId) -> bool) {
        let open: Vec<(ActionId, Stage)> = self
            .state
            .actions
            .open()
            .filter(|action| asked_about(action.id))
            .map(|action| (action.id, action.stage))
            .collect();
        for (id, stage) in open {
            let key = if stage == Stage::Requested { "restart-not-sent" } else { "restart-sent" };
            self.unknown(id, Reason::new(key));
        }
    }
}

/// The decision that comes with a request.
fn decision(request: &Request) -> Option<Event> {
    let Request { room, by, .. } = request;
    let decided =
        |case| Event::CaseDecided { case, room: *room, verdict: Verdict::Confirmed, by: by.clone() };
    request.case.map(decided)
}

/// A name for a refusal; programs go by ours.
fn named(by: &Actor) -> &str {
    match by {
        Actor::Moderator(name) => name,
        Actor::Member(_) | Actor::Program | Actor::Unknown => "qunguan",
    }
}
