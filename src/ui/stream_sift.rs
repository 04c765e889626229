//! A filter on the stream, and how the stream goes on under it: what is new is tried as it comes, and what something
//! became of is tried anew.
//!
//! A stream that stands still keeps what is under the eyes and some screens around it, and no more however long it
//! stands; what it let go is paged again by whoever comes back down. In a state of earlier it begins anew.

use crate::model::id::{MessageId, Seq};
use crate::state::State;
use crate::state::filter::Filter;
use crate::state::stream::{Line, Message};
use crate::ui::lines::Older;
use crate::ui::scene::Scene;
use crate::ui::search::Hits;
use crate::ui::stream::{Place, StreamView};
use std::collections::{BTreeSet, VecDeque};

/// No page is on its way for so long that more than this happens meanwhile.
const RECENT: usize = 4096;

/// A filter on the stream.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamSift {
    pub filter: Filter,
    pub hits: Hits,
    /// What was said before this was tried and, if it passed, taken in or let go.
    pub(super) upto: Seq,
    /// Of what is here, something became of these: they are tried anew as soon as nothing moves by it that stands
    /// still.
    stale: BTreeSet<MessageId>,
    /// Of which something became of late, the newest last: a page that was on its way then may not know of it.
    recent: VecDeque<MessageId>,
}

impl StreamSift {
    /// A filter from now on; what lies before comes in pages.
    pub fn new(filter: Filter, hits: Hits, state: &State) -> Self {
        Self { filter, hits, upto: state.next, stale: BTreeSet::new(), recent: VecDeque::new() }
    }

    /// Tries what was said since, and notes what something became of. `older` takes it in, unless the stream stands
    /// still and has let go what lies between.
    fn take_new(&mut self, state: &State, older: &mut Older, stands: bool) {
        let (from, to) = (self.upto, state.next);
        if from == to {
            return;
        }
        self.upto = to;
        let (query, stream) = (self.hits.query(), &state.stream);
        let asks = query.asks_for_marks();
        let touched = stream.touched_from(from).filter(|_| asks);
        let whole = stream.has_all_from(from);
        if from > to {
            // What is here had not happened yet.
            self.recent.clear();
        }
        if from > to || (asks && touched.is_none()) || (!whole && !stands) {
            self.stale.clear();
            *older = Older::default();
            return;
        }
        let touched: Vec<MessageId> = touched.into_iter().flatten().filter(|id| id.0 < from).collect();
        self.recent.extend(&touched);
        self.recent.drain(..self.recent.len().saturating_sub(RECENT));
        self.stale.extend(touched.into_iter().filter(|id| older.is_waiting() || older.has(id.0)));
        if whole && (!stands || older.reaches(from)) {
            let shown = stream.forward_from(from, self.hits.room()).filter(|line| query.shows(state, line));
            older.take(from, to, shown.cloned());
        }
    }

    /// A page with these lines arrived: what something became of since it was asked for is to be tried anew.
    pub(super) fn arrived(&mut self, lines: &[Line]) {
        let here = lines.iter().map(Line::seq).collect::<BTreeSet<Seq>>();
        self.stale.extend(self.recent.iter().filter(|id| here.contains(&id.0)));
    }

    fn forget_what_is_gone(&mut self, older: &Older) {
        self.stale.retain(|id| older.is_waiting() || older.has(id.0));
    }
}

impl StreamView {
    /// Tries what was said since the last time, so that a filtered stream goes on with what is new, and anew what
    /// something became of. In a frozen stream that waits until it is moved: what stands still never moves by itself.
    pub fn catch_up(&mut self, scene: &Scene<'_>) {
        let stands = self.is_frozen();
        if let Some(sift) = &mut self.sift {
            sift.take_new(scene.state, &mut self.older, stands);
        }
        if let (Place::Frozen { newest, .. }, sift, room) = (self.place, &self.sift, self.room) {
            self.missing.count(scene.state, newest, |message: &Message| match sift {
                Some(sift) => sift.hits.query().admits_message(scene.state, message),
                None => room.is_none_or(|room| room == message.room),
            });
            return self.trim();
        }
        self.try_anew(scene);
        self.older.trim_oldest();
    }

    /// Forgets what lies far from what is on screen, where a frozen stream keeps more than enough.
    pub(super) fn trim(&mut self) {
        let Place::Frozen { bottom, .. } = self.place else { return };
        if self.older.trim(bottom)
            && let Some(sift) = &mut self.sift
        {
            sift.forget_what_is_gone(&self.older);
        }
    }

    /// Tries again what something became of; all but the line under a cursor that stands still.
    pub(super) fn try_anew(&mut self, scene: &Scene<'_>) {
        let Some(sift) = &mut self.sift else { return };
        let (query, stream) = (sift.hits.query(), &scene.state.stream);
        let mut later = BTreeSet::new();
        for id in std::mem::take(&mut sift.stale) {
            // A page that is on its way may not know of it.
            if self.older.is_waiting() {
                later.insert(id);
            }
            if matches!(self.place, Place::Frozen { cursor, .. } if cursor == id.0) {
                later.insert(id);
                continue;
            }
            let message = stream.message(id).or_else(|| self.older.message(id)).cloned();
            match message.map(|message| (query.admits_message(scene.state, &message), message)) {
                Some((true, message)) => self.older.put(Line::Message(message)),
                Some((false, _)) => self.older.remove(id.0),
                None => self.older.doubt(id.0),
            }
        }
        sift.stale = later;
    }

    /// Its search has another number now: a page of the old one will not come.
    pub(super) fn search_changed(&mut self) {
        self.older.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::keymap::Keymap;
    use crate::config::theme::Theme;
    use crate::enforce;
    use crate::language::{Language, Words};
    use crate::model::event::{Event, Flagging, Received, Record};
    use crate::model::flag::{Category, Confidence, Severity};
    use crate::model::id::{MemberId, RoomId};
    use crate::model::message::Kind;
    use crate::model::moment::Moment;
    use crate::model::reason::Reason;
    use crate::state::filter::query::Query;
    use crate::ui::missed::Missed;
    use crate::ui::moves::Motion;
    use crate::ui::scene::Recording;
    use chrono::FixedOffset;
    use ratatui::layout::Rect;

    const AREA: Rect = Rect::new(0, 0, 80, 24);
    /// More than a seat keeps.
    const NIGHT: u64 = 25_000;

    fn say(state: &mut State) -> MessageId {
        let id = MessageId(state.next);
        let received = Received {
            room: RoomId(1),
            member: MemberId(1),
            external: String::new(),
            sent_at: Moment(0),
            kind: Kind::Text,
            text: format!("cat {}", id.0),
            reply_to: None,
            mentions: Vec::new(),
            backfilled: false,
            own: false,
        };
        state.apply(&Record { seq: id.0, at: Moment(0), event: Event::MessageReceived(received) });
        id
    }

    fn flag(state: &mut State, message: MessageId) {
        let flagging = Flagging {
            message,
            room: RoomId(1),
            member: MemberId(1),
            rule: "r".into(),
            rule_version: 1,
            category: Category::Words,
            severity: Severity::S2,
            confidence: Confidence::Likely,
            span: None,
            reason: Reason::new("flag-words"),
        };
        state.apply(&Record { seq: state.next, at: Moment(0), event: Event::Flagged(flagging) });
    }

    fn with_scene<T>(state: &State, work: impl FnOnce(&Scene<'_>) -> T) -> T {
        work(&Scene {
            state,
            words: &Words::of(Language::English),
            theme: &Theme::named("default", None).0,
            keymap: &Keymap::default(),
            now: Moment(0),
            zone: FixedOffset::east_opt(0).unwrap(),
            moderator: "alice",
            here: &[],
            recording: &Recording::Fine,
            enforce: &enforce::Settings::default(),
        })
    }

    /// A stream under a filter with a hundred lines, of which one above the newest is under the cursor.
    fn standing(state: &mut State, filter: &str) -> StreamView {
        for _ in 0..100 {
            say(state);
        }
        let filter = Filter::parse(filter).unwrap();
        let query = Query::new(&filter, Moment(0), FixedOffset::east_opt(0).unwrap());
        let (hits, _) = Hits::begin(1, query, None, state);
        let mut view = StreamView::default();
        let sift = StreamSift::new(filter, hits, state);
        with_scene(state, |scene| {
            view.set_sift(scene, AREA, Some(sift));
            let page = view.wants_page(scene, AREA).unwrap();
            let lines = scene.state.stream.back_from(page.before, None).cloned().collect();
            view.page_arrived(page, lines, Seq(0));
            view.catch_up(scene);
            view.pin(scene);
            view.go(scene, AREA, Motion::Up);
        });
        view
    }

    #[test]
    fn a_stream_that_stands_still_for_a_night_keeps_what_is_under_the_eyes_and_counts_the_rest() {
        let mut state = State::default();
        let mut view = standing(&mut state, "cat");
        let stood = with_scene(&state, |scene| view.spans(scene, AREA));
        for _ in 0..NIGHT / 500 {
            let first = say(&mut state);
            for _ in 1..500 {
                say(&mut state);
            }
            with_scene(&state, |scene| view.catch_up(scene));
            // A rule, or a person, is slower than the next look.
            flag(&mut state, first);
        }
        with_scene(&state, |scene| {
            view.catch_up(scene);
            assert_eq!(view.missed(), Missed { messages: 25_000, flagged: 50 });
            assert_eq!(view.spans(scene, AREA), stood);
            let kept = view.lines(scene).forward(Seq(1)).count();
            assert!(kept < 20_001, "{kept} lines are kept");
            assert_eq!(view.wants_page(scene, AREA), None, "enough is there below what is on screen");
        });
        // Coming back down, what was let go is asked for again, and the way leads on.
        with_scene(&state, |scene| {
            let line = view.lines(scene).forward(Seq(1)).last().map(Line::seq).unwrap();
            view.select(scene, AREA, line);
            let page = view.wants_page(scene, AREA).unwrap();
            assert!(page.before > line, "{page:?}");
            let lines: Vec<Line> = scene.state.stream.back_from(page.before, None).cloned().collect();
            let reached = lines.last().map(Line::seq).unwrap();
            view.page_arrived(page, lines, reached);
            view.go(scene, AREA, Motion::PageDown);
            assert!(view.cursor(scene) > Some(line));
            view.go(scene, AREA, Motion::Bottom);
            assert_eq!(view.wants_page(scene, AREA).map(|page| page.before), Some(scene.state.next));
        });
    }

    #[test]
    fn what_befalls_lines_that_were_let_go_is_not_remembered() {
        let mut state = State::default();
        let mut view = standing(&mut state, "-flagged");
        for _ in 0..NIGHT / 500 {
            let said: Vec<MessageId> = (0..500).map(|_| say(&mut state)).collect();
            with_scene(&state, |scene| view.catch_up(scene));
            said.into_iter().step_by(2).for_each(|id| flag(&mut state, id));
            with_scene(&state, |scene| view.catch_up(scene));
        }
        let upto = with_scene(&state, |scene| view.lines(scene).forward(Seq(1)).last().map(Line::seq));
        let sift = view.sift.unwrap();
        let newest = sift.stale.last().map(|id| id.0);
        assert!(newest.is_some() && newest <= upto, "{newest:?} {upto:?}");
    }
}
