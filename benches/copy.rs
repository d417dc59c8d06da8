//! The floor under scoring: a CSV file copied record by record, on one thread, and nothing else done.
//!
//! ```text
//! cargo bench --bench copy -- IN.csv OUT.csv
//! ```
//!
//! Prints the records copied and the seconds it took, as JSON.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let paths: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| arg != "--bench")
        .collect();
    let [from, to] = paths.as_slice() else {
        return failed("two files are needed: IN.csv OUT.csv");
    };
    let start = Instant::now();
    match copy(from, to) {
        Ok(records) => {
            let seconds = start.elapsed().as_secs_f64();
            let line = serde_json::json!({ "records": records, "seconds": seconds });
            match writeln!(io::stdout(), "{line}") {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => failed(&error.to_string()),
            }
        }
        Err(error) => failed(&error.to_string()),
    }
}

/// Copies all records, the header among them; returns their number.
fn copy(from: &str, to: &str) -> Result<u64, csv::Error> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_path(from)?;
    let mut writer = csv::Writer::from_writer(BufWriter::new(File::create(to)?));
    let mut record = csv::ByteRecord::new();
    let mut records = 0;
    while reader.read_byte_record(&mut record)? {
        writer.write_byte_record(&record)?;
        records += 1;
    }
    writer.flush()?;
    Ok(records)
}

fn failed(message: &str) -> ExitCode {
    // Nothing is left to do if standard error is closed.
    let _ = writeln!(io::stderr(), "copy: {message}");
    ExitCode::FAILURE
}
