//! One round: the server starts, what is left of earlier rounds is judged, a moderator acts, the server is killed.

use crate::live::home::{Home, Server};
use crate::live::journal::Journal;
use crate::live::record::{Deed, deeds, export};
use crate::live::seat::Seat;
use crate::live::wait_for;
use qunguan::model::action::Stage;
use qunguan::model::id::ActionId;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// When the server is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kill {
    /// Right behind the last key, mostly before anything is written.
    WithTheKey,
    /// Up to so long after the key that the call may or may not have gone out.
    SoonAfterTheKey,
    /// A removal is recorded and waits out its five seconds.
    WhileHeld,
    /// The connector has the request on its own disk and says nothing.
    AfterTheCall,
    /// The connector has acted and has written its answer.
    AfterTheReply,
    /// The server has not yet answered anybody.
    WhileOpening,
}

/// The longest of the random moments after a key: by then an answering connector has long been asked.
const SOON: u64 = 150_000;
/// The longest of the random moments after a start; a whole start takes about so long.
const OPENING: u64 = 150_000;

/// One store with its connector, and everything that was done to it.
pub struct House {
    home: Home,
    pub journal: Journal,
    dice: fastrand::Rng,
    kills: BTreeMap<Kill, usize>,
}

impl House {
    pub fn new(seed: u64) -> Self {
        let home = Home::new("");
        let journal = Journal::new(&home.path("connector"));
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/modline/journal.py");
        home.configure(&format!(
            "[[connector]]\nname = \"tea\"\nplatform = \"stdio\"\ncommand = [\"python3\", \"{program}\", \"{}\"]\n",
            home.path("connector").display()
        ));
        Self { home, journal, dice: fastrand::Rng::with_seed(seed), kills: BTreeMap::new() }
    }

    /// Starts, judges, acts and kills.
    pub fn round(&mut self, kill: Kill) {
        *self.kills.entry(kill).or_default() += 1;
        if kill == Kill::WhileOpening {
            let mut server = self.home.start();
            self.wait_a_moment(OPENING);
            server.kill();
            return;
        }
        let (mut server, seat) = self.open();
        self.judge();
        self.journal.set_mood(if kill == Kill::AfterTheCall { "silent" } else { "answer" });
        let before = self.journal.calls().len();
        match kill {
            Kill::WithTheKey => seat.type_keys("m2"),
            Kill::SoonAfterTheKey => {
                seat.type_keys("m2");
                self.wait_a_moment(SOON);
            }
            Kill::WhileHeld => self.remove_and_wait_for_the_hold(&seat),
            Kill::AfterTheCall => {
                seat.type_keys("m2");
                wait_for("the connector is asked", || (self.journal.calls().len() > before).then_some(()));
            }
            Kill::AfterTheReply => {
                let answers = self.journal.lines("res").len();
                seat.type_keys("m2");
                wait_for("the connector answers", || {
                    (self.journal.lines("res").len() > answers).then_some(())
                });
            }
            Kill::WhileOpening => unreachable!("it has no seat"),
        }
        server.kill();
    }

    fn remove_and_wait_for_the_hold(&self, seat: &Seat) {
        let before = deeds(&export(&self.home)).len();
        seat.type_keys("x");
        seat.wait_for_text("This cannot be taken back.");
        seat.wait_for_text("y  do it");
        seat.type_keys("y");
        seat.wait("the removal is recorded", |_| deeds(&export(&self.home)).len() > before);
    }

    /// A server, and a seat whose cursor stands on a member's line.
    fn open(&mut self) -> (Server, Seat) {
        let rounds = self.journal.lines("start").len();
        let server = self.home.serve();
        let seat = Seat::take(&self.home, "alice");
        let round = wait_for("the connector starts", || {
            let starts = self.journal.lines("start");
            (starts.len() > rounds).then(|| starts.last().map(|line| line["number"].to_string()))?
        });
        seat.wait_for_text(&format!("round {round} line 3"));
        let frames = seat.bytes().len();
        seat.type_keys("k");
        wait_for("the stream freezes", || (seat.bytes().len() > frames).then_some(()));
        (server, seat)
    }

    /// Not a wait for something: the random moment is what is being tried.
    fn wait_a_moment(&mut self, most: u64) {
        std::thread::sleep(Duration::from_micros(self.dice.u64(..most)));
    }

    /// What must be true whenever a server runs: of all that was asked before it started.
    fn judge(&self) -> BTreeMap<ActionId, Deed> {
        let deeds = deeds(&export(&self.home));
        for (id, deed) in &deeds {
            let stage = deed.stage();
            assert!(
                stage.is_final(),
                "{id:?} has been {stage:?} since before the server was killed: {deed:?}"
            );
            let told =
                stage != Stage::Unknown || deed.unknown.as_ref().is_some_and(|why| !why.key.is_empty());
            assert!(told, "{id:?} is unknown and nobody says why");
        }
        let known: BTreeSet<ActionId> = deeds.keys().copied().collect();
        for call in self.journal.calls() {
            let id = action_of(&call);
            assert!(known.contains(&id), "{call} was called and is not in the record");
            assert!(
                deeds[&id].stations.contains(&Stage::Sent),
                "{call} was called and never recorded as sent"
            );
        }
        deeds
    }

    /// The last start: everything is judged, and a person settles what is unknown.
    pub fn close(mut self) {
        let (server, seat) = self.open();
        let deeds = self.judge();
        let of = |stage| deeds.values().filter(|deed| deed.stage() == stage).count();
        println!(
            "{} kills: {:?}\n{} actions on record: {} confirmed, {} unknown; {} calls",
            self.kills.values().sum::<usize>(),
            self.kills,
            deeds.len(),
            of(Stage::Confirmed),
            of(Stage::Unknown),
            self.journal.calls().len(),
        );
        assert!(of(Stage::Unknown) >= 3, "too few unknown actions for a trial of the three ways out");
        crate::outbox::settle(&self.home, &seat, &self.journal);
        assert!(server.terminate().success(), "{}", self.home.log());
        let doctor = self.home.run(&["doctor"]);
        assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
    }
}

/// The key that a connector is given ends with the action's number.
fn action_of(key: &str) -> ActionId {
    let number = key.rsplit('-').next().unwrap();
    serde_json::from_str(number).unwrap_or_else(|error| panic!("{error}: {key}"))
}
