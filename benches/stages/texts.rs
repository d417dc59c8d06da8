//! The texts that the stages work on, the same on every run and machine.
//!
//! Words are drawn so that the r-th commonest comes about 1/r as often as the commonest (Zipf), with a few words for each
//! label. There are six kinds of text: three scripts, as statements and as speeches.

use stance::statement::{CorpusBuilder, LabelledCorpus};

use crate::scripts::{ACCENTED, ASCII, CYRILLIC, Script};

pub const LABELS: [&str; 3] = ["conciliatory", "hostile", "neutral"];

/// Distinct words of a script.
const N_WORDS: usize = 20_000;

/// A script and about how long a text is.
#[derive(Clone, Copy)]
pub struct Kind {
    pub script: &'static Script,
    length: Length,
}

/// The words of a text, on average.
#[derive(Clone, Copy)]
enum Length {
    Short = 18,
    Long = 600,
}

impl Kind {
    /// For the stages that one kind of text is enough for.
    pub const STATEMENTS: Self = Self::short(&ASCII);

    /// Statements of each script.
    pub const SHORT: [Self; 3] = [
        Self::STATEMENTS,
        Self::short(&ACCENTED),
        Self::short(&CYRILLIC),
    ];

    pub const ALL: [Self; 6] = [
        Self::STATEMENTS,
        Self::long(&ASCII),
        Self::short(&ACCENTED),
        Self::long(&ACCENTED),
        Self::short(&CYRILLIC),
        Self::long(&CYRILLIC),
    ];

    const fn short(script: &'static Script) -> Self {
        Self {
            script,
            length: Length::Short,
        }
    }

    const fn long(script: &'static Script) -> Self {
        Self {
            script,
            length: Length::Long,
        }
    }

    /// For a benchmark's name.
    pub fn name(self) -> String {
        let length = match self.length {
            Length::Short => "short",
            Length::Long => "long",
        };
        format!("{length} {}", self.script.name)
    }
}

/// Labelled texts of one kind.
pub struct Texts {
    pub kind: Kind,
    pub corpus: LabelledCorpus,
    /// Words of all texts together, counted as they were drawn.
    pub n_words: usize,
    /// Bytes of all texts together.
    pub bytes: u64,
}

impl Texts {
    /// Texts of about `n_words` words together, whatever the kind; labels take turns. Fewer words give the first of the
    /// same texts.
    pub fn new(kind: Kind, n_words: usize) -> Self {
        let mut writer = Writer::new(kind.script);
        let mut builder = CorpusBuilder::new();
        let (mut words, mut bytes) = (0, 0);
        let length = kind.length as usize;
        for row in 0..n_words / length {
            let label = row % LABELS.len();
            // From two thirds of the length to four thirds.
            let n_words = length * 2 / 3 + writer.random.below(length * 2 / 3 + 1);
            let text = writer.text(n_words, label);
            words += n_words;
            bytes += text.len() as u64;
            builder.push(&text, LABELS[label], 1.0);
        }
        Self {
            kind,
            corpus: builder.build().expect("three labels"),
            n_words: words,
            bytes,
        }
    }

    pub fn len(&self) -> usize {
        self.corpus.len()
    }

    /// Each text in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|row| self.corpus.text(row))
    }

    /// For a benchmark's name.
    pub fn size(&self) -> String {
        format!("{} texts, {} kB", self.len(), self.bytes / 1000)
    }
}

/// Writes one text after the other.
struct Writer {
    script: &'static Script,
    words: Vec<String>,
    random: Lcg,
}

impl Writer {
    fn new(script: &'static Script) -> Self {
        Self {
            script,
            words: (0..N_WORDS).map(|rank| script.word(rank)).collect(),
            random: Lcg(17),
        }
    }

    /// A text of so many words, in sentences of 18 on average.
    fn text(&mut self, n_words: usize, label: usize) -> String {
        let mut text = String::new();
        let mut begins = true;
        for place in 0..n_words {
            if place > 0 {
                begins = self.random.one_in(18);
                let comma = self.random.one_in(9);
                text.push_str(match (begins, comma) {
                    (true, _) => ". ",
                    (false, true) => ", ",
                    (false, false) => " ",
                });
            }
            let word = self.word(label, begins);
            if self.random.one_in(24) {
                let [open, close] = self.script.quotes;
                text.extend([open, &word, close]);
            } else {
                text.push_str(&word);
            }
        }
        text.push('.');
        text
    }

    fn word(&mut self, label: usize, begins: bool) -> String {
        // One word in twelve leans to the label.
        let rank = if self.random.one_in(12) {
            300 + 50 * label + self.random.zipf(50)
        } else {
            self.random.zipf(N_WORDS)
        };
        let mut word = String::new();
        if self.random.one_in(16) {
            word.push_str(self.script.elision);
        }
        word.push_str(&self.words[rank]);
        if begins { capitalised(&word) } else { word }
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// Knuth's MMIX linear congruential generator.
struct Lcg(u64);

impl Lcg {
    /// A number below `n`.
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// A rank below `n`, rank r with a probability of about 1/(r + 1) of the first's.
    fn zipf(&mut self, n: usize) -> usize {
        let unit = self.below(1 << 30) as f64 / f64::from(1u32 << 30);
        let rank = libm::exp(unit * libm::log(n as f64 + 1.0)) - 1.0;
        (rank as usize).min(n - 1)
    }
}
