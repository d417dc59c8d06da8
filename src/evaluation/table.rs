//! Names in columns of a fixed width, whatever script they are in.

use unicode_segmentation::UnicodeSegmentation;

/// The most columns that a name may take.
const MAX_WIDTH: usize = 32;

/// A number with commas between thousands.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `name` as it may stand in one line of a table: no control characters, cut to 32 columns with `…`.
pub(crate) fn shown(name: &str) -> String {
    shortened(name, MAX_WIDTH)
}

/// `text` as it may stand in one line: no control characters, cut to `columns` with `…`.
pub(crate) fn shortened(text: &str, columns: usize) -> String {
    let (mut cut, mut used, mut whole) = (String::new(), 0, true);
    // Where the cut would have to be, should there be more than fits.
    let (mut cut_at, mut room) = (0, true);
    for grapheme in text.graphemes(true) {
        used += width(grapheme);
        if used > columns {
            whole = false;
            break;
        }
        cut.extend(
            grapheme
                .chars()
                .map(|c| if c.is_control() { '\u{fffd}' } else { c }),
        );
        room &= used < columns;
        if room {
            cut_at = cut.len();
        }
    }
    if whole {
        return cut;
    }
    cut.truncate(cut_at);
    cut + "…"
}

/// The columns that `text` takes in a terminal: one for each character as a reader sees it, two for East Asian wide ones
/// and emoji.
pub(super) fn width(text: &str) -> usize {
    let of_grapheme = |grapheme: &str| match grapheme.chars().next() {
        Some(first) if is_wide(first) => 2,
        _ => 1,
    };
    text.graphemes(true).map(of_grapheme).sum()
}

/// `text` with spaces before it, up to `columns`.
pub(super) fn right_aligned(text: &str, columns: usize) -> String {
    " ".repeat(columns.saturating_sub(width(text))) + text
}

/// `text` with spaces after it, up to `columns`.
pub(super) fn left_aligned(text: &str, columns: usize) -> String {
    text.to_owned() + &" ".repeat(columns.saturating_sub(width(text)))
}

/// The blocks that Unicode's annex 11 gives as wide, without their few exceptions.
fn is_wide(c: char) -> bool {
    matches!(
        u32::from(c),
        0x1100..=0x115f
            | 0x2e80..=0x303e
            | 0x3041..=0xa4cf
            | 0xa960..=0xa97f
            | 0xac00..=0xd7a3
            | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f
            | 0xff00..=0xff60
            | 0xffe0..=0xffe6
            | 0x1f300..=0x1f64f
            | 0x1f680..=0x1f6ff
            | 0x1f900..=0x1f9ff
            | 0x20000..=0x3fffd
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_is_what_a_reader_sees() {
        assert_eq!(width("hostile"), 7);
        assert_eq!(width("враждебный"), 10);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(width("敌对"), 4);
        assert_eq!(right_aligned("敌对", 6), "  敌对");
        assert_eq!(left_aligned("née", 5), "née  ");
    }

    #[test]
    fn long_names_are_cut_and_line_breaks_replaced() {
        assert_eq!(shown("a\nb"), "a\u{fffd}b");
        let cut = shown(&"敌".repeat(40));
        assert!(cut.ends_with('…') && width(&cut) <= MAX_WIDTH);
        assert_eq!(shown(&"x".repeat(32)), "x".repeat(32));
        assert_eq!(width(&shown(&"x".repeat(33))), 32);
    }

    #[test]
    fn thousands_are_set_apart() {
        let written: Vec<String> = [0, 999, 1000, 1_234_567].map(thousands).into();
        assert_eq!(written, ["0", "999", "1,000", "1,234,567"]);
    }
}
