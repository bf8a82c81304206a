"""Samples of ``autograd/rules/sorting.py``."""

import numpy as np

from .language import A, call, calls, steps

APART = np.array([5.0, 6.0])  # equal to no element of a slot

# fmt: off
SAMPLES = {
    np.sort:        calls(call(A(4)), call(A(2, 3)), call(A(2, 3), 0), call(A(2, 3), axis=None),
                          call(A(2, 1, 3), axis=-1),
                          call(A(3), kind="heapsort"), call(A(3), stable=True), call(A(0)), call(A(1)),
                          call(A(2, 0), 1),
                          call(A(), axis=None), complex=True),
    np.partition:   calls(call(A(5), 2), call(A(2, 3), 1), call(A(2, 3), 0, 0), call(A(2, 3), kth=(1, 4), axis=None),
                          call(A(5), [0, 3], kind="introselect"), call(A(1), 0), complex=True, **steps),
    np.sort_complex: calls(call(A(4)), call(A(2, 3)), call(A(0)), complex=True, **steps),
    np.unique:      calls(call(A(4)), call(A(2, 3)), call(A(2, 3), axis=0), call(A(2, 3), axis=-1), call(A()),
                          call(A(0)),
                          call(A(3), True), call(A(3), return_inverse=True), call(A(3), return_counts=True),
                          call(A(2, 3), True, True, True), call(A(2, 3), True, True, True, 1),
                          call(A(3), equal_nan=False),
                          complex=True),
    np.unique_all:  calls(call(A(4)), call(A(2, 3)), complex=True),
    np.unique_counts: calls(call(A(4)), call(A(2, 3)), complex=True),
    np.unique_inverse: calls(call(A(4)), call(A(2, 3)), complex=True),
    np.unique_values: calls(call(A(1)), call(A()), call(A(0)), complex=True),
    np.union1d:     calls(call(A(3), A(2)), call(A(2, 2), A(1)), call(A(2), APART), call(A(0), A(2)), complex=True),
    np.intersect1d: calls(call(A(3), APART), call(A(3), APART, return_indices=True), call(A(2, 2), APART, True),
                          call(A(2), APART, assume_unique=True, return_indices=True), complex=True),
    np.setdiff1d:   calls(call(A(3), A(2)), call(A(2, 2), APART), call(A(3), APART, True),
                          call(A(3), A(1), assume_unique=True),
                          call(A(0), A(2)), complex=True),
    np.setxor1d:    calls(call(A(3), A(2)), call(A(2, 2), APART), call(A(3), APART, True),
                          call(A(2), A(1), assume_unique=True),
                          call(A(0), A(2)), complex=True),
}
# fmt: on
if np.__version__ >= "2.3":
    SAMPLES[np.unique] = calls(*SAMPLES[np.unique].calls, call(A(3), sorted=True), complex=True)
if np.__version__ >= "2.5":
    SAMPLES[np.sort] = calls(*SAMPLES[np.sort].calls, call(A(2, 3), 0, descending=True), complex=True)
