//! Charts as SVG, drawn by `kuva`.
//!
//! Colours are the page's CSS variables (`--ink`, `--axis`, `--grid`, `--s1` … `--s6`), so one drawing serves a light and a
//! dark page and print. Series also differ in dash or marker, since colour alone does not reach everybody. Three things
//! of kuva's output are replaced: its opening tag (by one with a `viewBox`, so that the drawing follows the width of the
//! page, a role and a name), its comment, and the names of its clip paths, which must differ between drawings on one page.

use super::words::chart_name;
use crate::validation::Interval;
use kuva::backend::svg::SvgBackend;
use kuva::plot::annotations::ReferenceLine;
use kuva::plot::legend::{LegendEntry, LegendPosition, LegendShape};
use kuva::plot::line::LineStyle;
use kuva::plot::scatter::MarkerShape;
use kuva::plot::{BarPlot, ForestPlot, LinePlot, ScatterPlot};
use kuva::render::layout::{Layout, TickFormat};
use kuva::render::plots::Plot;
use kuva::render::render::render_multiple;
use kuva::render::theme::Theme;
use std::sync::Arc;

/// Series that can be told apart in one chart.
pub const MOST_SERIES: usize = 6;
/// Intervals that can be told apart beside each other.
pub(super) const MOST_WHISKERS: usize = 40;
/// Width of a chart in CSS pixels; a phone shows it nearly as it is.
const WIDTH: f64 = 400.0;

/// A drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// The `svg` element.
    pub svg: String,
}

/// Points of one name, joined by a line.
pub(super) struct Series {
    pub(super) name: String,
    pub(super) points: Vec<(f64, f64)>,
}

/// What the axes of a chart of lines are.
pub(super) struct Axes<'a> {
    pub(super) x: &'a str,
    pub(super) y: &'a str,
    /// Lowest and highest x.
    pub(super) x_range: (f64, f64),
    /// Lowest and highest y.
    pub(super) y_range: (f64, f64),
}

/// How a value was found, told by mark and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// By the best there is: a square.
    Square,
    /// With help of others: a circle.
    Circle,
    /// By what nobody has checked: a triangle.
    Triangle,
}

/// Ticks of an axis.
pub(super) struct Ticks {
    pub(super) step: f64,
    pub(super) names: Names,
}

/// What is written at a tick.
pub(super) type Names = Arc<dyn Fn(f64) -> String + Send + Sync>;

/// A bar, and how far its value could lie off.
pub(super) type Bar = (f64, Option<Interval>);

/// Lines, each in its colour and dash. At most [`MOST_SERIES`].
pub(super) fn lines(title: &str, axes: &Axes<'_>, series: &[Series]) -> Chart {
    let plots = series
        .iter()
        .enumerate()
        .map(|(at, series)| {
            let line = LinePlot::new()
                .with_data(series.points.iter().copied())
                .with_color(color(at))
                .with_stroke_width(2.0)
                .with_line_style(dash(at));
            Plot::Line(match series.name.as_str() {
                "" => line,
                name => line.with_legend(chart_name(name)),
            })
        })
        .collect();
    draw(title, plots, 300.0, |layout| on_axes(layout, axes))
}

/// What happened beside what was said: a point for each bin, larger with more rows, and the diagonal where both agree.
pub(super) fn reliability(title: &str, points: &[(f64, f64, u64)]) -> Chart {
    let most = points.iter().map(|p| p.2).max().unwrap_or(1).max(1) as f64;
    let size = |n: u64| 2.5 + 5.0 * (n as f64 / most).sqrt();
    let diagonal = LinePlot::new()
        .with_data([(0.0, 0.0), (1.0, 1.0)])
        .with_color("var(--axis)")
        .with_line_style(LineStyle::Dashed)
        .with_stroke_width(1.0);
    let line = LinePlot::new()
        .with_data(points.iter().map(|p| (p.0, p.1)))
        .with_color(color(0))
        .with_stroke_width(1.5);
    let bins = ScatterPlot::new()
        .with_data(points.iter().map(|p| (p.0, p.1)))
        .with_sizes(points.iter().map(|p| size(p.2)))
        .with_color(color(0));
    let axes = Axes {
        x: "probability",
        y: "share that came true",
        x_range: (0.0, 1.0),
        y_range: (0.0, 1.0),
    };
    let plots = vec![Plot::Line(diagonal), Plot::Line(line), Plot::Scatter(bins)];
    draw(title, plots, 300.0, |layout| on_axes(layout, &axes))
}

/// Points with intervals over a number, joined.
pub(super) fn points(title: &str, axes: &Axes<'_>, points: &[(f64, Bar)]) -> Chart {
    let line = LinePlot::new()
        .with_data(points.iter().map(|(x, (y, _))| (*x, *y)))
        .with_color(color(0))
        .with_stroke_width(1.5);
    let marks = ScatterPlot::new()
        .with_data(points.iter().map(|(x, (y, _))| (*x, *y)))
        .with_y_err_asymmetric(points.iter().map(|(_, bar)| around(bar)))
        .with_color(color(0))
        .with_marker(MarkerShape::Square)
        .with_size(4.0);
    let plots = vec![Plot::Line(line), Plot::Scatter(marks)];
    draw(title, plots, 300.0, |layout| on_axes(layout, axes))
}

/// Points with intervals over numbered periods, and a line at 0. Those of periods that follow each other are joined; where
/// one is missing, so is the line. Of more than [`MOST_WHISKERS`] the intervals are a band.
pub(super) fn over_time(
    title: &str,
    axes: &Axes<'_>,
    (x_ticks, y_ticks): (&Ticks, &Ticks),
    points: &[(f64, Bar, Mark)],
) -> Chart {
    let is_dense = points.len() > MOST_WHISKERS;
    let mut plots = Vec::new();
    let mut whiskers = Vec::new();
    for run in points.chunk_by(|a, b| b.0 - a.0 == 1.0) {
        let mut line = LinePlot::new()
            .with_data(run.iter().map(|(x, (y, _), _)| (*x, *y)))
            .with_color("var(--axis)")
            .with_stroke_width(1.2);
        let intervals: Vec<Interval> = run.iter().filter_map(|(_, bar, _)| bar.1).collect();
        let has_band = is_dense && run.len() > 1 && intervals.len() == run.len();
        if has_band {
            let (low, high) = intervals.iter().map(|of| (of.low, of.high)).unzip();
            line = line.with_band::<f64, f64, Vec<f64>, Vec<f64>>(low, high);
        }
        if run.len() > 1 {
            plots.push(Plot::Line(line));
        }
        let has_whiskers = |(_, bar, _): &(f64, Bar, Mark)| bar.1.is_some() && !has_band;
        whiskers.extend(run.iter().map(has_whiskers));
    }
    let marks = [
        (Mark::Square, MarkerShape::Square),
        (Mark::Circle, MarkerShape::Circle),
        (Mark::Triangle, MarkerShape::Triangle),
    ];
    for (at, (mark, shape)) in marks.into_iter().enumerate() {
        for has_whiskers in [true, false] {
            let of = || {
                let of = points.iter().zip(&whiskers);
                of.filter(move |(of, has)| of.2 == mark && **has == has_whiskers)
            };
            if of().next().is_none() {
                continue;
            }
            let mut plot = ScatterPlot::new()
                .with_data(of().map(|((x, (y, _), _), _)| (*x, *y)))
                .with_color(color(at))
                .with_marker(shape)
                .with_size(if is_dense { 2.0 } else { 3.5 });
            if has_whiskers {
                plot = plot.with_y_err_asymmetric(of().map(|((_, bar, _), _)| around(bar)));
            }
            plots.push(Plot::Scatter(plot));
        }
    }
    draw(title, plots, 250.0, |layout| {
        on_axes(layout, axes)
            .with_x_tick_step(x_ticks.step)
            .with_x_tick_format(TickFormat::Custom(Arc::clone(&x_ticks.names)))
            .with_y_tick_step(y_ticks.step)
            .with_y_tick_format(TickFormat::Custom(Arc::clone(&y_ticks.names)))
            .with_reference_line(ReferenceLine::horizontal(0.0).with_color("var(--axis)"))
    })
}

/// Groups of bars from left to right, one bar for each of `series`, values in [0, 1].
pub(super) fn bars(title: &str, series: &[&str], groups: &[(String, Vec<Bar>)]) -> Chart {
    let mut plot = BarPlot::new()
        .with_horizontal(true)
        .with_error_color("var(--ink)");
    // Drawn from below, so that the first group stands on top.
    let upwards = || groups.iter().rev();
    for (name, bars) in upwards() {
        let bars = bars.iter().enumerate().rev();
        plot = plot.with_group(
            chart_name(name),
            bars.map(|(at, (value, _))| (*value, color(at)))
                .collect::<Vec<_>>(),
        );
    }
    let errors: Vec<(f64, f64)> = upwards()
        .flat_map(|(_, bars)| bars.iter().rev().map(around))
        .collect();
    let with_intervals = groups
        .iter()
        .flat_map(|(_, bars)| bars)
        .any(|(_, i)| i.is_some());
    if with_intervals {
        plot = plot.with_asymmetric_error(errors);
    }
    let legend: Vec<LegendEntry> = series
        .iter()
        .enumerate()
        .map(|(at, name)| LegendEntry {
            label: chart_name(name),
            color: color(at),
            shape: LegendShape::Rect,
            dasharray: None,
        })
        .collect();
    let height = 90.0 + (groups.len() * (18 * series.len() + 12)) as f64;
    draw(title, vec![Plot::Bar(plot)], height, |layout| {
        layout
            .with_legend_entries(legend)
            .with_x_axis_min(0.0)
            .with_x_axis_max(1.0)
            .with_x_tick_step(0.25)
            .with_x_tick_format(TickFormat::Fixed(2))
    })
}

/// A value with its interval for each name, from top to bottom, on [0, 1]; `reference` is a line across.
pub(super) fn intervals(
    title: &str,
    what: &str,
    rows: &[(String, f64, Interval)],
    reference: Option<f64>,
) -> Chart {
    let ticks = (0.25, TickFormat::Fixed(2));
    forest(title, what, rows, reference, (0.0, 1.0), ticks)
}

/// The same on another stretch.
pub(super) fn intervals_between(
    title: &str,
    what: &str,
    rows: &[(String, f64, Interval)],
    range: (f64, f64),
    ticks: &Ticks,
) -> Chart {
    let ticks = (ticks.step, TickFormat::Custom(Arc::clone(&ticks.names)));
    forest(title, what, rows, Some(0.0), range, ticks)
}

fn forest(
    title: &str,
    what: &str,
    rows: &[(String, f64, Interval)],
    reference: Option<f64>,
    range: (f64, f64),
    (step, format): (f64, TickFormat),
) -> Chart {
    let mut plot = ForestPlot::new()
        .with_color(color(0))
        .with_show_null_line(false);
    for (name, value, interval) in rows {
        plot = plot.with_row(chart_name(name), *value, interval.low, interval.high);
    }
    let height = 80.0 + 26.0 * rows.len() as f64;
    // Room for half of a mark at either end.
    let room = 0.02 * (range.1 - range.0);
    draw(title, vec![Plot::Forest(plot)], height, |layout| {
        let layout = layout
            .with_x_label(what)
            .with_x_axis_min(range.0 - room)
            .with_x_axis_max(range.1 + room)
            .with_x_tick_step(step)
            .with_x_tick_format(format);
        match reference {
            Some(value) => {
                layout.with_reference_line(ReferenceLine::vertical(value).with_color("var(--axis)"))
            }
            None => layout,
        }
    })
}

fn on_axes(layout: Layout, axes: &Axes<'_>) -> Layout {
    let unit = |range: (f64, f64)| range == (0.0, 1.0);
    let mut layout = layout
        .with_x_label(axes.x)
        .with_y_label(axes.y)
        .with_x_axis_min(axes.x_range.0)
        .with_x_axis_max(axes.x_range.1)
        .with_y_axis_min(axes.y_range.0)
        .with_y_axis_max(axes.y_range.1);
    if unit(axes.x_range) {
        layout = layout
            .with_x_tick_step(0.2)
            .with_x_tick_format(TickFormat::Fixed(1));
    }
    if unit(axes.y_range) {
        layout = layout
            .with_y_tick_step(0.2)
            .with_y_tick_format(TickFormat::Fixed(1));
    }
    layout
}

fn draw(
    title: &str,
    plots: Vec<Plot>,
    height: f64,
    settle: impl FnOnce(Layout) -> Layout,
) -> Chart {
    let theme = Theme {
        background: "none".to_owned(),
        axis_color: "var(--axis)".to_owned(),
        grid_color: "var(--grid)".to_owned(),
        tick_color: "var(--axis)".to_owned(),
        text_color: "var(--ink)".to_owned(),
        legend_bg: "none".to_owned(),
        legend_border: "none".to_owned(),
        ..Theme::light()
    };
    let layout = Layout::auto_from_plots(&plots)
        .with_theme(theme)
        .with_width(WIDTH)
        .with_height(height)
        .with_label_size(13)
        .with_font_family("inherit")
        .with_legend_position(LegendPosition::OutsideBottomColumns);
    let scene = render_multiple(plots, settle(layout));
    let svg = SvgBackend::new().render_scene(&scene);
    Chart {
        title: title.to_owned(),
        svg: embedded(&svg, title, scene.width, scene.height),
    }
}

/// kuva's drawing as it may stand on a page; see the head of this file.
fn embedded(svg: &str, title: &str, width: f64, height: f64) -> String {
    let body = svg.split_once('>').map_or("", |(_, body)| body);
    let body = match body
        .strip_prefix("<!--")
        .and_then(|rest| rest.split_once("-->"))
    {
        Some((_, after)) => after,
        None => body,
    };
    // The same drawing has the same name, so it does not matter which of two is meant.
    let name = &blake3::hash(body.as_bytes()).to_hex()[..8];
    let body = body.replace("kuva-clip-", &format!("clip-{name}-"));
    let title = escaped(title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" role=\"img\" aria-label=\"{title}\" fill=\"var(--ink)\" \
         font-family=\"inherit\"><title>{title}</title>{body}"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// How far an interval reaches below and above its value.
fn around((value, interval): &Bar) -> (f64, f64) {
    interval.map_or((0.0, 0.0), |i| {
        ((value - i.low).max(0.0), (i.high - value).max(0.0))
    })
}

fn color(at: usize) -> String {
    format!("var(--s{})", at % MOST_SERIES + 1)
}

fn dash(at: usize) -> LineStyle {
    match at % 4 {
        0 => LineStyle::Solid,
        1 => LineStyle::Dashed,
        2 => LineStyle::Dotted,
        _ => LineStyle::DashDot,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(name: &str) -> Chart {
        let interval = Interval {
            low: 0.4,
            high: 0.7,
        };
        intervals(
            "F1 <by> \"name\"",
            "F1",
            &[(name.to_owned(), 0.5, interval)],
            None,
        )
    }

    #[test]
    fn strangers_names_cannot_leave_the_drawing() {
        let svg = chart("</text><script>alert(1)</script>$x$").svg;
        assert!(!svg.contains("<script"), "{svg}");
        assert!(svg.contains("aria-label=\"F1 &lt;by&gt; &quot;name&quot;\""));
        assert_eq!(svg.matches("<svg").count(), 1);
    }

    #[test]
    fn colours_are_the_pages_and_the_drawing_follows_its_width() {
        let svg = chart("a").svg;
        assert!(svg.contains("viewBox=\"0 0 400 "));
        assert!(svg.contains("var(--s1)"));
        assert!(
            !svg.contains("\"black\"") && !svg.contains("\"white\""),
            "{svg}"
        );
        assert!(!svg.contains("kuva"), "{svg}");
    }

    #[test]
    fn nothing_is_drawn_without_a_fault() {
        let axes = Axes {
            x: "x",
            y: "y",
            x_range: (0.0, 1.0),
            y_range: (0.0, 1.0),
        };
        lines("none", &axes, &[]);
        points("none", &axes, &[]);
        reliability("none", &[]);
        bars("none", &["F1"], &[]);
        intervals("none", "F1", &[], Some(0.5));
    }
}
