use super::super::testing::Lcg;
use super::*;

/// Rows whose label is drawn from softmax(z), and the scores `distort`ed.
fn drawn(
    n_rows: usize,
    n_labels: usize,
    seed: u64,
    distort: impl Fn(usize, f64) -> f64,
) -> (Array2<f64>, Vec<LabelId>, Vec<u16>) {
    let mut random = Lcg(seed);
    let mut scores = Array2::zeros((n_rows, n_labels));
    let (mut labels, mut folds) = (Vec::new(), Vec::new());
    for (row, mut line) in scores.rows_mut().into_iter().enumerate() {
        line.iter_mut().for_each(|z| *z = 4.0 * random.unit() - 2.0);
        let mean = line.sum() / n_labels as f64;
        line -= mean;
        let mut p = line.to_vec();
        softmax(&mut p);
        let (mut draw, mut label) = (random.unit(), 0);
        while label + 1 < n_labels && draw >= p[label] {
            draw -= p[label];
            label += 1;
        }
        labels.push(LabelId::new(label));
        folds.push((row % 5) as u16);
        line.iter_mut()
            .enumerate()
            .for_each(|(k, z)| *z = distort(k, *z));
        let mean = line.sum() / n_labels as f64;
        line -= mean;
    }
    (scores, labels, folds)
}

fn run(data: &(Array2<f64>, Vec<LabelId>, Vec<u16>)) -> Calibration {
    calibrate(data.0.view(), &data.1, None, &data.2, 5).unwrap()
}

#[test]
fn over_confident_scores_are_brought_down() {
    for n_labels in [2, 3, 5] {
        let data = drawn(1500, n_labels, 1, |_, z| 4.0 * z);
        let calibration = run(&data);
        assert_eq!(calibration.outcome, CalibrationOutcome::Kept);
        let after = calibration.log_loss_after.unwrap();
        assert!(after < 0.9 * calibration.log_loss_before, "K = {n_labels}");
        let calibrator = calibration.calibrator.unwrap();
        let (raw, mut out) = (
            [vec![4.0, -4.0], vec![0.0; n_labels - 2]].concat(),
            vec![0.0; n_labels],
        );
        calibrator.log_odds(&raw, &mut out);
        assert!((out[0] - out[1] - 2.0).abs() < 0.6, "{out:?}");
        for line in calibration.cross_fitted.rows() {
            assert!((line.sum() - 1.0).abs() < 1e-12);
        }
        let losses = calibration.cross_fitted.rows().into_iter().zip(&data.1);
        let mean = losses.map(|(p, l)| -p[l.index()].ln()).sum::<f64>() / 1500.0;
        assert!((mean - after).abs() < 1e-12);
    }
}

#[test]
fn a_label_that_scores_too_high_is_corrected() {
    let data = drawn(1500, 3, 2, |k, z| if k == 1 { z + 2.0 } else { z });
    let calibration = run(&data);
    let calibrator = calibration.calibrator.unwrap();
    let b = calibrator.intercepts();
    assert!(
        (b[1] - b[0] + 2.0).abs() < 0.5 && (b[1] - b[2] + 2.0).abs() < 0.5,
        "{b}"
    );
}

#[test]
fn calibrated_scores_are_left_alone() {
    let mut left_out = 0;
    for seed in 10..20 {
        let data = drawn(600, 3, seed, |_, z| z);
        let calibration = run(&data);
        if calibration.calibrator.is_none() {
            left_out += 1;
            assert_eq!(calibration.outcome, CalibrationOutcome::NotBetter);
            assert!(calibration.log_loss_after.unwrap() > calibration.log_loss_before - 0.005);
            let mut p = data.0.row(3).to_vec();
            softmax(&mut p);
            assert_eq!(calibration.cross_fitted.row(3).to_vec(), p);
        } else {
            // Chance gave it something to correct; then it is little.
            let gain = calibration.log_loss_before - calibration.log_loss_after.unwrap();
            assert!(gain < 0.01, "{gain}");
        }
    }
    assert!(left_out >= 6, "{left_out} of 10");
}

#[test]
fn scores_far_apart_are_calibrated_too() {
    let data = drawn(900, 3, 3, |_, z| 300.0 * z);
    let calibration = run(&data);
    assert_eq!(calibration.outcome, CalibrationOutcome::Kept);
    assert!(calibration.log_loss_before > 10.0);
    assert!(calibration.log_loss_after.unwrap() < 1.0);
    assert!(calibration.relative_gradient_norm.unwrap() < 1e-10);
}

#[test]
fn the_map_does_not_depend_on_the_start() {
    let (scores, labels, _) = drawn(500, 3, 4, |k, z| 2.0 * z + k as f64);
    let design = Design::new(scores.view());
    let linfa = design.linfa(&labels).unwrap();
    let maps = [&linfa, &design.identity()]
        .map(|start| design.fit(&labels, vec![1.0; 500], start).unwrap().0);
    assert_eq!(maps[0].blended(0.7), maps[1].blended(0.7));
    // And it is linfa's, but for the digits that linfa leaves.
    let map = design.in_coordinates(&maps[0].matrix.t().to_owned(), maps[0].intercepts.clone());
    for (a, b) in map.weights.iter().zip(&linfa.weights) {
        assert!((a - b).abs() < 1e-3, "{a} {b}");
    }
}

#[test]
fn a_weight_of_zero_is_no_row() {
    let mut data = drawn(600, 3, 5, |_, z| 3.0 * z);
    let plain = run(&data);
    let mut weights = vec![1.0f32; 600];
    data.0
        .append(ndarray::Axis(0), ndarray::array![[2.0, -2.0, 0.0]].view())
        .unwrap();
    data.1.push(LabelId::new(2));
    data.2.push(0);
    weights.push(0.0);
    let weighted = calibrate(data.0.view(), &data.1, Some(&weights), &data.2, 5).unwrap();
    assert_eq!(plain.log_loss_before, weighted.log_loss_before);
    assert_eq!(plain.lambda, weighted.lambda);
    let (a, b) = (plain.calibrator.unwrap(), weighted.calibrator.unwrap());
    for (a, b) in a.matrix().iter().zip(b.matrix()) {
        assert!((a - b).abs() < 1e-6);
    }
}

#[test]
fn a_label_in_one_fold_alone_is_a_reason_to_leave_it_out() {
    let (scores, _, folds) = drawn(100, 3, 6, |_, z| z);
    let label = |fold: &u16| {
        LabelId::new(if *fold == 4 {
            2
        } else {
            usize::from(*fold % 2)
        })
    };
    let labels: Vec<LabelId> = folds.iter().map(label).collect();
    let calibration = calibrate(scores.view(), &labels, None, &folds, 5).unwrap();
    let outcome = CalibrationOutcome::LabelOnlyInFold { fold: 4, label: 2 };
    assert_eq!(calibration.outcome, outcome);
    assert!(calibration.calibrator.is_none() && calibration.log_loss_after.is_none());
}

#[test]
fn scores_that_tell_nothing_are_survived() {
    let (mut scores, labels, folds) = drawn(100, 3, 7, |_, z| z);
    scores.fill(0.0);
    let calibration = calibrate(scores.view(), &labels, None, &folds, 5).unwrap();
    assert!(calibration.log_loss_before > 1.0);
    let perfect: Array2<f64> =
        Array2::from_shape_fn(
            (100, 3),
            |(row, k)| {
                if labels[row].index() == k { 2.0 } else { -1.0 }
            },
        );
    let calibration = calibrate(perfect.view(), &labels, None, &folds, 5).unwrap();
    assert_eq!(calibration.outcome, CalibrationOutcome::Kept);
}

#[test]
fn input_that_does_not_fit_is_refused() {
    let (scores, labels, folds) = drawn(50, 3, 8, |_, z| z);
    let run = |labels: &[LabelId], folds: &[u16], n| {
        calibrate(scores.view(), labels, None, folds, n).unwrap_err()
    };
    assert!(matches!(
        run(&labels[1..], &folds, 5),
        CalibrationError::Count { .. }
    ));
    assert!(matches!(
        run(&labels, &folds[1..], 5),
        CalibrationError::Count { .. }
    ));
    assert!(matches!(run(&labels, &folds, 1), CalibrationError::TooFew));
    assert!(matches!(
        run(&labels, &folds, 4),
        CalibrationError::UnknownFold { .. }
    ));
    let mut broken = scores.clone();
    broken[(7, 1)] = f64::NAN;
    let error = calibrate(broken.view(), &labels, None, &folds, 5).unwrap_err();
    assert_eq!(error, CalibrationError::NotFinite { row: 7 });
}
