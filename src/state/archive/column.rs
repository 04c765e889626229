//! Columns of numbers that grow while their block does, and take as little as they can once it is closed.
//!
//! Closing changes no number. A column that was closed takes no more.

/// Numbers in a row.
#[derive(Debug, Clone)]
pub(super) enum Column {
    Whole(Vec<u32>),
    /// What they are above the least of them, in one byte each.
    Bytes(u32, Vec<u8>),
    /// And in two.
    Pairs(u32, Vec<u16>),
}

/// Where texts end that stand one after the other.
#[derive(Debug, Clone)]
pub(super) enum Ends {
    Whole(Vec<u32>),
    /// How far behind the beginning of its [`GROUP`] each ends, and where the groups begin.
    Grouped {
        begins: Vec<u32>,
        behind: Vec<u16>,
    },
}

/// Ends that are counted from one place: a binary search goes over such places first.
const GROUP: usize = 64;

impl Default for Column {
    fn default() -> Self {
        Self::Whole(Vec::new())
    }
}

impl Column {
    /// Adds a number to a column that is not closed.
    pub(super) fn push(&mut self, number: u32) {
        if let Self::Whole(numbers) = self {
            numbers.push(number);
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Whole(numbers) => numbers.len(),
            Self::Bytes(_, rests) => rests.len(),
            Self::Pairs(_, rests) => rests.len(),
        }
    }

    pub(super) fn get(&self, at: usize) -> Option<u32> {
        match self {
            Self::Whole(numbers) => numbers.get(at).copied(),
            Self::Bytes(least, rests) => rests.get(at).map(|rest| least + u32::from(*rest)),
            Self::Pairs(least, rests) => rests.get(at).map(|rest| least + u32::from(*rest)),
        }
    }

    pub(super) fn last(&self) -> Option<u32> {
        self.len().checked_sub(1).and_then(|at| self.get(at))
    }

    /// Where a number stands in a column that ascends.
    pub(super) fn find(&self, number: u32) -> Option<usize> {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = from + (to - from) / 2;
            match self.get(middle)?.cmp(&number) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        None
    }

    /// Nothing more will come.
    pub(super) fn close(&mut self) {
        let Self::Whole(numbers) = self else { return };
        let least = numbers.iter().copied().min().unwrap_or(0);
        let most = numbers.iter().copied().max().unwrap_or(0) - least;
        let rests = numbers.iter().map(|number| number - least);
        if u8::try_from(most).is_ok() {
            *self = Self::Bytes(least, rests.map_while(|rest| u8::try_from(rest).ok()).collect());
        } else if u16::try_from(most).is_ok() {
            *self = Self::Pairs(least, rests.map_while(|rest| u16::try_from(rest).ok()).collect());
        } else {
            numbers.shrink_to_fit();
        }
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Whole(numbers) => 4 * numbers.capacity(),
            Self::Bytes(_, rests) => rests.capacity(),
            Self::Pairs(_, rests) => 2 * rests.capacity(),
        }
    }
}

impl Default for Ends {
    fn default() -> Self {
        Self::Whole(Vec::new())
    }
}

impl Ends {
    /// Adds an end, not before the last, to ends that are not closed.
    pub(super) fn push(&mut self, end: u32) {
        if let Self::Whole(ends) = self {
            ends.push(end);
        }
    }

    /// Where a text ends.
    pub(super) fn get(&self, at: usize) -> Option<usize> {
        match self {
            Self::Whole(ends) => ends.get(at).map(|end| *end as usize),
            Self::Grouped { begins, behind } => {
                let behind = behind.get(at)?;
                Some(*begins.get(at / GROUP)? as usize + usize::from(*behind))
            }
        }
    }

    /// Which text, not before `from`, holds a place.
    pub(super) fn holding(&self, from: usize, place: usize) -> usize {
        match self {
            Self::Whole(ends) => {
                let is_before = |end: &u32| *end as usize <= place;
                // Places asked for are mostly close together or far apart: a few steps, then halves.
                match ends.iter().skip(from).take(8).position(|end| !is_before(end)) {
                    Some(steps) => from + steps,
                    None => from + ends.get(from..).map_or(0, |ends| ends.partition_point(is_before)),
                }
            }
            Self::Grouped { begins, behind } => {
                let later = begins.get(from / GROUP + 1..).unwrap_or_default();
                let is_before = |begin: &u32| *begin as usize <= place;
                let further =
                    if later.first().is_some_and(is_before) { later.partition_point(is_before) } else { 0 };
                let group = from / GROUP + further;
                let begin = begins.get(group).map_or(0, |begin| *begin as usize);
                let far = u16::try_from(place - begin).unwrap_or(u16::MAX);
                let ends = behind.get(group * GROUP..).unwrap_or_default();
                let ends = ends.get(..GROUP).unwrap_or(ends);
                let at = from.saturating_sub(group * GROUP);
                let near = ends.iter().skip(at).take(4).position(|end| *end > far);
                // All of them, because that is one instruction for many.
                let before = || ends.iter().filter(|end| **end <= far).count();
                group * GROUP + near.map_or_else(before, |steps| at + steps)
            }
        }
    }

    /// Nothing more will come.
    pub(super) fn close(&mut self) {
        let Self::Whole(ends) = self else { return };
        let begin = |group: usize| (group * GROUP).checked_sub(1).and_then(|last| ends.get(last)).copied();
        let begins: Vec<u32> =
            (0..ends.len().div_ceil(GROUP)).map(|group| begin(group).unwrap_or(0)).collect();
        let begun = begins.iter().flat_map(|begin| std::iter::repeat_n(*begin, GROUP));
        let behind = ends.iter().zip(begun).map(|(end, begin)| u16::try_from(end - begin));
        match behind.collect::<Result<Vec<u16>, _>>() {
            Ok(mut behind) => {
                behind.shrink_to_fit();
                *self = Self::Grouped { begins, behind };
            }
            Err(_) => ends.shrink_to_fit(),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Whole(ends) => 4 * ends.capacity(),
            Self::Grouped { begins, behind } => 4 * begins.capacity() + 2 * behind.capacity(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn column(numbers: &[u32]) -> Column {
        let mut column = Column::default();
        numbers.iter().for_each(|number| column.push(*number));
        column
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn closing_changes_no_number(
            least in 0_u32..1 << 30,
            steps in prop::collection::vec((0_u32..4, 0_u32..20), 0..400),
        ) {
            let mut number = least;
            let step = |(far, by): (u32, u32)| {
                number = number.saturating_add(1).saturating_add(by << (far * 5));
                number
            };
            let mut numbers: Vec<u32> = steps.into_iter().map(step).collect();
            numbers.dedup();
            let (open, mut closed) = (column(&numbers), column(&numbers));
            closed.close();
            prop_assert!(closed.bytes() <= open.bytes());
            for column in [&open, &closed] {
                prop_assert_eq!(column.len(), numbers.len());
                prop_assert_eq!(column.last(), numbers.last().copied());
                for (at, number) in numbers.iter().enumerate() {
                    prop_assert_eq!(column.get(at), Some(*number));
                    prop_assert_eq!(column.find(*number), Some(at));
                }
                prop_assert_eq!(column.find(least), None);
            }
        }

        #[test]
        fn a_place_is_held_by_the_text_around_it(
            lengths in prop::collection::vec(
                prop_oneof![8 => 1_u32..100, 1 => 1_u32..3_000, 1 => Just(70_000_u32)],
                1..200,
            ),
            many in any::<bool>(),
        ) {
            let most = if many { 500 } else { u32::MAX };
            let lengths: Vec<u32> = lengths.into_iter().map(|length| length.min(most)).collect();
            let mut open = Ends::default();
            let mut end = 0;
            for length in &lengths {
                end += length;
                open.push(end);
            }
            let mut closed = open.clone();
            closed.close();
            let grouped = matches!(closed, Ends::Grouped { .. });
            prop_assert!(grouped || !many);
            let mut begin = 0;
            for (at, length) in lengths.iter().enumerate() {
                let end = begin + *length as usize;
                for ends in [&open, &closed] {
                    prop_assert_eq!(ends.get(at), Some(end));
                    for place in [begin, end - 1] {
                        for from in [0, at / 2, at] {
                            prop_assert_eq!(ends.holding(from, place), at);
                        }
                    }
                }
                begin = end;
            }
            prop_assert_eq!(closed.get(lengths.len()), None);
        }
    }
}
