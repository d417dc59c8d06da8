//! The word lists of a language. `docs/quotes.md` tells what each section of a list is, and how to add a language.

use super::class::Class;
use super::grammar::Grammar;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;
use thiserror::Error;

/// The words of a language that the rules know.
#[derive(Debug, Clone)]
pub struct Language {
    /// Its code of two letters (ISO 639-1).
    pub code: &'static str,
    words: FxHashMap<Box<str>, Class>,
    /// Entries of several words, by the first.
    phrases: FxHashMap<Box<str>, Vec<Phrase>>,
    /// Endings that tell something of a word.
    endings: Vec<(Box<str>, Class)>,
    /// Beginnings that do.
    beginnings: Vec<(Box<str>, Class)>,
    /// What joins the front of a word: *and* in Arabic.
    prefixes: Vec<Box<str>>,
    /// What it does otherwise than English.
    pub grammar: Grammar,
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

/// A section that lists do not have.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: lists have no section [{name}]; they have {}", names())]
pub struct UnknownSection {
    /// Its line, from 1.
    pub line: usize,
    /// Its name.
    pub name: String,
}

fn names() -> String {
    SECTIONS.map(|(name, _)| name).join(", ")
}

/// Characters of an article that its language is told by.
const TOLD_BY: usize = 1200;

/// The languages that a text of doubtful language is in.
const OURS: [whatlang::Lang; 7] = [
    whatlang::Lang::Eng,
    whatlang::Lang::Fra,
    whatlang::Lang::Spa,
    whatlang::Lang::Deu,
    whatlang::Lang::Rus,
    whatlang::Lang::Ara,
    whatlang::Lang::Tur,
];

/// A section's name and what it says of a word.
const SECTIONS: [(&str, Class); 46] = [
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
    ("as", Class::AS),
    ("subjunctive", Class::SUBJUNCTIVE),
    ("infinitives", Class::INFINITIVE),
    ("nominal", Class::NOMINAL),
    ("attributive", Class::ATTRIBUTIVE),
    ("owners", Class::OWNER),
    ("opinions", Class::OPINION),
    ("goes_on", Class::GOES_ON),
    ("to_mind", Class::TO_MIND),
    ("owned", Class::OWNED),
    ("occasions", Class::OCCASION),
    ("parted", Class::PARTED),
    ("particles", Class::PARTICLE),
    ("about", Class::ABOUT),
    ("silent", Class::NONE),
    ("grammar", Class::NONE),
    ("prefixes", Class::NONE),
    ("things", Class::THING),
    ("finite", Class::FINITE),
    ("place_before", Class::PLACE_BEFORE),
    ("openers", Class::OPENER),
    ("object_pronouns", Class::OBJECT_PRONOUN),
    ("tells", Class::TELLS),
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
        // Short texts are easily taken for a neighbour of theirs.
        let head = &text[..end];
        let found = whatlang::detect(head).filter(whatlang::Info::is_reliable);
        let among_ours = || whatlang::Detector::with_allowlist(OURS.to_vec()).detect_lang(head);
        let found = found.map(|info| info.lang()).or_else(among_ours);
        let code = match found {
            Some(whatlang::Lang::Fra) => "fr",
            Some(whatlang::Lang::Spa) => "es",
            Some(whatlang::Lang::Deu) => "de",
            // Its neighbours have no lists here.
            Some(
                whatlang::Lang::Rus
                | whatlang::Lang::Ukr
                | whatlang::Lang::Bel
                | whatlang::Lang::Bul
                | whatlang::Lang::Mkd,
            ) => "ru",
            Some(whatlang::Lang::Ara) => "ar",
            Some(whatlang::Lang::Tur) => "tr",
            _ => "en",
        };
        Self::of_code(code).unwrap_or(&LANGUAGES[0].1)
    }

    fn parsed(code: &'static str, list: &str) -> Self {
        let mut language = Self {
            code,
            words: FxHashMap::default(),
            phrases: FxHashMap::default(),
            endings: Vec::new(),
            beginnings: Vec::new(),
            prefixes: Vec::new(),
            grammar: Grammar::default(),
        };
        let read = language.add_list(list);
        read.unwrap_or_else(|error| panic!("{code}: {error}"));
        language
    }

    /// The same language with the words of a further list, whose words are reporting verbs up to the first section.
    ///
    /// # Errors
    /// If it has a section that lists do not have.
    pub fn with_list(&self, list: &str) -> Result<Self, UnknownSection> {
        let mut language = self.clone();
        language.add_list(list)?;
        Ok(language)
    }

    fn add_list(&mut self, list: &str) -> Result<(), UnknownSection> {
        let mut section = Class::VERB;
        let mut name = "";
        for (number, line) in list.lines().map(str::trim).enumerate() {
            if line.starts_with('#') {
                continue;
            }
            if let Some(of) = line.strip_prefix('[').and_then(|of| of.strip_suffix(']')) {
                name = of;
                let found = SECTIONS.iter().find(|(known, _)| *known == name);
                let unknown = || UnknownSection {
                    line: number + 1,
                    name: name.to_owned(),
                };
                section = found.ok_or_else(unknown)?.1;
                continue;
            }
            for entry in line.split_whitespace() {
                let entry = entry.to_lowercase().replace('’', "'");
                match name {
                    "grammar" => self.grammar.learn(&entry),
                    "prefixes" => self.prefixes.push(entry.into()),
                    _ => self.add(&entry, section),
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, entry: &str, section: Class) {
        let (word, kind) = entry.rsplit_once(':').unwrap_or((entry, "x"));
        let kind = KINDS.iter().find(|(known, _)| *known == kind);
        let class = section.and(kind.map_or(Class::NONE, |&(_, class)| class));
        if let Some(ending) = word.strip_prefix('-') {
            return self.endings.push((ending.into(), class));
        }
        if let Some(beginning) = word.strip_suffix('-') {
            return self.beginnings.push((beginning.into(), class));
        }
        let mut parts = word.split('_').map(Box::from);
        let first: Box<str> = parts.next().unwrap_or_default();
        let rest: Vec<Box<str>> = parts.collect();
        if rest.is_empty() {
            let known = self.words.entry(first).or_default();
            *known = known.and(class);
        } else {
            let known = self.phrases.entry(first).or_default();
            // English entries keep the section that they stand in first.
            let same = known
                .iter_mut()
                .find(|(other, _)| *other == rest && !self.grammar.is_plain());
            match same {
                Some((_, known)) => *known = known.and(class),
                None => known.push((rest, class)),
            }
        }
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
            return self.around_apostrophe(before, class, after);
        }
        if let Some(rest) = self.without_prefix(lower) {
            let kept = Class::VERB
                .and(Class::ACCORDING)
                .and(Class::PRONOUN)
                .and(Class::BETWEEN)
                .and(Class::THAT)
                .and(Class::GENDERS);
            let class = self.known(rest).common(kept);
            if class != Class::NONE {
                return class.and(Class::JOINED);
            }
        }
        let by_beginning = self
            .beginnings
            .iter()
            .filter(|(beginning, _)| lower.starts_with(&**beginning))
            .fold(Class::NONE, |all, &(_, class)| all.and(class));
        let by_form = self
            .endings
            .iter()
            .filter(|(ending, _)| lower.len() > ending.len() && lower.ends_with(&**ending))
            .fold(by_beginning, |all, &(_, class)| all.and(class));
        match lower.strip_suffix('s').map(|one| self.known(one)) {
            Some(one) if one.has(Class::ROLE) => Class::ROLE.and(Class::PLURAL).and(by_form),
            _ => by_form,
        }
    }

    /// *l'envoyé*, *qu'Alba*; *Başkanı'na*.
    fn around_apostrophe(&self, before: &str, class: Class, after: &str) -> Class {
        if self.grammar.parts_endings {
            return self.known(before);
        }
        let after = self.known(after);
        match self.grammar.elides {
            true if class.has(Class::THAT) => after.and(Class::THAT),
            true if before == "l" => after.and(Class::ARTICLED),
            _ => after,
        }
    }

    /// A word without what joins its front.
    fn without_prefix<'w>(&self, lower: &'w str) -> Option<&'w str> {
        self.prefixes
            .iter()
            .find_map(|prefix| lower.strip_prefix(&**prefix))
    }

    fn known(&self, word: &str) -> Class {
        self.words.get(word).copied().unwrap_or_default()
    }

    /// Of the phrases that begin with `lower`, the rests and what they are.
    pub fn phrases(&self, lower: &str) -> &[Phrase] {
        let found = self.phrases.get(lower).or_else(|| {
            let rest = self.without_prefix(lower)?;
            self.phrases.get(rest)
        });
        found.map_or(&[], Vec::as_slice)
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
        let more = english
            .with_list("Tooted\n[roles]\nbargemaster")
            .expect("is a list");
        assert!(more.class("tooted").has(Class::VERB) && !english.class("tooted").has(Class::VERB));
        assert!(more.class("bargemaster").has(Class::ROLE));
        let error = english.with_list("\n[verb]").expect_err("no section");
        assert_eq!((error.line, error.name.as_str()), (2, "verb"));
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
