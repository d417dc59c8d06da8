//! How far a second coder agrees with the audit: how well its labels can be known at all.

use super::args::IndexArgs;
use super::audit_file::Audit;
use super::failure::Failure;
use super::terminal::Terminal;
use stance::label::LabelId;
use stance::validation::Ratings;
use std::path::Path;

/// Draws of statements for the interval.
const N_DRAWS: usize = 1_000;

/// Says how many of the statements that both coded have one label, and Krippendorff's alpha.
pub fn say_agreement(
    audit: &Audit,
    second: &Path,
    args: &IndexArgs,
    labels: &[String],
    terminal: &Terminal,
) -> Result<(), Failure> {
    let pairs = audit.pairs(second, args, labels)?;
    if pairs.is_empty() {
        return Err(Failure::failed(format!(
            "{}: no row is coded in both files; `--second` takes the file that `stance sample --second` wrote, coded",
            second.display()
        )));
    }
    let mut ratings = Ratings::new(labels.len(), 2);
    for (first, second) in pairs {
        ratings.push(&[first, second].map(|label| Some(LabelId::new(label))));
    }
    let found = ratings.alpha(N_DRAWS, args.seed);
    let alpha = match (found.value, found.interval) {
        (Some(alpha), Some(interval)) => format!(
            "Krippendorff's alpha {alpha:.3} (95 % interval {:.3} to {:.3})",
            interval.low, interval.high
        ),
        _ => "no alpha, as all labels are the same or there are too few".to_owned(),
    };
    terminal.answer(format_args!(
        "of {} statements that both coded, {:.1} % have one label; {alpha}",
        found.n_units,
        100.0 * found.agreement
    ));
    Ok(())
}
