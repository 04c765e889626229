//! The two ends of a test: a plain IRC client, and our connector as the desk sees it. Every wait is bounded.

use qunguan::model::heard::{Deed, Heard, Order, Outcome, Person, Saying};
use qunguan::model::id::{ActionId, Seq};
use qunguan::model::member::Role;
use qunguan::platforms::irc::Irc;
use qunguan::platforms::{Connector, Link};
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpSocket;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Nothing in these tests takes longer on a working server.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// An ordinary member with an ordinary client.
pub struct Client {
    lines: Lines<BufReader<OwnedReadHalf>>,
    wire: OwnedWriteHalf,
    seen: Vec<String>,
}

impl Client {
    /// Logs in and joins a room.
    pub async fn enter(port: u16, nick: &str, room: &str) -> Self {
        Self::enter_from(Ipv4Addr::LOCALHOST, port, nick, room).await
    }

    /// Logs in from another address of this machine, which the server takes for another host, and joins a room.
    pub async fn enter_from(host: Ipv4Addr, port: u16, nick: &str, room: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((host, 0).into()).unwrap();
        let connected = socket.connect((Ipv4Addr::LOCALHOST, port).into()).await;
        let (read, wire) = connected.unwrap().into_split();
        let mut client = Self { lines: BufReader::new(read).lines(), wire, seen: Vec::new() };
        client.send(&format!("NICK {nick}")).await;
        client.send(&format!("USER {nick} 0 * :{nick}")).await;
        client.until(" 001 ").await;
        client.send(&format!("JOIN {room}")).await;
        client.until(" 366 ").await;
        client
    }

    pub async fn send(&mut self, line: &str) {
        self.wire.write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
    }

    /// The next line that holds `part`.
    pub async fn until(&mut self, part: &str) -> String {
        let waiting = async {
            loop {
                let line = self.lines.next_line().await.unwrap()?;
                if let Some(token) = line.strip_prefix("PING ") {
                    let answer = format!("PONG {token}\r\n");
                    self.wire.write_all(answer.as_bytes()).await.unwrap();
                }
                self.seen.push(line.clone());
                if line.contains(part) {
                    return Some(line);
                }
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(Some(line)) => line,
            Ok(None) => panic!("closed before a line with {part:?}; seen: {:#?}", self.seen),
            Err(_) => panic!("no line with {part:?}; seen: {:#?}", self.seen),
        }
    }

    /// Whether the server lets this client speak now: the answer to a message and a PING right behind it.
    pub async fn may_speak(&mut self, room: &str) -> bool {
        let before = self.seen.len();
        self.send(&format!("PRIVMSG {room} :may I?")).await;
        self.send("PING :after-words").await;
        self.until("after-words").await;
        !self.seen[before..].iter().any(|line| line.contains(" 404 "))
    }
}

/// Our connector, watched and ordered about.
pub struct Guard {
    orders: Option<mpsc::Sender<Order>>,
    heard: mpsc::Receiver<(String, Heard)>,
    /// Everything heard so far.
    pub log: Vec<Heard>,
    actions: u64,
    running: JoinHandle<()>,
}

impl Guard {
    /// Starts a connector as `guard` in `rooms`; `more` are further settings.
    pub fn start(port: u16, nick: &str, rooms: &[&str], more: &str) -> Self {
        let text = format!(
            "server = '127.0.0.1:{port}'\nnick = '{nick}'\nrooms = {rooms:?}\nburst = 50\npace_milliseconds = 50\n{more}"
        );
        let settings = toml::from_str(&text).unwrap();
        let (say, heard) = mpsc::channel(1024);
        let (link, orders) = Link::new("irc", say);
        let running = tokio::spawn(Box::new(Irc::new(settings)).run(link));
        Self { orders: Some(orders), heard, log: Vec::new(), actions: 0, running }
    }

    /// The next thing heard that `wanted` picks, and what it makes of it.
    pub async fn until<T>(&mut self, what: &str, mut wanted: impl FnMut(&Heard) -> Option<T>) -> T {
        let waiting = async {
            loop {
                let (_, heard) = self.heard.recv().await.expect("the connector ended");
                self.log.push(heard.clone());
                if let Some(found) = wanted(&heard) {
                    return found;
                }
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(found) => found,
            Err(_) => panic!("not heard: {what}; heard: {:#?}", self.log),
        }
    }

    /// Waits until a room is read with all its members.
    pub async fn until_roster(&mut self, room: &str) -> Vec<Person> {
        let wanted = |heard: &Heard| match heard {
            Heard::Roster { room: told, people, complete: true } if told == room => Some(people.clone()),
            _ => None,
        };
        self.until("a roster", wanted).await
    }

    /// Waits until this nick is in the room.
    pub async fn until_joined(&mut self, nick: &str) -> Person {
        let wanted = |heard: &Heard| match heard {
            Heard::Joined { person, .. } if person.name == nick => Some(person.clone()),
            _ => None,
        };
        self.until("a join", wanted).await
    }

    /// The next message with this text.
    pub async fn until_said(&mut self, text: &str) -> Saying {
        let wanted = |heard: &Heard| match heard {
            Heard::Message(saying) if saying.text.contains(text) => Some(saying.clone()),
            _ => None,
        };
        self.until(text, wanted).await
    }

    /// Gives an order and waits for what becomes of it.
    pub async fn act(&mut self, room: &str, deed: Deed) -> Outcome {
        self.actions += 1;
        let action = ActionId(Seq(self.actions));
        let order = Order {
            action,
            idempotency: format!("test-{}", self.actions),
            room: room.to_owned(),
            deed,
            deadline_seconds: 60,
        };
        self.orders.as_ref().unwrap().send(order).await.unwrap();
        let wanted = |heard: &Heard| match heard {
            Heard::Outcome { action: told, outcome } if *told == action => Some(outcome.clone()),
            _ => None,
        };
        self.until("an outcome", wanted).await
    }

    /// Closes the link and waits for the connector to end.
    pub async fn leave(mut self) {
        drop(self.orders.take());
        let waiting = async { while self.heard.recv().await.is_some() {} };
        tokio::time::timeout(PATIENCE, waiting).await.expect("the connector goes on talking");
        tokio::time::timeout(PATIENCE, &mut self.running).await.expect("the connector does not end").unwrap();
    }
}

/// Somebody without an account.
pub fn person(nick: &str) -> Person {
    Person { external: nick.to_owned(), name: nick.to_owned(), role: Role::Member }
}

/// The key of the sentence that an outcome carries, and whether we must lift it.
pub fn told(outcome: &Outcome) -> (&'static str, String, bool) {
    match outcome {
        Outcome::Accepted => ("accepted", String::new(), false),
        Outcome::Confirmed { evidence, ours_to_lift } => ("confirmed", evidence.key.clone(), *ours_to_lift),
        Outcome::Failed { reason } => ("failed", reason.key.clone(), false),
        Outcome::Unsupported { reason } => ("unsupported", reason.key.clone(), false),
        Outcome::Unknown { reason } => ("unknown", reason.key.clone(), false),
    }
}
