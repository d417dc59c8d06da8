//! Stemming: a folded word in, its stem out.
//!
//! The Snowball stemmers of the `rust-stemmers` crate, which want lower-case input. Its Greek stemmer panics on some
//! words, so Greek goes through `frostem`. The stemmer's name and version are part of a model: another stemmer makes
//! other features.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

const RUST_STEMMERS: &str = "rust-stemmers 1.2.0";
const FROSTEM: &str = "frostem 2.20261016.1";

macro_rules! languages {
    ($($variant:ident $name:literal),* $(,)?) => {
        /// The language whose stemmer (and case rules) are used; `none` leaves words unstemmed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        #[allow(missing_docs)] // the names say it
        pub enum Language { None, $($variant),* }

        impl Language {
            /// Every language, by name.
            pub const ALL: &'static [(&'static str, Language)] =
                &[("none", Language::None), $(($name, Language::$variant)),*];
        }
    };
}

languages! {
    Arabic "arabic", Danish "danish", Dutch "dutch", English "english", Finnish "finnish",
    French "french", German "german", Greek "greek", Hungarian "hungarian", Italian "italian",
    Norwegian "norwegian", Portuguese "portuguese", Romanian "romanian", Russian "russian",
    Spanish "spanish", Swedish "swedish", Tamil "tamil", Turkish "turkish",
}

/// A language we have no stemmer for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no stemmer for `{found}`; there are {known}")]
pub struct UnknownLanguage {
    found: String,
    known: String,
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        known
            .map(|&(_, language)| language)
            .ok_or_else(|| UnknownLanguage {
                found: name.to_owned(),
                known: Self::ALL
                    .iter()
                    .map(|(name, _)| *name)
                    .collect::<Vec<_>>()
                    .join(", "),
            })
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Self::ALL.iter().find(|(_, language)| language == self);
        f.write_str(known.expect("every language is listed").0)
    }
}

enum Engine {
    None,
    RustStemmers(rust_stemmers::Stemmer),
    Frostem(frostem::Stemmer),
}

/// The stemmer of one language.
pub struct Stemmer {
    language: Language,
    engine: Engine,
}

impl Stemmer {
    /// The stemmer of `language`.
    pub fn new(language: Language) -> Self {
        use rust_stemmers::Algorithm;
        let algorithm = match language {
            Language::None => {
                return Self {
                    language,
                    engine: Engine::None,
                };
            }
            Language::Greek => {
                let stemmer = frostem::Stemmer::new(frostem::Algorithm::Greek);
                return Self {
                    language,
                    engine: Engine::Frostem(stemmer),
                };
            }
            Language::Arabic => Algorithm::Arabic,
            Language::Danish => Algorithm::Danish,
            Language::Dutch => Algorithm::Dutch,
            Language::English => Algorithm::English,
            Language::Finnish => Algorithm::Finnish,
            Language::French => Algorithm::French,
            Language::German => Algorithm::German,
            Language::Hungarian => Algorithm::Hungarian,
            Language::Italian => Algorithm::Italian,
            Language::Norwegian => Algorithm::Norwegian,
            Language::Portuguese => Algorithm::Portuguese,
            Language::Romanian => Algorithm::Romanian,
            Language::Russian => Algorithm::Russian,
            Language::Spanish => Algorithm::Spanish,
            Language::Swedish => Algorithm::Swedish,
            Language::Tamil => Algorithm::Tamil,
            Language::Turkish => Algorithm::Turkish,
        };
        let engine = Engine::RustStemmers(rust_stemmers::Stemmer::create(algorithm));
        Self { language, engine }
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Name and version of the code that stems, as a model records it.
    pub fn identity(&self) -> &'static str {
        match self.engine {
            Engine::None => "none",
            Engine::RustStemmers(_) => RUST_STEMMERS,
            Engine::Frostem(_) => FROSTEM,
        }
    }

    /// The stem of `word`, which is lower-case.
    pub fn stem<'w>(&self, word: &'w str) -> Cow<'w, str> {
        match &self.engine {
            Engine::None => Cow::Borrowed(word),
            Engine::RustStemmers(stemmer) => stemmer.stem(word),
            Engine::Frostem(stemmer) => stemmer.stem(word),
        }
    }
}

impl fmt::Debug for Stemmer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stemmer({}, {})", self.language, self.identity())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_of_one_stem_meet() {
        let english = Stemmer::new(Language::English);
        assert_eq!(english.stem("negotiations"), english.stem("negotiate"));
        let russian = Stemmer::new(Language::Russian);
        assert_eq!(russian.stem("переговоров"), russian.stem("переговоры"));
        assert_eq!(Stemmer::new(Language::None).stem("talks"), "talks");
    }

    #[test]
    fn greek_survives_what_panics_elsewhere() {
        assert!(!Stemmer::new(Language::Greek).stem("ισαισα").is_empty());
    }

    #[test]
    fn recorded_versions_are_those_of_the_lock_file() {
        let lock = include_str!("../../Cargo.lock");
        for identity in [RUST_STEMMERS, FROSTEM] {
            let (name, version) = identity.split_once(' ').unwrap();
            assert!(
                lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"")),
                "{identity}"
            );
        }
    }

    #[test]
    fn names_parse_and_print() {
        for (name, language) in Language::ALL {
            assert_eq!(name.parse::<Language>().as_ref(), Ok(language));
            assert_eq!(language.to_string(), *name);
        }
        assert!("klingon".parse::<Language>().is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn no_language_panics(
            word in prop_oneof![
                "[a-zàâäçéèêëíîïñóôöúùûüßæœøåğışţțşăőű']{1,14}",
                "[α-ωάέήίόύώϊϋΐΰς]{1,14}", "[а-яё]{1,14}", "[ا-ي]{1,14}", "[அ-ஹா-்]{1,14}", "\\PC{1,8}",
            ],
        ) {
            for (_, language) in Language::ALL {
                Stemmer::new(*language).stem(&word.to_lowercase());
            }
        }
    }
}
