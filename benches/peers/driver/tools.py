"""The command of each tool, for training and for scoring, with the settings that `README.md` gives reasons for."""

from .rounds import Task


def trainer(bench, name, model, train):
    """The task that trains the model of this name."""
    return TRAINERS[name](bench, name, model, train)


def stance_words(bench, name, model, train, folds=("--folds", "0")):
    features = ["--char-ngrams", "none", "--punctuation", "drop", "--log-count-ratio", "0"]
    settings = [*folds, *features, "--class-weight", "none", "--c", bench.options.c]
    return stance_train(bench, name, model, train, settings)


def stance_words_folds(bench, name, model, train):
    return stance_words(bench, name, model, train, folds=())


def stance_default(bench, name, model, train):
    return stance_train(bench, name, model, train, [])


def stance_features(bench, name, model, train):
    return stance_train(bench, name, model, train, ["--folds", "0", "--c", bench.options.features_c])


def sklearn_words(bench, name, model, train):
    return _sklearn_train(bench, name, model, train, ["--c", bench.options.c])


def sklearn_features(bench, name, model, train):
    settings = ["--characters", "--balanced", "--c", bench.options.features_c]
    return _sklearn_train(bench, name, model, train, settings)


def fasttext_100(bench, name, model, train):
    return _fasttext_train(bench, name, model, train, [])


def fasttext_10(bench, name, model, train):
    return _fasttext_train(bench, name, model, train, ["-dim", "10"])


def vw(bench, name, model, train):
    data, _ = bench.tokenised(train, "vw")
    if bench.n_labels == 2:
        labels = ["--link", "logistic"]
    else:
        labels = ["--oaa", bench.n_labels, "--probabilities"]
    settings = [*labels, "--loss_function", "logistic", "--passes", 5, "-c", "-k", "--ngram", 2, "-b", 22]
    command = [bench.python, "-m", "vowpalwabbit", "-d", data, "-f", model, *settings, "--quiet"]
    return Task(name, command, f"vw -d TRAIN.vw -f MODEL {_words(settings)} --quiet")


TRAINERS = {
    "stance": stance_words,
    "stance, folds and calibration": stance_words_folds,
    "stance, default model": stance_default,
    "stance, words and characters": stance_features,
    "scikit-learn": sklearn_words,
    "scikit-learn, words and characters": sklearn_features,
    "fastText": fasttext_100,
    "fastText, dim 10": fasttext_10,
    "Vowpal Wabbit": vw,
}


def scorer(bench, name, model, data, out):
    """The task that writes predictions with probabilities to `out`. `data` is in the tool's own format."""
    if name.startswith("stance"):
        return stance_predict(bench, name, model, data, out)
    if name.startswith("scikit-learn"):
        command = bench.script("sklearn_predict", model, data, out)
        return Task(name, command, "python sklearn_predict.py MODEL IN.csv OUT.csv")
    if name.startswith("fastText"):
        command = [bench.fasttext, "predict-prob", f"{model}.bin", data, bench.n_labels]
        return Task(name, command, f"fasttext predict-prob MODEL.bin IN.txt {bench.n_labels} > OUT", stdout=out)
    settings = ["--probabilities", "--quiet"] if bench.n_labels > 2 else ["--quiet"]
    command = [bench.python, "-m", "vowpalwabbit", "-t", "-i", model, "-d", data, "-p", out, *settings]
    return Task(name, command, f"vw -t -i MODEL -d IN.vw -p OUT {_words(settings)}")


def stance_predict(bench, name, model, data, out, threads=None):
    settings = ["--threads", threads or bench.options.threads]
    command = [bench.stance, "predict", data, "-m", model, "-o", out, "--force", "-q", *settings]
    return Task(name, command, f"stance predict IN.csv -m MODEL -o OUT.csv {_words(settings)}")


def stance_train(bench, name, model, train, settings, threads=None):
    """stance with the given settings."""
    settings = [*settings, "--threads", threads or bench.options.threads]
    command = [bench.stance, "train", train, "-m", model, "--force", "-q", *settings]
    return Task(name, command, f"stance train TRAIN.csv -m MODEL {_words(settings)}")


def _sklearn_train(bench, name, model, train, settings):
    command = bench.script("sklearn_train", train, model, *settings)
    return Task(name, command, f"python sklearn_train.py TRAIN.csv MODEL {_words(settings)}")


def _fasttext_train(bench, name, model, train, settings):
    data, _ = bench.tokenised(train, "fasttext")
    settings = ["-epoch", 10, "-wordNgrams", 2, "-thread", bench.options.threads, *settings]
    command = [bench.fasttext, "supervised", "-input", data, "-output", model, *settings]
    return Task(name, command, f"fasttext supervised -input TRAIN.txt -output MODEL {_words(settings)}")


def _words(parts):
    return " ".join(f"{part:g}" if isinstance(part, float) else str(part) for part in parts)
