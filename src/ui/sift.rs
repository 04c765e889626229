//! A filter on a list: which of its rows pass. Rows are tried as they come and change, never while drawing.

use crate::model::flag::Severity;
use crate::model::id::{MemberId, RoomId, Seq};
use crate::model::moment::Moment;
use crate::state::State;
use crate::state::filter::Filter;
use crate::state::filter::query::{Query, Subject};
use crate::ui::target::RowId;
use std::collections::HashSet;

/// What a filter and a find try of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Searchable {
    pub id: RowId,
    /// Whom it is about.
    pub name: String,
    /// Its words.
    pub text: String,
    pub room: Option<RoomId>,
    pub member: Option<MemberId>,
    pub at: Option<Moment>,
    pub severity: Option<Severity>,
}

impl Searchable {
    /// A row of which no more is known.
    pub fn new(id: RowId, name: String, text: String) -> Self {
        Self { id, name, text, room: None, member: None, at: None, severity: None }
    }

    /// The same, as a query takes it.
    pub fn subject(&self) -> Subject<'_> {
        let Self { room, member, at, severity, .. } = *self;
        Subject { text: &self.text, name: &self.name, room, member, at, severity, ..Subject::default() }
    }
}

/// A filter on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sift {
    pub filter: Filter,
    query: Query,
    passing: HashSet<RowId>,
    tried: Option<Seq>,
}

impl Sift {
    /// A filter whose rows are still to be tried.
    pub fn new(filter: Filter, query: Query) -> Self {
        Self { filter, query, passing: HashSet::new(), tried: None }
    }

    /// Whether the rows may have changed since they were tried.
    pub fn is_stale(&self, state: &State) -> bool {
        self.tried != Some(state.next)
    }

    /// Tries all rows.
    pub fn renew(&mut self, state: &State, rows: &[Searchable]) {
        self.tried = Some(state.next);
        let passing = rows.iter().filter(|row| self.query.admits(state, &row.subject()));
        self.passing = passing.map(|row| row.id).collect();
    }

    /// Whether a row passes.
    pub fn keeps(&self, id: RowId) -> bool {
        self.passing.contains(&id)
    }

    /// How many pass.
    pub fn count(&self) -> usize {
        self.passing.len()
    }
}

/// Whether a row is shown under a filter, if there is one.
pub fn keeps(sift: Option<&Sift>, id: RowId) -> bool {
    sift.is_none_or(|sift| sift.keeps(id))
}
