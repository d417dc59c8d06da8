use super::{DocumentError, Kind, read};
use std::time::{Duration, Instant};

/// A page like those of newspapers: the article in the middle of everything else.
pub(super) fn page() -> String {
    let filler = "Delegates from both sides had met for three days, and nobody had expected a result so soon after the talks of last year, diplomats said.";
    format!(
        r#"<!DOCTYPE html><html><head><meta charset="utf-8"><title>Talks end &amp; hopes rise | The Observer</title>
        <script>var tracking = "if (a<b) {{ buy('news') }}";</script><style>p {{ color: red }}</style></head>
        <body class="has-cookie-banner"><nav><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li></ul></nav>
        <div id="cookie-notice"><p>We use cookies, and we ask you to accept them.</p><button>Accept all</button></div>
        <article><h1>Talks end &amp; hopes rise</h1>
        <figure><img src="a.jpg"><figcaption>The minister arrives at the palace. Photo: Agency</figcaption></figure>
        <p>&ldquo;We will not wait,&rdquo; the minister said on Monday, <em>caf&eacute;</em> doors closing behind her. {filler}</p>
        <p>{filler} «&nbsp;Jamais&nbsp;», he added.</p>
        <p class="wp-caption-text">A caption in a paragraph of its own.</p>
        <blockquote><p>Nothing is agreed until everything is agreed, and that will take the time that it takes.</p></blockquote>
        <p>{filler}<br>A line of its own.</p></article>
        <aside><h2>Most read</h2><ul><li><a href="/x">Ten things to know</a></li></ul></aside>
        <footer>© The Observer. All rights reserved.</footer></body></html>"#
    )
}

#[test]
fn the_article_comes_out_headline_first_with_blank_lines_between_paragraphs() {
    let document = read(Kind::Html, page().as_bytes()).unwrap();
    let paragraphs: Vec<&str> = document.text.split("\n\n").collect();
    assert_eq!(paragraphs[0], "Talks end & hopes rise");
    assert!(
        paragraphs[1].starts_with("“We will not wait,” the minister said on Monday, café doors"),
        "{}",
        document.text
    );
    assert!(paragraphs[2].ends_with("diplomats said. « Jamais », he added."));
    assert!(paragraphs[3].starts_with("Nothing is agreed"));
    assert!(paragraphs[4].ends_with("said.\nA line of its own."));
    assert_eq!(paragraphs.len(), 5, "{}", document.text);
    assert!(document.pages.is_empty() && document.scanned.is_empty());
}

#[test]
fn what_is_not_the_article_is_left_out() {
    let text = read(Kind::Html, page().as_bytes()).unwrap().text;
    for other in [
        "tracking",
        "color",
        "Home",
        "cookies",
        "Accept",
        "Photo",
        "caption",
        "Most read",
        "rights",
    ] {
        assert!(!text.contains(other), "{other} in {text}");
    }
}

#[test]
fn a_page_without_an_article_gives_all_text_of_its_body() {
    let html = "<title>x</title><nav>Menu</nav><div>One.</div><p>Two &amp; three.</p><script>no()</script><li>Four";
    let text = read(Kind::Html, html.as_bytes()).unwrap().text;
    assert!(
        text.contains("One.") && text.contains("Two & three."),
        "{text}"
    );
    assert!(!text.contains("no()"));
    assert_eq!(read(Kind::Html, b"").unwrap().text, "");
}

#[test]
fn encodings_are_told_by_mark_content_or_declaration() {
    let texts: [&[u8]; 4] = [
        b"\xFF\xFE<\0p\0>\0\xE9\0",
        "<p>é".as_bytes(),
        b"<meta charset='iso-8859-5'><p>\xD9",
        b"<p>\x93ol\xE9\x94",
    ];
    let found = texts.map(|bytes| read(Kind::Html, bytes).unwrap().text);
    assert_eq!(found, ["é", "é", "й", "“olé”"]);
}

#[test]
fn nesting_without_end_neither_hangs_nor_fills_the_memory() {
    let start = Instant::now();
    for unit in [
        "<div>",
        "<b><p>",
        "<table><tr><td>",
        "<a href=x><i>",
        "<svg><g>",
        "<ul><li>",
        "<select><option>",
    ] {
        for times in [300, 2_000, 100_000] {
            match read(Kind::Html, format!("{}text", unit.repeat(times)).as_bytes()) {
                Ok(_) | Err(DocumentError::TooMuchWork { .. }) => {}
                Err(other) => panic!("{unit}: {other}"),
            }
        }
    }
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "{:?}",
        start.elapsed()
    );
}
