//! How often 95 % intervals cover the truth in simulated cells, by method. `cargo bench --bench index` prints the table.
#![allow(clippy::print_stdout)]

mod few;
mod simulation;

use simulation::{CELLS, Score, Scores, simulate};

const DRAWS: u32 = 1000;

fn main() {
    println!(
        "{DRAWS} draws of 3,000 statements a cell, 200 of them audited; coverage of 95 % intervals in percent, mean width\n"
    );
    println!(
        "| cell | figure | uncorrected | by training data | audit alone | design-based | design-based, finite |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (number, cell) in CELLS.iter().enumerate() {
        let scores = simulate(cell, DRAWS, 3000, 200, number as u64);
        for (which, figure) in ["share of hostile", "index"].into_iter().enumerate() {
            let Scores {
                raw,
                assumed,
                audit,
                design,
                finite,
            } = &scores;
            let cells = [raw, assumed, audit, design, finite].map(|scores| told(&scores[which]));
            println!("| {} | {figure} | {} |", cell.name, cells.join(" | "));
        }
    }
    println!(
        "\nDesign-based intervals in hard designs: coverage of 95 % intervals in percent, mean width; of the share of more statements of \
         the kind, and of these alone (`--finite`)\n"
    );
    println!(
        "| design | hostile | index | balance | hostile, finite | index, finite | balance, finite |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (number, design) in few::DESIGNS.iter().enumerate() {
        let covered = few::simulate(design, DRAWS, number as u64);
        let cells: Vec<String> = covered.iter().flat_map(shown).collect();
        println!("| {} | {} |", design.name, cells.join(" | "));
    }
    println!("\nCells that borrow the correction of all, 9 audited in each\n");
    println!("| cells | errors | hostile | index | balance |");
    println!("|---|---|---|---|---|");
    for n_cells in [3, 12, 40] {
        for (differs, errors) in [(false, "alike"), (true, "differ")] {
            let covered = few::borrowed(n_cells, differs, DRAWS, n_cells as u64);
            let cells = shown(&covered).join(" | ");
            println!("| {n_cells} | {errors} | {cells} |");
        }
    }
}

/// Coverage and width of each figure.
fn shown(covered: &few::Covered) -> Vec<String> {
    let figure = |at: usize| {
        let all = f64::from(covered.all[at]);
        let percent = 100.0 * f64::from(covered.n[at]) / all;
        format!("{percent:.1}, {:.3}", covered.width[at] / all)
    };
    (0..3).map(figure).collect()
}

fn percent(covered: u32) -> f64 {
    100.0 * f64::from(covered) / f64::from(DRAWS)
}

fn told(score: &Score) -> String {
    let percent = percent(score.covered);
    format!(
        "{percent:.1}, {:.3} (bias {:+.3})",
        score.width / f64::from(DRAWS),
        score.bias / f64::from(DRAWS)
    )
}
