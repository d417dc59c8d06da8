//! Raw texts to words, and distinct words to what features are made of.

use std::cell::LazyCell;
use std::collections::HashSet;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use stance::text::{Analyzer, Language, NgramRange, Stemmer, TextSettings, WordForm};

use crate::prepared::analyzer;
use crate::texts::{Kind, Texts};

const N_WORDS: usize = 180_000;

/// Raw text to word spans.
pub fn segment(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("segment");
    for kind in Kind::ALL {
        let texts = Texts::new(kind, N_WORDS);
        let analyzer = analyzer(TextSettings::default());
        group.throughput(Throughput::Bytes(texts.bytes));
        group.bench_function(BenchmarkId::new(kind.name(), texts.size()), |b| {
            b.iter(|| {
                let mut words = 0;
                for text in texts.iter() {
                    analyzer.for_each_word(black_box(text), |span, _| {
                        black_box(span);
                        words += 1;
                    });
                }
                assert_eq!(words, texts.n_words);
            });
        });
    }
    group.finish();
}

/// Distinct words to folded forms, stems and character n-grams. How long the texts are makes no difference here.
pub fn analyse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("analyse");
    for kind in Kind::SHORT {
        let texts = Texts::new(kind, N_WORDS);
        let words = distinct_words(&texts);
        let bytes: usize = words.iter().map(|word| word.len()).sum();
        group.throughput(Throughput::ElementsAndBytes {
            elements: words.len() as u64,
            bytes: bytes as u64,
        });
        for language in [Language::None, kind.script.language] {
            let analyzer = analyzer(TextSettings {
                language,
                ..TextSettings::default()
            });
            let expected = LazyCell::new(|| expected_parts(&analyzer, &words));
            let name = format!("{}, stemmer {language}", kind.script.name);
            let size = format!("{} words, {} kB", words.len(), bytes / 1000);
            group.bench_function(BenchmarkId::new(name, size), |b| {
                let expected = *expected;
                b.iter(|| assert_eq!(parts(&analyzer, black_box(&words)), expected));
            });
        }
    }
    group.finish();
}

/// The bytes of all tokens, and how many character n-grams there are.
type Parts = (usize, usize);

fn parts(analyzer: &Analyzer, words: &[&str]) -> Parts {
    let mut form = WordForm::default();
    let (mut token_bytes, mut ngrams) = (0, 0);
    for word in words {
        analyzer.analyze(word, &mut form);
        token_bytes += form.token().map_or(0, str::len);
        analyzer.for_each_char_ngram(&mut form, |ngram| {
            black_box(ngram);
            ngrams += 1;
        });
    }
    (token_bytes, ngrams)
}

/// The same by another road: the stemmer alone, and n-grams by the number of characters.
fn expected_parts(analyzer: &Analyzer, words: &[&str]) -> Parts {
    let stemmer = Stemmer::new(analyzer.settings().language);
    let range = analyzer.settings().char_ngrams.expect("2-5 by default");
    let mut form = WordForm::default();
    let (mut token_bytes, mut ngrams) = (0, 0);
    for word in words {
        analyzer.analyze(word, &mut form);
        token_bytes += stemmer.stem(form.folded()).len();
        ngrams += n_ngrams(form.folded().chars().count(), range);
    }
    (token_bytes, ngrams)
}

/// With a space on either side, a word of c characters has c + 3 − n n-grams of each n. From where n reaches its whole
/// length, it gives itself once.
fn n_ngrams(characters: usize, range: NgramRange) -> usize {
    let padded = characters + 2;
    let inner: usize = (range.min()..=range.max().min(padded - 1))
        .map(|n| padded + 1 - n)
        .sum();
    inner + usize::from(padded <= range.max())
}

/// Surface forms by first occurrence, the order in which training and scoring meet them.
fn distinct_words(texts: &Texts) -> Vec<&str> {
    let analyzer = analyzer(TextSettings::default());
    let mut seen = HashSet::new();
    let mut words = Vec::new();
    for text in texts.iter() {
        analyzer.for_each_word(text, |span, _| {
            let word = span.of(text);
            if seen.insert(word) {
                words.push(word);
            }
        });
    }
    words
}
