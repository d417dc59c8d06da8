//! The findings row by row, for a table that a person works through.

use super::located::LocatedRow;
use super::report::CheckReport;

/// One reason to look at one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Flagged<'c> {
    /// The row.
    pub row: LocatedRow<'c>,
    /// The label that it likely should have, and its probability.
    pub suggested: Option<(&'c str, f64)>,
    /// The reason, such as `duplicate of train.csv:14`.
    pub reason: String,
}

impl<'c> CheckReport<'c> {
    /// Every row with every reason to look at it, by row. Of rows that say the same the first is not flagged, so that what is
    /// flagged can be left out and nothing is lost; of rows that contradict each other all are.
    pub fn flagged(&self) -> Vec<Flagged<'c>> {
        let mut flagged = Vec::new();
        let mut flag = |row: LocatedRow<'c>, suggested, reason: String| {
            flagged.push(Flagged {
                row,
                suggested,
                reason,
            });
        };
        let mut behind_first = |rows: &[LocatedRow<'c>], what: &str| {
            for &row in &rows[1..] {
                flag(
                    row,
                    None,
                    format!("{what} {}:{}", rows[0].file, rows[0].line),
                );
            }
        };
        for repeated in &self.duplicates {
            behind_first(&repeated.rows, "duplicate of");
        }
        for repeated in &self.near_duplicates {
            behind_first(&repeated.rows, "near-duplicate of");
        }
        for repeated in &self.contradictions {
            for &row in &repeated.rows {
                let other = repeated.rows.iter().find(|other| other.label != row.label);
                let other = other.map_or(String::new(), |other| {
                    format!("labelled {} in {}:{}", other.label, other.file, other.line)
                });
                flag(row, None, other);
            }
        }
        for leak in &self.leaks {
            let how = if leak.equal {
                "leak: also in"
            } else {
                "leak: nearly the same in"
            };
            let first = leak.rows[0];
            for &row in leak.rows.iter().filter(|row| row.file != first.file) {
                flag(row, None, format!("{how} {}:{}", first.file, first.line));
            }
        }
        for short in &self.short_texts {
            flag(
                short.row,
                None,
                format!("short text: words {}", short.words),
            );
        }
        for foreign in &self.languages.foreign {
            flag(foreign.row, None, format!("language: {}", foreign.language));
        }
        for suspect in self.label_errors.iter().flat_map(|errors| &errors.suspects) {
            let suggested = Some((suspect.suggested, suspect.probability));
            flag(suspect.row, suggested, "likely label error".to_owned());
        }
        // Stable: reasons stay in the order above.
        flagged.sort_by_key(|flagged| flagged.row.row);
        flagged
    }
}
