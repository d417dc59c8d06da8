use super::{DocumentError, Kind, MAX_BYTES, read};
use proptest::prelude::*;

const KINDS: [Kind; 3] = [Kind::Html, Kind::Pdf, Kind::Docx];

/// A whole document of each kind that is built.
fn wholes() -> Vec<(Kind, Vec<u8>)> {
    vec![
        #[cfg(feature = "html")]
        (Kind::Html, super::html_tests::page().into_bytes()),
        #[cfg(feature = "pdf")]
        (
            Kind::Pdf,
            super::pdf_tests::pdf(&[vec![(50.0, 700.0, 10.0, "One page.")], vec![]]),
        ),
        #[cfg(feature = "docx")]
        (
            Kind::Docx,
            super::docx_tests::docx("<w:p><w:r><w:t>One.</w:t></w:r></w:p>"),
        ),
    ]
}

/// Reads and checks what holds of every document.
fn check(kind: Kind, bytes: &[u8]) {
    let Ok(document) = read(kind, bytes) else {
        return;
    };
    assert!(
        document
            .pages
            .windows(2)
            .all(|p| p[0].offset <= p[1].offset && p[0].number < p[1].number)
    );
    assert!(
        document
            .pages
            .iter()
            .all(|p| document.text.is_char_boundary(p.offset))
    );
    assert!(!document.text.contains("\n\n\n") && document.text.trim() == document.text);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_bytes_give_a_document_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..3_000)) {
        for kind in KINDS {
            check(kind, &bytes);
        }
    }

    #[test]
    fn any_words_of_the_formats_give_a_document_or_an_error(
        text in "(<[/!]?(p|b|div|a|table|td|svg|math|script|template|h1|article)( class=cookie)?>|&[a-z]{1,4};?|obj|endobj|stream|<<|>>|/Type|/Page|[0-9] 0 R|BT|Tj|\\(|PK|[a-z“é \n]{1,9}){0,200}",
    ) {
        for kind in KINDS {
            check(kind, text.as_bytes());
        }
    }

    #[test]
    fn cut_and_changed_documents_give_a_document_or_an_error(
        cut in 0.0..=1.0_f64,
        changes in proptest::collection::vec((0.0..1.0_f64, any::<u8>()), 0..12),
    ) {
        for (kind, whole) in wholes() {
            let mut bytes = whole[..(whole.len() as f64 * cut) as usize].to_vec();
            check(kind, &bytes);
            for (place, byte) in &changes {
                let at = (bytes.len() as f64 * place) as usize;
                if let Some(b) = bytes.get_mut(at) {
                    *b = *byte;
                }
            }
            check(kind, &bytes);
        }
    }
}

#[test]
fn kinds_are_told_by_extension() {
    assert_eq!(Kind::of_extension("HTM"), Some(Kind::Html));
    assert_eq!(Kind::of_extension("pdf"), Some(Kind::Pdf));
    assert_eq!(Kind::of_extension("doc"), None);
}

#[test]
fn too_many_bytes_are_refused() {
    let bytes = vec![0; MAX_BYTES + 1];
    for kind in KINDS {
        assert!(matches!(
            read(kind, &bytes),
            Err(DocumentError::TooLarge { .. })
        ));
    }
}

#[test]
fn a_kind_left_out_of_the_build_names_its_feature() {
    for (kind, built) in [
        (Kind::Html, cfg!(feature = "html")),
        (Kind::Pdf, cfg!(feature = "pdf")),
        (Kind::Docx, cfg!(feature = "docx")),
    ] {
        let missing = matches!(read(kind, b"x"), Err(DocumentError::NotBuilt { .. }));
        assert_eq!(missing, !built);
    }
}
