//! How much a term tells labels apart, before anything is fitted.
//!
//! For a label k with n_k of the n rows, and a term that is in c_k of these and in c of all, with π_k = n_k / n:
//!
//! > r_k = ln [(c_k + α π_k) / n_k] − ln [(c − c_k + α (1 − π_k)) / (n − n_k)],  r = max_k |r_k|
//!
//! This is the log-count ratio of Wang & Manning (2012, "Baselines and Bigrams", NB-SVM) on presence, one label against the
//! rest. Where they add the same constant to all counts, here α = 3 rows with the labels' own shares are added, so that
//! a term which nothing is known of has ratio 0 also where labels are rare. A feature's scale is multiplied by a power of r:
//! under an L2 penalty, features that say nothing of the labels then hardly count and those that do count for more.
//!
//! The ratios are of the rows that are fitted; held-out rows are not looked at. Row weights are not.

use super::counts::Counts;
use super::encoded_corpus::EncodedCorpus;
use crate::label::LabelId;
use rayon::prelude::*;

/// α: how many rows' worth of "nothing is known" each term starts with.
const PRIOR_ROWS: f64 = 3.0;

/// r of every term of the corpus on `rows`, where it is in `document` of them; 0 for a term that is in none.
pub(super) fn log_count_ratios(
    corpus: &EncodedCorpus,
    labels: &[LabelId],
    rows: &[u32],
    document: &[u32],
) -> Vec<f32> {
    let mut ratios = vec![0.0_f32; document.len()];
    let label_of = |row: &u32| labels[*row as usize].index();
    let n_labels = rows.iter().map(label_of).max().map_or(0, |last| last + 1);
    let mut of_label: Vec<Vec<u32>> = vec![Vec::new(); n_labels];
    for row in rows {
        of_label[label_of(row)].push(*row);
    }
    // One label after the other: memory does not grow with their number.
    for label_rows in of_label {
        let (n_label, n) = (label_rows.len() as f64, rows.len() as f64);
        if n_label == 0.0 || n_label == n {
            continue;
        }
        let within = Counts::new(corpus, &label_rows, false).document;
        let share = n_label / n;
        let contrast = |within: u32, all: u32| {
            let inside = (f64::from(within) + PRIOR_ROWS * share) / n_label;
            let outside = (f64::from(all - within) + PRIOR_ROWS * (1.0 - share)) / (n - n_label);
            libm::log(inside / outside).abs() as f32
        };
        ratios
            .par_iter_mut()
            .zip(&within)
            .zip(document)
            .filter(|(_, all)| **all > 0)
            .for_each(|((ratio, within), all)| *ratio = f32::max(*ratio, contrast(*within, *all)));
    }
    ratios
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Analyzer, TextSettings};

    const TEXTS: [&str; 4] = ["we strike", "we talk", "we talk", "we wait"];

    fn ratios(labels: [usize; 4], rows: &[u32]) -> Vec<(String, f32)> {
        let settings = TextSettings {
            word_ngrams: Some("1".parse().unwrap()),
            char_ngrams: None,
            ..TextSettings::default()
        };
        let analyzer = Analyzer::new(settings).unwrap();
        let corpus = EncodedCorpus::new(&analyzer, TEXTS.len(), |row| TEXTS[row]).unwrap();
        let document = Counts::new(&corpus, rows, false).document;
        let labels = labels.map(LabelId::new);
        let ratios = log_count_ratios(&corpus, &labels, rows, &document);
        (0..corpus.n_words())
            .map(|id| (corpus.stems.get(id).to_owned(), ratios[id]))
            .collect()
    }

    #[test]
    fn ratios_are_those_of_the_formula() {
        // Labels 0, 1, 1, 2 with shares 1/4, 1/2, 1/4; "talk" is in both rows of label 1 and nowhere else.
        let found = ratios([0, 1, 1, 2], &[0, 1, 2, 3]);
        let r_1 = (((2.0 + 1.5) / 2.0) / (1.5 / 2.0_f64)).ln();
        let r_0 = ((0.75 / 1.0) / ((2.0 + 2.25) / 3.0_f64)).ln().abs();
        let talk = &found[1];
        assert_eq!(talk.0, "talk");
        assert!((f64::from(talk.1) - r_1.max(r_0)).abs() < 1e-6, "{talk:?}");
    }

    #[test]
    fn a_term_in_every_row_or_none_says_nothing() {
        let found = ratios([0, 1, 1, 2], &[0, 1, 2]);
        let of = |word: &str| found.iter().find(|(found, _)| found == word).unwrap().1;
        assert!(of("we") < 1e-6 && of("wait") == 0.0 && of("strike") > 0.5);
    }
}
