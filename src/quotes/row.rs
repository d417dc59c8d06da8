//! Quotations as rows of a table.

use super::aliases::Aliases;
use super::quotation::{Kind, Quotation, Resolved};
use crate::statement::ByteSpan;
use serde::Serialize;
use serde_json::Value;

/// The columns, in order; [`QuotationRow`] has the same as keys.
pub const COLUMNS: [&str; 22] = [
    "article_id",
    "quote_id",
    "kind",
    "text",
    "start",
    "end",
    "byte_start",
    "byte_end",
    "speaker",
    "speaker_start",
    "speaker_end",
    "speaker_role",
    "speaker_canonical",
    "verb",
    "target",
    "target_start",
    "target_end",
    "target_canonical",
    "resolved",
    "why",
    "context",
    "page",
];

/// A quotation as it is written. Offsets without `byte` count characters of the article.
#[derive(Debug, Clone, Serialize)]
pub struct QuotationRow<'a> {
    /// The article's name.
    pub article_id: &'a str,
    /// The article's name and the quotation's number in it, from 1.
    pub quote_id: String,
    /// How it is quoted.
    pub kind: Kind,
    /// The words.
    pub text: &'a str,
    /// Where they begin.
    pub start: usize,
    /// Where they end.
    pub end: usize,
    /// The same in bytes.
    pub byte_start: usize,
    /// The same in bytes.
    pub byte_end: usize,
    /// Who speaks, in the article's words.
    pub speaker: Option<&'a str>,
    /// Where that begins.
    pub speaker_start: Option<usize>,
    /// Where that ends.
    pub speaker_end: Option<usize>,
    /// What the speaker is.
    pub speaker_role: Option<&'a str>,
    /// The name that the speaker goes by; empty if there is none.
    pub speaker_canonical: &'a str,
    /// The reporting verb.
    pub verb: Option<&'a str>,
    /// Who or what it is about or addressed to.
    pub target: Option<&'a str>,
    /// Where that begins.
    pub target_start: Option<usize>,
    /// Where that ends.
    pub target_end: Option<usize>,
    /// The name that it goes by; empty if there is none.
    pub target_canonical: &'a str,
    /// How the speaker was found.
    pub resolved: Resolved,
    /// Why no better; empty where the sentence says it.
    pub why: &'static str,
    /// The sentence or sentences around it.
    pub context: &'a str,
    /// The page it begins on, where the article has pages.
    pub page: Option<u32>,
}

impl QuotationRow<'_> {
    /// What each of [`COLUMNS`] has, as text.
    pub fn cells(&self) -> [String; COLUMNS.len()] {
        let values = serde_json::to_value(self).unwrap_or_default();
        COLUMNS.map(|name| match &values[name] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            number => number.to_string(),
        })
    }
}

/// The rows of an article's quotations, which are in order. Speakers go by the names of `aliases`; `page` tells the page of a byte.
pub fn rows<'a>(
    article_id: &'a str,
    text: &'a str,
    quotations: &'a [Quotation],
    aliases: &'a Aliases,
    page: impl Fn(usize) -> Option<u32>,
) -> impl Iterator<Item = QuotationRow<'a>> {
    let places = Characters::new(text);
    let of = move |span: ByteSpan| span.of(text);
    quotations.iter().enumerate().map(move |(at, quotation)| {
        let number = at + 1;
        QuotationRow {
            article_id,
            quote_id: match article_id {
                "" => format!("q{number}"),
                id => format!("{id}-q{number}"),
            },
            kind: quotation.kind,
            text: of(quotation.span),
            start: places.before(quotation.span.start),
            end: places.before(quotation.span.end),
            byte_start: quotation.span.start,
            byte_end: quotation.span.end,
            speaker: quotation.speaker.map(of),
            speaker_start: quotation.speaker.map(|span| places.before(span.start)),
            speaker_end: quotation.speaker.map(|span| places.before(span.end)),
            speaker_role: quotation.role.map(of),
            speaker_canonical: aliases.name_of(&quotation.canonical),
            verb: quotation.verb.map(of),
            target: quotation.target.map(of),
            target_start: quotation.target.map(|span| places.before(span.start)),
            target_end: quotation.target.map(|span| places.before(span.end)),
            target_canonical: aliases.name_of(&quotation.target_canonical),
            resolved: quotation.resolution.resolved(),
            why: quotation.resolution.why(),
            context: of(quotation.context),
            page: page(quotation.span.start),
        }
    })
}

/// Bytes between places whose characters are counted beforehand.
const STEP: usize = 512;

/// Counts characters in front of byte offsets.
struct Characters<'t> {
    bytes: &'t [u8],
    /// In front of each [`STEP`].
    counts: Vec<usize>,
}

impl<'t> Characters<'t> {
    fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let mut count = 0;
        let counts = bytes.chunks(STEP).map(|chunk| {
            let before = count;
            count += n_characters(chunk);
            before
        });
        Self {
            counts: counts.collect(),
            bytes,
        }
    }

    fn before(&self, byte: usize) -> usize {
        match self.counts.get(byte / STEP) {
            Some(count) => count + n_characters(&self.bytes[byte / STEP * STEP..byte]),
            // The end, where it is a whole number of steps.
            None => self.counts.last().map_or(0, |count| {
                count + n_characters(&self.bytes[byte - STEP..byte])
            }),
        }
    }
}

/// Characters that begin in some bytes of UTF-8.
fn n_characters(bytes: &[u8]) -> usize {
    let begins = |&&byte: &&u8| byte & 0xC0 != 0x80;
    bytes.iter().filter(begins).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quotes::{Language, quotations};

    #[test]
    fn characters_are_counted_from_any_step() {
        for text in ["", "é", &"é1".repeat(STEP), &"a".repeat(2 * STEP)] {
            let places = Characters::new(text);
            for (count, (byte, _)) in text.char_indices().enumerate() {
                assert_eq!(places.before(byte), count);
            }
            assert_eq!(places.before(text.len()), text.chars().count());
        }
    }

    #[test]
    fn offsets_count_characters_and_names_are_those_of_the_aliases() {
        let text = "Über “X” – “We wait, friends,” said Lind.";
        let found = quotations(text, Language::of_code("en").expect("is there"));
        let aliases = Aliases::new([("lind", "Mara Lind")]).expect("one name each");
        let row = rows("a", text, &found, &aliases, |_| Some(3))
            .last()
            .expect("one");
        let characters: Vec<char> = text.chars().collect();
        let words: String = characters[row.start..row.end].iter().collect();
        assert_eq!(words, row.text);
        assert_eq!(&text[row.byte_start..row.byte_end], row.text);
        assert_eq!(
            (row.speaker, row.speaker_canonical),
            (Some("Lind"), "Mara Lind")
        );
        assert_eq!(row.page, Some(3));
        let json = serde_json::to_value(&row).expect("is JSON");
        let keys = json.as_object().expect("an object");
        assert_eq!(keys.len(), COLUMNS.len());
        assert!(COLUMNS.iter().all(|name| keys.contains_key(*name)));
    }
}
