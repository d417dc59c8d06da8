//! `--report`: the file that the page goes to.

use super::args::ReportArgs;
use super::failure::Failure;
use super::interrupt;
use stance::io::Sink;
use stance::label::LabelId;
use stance::prediction::Prediction;
use stance::report::ReportPage;
use stance::statement::LabelledCorpus;
use std::path::Path;

/// The file of `--report`, opened before the work.
pub fn sink(args: &ReportArgs, force: bool) -> Result<Option<Sink>, Failure> {
    let Some(path) = &args.report else {
        return Ok(None);
    };
    if path == Path::new("-") {
        return Err(Failure::usage(
            "--report needs the name of a file: standard output carries the figures",
        ));
    }
    let sink = Sink::create(path, force)?;
    interrupt::watch(sink.partial());
    Ok(Some(sink))
}

/// Each row's gold and predicted label.
pub fn pairs(corpus: &LabelledCorpus, predictions: &[Prediction]) -> Vec<(LabelId, LabelId)> {
    let predicted = predictions.iter().map(Prediction::label);
    corpus.labels().iter().copied().zip(predicted).collect()
}

/// Writes the page.
pub fn write(page: &ReportPage, mut sink: Sink) -> Result<(), Failure> {
    let html = page.html().expect("a string takes all");
    sink.write(html.as_bytes())?;
    Ok(sink.finish()?)
}
