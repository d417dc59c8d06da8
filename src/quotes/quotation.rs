//! A quotation: the words, who speaks, about whom.

use crate::statement::ByteSpan;
use serde::Serialize;

/// How words are quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Whole sentences or clauses between marks.
    Direct,
    /// A part of the sentence that reports it.
    Mixed,
    /// Reported without marks.
    Indirect,
}

/// How the speaker was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Resolved {
    /// In the quotation's own sentence.
    Stated,
    /// It is the speaker of the quotation before, or whom a sentence without a reporting verb begins with.
    Inferred,
    /// It was not found.
    Unresolved,
}

impl Resolved {
    /// The same, or what is left of it in another sentence.
    pub fn at_most_inferred(self) -> Self {
        match self {
            Self::Stated | Self::Inferred => Self::Inferred,
            Self::Unresolved => Self::Unresolved,
        }
    }
}

/// Somebody's words, and whose they are. Spans are bytes of the article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotation {
    /// How it is quoted.
    pub kind: Kind,
    /// The words, without the marks around them.
    pub span: ByteSpan,
    /// The words with their marks.
    pub whole: ByteSpan,
    /// Who speaks.
    pub speaker: Option<ByteSpan>,
    /// The reporting verb.
    pub verb: Option<ByteSpan>,
    /// How the speaker was found.
    pub resolved: Resolved,
    /// What the speaker is: *foreign minister*.
    pub role: Option<ByteSpan>,
    /// The name that the speaker goes by in the article; empty if there is none.
    pub canonical: String,
    /// Who or what it is about or addressed to.
    pub target: Option<ByteSpan>,
    /// The sentence or sentences around it.
    pub context: ByteSpan,
}

impl Quotation {
    /// Words of which nothing more is known.
    pub fn unresolved(kind: Kind, span: ByteSpan, whole: ByteSpan) -> Self {
        Self {
            kind,
            span,
            whole,
            speaker: None,
            verb: None,
            resolved: Resolved::Unresolved,
            role: None,
            canonical: String::new(),
            target: None,
            context: whole,
        }
    }
}
