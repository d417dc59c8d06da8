"""liblinear: model and matrix in, a label's number a line out."""

import sys

from liblinear.liblinearutil import load_model, predict
from sklearn.datasets import load_svmlight_file


def main(model, matrix, out):
    model = load_model(model)
    x, y = load_svmlight_file(matrix, zero_based=False, n_features=model.nr_feature)
    numbers, _, _ = predict(y, x, model, "-q")
    with open(out, "w", encoding="utf-8") as file:
        file.writelines(f"{int(number)}\n" for number in numbers)


main(*sys.argv[1:])
