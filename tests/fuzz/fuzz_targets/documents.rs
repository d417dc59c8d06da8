//! Any bytes give a document or an error. The first byte tells what they are: `0` a web page, `1` a PDF file, `2` a DOCX
//! file, `3` the XML of a DOCX file's text, which is packed here so that changes of it are not stopped by a checksum.
//!
//! `documents` turns panics of foreign readers into errors, on a thread of its own, and these are let pass here. A panic
//! of the crate's own code on that thread is found as any other.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stance::documents::{Kind, read};
use std::io::{Cursor, Write};
use std::panic;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The name of the thread that foreign readers run on.
const GUARDED: &str = "document";

/// Where the crate's own readers are.
const OWN: &str = "src/documents/";

fn let_guarded_panics_pass() {
    let aborts = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let guarded = std::thread::current().name() == Some(GUARDED);
        let own = info.location().is_some_and(|at| at.file().contains(OWN));
        if own || !guarded {
            aborts(info);
        }
    }));
}

fn packed(xml: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.start_file("word/document.xml", stored)
        .expect("memory takes all");
    zip.write_all(xml).expect("memory takes all");
    zip.finish().expect("memory takes all").into_inner()
}

fuzz_target!(init: let_guarded_panics_pass(), |data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else {
        return;
    };
    let document = match first.wrapping_sub(b'0') % 4 {
        0 => read(Kind::Html, bytes),
        1 => read(Kind::Pdf, bytes),
        2 => read(Kind::Docx, bytes),
        _ => read(Kind::Docx, &packed(bytes)),
    };
    let Ok(document) = document else {
        return;
    };
    let (text, pages) = (&document.text, &document.pages);
    assert!(text.trim() == text && !text.contains("\n\n\n"), "{text:?}");
    assert!(pages.iter().all(|page| text.is_char_boundary(page.offset)), "{pages:?}");
    for pair in pages.windows(2) {
        assert!(pair[0].offset <= pair[1].offset && pair[0].number < pair[1].number, "{pages:?}");
    }
});
