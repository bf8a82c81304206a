"""One sample for each differentiable function: the calls that its rules are checked on.

To add an operation, write one line in ``autograd/rules`` and one line here:

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

from autograd import arrays
from autograd.rules import linalg
from autograd.transforms import _alias

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


# -- the table -------------------------------------------------------------------------------------------------------

positive = span(0.3, 3)
inside = span(-0.9, 0.9)
steps = dict(analytic=False)  # rounding, sign and the like have no complex step

# fmt: off
SAMPLES: dict[Any, Sample] = {
    # Arithmetic
    np.add:          binary(complex=True),
    np.subtract:     binary(complex=True),
    np.multiply:     binary(complex=True),
    np.divide:       binary(any_number, away(0.5, 2), complex=True),
    np.power:        Sample((*binary(positive, any_number).calls,
                             *(call(A(3, of=away(0.3, 2)), k) for k in range(-2, 5)),
                             call(A(3, of=positive), 0.5), call(A(3, of=positive), np.array([2.0, 0.0, -1.5])),
                             call(2.5, A(3)), call(3, A(2, 2)), call(np.array([1.0, 2.0, 3.0]), A(3))), complex=True),
    np.float_power:  binary(positive, any_number, complex=True),
    np.remainder:    binary(between_integers(3, 9), span(-1.24, -1.2), **steps),
    np.fmod:         binary(between_integers(3, 9), span(-1.24, -1.2), **steps),
    np.floor_divide: binary(between_integers(3, 9), span(-1.24, -1.2), **steps),
    np.negative:     unary(complex=True),
    np.positive:     unary(complex=True),
    np.square:       unary(complex=True),
    np.reciprocal:   unary(away(0.5, 2), complex=True),
    np.sqrt:         unary(positive, complex=True),
    np.cbrt:         unary(away(0.3, 3), **steps),
    np.absolute:     unary(away(0.3, 3), complex=True, **steps),
    np.fabs:         unary(away(0.3, 3), **steps),
    np.hypot:        binary(away(0.3, 2), **steps),
    np.copysign:     binary(away(0.3, 2), **steps),
    np.ldexp:        calls(*(call(A(3), n) for n in (-2, 0, 3)), call(A(2, 3), np.array([1, 0, -4])), call(A(), 2),
                           call(A(2, 1), np.array([1, 2, 3])), **steps),
    np.heaviside:    Sample((*binary(away(0.3, 2), any_number).calls, call(np.array([-1.0, 0.0, 1.0]), A(3))), **steps),
    # Exponentials and logarithms
    np.exp:          unary(complex=True),
    np.exp2:         unary(complex=True),
    np.expm1:        unary(complex=True),
    np.log:          unary(positive, complex=True),
    np.log2:         unary(positive, complex=True),
    np.log10:        unary(positive, complex=True),
    np.log1p:        unary(span(-0.7, 3), complex=True),
    np.logaddexp:    binary(**steps),
    np.logaddexp2:   binary(**steps),
    # Trigonometric
    np.sin:          unary(complex=True),
    np.cos:          unary(complex=True),
    np.tan:          unary(span(-1.2, 1.2), complex=True),
    np.arcsin:       unary(inside, complex=True),
    np.arccos:       unary(inside, complex=True),
    np.arctan:       unary(complex=True),
    np.arctan2:      binary(away(0.3, 2), **steps),
    np.deg2rad:      unary(**steps),
    np.radians:      unary(**steps),
    np.rad2deg:      unary(**steps),
    np.degrees:      unary(**steps),
    # Hyperbolic
    np.sinh:         unary(complex=True),
    np.cosh:         unary(complex=True),
    np.tanh:         unary(span(-3, 3), complex=True),
    np.arcsinh:      unary(complex=True),
    np.arccosh:      unary(span(1.3, 4), complex=True),
    np.arctanh:      unary(inside, complex=True),
    # Piecewise constant
    np.sign:         unary(away(0.3, 3), complex=True, **steps),
    np.floor:        unary(between_integers(-3, 3), **steps),
    np.ceil:         unary(between_integers(-3, 3), **steps),
    np.trunc:        unary(between_integers(-3, 3), **steps),
    np.fix:          unary(between_integers(-3, 3), **steps),
    np.rint:         unary(around_integers(-3, 3), **steps),
    np.round:        calls(call(A(3, of=around_integers(-3, 3))),
                           call(A(2, 2, of=around_integers(-30, 30), then=lambda a: a / 10), decimals=1), **steps),
    np.around:       calls(call(A(3, of=around_integers(-3, 3))),
                           call(A(2, 2, of=around_integers(-30, 30), then=lambda a: a / 10), 1), **steps),
    # Complex
    np.conjugate:    unary(complex=True, **steps),
    np.real:         unary(complex=True, **steps),
    np.imag:         unary(complex=True, **steps),
    np.angle:        unary(away(0.3, 2), complex=True, **steps),
    # Extrema and choices
    np.maximum:      binary(),
    np.minimum:      binary(),
    np.fmax:         binary(),
    np.fmin:         binary(),
    np.clip:         calls(call(A(4), -0.51, 0.53), call(A(2, 3), None, 0.5), call(A(2, 3), a_min=-0.5, a_max=None),
                           call(A(4), min=-0.5), call(A(4), max=0.5), call(A(2, 3), A(3, of=span(-2, -1)), A(2, 1)),
                           call(A(), -0.5, 0.5), call(A(0), -1, 1), call(A(4), min=-0.5, max=0.5)),
    np.where:        calls(call(MASK, A(2, 3), A(2, 3)), call(MASK, A(3), A(2, 1)), call(MASK, A(), 0.0),
                           call(MASK, 1.0, A(2, 3)), call(True, A(3), A(3)), call(False, A(3), A()),
                           call(MASK, A(), A()),
                           call(np.ones((2, 0), bool), A(2, 1), A()), complex=True),
    # Several outputs
    np.modf:         unary(between_integers(-3, 3), **steps),
    np.frexp:        unary(span(1.1, 1.9), **steps),
    np.divmod:       binary(between_integers(3, 9), span(-1.24, -1.2), **steps),
    # Our own elementwise
    arrays.times:        binary(complex=True),
    arrays.over:         binary(any_number, away(0.5, 2), complex=True),

    # Reductions
    np.sum:     reduction(initial=2.0, extra=NO_AXES, complex=True),
    np.mean:    reduction(complex=True),
    np.prod:    reduction(away(0.4, 2), initial=2.0, extra=NO_AXES, complex=True),
    np.max:     reduction(initial=-1.3, wide=False, extra=NO_AXES),
    np.min:     reduction(initial=1.3, wide=False, extra=NO_AXES),
    np.ptp:     calls(call(A(5)), call(A(2, 3), axis=1), call(A(2, 3), axis=(0, 1), keepdims=True)),
    np.var:     reduction(extra=[call(A(4), ddof=1), call(A(2, 3), axis=1, correction=1),
                                 call(A(2, 3), axis=0, mean=np.array([[0.1, 0.2, 0.3]]))], complex=True, **steps),
    np.std:     reduction(extra=[call(A(4), ddof=1), call(A(2, 3), axis=1, correction=1),
                                 call(A(2, 3), axis=0, mean=np.array([[0.1, 0.2, 0.3]]))], complex=True, **steps),
    np.cumsum:  calls(call(A(4)), call(A(2, 3)), call(A(2, 3), 0), call(A(2, 3), axis=-1), call(A(2, 0), 1),
                      call(A()), call(A(), axis=-1),
                      call(A(2, 3), axis=1, dtype=np.longdouble), complex=True),
    arrays.expand: calls(call(A(3), (2, 3)), call(A(), (2,)), call(A(2, 1), (2, 3)), call(A(1), (0,)), complex=True),

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

    # Joining, splitting, repeating
    np.concatenate: calls(call([A(2), A(3)]), call([A(2, 3), A(1, 3)], 0), call([A(2, 1), A(2, 3), A(2, 0)], axis=-1),
                          call([A(2, 3), A(2)], axis=None), call((A(2), np.ones(2)), 0), call([A(1, 2), A(1, 2)], 1),
                          call([A(2), A(1)], dtype=np.longdouble), call([A(2), A(1)], casting="unsafe"), complex=True),
    np.stack:       calls(call([A(2), A(2)]), call([A(2, 3), A(2, 3)], 1), call((A(2), np.ones(2)), axis=-1),
                          call([A(), A()]), call([A(0), A(0)], axis=1), call([A(2), A(2)], dtype=np.longdouble),
                          call([A(2), A(2)], casting="unsafe"), complex=True),
    np.vstack:      calls(call([A(2), A(2)]), call([A(2, 3), A(3)]), call((A(), A())),
                          call([A(2), A(2)], dtype=np.longdouble, casting="unsafe"), complex=True),
    np.hstack:      calls(call([A(2), A(3)]), call([A(2, 1), A(2, 3)]), call((A(), A(2))),
                          call([A(2), A(2)], dtype=np.longdouble, casting="unsafe"), complex=True),
    np.dstack:      calls(call([A(2), A(2)]), call([A(2, 1), A(2, 1)]), call((A(), A())), complex=True),
    np.column_stack: calls(call([A(2), A(2)]), call([A(2, 3), A(2)]), complex=True),
    np.append:      calls(call(A(2), A(3)), call(A(2, 3), A(2)), call(A(2, 3), A(1, 3), axis=0), call(A(2), [1.0, 2.0]),
                          call(A(2), 3.0), complex=True),
    np.block:       calls(call([[A(2, 2), A(2, 1)], [A(1, 2), A(1, 1)]]), call([A(2), A(3)]), call([[A(2)], [A(2)]]),
                          call([A(), A()]), call([[A(2, 2), np.ones((2, 1))]]), call([[1.0, A()], [A(), 2.0]]),
                          complex=True),
    np.split:       calls(call(A(4), 2), call(A(2, 6), [1, 4], 1), call(A(4, 2), indices_or_sections=[1, 1], axis=0),
                          complex=True),
    np.array_split: calls(call(A(5), 2), call(A(2, 5), [1, 4], -1), call(A(3), 4), complex=True),
    np.hsplit:      calls(call(A(4), 2), call(A(2, 4), [1]), complex=True),
    np.vsplit:      calls(call(A(4, 1), 2), call(A(4, 2), [1]), complex=True),
    np.dsplit:      calls(call(A(1, 2, 4), 2), call(A(2, 1, 4), [1]), complex=True),
    arrays.unstack: calls(call(A(3)), call(A(2, 3)), complex=True),
    np.repeat:      calls(call(A(3), 2), call(A(2, 3), [1, 0, 2], 1), call(A(2, 3), repeats=2, axis=-1),
                          call(A(2, 3), 2),
                          call(A(3), np.array([2, 0, 1])), call(A(), 3), call(A(), 2, axis=-1), complex=True),
    np.tile:        calls(call(A(3), 2), call(A(2, 3), (2, 1)), call(A(3), (2, 2)), call(A(2, 1, 3), 2), call(A(), 2),
                          call(A(2), ()), call(A(2), 0), complex=True),

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

    # Products of matrices
    np.matmul:      calls(*(call(A(*x), A(*y)) for x, y in [
                          ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 2)), ((2, 2, 3), (3, 2)),
                          ((2, 3), (2, 3, 2)),
                          ((2, 1, 2, 3), (2, 3, 1)), ((3,), (2, 3, 2)), ((2, 2, 3), (3,)), ((1, 2, 3), (2, 3, 2)),
                          ((2, 0), (0, 3)), ((0, 3), (3, 2)), ((1, 1), (1, 1)), ((0,), (0,))]), complex=True),
    np.dot:         calls(*(call(A(*x), A(*y)) for x, y in [
                          ((), (3,)), ((3,), ()), ((), ()), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)),
                          ((2, 3), (3, 2)),
                          ((2, 2, 3), (3, 2)), ((2, 3), (2, 3, 2)), ((3,), (2, 3, 2)), ((2, 1, 3), (3,)),
                          ((2, 0), (0, 3))]),
                          complex=True),
    np.inner:       calls(*(call(A(*x), A(*y)) for x, y in [
                          ((), (3,)), ((3,), ()), ((3,), (3,)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 3), (1, 3)),
                          ((2, 1, 3), (2, 3))]),
                          complex=True),
    np.outer:       calls(*(call(A(*x), A(*y)) for x, y in [((2,), (3,)), ((), (3,)), ((2, 2), (1, 3)),
                          ((0,), (2,))]), complex=True),
    np.tensordot:   calls(call(A(2, 3, 1), A(3, 1, 2)), call(A(2, 3), A(3, 2), 1), call(A(2), A(3), axes=0),
                          call(A(2, 3), A(2, 3), axes=((0, 1), (0, 1))), call(A(2, 3), A(3, 2), axes=([1, 0], [0, 1])),
                          call(A(2, 3, 2), A(2, 3), axes=(-1, 0)), complex=True),
    np.einsum:      calls(call("ij,jk->ik", A(2, 3), A(3, 2)), call("ii->i", A(3, 3)), call("ii", A(3, 3)),
                          call("ij->", A(2, 3)),
                          call("i,i", A(3), A(3)), call("ij->ji", A(2, 3)), call("...i,...i->...", A(2, 3), A(3)),
                          call("i,j,k->ijk", A(2), A(2), A(2)),
                          call("ij,jk,kl->il", A(2, 3), A(3, 2), A(2, 2), optimize=True),
                          call(A(2, 3), [0, 1], A(3), [1], [0]), call("b...,b...", A(2, 3), A(2, 3)),
                          call("iij->j", A(2, 2, 3)),
                          call("ij,ij->i", A(2, 1), A(2, 3)), call(",i->i", A(), A(3)),
                          call("iij,jj->i", A(2, 2, 3), A(3, 3)),
                          complex=True),
    linalg.contract.function: calls(call([A(2, 3), A(3, 2)], ("ab", "bc"), "ac"), call([A(2, 2)], ("aa",), ""),
                                    complex=True),
    # Inverse and eigenvalues
    np.linalg.inv:  calls(call(A(2, 2, then=spread_out)), call(A(2, 3, 3, then=spread_out)), call(A(1, 1, of=positive)),
                          call(A(0, 2, 2)), complex=True),
    np.linalg.eigh: calls(call(A(2, 2, then=spread_out)), call(A(3, 3, then=spread_out), "U"),
                          call(A(2, 3, 3, then=spread_out), UPLO="L"),
                          call(A(1, 1, of=positive)), **steps),
}
# fmt: on
for twin, of in {np.amax: np.max, np.amin: np.min}.items():
    SAMPLES[twin] = SAMPLES[of]
if hasattr(np, "unstack"):
    SAMPLES[np.unstack] = calls(call(A(3)), call(A(2, 3), axis=-1), complex=True)
if hasattr(np, "matrix_transpose"):
    SAMPLES[np.matrix_transpose] = calls(call(A(2, 3)), call(A(2, 1, 3)), complex=True)

# Steps of the engine's that never stand alone: every function with several outputs goes through the first two, and the
# third is a derivative of np.tanh by x when its second operand is np.tanh(x), checked with np.tanh at orders 2 and 3.
INTERNAL = {"select", "pack", "sech_squared"}


def sample_of(function, p):
    """The sample of a function; its variants (``maximum`` beside a constant) share it."""
    if function in SAMPLES or p.kind == "composite":
        return SAMPLES.get(function)
    return next((s for f, s in SAMPLES.items() if isinstance(f, np.ufunc) and f.__name__ == p.name), None)
