"""The language of samples: the calls of a function that its rules are checked on.

``A(2, 3)`` is a slot for an array of that shape, anywhere among the arguments. The harness fills it with values, dtypes
and layouts of its own and differentiates it; everything else is passed on as it stands::

    unary(span(-3, 3))                                              # a function of one array, in all kinds of shapes
    binary(away(0.3, 2), positive, analytic=False)                  # of two, with broadcasting
    calls(call(A(2, 3, 4), 0, 2), call(A(2, 3, 4), axis1=-1, axis2=0))

The values of a slot are spread over a domain, no two of them close. A domain maps numbers between 0 and 1 to values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

Domain = Callable[[Any], Any]

# -- domains ---------------------------------------------------------------------------------------------------------


def span(low: float, high: float) -> Domain:
    """The numbers from ``low`` to ``high``.

    Examples
    --------
    >>> span(-1, 3)(0.5)
    1.0
    """
    return lambda u: low + (high - low) * u


def away(low: float, high: float) -> Domain:
    """Both signs, at least ``low`` away from zero and at most ``high``.

    Examples
    --------
    >>> away(0.5, 2)(np.array([0, 0.49, 0.5, 1]))
    array([-2.  , -0.53,  0.5 ,  2.  ])
    """
    return lambda u: np.where(u < 0.5, -high + (high - low) * 2 * u, low + (high - low) * (2 * u - 1))


def between_integers(low: int, high: int) -> Domain:
    """The numbers from ``low`` to ``high`` that are at least 0.2 away from every integer.

    Examples
    --------
    >>> between_integers(0, 2)(np.array([0, 0.25, 0.75]))
    array([0.2, 0.5, 1.5])
    """
    return lambda u: np.floor(span(low, high)(u)) + 0.2 + 0.6 * (span(low, high)(u) % 1)


def around_integers(low: int, high: int) -> Domain:
    """The numbers that are at least 0.2 away from every half, so that rounding does not jump.

    Examples
    --------
    >>> around_integers(0, 2)(np.array([0, 0.25, 0.75]))
    array([0.7, 1. , 2. ])
    """
    return lambda u: between_integers(low, high)(u) + 0.5


any_number = span(-2, 2)
positive = span(0.3, 3)
inside = span(-0.9, 0.9)
steps: Any = dict(analytic=False)  # rounding, sign and the like have no complex step

# -- calls -----------------------------------------------------------------------------------------------------------


class Slot(NamedTuple):
    """Where an array to differentiate goes: its shape, its domain, and what is made of it before it is used."""

    shape: Any
    of: Domain
    then: Callable[[Any], Any] | None


def A(*shape: Any, of: Domain = any_number, then: Callable[[Any], Any] | None = None) -> Slot:
    """A slot for an array to differentiate.

    Parameters
    ----------
    *shape : int
        Its shape, or one hypothesis strategy of shapes.
    of : domain
        Where its values lie.
    then : callable, optional
        Turns the array into the one that is used: to make a matrix symmetric, say.

    Examples
    --------
    >>> A(2, 3).shape
    (2, 3)
    """
    return Slot(shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape, of, then)


class Call(NamedTuple):
    """One call of the function: its arguments, with slots among them."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def call(*args: Any, **kwargs: Any) -> Call:
    """One call, as it would be written, with :func:`A` in the place of arrays.

    Examples
    --------
    >>> call(A(2, 3), axis=1).kwargs
    {'axis': 1}
    """
    return Call(args, kwargs)


@dataclass(frozen=True)
class Sample:
    """The calls of one function, and what holds for it.

    Attributes
    ----------
    calls : tuple of Call
        The calls.
    analytic : bool
        The complex step applies, so the comparison is to the last digits; that it applies is checked, too.
    complex : bool
        It takes complex numbers; its derivative by them is checked too (but not where ``dtype`` forbids it).
    order : int
        How often a call without axes is differentiated (others: at most twice).

    Examples
    --------
    >>> Sample((call(A(3)),), analytic=False).order
    3
    """

    calls: tuple[Call, ...]
    analytic: bool = True
    complex: bool = False
    order: int = 3


def calls(*given: Call, **facts: Any) -> Sample:
    """A sample of these calls.

    Examples
    --------
    >>> len(calls(call(A(2, 3)), call(A(2, 3), axis=0), complex=True).calls)
    2
    """
    return Sample(given, **facts)


UNARY_SHAPES: list[tuple[int, ...]] = [(), (1,), (4,), (2, 3), (0,), (2, 0)]
BINARY_SHAPES: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((), ()), ((4,), (4,)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 1), (1, 3)), ((), (3,)), ((3,), ()), ((1,), (2, 1)),
    ((2, 1, 3), (2, 1)), ((0,), (1,)), ((2, 1), (0,)),
]  # fmt: skip


def unary(of: Domain = any_number, **facts: Any) -> Sample:
    """The calls of an elementwise function of one array, from 0-d to size 0.

    Examples
    --------
    >>> [c.args[0].shape for c in unary(span(-3, 3)).calls]
    [(), (1,), (4,), (2, 3), (0,), (2, 0)]
    """
    return Sample(tuple(call(A(*shape, of=of)) for shape in UNARY_SHAPES), **facts)


def binary(of_x: Domain = any_number, of_y: Domain | None = None, **facts: Any) -> Sample:
    """The calls of an elementwise function of two arrays, with every kind of broadcasting.

    Examples
    --------
    >>> len(binary(away(0.3, 2), positive).calls)
    11
    """
    return Sample(tuple(call(A(*x, of=of_x), A(*y, of=of_y or of_x)) for x, y in BINARY_SHAPES), **facts)


MASK = np.array([[True, False, True], [True, True, False]])


def reduction(
    of: Domain = any_number,
    initial: float | None = None,
    where: bool = True,
    wide: bool = True,
    extra: Sequence[Call] = (),
    **facts: Any,
) -> Sample:
    """The calls that reductions share: every axis, ``keepdims``, ``where`` and ``initial`` if they have them.

    Parameters
    ----------
    of : domain
        Where the values lie.
    initial : float, optional
        A value for ``initial=``, if the function has it.
    where : bool
        Whether it has ``where=``.
    wide : bool
        Whether it has ``dtype=``.
    extra : sequence of Call
        Further calls.
    **facts
        Passed to :class:`Sample`.

    Examples
    --------
    >>> reduction(where=False, wide=False).calls[5]
    Call(args=(Slot(shape=(2, 3), ...),), kwargs={'axis': 1})
    """
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
