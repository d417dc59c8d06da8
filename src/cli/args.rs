//! The command line.

use super::export::Scheme;
use super::index::Assumption;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use stance::classifier::{
    ClassWeight, DEFAULT_C, DEFAULT_MAX_DENSE_BYTES, DEFAULT_MAX_ITERATIONS, DEFAULT_TOLERANCE,
};
use stance::features::{DEFAULT_LOG_COUNT_RATIO, Weighting};
use stance::index::{Allocation, Over};
use stance::io::Format;
use stance::model::{DEFAULT_TUNED_C, FoldOrder, Objective};
use stance::statement::Adjudication;
use stance::text::{Language, NameHandling, NgramRange, Punctuation};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// Classify what officials say as hostile, conciliatory or neutral.
///
/// Train a model on labelled statements, score new ones with calibrated probabilities, see why, and measure how good it
/// is. A model is in the box: `stance predict -t "We are ready to talk."`
#[derive(Debug, Parser)]
#[command(
    name = "stance",
    version,
    max_term_width = 100,
    propagate_version = true
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// Give no notices; results, warnings and errors remain
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more: the time of each stage, how the fit went
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train a model on labelled statements
    Train(Box<TrainArgs>),
    /// Score statements: adds the predicted label and a probability for each label
    Predict(Box<PredictArgs>),
    /// Measure a model, or anyone's predictions, on labelled statements that it has not seen
    Evaluate(Box<EvaluateArgs>),
    /// Hold two models, or anyone's predictions, against each other on the same labelled statements
    Compare(Box<CompareArgs>),
    /// Look through labelled statements for what may be wrong: repeats, leaks, wrong labels
    Check(Box<CheckArgs>),
    /// Draw a random sample of scored statements to be coded by hand
    Sample(Box<SampleArgs>),
    /// Find who said what in articles: what is quoted and reported, with speaker, target and offsets
    Quotes(QuotesArgs),
    /// Shares and an index of scored statements, by speaker, target and time, corrected by an audit and with intervals
    Index(Box<IndexArgs>),
    /// How far the index of statements coded by hand depends on who coded, and by which rules
    Sensitivity(Box<SensitivityArgs>),
    /// Write scored quotations as PLOVER-like JSON lines or a GDELT-like table
    Export(Box<ExportArgs>),
    /// Show which words made the prediction
    Explain(ExplainArgs),
    /// Show what a model is made of
    Inspect(InspectArgs),
    /// Write a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the man page
    Man,
}

#[derive(Debug, Args)]
pub struct QuotesArgs {
    /// Articles: text, .html, .pdf and .docx files, one article each; .csv, .tsv and .jsonl files with a row for each; folders of
    /// such files; `-` (also without any) is a text on standard input
    pub articles: Vec<PathBuf>,
    /// Where to write [default: standard output]; .jsonl writes JSON lines, .gz and .zst are packed
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the output file
    #[arg(long)]
    pub force: bool,
    /// Format of the output: csv, tsv or jsonl [default: by its name, or csv]
    #[arg(long, value_parser = Format::from_str, value_name = "FORMAT")]
    pub output_format: Option<Format>,
    /// Encoding of the input, such as windows-1251 or utf-16le [default: utf-8]
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Column (or JSON key) of the article's text
    #[arg(long, default_value = "text", value_name = "NAME")]
    pub text_column: String,
    #[command(flatten)]
    pub of: ArticleArgs,
}

/// How quotations are found in articles.
#[derive(Debug, Args)]
pub struct ArticleArgs {
    /// Column (or JSON key) that names the article, where articles are rows of a table
    #[arg(long, default_value = "article_id", value_name = "NAME")]
    pub id_column: String,
    /// Names to go by in all articles: a table with the columns `alias` and `name`
    #[arg(long, value_name = "FILE")]
    pub aliases: Option<PathBuf>,
    /// More reporting verbs, one or more a line; may have the sections of a word list (docs/quotes.md)
    #[arg(long, value_name = "FILE")]
    pub verbs: Option<PathBuf>,
}

impl ArticleArgs {
    /// The files that are read beside the articles.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.aliases.iter().chain(&self.verbs)
    }
}

/// Where rows come from.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Format of the input: csv, tsv, jsonl, lines or fasttext [default: guessed from name and content]
    #[arg(long, value_parser = Format::from_str, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Encoding of the input, such as windows-1251 or utf-16le [default: utf-8]
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Column (or JSON key) of the statement
    #[arg(long, default_value = "text", value_name = "NAME")]
    pub text_column: String,
}

/// Where labels come from.
#[derive(Debug, Args)]
pub struct LabelArgs {
    /// Column (or JSON key) of the label; for `train` and `evaluate` also one for each coder, separated by commas
    #[arg(long, default_value = "label", value_name = "NAME")]
    pub label_column: String,
    /// Rename labels on reading, such as verbal_conflict=hostile,material_conflict=hostile
    #[arg(long, value_delimiter = ',', value_parser = key_value::<String>, value_name = "A=B,…")]
    pub label_map: Vec<(String, String)>,
    /// Leave out the rows with this label ("" for rows without one); may be repeated
    #[arg(long, value_name = "LABEL")]
    pub drop_label: Vec<String>,
}

/// Labels of several coders.
#[derive(Debug, Args)]
pub struct CoderArgs {
    /// Column (or JSON key) that names the coder, where there is a row for each coder and statement
    #[arg(long, value_name = "NAME")]
    pub coder_column: Option<String>,
    /// How labels of several coders become one: agree (statements on which all agree), majority (ties left out), or soft (a
    /// row for each label, weighing its share) [default: majority]
    #[arg(long, value_parser = Adjudication::from_str, value_name = "HOW")]
    pub adjudicate: Option<Adjudication>,
}

#[derive(Debug, Args)]
pub struct TrainArgs {
    /// Labelled statements; `-` is standard input
    #[arg(required = true)]
    pub data: Vec<PathBuf>,
    /// Where to write the model
    #[arg(short, long, value_name = "FILE")]
    pub model: PathBuf,
    /// Replace the files that are written
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub label: LabelArgs,
    #[command(flatten)]
    pub coders: CoderArgs,
    /// Column (or JSON key) that tells which rows of several coders are of one statement [default: id]
    #[arg(long, value_name = "NAME", requires = "coder_column")]
    pub id_column: Option<String>,
    /// Column (or JSON key) of a row's weight, a positive number
    #[arg(long, value_name = "NAME")]
    pub weight_column: Option<String>,
    #[command(flatten)]
    pub text: TextArgs,
    #[command(flatten)]
    pub fit: FitArgs,
    #[command(flatten)]
    pub validation: ValidationArgs,
    #[command(flatten)]
    pub tuning: TuningArgs,
    /// Also learn from 10, 20, … 100 % of the rows, and say whether more labels would help; takes six times as long
    #[arg(long, help_heading = "Validation and calibration")]
    pub learning_curve: bool,
    #[command(flatten)]
    pub report: ReportArgs,
    /// Labels that are likely wrong in the report; takes up to six cross-validations
    #[arg(long, requires = "report", help_heading = "Report")]
    pub label_errors: bool,
    /// Threads to use [default: all]; results do not depend on it
    #[arg(long, help_heading = "Options", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// The search for settings.
#[derive(Debug, Args)]
#[command(next_help_heading = "Search for settings")]
pub struct TuningArgs {
    /// Search for the settings by cross-validation, and judge the search by running it inside each fold
    #[arg(long)]
    pub tune: bool,
    /// What to look for: macro-f1, log-loss or accuracy
    #[arg(long, requires = "tune", default_value = "macro-f1", value_parser = Objective::from_str, value_name = "FIGURE")]
    pub tune_for: Objective,
    /// Begin no further cells after this time, such as 60s, 5m or 1h; results then depend on the machine
    #[arg(long, requires = "tune", value_parser = duration, value_name = "TIME")]
    pub tune_time: Option<Duration>,
    /// Values of C to try
    #[arg(long, requires = "tune", value_delimiter = ',', default_values_t = DEFAULT_TUNED_C, value_name = "C,…")]
    pub tune_c: Vec<f64>,
    /// Label weights to try
    #[arg(long, requires = "tune", value_enum, value_delimiter = ',', default_values_t = [ClassWeightArg::Balanced, ClassWeightArg::None], value_name = "NAME,…")]
    pub tune_class_weight: Vec<ClassWeightArg>,
    /// Features to try, as options without dashes that replace those of the command, such as 'word-ngrams=1 weighting=count';
    /// may be repeated [default: eight variations of the command's own]
    #[arg(long, requires = "tune", value_name = "OPTIONS")]
    pub tune_features: Vec<String>,
    /// Take the cell that gains most over the settings given after one standard error of the gain is taken off (evidence),
    /// the best, or the simplest within one standard error of the best
    #[arg(long, requires = "tune", value_enum, default_value_t = TuneRule::Evidence)]
    pub tune_rule: TuneRule,
    /// Do not judge the search itself: a third of the time, and figures that flatter
    #[arg(long, requires = "tune")]
    pub no_nested: bool,
    /// Write all cells with their figures to this CSV file
    #[arg(long, requires = "tune", value_name = "FILE")]
    pub tune_table: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TuneRule {
    Evidence,
    Best,
    OneStandardError,
}

fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.find(|c: char| c.is_ascii_alphabetic()) {
        Some(at) => text.split_at(at),
        None => (text, "s"),
    };
    let seconds = match unit {
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err("give seconds (60s), minutes (5m) or hours (1h)".to_owned()),
    };
    let number: f64 = number
        .trim()
        .parse()
        .map_err(|_| "not a time such as 60s".to_owned())?;
    Duration::try_from_secs_f64(number * seconds).map_err(|_| "not a time such as 60s".to_owned())
}

/// From texts to features.
#[derive(Debug, Args)]
#[command(next_help_heading = "Text and features")]
pub struct TextArgs {
    /// Whose stemmer (and case rules) to use, such as english or russian; `none` leaves words as they are
    #[arg(long, default_value = "none", value_parser = Language::from_str, value_name = "LANGUAGE")]
    pub language: Language,
    /// Words to leave out of word n-grams: none, english, or a file with one a line
    #[arg(long, default_value = "none", value_name = "LIST")]
    pub stop_words: String,
    /// Marks between words: each counts as a word (keep), or none is looked at (drop)
    #[arg(long, default_value = "keep", value_parser = Punctuation::from_str, value_name = "KEEP|DROP")]
    pub punctuation: Punctuation,
    /// Names, as capitals inside sentences show them: each counts as its words (keep), or all as one and the same word (mask), so
    /// that no actor or place is learned
    #[arg(long, default_value = "keep", value_parser = NameHandling::from_str, value_name = "KEEP|MASK")]
    pub names: NameHandling,
    /// Column (or JSON key) of who speaks: in the text the names there become ⟦speaker⟧ and other actors ⟦other⟧, so that no
    /// actor is learned; `predict` then needs the column too
    #[arg(long, value_name = "NAME")]
    pub speaker_column: Option<String>,
    /// Column (or JSON key) of who is spoken of or to: its names become ⟦target⟧, other actors ⟦other⟧
    #[arg(long, value_name = "NAME")]
    pub target_column: Option<String>,
    /// Column (or JSON key) whose value is a feature, such as a register; may be repeated
    #[arg(long, value_name = "NAME")]
    pub feature_column: Vec<String>,
    /// Word n-grams, such as 1-2; `none` for none
    #[arg(long, default_value = "1-2", value_parser = optional_range, value_name = "RANGE")]
    pub word_ngrams: OptionalRange,
    /// Character n-grams inside words, such as 2-5; `none` for none
    #[arg(long, default_value = "2-5", value_parser = optional_range, value_name = "RANGE")]
    pub char_ngrams: OptionalRange,
    /// How counts become values: tfidf, count or binary
    #[arg(long, default_value = "tfidf", value_parser = Weighting::from_str, value_name = "NAME")]
    pub weighting: Weighting,
    /// Keep terms that occur in at least this many rows
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub min_df: u32,
    /// Keep at most so many word terms and as many character terms, the most frequent
    #[arg(long, value_name = "N")]
    pub max_features: Option<usize>,
    /// Scale each term by this power of its log-count ratio, which tells how much it sets one label apart; 0 for not
    #[arg(long, default_value_t = DEFAULT_LOG_COUNT_RATIO, value_name = "POWER", value_parser = power, allow_negative_numbers = true)]
    pub log_count_ratio: f64,
    /// Leave out of the model, once fitted, terms of which one occurrence adds less than T to every label's log-odds
    #[arg(long, default_value_t = 0.0, value_name = "T", value_parser = least_log_odds, allow_negative_numbers = true)]
    pub prune: f64,
}

/// An n-gram range or none.
#[derive(Debug, Clone, Copy)]
pub struct OptionalRange(pub Option<NgramRange>);

pub fn optional_range(text: &str) -> Result<OptionalRange, String> {
    if text == "none" {
        return Ok(OptionalRange(None));
    }
    NgramRange::from_str(text)
        .map(|range| OptionalRange(Some(range)))
        .map_err(|e| e.to_string())
}

/// The classifier.
#[derive(Debug, Args)]
#[command(next_help_heading = "Classifier")]
pub struct FitArgs {
    /// Inverse strength of the L2 penalty, as scikit-learn's C
    #[arg(long, default_value_t = DEFAULT_C, value_name = "C", allow_negative_numbers = true)]
    pub c: f64,
    /// Weigh rows so that labels count alike (balanced), or leave them (none)
    #[arg(long, value_enum, default_value_t = ClassWeightArg::Balanced)]
    pub class_weight: ClassWeightArg,
    /// Stop when the gradient has shrunk to this share of its start
    #[arg(long, default_value_t = DEFAULT_TOLERANCE, value_name = "SHARE")]
    pub tolerance: f64,
    /// Stop after so many iterations, converged or not
    #[arg(long, default_value_t = DEFAULT_MAX_ITERATIONS, value_name = "N")]
    pub max_iterations: u32,
    /// Dual coordinate ascent ended by Newton steps where needed, the sparse Newton method alone, or linfa-logistic on a
    /// dense matrix (for small data)
    #[arg(long, value_enum, default_value_t = SolverArg::Dual)]
    pub solver: SolverArg,
    /// The most bytes that linfa's dense matrix may take
    #[arg(long, default_value_t = DEFAULT_MAX_DENSE_BYTES, value_name = "BYTES")]
    pub max_dense_bytes: u64,
}

impl std::fmt::Display for ClassWeightArg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Balanced => "balanced",
            Self::None => "none",
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ClassWeightArg {
    Balanced,
    None,
}

impl From<ClassWeightArg> for ClassWeight {
    fn from(arg: ClassWeightArg) -> Self {
        match arg {
            ClassWeightArg::Balanced => Self::Balanced,
            ClassWeightArg::None => Self::None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SolverArg {
    Dual,
    Newton,
    Linfa,
}

/// Cross-validation and calibration.
#[derive(Debug, Args)]
#[command(next_help_heading = "Validation and calibration")]
pub struct ValidationArgs {
    /// Folds of the cross-validation that measures and calibrates; 0 for neither
    #[arg(long, default_value_t = 5, value_name = "K")]
    pub folds: usize,
    /// Deal rows to folds at random by label (stratified), or in runs as they stand (contiguous)
    #[arg(long, value_enum, default_value_t = FoldOrderArg::Stratified)]
    pub fold_order: FoldOrderArg,
    /// Seed of the random deal, and of the bootstrap
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub seed: u64,
    /// Column (or JSON key) of a speaker or source: no group of rows with one value is both trained on and held out
    #[arg(long, value_name = "NAME")]
    pub group_column: Option<String>,
    /// Column (or JSON key) of a date, such as 2024-06-19: each fold is judged by what learned from earlier rows alone, and
    /// the first rows by nothing
    #[arg(long, value_name = "NAME", conflicts_with = "fold_order")]
    pub time_column: Option<String>,
    /// Fit probabilities to out-of-fold scores, or leave them as they are
    #[arg(long, value_enum, default_value_t = CalibrationArg::Affine)]
    pub calibration: CalibrationArg,
    /// Find, out of fold, the threshold that leaves at most this share of errors, such as 5%; `predict` then marks rows below
    /// it as uncertain
    #[arg(long, value_name = "SHARE", value_parser = error_share, allow_negative_numbers = true)]
    pub target_error: Option<f64>,
    /// Write each row's fold, label, out-of-fold prediction and probabilities to this CSV file
    #[arg(long, value_name = "FILE")]
    pub out_of_fold: Option<PathBuf>,
}

impl ValidationArgs {
    /// The columns that decide on folds.
    pub fn columns(&self) -> impl Iterator<Item = &String> {
        self.group_column.iter().chain(&self.time_column)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FoldOrderArg {
    Stratified,
    Contiguous,
}

impl From<FoldOrderArg> for FoldOrder {
    fn from(arg: FoldOrderArg) -> Self {
        match arg {
            FoldOrderArg::Stratified => Self::Stratified,
            FoldOrderArg::Contiguous => Self::Contiguous,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CalibrationArg {
    Affine,
    None,
}

#[derive(Debug, Args)]
#[command(mut_args = of_articles)]
pub struct PredictArgs {
    /// Statements, or articles with --articles; `-` (also without any) is standard input
    pub data: Vec<PathBuf>,
    /// Score what is quoted in articles (all that `stance quotes` reads): in a terminal a sheet with the words that weigh
    /// marked, elsewhere a row for each quotation, with a column `needs_check`
    #[arg(long, conflicts_with_all = ["text", "format"])]
    pub articles: bool,
    /// Print the sheet also where no terminal is
    #[arg(long, conflicts_with_all = ["output", "output_format", "unknown_words", "reasons", "prefix"])]
    pub sheet: bool,
    #[command(flatten)]
    pub of: ArticleArgs,
    /// A statement to score; may be repeated
    #[arg(short, long, value_name = "TEXT", conflicts_with = "data")]
    pub text: Vec<String>,
    /// The model [default: the one in the box]
    #[arg(short, long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Where to write [default: standard output]; .gz and .zst are packed
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the output file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub input: InputArgs,
    /// Format of the output: csv, tsv, jsonl, lines (the label alone) or fasttext [default: by its name, or as the input]
    #[arg(long, value_parser = Format::from_str, value_name = "FORMAT")]
    pub output_format: Option<Format>,
    /// Add a column `uncertain`: whether the highest probability is below P
    #[arg(long, value_name = "P", value_parser = share, allow_negative_numbers = true)]
    pub threshold: Option<f64>,
    /// Add a column `uncertain` by the threshold that training found for this share of errors, such as 5% [default: the one
    /// of the model, if it was trained with --target-error]
    #[arg(long, value_name = "SHARE", value_parser = error_share, allow_negative_numbers = true, conflicts_with = "threshold")]
    pub target_error: Option<f64>,
    /// Add a column `unknown_words`: the share of the row's words that the model does not know
    #[arg(long)]
    pub unknown_words: bool,
    /// Restate probabilities for this mix of labels, such as hostile=0.2,conciliatory=0.1,neutral=0.7
    #[arg(long, value_delimiter = ',', value_parser = key_value::<f64>, value_name = "LABEL=SHARE,…")]
    pub prior: Vec<(String, f64)>,
    /// Add a column `reasons`: the N words that speak strongest for the prediction
    #[arg(long, value_name = "N")]
    pub reasons: Option<usize>,
    /// Add a column `model_digest`: the model that scored the row, so that `stance index` can tell
    #[arg(long)]
    pub model_digest: bool,
    /// On a row that cannot be read: stop, or keep it with an empty prediction and say why in a column `error`
    #[arg(long, value_enum, default_value_t = OnError::Stop)]
    pub on_error: OnError,
    /// Put this before the name of each added column
    #[arg(
        long,
        default_value = "",
        value_name = "PREFIX",
        hide_default_value = true
    )]
    pub prefix: String,
    /// Threads to use [default: all]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// What counts with `--articles` alone.
fn of_articles(arg: clap::Arg) -> clap::Arg {
    match arg.get_id().as_str() {
        "id_column" | "aliases" | "verbs" | "sheet" => arg.requires("articles"),
        _ => arg,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnError {
    Stop,
    Keep,
}

/// How rows of a file of predictions are read and matched.
#[derive(Debug, Args)]
pub struct PredictionArgs {
    /// Column (or JSON key) of the predicted label; probabilities stand in `prob_<label>`
    #[arg(long, default_value = "prediction", value_name = "NAME")]
    pub prediction_column: String,
    /// Column (or JSON key) that tells which rows belong together; `none` matches predictions by position [default: id if
    /// all files have it, none otherwise]
    #[arg(long, value_name = "NAME")]
    pub id_column: Option<String>,
}

#[derive(Debug, Args)]
#[command(mut_args = only_where_it_counts)]
pub struct EvaluateArgs {
    /// Labelled statements; `-` is standard input
    #[arg(required = true)]
    pub data: Vec<PathBuf>,
    /// The model [default: the one in the box]
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["predictions", "cross_validate"])]
    pub model: Option<PathBuf>,
    /// Measure the predictions in this file, whoever made them
    #[arg(long, value_name = "FILE", conflicts_with = "cross_validate")]
    pub predictions: Option<PathBuf>,
    #[command(flatten)]
    pub matching: PredictionArgs,
    /// Measure what `stance train` with these settings would report, and write no model
    #[arg(long)]
    pub cross_validate: bool,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub label: LabelArgs,
    #[command(flatten)]
    pub coders: CoderArgs,
    /// Column (or JSON key) of a row's weight, a positive number
    #[arg(long, value_name = "NAME")]
    pub weight_column: Option<String>,
    /// Also write the figures as JSON; `-` writes them to standard output instead of the table
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Replace the files that are written
    #[arg(long)]
    pub force: bool,
    /// Threads to use [default: all]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    #[command(flatten)]
    pub text: TextArgs,
    #[command(flatten)]
    pub fit: FitArgs,
    #[command(flatten)]
    pub validation: ValidationArgs,
    #[command(flatten)]
    pub report: ReportArgs,
    /// Statements that the model was trained on, read like the data: the report says how well they can be told from it;
    /// may be repeated
    #[arg(
        long,
        value_name = "FILE",
        requires = "report",
        help_heading = "Report"
    )]
    pub training: Vec<PathBuf>,
}

/// The report as a page.
#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
pub struct ReportArgs {
    /// Write a report with charts to this file: one HTML page without scripts
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Figures for each value of these columns (or JSON keys), such as language,source,year
    #[arg(long, value_delimiter = ',', value_name = "NAME,…")]
    pub by: Vec<String>,
    /// Say whether the model leans on names: mask them, exchange them for others, and look for them, numbers and links among
    /// the heaviest terms; the report of a model has this in any case
    #[arg(long)]
    pub audit: bool,
}

impl ReportArgs {
    /// Whether there is an audit.
    pub fn audits(&self) -> bool {
        self.audit || self.report.is_some()
    }
}

/// Settings of training do nothing without `--cross-validate`, and are then refused.
fn only_where_it_counts(arg: clap::Arg) -> clap::Arg {
    match arg.get_id().as_str() {
        "data" | "model" | "predictions" | "cross_validate" | "format" | "encoding"
        | "text_column" | "label_column" | "label_map" | "drop_label" | "json" | "force"
        | "threads" | "seed" | "coder_column" | "adjudicate" | "quiet" | "verbose" | "help"
        | "version" => arg,
        "prediction_column" => arg.requires("predictions"),
        "report" | "by" => arg,
        // Of a model.
        "audit" | "training" => arg.conflicts_with_all(["predictions", "cross_validate"]),
        "group_column" => arg.conflicts_with("predictions"),
        // For the rows of predictions or of coders, which is looked at later.
        "id_column" => arg,
        _ => arg.requires("cross_validate"),
    }
}

#[derive(Debug, Args)]
pub struct CompareArgs {
    /// A model, or a file of predictions
    #[arg(value_name = "A")]
    pub first: PathBuf,
    /// Another
    #[arg(value_name = "B")]
    pub second: PathBuf,
    /// Labelled statements; `-` is standard input
    #[arg(required = true)]
    pub data: Vec<PathBuf>,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub label: LabelArgs,
    #[command(flatten)]
    pub matching: PredictionArgs,
    /// Show N rows that flip
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub rows: usize,
    /// Write all rows that flip to this CSV file
    #[arg(long, value_name = "FILE")]
    pub flips: Option<PathBuf>,
    /// Of two models, show the N terms whose weights differ most
    #[arg(long, default_value_t = 12, value_name = "N")]
    pub top: usize,
    /// Also write the figures as JSON; `-` writes them to standard output instead of the table
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Replace the files that are written
    #[arg(long)]
    pub force: bool,
    /// Seed of the bootstrap
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub seed: u64,
    /// Threads to use [default: all]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Labelled statements; `-` is standard input
    #[arg(required = true)]
    pub data: Vec<PathBuf>,
    /// Test data, which nothing may leak into; may be repeated [default: nothing may leak between any two files]
    #[arg(long, value_name = "FILE")]
    pub test: Vec<PathBuf>,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub label: LabelArgs,
    /// Column (or JSON key) of who speaks: the same text of another speaker is another statement
    #[arg(long, value_name = "NAME")]
    pub speaker_column: Option<String>,
    /// Column (or JSON key) of who is spoken about, likewise
    #[arg(long, value_name = "NAME")]
    pub target_column: Option<String>,
    /// Texts with fewer words are short
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub min_words: usize,
    /// List the first N findings of each kind
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub top: usize,
    /// List all findings
    #[arg(long, conflicts_with = "top")]
    pub all: bool,
    /// Also write all findings as JSON; `-` writes them to standard output instead of the text
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write the flagged rows with reasons and suggested labels to this CSV file
    #[arg(long, value_name = "FILE")]
    pub flagged: Option<PathBuf>,
    /// Write the out-of-fold probabilities by which labels are judged to this CSV file
    #[arg(long, value_name = "FILE", conflicts_with = "no_label_errors")]
    pub out_of_fold: Option<PathBuf>,
    /// Replace the files that are written
    #[arg(long)]
    pub force: bool,
    /// End with exit code 1 where something is found
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub label_errors: LabelErrorArgs,
    /// Threads to use [default: all]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// How wrong labels are looked for.
#[derive(Debug, Args)]
#[command(next_help_heading = "Wrong labels")]
pub struct LabelErrorArgs {
    /// Do not look for wrong labels, which takes most of the time
    #[arg(long)]
    pub no_label_errors: bool,
    /// Folds of each cross-validation
    #[arg(long, default_value_t = 5, value_name = "K", value_parser = clap::value_parser!(u16).range(2..))]
    pub folds: u16,
    /// Seed of the first deal of rows to folds
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub seed: u64,
    /// Column (or JSON key) of a speaker or source: no label is judged by rows of the same one
    #[arg(long, value_name = "NAME")]
    pub group_column: Option<String>,
    /// Whose stemmer (and case rules) to use, such as english or russian; `none` leaves words as they are
    #[arg(long, default_value = "none", value_parser = Language::from_str, value_name = "LANGUAGE")]
    pub language: Language,
    /// Word n-grams, such as 1-2; `none` for none
    #[arg(long, default_value = "1-2", value_parser = optional_range, value_name = "RANGE")]
    pub word_ngrams: OptionalRange,
    /// Character n-grams inside words, such as 2-5; `none` for none [default: 2-5, and none with over 200,000 rows]
    #[arg(long, value_parser = optional_range, value_name = "RANGE")]
    pub char_ngrams: Option<OptionalRange>,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Statements, each in quotes
    #[arg(required = true, value_name = "TEXT")]
    pub text: Vec<String>,
    /// The model [default: the one in the box]
    #[arg(short, long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Show the N words that weigh most
    #[arg(long, default_value_t = 12, value_name = "N")]
    pub top: usize,
    /// Write everything as JSON, one object a statement
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct SampleArgs {
    /// Scored statements, as `stance predict` writes them; they are read twice
    #[arg(required = true, value_name = "SCORED")]
    pub scored: Vec<PathBuf>,
    /// How many statements to draw
    #[arg(short = 'n', default_value_t = 400, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub n: u32,
    /// Draw from each value of these columns (or JSON keys) separately, such as source,target
    #[arg(long, value_delimiter = ',', value_name = "NAME,…")]
    pub by: Vec<String>,
    /// Draw from each period separately: year, quarter, month, week or day
    #[arg(long, value_parser = Over::from_str, value_name = "PERIOD")]
    pub over: Option<Over>,
    /// Column (or JSON key) of the date: the same words on another day are another statement [default: date, if there is one]
    #[arg(long, value_name = "NAME")]
    pub date_column: Option<String>,
    /// Seed of the random numbers
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub seed: u64,
    /// How many of each value and period: as there are (proportional), the same (equal), or more where the model is less sure
    /// (neyman)
    #[arg(long, default_value_t = Allocation::Proportional, value_parser = Allocation::from_str, value_name = "HOW")]
    pub allocation: Allocation,
    /// Where to write the sample [default: standard output]; .tsv has tabs, .gz and .zst are packed
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write the first N of the sample also for a second coder
    #[arg(long, requires = "second", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub overlap: Option<u32>,
    /// Where to write the second coder's part
    #[arg(long, requires = "overlap", value_name = "FILE")]
    pub second: Option<PathBuf>,
    /// Make this earlier sample larger: its rows and codes are kept; give the same files, seed, --by and --over as then
    #[arg(long, value_name = "FILE")]
    pub resume: Option<PathBuf>,
    /// Replace the files that are written
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub input: InputArgs,
    /// Column (or JSON key) of the predicted label, which the coder does not see; nor `prob_<label>` and what else `predict` adds
    #[arg(long, default_value = "prediction", value_name = "NAME")]
    pub prediction_column: String,
}

#[derive(Debug, Args)]
pub struct IndexArgs {
    /// Scored statements, as `stance predict` writes them
    #[arg(required = true, value_name = "SCORED")]
    pub scored: Vec<PathBuf>,
    /// The audit: what `stance sample` drew from these files, coded by hand
    #[arg(long, value_name = "FILE", conflicts_with = "assume_same_errors")]
    pub gold: Option<PathBuf>,
    /// Column (or JSON key) of the label by hand
    #[arg(long, default_value = "gold", value_name = "NAME")]
    pub gold_column: String,
    /// The file of a second coder (`stance sample --second`), coded: says how far both agree
    #[arg(long, value_name = "FILE", requires = "gold")]
    pub second: Option<PathBuf>,
    /// A row for each value of these columns (or JSON keys), such as speaker,target
    #[arg(long, value_delimiter = ',', value_name = "NAME,…")]
    pub by: Vec<String>,
    /// A row for each period: day, week, month, quarter or year
    #[arg(long, value_parser = Over::from_str, value_name = "PERIOD")]
    pub over: Option<Over>,
    /// Column (or JSON key) of the date: the same words on another day are another statement [default: date, if there is one]
    #[arg(long, value_name = "NAME")]
    pub date_column: Option<String>,
    /// Column (or JSON key) of the article: its statements are no independent evidence [default: article_id, if there is one]
    #[arg(long, value_name = "NAME")]
    pub article_column: Option<String>,
    /// Column (or JSON key) of the source [default: source, if there is one]
    #[arg(long, value_name = "NAME")]
    pub source_column: Option<String>,
    /// Only sources that have rows in every period
    #[arg(long)]
    pub constant_sources: bool,
    /// The label that counts 1
    #[arg(long, default_value = "hostile", value_name = "LABEL")]
    pub positive: String,
    /// The label that counts -1
    #[arg(long, default_value = "conciliatory", value_name = "LABEL")]
    pub negative: String,
    /// Give (h - c)/(h + c) instead of (h - c)/n: the balance among statements that are either
    #[arg(long)]
    pub balance: bool,
    /// Intervals for these statements alone: none where all were audited, and articles do not matter [default: for statements of
    /// their kind, of which there might have been others]
    #[arg(long)]
    pub finite: bool,
    /// Without --gold: correct by what the model did on its training data, which holds only where it errs alike
    #[arg(long, value_enum, value_name = "HOW", num_args = 0..=1, default_missing_value = "counts")]
    pub assume_same_errors: Option<Assumption>,
    /// The model that scored the rows, for --assume-same-errors [default: the one in the box]; refused if `model_digest` tells another
    #[arg(short, long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Cells with fewer audited statements borrow the correction of their by-values in all periods, or of all cells
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub min_audit: u32,
    /// Warn of cells with fewer statements
    #[arg(long, default_value_t = 30, value_name = "N")]
    pub min_n: usize,
    /// Add N draws from the distribution of each index, for models that follow
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u32).range(..=10_000))]
    pub draws: u32,
    /// Seed of the draws
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub seed: u64,
    /// Where to write [default: standard output]; .jsonl writes JSON lines, .gz and .zst are packed
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Format of the output: csv, tsv or jsonl [default: by its name, or csv]
    #[arg(long, value_parser = Format::from_str, value_name = "FORMAT")]
    pub output_format: Option<Format>,
    /// Write a report with charts to this file: one HTML page without scripts
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Replace output files
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub input: InputArgs,
    /// Column (or JSON key) of the predicted label; probabilities stand in `prob_<label>`
    #[arg(long, default_value = "prediction", value_name = "NAME")]
    pub prediction_column: String,
    /// Threads to use [default: all]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

#[derive(Debug, Args)]
pub struct SensitivityArgs {
    /// Statements coded by hand; `-` is standard input
    #[arg(required = true, value_name = "LABELLED")]
    pub labelled: Vec<PathBuf>,
    /// Column (or JSON key) of the label, or one for each coder
    #[arg(
        long,
        default_value = "label",
        value_delimiter = ',',
        value_name = "NAME,…"
    )]
    pub label_column: Vec<String>,
    /// A cell for each value of these columns (or JSON keys), such as speaker,target
    #[arg(long, value_delimiter = ',', value_name = "NAME,…")]
    pub by: Vec<String>,
    /// A cell for each period: day, week, month, quarter or year
    #[arg(long, value_parser = Over::from_str, value_name = "PERIOD")]
    pub over: Option<Over>,
    /// Column (or JSON key) of the date, for --over
    #[arg(long, default_value = "date", value_name = "NAME")]
    pub date_column: String,
    /// The label that counts 1
    #[arg(long, default_value = "hostile", value_name = "LABEL")]
    pub positive: String,
    /// The label that counts -1
    #[arg(long, default_value = "conciliatory", value_name = "LABEL")]
    pub negative: String,
    /// Labels of rows that coders found unclear: once counted as neither, once left out
    #[arg(long, value_delimiter = ',', value_name = "LABEL,…")]
    pub unclear: Vec<String>,
    /// Also label each row by its act: a table with the columns `act` and `label`, empty for acts to leave out; may be repeated
    #[arg(long, value_name = "FILE")]
    pub map: Vec<PathBuf>,
    /// Column (or JSON key) of the act, for --map
    #[arg(long, default_value = "act", value_name = "NAME")]
    pub act_column: String,
    /// Where to write [default: standard output]; .jsonl writes JSON lines, .gz and .zst are packed
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Format of the output: csv, tsv or jsonl [default: by its name, or csv]
    #[arg(long, value_parser = Format::from_str, value_name = "FORMAT")]
    pub output_format: Option<Format>,
    /// Replace the output file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub input: InputArgs,
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Scored quotations, as `stance predict` writes them
    #[arg(required = true, value_name = "SCORED")]
    pub scored: Vec<PathBuf>,
    /// What is written
    #[arg(long, value_enum, value_name = "SCHEME")]
    pub to: Scheme,
    /// Where to write [default: standard output]; .gz and .zst are packed
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the output file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub input: InputArgs,
    /// Column (or JSON key) of the predicted label; probabilities stand in `prob_<label>`
    #[arg(long, default_value = "prediction", value_name = "NAME")]
    pub prediction_column: String,
}

#[derive(Debug, Args)]
pub struct InspectArgs {
    /// The model [default: the one in the box]
    pub model: Option<PathBuf>,
    /// Show the N heaviest terms of each label
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub top: usize,
    /// Write everything as JSON
    #[arg(long)]
    pub json: bool,
    /// Write only a paragraph for a paper's appendix: settings, data, figures, version
    #[arg(long, conflicts_with = "json")]
    pub methods: bool,
}

fn key_value<V: FromStr>(text: &str) -> Result<(String, V), String> {
    let (key, value) = text
        .split_once('=')
        .ok_or_else(|| format!("`{text}` is not NAME=VALUE"))?;
    let value = value.trim();
    let parsed = value
        .parse()
        .map_err(|_| format!("`{value}` cannot be read"))?;
    Ok((key.trim().to_owned(), parsed))
}

fn least_log_odds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(t) if t >= 0.0 && t.is_finite() => Ok(t),
        Ok(_) => Err("give a finite number of log-odds, 0 or more".to_owned()),
        Err(_) => Err("not a number such as 0.1".to_owned()),
    }
}

fn power(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(power) if (0.0..=4.0).contains(&power) => Ok(power),
        Ok(_) => Err("a power lies between 0 and 4".to_owned()),
        Err(_) => Err("not a number such as 0.75".to_owned()),
    }
}

fn error_share(text: &str) -> Result<f64, String> {
    let (number, unit) = match text.trim().strip_suffix('%') {
        Some(number) => (number, 100.0),
        None => (text, 1.0),
    };
    match number.trim().parse::<f64>() {
        Ok(share) if share > 0.0 && share < unit => Ok(share / unit),
        _ => Err("give a share between 0 and 1, such as 5% or 0.05".to_owned()),
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(p) if (0.0..=1.0).contains(&p) => Ok(p),
        Ok(_) => Err("a probability lies between 0 and 1".to_owned()),
        Err(_) => Err("not a number such as 0.5".to_owned()),
    }
}
