//! What a language does otherwise than English, as its list says in the section `grammar`.

/// Where a subject stands to its verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Before it, and behind it only beside what is said, as in English.
    #[default]
    SubjectFirst,
    /// Before it, or behind it where something else stands in front: *am Montag sagte der Minister*.
    Inverted,
    /// Behind it mostly.
    VerbFirst,
    /// At the beginning of the sentence, with what is said between them.
    VerbLast,
}

/// The properties of a language that the rules ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Grammar {
    /// Where subjects stand.
    pub order: Order,
    /// Nouns begin with a capital.
    pub nouns_have_capitals: bool,
    /// Articles and conjunctions lose a vowel and join the next word: *l'envoyé*, *qu'elle*.
    pub elides: bool,
    /// A comma stands in front of every clause.
    pub parts_clauses: bool,
    /// A verb without a subject has the one that a preposition stands in front of: *в мэрии сообщили*.
    pub places_speak: bool,
    /// What stands behind an apostrophe is an ending.
    pub parts_endings: bool,
}

impl Grammar {
    /// Takes a word of the section; unknown ones tell nothing.
    pub fn learn(&mut self, word: &str) {
        match word {
            "inverted" => self.order = Order::Inverted,
            "verb_first" => self.order = Order::VerbFirst,
            "verb_last" => self.order = Order::VerbLast,
            "nouns_have_capitals" => self.nouns_have_capitals = true,
            "elides" => self.elides = true,
            "parts_clauses" => self.parts_clauses = true,
            "places_speak" => self.places_speak = true,
            "parts_endings" => self.parts_endings = true,
            _ => {}
        }
    }

    /// Whether the rules are those of English.
    pub fn is_plain(self) -> bool {
        self.order == Order::SubjectFirst
    }
}
