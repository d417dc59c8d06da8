//! Who is who in an article: names, the longest form of each, and whom pronouns and descriptions stand for.
//!
//! A name is a run of words with capitals. *Kerry* is the *John Kerry* of the same article; *the minister* is the last person
//! who was called one; *she* is the last speaker or subject who may be a woman, looked for backwards sentence by sentence.

use super::class::Class;
use super::tokens::Tokens;
use crate::text::capitals::{begins_with_capital, without_genitive};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Tokens that a pronoun looks back over.
const LOOK_BACK: usize = 600;
/// The most names and speakers that are looked at backwards, or that share a word.
const MOST_LOOKED_AT: usize = 500;
/// The most words of a name.
const LONGEST_NAME: usize = 5;

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

/// Somebody, or an organisation or place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// The longest form of the name.
    pub name: String,
    /// What is known of the gender; [`Class::NEUTER`] of what has several words and is no person.
    pub gender: Class,
    /// Whether it has a given name, a title or a role.
    pub is_human: bool,
}

/// The people of an article.
#[derive(Debug, Default)]
pub struct People {
    mentions: Vec<Mention>,
    people: Vec<Person>,
    /// Where somebody spoke, and who.
    spoken: Vec<(usize, usize)>,
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
    /// The people that an article names.
    ///
    /// Names in what is said between marks (`quoted`) and in headlines with capitals tell nobody's place.
    pub fn new(tokens: &Tokens<'_>, quoted: &[Range<usize>]) -> Self {
        let mut people = Self::default();
        let mut by_word: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        let mut at = 0;
        // Long forms first, so that short ones find them wherever they stand.
        let mut runs = Vec::new();
        let mut next_quoted = quoted.iter().peekable();
        while at < tokens.count() {
            if tokens.has(at, Class::LINE_START) || at == 0 {
                at = after_headline(tokens, at);
            }
            while next_quoted.next_if(|range| range.end <= at).is_some() {}
            if let Some(range) = next_quoted.peek().filter(|range| range.contains(&at)) {
                at = range.end;
                continue;
            }
            match name_at(tokens, at) {
                Some((role, name)) => {
                    at = name.end.max(at + 1);
                    runs.push((role, name));
                }
                None => at += 1,
            }
        }
        let mut order: Vec<usize> = (0..runs.len()).collect();
        order.sort_by_key(|&run| std::cmp::Reverse(runs[run].1.len()));
        let mut person_of = vec![0; runs.len()];
        for run in order {
            let (role, name) = &runs[run];
            let last = base(tokens.word(name.end - 1));
            let first = base(tokens.word(name.start));
            let known = by_word.get(last).and_then(|known| {
                known.iter().copied().take(MOST_LOOKED_AT).find(|&person| {
                    name.len() == 1 || people.people[person].name.starts_with(first)
                })
            });
            let known = known.or_else(|| {
                let by_first = by_word.get(first).filter(|_| name.len() == 1)?;
                by_first.first().copied()
            });
            let person = known.unwrap_or_else(|| {
                let text = tokens.span(name.clone()).of(tokens.text);
                people.people.push(Person {
                    name: base(text).replace('\n', " "),
                    ..Person::default()
                });
                let number = people.people.len() - 1;
                by_word.entry(last).or_default().push(number);
                if name.len() > 1 {
                    by_word.entry(first).or_default().push(number);
                }
                number
            });
            person_of[run] = person;
            people.learn(tokens, person, role.as_ref(), name);
        }
        people.mentions = runs
            .into_iter()
            .zip(person_of)
            .map(|((role, name), person)| Mention { name, role, person })
            .collect();
        people
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
    }

    /// The mentions that begin in `range`.
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
        let (person, role, inferred) = self.person_of(tokens, speaker)?;
        self.spoken.push((at, person));
        Some(Identity {
            canonical: self.people[person].name.clone(),
            role,
            inferred,
        })
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
                false => self.last_before(tokens, speaker.start, first.common(Class::GENDERS)),
            };
            return person.map(|person| (person, None, true));
        }
        let title = speaker
            .clone()
            .rev()
            .find(|&at| tokens.has(at, Class::ROLE));
        let owns = |of: &Mention| tokens.has(of.name.end - 1, Class::GENITIVE);
        let inside: Vec<Mention> = self
            .in_range(speaker.clone())
            .iter()
            .filter(|of| !owns(of))
            .cloned()
            .collect();
        let human = inside
            .iter()
            .find(|of| self.people[of.person].is_human)
            .or_else(|| {
                let ends = |of: &&Mention| of.name.end + 1 >= speaker.end;
                inside.iter().find(ends).filter(|_| title.is_none())
            });
        if let Some(mention) = human {
            let behind = || role_behind(tokens, mention.name.end);
            return Some((mention.person, mention.role.clone().or_else(behind), false));
        }
        let article = tokens.has(speaker.start, Class::DETERMINER) && speaker.len() > 1;
        let described = speaker.start + usize::from(article)..speaker.end;
        // *The foreign minister, Irena Tolk, said*
        if let Some(title) = title {
            let behind = speaker.end;
            let named = self.in_range(behind..behind + 2).first();
            if let Some(mention) =
                named.filter(|of| tokens.is(behind, ",") && of.name.start == behind + 1)
            {
                return Some((mention.person, Some(described), false));
            }
            if matches!(tokens.word(speaker.start), "the" | "The")
                && let Some(person) = self.with_role(tokens, title)
            {
                return Some((person, Some(described), true));
            }
        }
        let text = base(tokens.span(described.clone()).of(tokens.text));
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let person = match self.described.get(&name) {
            Some(&person) => person,
            None => {
                self.described.insert(name.clone(), self.people.len());
                let class = title.map_or(Class::NONE, |title| tokens.all[title].class);
                self.people.push(Person {
                    name,
                    gender: class.common(Class::MALE.and(Class::FEMALE)),
                    is_human: title.is_some() && !class.has(Class::PLURAL),
                });
                self.people.len() - 1
            }
        };
        Some((person, title.map(|_| described), false))
    }

    /// The name right in front of a relative pronoun.
    fn in_front(&self, at: usize) -> Option<usize> {
        let before = self.mentions.partition_point(|of| of.name.start < at);
        let last = self.mentions[..before].last()?;
        (at - last.name.end < 16).then_some(last.person)
    }

    /// Names in front of the mention `before`, from the last.
    fn back_from(&self, before: usize) -> impl Iterator<Item = &Mention> {
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

    /// Of the last speaker in front of `at` and the last name that a sentence begins with, those that may have a gender,
    /// the nearer.
    fn last_before(&self, tokens: &Tokens<'_>, at: usize, gender: Class) -> Option<usize> {
        let is_single = gender.has(Class::MALE.and(Class::FEMALE));
        let fits = |person: usize, spoke: bool| {
            let person = &self.people[person];
            match is_single {
                true => {
                    person.gender.has(gender)
                        || person.gender == Class::NONE
                            && (person.is_human || spoke && begins_with_capital(&person.name))
                }
                false => !person.is_human,
            }
        };
        let near = |place: usize| place < at && at - place < LOOK_BACK;
        let spoken = self
            .spoken
            .iter()
            .rev()
            .take(MOST_LOOKED_AT)
            .find(|&&(place, person)| near(place) && fits(person, true));
        let before = self.mentions.partition_point(|of| of.name.start < at);
        let mut subjects = self.mentions[..before]
            .iter()
            .rev()
            .take_while(|of| near(of.name.start));
        let subject = subjects.find(|of| {
            let first = of.role.as_ref().map_or(of.name.start, |role| role.start);
            near(first)
                && !tokens.has(of.name.end - 1, Class::GENITIVE)
                && opens_sentence(tokens, first)
                && fits(of.person, false)
        });
        match (spoken, subject) {
            (Some(&(place, person)), Some(subject)) => Some(match place >= subject.name.start {
                true => person,
                false => subject.person,
            }),
            (spoken, subject) => {
                let known = |of: &&Mention| is_single && self.people[of.person].gender.has(gender);
                spoken
                    .map(|of| of.1)
                    .or(subject.map(|of| of.person))
                    .or_else(|| Some(self.back_from(before).find(known)?.person))
            }
        }
    }
}

/// Whether a sentence begins at a token, or a determiner away from it.
fn opens_sentence(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.opens_sentence(at) || tokens.opens_sentence(at - 1)
}

/// Where to go on behind the line that begins at `first`, if most of its words have capitals; else `first`.
fn after_headline(tokens: &Tokens<'_>, first: usize) -> usize {
    let (mut at, mut words, mut capitals) = (first, 0, 0);
    while at < tokens.count()
        && at - first < 40
        && (at == first || !tokens.has(at, Class::LINE_START))
    {
        words += usize::from(tokens.is_word(at));
        capitals += usize::from(tokens.is_capital(at));
        at += 1;
    }
    match words > 4 && 3 * capitals > 2 * words {
        true => at,
        false => first,
    }
}

/// A role that an apposition gives: *Irena Tolk, the foreign minister of Suderia,*
fn role_behind(tokens: &Tokens<'_>, end: usize) -> Option<Range<usize>> {
    if !tokens.is(end, ",") {
        return None;
    }
    let start = end + 1;
    let stop = (start..tokens.count().min(start + 10)).find(|&at| {
        !tokens.is_word(at) || tokens.has(at, Class::VERB.and(Class::THAT).and(Class::RELATIVE))
    })?;
    let is_role = (start..stop).any(|at| tokens.has(at, Class::ROLE));
    let start = start + usize::from(tokens.has(start, Class::DETERMINER));
    (is_role && start < stop).then_some(start..stop)
}

/// A run of words with capitals that begins at `at`: role and name.
fn name_at(tokens: &Tokens<'_>, at: usize) -> Option<(Option<Range<usize>>, Range<usize>)> {
    let starts_sentence = tokens.opens_sentence(at)
        || !tokens.is_word(at - 1) && !matches!(tokens.word(at - 1), "," | "(" | "-" | ".");
    let small = Class::DETERMINER
        .and(Class::PRONOUN)
        .and(Class::ENDS)
        .and(Class::CONJUNCTION)
        .and(Class::TIME)
        .and(Class::THAT)
        .and(Class::BETWEEN)
        .and(Class::ACCORDING);
    if !tokens.is_capital(at) || tokens.has(at, small) {
        return None;
    }
    let mut end = at;
    while end < tokens.count() && end - at < 2 * LONGEST_NAME {
        let joins = end > at
            && (tokens.has(end, Class::INSIDE)
                && !tokens.has(end, Class::CONJUNCTION)
                && tokens.is_capital(end + 1)
                && !tokens.has(end + 1, Class::TIME)
                || tokens.is(end, ".") && !tokens.has(end, Class::SENTENCE_END)
                || tokens.is(end, "-") && tokens.is_capital(end + 1));
        let is_verb = end > at && tokens.has(end, Class::VERB) && !tokens.has(end, Class::NOUN);
        if !joins
            && (is_verb
                || !tokens.is_capital(end)
                || tokens.has(end, Class::TIME)
                || end > at && tokens.has(end, Class::LINE_START))
        {
            break;
        }
        end += 1;
        if tokens.has(end - 1, Class::GENITIVE) {
            break;
        }
    }
    while end > at && !tokens.is_word(end - 1) {
        end -= 1;
    }
    // A role in front: *Defence Minister Oskar Brandel*, *Secretary of State Jon Lind*.
    let titles = Class::ROLE.and(Class::HONORIFIC).and(Class::ABBREVIATION);
    let mut name = (at..end.saturating_sub(1))
        .rev()
        .find(|&at| tokens.has(at, titles))
        .map_or(at, |title| title + 1);
    let given = (name..end.saturating_sub(1)).find(|&at| tokens.has(at, Class::GIVEN));
    if let Some(given) = given {
        name = given;
    }
    while name < end
        && (!tokens.is_word(name) || tokens.has(name, Class::INSIDE) && !tokens.is_capital(name))
    {
        name += 1;
    }
    if name >= end {
        return None;
    }
    // A lone word that begins a sentence has its capital from there; it counts if it is known as no word.
    let lone = end - at == 1 && starts_sentence;
    let is_known = tokens.has(
        at,
        Class::VERB
            .and(Class::ROLE)
            .and(Class::STATEMENT)
            .and(Class::OBJECT_VERB),
    );
    if lone && is_known {
        return None;
    }
    Some(((name > at).then_some(at..name), name..end))
}

/// A name without a genitive.
fn base(word: &str) -> &str {
    without_genitive(word).trim_end_matches(['’', '\''])
}

#[cfg(test)]
mod tests {
    use super::super::language::Language;
    use super::*;

    fn identified(text: &str, speaker: &str) -> (String, bool) {
        let tokens = Tokens::new(text, Language::of_code("en").expect("is there"));
        let start = text.rfind(speaker).expect("is there");
        let range = tokens.at_byte(start)..tokens.at_byte(start + speaker.len());
        let found = People::new(&tokens, &[])
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
