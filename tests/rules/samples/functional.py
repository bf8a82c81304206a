"""Samples of ``autograd/rules/functional.py``."""

import numpy as np

from .language import MASK, A, call, calls


def powers(v):
    return np.stack([v, v * v])


def scaled(v, factor, shift=0.0):
    return np.sum(v) * factor + shift


def square(v):
    return v * v


def line(v, slope=1.0):
    return slope * v - 1


# fmt: off
SAMPLES = {
    np.apply_along_axis: calls(call(np.sum, 0, A(2, 3)), call(np.cumsum, -1, A(2, 3)), call(powers, 1, A(2, 1, 3)),
                          call(powers, 0, arr=A(3)), call(scaled, 1, A(2, 3), 2.0, shift=1.0),
                          call(np.outer, 0, A(2, 2), [1, 2]),
                          complex=True),
    np.apply_over_axes: calls(call(np.sum, A(2, 3), 0), call(np.sum, A(2, 3, 2), [0, -1]),
                          call(np.cumsum, A(2, 3), (1, 0)),
                          call(np.mean, a=A(2, 3), axes=(0, 1)), complex=True),
    np.piecewise:   calls(call(A(2, 3), [MASK, ~MASK], [square, line]), call(A(2, 3), [MASK], [square, line]),
                          call(A(2, 3), [MASK], [square]), call(A(3), MASK[0], [line, 2.0]),
                          call(A(), [True, False], [square, line]),
                          call(A(3), [~MASK[1], MASK[1]], [3.0, np.sin]),
                          call(A(3), [MASK[0]], [line], 2.0), call(A(3), [MASK[0]], [line], slope=2.0),
                          call(A(0), [np.zeros(0, bool)], [square]), complex=True),
}
# fmt: on
