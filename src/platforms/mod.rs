//! One file per chat network, each with its capabilities. This room never sees the state, the record or a screen.
//!
//! A connector runs as one task. It tells what it hears through its [`Link`] and takes orders from it; both channels
//! are bounded and the sender waits, so nothing is ever dropped: a slow record slows the connector's reading, and the
//! platform's own flow control does the rest. When the order channel closes, the connector leaves politely and returns.

pub mod script;
pub mod replay;
pub mod stdio;
pub mod irc;

use crate::model::heard::{Heard, Order};
use crate::model::id::ConnectorName;
use std::future::Future;
use std::pin::Pin;
use tokio::sync::mpsc;

/// How many things a connector may say before the desk has read them: some seconds of the busiest real group.
pub const HEARD_WAITING: usize = 1024;
/// How many orders may wait for one connector.
pub const ORDERS_WAITING: usize = 256;

/// The task of a connector.
pub type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Our side of one chat network.
pub trait Connector: Send {
    /// Runs until the link closes or the connector has nothing more to say.
    fn run(self: Box<Self>, link: Link) -> Running;
}

/// What a connector holds of the desk.
pub struct Link {
    name: ConnectorName,
    heard: mpsc::Sender<(ConnectorName, Heard)>,
    orders: mpsc::Receiver<Order>,
}

/// The desk does not listen any more; the connector should end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

impl Link {
    /// A link named `name` that speaks into `heard`, and the end through which orders are given.
    pub fn new(name: &str, heard: mpsc::Sender<(ConnectorName, Heard)>) -> (Self, mpsc::Sender<Order>) {
        let (give, orders) = mpsc::channel(ORDERS_WAITING);
        (Self { name: name.to_owned(), heard, orders }, give)
    }

    /// The connector's configured name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Tells the desk something; waits while the desk is behind.
    pub async fn say(&self, heard: Heard) -> Result<(), Closed> {
        self.heard.send((self.name.clone(), heard)).await.map_err(|_| Closed)
    }

    /// The next order; `None` when the desk closed the link. Cancel-safe.
    pub async fn order(&mut self) -> Option<Order> {
        self.orders.recv().await
    }
}
