//! The steps of the pipeline, timed one by one on texts made here. Each benchmark asserts the answer that it times.
//!
//! ```text
//! cargo bench --bench pipeline                    # all
//! cargo bench --bench pipeline -- --quick score   # fewer samples, one step
//! ```
//!
//! The words are invented: syllables put together, drawn so that the r-th commonest comes about 1/r as often as the
//! commonest (Zipf), with a few words for each label. The texts are the same on every run and machine.

use std::hint::black_box;
use std::io::Cursor;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput};
use stance::classifier::{Hyperparameters, ValidHyperparameters, fit};
use stance::features::weighting::{Scales, Weighting};
use stance::features::{DesignMatrix, EncodedCorpus, Selection, SelectionSettings, Vectorizer};
use stance::io::{
    BlockWriter, Columns, Format, Output, OutputOptions, ReadOptions, Reader, Rows, Scored, Source,
};
use stance::label::LabelSet;
use stance::model::{StanceModel, TrainingSettings, train};
use stance::prediction::Prediction;
use stance::statement::{CorpusBuilder, LabelledCorpus};
use stance::text::{Analyzer, TextSettings};

const LABELS: [&str; 3] = ["conciliatory", "hostile", "neutral"];
const N_WORDS: usize = 20_000;
const WORDS_PER_TEXT: u64 = 18;

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    segment(&mut criterion);
    encode(&mut criterion);
    vectorize(&mut criterion);
    fit_classifier(&mut criterion);
    train_model(&mut criterion);
    score(&mut criterion);
    read_and_write(&mut criterion);
    criterion.final_summary();
}

/// Raw text to word spans.
fn segment(criterion: &mut Criterion) {
    let texts = Texts::new(10_000);
    let analyzer = analyzer();
    let expected: usize = texts.corpus.len() * WORDS_PER_TEXT as usize;
    let mut group = criterion.benchmark_group("segment");
    group.throughput(Throughput::Bytes(texts.bytes));
    group.bench_function(BenchmarkId::from_parameter(texts.size()), |b| {
        b.iter(|| {
            let mut words = 0;
            for row in 0..texts.corpus.len() {
                analyzer.for_each_word(black_box(texts.corpus.text(row)), |_| words += 1);
            }
            assert_eq!(words, expected);
        });
    });
    group.finish();
}

/// A corpus to numbered terms: segmentation, folding, stemming, n-grams of words and characters.
fn encode(criterion: &mut Criterion) {
    let texts = Texts::new(10_000);
    let analyzer = analyzer();
    let expected = encoded(&analyzer, &texts.corpus).n_terms();
    let mut group = criterion.benchmark_group("encode");
    group.throughput(Throughput::Bytes(texts.bytes));
    group.bench_function(BenchmarkId::from_parameter(texts.size()), |b| {
        b.iter(|| {
            let corpus = encoded(&analyzer, black_box(&texts.corpus));
            assert_eq!(corpus.n_terms(), expected);
        });
    });
    group.finish();
}

/// Texts to sparse rows with a frozen vocabulary. The vectoriser is new in each round, so that its cache begins empty.
fn vectorize(criterion: &mut Criterion) {
    let texts = Texts::new(10_000);
    let model = trained(&texts.corpus);
    let corpus = encoded(model.analyzer(), &texts.corpus);
    let rows = all_rows(&texts.corpus);
    // Training's rows of the same texts.
    let selection = Selection::new(&corpus, &rows, SelectionSettings::default());
    let expected = selection.design_matrix(&rows).n_nonzeros();
    let mut group = criterion.benchmark_group("vectorize");
    group.throughput(Throughput::Bytes(texts.bytes));
    group.bench_function(BenchmarkId::from_parameter(texts.size()), |b| {
        b.iter(|| {
            let scales = Scales::new(model.scales(), 1);
            let (analyzer, vocabulary) = (model.analyzer(), model.vocabulary());
            let mut vectorizer = Vectorizer::new(analyzer, vocabulary, scales, Weighting::Tfidf);
            let mut nonzeros = 0;
            for row in 0..texts.corpus.len() {
                let row = vectorizer.vectorize(black_box(texts.corpus.text(row)));
                nonzeros += row.values.len();
            }
            assert_eq!(nonzeros, expected);
        });
    });
    group.finish();
}

/// Sparse rows to weights, words alone.
fn fit_classifier(criterion: &mut Criterion) {
    let texts = Texts::new(10_000);
    let analyzer = Analyzer::new(TextSettings {
        char_ngrams: None,
        ..TextSettings::default()
    })
    .expect("words make features");
    let corpus = encoded(&analyzer, &texts.corpus);
    let rows = all_rows(&texts.corpus);
    let selection = Selection::new(&corpus, &rows, SelectionSettings::default());
    let matrix = selection.design_matrix(&rows);
    let settings =
        linfa::ParamGuard::check(Hyperparameters::new()).expect("the defaults are valid");
    let expected = fitted_objective(&matrix, &texts.corpus, &settings);
    let mut group = criterion.benchmark_group("fit");
    group.throughput(Throughput::Elements(matrix.n_nonzeros() as u64));
    let size = format!("{}x{}", matrix.n_rows(), matrix.n_features());
    group.bench_function(BenchmarkId::from_parameter(size), |b| {
        b.iter(|| {
            let objective = fitted_objective(black_box(&matrix), &texts.corpus, &settings);
            // The same bits, not nearly the same number.
            assert_eq!(objective.to_bits(), expected.to_bits());
        });
    });
    group.finish();
}

fn fitted_objective(
    matrix: &DesignMatrix,
    corpus: &LabelledCorpus,
    settings: &ValidHyperparameters,
) -> f64 {
    let (_, report) = fit(matrix, corpus.labels(), None, LABELS.len(), settings, None)
        .expect("the rows can be fitted");
    assert!(report.converged());
    report.objective
}

/// A corpus to the bytes of a model, with five folds and calibration.
fn train_model(criterion: &mut Criterion) {
    let texts = Texts::new(1_000);
    let settings = TrainingSettings::default();
    let run = || train(&texts.corpus, &settings, &|_| {}).expect("the corpus can be trained on");
    let expected = run().model.digest();
    let mut group = criterion.benchmark_group("train");
    group.sample_size(10);
    group.throughput(Throughput::Elements(texts.corpus.len() as u64));
    group.bench_function(BenchmarkId::from_parameter(texts.size()), |b| {
        b.iter(|| assert_eq!(run().model.digest(), expected));
    });
    group.finish();
}

/// Texts to predictions, one thread, by a model trained on the first fifth of them. The scorer is new in each round.
fn score(criterion: &mut Criterion) {
    let model = trained(&Texts::new(2_000).corpus);
    let texts = Texts::new(10_000);
    let count = || {
        let mut scorer = model.scorer();
        let mut counts = [0u32; LABELS.len()];
        for row in 0..texts.corpus.len() {
            let scored = scorer.score(black_box(texts.corpus.text(row)));
            counts[scored.prediction.label().index()] += 1;
        }
        counts
    };
    let expected = count();
    let mut group = criterion.benchmark_group("score");
    group.throughput(Throughput::Elements(texts.corpus.len() as u64));
    group.bench_function(BenchmarkId::from_parameter(texts.size()), |b| {
        b.iter(|| assert_eq!(count(), expected));
    });
    group.finish();
}

/// CSV in memory to rows, and the same rows with predictions to CSV.
fn read_and_write(criterion: &mut Criterion) {
    let texts = Texts::new(10_000);
    let mut csv = String::from("id,text\n");
    for row in 0..texts.corpus.len() {
        csv.push_str(&format!("{row},\"{}\"\n", texts.corpus.text(row)));
    }
    let labels = LabelSet::new(LABELS).expect("three labels");
    let prediction = Prediction::from_probabilities(&[0.25, 0.25, 0.5]);
    // Each row gains a comma, the label, and three commas with eight characters of probability.
    let header = ",prediction,prob_conciliatory,prob_hostile,prob_neutral".len();
    let expected = csv.len() + header + texts.corpus.len() * (",neutral".len() + 3 * 9);
    let mut group = criterion.benchmark_group("read and write");
    group.throughput(Throughput::Bytes(csv.len() as u64));
    group.bench_function(BenchmarkId::from_parameter(texts.size()), |b| {
        b.iter(|| {
            let mut reader = reader(black_box(&csv));
            let output = Output::new(
                reader.table(),
                Format::CSV,
                &labels,
                OutputOptions::default(),
            )
            .expect("no name is taken");
            let mut written = output.header().len();
            let mut buffer = Vec::new();
            while let Some(block) = reader.next_block().expect("the table is whole") {
                buffer.clear();
                let mut writer = BlockWriter::new(&output, block.table(), &mut buffer);
                let mut rows = Rows::new(&block);
                while let Some(row) = rows.next_row() {
                    let scored = Scored {
                        prediction: &prediction,
                        uncertain: false,
                        reasons: "",
                    };
                    writer.scored(&row, &scored).expect("a good row");
                }
                writer.finish();
                written += buffer.len();
            }
            assert_eq!(written, expected);
        });
    });
    group.finish();
}

fn reader(csv: &str) -> Reader {
    let options = ReadOptions {
        format: Some(Format::CSV),
        columns: Columns::default(),
        ..ReadOptions::default()
    };
    let bytes = Cursor::new(csv.as_bytes().to_vec());
    let source = Source::from_reader("bench.csv", bytes, None).expect("memory can be read");
    Reader::from_source(source, Path::new("bench.csv"), options).expect("it has the column")
}

fn analyzer() -> Analyzer {
    Analyzer::new(TextSettings::default()).expect("the defaults make features")
}

fn encoded(analyzer: &Analyzer, corpus: &LabelledCorpus) -> EncodedCorpus {
    EncodedCorpus::new(analyzer, corpus.len(), |row| corpus.text(row)).expect("small enough")
}

fn all_rows(corpus: &LabelledCorpus) -> Vec<u32> {
    (0..corpus.len() as u32).collect()
}

fn trained(corpus: &LabelledCorpus) -> StanceModel {
    let settings = TrainingSettings {
        folds: 0,
        ..TrainingSettings::default()
    };
    let trained = train(corpus, &settings, &|_| {}).expect("the corpus can be trained on");
    trained.model
}

/// Labelled texts of invented words.
struct Texts {
    corpus: LabelledCorpus,
    /// Of all texts together.
    bytes: u64,
}

impl Texts {
    /// `n_rows` texts of [`WORDS_PER_TEXT`] words; labels take turns.
    fn new(n_rows: usize) -> Self {
        let words: Vec<String> = (0..N_WORDS as u64).map(word).collect();
        let mut random = Lcg(17);
        let mut builder = CorpusBuilder::new();
        let mut bytes = 0;
        for row in 0..n_rows {
            let label = row % LABELS.len();
            let mut text = String::new();
            for place in 0..WORDS_PER_TEXT {
                if place > 0 {
                    text.push_str(if random.below(9) == 0 { ", " } else { " " });
                }
                // One word in twelve leans to the label.
                let rank = if random.below(12) == 0 {
                    300 + 50 * label + random.zipf(50)
                } else {
                    random.zipf(N_WORDS)
                };
                text.push_str(&words[rank]);
            }
            text.push('.');
            bytes += text.len() as u64;
            builder.push(&text, LABELS[label], 1.0);
        }
        Self {
            corpus: builder.build().expect("three labels"),
            bytes,
        }
    }

    /// For a benchmark's name.
    fn size(&self) -> String {
        format!("{} texts, {} kB", self.corpus.len(), self.bytes / 1000)
    }
}

/// The word of this rank: its number in syllables, the commonest words the shortest.
fn word(rank: u64) -> String {
    const SYLLABLES: [&str; 16] = [
        "ta", "re", "mi", "so", "lun", "ka", "ver", "do", "pel", "ni", "gar", "to", "sel", "bra",
        "zim", "u",
    ];
    let mut rest = rank + 16;
    let mut word = String::new();
    while rest > 0 {
        word.push_str(SYLLABLES[(rest % 16) as usize]);
        rest /= 16;
    }
    word
}

/// Knuth's MMIX linear congruential generator.
struct Lcg(u64);

impl Lcg {
    /// A number below `n`.
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    /// A rank below `n`, rank r with a probability of about 1/(r + 1) of the first's.
    fn zipf(&mut self, n: usize) -> usize {
        let unit = self.below(1 << 30) as f64 / f64::from(1u32 << 30);
        let rank = libm::exp(unit * libm::log(n as f64 + 1.0)) - 1.0;
        (rank as usize).min(n - 1)
    }
}
