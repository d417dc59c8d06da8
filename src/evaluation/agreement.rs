//! How far coders agree with each other, and a model with them.

use super::table::{right_aligned, shown, width};
use crate::label::LabelId;
use crate::statement::CodedCorpus;
use crate::validation::{Agreement, Ratings, cohens_kappa, rounded};
use serde::Serialize;
use std::fmt;

/// Draws for the intervals.
const N_BOOTSTRAP_DRAWS: usize = 1_000;
/// The most pairs of coders that text lists.
const N_LISTED_PAIRS: usize = 36;

/// The agreement of coders; as JSON (serde) with six digits, as text (`Display`) in a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgreementReport {
    /// The coders' names.
    pub coders: Vec<String>,
    /// The statements.
    pub n_statements: usize,
    /// Krippendorff's alpha over all coders, for nominal labels.
    pub alpha: Agreement,
    /// Cohen's kappa of each two coders.
    pub pairs: Vec<Pair>,
    /// Cohen's kappa of each coder and the model, over statements that both labelled.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub model: Vec<Pair>,
    /// Bootstrap draws of the statements behind the intervals.
    pub n_bootstrap_draws: usize,
}

/// How far two agree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// One.
    pub first: String,
    /// The other.
    pub second: String,
    /// Their kappa.
    pub kappa: Agreement,
}

impl AgreementReport {
    /// The figures of the coders of `coded` and, if there is one, of a model that gave each statement a label, or `None`
    /// where it gave none. `seed` decides the bootstrap's draws.
    ///
    /// # Panics
    /// If the model's labels are not about as many statements, or not of the same label set.
    pub fn new(coded: &CodedCorpus, model: Option<&[Option<LabelId>]>, seed: u64) -> Self {
        let n_labels = coded.label_set().len();
        let n_statements = coded.statements().len();
        let mut ratings = Ratings::new(n_labels, coded.coders().len());
        for statement in 0..n_statements {
            ratings.push(coded.labels(statement));
        }
        let names = coded.coders();
        let of_coder: Vec<Vec<Option<LabelId>>> =
            (0..names.len()).map(|c| ratings.of_coder(c)).collect();
        let kappa = |first: &[Option<LabelId>], second: &[Option<LabelId>]| {
            cohens_kappa(n_labels, first, second, N_BOOTSTRAP_DRAWS, seed)
        };
        let mut pairs = Vec::new();
        for first in 0..names.len() {
            for second in first + 1..names.len() {
                pairs.push(Pair {
                    first: names[first].clone(),
                    second: names[second].clone(),
                    kappa: kappa(&of_coder[first], &of_coder[second]),
                });
            }
        }
        let with_model = |labels: &[Option<LabelId>]| -> Vec<Pair> {
            let coders = names.iter().zip(&of_coder);
            coders
                .map(|(name, of_coder)| Pair {
                    first: name.clone(),
                    second: "model".to_owned(),
                    kappa: kappa(of_coder, labels),
                })
                .collect()
        };
        Self {
            coders: names.to_vec(),
            n_statements,
            alpha: ratings.alpha(N_BOOTSTRAP_DRAWS, seed),
            pairs,
            model: model.map(with_model).unwrap_or_default(),
            n_bootstrap_draws: N_BOOTSTRAP_DRAWS,
        }
    }
}

impl AgreementReport {
    /// Alpha as it is written, if it has a value.
    pub fn alpha_rounded(&self) -> Option<f64> {
        self.alpha.value.map(rounded::round)
    }
}

/// The mean of the kappas that have a value.
fn mean(pairs: &[Pair]) -> Option<f64> {
    let values: Vec<f64> = pairs.iter().filter_map(|pair| pair.kappa.value).collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

impl fmt::Display for AgreementReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} coders, {} statements, {} labelled by two or more",
            self.coders.len(),
            self.n_statements,
            self.alpha.n_units
        )?;
        let value = |of: &Agreement| of.value.map_or("none".into(), |v| format!("{v:.3}"));
        let interval = |of: &Agreement| {
            of.interval
                .map_or(String::new(), |i| format!("{:.3} to {:.3}", i.low, i.high))
        };
        writeln!(
            f,
            "Krippendorff's alpha {} (95 % interval {}; bootstrap of statements, {} draws)\n",
            value(&self.alpha),
            interval(&self.alpha),
            self.n_bootstrap_draws
        )?;
        let listed = &self.pairs[..self.pairs.len().min(N_LISTED_PAIRS)];
        let all: Vec<(String, &Pair)> = listed
            .iter()
            .chain(&self.model)
            .map(|pair| {
                (
                    format!("{} – {}", shown(&pair.first), shown(&pair.second)),
                    pair,
                )
            })
            .collect();
        let title = "Cohen's kappa";
        let columns = all
            .iter()
            .map(|(name, _)| width(name))
            .fold(width(title), usize::max);
        writeln!(
            f,
            "{}  {:>6}  {:>16}  {:>9}  {:>10}",
            right_aligned(title, columns),
            "",
            "95 % interval",
            "agreement",
            "statements"
        )?;
        for (name, Pair { kappa, .. }) in &all {
            writeln!(
                f,
                "{}  {:>6}  {:>16}  {:>9.3}  {:>10}",
                right_aligned(name, columns),
                value(kappa),
                interval(kappa),
                kappa.agreement,
                kappa.n_units
            )?;
        }
        let more = self.pairs.len() - listed.len();
        if more > 0 {
            writeln!(f, "({more} more pairs of coders)")?;
        }
        if let (Some(coders), Some(model)) = (mean(&self.pairs), mean(&self.model)) {
            writeln!(
                f,
                "\nmean kappa of two coders {coders:.3}, of a coder and the model {model:.3}"
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::CodedStatement;

    #[test]
    fn the_model_stands_beside_the_coders() {
        let rows = ["xxx", "xyx", "yyy", "y.y", "xxy", "yyy"];
        let statement = |number: usize| CodedStatement {
            text: number.to_string(),
            weight: 1.0,
            values: Vec::new(),
            file: "t".into(),
            line: 1,
        };
        let labels: Vec<Option<String>> = rows
            .iter()
            .flat_map(|row| row.chars().map(|c| (c != '.').then(|| c.to_string())))
            .collect();
        let coders = ["anna", "ben", "cleo"].map(String::from).to_vec();
        let statements = (0..rows.len()).map(statement).collect();
        let coded = CodedCorpus::new(coders, vec![], statements, &labels, None).unwrap();
        let model: Vec<Option<LabelId>> = (0..6).map(|s| coded.labels(s)[0]).collect();
        let report = AgreementReport::new(&coded, Some(&model), 0);
        let names: Vec<_> = report
            .pairs
            .iter()
            .map(|p| (&*p.first, &*p.second))
            .collect();
        assert_eq!(names, [("anna", "ben"), ("anna", "cleo"), ("ben", "cleo")]);
        assert_eq!(report.model[0].kappa.value, Some(1.0));
        assert_eq!(report.pairs[0].kappa.n_units, 5);
        // The model says what the first coder says.
        assert_eq!(report.model[1].kappa.value, report.pairs[0].kappa.value);
        let text = report.to_string();
        assert!(
            text.contains("3 coders, 6 statements, 6 labelled by two or more"),
            "{text}"
        );
        assert!(
            text.contains(" anna – model   1.000    1.000 to 1.000      1.000           6"),
            "{text}"
        );
        let alone = AgreementReport::new(&coded, None, 0);
        assert!(!alone.to_string().contains("model"));
    }
}
