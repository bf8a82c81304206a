"""The language of samples: the calls of a function that its rules are checked on.

To add an operation, write one line in ``autograd/rules`` and one line in the file
of the same name beside this one:

    np.tanh:      unary(span(-3, 3)),
    np.arctan2:   binary(away(0.3, 2), away(0.3, 2), analytic=False),
    np.swapaxes:  calls(call(A(2, 3, 4), 0, 2), call(A(2, 3, 4), axis1=-1, axis2=0)),

``A(2, 3)`` is a slot for an array of that shape, anywhere among the arguments; the harness fills it with values, dtypes
and layouts of its own and differentiates it. Its values are spread over a domain, no two of them close (``of=``; a
domain maps a number between 0 and 1 to a value). Everything else is passed on as it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

# -- domains ---------------------------------------------------------------------------------------------------------


def span(low, high):
    return lambda u: low + (high - low) * u


def away(low, high):
    """Both signs, at least ``low`` away from zero."""
    return lambda u: np.where(u < 0.5, -high + (high - low) * 2 * u, low + (high - low) * (2 * u - 1))


def between_integers(low, high):
    """At least 0.2 away from every integer."""
    return lambda u: np.floor(span(low, high)(u)) + 0.2 + 0.6 * (span(low, high)(u) % 1)


def around_integers(low, high):
    """At least 0.2 away from every half."""
    return lambda u: between_integers(low, high)(u) + 0.5


any_number = span(-2, 2)

# -- calls -----------------------------------------------------------------------------------------------------------


class Slot(NamedTuple):
    """Where an array to differentiate goes."""

    shape: tuple[int, ...]
    of: Callable[[Any], Any]
    then: Callable[[Any], Any] | None


def A(*shape, of=any_number, then=None):
    return Slot(shape, of, then)


class Call(NamedTuple):
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def call(*args, **kwargs):
    return Call(args, kwargs)


@dataclass(frozen=True)
class Sample:
    """The calls of one function, and what holds for it.

    Attributes
    ----------
    analytic : bool
        The complex step applies, so the comparison is to the last digits.
    complex : bool
        It takes complex numbers; its derivative by them is checked too (but not where ``dtype`` forbids it).
    order : int
        How often a call without axes is differentiated (others: at most twice).
    """

    calls: tuple[Call, ...]
    analytic: bool = True
    complex: bool = False
    order: int = 3


def calls(*given, **facts):
    return Sample(given, **facts)


UNARY_SHAPES = [(), (1,), (4,), (2, 3), (0,), (2, 0)]
BINARY_SHAPES = [
    ((), ()), ((4,), (4,)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 1), (1, 3)), ((), (3,)), ((3,), ()), ((1,), (2, 1)),
    ((2, 1, 3), (2, 1)), ((0,), (1,)), ((2, 1), (0,)),
]  # fmt: skip


def unary(of=any_number, **facts):
    return Sample(tuple(call(A(*shape, of=of)) for shape in UNARY_SHAPES), **facts)


def binary(of_x=any_number, of_y=None, **facts):
    of_y = of_y or of_x
    return Sample(tuple(call(A(*x, of=of_x), A(*y, of=of_y)) for x, y in BINARY_SHAPES), **facts)


MASK = np.array([[True, False, True], [True, True, False]])


def reduction(of=any_number, initial=None, where=True, wide=True, extra=(), **facts):
    """The calls that reductions share: every axis, ``keepdims``, ``where`` and ``initial`` if they have them."""
    shared = [
        call(A(of=of)),
        call(A(1, of=of)),
        call(A(4, of=of), 0),
        call(A(4, of=of), axis=-1, keepdims=True),
        call(A(2, 3, of=of)),
        call(A(2, 3, of=of), axis=1),
        call(A(2, 3, of=of), axis=0, keepdims=True),
        call(A(2, 2, 2, of=of), axis=(0, 2)),
        call(A(2, 2, 2, of=of), axis=(-1, 0), keepdims=True),
        call(A(2, 3, of=of), axis=()),
        call(A(2, 0, of=of), axis=0),
    ]
    if where:
        given = {} if initial is None else {"initial": initial}
        shared += [
            call(A(2, 3, of=of), where=MASK, **given),
            call(A(2, 3, of=of), axis=0, where=MASK, **given),
            call(A(2, 3, of=of), axis=1, where=np.array([True, False, True]), keepdims=True, **given),
            call(A(2, 3, of=of), axis=-1, where=MASK, **given),
        ]
    if initial is not None:
        shared += [call(A(2, 3, of=of), axis=1, initial=initial), call(A(4, of=of), initial=initial)]
    if wide:
        shared.append(call(A(2, 3, of=of), axis=0, dtype=np.longdouble))
    return Sample((*shared, *extra), **facts)


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


positive = span(0.3, 3)
inside = span(-0.9, 0.9)
steps = dict(analytic=False)  # rounding, sign and the like have no complex step
