//! The report as a person reads it: a line for each kind of finding, then the first few of each.

use super::columns::{TellingColumn, View};
use super::located::LocatedRow;
use super::report::CheckReport;
use crate::evaluation::table::{shortened, shown};
use std::fmt;

/// Columns of a line that a text may take.
const TEXT_WIDTH: usize = 80;
/// Rows shown of one group.
const GROUP_ROWS: usize = 4;
/// Labels, languages or files named in one line.
const NAMED: usize = 8;

/// A report, laid out with `Display`.
#[derive(Debug, Clone, Copy)]
pub struct CheckText<'a, 'c> {
    /// The report.
    pub report: &'a CheckReport<'c>,
    /// How many of each kind of finding to list; `None` lists all.
    pub top: Option<usize>,
}

impl fmt::Display for CheckText<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_summary(f)?;
        let report = self.report;
        let of = |repeated: &[super::Repeated<'_>]| -> Vec<Vec<String>> {
            repeated
                .iter()
                .map(|repeated| group(&repeated.rows))
                .collect()
        };
        let leaks: Vec<Vec<String>> = report.leaks.iter().map(|leak| group(&leak.rows)).collect();
        self.write_list(f, "Under several labels", &of(&report.contradictions))?;
        self.write_list(f, "Leaks", &leaks)?;
        self.write_list(f, "Duplicates", &of(&report.duplicates))?;
        self.write_list(f, "Near-duplicates", &of(&report.near_duplicates))?;
        let short = report
            .short_texts
            .iter()
            .map(|short| vec![line(&short.row, None)]);
        self.write_list(f, "Short texts", &short.collect::<Vec<_>>())?;
        let foreign = report.languages.foreign.iter();
        let foreign = foreign.map(|foreign| vec![line(&foreign.row, Some(foreign.language))]);
        self.write_list(f, "In another language", &foreign.collect::<Vec<_>>())?;
        let columns = report.columns.iter().map(telling);
        self.write_list(
            f,
            "Columns that tell the label",
            &columns.collect::<Vec<_>>(),
        )?;
        let suspects = report
            .label_errors
            .iter()
            .flat_map(|errors| &errors.suspects);
        let suspects = suspects.map(|suspect| {
            let suggested = shown(suspect.suggested);
            vec![line(
                &suspect.row,
                Some(&format!("→ {suggested} {:.3}", suspect.probability)),
            )]
        });
        self.write_list(
            f,
            "Labels that are likely wrong",
            &suspects.collect::<Vec<_>>(),
        )
    }
}

impl CheckText<'_, '_> {
    fn write_summary(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = self.report;
        let files = named(report.files.iter().map(|file| {
            let test = if file.test { " (test)" } else { "" };
            format!("{}{test} {}", file.file, file.rows)
        }));
        writeln!(f, "{} rows: {files}\n", report.rows)?;
        let labels = &report.labels;
        let counts = labels.counts.iter();
        let mut said = named(counts.map(|count| format!("{} {}", shown(&count.label), count.rows)));
        if !labels.rare.is_empty() {
            said += &format!(
                "; RARE: {}",
                named(labels.rare.iter().map(|name| shown(name)))
            );
        }
        if labels.imbalanced {
            said += "; OUT OF BALANCE: averages over labels hang on few rows";
        }
        for alike in &labels.look_alikes {
            said += &format!(
                "; ALIKE: {}",
                named(alike.iter().map(|name| format!("`{}`", shown(name))))
            );
        }
        row(f, "labels", &said)?;
        let differ = |repeated: &[super::Repeated<'_>]| match repeated
            .iter()
            .filter(|repeated| repeated.labels_differ)
            .count()
        {
            0 => String::new(),
            n => format!(", {n} of them under several labels"),
        };
        let surplus = |repeated: &[super::Repeated<'_>]| -> usize {
            repeated
                .iter()
                .map(|repeated| repeated.rows.len() - 1)
                .sum()
        };
        let equal = &report.duplicates;
        row(
            f,
            "duplicates",
            &found(equal.len(), || {
                format!(
                    "{} more than once, {} too many{}",
                    texts(equal.len()),
                    rows(surplus(equal)),
                    differ(equal)
                )
            }),
        )?;
        let near = &report.near_duplicates;
        row(
            f,
            "near-duplicates",
            &found(near.len(), || {
                let n_rows: usize = near.iter().map(|near| near.rows.len()).sum();
                format!(
                    "{} of {}{}",
                    plural(near.len(), "group"),
                    rows(n_rows),
                    differ(near)
                )
            }),
        )?;
        row(
            f,
            "contradictions",
            &found(report.contradictions.len(), || {
                format!(
                    "{} under several labels",
                    texts(report.contradictions.len())
                )
            }),
        )?;
        let leaks = match (report.files.len(), report.tested) {
            (1, _) => "one file: nothing to leak into".to_owned(),
            (_, tested) => found(report.leaks.len(), || {
                let equal = report.leaks.iter().filter(|leak| leak.equal).count();
                let between = if tested {
                    "in training and test data"
                } else {
                    "in several files"
                };
                format!(
                    "{} {between}, {} nearly so",
                    texts(equal),
                    report.leaks.len() - equal
                )
            }),
        };
        row(f, "leaks", &leaks)?;
        row(
            f,
            "short texts",
            &found(report.short_texts.len(), || {
                let empty = report
                    .short_texts
                    .iter()
                    .filter(|short| short.words == 0)
                    .count();
                format!(
                    "{} with fewer than {} words, {empty} of them with none",
                    rows(report.short_texts.len()),
                    report.min_words
                )
            }),
        )?;
        let languages = &report.languages;
        let counts = languages.counts.iter();
        let mut said = named(counts.map(|count| format!("{} {}", count.language, count.rows)));
        if languages.unclear > 0 {
            let and = if said.is_empty() { "" } else { ", " };
            said += &format!("{and}too short or unclear {}", languages.unclear);
        }
        row(f, "languages", &said)?;
        row(
            f,
            "telling columns",
            &found(report.columns.len(), || {
                let names = report.columns.iter().map(column_name);
                named(names)
            }),
        )?;
        let said = match &report.label_errors {
            None => "not looked for".to_owned(),
            Some(errors) => match &errors.not_looked_for {
                Some(why) => format!("not looked for: {why}"),
                None => found(errors.suspects.len(), || {
                    format!(
                        "{}; about {:.1} % of all labels look wrong to a classifier that agrees with {:.0} %",
                        rows(errors.suspects.len()),
                        100.0 * errors.noise_rate,
                        100.0 * errors.agreement
                    )
                }),
            },
        };
        row(f, "label errors", &said)
    }

    /// The first of the `findings`, each of one or more lines.
    fn write_list(
        &self,
        f: &mut fmt::Formatter<'_>,
        title: &str,
        findings: &[Vec<String>],
    ) -> fmt::Result {
        let listed = self.top.unwrap_or(findings.len()).min(findings.len());
        if listed == 0 {
            return Ok(());
        }
        if listed < findings.len() {
            writeln!(f, "\n{title} ({listed} of {})", findings.len())?;
        } else {
            writeln!(f, "\n{title}")?;
        }
        for lines in &findings[..listed] {
            for (at, line) in lines.iter().enumerate() {
                let mark = if at == 0 { "- " } else { "  " };
                writeln!(f, "{mark}{line}")?;
            }
        }
        Ok(())
    }
}

/// A line of the summary.
fn row(f: &mut fmt::Formatter<'_>, name: &str, said: &str) -> fmt::Result {
    writeln!(f, "{name:<15}  {said}")
}

fn found(n: usize, said: impl FnOnce() -> String) -> String {
    if n == 0 {
        "none found".to_owned()
    } else {
        said()
    }
}

fn plural(n: usize, what: &str) -> String {
    if n == 1 {
        format!("1 {what}")
    } else {
        format!("{n} {what}s")
    }
}

fn rows(n: usize) -> String {
    plural(n, "row")
}

fn texts(n: usize) -> String {
    plural(n, "text")
}

/// The first few, and how many more there are.
fn named(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(NAMED);
    let mut said = names.take(NAMED).collect::<Vec<_>>().join(", ");
    if more > 0 {
        said += &format!(" and {more} more");
    }
    said
}

/// `file:line  label  text`.
fn line(row: &LocatedRow<'_>, note: Option<&str>) -> String {
    let note = note.map_or(String::new(), |note| format!(" {note}"));
    let text = shortened(row.text, TEXT_WIDTH);
    format!(
        "{}:{}  {}{note}  {text}",
        row.file,
        row.line,
        shown(row.label)
    )
}

/// The first rows of a group, a line each.
fn group(rows: &[LocatedRow<'_>]) -> Vec<String> {
    let mut lines: Vec<String> = rows
        .iter()
        .take(GROUP_ROWS)
        .map(|row| line(row, None))
        .collect();
    if rows.len() > GROUP_ROWS {
        lines.push(format!("and {} more", rows.len() - GROUP_ROWS));
    }
    lines
}

fn column_name(telling: &TellingColumn) -> String {
    let column = telling
        .column
        .as_ref()
        .map(|name| shown(name))
        .unwrap_or_default();
    match telling.view {
        View::Value => format!("`{column}`"),
        View::Prefix => format!("`{column}` (its beginning)"),
        View::Number => format!("`{column}` (its number)"),
        View::Order => format!("`{column}` (its order)"),
        View::Rows => "the order of the rows".to_owned(),
    }
}

fn telling(telling: &TellingColumn) -> Vec<String> {
    let mut lines = vec![format!(
        "{} tells {:.1} % of the labels from other rows, {:.1} % by chance (mean recall)",
        column_name(telling),
        100.0 * telling.balanced_accuracy,
        100.0 * telling.chance
    )];
    lines.extend(telling.examples.iter().map(|example| {
        let (value, label) = (shown(&example.value), shown(&example.label));
        format!(
            "`{value}`: {} of {} are {label}",
            example.rows_with_label,
            rows(example.rows as usize)
        )
    }));
    lines
}
