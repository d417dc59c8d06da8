//! Whether the rows are like those the model was trained on.

use super::chart::bars;
use super::page::ReportPage;
use super::section::{Block, Section, Table, text};
use super::words::{figure, interval, name, percent, rows};
use crate::evaluation::thousands;

/// More labels than this are not drawn.
const MOST_LABELS_DRAWN: usize = 12;

pub(super) fn sections(page: &ReportPage) -> Vec<Section> {
    let mut blocks = mix(page);
    blocks.extend(shift(page));
    let with_training =
        page.shift.is_some() || page.mix.as_ref().is_some_and(|mix| mix.training.is_some());
    let title = match with_training {
        true => "Training and target side by side",
        false => "The mix of labels",
    };
    vec![Section::new("shift", title, blocks)]
}

fn mix(page: &ReportPage) -> Vec<Block> {
    let Some(mix) = &page.mix else {
        return Vec::new();
    };
    // Rows by label, and all of them.
    let with_total = |counts: &Vec<u64>| (counts.clone(), counts.iter().sum::<u64>().max(1) as f64);
    let mut columns = vec![
        ("in these rows", with_total(&mix.gold)),
        ("predicted", with_total(&mix.predicted)),
    ];
    if let Some(training) = &mix.training {
        columns.insert(0, ("in training", with_total(training)));
    }
    let series: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let mut head = vec!["label"];
    head.extend(&series);
    head.extend(mix.mean_probability.iter().map(|_| "mean probability"));
    let mut table = Table::new("Rows of each label, and what is said of them", 1, &head);
    let mut groups = Vec::new();
    for (k, label) in page.data.labels.iter().enumerate() {
        let share = |(_, (counts, total)): &(&str, (Vec<u64>, f64))| counts[k] as f64 / total;
        let mut cells = vec![name(label)];
        for column in &columns {
            let n = column.1.0[k];
            cells.push(format!("{}\n{}", percent(share(column)), rows(n)));
        }
        cells.extend(mix.mean_probability.as_ref().map(|means| percent(means[k])));
        table.push(cells);
        let bars = columns.iter().map(|column| (share(column), None));
        groups.push((label.clone(), bars.collect()));
    }
    let words = text(match &mix.training {
        Some(_) => {
            "Probabilities assume the mix of labels seen in training. Where the rows' own mix is another, predict --prior \
             restates them; counting predictions then misstates the shares, more so the weaker the model."
        }
        None => {
            "Where shares of labels are what matters, the two should agree: counting predictions misstates shares wherever one \
             label is mistaken for another more often than the other way round."
        }
    });
    let mut blocks = Vec::new();
    if mix.training.is_some() {
        blocks.push(Block::Heading("Mix of labels".to_owned()));
    }
    blocks.push(words);
    if groups.len() <= MOST_LABELS_DRAWN {
        let chart = bars("Share of each label", &series, &groups);
        blocks.push(Block::Figure(vec![chart], vec![table]));
    } else {
        blocks.push(Block::Table(table));
    }
    blocks
}

fn shift(page: &ReportPage) -> Vec<Block> {
    let Some(shift) = &page.shift else {
        return Vec::new();
    };
    let verdict = match shift.auc {
        auc if auc < 0.6 => "The two can hardly be told apart.",
        auc if auc < 0.8 => {
            "They can be told apart in part: expect somewhat other figures than out of fold."
        }
        _ => {
            "They are easily told apart: figures from training say little about these rows, and only labels of their own \
             tell how good the model is on them."
        }
    };
    let mut words = Table::new(
        "Words that tell them apart",
        2,
        &["speaks for training text", "speaks for these rows"],
    );
    let longest = shift.training_terms.len().max(shift.target_terms.len());
    for at in 0..longest {
        let of = |terms: &[String]| terms.get(at).map_or(String::new(), |term| name(term));
        words.push(vec![of(&shift.training_terms), of(&shift.target_terms)]);
    }
    let mut blocks = vec![
        Block::Heading("Can they be told apart?".to_owned()),
        text(format!(
            "A classifier that tries to tell training text ({}) from these rows ({}) ranks {} of pairs rightly out of fold \
             (area under the ROC curve {}, 95 % interval {}); 0.5 is chance. {verdict}",
            thousands(shift.n_training),
            thousands(shift.n_target),
            percent(shift.auc),
            figure(shift.auc),
            interval(shift.interval)
        )),
    ];
    if !words.rows.is_empty() {
        blocks.push(Block::Table(words));
    }
    blocks
}
