//! The word lists of a language. `docs/quotes.md` tells what each section of a list is, and how to add a language.

use super::class::Class;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// The words of a language that the rules know.
#[derive(Debug)]
pub struct Language {
    /// Its code of two letters (ISO 639-1).
    pub code: &'static str,
    words: FxHashMap<Box<str>, Class>,
    /// Entries of several words, by the first.
    phrases: FxHashMap<Box<str>, Vec<Phrase>>,
}

/// The words of an entry behind its first, and what it is.
type Phrase = (Vec<Box<str>>, Class);

/// The lists, the first for what is in none of the languages; each is read when it is first asked for.
static LANGUAGES: [(&str, LazyLock<Language>); 7] = [
    (
        "en",
        LazyLock::new(|| Language::parsed("en", include_str!("languages/en.txt"))),
    ),
    (
        "fr",
        LazyLock::new(|| Language::parsed("fr", include_str!("languages/fr.txt"))),
    ),
    (
        "es",
        LazyLock::new(|| Language::parsed("es", include_str!("languages/es.txt"))),
    ),
    (
        "de",
        LazyLock::new(|| Language::parsed("de", include_str!("languages/de.txt"))),
    ),
    (
        "ru",
        LazyLock::new(|| Language::parsed("ru", include_str!("languages/ru.txt"))),
    ),
    (
        "ar",
        LazyLock::new(|| Language::parsed("ar", include_str!("languages/ar.txt"))),
    ),
    (
        "tr",
        LazyLock::new(|| Language::parsed("tr", include_str!("languages/tr.txt"))),
    ),
];

/// Characters of an article that its language is told by.
const TOLD_BY: usize = 1200;

/// A section's name and what it says of a word.
const SECTIONS: [(&str, Class); 30] = [
    ("verbs", Class::VERB),
    ("object_verbs", Class::OBJECT_VERB),
    ("nouns", Class::NOUN),
    ("direct", Class::DIRECT_ONLY),
    ("that", Class::THAT),
    ("between", Class::BETWEEN),
    ("pronouns", Class::PRONOUN),
    ("determiners", Class::DETERMINER),
    ("inside", Class::INSIDE),
    ("ends", Class::ENDS),
    ("time", Class::TIME),
    ("according", Class::ACCORDING),
    ("according_behind", Class::ACCORDING_BEHIND),
    ("statement_nouns", Class::STATEMENT),
    ("abbreviations", Class::ABBREVIATION),
    ("honorifics", Class::HONORIFIC),
    ("roles", Class::ROLE),
    ("given", Class::GIVEN),
    ("conjunctions", Class::CONJUNCTION),
    ("passive", Class::PASSIVE),
    ("addresses", Class::ADDRESSES),
    ("audience", Class::AUDIENCE),
    ("things", Class::THING),
    ("finite", Class::FINITE),
    ("place_before", Class::PLACE_BEFORE),
    ("openers", Class::OPENER),
    ("object_pronouns", Class::OBJECT_PRONOUN),
    ("tells", Class::TELLS),
    ("about", Class::ABOUT),
    ("vague", Class::VAGUE),
];

/// What stands behind a colon.
const KINDS: [(&str, Class); 9] = [
    ("m", Class::MALE),
    ("f", Class::FEMALE),
    ("p", Class::PLURAL),
    ("n", Class::NEUTER),
    ("1", Class::FIRST),
    ("2", Class::SECOND),
    ("r", Class::RELATIVE),
    ("x", Class::NONE),
    ("o", Class::NEUTER),
];

impl Language {
    /// The language with a code.
    pub fn of_code(code: &str) -> Option<&'static Self> {
        let found = LANGUAGES.iter().find(|(known, _)| *known == code);
        found.map(|(_, language)| &**language)
    }

    /// The language that `text` is in as far as its beginning tells; English for all that are none of these.
    pub fn of_text(text: &str) -> &'static Self {
        let end = text
            .char_indices()
            .nth(TOLD_BY)
            .map_or(text.len(), |(at, _)| at);
        let found = whatlang::detect_lang(&text[..end]);
        let code = match found {
            Some(whatlang::Lang::Fra) => "fr",
            Some(whatlang::Lang::Spa) => "es",
            Some(whatlang::Lang::Deu) => "de",
            Some(whatlang::Lang::Rus) => "ru",
            Some(whatlang::Lang::Ara) => "ar",
            Some(whatlang::Lang::Tur) => "tr",
            _ => "en",
        };
        Self::of_code(code).unwrap_or(&LANGUAGES[0].1)
    }

    /// A list; lines that are none of its format are left out.
    fn parsed(code: &'static str, list: &str) -> Self {
        let mut language = Self {
            code,
            words: FxHashMap::default(),
            phrases: FxHashMap::default(),
        };
        let mut section = Class::NONE;
        for line in list.lines().map(str::trim) {
            if line.starts_with('#') {
                continue;
            }
            if let Some(name) = line.strip_prefix('[').and_then(|of| of.strip_suffix(']')) {
                let found = SECTIONS.iter().find(|(known, _)| *known == name);
                section = found.map_or(Class::NONE, |&(_, class)| class);
                continue;
            }
            line.split_whitespace()
                .for_each(|entry| language.add(entry, section));
        }
        language
    }

    fn add(&mut self, entry: &str, section: Class) {
        let (word, kind) = entry.rsplit_once(':').unwrap_or((entry, "x"));
        let kind = KINDS.iter().find(|(known, _)| *known == kind);
        let class = section.and(kind.map_or(Class::NONE, |&(_, class)| class));
        let mut parts = word.split('_').map(Box::from);
        let first: Box<str> = parts.next().unwrap_or_default();
        let rest: Vec<Box<str>> = parts.collect();
        if rest.is_empty() {
            let known = self.words.entry(first).or_default();
            *known = known.and(class);
        } else {
            self.phrases.entry(first).or_default().push((rest, class));
        }
    }

    /// The same language with more reporting verbs.
    pub fn with_verbs<'w>(&self, verbs: impl Iterator<Item = &'w str>) -> Self {
        let mut language = Self {
            code: self.code,
            words: self.words.clone(),
            phrases: self.phrases.clone(),
        };
        for verb in verbs {
            language.add(&verb.to_lowercase().replace('’', "'"), Class::VERB);
        }
        language
    }

    /// What the lists say of a word in small letters with straight apostrophes.
    pub fn class(&self, lower: &str) -> Class {
        if let Some(&class) = self.words.get(lower) {
            return class;
        }
        if let Some((before, after)) = lower.split_once('\'') {
            // *he'll*, *the minister's*; *l'envoyé*.
            let class = self.known(before);
            if class.has(Class::PRONOUN) && after != "s" {
                return class.common(Class::PRONOUN.and(Class::GENDERS));
            }
            if after == "s" {
                return class.and(Class::GENITIVE);
            }
            return self.known(after);
        }
        if self.code == "ar"
            && let Some(rest) = lower.strip_prefix(['و', 'ف'])
        {
            return self.known(rest).common(Class::VERB.and(Class::ACCORDING));
        }
        match lower.strip_suffix('s').map(|one| self.known(one)) {
            Some(one) if one.has(Class::ROLE) => Class::ROLE.and(Class::PLURAL),
            _ => Class::NONE,
        }
    }

    fn known(&self, word: &str) -> Class {
        self.words.get(word).copied().unwrap_or_default()
    }

    /// Of the phrases that begin with `lower`, the rests and what they are.
    pub fn phrases(&self, lower: &str) -> &[Phrase] {
        self.phrases.get(lower).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_the_marks_of_their_sections() {
        let english = Language::of_code("en").expect("is there");
        assert!(english.class("said").has(Class::VERB));
        assert!(english.class("he'll").has(Class::PRONOUN));
        assert!(english.class("minister's").has(Class::GENITIVE));
        assert!(english.class("ministers").has(Class::PLURAL));
        assert_eq!(english.class("harbour"), Class::NONE);
        assert_eq!(english.phrases("according")[0].1, Class::ACCORDING);
        let more = english.with_verbs(["Tooted"].into_iter());
        assert!(more.class("tooted").has(Class::VERB) && !english.class("tooted").has(Class::VERB));
    }

    #[test]
    fn each_list_has_every_section_that_the_rules_need() {
        for (_, language) in &LANGUAGES {
            for section in [
                Class::VERB,
                Class::PRONOUN,
                Class::ENDS,
                Class::ROLE,
                Class::GIVEN,
                Class::ABBREVIATION,
            ] {
                assert!(
                    language.words.values().any(|class| class.has(section)),
                    "{}: {section:?}",
                    language.code
                );
            }
        }
    }

    #[test]
    fn a_text_tells_its_language() {
        assert_eq!(
            Language::of_text("The minister said that he would wait for the envoys.").code,
            "en"
        );
        assert_eq!(Language::of_text("").code, "en");
    }
}
