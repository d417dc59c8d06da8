//! Any text has quotations with valid offsets, in order, soon. The first byte tells the language: `0` is English.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stance::quotes::{Language, quotations};
use std::time::{Duration, Instant};

const LANGUAGES: [&str; 7] = ["en", "fr", "es", "de", "ru", "ar", "tr"];

/// Far more than is needed, also with a sanitiser on a busy machine; time that grows with the square is beyond it.
fn limit(bytes: usize) -> Duration {
    Duration::from_secs(2) + Duration::from_micros(20) * u32::try_from(bytes).unwrap_or(u32::MAX)
}

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else {
        return;
    };
    let code = LANGUAGES[usize::from(first.wrapping_sub(b'0')) % LANGUAGES.len()];
    let language = Language::of_code(code).expect("is in the list");
    let text = String::from_utf8_lossy(bytes);

    let begun = Instant::now();
    let found = quotations(&text, language);
    let taken = begun.elapsed();
    assert!(
        taken < limit(text.len()),
        "{taken:?} for {} bytes",
        text.len()
    );

    for quotation in &found {
        let spans = [
            Some(quotation.span),
            Some(quotation.whole),
            Some(quotation.context),
        ];
        let others = [
            quotation.speaker,
            quotation.verb,
            quotation.role,
            quotation.target,
        ];
        for span in spans.into_iter().chain(others).flatten() {
            let piece = text.get(span.start..span.end);
            assert!(
                piece.is_some_and(|piece| !piece.is_empty()),
                "{span:?} in {quotation:?}"
            );
        }
        let (span, whole, context) = (quotation.span, quotation.whole, quotation.context);
        // A mixed quotation is as long as the clause that its marks are part of.
        assert!(
            span.start < whole.end && whole.start < span.end,
            "{quotation:?}"
        );
        assert!(
            context.start <= whole.start && whole.end <= context.end,
            "{quotation:?}"
        );
    }
    for pair in found.windows(2) {
        assert!(pair[0].span.start <= pair[1].span.start, "{pair:?}");
    }
});
