//! The statements of a cell, once each, article by article.

use super::estimate::{Gold, Statement};
use super::links::Links;
use super::rows::ScoredRows;

/// The statements of a cell, once each, article by article.
pub(super) struct Gathered<'r> {
    pub statements: Vec<Statement<'r>>,
    pub n_reports: usize,
    pub n_articles: usize,
    pub n_sources: usize,
}

impl<'r> Gathered<'r> {
    /// Of repeats the first row counts.
    pub fn new(
        rows: &'r ScoredRows,
        of_cell: impl Iterator<Item = usize>,
        links: Option<&Links>,
    ) -> Self {
        let mut all: Vec<(u64, u32)> = of_cell.map(|row| (rows.key(row), row as u32)).collect();
        let n_reports = all.len();
        let of_rows = all.iter().map(|&(_, row)| row as usize);
        let mut sources: Vec<u32> = of_rows.map(|row| rows.source(row)).collect();
        sources.sort_unstable();
        sources.dedup();
        sources.retain(|&source| !rows.sources()[source as usize].is_empty());
        all.sort_unstable();
        // Places in `golds` from 1.
        let mut golds: Vec<Gold> = Vec::new();
        let mut by_article: Vec<(u64, u32, u32)> = (all.chunk_by(|a, b| a.0 == b.0))
            .map(|repeats| {
                let of_rows = repeats.iter().map(|&(_, row)| row as usize);
                let gold = links.and_then(|links| links.gold(of_rows));
                golds.extend(gold);
                // The first row stands for all, whichever was audited: predictions may differ, and must not be chosen by the audit.
                let row = repeats[0].1;
                let place = gold.map_or(0, |_| golds.len() as u32);
                (rows.article_and_probabilities(row as usize).0, row, place)
            })
            .collect();
        drop(all);
        by_article.sort_unstable();
        let n_articles = by_article.chunk_by(|a, b| a.0 == b.0).count();
        let statement = |(article, row, place): (u64, u32, u32)| Statement {
            article,
            probabilities: rows.article_and_probabilities(row as usize).1,
            gold: (place > 0).then(|| golds[place as usize - 1]),
        };
        Self {
            statements: by_article.into_iter().map(statement).collect(),
            n_reports,
            n_articles,
            n_sources: sources.len(),
        }
    }
}
