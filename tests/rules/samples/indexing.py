"""Samples of ``autograd/rules/indexing.py``."""

import numpy as np

from autograd import arrays

from .language import INDICES, MASK, WRITTEN, A, call, calls, shaped

COLUMNS = np.array([[2, 0], [1, 1]])

# fmt: off
SAMPLES = {
    # Indexing
    arrays.getitem:   calls(*(call(A(*shape), index) for shape, index in INDICES), complex=True),
    arrays.scatter:   calls(*(call(A(*shaped(index, shape)), index, shape) for shape, index in INDICES), complex=True),
    arrays.setitem:   calls(*(call(A(*shape), A(*value), index) for shape, value, index in WRITTEN), complex=True),
    arrays.index_add: calls(*(call(A(*shape), A(*value), index) for shape, value, index in WRITTEN), complex=True),
    np.take:        calls(call(A(4), [0, 2, 2]), call(A(2, 3), [[0, 1], [5, 1]]), call(A(2, 3), [2, 0], 1),
                          call(A(2, 3), 1, axis=0),
                          call(A(4), [5, -6], mode="wrap"), call(A(4), [5, -6], mode="clip"), call(A(2, 3), -1, -1),
                          call(A(), [0, 0]),
                          call(A(), [0, 0], axis=0), complex=True),
    np.take_along_axis: calls(
                          call(A(2, 3), COLUMNS, 1), call(A(2, 3), indices=COLUMNS[:1], axis=-1),
                          call(A(3), np.array([2, 0, 2]), 0), call(A(2, 3), np.array([[1, 0, 1]]), 0),
                          call(A(2, 3), np.array([5, 0]), None), call(A(1, 3), COLUMNS, 1),
                          call(A(2, 0), np.zeros((2, 0), int), 1), complex=True),
    np.compress:    calls(call([True, False, True], A(3)), call([0, 1], A(2, 3), 0),
                          call([True, False], A(2, 3), axis=-1),
                          call(np.array([True, False, False, True]), A(2, 3)), call([], A(3)), complex=True),
    np.extract:     calls(call(MASK, A(2, 3)), call([True, False, True], A(3)), call(np.zeros(3, bool), A(3)),
                          complex=True),
    np.choose:      calls(call([1, 0, 1], [A(3), A(3)]), call(np.array([[0], [1]]), [A(2, 3), A(3)]),
                          call(1, [A(2), A(2)]),
                          call([-1, 5, 0], [A(3), A()], mode="wrap"), call([-1, 5, 0], [A(3), 1.0], mode="clip"),
                          call([1, 0], A(2, 2)), complex=True),
    np.select:      calls(call([MASK, ~MASK], [A(2, 3), A(3)]), call([MASK], [A(2, 3)], 1.0),
                          call([MASK, MASK[:, :1]], [A(2, 3), 2.0], default=A()), call([True], [A()]),
                          call([MASK, True], [A(3), A(2, 1)], default=0), complex=True),
    np.diagonal:    calls(call(A(3, 3)), call(A(2, 3), 1), call(A(2, 3), offset=-1), call(A(2, 3, 2), axis1=2, axis2=0),
                          call(A(2, 3), 5), complex=True),
    np.trace:       calls(call(A(3, 3)), call(A(2, 3), 1), call(A(2, 3), offset=-1), call(A(2, 3, 2), axis1=2, axis2=0),
                          call(A(2, 3), dtype=np.longdouble), complex=True),
}
# fmt: on
