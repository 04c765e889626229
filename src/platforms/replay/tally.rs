//! What a replay counts on its way, and what it says about it. It never stops a replay.

use crate::model::heard::Heard;
use crate::model::reason::Reason;

/// So many bad lines are told one by one; of the others only the number, so that a file of noise does not fill the record.
pub const TOLD_ONE_BY_ONE: u64 = 100;

/// The counts of one replay.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages that were played.
    pub messages: u64,
    /// Lines that could not be read.
    pub skipped: u64,
    /// Messages whose id had been used before in the same room.
    pub repeated: u64,
    /// Messages that answer something the file did not show before.
    pub missing: u64,
    /// Messages without a time that could be read.
    pub undated: u64,
    /// Lines with bytes that are not UTF-8.
    pub mended: u64,
    /// Silences that were longer than the longest wait.
    pub shortened: u64,
    last_bad_line: u64,
}

impl Tally {
    /// Counts a line that cannot be read; the remark to make about it, while there are few.
    pub fn bad(&mut self, line: u64, why: Reason) -> Option<Heard> {
        self.skipped += 1;
        self.last_bad_line = line;
        (self.skipped <= TOLD_ONE_BY_ONE).then(|| Heard::Remark(why.with("line", line)))
    }

    /// What is to be remarked at the end.
    pub fn remarks(&self) -> Vec<Heard> {
        let mut remarks = Vec::new();
        if self.skipped > TOLD_ONE_BY_ONE {
            remarks.push(
                Reason::new("replay-more-bad-lines")
                    .with("count", self.skipped - TOLD_ONE_BY_ONE)
                    .with("line", self.last_bad_line),
            );
        }
        let counted = [
            ("replay-repeated-ids", self.repeated),
            ("replay-missing-replies", self.missing),
            ("replay-undated", self.undated),
            ("replay-mended-text", self.mended),
            ("replay-shortened-waits", self.shortened),
        ];
        for (key, count) in counted {
            if count > 0 {
                remarks.push(Reason::new(key).with("count", count));
            }
        }
        remarks.into_iter().map(Heard::Remark).collect()
    }

    /// How it ended.
    pub fn ended(&self) -> Reason {
        Reason::new("replay-ended").with("messages", self.messages).with("skipped", self.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_noise_does_not_fill_the_record() {
        let mut tally = Tally::default();
        let told =
            (1..=1000).filter(|line| tally.bad(*line, Reason::new("replay-bad-shape")).is_some()).count();
        assert_eq!(told as u64, TOLD_ONE_BY_ONE);
        let more = Reason::new("replay-more-bad-lines").with("count", 900).with("line", 1000);
        assert_eq!(tally.remarks(), vec![Heard::Remark(more)]);
        assert_eq!(tally.ended(), Reason::new("replay-ended").with("messages", 0).with("skipped", 1000));
    }
}
