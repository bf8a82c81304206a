"""Samples of ``autograd/rules/shapes.py``."""

import numpy as np

from autograd import arrays
from autograd.transforms import _alias

from .language import A, call, calls, steps

windows = np.lib.stride_tricks.sliding_window_view

# fmt: off
SAMPLES = {
    # Shapes
    np.reshape:    calls(call(A(2, 3), (3, 2)), call(A(2, 3), -1), call(A(6), shape=(2, 3)),
                         call(A(2, 3), (3, -1), "F"),
                         call(A(2, 3), (3, 2), order="F"), call(A(), (1, 1)), call(A(0), (2, 0)),
                         call(A(4), (2, 2), copy=True), complex=True),
    np.ravel:      calls(call(A(2, 3)), call(A(2, 3), "F"), call(A(2, 3), order="C"), call(A()), complex=True),
    np.squeeze:    calls(call(A(1, 3, 1)), call(A(1, 3, 1), 0), call(A(1, 3, 1), axis=(0, -1)), call(A(1)),
                         complex=True),
    np.expand_dims: calls(call(A(3), 0), call(A(2, 3), axis=(0, -1)), call(A(), 0), complex=True),
    np.swapaxes:   calls(call(A(2, 3), 0, 1), call(A(2, 1, 3), axis1=-1, axis2=0), complex=True),
    np.transpose:  calls(call(A(2, 3)), call(A(2, 1, 3), (1, 2, 0)), call(A(2, 1, 3), axes=(-1, 0, 1)), call(A()),
                         complex=True),
    np.moveaxis:   calls(call(A(2, 1, 3), 0, -1), call(A(2, 1, 3), source=(0, 2), destination=(1, 0)), complex=True),
    np.rollaxis:   calls(call(A(2, 1, 3), 2), call(A(2, 1, 3), axis=0, start=3), complex=True),
    np.broadcast_to: calls(call(A(3), (2, 3)), call(A(2, 1), shape=(2, 3)), call(A(), (2,)), call(A(1), (0,)),
                           call(A(3), (2, 3), subok=True), complex=True),
    np.broadcast_arrays: calls(call(A(3), A(2, 1)), call(A(), A(2)), call(A(2), np.ones((2, 1))),
                           call(A(3), A(2, 1), subok=True), complex=True),
    np.flip:       calls(call(A(2, 3)), call(A(2, 3), 0), call(A(2, 1, 3), axis=(0, -1)), call(A()), complex=True),
    np.flipud:     calls(call(A(3)), call(A(2, 3)), complex=True),
    np.fliplr:     calls(call(A(2, 3)), complex=True),
    np.rot90:      calls(call(A(2, 3)), call(A(2, 3), 2), call(A(2, 3), k=-1), call(A(2, 1, 3), axes=(1, 2)),
                         complex=True),
    np.roll:       calls(call(A(4), 1), call(A(2, 3), 2), call(A(2, 3), -1, 0),
                         call(A(2, 3), shift=(1, 2), axis=(0, 1)),
                         call(A(2, 3), (1, 2), axis=(1, 1)), call(A(2, 3), 1, axis=(0, 1)), complex=True),
    np.tril:       calls(call(A(3, 3)), call(A(2, 3), 1), call(A(2, 3, 2), k=-1), complex=True),
    np.triu:       calls(call(A(3, 3)), call(A(2, 3), 1), call(A(2, 3, 2), k=-1), complex=True),
    np.copy:       calls(call(A(2, 3)), call(A(2, 3), "F"), call(A(), order="C", subok=True), complex=True),
    _alias.function: calls(call(A(2, 3)), complex=True),
    arrays.astype: calls(call(A(2, 3), np.dtype("f8")), call(A(3), np.dtype("longdouble")), **steps),
    np.atleast_1d: calls(call(A()), call(A(2)), call(A(), A(3)), complex=True),
    np.atleast_2d: calls(call(A()), call(A(2)), call(A(2, 3)), call(A(), A(3)), complex=True),
    np.atleast_3d: calls(call(A()), call(A(2)), call(A(2, 3)), call(A(1, 2, 3)), call(A(), A(3)), complex=True),

    # Windows and repetition
    arrays.unstack: calls(call(A(3)), call(A(2, 3)), complex=True),
    windows:        calls(call(A(4), 2), call(A(2, 3), (2, 2)), call(A(3, 2), 2, 0),
                          call(A(2, 4), window_shape=3, axis=-1),
                          call(A(3, 3), (2, 2), axis=(1, 0)), call(A(5), (2, 2), axis=(0, 0)), call(A(3), 3),
                          call(A(4), 2, subok=True, writeable=False), complex=True),
    np.repeat:      calls(call(A(3), 2), call(A(2, 3), [1, 0, 2], 1), call(A(2, 3), repeats=2, axis=-1),
                          call(A(2, 3), 2),
                          call(A(3), np.array([2, 0, 1])), call(A(2, 3), [2], 0), call(A(2, 0), 3, 1), call(A(3), 0),
                          call(A(), 3), call(A(), 2, axis=-1), complex=True),
    np.tile:        calls(call(A(3), 2), call(A(2, 3), (2, 1)), call(A(3), (2, 2)), call(A(2, 1, 3), 2), call(A(), 2),
                          call(A(2), ()), call(A(2), 0), complex=True),
    np.resize:      calls(call(A(3), (2, 4)), call(A(2, 3), 4), call(A(2, 3), new_shape=(0, 2)), call(A(), (2, 2)),
                          call(A(0), (2, 1)), complex=True),
}
# fmt: on
if hasattr(np, "matrix_transpose"):
    SAMPLES[np.matrix_transpose] = calls(call(A(2, 3)), call(A(2, 1, 3)), complex=True)
