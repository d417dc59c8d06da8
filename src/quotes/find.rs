//! The quotations of an article.

use super::indirect::statements;
use super::language::Language;
use super::marks::{MarkedSpan, spans};
use super::names::runs;
use super::people::People;
use super::place::Place;
use super::quotation::{Kind, Quotation, Resolved};
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
                    if identity.inferred {
                        quotation.resolved = quotation.resolved.at_most_inferred();
                    }
                }
                None => quotation.resolved = Resolved::Unresolved,
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
        quotation.target = target(tokens, &everybody, &said).map(|target| tokens.span(target));
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
            if let Some(&part) = parts.first() {
                found[part].span = span;
                continue;
            }
            found.push(Quotation {
                speaker: statement.speaker.map(|range| tokens.span(range)),
                verb: Some(tokens.all[statement.verb].span),
                resolved: Resolved::Stated,
                ..Quotation::unresolved(Kind::Indirect, span, span)
            });
        }
    }
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
        let quotation = |clause: Option<Clause>, resolved| Quotation {
            speaker: clause.as_ref().map(|of| tokens.span(of.speaker.clone())),
            verb: clause.map(|clause| tokens.all[clause.verb].span),
            resolved,
            ..Quotation::unresolved(kind, trimmed(tokens.text, span.inside), span.whole)
        };
        if let (true, Some(last)) = (span.goes_on, &last) {
            // Who speaks is told in one paragraph and holds for all: mostly the last.
            let now = match clause {
                Some(clause) => quotation(Some(clause), Resolved::Stated),
                None => Quotation {
                    speaker: last.speaker,
                    ..quotation(None, last.resolved.at_most_inferred())
                },
            };
            if let (Some(before), true) = (found.last_mut(), last.resolved != Resolved::Stated) {
                before.speaker = now.speaker;
                before.resolved = now.resolved.at_most_inferred();
            }
            found.push(now);
            continue;
        }
        match clause {
            _ if place.is_named_title() => {}
            Some(clause) => found.push(quotation(Some(clause), Resolved::Stated)),
            None if !place.floats() && place.is_title() => {}
            None if kind == Kind::Mixed => match place.subject() {
                Some(speaker) => found.push(Quotation {
                    speaker: Some(tokens.span(speaker)),
                    ..quotation(None, Resolved::Inferred)
                }),
                None if place.n_words() <= FEW_WORDS => {}
                None => found.push(quotation(None, Resolved::Unresolved)),
            },
            None => found.push(match last.filter(|_| place.floats()) {
                Some(last) => Quotation {
                    speaker: last.speaker,
                    ..quotation(None, last.resolved.at_most_inferred())
                },
                None => quotation(None, Resolved::Unresolved),
            }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
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
                    q.resolved,
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

    proptest! {
        #[test]
        fn any_article_has_quotations_with_valid_offsets(text in "([a-zA-Z]{1,8}|[ ,.:“”\"\\n]|said|the){0,60}|\\PC*") {
            for quotation in quotations(&text, english()) {
                prop_assert!(!quotation.span.of(&text).is_empty());
                if let Some(speaker) = quotation.speaker {
                    prop_assert!(!speaker.of(&text).is_empty());
                }
            }
        }
    }
}
