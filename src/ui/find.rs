//! Finding in a pane, and showing only what passes: both take the filter language, and in the stream both look through
//! the whole history with a search that tells what it found as it comes.
//!
//! Never waits: what is not known yet is gone to when it is.

use crate::model::id::Seq;
use crate::state::filter::Filter;
use crate::state::filter::query::Query;
use crate::state::stream::Line;
use crate::text::fold;
use crate::ui::members::Sieve;
use crate::ui::overlay::{Pending, Tone};
use crate::ui::scene::Scene;
use crate::ui::screen::{Pane, Screen, View};
use crate::ui::search::{Hits, Piece, SearchOrder};
use crate::ui::sift::{Searchable, Sift};
use crate::ui::stream_sift::StreamSift;
use crate::ui::target::RowId;

/// How many loaded lines are looked at before a search has told anything: some 2 ms.
const AT_ONCE: usize = 1000;

/// What is being found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub pane: Pane,
    pub text: String,
    /// The words of it, folded, to be marked where they stand.
    pub needles: Vec<String>,
    query: Query,
    /// Where it stands in the stream; lists are looked through at once.
    hits: Option<Hits>,
    /// From where in the stream to look on when more was found.
    hungry: Option<Seq>,
}

/// Which way to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To older lines, or down a list.
    On,
    /// The other way.
    Back,
}

impl Screen {
    /// Finds what passes in the focused pane, beginning with what is under the cursor. `text` is what was typed.
    pub fn find(&mut self, scene: &Scene<'_>, filter: Filter, text: &str) {
        self.stop_finding();
        if filter.is_empty() {
            return;
        }
        let pane = self.subject();
        let query = Query::new(&filter, scene.now, scene.zone);
        let needles = words_of(&filter);
        let hits = (pane == Pane::Stream).then(|| self.search(scene, query.clone()));
        self.finding =
            Some(Finding { pane, text: text.trim().to_owned(), needles, query, hits, hungry: None });
        if pane == Pane::Stream {
            let end = self.stream.cursor(scene).map_or(scene.state.next, Seq::next);
            self.find_in_stream(scene, Way::On, end);
        } else {
            self.find_in_list(scene, Way::On, true);
        }
    }

    /// Shows only what passes in the focused pane; everything when the filter is empty. Whether this pane can.
    pub fn filter(&mut self, scene: &Scene<'_>, filter: Filter) -> bool {
        let pane = self.subject();
        self.stop_finding();
        if pane == Pane::Stream {
            self.sift_stream(scene, filter);
            return true;
        }
        let query = Query::new(&filter, scene.now, scene.zone);
        if pane == Pane::Members {
            self.members.set_sieve((!filter.is_empty()).then_some(Sieve { filter, query }));
            self.catch_up(scene);
            return true;
        }
        let Some(place) = self.sift_of(pane) else { return false };
        *place = (!filter.is_empty()).then(|| Sift::new(filter, query));
        self.catch_up(scene);
        true
    }

    /// The filter of the focused pane.
    pub fn filtered_by(&self) -> Option<&Filter> {
        match self.subject() {
            Pane::Stream => self.stream.sift.as_ref().map(|sift| &sift.filter),
            Pane::Members => self.members.sieve.as_ref().map(|sieve| &sieve.filter),
            pane => self.sift_on(pane).map(|sift| &sift.filter),
        }
    }

    /// Takes in what happened since: to be called before anything is drawn or meant.
    pub fn catch_up(&mut self, scene: &Scene<'_>) {
        if self.searches_lost {
            self.search_again(scene);
        }
        if let Some(filter) = self.stream.misplaced_sift() {
            self.sift_stream(scene, filter);
        }
        self.stream.catch_up(scene);
        let (room, area) = (self.room(), self.area(scene, Pane::Members));
        match self.view() {
            View::Members => self.members.catch_up(scene, room, area),
            View::Groups => self.groups.catch_up(scene),
            _ => {}
        }
        let mut begun = Vec::new();
        let searches = &mut self.searches;
        let finding = self.finding.as_mut().and_then(|finding| finding.hits.as_mut());
        let sift = self.stream.sift.as_mut().map(|sift| &mut sift.hits);
        for hits in finding.into_iter().chain(sift).filter(|hits| !hits.is_at(scene.state)) {
            if !hits.catch_up(scene.state) {
                begun.extend(hits.anew(searches, scene.state));
            }
        }
        if !begun.is_empty() {
            self.stream.search_changed();
        }
        self.orders.extend(begun);
        for pane in [Pane::Queue, Pane::Outbox, Pane::Audit] {
            if self.sift_on(pane).is_some_and(|sift| sift.is_stale(scene.state)) {
                let rows = self.rows_of(scene, pane);
                let sift = self.sift_of(pane).and_then(Option::as_mut);
                sift.into_iter().for_each(|sift| sift.renew(scene.state, &rows));
            }
        }
    }

    /// Takes in what a search found.
    pub fn found(&mut self, scene: &Scene<'_>, piece: &Piece) {
        if let Some(sift) = self.stream.sift.as_mut().filter(|sift| sift.hits.id == piece.id) {
            sift.hits.arrived(piece);
        }
        let Some(finding) = &mut self.finding else { return };
        let Some(hits) = finding.hits.as_mut().filter(|hits| hits.id == piece.id) else { return };
        hits.arrived(piece);
        if let Some(from) = finding.hungry {
            self.find_in_stream(scene, Way::On, from);
        }
    }

    /// What is to be done about searches since this was last asked.
    pub fn take_orders(&mut self) -> Vec<SearchOrder> {
        std::mem::take(&mut self.orders)
    }

    /// The next place.
    pub fn find_next(&mut self, scene: &Scene<'_>) {
        self.find_on(scene, Way::On);
    }

    /// The place before.
    pub fn find_previous(&mut self, scene: &Scene<'_>) {
        self.find_on(scene, Way::Back);
    }

    /// The keys that go on finding, for the footer: while it lasts `n` and `N` mean these.
    pub(super) fn found_keys(&self, scene: &Scene<'_>) -> Pending {
        let options = vec![
            ('n', scene.say("short-find-next")),
            ('N', scene.say("short-find-previous")),
            ('q', scene.say("short-find-end")),
        ];
        let finding = self.finding.as_ref();
        let text = finding.map(|finding| finding.text.clone()).unwrap_or_default();
        let tally = self.finding_tally(scene).map(|tally| format!("  {tally}")).unwrap_or_default();
        Pending { label: format!("/{text}{tally}"), options, note: None }
    }

    /// `3/12`: the how manieth place the cursor is on, and how many there are.
    fn finding_tally(&self, scene: &Scene<'_>) -> Option<String> {
        let hits = self.finding.as_ref()?.hits.as_ref()?;
        let here = self.stream.cursor(scene).and_then(|line| hits.rank(line));
        let here = here.map(|rank| format!("{rank}/")).unwrap_or_default();
        Some(format!("{here}{}", hits.tally()))
    }

    /// What a pane's title says of its filter, with how many pass.
    pub(super) fn filter_title(&self, pane: Pane) -> Option<(String, String)> {
        match pane {
            Pane::Stream => {
                self.stream.sift.as_ref().map(|sift| (sift.filter.to_string(), sift.hits.tally()))
            }
            // How many are listed stands in the title anyway.
            Pane::Members => {
                self.members.sieve.as_ref().map(|sieve| (sieve.filter.to_string(), String::new()))
            }
            pane => self.sift_on(pane).map(|sift| (sift.filter.to_string(), sift.count().to_string())),
        }
    }

    /// The words to mark in the stream.
    pub(super) fn needles(&self) -> Vec<String> {
        let finding = self.finding.as_ref().filter(|finding| finding.pane == Pane::Stream);
        let found = finding.map(|finding| finding.needles.clone()).unwrap_or_default();
        let sift = self.stream.sift.as_ref().map(|sift| words_of(&sift.filter)).unwrap_or_default();
        found.into_iter().chain(sift).collect()
    }

    /// Stops finding; places found are no longer marked.
    pub fn stop_finding(&mut self) {
        let hits = self.finding.take().and_then(|finding| finding.hits);
        self.orders.extend(hits.map(|hits| SearchOrder::End(hits.id)));
    }

    /// Whether something is being found.
    pub fn is_finding(&self) -> bool {
        self.finding.is_some()
    }

    /// Shows only what passes in the stream; everything when the filter is empty.
    pub(super) fn sift_stream(&mut self, scene: &Scene<'_>, filter: Filter) {
        let was = self.stream.sift.as_ref().map(|sift| SearchOrder::End(sift.hits.id));
        self.orders.extend(was);
        let sift = (!filter.is_empty()).then(|| {
            let hits = self.search(scene, Query::new(&filter, scene.now, scene.zone));
            StreamSift::new(filter, hits, scene.state)
        });
        let area = self.area(scene, Pane::Stream);
        self.stream.set_sift(scene, area, sift);
    }

    /// Searches again what was searched for: after the terminal that waited for it has gone.
    fn search_again(&mut self, scene: &Scene<'_>) {
        self.searches_lost = false;
        self.orders.clear();
        let searches = &mut self.searches;
        let finding = self.finding.as_mut().and_then(|finding| finding.hits.as_mut());
        let sift = self.stream.sift.as_mut().map(|sift| &mut sift.hits);
        let orders = finding.into_iter().chain(sift).flat_map(|hits| hits.anew(searches, scene.state));
        self.orders = orders.collect();
        self.stream.search_changed();
    }

    fn search(&mut self, scene: &Scene<'_>, query: Query) -> Hits {
        self.searches += 1;
        let (hits, order) = Hits::begin(self.searches, query, self.room(), scene.state);
        self.orders.push(order);
        hits
    }

    fn find_on(&mut self, scene: &Scene<'_>, way: Way) {
        let Some(finding) = &self.finding else { return };
        self.focus(finding.pane);
        if self.subject() != Pane::Stream {
            return self.find_in_list(scene, way, false);
        }
        let here = self.stream.cursor(scene).unwrap_or(scene.state.next);
        self.find_in_stream(scene, way, if way == Way::On { here } else { here.next() });
    }

    /// Looks from `from` (below it, or from it on).
    fn find_in_stream(&mut self, scene: &Scene<'_>, way: Way, from: Seq) {
        let Some(finding) = &self.finding else { return };
        let known = finding.hits.as_ref().and_then(|hits| match way {
            Way::On => hits.before(from),
            Way::Back => hits.after(from),
        });
        let done = finding.hits.as_ref().is_none_or(Hits::is_done);
        let untold = finding.hits.as_ref().is_some_and(|hits| hits.count() == 0 && !done);
        let text = finding.text.clone();
        if let Some(line) = known.or_else(|| self.loaded(scene, way, from).filter(|_| untold)) {
            let area = self.area(scene, Pane::Stream);
            self.stream.select(scene, area, line);
            return self.hunger(None);
        }
        if way == Way::On && !done {
            self.hunger(Some(from));
            return self.tell(scene, Tone::Told, scene.say("finding-older"));
        }
        self.not_found(scene, &text);
    }

    /// The nearest place among the lines that are loaded next to `from`.
    fn loaded(&self, scene: &Scene<'_>, way: Way, from: Seq) -> Option<Seq> {
        let query = &self.finding.as_ref()?.query;
        let passes = |line: &&Line| match line {
            Line::Message(message) => query.admits_message(scene.state, message),
            Line::Notice { .. } => false,
        };
        let lines = self.stream.lines(scene);
        match way {
            Way::On => lines.back(from).take(AT_ONCE).find(passes).map(Line::seq),
            Way::Back => lines.forward(from).take(AT_ONCE).find(passes).map(Line::seq),
        }
    }

    fn find_in_list(&mut self, scene: &Scene<'_>, way: Way, here_too: bool) {
        let Some(finding) = self.finding.clone() else { return };
        if finding.pane == Pane::Connectors {
            let area = self.area(scene, Pane::Connectors);
            if !self.connectors.find(scene, area, &fold::fold_words(&finding.text)) {
                self.not_found(scene, &finding.text);
            }
            return;
        }
        if finding.pane == Pane::Members {
            let found = self.members.find(scene, self.room(), &finding.query, way, here_too);
            return match found {
                Some((room, member)) => self.select_id(scene, Pane::Members, RowId::Member(room, member)),
                None => self.not_found(scene, &finding.text),
            };
        }
        let passes = |row: &Searchable| finding.query.admits(scene.state, &row.subject());
        let shown = self.searchable(scene);
        let rows: Vec<_> = shown.iter().map(|row| (row.id, passes(row))).collect();
        let target = self.target(scene);
        let here = self.row_of(&target).map(|(_, row)| row);
        let at = here.and_then(|here| rows.iter().position(|(id, _)| *id == here)).unwrap_or(0);
        let count = rows.len();
        let step = |n: usize| if way == Way::On { at + n } else { at + count.saturating_sub(n) };
        let first = usize::from(!here_too);
        let found =
            (first..=count).map(step).filter_map(|index| rows.get(index % count.max(1))).find(|row| row.1);
        match found.map(|row| row.0) {
            Some(id) => self.select_id(scene, finding.pane, id),
            None => self.not_found(scene, &finding.text),
        }
    }

    fn hunger(&mut self, hungry: Option<Seq>) {
        if let Some(finding) = &mut self.finding {
            finding.hungry = hungry;
        }
    }

    fn not_found(&mut self, scene: &Scene<'_>, text: &str) {
        self.hunger(None);
        self.tell(scene, Tone::Refused, scene.say_with("not-found", &[("text", text)]));
    }
}

fn words_of(filter: &Filter) -> Vec<String> {
    filter.words().into_iter().map(fold::fold_words).collect()
}
