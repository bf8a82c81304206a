"""Samples of ``autograd/rules/indexing.py``."""

import numpy as np

from autograd import arrays

from .language import INDICES, WRITTEN, A, call, calls, shaped

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
    np.diagonal:    calls(call(A(3, 3)), call(A(2, 3), 1), call(A(2, 3), offset=-1), call(A(2, 3, 2), axis1=2, axis2=0),
                          call(A(2, 3), 5), complex=True),
    np.trace:       calls(call(A(3, 3)), call(A(2, 3), 1), call(A(2, 3), offset=-1), call(A(2, 3, 2), axis1=2, axis2=0),
                          call(A(2, 3), dtype=np.longdouble), complex=True),
}
