use super::{DocumentError, Kind, PageStart, read};
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A package with a document of the given body, and a footnote and a head that must not be read.
pub(super) fn docx(body: &str) -> Vec<u8> {
    let around = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main""#;
    let note = "<w:p><w:r><w:t>Unwanted</w:t></w:r></w:p>";
    package(&[
        (
            "word/document.xml",
            &format!("<w:document {around}><w:body>{body}</w:body></w:document>"),
        ),
        (
            "word/footnotes.xml",
            &format!("<w:footnotes {around}>{note}</w:footnotes>"),
        ),
        (
            "word/header1.xml",
            &format!("<w:hdr {around}>{note}</w:hdr>"),
        ),
    ])
}

fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn text(body: &str) -> String {
    read(Kind::Docx, &docx(body)).unwrap().text
}

#[test]
fn paragraphs_and_cells_come_in_order() {
    let body = format!(
        "{}<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl><w:p/>{}",
        paragraph("“One &amp; &#233;”"),
        paragraph("Cell 1"),
        paragraph("Cell 2"),
        "<w:p><w:r><w:t>Spl</w:t></w:r><w:r><w:t xml:space='preserve'>it  run</w:t><w:tab/><w:t>tab</w:t><w:br/><w:t>line</w:t></w:r></w:p>",
    );
    assert_eq!(
        text(&body),
        "“One & é”\n\nCell 1\n\nCell 2\n\nSplit run tab\nline"
    );
}

#[test]
fn deleted_moved_and_doubled_text_is_left_out() {
    let body = "<w:p><w:del><w:r><w:delText>gone</w:delText><w:t>gone</w:t></w:r></w:del><w:ins><w:r><w:t>kept</w:t></w:r></w:ins>\
        <w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p>\
        </w:txbxContent></mc:Choice><mc:Fallback><w:p><w:r><w:t>box</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:r>\
        <w:r><w:instrText>PAGE</w:instrText></w:r></w:p>";
    assert_eq!(text(body), "box\n\nkept");
}

#[test]
fn pages_begin_where_the_last_print_broke_them() {
    let body = "<w:p><w:r><w:t>First page goes </w:t><w:lastRenderedPageBreak/><w:t>on here.</w:t></w:r></w:p>\
        <w:p><w:r><w:br w:type='page'/></w:r></w:p><w:p><w:r><w:lastRenderedPageBreak/><w:t>Third.</w:t></w:r></w:p>";
    let document = read(Kind::Docx, &docx(body)).unwrap();
    assert_eq!(document.text, "First page goes on here.\n\nThird.");
    let starts: Vec<&str> = document
        .pages
        .iter()
        .map(|p| &document.text[p.offset..])
        .collect();
    assert_eq!(starts, [&document.text, "on here.\n\nThird.", "Third."]);
    assert_eq!(document.page_of(document.text.len() - 1), Some(3));
}

#[test]
fn page_breaks_that_the_author_set_count_where_no_print_did() {
    let body = format!(
        "{}<w:p><w:r><w:br w:type='page'/></w:r></w:p>{}",
        paragraph("One."),
        paragraph("Two.")
    );
    let document = read(Kind::Docx, &docx(&body)).unwrap();
    assert_eq!(
        document.pages,
        [
            PageStart {
                offset: 0,
                number: 1
            },
            PageStart {
                offset: 6,
                number: 2
            }
        ]
    );
    assert!(
        read(Kind::Docx, &docx(&paragraph("One.")))
            .unwrap()
            .pages
            .is_empty()
    );
}

#[test]
fn the_package_may_name_its_document_otherwise() {
    let relations = r#"<Relationships><Relationship Type="http://x/officeDocument" Target="/word/doc2.xml"/></Relationships>"#;
    let bytes = package(&[
        ("_rels/.rels", relations),
        (
            "word/doc2.xml",
            "<w:document><w:p><w:r><w:t>Here.</w:t></w:r></w:p></w:document>",
        ),
    ]);
    assert_eq!(read(Kind::Docx, &bytes).unwrap().text, "Here.");
}

#[test]
fn other_files_are_refused_with_a_remedy() {
    let old = [
        &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..],
        &[0; 600],
    ]
    .concat();
    let sheet = package(&[("xl/workbook.xml", "<workbook/>")]);
    for (bytes, word) in [
        (&old[..], "save it as .docx"),
        (&sheet, "is it a .docx"),
        (b"text", "damaged"),
    ] {
        let error = read(Kind::Docx, bytes).unwrap_err();
        assert!(matches!(error, DocumentError::Broken { .. }));
        assert!(error.to_string().contains(word), "{error}");
    }
}
