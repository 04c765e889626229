//! A moderator at a seat in a test: the record, the screen as it was drawn, and what the desk would do.

use crate::chronicle::Chronicle;
use chrono::FixedOffset;
use qunguan::app::effect::Effect;
use qunguan::app::env::Env;
use qunguan::app::message::Message;
use qunguan::app::seat::Seat;
use qunguan::app::travel;
use qunguan::app::update::update;
use qunguan::commands::key::{Code, Key};
use qunguan::commands::keymap::Keymap;
use qunguan::config::theme::Theme;
use qunguan::enforce;
use qunguan::enforce::aftermath::aftermath;
use qunguan::language::{Language, Words};
use qunguan::model::action::{Actor, Request, Stage};
use qunguan::model::event::{Event, Flagging, Record};
use qunguan::model::flag::{Category, Confidence, Severity, Verdict};
use qunguan::model::heard::{Heard, Outcome};
use qunguan::model::id::{ActionId, CaseId, MessageId, Seq};
use qunguan::model::moment::Moment;
use qunguan::model::reason::Reason;
use qunguan::state::State;
use qunguan::state::filter::query::Query;
use qunguan::state::stream::Line;
use qunguan::ui::scene::{Recording, Scene};
use qunguan::ui::search::{Piece, SearchOrder};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::HashMap;

pub const SEVERITIES: [Severity; 4] = [Severity::S1, Severity::S2, Severity::S3, Severity::S4];

pub struct World {
    pub chronicle: Chronicle,
    pub recording: Recording,
    pub seat: Seat,
    /// What the seat looks at is past.
    pub past: bool,
    /// The newest frame drawn, and the newest that the terminal shows.
    pub drawn: u64,
    pub shown: u64,
    /// Answers of the desk to searches, and pages of them, that have not arrived yet.
    pub waiting: Vec<Message>,
    searches: HashMap<u64, Query>,
    words: [Words; 2],
    theme: Theme,
    keymap: Keymap,
    enforce: enforce::Settings,
}

pub fn moderator(name: &str) -> Actor {
    Actor::Moderator(name.into())
}

impl World {
    /// Six people in `#a`, and alice at a terminal of this size.
    pub fn new(columns: u16, rows: u16) -> Self {
        let mut chronicle = Chronicle::online();
        for number in 1..=6 {
            chronicle.joins("#a", &format!("m{number}"));
        }
        Self {
            chronicle,
            recording: Recording::Fine,
            seat: Seat::new("alice", Language::English, "default", columns, rows),
            past: false,
            drawn: 0,
            shown: 0,
            waiting: Vec::new(),
            searches: HashMap::new(),
            words: [Words::of(Language::English), Words::of(Language::Chinese)],
            theme: Theme::named("default", None).0,
            keymap: Keymap::default(),
            enforce: enforce::Settings::default(),
        }
    }

    pub fn state(&self) -> &State {
        &self.chronicle.state
    }

    pub fn pass(&mut self, milliseconds: i64) {
        self.chronicle.now = Moment(self.chronicle.now.0 + milliseconds);
    }

    /// `m<number>` says something that nobody else ever says.
    pub fn says(&mut self, number: u32) -> MessageId {
        let text = format!("says-{}.", self.state().next.0);
        self.chronicle.says("#a", &format!("m{number}"), &text)
    }

    /// `m<number>` says something that a rule remarks on.
    pub fn flagged(&mut self, number: u32, rule: u32, severity: Severity) -> CaseId {
        let message = self.says(number);
        self.remarked(message, rule, severity)
    }

    /// A rule remarks on a message.
    pub fn remarked(&mut self, message: MessageId, rule: u32, severity: Severity) -> CaseId {
        let said = self.state().stream.message(message).unwrap().clone();
        self.append(Event::Flagged(Flagging {
            message,
            room: said.room,
            member: said.member,
            rule: format!("r{rule}"),
            rule_version: 1,
            // A category of its own for each rule: the row tells the category.
            category: [Category::Words, Category::Flood, Category::Attack][rule as usize % 3],
            severity,
            confidence: Confidence::Likely,
            span: None,
            reason: Reason::new("flag-words").with("words", "x").with("count", 1).with("disguised", "no"),
        }));
        self.state().queue.naming(message).last().unwrap().id
    }

    /// Appends an event with what follows from it, as the house does.
    pub fn append(&mut self, event: Event) -> Seq {
        let seq = self.chronicle.append(event.clone());
        let record = Record { seq, at: self.chronicle.now, event };
        for follow in aftermath(self.state(), &record) {
            self.append(follow);
        }
        self.with_env(|seat, env| seat.hears(env, &record));
        seq
    }

    pub fn with_env<T>(&mut self, work: impl FnOnce(&mut Seat, &Env<'_>) -> T) -> T {
        let words = &self.words[usize::from(self.seat.language == Language::Chinese)];
        let scene = Scene {
            state: &self.chronicle.state,
            words,
            theme: &self.theme,
            keymap: &self.keymap,
            now: self.chronicle.now,
            zone: FixedOffset::east_opt(8 * 3600).unwrap(),
            moderator: "alice",
            here: &[],
            recording: &self.recording,
            enforce: &self.enforce,
        };
        work(&mut self.seat, &Env { scene, warnings: &[] })
    }

    pub fn send(&mut self, message: Message) -> Vec<Effect> {
        let past = self.past;
        let effects = self.with_env(|seat, env| match past {
            true => travel::looked(seat, env, message),
            false => update(seat, env, message),
        });
        effects.into_iter().filter(|effect| !self.reads(effect)).collect()
    }

    /// Looks for what a seat wants to read. The answer knows what was so now, and arrives later.
    fn reads(&mut self, effect: &Effect) -> bool {
        match effect {
            Effect::Search(SearchOrder::Begin(wanted)) => {
                let shown = self.shown_by(&wanted.query, wanted.before);
                let messages = shown.iter().filter(|line| matches!(line, Line::Message(_)));
                let hits = messages.map(Line::seq).collect();
                self.searches.insert(wanted.id, wanted.query.clone());
                let piece = Piece { id: wanted.id, hits, reached: Seq(0), done: true };
                self.waiting.push(Message::Found(piece));
            }
            Effect::Page(page) => {
                let query = page.search.and_then(|id| self.searches.get(&id)).cloned();
                let lines = query.map(|query| self.shown_by(&query, page.before)).unwrap_or_default();
                self.waiting.push(Message::Page { page: *page, lines, reached: Seq(0) });
            }
            Effect::Search(SearchOrder::End(_)) => {}
            _ => return false,
        }
        true
    }

    /// What was searched for and paged arrives.
    pub fn arrives(&mut self) {
        for answer in std::mem::take(&mut self.waiting) {
            self.send(answer);
        }
    }

    /// The lines below `before` that are shown, newest first; memory still holds all of them.
    fn shown_by(&self, query: &Query, before: Seq) -> Vec<Line> {
        let lines = self.state().stream.back_from(before, None);
        lines.filter(|line| query.shows(self.state(), line)).cloned().collect()
    }

    /// Draws a frame: its rows of glyphs. The terminal does not show it yet.
    pub fn draw(&mut self) -> Vec<String> {
        let (columns, rows) = self.seat.screen.size();
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
        self.with_env(|seat, env| {
            seat.screen.catch_up(&env.scene);
            seat.screen.draw(&env.scene, &mut buffer)
        });
        self.drawn += 1;
        let number = self.drawn;
        self.send(Message::Drawn(number));
        let row = |y| (0..columns).map(|x| buffer[(x, y)].symbol()).collect::<String>();
        (0..rows).map(row).collect()
    }

    /// The terminal shows the newest frame.
    pub fn show(&mut self) {
        if self.shown < self.drawn {
            self.shown = self.drawn;
            let now = self.chronicle.now;
            self.seat.seen.on_terminal(self.shown, now);
        }
    }

    /// A frame is drawn and shown, and stands long enough for everything.
    pub fn look(&mut self) -> Vec<String> {
        let rows = self.draw();
        self.show();
        self.pass(1000);
        if self.seat.typing.settles_at().is_some() || self.seat.settles_at().is_none() {
            return rows;
        }
        // A question has stood for long enough to be answered, and shows how.
        self.send(Message::Settle);
        let rows = self.draw();
        self.show();
        rows
    }

    pub fn key(&mut self, key: Key) -> Vec<Effect> {
        let shown = self.shown;
        self.send(Message::Key { key, shown })
    }

    /// Presses keys as a person does, a tenth of a second apart, and lets what they ask for come out.
    pub fn press(&mut self, keys: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        for key in keys.chars().map(sign) {
            self.pass(100);
            effects.extend(self.key(key));
            effects.extend(self.settle());
        }
        effects
    }

    /// The moment in which a paste would show itself passes.
    pub fn settle(&mut self) -> Vec<Effect> {
        self.pass(30);
        // What a second press of a key asks for waits until it is sure that the key is not being held.
        if self.seat.typing.settles_at().is_some_and(|at| at > self.chronicle.now) {
            self.pass(100);
        }
        let mut effects = Vec::new();
        while self.seat.settles_at().is_some_and(|at| at <= self.chronicle.now) {
            effects.extend(self.send(Message::Settle));
        }
        effects
    }

    /// The sentence at the bottom.
    pub fn toast(&self) -> String {
        self.seat.screen.toast.as_ref().map(|toast| toast.text.clone()).unwrap_or_default()
    }

    /// Does what the desk would do with effects; the last action asked for.
    pub fn perform(&mut self, effects: Vec<Effect>) -> Option<ActionId> {
        let by = moderator("alice");
        let mut asked = None;
        for effect in effects {
            match effect {
                Effect::Request(request) => {
                    let (case, room) = (request.case, request.room);
                    let id = ActionId(self.append(Event::ActionRequested(request)));
                    if let Some(case) = case {
                        self.append(Event::CaseDecided {
                            case,
                            room,
                            verdict: Verdict::Confirmed,
                            by: by.clone(),
                        });
                    }
                    self.seat.awaits(id);
                    asked = Some(id);
                }
                Effect::Decide { case, room, verdict } => {
                    self.append(Event::CaseDecided { case, room, verdict, by: by.clone() });
                }
                Effect::Reopen { case, room } => {
                    self.append(Event::CaseReopened { case, room, by: by.clone() });
                }
                Effect::Note { room, member, text } => {
                    self.append(Event::NoteAdded { room, member, text, by: by.clone() });
                }
                Effect::RemoveNote(note) => {
                    self.append(Event::NoteRemoved { note, by: by.clone() });
                }
                Effect::RequestAll(requests) => {
                    let unit = Some(self.state().next);
                    for request in requests {
                        let (case, room) = (request.case, request.room);
                        asked =
                            Some(ActionId(self.append(Event::ActionRequested(Request { unit, ..request }))));
                        if let Some(case) = case {
                            let verdict = Verdict::Confirmed;
                            self.append(Event::CaseDecided { case, room, verdict, by: by.clone() });
                        }
                    }
                }
                Effect::Cancel(actions) => {
                    for action in actions {
                        let room = self.state().actions.get(action).unwrap().request.room;
                        self.append(Event::ActionCancelled { action, room, by: by.clone() });
                    }
                }
                effect => self.perform_team(effect),
            }
        }
        asked
    }

    fn perform_team(&mut self, effect: Effect) {
        let by = moderator("alice");
        let events = match effect {
            Effect::AllowAll(cases) => vec![Event::CasesAllowed { cases, by }],
            Effect::ReopenAll(cases) => vec![Event::CasesReopened { cases, by }],
            Effect::AllowText { case, room, folded, until } => vec![
                Event::CaseDecided { case, room, verdict: Verdict::Allowed, by: by.clone() },
                Event::TextAllowed { room, folded, case, until, by },
            ],
            Effect::EndAllowance { allowance, case, room } => vec![
                Event::AllowanceEnded { allowance, by: by.clone() },
                Event::CaseReopened { case, room, by },
            ],
            Effect::Snooze { case, room, until } => vec![Event::CaseSnoozed { case, room, until, by }],
            Effect::Hold { case, room, holder } => vec![Event::CaseHeld { case, room, holder, by }],
            Effect::Escalate { case, room, wanted: true } => vec![Event::CaseEscalated { case, room, by }],
            Effect::Escalate { case, room, wanted: false } => vec![Event::CaseCalmed { case, room, by }],
            Effect::Pin { room, message, wanted: true } => vec![Event::MessagePinned { room, message, by }],
            Effect::Pin { room, message, wanted: false } => {
                vec![Event::MessageUnpinned { room, message, by }]
            }
            Effect::MoveAll { cases, to } => vec![Event::CasesMoved { cases, to, by }],
            Effect::PinAll { messages, kept } => vec![Event::MessagesPinned { messages, kept, by }],
            Effect::Flag(flagging) => vec![Event::Flagged(flagging)],
            _ => Vec::new(),
        };
        for event in events {
            self.append(event);
        }
    }

    /// The action is sent.
    pub fn sent(&mut self, action: ActionId) {
        let room = self.state().actions.get(action).unwrap().request.room;
        self.append(Event::ActionSent { action, room });
    }

    /// The action is sent if it was not, and the platform answers.
    pub fn answered(&mut self, action: ActionId, outcome: Outcome) {
        if self.state().actions.get(action).unwrap().stage == Stage::Requested {
            self.sent(action);
        }
        let heard = Heard::Outcome { action, outcome };
        let events = qunguan::state::intake::intake(
            self.state(),
            crate::chronicle::CONNECTOR,
            heard,
            self.chronicle.now,
        );
        for event in events {
            self.append(event);
        }
    }

    pub fn confirmed(&mut self, action: ActionId) {
        self.answered(
            action,
            Outcome::Confirmed { evidence: Reason::new("irc-seen-silence"), ours_to_lift: false },
        );
    }
}

/// A key as people write it, or a letter.
pub fn sign(sign: char) -> Key {
    match sign {
        '\n' => Key::plain(Code::Enter),
        '\u{1b}' => Key::plain(Code::Esc),
        '\t' => Key::plain(Code::Tab),
        sign => Key::char(sign),
    }
}
