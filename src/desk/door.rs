//! The door: connections come in, are told who they are, and become seats or errands. One task for each; none owns
//! anything that changes.

use crate::desk::errands;
use crate::event_log::EventLog;
use crate::model::event::Record;
use crate::terminal::accounts;
use crate::terminal::messages::{
    Ask, FromClient, FromServer, Hello, LineFacts, PROTOCOL, Purpose, Sentence, TerminalFacts, Welcome,
};
use crate::terminal::socket::{Listening, Peer};
use crate::terminal::wire::{self, PATIENCE, Receiver, Sender};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot};

/// How many frames and farewells may wait for one terminal's task: a frame under way, and the word at the end.
const OUTGOING: usize = 4;

/// What comes to the loop from outside terminals.
pub enum Knock {
    /// Somebody wants a seat; the answer is its number.
    Seat {
        moderator: String,
        facts: TerminalFacts,
        outgoing: mpsc::Sender<FromServer>,
        number: oneshot::Sender<u64>,
    },
    /// Somebody wants a seat of lines; the answer is its number.
    Lines {
        moderator: String,
        facts: LineFacts,
        outgoing: mpsc::Sender<FromServer>,
        number: oneshot::Sender<u64>,
    },
    /// A seat's terminal said something.
    Said { seat: u64, message: FromClient },
    /// A seat's terminal is gone.
    Gone { seat: u64 },
    /// Take these events of another record in; the answer is how many were new.
    Adopt { store: u64, records: Vec<Record>, adopted: oneshot::Sender<u64> },
    /// An import is complete; the answer comes when that is noted.
    Adopted { store: u64, noted: oneshot::Sender<()> },
    /// How is everything?
    Status { answer: oneshot::Sender<Vec<Sentence>> },
    /// Drain and end.
    Stop,
}

/// What every visit needs.
#[derive(Clone)]
pub struct Porter {
    pub knocks: mpsc::Sender<Knock>,
    pub log: EventLog,
    pub store_id: u64,
    /// Unix user names, or numbers, to the names under which they act.
    pub moderators: Arc<BTreeMap<String, String>>,
}

/// Lets people in until the listener fails.
pub async fn keep(listening: Listening, porter: Porter) {
    loop {
        match listening.accept().await {
            Ok((stream, peer)) => {
                let porter = porter.clone();
                tokio::spawn(async move { visit(stream, Some(peer), porter).await });
            }
            Err(error) => {
                // Out of file descriptors, most likely: the next one may work.
                tracing::error!(%error, "a visitor could not be let in");
                tokio::time::sleep(PATIENCE / 100).await;
            }
        }
    }
}

/// One connection from greeting to farewell. Without a peer it is this process itself.
pub async fn visit<S: AsyncRead + AsyncWrite + Send + 'static>(
    stream: S,
    peer: Option<Peer>,
    porter: Porter,
) {
    let (mut receiver, mut sender) = wire::split(stream);
    let hello = match wire::greeted(&mut receiver, &mut sender, PATIENCE).await {
        Ok(hello) => hello,
        Err(error) => {
            tracing::info!(%error, "a visitor did not get past the greeting");
            return;
        }
    };
    let moderator = match identify(peer, &hello, &porter.moderators) {
        Ok(moderator) => moderator,
        Err(sentence) => {
            drop(sender.send(&FromServer::Refused(sentence)).await);
            return;
        }
    };
    match hello.purpose {
        Purpose::Seat(facts) => {
            let knock = |outgoing, number| Knock::Seat { moderator, facts, outgoing, number };
            seat(receiver, sender, knock, &porter).await;
        }
        Purpose::Lines(facts) => {
            let knock = |outgoing, number| Knock::Lines { moderator, facts, outgoing, number };
            seat(receiver, sender, knock, &porter).await;
        }
        Purpose::Command => errand(receiver, sender, &porter, is_owner(peer)).await,
    }
}

/// Whether it is the server's own account, or this process itself.
fn is_owner(peer: Option<Peer>) -> bool {
    peer.is_none_or(|peer| peer.uid == rustix::process::geteuid().as_raw())
}

/// Who this is. The owner of the server may act under any name (his `authorized_keys` name his moderators with
/// `--as`); everybody else is who his Unix account says.
fn identify(peer: Option<Peer>, hello: &Hello, names: &BTreeMap<String, String>) -> Result<String, Sentence> {
    let own = rustix::process::geteuid().as_raw();
    let uid = peer.map_or(own, |peer| peer.uid);
    let account = accounts::user_name(uid).ok().flatten().unwrap_or_else(|| uid.to_string());
    let configured = names.get(&account).or_else(|| names.get(&uid.to_string()));
    match &hello.name {
        Some(name) if uid == own && is_name(name) => Ok(name.clone()),
        Some(name) if configured.is_some_and(|configured| configured == name) => Ok(name.clone()),
        Some(name) => Err(Sentence::new("refused-name", &[("name", name), ("account", &account)])),
        None => Ok(configured.cloned().unwrap_or(account)),
    }
}

/// A name that can stand in a record and on a screen: 1 to 32 letters, digits, `-`, `_`, `.`.
fn is_name(name: &str) -> bool {
    let fits = |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '_' | '.');
    !name.is_empty() && name.chars().count() <= 32 && name.chars().all(fits)
}

async fn seat<R, W>(
    mut receiver: Receiver<R>,
    mut sender: Sender<W>,
    knock: impl FnOnce(mpsc::Sender<FromServer>, oneshot::Sender<u64>) -> Knock,
    porter: &Porter,
) where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin + Send + 'static,
{
    let (outgoing, mut frames) = mpsc::channel(OUTGOING);
    let (number, answer) = oneshot::channel();
    if porter.knocks.send(knock(outgoing, number)).await.is_err() {
        return;
    }
    let Ok(seat) = answer.await else {
        drop(sender.send(&FromServer::Refused(Sentence::new("server-ending", &[]))).await);
        return;
    };
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let welcome = Welcome { protocol: PROTOCOL, version, seat, mouse: true };
    if sender.send(&FromServer::Welcome(welcome)).await.is_ok() {
        // Writing has a task of its own: a terminal that takes nothing must not keep its keys from being heard.
        let mut writing = tokio::spawn(async move {
            while let Some(message) = frames.recv().await {
                let last = matches!(message, FromServer::Leave(_) | FromServer::Over(_));
                if sender.send(&message).await.is_err() || last {
                    return;
                }
            }
        });
        loop {
            tokio::select! {
                said = receiver.next::<FromClient>() => match said {
                    Ok(FromClient::Bye) | Err(_) => break,
                    Ok(message) => {
                        if porter.knocks.send(Knock::Said { seat, message }).await.is_err() {
                            break;
                        }
                    }
                },
                _ = &mut writing => break,
            }
        }
        writing.abort();
    }
    drop(porter.knocks.send(Knock::Gone { seat }).await);
}

/// What a command wants. Only the owner may end the server or put another record's events into this one.
async fn errand<R, W>(mut receiver: Receiver<R>, mut sender: Sender<W>, porter: &Porter, owner: bool)
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let welcome = Welcome { protocol: PROTOCOL, version, seat: 0, mouse: false };
    if sender.send(&FromServer::Welcome(welcome)).await.is_err() {
        return;
    }
    let Ok(FromClient::Ask(ask)) = receiver.next().await else { return };
    let ended = match ask {
        Ask::Export { from } => errands::export(&mut sender, porter, from).await,
        Ask::Import | Ask::Stop if !owner => Ok((false, Sentence::new("refused-not-owner", &[]))),
        Ask::Import => errands::import(&mut receiver, porter).await,
        Ask::Doctor => errands::doctor(&mut sender, porter).await,
        Ask::Status => errands::status(&mut sender, porter).await,
        Ask::Stop => {
            drop(porter.knocks.send(Knock::Stop).await);
            Ok((true, Sentence::new("stop-asked", &[])))
        }
    };
    // A visitor who went away before the end needs no answer.
    if let Ok((done, sentence)) = ended {
        drop(sender.send(&FromServer::End { done, sentence }).await);
    }
}
