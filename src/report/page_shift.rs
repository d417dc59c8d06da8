//! Whether the rows are like those the model was trained on.

use super::chart::bars;
use super::page::ReportPage;
use super::section::{Block, Section, Table, text};
use super::words::{count, figure, interval, name, percent, rows};

/// More labels than this are not drawn.
const MOST_LABELS_DRAWN: usize = 12;

pub(super) fn sections(page: &ReportPage) -> Vec<Section> {
    let mut blocks = mix(page);
    blocks.extend(shift(page));
    vec![Section::new(
        "shift",
        "Training and target side by side",
        blocks,
    )]
}

fn mix(page: &ReportPage) -> Vec<Block> {
    let Some(mix) = &page.mix else {
        return Vec::new();
    };
    let total = |counts: &[u64]| counts.iter().sum::<u64>().max(1) as f64;
    let (training, gold, predicted) = (
        total(&mix.training),
        total(&mix.gold),
        total(&mix.predicted),
    );
    let mut table = Table::new(
        "The mix of labels",
        1,
        &[
            "label",
            "in training",
            "in these rows",
            "predicted",
            "mean probability",
        ],
    );
    let mut groups = Vec::new();
    for (k, label) in page.data.labels.iter().enumerate() {
        let shares = [
            mix.training[k] as f64 / training,
            mix.gold[k] as f64 / gold,
            mix.predicted[k] as f64 / predicted,
        ];
        let with = |share: f64, n: u64| format!("{}\n{}", percent(share), rows(n));
        table.push(vec![
            name(label),
            with(shares[0], mix.training[k]),
            with(shares[1], mix.gold[k]),
            with(shares[2], mix.predicted[k]),
            percent(mix.mean_probability[k]),
        ]);
        groups.push((label.clone(), shares.map(|share| (share, None)).to_vec()));
    }
    let words = text(
        "Probabilities assume the mix of labels seen in training. Where the rows' own mix is another, predict --prior \
         restates them; counting predictions then misstates the shares, more so the weaker the model.",
    );
    let mut blocks = vec![Block::Heading("Mix of labels".to_owned()), words];
    if groups.len() <= MOST_LABELS_DRAWN {
        let series = ["in training", "in these rows", "predicted"];
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
            count(shift.n_training),
            count(shift.n_target),
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
