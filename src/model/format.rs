//! Model files: bytes in, checked model out, and back. `docs/format.md` describes them for other readers.
//!
//! A safetensors file with one metadata key, `stance`, that holds the [`ModelCard`] as JSON. Everything is checked
//! before anything is used: the container, the version, the checksum over the whole file, every size and number.

use super::card::{CalibrationRecord, FORMAT_VERSION, ModelCard};
use super::layout::{Layout, numbers};
use crate::features::vocabulary::{VocabularyError, VocabularyParts, VocabularyView};
use crate::label::LabelSet;
use crate::text::{Analyzer, Stemmer};
use bytemuck::NoUninit;
use safetensors::tensor::Metadata;
use safetensors::{Dtype, SafeTensorError, SafeTensors, tensor::TensorView};
use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;

#[cfg(target_endian = "big")]
compile_error!("model files are little-endian and used in place");

/// The metadata key of the card.
const KEY: &str = "stance";
/// The tensor that holds the digest of the file with this tensor zeroed.
const CHECKSUM: &str = "checksum";

/// Why a model could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The file could not be read.
    #[error(
        "cannot read the model {path}: {source}; check the name (without -m the model in the box is used)"
    )]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The bytes are no model at all.
    #[error("not a stance model ({0}); train one with `stance train DATA -m MODEL`")]
    NotAModel(String),
    /// The bytes differ from those that were written.
    #[error("the model is damaged: {0}; copy or train it again")]
    Damaged(String),
    /// The model was written by a newer version of the tool.
    #[error(
        "the model has format version {found}, this build reads up to {FORMAT_VERSION}; install a newer stance"
    )]
    NewerVersion {
        /// The version found.
        found: u64,
    },
    /// The model was trained with a stemmer that this build does not have.
    #[error(
        "the model was trained with the stemmer `{found}`, this build has `{here}`, which makes other features; \
         train it again"
    )]
    Stemmer {
        /// The stemmer of the model.
        found: String,
        /// The one of this build.
        here: String,
    },
}

fn damaged(reason: impl ToString) -> ModelError {
    ModelError::Damaged(reason.to_string())
}

/// The numbers of a model, to be written.
#[derive(Debug, Clone, Copy)]
pub struct ModelArrays<'a> {
    /// The terms.
    pub vocabulary: VocabularyParts<'a>,
    /// Training rows that have each feature.
    pub document_frequencies: &'a [u32],
    /// The scale of each feature.
    pub scales: &'a [f32],
    /// `n_features × n_labels`, row by row: log-odds per unit of value.
    pub weights: &'a [f32],
    /// Log-odds of an empty statement, by label.
    pub intercepts: &'a [f64],
    /// Matrix (`n_labels × n_labels`, row by row) and intercepts of the calibrator.
    pub calibration: Option<(&'a [f64], &'a [f64])>,
}

/// The bytes of a model file.
///
/// # Panics
/// If the arrays' sizes do not fit together; opening the bytes finds all else.
pub fn encode(card: &ModelCard, arrays: ModelArrays<'_>) -> Vec<u8> {
    let n_labels = card.labels.len();
    let n_features = arrays.scales.len();
    let terms = arrays.vocabulary;
    let mut tensors = vec![
        list("stems.bytes", Dtype::U8, terms.stem_bytes),
        list("stems.offsets", Dtype::U32, terms.stem_offsets),
        list("stems.lookup.tags", Dtype::U8, terms.stem_tags),
        list("stems.lookup.ids", Dtype::U32, terms.stem_ids),
        table("ngrams", Dtype::U32, [terms.ngrams.len(), 2], terms.ngrams),
        list("ngrams.lookup.tags", Dtype::U8, terms.ngram_tags),
        list("ngrams.lookup.ids", Dtype::U32, terms.ngram_ids),
        list("chars.bytes", Dtype::U8, terms.char_bytes),
        list("chars.offsets", Dtype::U32, terms.char_offsets),
        list("chars.lookup.tags", Dtype::U8, terms.char_tags),
        list("chars.lookup.ids", Dtype::U32, terms.char_ids),
        list(
            "document_frequency",
            Dtype::U32,
            arrays.document_frequencies,
        ),
        list("scale", Dtype::F32, arrays.scales),
        table(
            "weights",
            Dtype::F32,
            [n_features, n_labels],
            arrays.weights,
        ),
        list("intercepts", Dtype::F64, arrays.intercepts),
        list(CHECKSUM, Dtype::U8, &[0u8; 32]),
    ];
    if let Some((matrix, intercepts)) = arrays.calibration {
        let square = [n_labels, n_labels];
        tensors.push(table("calibration.matrix", Dtype::F64, square, matrix));
        tensors.push(list("calibration.intercepts", Dtype::F64, intercepts));
    }
    let card = serde_json::to_string(card).expect("a card is plain data");
    let metadata = HashMap::from([(KEY.to_owned(), card)]);
    let mut bytes =
        safetensors::serialize(tensors, Some(metadata)).expect("names differ and sizes add up");
    let (header, metadata) =
        SafeTensors::read_metadata(&bytes).expect("what was just written can be read");
    let place = tensor_range(header, &metadata, CHECKSUM).expect("it was just written");
    let digest = blake3::Hasher::new().update_rayon(&bytes).finalize();
    bytes[place].copy_from_slice(digest.as_bytes());
    bytes
}

/// A tensor of one dimension.
fn list<'a, T: NoUninit>(
    name: &'static str,
    dtype: Dtype,
    numbers: &'a [T],
) -> (&'static str, TensorView<'a>) {
    tensor(
        name,
        dtype,
        vec![numbers.len()],
        bytemuck::cast_slice(numbers),
    )
}

/// A tensor of two dimensions, row by row.
fn table<'a, T: NoUninit>(
    name: &'static str,
    dtype: Dtype,
    shape: [usize; 2],
    numbers: &'a [T],
) -> (&'static str, TensorView<'a>) {
    tensor(name, dtype, shape.to_vec(), bytemuck::cast_slice(numbers))
}

fn tensor<'a>(
    name: &'static str,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: &'a [u8],
) -> (&'static str, TensorView<'a>) {
    let view = TensorView::new(dtype, shape, bytes);
    (name, view.expect("the shape is that of the array"))
}

/// Where a tensor's bytes lie in the file.
fn tensor_range(header: usize, metadata: &Metadata, name: &str) -> Option<Range<usize>> {
    let (start, end) = metadata.info(name)?.data_offsets;
    Some(8 + header + start..8 + header + end)
}

/// Whether these first bytes of a file can begin a model: a header length and the JSON's brace.
pub(super) fn begins_like_a_model(start: &[u8]) -> bool {
    matches!(start.first_chunk::<9>(), Some([a @ .., b'{'])
        if u64::from_le_bytes(*a) < 100 << 20)
}

/// Checks the bytes of a model file, which are aligned to eight.
///
/// # Errors
/// [`ModelError`] for anything that is not a whole, undamaged model of a known version.
pub(super) fn decode(bytes: &[u8]) -> Result<(ModelCard, LabelSet, Analyzer, Layout), ModelError> {
    if !begins_like_a_model(bytes) {
        return Err(ModelError::NotAModel("it does not begin like one".into()));
    }
    let (header, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| match error {
        SafeTensorError::MetadataIncompleteBuffer | SafeTensorError::InvalidHeaderLength => {
            damaged("it is cut short, or has bytes too many")
        }
        SafeTensorError::InvalidHeader(_) | SafeTensorError::InvalidHeaderDeserialization(_) => {
            ModelError::NotAModel("its header is not that of a safetensors file".into())
        }
        other => damaged(format!("its header is broken ({other})")),
    })?;
    let json = metadata
        .metadata()
        .as_ref()
        .and_then(|map| map.get(KEY))
        .ok_or_else(|| {
            ModelError::NotAModel(format!(
                "a safetensors file without the metadata key `{KEY}`"
            ))
        })?;
    let value: serde_json::Value = serde_json::from_str(json).map_err(damaged)?;
    match value
        .get("format_version")
        .and_then(serde_json::Value::as_u64)
    {
        Some(found) if found > u64::from(FORMAT_VERSION) => {
            return Err(ModelError::NewerVersion { found });
        }
        Some(1..) => {}
        _ => return Err(damaged("it has no format version")),
    }
    check_digest(bytes, header, &metadata)?;
    let card: ModelCard = serde_json::from_value(value)
        .map_err(|error| damaged(format!("its card cannot be read ({error})")))?;
    let (labels, analyzer) = check_card(&card)?;
    let layout = check_arrays(bytes, header, &metadata, &card)?;
    Ok((card, labels, analyzer, layout))
}

fn check_digest(bytes: &[u8], header: usize, metadata: &Metadata) -> Result<(), ModelError> {
    let place = tensor_range(header, metadata, CHECKSUM)
        .filter(|place| place.len() == 32)
        .ok_or_else(|| damaged("it has no checksum"))?;
    let mut hasher = blake3::Hasher::new();
    hasher
        .update_rayon(&bytes[..place.start])
        .update(&[0; 32])
        .update_rayon(&bytes[place.end..]);
    if hasher.finalize() == blake3::Hash::from_slice(&bytes[place]).expect("32 bytes") {
        Ok(())
    } else {
        Err(damaged("its checksum does not match its bytes"))
    }
}

fn check_card(card: &ModelCard) -> Result<(LabelSet, Analyzer), ModelError> {
    let labels = LabelSet::new(card.labels.iter().map(String::as_str)).map_err(damaged)?;
    if labels.names() != card.labels {
        return Err(damaged("its labels are not sorted"));
    }
    let here = Stemmer::new(card.text.language).identity();
    if card.stemmer != here {
        return Err(ModelError::Stemmer {
            found: card.stemmer.clone(),
            here: here.to_owned(),
        });
    }
    let n = labels.len();
    let share = |p: &f64| p.is_finite() && *p > 0.0 && *p <= 1.0;
    let confusion = card
        .training
        .cross_validation
        .as_ref()
        .map(|record| &record.confusion);
    let square = confusion.is_none_or(|rows| rows.len() == n && rows.iter().all(|r| r.len() == n));
    let priors = card.prior.len() == n && card.prior.iter().all(share);
    if !priors || !square || card.training.label_counts.len() != n {
        return Err(damaged("its card does not fit its labels"));
    }
    let analyzer = Analyzer::new(card.text.clone()).map_err(damaged)?;
    Ok((labels, analyzer))
}

fn check_arrays(
    bytes: &[u8],
    header: usize,
    metadata: &Metadata,
    card: &ModelCard,
) -> Result<Layout, ModelError> {
    // The range of a tensor of this type and shape; `None` in a shape is any size.
    let find = |name: &str, dtype: Dtype, shape: &[Option<usize>]| {
        let info = metadata
            .info(name)
            .ok_or_else(|| damaged(format!("it has no tensor `{name}`")))?;
        let fits = info.dtype == dtype
            && info.shape.len() == shape.len()
            && info
                .shape
                .iter()
                .zip(shape)
                .all(|(&n, want)| want.is_none_or(|want| n == want));
        let range = tensor_range(header, metadata, name).expect("it was just found");
        let aligned = range.start.is_multiple_of(dtype.bitsize() / 8);
        if fits && aligned {
            Ok(range)
        } else {
            Err(damaged(format!(
                "its tensor `{name}` has not the size or type it must have"
            )))
        }
    };
    let mut layout = Layout {
        stem_bytes: find("stems.bytes", Dtype::U8, &[None])?,
        stem_offsets: find("stems.offsets", Dtype::U32, &[None])?,
        stem_tags: find("stems.lookup.tags", Dtype::U8, &[None])?,
        stem_ids: find("stems.lookup.ids", Dtype::U32, &[None])?,
        ngrams: find("ngrams", Dtype::U32, &[None, Some(2)])?,
        ngram_tags: find("ngrams.lookup.tags", Dtype::U8, &[None])?,
        ngram_ids: find("ngrams.lookup.ids", Dtype::U32, &[None])?,
        char_bytes: find("chars.bytes", Dtype::U8, &[None])?,
        char_offsets: find("chars.offsets", Dtype::U32, &[None])?,
        char_tags: find("chars.lookup.tags", Dtype::U8, &[None])?,
        char_ids: find("chars.lookup.ids", Dtype::U32, &[None])?,
        ..Layout::default()
    };
    layout.document_frequencies = find("document_frequency", Dtype::U32, &[None])?;
    let frequencies = numbers(bytes, layout.document_frequencies.clone());
    let vocabulary = VocabularyView::new(layout.vocabulary(bytes), frequencies)
        .map_err(|error: VocabularyError| damaged(format!("its vocabulary is broken: {error}")))?;
    let (n, k) = (Some(vocabulary.len()), Some(card.labels.len()));
    layout.scales = find("scale", Dtype::F32, &[n])?;
    layout.weights = find("weights", Dtype::F32, &[n, k])?;
    layout.intercepts = find("intercepts", Dtype::F64, &[k])?;
    if matches!(card.calibration, CalibrationRecord::Fitted { .. }) {
        layout.calibration = Some([
            find("calibration.matrix", Dtype::F64, &[k, k])?,
            find("calibration.intercepts", Dtype::F64, &[k])?,
        ]);
    }
    let scales: &[f32] = numbers(bytes, layout.scales.clone());
    if !scales
        .iter()
        .all(|scale| scale.is_finite() && *scale >= 0.0)
    {
        return Err(damaged("a scale is not a number from 0 up"));
    }
    let weights: &[f32] = numbers(bytes, layout.weights.clone());
    let mut doubles = vec![layout.intercepts.clone()];
    doubles.extend(layout.calibration.iter().flatten().cloned());
    let finite = doubles
        .into_iter()
        .all(|range| numbers::<f64>(bytes, range).iter().all(|x| x.is_finite()));
    if !finite || !weights.iter().all(|weight| weight.is_finite()) {
        return Err(damaged("a weight is not a finite number"));
    }
    Ok(layout)
}
