//! One seat with its terminal: what it shows, what is under way to it, what goes out beside its frames.
//!
//! One frame is under way at a time; the next is drawn only when the terminal says that it shows the last.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::message::Message;
use crate::app::ring::Alert;
use crate::app::seat::Seat;
use crate::app::travel;
use crate::app::update::update;
use crate::desk::clock;
use crate::desk::house::{House, Sitting};
use crate::desk::pace::Pace;
use crate::desk::picture::Picture;
use crate::desk::playback::Past;
use crate::language::Language;
use crate::model::moment::Moment;
use crate::terminal::encoder::Depth;
use crate::terminal::manners::Manners;
use crate::terminal::messages::{FromServer, TerminalFacts};
use crate::terminal::{modes, notify};
use crate::ui::overlay::Overlay;
use crate::ui::target::Target;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// A seat with its terminal.
pub struct Place {
    pub seat: Seat,
    pub(super) outgoing: mpsc::Sender<FromServer>,
    pub(super) picture: Picture,
    pub(super) manners: Manners,
    /// Bytes that go out with the next frame and are none: a bell, a copy.
    pub(super) aside: Vec<u8>,
    /// Whether the terminal reports the mouse.
    pub(super) mouse: bool,
    /// The frame that the terminal has not said to show yet.
    pub(super) under_way: Option<u64>,
    /// The frame that was sent and of which the seat has not been told yet.
    pub(super) sent: Option<u64>,
    pub(super) next_frame: u64,
    pub(super) dirty: bool,
    /// Since when something typed is not on the terminal.
    pub(super) typed: Option<Instant>,
    pub(super) pace: Pace,
    pub(super) leaving: bool,
    /// The past, while the seat looks at it, and when its playhead last moved.
    pub(super) past: Option<Past>,
    pub(super) played_at: Option<Moment>,
}

impl Place {
    /// A seat at a terminal of this size of which nothing is known yet.
    pub(super) fn new(
        seat: Seat,
        size: (u16, u16),
        depth: Depth,
        outgoing: mpsc::Sender<FromServer>,
    ) -> Self {
        Self {
            seat,
            outgoing,
            picture: Picture::new(size, depth),
            manners: Manners::of(&TerminalFacts::default()),
            aside: Vec::new(),
            mouse: true,
            under_way: None,
            sent: None,
            next_frame: 1,
            dirty: true,
            typed: None,
            pace: Pace::new(Instant::now()),
            leaving: false,
            past: None,
            played_at: None,
        }
    }

    pub(super) fn settles_at(&self) -> Option<Moment> {
        self.seat.settles_at().filter(|_| !self.leaving)
    }

    /// Something was done here: it is shown at once, and by the typed line alone where nothing else changed.
    pub(super) fn touched(&mut self, only_typed: bool) {
        let now = Instant::now();
        if only_typed && self.seat.screen.is_typing() {
            self.typed = Some(now);
        } else {
            self.dirty = true;
            self.pace.hurry(now);
        }
    }

    /// When the next frame may be due.
    pub(super) fn next_at(&self) -> Option<Instant> {
        let free = self.under_way.is_none() && !self.leaving;
        let news = self.dirty.then(|| self.pace.next());
        self.typed.into_iter().chain(news).min().filter(|_| free)
    }

    pub(super) fn sitting(&self) -> Sat {
        let Seat { moderator, language, theme, .. } = &self.seat;
        Sat { moderator: moderator.clone(), language: *language, theme: theme.clone() }
    }

    pub(super) fn handle(&mut self, house: &House, here: &[String], message: Message) -> Vec<Effect> {
        let sitting = self.sitting();
        let env = house.env(&sitting.as_seen(here), clock::now());
        let Some(past) = &mut self.past else { return update(&mut self.seat, &env, message) };
        match past.playback.message(&self.seat, &message) {
            Some(effects) => effects,
            None => travel::looked(&mut self.seat, &past.playback.env(env), message),
        }
    }

    /// The frame just sent is what keys mean from now on. Where that is another target than the frame had still to go by,
    /// as after a list was sorted anew, its card comes with a frame right after it.
    pub(super) fn drawn(&mut self, house: &House, here: &[String], frame: u64) -> Vec<Effect> {
        let before = self.target(house, here);
        let effects = self.handle(house, here, Message::Drawn(frame));
        if !self.seat.screen.follows_newest() && before != self.target(house, here) {
            self.dirty = true;
            self.pace.hurry(Instant::now());
        }
        effects
    }

    fn target(&self, house: &House, here: &[String]) -> Target {
        let sitting = self.sitting();
        let env = house.env(&sitting.as_seen(here), clock::now());
        match &self.past {
            Some(past) => self.seat.screen.target(&past.playback.env(env).scene),
            None => self.seat.screen.target(&env.scene),
        }
    }

    pub(super) fn draw(&mut self, house: &House, here: &[String], now: Instant) {
        let sitting = self.sitting();
        let live = house.env(&sitting.as_seen(here), clock::now());
        let mut past = self.past.take();
        if let Some(past) = &mut past {
            past.playback.worded(live.scene.zone);
        }
        self.draw_from(house, live, past.as_ref(), now);
        self.past = past;
    }

    fn draw_from(&mut self, house: &House, live: Env<'_>, past: Option<&Past>, now: Instant) {
        let env = past.map_or(live, |past| past.playback.drawn(live));
        let news = self.dirty && self.pace.next() <= now;
        let typed = self.typed.take().filter(|_| !news);
        let line = typed.and_then(|_| self.picture.typed(&self.seat.screen, &env.scene));
        let whole = line.is_none();
        let aside = if whole { self.take_aside(&live) } else { Vec::new() };
        let frame = line.unwrap_or_else(|| {
            self.dirty = false;
            self.seat.screen.catch_up(&env.scene);
            self.picture.whole(&self.seat.screen, &env.scene)
        });
        let mut bytes = aside.clone();
        bytes.extend(frame);
        if bytes.is_empty() {
            return;
        }
        let number = self.next_frame;
        let length = bytes.len();
        match self.outgoing.try_send(FromServer::Frame { number, bytes }) {
            Ok(()) => {
                self.next_frame += 1;
                self.under_way = Some(number);
                self.pace.sent(length, house.customs.bytes_per_second, now);
                if !whole {
                    // What opens next stands on a later frame than this.
                    self.seat.frame = number;
                }
                // A frame of the typed line shows no other rows than the one before.
                self.sent = Some(number).filter(|_| whole);
            }
            Err(_) => {
                // The frame is lost, so the next must be whole.
                self.picture.forget();
                self.aside = aside;
                self.dirty = true;
                self.pace.refused(now);
            }
        }
    }

    /// What goes out before the next frame: copies, the bell, and the mouse off while a text is to be selected.
    fn take_aside(&mut self, env: &Env<'_>) -> Vec<u8> {
        if let Some(Alert { title, body }) = self.seat.rings(env) {
            self.aside.extend(notify::notify(&self.manners, &title, &body));
        }
        let selecting = matches!(self.seat.screen.overlay, Some(Overlay::CopyPane(_)));
        if self.mouse == selecting {
            self.mouse = !selecting;
            self.aside.extend(modes::report_mouse(self.mouse));
        }
        std::mem::take(&mut self.aside)
    }
}

/// A copy of who sits there, so that the seat itself can change while it is looked at.
pub(super) struct Sat {
    moderator: String,
    language: Language,
    theme: String,
}

impl Sat {
    pub(super) fn as_seen<'a>(&'a self, here: &'a [String]) -> Sitting<'a> {
        Sitting { moderator: &self.moderator, language: self.language, theme: &self.theme, here }
    }
}
