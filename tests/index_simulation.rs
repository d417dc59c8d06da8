//! Intervals of the design-based estimator cover the truth where the classifier errs otherwise in every cell.
#![allow(clippy::unwrap_used)]
#![allow(dead_code)] // the benchmark uses more of the simulation

#[path = "../benches/index/few.rs"]
mod few;
#[path = "../benches/index/simulation.rs"]
mod simulation;

use simulation::{CELLS, simulate};

const DRAWS: u32 = 300;

#[test]
fn design_based_intervals_cover_the_truth_and_uncorrected_ones_do_not() {
    let mut n_biased = 0;
    for (number, cell) in CELLS.iter().enumerate() {
        let scores = simulate(cell, DRAWS, 3000, 200, number as u64);
        let share = |covered: u32| f64::from(covered) / f64::from(DRAWS);
        for figure in 0..2 {
            let design = &scores.design[figure];
            let covered = share(design.covered);
            // 95 % of 300 draws, with three standard errors on either side.
            assert!(
                (0.912..=0.988).contains(&covered),
                "{}: {covered}",
                cell.name
            );
            assert!(design.width < scores.audit[figure].width, "{}", cell.name);
            n_biased += usize::from(share(scores.raw[figure].covered) < 0.5);
        }
    }
    assert!(n_biased >= 6, "{n_biased}");
}

#[test]
fn intervals_hold_where_few_are_audited_and_labels_are_rare() {
    const DRAWS: u32 = 200;
    for (number, design) in few::DESIGNS.iter().enumerate() {
        for covered in few::simulate(design, DRAWS, number as u64) {
            for (n, all) in covered.n.iter().zip(covered.all) {
                // 93 % of 200 draws, less three standard errors.
                let share = f64::from(*n) / f64::from(all);
                assert!(share > 0.876, "{}: {share}", design.name);
            }
        }
    }
}

#[test]
fn intervals_of_borrowed_corrections_reckon_with_how_cells_differ() {
    for n_cells in [3, 12] {
        let covered = few::borrowed(n_cells, true, 200, 1);
        let share = |at: usize| f64::from(covered.n[at]) / f64::from(covered.all[at]);
        // Cells of one draw go together, so that many are few.
        assert!(
            share(0) > 0.85 && share(1) > 0.88,
            "{} {}",
            share(0),
            share(1)
        );
    }
}
