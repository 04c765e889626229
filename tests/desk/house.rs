//! A desk in a temporary folder, a network that says what the test says, and a terminal that shows what it is sent.

use crossterm::event::{Event as Typed, KeyCode, KeyEvent, KeyModifiers};
use qunguan::config::file::Settings;
use qunguan::desk::door::{self, Knock, Porter};
use qunguan::desk::house::Customs;
use qunguan::desk::run::{Desk, Wakes};
use qunguan::desk::serve::{self, Server};
use qunguan::desk::{clock, opening};
use qunguan::event_log::{Entry, EventLog, Options, codec};
use qunguan::model::ability::{Abilities, Ability, Verb};
use qunguan::model::event::Event;
use qunguan::model::heard::{Heard, Order, Outcome, Person, Saying, Status};
use qunguan::model::id::ActionId;
use qunguan::model::member::Role;
use qunguan::model::reason::Reason;
use qunguan::platforms::{Connector, Link, Running};
use qunguan::state::State;
use qunguan::terminal::messages::{FromClient, FromServer, Hello, PROTOCOL, Purpose, TerminalFacts};
use qunguan::terminal::modes;
use qunguan::terminal::wire::{self, Receiver, Sender};
use std::collections::BTreeMap;
use std::num::NonZeroU16;
use std::path::Path;
use std::time::Duration;
use tokio::io::{DuplexStream, ReadHalf, WriteHalf};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Longer than anything here takes; only a failing test waits for it.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// Longer than the window in which keys count as one burst.
const CALM: Duration = Duration::from_millis(40);

struct Puppet {
    said: mpsc::Receiver<Heard>,
    orders: mpsc::UnboundedSender<Order>,
}

impl Connector for Puppet {
    fn run(self: Box<Self>, mut link: Link) -> Running {
        Box::pin(async move {
            let Puppet { mut said, orders } = *self;
            loop {
                tokio::select! {
                    Some(heard) = said.recv() => {
                        if link.say(heard).await.is_err() {
                            return;
                        }
                    }
                    order = link.order() => match order {
                        Some(order) => drop(orders.send(order)),
                        None => return,
                    },
                }
            }
        })
    }
}

/// A desk in `folder` with `deadline` seconds for a connector to answer, on which `who` has said `text` in `#a`, and
/// alice at a terminal that shows it.
pub async fn talking(folder: &Path, deadline: u32, (who, text): (&str, &str)) -> (House, Terminal) {
    let house = House::open(folder, deadline);
    house.online().await;
    house.says(who, "x1", text).await;
    let mut alice = Terminal::attach(&house, "alice", (120, 36)).await;
    alice.sees(text).await;
    (house, alice)
}

/// A running desk.
pub struct House {
    pub porter: Porter,
    pub say: mpsc::Sender<Heard>,
    pub orders: mpsc::UnboundedReceiver<Order>,
    running: JoinHandle<Result<(), String>>,
}

impl House {
    /// Opens the record in `folder`; a connector has `deadline` seconds to answer.
    pub fn open(folder: &Path, deadline: u32) -> Self {
        let (mut customs, _) = serve::customs(&Settings::default(), None);
        customs.deadline_seconds = deadline;
        Self::open_with(folder, customs)
    }

    /// Opens it with customs of its own.
    pub fn open_with(folder: &Path, customs: Customs) -> Self {
        let mut server = Server::open(folder, customs, BTreeMap::new(), false).unwrap();
        let (say, said) = mpsc::channel(16);
        let (give, orders) = mpsc::unbounded_channel();
        server.connect("irc", Box::new(Puppet { said, orders: give }));
        let porter = server.porter.clone();
        Self { porter, say, orders, running: tokio::spawn(server.run()) }
    }

    /// A desk that the test put together, and what it is woken by.
    pub fn of(mut desk: Desk, mut wakes: Wakes, porter: Porter) -> Self {
        let (say, _) = mpsc::channel(1);
        let (_, orders) = mpsc::unbounded_channel();
        let running = tokio::spawn(async move {
            desk.run(&mut wakes).await;
            Ok(())
        });
        Self { porter, say, orders, running }
    }

    pub async fn hear(&self, heard: Heard) {
        timeout(PATIENCE, self.say.send(heard)).await.expect("the desk takes what is said").unwrap();
    }

    /// Online in `#a`, with m1 to m3.
    pub async fn online(&self) {
        self.hear(Heard::Status(Status::Online { account: "us".into() })).await;
        let abilities =
            Verb::ALL.iter().fold(Abilities::default(), |all, verb| all.with(*verb, Ability::native()));
        let (external, name, own_role) = ("#a".to_owned(), "#a".to_owned(), Role::Admin);
        self.hear(Heard::Room { external, name, own_role, abilities, members_total: None }).await;
        let people = (1..=3).map(|number| person(&format!("m{number}"))).collect();
        self.hear(Heard::Roster { room: "#a".into(), people, complete: true }).await;
    }

    pub async fn says(&self, who: &str, external: &str, text: &str) {
        let (external, text) = (external.to_owned(), text.to_owned());
        let saying = Saying { room: "#a".into(), person: person(who), external, text, ..Saying::default() };
        self.hear(Heard::Message(saying)).await;
    }

    pub async fn order(&mut self) -> Order {
        timeout(PATIENCE, self.orders.recv()).await.expect("an order comes").unwrap()
    }

    pub async fn confirm(&self, action: ActionId, ours_to_lift: bool) {
        let outcome = Outcome::Confirmed { evidence: Reason::new("irc-seen-silence"), ours_to_lift };
        self.hear(Heard::Outcome { action, outcome }).await;
    }

    /// What the record holds now.
    pub fn events(&self) -> Vec<Event> {
        let log = &self.porter.log;
        let entries = log.read(log.first(), 1 << 20).unwrap_or_default();
        entries.iter().map(|entry| codec::decode(&entry.body).unwrap()).collect()
    }

    /// Waits until the record holds such an event.
    pub async fn recorded(&self, what: &str, wanted: impl Fn(&Event) -> bool) {
        let waiting = async {
            while !self.events().iter().any(&wanted) {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("{what} is recorded"));
    }

    /// Ends in order.
    pub async fn stop(self) {
        self.porter.knocks.send(Knock::Stop).await.unwrap();
        drop(self.porter);
        timeout(PATIENCE, self.running).await.expect("it ends").unwrap().unwrap();
    }

    /// How it ended by itself.
    pub async fn ended(self) -> Result<(), String> {
        drop(self.porter);
        timeout(PATIENCE, self.running).await.expect("it ends").unwrap()
    }

    /// A connection, served by the desk.
    pub fn connection(&self) -> DuplexStream {
        let (ours, theirs) = wire::pair();
        tokio::spawn(door::visit(theirs, None, self.porter.clone()));
        ours
    }
}

pub fn person(name: &str) -> Person {
    Person { external: name.into(), name: name.into(), role: Role::Member }
}

/// A terminal of a moderator.
pub struct Terminal {
    pub receiver: Receiver<ReadHalf<DuplexStream>>,
    pub sender: Sender<WriteHalf<DuplexStream>>,
    pub screen: vt100::Parser,
    pub shown: u64,
    /// Every byte of every frame.
    pub bytes: Vec<u8>,
}

impl Terminal {
    pub async fn attach(house: &House, name: &str, (columns, rows): (u16, u16)) -> Self {
        let facts = TerminalFacts {
            columns,
            rows,
            term: "xterm-256color".into(),
            lang: "en_US.UTF-8".into(),
            ctype: "en_US.UTF-8".into(),
            ssh: true,
            ..TerminalFacts::default()
        };
        Self::of(house, name, facts).await
    }

    /// A terminal of this kind.
    pub async fn of(house: &House, name: &str, facts: TerminalFacts) -> Self {
        let (mut receiver, mut sender) = wire::split(house.connection());
        let (columns, rows) = (facts.columns, facts.rows);
        let version = "test".to_owned();
        let hello =
            Hello { protocol: PROTOCOL, version, purpose: Purpose::Seat(facts), name: Some(name.into()) };
        wire::greet(&mut receiver, &mut sender, hello).await.unwrap().unwrap();
        let size = (NonZeroU16::new(rows).unwrap(), NonZeroU16::new(columns).unwrap());
        let mut screen = vt100::Parser::new(size.0, size.1, 0);
        screen.process(modes::enter(modes::Mouse::Unreported));
        Self { receiver, sender, screen, shown: 0, bytes: Vec::new() }
    }

    /// Takes one frame, and says that it stands on the terminal.
    pub async fn frame(&mut self) -> Result<(), String> {
        match self.receiver.next().await {
            Ok(FromServer::Frame { number, bytes }) => {
                assert_eq!(number, self.shown + 1, "frames are numbered without holes");
                self.screen.process(&bytes);
                self.bytes.extend(bytes);
                self.shown = number;
                self.sender.send(&FromClient::Shown(number)).await.map_err(|error| error.to_string())
            }
            other => Err(format!("{other:?}")),
        }
    }

    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Takes frames until the screen is as wanted.
    pub async fn until(&mut self, what: &str, wanted: impl Fn(&str) -> bool) {
        let waiting = async {
            while !wanted(&self.text()) {
                self.frame().await.unwrap();
            }
        };
        let ended = timeout(PATIENCE, waiting).await;
        assert!(ended.is_ok(), "{what}:\n{}", self.text());
    }

    /// Takes frames until none has come for longer than a burst of keys lasts: a key after it is no part of a paste.
    pub async fn calm(&mut self) {
        while let Ok(frame) = timeout(CALM, self.frame()).await {
            frame.unwrap();
        }
    }

    pub async fn sees(&mut self, text: &str) {
        self.until(&format!("sees {text}"), |screen| screen.contains(text)).await;
    }

    pub async fn input(&mut self, event: Typed) {
        let shown = self.shown;
        self.sender.send(&FromClient::Input { event, shown }).await.unwrap();
    }

    pub async fn press(&mut self, keys: &str) {
        for letter in keys.chars() {
            let code = match letter {
                '\n' => KeyCode::Enter,
                '\t' => KeyCode::Tab,
                letter => KeyCode::Char(letter),
            };
            self.input(Typed::Key(KeyEvent::new(code, KeyModifiers::NONE))).await;
        }
    }

    /// Stops the stream, so that its newest line can be meant.
    pub async fn freeze(&mut self) {
        self.press("f").await;
        self.sees("Frozen").await;
    }
}

/// The state that the record in a folder tells, when no desk has it open.
pub fn state_in(folder: &Path) -> State {
    let (log, writer, opened) = EventLog::open(folder, Options::new(clock::now().0), Box::new(drop)).unwrap();
    let (state, flaws) = opening::replay(&log, &opened);
    assert!(flaws.is_empty(), "{flaws:?}");
    writer.close().unwrap();
    state
}

/// Writes a record into a folder: events and how many seconds ago each happened.
pub fn write(folder: &Path, events: Vec<(i64, Event)>) {
    use qunguan::desk::recorder::Recorder;
    let (_log, writer, opened) =
        EventLog::open(folder, Options::new(clock::now().0), Box::new(drop)).unwrap();
    let mut state = State::default();
    let mut recorder = Recorder::new(writer, qunguan::model::id::Seq(opened.next));
    for (ago, event) in events {
        recorder.append(&mut state, vec![event], clock::now().plus_seconds(-ago));
    }
    recorder.close().unwrap();
}

/// The events of entries.
pub fn decoded(entries: &[Entry]) -> Vec<Event> {
    entries.iter().map(|entry| codec::decode(&entry.body).unwrap()).collect()
}
