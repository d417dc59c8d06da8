//! Encoded bytes in, UTF-8 bytes out; and a guess at what bytes that are not UTF-8 may be.
//!
//! Nothing is replaced: a sequence that the encoding does not have is reported with its line and offset.

use encoding_rs::{Decoder, DecoderResult, Encoding};
use std::io::Read;

const CHUNK: usize = 64 << 10;

/// Why decoding stopped.
pub(super) enum DecodeFault {
    Read(std::io::Error),
    Malformed { line: u64, offset: u64 },
}

/// A stream in another encoding, read as UTF-8.
pub(super) struct DecodingReader {
    inner: Box<dyn Read + Send>,
    decoder: Decoder,
    encoded: Vec<u8>,
    encoded_at: usize,
    decoded: Vec<u8>,
    decoded_at: usize,
    decoded_end: usize,
    /// Bytes of the stream that stand before `encoded[encoded_at]`.
    consumed: u64,
    line: u64,
    ended: bool,
    finished: bool,
}

impl DecodingReader {
    /// Decodes `inner`; `offset` bytes (a byte order mark) were taken from the stream before.
    pub(super) fn new(
        inner: Box<dyn Read + Send>,
        encoding: &'static Encoding,
        offset: u64,
    ) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            encoded: Vec::new(),
            encoded_at: 0,
            decoded: vec![0; CHUNK],
            decoded_at: 0,
            decoded_end: 0,
            consumed: offset,
            line: 1,
            ended: false,
            finished: false,
        }
    }

    /// Fills the start of `buffer`; 0 bytes mean the end.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, DecodeFault> {
        while self.decoded_at == self.decoded_end {
            if self.finished {
                return Ok(0);
            }
            self.decode_more()?;
        }
        let n = buffer.len().min(self.decoded_end - self.decoded_at);
        buffer[..n].copy_from_slice(&self.decoded[self.decoded_at..self.decoded_at + n]);
        self.decoded_at += n;
        Ok(n)
    }

    fn decode_more(&mut self) -> Result<(), DecodeFault> {
        if self.encoded_at == self.encoded.len() && !self.ended {
            self.encoded.resize(CHUNK, 0);
            let n = read_retrying(&mut *self.inner, &mut self.encoded).map_err(DecodeFault::Read);
            self.encoded_at = 0;
            self.encoded.truncate(*n.as_ref().unwrap_or(&0));
            self.ended = n? == 0;
        }
        let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
            &self.encoded[self.encoded_at..],
            &mut self.decoded,
            self.ended,
        );
        self.encoded_at += read;
        self.consumed += read as u64;
        (self.decoded_at, self.decoded_end) = (0, written);
        let line_feeds = memchr::memchr_iter(b'\n', &self.decoded[..written]).count() as u64;
        self.line += line_feeds;
        match result {
            DecoderResult::InputEmpty => self.finished = self.ended,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, after) => {
                return Err(DecodeFault::Malformed {
                    line: self.line,
                    offset: self
                        .consumed
                        .saturating_sub(u64::from(length) + u64::from(after)),
                });
            }
        }
        Ok(())
    }
}

/// `read`, tried again when a signal interrupted it.
pub(super) fn read_retrying(inner: &mut dyn Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    loop {
        match inner.read(buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// The encoding that `bytes`, known not to be UTF-8 or to hold NULs, most look like.
///
/// Simple evidence only: many NULs speak for UTF-16; text made mostly of high bytes is Cyrillic if
/// many of them are in 0xEE..=0xFF (о п р с т у … я), otherwise Arabic; a few high bytes are Western European.
pub(super) fn likely_encoding(bytes: &[u8]) -> &'static str {
    if let Some(utf_16) = likely_utf_16(bytes) {
        return utf_16;
    }
    let high = bytes.iter().filter(|b| **b >= 0xC0).count();
    let ascii_letters = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    if high <= 3 || high < ascii_letters {
        return "windows-1252";
    }
    let late = bytes.iter().filter(|b| **b >= 0xEE).count();
    let arabic_article = bytes.windows(2).filter(|w| *w == [0xC7, 0xE1]).count();
    if late * 5 < high || arabic_article * 12 > high {
        "windows-1256"
    } else {
        "windows-1251"
    }
}

/// `utf-16le` or `utf-16be` if at least one byte in eight is NUL; `bytes` start at a letter.
pub(super) fn likely_utf_16(bytes: &[u8]) -> Option<&'static str> {
    if memchr::memchr_iter(0, bytes).count() * 8 < bytes.len() {
        return None;
    }
    // The letter before its NUL, or the NUL before its letter.
    let first = memchr::memchr(0, bytes)?;
    Some(if first > 0 { "utf-16le" } else { "utf-16be" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likely_encodings_of_small_samples() {
        let encoded = |label: &str, text: &str| {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            encoding.encode(text).0.into_owned()
        };
        for (label, text) in [
            ("windows-1252", "Nous négocierons à Genève avec nos alliés"),
            ("windows-1252", "café"),
            (
                "windows-1251",
                "Мы готовы к переговорам без предварительных условий",
            ),
            (
                "windows-1256",
                "نحن مستعدون للحوار مع الجميع دون شروط مسبقة",
            ),
        ] {
            assert_eq!(likely_encoding(&encoded(label, text)), label, "{text}");
        }
        assert_eq!(likely_encoding(b"w\0e\0 \0a\0"), "utf-16le");
        assert_eq!(likely_encoding(b"\0w\0e\0 \0a"), "utf-16be");
    }
}
