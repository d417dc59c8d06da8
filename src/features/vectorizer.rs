//! Scoring's side of the features: a raw text in, its weighted features out.

use super::sparse::FeatureId;
use super::vocabulary::{CharCandidate, VocabularyView};
use super::weighting::{RowCounts, Scales, Weigher, Weighting};
use super::word_cache::{Probe, Token, Word, WordCache};
use crate::statement::ByteSpan;
use crate::text::{Analyzer, WordForm};

/// The default limit of a [`Vectorizer`]'s cache, in bytes.
pub const CACHE_BYTES: usize = 24 << 20;

/// How much of a text the vocabulary knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Words, without stop words.
    pub words: usize,
    /// Those of them that the vocabulary does not have.
    pub unknown: usize,
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
    /// Where looking up starts: the words of the current text, its pairs of tokens, and the character n-grams of a new
    /// word. All are taken before the first is followed, so that their memory is read side by side.
    word_probes: Vec<(ByteSpan, Probe)>,
    pair_slots: Vec<Option<usize>>,
    candidates: Vec<(u32, CharCandidate)>,
    touched: u32,
    /// The words of the current text.
    words: Vec<Word>,
    /// Those that are tokens, and the number of their word.
    tokens: Vec<(Token, u32)>,
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
            counts: RowCounts::new(scales.len()),
            cache: WordCache::new(),
            cache_bytes: CACHE_BYTES,
            form: WordForm::default(),
            word_probes: Vec::new(),
            pair_slots: Vec::new(),
            candidates: Vec::new(),
            touched: 0,
            words: Vec::new(),
            tokens: Vec::new(),
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
        let coverage = self.read(text, |_| {});
        self.touched = self.cache.touch_char_features(&self.words);
        let Self {
            counts,
            tokens,
            pair_slots,
            ..
        } = self;
        counts.begin();
        for_each_word_feature(
            self.analyzer,
            &self.vocabulary,
            tokens,
            pair_slots,
            |feature, _, _| counts.add(feature),
        );
        counts.end_words();
        for &word in &self.words {
            counts.add_all(self.cache.char_features(word));
        }
        let (features, values) = counts.weigh(&self.weigher, self.scales);
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
        let mut spans = Vec::new();
        self.read(text, |span| spans.push(span));
        for_each_word_feature(
            self.analyzer,
            &self.vocabulary,
            &self.tokens,
            &mut self.pair_slots,
            |feature, first, last| {
                let (start, end) = (spans[first as usize].start, spans[last as usize].end);
                on_occurrence(feature, ByteSpan { start, end });
            },
        );
        for (&word, &span) in self.words.iter().zip(&spans) {
            for &feature in self.cache.char_features(word) {
                on_occurrence(feature, span);
            }
        }
    }

    /// Fills `words` and `tokens` from `text`.
    #[inline]
    fn read(&mut self, text: &str, mut on_span: impl FnMut(ByteSpan)) -> Coverage {
        if self.cache.bytes() > self.cache_bytes {
            self.cache.clear();
        }
        self.cache.begin();
        let Self {
            analyzer,
            vocabulary,
            cache,
            form,
            word_probes,
            candidates,
            words,
            tokens,
            ..
        } = self;
        word_probes.clear();
        analyzer.for_each_word(text, |span| {
            word_probes.push((span, cache.probe(span.of(text))))
        });
        words.clear();
        tokens.clear();
        let mut unknown = 0;
        for (span, probe) in word_probes {
            let surface = span.of(text);
            let word = cache.get_or_learn(probe, surface, |chars| {
                learn(analyzer, vocabulary, surface, form, candidates, chars)
            });
            if word.token != Token::SKIPPED {
                unknown += usize::from(word.token == Token::UNKNOWN);
                tokens.push((word.token, words.len() as u32));
            }
            words.push(word);
            on_span(*span);
        }
        Coverage {
            words: tokens.len(),
            unknown,
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

/// Calls `on_feature` with each stem and word n-gram that the vocabulary has, and its first and last word's number, by
/// first word and then by length: the order in which training counts them.
#[inline]
fn for_each_word_feature(
    analyzer: &Analyzer,
    vocabulary: &VocabularyView<'_>,
    tokens: &[(Token, u32)],
    pair_slots: &mut Vec<Option<usize>>,
    mut on_feature: impl FnMut(FeatureId, u32, u32),
) {
    let Some(range) = analyzer.settings().word_ngrams else {
        return;
    };
    pair_slots.clear();
    if range.max() > 1 {
        let probe = |pair: &[(Token, u32)]| match (pair[0].0.feature(), pair[1].0.feature()) {
            (Some(prefix), Some(last)) => vocabulary.ngram_slot(prefix, last),
            _ => None,
        };
        pair_slots.extend(tokens.windows(2).map(probe));
    }
    for (at, &(token, first)) in tokens.iter().enumerate() {
        let Some(mut term) = token.feature() else {
            continue;
        };
        if range.min() == 1 {
            on_feature(term, first, first);
        }
        for n in 2..=range.max() {
            let Some(&(last, last_word)) = tokens.get(at + n - 1) else {
                break;
            };
            let longer = last.feature().and_then(|last| match n {
                2 => vocabulary.ngram_from(pair_slots[at]?, term, last),
                _ => vocabulary.ngram(term, last),
            });
            let Some(longer) = longer else { break };
            term = longer;
            if n >= range.min() {
                on_feature(term, first, last_word);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{EncodedCorpus, Selection, SelectionSettings};
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

    /// Scoring's rows beside training's, for the same texts.
    fn assert_same_rows(settings: TextSettings, min_df: u32, cache_bytes: usize) {
        let analyzer = Analyzer::new(settings).unwrap();
        let corpus = EncodedCorpus::new(&analyzer, CORPUS.len(), |row| CORPUS[row]).unwrap();
        let choice = SelectionSettings {
            min_df,
            ..SelectionSettings::default()
        };
        let selection = Selection::new(&corpus, &[0, 1, 2], choice);
        let matrix = selection.design_matrix(&[0, 1, 2, 3]);
        let vocabulary = selection.vocabulary();
        let view =
            VocabularyView::new(vocabulary.parts(), selection.document_frequencies()).unwrap();
        let mut vectorizer = over(&analyzer, &selection, view).with_cache_bytes(cache_bytes);
        for _ in 0..2 {
            for (text, expected) in CORPUS.iter().zip(matrix.rows()) {
                let row = vectorizer.vectorize(text);
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
        }
    }

    #[test]
    fn unknown_words_are_counted_and_stop_words_are_not_words() {
        let analyzer = Analyzer::new(settings("1-2", None)).unwrap();
        let corpus = EncodedCorpus::new(&analyzer, CORPUS.len(), |row| CORPUS[row]).unwrap();
        let selection = Selection::new(&corpus, &[0, 1, 2, 3], SelectionSettings::default());
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

    proptest! {
        #[test]
        fn any_text_is_vectorized_and_its_occurrences_have_valid_spans(text in any::<String>()) {
            let analyzer = Analyzer::new(settings("1-2", Some("1-3"))).unwrap();
            let corpus = EncodedCorpus::new(&analyzer, CORPUS.len(), |row| CORPUS[row]).unwrap();
            let selection = Selection::new(&corpus, &[0, 1, 2, 3], SelectionSettings::default());
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
