//! How often 95 % intervals cover the truth in simulated cells, by method. `cargo bench --bench index` prints the table.
#![allow(clippy::print_stdout)]

mod simulation;

use simulation::{CELLS, Score, simulate};

const DRAWS: u32 = 1000;

fn main() {
    println!(
        "{DRAWS} draws of 3,000 statements a cell, 200 of them audited; coverage of 95 % intervals in percent, mean width\n"
    );
    println!("| cell | figure | uncorrected | by training data | audit alone | design-based |");
    println!("|---|---|---|---|---|---|");
    for (number, cell) in CELLS.iter().enumerate() {
        let scores = simulate(cell, DRAWS, 3000, 200, number as u64);
        for (which, figure) in ["share of hostile", "index"].into_iter().enumerate() {
            let cells = [&scores.raw, &scores.assumed, &scores.audit, &scores.design]
                .map(|scores| told(&scores[which]));
            println!("| {} | {figure} | {} |", cell.name, cells.join(" | "));
        }
    }
}

fn told(score: &Score) -> String {
    let percent = 100.0 * f64::from(score.covered) / f64::from(DRAWS);
    format!(
        "{percent:.1}, {:.3} (bias {:+.3})",
        score.width / f64::from(DRAWS),
        score.bias / f64::from(DRAWS)
    )
}
