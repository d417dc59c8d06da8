//! Who is who in an article: names, the longest form of each, and whom descriptions stand for.
//!
//! *Kerry* is the *John Kerry* of the same article; *the minister* is the last person who was called one. [Pronouns](super::pronouns)
//! are looked up among these people.

use super::class::Class;
use super::names::{Run, base};
use super::tokens::Tokens;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// The most names and speakers that are looked at backwards, or that share a word.
pub(super) const MOST_LOOKED_AT: usize = 500;

/// A name at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Its tokens, without a role in front.
    pub name: Range<usize>,
    /// The role in front of it: *Defence Minister*.
    pub role: Option<Range<usize>>,
    /// Number of the person.
    pub person: usize,
}

impl Mention {
    /// Where it begins, with the role.
    pub fn start(&self) -> usize {
        self.role
            .as_ref()
            .map_or(self.name.start, |role| role.start)
    }
}

/// Somebody, or an organisation or place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// The longest form of the name.
    pub name: String,
    /// What is known of the gender; [`Class::NEUTER`] of what is no person by its last word.
    pub gender: Class,
    /// Whether it has a given name, a title or a role.
    pub is_human: bool,
    /// Whether it has a description for a name.
    pub is_described: bool,
    /// Whether that had an article which tells of somebody known: *the nominee*.
    pub is_definite: bool,
    /// How often the article names it.
    pub mentions: usize,
}

/// Where somebody spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spoken {
    pub at: usize,
    pub person: usize,
    /// Whether it was several.
    pub is_plural: bool,
}

/// The people of an article.
#[derive(Debug, Default)]
pub struct People {
    pub(super) mentions: Vec<Mention>,
    pub(super) people: Vec<Person>,
    /// Where somebody spoke, and who.
    pub(super) spoken: Vec<Spoken>,
    /// What stands between marks.
    pub(super) quoted: Vec<Range<usize>>,
    /// Who is only described, by the description.
    described: FxHashMap<String, usize>,
}

/// Whom a speaker's words stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name to go by.
    pub canonical: String,
    /// The role that the article gives there.
    pub role: Option<Range<usize>>,
    /// Whether it was looked for elsewhere.
    pub inferred: bool,
}

impl People {
    /// The people of some names; those in what is said between marks (`quoted`) tell nobody's place.
    pub fn new(tokens: &Tokens<'_>, names: &[Run], quoted: Vec<Range<usize>>) -> Self {
        let mut people = Self::default();
        let mut by_word: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        let mut next_quoted = quoted.iter().peekable();
        let runs: Vec<&Run> = names
            .iter()
            .filter(|run| {
                while next_quoted
                    .next_if(|range| range.end <= run.name.start)
                    .is_some()
                {}
                next_quoted
                    .peek()
                    .is_none_or(|range| range.start > run.name.start)
            })
            .collect();
        // Long forms first, so that short ones find them wherever they stand.
        let mut order: Vec<usize> = (0..runs.len()).collect();
        order.sort_by_key(|&run| std::cmp::Reverse(runs[run].name.len()));
        let mut person_of = vec![0; runs.len()];
        for run in order {
            let Run { role, name } = runs[run];
            let last = base(tokens.word(name.end - 1));
            let first = base(tokens.word(name.start));
            let title = titled(tokens, role.as_ref());
            // *Republicans* are not the last of them.
            let is_office =
                name.len() == 1 && role.is_none() && tokens.has(name.start, Class::ROLE);
            let known = by_word
                .get(last)
                .filter(|_| !is_office)
                .and_then(|known| people.known(known, first, name.len() == 1, title));
            let person = known.unwrap_or_else(|| {
                let text = tokens.span(name.clone()).of(tokens.text);
                people.people.push(Person {
                    name: base(text).replace('\n', " "),
                    ..Person::default()
                });
                let number = people.people.len() - 1;
                by_word.entry(last).or_default().push(number);
                if name.len() > 1 && first != last {
                    by_word.entry(first).or_default().push(number);
                }
                number
            });
            person_of[run] = person;
            people.people[person].mentions += 1;
            people.learn(tokens, person, role.as_ref(), name);
        }
        people.mentions = runs
            .into_iter()
            .zip(person_of)
            .map(|(run, person)| Mention {
                name: run.name.clone(),
                role: run.role.clone(),
                person,
            })
            .collect();
        people.quoted = quoted;
        people
    }

    /// Of some who share a word, the one that a name may mean: whose last word it is before whose first word it is, a human before
    /// others, and nobody of another gender than the title's.
    fn known(&self, known: &[usize], first: &str, is_lone: bool, title: Class) -> Option<usize> {
        let fits = |&person: &usize| {
            let person = &self.people[person];
            let other =
                title != Class::NONE && person.gender != Class::NONE && !person.gender.has(title);
            !other && (is_lone || person.name.starts_with(first))
        };
        let rank = |&person: &usize| {
            let person = &self.people[person];
            let is_last = person.name.ends_with(first);
            match (is_last, person.is_human) {
                (true, true) => 0,
                (true, false) => 1,
                (false, true) => 2,
                (false, false) => 3,
            }
        };
        let fitting = known.iter().take(MOST_LOOKED_AT).copied().filter(fits);
        match is_lone {
            true => fitting.min_by_key(rank),
            false => { fitting }.next(),
        }
    }

    /// What a mention tells of a person.
    fn learn(
        &mut self,
        tokens: &Tokens<'_>,
        person: usize,
        role: Option<&Range<usize>>,
        name: &Range<usize>,
    ) {
        let person = &mut self.people[person];
        let has_role = role.is_some();
        if !has_role && tokens.has(name.end - 1, Class::THING) && !person.is_human {
            person.gender = Class::NEUTER;
            return;
        }
        let mut told = |class: Class| {
            let gender = class.common(Class::MALE.and(Class::FEMALE));
            if person.gender == Class::NONE {
                person.gender = gender;
            }
            person.is_human = true;
        };
        let titles = Class::HONORIFIC.and(Class::ROLE);
        for at in role.cloned().into_iter().flatten() {
            if tokens.has(at, titles) {
                told(tokens.all[at].class);
            }
        }
        let given = tokens.all[name.start].class;
        if name.len() > 1 && given.has(Class::GIVEN) {
            told(given);
        }
        // *The actress Mara Lind*
        if let Some(before) = name.start.checked_sub(1)
            && !has_role
            && tokens.has(before, Class::ROLE)
            && !tokens.has(before, Class::PLURAL.and(Class::GENITIVE))
        {
            told(tokens.all[before].class);
        }
    }

    /// The mentions that end behind the beginning of `range` and begin in front of its end.
    fn in_range(&self, range: Range<usize>) -> &[Mention] {
        let start = self
            .mentions
            .partition_point(|of| of.name.end <= range.start);
        let end = self
            .mentions
            .partition_point(|of| of.name.start < range.end);
        &self.mentions[start.min(end)..end]
    }

    /// Names in `range`, each with whether it is that of a person.
    pub fn names(&self, range: Range<usize>) -> impl Iterator<Item = (&Mention, &Person)> {
        self.in_range(range)
            .iter()
            .map(|mention| (mention, &self.people[mention.person]))
    }

    /// Whom `speaker` stands for; remembers that they spoke there.
    pub fn identify(&mut self, tokens: &Tokens<'_>, speaker: Range<usize>) -> Option<Identity> {
        let at = speaker.start;
        let is_plural = self.is_several(tokens, &speaker);
        let (person, role, inferred) = self.person_of(tokens, speaker)?;
        self.spoken.push(Spoken {
            at,
            person,
            is_plural,
        });
        Some(Identity {
            canonical: self.people[person].name.clone(),
            role,
            inferred,
        })
    }

    /// Whether a speaker is several: *Lind and Tolk*, *the ministers*.
    fn is_several(&self, tokens: &Tokens<'_>, speaker: &Range<usize>) -> bool {
        let names = self.in_range(speaker.clone());
        let joined = |pair: &[Mention]| {
            (pair[0].name.end..pair[1].name.start).any(|at| tokens.has(at, Class::CONJUNCTION))
        };
        tokens.has(speaker.start, Class::PRONOUN) && tokens.has(speaker.start, Class::PLURAL)
            || names.windows(2).any(joined)
            || names.is_empty() && tokens.is_plural(speaker.end - 1)
    }

    /// The number of the person, the role given there, and whether it was looked for elsewhere.
    fn person_of(
        &mut self,
        tokens: &Tokens<'_>,
        speaker: Range<usize>,
    ) -> Option<(usize, Option<Range<usize>>, bool)> {
        let first = tokens.all[speaker.start].class;
        if speaker.len() == 1 && first.has(Class::PRONOUN) {
            let person = match first.has(Class::RELATIVE) {
                true => self.in_front(speaker.start),
                false => self.meant(tokens, speaker.start, first.common(Class::GENDERS)),
            };
            return person.map(|person| (person, None, true));
        }
        if let Some(group) = self.group(tokens, &speaker) {
            return Some((group, None, false));
        }
        let title = title_in(tokens, &speaker);
        if let Some(mention) = self.named(tokens, &speaker) {
            let behind = || role_behind(tokens, mention.name.end);
            return Some((mention.person, mention.role.clone().or_else(behind), false));
        }
        let article = tokens.has(speaker.start, Class::DETERMINER) && speaker.len() > 1;
        let described = without_article(tokens, &speaker);
        // *The foreign minister, Irena Tolk, said*
        if let Some(title) = title {
            let behind = speaker.end;
            let named = self.in_range(behind..behind + 2).first();
            if let Some(mention) =
                named.filter(|of| tokens.is(behind, ",") && of.name.start == behind + 1)
            {
                return Some((mention.person, Some(described), false));
            }
            let is_known = article && !tokens.has(speaker.start, Class::VAGUE);
            if is_known && let Some(person) = self.with_role(tokens, title) {
                return Some((person, Some(described), true));
            }
        }
        let class = title.map_or(Class::NONE, |title| tokens.all[title].class);
        let person = self.describe(tokens, described.clone(), class);
        Some((person, title.map(|_| described), false))
    }

    /// The name that a phrase has, if it names somebody and not what is theirs.
    fn named(&self, tokens: &Tokens<'_>, phrase: &Range<usize>) -> Option<Mention> {
        let owns = |of: &Mention| tokens.has(of.name.end - 1, Class::GENITIVE);
        let inside: Vec<&Mention> = self
            .in_range(phrase.clone())
            .iter()
            .filter(|of| !owns(of))
            .collect();
        // *The Norland minister* is not Norland.
        let names_office = |of: &Mention| {
            (of.name.end..phrase.end)
                .take_while(|&at| tokens.is_word(at))
                .any(|at| tokens.has(at, Class::ROLE))
        };
        let human = inside
            .iter()
            .find(|of| self.people[of.person].is_human && !names_office(of));
        let last = || {
            let ends = |of: &&&Mention| !(of.name.end..phrase.end).any(|at| tokens.is_word(at));
            let last = inside.iter().find(ends);
            last.filter(|_| title_in(tokens, phrase).is_none())
        };
        human.or_else(last).map(|of| (*of).clone())
    }

    /// What a phrase that nobody speaks in goes by: a name, or the phrase without its article.
    pub fn name_of(&self, tokens: &Tokens<'_>, phrase: Range<usize>) -> String {
        // *Tolk’s* alone, of *criticised Tolk’s plan*, is Tolk.
        let is_all = |of: &&Mention| of.start() <= phrase.start && of.name.end == phrase.end;
        let whole = self.in_range(phrase.clone()).iter().find(is_all).cloned();
        match whole.or_else(|| self.named(tokens, &phrase)) {
            Some(mention) => self.people[mention.person].name.clone(),
            None => described(tokens, without_article(tokens, &phrase)),
        }
    }

    /// Several by name: *President Lind and Oskar Brandel*.
    fn group(&mut self, tokens: &Tokens<'_>, speaker: &Range<usize>) -> Option<usize> {
        let is_joint = |at: usize| {
            tokens.has(at, Class::CONJUNCTION.and(Class::DETERMINER)) || tokens.is(at, ",")
        };
        let names = self.in_range(speaker.clone());
        let first = names.first()?;
        let mut end = speaker.start;
        let mut is_joined = false;
        for mention in names {
            let mut between = end..mention.start().max(end);
            is_joined |= between.clone().any(|at| tokens.has(at, Class::CONJUNCTION));
            let fits = mention == first || !between.is_empty();
            if !fits || !between.all(is_joint) {
                return None;
            }
            end = mention.name.end;
        }
        if !is_joined || end != speaker.end {
            return None;
        }
        let named = names.iter().map(|of| self.people[of.person].name.as_str());
        let name = named.collect::<Vec<_>>().join("; ");
        Some(match self.described.get(&name) {
            Some(&known) => known,
            None => {
                self.described.insert(name.clone(), self.people.len());
                self.people.push(Person {
                    name,
                    mentions: 1,
                    ..Person::default()
                });
                self.people.len() - 1
            }
        })
    }

    /// Somebody who goes by a description, with the class of the office in it.
    pub(super) fn describe(
        &mut self,
        tokens: &Tokens<'_>,
        described: Range<usize>,
        title: Class,
    ) -> usize {
        let article = described.start.wrapping_sub(1);
        let is_definite =
            tokens.has(article, Class::DETERMINER) && !tokens.has(article, Class::VAGUE);
        let name = self::described(tokens, described);
        if let Some(&person) = self.described.get(&name) {
            return person;
        }
        self.described.insert(name.clone(), self.people.len());
        self.people.push(Person {
            name,
            gender: title.common(Class::MALE.and(Class::FEMALE)),
            is_human: title.has(Class::ROLE) && !title.has(Class::PLURAL),
            is_described: true,
            is_definite,
            mentions: 1,
        });
        self.people.len() - 1
    }

    /// Names in front of the mention `before`, from the last.
    pub(super) fn back_from(&self, before: usize) -> impl Iterator<Item = &Mention> {
        self.mentions[..before].iter().rev().take(MOST_LOOKED_AT)
    }

    /// The last person in front of `at` who was called what the token `at` is.
    fn with_role(&self, tokens: &Tokens<'_>, at: usize) -> Option<usize> {
        let same = |other: usize| tokens.word(other).eq_ignore_ascii_case(tokens.word(at));
        let before = self.mentions.partition_point(|of| of.name.start < at);
        self.back_from(before).find_map(|mention| {
            let behind = || role_behind(tokens, mention.name.end);
            let role = mention.role.clone().or_else(behind)?;
            role.into_iter().any(same).then_some(mention.person)
        })
    }
}

/// A role that an apposition gives: *Irena Tolk, the foreign minister of Suderia,*
fn role_behind(tokens: &Tokens<'_>, end: usize) -> Option<Range<usize>> {
    if !tokens.is(end, ",") {
        return None;
    }
    let start = end + 1;
    let verbs = Class::VERB.and(Class::THAT).and(Class::RELATIVE);
    let stop = (start..tokens.count().min(start + 10))
        .find(|&at| !tokens.is_word(at) || tokens.has(at, verbs))?;
    // *In Port Halle, the mayor said* has none.
    if tokens.has(stop, Class::VERB) {
        return None;
    }
    let is_role = (start..stop).any(|at| tokens.has(at, Class::ROLE));
    let start = start + usize::from(tokens.has(start, Class::DETERMINER));
    (is_role && start < stop).then_some(start..stop)
}

/// The gender that the titles in front of a name tell.
fn titled(tokens: &Tokens<'_>, role: Option<&Range<usize>>) -> Class {
    let all = role.cloned().into_iter().flatten();
    all.fold(Class::NONE, |known, at| {
        known.and(tokens.all[at].class.common(Class::MALE.and(Class::FEMALE)))
    })
}

/// The last word in a phrase that is a role.
fn title_in(tokens: &Tokens<'_>, phrase: &Range<usize>) -> Option<usize> {
    let mut words = phrase.clone().rev();
    words.find(|&at| tokens.has(at, Class::ROLE))
}

fn without_article(tokens: &Tokens<'_>, phrase: &Range<usize>) -> Range<usize> {
    let article = tokens.has(phrase.start, Class::DETERMINER) && phrase.len() > 1;
    phrase.start + usize::from(article)..phrase.end
}

/// A description as a name.
fn described(tokens: &Tokens<'_>, words: Range<usize>) -> String {
    let text = base(tokens.span(words).of(tokens.text));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::language::Language;
    use super::super::names::runs;
    use super::*;

    fn identified(text: &str, speaker: &str) -> (String, bool) {
        let tokens = Tokens::new(text, Language::of_code("en").expect("is there"));
        let start = text.rfind(speaker).expect("is there");
        let range = tokens.at_byte(start)..tokens.at_byte(start + speaker.len());
        let names = runs(&tokens);
        let found = People::new(&tokens, &names, Vec::new())
            .identify(&tokens, range)
            .expect("somebody");
        (found.canonical, found.inferred)
    }

    #[test]
    fn a_surname_stands_for_the_longest_form() {
        let text = "Envoy Mara Lind arrived. Lind said that talks go on.";
        assert_eq!(identified(text, "Lind"), ("Mara Lind".to_owned(), false));
    }

    #[test]
    fn a_pronoun_stands_for_the_last_that_fits() {
        let text = "Mr. Brandel met Ms. Tolk in Port Halle. She said that talks go on.";
        assert_eq!(identified(text, "She"), ("Tolk".to_owned(), true));
        let text = "Mr. Brandel met Ms. Tolk in Port Halle. He said that talks go on.";
        assert_eq!(identified(text, "He"), ("Brandel".to_owned(), true));
    }

    #[test]
    fn several_have_all_their_names() {
        let text = "President Mara Lind met Oskar Brandel. Lind and Brandel said that talks go on.";
        let expected = ("Mara Lind; Oskar Brandel".to_owned(), false);
        assert_eq!(identified(text, "Lind and Brandel"), expected);
        let text = "The ministers of Norland and Suderia said that talks go on.";
        let told = identified(text, "The ministers of Norland and Suderia").0;
        assert_eq!(told, "ministers of Norland and Suderia");
    }

    #[test]
    fn a_description_stands_for_who_was_called_so() {
        let text = "Defence Minister Oskar Brandel left. Ferries wait, the minister said.";
        assert_eq!(
            identified(text, "the minister"),
            ("Oskar Brandel".to_owned(), true)
        );
        let text = "The harbour master of Port Halle said no.";
        assert_eq!(identified(text, "The harbour master").0, "harbour master");
    }
}
