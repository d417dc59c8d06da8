//! From a raw text to words with spans, and from a distinct word to what its features are made of.

use super::context::{Context, OTHER, for_each_piece, is_context};
use super::marks::{Punctuation, for_each_word_and_mark, is_mark, shorten_mark};
use super::names::{NameHandling, names};
use super::ngram::{MAX_WORD_CHARS, NgramRange, PaddedWord};
use super::normalize::fold;
use super::segment::for_each_word;
use super::stem::{Language, Stemmer};
use super::stop_words::StopWords;
use crate::statement::{ByteSpan, CodedCorpus, LabelledCorpus};
use serde::{Deserialize, Serialize};

/// How texts become terms. Part of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextSettings {
    /// Whose stemmer is used.
    pub language: Language,
    /// Left out of word n-grams.
    #[serde(default, skip_serializing_if = "StopWords::is_empty")]
    pub stop_words: StopWords,
    /// What becomes of marks between words.
    #[serde(default, skip_serializing_if = "Punctuation::is_drop")]
    pub punctuation: Punctuation,
    /// What becomes of names.
    #[serde(default, skip_serializing_if = "NameHandling::is_keep")]
    pub names: NameHandling,
    /// Columns beside the text that are written into it; texts are then taken as they were marked.
    #[serde(default, skip_serializing_if = "Context::is_empty")]
    pub context: Context,
    /// Word n-grams, over stems; `None` for no word features.
    pub word_ngrams: Option<NgramRange>,
    /// Character n-grams inside the folded, unstemmed word; `None` for no character features.
    pub char_ngrams: Option<NgramRange>,
}

impl TextSettings {
    /// `corpus` with its texts as these settings want them: with what its columns add.
    pub fn in_context(&self, mut corpus: LabelledCorpus) -> LabelledCorpus {
        if !self.context.is_empty() {
            corpus.map_texts(|text, value, out| self.mark(text, value, out));
        }
        corpus
    }

    /// The same for statements of several coders.
    pub fn in_coded_context(&self, corpus: &mut CodedCorpus) {
        if !self.context.is_empty() {
            corpus.map_texts(|text, value, out| self.mark(text, value, out));
        }
    }

    /// Writes `text` as [`Context::mark`] does.
    pub fn mark<'v>(&self, text: &str, value: impl Fn(&str) -> &'v str, out: &mut String) {
        self.context.mark(text, self.language, value, out);
    }
}

impl Default for TextSettings {
    fn default() -> Self {
        Self {
            language: Language::None,
            stop_words: StopWords::none(),
            punctuation: Punctuation::Keep,
            names: NameHandling::Keep,
            context: Context::default(),
            word_ngrams: Some(NgramRange::new(1, 2).expect("1-2 is a range")),
            char_ngrams: Some(NgramRange::new(2, 5).expect("2-5 is a range")),
        }
    }
}

/// Settings that make no features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnalyzerError {
    /// Neither word nor character n-grams.
    #[error("neither word nor character n-grams: there would be no features")]
    NoFeatures,
    /// A context without word n-grams, of which it becomes a part.
    #[error("columns beside the text add words, and there are no word n-grams; give some")]
    ContextWithoutWords,
    /// Masked names where every noun has a capital.
    #[error(
        "German writes all nouns with a capital, so that names cannot be told from them; leave names as they are"
    )]
    NamesInGerman,
}

/// What a distinct surface form gives; a buffer that is filled again for each word.
#[derive(Debug, Clone, Default)]
pub struct WordForm {
    folded: String,
    stem: String,
    stop_word: bool,
    overlong: bool,
    padded: PaddedWord,
}

impl WordForm {
    /// The folded form; empty if nothing was left of the word.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// The token of word n-grams; `None` for a stop word or an empty form.
    pub fn token(&self) -> Option<&str> {
        (!self.stop_word && !self.stem.is_empty()).then_some(&self.stem)
    }
}

/// Cuts texts into words and analyses distinct words. Cheap to share between threads.
#[derive(Debug)]
pub struct Analyzer {
    settings: TextSettings,
    stemmer: Stemmer,
}

impl Analyzer {
    /// An analyzer for `settings`.
    ///
    /// # Errors
    /// [`AnalyzerError`] if the settings make no features.
    pub fn new(settings: TextSettings) -> Result<Self, AnalyzerError> {
        if settings.word_ngrams.is_none() && settings.char_ngrams.is_none() {
            return Err(AnalyzerError::NoFeatures);
        }
        if settings.word_ngrams.is_none() && !settings.context.is_empty() {
            return Err(AnalyzerError::ContextWithoutWords);
        }
        if settings.names == NameHandling::Mask && settings.language == Language::German {
            return Err(AnalyzerError::NamesInGerman);
        }
        let stemmer = Stemmer::new(settings.language);
        Ok(Self { settings, stemmer })
    }

    /// The settings.
    pub fn settings(&self) -> &TextSettings {
        &self.settings
    }

    /// The stemmer.
    pub fn stemmer(&self) -> &Stemmer {
        &self.stemmer
    }

    /// Calls `on_word` with the span and the surface form of each word of `text`, of each mark if these are kept, and of what
    /// its context adds. The form is that of the text but for masked names, which are one and the same.
    pub fn for_each_word(&self, text: &str, mut on_word: impl FnMut(ByteSpan, &str)) {
        if self.settings.context.is_empty() {
            return self.for_each_unmarked_word(text, on_word);
        }
        for_each_piece(text, |piece, is_mark| match is_mark {
            true => on_word(piece, piece.of(text)),
            false => self.for_each_unmarked_word(piece.of(text), |word, surface| {
                let (start, end) = (piece.start + word.start, piece.start + word.end);
                on_word(ByteSpan { start, end }, surface);
            }),
        });
    }

    fn for_each_unmarked_word(&self, text: &str, mut on_word: impl FnMut(ByteSpan, &str)) {
        if self.settings.names == NameHandling::Keep {
            return self.for_each_word_of_text(text, |word| on_word(word, word.of(text)));
        }
        let names = names(text);
        let mut next = 0;
        let mut told = false;
        self.for_each_word_of_text(text, |word| {
            while names.get(next).is_some_and(|name| name.end <= word.start) {
                (next, told) = (next + 1, false);
            }
            match names.get(next) {
                Some(name) if name.start <= word.start => {
                    if !std::mem::replace(&mut told, true) {
                        on_word(*name, OTHER);
                    }
                }
                _ => on_word(word, word.of(text)),
            }
        });
    }

    fn for_each_word_of_text(&self, text: &str, on_word: impl FnMut(ByteSpan)) {
        match self.settings.punctuation {
            Punctuation::Keep => for_each_word_and_mark(text, on_word),
            Punctuation::Drop => for_each_word(text, on_word),
        }
    }

    /// Fills `form` from a surface form: folded, stemmed, marked if it is a stop word or overlong.
    pub fn analyze(&self, surface: &str, form: &mut WordForm) {
        form.folded.clear();
        form.stem.clear();
        if is_context(surface) {
            (form.stop_word, form.overlong) = (false, false);
            form.stem.push_str(surface);
            return;
        }
        fold(
            surface,
            self.settings.language == Language::Turkish,
            &mut form.folded,
        );
        if is_mark(surface) {
            shorten_mark(&mut form.folded);
        }
        form.overlong =
            form.folded.len() > MAX_WORD_CHARS && form.folded.chars().count() > MAX_WORD_CHARS;
        form.stop_word = self.settings.stop_words.contains(&form.folded);
        if form.overlong {
            form.stem.push_str(&form.folded);
        } else if !form.stop_word {
            form.stem.push_str(&self.stemmer.stem(&form.folded));
        }
    }

    /// Calls `on_ngram` with each character n-gram of the form, repeats included; none if it is overlong or empty.
    #[inline]
    pub fn for_each_char_ngram<'f>(&self, form: &'f mut WordForm, on_ngram: impl FnMut(&'f str)) {
        if let Some(range) = self.settings.char_ngrams
            && !form.overlong
            && !form.folded.is_empty()
        {
            form.padded.set(&form.folded);
            form.padded.for_each_ngram(range, on_ngram);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn analyzer(language: Language) -> Analyzer {
        Analyzer::new(TextSettings {
            language,
            stop_words: StopWords::english(),
            ..TextSettings::default()
        })
        .unwrap()
    }

    #[test]
    fn a_word_is_folded_then_stemmed_and_cut_unstemmed() {
        let analyzer = analyzer(Language::English);
        let mut form = WordForm::default();
        analyzer.analyze("Threats", &mut form);
        assert_eq!((form.folded(), form.token()), ("threats", Some("threat")));
        let mut ngrams = Vec::new();
        analyzer.for_each_char_ngram(&mut form, |g| ngrams.push(g.to_owned()));
        assert!(ngrams.contains(&"eats ".to_owned()));
        analyzer.analyze("The", &mut form);
        assert_eq!(form.token(), None);
    }

    #[test]
    fn an_overlong_word_is_kept_whole_and_not_cut() {
        let analyzer = analyzer(Language::English);
        let mut form = WordForm::default();
        let word = "ings".repeat(MAX_WORD_CHARS);
        analyzer.analyze(&word, &mut form);
        assert_eq!(form.token(), Some(word.as_str()));
        analyzer.for_each_char_ngram(&mut form, |_| panic!("an overlong word has no n-grams"));
    }

    #[test]
    fn settings_without_features_are_refused() {
        let settings = TextSettings {
            word_ngrams: None,
            char_ngrams: None,
            ..TextSettings::default()
        };
        assert!(matches!(
            Analyzer::new(settings),
            Err(AnalyzerError::NoFeatures)
        ));
    }

    proptest! {
        #[test]
        fn any_string_is_analysed_without_a_panic(text in any::<String>()) {
            for (_, language) in Language::ALL {
                let mut settings = analyzer(*language).settings().clone();
                if *language != Language::German {
                    settings.names = NameHandling::Mask;
                }
                let analyzer = Analyzer::new(settings).unwrap();
                let mut form = WordForm::default();
                analyzer.for_each_word(&text, |_, surface| {
                    analyzer.analyze(surface, &mut form);
                    analyzer.for_each_char_ngram(&mut form, |ngram| assert!(!ngram.is_empty()));
                });
            }
        }
    }
}
