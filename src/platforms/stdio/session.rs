//! One life of a connector's program: its process and the conversation, joined in one loop.
//!
//! The loop never waits for the program to read: what does not fit into its pipe waits in the conversation. It does
//! wait for the desk, and the program then waits in its own pipe; that time never counts as the program's silence.

use crate::model::heard::Heard;
use crate::model::reason::Reason;
use crate::platforms::stdio::child::{Happening, OUTBOX, Program, from_now, start};
use crate::platforms::stdio::could_not_start;
use crate::platforms::stdio::limits::Limits;
use crate::platforms::stdio::log::Log;
use crate::platforms::stdio::settings::Settings;
use crate::platforms::stdio::talk::{Effect, Talk};
use crate::platforms::{Closed, Link};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};

/// Lines read after the end: more than a full pipe of the shortest frames holds.
const LAST_LINES: usize = 1 << 16;

/// What a life needs.
pub struct Session<'a> {
    pub settings: &'a Settings,
    pub folder: &'a Path,
    pub limits: Limits,
}

/// How a life ended.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// Another one should follow. `steady`: this one lasted long enough to forget earlier failures.
    Broken { reason: Reason, steady: bool },
    /// No other one should follow.
    Over(Reason),
}

/// What the loop does next.
enum Turn {
    Go,
    Restart(Reason),
    Over(Reason),
    /// It closed its output, or is gone.
    Silent,
}

impl Session<'_> {
    /// Lives until the program ends, must be ended, or the desk closes the link.
    pub async fn run(&self, link: &mut Link, talk: &mut Talk) -> Result<End, Closed> {
        let program = match self.begin() {
            Ok(program) => program,
            Err(reason) => return Ok(End::Broken { reason, steady: false }),
        };
        talk.began(from_now(Duration::ZERO));
        let mut life =
            Life { program, log: Log::default(), logging: true, steady_at: None, limits: self.limits };
        let turn = match life.last(link, talk).await {
            Ok(turn) => turn,
            Err(Closed) => {
                life.program.leave(&self.limits).await;
                return Err(Closed);
            }
        };
        let steady = life.steady_at.is_some_and(|steady| steady <= from_now(Duration::ZERO));
        let end = match turn {
            Turn::Over(reason) => {
                life.program.leave(&self.limits).await;
                End::Over(reason)
            }
            Turn::Restart(reason) => {
                life.program.force(&self.limits).await;
                End::Broken { reason, steady }
            }
            Turn::Silent | Turn::Go => {
                let reason = exit_reason(life.program.reap(&self.limits).await);
                End::Broken { reason, steady }
            }
        };
        for effect in talk.died() {
            if let Effect::Say(heard) = effect {
                link.say(heard).await?;
            }
        }
        Ok(end)
    }

    fn begin(&self) -> Result<Program, Reason> {
        let variables = self.settings.variables()?;
        let command = &self.settings.command;
        start(command, self.folder, &variables)
            .map_err(|error| could_not_start(command.first().map(String::as_str).unwrap_or_default(), &error))
    }
}

/// The program and what is counted about it.
struct Life {
    program: Program,
    log: Log,
    logging: bool,
    /// Set by its `hello`.
    steady_at: Option<Instant>,
    limits: Limits,
}

impl Life {
    async fn last(&mut self, link: &mut Link, talk: &mut Talk) -> Result<Turn, Closed> {
        loop {
            match self.step(link, talk).await? {
                Turn::Go => {}
                turn => return Ok(turn),
            }
        }
    }

    async fn step(&mut self, link: &mut Link, talk: &mut Talk) -> Result<Turn, Closed> {
        let now = from_now(Duration::ZERO);
        let spare = self.program.room_to_write().saturating_sub(OUTBOX / 2);
        let flow = talk.flow(now, spare);
        let turn = self.carry_out(flow, link).await?;
        if !matches!(turn, Turn::Go) {
            return Ok(turn);
        }
        let wake = [talk.wake(true), self.log.wake()].into_iter().flatten().min();
        // Orders first: they are few. Then lines, before the clock, so that a line that waited is no silence.
        tokio::select! {
            biased;
            order = link.order(), if talk.wants_orders() => {
                let effects = talk.order(order.ok_or(Closed)?, now);
                self.carry_out(effects, link).await
            }
            happening = self.program.next(true, self.logging) => self.happened(happening, link, talk).await,
            () = sleep_until(wake.unwrap_or(now)) => {
                let now = from_now(Duration::ZERO);
                let mut effects: Vec<Effect> = self.log.summary(now).map(remark).into_iter().collect();
                effects.extend(talk.tick(now, true));
                self.carry_out(effects, link).await
            }
        }
    }

    async fn happened(
        &mut self,
        happening: Happening,
        link: &mut Link,
        talk: &mut Talk,
    ) -> Result<Turn, Closed> {
        let now = from_now(Duration::ZERO);
        match happening {
            Happening::Line(None) => Ok(Turn::Silent),
            Happening::Line(Some(line)) => {
                let mut effects = talk.line(&line, now);
                if talk.is_greeted() && self.steady_at.is_none() {
                    self.steady_at = now.checked_add(self.limits.steady);
                }
                // A flood of lines must not hold up the deadlines.
                effects.extend(talk.tick(now, true));
                self.carry_out(effects, link).await
            }
            Happening::Log(None) => {
                self.logging = false;
                Ok(Turn::Go)
            }
            Happening::Log(Some(line)) => {
                let told = self.log.note(&line, now);
                self.carry_out(told.into_iter().map(remark).collect(), link).await
            }
            Happening::Exited(status) => self.last_words(status, link, talk).await,
        }
    }

    /// The program is gone; what it wrote before is still in the pipe. A process that left its group may hold the
    /// pipe open and go on writing, so both the wait and the lines are bounded.
    async fn last_words(
        &mut self,
        status: Option<ExitStatus>,
        link: &mut Link,
        talk: &mut Talk,
    ) -> Result<Turn, Closed> {
        let (mut logs, mut left) = (self.logging, LAST_LINES);
        while left > 0 {
            left -= 1;
            let next = timeout(self.limits.last_words, self.program.next(true, logs)).await;
            let effects = match next {
                Ok(Happening::Line(Some(line))) => talk.line(&line, from_now(Duration::ZERO)),
                Ok(Happening::Log(Some(line))) => {
                    self.log.note(&line, from_now(Duration::ZERO)).into_iter().map(remark).collect()
                }
                Ok(Happening::Log(None)) => {
                    logs = false;
                    continue;
                }
                Ok(Happening::Line(None) | Happening::Exited(_)) | Err(_) => break,
            };
            match self.carry_out(effects, link).await? {
                Turn::Go | Turn::Restart(_) | Turn::Silent => {}
                Turn::Over(reason) => return Ok(Turn::Over(reason)),
            }
        }
        Ok(Turn::Restart(exit_reason(status)))
    }

    async fn carry_out(&mut self, effects: Vec<Effect>, link: &mut Link) -> Result<Turn, Closed> {
        for effect in effects {
            match effect {
                Effect::Say(heard) => link.say(heard).await?,
                Effect::Write(line) => {
                    // Requests are only made while there is room; a ping or a cancel that finds none may be lost.
                    self.program.write(line.into_bytes());
                }
                Effect::Restart(reason) => return Ok(Turn::Restart(reason)),
                Effect::End(reason) => return Ok(Turn::Over(reason)),
            }
        }
        Ok(Turn::Go)
    }
}

fn remark(reason: Reason) -> Effect {
    tracing::info!(key = reason.key, args = ?reason.args, "a connector logged");
    Effect::Say(Heard::Remark(reason))
}

fn exit_reason(status: Option<ExitStatus>) -> Reason {
    match status.map(|status| (status.code(), status.signal())) {
        Some((Some(code), _)) => Reason::new("modline-exited").with("code", code),
        Some((None, Some(signal))) => Reason::new("modline-killed").with("signal", signal),
        _ => Reason::new("modline-gone"),
    }
}
