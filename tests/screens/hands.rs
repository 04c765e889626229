//! A moderator's hands in a test: keys go to a real seat, and what the seat asks the desk to read is answered from the
//! state. Whatever stands on a golden screen came there by keys that a person can press.

use crate::desk::Desk;
use qunguan::app::effect::Effect;
use qunguan::app::env::Env;
use qunguan::app::message::Message;
use qunguan::app::playback::Playback;
use qunguan::app::seat::Seat;
use qunguan::app::standing::STANDS_MS;
use qunguan::app::tape::{Arrived, Piece as Ahead, Stretch, Tape, Way};
use qunguan::app::travel::looked;
use qunguan::app::update::update;
use qunguan::commands::key::{Code, Key};
use qunguan::language::Language;
use qunguan::model::event::Record;
use qunguan::model::id::Seq;
use qunguan::model::moment::Moment;
use qunguan::state::State;
use qunguan::state::filter::query::Query;
use qunguan::state::stream::Line;
use qunguan::ui::overlay::Overlay;
use qunguan::ui::search::{Piece, SearchOrder};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;

/// Longer than a row has to stand still, and longer than any key waits for another.
const A_MOMENT_MS: i64 = 1000;

pub struct Hands {
    pub desk: Desk,
    pub seat: Seat,
    pub playback: Option<Playback>,
    /// What the past is read from.
    records: Vec<Record>,
    /// What was asked of the desk and not answered, in order.
    pub asked: Vec<Effect>,
    query: Option<Query>,
    drawn: u64,
}

impl Hands {
    /// A seat of this size in front of a desk; nothing is drawn yet.
    pub fn new(desk: Desk, language: Language, theme: &str, (columns, rows): (u16, u16)) -> Self {
        let seat = Seat::new("alice", language, theme, columns, rows);
        Self { desk, seat, playback: None, records: Vec::new(), asked: Vec::new(), query: None, drawn: 0 }
    }

    /// Presses keys as a person does, each after he saw what the one before did; all that is looked for arrives at once.
    pub fn press(&mut self, keys: &str) {
        for sign in keys.chars() {
            self.press_and_wait(sign);
            self.arrives();
        }
    }

    /// The same, and nothing that is read arrives.
    pub fn press_in_vain(&mut self, keys: &str) {
        keys.chars().for_each(|sign| self.press_and_wait(sign));
    }

    fn press_and_wait(&mut self, sign: char) {
        self.sees();
        let shown = self.drawn;
        self.seat.seen.on_terminal(shown, self.desk.now);
        self.desk.now.0 += A_MOMENT_MS;
        self.settle();
        self.send(Message::Key { key: key(sign), shown });
        self.desk.now.0 += A_MOMENT_MS;
        self.settle();
    }

    fn settle(&mut self) {
        while self.seat.settles_at().is_some_and(|at| at <= self.desk.now) {
            self.send(Message::Settle);
        }
    }

    pub fn send(&mut self, message: Message) {
        let env = Env { scene: self.desk.scene(), warnings: &[] };
        let effects = match self.playback.as_mut() {
            None => update(&mut self.seat, &env, message),
            Some(playback) => match playback.message(&self.seat, &message) {
                Some(effects) => effects,
                None => looked(&mut self.seat, &playback.env(env), message),
            },
        };
        self.asked.extend(effects);
    }

    /// What was searched for arrives.
    pub fn arrives(&mut self) {
        for effect in std::mem::take(&mut self.asked) {
            match effect {
                Effect::Search(SearchOrder::Begin(wanted)) => {
                    let hits = self.passing(&wanted.query, wanted.before).iter().map(Line::seq).collect();
                    self.query = Some(wanted.query);
                    self.send(Message::Found(Piece { id: wanted.id, hits, reached: Seq(0), done: true }));
                }
                Effect::Page(page) if page.search.is_some() => {
                    let query = self.query.clone();
                    let lines = query.map(|query| self.passing(&query, page.before)).unwrap_or_default();
                    self.send(Message::Page { page, lines, reached: Seq(0) });
                }
                Effect::Seek(_) => {
                    let playback = self.playback.as_mut().expect("the past is played");
                    let mut way = playback.way_on();
                    while let Some(on) = way {
                        way = playback.arrived(went(&self.records, &on));
                    }
                }
                other => self.asked.push(other),
            }
        }
    }

    fn passing(&self, query: &Query, before: Seq) -> Vec<Line> {
        let state = &self.desk.state;
        let passes =
            |line: &&Line| matches!(line, Line::Message(message) if query.admits_message(state, message));
        state.stream.back_from(before, None).filter(passes).cloned().collect()
    }

    /// The past is played at this seat: the record of the afternoon, read or not yet.
    pub fn goes_back(&mut self, records: Option<Vec<Record>>) {
        let stretch = self.asked.iter().find_map(|effect| match effect {
            Effect::Replay { stretch, .. } => Some(*stretch),
            _ => None,
        });
        let stretch: Stretch = stretch.expect("a stretch was asked for");
        let mut playback = Playback::loading(stretch, None);
        playback.progressed(40);
        if let Some(records) = records {
            let at = records.iter().take_while(|record| record.at < stretch.from).count();
            let mut begin = State::default();
            records[..at].iter().for_each(|record| begin.apply(record));
            let from = begin.next;
            let end = records.last().map_or(from, |record| record.seq.next());
            let first = Ahead { from, records: records[at..].to_vec(), reached: end };
            let own = Arc::new(begin.clone());
            playback.loaded(Tape { begin: Arc::new(begin), end }, own, first);
            self.records = records;
        }
        self.playback = Some(playback);
    }

    /// A frame of what there is now comes to the terminal; nobody looks at its cells.
    fn sees(&mut self) {
        self.frame(|_, _| ());
    }

    /// The screen as it stands.
    pub fn draw(&mut self) -> (Buffer, Option<(u16, u16)>) {
        // A question has stood for long enough to show its answers.
        if matches!(self.seat.screen.overlay, Some(Overlay::Dialog(_) | Overlay::Chooser(_))) {
            self.sees();
            self.seat.seen.on_terminal(self.drawn, Moment(self.desk.now.0 - STANDS_MS));
            self.settle();
        }
        self.frame(|seat, env| {
            let (columns, rows) = seat.screen.size();
            let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
            let cursor = seat.screen.draw(&env.scene, &mut buffer);
            (buffer, cursor)
        })
    }

    fn frame<T>(&mut self, look: impl FnOnce(&Seat, &Env<'_>) -> T) -> T {
        let env = Env { scene: self.desk.scene(), warnings: &[] };
        if let Some(playback) = self.playback.as_mut() {
            playback.worded(env.scene.zone);
        }
        let env = self.playback.as_ref().map_or(env, |playback| playback.drawn(env));
        self.seat.screen.catch_up(&env.scene);
        let looked = look(&self.seat, &env);
        self.drawn += 1;
        let drawn = self.drawn;
        update(&mut self.seat, &env, Message::Drawn(drawn));
        looked
    }
}

/// A letter, or a key that people have no letter for: `⏎ ⎋ ⇥ ↑ ↓ →`, `⌃` for `^k`, `①` for `Alt-1`.
fn key(sign: char) -> Key {
    match sign {
        '⏎' => Key::plain(Code::Enter),
        '⎋' => Key::plain(Code::Esc),
        '⇥' => Key::plain(Code::Tab),
        '↑' => Key::plain(Code::Up),
        '↓' => Key::plain(Code::Down),
        '→' => Key::plain(Code::Right),
        '①' => Key { alt: true, ..Key::char('1') },
        '⌃' => Key { ctrl: true, ..Key::char('k') },
        sign => Key::char(sign),
    }
}

/// The state at the end of a way, and what comes next.
fn went(records: &[Record], way: &Way) -> Arrived {
    let mut state = State::clone(&way.from);
    let ahead = records.iter().filter(|record| record.seq >= state.next).cloned().collect::<Vec<_>>();
    let passed = ahead.iter().take_while(|record| way.goal.is_behind(record)).count();
    ahead[..passed].iter().for_each(|record| state.apply(record));
    let ahead = Ahead { from: state.next, records: ahead[passed..].to_vec(), reached: way.end };
    Arrived { goal: way.goal, state: Arc::new(state), ahead, stops: Vec::new() }
}
