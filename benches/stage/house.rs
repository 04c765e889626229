//! The real server with a connector that talks and a terminal in memory that takes what it is sent.

use super::{opening, saying};
use qunguan::config::file::Settings;
use qunguan::desk::door::{self, Knock, Porter};
use qunguan::desk::house::Customs;
use qunguan::desk::serve;
use qunguan::model::heard::Heard;
use qunguan::platforms::{Closed, Connector, Link, Running};
use qunguan::terminal::attach::hello;
use qunguan::terminal::messages::{FromClient, FromServer, Purpose, TerminalFacts};
use qunguan::terminal::wire;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// The customs of a house without a configuration, in Chinese.
pub fn customs() -> Customs {
    serve::customs(&Settings::default(), None).0
}

/// What to say next.
pub struct Script {
    pub numbers: Range<u64>,
    /// Messages a second; as fast as they are taken when none.
    pub pace: Option<u64>,
    /// Told once all is said.
    pub said: oneshot::Sender<()>,
}

/// Says one script after the other, until the desk does not listen any more.
pub struct Talker(pub mpsc::Receiver<Script>);

impl Connector for Talker {
    fn run(mut self: Box<Self>, link: Link) -> Running {
        Box::pin(async move {
            for heard in opening() {
                if link.say(heard).await.is_err() {
                    return;
                }
            }
            while let Some(Script { numbers, pace, said }) = self.0.recv().await {
                if talk(&link, numbers, pace).await.is_err() {
                    return;
                }
                // Whoever waits may have gone.
                let _ = said.send(());
            }
        })
    }
}

async fn talk(link: &Link, numbers: Range<u64>, pace: Option<u64>) -> Result<(), Closed> {
    let (began, first) = (tokio::time::Instant::now(), numbers.start);
    for number in numbers {
        if let Some(pace) = pace {
            // In slices of some 10 ms, as a network delivers them.
            let said = number - first;
            if said % (pace / 100).max(1) == 0 {
                tokio::time::sleep_until(began + Duration::from_secs_f64(said as f64 / pace as f64)).await;
            }
        }
        link.say(Heard::Message(saying(number))).await?;
    }
    Ok(())
}

/// What a terminal took.
#[derive(Default)]
pub struct Taken {
    pub frames: AtomicU64,
    pub bytes: AtomicU64,
}

/// Attaches a terminal of this size that takes every frame at once and says so. The receiver hears of its first frame.
pub fn attach(porter: &Porter, columns: u16, rows: u16) -> (Arc<Taken>, oneshot::Receiver<()>) {
    let (ours, theirs) = wire::pair();
    tokio::spawn(door::visit(theirs, None, porter.clone()));
    let taken = Arc::new(Taken::default());
    let (tell, first) = oneshot::channel();
    let counting = Arc::clone(&taken);
    tokio::spawn(async move {
        let (mut receiver, mut sender) = wire::split(ours);
        let facts = TerminalFacts {
            columns,
            rows,
            term: "xterm-256color".into(),
            colorterm: "truecolor".into(),
            no_color: false,
            lang: "zh_CN.UTF-8".into(),
            ctype: "en_US.UTF-8".into(),
            tmux: false,
            ssh: false,
        };
        let greeting = hello(Purpose::Seat(facts), Some("bench".into()));
        wire::greet(&mut receiver, &mut sender, greeting).await.expect("a greeting").expect("a welcome");
        let mut tell = Some(tell);
        while let Ok(FromServer::Frame { number, bytes }) = receiver.next().await {
            counting.frames.fetch_add(1, Ordering::Relaxed);
            counting.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            if let Some(tell) = tell.take() {
                // Not everybody waits for it.
                let _ = tell.send(());
            }
            if sender.send(&FromClient::Shown(number)).await.is_err() {
                return;
            }
        }
    });
    (taken, first)
}

/// How many events the record holds, as the loop says.
pub async fn events(porter: &Porter) -> u64 {
    let (answer, answered) = oneshot::channel();
    porter.knocks.send(Knock::Status { answer }).await.expect("the loop runs");
    let sentences = answered.await.expect("an answer");
    let record =
        sentences.iter().find(|sentence| sentence.key == "status-record").expect("a word on the record");
    let (_, events) = record.arguments.iter().find(|(name, _)| name == "events").expect("a count");
    events.parse().expect("a number")
}
