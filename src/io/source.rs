//! A path or `-` in, a stream of bytes out: unpacked, without byte order mark, in UTF-8 if another encoding was read.
//!
//! Input that is UTF-8 already is handed out as it stands and checked row by row, so that one bad row need not end a
//! run. Other encodings are decoded here, without replacement characters. A byte order mark decides over an option.

use super::decode::{DecodeFault, DecodingReader, read_retrying};
use super::error::Error;
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The encoding of a label such as `utf-8`, `windows-1252` or `gbk`.
///
/// # Errors
/// [`Error::UnknownEncoding`] for any other label.
pub fn encoding_for(label: &str) -> Result<&'static Encoding, Error> {
    Encoding::for_label(label.as_bytes())
        .filter(|encoding| *encoding != REPLACEMENT)
        .ok_or_else(|| Error::UnknownEncoding {
            label: label.to_owned(),
        })
}

/// An open input.
pub struct Source {
    name: Arc<str>,
    stream: Stream,
    encoding: &'static Encoding,
    compression: Option<&'static str>,
    raw_bytes: Arc<AtomicU64>,
    raw_total: Option<u64>,
}

enum Stream {
    Utf8(Box<dyn Read + Send>),
    Other(Box<DecodingReader>),
}

impl Source {
    /// Opens `path`, or standard input for `-`; UTF-8 unless `encoding` or a byte order mark says otherwise.
    ///
    /// # Errors
    /// [`Error::Open`], or one of [`from_reader`](Self::from_reader).
    pub fn open(path: &Path, encoding: Option<&'static Encoding>) -> Result<Self, Error> {
        if path == Path::new("-") {
            return Self::from_reader("standard input", std::io::stdin(), encoding);
        }
        let name = path.display().to_string();
        let failed = |source| Error::Open {
            file: name.as_str().into(),
            source,
        };
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(failed(std::io::ErrorKind::IsADirectory.into()));
        }
        let mut source = Self::from_reader(&name, file, encoding)?;
        source.raw_total = metadata.is_file().then_some(metadata.len());
        Ok(source)
    }

    /// Reads any stream; `name` is what errors call it.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Corrupt`] or [`Error::NotText`] from looking at its first bytes.
    pub fn from_reader(
        name: &str,
        reader: impl Read + Send + 'static,
        encoding: Option<&'static Encoding>,
    ) -> Result<Self, Error> {
        let name: Arc<str> = name.into();
        let raw_bytes = Arc::new(AtomicU64::new(0));
        let counted = Counted {
            inner: reader,
            bytes: Arc::clone(&raw_bytes),
        };
        let (magic, packed) = peek(Box::new(counted), 4).map_err(|source| Error::Read {
            file: Arc::clone(&name),
            source,
        })?;
        let (compression, bytes) = unpack(&magic, packed).map_err(|source| Error::Read {
            file: Arc::clone(&name),
            source,
        })?;
        let (head, mut bytes) =
            peek(bytes, 8).map_err(|source| read_fault(&name, compression, source))?;
        if let Some((what, remedy)) = other_kind(&head) {
            return Err(Error::NotText {
                file: name,
                what,
                remedy,
            });
        }
        let (encoding, mark) = match head.as_slice() {
            [0xEF, 0xBB, 0xBF, ..] => (UTF_8, 3),
            [0xFF, 0xFE, ..] => (UTF_16LE, 2),
            [0xFE, 0xFF, ..] => (UTF_16BE, 2),
            _ => (encoding.unwrap_or(UTF_8), 0),
        };
        bytes
            .read_exact(&mut [0; 3][..mark])
            .map_err(|source| read_fault(&name, compression, source))?;
        let stream = if encoding == UTF_8 {
            Stream::Utf8(bytes)
        } else {
            Stream::Other(Box::new(DecodingReader::new(bytes, encoding, mark as u64)))
        };
        Ok(Self {
            name,
            stream,
            encoding,
            compression,
            raw_bytes,
            raw_total: None,
        })
    }

    /// What errors call this input.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The encoding that is read.
    pub fn encoding(&self) -> &'static Encoding {
        self.encoding
    }

    /// Bytes taken from the file so far (packed ones if it is compressed), shared and alive.
    pub fn raw_bytes(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.raw_bytes)
    }

    /// The file's size, if it is a plain file.
    pub fn raw_total(&self) -> Option<u64> {
        self.raw_total
    }

    /// Fills the start of `buffer`; 0 bytes mean the end.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Corrupt`] or [`Error::Malformed`].
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        match &mut self.stream {
            Stream::Utf8(bytes) => read_retrying(&mut **bytes, buffer)
                .map_err(|source| read_fault(&self.name, self.compression, source)),
            Stream::Other(decoding) => decoding.read(buffer).map_err(|fault| match fault {
                DecodeFault::Read(source) => read_fault(&self.name, self.compression, source),
                DecodeFault::Malformed { line, offset } => Error::Malformed {
                    file: Arc::clone(&self.name),
                    line,
                    offset,
                    encoding: self.encoding.name(),
                },
            }),
        }
    }
}

fn read_fault(name: &Arc<str>, compression: Option<&'static str>, source: std::io::Error) -> Error {
    let file = Arc::clone(name);
    match compression {
        Some(compression) => Error::Corrupt {
            file,
            compression,
            source,
        },
        None => Error::Read { file, source },
    }
}

/// The first `n` bytes (fewer if there are not as many), and the whole stream again.
fn peek(
    mut stream: Box<dyn Read + Send>,
    n: usize,
) -> std::io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut head = Vec::with_capacity(n);
    stream.by_ref().take(n as u64).read_to_end(&mut head)?;
    let whole = Box::new(Cursor::new(head.clone()).chain(stream));
    Ok((head, whole))
}

type Unpacked = (Option<&'static str>, Box<dyn Read + Send>);

fn unpack(magic: &[u8], packed: Box<dyn Read + Send>) -> std::io::Result<Unpacked> {
    Ok(match magic {
        [0x1F, 0x8B, ..] => (
            Some("gzip"),
            Box::new(flate2::read::MultiGzDecoder::new(packed)),
        ),
        // A zstd frame, or a skippable one, as parallel packers write first.
        [0x28, 0xB5, 0x2F, 0xFD] | [0x50..=0x5F, 0x2A, 0x4D, 0x18] => (
            Some("zstd"),
            Box::new(zstd::stream::read::Decoder::new(packed)?),
        ),
        _ => (None, packed),
    })
}

/// Kinds of files that are often given by mistake.
fn other_kind(head: &[u8]) -> Option<(&'static str, &'static str)> {
    let kinds: [(&[u8], &str, &str); 7] = [
        (
            b"PK\x03\x04",
            "a zip archive or an Excel workbook",
            "unpack it, or save the sheet as CSV",
        ),
        (
            b"\xD0\xCF\x11\xE0",
            "an old Excel or Word file",
            "save the sheet as CSV",
        ),
        (b"PAR1", "a Parquet file", "export it as CSV or JSON lines"),
        (
            b"\xFD7zXZ\0",
            "an xz archive",
            "unpack it, or pipe it in with `xz -dc`",
        ),
        (
            b"BZh91AY&",
            "a bzip2 archive",
            "unpack it, or pipe it in with `bzip2 -dc`",
        ),
        (b"%PDF-", "a PDF document", "extract its text first"),
        (
            b"\xFF\xFE\0\0",
            "UTF-32 text",
            "save it as UTF-8, for instance with `iconv -f UTF-32 -t UTF-8`",
        ),
    ];
    kinds
        .into_iter()
        .find(|(magic, ..)| head.starts_with(magic))
        .map(|(_, what, remedy)| (what, remedy))
}

/// Counts what is read, for progress.
struct Counted<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.bytes.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn read_all(bytes: Vec<u8>, encoding: Option<&'static Encoding>) -> Result<Vec<u8>, Error> {
        let mut source = Source::from_reader("test", Cursor::new(bytes), encoding)?;
        let mut all = Vec::new();
        let mut buffer = [0; 7];
        loop {
            match source.read(&mut buffer)? {
                0 => return Ok(all),
                n => all.extend_from_slice(&buffer[..n]),
            }
        }
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn packed_streams_are_unpacked_member_after_member() {
        let mut two = gzip(b"one\n");
        two.extend(gzip(b"two\n"));
        assert_eq!(read_all(two, None).unwrap(), b"one\ntwo\n");
        let mut two = zstd::encode_all(&b"one\n"[..], 3).unwrap();
        two.extend(zstd::encode_all(&b"two\n"[..], 3).unwrap());
        assert_eq!(read_all(two, None).unwrap(), b"one\ntwo\n");
    }

    #[test]
    fn a_truncated_archive_is_an_error_that_says_so() {
        let text: Vec<u8> = (0..9999u32).flat_map(|i| i.to_le_bytes()).collect();
        for mut packed in [gzip(&text), zstd::encode_all(&text[..], 3).unwrap()] {
            packed.truncate(packed.len() / 2);
            let error = read_all(packed, None).unwrap_err();
            assert!(matches!(error, Error::Corrupt { .. }), "{error}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_stripped_and_decides() {
        let expected = "schön\n".as_bytes();
        let mut utf_8 = vec![0xEF, 0xBB, 0xBF];
        utf_8.extend_from_slice(expected);
        let le = "\u{FEFF}schön\n".encode_utf16();
        let be = le.clone().flat_map(u16::to_be_bytes).collect();
        let le: Vec<u8> = le.flat_map(u16::to_le_bytes).collect();
        for bytes in [utf_8.clone(), le.clone(), be, gzip(&le), gzip(&utf_8)] {
            assert_eq!(read_all(bytes, None).unwrap(), expected);
        }
        assert_eq!(
            read_all(le, Some(encoding_rs::WINDOWS_1252)).unwrap(),
            expected
        );
    }

    #[test]
    fn other_encodings_are_decoded_and_bad_sequences_are_located() {
        assert_eq!(
            read_all(b"caf\xE9".to_vec(), Some(encoding_rs::WINDOWS_1252)).unwrap(),
            "café".as_bytes()
        );
        // A high surrogate without its low one, on line 2.
        let mut bytes: Vec<u8> = "ab\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.extend([0x00, 0xD8, b'x', 0x00, b'y', 0x00]);
        match read_all(bytes, Some(UTF_16LE)).unwrap_err() {
            Error::Malformed { line, offset, .. } => assert_eq!((line, offset), (2, 6)),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn files_of_another_kind_and_unknown_encodings_are_named() {
        let error = read_all(b"PK\x03\x04....".to_vec(), None).unwrap_err();
        assert!(error.to_string().contains("Excel"), "{error}");
        assert!(encoding_for("klingon").is_err());
        assert_eq!(encoding_for("latin1").unwrap().name(), "windows-1252");
    }

    #[test]
    fn nothing_is_read_from_nothing() {
        assert_eq!(read_all(Vec::new(), None).unwrap(), b"");
        assert_eq!(read_all(vec![0xEF, 0xBB, 0xBF], None).unwrap(), b"");
    }
}
