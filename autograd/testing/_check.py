"""check_gradients: the derivatives of a function against an oracle."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ._explain import KinkError, failure
from ._flat import columns_of, flat, projected, pulled, rows_of
from ._oracles import Flat, Oracle, coordinates, oracle

__all__ = ["GradientCheck", "KinkError", "check_gradients"]


@dataclass(frozen=True)
class GradientCheck:
    """What :func:`check_gradients` found, one entry per order.

    Attributes
    ----------
    errors : tuple of float
        The largest relative error.
    oracles : tuple of str
        What the derivative was compared with: ``complex step`` or ``differences``.
    """

    errors: tuple[float, ...]
    oracles: tuple[str, ...]

    @property
    def max_error(self) -> float:
        """The largest relative error at any order."""
        return max(self.errors, default=0.0)


def check_gradients(
    f: Callable[..., Any],
    *args: Any,
    order: int = 2,
    modes: Sequence[str] = ("reverse", "forward"),
    rtol: float | None = None,
    directions: int | None = None,
    seed: int = 0,
) -> GradientCheck:
    """Compare the Jacobian of ``f``, in both modes, with an oracle that knows nothing of its rules.

    The oracle is the complex step where ``f`` runs on complex numbers and is analytic, which a difference along one
    direction verifies; else central differences, extrapolated. Order 2 checks the pullback of ``f`` (the pushforward,
    if only forward mode is checked) as a function of its arguments and the cotangent; order 3 the pullback of that.

    Parameters
    ----------
    f : callable
        A function of arrays or of containers of arrays, that runs on Tensors as on plain NumPy.
    *args
        Where to check. All floating and complex arrays in all arguments are differentiated; all else is constant.
    order : int
        The highest order to check.
    modes : sequence of {"reverse", "forward"}
        Which sweeps to check.
    rtol : float, optional
        Largest relative error to accept. An element is compared with the largest in its row or column, whichever is
        smaller. By default 1e-9 for the complex step, 1e-7 for differences, more for low precision.
    directions : int, optional
        The fast way for many elements: check along so many random directions of the arguments and of the results
        only. A few runs of ``f`` for each direction, instead of a few for each element of its arguments.
    seed : int
        For the random directions.

    Returns
    -------
    GradientCheck
        The largest errors and the oracles used.

    Raises
    ------
    KinkError
        If ``f`` has a kink or a jump here, so that its derivative is a matter of choice, or does not exist. The text
        names the step that has it and the index. It is an AssertionError.
    AssertionError
        If an element differs, with the element, both values, the step, the error to be expected at that step and the
        tolerance; and the first step of ``f`` whose own rule is wrong.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.testing import check_gradients
    >>> check_gradients(lambda x, p: np.tanh(x @ p["w"]), np.array([0.3, 0.7]), {"w": np.array([2.0, -1.0])}).oracles
    ('complex step', 'complex step')
    >>> check_gradients(np.abs, 0.3, order=1).oracles
    ('differences',)
    >>> check_gradients(lambda x: np.sum(np.sin(x) * x[::-1]), np.linspace(0, 1, 10_000), directions=2).max_error < 1e-9
    True
    >>> check_gradients(lambda x: np.maximum(x, 0), np.array([1.0, 0.0]))
    Traceback (most recent call last):
        ...
    autograd.testing.KinkError: check_gradients: reverse mode, order 1: the point sits on a kink: maximum has a tie ...
    """
    __tracebackhide__ = True
    unknown = set(modes) - {"reverse", "forward"}
    if unknown or not modes:
        raise ValueError(f"check_gradients: modes={modes!r}; they are 'reverse' and 'forward'.")
    return check_orders(f, args, range(1, order + 1), modes, rtol, directions, seed)


def check_orders(
    f: Callable[..., Any],
    args: Sequence[Any],
    orders: Collection[int],
    modes: Sequence[str],
    rtol: float | None = None,
    directions: int | None = None,
    seed: int = 0,
) -> GradientCheck:
    """:func:`check_gradients` at some orders only."""
    __tracebackhide__ = True
    function, leaves, names = flat(f, args)
    if directions is not None and leaves:
        function, leaves, names = projected(function, leaves, names, directions, seed)
    base, point = function, leaves
    errors, oracles = [], []
    for k in range(1, max(orders, default=0) + 1):
        if k > 1:
            function, leaves, names = pulled(function, leaves, names, reverse="reverse" in modes)
        if k not in orders:
            continue
        found = oracle(function, leaves)
        worst = 0.0
        for mode in modes:
            got = (rows_of if mode == "reverse" else columns_of)(function, leaves)
            judged = _judged(got, found, _tolerance(rtol, found, leaves), function, leaves)
            if not judged.passes:
                where = f"{mode} mode, order {k}"
                raise failure(where, got, found, judged, function, leaves, names, base, point)
            worst = max(worst, judged.worst)
        errors.append(worst)
        oracles.append(found.name)
    return GradientCheck(tuple(errors), tuple(oracles))


def _tolerance(rtol: float | None, found: Oracle, leaves: list[Any]) -> float:
    if rtol is not None:
        return rtol
    coarsest = max((float(np.finfo(v.dtype).eps) for v in leaves), default=0.0)
    return max(1e-9 if found.name == "complex step" else 1e-7, 1e4 * coarsest)


class Judged(NamedTuple):
    """A Jacobian beside the oracle's."""

    passes: bool
    worst: float
    tolerance: float
    error: Any  # relative, element by element
    unsure: Any  # where the oracle itself is not good enough
    scale: Any


def _judged(got: Any, found: Oracle, tolerance: float, f: Flat, leaves: list[Any]) -> Judged:
    expected = found.matrix
    if got.shape != expected.shape:
        raise AssertionError(f"check_gradients: Jacobian of shape {got.shape} where {expected.shape} is due.")
    if not got.size:
        return Judged(True, 0.0, tolerance, got, got, got)
    size = np.abs(expected)
    overall = np.max(size) or np.max(np.abs(coordinates(f(leaves)))) / (np.max(np.abs(coordinates(leaves))) or 1) or 1
    scale = np.maximum(np.minimum(size.max(1, keepdims=True), size.max(0, keepdims=True)), 1e-3 * overall)
    unsure = found.error > tolerance * scale
    with np.errstate(invalid="ignore"):
        error = np.where((got == expected) & ~unsure, 0, np.abs(got - expected) / scale)
    error = np.where(np.isnan(error), np.inf, error)
    worst = float(np.max(error))
    return Judged(bool(worst <= tolerance and not unsure.any()), worst, tolerance, error, unsure, scale)
