//! The charts of the page of an index: a panel for each group over periods, or all groups in one.

use super::chart::{
    Axes, Bar, Chart, MOST_WHISKERS, Mark, Names, Ticks, intervals_between, over_time,
};
use super::index::IndexPage;
use super::page_index::{group_name, has_interval};
use super::section::{Block, text};
use super::words::signed;
use crate::evaluation::thousands;
use crate::index::cells::{Cell, Method};
use crate::index::period::Over;
use crate::validation::Interval;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Groups in charts.
const MOST_GROUPS: usize = 12;

/// The cells of one group.
struct Group<'a> {
    name: String,
    n: usize,
    cells: Vec<&'a Cell>,
}

/// The charts, and what is said of them.
pub(super) fn charts(page: &IndexPage<'_>) -> Vec<Block> {
    let mut groups = groups(page);
    let n_groups = groups.len();
    groups.truncate(MOST_GROUPS);
    let range = range(&groups);
    let mut cells = groups.iter().flat_map(|group| &group.cells);
    let has_intervals = cells.any(|cell| has_interval(&cell.index));
    let with = match has_intervals {
        true => "with 95 % intervals",
        false => "without intervals, since nobody has looked how far it may lie off",
    };
    let mut blocks = vec![text(match page.over {
        Some(over) => format!(
            "The index over time, {with}; the scales are the same in all charts. A {over} without statements has \
             no point: it is missing, not 0, and no line is drawn across it."
        ),
        None => format!("The index of each group, {with}."),
    })];
    if n_groups > MOST_GROUPS {
        blocks.push(text(format!(
            "Drawn are the {MOST_GROUPS} of {} groups with the most statements; the table below has all.",
            thousands(n_groups as u64)
        )));
    }
    let is_dense = groups.iter().any(|group| group.cells.len() > MOST_WHISKERS);
    if page.over.is_some() && has_intervals && is_dense {
        blocks.push(text(
            "Where there are many periods, the intervals are a band around the line.",
        ));
    }
    blocks.extend(legend(page));
    let charts = match page.over {
        Some(over) => panels(page, over, &groups, range),
        None => vec![of_groups(page, &groups, range)],
    };
    blocks.push(Block::Figure(charts, Vec::new()));
    blocks
}

/// All groups, those with the most statements first.
fn groups<'a>(page: &IndexPage<'a>) -> Vec<Group<'a>> {
    let mut by_name: BTreeMap<&str, Vec<&Cell>> = BTreeMap::new();
    for &cell in &page.cells {
        by_name.entry(page.parts(cell).0).or_default().push(cell);
    }
    let mut groups: Vec<Group<'_>> = by_name
        .into_iter()
        .map(|(name, cells)| Group {
            name: group_name(page, name),
            n: cells.iter().map(|cell| cell.n).sum(),
            cells,
        })
        .collect();
    // Equal ones by name.
    groups.sort_by_key(|group| std::cmp::Reverse(group.n));
    groups
}

/// What marks mean, where they are not all alike.
fn legend(page: &IndexPage<'_>) -> Option<Block> {
    let kinds = [
        (Mark::Square, "squares are cells with an audit of their own"),
        (Mark::Circle, "circles borrow the correction of other cells"),
        (Mark::Triangle, "triangles are not corrected by any audit"),
    ];
    let there: Vec<&str> = kinds
        .iter()
        .filter(|(kind, _)| page.cells.iter().any(|cell| mark(&cell.method) == *kind))
        .map(|(_, words)| *words)
        .collect();
    let is_marked = page.over.is_some() && there.iter().any(|of| *of != kinds[0].1);
    is_marked.then(|| text(format!("In the charts {}.", there.join(", "))))
}

fn mark(method: &Method) -> Mark {
    match method {
        Method::Design => Mark::Square,
        Method::BorrowedFromGroup | Method::BorrowedFromAll => Mark::Circle,
        Method::Uncorrected | Method::Assumed => Mark::Triangle,
    }
}

/// The index of a cell; none where it is no number.
fn bar(cell: &Cell) -> Option<Bar> {
    let index = cell.index;
    let interval = has_interval(&index).then_some(Interval {
        low: index.lo,
        high: index.hi,
    });
    index.value.is_finite().then_some((index.value, interval))
}

fn panels(page: &IndexPage<'_>, over: Over, groups: &[Group<'_>], range: (f64, f64)) -> Vec<Chart> {
    let number = |cell: &Cell| over.number(page.parts(cell).1?);
    let all = || {
        let cells = groups.iter().flat_map(|group| &group.cells);
        cells.filter_map(|cell| number(cell))
    };
    let (first, last) = (all().min().unwrap_or(0), all().max().unwrap_or(0));
    let step = steps(over)
        .find(|step| (last - first) / step < most_names(over))
        .unwrap_or(i64::MAX);
    let name: Names = Arc::new(move |x| {
        let number = x.round() as i64;
        let is_there = (first..=last).contains(&number) && (x - x.round()).abs() < 1e-6;
        let name = is_there.then(|| over.name_of(number)).flatten();
        name.unwrap_or_default()
    });
    let x_ticks = Ticks {
        step: step as f64,
        names: name,
    };
    // Room for half of a mark at the ends.
    let high = 0.03 * (range.1 - range.0);
    let room = (0.03 * (last - first) as f64).max(0.5);
    let what = over.to_string();
    let axes = Axes {
        x: &what,
        y: figure_name(page),
        x_range: (first as f64 - room, last as f64 + room),
        y_range: (range.0 - high, range.1 + high),
    };
    let panel = |group: &Group<'_>| {
        let points = group.cells.iter().filter_map(|cell| {
            let mark = mark(&cell.method);
            Some((number(cell)? as f64, bar(cell)?, mark))
        });
        let points: Vec<(f64, Bar, Mark)> = points.collect();
        let title = format!("{} ({})", group.name, statements(group.n));
        over_time(&title, &axes, (&x_ticks, &index_ticks(range)), &points)
    };
    groups.iter().map(panel).collect()
}

fn of_groups(page: &IndexPage<'_>, groups: &[Group<'_>], range: (f64, f64)) -> Chart {
    let rows: Vec<(String, f64, Interval)> = groups
        .iter()
        .filter_map(|group| {
            let (value, interval) = bar(group.cells.first()?)?;
            let point = Interval {
                low: value,
                high: value,
            };
            Some((group.name.clone(), value, interval.unwrap_or(point)))
        })
        .collect();
    let what = figure_name(page);
    intervals_between("Index by group", what, &rows, range, &index_ticks(range))
}

fn statements(n: usize) -> String {
    match n {
        1 => "1 statement".to_owned(),
        n => format!("{} statements", thousands(n as u64)),
    }
}

fn figure_name(page: &IndexPage<'_>) -> &'static str {
    match page.balance {
        true => "balance",
        false => "index",
    }
}

/// From the lowest to the highest that any interval reaches, with 0 between them, in whole quarters.
fn range(groups: &[Group<'_>]) -> (f64, f64) {
    let cells = groups.iter().flat_map(|group| &group.cells);
    let ends = cells
        .filter_map(|cell| bar(cell))
        .map(|(value, of)| of.map_or((value, value), |of| (of.low, of.high)));
    let (low, high) = ends.fold((0.0_f64, 0.0_f64), |all, of| {
        (all.0.min(of.0), all.1.max(of.1))
    });
    let (low, high) = ((low * 4.0).floor() / 4.0, (high * 4.0).ceil() / 4.0);
    match low == high {
        true => (-0.25, 0.25),
        false => (low, high),
    }
}

fn index_ticks((low, high): (f64, f64)) -> Ticks {
    let step = if high - low > 1.0 { 0.5 } else { 0.25 };
    let names: Names = Arc::new(|value| match value.abs() < 1e-9 {
        true => "0".to_owned(),
        false => signed(value, 2),
    });
    Ticks { step, names }
}

/// Names of periods that stand side by side in a chart; days have long ones.
fn most_names(over: Over) -> i64 {
    if over == Over::Day { 4 } else { 5 }
}

/// How many periods may lie between names, rising: stretches that calendars know.
fn steps(over: Over) -> impl Iterator<Item = i64> {
    let some: &[i64] = match over {
        Over::Day => &[1, 2, 7, 14, 28, 91, 182],
        Over::Week => &[1, 2, 4, 13, 26],
        Over::Month => &[1, 2, 3, 6],
        Over::Quarter => &[1, 2],
        Over::Year => &[],
    };
    let year = match over {
        Over::Day => 364,
        Over::Week => 52,
        Over::Month => 12,
        Over::Quarter => 4,
        Over::Year => 1,
    };
    let years = (0..6).flat_map(|power| [1, 2, 5].map(|of| of * 10_i64.pow(power)));
    some.iter().copied().chain(years.map(move |of| of * year))
}
