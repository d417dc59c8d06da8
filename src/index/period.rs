//! Stretches of time that statements are counted over.

use crate::statement::{Moment, Precision, UnreadableDate};
use jiff::civil::{Date, ISOWeekDate, Weekday, date};
use std::fmt;
use std::str::FromStr;

/// How long the stretches are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Over {
    /// Days, such as `2024-03-05`.
    Day,
    /// Weeks of ISO 8601 from Monday to Sunday, such as `2024-W10`. The first days of January may be in a week of the year
    /// before.
    Week,
    /// Months, such as `2024-03`.
    Month,
    /// Quarters, such as `2024-Q1`.
    Quarter,
    /// Years, such as `2024`.
    Year,
}

/// Why a date tells no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// It is no date.
    #[error(transparent)]
    Unreadable(#[from] UnreadableDate),
    /// It is the date of a year or month, and the period is shorter.
    #[error("`{date}` does not tell the {over}; write the whole date, or take longer periods")]
    TooCoarse {
        /// What was written.
        date: String,
        /// The period.
        over: Over,
    },
}

impl Over {
    /// The name of the period of `moment`. Names of one kind sort as time goes.
    ///
    /// A day ends at midnight in Greenwich: a date with an offset may be of another day there.
    pub fn period(&self, moment: &Moment) -> String {
        self.name(moment.day())
    }

    fn name(&self, date: Date) -> String {
        let (year, month) = (date.year(), date.month());
        match self {
            Self::Day => format!("{year:04}-{month:02}-{:02}", date.day()),
            Self::Week => {
                let week = date.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Self::Month => format!("{year:04}-{month:02}"),
            Self::Quarter => format!("{year:04}-Q{}", (month + 2) / 3),
            Self::Year => format!("{year:04}"),
        }
    }

    /// The name of the period of a date as it was written.
    ///
    /// # Errors
    /// [`PeriodError`] if it is no date, or does not tell the period: `2024` is no month.
    pub fn period_of(&self, date: &str) -> Result<String, PeriodError> {
        let moment: Moment = date.parse()?;
        let needed = match self {
            Self::Year => Precision::Year,
            Self::Quarter | Self::Month => Precision::Month,
            Self::Week | Self::Day => Precision::Day,
        };
        if Precision::of(date) < needed {
            return Err(PeriodError::TooCoarse {
                date: date.trim().to_owned(),
                over: *self,
            });
        }
        Ok(self.period(&moment))
    }

    /// The number of the period of this name: one more than that of the period before it. None of what is no such name.
    pub fn number(&self, name: &str) -> Option<i64> {
        let parts = |mark: &str| -> Option<(i64, i64)> {
            let (year, part) = name.split_once(mark)?;
            Some((year.parse().ok()?, part.parse().ok()?))
        };
        match self {
            Self::Year => name.parse().ok(),
            Self::Quarter => parts("-Q").map(|(year, quarter)| year * 4 + quarter - 1),
            Self::Month => parts("-").map(|(year, month)| year * 12 + month - 1),
            Self::Week => {
                let (year, week) = parts("-W")?;
                let (year, week) = (year.try_into().ok()?, week.try_into().ok()?);
                let monday = ISOWeekDate::new(year, week, Weekday::Monday).ok()?;
                Some(days(monday.date())?.div_euclid(7))
            }
            Self::Day => days(name.parse().ok()?),
        }
    }

    /// The name of the period of this number.
    pub fn name_of(&self, number: i64) -> Option<String> {
        let day = match self {
            Self::Year => first_of(number, 1),
            Self::Quarter => first_of(number.div_euclid(4), 1 + 3 * number.rem_euclid(4)),
            Self::Month => first_of(number.div_euclid(12), 1 + number.rem_euclid(12)),
            Self::Week => day_of_number(number.checked_mul(7)?),
            Self::Day => day_of_number(number),
        };
        day.map(|day| self.name(day))
    }
}

/// A Monday.
const FIRST: Date = date(1970, 1, 5);

/// Days since [`FIRST`].
fn days(day: Date) -> Option<i64> {
    Some(FIRST.until(day).ok()?.get_days().into())
}

fn day_of_number(number: i64) -> Option<Date> {
    let span = jiff::Span::new().try_days(number).ok()?;
    FIRST.checked_add(span).ok()
}

fn first_of(year: i64, month: i64) -> Option<Date> {
    Date::new(year.try_into().ok()?, month.try_into().ok()?, 1).ok()
}

/// The day of a date as it was written; where it is none that can be read, the text itself.
pub fn day_of(date: &str) -> String {
    match date.parse() {
        Ok(moment) => Over::Day.period(&moment),
        Err(UnreadableDate(text)) => text,
    }
}

impl FromStr for Over {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "day" => Ok(Self::Day),
            "week" => Ok(Self::Week),
            "month" => Ok(Self::Month),
            "quarter" => Ok(Self::Quarter),
            "year" => Ok(Self::Year),
            _ => Err(format!(
                "no such period `{name}`; there are year, quarter, month, week, day"
            )),
        }
    }
}

impl fmt::Display for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Over; 5] = [
        Over::Day,
        Over::Week,
        Over::Month,
        Over::Quarter,
        Over::Year,
    ];

    #[test]
    fn a_date_has_a_period_of_each_kind() {
        let periods = |date: &str| ALL.map(|over| over.period_of(date).unwrap());
        assert_eq!(
            periods("2024-03-05"),
            ["2024-03-05", "2024-W10", "2024-03", "2024-Q1", "2024"]
        );
        assert_eq!(
            periods(" 2021-01-03T23:30:00-05:00 "),
            ["2021-01-04", "2021-W01", "2021-01", "2021-Q1", "2021"]
        );
        assert_eq!(Over::Week.period_of("2021-01-03").unwrap(), "2020-W53");
        assert_eq!(Over::Quarter.period_of("0987-12").unwrap(), "0987-Q4");
    }

    #[test]
    fn a_date_that_does_not_tell_the_period_is_refused() {
        let message = |over: Over, date: &str| over.period_of(date).unwrap_err().to_string();
        assert!(message(Over::Month, "2024").starts_with("`2024` does not tell the month;"));
        assert!(message(Over::Week, "2024-03").starts_with("`2024-03` does not tell the week;"));
        assert!(message(Over::Year, "").starts_with("`` is no date:"));
        assert_eq!(Over::Quarter.period_of("2024-03").unwrap(), "2024-Q1");
    }

    #[test]
    fn days_are_dates_where_they_can_be_read() {
        assert_eq!(day_of("2024-03-05 08:00"), "2024-03-05");
        assert_eq!(day_of(" 5 March "), "5 March");
    }

    #[test]
    fn periods_are_numbered_one_by_one() {
        for over in ALL {
            let mut last = None;
            let mut day = date(2019, 12, 1);
            while day < date(2022, 2, 1) {
                let name = over.name(day);
                let number = over.number(&name).unwrap();
                assert_eq!(over.name_of(number).unwrap(), name);
                assert!(last.is_none_or(|last| number == last || number == last + 1));
                last = Some(number);
                day = day.tomorrow().unwrap();
            }
        }
        assert_eq!(Over::Month.number("spring"), None);
        assert_eq!(Over::Week.number("2021-W60"), None);
        assert_eq!(Over::Year.name_of(i64::MAX), None);
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for over in ALL {
            assert_eq!(over.to_string().parse(), Ok(over));
        }
        assert!("decade".parse::<Over>().is_err());
    }
}
