//! How each connector is, and until when it was surely heard.

use crate::model::heard::Status;
use crate::model::id::ConnectorName;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// How many remarks of one connector are kept.
const REMARKS: usize = 50;

/// A broken connection is noticed late: two missed keep-alives of a minute each (`connectors.md` §3.4).
/// What was not heard in that time belongs to the gap.
const NOTICED_LATE_SECONDS: i64 = 120;

/// One connector as a moderator sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectorState {
    pub status: Status,
    pub since: Moment,
    /// The last moment at which something came from it.
    pub last_heard: Moment,
    /// Since when nothing may have been heard; absent while it is online or was never online.
    pub deaf_since: Option<Moment>,
    pub remarks: VecDeque<(Moment, Reason)>,
}

/// Why a connector is over that the configuration does not name any more.
pub const NOT_CONFIGURED: &str = "connector-not-configured";

impl ConnectorState {
    /// The configuration does not name it any more: nothing is expected of it.
    pub fn is_gone(&self) -> bool {
        matches!(&self.status, Status::Ended { reason } if reason.key == NOT_CONFIGURED)
    }
}

/// All connectors by name.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Connectors(BTreeMap<ConnectorName, ConnectorState>);

impl Connectors {
    /// All connectors in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&ConnectorName, &ConnectorState)> {
        self.0.iter()
    }

    /// One connector.
    pub fn get(&self, name: &str) -> Option<&ConnectorState> {
        self.0.get(name)
    }

    /// Whether it is online now.
    pub fn is_online(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|one| matches!(one.status, Status::Online { .. }))
    }

    pub(super) fn server_started(&mut self, at: Moment) {
        for one in self.0.values_mut() {
            if matches!(one.status, Status::Online { .. }) {
                one.deaf_since = Some(one.last_heard);
            }
            one.status = Status::Connecting;
            one.since = at;
        }
    }

    pub(super) fn server_stopped(&mut self, at: Moment) {
        for one in self.0.values_mut().filter(|one| matches!(one.status, Status::Online { .. })) {
            one.last_heard = at;
        }
    }

    pub(super) fn changed(&mut self, name: &str, status: &Status, at: Moment) {
        let one = self.0.entry(name.to_owned()).or_insert_with(|| ConnectorState {
            status: Status::Connecting,
            since: at,
            last_heard: Moment::default(),
            deaf_since: None,
            remarks: VecDeque::new(),
        });
        let was_online = matches!(one.status, Status::Online { .. });
        let is_online = matches!(status, Status::Online { .. });
        if was_online && !is_online {
            one.deaf_since = Some(one.last_heard.max(at.plus_seconds(-NOTICED_LATE_SECONDS)));
        }
        if is_online {
            one.last_heard = at;
            one.deaf_since = None;
        }
        one.status = status.clone();
        one.since = at;
    }

    pub(super) fn heard(&mut self, name: &str, at: Moment) {
        if let Some(one) = self.0.get_mut(name) {
            // History that is read in has times of its own.
            one.last_heard = one.last_heard.max(at);
        }
    }

    pub(super) fn gap_noted(&mut self, name: &str, to: Moment) {
        if let Some(one) = self.0.get_mut(name) {
            one.deaf_since = None;
            one.last_heard = one.last_heard.max(to);
        }
    }

    pub(super) fn remarked(&mut self, name: &str, remark: &Reason, at: Moment) {
        let Some(one) = self.0.get_mut(name) else { return };
        one.remarks.push_back((at, remark.clone()));
        while one.remarks.len() > REMARKS {
            one.remarks.pop_front();
        }
    }
}
