//! When a line may go: a burst first, then one line at a time. Reads no clock; every time is handed in.

use crate::platforms::irc::line::Line;
use std::collections::VecDeque;
use std::time::Duration;

/// How urgent a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Log-in and PONG: never held back, because the server waits for them.
    Prompt,
    /// What a moderator asked for.
    Deed,
    /// Reading of rooms.
    Reading,
}

/// Lines that wait for their turn. `ticket` names the step of a deed whose line it is.
/// Cannot be printed: a line that waits may hold a password.
pub struct Queue {
    prompt: VecDeque<(Line, Option<u64>)>,
    deeds: VecDeque<(Line, Option<u64>)>,
    reading: VecDeque<(Line, Option<u64>)>,
    burst: u32,
    pace: Duration,
    allowance: u32,
    /// When the allowance last grew.
    grown: Duration,
}

impl Queue {
    /// `burst` lines at once, then one each `pace`; both at least 1 (line, millisecond).
    pub fn new(burst: u32, pace: Duration) -> Self {
        let burst = burst.max(1);
        Self {
            prompt: VecDeque::new(),
            deeds: VecDeque::new(),
            reading: VecDeque::new(),
            burst,
            pace: pace.max(Duration::from_millis(1)),
            allowance: burst,
            grown: Duration::ZERO,
        }
    }

    /// Puts a line at the end of its lane.
    pub fn push(&mut self, lane: Lane, line: Line, ticket: Option<u64>) {
        match lane {
            Lane::Prompt => self.prompt.push_back((line, ticket)),
            Lane::Deed => self.deeds.push_back((line, ticket)),
            Lane::Reading => self.reading.push_back((line, ticket)),
        }
    }

    /// The lines that may go at `now`, in order.
    pub fn release(&mut self, now: Duration) -> Vec<(Line, Option<u64>)> {
        self.grow(now);
        let mut released: Vec<_> = self.prompt.drain(..).collect();
        while self.allowance > 0 {
            let Some(next) = self.deeds.pop_front().or_else(|| self.reading.pop_front()) else { break };
            self.allowance -= 1;
            released.push(next);
        }
        released
    }

    fn grow(&mut self, now: Duration) {
        while self.allowance < self.burst && now.saturating_sub(self.grown) >= self.pace {
            self.grown += self.pace;
            self.allowance += 1;
        }
        if self.allowance == self.burst {
            self.grown = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn released(queue: &mut Queue, seconds: u64) -> Vec<String> {
        queue.release(Duration::from_secs(seconds)).into_iter().map(|(line, _)| line.command).collect()
    }

    #[test]
    fn after_a_burst_one_line_goes_each_pace() {
        let mut queue = Queue::new(2, Duration::from_secs(2));
        for command in ["A", "B", "C", "D"] {
            queue.push(Lane::Deed, Line::new(command, &[]), None);
        }
        assert_eq!(released(&mut queue, 0), ["A", "B"]);
        assert_eq!(released(&mut queue, 1), Vec::<String>::new());
        assert_eq!(released(&mut queue, 2), ["C"]);
        assert_eq!(released(&mut queue, 3), Vec::<String>::new());
        assert_eq!(released(&mut queue, 4), ["D"]);
    }

    #[test]
    fn an_answer_to_the_server_waits_for_nothing_and_deeds_go_before_reading() {
        let mut queue = Queue::new(1, Duration::from_secs(2));
        queue.push(Lane::Reading, Line::new("WHO", &[]), None);
        queue.push(Lane::Reading, Line::new("MODE", &[]), None);
        queue.push(Lane::Deed, Line::new("KICK", &[]), None);
        assert_eq!(released(&mut queue, 0), ["KICK"]);
        queue.push(Lane::Prompt, Line::new("PONG", &[]), None);
        assert_eq!(released(&mut queue, 1), ["PONG"]);
        assert_eq!(released(&mut queue, 2), ["WHO"]);
    }
}
