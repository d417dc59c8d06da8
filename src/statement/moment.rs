//! When something was said, as ISO 8601 writes it.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{Timestamp, fmt::temporal::Pieces};
use std::str::FromStr;

/// A moment: of a year, month or day its first one; without a zone, as in Greenwich.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(Timestamp);

/// What a date tells, coarsest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// The year alone.
    Year,
    /// The month.
    Month,
    /// The day, perhaps with a time.
    Day,
}

impl Precision {
    /// What `date`, which can be read as a [`Moment`], tells by the way it is written.
    pub fn of(date: &str) -> Self {
        match date.trim().len() {
            ..=4 => Self::Year,
            5..=7 => Self::Month,
            _ => Self::Day,
        }
    }
}

impl Moment {
    /// Its day in Greenwich.
    pub(crate) fn day(&self) -> Date {
        Offset::UTC.to_datetime(self.0).date()
    }
}

/// A text that is no date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no date: write 2024, 2024-06, 2024-06-19 or 2024-06-19T15:22:45+02:00 (ISO 8601)"
)]
pub struct UnreadableDate(pub String);

impl FromStr for Moment {
    type Err = UnreadableDate;

    fn from_str(text: &str) -> Result<Self, UnreadableDate> {
        let text = text.trim();
        read(text)
            .map(Self)
            .ok_or_else(|| UnreadableDate(text.to_owned()))
    }
}

fn read(text: &str) -> Option<Timestamp> {
    if is_shaped(text, "0000") {
        return of_day(Date::new(text.parse().ok()?, 1, 1).ok()?);
    }
    if is_shaped(text, "0000-00") {
        let (year, month) = text.split_once('-')?;
        return of_day(Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?);
    }
    // With hyphens only: a bare number of eight digits is more often an id than a date.
    if !is_shaped(text.get(..10)?, "0000-00-00") {
        return None;
    }
    let pieces = Pieces::parse(text).ok()?;
    // A zone by name alone would need a table of zones.
    let offset = match (pieces.to_numeric_offset(), pieces.time_zone_annotation()) {
        (Some(offset), _) => offset,
        (None, None) => Offset::UTC,
        (None, Some(_)) => return None,
    };
    let time = pieces.time().unwrap_or_default();
    offset
        .to_timestamp(DateTime::from_parts(pieces.date(), time))
        .ok()
}

/// Whether digits stand where `shape` has zeros, and its own marks elsewhere.
fn is_shaped(text: &str, shape: &str) -> bool {
    let fits = |(byte, of): (u8, u8)| match of {
        b'0' => byte.is_ascii_digit(),
        mark => byte == mark,
    };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

fn of_day(date: Date) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moment(text: &str) -> Moment {
        text.parse().unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn dates_are_compared_as_time_and_not_as_text() {
        let rising = [
            "0987-03-01",
            "2023-12-31T23:59:59.9Z",
            "2024",
            "2024-01-01T00:00:01",
            "2024-02",
            "2024-02-29",
            "2024-06-19T12:00+05:00",
            "2024-06-19 08:00",
            "2024-06-19T05:00-04:00",
        ];
        assert!(
            rising
                .windows(2)
                .all(|pair| moment(pair[0]) < moment(pair[1]))
        );
    }

    #[test]
    fn one_moment_has_many_spellings() {
        for spelling in [
            "2024-01",
            "2024-01-01",
            " 2024-01-01T00:00:00Z ",
            "2024-01-01T02:00:00+02:00",
        ] {
            assert_eq!(moment(spelling), moment("2024"), "{spelling}");
        }
    }

    #[test]
    fn a_moment_has_a_day_and_a_spelling_its_precision() {
        assert_eq!(
            moment("2024-03-05T23:30-05:00").day().to_string(),
            "2024-03-06"
        );
        let precisions = [" 2024 ", "2024-03", "2024-03-05", "2024-03-05 10:00"];
        assert_eq!(
            precisions.map(Precision::of),
            [
                Precision::Year,
                Precision::Month,
                Precision::Day,
                Precision::Day
            ]
        );
    }

    #[test]
    fn what_is_no_date_is_refused_with_the_spellings_that_are() {
        let none = [
            "",
            "24",
            "19.06.2024",
            "06/19/2024",
            "2024-13",
            "2024-02-30",
            "2024-6-1",
            "20240619",
            "2024-W05",
            "yesterday",
            "2024-06-19T25:00",
            "2024-06-19[Europe/Kyiv]",
            "20 24",
            "-2024",
        ];
        for text in none {
            let error = Moment::from_str(text).expect_err(text);
            assert!(error.to_string().contains("2024-06-19T15:22:45+02:00"));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC*|[0-9T:+Z. -]{0,30}") {
            let _ = text.parse::<Moment>();
        }
    }
}
