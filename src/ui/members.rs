//! The members: everybody whom the roster names, those who never spoke too, in the room of the stream or in all rooms.
//!
//! The order holds still while one looks: it is made when the view is opened, sorted or filtered, and whoever comes
//! later is put in at his place; nobody in it moves. What a row says is always of now. Nothing here goes over all
//! members for a frame.

use crate::model::id::{MemberId, RoomId};
use crate::state::filter::Filter;
use crate::state::filter::query::Query;
use crate::text::fuzzy::pinyin_keys;
use crate::ui::find::Way;
use crate::ui::list::{ListCursor, Window};
use crate::ui::moves::Motion;
use crate::ui::scene::Scene;
use crate::ui::sift::Searchable;
use crate::ui::target::{RowId, Target};
use ratatui::layout::Rect;
use std::borrow::Cow;
use std::cmp::Reverse;

/// A member in a room.
pub type Row = (RoomId, MemberId);

/// What the rows are ordered by. Those who left stand last in every order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Who spoke last stands first.
    #[default]
    Spoke,
    /// Who said most.
    Messages,
    /// Who came last.
    Joined,
    /// Who was flagged most often.
    Flags,
    /// By name; Chinese names by their sound.
    Name,
}

impl Sort {
    /// All orders, in the order in which `o` goes through them.
    pub const ALL: [Sort; 5] = [Sort::Spoke, Sort::Messages, Sort::Joined, Sort::Flags, Sort::Name];

    /// The next one.
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|sort| *sort == self).map_or(0, |at| at + 1);
        Self::ALL.get(at).copied().unwrap_or_default()
    }

    /// The catalogue key of its name.
    pub fn key(self) -> &'static str {
        match self {
            Sort::Spoke => "sort-spoke",
            Sort::Messages => "sort-messages",
            Sort::Joined => "sort-joined",
            Sort::Flags => "sort-flags",
            Sort::Name => "sort-name",
        }
    }
}

/// A filter on the members.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sieve {
    pub filter: Filter,
    pub query: Query,
}

/// The rows in the order in which they were put.
#[derive(Debug, Clone, PartialEq)]
struct Arranged {
    room: Option<RoomId>,
    rows: Vec<Option<Row>>,
    /// How many of the roll were taken in.
    taken: usize,
}

/// A seat's list of members.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MembersView {
    cursor: ListCursor<Row>,
    pub(super) sort: Sort,
    pub(super) sieve: Option<Sieve>,
    arranged: Option<Arranged>,
}

impl MembersView {
    /// What is under the cursor.
    pub fn target(&self, scene: &Scene<'_>, room: Option<RoomId>) -> Target {
        match self.cursor.selected(&self.rows(scene, room)) {
            Some(row) => target_of(scene, row),
            None => Target { room, ..Target::default() },
        }
    }

    /// Takes in who came since, at their places; puts everybody in order where that is still to be done.
    pub fn catch_up(&mut self, scene: &Scene<'_>, room: Option<RoomId>, area: Rect) {
        let Some(arranged) = self.arranged.as_mut().filter(|arranged| arranged.room == room) else {
            let arranged = arrange(scene, room, self.sort, self.sieve.as_ref());
            self.cursor.settle(&arranged.rows, height(area));
            self.arranged = Some(arranged);
            return;
        };
        let new: Vec<Row> = roll(scene, room, arranged.taken).collect();
        arranged.taken += new.len();
        for row in new.into_iter().filter(|row| passes(scene, self.sieve.as_ref(), *row)) {
            let place = Place::of(scene, self.sort, row);
            let before =
                |known: &Option<Row>| known.is_some_and(|known| Place::of(scene, self.sort, known) <= place);
            let at = arranged.rows.partition_point(before);
            arranged.rows.insert(at, Some(row));
        }
    }

    /// Puts everybody in order anew; the row under the cursor stays where it is on screen.
    pub fn rearrange(&mut self) {
        self.arranged = None;
    }

    /// Orders by something else.
    pub fn sort_on(&mut self) {
        self.sort = self.sort.next();
        self.arranged = None;
    }

    /// Shows only whom a filter lets through; everybody without one.
    pub(super) fn set_sieve(&mut self, sieve: Option<Sieve>) {
        self.sieve = sieve;
        self.arranged = None;
    }

    /// How many rows there are.
    pub fn count(&self, scene: &Scene<'_>, room: Option<RoomId>) -> usize {
        self.rows(scene, room).len()
    }

    /// What was first stays under the cursor.
    pub fn pin(&mut self, scene: &Scene<'_>, room: Option<RoomId>, area: Rect) {
        let (mut cursor, rows) = (self.cursor.clone(), self.rows(scene, room));
        cursor.pin(&rows, height(area));
        self.cursor = cursor;
    }

    /// Moves the cursor.
    pub fn go(&mut self, scene: &Scene<'_>, room: Option<RoomId>, area: Rect, motion: Motion) {
        let (mut cursor, rows) = (self.cursor.clone(), self.rows(scene, room));
        cursor.go(&rows, height(area), motion);
        self.cursor = cursor;
    }

    /// Puts the cursor on a member.
    pub fn select(&mut self, scene: &Scene<'_>, room: Option<RoomId>, area: Rect, row: Row) {
        let (mut cursor, rows) = (self.cursor.clone(), self.rows(scene, room));
        cursor.select(row, &rows, height(area));
        self.cursor = cursor;
    }

    /// The member on a row of the area; the first row is the heading.
    pub fn at_row(&self, scene: &Scene<'_>, room: Option<RoomId>, area: Rect, row: u16) -> Option<Row> {
        let (window, rows) = self.shown(scene, room, area);
        let below = usize::from(row.checked_sub(1)?);
        rows.get(window.offset + below).copied().flatten().filter(|_| below < height(area))
    }

    /// What is listed, top to bottom.
    pub fn listed(&self, scene: &Scene<'_>, room: Option<RoomId>) -> Vec<Row> {
        self.rows(scene, room).iter().copied().flatten().collect()
    }

    /// The nearest row from the cursor on that a query lets through.
    pub fn find(
        &self,
        scene: &Scene<'_>,
        room: Option<RoomId>,
        query: &Query,
        way: Way,
        here_too: bool,
    ) -> Option<Row> {
        let rows = self.rows(scene, room);
        let here = self.cursor.window(&rows, 1).cursor.unwrap_or(0);
        let count = rows.len();
        let step = |n: usize| if way == Way::On { here + n } else { here + count.saturating_sub(n) };
        (usize::from(!here_too)..=count)
            .filter_map(|n| rows.get(step(n) % count.max(1)).copied().flatten())
            .find(|row| query.admits(scene.state, &searchable(scene, *row).subject()))
    }

    /// The part of the list that is on screen, and the list.
    pub(super) fn shown<'a>(
        &'a self,
        scene: &Scene<'_>,
        room: Option<RoomId>,
        area: Rect,
    ) -> (Window, Cow<'a, [Option<Row>]>) {
        let rows = self.rows(scene, room);
        (self.cursor.window(&rows, height(area)), rows)
    }

    fn rows<'a>(&'a self, scene: &Scene<'_>, room: Option<RoomId>) -> Cow<'a, [Option<Row>]> {
        match self.arranged.as_ref().filter(|arranged| arranged.room == room) {
            Some(arranged) => Cow::Borrowed(&arranged.rows),
            None => Cow::Owned(arrange(scene, room, self.sort, self.sieve.as_ref()).rows),
        }
    }
}

/// A member in a room as a target: with the open case about him that is most likely meant.
pub fn target_of(scene: &Scene<'_>, (room, member): Row) -> Target {
    let case = scene.state.queue.open_about(room, member).map(|case| case.id);
    Target { room: Some(room), member: Some(member), case, ..Target::default() }
}

/// Rows below the heading.
fn height(area: Rect) -> usize {
    usize::from(area.height.saturating_sub(1))
}

/// Who was ever in the room, or in any, those who came first first, without the first `from`.
fn roll(scene: &Scene<'_>, room: Option<RoomId>, from: usize) -> impl Iterator<Item = Row> {
    let rolls = scene.state.members.rolls();
    let (one, all) = match room {
        Some(room) => (rolls.of_room(room), &[] as &[Row]),
        None => (&[] as &[MemberId], rolls.everybody()),
    };
    let in_room = move |member: &MemberId| room.map(|room| (room, *member));
    one.iter().skip(from).filter_map(in_room).chain(all.iter().skip(from).copied())
}

fn arrange(scene: &Scene<'_>, room: Option<RoomId>, sort: Sort, sieve: Option<&Sieve>) -> Arranged {
    let taken = roll(scene, room, 0).count();
    let passing = roll(scene, room, 0).filter(|row| passes(scene, sieve, *row));
    let mut placed: Vec<(Place, Row)> = passing.map(|row| (Place::of(scene, sort, row), row)).collect();
    placed.sort_unstable();
    Arranged { room, rows: placed.into_iter().map(|(_, row)| Some(row)).collect(), taken }
}

fn passes(scene: &Scene<'_>, sieve: Option<&Sieve>, row: Row) -> bool {
    sieve.is_none_or(|sieve| sieve.query.admits(scene.state, &searchable(scene, row).subject()))
}

/// What a filter and a find try of a member: his name, where he is, when he last spoke, and how bad his open case is.
fn searchable(scene: &Scene<'_>, (room, member): Row) -> Searchable {
    let standing = scene.state.members.in_room(room, member);
    let case = || scene.state.queue.open_about(room, member).map(|case| case.severity);
    Searchable {
        room: Some(room),
        member: Some(member),
        at: standing.and_then(|standing| standing.last_spoke),
        severity: standing.filter(|standing| standing.flags > 0).and_then(|_| case()),
        ..Searchable::new(RowId::Member(room, member), scene.name_as_written(member), String::new())
    }
}

/// Where a member stands in an order: the smaller, the nearer to the top.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    gone: bool,
    first: Reverse<i64>,
    then: String,
    member: MemberId,
    room: RoomId,
}

impl Place {
    fn of(scene: &Scene<'_>, sort: Sort, (room, member): Row) -> Self {
        let standing = scene.state.members.in_room(room, member);
        let number = standing.map_or(0, |standing| match sort {
            Sort::Spoke => standing.last_spoke.map_or(i64::MIN, |at| at.0),
            Sort::Messages => i64::from(standing.messages),
            Sort::Joined => standing.joined_at.map_or(i64::MIN, |at| at.0),
            Sort::Flags => i64::from(standing.flags),
            Sort::Name => 0,
        });
        let then = match sort {
            Sort::Name => pinyin_keys(&scene.name_as_written(member)).0,
            _ => String::new(),
        };
        let gone = standing.is_some_and(|standing| !standing.present);
        Self { gone, first: Reverse(number), then, member, room }
    }
}
