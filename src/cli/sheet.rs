//! The quotations of articles as a sheet to read: speaker, stance, and the words that weigh.

use super::failure::Failure;
use super::inputs::thousands;
use super::marked::{coloured, marked, printable};
use super::needs_check;
use super::quotation_rows::Finder;
use super::terminal::Terminal;
use anstyle::{AnsiColor, Style};
use stance::explanation::Explanation;
use stance::model::{Prior, Scorer, StanceModel};
use stance::quotes::{COLUMNS, Kind, QuotationRow};
use std::fmt::Write;
use std::io::IsTerminal;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const CHECK: Style = AnsiColor::Yellow.on_default();
/// What stands in front of each line of a quotation.
const INDENT: &str = "     ";
/// The longest lines of a terminal, and of what is none.
const WIDEST: usize = 100;
const USUAL: usize = 80;

/// Prints the sheet.
pub fn print(
    mut finder: Finder,
    model: &StanceModel,
    prior: Option<Prior>,
    threshold: Option<u32>,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let mut sheet = Sheet {
        model,
        scorer: model.scorer().with_prior(prior),
        threshold,
        width: match std::io::stdout().is_terminal() {
            true => textwrap::termwidth().min(WIDEST),
            false => USUAL,
        },
        coloured: coloured(),
        out: String::new(),
    };
    while let Some((article, found)) = finder.next()? {
        sheet.title(&article.id, found.len());
        for (number, row) in finder.rows(&article, &found).enumerate() {
            sheet.quotation(number + 1, &row);
        }
        terminal.result(&sheet.out)?;
        sheet.out.clear();
    }
    terminal.detail(format_args!(
        "{} quotations in {} articles",
        thousands(finder.n_quotations),
        thousands(finder.n_articles)
    ));
    Ok(())
}

struct Sheet<'m> {
    model: &'m StanceModel,
    scorer: Scorer<'m>,
    /// In millionths.
    threshold: Option<u32>,
    width: usize,
    coloured: bool,
    out: String,
}

impl Sheet<'_> {
    fn title(&mut self, id: &str, n_quotations: usize) {
        let told = match n_quotations {
            0 => "no quotations".to_owned(),
            1 => "1 quotation".to_owned(),
            n => format!("{} quotations", thousands(n as u64)),
        };
        let id = one_line(id);
        self.line(format_args!("{BOLD}{id}{BOLD:#} ({told})\n"));
    }

    fn quotation(&mut self, number: usize, row: &QuotationRow<'_>) {
        let text = self.text_of(row);
        let why = Explanation::new(self.model, &mut self.scorer, &text);
        let labels = self.model.labels();
        let predicted = why.prediction.label();
        let label = labels.name(predicted);
        let probability = why.prediction.probability(predicted).get();
        let speaker = speaker(row);
        self.line(format_args!(
            "{number:>3}. {BOLD}{label}{BOLD:#} {probability:.2}  {speaker}"
        ));
        let marked = marked(&text, &why, self.coloured);
        let words = marked.split_whitespace().collect::<Vec<_>>().join(" ");
        let words = match row.kind {
            Kind::Direct => format!("“{words}”"),
            Kind::Mixed | Kind::Indirect => words,
        };
        let options = textwrap::Options::new(self.width)
            .initial_indent(INDENT)
            .subsequent_indent(INDENT)
            .break_words(false);
        self.line(format_args!("{}", textwrap::fill(&words, options)));
        let speaker = needs_check::speaker(row.resolved.name());
        let check = needs_check::reasons(speaker, &why.prediction, self.threshold, why.coverage);
        if !check.is_empty() {
            self.line(format_args!("{INDENT}{CHECK}check: {check}{CHECK:#}"));
        }
        self.out.push('\n');
    }

    /// What is scored: the words, with what the model reads beside them.
    fn text_of(&self, row: &QuotationRow<'_>) -> String {
        let settings = &self.model.card().text;
        if settings.context.is_empty() {
            return row.text.to_owned();
        }
        let cells = row.cells();
        let value = |name: &str| {
            let at = COLUMNS.iter().position(|column| *column == name);
            at.map_or("", |at| cells[at].as_str())
        };
        let mut text = String::new();
        settings.mark(row.text, value, &mut text);
        text
    }

    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        writeln!(self.out, "{text}").expect("a string takes all");
    }
}

/// Who speaks, as what, of whom.
fn speaker(row: &QuotationRow<'_>) -> String {
    let mut told = match (row.speaker_canonical, row.speaker) {
        ("", None) => "?".to_owned(),
        ("", Some(words)) => format!("{} (?)", one_line(words)),
        (name, _) => one_line(name),
    };
    let role = row.speaker_role.map(one_line);
    if let Some(role) = role.filter(|role| !told.contains(role.as_str())) {
        write!(told, ", {role}").expect("a string takes all");
    }
    if let Some(target) = row.target.map(one_line) {
        write!(told, " {DIM}→ {target}{DIM:#}").expect("a string takes all");
    }
    told
}

/// Without line breaks, and without what would restyle the terminal.
fn one_line(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(printable).collect();
    words.join(" ")
}
