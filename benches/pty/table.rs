//! The table of results: one row for each measure, with the references measured in the same run, and the goal.

use std::collections::BTreeMap;

/// Rows in the order in which they were first told.
#[derive(Default)]
pub struct Table {
    rows: Vec<&'static str>,
    cells: BTreeMap<(&'static str, &'static str), Cell>,
}

/// One figure, and the second one where a measure has two (p50 and p99).
#[derive(Clone, Copy)]
pub struct Cell {
    first: f64,
    second: Option<f64>,
}

impl Cell {
    pub fn one(first: f64) -> Self {
        Self { first, second: None }
    }

    /// p50 and p99 of a sorted list; nothing of an empty one.
    pub fn percentiles(sorted: &[f64]) -> Option<Self> {
        let at =
            |percent: usize| sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1)));
        Some(Self { first: *at(50)?, second: at(99).copied() })
    }

    fn text(self) -> String {
        match self.second {
            Some(second) => format!("{} / {}", figure(self.first), figure(second)),
            None => figure(self.first),
        }
    }
}

/// What we want to reach: at most this.
pub struct Goal {
    pub row: &'static str,
    pub first: f64,
    pub second: Option<f64>,
}

impl Table {
    pub fn tell(&mut self, row: &'static str, program: &'static str, cell: Option<Cell>) {
        if !self.rows.contains(&row) {
            self.rows.push(row);
        }
        if let Some(cell) = cell {
            self.cells.insert((row, program), cell);
        }
    }

    /// Prints everything told so far; `goals` are looked up by row.
    pub fn print(&self, goals: &[Goal]) {
        println!();
        println!("{:<48} {:>16} {:>16} {:>16} {:>7}  goal", "", "qunguan", "irssi", "lnav", "ratio");
        for row in &self.rows {
            let cell = |program: &'static str| self.cells.get(&(*row, program)).copied();
            let text = |program| cell(program).map_or_else(|| "-".to_owned(), Cell::text);
            let ratio = match (cell("qunguan"), cell("irssi")) {
                (Some(ours), Some(theirs)) if theirs.first > 0.0 => {
                    format!("{:.2}", ours.first / theirs.first)
                }
                _ => String::new(),
            };
            let goal = goals.iter().find(|goal| goal.row == *row);
            let goal = goal.map_or_else(String::new, |goal| verdict(goal, cell("qunguan")));
            println!(
                "{row:<48} {:>16} {:>16} {:>16} {ratio:>7}  {goal}",
                text("qunguan"),
                text("irssi"),
                text("lnav")
            );
        }
    }
}

fn verdict(goal: &Goal, cell: Option<Cell>) -> String {
    let wanted = match goal.second {
        Some(second) => format!("<= {} / {}", figure(goal.first), figure(second)),
        None => format!("<= {}", figure(goal.first)),
    };
    let Some(cell) = cell else { return wanted };
    let second = goal.second.is_none_or(|most| cell.second.is_some_and(|second| second <= most));
    format!("{wanted} {}", if cell.first <= goal.first && second { "reached" } else { "missed" })
}

fn figure(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        value if value < 1.0 => format!("{value:.2}"),
        value if value < 100.0 => format!("{value:.1}"),
        value => format!("{value:.0}"),
    }
}
