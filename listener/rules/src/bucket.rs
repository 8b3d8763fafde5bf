//! One minute of one group of one rule: what is kept of its documents.
//!
//! Buckets add up, so that any window is a sum of minutes. Only where a rule asks for it a bucket also holds
//! a sketch (percentiles, relative error 1 %) or the set of different values.

use std::collections::HashSet;
use std::fmt;

use sketches_ddsketch::{Config, DDSketch};

use crate::measure::Measure;

/// What a rule needs kept beside the plain figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extra {
    None,
    Sketch,
    Distinct,
}

impl Extra {
    /// Returns what a measure needs.
    #[must_use]
    pub(crate) fn of(measure: &Measure) -> Self {
        match measure {
            Measure::Percentile(..) => Self::Sketch,
            Measure::Distinct(_) => Self::Distinct,
            _ => Self::None,
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
    pub count: u64,
    pub bad: u64,
    pub sum: f64,
    pub min: Option<f64>,
    pub max: Option<f64>,
    kept: Option<Box<Kept>>,
}

#[derive(Clone)]
enum Kept {
    Sketch(DDSketch),
    Distinct(HashSet<u64>),
}

impl fmt::Debug for Kept {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sketch(sketch) => write!(out, "Sketch({} values)", sketch.count()),
            Self::Distinct(values) => write!(out, "Distinct({} values)", values.len()),
        }
    }
}

/// More different values than this in one minute are counted no further.
const MOST_DISTINCT: usize = 10_000;

/// Relative error of percentiles.
const ACCURACY: f64 = 0.01;

impl Bucket {
    /// Adds one document.
    pub(crate) fn add(&mut self, sample: Sample, extra: Extra) {
        self.count += 1;
        match sample {
            Sample::Plain => {}
            Sample::Judged { bad } => self.bad += u64::from(bad),
            Sample::Value(value) => {
                self.sum += value;
                self.min = Some(self.min.map_or(value, |min| min.min(value)));
                self.max = Some(self.max.map_or(value, |max| max.max(value)));
                if extra == Extra::Sketch
                    && let Kept::Sketch(sketch) =
                        &mut **self.kept.get_or_insert_with(|| Box::new(Kept::sketch()))
                {
                    sketch.add(value);
                }
            }
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
    pub(crate) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.bad += other.bad;
        self.sum += other.sum;
        self.min = least(self.min, other.min, f64::min);
        self.max = least(self.max, other.max, f64::max);
        let Some(theirs) = &other.kept else { return };
        match (&mut self.kept, &**theirs) {
            (None, theirs) => self.kept = Some(Box::new(theirs.clone())),
            (Some(ours), theirs) => ours.merge(theirs),
        }
    }

    /// Returns the value of a measure over this bucket; nothing where nothing was measured.
    #[must_use]
    pub(crate) fn value(&self, measure: &Measure, minutes: f64) -> Option<f64> {
        let count = self.count as f64;
        match measure {
            Measure::Count => Some(count),
            Measure::Rate => Some(count / minutes.max(1.0)),
            Measure::Ratio(_) => (self.count > 0).then(|| self.bad as f64 / count),
            Measure::Avg(_) => (self.count > 0).then(|| self.sum / count),
            Measure::Sum(_) => Some(self.sum),
            Measure::Min(_) => self.min,
            Measure::Max(_) => self.max,
            Measure::Distinct(_) => Some(match self.kept.as_deref() {
                Some(Kept::Distinct(values)) => values.len() as f64,
                _ => 0.0,
            }),
            Measure::Percentile(rank, _) => match self.kept.as_deref() {
                Some(Kept::Sketch(sketch)) => sketch.quantile(rank / 100.0).ok().flatten(),
                _ => None,
            },
        }
    }
}

impl Kept {
    fn sketch() -> Self {
        Self::Sketch(DDSketch::new(Config::new(ACCURACY, 2048, 1.0e-9)))
    }

    fn merge(&mut self, other: &Self) {
        match (self, other) {
            (Self::Sketch(ours), Self::Sketch(theirs)) => {
                ours.merge(theirs).expect("all sketches are made with the same accuracy");
            }
            (Self::Distinct(ours), Self::Distinct(theirs)) => ours.extend(theirs),
            _ => {}
        }
    }
}

fn least(ours: Option<f64>, theirs: Option<f64>, pick: fn(f64, f64) -> f64) -> Option<f64> {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => Some(pick(ours, theirs)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bucket(values: &[f64]) -> Bucket {
        let mut bucket = Bucket::default();
        for value in values {
            bucket.add(Sample::Value(*value), Extra::Sketch);
        }
        bucket
    }

    fn value(bucket: &Bucket, measure: &str) -> Option<f64> {
        bucket.value(&Measure::parse(measure).expect("is a measure"), 15.0)
    }

    #[test]
    fn each_measure_has_its_value() {
        let bucket = bucket(&[10.0, 20.0, 30.0, 100.0]);
        let check = |measure, expected| assert_eq!(value(&bucket, measure), expected, "{measure}");
        check("count()", Some(4.0));
        check("rate()", Some(4.0 / 15.0));
        check("avg(x)", Some(40.0));
        check("min(x)", Some(10.0));
        check("max(x)", Some(100.0));
        check("sum(x)", Some(160.0));
        let p95 = value(&bucket, "p95(x)").expect("has values");
        assert!((p95 - 30.0).abs() / 30.0 <= 0.01 || (p95 - 100.0).abs() / 100.0 <= 0.01, "{p95}");
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

    proptest! {
        #[test]
        fn minutes_add_up_to_the_window(values in prop::collection::vec(1u32..100_000, 1..60), cut in 0usize..60) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let (left, right) = values.split_at(cut.min(values.len()));
            let whole = bucket(&values);
            let mut merged = bucket(right);
            merged.merge(&bucket(left));
            for measure in ["count()", "sum(x)", "min(x)", "max(x)", "avg(x)", "p50(x)", "p99(x)"] {
                prop_assert_eq!(value(&whole, measure), value(&merged, measure));
            }
        }
    }
}
