//! Model files: what is whole opens, today's and yesterday's, and what is not whole never does.
//!
//! `tests/models` keeps a model of every format that was ever released, with the predictions it made then:
//! `0.1.0.stance` and `0.1.0.csv`, on the statements of `statements.csv`. A new one is added by
//!
//! ```text
//! cp models/statements.stance tests/models/NAME.stance
//! stance predict tests/models/statements.csv -m tests/models/NAME.stance -o tests/models/NAME.csv
//! ```
//!
//! and neither is changed once it is released.
#![allow(clippy::unwrap_used)]

mod support;

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde_json::Value;
use stance::model::{ModelError, StanceModel, TrainingSettings, train};
use stance::statement::CorpusBuilder;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;
use support::{repository, texts};

/// The model in the box.
static BOXED: LazyLock<Vec<u8>> =
    LazyLock::new(|| std::fs::read(repository("models/statements.stance")).unwrap());

/// A small model with all arrays, the calibrator too.
static SMALL: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let data = support::statements();
    let mut corpus = CorpusBuilder::new();
    for row in csv::Reader::from_reader(data.as_bytes()).records() {
        let row = row.unwrap();
        corpus.push(&row[1], &row[2], 1.0);
    }
    let mut settings = TrainingSettings::default();
    settings.selection.max_features = Some(400);
    let trained = train(&corpus.build().unwrap(), &settings, &|_| {}).unwrap();
    trained.model.as_bytes().to_vec()
});

fn open(bytes: &[u8]) -> Result<StanceModel, ModelError> {
    StanceModel::from_bytes(bytes)
}

/// Flips `n` single bits, one at a time; none of the results may open.
#[track_caller]
fn no_flip_opens(bytes: &[u8], n: usize, seed: u64) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let flips: Vec<(usize, u8)> = (0..n)
        .map(|_| (rng.gen_range(0..bytes.len()), 1 << rng.gen_range(0..8)))
        .collect();
    let opened: Vec<(usize, u8)> = flips
        .into_par_iter()
        .filter(|&(at, bit)| {
            let mut flipped = bytes.to_vec();
            flipped[at] ^= bit;
            open(&flipped).is_ok()
        })
        .collect();
    assert!(opened.is_empty(), "{opened:?}");
}

#[test]
fn no_model_with_a_flipped_bit_opens() {
    no_flip_opens(&BOXED, 2_000, 1);
    no_flip_opens(&SMALL, 2_000, 2);
    // The header, of which the flips above hit little, bit by bit.
    let header = 8 + u64::from_le_bytes(*SMALL.first_chunk().unwrap()) as usize;
    let opened: Vec<usize> = (0..header * 8)
        .into_par_iter()
        .filter(|bit| {
            let mut flipped = SMALL.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            open(&flipped).is_ok()
        })
        .collect();
    assert!(opened.is_empty(), "{opened:?}");
}

#[test]
fn no_truncated_or_lengthened_model_opens() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
    for bytes in [&**BOXED, &**SMALL] {
        let near_the_end = (1..40).map(|less| bytes.len() - less);
        let anywhere: Vec<usize> = (0..400).map(|_| rng.gen_range(0..bytes.len())).collect();
        for length in (0..60).chain(anywhere).chain(near_the_end) {
            assert!(open(&bytes[..length]).is_err(), "{length} bytes");
        }
        for more in [1, 7, 8, 64] {
            let longer = [bytes, &vec![0; more][..]].concat();
            assert!(open(&longer).is_err(), "{more} bytes more");
        }
    }
}

#[test]
fn random_bytes_never_open() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(4);
    for round in 0..2_000 {
        let length = rng.gen_range(0..600);
        let mut bytes: Vec<u8> = (0..length).map(|_| rng.r#gen()).collect();
        // Half of them with a header length that could be true, and a brace.
        if round % 2 == 0 && length > 9 {
            bytes[..8].copy_from_slice(&(length as u64 / 2).to_le_bytes());
            bytes[8] = b'{';
        }
        assert!(open(&bytes).is_err());
    }
    // A header that promises more than any machine has.
    for promised in [u64::MAX, 1 << 62, (100 << 20) - 1] {
        let bytes = [&promised.to_le_bytes()[..], b"{\"a\":1}"].concat();
        assert!(open(&bytes).is_err());
    }
}

type Tensors = BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>;

/// A model's card and tensors, the checksum left out.
fn parts(bytes: &[u8]) -> (Value, Tensors) {
    let file = SafeTensors::deserialize(bytes).unwrap();
    let mut tensors = Tensors::new();
    for name in file.names() {
        let view = file.tensor(name).unwrap();
        let parts = (view.dtype(), view.shape().to_vec(), view.data().to_vec());
        tensors.insert(name.to_owned(), parts);
    }
    tensors.remove("checksum").unwrap();
    let (_, metadata) = SafeTensors::read_metadata(bytes).unwrap();
    let card = &metadata.metadata().as_ref().unwrap()["stance"];
    (serde_json::from_str(card).unwrap(), tensors)
}

/// A file of these parts with a checksum that is true: BLAKE3 over the file with the checksum's bytes zero.
fn file_of(key: &str, card: &str, tensors: &Tensors) -> Vec<u8> {
    let zeros = [0; 32];
    let mut views: Vec<(&str, TensorView<'_>)> = tensors
        .iter()
        .map(|(name, (dtype, shape, data))| {
            let view = TensorView::new(*dtype, shape.clone(), data).unwrap();
            (name.as_str(), view)
        })
        .collect();
    views.push((
        "checksum",
        TensorView::new(Dtype::U8, vec![32], &zeros).unwrap(),
    ));
    let metadata = HashMap::from([(key.to_owned(), card.to_owned())]);
    let mut bytes = safetensors::serialize(views, Some(metadata)).unwrap();
    let (header, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let (start, end) = metadata.info("checksum").unwrap().data_offsets;
    let digest = blake3::hash(&bytes);
    bytes[8 + header + start..8 + header + end].copy_from_slice(digest.as_bytes());
    bytes
}

/// The small model after a change, with a true checksum.
fn changed(change: impl FnOnce(&mut Value, &mut Tensors)) -> Result<StanceModel, ModelError> {
    let (mut card, mut tensors) = parts(&SMALL);
    change(&mut card, &mut tensors);
    open(&file_of("stance", &card.to_string(), &tensors))
}

/// Asserts that the change is refused as damage, in words that hold `part`.
#[track_caller]
fn damage(part: &str, change: impl FnOnce(&mut Value, &mut Tensors)) {
    match changed(change) {
        Err(ModelError::Damaged(reason)) => assert!(reason.contains(part), "{reason}"),
        Err(other) => panic!("refused, but not as damaged: {other}"),
        Ok(_) => panic!("a model with {part} opened"),
    }
}

#[test]
fn a_model_put_together_by_hand_opens_if_nothing_is_changed() {
    let model = changed(|_, _| {}).unwrap();
    let original = open(&SMALL).unwrap();
    assert_eq!(model.card(), original.card());
    assert_eq!(model.weights(), original.weights());
    let (mut a, mut b) = (model.scorer(), original.scorer());
    for text in texts().iter().take(50) {
        assert_eq!(a.score(text).prediction, b.score(text).prediction);
    }
}

#[test]
fn bytes_in_are_bytes_out() {
    for bytes in [&**BOXED, &**SMALL] {
        assert!(open(bytes).unwrap().as_bytes() == bytes);
    }
    assert!(StanceModel::embedded().as_bytes() == &**BOXED);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.stance");
    std::fs::write(&path, &*SMALL).unwrap();
    assert!(StanceModel::open(&path).unwrap().as_bytes() == &**SMALL);
}

#[test]
fn a_newer_version_is_told_from_damage() {
    for found in [2, 3, 1000, u64::MAX] {
        let error = changed(|card, _| card["format_version"] = found.into()).unwrap_err();
        assert!(
            matches!(error, ModelError::NewerVersion { found: f } if f == found),
            "{error}"
        );
        assert!(error.to_string().contains(&found.to_string()), "{error}");
    }
    // Also where a newer card or newer arrays are not ours to read.
    let card = r#"{"format_version":7,"all":"else is new"}"#;
    let error = open(&file_of("stance", card, &Tensors::new())).unwrap_err();
    assert!(
        matches!(error, ModelError::NewerVersion { found: 7 }),
        "{error}"
    );
    for version in [
        Value::from(0),
        Value::from(-1),
        Value::from("1"),
        Value::Null,
    ] {
        damage("format version", |card, _| card["format_version"] = version);
    }
}

#[test]
fn another_safetensors_file_is_no_model() {
    let (card, tensors) = parts(&SMALL);
    let error = open(&file_of("format", &card.to_string(), &tensors)).unwrap_err();
    assert!(
        matches!(&error, ModelError::NotAModel(why) if why.contains("`stance`")),
        "{error}"
    );
    let view = TensorView::new(Dtype::U8, vec![3], b"abc").unwrap();
    let plain = safetensors::serialize([("weights", view)], None).unwrap();
    assert!(matches!(open(&plain), Err(ModelError::NotAModel(_))));
    for text in ["id,text\n1,We agree.\n", "", "{}", "PK\x03\x04"] {
        assert!(
            matches!(open(text.as_bytes()), Err(ModelError::NotAModel(_))),
            "{text}"
        );
    }
}

#[test]
fn a_wrong_or_missing_checksum_is_damage() {
    let (card, tensors) = parts(&SMALL);
    let views: Vec<(&str, TensorView<'_>)> = tensors
        .iter()
        .map(|(name, (dtype, shape, data))| {
            (
                name.as_str(),
                TensorView::new(*dtype, shape.clone(), data).unwrap(),
            )
        })
        .collect();
    let metadata = HashMap::from([("stance".to_owned(), card.to_string())]);
    let without = safetensors::serialize(views, Some(metadata)).unwrap();
    let error = open(&without).unwrap_err();
    assert!(error.to_string().contains("checksum"), "{error}");
}

/// Writes `value` over the number at `position` of a tensor.
fn put<const N: usize>(tensors: &mut Tensors, name: &str, position: usize, value: [u8; N]) {
    tensors.get_mut(name).unwrap().2[position * N..][..N].copy_from_slice(&value);
}

/// The numbers of a `U32` tensor.
fn numbers(tensors: &Tensors, name: &str) -> Vec<u32> {
    let (numbers, _) = tensors[name].2.as_chunks::<4>();
    numbers
        .iter()
        .map(|bytes| u32::from_le_bytes(*bytes))
        .collect()
}

/// The first feature from `start` on that is as frequent as its successor.
fn equal_neighbours(tensors: &Tensors, start: usize) -> usize {
    let frequencies = numbers(tensors, "document_frequency");
    let equal = |at: &usize| frequencies[*at] == frequencies[at + 1];
    (start..frequencies.len() - 1).find(equal).unwrap()
}

#[test]
fn numbers_that_are_none_are_refused_behind_a_true_checksum() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        damage("weight", |_, t| put(t, "weights", 5, bad.to_le_bytes()));
        damage("scale", |_, t| put(t, "scale", 5, bad.to_le_bytes()));
    }
    damage("scale", |_, t| put(t, "scale", 0, (-1.0f32).to_le_bytes()));
    for name in ["intercepts", "calibration.matrix", "calibration.intercepts"] {
        damage("weight", |_, t| put(t, name, 1, f64::NAN.to_le_bytes()));
    }
}

#[test]
fn a_vocabulary_that_does_not_hold_together_is_refused_behind_a_true_checksum() {
    // The first letter of a stem becomes one behind all others, while its neighbour is as frequent.
    damage("order", |_, t| {
        let at = equal_neighbours(t, 0);
        let offset = numbers(t, "stems.offsets")[at] as usize;
        put(t, "stems.bytes", offset, *b"~");
    });
    damage("order", |_, t| {
        put(t, "document_frequency", 0, 0u32.to_le_bytes());
    });
    damage("not UTF-8", |_, t| put(t, "chars.bytes", 3, [0xFF]));
    damage("offsets", |_, t| {
        put(t, "stems.offsets", 1, u32::MAX.to_le_bytes())
    });
    damage("offsets", |_, t| {
        put(t, "chars.offsets", 0, 1u32.to_le_bytes())
    });
    damage("n-gram", |_, t| put(t, "ngrams", 0, u32::MAX.to_le_bytes()));
    damage("order", |_, t| {
        let n_stems = numbers(t, "stems.offsets").len() - 1;
        let at = equal_neighbours(t, n_stems) - n_stems;
        let ngrams = &mut t.get_mut("ngrams").unwrap().2[at * 8..][..16];
        let (first, second) = ngrams.split_at_mut(8);
        first.swap_with_slice(second);
    });
    // The look-up tables, whatever tensors they are made of.
    for name in parts(&SMALL)
        .1
        .into_keys()
        .filter(|name| name.contains(".lookup"))
    {
        let broken = "vocabulary is broken";
        damage(broken, |_, t| t.get_mut(&name).unwrap().2.fill(0xFF));
        damage(broken, |_, t| {
            let (_, shape, bytes) = t.get_mut(&name).unwrap();
            bytes.truncate(bytes.len() / shape[0] * (shape[0] - 1));
            shape[0] -= 1;
        });
        if !name.ends_with(".ids") {
            damage(broken, |_, t| t.get_mut(&name).unwrap().2.fill(0));
        }
    }
}

#[test]
fn sizes_and_types_must_fit_behind_a_true_checksum() {
    for name in parts(&SMALL).1.keys() {
        if name == "calibration.matrix" {
            continue; // without it there is no calibrator
        }
        damage(name, |_, t| {
            t.remove(name).unwrap();
        });
        damage(name, |_, t| {
            let (dtype, shape, bytes) = t.get_mut(name).unwrap();
            *dtype = Dtype::U8;
            *shape = vec![bytes.len(), 1, 1];
        });
    }
    damage("weights", |_, t| {
        // As many numbers, but features and labels changed about.
        t.get_mut("weights").unwrap().1.reverse();
    });
    damage("document", |_, t| {
        let (_, shape, bytes) = t.get_mut("document_frequency").unwrap();
        shape[0] -= 1;
        bytes.truncate(shape[0] * 4);
    });
}

#[test]
fn a_card_that_does_not_fit_is_refused_behind_a_true_checksum() {
    damage("sorted", |card, _| {
        card["labels"].as_array_mut().unwrap().reverse();
    });
    damage("two", |card, _| card["labels"] = serde_json::json!(["one"]));
    damage("weights", |card, _| {
        card["labels"].as_array_mut().unwrap().push("peace".into());
        card["prior"].as_array_mut().unwrap().push(0.5.into());
        let counts = &mut card["training"]["label_counts"];
        counts.as_array_mut().unwrap().push(1.into());
        let confusion = &mut card["training"]["cross_validation"]["confusion"];
        let confusion = confusion.as_array_mut().unwrap();
        for row in confusion.iter_mut() {
            row.as_array_mut().unwrap().push(0.into());
        }
        confusion.push(serde_json::json!(vec![0; confusion.len() + 1]));
    });
    damage("card", |card, _| {
        let confusion = &mut card["training"]["cross_validation"]["confusion"];
        confusion.as_array_mut().unwrap().pop();
    });
    for prior in [
        serde_json::json!([0.5, 0.5]),
        serde_json::json!([0.0, 0.5, 0.5]),
    ] {
        damage("card", |card, _| card["prior"] = prior);
    }
    damage("card", |card, _| {
        card.as_object_mut().unwrap().remove("text").unwrap();
    });
    damage("n-gram", |card, _| {
        card["text"]["word_ngrams"] = Value::Null;
        card["text"]["char_ngrams"] = Value::Null;
    });
    damage("card", |card, _| {
        card["text"]["char_ngrams"] = serde_json::json!([2, 99])
    });
    damage("card", |card, _| card["text"]["language"] = "latin".into());
    let error = changed(|card, _| card["stemmer"] = "porter 1980".into()).unwrap_err();
    assert!(matches!(error, ModelError::Stemmer { .. }), "{error}");
    assert!(
        error.to_string().contains("porter 1980") && error.to_string().contains("train it again")
    );
}

#[test]
fn every_released_model_opens_and_predicts_as_it_did() {
    let folder = repository("tests/models");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        // They are large, and left out of the package on crates.io.
        eprintln!("left out: {} is not here", folder.display());
        return;
    };
    let mut models: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "stance"))
        .collect();
    models.sort();
    assert!(!models.is_empty());
    for path in models {
        let model = StanceModel::open(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let mut scorer = model.scorer();
        let mut expected = csv::Reader::from_path(path.with_extension("csv")).unwrap();
        let header = expected.headers().unwrap().clone();
        let column = |name: &str| header.iter().position(|h| h == name).unwrap();
        let (text, prediction) = (column("text"), column("prediction"));
        let mut n_rows = 0;
        for row in expected.records() {
            let row = row.unwrap();
            let scored = scorer.score(&row[text]).prediction;
            let mut found = vec![model.labels().name(scored.label()).to_owned()];
            found.extend(
                scored
                    .millionths()
                    .iter()
                    .map(|m| format!("{}.{:06}", m / 1_000_000, m % 1_000_000)),
            );
            let then: Vec<&str> = row.iter().skip(prediction).collect();
            assert_eq!(found, then, "{path:?}: {}", &row[text]);
            n_rows += 1;
        }
        assert!(n_rows >= 10);
    }
}

#[cfg(feature = "cli")]
#[test]
fn every_released_model_gives_the_very_bytes_that_it_gave() {
    let folder = repository("tests/models");
    for entry in std::fs::read_dir(&folder).into_iter().flatten() {
        let model = entry.unwrap().path();
        if model.extension().is_some_and(|e| e == "stance") {
            let mut command = support::Workdir::new().command();
            command
                .current_dir(&folder)
                .args(["predict", "statements.csv", "-m"])
                .arg(&model);
            let outcome = support::Outcome::of(command, b"").ok();
            let then = std::fs::read_to_string(model.with_extension("csv")).unwrap();
            assert_eq!(outcome.text(), then, "{model:?}");
        }
    }
}
