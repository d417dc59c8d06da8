//! The words of a PDF and where they stand on its pages.
//!
//! A PDF says where each glyph is painted, not what is a word, a line or a paragraph. Here every page is painted onto a
//! [`Collector`] that keeps no picture, only [`Word`]s with their positions; [`pdf_layout`](super::pdf_layout) makes text of them.

use super::guard::{Stopped, guarded};
use super::pdf_layout::{Page, Word, document};
use super::{Document, DocumentError, Kind};
use flate2::read::ZlibDecoder;
use hayro_interpret::font::Glyph;
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache,
    InterpreterSettings, Paint, PathDrawMode, SoftMask, TransformExt, interpret_page,
};
use kurbo::{Affine, BezPath, Rect};
use memchr::memmem;
use std::io::Read;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};

/// The most bytes that one part of the file (a page's content, a font) unpacks to.
const MAX_PART: usize = 128 << 20;
/// The most glyphs that are kept: as many as 10,000 dense pages have.
const MAX_GLYPHS: usize = 50_000_000;
/// The most that one page paints, in glyphs and paths.
const MAX_PAINTED: usize = 5_000_000;
/// What clipping counts for: every form that a page paints within itself does it.
const CLIPPING: usize = 10;
/// A gap between two glyphs that parts words, in heights of the type. Spaces are 0.2 to 0.35, kerning is below 0.1.
const WORD_GAP: f64 = 0.15;
/// The width taken for a glyph whose font does not tell, in heights of the type.
const USUAL_WIDTH: f64 = 0.5;

/// Reads a PDF's text.
///
/// # Errors
///
/// When the file is damaged beyond repair, needs a password, or is built so that reading it would not end.
pub(super) fn read(bytes: &[u8]) -> Result<Document, DocumentError> {
    check_parts(bytes)?;
    let copy = bytes.to_vec();
    guarded(Kind::Pdf, bytes.len(), move |over| extract(copy, over))
}

fn extract(bytes: Vec<u8>, over: &AtomicBool) -> Result<Document, DocumentError> {
    let pdf = Pdf::new(bytes).map_err(refused)?;
    if pdf.pages().is_empty() {
        return Err(refused(LoadPdfError::Invalid));
    }
    let settings = InterpreterSettings {
        render_annotations: false,
        ..InterpreterSettings::default()
    };
    let cache = InterpreterCache::new();
    let mut pages = Vec::new();
    let mut glyphs = 0;
    for page in pdf.pages().iter() {
        let (width, height) = page.render_dimensions();
        let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let upright = page.initial_transform(true).to_kurbo();
        let mut context = Context::new(upright, area, &cache, pdf.xref(), settings.clone());
        let mut collector = Collector::new(over);
        interpret_page(page, &mut context, &mut collector);
        glyphs += collector.glyphs();
        if glyphs > MAX_GLYPHS {
            resume_unwind(Box::new(Stopped));
        }
        pages.push(collector.finish());
    }
    Ok(document(pages))
}

fn refused(error: LoadPdfError) -> DocumentError {
    let reason = match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
            return DocumentError::Encrypted { kind: Kind::Pdf };
        }
        LoadPdfError::Decryption(_) => "its encryption is not one that can be undone",
        LoadPdfError::Invalid => "it has no pages, or is cut short or no PDF",
    };
    DocumentError::Broken {
        kind: Kind::Pdf,
        reason: reason.to_owned(),
    }
}

/// Refuses a file with a part that unpacks to more than [`MAX_PART`]. Pictures are not looked at, as they are never unpacked.
fn check_parts(bytes: &[u8]) -> Result<(), DocumentError> {
    for at in memmem::find_iter(bytes, b"stream") {
        let head = &bytes[at.saturating_sub(400)..at];
        let head = &head[memmem::rfind(head, b"obj").unwrap_or(0)..];
        let data = &bytes[at + b"stream".len()..];
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        if head.ends_with(b"end") || memmem::find(head, b"/Image").is_some() {
            continue;
        }
        let mut left = ZlibDecoder::new(data).take(MAX_PART as u64 + 1);
        // A damaged part ends early here as it does when read.
        let _ = std::io::copy(&mut left, &mut std::io::sink());
        if left.limit() == 0 {
            return Err(DocumentError::Unpacked {
                kind: Kind::Pdf,
                limit: MAX_PART,
            });
        }
    }
    Ok(())
}

/// Writing directions: rightwards, downwards, leftwards and upwards on the page.
const DIRECTIONS: usize = 4;

/// Keeps the words that a page paints, by writing direction; the one with the most glyphs is the page's text.
struct Collector<'s> {
    over: &'s AtomicBool,
    words: [Vec<Word>; DIRECTIONS],
    glyphs: [usize; DIRECTIONS],
    /// Glyphs whose font tells no character.
    unknown: usize,
    picture: bool,
    painted: usize,
    /// Whether white space was painted since the last glyph.
    spaced: bool,
    /// The last glyph: its direction and itself as a word.
    last: Option<(usize, Word)>,
}

impl<'s> Collector<'s> {
    fn new(over: &'s AtomicBool) -> Self {
        Self {
            over,
            words: Default::default(),
            glyphs: [0; DIRECTIONS],
            unknown: 0,
            picture: false,
            painted: 0,
            spaced: false,
            last: None,
        }
    }

    fn glyphs(&self) -> usize {
        self.glyphs.iter().sum()
    }

    fn finish(mut self) -> Page {
        let most = (0..DIRECTIONS)
            .rev()
            .max_by_key(|&d| self.glyphs[d])
            .unwrap_or(0);
        // Text in a font without characters is as unreadable as a picture.
        let readable = self.unknown * 2 <= self.glyphs();
        Page {
            picture: self.picture || !readable,
            words: if readable {
                std::mem::take(&mut self.words[most])
            } else {
                Vec::new()
            },
        }
    }

    /// Counts what is painted. Once it is too much, or the time is over, unwinds out of the interpreter, which has no way to be
    /// told to stop; [`guarded`] catches it.
    fn count(&mut self, weight: usize) {
        self.painted += weight;
        if self.painted > MAX_PAINTED || self.over.load(Ordering::Relaxed) {
            resume_unwind(Box::new(Stopped));
        }
    }

    /// A glyph, turned so that its line runs to the right and lines run downwards.
    fn add(&mut self, direction: usize, glyph: Word) {
        let Word {
            left, base, size, ..
        } = glyph;
        let before = self.last.replace((direction, glyph.clone()));
        let before = before.filter(|(d, b)| *d == direction && (b.base - base).abs() < 0.15 * size);
        // Bold type is at times the same glyph painted twice.
        let twice = |b: &Word| b.text == glyph.text && (b.left - left).abs() < 0.1 * size;
        if before.as_ref().is_some_and(|(_, b)| twice(b)) {
            return;
        }
        self.glyphs[direction] += 1;
        self.unknown += usize::from(glyph.text == "\u{FFFD}");
        let spaced = std::mem::take(&mut self.spaced);
        match self.words[direction].last_mut() {
            Some(word)
                if before.is_some()
                    && !spaced
                    && (-0.5..WORD_GAP).contains(&((left - word.right) / size)) =>
            {
                word.text.push_str(&glyph.text);
                word.right = word.right.max(glyph.right);
                word.size = word.size.max(size);
            }
            _ => self.words[direction].push(glyph),
        }
    }
}

impl<'a> Device<'a> for Collector<'_> {
    fn draw_glyph(
        &mut self,
        glyph: &Glyph<'a>,
        transform: Affine,
        glyph_transform: Affine,
        _: &Paint<'a>,
        _: &GlyphDrawMode,
    ) {
        self.count(1);
        let (unicode, width) = match glyph {
            Glyph::Outline(g) => (g.as_unicode(), g.advance_width().map(f64::from)),
            Glyph::Type3(g) => (g.as_unicode(), None),
        };
        let text = match unicode {
            Some(BfString::Char(c)) => plain(c.encode_utf8(&mut [0; 4])),
            Some(BfString::String(s)) => plain(&s),
            None => "\u{FFFD}".to_owned(),
        };
        if text.trim().is_empty() {
            self.spaced |= !text.is_empty();
            return;
        }
        // Glyph space has 1000 units to the height of the type.
        let [a, b, c, d, x, y] = (transform * glyph_transform).as_coeffs();
        let size = c.hypot(d) * 1000.0;
        let width = width.map_or(USUAL_WIDTH * size, |w| w * a.hypot(b));
        let (left, base, direction) = if b.abs() <= 0.2 * a.abs() {
            if a > 0.0 { (x, y, 0) } else { (-x, -y, 2) }
        } else if a.abs() <= 0.2 * b.abs() {
            if b > 0.0 { (y, -x, 1) } else { (-y, x, 3) }
        } else {
            // Slanted: a stamp or a watermark.
            return;
        };
        let word = Word {
            text: text.trim().to_owned(),
            left,
            right: left + width,
            base,
            size,
        };
        if [left, base, size, width].iter().all(|v| v.abs() < 1e6) && size > 0.0 {
            self.add(direction, word);
            self.spaced = text.ends_with(' ');
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: Affine) {
        self.count(1);
        self.picture = true;
    }

    fn draw_path(&mut self, _: &BezPath, _: Affine, _: &Paint<'a>, _: &PathDrawMode) {
        self.count(1);
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.count(CLIPPING);
    }

    fn set_soft_mask(&mut self, _: Option<SoftMask<'a>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// A glyph's characters as they are typed: ligatures as letters, no control characters.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{FB00}' => out.push_str("ff"),
            '\u{FB01}' => out.push_str("fi"),
            '\u{FB02}' => out.push_str("fl"),
            '\u{FB03}' => out.push_str("ffi"),
            '\u{FB04}' => out.push_str("ffl"),
            '\u{FB05}' | '\u{FB06}' => out.push_str("st"),
            c if c.is_whitespace() => out.push(' '),
            c if c.is_control() || c == '\u{FEFF}' => {}
            c => out.push(c),
        }
    }
    out
}
