//! What a search looks for, and how good held-out predictions are by it.

use crate::label::LabelId;
use crate::prediction::Prediction;
use crate::validation::{Confusion, ProbabilityLosses, Scores};
use ndarray::ArrayView1;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a search looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Objective {
    /// The highest mean of the labels' F1.
    #[default]
    MacroF1,
    /// The lowest log-loss.
    LogLoss,
    /// The highest share of rows predicted right.
    Accuracy,
}

impl Objective {
    /// The figure of some predictions: its own scale, see [`gain`](Self::gain).
    pub(super) fn figure<'p>(
        self,
        n_labels: usize,
        rows: impl Iterator<Item = (LabelId, ArrayView1<'p, f64>)>,
    ) -> f64 {
        let mut confusion = Confusion::new(n_labels);
        let mut losses = ProbabilityLosses::new();
        let mut prediction = Prediction::new(n_labels);
        for (label, probabilities) in rows {
            prediction.set(probabilities.as_slice().expect("rows lie in one piece"));
            confusion.add(label, prediction.label());
            losses.add_prediction(label, &prediction);
        }
        match self {
            Self::MacroF1 => Scores::new(&confusion).macro_average.f1,
            Self::Accuracy => Scores::new(&confusion).accuracy,
            Self::LogLoss => losses.log_loss(),
        }
    }

    /// The figure turned so that more is better.
    pub(super) fn gain(self, figure: f64) -> f64 {
        match self {
            Self::MacroF1 | Self::Accuracy => figure,
            Self::LogLoss => -figure,
        }
    }
}

impl FromStr for Objective {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "macro-f1" => Ok(Self::MacroF1),
            "log-loss" => Ok(Self::LogLoss),
            "accuracy" => Ok(Self::Accuracy),
            _ => Err(format!(
                "no figure `{name}`; there are macro-f1, log-loss, accuracy"
            )),
        }
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MacroF1 => "macro-f1",
            Self::LogLoss => "log-loss",
            Self::Accuracy => "accuracy",
        })
    }
}
