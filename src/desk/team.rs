//! What moderators do among themselves becomes events: cases allowed together, put to rest, taken and given away,
//! texts allowed, evidence kept, filters named. Everything is checked once more here, against the state as it is now.

use crate::app::effect::Effect;
use crate::desk::house::House;
use crate::desk::perform::Performed;
use crate::model::action::Actor;
use crate::model::event::{BULK_PIECE, CaseMove, Event};
use crate::model::flag::Verdict;
use crate::model::id::{CaseId, MessageId, RoomId};
use crate::model::reason::Reason;

impl House {
    /// Performs what concerns cases, texts, evidence and filters. What is a seat's own never comes here.
    pub(super) fn perform_team(&mut self, effect: Effect, by: &Actor) -> Performed {
        let by = by.clone();
        match effect {
            Effect::AllowAll(cases) => self.allow_all(cases, by),
            Effect::ReopenAll(cases) => self.reopen_all(cases, by),
            Effect::AllowText { case, room, folded, until } => match self.open_case(case) {
                Err(reason) => Performed::Refused(reason),
                Ok(()) => self.all_done(vec![
                    Event::CaseDecided { case, room, verdict: Verdict::Allowed, by: by.clone() },
                    Event::TextAllowed { room, folded, case, until, by },
                ]),
            },
            Effect::EndAllowance { allowance, case, room } => {
                let ended = self.done(Event::AllowanceEnded { allowance, by: by.clone() });
                // The case may have moved on; the allowance is over either way.
                let reopened = self.reopen(case, room, &by);
                if reopened == Performed::Done { ended } else { reopened }
            }
            Effect::Snooze { case, room, until } => {
                self.on_open(case, Event::CaseSnoozed { case, room, until, by })
            }
            Effect::Hold { case, room, holder } => {
                self.on_open(case, Event::CaseHeld { case, room, holder, by })
            }
            Effect::Escalate { case, room, wanted: true } => {
                self.on_open(case, Event::CaseEscalated { case, room, by })
            }
            Effect::Escalate { case, room, wanted: false } => self.done(Event::CaseCalmed { case, room, by }),
            Effect::Pin { room, message, wanted: true } => {
                self.done(Event::MessagePinned { room, message, by })
            }
            Effect::Pin { room, message, wanted: false } => {
                self.done(Event::MessageUnpinned { room, message, by })
            }
            Effect::MoveAll { cases, to } => self.move_all(cases, to, by),
            Effect::PinAll { messages, kept } => self.pin_all(messages, kept, by),
            Effect::Flag(flagging) => self.done(Event::Flagged(flagging)),
            Effect::SaveFilter { name, text } => self.name_filter(name, text, by),
            _ => Performed::Done,
        }
    }

    fn all_done(&mut self, events: Vec<Event>) -> Performed {
        match self.record(events) {
            Ok(_) => Performed::Done,
            Err(reason) => Performed::Refused(reason),
        }
    }

    /// One event for as many as one may name, all of them recorded as one unit.
    fn in_pieces<Id: Clone>(&mut self, all: &[Id], event: impl Fn(Vec<Id>) -> Event) -> Performed {
        self.all_done(all.chunks(BULK_PIECE).map(|piece| event(piece.to_vec())).collect())
    }

    fn on_open(&mut self, case: CaseId, event: Event) -> Performed {
        match self.open_case(case) {
            Err(reason) => Performed::Refused(reason),
            Ok(()) => self.done(event),
        }
    }

    /// Those that are open still; when none is, the first reason.
    fn allow_all(&mut self, cases: Vec<CaseId>, by: Actor) -> Performed {
        let refused = cases.first().and_then(|case| self.open_case(*case).err());
        let open: Vec<CaseId> = cases.into_iter().filter(|case| self.open_case(*case).is_ok()).collect();
        match refused.filter(|_| open.is_empty()) {
            Some(reason) => Performed::Refused(reason),
            None => self.in_pieces(&open, |cases| Event::CasesAllowed { cases, by: by.clone() }),
        }
    }

    /// Those that can be moved so still; when none can, the first reason.
    fn move_all(&mut self, cases: Vec<CaseId>, to: CaseMove, by: Actor) -> Performed {
        let refused = cases.first().and_then(|case| self.open_case(*case).err());
        let can: Vec<CaseId> = cases.into_iter().filter(|case| self.can_move(*case, &to, &by)).collect();
        if can.is_empty() {
            return Performed::Refused(refused.unwrap_or_else(|| Reason::new("case-moved-on")));
        }
        self.in_pieces(&can, |cases| Event::CasesMoved { cases, to: to.clone(), by: by.clone() })
    }

    fn can_move(&self, id: CaseId, to: &CaseMove, by: &Actor) -> bool {
        let Some(case) = self.state.queue.get(id) else { return false };
        let holder = case.holder.as_ref().map(|holder| &holder.moderator);
        let own = |name: &String| matches!(by, Actor::Moderator(own) if own == name);
        match to {
            CaseMove::Rest(_) | CaseMove::Escalate => case.is_open(),
            CaseMove::Hold(_) => case.is_open() && holder.is_none_or(own),
            CaseMove::Wake => case.is_open() && case.rests_until.is_some(),
            CaseMove::Release => holder.is_some_and(own),
            CaseMove::Calm => case.escalated_by.is_some(),
        }
    }

    fn pin_all(&mut self, messages: Vec<(RoomId, MessageId)>, kept: bool, by: Actor) -> Performed {
        let is_kept = |message: MessageId| self.state.evidence.pin(message).is_some();
        let messages: Vec<_> =
            messages.into_iter().filter(|(_, message)| is_kept(*message) != kept).collect();
        if messages.is_empty() {
            return Performed::Done;
        }
        self.in_pieces(&messages, |messages| Event::MessagesPinned { messages, kept, by: by.clone() })
    }

    /// Decisions can be taken back by who made them: those that stand still.
    fn reopen_all(&mut self, cases: Vec<CaseId>, by: Actor) -> Performed {
        let Actor::Moderator(name) = &by else { return Performed::Refused(Reason::new("case-moved-on")) };
        let queue = &self.state.queue;
        let standing: Vec<CaseId> =
            cases.into_iter().filter(|case| queue.is_allowed_by(*case, name)).collect();
        if standing.is_empty() {
            return Performed::Refused(Reason::new("case-moved-on"));
        }
        self.in_pieces(&standing, |cases| Event::CasesReopened { cases, by: by.clone() })
    }

    fn name_filter(&mut self, name: String, text: Option<String>, by: Actor) -> Performed {
        let name = name.trim().to_owned();
        let known = self.state.filters.get(&name).is_some();
        match text {
            Some(text) => self.done(Event::FilterSaved { name, text, by }),
            None if known => self.done(Event::FilterRemoved { name, by }),
            None => Performed::Refused(Reason::new("filter-unknown").with("name", name)),
        }
    }
}
