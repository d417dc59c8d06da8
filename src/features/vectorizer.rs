//! Scoring's side of the features: raw texts in, their weighted features out.
//!
//! A batch of texts is looked up step by step – words, then pairs of them, then longer n-grams – and each step first
//! reads for the whole batch what it will need. Nearly all time of scoring goes into waiting for memory, and waiting for
//! many places side by side takes as long as waiting for one. What a text gives does not depend on the batch.

use super::ngram_levels::NONE;
use super::sparse::FeatureId;
use super::vocabulary::{CharCandidate, NgramCandidate, VocabularyView};
use super::weighting::{RowCounts, Scales, Weigher, Weighting};
use super::word_cache::{Probe, Token, Word, WordCache};
use crate::statement::{ByteSpan, TextBatch};
use crate::text::context::OTHER;
use crate::text::{Analyzer, NameHandling, NgramRange, WordForm, is_mark};

/// The default limit of a [`Vectorizer`]'s cache, in bytes.
pub const CACHE_BYTES: usize = 24 << 20;

/// How much of a text the vocabulary knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Words, without stop words and marks.
    pub words: usize,
    /// Those of them that the vocabulary does not have.
    pub unknown: usize,
}

impl std::ops::AddAssign for Coverage {
    fn add_assign(&mut self, other: Self) {
        self.words += other.words;
        self.unknown += other.unknown;
    }
}

/// A row as scoring sees it: features by first occurrence, words before characters.
#[derive(Debug)]
pub struct VectorizedRow<'v> {
    /// The features present.
    pub features: &'v [FeatureId],
    /// The value of each.
    pub values: &'v [f32],
    /// How much of the text is known.
    pub coverage: Coverage,
}

/// Turns texts into rows; keeps what it learned of each distinct word, up to a limit, and its buffers. One a thread.
#[derive(Debug)]
pub struct Vectorizer<'m> {
    analyzer: &'m Analyzer,
    vocabulary: VocabularyView<'m>,
    scales: Scales<'m>,
    weigher: Weigher,
    counts: RowCounts,
    cache: WordCache,
    cache_bytes: usize,
    form: WordForm,
    candidates: Vec<(u32, CharCandidate)>,
    ngrams: Vec<(u32, NgramCandidate)>,
    batch: Batch,
    single: TextBatch,
    /// Sums up what was read ahead, so that reading it is not left out.
    touched: u32,
}

/// What the texts of a batch are made of.
#[derive(Debug, Default)]
struct Batch {
    /// Where each word stands in the joined texts, and where looking it up starts.
    probes: Vec<(ByteSpan, Probe)>,
    words: Vec<Word>,
    /// The words that are tokens, and the number of each; behind each text's last an unknown one, so that no n-gram
    /// reaches into the next text.
    tokens: Vec<Token>,
    token_words: Vec<u32>,
    /// For n = 2, 3, …: the feature of the n-gram that begins at each token, or [`NONE`].
    levels: Vec<Vec<u32>>,
    /// Where the words and tokens of each text end.
    ends: Vec<End>,
}

#[derive(Debug, Clone, Copy, Default)]
struct End {
    words: usize,
    tokens: usize,
    marks: usize,
    unknown: usize,
}

impl<'m> Vectorizer<'m> {
    /// A vectorizer over a vocabulary and the scale of each of its features.
    ///
    /// # Panics
    /// If there are not as many scales as features.
    pub fn new(
        analyzer: &'m Analyzer,
        vocabulary: VocabularyView<'m>,
        scales: Scales<'m>,
        weighting: Weighting,
    ) -> Self {
        assert_eq!(vocabulary.len(), scales.len(), "one scale a feature");
        Self {
            analyzer,
            vocabulary,
            scales,
            weigher: weighting.weigher(),
            counts: RowCounts::new(vocabulary.n_words(), scales.len()),
            cache: WordCache::new(),
            cache_bytes: CACHE_BYTES,
            form: WordForm::default(),
            candidates: Vec::new(),
            ngrams: Vec::new(),
            batch: Batch::default(),
            single: TextBatch::new(),
            touched: 0,
        }
    }

    /// Limits what is kept of distinct words to about `bytes`; more never changes a result, only its speed.
    #[must_use]
    pub fn with_cache_bytes(mut self, bytes: usize) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// The features of `text` and their values.
    pub fn vectorize(&mut self, text: &str) -> VectorizedRow<'_> {
        self.look_up_one(text);
        self.row(0)
    }

    /// [`look_up`](Self::look_up) for a batch of one text.
    pub fn look_up_one(&mut self, text: &str) {
        let mut single = std::mem::take(&mut self.single);
        single.clear();
        single.push(text);
        self.look_up(&single);
        self.single = single;
    }

    /// Looks up what `texts` are made of; [`row`](Self::row) then gives their features.
    pub fn look_up(&mut self, texts: &TextBatch) {
        self.read(texts);
        if let Some(range) = self.analyzer.settings().word_ngrams {
            self.read_ngrams(range);
        }
    }

    /// The features and values of text `position` of the batch that was looked up last.
    ///
    /// # Panics
    /// If there is no such text.
    #[inline]
    pub fn row(&mut self, position: usize) -> VectorizedRow<'_> {
        let Self {
            analyzer,
            batch,
            counts,
            cache,
            ..
        } = self;
        let (start, end) = batch.bounds(position);
        counts.begin();
        if let Some(range) = analyzer.settings().word_ngrams {
            batch.for_each_word_feature(range, start.tokens..end.tokens, |feature, _, _| {
                counts.add_word(feature);
            });
        }
        for &word in &batch.words[start.words..end.words] {
            counts.add_chars(cache.char_features(word));
        }
        let coverage = Coverage {
            words: end.tokens - start.tokens - end.marks,
            unknown: end.unknown,
        };
        let (features, values) = self.counts.weigh(&self.weigher, self.scales);
        VectorizedRow {
            features,
            values,
            coverage,
        }
    }

    /// Calls `on_occurrence` with each feature of `text` and the span that shows it, repeats included: the span of the
    /// n-gram's first to last word, or of the word that a character n-gram is in.
    pub fn for_each_occurrence(
        &mut self,
        text: &str,
        mut on_occurrence: impl FnMut(FeatureId, ByteSpan),
    ) {
        self.look_up_one(text);
        let batch = &self.batch;
        let (_, end) = batch.bounds(0);
        if let Some(range) = self.analyzer.settings().word_ngrams {
            batch.for_each_word_feature(range, 0..end.tokens, |feature, first, last| {
                let span = |word: u32| batch.probes[word as usize].0;
                let (start, end) = (span(first).start, span(last).end);
                on_occurrence(feature, ByteSpan { start, end });
            });
        }
        for (&word, &(span, _)) in batch.words.iter().zip(&batch.probes) {
            for &feature in self.cache.char_features(word) {
                on_occurrence(feature, span);
            }
        }
    }

    /// Cuts the texts into words and finds out what each is.
    fn read(&mut self, texts: &TextBatch) {
        if self.cache.bytes() > self.cache_bytes {
            self.cache.clear();
        }
        let Self {
            analyzer,
            vocabulary,
            scales,
            cache,
            form,
            candidates,
            batch,
            ..
        } = self;
        cache.begin();
        let joined = texts.joined();
        batch.clear();
        let names_are_masked = analyzer.settings().names == NameHandling::Mask;
        let masked = Probe::new(OTHER.as_bytes(), 0, OTHER.len());
        for position in 0..texts.len() {
            let text = texts.span(position);
            analyzer.for_each_word(text.of(joined), |span, surface| {
                let (start, end) = (text.start + span.start, text.start + span.end);
                let probe = match names_are_masked && surface == OTHER {
                    true => masked,
                    false => Probe::new(joined.as_bytes(), start, end),
                };
                batch.probes.push((ByteSpan { start, end }, probe));
            });
            batch.ends.push(End {
                words: batch.probes.len(),
                ..End::default()
            });
        }
        let mut touched = 0u32;
        for (_, probe) in &batch.probes {
            touched = touched.wrapping_add(cache.touch(probe));
        }
        let mut probes = batch.probes.iter();
        for end in &mut batch.ends {
            for (span, probe) in probes.by_ref().take(end.words - batch.words.len()) {
                let surface = match names_are_masked && *probe == masked {
                    true => OTHER,
                    false => span.of(joined),
                };
                let word = cache.get_or_learn(probe, surface, |chars| {
                    learn(analyzer, vocabulary, surface, form, candidates, chars)
                });
                if word.token != Token::SKIPPED {
                    let mark = is_mark(surface);
                    end.marks += usize::from(mark);
                    end.unknown += usize::from(!mark && word.token == Token::UNKNOWN);
                    batch.tokens.push(word.token);
                    batch.token_words.push(batch.words.len() as u32);
                }
                batch.words.push(word);
            }
            end.tokens = batch.tokens.len();
            batch.tokens.push(Token::UNKNOWN);
            batch.token_words.push(NONE);
        }
        for (token, &word) in batch.tokens.iter().zip(&batch.token_words) {
            if let Some(feature) = token.feature() {
                touched = touched.wrapping_add(scales.get(feature).to_bits());
            }
            if let Some(&word) = batch.words.get(word as usize) {
                touched = touched.wrapping_add(cache.touch_char_features(word));
            }
        }
        self.touched = self.touched.wrapping_add(touched);
    }

    /// Looks up the n-grams of two and more tokens.
    fn read_ngrams(&mut self, range: NgramRange) {
        let Self {
            vocabulary,
            scales,
            batch,
            ngrams,
            touched,
            ..
        } = self;
        let n_levels = range.max() - 1;
        batch.levels.resize_with(n_levels, Vec::new);
        for level in 0..n_levels {
            let (before, rest) = batch.levels.split_at_mut(level);
            let ids = &mut rest[0];
            ids.clear();
            ids.resize(batch.tokens.len(), NONE);
            let prefix = |at: usize| match before.last() {
                None => batch.tokens[at].feature(),
                Some(ids) => (ids[at] != NONE).then_some(FeatureId(ids[at])),
            };
            // All first tags are read before any is looked at: whether an n-gram is known cannot be foreseen, and a wrong
            // guess would throw away what was read ahead.
            ngrams.clear();
            for (at, last) in batch.tokens.iter().skip(level + 1).enumerate() {
                if let (Some(prefix), Some(last)) = (prefix(at), last.feature()) {
                    ngrams.push((at as u32, vocabulary.ngram_probe(prefix, last)));
                }
            }
            ngrams.retain_mut(|(_, candidate)| vocabulary.seek_ngram(candidate));
            for (_, candidate) in ngrams.iter_mut() {
                vocabulary.locate_ngram(candidate);
            }
            for (at, candidate) in ngrams.iter() {
                if let Some(feature) = vocabulary.verify_ngram(candidate) {
                    ids[*at as usize] = feature.0;
                    *touched = touched.wrapping_add(scales.get(feature).to_bits());
                }
            }
        }
    }
}

impl Batch {
    fn clear(&mut self) {
        self.probes.clear();
        self.words.clear();
        self.tokens.clear();
        self.token_words.clear();
        self.ends.clear();
    }

    /// Where the words and tokens of a text start and end. Between two texts' tokens stands one that is none.
    #[inline]
    fn bounds(&self, position: usize) -> (End, End) {
        let start = match position.checked_sub(1) {
            None => End::default(),
            Some(before) => End {
                tokens: self.ends[before].tokens + 1,
                ..self.ends[before]
            },
        };
        (start, self.ends[position])
    }

    /// Calls `on_feature` with each stem and word n-gram of some tokens, and its first and last word's number, by first
    /// word and then by length: the order in which training counts them.
    #[inline]
    fn for_each_word_feature(
        &self,
        range: NgramRange,
        tokens: std::ops::Range<usize>,
        mut on_feature: impl FnMut(FeatureId, u32, u32),
    ) {
        for at in tokens {
            let Some(stem) = self.tokens[at].feature() else {
                continue;
            };
            let first = self.token_words[at];
            if range.min() == 1 {
                on_feature(stem, first, first);
            }
            for (ids, n) in self.levels.iter().zip(2..=range.max()) {
                if ids[at] == NONE {
                    break;
                }
                if n >= range.min() {
                    on_feature(FeatureId(ids[at]), first, self.token_words[at + n - 1]);
                }
            }
        }
    }
}

/// Analyses a new surface form and looks its parts up.
#[inline(never)]
fn learn(
    analyzer: &Analyzer,
    vocabulary: &VocabularyView<'_>,
    surface: &str,
    form: &mut WordForm,
    candidates: &mut Vec<(u32, CharCandidate)>,
    chars: &mut Vec<FeatureId>,
) -> Token {
    analyzer.analyze(surface, form);
    let token = match form.token() {
        None => Token::SKIPPED,
        Some(stem) => vocabulary.stem(stem).map_or(Token::UNKNOWN, Token::known),
    };
    candidates.clear();
    let mut number = 0;
    analyzer.for_each_char_ngram(form, |ngram| {
        candidates.extend(
            vocabulary
                .char_candidate(ngram)
                .map(|candidate| (number, candidate)),
        );
        number += 1;
    });
    candidates
        .iter_mut()
        .for_each(|(_, candidate)| vocabulary.locate(candidate));
    let mut candidates = candidates.iter().peekable();
    let mut number = 0;
    analyzer.for_each_char_ngram(form, |ngram| {
        if let Some((_, candidate)) = candidates.next_if(|(of, _)| *of == number) {
            chars.extend(vocabulary.verify(candidate, ngram));
        }
        number += 1;
    });
    token
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{EncodedCorpus, Selection, SelectionSettings};
    use crate::label::LabelId;
    use crate::text::{Language, StopWords, TextSettings};
    use proptest::prelude::*;

    const CORPUS: [&str; 4] = [
        "We will strike, and strike again: the bombing goes on.",
        "Let’s talk; we offer talks, and talks only.",
        "The talks begin on Monday, the minister said.",
        "Nobody talks of bombing the bombing ministers.",
    ];

    fn settings(word_ngrams: &str, char_ngrams: Option<&str>) -> TextSettings {
        TextSettings {
            word_ngrams: Some(word_ngrams.parse().unwrap()),
            char_ngrams: char_ngrams.map(|range| range.parse().unwrap()),
            stop_words: StopWords::from_lines("the", Language::None),
            ..TextSettings::default()
        }
    }

    fn over<'m>(
        analyzer: &'m Analyzer,
        selection: &'m Selection<'_>,
        view: VocabularyView<'m>,
    ) -> Vectorizer<'m> {
        Vectorizer::new(
            analyzer,
            view,
            Scales::new(selection.scales(), 1),
            Weighting::Tfidf,
        )
    }

    fn labels() -> [LabelId; 4] {
        [0, 1, 2, 0].map(LabelId::new)
    }

    /// Scoring's rows beside training's, for the same texts.
    fn assert_same_rows(settings: TextSettings, min_df: u32, cache_bytes: usize) {
        let analyzer = Analyzer::new(settings).unwrap();
        let corpus = EncodedCorpus::new(&analyzer, CORPUS.len(), |row| CORPUS[row]).unwrap();
        let choice = SelectionSettings {
            min_df,
            ..SelectionSettings::default()
        };
        let selection = Selection::new(&corpus, &labels(), &[0, 1, 2], choice);
        let matrix = selection.design_matrix(&[0, 1, 2, 3]);
        let vocabulary = selection.vocabulary();
        let view =
            VocabularyView::new(vocabulary.parts(), selection.document_frequencies()).unwrap();
        let mut vectorizer = over(&analyzer, &selection, view).with_cache_bytes(cache_bytes);
        for _ in 0..2 {
            for (number, (text, expected)) in CORPUS.iter().zip(matrix.rows()).enumerate() {
                let row = vectorizer.vectorize(text);
                assert_eq!(row.coverage, selection.coverage(number));
                let mut pairs: Vec<_> = row
                    .features
                    .iter()
                    .copied()
                    .zip(row.values.iter().copied())
                    .collect();
                pairs.sort_by_key(|&(feature, _)| feature);
                let expected: Vec<_> = expected
                    .features
                    .iter()
                    .copied()
                    .zip(expected.values.iter().copied())
                    .collect();
                assert_eq!(pairs, expected, "{text}");
            }
        }
    }

    #[test]
    fn scoring_makes_the_very_rows_that_training_made() {
        for cache_bytes in [0, 100, CACHE_BYTES] {
            assert_same_rows(settings("1-3", Some("2-5")), 1, cache_bytes);
            assert_same_rows(settings("2-3", None), 1, cache_bytes);
            assert_same_rows(settings("1-2", Some("3-4")), 2, cache_bytes);
            let masked = TextSettings {
                names: NameHandling::Mask,
                ..settings("1-3", Some("2-5"))
            };
            assert_same_rows(masked, 1, cache_bytes);
        }
    }

    #[test]
    fn unknown_words_are_counted_and_stop_words_are_not_words() {
        let analyzer = Analyzer::new(settings("1-2", None)).unwrap();
        let corpus = EncodedCorpus::new(&analyzer, CORPUS.len(), |row| CORPUS[row]).unwrap();
        let selection = Selection::new(
            &corpus,
            &labels(),
            &[0, 1, 2, 3],
            SelectionSettings::default(),
        );
        let vocabulary = selection.vocabulary();
        let view =
            VocabularyView::new(vocabulary.parts(), selection.document_frequencies()).unwrap();
        let mut vectorizer = over(&analyzer, &selection, view);
        let row = vectorizer.vectorize("The zeppelin talks");
        assert_eq!(
            row.coverage,
            Coverage {
                words: 2,
                unknown: 1
            }
        );
        assert_eq!(row.features.len(), 1);
    }

    #[test]
    fn a_text_gives_the_same_row_alone_and_in_a_batch() {
        let analyzer = Analyzer::new(settings("1-3", Some("2-5"))).unwrap();
        let corpus = EncodedCorpus::new(&analyzer, CORPUS.len(), |row| CORPUS[row]).unwrap();
        let selection =
            Selection::new(&corpus, &labels(), &[0, 1, 2], SelectionSettings::default());
        let vocabulary = selection.vocabulary();
        let view =
            VocabularyView::new(vocabulary.parts(), selection.document_frequencies()).unwrap();
        let mut vectorizer = over(&analyzer, &selection, view);
        let texts = [CORPUS[3], "", "the the", "zeppelin", CORPUS[0], "talks"];
        let owned =
            |row: VectorizedRow<'_>| (row.features.to_vec(), row.values.to_vec(), row.coverage);
        let alone = texts.map(|text| owned(vectorizer.vectorize(text)));
        let mut batch = TextBatch::new();
        texts.iter().for_each(|text| batch.push(text));
        vectorizer.look_up(&batch);
        for (position, alone) in alone.iter().enumerate() {
            assert_eq!(
                &owned(vectorizer.row(position)),
                alone,
                "{}",
                texts[position]
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_vectorized_and_its_occurrences_have_valid_spans(text in any::<String>()) {
            let masked = TextSettings { names: NameHandling::Mask, ..settings("1-2", Some("1-3")) };
            let analyzer = Analyzer::new(masked).unwrap();
            let corpus = EncodedCorpus::new(&analyzer, CORPUS.len(), |row| CORPUS[row]).unwrap();
            let selection = Selection::new(&corpus, &labels(), &[0, 1, 2, 3], SelectionSettings::default());
            let vocabulary = selection.vocabulary();
            let view = VocabularyView::new(vocabulary.parts(), selection.document_frequencies()).unwrap();
            let mut vectorizer = over(&analyzer, &selection, view);
            let mut seen = std::collections::BTreeSet::new();
            vectorizer.for_each_occurrence(&text, |feature, span| {
                assert!(!span.of(&text).is_empty());
                seen.insert(feature);
            });
            let row = vectorizer.vectorize(&text);
            let features: std::collections::BTreeSet<_> = row.features.iter().copied().collect();
            prop_assert_eq!(seen, features);
            prop_assert!(row.values.iter().all(|value| value.is_finite()));
        }
    }
}
