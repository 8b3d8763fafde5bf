//! One minute of one group of one rule: what is kept of its documents.
//!
//! Buckets add up, so that any window is a sum of minutes. A bucket is small, since there are many: it keeps the
//! one figure that its rule needs. Percentiles need a sketch (relative error 1 %), and as long as there are few
//! values the values themselves, which become the same sketch when they are added up.

use std::collections::HashSet;
use std::fmt;

use sketches_ddsketch::{Config, DDSketch};

use crate::measure::Measure;

/// What a rule needs kept beside the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    Nothing,
    Sum,
    Min,
    Max,
    Sketch,
    Distinct,
}

impl Keep {
    /// Returns what a measure needs.
    #[must_use]
    pub(crate) fn of(measure: &Measure) -> Self {
        match measure {
            Measure::Count | Measure::Rate | Measure::Ratio(_) => Self::Nothing,
            Measure::Avg(_) | Measure::Sum(_) => Self::Sum,
            Measure::Min(_) => Self::Min,
            Measure::Max(_) => Self::Max,
            Measure::Percentile(..) => Self::Sketch,
            Measure::Distinct(_) => Self::Distinct,
        }
    }
}

/// One document as a bucket sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Sample {
    /// The document counts, and has no value.
    Plain,
    /// The document counts, and the second filter of a ratio says whether it is a bad one.
    Judged { bad: bool },
    /// The measured value.
    Value(f64),
    /// The hash of the measured value.
    Hash(u64),
}

/// Figures that add up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bucket {
    pub(crate) count: u32,
    pub(crate) bad: u32,
    /// Sum, least or greatest value, as the rule needs.
    figure: f64,
    kept: Option<Box<Kept>>,
}

#[derive(Clone)]
enum Kept {
    Few(Vec<f64>),
    Sketch(DDSketch),
    Distinct(HashSet<u64>),
}

/// So many values are kept as they are: a sketch takes more room than this.
const MOST_FEW: usize = 100;

/// More different values than this in one minute are counted no further.
const MOST_DISTINCT: usize = 10_000;

/// Relative error of percentiles.
const ACCURACY: f64 = 0.01;

impl Bucket {
    /// Adds one document.
    pub(crate) fn add(&mut self, sample: Sample, keep: Keep) {
        let first = self.count == 0;
        self.count = self.count.saturating_add(1);
        match sample {
            Sample::Plain => {}
            Sample::Judged { bad } => self.bad = self.bad.saturating_add(u32::from(bad)),
            Sample::Value(value) => match keep {
                Keep::Sketch => self.kept_values().push(value),
                Keep::Nothing | Keep::Distinct => {}
                Keep::Sum | Keep::Min | Keep::Max => self.take(value, first, keep),
            },
            Sample::Hash(hash) => {
                let kept = self.kept.get_or_insert_with(|| Box::new(Kept::Distinct(HashSet::new())));
                if let Kept::Distinct(values) = &mut **kept
                    && values.len() < MOST_DISTINCT
                {
                    values.insert(hash);
                }
            }
        }
    }

    /// Adds another bucket of the same rule.
    pub(crate) fn merge(&mut self, other: &Self, keep: Keep) {
        if other.count == 0 {
            return;
        }
        let first = self.count == 0;
        self.count = self.count.saturating_add(other.count);
        self.bad = self.bad.saturating_add(other.bad);
        self.take(other.figure, first, keep);
        match (&mut self.kept, &other.kept) {
            (_, None) => {}
            (None, Some(theirs)) => self.kept = Some(theirs.clone()),
            (Some(ours), Some(theirs)) => ours.merge(theirs),
        }
    }

    fn take(&mut self, figure: f64, first: bool, keep: Keep) {
        self.figure = match keep {
            _ if first => figure,
            Keep::Min => self.figure.min(figure),
            Keep::Max => self.figure.max(figure),
            _ => self.figure + figure,
        };
    }

    fn kept_values(&mut self) -> &mut Kept {
        self.kept.get_or_insert_with(|| Box::new(Kept::Few(Vec::new())))
    }

    /// Returns the value of a measure over this bucket; nothing where nothing was measured.
    #[must_use]
    pub(crate) fn value(&self, measure: &Measure, minutes: f64) -> Option<f64> {
        let count = f64::from(self.count);
        let some = self.count > 0;
        match measure {
            Measure::Count => Some(count),
            Measure::Rate => Some(count / minutes.max(1.0)),
            Measure::Ratio(_) => some.then(|| f64::from(self.bad) / count),
            Measure::Avg(_) => some.then(|| self.figure / count),
            Measure::Sum(_) => Some(self.figure),
            Measure::Min(_) | Measure::Max(_) => some.then_some(self.figure),
            Measure::Distinct(_) => Some(match self.kept.as_deref() {
                Some(Kept::Distinct(values)) => values.len() as f64,
                _ => 0.0,
            }),
            Measure::Percentile(rank, _) => self.kept.as_deref().and_then(|kept| kept.quantile(rank / 100.0)),
        }
    }
}

impl Kept {
    fn push(&mut self, value: f64) {
        match self {
            Self::Few(values) if values.len() < MOST_FEW => values.push(value),
            Self::Few(values) => {
                let mut sketch = sketch(values);
                sketch.add(value);
                *self = Self::Sketch(sketch);
            }
            Self::Sketch(sketch) => sketch.add(value),
            Self::Distinct(_) => {}
        }
    }

    fn merge(&mut self, other: &Self) {
        match (self, other) {
            (ours @ (Self::Few(_) | Self::Sketch(_)), Self::Few(values)) => {
                values.iter().for_each(|value| ours.push(*value));
            }
            (Self::Sketch(ours), Self::Sketch(theirs)) => {
                ours.merge(theirs).expect("all sketches are made with the same accuracy");
            }
            (ours @ Self::Few(_), Self::Sketch(theirs)) => {
                let few = std::mem::replace(ours, Self::Sketch(theirs.clone()));
                ours.merge(&few);
            }
            (Self::Distinct(ours), Self::Distinct(theirs)) => ours.extend(theirs),
            _ => {}
        }
    }

    /// Few values or many, a percentile is always the sketch's: the same documents give the same answer however
    /// they are spread over minutes.
    fn quantile(&self, rank: f64) -> Option<f64> {
        match self {
            Self::Few(values) => sketch(values).quantile(rank).ok().flatten(),
            Self::Sketch(sketch) => sketch.quantile(rank).ok().flatten(),
            Self::Distinct(_) => None,
        }
    }
}

fn sketch(values: &[f64]) -> DDSketch {
    let mut sketch = DDSketch::new(Config::new(ACCURACY, 2048, 1.0e-9));
    values.iter().for_each(|value| sketch.add(*value));
    sketch
}

impl fmt::Debug for Kept {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Few(values) => write!(out, "Few({} values)", values.len()),
            Self::Sketch(sketch) => write!(out, "Sketch({} values)", sketch.count()),
            Self::Distinct(values) => write!(out, "Distinct({} values)", values.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bucket(measure: &str, values: &[f64]) -> Bucket {
        let keep = Keep::of(&Measure::parse(measure).expect("is a measure"));
        let mut bucket = Bucket::default();
        for value in values {
            bucket.add(Sample::Value(*value), keep);
        }
        bucket
    }

    fn value(bucket: &Bucket, measure: &str) -> Option<f64> {
        bucket.value(&Measure::parse(measure).expect("is a measure"), 15.0)
    }

    #[test]
    fn each_measure_has_its_value() {
        let values = [10.0, 20.0, 30.0, 100.0];
        let check =
            |measure, expected| assert_eq!(value(&bucket(measure, &values), measure), expected, "{measure}");
        check("count()", Some(4.0));
        check("rate()", Some(4.0 / 15.0));
        check("avg(x)", Some(40.0));
        check("min(x)", Some(10.0));
        check("max(x)", Some(100.0));
        check("sum(x)", Some(160.0));
    }

    #[test]
    fn percentiles_are_within_a_hundredth() {
        let values: Vec<f64> = (1..=1000).map(f64::from).collect();
        for (measure, expected) in [("p50(x)", 500.0), ("p95(x)", 950.0), ("p99.9(x)", 999.0)] {
            let said = value(&bucket(measure, &values), measure).expect("has values");
            assert!((said - expected).abs() / expected <= 0.011, "{measure}: {said}");
        }
    }

    #[test]
    fn nothing_measured_has_no_value_unless_it_counts() {
        let empty = Bucket::default();
        for measure in ["avg(x)", "p95(x)", "min(x)", "max(x)", "ratio(a: b)"] {
            assert_eq!(value(&empty, measure), None, "{measure}");
        }
        for measure in ["count()", "sum(x)", "distinct(x)", "rate()"] {
            assert_eq!(value(&empty, measure), Some(0.0), "{measure}");
        }
    }

    #[test]
    fn a_bucket_is_small() {
        assert!(size_of::<Bucket>() <= 24, "{} bytes", size_of::<Bucket>());
    }

    proptest! {
        #[test]
        fn minutes_add_up_to_the_window(values in prop::collection::vec(1u32..100_000, 1..300), cut in 0usize..300) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let (left, right) = values.split_at(cut.min(values.len()));
            for measure in ["count()", "sum(x)", "min(x)", "max(x)", "avg(x)", "p50(x)", "p99(x)"] {
                let whole = bucket(measure, &values);
                let mut merged = bucket(measure, right);
                merged.merge(&bucket(measure, left), Keep::of(&Measure::parse(measure).expect("is a measure")));
                prop_assert_eq!(value(&whole, measure), value(&merged, measure));
            }
        }
    }
}
