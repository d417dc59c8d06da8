use super::{Document, DocumentError, Kind, read};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// Text at a place: left, up from the page's foot, size of the type, and the bytes of the string.
pub(super) type Text<'a> = (f64, f64, f64, &'a str);

/// A PDF of pages with text; a page without any shows a picture. `\1` stands for the ligature fi, `\223` and `\224` for
/// quotation marks.
pub(super) fn pdf(pages: &[Vec<Text<'_>>]) -> Vec<u8> {
    let contents = pages.iter().map(|page| {
        if page.is_empty() {
            return "q 500 0 0 700 50 50 cm /I0 Do Q".to_owned();
        }
        let lines = page.iter().map(|(x, y, size, text)| {
            let text = text.replace('(', "\\(").replace(')', "\\)");
            format!("BT /F0 {size} Tf {x} {y} Td ({text}) Tj ET")
        });
        lines.collect::<Vec<_>>().join("\n")
    });
    let kids: Vec<String> = (0..pages.len())
        .map(|i| format!("{} 0 R", 5 + 2 * i))
        .collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Count {}/Kids[{}]/MediaBox[0 0 600 800]/Resources<</Font<</F0 3 0 R>>/XObject<</I0 4 0 R>>>>>>", pages.len(), kids.join(" ")),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</BaseEncoding/WinAnsiEncoding/Differences[1/fi]>>>>".to_owned(),
        "<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\nx\nendstream".to_owned(),
    ];
    for (i, content) in contents.enumerate() {
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/Contents {} 0 R>>",
            6 + 2 * i
        ));
        objects.push(format!(
            "<</Length {}>>stream\n{content}\nendstream",
            content.len()
        ));
    }
    file(&objects, "")
}

fn file(objects: &[impl AsRef<[u8]>], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n", i + 1).bytes());
        out.extend(object.as_ref());
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    out.extend(
        format!(
            "trailer<</Size {}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF",
            objects.len() + 1
        )
        .bytes(),
    );
    out
}

/// Lines one below the other, 12 points apart, in type of 10 points.
fn lines<'a>(x: f64, top: f64, texts: &[&'a str]) -> Vec<Text<'a>> {
    texts
        .iter()
        .zip(0..)
        .map(|(text, i)| (x, top - 12.0 * f64::from(i), 10.0, *text))
        .collect()
}

fn reading(pages: &[Vec<Text<'_>>]) -> Document {
    read(Kind::Pdf, &pdf(pages)).unwrap()
}

#[test]
fn lines_become_paragraphs_and_hyphens_go_where_a_word_was_parted() {
    let page = lines(
        50.0,
        700.0,
        &[
            "The minister announced that the negotia-",
            "tions of the Anglo-",
            "American group had \\223ended\\224 in the of\\1ce (today).",
        ],
    );
    let next = lines(
        50.0,
        650.0,
        &[
            "A second paragraph after a gap, long enough to be one,",
            "with 3-",
            "year plans.",
        ],
    );
    assert_eq!(
        reading(&[[page, next].concat()]).text,
        "The minister announced that the negotiations of the Anglo-American group had “ended” in the office (today).\n\n\
         A second paragraph after a gap, long enough to be one, with 3-year plans."
    );
}

#[test]
fn columns_are_read_one_after_the_other_below_the_headline() {
    let left = [
        "The first column begins here and",
        "goes on with its text for several",
        "lines until it has come to its",
    ];
    let right = [
        "end, and the second column goes",
        "on where the first one ended, as",
        "columns of newspapers do.",
    ];
    let rows = (0..3).flat_map(|i| {
        let y = 700.0 - 12.0 * f64::from(i as u8);
        [(50.0, y, 10.0, left[i]), (310.0, y - 3.0, 10.0, right[i])]
    });
    let headline = (50.0, 740.0, 24.0, "A headline above both of the columns");
    let page: Vec<Text<'_>> = std::iter::once(headline).chain(rows).collect();
    let text = format!("{}\n\n{} {}", headline.3, left.join(" "), right.join(" "));
    assert_eq!(reading(&[page]).text, text);
}

#[test]
fn an_indent_begins_a_paragraph() {
    let mut page = lines(
        50.0,
        700.0,
        &[
            "A full line of the first paragraph of this page, it ends.",
            "Here is its second line that is about as long as that one.",
            "Its end.",
        ],
    );
    page.extend(lines(
        62.0,
        664.0,
        &["\\223Set in,\\224 he said, and that is a paragraph of its own,"],
    ));
    page.extend(lines(50.0, 652.0, &["with one more line."]));
    let text = reading(&[page]).text;
    assert_eq!(
        text.split("\n\n").nth(1).unwrap().split(' ').next(),
        Some("“Set"),
        "{text}"
    );
    assert_eq!(text.matches("\n\n").count(), 1, "{text}");
}

#[test]
fn marks_set_higher_and_large_initials_keep_lines_whole() {
    let mut page = lines(
        80.0,
        700.0,
        &[
            "he minister said so on Monday.",
            "and again on Tuesday, when all",
            "were there to hear her words,",
        ],
    );
    page.extend(lines(50.0, 664.0, &["and once more on Wednesday morning."]));
    page.push((50.0, 676.0, 36.0, "T"));
    page.push((250.0, 704.0, 6.0, "7"));
    let text = reading(&[page]).text;
    assert!(
        text.starts_with("he minister said so on Monday. 7"),
        "{text}"
    );
    assert!(
        text.ends_with("T were there to hear her words, and once more on Wednesday morning."),
        "{text}"
    );
}

#[test]
fn running_heads_feet_and_page_numbers_are_left_out_and_paragraphs_go_on() {
    let numbers = ["1", "2", "3", "4"];
    let dates = [
        "Observer, 1 May",
        "Observer, 22 May",
        "Observer, 3 May",
        "Observer, 4 May",
    ];
    let bodies = [
        "This is the text of the first page that goes on and",
        "on over the second page with words un-",
        "broken by heads, and comes to its end on the last page.",
        "2024",
    ];
    let pages: Vec<Vec<Text<'_>>> = (0..4)
        .map(|i| {
            vec![
                (50.0, 770.0, 8.0, dates[i]),
                (50.0, 700.0, 10.0, bodies[i]),
                (300.0, 30.0, 8.0, numbers[i]),
            ]
        })
        .collect();
    let document = reading(&pages[..3]);
    assert_eq!(
        document.text,
        "This is the text of the first page that goes on and on over the second page with words unbroken by heads, and comes to its end on the last page."
    );
    let starts: Vec<&str> = document
        .pages
        .iter()
        .map(|p| &document.text[p.offset..][..3])
        .collect();
    assert_eq!(starts, ["Thi", "on ", "bro"]);
    assert_eq!(
        document.pages.iter().map(|p| p.number).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert_eq!(document.page_of(0), Some(1));
}

#[test]
fn a_page_with_a_picture_alone_is_scanned() {
    let text = |t| vec![(50.0, 700.0, 10.0, t)];
    let document = reading(&[text("One."), vec![], text("Three.")]);
    assert_eq!(document.text, "One.\n\nThree.");
    assert_eq!(document.scanned, [2]);
    assert_eq!(
        document
            .pages
            .iter()
            .map(|p| (p.number, p.offset))
            .collect::<Vec<_>>(),
        [(1, 0), (2, 6), (3, 6)]
    );
}

#[test]
fn turned_pages_and_text_painted_twice_are_read_once() {
    let line = "A line that is painted twice to look bold.";
    let plain = vec![(50.0, 700.0, 10.0, line), (50.2, 700.0, 10.0, line)];
    assert_eq!(reading(&[plain]).text, line);
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 600 800]>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F0 5 0 R>>>>>>".to_owned(),
        "<</Length 90>>stream\nBT /F0 10 Tf 0 1 -1 0 300 100 Tm (Upwards) Tj 0 1 -1 0 312 100 Tm (again.) Tj ET           \nendstream".to_owned(),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    assert_eq!(
        read(Kind::Pdf, &file(&objects, "")).unwrap().text,
        "Upwards again."
    );
}

#[test]
fn bad_files_are_refused_with_a_remedy() {
    let unknown = "/Encrypt<</Filter/Strange/V 9>>/ID[(a)(b)]";
    let catalog = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Count 0/Kids[]>>",
    ];
    for bytes in [
        b"not a PDF".to_vec(),
        Vec::new(),
        file(&catalog, unknown),
        file(&catalog, ""),
    ] {
        let error = read(Kind::Pdf, &bytes).unwrap_err();
        assert!(matches!(error, DocumentError::Broken { .. }), "{error}");
        assert!(error.to_string().contains("fetch it again"));
    }
}

#[test]
fn a_part_that_unpacks_to_too_much_is_refused_before_it_is_read() {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..129 {
        packed.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let packed = packed.finish().unwrap();
    let mut content =
        format!("<</Filter/FlateDecode/Length {}>>stream\n", packed.len()).into_bytes();
    content.extend(packed);
    content.extend(b"\nendstream");
    let page = "<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 600 800]>>";
    let pages = "<</Type/Pages/Count 1/Kids[3 0 R]>>";
    let objects: [&[u8]; 4] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        pages.as_bytes(),
        page.as_bytes(),
        &content,
    ];
    assert!(matches!(
        read(Kind::Pdf, &file(&objects, "")),
        Err(DocumentError::Unpacked { .. })
    ));
}

#[test]
fn forms_that_paint_themselves_over_and_over_are_given_up() {
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 600 800]>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>".to_owned(),
        "<</Length 5>>stream\n/X Do\nendstream".to_owned(),
    ];
    let ten = "/X Do ".repeat(10);
    for next in 6..26 {
        objects.push(format!("<</Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {next} 0 R>>>>/Length {}>>stream\n{ten}\nendstream", ten.len()));
    }
    assert!(matches!(
        read(Kind::Pdf, &file(&objects, "")),
        Err(DocumentError::TooMuchWork { .. })
    ));
}
