//! A corpus analysed once: every word a number, every n-gram a number, for any choice of rows and terms afterwards.
//!
//! Each distinct surface form is analysed once. Terms are numbered kind by kind (stems, word n-grams by
//! rising n, character n-grams) and in sorted order within a kind, which does not depend on the number of threads: *term
//! ids* number every term of the corpus, feature ids those that a [`Selection`](super::Selection) keeps.

use super::interner::{Interner, SortedStrings};
use super::ngram_levels::{NONE, extend_level};
use crate::text::context::is_column_value;
use crate::text::{Analyzer, TextSettings, WordForm, is_mark};
use rayon::prelude::*;
use std::borrow::Cow;

/// Rows that one task analyses.
const CHUNK_ROWS: usize = 4096;

/// A corpus with too many words or terms to number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the corpus has {0} words or terms, more than the {max} that can be numbered; train on a part of it", max = u32::MAX - 1)]
pub struct CorpusTooLarge(pub usize);

/// The words of each row as numbers.
#[derive(Debug)]
pub struct WordRows<'c>(Cow<'c, Sequences>);

impl WordRows<'_> {
    /// The words of a row, in order.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: usize) -> &[u32] {
        self.0.row(row)
    }
}

/// Sequences of numbers, one a row.
#[derive(Debug, Clone, Default)]
pub(super) struct Sequences {
    starts: Vec<usize>,
    ids: Vec<u32>,
}

impl Sequences {
    fn new() -> Self {
        Self {
            starts: vec![0],
            ids: Vec::new(),
        }
    }

    fn end_row(&mut self) {
        self.starts.push(self.ids.len());
    }

    /// The numbers of a row.
    pub(super) fn row(&self, row: usize) -> &[u32] {
        &self.ids[self.starts[row]..self.starts[row + 1]]
    }
}

/// A corpus as numbers; see the module.
#[derive(Debug)]
pub struct EncodedCorpus {
    settings: TextSettings,
    n_rows: usize,
    /// Distinct stems, sorted; all n-grams as (prefix term id, last stem id), sorted; distinct character n-grams, sorted.
    pub(super) stems: SortedStrings,
    pub(super) ngrams: Vec<[u32; 2]>,
    pub(super) chars: SortedStrings,
    /// Stem ids of each row's tokens.
    tokens: Sequences,
    /// For n = 2, 3, …: the term id of the n-gram that begins at each token, [`NONE`] where the row ends before.
    levels: Vec<Vec<u32>>,
    /// Where the term ids of stems, of word n-grams of each n, and of character n-grams end.
    pub(super) kind_ends: Vec<usize>,
    /// The distinct folded forms of each row's words, and the character n-gram ids of each form.
    forms: Sequences,
    form_chars: Sequences,
    /// Whether a stem (without word features, a form) is a mark and no word.
    is_mark: Vec<bool>,
}

impl EncodedCorpus {
    /// Analyses `n_rows` texts in parallel.
    ///
    /// # Errors
    /// [`CorpusTooLarge`] for over four billion words or terms.
    pub fn new<'t>(
        analyzer: &Analyzer,
        n_rows: usize,
        text: impl Fn(usize) -> &'t str + Sync,
    ) -> Result<Self, CorpusTooLarge> {
        let (surfaces, words) = intern_surfaces(analyzer, n_rows, text);
        let lexicon = Lexicon::new(analyzer, &surfaces);
        drop(surfaces);
        let settings = analyzer.settings();
        let mut tokens = Sequences::new();
        let mut forms = Sequences::new();
        for row in 0..n_rows {
            for &surface in words.row(row) {
                let word = lexicon.words[surface as usize];
                if settings.word_ngrams.is_some() && word.stem != NONE {
                    tokens.ids.push(word.stem);
                }
                if settings.char_ngrams.is_some() && word.form != NONE {
                    forms.ids.push(word.form);
                }
            }
            tokens.end_row();
            forms.end_row();
        }
        drop(words);
        if tokens.ids.len() >= NONE as usize {
            return Err(CorpusTooLarge(tokens.ids.len()));
        }
        let mut ngrams: Vec<[u32; 2]> = Vec::new();
        let mut levels: Vec<Vec<u32>> = Vec::new();
        let mut kind_ends = vec![lexicon.stems.len()];
        for n in 2..=settings.word_ngrams.map_or(1, |range| range.max()) {
            let first_id = lexicon.stems.len() + ngrams.len();
            let prefixes = levels.last().unwrap_or(&tokens.ids);
            let is_alone = |stem: u32| lexicon.is_column_value[stem as usize];
            let (tokens, starts) = (&tokens.ids, &tokens.starts);
            let (ids, pairs) = extend_level(prefixes, tokens, starts, is_alone, n, first_id)?;
            ngrams.extend_from_slice(&pairs);
            kind_ends.push(lexicon.stems.len() + ngrams.len());
            levels.push(ids);
        }
        let n_terms = lexicon.stems.len() + ngrams.len() + lexicon.chars.len();
        if n_terms >= NONE as usize {
            return Err(CorpusTooLarge(n_terms));
        }
        kind_ends.push(n_terms);
        Ok(Self {
            settings: settings.clone(),
            n_rows,
            stems: lexicon.stems,
            ngrams,
            chars: lexicon.chars,
            tokens,
            levels,
            kind_ends,
            forms,
            form_chars: lexicon.form_chars,
            is_mark: lexicon.is_mark,
        })
    }

    /// The number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// The number of distinct terms.
    pub fn n_terms(&self) -> usize {
        self.n_words() + self.chars.len()
    }

    /// The number of distinct stems and word n-grams; their term ids come first.
    pub fn n_words(&self) -> usize {
        self.stems.len() + self.ngrams.len()
    }

    /// The settings it was analysed by.
    pub fn settings(&self) -> &TextSettings {
        &self.settings
    }

    /// The rows' words, without marks, as numbers: stem ids, or ids of folded forms where there are no word features. Rows
    /// with equal numbers have equal words.
    pub fn words(&self) -> WordRows<'_> {
        let all = match self.settings.word_ngrams {
            Some(_) => &self.tokens,
            None => &self.forms,
        };
        if !self.is_mark.contains(&true) {
            return WordRows(Cow::Borrowed(all));
        }
        let mut words = Sequences::new();
        for row in 0..self.n_rows {
            let is_word = |id: &&u32| !self.is_mark[**id as usize];
            words.ids.extend(all.row(row).iter().filter(is_word));
            words.end_row();
        }
        WordRows(Cow::Owned(words))
    }

    /// Calls `on_word` with the stem id (a term id) of each word of the row, without stop words and marks. Without word
    /// features there is none.
    pub fn for_each_word(&self, row: usize, mut on_word: impl FnMut(u32)) {
        if self.settings.word_ngrams.is_some() {
            let words = self.tokens.row(row).iter();
            words
                .filter(|stem| !self.is_mark[**stem as usize])
                .for_each(|&stem| on_word(stem));
        }
    }

    /// Calls `on_term` with the term id of each stem and word n-gram of the row, by first token, then by length; repeats
    /// are called again.
    #[inline]
    pub fn for_each_word_term(&self, row: usize, mut on_term: impl FnMut(u32)) {
        let Some(range) = self.settings.word_ngrams else {
            return;
        };
        for at in self.tokens.starts[row]..self.tokens.starts[row + 1] {
            if range.min() == 1 {
                on_term(self.tokens.ids[at]);
            }
            for level in &self.levels[range.min().saturating_sub(2)..] {
                if level[at] == NONE {
                    break;
                }
                on_term(level[at]);
            }
        }
    }

    /// Calls `on_term` with the term id of each character n-gram of the row; repeats are called again.
    #[inline]
    pub fn for_each_char_term(&self, row: usize, mut on_term: impl FnMut(u32)) {
        let first = self.n_words() as u32;
        for &form in self.forms.row(row) {
            for &ngram in self.form_chars.row(form as usize) {
                on_term(first + ngram);
            }
        }
    }
}

/// Numbers the distinct surface forms by first occurrence, and gives each row's words as such numbers.
fn intern_surfaces<'t>(
    analyzer: &Analyzer,
    n_rows: usize,
    text: impl Fn(usize) -> &'t str + Sync,
) -> (Interner, Sequences) {
    let chunks: Vec<(Interner, Sequences)> = (0..n_rows.div_ceil(CHUNK_ROWS))
        .into_par_iter()
        .map(|chunk| {
            let mut surfaces = Interner::default();
            let mut words = Sequences::new();
            for row in chunk * CHUNK_ROWS..((chunk + 1) * CHUNK_ROWS).min(n_rows) {
                let text = text(row);
                analyzer.for_each_word(text, |_, surface| {
                    words.ids.push(surfaces.intern(surface));
                });
                words.end_row();
            }
            (surfaces, words)
        })
        .collect();
    // Chunk after chunk, so that numbers follow first occurrence however the rows were cut.
    let mut surfaces = Interner::default();
    let mut words = Sequences::new();
    for (chunk_surfaces, chunk_words) in chunks {
        let global: Vec<u32> = (0..chunk_surfaces.len() as u32)
            .map(|id| surfaces.intern(chunk_surfaces.get(id)))
            .collect();
        let offset = words.ids.len();
        words
            .ids
            .extend(chunk_words.ids.iter().map(|&id| global[id as usize]));
        words
            .starts
            .extend(chunk_words.starts[1..].iter().map(|&end| offset + end));
    }
    (surfaces, words)
}

#[derive(Clone, Copy)]
struct Word {
    stem: u32,
    form: u32,
}

/// What each distinct surface form gives.
struct Lexicon {
    words: Vec<Word>,
    stems: SortedStrings,
    chars: SortedStrings,
    form_chars: Sequences,
    is_mark: Vec<bool>,
    is_column_value: Vec<bool>,
}

impl Lexicon {
    fn new(analyzer: &Analyzer, surfaces: &Interner) -> Self {
        let analyzed: Vec<WordForm> = (0..surfaces.len() as u32)
            .into_par_iter()
            .map(|id| {
                let mut form = WordForm::default();
                analyzer.analyze(surfaces.get(id), &mut form);
                form
            })
            .collect();
        let mut stems = Interner::default();
        let mut forms = Interner::default();
        let mut chars = Interner::default();
        let mut form_chars = Sequences::new();
        let mut words = Vec::with_capacity(analyzed.len());
        for mut form in analyzed {
            let stem = form.token().map_or(NONE, |token| stems.intern(token));
            let known = forms.len();
            let id = if form.folded().is_empty() {
                NONE
            } else {
                forms.intern(form.folded())
            };
            if forms.len() > known {
                analyzer.for_each_char_ngram(&mut form, |ngram| {
                    form_chars.ids.push(chars.intern(ngram));
                });
                form_chars.end_row();
            }
            words.push(Word { stem, form: id });
        }
        let (stems, stem_rank) = stems.into_sorted();
        let is_mark = match analyzer.settings().word_ngrams {
            Some(_) => (0..stems.len()).map(|id| is_mark(stems.get(id))).collect(),
            None => (0..forms.len() as u32)
                .map(|id| is_mark(forms.get(id)))
                .collect(),
        };
        let is_column_value = (0..stems.len()).map(|id| is_column_value(stems.get(id)));
        let is_column_value = is_column_value.collect();
        let (chars, char_rank) = chars.into_sorted();
        for word in words.iter_mut().filter(|word| word.stem != NONE) {
            word.stem = stem_rank[word.stem as usize];
        }
        for ngram in &mut form_chars.ids {
            *ngram = char_rank[*ngram as usize];
        }
        Self {
            words,
            stems,
            chars,
            form_chars,
            is_mark,
            is_column_value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Language, NgramRange};

    fn encode(
        texts: &[&str],
        word_ngrams: Option<&str>,
        char_ngrams: Option<&str>,
    ) -> EncodedCorpus {
        let range = |text: Option<&str>| text.map(|t| t.parse::<NgramRange>().unwrap());
        let settings = TextSettings {
            language: Language::None,
            word_ngrams: range(word_ngrams),
            char_ngrams: range(char_ngrams),
            ..TextSettings::default()
        };
        let analyzer = Analyzer::new(settings).unwrap();
        EncodedCorpus::new(&analyzer, texts.len(), |row| texts[row]).unwrap()
    }

    fn word_terms(corpus: &EncodedCorpus, row: usize) -> Vec<String> {
        let mut terms = Vec::new();
        corpus.for_each_word_term(row, |id| terms.push(name(corpus, id as usize)));
        terms
    }

    fn name(corpus: &EncodedCorpus, id: usize) -> String {
        match id.checked_sub(corpus.stems.len()) {
            None => corpus.stems.get(id).to_owned(),
            Some(ngram) => {
                let [prefix, last] = corpus.ngrams[ngram];
                format!(
                    "{} {}",
                    name(corpus, prefix as usize),
                    corpus.stems.get(last as usize)
                )
            }
        }
    }

    #[test]
    fn a_row_gives_its_ngrams_by_first_token_then_length() {
        let corpus = encode(&["no more talks", "Talks"], Some("1-3"), None);
        let expected = [
            "no",
            "no more",
            "no more talks",
            "more",
            "more talks",
            "talks",
        ];
        assert_eq!(word_terms(&corpus, 0), expected);
        assert_eq!(word_terms(&corpus, 1), ["talks"]);
        let pairs = encode(&["no more talks"], Some("2-2"), None);
        assert_eq!(word_terms(&pairs, 0), ["no more", "more talks"]);
    }

    #[test]
    fn terms_are_numbered_in_sorted_order() {
        let corpus = encode(&["b a", "a b c"], Some("1-2"), Some("2-3"));
        let stems: Vec<_> = (0..corpus.stems.len())
            .map(|i| corpus.stems.get(i))
            .collect();
        assert_eq!(stems, ["a", "b", "c"]);
        assert!(corpus.ngrams.windows(2).all(|w| w[0] < w[1]));
        let mut chars = Vec::new();
        corpus.for_each_char_term(0, |id| {
            chars.push(corpus.chars.get(id as usize - corpus.n_words()))
        });
        assert_eq!(chars, [" b", "b ", " b ", " a", "a ", " a "]);
    }

    #[test]
    fn numbering_does_not_depend_on_threads() {
        let texts: Vec<String> = (0..9000)
            .map(|i| format!("w{} w{} x{}", i % 97, i % 31, i % 1009))
            .collect();
        let encode = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let analyzer = Analyzer::new(TextSettings::default()).unwrap();
            pool.install(|| EncodedCorpus::new(&analyzer, texts.len(), |row| &texts[row]).unwrap())
        };
        let (one, three) = (encode(1), encode(3));
        assert_eq!(one.ngrams, three.ngrams);
        assert_eq!(one.tokens.ids, three.tokens.ids);
        assert_eq!(one.form_chars.ids, three.form_chars.ids);
        assert_eq!(one.levels, three.levels);
    }
}
