//! What was measured: sections of rows, each with its baseline and its budget, as a table and as JSON.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::setting::Setting;
pub use crate::unit::Unit;

/// Everything a run found.
#[derive(Serialize)]
pub struct Report {
    /// `short` or `long`.
    pub form: &'static str,
    /// In the order in which they ran.
    pub sections: Vec<Section>,
}

/// One part of a run.
#[derive(Serialize)]
pub struct Section {
    /// As `--only` takes it.
    pub name: &'static str,
    /// What it is about.
    pub title: String,
    /// What was measured.
    pub rows: Vec<Row>,
    /// What a reader of the numbers must know.
    pub notes: Vec<String>,
}

/// One figure.
#[derive(Serialize)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// The figure: a count, or a median.
    pub measured: f64,
    /// What it counts.
    pub unit: Unit,
    /// What it is compared with.
    pub baseline: Option<Baseline>,
    /// What it may be.
    pub budget: Option<Budget>,
    /// Whether the budget was kept; written for readers of the JSON.
    verdict: Verdict,
}

/// The same figure of something else, taken in the same run.
#[derive(Serialize)]
pub struct Baseline {
    /// Of what.
    pub name: String,
    /// The figure.
    pub measured: f64,
}

/// What a figure may be.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Budget {
    /// Of the figure itself or of its ratio to the baseline.
    of: Of,
    /// The limit.
    bound: Bound,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Of {
    Figure,
    Ratio,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

/// How a figure stands to its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It keeps the budget.
    Met,
    /// It does not, and the run fails.
    Exceeded,
    /// It does not, but it is no count, so the run goes on.
    Missed,
    /// There is none.
    NoBudget,
}

impl Budget {
    /// The figure is not above `limit`.
    pub fn at_most(limit: f64) -> Self {
        Self {
            of: Of::Figure,
            bound: Bound::AtMost(limit),
        }
    }

    /// The figure is at most `limit` times the baseline.
    pub fn ratio_at_most(limit: f64) -> Self {
        Self {
            of: Of::Ratio,
            bound: Bound::AtMost(limit),
        }
    }

    /// The figure is at least `limit` times the baseline.
    pub fn ratio_at_least(limit: f64) -> Self {
        Self {
            of: Of::Ratio,
            bound: Bound::AtLeast(limit),
        }
    }

    fn text(self) -> String {
        let (sign, limit) = match self.bound {
            Bound::AtMost(limit) => ("<=", limit),
            Bound::AtLeast(limit) => (">=", limit),
        };
        match self.of {
            Of::Figure => format!("{sign} {}", figure(limit)),
            Of::Ratio => format!("{sign} {}x", figure(limit)),
        }
    }
}

impl Row {
    /// A figure on its own.
    pub fn new(name: impl Into<String>, measured: f64, unit: Unit) -> Self {
        Self {
            name: name.into(),
            measured,
            unit,
            baseline: None,
            budget: None,
            verdict: Verdict::NoBudget,
        }
    }

    /// The same, beside what it is compared with.
    #[must_use]
    pub fn beside(mut self, name: impl Into<String>, measured: f64) -> Self {
        self.baseline = Some(Baseline {
            name: name.into(),
            measured,
        });
        self.judged()
    }

    /// The same, with what it may be.
    #[must_use]
    pub fn within(mut self, budget: Budget) -> Self {
        self.budget = Some(budget);
        self.judged()
    }

    /// The figure divided by its baseline's.
    pub fn ratio(&self) -> Option<f64> {
        let baseline = self.baseline.as_ref()?.measured;
        (baseline != 0.0).then(|| self.measured / baseline)
    }

    fn judged(mut self) -> Self {
        self.verdict = match self.budget {
            None => Verdict::NoBudget,
            Some(budget) if self.keeps(budget) => Verdict::Met,
            Some(_) if self.unit.is_count() => Verdict::Exceeded,
            Some(_) => Verdict::Missed,
        };
        self
    }

    /// A ratio to nothing keeps no budget, unless the figure is nothing as well.
    fn keeps(&self, budget: Budget) -> bool {
        let judged = match budget.of {
            Of::Figure => Some(self.measured),
            Of::Ratio if self.measured == 0.0 => Some(0.0),
            Of::Ratio => self.ratio(),
        };
        judged.is_some_and(|judged| match budget.bound {
            Bound::AtMost(limit) => judged <= limit,
            Bound::AtLeast(limit) => judged >= limit,
        })
    }

    fn cells(&self) -> [String; 6] {
        let baseline = self.baseline.as_ref();
        let verdict = match self.verdict {
            Verdict::Met => "met",
            Verdict::Exceeded => "EXCEEDED",
            Verdict::Missed => "missed",
            Verdict::NoBudget => "",
        };
        [
            self.name.clone(),
            format!("{} {}", figure(self.measured), self.unit.short()),
            baseline.map_or_else(String::new, |baseline| {
                format!("{} ({})", figure(baseline.measured), baseline.name)
            }),
            self.ratio()
                .map_or_else(String::new, |ratio| format!("{ratio:.2}x")),
            self.budget.map_or_else(String::new, Budget::text),
            verdict.to_owned(),
        ]
    }
}

impl Section {
    /// The rows as an aligned table.
    pub fn table(&self) -> String {
        let head = ["", "measured", "beside", "ratio", "budget", ""].map(str::to_owned);
        let lines: Vec<[String; 6]> = std::iter::once(head)
            .chain(self.rows.iter().map(Row::cells))
            .collect();
        let width = |column: usize| {
            let cells = lines.iter().map(|line| line[column].chars().count());
            cells.max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..6).map(width).collect();
        let mut table = format!("\n=== {}: {} ===\n", self.name, self.title);
        for line in &lines {
            let cells = line.iter().zip(&widths);
            let padded: Vec<String> = cells
                .map(|(cell, width)| format!("{cell:<width$}"))
                .collect();
            let _ = writeln!(table, "  {}", padded.join("  ").trim_end());
        }
        for note in &self.notes {
            let _ = writeln!(table, "  {note}");
        }
        table
    }
}

impl Report {
    /// An empty one.
    pub fn new(short: bool) -> Self {
        Self {
            form: if short { "short" } else { "long" },
            sections: Vec::new(),
        }
    }

    /// Whether no count exceeds its budget.
    pub fn keeps_binding_budgets(&self) -> bool {
        self.count(Verdict::Exceeded) == 0
    }

    /// Writes `target/bench/bench.json`.
    pub fn write(&self, setting: &Setting) -> Result<()> {
        let file = setting.output("bench.json");
        let folder = file.parent().context("the report has no folder")?;
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        fs::write(&file, serde_json::to_vec_pretty(self)?)
            .with_context(|| format!("cannot write {}", file.display()))
    }

    /// How many budgets were kept.
    pub fn summary(&self) -> String {
        let (met, missed) = (self.count(Verdict::Met), self.count(Verdict::Missed));
        let exceeded = self.count(Verdict::Exceeded);
        format!(
            "\n{met} budgets met, {missed} missed by times, {exceeded} exceeded by counts; all figures are in target/bench/bench.json\n"
        )
    }

    fn count(&self, verdict: Verdict) -> usize {
        let rows = self.sections.iter().flat_map(|section| &section.rows);
        rows.filter(|row| row.verdict == verdict).count()
    }
}

/// The middle of what was measured: the median.
pub fn median(mut measured: Vec<f64>) -> f64 {
    quantile(&mut measured, 0.5)
}

/// The figure below which this share of what was measured lies. Nothing measured is not a number.
pub fn quantile(measured: &mut [f64], share: f64) -> f64 {
    measured.sort_by(f64::total_cmp);
    let last = measured.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a place in a list of measurements"
    )]
    let place = (last as f64 * share).round() as usize;
    measured.get(place).copied().unwrap_or(f64::NAN)
}

/// A number as a reader wants it: whole where it is whole, else with three digits that say something.
fn figure(value: f64) -> String {
    let size = value.abs();
    if value.fract() == 0.0 || size >= 100.0 {
        format!("{value:.0}")
    } else if size >= 10.0 {
        format!("{value:.1}")
    } else if size >= 1.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_above_its_budget_is_exceeded_and_a_time_is_missed() {
        let count = Row::new("buy", 7.0, Unit::WriteUnits).within(Budget::at_most(6.0));
        let time = Row::new("start", 9.0, Unit::Milliseconds)
            .beside("hello", 3.0)
            .within(Budget::ratio_at_most(1.7));

        assert_eq!(count.verdict, Verdict::Exceeded);
        assert_eq!(time.verdict, Verdict::Missed);
    }

    #[test]
    fn a_budget_may_ask_for_at_least_a_share_of_the_baseline() {
        let row = |measured| {
            Row::new("sales", measured, Unit::PerSimulatedSecond)
                .within(Budget::ratio_at_least(0.95))
                .beside("nothing in common", 100.0)
        };

        assert_eq!(row(96.0).verdict, Verdict::Met);
        assert_eq!(row(94.0).verdict, Verdict::Exceeded);
    }

    #[test]
    fn columns_stand_below_each_other() {
        let section = Section {
            name: "units",
            title: "what it costs".to_owned(),
            rows: vec![
                Row::new("buy", 6.0, Unit::WriteUnits)
                    .beside("textbook", 13.0)
                    .within(Budget::at_most(6.0)),
                Row::new("redeem a code", 0.5, Unit::ReadUnits),
            ],
            notes: vec!["read on".to_owned()],
        };

        let expected = "
=== units: what it costs ===
                 measured          beside         ratio  budget
  buy            6 write units     13 (textbook)  0.46x  <= 6    met
  redeem a code  0.500 read units
  read on
";
        assert_eq!(section.table(), expected);
    }

    #[test]
    fn the_median_is_in_the_middle_and_of_nothing_there_is_none() {
        assert!((median(vec![9.0, 1.0, 5.0]) - 5.0).abs() < f64::EPSILON);
        assert!(median(Vec::new()).is_nan());
    }
}
