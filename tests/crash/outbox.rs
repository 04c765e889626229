//! What a person can do about an action whose fate nobody knows: have it checked, mark it done, do it again.

use crate::journal::Journal;
use crate::live::home::Home;
use crate::live::record::{Deed, deeds, export};
use crate::live::seat::Seat;
use qunguan::model::action::Stage;
use qunguan::model::id::ActionId;
use std::collections::BTreeMap;

type Deeds = BTreeMap<ActionId, Deed>;

/// Takes each of the three ways once. The connector answers again.
pub fn settle(home: &Home, seat: &Seat, journal: &Journal) {
    journal.set_mood("answer");
    seat.type_keys("go");
    let rows = seat.wait("the outbox shows what is unknown", |screen| unknown_rows(screen) > 0);
    assert!(!rows.contains("No action yet"), "{rows}");

    let (before, after) = choose(home, seat, '1', |before, after| changed(before, after).is_some());
    let checked = changed(&before, &after).unwrap();
    let stage = after[&checked].stage();
    assert!(matches!(stage, Stage::Confirmed | Stage::Failed), "{checked:?} was checked and is {stage:?}");

    let (before, after) = choose(home, seat, '2', |before, after| changed(before, after).is_some());
    assert_eq!(after[&changed(&before, &after).unwrap()].stage(), Stage::MarkedDone);

    let calls = journal.calls().len();
    let confirmed = |after: &Deeds, before: &Deeds| {
        let fresh = after.iter().find(|(id, _)| !before.contains_key(id));
        fresh.is_some_and(|(_, deed)| deed.stage() == Stage::Confirmed)
    };
    choose(home, seat, '3', |before, after| confirmed(after, before));
    assert_eq!(journal.calls().len(), calls + 1, "it was done once more, and once only");
}

/// Opens what is under the cursor, answers with this key, and waits for what the record then says.
fn choose(home: &Home, seat: &Seat, key: char, so: impl Fn(&Deeds, &Deeds) -> bool) -> (Deeds, Deeds) {
    let before = deeds(&export(home));
    // The cursor keeps to the action it stood on; what is unknown stands at the top.
    seat.type_keys("gg");
    seat.wait("the cursor stands on an unknown action", |screen| {
        screen.lines().any(|line| line.contains('▌') && line.contains("please check"))
    });
    seat.type_keys("⏎");
    let dialog = seat.wait_for_text("do it again");
    assert!(dialog.contains("check") && dialog.contains("mark done"), "{dialog}");
    seat.type_keys(&key.to_string());
    let mut after = before.clone();
    seat.wait(&format!("the answer {key} does something"), |_| {
        after = deeds(&export(home));
        so(&before, &after)
    });
    (before, after)
}

/// The unknown action that has moved on.
fn changed(before: &Deeds, after: &Deeds) -> Option<ActionId> {
    let moved = |(id, deed): (&ActionId, &Deed)| {
        (deed.stage() == Stage::Unknown && after[id].stations.len() > deed.stations.len()).then_some(*id)
    };
    before.iter().find_map(moved)
}

fn unknown_rows(screen: &str) -> usize {
    screen.lines().filter(|line| line.contains(" ? ") && line.contains("please check")).count()
}
