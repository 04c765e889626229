//! The record as `qunguan export` tells it.

use crate::live::home::Home;
use qunguan::model::action::Stage;
use qunguan::model::event::{Event, Record};
use qunguan::model::id::ActionId;
use qunguan::model::reason::Reason;
use std::collections::BTreeMap;

/// One action in the record.
#[derive(Debug, Clone)]
pub struct Deed {
    /// Its stations in the order of the record; the request is not among them.
    pub stations: Vec<Stage>,
    /// Why it is unknown, where it is.
    pub unknown: Option<Reason>,
}

impl Deed {
    pub fn stage(&self) -> Stage {
        self.stations.last().copied().unwrap_or(Stage::Requested)
    }
}

/// Everything in the record, through the server when one runs.
pub fn export(home: &Home) -> Vec<Record> {
    let output = home.run(&["export"]);
    assert!(output.status.success(), "export: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let read = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    text.lines().filter(|line| line.contains("\"event\"")).map(read).collect()
}

/// Every action of the record.
pub fn deeds(records: &[Record]) -> BTreeMap<ActionId, Deed> {
    let mut deeds = BTreeMap::new();
    for record in records {
        if let Event::ActionRequested(_) = &record.event {
            deeds.insert(ActionId(record.seq), Deed { stations: Vec::new(), unknown: None });
        }
        let Some((id, stage)) = station(&record.event) else { continue };
        let deed = deeds.get_mut(&id).unwrap_or_else(|| panic!("{id:?} was never requested"));
        deed.stations.push(stage);
        if let Event::ActionUnknown { reason, .. } = &record.event {
            deed.unknown = Some(reason.clone());
        }
    }
    deeds
}

fn station(event: &Event) -> Option<(ActionId, Stage)> {
    Some(match event {
        Event::ActionSent { action, .. } => (*action, Stage::Sent),
        Event::ActionAccepted { action, .. } => (*action, Stage::Accepted),
        Event::ActionConfirmed { action, .. } => (*action, Stage::Confirmed),
        Event::ActionFailed { action, .. } => (*action, Stage::Failed),
        Event::ActionUnsupported { action, .. } => (*action, Stage::Unsupported),
        Event::ActionUnknown { action, .. } => (*action, Stage::Unknown),
        Event::ActionCancelled { action, .. } => (*action, Stage::Cancelled),
        Event::ActionMarkedDone { action, .. } => (*action, Stage::MarkedDone),
        _ => return None,
    })
}
