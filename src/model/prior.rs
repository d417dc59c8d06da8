//! Another mix of labels than the training's.

use crate::label::LabelSet;

/// Log-odds to add for a mix of labels that differs from the one a model assumes.
///
/// If only the shares of the labels change and each label's statements stay alike, Bayes' rule multiplies each
/// probability by new share / old share and scales to one (Saerens, Latinne & Decaestecker 2002, eq. 2.4).
#[derive(Debug, Clone, PartialEq)]
pub struct Prior {
    log_ratios: Vec<f64>,
}

/// Why shares were refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PriorError {
    /// A label that the model does not have.
    #[error("the model has no label `{found}`; it has {labels}")]
    UnknownLabel {
        /// The name given.
        found: String,
        /// The labels there are.
        labels: String,
    },
    /// A label was not given, or twice.
    #[error("a share is needed for every label, once: {labels}")]
    Incomplete {
        /// The labels there are.
        labels: String,
    },
    /// Shares must be positive and sum to one.
    #[error("shares must be positive and sum to 1; they sum to {0}")]
    Shares(f64),
}

impl Prior {
    /// The restatement from `trained` shares (in the order of `labels`) to the named `shares`.
    ///
    /// # Errors
    /// [`PriorError`] unless every label has one positive share and they sum to 1 (within 0.001).
    pub fn new(
        labels: &LabelSet,
        trained: &[f64],
        shares: &[(String, f64)],
    ) -> Result<Self, PriorError> {
        let mut wanted = vec![None; labels.len()];
        for (name, share) in shares {
            let id = labels.id(name).ok_or_else(|| PriorError::UnknownLabel {
                found: name.clone(),
                labels: labels.to_string(),
            })?;
            if wanted[id.index()].replace(*share).is_some() {
                return Err(PriorError::Incomplete {
                    labels: labels.to_string(),
                });
            }
        }
        let wanted: Option<Vec<f64>> = wanted.into_iter().collect();
        let wanted = wanted.ok_or_else(|| PriorError::Incomplete {
            labels: labels.to_string(),
        })?;
        let sum: f64 = wanted.iter().sum();
        if !wanted.iter().all(|&share| share > 0.0) || (sum - 1.0).abs() > 1e-3 {
            return Err(PriorError::Shares(sum));
        }
        let log_ratios = wanted
            .iter()
            .zip(trained)
            .map(|(new, old)| libm::log(new / old))
            .collect();
        Ok(Self { log_ratios })
    }

    /// Adds the ratios to log-odds.
    pub fn apply(&self, log_odds: &mut [f64]) {
        for (score, ratio) in log_odds.iter_mut().zip(&self.log_ratios) {
            *score += ratio;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> LabelSet {
        LabelSet::new(["a", "b"]).unwrap()
    }

    fn shares(pairs: &[(&str, f64)]) -> Vec<(String, f64)> {
        pairs
            .iter()
            .map(|&(name, share)| (name.to_owned(), share))
            .collect()
    }

    #[test]
    fn restating_follows_bayes_rule() {
        let prior = Prior::new(&labels(), &[0.5, 0.5], &shares(&[("b", 0.9), ("a", 0.1)])).unwrap();
        let mut log_odds = [0.0, 0.0];
        prior.apply(&mut log_odds);
        assert!((log_odds[1] - log_odds[0] - 9.0_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn shares_that_are_none_are_refused() {
        let refused =
            |pairs: &[(&str, f64)]| Prior::new(&labels(), &[0.5, 0.5], &shares(pairs)).unwrap_err();
        assert!(matches!(
            refused(&[("c", 1.0)]),
            PriorError::UnknownLabel { .. }
        ));
        assert!(matches!(
            refused(&[("a", 1.0)]),
            PriorError::Incomplete { .. }
        ));
        assert!(matches!(
            refused(&[("a", 0.5), ("a", 0.5)]),
            PriorError::Incomplete { .. }
        ));
        assert!(matches!(
            refused(&[("a", 0.5), ("b", 0.6)]),
            PriorError::Shares(_)
        ));
        assert!(matches!(
            refused(&[("a", 0.0), ("b", 1.0)]),
            PriorError::Shares(_)
        ));
        assert!(matches!(
            refused(&[("a", f64::NAN), ("b", 1.0)]),
            PriorError::Shares(_)
        ));
    }
}
