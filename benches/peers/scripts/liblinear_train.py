"""liblinear: matrix in, model file out. The file is read by scikit-learn's reader, which is faster than liblinear's."""

import sys

from liblinear.liblinear import parameter, problem
from liblinear.liblinearutil import save_model, train
from sklearn.datasets import load_svmlight_file


def main(matrix, model, c):
    x, y = load_svmlight_file(matrix, zero_based=False)
    settings = parameter(f"-s 0 -c {c} -B 1 -R -q")
    save_model(model, train(problem(y, x, bias=1), settings))


main(*sys.argv[1:])
