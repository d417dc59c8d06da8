//! Designs in which intervals are hard to get right: few audited statements, rare labels, predictions that are never wrong among
//! the audited, articles whose statements agree, weights that differ, cells that borrow.

use super::simulation::{Cell, N_LABELS, one_hot, one_of};
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use stance::index::correction::{between, correction};
use stance::index::estimate::{Estimate, Gold, Population, Statement};
use stance::index::interval::Interval;

/// What a classifier says of a label that it takes a statement for.
#[derive(Clone, Copy, PartialEq)]
pub enum Says {
    /// A probability from 0.5 to 0.95.
    Probabilities,
    /// 1.
    Labels,
    /// A probability that is right: labels are drawn by it.
    Truth,
}

/// A design of which cells are drawn.
pub struct Design {
    pub name: &'static str,
    pub cell: Cell,
    pub n_rows: usize,
    pub n_audit: usize,
    pub says: Says,
    /// Statements of an article.
    pub of_article: usize,
    /// The probability that a statement has the label of its article.
    pub agreement: f64,
    /// How many times more likely one half of the articles is audited.
    pub odds: f64,
}

/// A classifier that is right nine times of ten, and one that hardly errs.
const GOOD: [[f64; N_LABELS]; N_LABELS] =
    [[0.80, 0.05, 0.15], [0.05, 0.80, 0.15], [0.05, 0.05, 0.90]];
const BEST: [[f64; N_LABELS]; N_LABELS] =
    [[0.99, 0.00, 0.01], [0.00, 0.99, 0.01], [0.005, 0.005, 0.99]];

/// One that never says hostile.
const BLIND: [[f64; N_LABELS]; N_LABELS] =
    [[0.0, 0.10, 0.90], [0.0, 0.80, 0.20], [0.0, 0.10, 0.90]];

const PLAIN: Design = Design {
    name: "",
    cell: Cell {
        name: "",
        shares: [0.30, 0.10, 0.60],
        predicted: GOOD,
    },
    n_rows: 1200,
    n_audit: 60,
    says: Says::Probabilities,
    of_article: 1,
    agreement: 0.0,
    odds: 1.0,
};

const fn of(name: &'static str, shares: [f64; N_LABELS], n_audit: usize) -> Design {
    Design {
        name,
        cell: Cell {
            name: "",
            shares,
            predicted: GOOD,
        },
        n_audit,
        ..PLAIN
    }
}

const fn labels(design: Design, predicted: [[f64; N_LABELS]; N_LABELS]) -> Design {
    let cell = Cell {
        name: "",
        shares: design.cell.shares,
        predicted,
    };
    Design {
        says: Says::Labels,
        cell,
        ..design
    }
}

const NONE: [f64; 3] = [0.0, 0.2, 0.8];
const RARER: [f64; 3] = [0.005, 0.02, 0.975];
const RARE: [f64; 3] = [0.02, 0.08, 0.90];
const USUAL: [f64; 3] = [0.30, 0.10, 0.60];

pub const DESIGNS: [Design; 24] = [
    Design {
        says: Says::Truth,
        n_rows: 132,
        ..of(
            "33 %, calibrated, 12 of 132 audited",
            [0.33, 0.33, 0.34],
            12,
        )
    },
    Design {
        says: Says::Truth,
        ..of("10 %, calibrated, 20 audited", [0.10, 0.10, 0.80], 20)
    },
    labels(
        Design {
            n_rows: 200,
            ..of(
                "2 %, never predicted, 100 of 200 audited",
                [0.02, 0.30, 0.68],
                100,
            )
        },
        BLIND,
    ),
    labels(
        of("2 %, never predicted, 60 audited", [0.02, 0.30, 0.68], 60),
        BLIND,
    ),
    Design {
        says: Says::Truth,
        ..of("10 %, calibrated, 100 audited", [0.10, 0.10, 0.80], 100)
    },
    of("no hostile one, 12 audited", NONE, 12),
    of("no hostile one, 60 audited", NONE, 60),
    of("0.5 %, 20 audited", RARER, 20),
    of("0.5 %, 60 audited", RARER, 60),
    of("0.5 %, 200 audited", RARER, 200),
    of("2 %, 20 audited", RARE, 20),
    of("2 %, 60 audited", RARE, 60),
    of("2 %, 200 audited", RARE, 200),
    of("30 %, 12 audited", USUAL, 12),
    of("30 %, 30 audited", USUAL, 30),
    of("30 %, 60 audited", USUAL, 60),
    labels(of("30 %, labels alone, 12 audited", USUAL, 12), GOOD),
    labels(of("30 %, labels alone, 40 audited", USUAL, 40), GOOD),
    labels(
        of("3 %, hardly an error, 40 audited", [0.03, 0.02, 0.95], 40),
        BEST,
    ),
    labels(
        of("3 %, hardly an error, 100 audited", [0.03, 0.02, 0.95], 100),
        BEST,
    ),
    Design {
        of_article: 5,
        agreement: 0.6,
        ..of("30 %, articles agree, 100 audited", USUAL, 100)
    },
    Design {
        of_article: 20,
        agreement: 0.85,
        ..of("2 %, articles agree, 150 audited", RARE, 150)
    },
    Design {
        odds: 10.0,
        ..of("30 %, one half ten times as often, 40 audited", USUAL, 40)
    },
    Design {
        n_rows: 200,
        ..of("30 %, 150 of 200 audited", USUAL, 150)
    },
];

/// Coverage of the share of hostile statements, the index and the balance.
#[derive(Default, Clone, Copy)]
pub struct Covered {
    /// Draws in which there was a figure.
    pub all: [u32; 3],
    pub n: [u32; 3],
    pub width: [f64; 3],
}

impl Design {
    /// The shares among more statements of the kind.
    fn expected(&self) -> [f64; N_LABELS] {
        if self.says != Says::Truth {
            return self.cell.shares;
        }
        // The mean of odds/(odds + 2) where the logarithm of odds is uniform from 0 to 4.
        let top = ((4.0_f64.exp() + 2.0).ln() - 3.0_f64.ln()) / 4.0;
        self.cell
            .shares
            .map(|share| share * top + (1.0 - share) * (1.0 - top) / 2.0)
    }
}

impl Covered {
    fn add(&mut self, which: usize, interval: Interval, truth: f64) {
        if interval.value.is_nan() {
            return;
        }
        self.all[which] += 1;
        self.n[which] += u32::from(interval.lo <= truth && truth <= interval.hi);
        self.width[which] += interval.hi - interval.lo;
    }
}

/// Of more statements of the kind, of these alone.
pub fn simulate(design: &Design, n_draws: u32, seed: u64) -> [Covered; 2] {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut covered = [Covered::default(); 2];
    for _ in 0..n_draws {
        let drawn = Drawn::new(design, &mut rng);
        let statements = drawn.statements();
        for (population, covered) in [Population::Super, Population::Finite]
            .into_iter()
            .zip(&mut covered)
        {
            let estimate = Estimate::design_based(&statements, N_LABELS, population);
            let estimate = estimate.expect("has an audit");
            let shares = match population {
                Population::Super => design.expected(),
                Population::Finite => drawn.shares(),
            };
            let index = shares[0] - shares[1];
            covered.add(0, estimate.share(0), shares[0]);
            covered.add(1, estimate.difference(0, 1), index);
            covered.add(2, estimate.balance(0, 1), index / (shares[0] + shares[1]));
        }
    }
    covered
}

/// A row of probabilities that is mostly sure of itself, and whose mean is near `shares`.
fn calibrated(shares: &[f64; N_LABELS], rng: &mut Xoshiro256PlusPlus) -> [f32; N_LABELS] {
    let top = one_of(shares, rng);
    let odds: f64 = rng.gen_range(0.0_f64..4.0).exp();
    let mut row = [0.0; N_LABELS];
    let sum = odds + 2.0;
    for (at, p) in row.iter_mut().enumerate() {
        *p = (if at == top { odds / sum } else { 1.0 / sum }) as f32;
    }
    row
}

struct Drawn {
    of_article: usize,
    labels: Vec<usize>,
    probabilities: Vec<[f32; N_LABELS]>,
    /// One over the probability of being audited, for those that were.
    weights: Vec<Option<f64>>,
}

impl Drawn {
    fn new(design: &Design, rng: &mut Xoshiro256PlusPlus) -> Self {
        let (mut labels, mut probabilities) = (Vec::new(), Vec::new());
        let mut of_article = 0;
        for row in 0..design.n_rows {
            if row % design.of_article == 0 {
                of_article = one_of(&design.cell.shares, rng);
            }
            let label = match rng.gen_bool(design.agreement) {
                true => of_article,
                false => one_of(&design.cell.shares, rng),
            };
            if design.says == Says::Truth {
                let row = calibrated(&design.cell.shares, rng);
                labels.push(one_of(&row.map(f64::from), rng));
                probabilities.push(row);
                continue;
            }
            let predicted = one_of(&design.cell.predicted[label], rng);
            let top: f64 = rng.gen_range(0.5..0.95);
            let mut row = [((1.0 - top) / 2.0) as f32; N_LABELS];
            row[predicted] = top as f32;
            labels.push(label);
            probabilities.push(match design.says {
                Says::Labels => one_hot(&row),
                _ => row,
            });
        }
        // Every second statement is of the half that is audited more often: two strata.
        let half = design.n_rows / 2;
        let often = (design.n_audit as f64 * design.odds / (design.odds + 1.0)).round() as usize;
        let mut weights = vec![None; design.n_rows];
        for (first, n) in [(0, often), (1, design.n_audit - often)] {
            for at in rand::seq::index::sample(rng, half, n) {
                weights[2 * at + first] = Some(half as f64 / n as f64);
            }
        }
        Self {
            of_article: design.of_article,
            labels,
            probabilities,
            weights,
        }
    }

    fn statements(&self) -> Vec<Statement<'_>> {
        (0..self.labels.len())
            .map(|row| Statement {
                article: (row / self.of_article) as u64,
                probabilities: &self.probabilities[row],
                gold: self.weights[row].map(|weight| Gold {
                    label: self.labels[row],
                    weight,
                }),
            })
            .collect()
    }

    fn shares(&self) -> [f64; N_LABELS] {
        let mut shares = [0.0; N_LABELS];
        for &label in &self.labels {
            shares[label] += 1.0 / self.labels.len() as f64;
        }
        shares
    }
}

/// Cells whose labels have other shares, `n_cells` of them with 9 audited statements each, and a classifier that errs alike in all or (`differs`) better
/// in every second one: coverage in cells that borrow the correction of all.
pub fn borrowed(n_cells: usize, differs: bool, n_draws: u32, seed: u64) -> Covered {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut covered = Covered::default();
    for _ in 0..n_draws {
        let designs: Vec<Design> = (0..n_cells)
            .map(|cell| {
                let h = 0.05 + 0.4 * cell as f64 / n_cells as f64;
                let predicted = if differs && cell % 2 == 1 { BEST } else { GOOD };
                Design {
                    n_rows: 100,
                    cell: Cell {
                        name: "",
                        shares: [h, 0.2, 0.8 - h],
                        predicted,
                    },
                    ..of("", USUAL, 9)
                }
            })
            .collect();
        let drawn: Vec<Drawn> = designs.iter().map(|of| Drawn::new(of, &mut rng)).collect();
        let mut cells: Vec<Vec<Statement<'_>>> = drawn.iter().map(Drawn::statements).collect();
        for (number, cell) in cells.iter_mut().enumerate() {
            let first = (number * 100) as u64;
            cell.iter_mut().for_each(|of| of.article += first);
        }
        let slices: Vec<&[Statement<'_>]> = cells.iter().map(Vec::as_slice).collect();
        let lent = correction(&slices.concat(), N_LABELS).expect("has an audit");
        let lent = lent.with_between(between(&[&slices], N_LABELS).as_ref());
        for (cell, design) in slices.iter().zip(&designs) {
            let estimate = Estimate::borrowed(cell, N_LABELS, &lent, Population::Super);
            let [h, c, _] = design.cell.shares;
            covered.add(0, estimate.share(0), h);
            covered.add(1, estimate.difference(0, 1), h - c);
            covered.add(2, estimate.balance(0, 1), (h - c) / (h + c));
        }
    }
    covered
}
