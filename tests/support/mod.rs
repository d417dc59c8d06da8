//! A folder of its own for each test, and the built command run in it.
#![allow(dead_code)] // each test file uses its own part
#![allow(clippy::unwrap_used)]

#[cfg(feature = "cli")]
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// Statements of each label of the box that tests do with.
const OF_EACH_LABEL: usize = 240;
/// Long enough for a loaded machine; a command that hangs is a failed test, not a stuck one.
const PATIENCE: Duration = Duration::from_secs(240);

/// A file of this repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Labelled statements of the box: the first of each label, with the columns `id`, `text`, `label` and `topic`.
pub fn statements() -> String {
    let all = records(
        &std::fs::read(repository("datasets/statements.csv")).unwrap(),
        b',',
    );
    let column = |name: &str| all[0].iter().position(|column| column == name).unwrap();
    let columns = ["id", "text", "label", "topic"].map(column);
    let mut counts = std::collections::BTreeMap::new();
    let some = all.iter().filter(|row| {
        let count = counts.entry(&row[columns[2]]).or_insert(0);
        *count += 1;
        *count <= OF_EACH_LABEL
    });
    let kept = some.map(|row| columns.map(|column| row[column].as_str()));
    String::from_utf8(table(kept, b',')).unwrap()
}

/// The text column of the labelled statements, in order.
pub fn texts() -> Vec<String> {
    let table = statements();
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    reader
        .records()
        .map(|record| record.unwrap()[1].to_owned())
        .collect()
}

/// An empty folder that goes when the test ends.
pub struct Workdir {
    folder: TempDir,
}

impl Workdir {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A folder with one file.
    pub fn with(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let dir = Self::new();
        dir.write(name, bytes);
        dir
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn read_text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    /// The names in the folder, hidden ones too, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The command, to be run in the folder, without what the environment of the tests may ask of it.
    #[cfg(feature = "cli")]
    pub fn command(&self) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_stance"));
        command.current_dir(self.folder.path());
        let asked = ["RUST_BACKTRACE", "CLICOLOR", "CLICOLOR_FORCE", "NO_COLOR"];
        for name in asked.into_iter().chain(["COLUMNS", "RAYON_NUM_THREADS"]) {
            command.env_remove(name);
        }
        command
    }

    #[cfg(feature = "cli")]
    pub fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Outcome {
        self.run_with_input(args, b"")
    }

    #[cfg(feature = "cli")]
    pub fn run_with_input<S: AsRef<OsStr>>(&self, args: &[S], input: &[u8]) -> Outcome {
        let mut command = self.command();
        command.args(args);
        Outcome::of(command, input)
    }
}

/// How a command ended, and what it said.
#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Outcome {
    /// Runs `command` to its end with `input` on its standard input.
    pub fn of(command: std::process::Command, input: &[u8]) -> Self {
        let output = assert_cmd::Command::from_std(command)
            .write_stdin(input)
            .timeout(PATIENCE)
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains("panicked"), "{stderr}");
        Self {
            code: output.status.code(),
            stdout: output.stdout,
            stderr,
        }
    }

    /// The same, after a look that it is success.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        self
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }

    /// Asserts that the command failed with `code`, said nothing on standard output, and gave one error message, on
    /// one line, that holds all of `parts`.
    #[track_caller]
    pub fn failed(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, Some(code), "{}", self.stderr);
        assert_eq!(self.text(), "", "{}", self.stderr);
        let errors: Vec<&str> = self
            .stderr
            .lines()
            .filter(|line| line.starts_with("error: "))
            .collect();
        assert_eq!(errors.len(), 1, "{}", self.stderr);
        for part in parts {
            assert!(errors[0].contains(part), "no `{part}` in: {}", errors[0]);
        }
    }
}

/// The records of a CSV text, header first.
#[track_caller]
pub fn records(text: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .from_reader(text);
    reader
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

/// `rows`, header first, as JSON lines with a text for each column.
pub fn json_lines(rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| {
        let pairs = rows[0].iter().zip(row);
        let pairs = pairs.map(|(key, value)| (key.clone(), value.clone().into()));
        serde_json::Value::Object(pairs.collect()).to_string() + "\n"
    };
    rows[1..].iter().map(line).collect()
}

/// `rows` as CSV.
pub fn table<R, F>(rows: impl IntoIterator<Item = R>, delimiter: u8) -> Vec<u8>
where
    R: IntoIterator<Item = F>,
    F: AsRef<[u8]>,
{
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}
