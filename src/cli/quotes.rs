//! `stance quotes`: a row for each quotation of each article, with offsets that give it back.

use super::args::QuotesArgs;
use super::articles::Articles;
use super::failure::Failure;
use super::inputs::{keep_apart, table_format, thousands};
use super::interrupt;
use super::quotation_rows::{Finder, QuotationTable};
use super::terminal::Terminal;
use stance::io::{Format, Sink};
use std::path::Path;

pub fn run(args: &QuotesArgs, terminal: &Terminal) -> Result<(), Failure> {
    let outputs = args.output.iter().map(|path| ("--output", path));
    keep_apart(outputs, args.articles.iter().chain(args.of.files()))?;
    let format = quotations_format(args.output_format, args.output.as_deref())?;
    let encoding = args.encoding.as_ref();
    let articles = Articles::new(
        &args.articles,
        encoding,
        &args.text_column,
        &args.of,
        terminal,
    )?;
    let mut table = QuotationTable::new(Finder::new(articles, &args.of)?, format);
    let path = args.output.as_deref().unwrap_or(Path::new("-"));
    let mut sink = Sink::create(path, args.force)?;
    interrupt::watch(sink.partial());
    loop {
        let bytes = table.next()?;
        if bytes.is_empty() {
            break;
        }
        sink.write(bytes)?;
    }
    sink.finish()?;
    terminal.detail(format_args!(
        "{} quotations in {} articles",
        thousands(table.finder.n_quotations),
        thousands(table.finder.n_articles)
    ));
    Ok(())
}

/// The format that quotations are written in.
pub fn quotations_format(format: Option<Format>, output: Option<&Path>) -> Result<Format, Failure> {
    table_format(
        format,
        output,
        "quotations are written as csv, tsv or jsonl",
    )
}
