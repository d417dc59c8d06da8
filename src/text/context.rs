//! What is known of a statement beside its words, written into its text: who speaks, about whom, and the values of
//! further columns.
//!
//! A model that has learned that Norland is hostile has learned an actor and not a stance. With a column for speakers and one
//! for targets, their names become `⟦speaker⟧` and `⟦target⟧` wherever they stand, and other words that have a capital
//! inside a sentence `⟦other⟧`; the names themselves can then be no features. A further column adds its value behind the
//! text, such as `⟦register: communiqué⟧`. Each mark is one word. [`Context::mark`] writes marks, and writes such brackets of
//! the text itself as `〚` and `〛`, so that no text can pass for a mark.

use super::capitals::{Word, begins_with_capital, capitals_tell_nothing, words_of};
use super::normalize::fold;
use super::stem::Language;
use crate::statement::ByteSpan;
use serde::{Deserialize, Serialize};

/// The mark of the speaker.
pub const SPEAKER: &str = "⟦speaker⟧";
/// The mark of the target.
pub const TARGET: &str = "⟦target⟧";
/// The mark of an actor who is neither speaker nor target, and of every masked name.
pub const OTHER: &str = "⟦other⟧";
const OPEN: char = '⟦';
const CLOSE: char = '⟧';
/// Brackets of the text itself; as many bytes as those of marks.
const NEIGHBOURS: [(char, char); 2] = [(OPEN, '〚'), (CLOSE, '〛')];
/// The most characters of a column's value that are looked at.
const MAX_VALUE_CHARS: usize = 100;
/// The least letters that a name shares with a form of it (*Norland*, *Norlander*), and how many of the shorter one's
/// letters may differ at its end.
const LEAST_SHARED: usize = 4;
const MOST_DIFFERENT: usize = 1;

/// The columns beside the text that go into it. Part of a model.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// Who speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker_column: Option<String>,
    /// Who is spoken of, or to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_column: Option<String>,
    /// Columns whose values are features.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub feature_columns: Vec<String>,
}

/// Who a word names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Actor {
    Speaker,
    Target,
    Other,
    /// Speaker or target, whose names have a word in common.
    Either,
}

impl Actor {
    fn mark(self) -> &'static str {
        match self {
            Self::Speaker => SPEAKER,
            Self::Target => TARGET,
            Self::Other | Self::Either => OTHER,
        }
    }
}

impl Context {
    /// Whether a statement is its text alone.
    pub fn is_empty(&self) -> bool {
        self.columns().next().is_none()
    }

    /// The columns: speaker, target, then the others.
    pub fn columns(&self) -> impl Iterator<Item = &String> {
        let actors = self.speaker_column.iter().chain(&self.target_column);
        actors.chain(&self.feature_columns)
    }

    /// Writes `text` with its marks behind what `out` has; `value` gives a column's value, empty where the row has none.
    ///
    /// Without a column of speakers or targets names stay as they are. In `language` German nouns have capitals, and then
    /// none is taken for another actor.
    pub fn mark<'v>(
        &self,
        text: &str,
        language: Language,
        value: impl Fn(&str) -> &'v str,
        out: &mut String,
    ) {
        let names = |column: &Option<String>| match column {
            None => Vec::new(),
            Some(column) => name_words(value(column)),
        };
        let (speaker, target) = (names(&self.speaker_column), names(&self.target_column));
        let mut end = 0;
        if self.speaker_column.is_some() || self.target_column.is_some() {
            let words = words_of(text);
            let others = language != Language::German && !capitals_tell_nothing(text, &words);
            let actors = actors(&words, text, &speaker, &target, others);
            let mut before = None;
            for (word, actor) in words.iter().zip(actors) {
                let Some(actor) = actor else {
                    before = None;
                    continue;
                };
                let gap = &text[end..word.span.start];
                if before != Some(actor) || !matches!(gap, " " | "-") {
                    push_neighbours(gap, out);
                    out.push_str(actor.mark());
                }
                before = Some(actor);
                end = word.span.end;
            }
        }
        push_neighbours(&text[end..], out);
        for column in &self.feature_columns {
            let value = value(column);
            if !value.is_empty() {
                out.push(' ');
                push_value(column, value, out);
            }
        }
    }
}

/// Whether a word or mark of a text is one of these marks.
pub fn is_context(surface: &str) -> bool {
    surface.starts_with(OPEN) && surface.len() > OPEN.len_utf8()
}

/// Whether a word is the value of a column, which is not next to any word.
pub fn is_column_value(surface: &str) -> bool {
    is_context(surface) && surface.contains(": ")
}

/// Calls `on_piece` with each mark of a marked text (`true`) and with each stretch between marks, in order.
pub(super) fn for_each_piece(text: &str, mut on_piece: impl FnMut(ByteSpan, bool)) {
    let mut start = 0;
    let mut from = 0;
    while let Some(open) = text[from..].find(OPEN).map(|at| from + at) {
        let inside = open + OPEN.len_utf8();
        match text[inside..].find([OPEN, CLOSE]).map(|at| inside + at) {
            Some(close) if close > inside && text[close..].starts_with(CLOSE) => {
                let end = close + CLOSE.len_utf8();
                on_piece(ByteSpan { start, end: open }, false);
                on_piece(ByteSpan { start: open, end }, true);
                (start, from) = (end, end);
            }
            _ => from = inside,
        }
    }
    let end = text.len();
    on_piece(ByteSpan { start, end }, false);
}

fn push_value(column: &str, value: &str, out: &mut String) {
    out.push(OPEN);
    for part in [column, ": ", value] {
        let shown = part.chars().take(MAX_VALUE_CHARS);
        out.extend(shown.map(neighbour));
    }
    out.push(CLOSE);
}

fn push_neighbours(text: &str, out: &mut String) {
    match text.contains([OPEN, CLOSE]) {
        true => out.extend(text.chars().map(neighbour)),
        false => out.push_str(text),
    }
}

fn neighbour(c: char) -> char {
    let pair = NEIGHBOURS.iter().find(|(bracket, _)| *bracket == c);
    pair.map_or(c, |&(_, other)| other)
}

/// The folded words of a name: those with a capital, or all where none has one.
fn name_words(value: &str) -> Vec<String> {
    let words = words_of(value);
    let surfaces = || words.iter().map(|word| word.span.of(value));
    let any_capital = surfaces().any(begins_with_capital);
    surfaces()
        .filter(|word| !any_capital || begins_with_capital(word))
        .map(folded)
        .collect()
}

fn folded(word: &str) -> String {
    let mut out = String::new();
    fold(word, false, &mut out);
    out
}

/// Who is named by each word. A word that is in the names of both goes with its neighbour: *South* and *Korea* are one.
fn actors(
    words: &[Word],
    text: &str,
    speaker: &[String],
    target: &[String],
    others: bool,
) -> Vec<Option<Actor>> {
    let mut actors: Vec<Option<Actor>> = words
        .iter()
        .map(|word| actor(word, text, speaker, target, others))
        .collect();
    let is_joined = |at: usize| {
        let gap = &text[words[at].span.end..words[at + 1].span.start];
        matches!(gap, " " | "-")
    };
    let decided = |actor: Option<Actor>| {
        actor.filter(|actor| matches!(actor, Actor::Speaker | Actor::Target))
    };
    for at in 0..actors.len() {
        if actors[at] == Some(Actor::Either) {
            let before = at.checked_sub(1).filter(|&before| is_joined(before));
            let before = before.and_then(|before| decided(actors[before]));
            let after = (at + 1 < actors.len() && is_joined(at)).then(|| decided(actors[at + 1]));
            actors[at] = before.or(after.flatten()).or(Some(Actor::Either));
        }
    }
    actors
}

/// Who is named by a word: first those whose name it is, then those of whose name it is a form.
fn actor(
    word: &Word,
    text: &str,
    speaker: &[String],
    target: &[String],
    others: bool,
) -> Option<Actor> {
    let surface = word.span.of(text);
    // Scripts without capitals have no small letters either.
    if surface.chars().next().is_none_or(char::is_lowercase) {
        return None;
    }
    let form = folded(surface);
    let either =
        |is: &dyn Fn(&String) -> bool| match (speaker.iter().any(is), target.iter().any(is)) {
            (true, true) => Some(Actor::Either),
            (true, false) => Some(Actor::Speaker),
            (false, true) => Some(Actor::Target),
            (false, false) => None,
        };
    let is_other = || others && word.is_name(text);
    either(&|name| *name == form)
        .or_else(|| either(&|name| is_form(name, &form)))
        .or_else(|| is_other().then_some(Actor::Other))
}

/// Whether one word is another with another ending.
fn is_form(name: &str, word: &str) -> bool {
    let shared = name.chars().zip(word.chars()).take_while(|(a, b)| a == b);
    let shared = shared.count();
    let shorter = name.chars().count().min(word.chars().count());
    shared >= LEAST_SHARED && shared + MOST_DIFFERENT >= shorter
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn context(features: &[&str]) -> Context {
        Context {
            speaker_column: Some("who".to_owned()),
            target_column: Some("whom".to_owned()),
            feature_columns: features.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    fn marked(context: &Context, text: &str, values: &[(&str, &'static str)]) -> String {
        let mut out = String::new();
        let value = |name: &str| {
            let found = values.iter().find(|(column, _)| *column == name);
            found.map_or("", |(_, value)| value)
        };
        context.mark(text, Language::None, value, &mut out);
        out
    }

    #[test]
    fn names_become_what_they_are_to_the_statement() {
        let of = |text| {
            let values = [
                ("who", "Foreign Minister of Norland, Mara Lind"),
                ("whom", "Suderia"),
            ];
            marked(&context(&[]), text, &values)
        };
        assert_eq!(
            of("Mara Lind said Norland's army would leave Suderia to the Ostmark."),
            "⟦speaker⟧ said ⟦speaker⟧'s army would leave ⟦target⟧ to the ⟦other⟧."
        );
        assert_eq!(
            of("They met Suderian envoys; Talks went on in East Varn City."),
            "They met ⟦target⟧ envoys; Talks went on in ⟦other⟧."
        );
        assert_eq!(of("I will not, said lind."), "I will not, said lind.");
        assert_eq!(of("SUDERIA MUST LEAVE NOW"), "⟦target⟧ MUST LEAVE NOW");
    }

    #[test]
    fn a_name_comes_before_a_form_of_another() {
        let values = [("who", "Varnia"), ("whom", "Varniatan")];
        let text = "We in Varnia and in Varniatan agree.";
        assert_eq!(
            marked(&context(&[]), text, &values),
            "We in ⟦speaker⟧ and in ⟦target⟧ agree."
        );
        assert!(is_form("norland", "norlander") && is_form("varnia", "varnian"));
        assert!(!is_form("iran", "iraq") && !is_form("nor", "north"));
    }

    #[test]
    fn a_word_of_both_names_goes_with_its_neighbour() {
        let values = [
            ("who", "President Lind of North Varn"),
            ("whom", "President Tarn of South Varn"),
        ];
        let of = |text| marked(&context(&[]), text, &values);
        assert_eq!(
            of(
                "In time North Varn and South Varn will agree, said President Lind; President Tarn agreed."
            ),
            "In time ⟦speaker⟧ and ⟦target⟧ will agree, said ⟦speaker⟧; ⟦target⟧ agreed."
        );
        assert_eq!(of("All of Varn waits."), "All of ⟦other⟧ waits.");
    }

    #[test]
    fn values_of_columns_stand_behind_the_text() {
        let context = Context {
            feature_columns: vec!["register".to_owned(), "year".to_owned()],
            ..Context::default()
        };
        let values = [("register", "UN speech")];
        let text = "Norland ⟦speaker⟧ waits.";
        let out = marked(&context, text, &values);
        assert_eq!(out, "Norland 〚speaker〛 waits. ⟦register: UN speech⟧");
        let mut pieces = Vec::new();
        for_each_piece(&out, |span, mark| pieces.push((span.of(&out), mark)));
        let mark = "⟦register: UN speech⟧";
        assert_eq!(
            pieces,
            [
                ("Norland 〚speaker〛 waits. ", false),
                (mark, true),
                ("", false)
            ]
        );
        assert!(is_column_value(mark) && !is_column_value("⟦other⟧"));
    }

    proptest! {
        #[test]
        fn any_text_is_marked_and_its_pieces_are_all_of_it(text in any::<String>(), who in any::<String>()) {
            let context = context(&["note"]);
            let mut out = String::new();
            context.mark(&text, Language::None, |_| &who, &mut out);
            for text in [&text, &out] {
                let mut whole = String::new();
                for_each_piece(text, |span, _| whole.push_str(span.of(text)));
                prop_assert_eq!(&whole, text);
            }
        }
    }
}
