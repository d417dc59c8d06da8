//! Finished bytes in, a file under its final name out: whole, or not at all.
//!
//! A file is written under a temporary name beside its target and renamed by [`Sink::finish`]; dropped before, it is
//! removed. This guards against runs that fail, not against a loss of power. Pipes and devices are written to directly.

use super::error::Error;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::NamedTempFile;

/// An output that is being written.
pub struct Sink {
    name: Arc<str>,
    writer: Writer,
    target: Option<PathBuf>,
    partial: Option<PathBuf>,
    force: bool,
}

enum Writer {
    Plain(Inner),
    Gzip(GzEncoder<Inner>),
    Zstd(zstd::stream::write::Encoder<'static, Inner>),
}

enum Inner {
    Stdout(std::io::Stdout),
    Direct(File),
    Temporary(BufWriter<NamedTempFile>),
}

impl Sink {
    /// Opens `path` for writing; `-` is standard output. A name that ends in `.gz` or `.zst` is packed.
    ///
    /// # Errors
    /// [`Error::Exists`] if a file is there and `force` is not given, [`Error::Create`] if none can be made there.
    pub fn create(path: &Path, force: bool) -> Result<Self, Error> {
        if path == Path::new("-") || path == Path::new("/dev/stdout") {
            return Ok(Self {
                name: "standard output".into(),
                writer: Writer::Plain(Inner::Stdout(std::io::stdout())),
                target: None,
                partial: None,
                force,
            });
        }
        let name: Arc<str> = path.display().to_string().into();
        let failed = |source| Error::Create {
            file: Arc::clone(&name),
            source,
        };
        // Where a link points to is replaced, not the link.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let existing = path.metadata().ok();
        let is_special = path.starts_with("/dev") || path.starts_with("/proc");
        let (inner, target) = match &existing {
            Some(metadata) if metadata.is_dir() => {
                return Err(failed(ErrorKind::IsADirectory.into()));
            }
            Some(metadata) if is_special || !metadata.is_file() => {
                let file = OpenOptions::new().write(true).open(path).map_err(failed)?;
                (Inner::Direct(file), None)
            }
            Some(_) if !force => return Err(Error::Exists { file: name }),
            _ => {
                // By its kind alone: the error itself would name the temporary file.
                let file = temporary_beside(&target, existing.as_ref())
                    .map_err(|error: std::io::Error| failed(error.kind().into()))?;
                (Inner::Temporary(BufWriter::new(file)), Some(target))
            }
        };
        let partial = match &inner {
            Inner::Temporary(file) => Some(file.get_ref().path().to_owned()),
            Inner::Stdout(_) | Inner::Direct(_) => None,
        };
        let writer = match path.extension().and_then(|e| e.to_str()) {
            Some("gz") => Writer::Gzip(GzEncoder::new(inner, Compression::default())),
            Some("zst") => {
                Writer::Zstd(zstd::stream::write::Encoder::new(inner, 3).map_err(failed)?)
            }
            _ => Writer::Plain(inner),
        };
        Ok(Self {
            name,
            writer,
            target,
            partial,
            force,
        })
    }

    /// The unfinished file beside the target, which is to be removed if the process must end at once.
    pub fn partial(&self) -> Option<&Path> {
        self.partial.as_deref()
    }

    /// What errors call this output.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Writes all of `bytes`.
    ///
    /// # Errors
    /// [`Error::DiskFull`] or [`Error::Write`]; see [`Error::is_broken_pipe`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let result = match &mut self.writer {
            Writer::Plain(inner) => inner.write_all(bytes),
            Writer::Gzip(encoder) => encoder.write_all(bytes),
            Writer::Zstd(encoder) => encoder.write_all(bytes),
        };
        result.map_err(|source| write_fault(&self.name, source))
    }

    /// Hands on what is held back, so that a reader at the other end of a pipe sees it.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn flush(&mut self) -> Result<(), Error> {
        let result = match &mut self.writer {
            Writer::Plain(inner) => inner.flush(),
            Writer::Gzip(encoder) => encoder.flush(),
            Writer::Zstd(encoder) => encoder.flush(),
        };
        result.map_err(|source| write_fault(&self.name, source))
    }

    /// Ends the output and gives it its name.
    ///
    /// # Errors
    /// As [`write`](Self::write), and [`Error::Exists`] if such a file has appeared meanwhile.
    pub fn finish(self) -> Result<(), Error> {
        let name = self.name;
        let fault = |source| write_fault(&name, source);
        let mut inner = match self.writer {
            Writer::Plain(inner) => inner,
            Writer::Gzip(encoder) => encoder.finish().map_err(fault)?,
            Writer::Zstd(encoder) => encoder.finish().map_err(fault)?,
        };
        inner.flush().map_err(fault)?;
        let (Inner::Temporary(file), Some(target)) = (inner, self.target) else {
            return Ok(());
        };
        let file = file.into_inner().map_err(|e| fault(e.into_error()))?;
        let renamed = if self.force {
            file.persist(target)
        } else {
            file.persist_noclobber(target)
        };
        match renamed {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
                Err(Error::Exists { file: name })
            }
            Err(error) => Err(fault(error.error)),
        }
    }
}

impl Write for Inner {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Stdout(stdout) => stdout.write(bytes),
            Self::Direct(file) => file.write(bytes),
            Self::Temporary(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Stdout(stdout) => stdout.flush(),
            Self::Direct(file) => file.flush(),
            Self::Temporary(file) => file.flush(),
        }
    }
}

/// A temporary file in the target's folder, with the rights that the target has or a new file would get.
fn temporary_beside(
    target: &Path,
    existing: Option<&std::fs::Metadata>,
) -> std::io::Result<NamedTempFile> {
    let folder = match target.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".stance-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = existing.map_or(0o666, |metadata| metadata.permissions().mode() & 0o777);
        builder.permissions(std::fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = existing;
    builder.tempfile_in(folder)
}

fn write_fault(name: &Arc<str>, source: std::io::Error) -> Error {
    let file = Arc::clone(name);
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::DiskFull { file },
        _ => Error::Write { file, source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::Source;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let mut sink = Sink::create(&path, false).unwrap();
        sink.write(b"half").unwrap();
        assert!(!path.exists());
        drop(sink);
        assert_eq!(names(folder.path()), Vec::<String>::new());
        let mut sink = Sink::create(&path, false).unwrap();
        sink.write(b"whole").unwrap();
        sink.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[test]
    fn an_existing_file_is_replaced_only_by_force() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        // Also one that appears while we write.
        let late = Sink::create(&path, false).unwrap();
        std::fs::write(&path, "old").unwrap();
        assert!(matches!(late.finish(), Err(Error::Exists { .. })));
        assert!(matches!(
            Sink::create(&path, false),
            Err(Error::Exists { .. })
        ));
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        let mut sink = Sink::create(&path, true).unwrap();
        sink.write(b"new").unwrap();
        sink.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["out"]);
    }

    #[test]
    fn a_packed_name_packs() {
        let folder = tempfile::tempdir().unwrap();
        for (name, magic) in [("a.csv.gz", [0x1F, 0x8B]), ("a.csv.zst", [0x28, 0xB5])] {
            let path = folder.path().join(name);
            let mut sink = Sink::create(&path, false).unwrap();
            sink.write(b"a,b\n").unwrap();
            sink.write(b"1,2\n").unwrap();
            sink.finish().unwrap();
            assert_eq!(std::fs::read(&path).unwrap()[..2], magic);
            let mut buffer = [0; 20];
            let mut source = Source::open(&path, None).unwrap();
            let mut n = 0;
            loop {
                match source.read(&mut buffer[n..]).unwrap() {
                    0 => break,
                    more => n += more,
                }
            }
            assert_eq!(&buffer[..n], b"a,b\n1,2\n");
        }
    }

    #[test]
    fn faults_name_the_output() {
        let folder = tempfile::tempdir().unwrap();
        let error = Sink::create(&folder.path().join("no/such/out"), false)
            .err()
            .unwrap();
        assert!(error.to_string().contains("no/such/out"), "{error}");
        assert!(Sink::create(folder.path(), true).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn devices_are_written_to_directly_and_a_full_one_is_said_to_be_full() {
        let mut sink = Sink::create(Path::new("/dev/null"), false).unwrap();
        sink.write(b"x").unwrap();
        sink.finish().unwrap();
        let mut sink = Sink::create(Path::new("/dev/full"), false).unwrap();
        let error = sink.write(b"x").unwrap_err();
        assert!(matches!(error, Error::DiskFull { .. }), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_has_the_rights_of_any_other_and_links_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let plain = folder.path().join("plain");
        std::fs::write(&plain, "").unwrap();
        let path = folder.path().join("out");
        Sink::create(&path, false).unwrap().finish().unwrap();
        assert_eq!(mode(&path), mode(&plain));
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let mut sink = Sink::create(&link, true).unwrap();
        sink.write(b"through").unwrap();
        sink.finish().unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(std::fs::read(&path).unwrap(), b"through");
    }
}
