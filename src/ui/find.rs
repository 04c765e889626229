//! Finding in a pane: words in the text, or a name in letters, pinyin or its initials. Looks back in time in the
//! stream, and asks for older pages as long as it has not found.

use crate::model::id::{MemberId, Seq};
use crate::state::stream::Line;
use crate::text::{fold, fuzzy};
use crate::ui::lines::Above;
use crate::ui::overlay::{Pending, Tone};
use crate::ui::scene::Scene;
use crate::ui::screen::{Pane, Screen};
use crate::ui::target::RowId;
use std::collections::HashMap;

/// What is being found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub pane: Pane,
    pub text: String,
    /// As [`fold::fold_words`] makes it.
    pub needle: String,
    /// Where in the stream to look on when the next page arrives.
    pub(super) hungry: Option<Seq>,
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
    /// Finds `text` in the focused pane, beginning with what is under the cursor.
    pub fn find(&mut self, scene: &Scene<'_>, text: &str) {
        let needle = fold::fold_words(text.trim());
        if needle.is_empty() {
            return self.stop_finding();
        }
        let pane = self.subject();
        self.finding = Some(Finding { pane, text: text.trim().to_owned(), needle, hungry: None });
        if pane == Pane::Stream {
            let end = self.target(scene).line.map_or(scene.state.next, Seq::next);
            self.find_in_stream(scene, Way::On, end);
        } else {
            self.find_in_list(scene, Way::On, true);
        }
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
        let text = self.finding.as_ref().map(|finding| finding.text.clone()).unwrap_or_default();
        let options = vec![
            ('n', scene.say("short-find-next")),
            ('N', scene.say("short-find-previous")),
            ('q', scene.say("short-find-end")),
        ];
        Pending { label: format!("/{text}"), options }
    }

    /// Stops finding; places found are no longer marked.
    pub fn stop_finding(&mut self) {
        self.finding = None;
    }

    /// Whether something is being found.
    pub fn is_finding(&self) -> bool {
        self.finding.is_some()
    }

    fn find_on(&mut self, scene: &Scene<'_>, way: Way) {
        let Some(finding) = &self.finding else { return };
        self.focus(finding.pane);
        if self.subject() != Pane::Stream {
            return self.find_in_list(scene, way, false);
        }
        let here = self.target(scene).line.unwrap_or(scene.state.next);
        self.find_in_stream(scene, way, if way == Way::On { here } else { here.next() });
    }

    /// Looks from `from` (below it, or from it on).
    pub(super) fn find_in_stream(&mut self, scene: &Scene<'_>, way: Way, from: Seq) {
        let Some(finding) = self.finding.clone() else { return };
        let mut names = HashMap::new();
        let mut hit = |line: &&Line| matches(scene, line, &finding, &mut names);
        let lines = self.stream.lines(scene);
        let found = match way {
            Way::On => lines.back(from).find(&mut hit).map(Line::seq),
            Way::Back => lines.forward(from).find(&mut hit).map(Line::seq),
        };
        let above = lines.above(from);
        if let Some(line) = found {
            let area = self.area(scene, Pane::Stream);
            self.stream.select(scene, area, line);
            return self.hunger(None);
        }
        match (way, above) {
            (Way::On, Above::More(top)) => {
                self.hunger(Some(top));
                self.tell(scene, Tone::Told, scene.say("finding-older"));
            }
            (Way::On, Above::Loading) => self.hunger(Some(from)),
            _ => self.not_found(scene, &finding.text),
        }
    }

    fn find_in_list(&mut self, scene: &Scene<'_>, way: Way, here_too: bool) {
        let Some(finding) = self.finding.clone() else { return };
        if finding.pane == Pane::Connectors {
            let area = self.area(scene, Pane::Connectors);
            if !self.connectors.find(scene, area, &finding.needle) {
                self.not_found(scene, &finding.text);
            }
            return;
        }
        let hits = |name: &str, text: &str| {
            fold::fold_words(text).contains(&finding.needle) || is_called(name, &finding)
        };
        let rows: Vec<(RowId, bool)> =
            self.searchable(scene).into_iter().map(|(id, name, text)| (id, hits(&name, &text))).collect();
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

fn matches(scene: &Scene<'_>, line: &Line, finding: &Finding, names: &mut HashMap<MemberId, bool>) -> bool {
    let named = line.member().is_some_and(|member| {
        *names.entry(member).or_insert_with(|| is_called(&scene.member_name(member), finding))
    });
    let said = match line {
        Line::Message(message) => fold::fold_words(&message.text).contains(&finding.needle),
        Line::Notice { .. } => false,
    };
    named || said
}

/// Whether a name holds what is being found: as written, in pinyin, or in its initials.
fn is_called(name: &str, finding: &Finding) -> bool {
    if fold::fold_words(name).contains(&finding.needle) {
        return true;
    }
    let (full, initials) = fuzzy::pinyin_keys(name);
    !name.is_ascii() && (full.contains(&finding.needle) || initials.contains(&finding.needle))
}
