//! `stance index`: scored rows and an audit in, a row for each cell out.

use super::args::IndexArgs;
use super::audit_file::{Audit, read_audit};
use super::failure::Failure;
use super::index_layout::Look;
use super::index_rows::{Read, read_rows};
use super::inputs::{
    keep_apart, open_model, refuse_input_twice, set_threads, table_format, thousands,
};
use super::progress::Progress;
use super::second_coder::say_agreement;
use super::terminal::Terminal;
use super::{index_table, interrupt, report};
use stance::index::Population;
use stance::index::cells::{Cell, Figure, Method, Source, cells};
use stance::index::rows::{NO_CELL, SEPARATOR, ScoredRows};
use stance::io::{DIGEST_LENGTH, Sink};
use stance::report::IndexPage;
use std::path::Path;

/// Corrections that `--assume-same-errors` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Assumption {
    /// The confusion matrix of the training data (adjusted counts)
    Counts,
    /// Calibrated probabilities (expectation-maximisation)
    Em,
}

pub fn run(args: &IndexArgs, terminal: &Terminal) -> Result<(), Failure> {
    let n_workers = set_threads(args.threads);
    let outputs = args.output.iter().map(|path| ("--output", path));
    let outputs = outputs.chain(args.report.iter().map(|path| ("--report", path)));
    let inputs = args.scored.iter().chain(&args.gold).chain(&args.second);
    let inputs = inputs.chain(&args.model);
    refuse_input_twice(inputs.clone())?;
    keep_apart(outputs, inputs)?;
    let (format, output) = (args.output_format, args.output.as_deref());
    let format = table_format(format, output, "an index is written as csv, tsv or jsonl")?;
    let page_sink = report::sink_at(args.report.as_deref(), args.force)?;
    let progress = Progress::new(terminal);
    let look = Look::new(args)?;
    let labels = look.layout.labels.clone();
    let figure = figure(args, &labels)?;
    let model = match args.assume_same_errors {
        None => None,
        Some(assumption) => Some(Assumed::new(args, assumption, &labels)?),
    };
    let audit = match &args.gold {
        None => Audit::default(),
        Some(path) => read_audit(path, args, &labels)?,
    };
    if let Some(second) = &args.second {
        say_agreement(&audit, second, args, &labels, terminal)?;
    }
    let path = output.unwrap_or(Path::new("-"));
    let table = index_table::Table::new(args, &labels, figure, &look.layout)?;
    let mut sink = Sink::create(path, args.force)?;
    interrupt::watch(sink.partial());
    let read = read_rows(args, look, &audit, n_workers, &progress)?;
    let rows = &read.rows;
    drop(progress);
    check_digest(&read, args)?;
    let links = audit.links(rows)?;
    let source = match (&args.gold, &model) {
        (Some(_), _) => Source::Audit {
            links: &links,
            least: args.min_audit as usize,
        },
        (None, Some(Assumed::Counts(counts))) => Source::Counts(counts),
        (None, Some(Assumed::Trained(shares))) => Source::Trained(shares),
        (None, None) => Source::Nothing,
    };
    let population = match args.finite {
        true => Population::Finite,
        false => Population::Super,
    };
    let constant = match args.constant_sources {
        true => Some(constant_sources(rows, terminal)?),
        false => None,
    };
    let keeps = |row: usize| {
        let constant = constant.as_ref();
        constant.is_none_or(|constant| constant[rows.source(row) as usize])
    };
    let has_period = args.over.is_some();
    let found = cells(rows, &source, population, figure, has_period, keeps);
    table.write(&found, format, &mut sink)?;
    sink.finish()?;
    let cautions = cautions(args, &read, &audit);
    if let Some(sink) = page_sink {
        let html = page(args, &read, &labels, figure, &found, &cautions).html();
        report::write_html(&html.expect("a string takes all"), sink)?;
    }
    audit.say_open(terminal);
    for caution in &cautions {
        terminal.warning(format_args!("{caution}"));
    }
    say(args, &found, terminal);
    Ok(())
}

/// What the index is made of.
fn figure(args: &IndexArgs, labels: &[String]) -> Result<Figure, Failure> {
    let of = |name: &String| {
        let position = labels.iter().position(|label| label == name);
        position.ok_or_else(|| {
            Failure::usage(format!(
                "no label `{name}`; the scored rows have {}",
                labels.join(", ")
            ))
        })
    };
    let (positive, negative) = (of(&args.positive)?, of(&args.negative)?);
    if positive == negative {
        return Err(Failure::usage(format!(
            "--positive and --negative are both `{}`; an index takes two labels",
            args.positive
        )));
    }
    Ok(Figure {
        positive,
        negative,
        balance: args.balance,
    })
}

/// What is wrong with the rows, and with the audit.
fn cautions(args: &IndexArgs, read: &Read, audit: &Audit) -> Vec<String> {
    let mut cautions = Vec::new();
    if read.n_failed > 0 {
        cautions.push(format!(
            "{} rows have no prediction and are left out",
            thousands(read.n_failed)
        ));
    }
    if let Some(place) = &read.first_contradicted {
        cautions.push(format!(
            "{} rows (the first: {place}) have another label in `{}` than the most probable one; probabilities count, not \
             that column",
            thousands(read.n_contradicted),
            args.prediction_column
        ));
    }
    if args.gold.is_some() {
        cautions.extend(audit.cautions(&read.rows));
    }
    cautions
}

/// What is to be known of the cells.
fn say(args: &IndexArgs, found: &[Cell], terminal: &Terminal) {
    let small = found.iter().filter(|cell| cell.n < args.min_n).count();
    if small > 0 {
        terminal.warning(format_args!(
            "{small} of {} cells have fewer than {} statements; read them with care, or take longer periods (--min-n)",
            found.len(),
            args.min_n
        ));
    }
    let count = |method: &Method| found.iter().filter(|cell| cell.method == *method).count();
    let borrowing = || found.iter().filter(|cell| cell.method.borrows());
    let borrowed = borrowing().count();
    if borrowed > 0 {
        terminal.warning(format_args!(
            "{borrowed} of {} cells have fewer than {} audited statements (--min-audit), or of one article alone, and borrow \
             the correction of others: that holds only as far as the classifier errs there as it does in these",
            found.len(),
            args.min_audit
        ));
    }
    let of_one_cell = |cell: &&Cell| cell.index.se.is_nan() && (cell.n_articles > 1 || args.finite);
    let unknown = borrowing().filter(of_one_cell).count();
    if unknown > 0 {
        terminal.warning(format_args!(
            "{unknown} of {} cells borrow from a single audited cell, which does not tell how cells differ: they have no \
             interval; audit statements of more cells",
            found.len()
        ));
    }
    if args.gold.is_none() {
        terminal.warning(match args.assume_same_errors {
            None => {
                "without --gold these are counts of predicted labels, which are biased; draw an audit with `stance sample`"
            }
            Some(_) => {
                "the correction assumes that the classifier errs as on its training data, in every cell; draw an audit with `stance sample` to know"
            }
        });
    } else if count(&Method::Uncorrected) > 0 {
        terminal.warning(format_args!(
            "{} of {} cells are not corrected: the audit has coded statements of one article alone",
            count(&Method::Uncorrected),
            found.len()
        ));
    }
}

/// Refuses rows that several models scored, or another than the one that was given.
fn check_digest(read: &Read, args: &IndexArgs) -> Result<(), Failure> {
    let digests = read.rows.digests();
    if let [first, second, ..] = digests {
        return Err(Failure::failed(format!(
            "the rows are scored by several models (`model_digest` {first}, {second}); score all with one"
        )));
    }
    let (Some(digest), Some(path)) = (digests.first(), &args.model) else {
        return Ok(());
    };
    let model = open_model(Some(path))?;
    let known = model.digest();
    match known.starts_with(digest.as_str()) {
        true => Ok(()),
        false => Err(Failure::failed(format!(
            "the rows are scored by the model {digest}, and {} is {}; give the model that scored them",
            path.display(),
            &known[..DIGEST_LENGTH]
        ))),
    }
}

/// What the report shows.
fn page<'a>(
    args: &'a IndexArgs,
    read: &Read,
    labels: &'a [String],
    figure: Figure,
    found: &'a [Cell],
    cautions: &'a [String],
) -> IndexPage<'a> {
    IndexPage {
        n_files: args.scored.len(),
        n_rows: read.rows.n_rows() as u64,
        n_failed: read.n_failed,
        constant_sources: args.constant_sources,
        finite: args.finite,
        cautions,
        by: &args.by,
        over: args.over,
        labels,
        signs: (figure.positive, figure.negative),
        balance: figure.balance,
        least_audit: args.min_audit as usize,
        least_n: args.min_n,
        cells: found.iter().collect(),
    }
}

/// What `--assume-same-errors` takes from the model.
enum Assumed {
    Counts(Vec<Vec<u64>>),
    Trained(Vec<f64>),
}

impl Assumed {
    fn new(args: &IndexArgs, assumption: Assumption, labels: &[String]) -> Result<Self, Failure> {
        let model = open_model(args.model.as_ref())?;
        let mut known = model.labels().names().to_vec();
        known.sort_unstable();
        let mut ours = labels.to_vec();
        ours.sort_unstable();
        if known != ours {
            return Err(Failure::failed(format!(
                "the model's labels are {}, those of the scored rows {}; give the model that scored them with -m",
                known.join(", "),
                ours.join(", ")
            )));
        }
        let card = model.card();
        let record = card.training.cross_validation.as_ref().ok_or_else(|| {
            Failure::failed("the model has no out-of-fold figures; train it with cross-validation")
        })?;
        // In the order of the columns.
        let place = |name: &String| {
            let names = model.labels().names();
            names.iter().position(|label| label == name).unwrap_or(0)
        };
        let order: Vec<usize> = labels.iter().map(place).collect();
        Ok(match assumption {
            Assumption::Counts => Self::Counts(
                order
                    .iter()
                    .map(|&gold| {
                        order
                            .iter()
                            .map(|&label| record.confusion[gold][label])
                            .collect()
                    })
                    .collect(),
            ),
            Assumption::Em => {
                let totals: Vec<f64> = order
                    .iter()
                    .map(|&gold| record.confusion[gold].iter().sum::<u64>() as f64)
                    .collect();
                let all: f64 = totals.iter().sum();
                Self::Trained(totals.iter().map(|total| total / all).collect())
            }
        })
    }
}

/// Which sources have rows in every period.
fn constant_sources(rows: &ScoredRows, terminal: &Terminal) -> Result<Vec<bool>, Failure> {
    let of_cell: Vec<&str> = rows.cells().iter().map(|name| period(name)).collect();
    let mut periods = of_cell.clone();
    periods.sort_unstable();
    periods.dedup();
    periods.retain(|&period| period != NO_CELL);
    let of_cell: Vec<Option<usize>> = (of_cell.iter())
        .map(|period| periods.binary_search(period).ok())
        .collect();
    let n = periods.len();
    let mut seen = vec![false; rows.sources().len() * n];
    for row in 0..rows.n_rows() {
        if let Some(period) = of_cell[rows.cell(row) as usize] {
            seen[rows.source(row) as usize * n + period] = true;
        }
    }
    let is_constant = |(source, name): (usize, &String)| {
        !name.is_empty() && seen[source * n..(source + 1) * n].iter().all(|&seen| seen)
    };
    let constant: Vec<bool> = rows.sources().iter().enumerate().map(is_constant).collect();
    let n_constant = constant.iter().filter(|&&constant| constant).count();
    let n_named = rows
        .sources()
        .iter()
        .filter(|name| !name.is_empty())
        .count();
    let told = format!("{n_constant} of {n_named} sources have rows in all {n} periods");
    if n_constant == 0 {
        return Err(Failure::failed(format!(
            "{told}, so that --constant-sources leaves nothing; take longer periods, or fewer files"
        )));
    }
    terminal.notice(format_args!("{told} and are kept"));
    Ok(constant)
}

/// What stands last in the name of a cell.
fn period(name: &str) -> &str {
    name.rsplit(SEPARATOR).next().unwrap_or_default()
}
