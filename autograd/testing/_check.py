"""check_gradients: the derivatives of a function against an oracle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..tensor import Tensor
from ..transforms import jvp, vjp
from ..trees import flatten
from ._oracles import Flat, Oracle, coordinates, oracle, units


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
) -> GradientCheck:
    """Compare every element of the Jacobian of ``f``, in both modes, with an oracle that knows nothing of its rules.

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

    Returns
    -------
    GradientCheck
        The largest errors and the oracles used.

    Raises
    ------
    AssertionError
        If an element differs, with the element, both values, the step and the tolerance; or if the differences do not
        converge, as at a kink.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.testing import check_gradients
    >>> check_gradients(lambda x, p: np.tanh(x @ p["w"]), np.array([0.3, 0.7]), {"w": np.array([2.0, -1.0])}).oracles
    ('complex step', 'complex step')
    >>> check_gradients(np.abs, 0.3, order=1).oracles
    ('differences',)
    """
    unknown = set(modes) - {"reverse", "forward"}
    if unknown or not modes:
        raise ValueError(f"check_gradients: modes={modes!r}; they are 'reverse' and 'forward'.")
    function, leaves, names = _flat(f, args)
    errors, oracles = [], []
    for k in range(1, order + 1):
        found = oracle(function, leaves)
        if rtol is None:
            coarsest = max((float(np.finfo(v.dtype).eps) for v in leaves), default=0.0)
            tolerance = max(1e-9 if found.name == "complex step" else 1e-7, 1e4 * coarsest)
        else:
            tolerance = rtol
        worst = 0.0
        for mode in modes:
            got = (_rows if mode == "reverse" else _columns)(function, leaves)
            worst = max(worst, _compare(got, found, tolerance, function, leaves, names, f"{mode} mode, order {k}"))
        errors.append(worst)
        oracles.append(found.name)
        if k < order:
            function, leaves, names = _pulled(function, leaves, names, reverse="reverse" in modes)
    return GradientCheck(tuple(errors), tuple(oracles))


def _flat(f: Callable[..., Any], args: Sequence[Any]) -> tuple[Flat, list[Any], list[str]]:
    """``f`` as a function from a list of arrays to a list of arrays, without what has no derivative."""
    leaves, rebuild, names = [], [], []
    for k, arg in enumerate(args):
        found, build = flatten(arg)
        leaves += [leaf.detach().numpy() if isinstance(leaf, Tensor) else leaf for leaf in found]
        rebuild.append((len(found), build))
        names += [f"argument {k}" if len(found) == 1 else f"argument {k}, leaf {n}" for n in range(len(found))]
    varying = [n for n, leaf in enumerate(leaves) if np.asarray(leaf).dtype.kind in "fc"]

    def outputs(values: Sequence[Any]) -> list[Any]:
        filled = list(leaves)
        for n, value in zip(varying, values, strict=True):
            filled[n] = value
        call, start = [], 0
        for size, build in rebuild:
            call.append(build(filled[start : start + size]))
            start += size
        return flatten(f(*call))[0]

    values = [np.array(leaves[n])[()] for n in varying]
    kept = [n for n, out in enumerate(outputs(values)) if np.asarray(out).dtype.kind in "fc"]

    def function(values: list[Any]) -> list[Any]:
        results = outputs(values)
        return [results[n] for n in kept]

    return function, values, [names[n] for n in varying]


def _pulled(f: Flat, leaves: list[Any], names: list[str], reverse: bool) -> tuple[Flat, list[Any], list[str]]:
    """The pullback (or pushforward) of ``f`` as a function of where it is taken and of the cotangents (tangents)."""
    n = len(leaves)
    likes = [np.asarray(v) for v in (f(leaves) if reverse else leaves)]
    seeds = [_pattern(v, k) for k, v in enumerate(likes)]

    def derivative(values: list[Any]) -> list[Any]:
        primals, directions = values[:n], values[n:]
        if not reverse:
            return list(jvp(lambda *x: f(list(x)), primals, directions)[1])
        y, pullback = vjp(lambda *x: f(list(x)), *primals)
        return list(pullback([_as(c, out) for c, out in zip(directions, y, strict=True)]))

    what = "cotangent" if reverse else "tangent"
    return derivative, leaves + seeds, names + [f"{what} {k}" for k in range(len(seeds))]


def _pattern(like: Any, k: int) -> Any:
    """Numbers of size one that have no symmetry."""
    v = np.cos(1.0 + k + 2.3 * np.arange(like.size)).reshape(like.shape)
    return (v * (1 - 0.7j) if like.dtype.kind == "c" else v).astype(like.dtype)[()]


def _as(c: Any, like: Any) -> Any:
    """A cotangent in its output's dtype: an output that stays real on complex numbers is constant, or not analytic."""
    if c.dtype == like.dtype:
        return c
    return (c.real if c.dtype.kind == "c" and like.dtype.kind != "c" else c).astype(like.dtype)


def _rows(f: Flat, leaves: list[Any]) -> Any:
    """The Jacobian row by row, in reverse mode. A cotangent c pairs with a tangent t as Re(ct): no conjugates."""
    y, pullback = vjp(lambda *x: f(list(x)), *leaves)
    zeros = [np.zeros_like(v) for v in y]
    rows = []
    for k, unit in units(y):
        cotangents = pullback([*zeros[:k], np.conj(unit), *zeros[k + 1 :]])
        rows.append(coordinates([np.conj(c) for c in cotangents]))
    return np.array(rows).reshape(len(rows), coordinates(leaves).size)


def _columns(f: Flat, leaves: list[Any]) -> Any:
    """The Jacobian column by column, in forward mode."""
    zeros = [np.zeros_like(v) for v in leaves]
    columns = [
        coordinates(jvp(lambda *x: f(list(x)), leaves, [*zeros[:k], unit, *zeros[k + 1 :]])[1])
        for k, unit in units(leaves)
    ]
    return np.array(columns).reshape(len(columns), coordinates(f(leaves)).size).T


def _compare(
    got: Any, found: Oracle, tolerance: float, f: Flat, leaves: list[Any], names: list[str], where: str
) -> float:
    """The largest relative error; AssertionError if it is more than the tolerance."""
    expected = found.matrix
    if got.shape != expected.shape:
        raise AssertionError(f"check_gradients: {where}: Jacobian of shape {got.shape} where {expected.shape} is due.")
    if not got.size:
        return 0.0
    size = np.abs(expected)
    overall = np.max(size) or np.max(np.abs(coordinates(f(leaves)))) / (np.max(np.abs(coordinates(leaves))) or 1) or 1
    scale = np.maximum(np.minimum(size.max(1, keepdims=True), size.max(0, keepdims=True)), 1e-3 * overall)
    unsure = found.error > tolerance * scale
    with np.errstate(invalid="ignore"):
        error = np.where((got == expected) & ~unsure, 0, np.abs(got - expected) / scale)
    error = np.where(np.isnan(error), np.inf, error)
    i, j = np.unravel_index(np.argmax(error), error.shape)
    if error[i, j] <= tolerance and not unsure.any():
        return float(error[i, j])
    text = "the derivative differs from the oracle's"
    if error[i, j] <= tolerance or (unsure[i, j] and error[i, j] * scale[i, j] <= 10 * found.error[i, j]):
        text = "the differences do not converge, so nothing is known here (a kink, a jump, or noise?)"
        i, j = np.unravel_index(np.argmax(np.where(unsure, found.error / scale, 0)), error.shape)
    outputs = [np.asarray(v) for v in f(leaves)]
    raise AssertionError(
        f"check_gradients: {where}: {text}. Worst element: ∂ output {_place(outputs, i)} / ∂ "
        f"{_place(leaves, j, names)}: got {float(got[i, j])!r}, {found.name} gives {float(expected[i, j])!r} (step "
        f"{found.step[j]:.2g}, its own error {found.error[i, j]:.2g}); relative error {error[i, j]:.3g}, tolerance "
        f"{tolerance:.2g}."
    )


def _place(values: Sequence[Any], n: Any, names: Sequence[str] | None = None) -> str:
    """Which array a coordinate belongs to, and where in it."""
    for k, v in enumerate(values):
        parts = 2 if v.dtype.kind == "c" else 1
        if n < v.size * parts:
            index = tuple(map(int, np.unravel_index(n // parts, v.shape)))
            name = names[k] if names else str(k)
            return f"{name}{list(index) if index else ''}{'' if parts == 1 else ('.real', '.imag')[n % 2]}"
        n -= v.size * parts
    raise IndexError(n)
