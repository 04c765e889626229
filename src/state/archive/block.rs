//! Some thousand messages in columns: their folded texts end to end, and some 10 bytes of index for each once the block is
//! closed; and what was told between them of comings, goings and gaps.
//!
//! A condition becomes one bit a message, so that any number of them is an `and` of bits, and a rare word is one
//! `memmem` over the whole block. Folded text holds no line break, so no hit reaches over the end of a message.

use crate::model::event::Received;
use crate::model::flag::Severity;
use crate::model::id::{MemberId, MessageId, RoomId, Seq};
use crate::model::message::Kind;
use crate::model::moment::Moment;
use crate::state::archive::bits::Bits;
use crate::state::archive::column::{Column, Ends};
use crate::state::archive::terse::{self, Word};
use crate::state::filter::Sense;
use crate::state::filter::names::MemberSet;
use crate::state::filter::sieve::{Check, Sieve};
use crate::state::filter::told::Told;
use crate::state::stream::Mark;
use crate::text::fold;

/// Messages in a block: a search of one takes some 0.1 ms, so a first page comes after that.
pub const BLOCK: usize = 16_384;
/// Texts of a block end before this, far below what the 32 bits of its index can say.
const MOST_BYTES: usize = 1 << 30;
/// Below so many candidates in a block each text is looked at alone.
const FEW: usize = 512;

const SEVERITY_BITS: u8 = 0b0000_0111;
const RECALLED: u8 = 0b0000_1000;

/// A message to be put into a block.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    pub seq: Seq,
    pub at: Moment,
    pub room: RoomId,
    pub member: MemberId,
    pub kind: Kind,
    /// As written.
    pub text: &'a str,
}

impl<'a> Said<'a> {
    /// What a `MessageReceived` at `seq` says.
    pub fn of(seq: Seq, received: &'a Received) -> Self {
        let Received { sent_at: at, room, member, kind, ref text, .. } = *received;
        Self { seq, at, room, member, kind, text }
    }
}

/// Messages in the order of the record.
#[derive(Debug, Clone)]
pub struct Block {
    first: Seq,
    /// As [`terse`] spells it.
    text: Vec<u8>,
    /// Where each text ends, its line break included.
    ends: Ends,
    /// Distances from `first`.
    seqs: Column,
    /// Seconds since 1970.
    seconds: Column,
    rooms: Column,
    members: Column,
    /// Severity 0 to 4, recalled, and the kind above them.
    tags: Vec<u8>,
    /// Where those stand that somebody acted on, ascending: they are few.
    acted: Vec<u32>,
    /// What is no message, oldest first.
    told: Vec<(Seq, Told)>,
}

impl Block {
    /// An empty block for messages from `first` on.
    pub fn new(first: Seq) -> Self {
        Self {
            first,
            text: Vec::new(),
            ends: Ends::default(),
            seqs: Column::default(),
            seconds: Column::default(),
            rooms: Column::default(),
            members: Column::default(),
            tags: Vec::new(),
            acted: Vec::new(),
            told: Vec::new(),
        }
    }

    /// How many messages are in it.
    pub fn len(&self) -> usize {
        self.tags.len()
    }

    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.told.is_empty()
    }

    /// Nothing in it is older.
    pub fn first(&self) -> Seq {
        self.first
    }

    /// Its newest message.
    pub fn last(&self) -> Seq {
        self.seqs.last().map_or(self.first, |distance| self.seq(distance))
    }

    /// Whether it can take one more.
    pub fn has_space_for(&self, said: &Said<'_>) -> bool {
        let near = said.seq.0.checked_sub(self.first.0).is_some_and(|far| u32::try_from(far).is_ok());
        near && self.len() < BLOCK && self.text.len() + 4 * said.text.len() < MOST_BYTES
    }

    /// Takes a message in, newer than all that are there.
    pub fn push(&mut self, said: &Said<'_>) {
        let Ok(distance) = u32::try_from(said.seq.0.saturating_sub(self.first.0)) else { return };
        terse::write(&fold::fold_words(said.text), &mut self.text);
        self.text.push(b'\n');
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        self.seqs.push(distance);
        self.seconds.push(seconds(said.at));
        self.rooms.push(said.room.0);
        self.members.push(said.member.0);
        self.tags.push(kind_number(said.kind) << 4);
    }

    /// Takes in what is no message, newer than all that was told; whether there was space for it.
    pub fn tell(&mut self, seq: Seq, told: Told) -> bool {
        let space = self.told.len() < BLOCK;
        if space {
            self.told.push((seq, told));
        }
        space
    }

    /// What is shown of what is no message, oldest first.
    pub fn told(&self, sieve: &Sieve) -> impl DoubleEndedIterator<Item = Seq> {
        self.told.iter().filter(|(_, told)| sieve.shows(told)).map(|(seq, _)| *seq)
    }

    /// Nothing more will come: gives back what it does not need.
    pub fn close(&mut self) {
        self.text.shrink_to_fit();
        self.ends.close();
        self.seqs.close();
        self.seconds.close();
        self.rooms.close();
        self.members.close();
        self.tags.shrink_to_fit();
        self.told.shrink_to_fit();
    }

    /// Notes what became of a message.
    pub fn mark(&mut self, message: MessageId, mark: &Mark) {
        let distance =
            message.0.0.checked_sub(self.first.0).and_then(|distance| u32::try_from(distance).ok());
        let Some(at) = distance.and_then(|distance| self.seqs.find(distance)) else { return };
        if let Some(tag) = self.tags.get_mut(at) {
            *tag &= !(SEVERITY_BITS | RECALLED);
            *tag |= mark.severity.map_or(0, severity_number);
            *tag |= if mark.recalled_by.is_some() { RECALLED } else { 0 };
        }
        let Ok(place) = u32::try_from(at) else { return };
        match (self.acted.binary_search(&place), mark.is_acted_on()) {
            (Err(gap), true) => self.acted.insert(gap, place),
            (Ok(known), false) => drop(self.acted.remove(known)),
            (Ok(_), true) | (Err(_), false) => {}
        }
    }

    /// Bytes of texts and index.
    pub fn bytes(&self) -> usize {
        self.text.capacity()
            + self.ends.bytes()
            + [&self.seqs, &self.seconds, &self.rooms, &self.members].map(Column::bytes).iter().sum::<usize>()
            + self.tags.capacity()
            + 4 * self.acted.capacity()
            + size_of::<(Seq, Told)>() * self.told.capacity()
    }

    /// What passes, oldest first.
    pub fn hits(&self, sieve: &Sieve) -> Vec<Seq> {
        let bits = self.passing(sieve);
        bits.ones().filter_map(|at| self.seqs.get(at)).map(|distance| self.seq(distance)).collect()
    }

    /// How many pass, of those from `from` on.
    pub fn count(&self, sieve: &Sieve, from: Seq) -> usize {
        if from > self.first {
            return self.hits(sieve).iter().filter(|seq| **seq >= from).count();
        }
        self.passing(sieve).count()
    }

    fn seq(&self, distance: u32) -> Seq {
        Seq(self.first.0 + u64::from(distance))
    }

    fn passing(&self, sieve: &Sieve) -> Bits {
        self.passing_all(&sieve.terms, Bits::all(self.len()))
    }

    /// Those among `passing` of which all of this holds.
    fn passing_all(&self, terms: &[(Sense, Check)], mut passing: Bits) -> Bits {
        for (sense, check) in terms {
            let mut holds = self.holding(check, &passing);
            if *sense == Sense::MustNot {
                holds.flip();
            }
            passing.and(&holds);
            if passing.count() == 0 {
                break;
            }
        }
        passing
    }

    /// For which messages a condition holds; of those not in `asked` it may say anything.
    fn holding(&self, check: &Check, asked: &Bits) -> Bits {
        match check {
            Check::Rooms(rooms) => Bits::of_numbers(&self.rooms, |room| rooms.contains(&RoomId(room))),
            Check::From(set) => self.said_by(set),
            Check::Kind(kind) => {
                let wanted = kind_number(*kind);
                Bits::of(&self.tags, |tag| tag >> 4 == wanted)
            }
            Check::Flagged(least) => {
                let least = least.map_or(1, severity_number);
                Bits::of(&self.tags, |tag| tag & SEVERITY_BITS >= least)
            }
            Check::Acted => {
                let mut bits = Bits::none(self.len());
                self.acted.iter().for_each(|at| bits.set(*at as usize));
                bits
            }
            Check::Any(choices) => {
                let mut bits = Bits::none(self.len());
                choices.iter().for_each(|terms| bits.or(&self.passing_all(terms, asked.without(&bits))));
                bits
            }
            Check::Recalled => Bits::of(&self.tags, |tag| tag & RECALLED != 0),
            Check::Since(from) => {
                let from = seconds(*from);
                Bits::of_numbers(&self.seconds, |at| at >= from)
            }
            Check::Until(to) => {
                let to = seconds(*to);
                Bits::of_numbers(&self.seconds, |at| at < to)
            }
            Check::Tier(everybody) => {
                let mut bits = Bits::none(self.len());
                for at in 0..self.len() {
                    let (room, member) = (self.rooms.get(at).map(RoomId), self.members.get(at).map(MemberId));
                    let is_named = room.zip(member).is_some_and(|key| everybody.named.contains(&key));
                    if is_named == everybody.are {
                        bits.set(at);
                    }
                }
                bits
            }
            Check::Words { word, by } => self.saying(word, by.as_ref(), asked),
        }
    }

    fn said_by(&self, set: &MemberSet) -> Bits {
        Bits::of_numbers(&self.members, |member| set.has(MemberId(member)))
    }

    fn saying(&self, word: &Word, by: Option<&MemberSet>, asked: &Bits) -> Bits {
        let mut bits = by.map_or_else(|| Bits::none(self.len()), |set| self.said_by(set));
        if asked.count() < FEW {
            for at in asked.ones() {
                if self.text_of(at).is_some_and(|text| word.find(text, 0).is_some()) {
                    bits.set(at);
                }
            }
            return bits;
        }
        let (mut from, mut at) = (0, 0);
        while let Some(place) = word.find(&self.text, from) {
            at = self.ends.holding(at, place);
            bits.set(at);
            let Some(end) = self.ends.get(at) else { break };
            from = end;
            at += 1;
        }
        bits
    }

    fn text_of(&self, at: usize) -> Option<&[u8]> {
        let end = self.ends.get(at)?;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).unwrap_or(0);
        self.text.get(start..end)
    }
}

/// Times before 1970 and after 2106 are those.
fn seconds(at: Moment) -> u32 {
    u32::try_from(at.0.div_euclid(1000).max(0)).unwrap_or(u32::MAX)
}

fn severity_number(severity: Severity) -> u8 {
    match severity {
        Severity::S1 => 1,
        Severity::S2 => 2,
        Severity::S3 => 3,
        Severity::S4 => 4,
    }
}

fn kind_number(kind: Kind) -> u8 {
    match kind {
        Kind::Text => 0,
        Kind::Image => 1,
        Kind::Voice => 2,
        Kind::Video => 3,
        Kind::File => 4,
        Kind::Link => 5,
        Kind::Card => 6,
        Kind::System => 7,
        Kind::Other => 8,
    }
}
