//! Log-odds to probabilities and losses, stable for scores of any size, the same bits on every machine.

/// Turns log-odds (natural log, up to a common constant) into probabilities in place:
/// p_k = exp(z_k − max z) / Σ_l exp(z_l − max z).
pub fn softmax(log_odds: &mut [f64]) {
    if !log_odds.is_empty() {
        let top = position_of_largest(log_odds);
        exponentials(log_odds, top);
    }
}

/// The log-loss −ln p_label of a row with the given log-odds, without forming p: log Σ_k exp z_k − z_label.
///
/// # Panics
/// If there is no score at `label`.
pub fn log_loss(log_odds: &[f64], label: usize) -> f64 {
    let top = position_of_largest(log_odds);
    let largest = log_odds[top];
    let mut rest = 0.0;
    for (k, &z) in log_odds.iter().enumerate() {
        if k != top {
            rest += libm::exp(z - largest);
        }
    }
    libm::log1p(rest) + (largest - log_odds[label])
}

/// Both at once: the probabilities replace the scores, the log-loss is returned.
///
/// The largest score's exponential is 1 and is left out of the sum until the end, so that log1p keeps every digit of a
/// confident row's small loss.
#[inline]
pub(crate) fn softmax_and_log_loss(scores: &mut [f64], label: usize) -> f64 {
    let top = position_of_largest(scores);
    let below = scores[top] - scores[label];
    libm::log1p(exponentials(scores, top)) + below
}

/// Turns scores into probabilities, the largest being at `top`; returns Σ exp(z − max z) without the largest's 1.
#[inline]
fn exponentials(scores: &mut [f64], top: usize) -> f64 {
    let largest = scores[top];
    let mut rest = 0.0;
    for (k, score) in scores.iter_mut().enumerate() {
        if k == top {
            *score = 1.0;
        } else {
            *score = libm::exp(*score - largest);
            rest += *score;
        }
    }
    let share = 1.0 / (1.0 + rest);
    for score in scores.iter_mut() {
        *score *= share;
    }
    rest
}

/// The position of the largest value, the first among equals.
#[inline]
pub(crate) fn position_of_largest(values: &[f64]) -> usize {
    let mut top = 0;
    for (k, &value) in values.iter().enumerate() {
        if value > values[top] {
            top = k;
        }
    }
    top
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn huge_scores_neither_overflow_nor_vanish() {
        let mut scores = [1000.0, 999.0, -1000.0];
        assert!((log_loss(&scores, 1) - (1.0 + (-1.0f64).exp().ln_1p())).abs() < 1e-12);
        assert_eq!(log_loss(&scores, 2), 2000.0 + libm::log1p(libm::exp(-1.0)));
        softmax(&mut scores);
        assert!((scores.iter().sum::<f64>() - 1.0).abs() < 1e-15);
        assert!((scores[0] / scores[1] - 1f64.exp()).abs() < 1e-12);
        assert_eq!(scores[2], 0.0);
    }

    #[test]
    fn a_confident_row_keeps_its_small_loss() {
        let loss = log_loss(&[0.0, -50.0], 0);
        assert!((loss / (-50.0f64).exp() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn both_ways_to_the_loss_agree() {
        for label in 0..3 {
            let mut scores = [0.3, -1.2, 0.9];
            let alone = log_loss(&scores, label);
            assert_eq!(softmax_and_log_loss(&mut scores, label), alone);
            assert!((alone + scores[label].ln()).abs() < 1e-14);
        }
    }
}
