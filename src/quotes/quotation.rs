//! A quotation: the words, who speaks, about whom.

use crate::statement::ByteSpan;
use serde::{Serialize, Serializer};

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

/// Whether the speaker was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolved {
    /// In the quotation's own sentence, by name or description.
    Stated,
    /// Elsewhere.
    Inferred,
    /// Not at all.
    Unresolved,
}

impl Resolved {
    /// Its name in a table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Inferred => "inferred",
            Self::Unresolved => "unresolved",
        }
    }
}

impl Serialize for Resolved {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// How the speaker was found, or why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// The sentence says who speaks.
    Stated,
    /// It is the speaker of the quotation before it, or of the next paragraph of the same words.
    Beside,
    /// It is what a sentence without a reporting verb begins with.
    Subject,
    /// A pronoun or a description stands for somebody named elsewhere.
    LookedUp,
    /// The verb has no subject; it is who spoke in the sentence before.
    SentenceBefore,
    /// No reporting clause is near.
    NoClause,
    /// The verb has no subject.
    NoSubject,
    /// Nobody is named whom the pronoun could stand for.
    NobodyFits,
}

impl Resolution {
    /// Whether that is somebody, and where from.
    pub fn resolved(self) -> Resolved {
        match self {
            Self::Stated => Resolved::Stated,
            Self::Beside | Self::Subject | Self::LookedUp | Self::SentenceBefore => {
                Resolved::Inferred
            }
            Self::NoClause | Self::NoSubject | Self::NobodyFits => Resolved::Unresolved,
        }
    }

    /// The same in words; empty where the sentence says it.
    pub fn why(self) -> &'static str {
        match self {
            Self::Stated => "",
            Self::Beside => "speaker of the quotation beside",
            Self::Subject => "subject of the sentence",
            Self::LookedUp => "last one it fits",
            Self::SentenceBefore => "speaker of the sentence before",
            Self::NoSubject => "the verb has no subject",
            Self::NoClause => "no reporting clause",
            Self::NobodyFits => "nobody fits",
        }
    }

    /// Of a quotation that has its speaker from this one.
    pub fn carried(self) -> Self {
        match self.resolved() {
            Resolved::Unresolved => self,
            Resolved::Stated | Resolved::Inferred => Self::Beside,
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
    /// What stands between marks, with them; the words themselves where there are none.
    pub whole: ByteSpan,
    /// Who speaks.
    pub speaker: Option<ByteSpan>,
    /// The reporting verb.
    pub verb: Option<ByteSpan>,
    /// How the speaker was found, or why not.
    pub resolution: Resolution,
    /// What the speaker is: *foreign minister*.
    pub role: Option<ByteSpan>,
    /// The name that the speaker goes by in the article; empty if there is none.
    pub canonical: String,
    /// Who or what it is about or addressed to.
    pub target: Option<ByteSpan>,
    /// The name that the target goes by in the article, or what it is called without its article; empty without a target.
    pub target_canonical: String,
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
            resolution: Resolution::NoClause,
            role: None,
            canonical: String::new(),
            target: None,
            target_canonical: String::new(),
            context: whole,
        }
    }
}
