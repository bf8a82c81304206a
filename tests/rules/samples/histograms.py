"""Samples of ``autograd/rules/histograms.py``."""

import numpy as np

from .language import A, call, calls, positive, steps

NUMBERS = np.array([2, 0, 2, 3])
PLACES = np.array([-0.9, -0.4, 0.2, 0.7, 1.2])
TABLE = np.array([[-0.9, 0.3], [0.4, 1.8], [0.1, 0.9], [0.8, 0.1]])
EDGES = [-2.0, 0.0, 2.0]
WIDE = [(-3.0, 3.0), (-3.0, 3.0)]

# fmt: off
SAMPLES = {
    np.bincount:    calls(call(NUMBERS, A(4)), call(NUMBERS, weights=A(4), minlength=6), call([], A(0)), **steps),
    np.histogram_bin_edges: calls(
                          call(A(4), 2), call(A(2, 2), bins=3, weights=None), call(A(3), 2, (-1.0, 1.5)), call(A(1), 2),
                          call(A(3), range=(-2.0, 2.0)), call(A(4), [0.0, 1.0]), call(PLACES, A(3, then=np.sort)),
                          call(A(4), 2, weights=[1, 2, 3, 4]), **steps),
    np.histogram:   calls(call(A(4), 1), call(A(3), 2, density=True), call(PLACES, 3, weights=A(5)),
                          call(PLACES, 3, (-0.5, 1.1), weights=A(5)), call(A(4), range=(-3.0, 3.0)),
                          call(PLACES, [-1.0, 0.1, 1.0], density=True, weights=A(5, of=positive)),
                          call(PLACES, A(4, then=np.sort), None, True), call(A(4), 2, weights=A(4), density=True),
                          **steps),
    np.histogramdd: calls(call(TABLE, 2, weights=A(4)), call(A(3, 2), 1, density=True), call([A(3), A(3)], (1, EDGES)),
                          call(TABLE, [2, 2], ((-1, 1), (0, 2)), True, A(4, of=positive)), call(A(3, 1), 1),
                          call(A(3), 1), call(A(3, 2), range=WIDE, bins=2), **steps),
    np.histogram2d: calls(call(TABLE[:, 0], TABLE[:, 1], 2, weights=A(4)), call(A(3), A(3), bins=1, density=True),
                          call(A(3), A(3), (1, EDGES)), call(A(3), A(3), np.array([*EDGES, 3.0])),
                          call(A(3), A(3), 2, range=WIDE), **steps),
}
# fmt: on
