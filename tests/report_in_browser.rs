//! The report in a real browser: it renders, its console is silent, it asks the network for nothing, and it fits a phone.
//!
//! It needs Chromium: `chromium`, or what `STANCE_CHROMIUM` names. Without it the tests are left out, which is said on
//! standard error; with `STANCE_CHROMIUM` set it must be there. A page that does all of the forbidden things is opened
//! beside the report, so that the checks are known to see them.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]
#![allow(clippy::print_stderr)] // that something was left out

mod support;

use serde_json::Value;
use std::process::{Command, Stdio};
use std::time::Duration;
use support::{Workdir, records, statements, table};

/// A browser that has not answered by then will not.
const PATIENCE: Duration = Duration::from_secs(120);

/// The browser, if there is one.
fn chromium() -> Option<String> {
    let asked = std::env::var("STANCE_CHROMIUM").ok();
    let name = asked.clone().unwrap_or_else(|| "chromium".to_owned());
    let found = Command::new(&name)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if found.is_ok_and(|status| status.success()) {
        return Some(name);
    }
    assert!(asked.is_none(), "STANCE_CHROMIUM={name} does not start");
    eprintln!("left out: no chromium (STANCE_CHROMIUM names one)");
    None
}

/// What the browser made of a page.
struct Seen {
    /// The document as it then was.
    document: String,
    /// What was said on the console.
    console: Vec<String>,
    /// The addresses that the page asked for.
    requests: Vec<String>,
}

/// Opens a page of `dir` in a window `width` wide.
fn open(chromium: &str, dir: &Workdir, page: &str, width: u32) -> Seen {
    let mut command = Command::new(chromium);
    command.args([
        "--headless",
        // The tests of a container run as root.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--net-log-capture-mode=Everything",
        "--enable-logging=stderr",
        // What frames tell each other has arrived before the document is read.
        "--virtual-time-budget=10000",
        "--dump-dom",
    ]);
    command.arg(format!("--window-size={width},900"));
    command.arg(format!("--user-data-dir={}", dir.path("profile").display()));
    command.arg(format!("--log-net-log={}", dir.path("net.json").display()));
    command.arg(format!("file://{}", dir.path(page).display()));
    let output = assert_cmd::Command::from_std(command)
        .timeout(PATIENCE)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let stderr = String::from_utf8_lossy(&output.stderr);
    Seen {
        document: String::from_utf8(output.stdout).unwrap(),
        console: stderr
            .lines()
            .filter(|line| line.contains(":CONSOLE"))
            .map(str::to_owned)
            .collect(),
        requests: requests(&dir.read_text("net.json")),
    }
}

/// The addresses in a log of the network that a page asked for: requests of the browser itself have no origin.
fn requests(log: &str) -> Vec<String> {
    let log: Value = serde_json::from_str(log).unwrap();
    let starts = &log["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"];
    assert!(starts.is_number(), "the log has another form");
    let events = log["events"].as_array().unwrap().iter();
    events
        .filter(|event| event["type"] == *starts)
        .map(|event| &event["params"])
        .filter(|params| params["initiator"] != "not an origin")
        .filter_map(|params| params["url"].as_str())
        .map(str::to_owned)
        .collect()
}

/// The report on the statements in the box, with all that a report can have.
fn report() -> Workdir {
    let dir = Workdir::with("data.csv", statements());
    let outcome = dir.run(&[
        "train",
        "data.csv",
        "-m",
        "m.stance",
        "--report",
        "r.html",
        "--by",
        "topic",
        "--tune",
        "--tune-c",
        "1,3,10,30",
        "--tune-features",
        "char-ngrams=none",
        "--tune-features",
        "word-ngrams=none min-df=2",
        "--learning-curve",
        "--label-errors",
    ]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    dir.run(&["predict", "data.csv", "-m", "m.stance", "-o", "scored.csv"])
        .ok();
    let mut rows = records(&dir.read("scored.csv"), b',');
    for (at, row) in rows.iter_mut().enumerate() {
        let month = 1 + at % 7;
        row.push(if at == 0 {
            "date".to_owned()
        } else {
            format!("2024-{month:02}-11")
        });
    }
    dir.write("dated.csv", table(&rows, b','));
    let index = ["index", "dated.csv", "--by", "topic", "--over", "month"];
    dir.run(&[&index[..], &["--report", "i.html"]].concat())
        .ok();
    dir
}

/// What every report shows.
const TAGS: [&str; 7] = [
    "<section ",
    "<svg ",
    "<table>",
    "<tr>",
    "<td ",
    "<text ",
    "<footer>",
];

/// A report that has all, one of an index, and what each shows beside.
const PAGES: [(&str, &[&str]); 2] = [("r.html", &["<li>"]), ("i.html", &[])];

#[test]
fn the_report_renders_in_silence_and_asks_for_nothing() {
    let Some(chromium) = chromium() else { return };
    let dir = report();
    dir.write(
        "control.html",
        "<!doctype html><title>c</title><img src=\"http://elsewhere.invalid/x.png\"><script>console.error('planted')</script>",
    );
    let control = open(&chromium, &dir, "control.html", 1000);
    assert_eq!(
        control.requests,
        ["http://elsewhere.invalid/x.png"],
        "requests are seen"
    );
    assert!(
        control.console.iter().any(|line| line.contains("planted")),
        "errors are seen"
    );

    for (name, more) in PAGES {
        let seen = open(&chromium, &dir, name, 1000);
        assert_eq!(seen.requests, [""; 0]);
        assert_eq!(seen.console, [""; 0]);
        // What the browser has made of it is what was written: nothing was moved or dropped.
        let page = dir.read_text(name);
        for tag in TAGS.iter().chain(more) {
            let (written, rendered) = (
                page.matches(tag).count(),
                seen.document.matches(tag).count(),
            );
            assert!(
                written > 0 && written == rendered,
                "{name} {tag}: {written} written, {rendered} rendered"
            );
        }
    }
}

#[test]
fn the_report_fits_a_phone_and_a_wide_screen() {
    let Some(chromium) = chromium() else { return };
    let dir = report();
    for (name, _) in PAGES {
        assert_fits(&chromium, &dir, name);
    }
}

fn assert_fits(chromium: &str, dir: &Workdir, name: &str) {
    // A copy that measures itself in frames of either width; the report itself has no script and forbids it.
    let page = dir.read_text(name);
    let policy = page
        .find("<meta http-equiv=\"Content-Security-Policy\"")
        .unwrap();
    let end = policy + page[policy..].find('>').unwrap() + 1;
    let measured = format!("{}{}", &page[..policy], &page[end..]).replace(
        "</body>",
        "<script>const e = document.documentElement; parent.postMessage([innerWidth, e.scrollWidth - e.clientWidth], '*')</script></body>",
    );
    dir.write("measured.html", measured);
    dir.write(
        "frames.html",
        "<!doctype html><title>f</title><body><script>onmessage = (e) => { document.body.append('[' + e.data + ']') }</script>\
         <iframe src=\"measured.html\" style=\"width:360px;height:800px;border:0\"></iframe>\
         <iframe src=\"measured.html\" style=\"width:1200px;height:800px;border:0\"></iframe>",
    );
    let seen = open(chromium, dir, "frames.html", 1600);
    for width in ["360", "1200"] {
        let fits = format!("[{width},0]");
        assert!(
            seen.document.contains(&fits),
            "{name} {}",
            &seen.document[seen.document.len().saturating_sub(400)..]
        );
    }
}
