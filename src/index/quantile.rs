//! How many standard errors an interval takes.

/// The normal distribution has 95 % between − and + so much.
pub const Z95: f64 = 1.959_963_984_540_054;

/// The same of Student's distribution with `df` degrees of freedom, by the expansion in 1/df of Abramowitz & Stegun (1964,
/// 26.7.5), which is right to 0.2 % from three degrees on; below, between the values of the tables for one, two and three, by their inverse,
/// to 2 %. Infinite below one.
pub fn t95(df: f64) -> f64 {
    if df < 1.0 {
        return f64::INFINITY;
    }
    // By 1/df.
    let between =
        |(x, y): (f64, f64), (to_x, to_y): (f64, f64)| y + (to_y - y) * (1.0 / df - x) / (to_x - x);
    if df < 2.0 {
        return between((0.5, 4.303), (1.0, 12.706));
    }
    if df < 3.0 {
        return between((1.0 / 3.0, 3.182), (0.5, 4.303));
    }
    let z = Z95;
    let powers = [3, 5, 7, 9].map(|power| z.powi(power));
    let [z3, z5, z7, z9] = powers;
    let terms = [
        (z3 + z) / 4.0,
        (5.0 * z5 + 16.0 * z3 + 3.0 * z) / 96.0,
        (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / 384.0,
        (79.0 * z9 + 776.0 * z7 + 1482.0 * z5 - 1920.0 * z3 - 945.0 * z) / 92_160.0,
    ];
    let mut quantile = z;
    let mut divisor = 1.0;
    for term in terms {
        divisor *= df;
        quantile += term / divisor;
    }
    quantile
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (df, expected) in [
            (1.0, 12.706),
            (2.0, 4.303),
            (3.0, 3.182),
            (5.0, 2.571),
            (10.0, 2.228),
            (30.0, 2.042),
            (199.0, 1.972),
            (1e9, Z95),
        ] {
            assert!((t95(df) / expected - 1.0).abs() < 2e-3, "{df}: {}", t95(df));
        }
        assert!(t95(0.0).is_infinite());
    }
}
