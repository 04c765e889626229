//! The numbers of the protocol, in one place, so that a test can shorten them.

use std::time::Duration;

/// How long and how often; the defaults are the specification's (`connectors.md` §6) unless a line says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From start to `hello`.
    pub hello: Duration,
    /// Without any frame until we ask with `ping`. Ours: under the 15 s that a connector has for its heartbeat.
    pub ping: Duration,
    /// Without any frame until it is taken for dead.
    pub silence: Duration,
    /// More broken lines than this within `mistakes_within` end its life.
    pub mistakes: usize,
    pub mistakes_within: Duration,
    /// From `stop` to SIGTERM.
    pub stop: Duration,
    /// From SIGTERM to SIGKILL.
    pub term: Duration,
    /// The first pause before a restart; each further one doubles.
    pub pause: Duration,
    pub longest_pause: Duration,
    /// Up for so long, and the next pause is the first again.
    pub steady: Duration,
    /// For questions of our own (who is in a room). Ours: a large room's list needs many calls behind the connector.
    pub look: Duration,
    /// For a connector that closed its output to be gone by itself, and for its last words. Ours.
    pub last_words: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            hello: Duration::from_secs(10),
            ping: Duration::from_secs(10),
            silence: Duration::from_secs(45),
            mistakes: 100,
            mistakes_within: Duration::from_secs(10),
            stop: Duration::from_secs(5),
            term: Duration::from_secs(3),
            pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(60),
            steady: Duration::from_secs(5 * 60),
            look: Duration::from_secs(60),
            last_words: Duration::from_secs(1),
        }
    }
}
