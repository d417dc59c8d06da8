//! The words of the texts: invented, syllables put together.
//!
//! The syllables of a script are a prefix code, and no ending begins with one of them, so no two ranks give the same word.

use stance::text::Language;

/// What the words of a script are made of, and what stands around them.
pub struct Script {
    pub name: &'static str,
    /// Whose stemmer takes the endings off.
    pub language: Language,
    syllables: [&'static str; 16],
    endings: [&'static str; 4],
    /// Joined to some words by an apostrophe; empty where the language has none such.
    pub elision: &'static str,
    /// Around some words.
    pub quotes: [&'static str; 2],
}

pub static ASCII: Script = Script {
    name: "ASCII",
    language: Language::English,
    syllables: [
        "ta", "re", "mi", "so", "lun", "ka", "ver", "do", "pel", "ni", "gar", "to", "sel", "bra",
        "zim", "u",
    ],
    endings: ["", "s", "ed", "ing"],
    elision: "o'",
    quotes: ["\"", "\""],
};

/// Latin with accents in about every third word: most words are ASCII, and stand in texts that are not.
pub static ACCENTED: Script = Script {
    name: "accented",
    language: Language::French,
    syllables: [
        "ta", "re", "mi", "so", "lun", "ka", "ver", "do", "pel", "ni", "gar", "tô", "sel", "bra",
        "zim", "û",
    ],
    endings: ["", "s", "e", "ées"],
    elision: "l’",
    quotes: ["“", "”"],
};

/// No word is ASCII; one syllable has the ё that folding turns into е.
pub static CYRILLIC: Script = Script {
    name: "Cyrillic",
    language: Language::Russian,
    syllables: [
        "та", "ре", "ми", "со", "лун", "ка", "вер", "до", "пел", "ни", "гар", "то", "сел", "бра",
        "щё", "у",
    ],
    endings: ["", "ов", "ами", "ая"],
    elision: "",
    quotes: ["«", "»"],
};

impl Script {
    /// The word of this rank: four forms of one stem follow each other, the commonest stems are the shortest.
    pub fn word(&self, rank: usize) -> String {
        // The number of the stem in base 16, a syllable for a digit; from 16 on, so that there are two at least.
        let mut rest = rank / self.endings.len() + 16;
        let mut word = String::new();
        while rest > 0 {
            word.push_str(self.syllables[rest % 16]);
            rest /= 16;
        }
        word.push_str(self.endings[rank % self.endings.len()]);
        word
    }
}
