//! The article of a web page: its headline and its paragraphs, without menus, captions and notices.
//!
//! The article is what readability (the reader view of browsers) finds. Where it finds nothing, or the page is nested too
//! deep for it, all text of the body is taken instead, less what is surely no text.

use super::guard::guarded;
use super::{Document, DocumentError, Kind};
use dom_query::Document as Page;
use dom_smoothie::{Config, Readability, TextMode};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// The most bytes that are parsed: a page takes many times its size in memory.
const MAX_HTML: usize = 32 << 20;
/// The most steps that finding tags' partners may take, summed over all tags.
const MAX_STEPS: u64 = 150_000_000;
/// The deepest nesting that readability is asked about; its time grows faster than the depth.
const MAX_DEPTH: u64 = 400;
/// Never an article's text, whatever is around it.
const NEVER: &str = "figcaption, noscript, template, button, select, textarea, iframe, svg";
/// Captions and consent notices by the names that pages give them, where they are short.
const NOTICES: &str = "[class*=caption], [id*=cookie], [class*=cookie], [id*=consent], [class*=consent], [class*=gdpr], [role=dialog]";
/// The most characters that a notice has; longer ones are the page under a misleading name.
const NOTICE_CHARS: usize = 1_500;
/// Left out as well where all of the body is taken.
const AROUND: &str =
    "script, style, nav, aside, footer, form, [role=navigation], [aria-hidden=true]";

/// Reads a web page's article.
///
/// # Errors
///
/// When the page is too large or so nested that parsing it would take hours.
pub(super) fn read(bytes: &[u8]) -> Result<Document, DocumentError> {
    if bytes.len() > MAX_HTML {
        return Err(DocumentError::TooLarge {
            kind: Kind::Html,
            bytes: bytes.len(),
            limit: MAX_HTML,
        });
    }
    let html = decode(bytes);
    let nesting = Nesting::of(&html);
    if nesting.steps > MAX_STEPS {
        return Err(DocumentError::TooMuchWork {
            kind: Kind::Html,
            reason: format!("its elements are nested {} deep", nesting.depth),
        });
    }
    let text = guarded(Kind::Html, bytes.len(), move |_| {
        let article = (nesting.depth <= MAX_DEPTH)
            .then(|| article(&html))
            .flatten();
        Ok(article.unwrap_or_else(|| body(&html)))
    })?;
    Ok(Document {
        text,
        ..Document::default()
    })
}

/// The article that readability finds, its headline first.
fn article(html: &str) -> Option<String> {
    let page = cleaned(html);
    let headings: Vec<String> = page
        .select("h1")
        .iter()
        .map(|h| one_line(&h.text()))
        .collect();
    let config = Config {
        text_mode: TextMode::Formatted,
        ..Config::default()
    };
    let found = Readability::with_document(page, None, Some(config))
        .ok()?
        .parse()
        .ok()?;
    let text = paragraphs(&found.text_content);
    if text.is_empty() {
        return None;
    }
    let headline = headline(&one_line(&found.title), &headings);
    if headline.is_empty() || text == headline || text.starts_with(&format!("{headline}\n")) {
        return Some(text);
    }
    Some(format!("{headline}\n\n{text}"))
}

/// The page's title, or the heading it is made of: titles often end in the site's name.
fn headline(title: &str, headings: &[String]) -> String {
    let same = |h: &&String| {
        !h.is_empty() && (title.is_empty() || title.contains(h.as_str()) || h.contains(title))
    };
    headings
        .iter()
        .find(same)
        .cloned()
        .unwrap_or_else(|| title.to_owned())
}

/// All text of the body, for pages in which no article stands out.
fn body(html: &str) -> String {
    let page = cleaned(html);
    page.select(AROUND).remove();
    let root = page.body().unwrap_or_else(|| page.root());
    paragraphs(&root.formatted_text())
}

/// The page without what is never text.
fn cleaned(html: &str) -> Page {
    let page = Page::from(html);
    page.select(NEVER).remove();
    for node in page.select(NOTICES).nodes() {
        let around = node.node_name().is_some_and(|n| {
            matches!(
                n.to_ascii_lowercase().as_str(),
                "html" | "body" | "main" | "article"
            )
        });
        if !around && node.text().chars().count() <= NOTICE_CHARS {
            node.remove_from_parent();
        }
    }
    page
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lines trimmed, and one blank line wherever there are any.
fn paragraphs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for line in text.lines() {
        let line = one_line(line);
        if line.is_empty() {
            blank = true;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank { "\n\n" } else { "\n" });
        }
        out.push_str(&line);
        blank = false;
    }
    out
}

/// Text of the bytes: by their byte order mark, as UTF-8 if they are that, by the page's own word, else as Windows-1252.
fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding
            .decode_without_bom_handling(&bytes[mark..])
            .0
            .into_owned();
    }
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            let named = declared(&bytes[..bytes.len().min(4096)]);
            let encoding = named.unwrap_or(WINDOWS_1252);
            encoding.decode_without_bom_handling(bytes).0.into_owned()
        }
    }
}

/// The encoding that the page's head names.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let after = &head[head.find("charset")? + "charset".len()..];
    let label: String = after
        .trim_start_matches(|c: char| c == '=' || c == '"' || c == '\'' || c.is_whitespace())
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))
        .collect();
    let encoding = Encoding::for_label(label.as_bytes())?;
    // A page that was readable this far is not in UTF-16, whatever it says.
    Some(if encoding.is_ascii_compatible() {
        encoding
    } else {
        UTF_8
    })
}

/// How deep a page's elements are nested, and how many steps a parser takes that walks the open ones at each tag.
struct Nesting {
    depth: u64,
    steps: u64,
}

impl Nesting {
    /// An estimate from the tags alone: what ends by itself or has no content does not count.
    fn of(html: &str) -> Self {
        let (mut open, mut depth, mut steps) = (0_u64, 0_u64, 0_u64);
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            rest = &rest[at + 1..];
            if let Some(comment) = rest.strip_prefix("!--") {
                rest = comment.find("-->").map_or("", |end| &comment[end..]);
                continue;
            }
            let closing = rest.starts_with('/');
            let name: String = rest[usize::from(closing)..]
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .take(12)
                .collect::<String>()
                .to_ascii_lowercase();
            match name.as_str() {
                "" => continue,
                "script" | "style" if !closing => {
                    rest = rest.find("</").map_or("", |end| &rest[end..]);
                }
                "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link"
                | "meta" | "source" | "wbr" | "p" | "li" | "td" | "th" | "tr" | "dt" | "dd"
                | "option" | "html" | "body" | "script" | "style" => {}
                _ if closing => open = open.saturating_sub(1),
                _ => open += 1,
            }
            depth = depth.max(open);
            steps += open;
        }
        Self { depth, steps }
    }
}
