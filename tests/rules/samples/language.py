"""The language of samples, which is ``autograd.testing.samples``, and the values that several tables share.

To add an operation, write one line in ``autograd/rules`` and one line in the file
of the same name beside this one:

    np.tanh:      unary(span(-3, 3)),
    np.arctan2:   binary(away(0.3, 2), away(0.3, 2), analytic=False),
    np.swapaxes:  calls(call(A(2, 3, 4), 0, 2), call(A(2, 3, 4), axis1=-1, axis2=0)),

``A(2, 3)`` is a slot for an array of that shape, anywhere among the arguments; the harness fills it with values, dtypes
and layouts of its own and differentiates it. Its values are spread over a domain, no two of them close (``of=``; a
domain maps a number between 0 and 1 to a value). Everything else is passed on as it stands.
"""

import numpy as np

from autograd.testing.samples import (  # noqa: F401  (the tables import all of them from here)
    BINARY_SHAPES,
    MASK,
    UNARY_SHAPES,
    A,
    Call,
    Sample,
    Slot,
    any_number,
    around_integers,
    away,
    between_integers,
    binary,
    call,
    calls,
    inside,
    positive,
    reduction,
    span,
    steps,
    unary,
)

NO_AXES = (call(A(), axis=-1), call(A(), axis=0, keepdims=True))  # some reductions allow it


def spread_out(a):
    """A matrix with well separated eigenvalues of both signs, so that it is far from singular too."""
    n = a.shape[-1]
    return 0.3 * a + np.diag(2.0 * np.arange(n) - 2.5)


INDICES = [
    (4, 1), (4, -1), (4, slice(1, 3)), (4, slice(None, None, -1)), (4, slice(3, 0, -2)), (4, [2, 0, 2, 2]),
    (4, np.array([True, False, True, True])), (4, None), (4, ...), (4, np.array(2)), (4, np.array([], int)),
    ((2, 3), 1), ((2, 3), (slice(None), 1)), ((2, 3), (..., 0)), ((2, 3), (1, [0, 0, 2])), ((2, 3), MASK),
    ((2, 3), (np.array([[0], [1]]), np.array([2, 0, 2]))), ((2, 3), (slice(None), None, slice(0, 2))),
    ((2, 3, 2), (0, slice(None), [1, 1])), ((2, 3, 2), ([0, 1], slice(None), [1, 1])), ((2, 3), (1, 2)),
    ((2, 3), (slice(None), np.array([True, False, True]))), ((2, 3), (np.array([], int), slice(None))), ((), ()),
    ((), ...), ((), None),
]  # fmt: skip
INDICES = [((shape,) if isinstance(shape, int) else shape, index) for shape, index in INDICES]
WRITTEN = [
    (4, (), 1), (4, (2,), slice(1, 3)), (4, (), slice(1, 3)), (4, (3,), [2, 0, 2]), (4, (), [1, 1]),
    (4, (1, 2), slice(0, 2)), ((2, 3), (3,), 0), ((2, 3), (2, 1), ...), ((2, 3), (4,), MASK), ((2, 3), (), MASK),
    ((2, 3), (2,), (slice(None), 1)), ((2, 3), (2, 3), (np.array([[0], [1]]), np.array([2, 0, 2]))), ((), (), ()),
    ((2, 3), (1, 1, 1), 1), (4, (1,), [0, 0, 3]),
]  # fmt: skip
WRITTEN = [((shape,) if isinstance(shape, int) else shape, value, index) for shape, value, index in WRITTEN]


def shaped(index, shape):
    return np.empty(shape)[index].shape
