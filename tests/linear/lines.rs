//! A reader of lines at a desk in the same process.

use crate::house::{House, PATIENCE};
use qunguan::terminal::messages::{Fate, FromClient, FromServer, Hello, LineFacts, PROTOCOL, Purpose};
use qunguan::terminal::wire::{self, Receiver, Sender};
use tokio::io::{DuplexStream, ReadHalf, WriteHalf};
use tokio::time::timeout;

/// A seat of lines that takes what it is sent.
pub struct Lines {
    receiver: Receiver<ReadHalf<DuplexStream>>,
    sender: Sender<WriteHalf<DuplexStream>>,
    /// Every line that came.
    pub told: Vec<String>,
    /// How many of them were looked at by [`Lines::sees`].
    looked: usize,
    pub fate: Option<Fate>,
}

impl Lines {
    pub async fn sit(house: &House, name: &str) -> Self {
        Self::sit_with(house, name, true).await
    }

    pub async fn sit_with(house: &House, name: &str, follows: bool) -> Self {
        let (mut receiver, mut sender) = wire::split(house.connection());
        let purpose = Purpose::Lines(LineFacts { lang: "en_US.UTF-8".into(), follows });
        let hello = Hello { protocol: PROTOCOL, version: "test".into(), purpose, name: Some(name.into()) };
        wire::greet(&mut receiver, &mut sender, hello).await.unwrap().unwrap();
        Self { receiver, sender, told: Vec::new(), looked: 0, fate: None }
    }

    pub async fn types(&mut self, line: &str) {
        self.sender.send(&FromClient::Typed(line.into())).await.unwrap();
    }

    /// Takes one batch of lines without saying that it has it.
    pub async fn batch(&mut self) -> u64 {
        let came = timeout(PATIENCE, self.receiver.next()).await;
        let came = came.unwrap_or_else(|_| panic!("nothing more comes: {:#?}", self.told));
        match came.unwrap() {
            FromServer::Lines { number, lines } => {
                self.told.extend(lines);
                number
            }
            FromServer::Over(fate) => {
                self.fate = Some(fate);
                0
            }
            other => panic!("{other:?}"),
        }
    }

    pub async fn has(&mut self, batch: u64) {
        self.sender.send(&FromClient::Shown(batch)).await.unwrap();
    }

    /// Takes what comes next, and says that it has it.
    pub async fn more(&mut self) {
        let batch = self.batch().await;
        if batch > 0 {
            self.has(batch).await;
        }
    }

    /// The next line that was not looked at and holds this.
    pub async fn sees(&mut self, text: &str) -> String {
        loop {
            if let Some(at) = self.told[self.looked..].iter().position(|line| line.contains(text)) {
                self.looked += at + 1;
                return self.told[self.looked - 1].clone();
            }
            assert!(self.fate.is_none(), "never saw {text}: {:#?}", self.told);
            let waiting = timeout(PATIENCE, self.more()).await;
            assert!(waiting.is_ok(), "sees {text}: {:#?}", self.told);
        }
    }

    /// The handle at the beginning of the next line that holds this.
    pub async fn handle(&mut self, text: &str) -> String {
        let line = self.sees(text).await;
        line.split_whitespace().next().unwrap().to_owned()
    }

    /// Types nothing more, and gives what became of everything.
    pub async fn end(&mut self) -> Fate {
        self.sender.send(&FromClient::End).await.unwrap();
        self.over().await
    }

    pub async fn over(&mut self) -> Fate {
        while self.fate.is_none() {
            self.more().await;
        }
        self.fate.unwrap()
    }
}
