//! Brings spellings of one word together: one surface form in, its folded form out.
//!
//! In this order: Unicode NFC; lower case (Turkish dotted and dotless i where the language is Turkish); typographic
//! apostrophes to `'`; Arabic without tatweel and short-vowel marks, alef and ya forms to the plain letter (as the
//! light normalisation of Larkey, Ballesteros & Connell 2002); ё to е; invisible format characters (and white space, which no word needs) removed.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Appends the folded form of `surface` to `folded`. It can be empty: a word of tatweels alone has no letters left.
pub fn fold(surface: &str, turkish: bool, folded: &mut String) {
    if surface.is_ascii() && !turkish {
        folded.extend(surface.chars().map(|c| c.to_ascii_lowercase()));
        return;
    }
    let composed: std::borrow::Cow<'_, str> = match is_nfc_quick(surface.chars()) {
        IsNormalized::Yes => surface.into(),
        _ => surface.nfc().collect::<String>().into(),
    };
    let lower = if turkish {
        composed.replace('İ', "i").replace('I', "ı").to_lowercase()
    } else {
        composed.to_lowercase()
    };
    folded.extend(lower.chars().filter_map(map));
}

/// What one lower-case character becomes; `None` where it is left out.
fn map(character: char) -> Option<char> {
    Some(match character {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{ff07}' => '\'',
        'ё' => 'е',
        // Arabic alef with hamza or madda, alef wasla; alef maqsura and Persian ya; Persian kaf.
        '\u{622}' | '\u{623}' | '\u{625}' | '\u{671}' => '\u{627}',
        '\u{649}' | '\u{6cc}' => '\u{64a}',
        '\u{6a9}' => '\u{643}',
        // Tatweel, tanwin to sukun, superscript alef.
        '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' => return None,
        // Soft hyphen, zero-width characters, direction marks, byte order mark.
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => return None,
        space if space.is_whitespace() => return None,
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folded(surface: &str) -> String {
        let mut out = String::new();
        fold(surface, false, &mut out);
        out
    }

    #[test]
    fn spellings_of_one_word_fold_together() {
        assert_eq!(folded("DON’T"), "don't");
        assert_eq!(folded("Cafe\u{301}"), folded("CAFÉ"));
        assert_eq!(folded("Ещё"), "еще");
        assert_eq!(folded("السَّــلام"), "السلام");
        assert_eq!(folded("أإآٱ"), "اااا");
        assert_eq!(folded("على"), folded("علی"));
        assert_eq!(folded("cease\u{ad}fire"), "ceasefire");
        assert_eq!(folded("ـــ"), "");
    }

    #[test]
    fn turkish_keeps_its_two_letters_i() {
        let mut out = String::new();
        fold("IŞIKİYİ", true, &mut out);
        assert_eq!(out, "ışıkiyi");
    }

    proptest! {
        #[test]
        fn the_ascii_short_cut_changes_nothing(word in "[!-~]{0,12}") {
            let mut long_way = String::new();
            long_way.extend(word.nfc().collect::<String>().to_lowercase().chars().filter_map(map));
            prop_assert_eq!(folded(&word), long_way);
        }
    }
}
