//! The statements of a cell, once each, article by article.

use super::estimate::Statement;
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
    /// Of repeats the first counts whose unit was audited, else the first.
    pub fn new(
        rows: &'r ScoredRows,
        of_cell: impl Iterator<Item = usize>,
        links: Option<&Links>,
    ) -> Self {
        let mut all: Vec<(u64, usize)> = of_cell.map(|row| (rows.key(row), row)).collect();
        let n_reports = all.len();
        let mut sources: Vec<u32> = all.iter().map(|&(_, row)| rows.source(row)).collect();
        sources.sort_unstable();
        sources.dedup();
        sources.retain(|&source| !rows.sources()[source as usize].is_empty());
        all.sort_unstable();
        let mut by_article: Vec<(u64, usize, Statement<'r>)> = (all.chunk_by(|a, b| a.0 == b.0))
            .map(|repeats| {
                let of_rows = repeats.iter().map(|&(_, row)| row);
                let gold = links.and_then(|links| links.gold(of_rows));
                let row = gold.map_or(repeats[0].1, |(row, _)| row);
                let (article, probabilities) = rows.article_and_probabilities(row);
                let statement = Statement {
                    article,
                    probabilities,
                    gold: gold.map(|(_, gold)| gold),
                };
                (article, row, statement)
            })
            .collect();
        by_article.sort_unstable_by_key(|&(article, row, _)| (article, row));
        let n_articles = by_article.chunk_by(|a, b| a.0 == b.0).count();
        Self {
            statements: by_article.into_iter().map(|(_, _, of)| of).collect(),
            n_reports,
            n_articles,
            n_sources: sources.len(),
        }
    }
}
