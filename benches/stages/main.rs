//! The stages from bytes to a model and to predictions, timed one by one on texts made here. Each benchmark asserts the
//! answer that it times, and its name says how large its input is.
//!
//! ```text
//! cargo bench --bench stages                        # all
//! cargo bench --bench stages -- --quick vectorise   # fewer samples, one stage
//! ```
//!
//! All stages but `encode`, `fit` and `train` run on one thread.

use std::time::Duration;

use criterion::Criterion;

mod classifier;
mod features;
mod io;
mod model;
mod prepared;
mod scripts;
mod text;
mod texts;

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    io::read(&mut criterion);
    text::segment(&mut criterion);
    text::analyse(&mut criterion);
    features::encode(&mut criterion);
    features::vectorise(&mut criterion);
    classifier::fit(&mut criterion);
    model::train(&mut criterion);
    model::score(&mut criterion);
    io::write(&mut criterion);
    criterion.final_summary();
}
