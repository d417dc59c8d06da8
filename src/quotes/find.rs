//! The quotations of an article.

use super::indirect::statements;
use super::language::Language;
use super::marks::{MarkedSpan, spans};
use super::names::runs;
use super::people::People;
use super::place::Place;
use super::quotation::{Kind, Quotation, Resolution};
use super::reporting::{Clause, trimmed};
use super::target::{Said, target};
use super::tokens::Tokens;
use crate::statement::ByteSpan;
use std::ops::Range;

/// The most words of a marked stretch that may only distance a word or name a work.
const FEW_WORDS: usize = 3;

/// The quotations of an article in `language`, in order.
pub fn quotations(text: &str, language: &Language) -> Vec<Quotation> {
    let marked = spans(text);
    let tokens = Tokens::new(text, language);
    let mut found = marked_quotations(&tokens, &marked);
    add_indirect(&tokens, &mut found);
    identify(&tokens, &mut found);
    found
}

/// Says who the speakers are, whom they speak of, and in which sentence.
fn identify(tokens: &Tokens<'_>, found: &mut [Quotation]) {
    let range = |span: ByteSpan| {
        let start = tokens.at_byte(span.start);
        start..tokens.at_byte(span.end).max(start + 1).min(tokens.count())
    };
    let quoted: Vec<Range<usize>> = found
        .iter()
        .filter(|quotation| quotation.kind == Kind::Direct)
        .map(|quotation| range(quotation.span))
        .collect();
    let names = runs(tokens);
    let everybody = People::new(tokens, &names, Vec::new());
    let mut people = People::new(tokens, &names, quoted);
    let mut sentence = 0..0;
    for quotation in found {
        let speaker = quotation.speaker.map(range);
        if let Some(speaker) = speaker.clone().filter(|range| !range.is_empty()) {
            match people.identify(tokens, speaker) {
                Some(identity) => {
                    quotation.canonical = identity.canonical;
                    quotation.role = identity.role.map(|role| tokens.span(role));
                    if identity.inferred && quotation.resolution == Resolution::Stated {
                        quotation.resolution = Resolution::LookedUp;
                    }
                }
                None => quotation.resolution = Resolution::NobodyFits,
            }
        }
        // Quotations come in order, so sentences are cut once.
        let whole = quotation.whole;
        while sentence.end < tokens.count() && tokens.all[sentence.end].span.start <= whole.start {
            sentence = tokens.sentence(sentence.end);
        }
        let said = Said {
            verb: quotation.verb.map(|verb| tokens.at_byte(verb.start)),
            speaker,
            canonical: quotation.canonical.clone(),
            content: range(quotation.span),
            sentence: sentence.clone(),
        };
        if let Some(target) = target(tokens, &everybody, &said) {
            quotation.target = Some(tokens.span(target.clone()));
            quotation.target_canonical = everybody.name_of(tokens, target);
        }
        let mut context = sentence.clone();
        while context.end < tokens.count() && tokens.all[context.end - 1].span.end < whole.end {
            context.end = tokens.sentence(context.end).end;
        }
        quotation.context = tokens.span(context);
    }
}

/// Adds what is reported without marks, and makes quotations of parts of a clause as long as the clause.
fn add_indirect(tokens: &Tokens<'_>, found: &mut Vec<Quotation>) {
    let n_marked = found.len();
    // Further parts of a clause that is one quotation.
    let mut is_covered: Vec<usize> = Vec::new();
    let mut first = 0;
    let mut sentence = 0..0;
    while sentence.end < tokens.count() {
        sentence = tokens.sentence(sentence.end);
        let here = tokens.span(sentence.clone());
        while first < n_marked && found[first].whole.end <= here.start {
            first += 1;
        }
        let mut last = first;
        while last < n_marked && found[last].whole.start < here.end {
            last += 1;
        }
        let direct: Vec<Range<usize>> = found[first..last]
            .iter()
            .filter(|quotation| quotation.kind == Kind::Direct)
            .map(|quotation| {
                tokens.at_byte(quotation.whole.start)..tokens.at_byte(quotation.whole.end)
            })
            .collect();
        let masked = |at: usize| direct.iter().any(|range| range.contains(&at));
        for statement in statements(tokens, sentence.clone(), &masked) {
            let mut span = tokens.span(statement.content.clone());
            let parts: Vec<usize> = (first..last)
                .filter(|&at| {
                    let whole = found[at].whole;
                    whole.start < span.end && span.start < whole.end
                })
                .collect();
            for &at in &parts {
                span.start = span.start.min(found[at].whole.start);
                span.end = span.end.max(found[at].whole.end);
            }
            if let Some((&part, more)) = parts.split_first() {
                found[part].span = span;
                is_covered.extend(more);
                continue;
            }
            found.push(Quotation {
                resolution: match &statement.speaker {
                    None => Resolution::NoSubject,
                    Some(speaker) if speaker.start < sentence.start => Resolution::SentenceBefore,
                    Some(_) => Resolution::Stated,
                },
                speaker: statement.speaker.map(|range| tokens.span(range)),
                verb: Some(tokens.all[statement.verb].span),
                ..Quotation::unresolved(Kind::Indirect, span, span)
            });
        }
    }
    is_covered.sort_unstable();
    let mut number = 0;
    found.retain(|_| {
        number += 1;
        is_covered.binary_search(&(number - 1)).is_err()
    });
    found.sort_by_key(|quotation| (quotation.span.start, quotation.span.end));
}

/// The direct and mixed quotations, in order.
fn marked_quotations(tokens: &Tokens<'_>, marked: &[MarkedSpan]) -> Vec<Quotation> {
    let mut found: Vec<Quotation> = Vec::new();
    for (number, span) in marked.iter().enumerate() {
        let place = Place::new(tokens, marked, number);
        let clause = place.clause();
        let kind = place.kind();
        let last = found.last().cloned();
        let quotation = |clause: Option<Clause>, resolution| Quotation {
            speaker: clause.as_ref().map(|of| tokens.span(of.speaker.clone())),
            verb: clause.map(|clause| tokens.all[clause.verb].span),
            resolution,
            ..Quotation::unresolved(kind, trimmed(tokens.text, span.inside), span.whole)
        };
        if let (true, Some(last)) = (span.goes_on, &last) {
            // Who speaks is told in one paragraph and holds for all: mostly the last.
            let now = match clause {
                Some(clause) => quotation(Some(clause), Resolution::Stated),
                None => Quotation {
                    speaker: last.speaker,
                    ..quotation(None, last.resolution.carried())
                },
            };
            if let (Some(before), true) = (found.last_mut(), last.resolution != Resolution::Stated)
            {
                before.speaker = now.speaker;
                before.resolution = now.resolution.carried();
            }
            found.push(now);
            continue;
        }
        match clause {
            _ if place.is_named_title() => {}
            Some(clause) => {
                let resolution = place.resolution(&clause);
                found.push(quotation(Some(clause), resolution));
            }
            None if !place.floats() && place.is_title() => {}
            None if kind == Kind::Mixed => match place.subject() {
                Some(speaker) => found.push(Quotation {
                    speaker: Some(tokens.span(speaker)),
                    ..quotation(None, Resolution::Subject)
                }),
                None if place.n_words() <= FEW_WORDS => {}
                None => found.push(quotation(None, Resolution::NoClause)),
            },
            None => found.push(match last.filter(|_| place.floats()) {
                Some(last) => Quotation {
                    speaker: last.speaker,
                    ..quotation(None, last.resolution.carried())
                },
                None => quotation(None, Resolution::NoClause),
            }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::quotation::Resolved;
    use super::*;
    use proptest::prelude::*;

    fn english() -> &'static Language {
        Language::of_code("en").expect("is there")
    }

    fn told(text: &str) -> Vec<(Kind, &str, Option<&str>, Resolved)> {
        quotations(text, english())
            .iter()
            .map(|q| {
                (
                    q.kind,
                    q.span.of(text),
                    q.speaker.map(|s| s.of(text)),
                    q.resolution.resolved(),
                )
            })
            .collect()
    }

    #[test]
    fn the_speaker_stands_before_or_behind_the_verb() {
        use Kind::{Direct, Mixed};
        use Resolved::Stated;
        for (text, kind, quote, speaker) in [
            (
                "“We will wait,” the foreign minister said on Monday.",
                Direct,
                "We will wait,",
                "the foreign minister",
            ),
            (
                "“We will wait,” said Mara Lind, the envoy of Norland.",
                Direct,
                "We will wait,",
                "Mara Lind",
            ),
            (
                "Mara Lind, the envoy of Norland, said: “We will wait.”",
                Direct,
                "We will wait.",
                "Mara Lind",
            ),
            (
                "According to Gov. Lind, “nothing is lost.”",
                Direct,
                "nothing is lost.",
                "Gov. Lind",
            ),
            (
                "He called the plan “a trap for fools”.",
                Mixed,
                "the plan “a trap for fools”",
                "He",
            ),
        ] {
            // Nobody is named whom *he* could stand for.
            let resolved = if speaker == "He" {
                Resolved::Unresolved
            } else {
                Stated
            };
            assert_eq!(
                told(text),
                [(kind, quote, Some(speaker), resolved)],
                "{text}"
            );
        }
    }

    #[test]
    fn a_floating_quotation_has_the_speaker_of_the_one_before() {
        let text = "“We will wait,” said Lind. “Then we will talk.”";
        let found = told(text);
        assert_eq!(found[1].1, "Then we will talk.");
        assert_eq!((found[1].2, found[1].3), (Some("Lind"), Resolved::Inferred));
    }

    #[test]
    fn marks_that_only_distance_a_word_are_no_quotation() {
        assert_eq!(
            told("The so-called “peace zone” is quiet, and “War Songs” sells well."),
            []
        );
    }

    #[test]
    fn marked_parts_of_a_clause_are_one_quotation() {
        let text = "Lind said the plan was “a trap” for “fools and liars” in both ports.";
        let found = told(text);
        assert_eq!(
            found,
            [(
                Kind::Mixed,
                "the plan was “a trap” for “fools and liars” in both ports",
                Some("Lind"),
                Resolved::Stated
            )]
        );
    }

    #[test]
    fn what_a_sentence_says_of_itself_is_nobodys_speech() {
        let text = "An official who asked not to be named said the port was closed.";
        let found = told(text);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].1, found[0].2),
            ("the port was closed", Some("An official"))
        );
        let text = "Jon Hale, who watched the ships, said he was tired of it.";
        assert_eq!(told(text)[0].1, "he was tired of it");
        assert_eq!(told("The envoy warned of a long war.")[0].1, "a long war");
        let text = "In a statement, Mara Lind: “We shall sail.”";
        assert_eq!(told(text)[0].2, Some("Mara Lind"));
    }

    proptest! {
        #[test]
        fn any_article_has_quotations_with_valid_offsets(text in "([a-zA-Z]{1,8}|[ ,.:“”\"\\n]|said|the){0,60}|\\PC*") {
            for quotation in quotations(&text, english()) {
                prop_assert!(!quotation.span.of(&text).is_empty());
                let spans = [quotation.speaker, quotation.verb, quotation.target, quotation.role];
                for span in spans.into_iter().flatten().chain([quotation.whole]) {
                    prop_assert!(!span.of(&text).is_empty());
                }
                let context = quotation.context.of(&text);
                prop_assert!(context.contains(quotation.span.of(&text)));
            }
        }
    }
}
