//! `stance compare`: two models or files of predictions and labelled statements in, how they differ out.

use super::args::CompareArgs;
use super::failure::Failure;
use super::inputs::{
    keep_apart, labelled_options, refuse_input_twice, say_summary, set_threads, thousands,
};
use super::interrupt;
use super::progress::Progress;
use super::systems::{Gold, System, prediction_options, say_read};
use super::terminal::Terminal;
use serde::Serialize;
use serde_json::{Value, json};
use stance::evaluation::Comparison;
use stance::explanation::{WeightChange, weight_changes};
use stance::io::Sink;
use stance::label::{LabelId, LabelSet};
use stance::predictions::Predictions;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The most characters of a statement that are shown.
const SHOWN_TEXT: usize = 160;

pub fn run(args: &CompareArgs, terminal: &Terminal) -> Result<(), Failure> {
    set_threads(args.threads);
    let progress = Progress::new(terminal);
    progress.stage("reading");
    let paths = [&args.first, &args.second];
    let inputs = paths.into_iter().chain(&args.data);
    refuse_input_twice(inputs.clone())?;
    let outputs = (args.json.iter().map(|path| ("--json", path)))
        .chain(args.flips.iter().map(|path| ("--flips", path)));
    keep_apart(outputs, inputs)?;
    if args.flips.as_ref().is_some_and(is_stdin) {
        return Err(Failure::usage(
            "--flips needs the name of a file: standard output carries the report",
        ));
    }
    let json_sink = create(args.json.as_ref(), args.force)?;
    let flips_sink = create(args.flips.as_ref(), args.force)?;

    let options = labelled_options(&args.input, &args.label, None, None)?;
    let prediction_options = prediction_options(&options, &args.matching);
    let first = System::open(&args.first, &prediction_options)?;
    let second = System::open(&args.second, &prediction_options)?;
    let systems = [first, second];
    systems.iter().for_each(|system| say_read(system, terminal));
    let needs_text = systems.iter().any(|system| system.model().is_some());
    let gold = Gold::read(&args.data, &options, needs_text)?;
    say_summary(&gold.summary, terminal);

    progress.stage("scoring");
    let mut set = gold.corpus.label_set().clone();
    for system in &systems {
        set = system.label_set(&set)?;
    }
    let matching = &prediction_options.matching;
    let [a, b] = [0, 1].map(|which: usize| {
        systems[which].predictions(paths[which], &gold, &set, matching, terminal)
    });
    let predictions = [a?, b?];
    let labels = gold.labels(&set);
    progress.stage("drawing intervals");
    let names = paths.map(|path| path.display().to_string());
    let names = [names[0].as_str(), names[1].as_str()];
    let [a, b] = &predictions;
    let comparison = Comparison::new(&set, &labels, names, [a, b], args.seed);
    let flips = Flips {
        gold: &gold,
        labels: &labels,
        set: &set,
        predictions: [a, b],
        id_column: args.matching.id_column.as_deref().unwrap_or("id"),
    };
    let changes = match [systems[0].model(), systems[1].model()] {
        [Some(first), Some(second)] => {
            progress.stage("comparing weights");
            weight_changes(first, second, args.top)
        }
        _ => Vec::new(),
    };
    let methods = methods(&comparison, &systems, &gold, args.seed);
    drop(progress);
    if let Some(mut sink) = flips_sink {
        sink.write(&flips.table())?;
        sink.finish()?;
    }
    if let Some(mut sink) = json_sink {
        let told = Told {
            comparison: &comparison,
            rows: flips.json(args.rows),
            weight_changes: &changes,
            methods: &methods,
        };
        let mut json = serde_json::to_vec_pretty(&told).expect("plain data");
        json.push(b'\n');
        sink.write(&json)?;
        sink.finish()?;
    }
    if args.json.as_ref().is_some_and(is_stdin) {
        return Ok(());
    }
    let mut out = comparison.to_string();
    flips.tell(args.rows, &mut out);
    tell_changes(&changes, &mut out);
    writeln!(out, "\n{methods}").expect("a string takes all");
    terminal.result(&out)
}

fn is_stdin(path: &PathBuf) -> bool {
    path == Path::new("-")
}

fn create(path: Option<&PathBuf>, force: bool) -> Result<Option<Sink>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let sink = Sink::create(path, force)?;
    interrupt::watch(sink.partial());
    Ok(Some(sink))
}

/// The rows that the two systems label differently.
struct Flips<'c> {
    gold: &'c Gold,
    labels: &'c [LabelId],
    set: &'c LabelSet,
    predictions: [&'c Predictions; 2],
    id_column: &'c str,
}

impl Flips<'_> {
    fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        let [a, b] = self.predictions;
        (0..self.labels.len()).filter(move |&row| a.label(row) != b.label(row))
    }

    fn id(&self, row: usize) -> Option<&str> {
        self.gold.corpus.column(self.id_column)?.value(row)
    }

    fn text(&self, row: usize) -> &str {
        match self.gold.has_text {
            true => self.gold.corpus.text(row),
            false => "",
        }
    }

    fn label(&self, which: usize, row: usize) -> &str {
        self.set.name(self.predictions[which].label(row))
    }

    fn confidence(&self, which: usize, row: usize) -> Option<f64> {
        let confidence = self.predictions[which].confidence(row);
        confidence.map(|probability| probability.get())
    }

    /// Which of the two is right: `a`, `b` or `neither`.
    fn right(&self, row: usize) -> &'static str {
        match self.predictions.map(|p| p.label(row) == self.labels[row]) {
            [true, _] => "a",
            [_, true] => "b",
            _ => "neither",
        }
    }

    /// The first `most` rows, for people.
    fn tell(&self, most: usize, out: &mut String) {
        for row in self.rows().take(most) {
            let side = |which: usize| {
                let confidence = self.confidence(which, row);
                let confidence = confidence.map_or(String::new(), |p| format!(" {p:.3}"));
                self.label(which, row).to_owned() + &confidence
            };
            let name = match self.id(row) {
                Some(id) => format!("{} {id}", self.id_column),
                None => format!("line {}", self.gold.corpus.place(row).line),
            };
            writeln!(
                out,
                "\n{name}: gold {}, A {}, B {}",
                self.set.name(self.labels[row]),
                side(0),
                side(1)
            )
            .expect("a string takes all");
            if self.gold.has_text {
                writeln!(out, "  {}", shortened(self.text(row))).expect("a string takes all");
            }
        }
        let more = self.rows().count().saturating_sub(most);
        if more > 0 {
            let more = thousands(more as u64);
            writeln!(
                out,
                "\n({more} more rows flip: --rows N shows more, --flips FILE writes all)"
            )
            .expect("a string takes all");
        }
    }

    /// All of them as CSV.
    fn table(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let has_id = self.gold.corpus.column(self.id_column).is_some();
        let mut head = vec!["file", "line"];
        head.extend(has_id.then_some(self.id_column));
        head.extend([
            "text",
            "label",
            "a",
            "b",
            "probability_a",
            "probability_b",
            "right",
        ]);
        writer.write_record(head).expect("a vector takes all");
        for row in self.rows() {
            let place = self.gold.corpus.place(row);
            let mut record = vec![place.file.to_owned(), place.line.to_string()];
            record.extend(has_id.then(|| self.id(row).unwrap_or_default().to_owned()));
            record.push(self.text(row).to_owned());
            record.push(self.set.name(self.labels[row]).to_owned());
            record.extend([0, 1].map(|which| self.label(which, row).to_owned()));
            record.extend([0, 1].map(|which| {
                let confidence = self.confidence(which, row);
                confidence.map_or(String::new(), |p| format!("{p:.6}"))
            }));
            record.push(self.right(row).to_owned());
            writer.write_record(record).expect("a vector takes all");
        }
        writer.into_inner().expect("a vector takes all")
    }

    fn json(&self, most: usize) -> Vec<Value> {
        let row = |row: usize| {
            let place = self.gold.corpus.place(row);
            json!({
                "file": place.file,
                "line": place.line,
                "id": self.id(row),
                "text": self.gold.has_text.then(|| self.text(row)),
                "label": self.set.name(self.labels[row]),
                "predictions": [self.label(0, row), self.label(1, row)],
                "probabilities": [self.confidence(0, row), self.confidence(1, row)],
                "right": self.right(row),
            })
        };
        self.rows().take(most).map(row).collect()
    }
}

/// One line of at most [`SHOWN_TEXT`] characters.
fn shortened(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let mut line: String = text.chars().map(plain).take(SHOWN_TEXT).collect();
    if text.chars().nth(SHOWN_TEXT).is_some() {
        line.push('…');
    }
    line
}

fn tell_changes(changes: &[WeightChange], out: &mut String) {
    if changes.is_empty() {
        return;
    }
    writeln!(
        out,
        "\nterms whose weights differ most (what one occurrence adds to the log-odds of a label, before length)"
    )
    .expect("a string takes all");
    for change in changes {
        let WeightChange {
            term,
            is_char_ngram,
            label,
            first,
            second,
        } = change;
        let kind = if *is_char_ngram { " (characters)" } else { "" };
        let difference = change.difference();
        writeln!(
            out,
            "{difference:+8.2}  {label}: {term}{kind}, A {first:+.2}, B {second:+.2}"
        )
        .expect("a string takes all");
    }
}

/// What was compared, in plain sentences.
fn methods(comparison: &Comparison, systems: &[System; 2], gold: &Gold, seed: u64) -> String {
    let models: Vec<String> = systems
        .iter()
        .zip(["A", "B"])
        .filter_map(|(system, name)| {
            let model = system.model()?;
            let digest = &model.digest()[..16];
            let version = &model.card().tool_version;
            Some(format!(
                " {name} is a model of stance {version} with digest {digest} (stance inspect --methods describes it)."
            ))
        })
        .collect();
    let digest: String = gold.corpus.digest()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let digest = match gold.has_text {
        true => format!(" The labelled statements have the BLAKE3 digest {digest}."),
        false => String::new(),
    };
    format!(
        "{}{digest}{} Computed with stance {}, seed {seed}.",
        comparison.methods(),
        models.concat(),
        env!("CARGO_PKG_VERSION")
    )
}

/// All that is told, for machines.
#[derive(Serialize)]
struct Told<'t> {
    #[serde(flatten)]
    comparison: &'t Comparison,
    rows: Vec<Value>,
    weight_changes: &'t [WeightChange],
    methods: &'t str,
}
