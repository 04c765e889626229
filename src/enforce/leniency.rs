//! First-offence leniency and the markers of malice that take it away (`operations.md` §5.3). Deterministic: never
//! guesses at an intention, only names what was done.
//!
//! Not yet computable, because the state does not hold it: a list of blocked people other than our own blocks, and a
//! re-post after staff recalled a message on the platform itself (the state knows by whom, not when).

use crate::model::action::{Act, Stage};
use crate::model::flag::Category;
use crate::model::id::{MessageId, RoomId};
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::state::State;
use crate::state::actions::Action;
use crate::state::members::Membership;
use crate::state::queue::{Case, Remark};
use crate::text::fold::near;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An offence older than this many days does not stand against leniency (`operations.md` §5.3).
pub const CLEAN_DAYS: i64 = 180;
/// An advertisement so soon after joining is what the account came for (`operations.md` §5.3).
const JOINED_MS: i64 = 10 * 60 * 1000;
/// A re-post so soon after a recall or a warning ignores it (`operations.md` §5.3).
const REPOSTED_MS: i64 = 10 * 60 * 1000;
/// The same content in two groups within this time is one mailing (`operations.md` §2.4, cross-group duplicate).
const MAILING_MS: i64 = 10 * 60 * 1000;
/// Accounts that say the same within this time act together (`operations.md` §5.3).
const TOGETHER_MS: i64 = 60 * 60 * 1000;
/// How many accounts make it a coordination (`operations.md` §5.3).
const TOGETHER_ACCOUNTS: usize = 3;
/// Shorter texts are the same by chance: a greeting in two groups is no mailing. Our own choice.
const TELLING_LETTERS: usize = 8;
/// The argument by which a rule's reason tells that a disguise had to be undone. `rules::words` and `rules::links`
/// write it; a test in `tests/enforce.rs` keeps both sides together.
const DISGUISED: &str = "disguised";

/// What shows that it was done on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Malice {
    /// The same content in two groups or more.
    Mailing,
    /// An advertisement as his first message, soon after he joined.
    CameToAdvertise,
    /// A disguise had to be undone to find it.
    Disguise,
    /// Again soon after a recall or a warning for the same.
    Reposted,
    /// We blocked him before, in this group or another.
    Blocked,
    /// Several accounts with the same content.
    Together,
}

impl Malice {
    /// The sentence for it in the catalogues, for instance `malice-mailing`.
    pub fn name(self) -> Reason {
        Reason::new(match self {
            Malice::Mailing => "malice-mailing",
            Malice::CameToAdvertise => "malice-came-to-advertise",
            Malice::Disguise => "malice-disguise",
            Malice::Reposted => "malice-reposted",
            Malice::Blocked => "malice-blocked",
            Malice::Together => "malice-together",
        })
    }
}

/// The markers of malice about a case that the state can prove, in a fixed order.
pub fn malice(state: &State, case: &Case) -> Vec<Malice> {
    let markers = [
        (Malice::Mailing, mailing(state, case)),
        (Malice::CameToAdvertise, came_to_advertise(state, case)),
        (Malice::Disguise, disguise(case)),
        (Malice::Reposted, reposted(state, case)),
        (Malice::Blocked, blocked(state, case)),
        (Malice::Together, together(state, case)),
    ];
    markers.into_iter().filter(|(_, holds)| *holds).map(|(marker, _)| marker).collect()
}

/// Whether nothing stands against a member in this room for [`CLEAN_DAYS`] before `now`, the case itself aside.
pub fn is_clean(state: &State, case: &Case, now: Moment) -> bool {
    let window = days_ms(CLEAN_DAYS);
    let recent = |at: Moment| now.since(at) < window;
    let standing = state.members.in_room(case.room, case.member);
    let offended = standing.is_some_and(|standing| {
        standing.offences.iter().any(|offence| offence.case != case.id && recent(offence.at))
    });
    !offended && !removals(state, case).any(recent)
}

/// When this member was put out of this room by us, as far as finished actions are in memory; not for this case.
pub fn removals(state: &State, case: &Case) -> impl Iterator<Item = Moment> {
    let (room, member, id) = (case.room, case.member, case.id);
    state
        .actions
        .iter()
        .filter(move |action| {
            let request = &action.request;
            request.room == room
                && request.case != Some(id)
                && matches!(request.act, Act::Remove { member: removed, .. } if removed == member)
        })
        .filter_map(done_at)
}

/// `days` in milliseconds.
pub fn days_ms(days: i64) -> i64 {
    days.saturating_mul(86_400_000)
}

/// When an action was surely done.
fn done_at(action: &Action) -> Option<Moment> {
    matches!(action.stage, Stage::Confirmed | Stage::MarkedDone).then(|| action.moved_at())
}

fn mailing(state: &State, case: &Case) -> bool {
    let texts: BTreeSet<(String, i64)> = case
        .remarks
        .iter()
        .filter_map(|remark| {
            Some((telling(state, remark.message)?, state.stream.message(remark.message)?.at.0))
        })
        .collect();
    let elsewhere = |room: RoomId| {
        let standing = state.members.in_room(room, case.member).filter(|_| room != case.room);
        standing.is_some_and(|standing| {
            standing.recent.iter().any(|(message, at)| {
                let close = |said: i64| at.since(Moment(said)).abs() <= MAILING_MS;
                texts.iter().any(|(_, said)| close(*said))
                    && telling(state, *message)
                        .is_some_and(|text| texts.iter().any(|(own, said)| *own == text && close(*said)))
            })
        })
    };
    !texts.is_empty() && state.rooms.iter().any(|room| elsewhere(room.id))
}

fn came_to_advertise(state: &State, case: &Case) -> bool {
    let Some(standing) = state.members.in_room(case.room, case.member) else { return false };
    let Some(joined) = standing.joined_at else { return false };
    let advertises = matches!(case.category, Category::Advertisement | Category::Newcomer);
    advertises
        && first_message(standing).is_some_and(|first| {
            // The flag's time, not the platform's: joins are stamped by our clock too.
            let soon = |remark: &&Remark| (0..JOINED_MS).contains(&remark.at.since(joined));
            case.remarks.iter().filter(|remark| remark.message == first).any(|remark| soon(&remark))
        })
}

/// The first message he ever said in the room, while it is still remembered.
fn first_message(standing: &Membership) -> Option<MessageId> {
    let all_remembered = usize::try_from(standing.messages).is_ok_and(|count| count == standing.recent.len());
    standing.recent.front().filter(|_| all_remembered).map(|(message, _)| *message)
}

fn disguise(case: &Case) -> bool {
    case.remarks
        .iter()
        .any(|remark| remark.reason.args.iter().any(|(name, value)| name == DISGUISED && value == "yes"))
}

fn reposted(state: &State, case: &Case) -> bool {
    state.actions.iter().filter(|action| is_rebuke(action, case)).any(|action| {
        let Some(done) = done_at(action) else { return false };
        let soon = |remark: &&Remark| (1..=REPOSTED_MS).contains(&remark.at.since(done));
        let same_rule = action.request.rule.as_deref() == Some(case.rule.as_str());
        let same_text = |remark: &Remark| match action.request.act {
            Act::Recall { message, .. } => {
                telling(state, message).is_some_and(|text| telling(state, remark.message) == Some(text))
            }
            _ => false,
        };
        case.remarks.iter().filter(soon).any(|remark| same_rule || same_text(remark))
    })
}

fn is_rebuke(action: &Action, case: &Case) -> bool {
    let request = &action.request;
    request.room == case.room
        && request.act.member() == Some(case.member)
        && matches!(request.act, Act::Recall { .. } | Act::Warn { .. })
}

fn blocked(state: &State, case: &Case) -> bool {
    let about = |action: &&Action| {
        action.request.act.member() == Some(case.member) && action.request.case != Some(case.id)
    };
    let mut blocked_in = BTreeSet::new();
    for action in state.actions.iter().filter(about).filter(|action| done_at(action).is_some()) {
        match action.request.act {
            Act::Remove { block: true, .. } => blocked_in.insert(action.request.room),
            Act::Unblock { .. } => blocked_in.remove(&action.request.room),
            _ => false,
        };
    }
    !blocked_in.is_empty()
}

/// Looks at flagged messages only: the same content raises the same flags for every account that says it, and a
/// crowd that says something harmless is never looked at.
fn together(state: &State, case: &Case) -> bool {
    let Some(newest) = case.remarks.last() else { return false };
    let Some(text) = telling(state, newest.message) else { return false };
    let near_in_time = |remark: &&Remark| newest.at.since(remark.at).abs() <= TOGETHER_MS;
    let says_it = |other: &&Case| {
        other
            .remarks
            .iter()
            .filter(near_in_time)
            .any(|remark| telling(state, remark.message).as_ref() == Some(&text))
    };
    let same_rule = state.queue.iter().filter(|other| other.rule == case.rule);
    let accounts: BTreeSet<_> = same_rule.filter(says_it).map(|other| other.member).collect();
    accounts.len() >= TOGETHER_ACCOUNTS
}

/// What a message says, for asking whether two say the same; nothing when it is not in memory or too short to tell.
fn telling(state: &State, message: MessageId) -> Option<String> {
    let text = near(&state.stream.message(message)?.text);
    (text.chars().count() >= TELLING_LETTERS).then_some(text)
}
