//! What the word lists of a language say of a word.

/// A set of marks; a word may be a verb and a noun at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Class(u64);

impl Class {
    /// No list has it.
    pub const NONE: Self = Self(0);
    /// Reports speech.
    pub const VERB: Self = Self(1);
    /// Does something by speaking, to what its object names: *condemned the attack*.
    pub const OBJECT_VERB: Self = Self(1 << 1);
    /// Is a verb of the lists and a noun as often.
    pub const NOUN: Self = Self(1 << 2);
    /// Reports words between marks alone.
    pub const DIRECT_ONLY: Self = Self(1 << 3);
    /// Opens an indirect clause.
    pub const THAT: Self = Self(1 << 4);
    /// May stand between a subject and its verb.
    pub const BETWEEN: Self = Self(1 << 5);
    /// A pronoun that can speak.
    pub const PRONOUN: Self = Self(1 << 6);
    /// Begins a noun phrase.
    pub const DETERMINER: Self = Self(1 << 7);
    /// A small word that a noun phrase has inside.
    pub const INSIDE: Self = Self(1 << 8);
    /// A small word that ends a noun phrase.
    pub const ENDS: Self = Self(1 << 9);
    /// A day, a month, *yesterday*.
    pub const TIME: Self = Self(1 << 10);
    /// *According to*, before the source.
    pub const ACCORDING: Self = Self(1 << 11);
    /// The same behind the source.
    pub const ACCORDING_BEHIND: Self = Self(1 << 12);
    /// A noun that a reported clause hangs on: *the claim that …*
    pub const STATEMENT: Self = Self(1 << 13);
    /// Its full stop ends no sentence.
    pub const ABBREVIATION: Self = Self(1 << 14);
    /// *Mr*, *Frau*.
    pub const HONORIFIC: Self = Self(1 << 15);
    /// An office or a part that somebody has: *minister*, *resident*.
    pub const ROLE: Self = Self(1 << 16);
    /// A given name.
    pub const GIVEN: Self = Self(1 << 17);
    /// Of one man.
    pub const MALE: Self = Self(1 << 18);
    /// Of one woman.
    pub const FEMALE: Self = Self(1 << 19);
    /// Of several.
    pub const PLURAL: Self = Self(1 << 20);
    /// Of no person.
    pub const NEUTER: Self = Self(1 << 21);
    /// *I*, *we*.
    pub const FIRST: Self = Self(1 << 22);
    /// *You*.
    pub const SECOND: Self = Self(1 << 23);
    /// *Who*.
    pub const RELATIVE: Self = Self(1 << 24);
    /// Begins with a capital.
    pub const CAPITAL: Self = Self(1 << 25);
    /// A genitive with an apostrophe.
    pub const GENITIVE: Self = Self(1 << 26);
    /// Ends a sentence.
    pub const SENTENCE_END: Self = Self(1 << 27);
    /// The first token of a line.
    pub const LINE_START: Self = Self(1 << 28);
    /// *And*, *but*.
    pub const CONJUNCTION: Self = Self(1 << 29);
    /// A form of *be* that a passive has.
    pub const PASSIVE: Self = Self(1 << 30);
    /// A verb that whom it speaks to follows: *told*, *urged*.
    pub const ADDRESSES: Self = Self(1 << 31);

    /// Who is told as an audience: *reporters*.
    pub const AUDIENCE: Self = Self(1 << 32);

    /// Opens a clause that tells whose words the rest is: *as the minister said*.
    pub const AS: Self = Self(1 << 33);
    /// Tells indirect speech by its form: *sei*, *habe*.
    pub const SUBJUNCTIVE: Self = Self(1 << 34);
    /// An infinitive by its form, or the word that it has in front.
    pub const INFINITIVE: Self = Self(1 << 35);
    /// A clause made a noun by its ending, as Turkish reports speech.
    pub const NOMINAL: Self = Self(1 << 36);
    /// A verb form that stands in front of who does it: *diyen*.
    pub const ATTRIBUTIVE: Self = Self(1 << 37);
    /// Whose: *his*, in front of an [opinion](Self::OPINION).
    pub const OWNER: Self = Self(1 << 38);
    /// What somebody has that speaks so: *(by his) words*.
    pub const OPINION: Self = Self(1 << 39);
    /// Has its article in the same word: *l'envoyé*.
    pub const ARTICLED: Self = Self(1 << 40);
    /// Has an *and* in the same word.
    pub const JOINED: Self = Self(1 << 41);

    /// A subjunctive that speech which goes on in the next sentence has.
    pub const GOES_ON: Self = Self(1 << 42);
    /// In front of somebody to whose mind something is: *pour la ministre, …*
    pub const TO_MIND: Self = Self(1 << 43);

    /// Reports speech with a [particle](Self::PARTICLE) behind: *gab … bekannt*.
    pub const PARTED: Self = Self(1 << 44);
    /// The end of a parted verb.
    pub const PARTICLE: Self = Self(1 << 45);

    /// A noun that is somebody's or several, by its ending.
    pub const OWNED: Self = Self(1 << 46);
    /// What somebody speaks in: *açıklamada*.
    pub const OCCASION: Self = Self(1 << 47);
    /// Stands between a verb and what is spoken of: *of*, *about*.
    pub const ABOUT: Self = Self(1 << 48);
    /// Ends a name that is no person's: *Committee*, *Act*.
    pub const THING: Self = Self(1 << 50);
    /// A verb form that a clause has behind its subject: *was*, *would*.
    pub const FINITE: Self = Self(1 << 51);
    /// In front of a place or time: *in*, *near*.
    pub const PLACE_BEFORE: Self = Self(1 << 52);
    /// Has a capital from the sentence that it begins, and is no name: *Well*, *However*.
    pub const OPENER: Self = Self(1 << 53);
    /// A pronoun as an object: *him*.
    pub const OBJECT_PRONOUN: Self = Self(1 << 54);
    /// Only tells, so that whom it is told to is an audience: *told*.
    pub const TELLS: Self = Self(1 << 55);
    /// Begins a noun phrase that is seldom what is spoken of: *a*, *this*.
    pub const VAGUE: Self = Self(1 << 57);

    /// Man, woman, several or none.
    pub const GENDERS: Self = Self(Self::MALE.0 | Self::FEMALE.0 | Self::PLURAL.0 | Self::NEUTER.0);

    /// Whether one mark of `any` is set.
    pub fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }

    /// These marks and those.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The marks that both have.
    pub const fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// These without those.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}
