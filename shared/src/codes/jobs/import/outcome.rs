//! What became of each row, and how a job remembers it: as runs of the same outcome, `90i2f`.

use serde::{Deserialize, Serialize};

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has names of columns.
    Header,
    /// It is empty.
    Blank,
    /// Its code is in the pool.
    Imported,
    /// An earlier row of the file has the same code.
    Repeated,
    /// The code was in a pool of the partner already.
    InPool,
    /// The code was sold already.
    Sold,
    /// It is too short or too long.
    Length,
    /// It has characters that codes do not have.
    Characters,
    /// It reads like a code that is minted here.
    Mintable,
    /// No code can be read from the line.
    Unreadable,
}

/// What became of the lines of a file, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Outcomes(Vec<(u32, Outcome)>);

/// Why a text is not outcomes.
#[derive(Debug, thiserror::Error)]
#[error("runs of outcomes are expected")]
pub struct InvalidOutcomes;

/// How many rows came to what.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[schemars(rename = "ImportCounts")]
pub struct Counts {
    /// Codes that are in the pool now.
    pub imported: u32,
    /// Rows with a code that was there before: earlier in the file, in a pool, or sold.
    pub duplicate: u32,
    /// Rows without a code.
    pub invalid: u32,
}

impl Outcome {
    const ALL: [Self; 10] = [
        Self::Header,
        Self::Blank,
        Self::Imported,
        Self::Repeated,
        Self::InPool,
        Self::Sold,
        Self::Length,
        Self::Characters,
        Self::Mintable,
        Self::Unreadable,
    ];

    const fn letter(self) -> char {
        match self {
            Self::Header => 'h',
            Self::Blank => 'b',
            Self::Imported => 'i',
            Self::Repeated => 'f',
            Self::InPool => 'p',
            Self::Sold => 's',
            Self::Length => 'l',
            Self::Characters => 'c',
            Self::Mintable => 'm',
            Self::Unreadable => 'u',
        }
    }

    /// What a report says of a row: its status, and why. Nothing of lines that are not rows.
    pub(super) const fn said(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Header | Self::Blank => None,
            Self::Imported => Some(("imported", "")),
            Self::Repeated => Some(("duplicate", "repeated_in_file")),
            Self::InPool => Some(("duplicate", "in_pool")),
            Self::Sold => Some(("duplicate", "sold_already")),
            Self::Length => Some(("invalid", "length")),
            Self::Characters => Some(("invalid", "characters")),
            Self::Mintable => Some(("invalid", "reads_like_a_minted_code")),
            Self::Unreadable => Some(("invalid", "unreadable")),
        }
    }
}

impl Outcomes {
    /// Adds what became of the next line.
    pub fn push(&mut self, outcome: Outcome) {
        match self.0.last_mut() {
            Some((count, last)) if *last == outcome => *count = count.saturating_add(1),
            _ => self.0.push((1, outcome)),
        }
    }

    /// What became of each line.
    pub fn iter(&self) -> impl Iterator<Item = Outcome> {
        let run = |(count, outcome): &(u32, Outcome)| {
            std::iter::repeat_n(*outcome, usize::try_from(*count).unwrap_or(usize::MAX))
        };
        self.0.iter().flat_map(run)
    }
}

impl Counts {
    /// Counts one more line.
    pub fn add(&mut self, outcome: Outcome) {
        let count = match outcome {
            Outcome::Header | Outcome::Blank => return,
            Outcome::Imported => &mut self.imported,
            Outcome::Repeated | Outcome::InPool | Outcome::Sold => &mut self.duplicate,
            Outcome::Length | Outcome::Characters | Outcome::Mintable | Outcome::Unreadable => {
                &mut self.invalid
            }
        };
        *count = count.saturating_add(1);
    }
}

impl From<Outcomes> for String {
    fn from(outcomes: Outcomes) -> Self {
        let run = |(count, outcome): &(u32, Outcome)| format!("{count}{}", outcome.letter());
        outcomes.0.iter().map(run).collect()
    }
}

impl TryFrom<String> for Outcomes {
    type Error = InvalidOutcomes;

    fn try_from(text: String) -> Result<Self, InvalidOutcomes> {
        let mut rest = text.as_str();
        let mut runs = Vec::new();
        while !rest.is_empty() {
            let place = rest.find(|c: char| !c.is_ascii_digit());
            let (count, behind) = rest
                .split_at_checked(place.ok_or(InvalidOutcomes)?)
                .ok_or(InvalidOutcomes)?;
            let letter = behind.chars().next().ok_or(InvalidOutcomes)?;
            let outcome = Outcome::ALL
                .into_iter()
                .find(|outcome| outcome.letter() == letter);
            runs.push((
                count.parse().map_err(|_| InvalidOutcomes)?,
                outcome.ok_or(InvalidOutcomes)?,
            ));
            rest = behind.get(letter.len_utf8()..).unwrap_or_default();
        }
        Ok(Self(runs))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn outcomes_are_remembered_in_order(letters in prop::collection::vec(prop::sample::select(Outcome::ALL.to_vec()), 0..60)) {
            let mut outcomes = Outcomes::default();
            for outcome in &letters {
                outcomes.push(*outcome);
            }
            let text = String::from(outcomes.clone());
            let read = Outcomes::try_from(text).unwrap();
            prop_assert_eq!(&read, &outcomes);
            prop_assert_eq!(read.iter().collect::<Vec<_>>(), letters);
        }

        #[test]
        fn no_text_makes_reading_panic(text in "\\PC{0,20}") {
            let _ = Outcomes::try_from(text);
        }
    }

    #[test]
    fn a_run_is_as_short_as_its_length() {
        let mut outcomes = Outcomes::default();
        (0..90).for_each(|_| outcomes.push(Outcome::Imported));
        outcomes.push(Outcome::Repeated);

        assert_eq!(String::from(outcomes), "90i1f");
    }
}
