//! Names as capitals show them: which words of a text are names, and what becomes of them.

use super::capitals::{capitals_tell_nothing, words_of};
use crate::statement::ByteSpan;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What becomes of names that capitals show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NameHandling {
    /// They are words.
    #[default]
    Keep,
    /// Each is one and the same word, `⟦other⟧`.
    Mask,
}

impl NameHandling {
    pub(super) fn is_keep(&self) -> bool {
        *self == Self::Keep
    }
}

impl FromStr for NameHandling {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "keep" => Ok(Self::Keep),
            "mask" => Ok(Self::Mask),
            _ => Err(format!("no such treatment `{name}`; there are keep, mask")),
        }
    }
}

impl fmt::Display for NameHandling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keep => "keep",
            Self::Mask => "mask",
        })
    }
}

/// The spans of what capitals show to be names: words of two letters or more that have one although no sentence begins with
/// them, neighbours that a space or hyphen joins being one. Where [`capitals_tell_nothing`] there is none.
pub fn names(text: &str) -> Vec<ByteSpan> {
    let words = words_of(text);
    let mut names: Vec<ByteSpan> = Vec::new();
    if capitals_tell_nothing(text, &words) {
        return names;
    }
    for word in words.iter().filter(|word| word.is_name(text)) {
        match names.last_mut() {
            Some(last) if matches!(&text[last.end..word.span.start], " " | "-") => {
                last.end = word.span.end;
            }
            _ => names.push(word.span),
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_with_a_capital_inside_a_sentence() {
        let of = |text: &str| -> Vec<String> {
            let names = names(text);
            names.iter().map(|name| name.of(text).to_owned()).collect()
        };
        assert_eq!(
            of(
                "Police in Port Varn said Mara Lind's aide met the East-Ostmark envoy. Talks go on; I'm told X waits"
            ),
            ["Port Varn", "Mara Lind", "East-Ostmark"]
        );
        assert_eq!(of("ALL OF NORLAND IS IN CAPITALS"), [""; 0]);
        for headline in [
            "Prime Minister To Bomb City After Talks Fail",
            "Prime Minister Says Talks with Norland Failed",
            "Norland Attacks Its Neighbours Again",
        ] {
            assert_eq!(of(headline), [""; 0], "{headline}");
        }
        assert_eq!(of("We met Mara Lind"), ["Mara Lind"]);
    }
}
