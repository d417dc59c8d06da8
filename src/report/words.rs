//! Strangers' texts and numbers as they may stand on a page.

use crate::evaluation::thousands;

/// The most characters of a statement on the page.
const MOST_CHARACTERS: usize = 420;
/// The most characters of a name in a chart.
const MOST_IN_CHART: usize = 18;
/// The most characters of a name in a table.
const MOST_IN_NAME: usize = 60;

/// A statement on one line, cut visibly where it is long, with what cannot be seen made visible.
pub fn statement(text: &str) -> String {
    let shown = cut(text, MOST_CHARACTERS);
    match shown.is_empty() {
        true => "(empty)".to_owned(),
        false => shown,
    }
}

/// The name of a label, column or value.
pub fn name(text: &str) -> String {
    let shown = cut(text, MOST_IN_NAME);
    match shown.is_empty() {
        true => "(none)".to_owned(),
        false => shown,
    }
}

/// A paragraph of our own that has strangers' names in it.
pub(super) fn paragraph(text: &str) -> String {
    cut(text, usize::MAX)
}

/// A name in a chart: shorter, and without what the charting crate takes for a formula.
pub(super) fn chart_name(text: &str) -> String {
    let short: String = name(text).replace('$', "＄").replace('\\', "＼");
    if short.chars().count() <= MOST_IN_CHART {
        return short;
    }
    let kept: String = short.chars().take(MOST_IN_CHART - 1).collect();
    kept.trim_end().to_owned() + "…"
}

/// At most `most` characters of `text`, white space as single spaces. Control characters, and those that turn or hide
/// what stands around them, become their code points.
fn cut(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut n = 0;
    let mut gap = false;
    let mut rest = text.chars();
    for c in rest.by_ref() {
        if c.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        if n >= most {
            let all = text.chars().count();
            return format!("{out} … ({} characters in all)", thousands(all as u64));
        }
        if std::mem::take(&mut gap) {
            out.push(' ');
            n += 1;
        }
        if is_invisible(c) {
            out.push_str(&format!("⟨U+{:04X}⟩", u32::from(c)));
        } else {
            out.push(c);
        }
        n += 1;
    }
    out
}

/// Control and format characters, tags and private or unassigned marks that could mislead: C0, C1, bidirectional
/// controls, zero-width characters but the joiners that scripts need.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            u32::from(c),
            0x00ad
                | 0x061c
                | 0x180e
                | 0x200b
                | 0x200e..=0x200f
                | 0x202a..=0x202e
                | 0x2060..=0x206f
                | 0xfeff
                | 0xfff9..=0xfffb
                | 0xe0000..=0xe007f
        )
}

/// A share or score with three digits.
pub(super) fn figure(value: f64) -> String {
    format!("{value:.3}")
}

/// An interval with three digits.
pub(super) fn interval(of: crate::validation::Interval) -> String {
    format!("{:.3}–{:.3}", of.low, of.high)
}

/// A share in percent with one digit.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A number with its sign, a true minus.
pub(super) fn signed(value: f64, digits: usize) -> String {
    format!("{value:+.digits$}").replace('-', "−")
}

/// `1 row`, `2 rows`.
pub(super) fn rows(n: u64) -> String {
    match n {
        1 => "1 row".to_owned(),
        n => format!("{} rows", thousands(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_long_is_cut_visibly() {
        let shown = statement(&"word ".repeat(200_000));
        assert!(
            shown.ends_with("… (1,000,000 characters in all)"),
            "{shown}"
        );
        assert!(shown.chars().count() < 500);
        assert_eq!(statement("  two \n words "), "two words");
        assert_eq!(statement(" \t"), "(empty)");
    }

    #[test]
    fn what_turns_or_hides_text_is_shown() {
        assert_eq!(statement("a\u{202e}b\u{0}c"), "a⟨U+202E⟩b⟨U+0000⟩c");
        assert_eq!(statement("\u{200d}"), "\u{200d}"); // joins emoji and letters
    }

    #[test]
    fn names_in_charts_hold_no_formula() {
        assert_eq!(chart_name("$x^2$"), "＄x^2＄");
        assert_eq!(chart_name(&"ä".repeat(30)).chars().count(), 18);
    }

    proptest! {
        #[test]
        fn any_text_is_shown_in_bounds(text in any::<String>()) {
            prop_assert!(statement(&text).chars().count() < 420 * 9);
            prop_assert!(chart_name(&text).chars().count() <= 18);
            prop_assert!(!statement(&text).chars().any(is_invisible));
        }
    }
}
