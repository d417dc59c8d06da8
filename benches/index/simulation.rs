//! Draws of scored statements whose classifier errs otherwise in every cell, and how often intervals cover the truth.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use stance::index::assumed::adjusted_counts;
use stance::index::estimate::{Estimate, Gold, Population, Statement};
use stance::index::interval::Interval;

/// Hostile, conciliatory, neutral.
pub const N_LABELS: usize = 3;

/// A cell: true shares, and of each true label the rates of predicted ones.
pub struct Cell {
    pub name: &'static str,
    pub shares: [f64; N_LABELS],
    pub predicted: [[f64; N_LABELS]; N_LABELS],
}

/// Dyads in months: the same classifier reads one speaker's threats well and another's badly.
pub const CELLS: [Cell; 6] = [
    Cell {
        name: "A→B, May, 2 % hostile",
        shares: [0.02, 0.08, 0.90],
        predicted: [[0.60, 0.10, 0.30], [0.05, 0.80, 0.15], [0.15, 0.05, 0.80]],
    },
    Cell {
        name: "A→B, June, 5 % hostile",
        shares: [0.05, 0.15, 0.80],
        predicted: [[0.80, 0.05, 0.15], [0.10, 0.75, 0.15], [0.14, 0.06, 0.80]],
    },
    Cell {
        name: "A→C, May, 10 % hostile",
        shares: [0.10, 0.30, 0.60],
        predicted: [[0.50, 0.20, 0.30], [0.20, 0.70, 0.10], [0.05, 0.15, 0.80]],
    },
    Cell {
        name: "A→C, June, 20 % hostile",
        shares: [0.20, 0.10, 0.70],
        predicted: [[0.90, 0.05, 0.05], [0.30, 0.60, 0.10], [0.20, 0.10, 0.70]],
    },
    Cell {
        name: "B→A, May, 40 % hostile",
        shares: [0.40, 0.20, 0.40],
        predicted: [[0.70, 0.10, 0.20], [0.10, 0.80, 0.10], [0.10, 0.10, 0.80]],
    },
    Cell {
        name: "B→A, June, 60 % hostile",
        shares: [0.60, 0.10, 0.30],
        predicted: [[0.60, 0.10, 0.30], [0.40, 0.50, 0.10], [0.30, 0.10, 0.60]],
    },
];

/// What the classifier's training data showed: other rates than in any cell.
const TRAINED: [[u64; N_LABELS]; N_LABELS] = [[800, 100, 100], [100, 800, 100], [50, 50, 900]];

/// How intervals of one method did over all draws.
#[derive(Default)]
pub struct Score {
    pub covered: u32,
    pub width: f64,
    pub bias: f64,
}

impl Score {
    fn add(&mut self, interval: Interval, truth: f64) {
        self.covered += u32::from(interval.lo <= truth && truth <= interval.hi);
        self.width += interval.hi - interval.lo;
        self.bias += interval.value - truth;
    }
}

/// Of a cell: uncorrected, by the training data, by the audit alone, design-based; each for the share of hostile statements
/// and for the index, among more statements of the kind. The last one is about the drawn statements alone.
#[derive(Default)]
pub struct Scores {
    pub raw: [Score; 2],
    pub assumed: [Score; 2],
    pub audit: [Score; 2],
    pub design: [Score; 2],
    pub finite: [Score; 2],
}

/// Draws `n_draws` times `n_rows` statements of a cell with an audit of `n_audit`.
pub fn simulate(cell: &Cell, n_draws: u32, n_rows: usize, n_audit: usize, seed: u64) -> Scores {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut scores = Scores::default();
    for _ in 0..n_draws {
        draw(cell, n_rows, n_audit, &mut rng, &mut scores);
    }
    scores
}

fn draw(
    cell: &Cell,
    n_rows: usize,
    n_audit: usize,
    rng: &mut Xoshiro256PlusPlus,
    scores: &mut Scores,
) {
    let mut labels = Vec::with_capacity(n_rows);
    let mut probabilities: Vec<[f32; N_LABELS]> = Vec::with_capacity(n_rows);
    let mut counts = [0.0; N_LABELS];
    for _ in 0..n_rows {
        let label = one_of(&cell.shares, rng);
        let predicted = one_of(&cell.predicted[label], rng);
        counts[predicted] += 1.0 / n_rows as f64;
        labels.push(label);
        // Sure of itself to a degree, right or wrong.
        let top: f64 = rng.gen_range(0.5..0.95);
        let mut row = [((1.0 - top) / 2.0) as f32; N_LABELS];
        row[predicted] = top as f32;
        probabilities.push(row);
    }
    let mut is_audited = vec![false; n_rows];
    for at in rand::seq::index::sample(rng, n_rows, n_audit) {
        is_audited[at] = true;
    }
    let weight = n_rows as f64 / n_audit as f64;
    let statements: Vec<Statement<'_>> = (0..n_rows)
        .map(|row| Statement {
            // Three statements an article.
            article: row as u64 / 3,
            probabilities: &probabilities[row],
            gold: is_audited[row].then_some(Gold {
                label: labels[row],
                weight,
            }),
        })
        .collect();
    let drawn: Vec<f64> = (0..N_LABELS)
        .map(|label| labels.iter().filter(|&&of| of == label).count() as f64 / n_rows as f64)
        .collect();
    let figures = |shares: &[f64]| [shares[0], shares[0] - shares[1]];
    let (truth, drawn) = (figures(&cell.shares), figures(&drawn));
    let both = |estimate: &Estimate| [estimate.share(0), estimate.difference(0, 1)];
    let one_hot: Vec<[f32; N_LABELS]> = probabilities.iter().map(one_hot).collect();
    let raw: Vec<Statement<'_>> = statements
        .iter()
        .zip(&one_hot)
        .map(|(statement, probabilities)| Statement {
            probabilities,
            ..*statement
        })
        .collect();
    let raw = Estimate::predicted(&raw, N_LABELS);
    let trained: Vec<Vec<u64>> = TRAINED.iter().map(|row| row.to_vec()).collect();
    let assumed = Estimate {
        shares: adjusted_counts(&trained, &counts).expect("has a solution"),
        ..raw.clone()
    };
    let audit: Vec<Statement<'_>> = statements
        .iter()
        .filter(|statement| statement.gold.is_some())
        .map(|statement| Statement {
            probabilities: &NOTHING,
            ..*statement
        })
        .collect();
    let audit = Estimate::design_based(&audit, N_LABELS, Population::Super).expect("has an audit");
    let design =
        Estimate::design_based(&statements, N_LABELS, Population::Super).expect("has an audit");
    let finite = Estimate::design_based(&statements, N_LABELS, Population::Finite);
    let finite = finite.expect("has an audit");
    for (estimate, truth, scores) in [
        (&raw, truth, &mut scores.raw),
        (&assumed, truth, &mut scores.assumed),
        (&audit, truth, &mut scores.audit),
        (&design, truth, &mut scores.design),
        (&finite, drawn, &mut scores.finite),
    ] {
        for (which, interval) in both(estimate).into_iter().enumerate() {
            scores[which].add(interval, truth[which]);
        }
    }
}

static NOTHING: [f32; N_LABELS] = [0.0; N_LABELS];

pub fn one_hot(row: &[f32; N_LABELS]) -> [f32; N_LABELS] {
    let top = (0..N_LABELS)
        .max_by(|&a, &b| row[a].total_cmp(&row[b]))
        .unwrap_or(0);
    let mut hot = [0.0; N_LABELS];
    hot[top] = 1.0;
    hot
}

pub fn one_of(shares: &[f64; N_LABELS], rng: &mut Xoshiro256PlusPlus) -> usize {
    let mut left: f64 = rng.r#gen();
    for (label, share) in shares.iter().enumerate() {
        left -= share;
        if left < 0.0 {
            return label;
        }
    }
    N_LABELS - 1
}
