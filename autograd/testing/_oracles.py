"""What a derivative is compared with: the complex step, and extrapolated differences.

Both run the function on plain NumPy and know nothing of rules. Derivatives are real matrices here: a complex element
counts as two coordinates, its real and its imaginary part, so one matrix describes any function, analytic or not.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

Flat = Callable[[list[Any]], list[Any]]

STEP = 1e-30  # of the complex step: its square is lost beside 1, and nothing is subtracted, so it may be this small
LEVELS = 14  # halvings of a difference's step before it is called divergent


class Oracle(NamedTuple):
    """A Jacobian to believe in: ``matrix[i, j] = ∂output[i] / ∂input[j]``."""

    name: str
    matrix: Any
    error: Any  # its own estimate, element by element
    step: Any  # per input coordinate


def coordinates(values: Sequence[Any]) -> Any:
    """All real and imaginary parts, as one vector."""
    parts = [np.ascontiguousarray(v).ravel() for v in values]
    return np.concatenate([p.view(p.real.dtype) if p.dtype.kind == "c" else p for p in parts] or [np.zeros(0)])


def units(values: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    """The unit vector of each coordinate: which array it belongs to, and 1 (or i) at its place in it."""
    for k, v in enumerate(values):
        for index in np.ndindex(np.shape(v)):
            for one in (1, 1j) if v.dtype.kind == "c" else (1,):
                unit = np.zeros(v.shape, v.dtype)
                unit[index] = one
                yield k, unit[()]


def widened(leaves: Sequence[Any], dtype: Any = np.float64) -> list[Any]:
    """The same values in at least double precision, so that the oracle is better than what it judges."""
    return [leaf.astype(np.result_type(leaf.dtype, dtype)) for leaf in leaves]


def oracle(f: Flat, leaves: Sequence[Any]) -> Oracle:
    """The complex step where ``f`` is analytic, else differences."""
    leaves = widened(leaves)
    with np.errstate(all="ignore"):
        found = complex_step(f, leaves)
        return found if found is not None and _agrees(found, f, leaves) else differences(f, leaves)


def complex_step(f: Flat, leaves: Sequence[Any]) -> Oracle | None:
    """``Im f(x + ih) / h``, exact to the last digits; None where ``f`` does not run on complex numbers."""
    outputs = [np.asarray(v) for v in f(list(leaves))]
    if any(v.dtype.kind == "c" for v in (*leaves, *outputs)):
        return None
    m, columns = sum(v.size for v in outputs), []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            for k, unit in units(leaves):
                there = widened(leaves, np.complex128)
                there[k] = leaves[k] + 1j * STEP * unit
                columns.append(np.concatenate([np.ravel(np.imag(v)) for v in f(there)] or [np.zeros(0)]) / STEP)
    except (TypeError, ValueError, np.exceptions.ComplexWarning, np.linalg.LinAlgError):
        return None  # no complex loop, or an error of its own: differences will meet it too if it is real
    matrix = np.array(columns).reshape(len(columns), m).T
    return Oracle("complex step", matrix, np.zeros_like(matrix), np.full(len(columns), STEP))


def _agrees(found: Oracle, f: Flat, leaves: Sequence[Any]) -> bool:
    """Whether ``f`` is analytic: only then is the complex step its derivative, also along a direction of no meaning."""
    x = coordinates(leaves)
    direction = np.cos(1.0 + np.arange(x.size)) * scales_of(leaves)

    def along(s: Any) -> list[Any]:
        return f(moved(leaves, s * direction))

    if not x.size:
        return True
    slope, error = ridders(lambda h: coordinates(along(h)), 0.03)
    expected = found.matrix @ direction
    size = np.abs(found.matrix) @ np.abs(direction)
    return bool(np.all((np.abs(slope - expected) <= 1e-6 * size + 10 * error) | (slope == expected)))


def differences(f: Flat, leaves: Sequence[Any]) -> Oracle:
    """Central differences, extrapolated to step zero (Richardson), of the step that estimates its error smallest.

    Source: Ridders, Accurate computation of F'(x) and F'(x)F''(x), Advances in Engineering Software 4, 1982.
    """
    x, scales = coordinates(leaves), scales_of(leaves)
    m = coordinates(f(list(leaves))).size
    matrix, errors = np.zeros((m, x.size)), np.zeros((m, x.size))
    for j in range(x.size):
        unit = np.zeros(x.size)
        unit[j] = 1

        def along(h: float, unit: Any = unit) -> Any:
            return coordinates(f(moved(leaves, h * unit)))

        matrix[:, j], errors[:, j] = ridders(along, 0.03 * scales[j])
    return Oracle("differences", matrix, errors, 0.03 * scales)


def ridders(along: Callable[[float], Any], h: float) -> tuple[Any, Any]:
    """Slope of ``along`` at 0 and the estimate of its error: steps are halved until the estimate stops to improve."""
    return _extrapolated(lambda h: (along(h), along(-h), 2 * h), h, LEVELS, 4.0)


def one_sided(along: Callable[[float], Any], h: float) -> tuple[Any, Any]:
    """The slope of ``along`` at 0 on one side (that of ``h``), and the estimate of its error."""
    here = along(0.0)
    return _extrapolated(lambda h: (along(h), here, h), h, LEVELS + 6, 2.0)


def _extrapolated(pair: Callable[[float], Any], h: float, levels: int, base: float) -> tuple[Any, Any]:
    """Difference quotients, extrapolated by powers of ``base``; of all the one with the least estimated error.

    The estimate is the change by the last extrapolation, but not less than what rounding makes of the quotient: two
    quotients may agree by chance.
    """
    best: Any = None
    error: Any = None
    previous: list[Any] = []
    for level in range(levels):
        high, low, width = pair(h)
        row = [(high - low) / width]
        rounding = 2.0**-53 * (np.abs(high) + np.abs(low)) / abs(width)
        if best is None:
            best, error = row[0], np.full(row[0].shape, np.inf)
        for k, above in enumerate(previous[:4]):
            row.append(row[k] + (row[k] - above) / (base ** (k + 1) - 1))
            estimate = np.maximum(np.abs(row[k + 1] - row[k]), np.abs(row[k + 1] - above)) + rounding
            better = estimate < error  # false for NaN, which a step beyond the domain gives
            best, error = np.where(better, row[k + 1], best), np.where(better, estimate, error)
        previous, h = row, h / 2
        # With each halving rounding doubles: once it exceeds the best error of all elements, none can improve.
        if level > 2 and np.all((rounding >= error) | (error <= 1e-13 * np.max(np.abs(best), initial=0))):
            break
    return best, error


def scales_of(leaves: Sequence[Any]) -> Any:
    """A length for each coordinate beside which a step is small: its own size, but not much less than its array's."""
    scales = []
    for v in leaves:
        x = np.abs(coordinates([v]))
        scales.append(np.maximum(x, 0.1 * np.max(x, initial=0)))
    joined = np.concatenate(scales) if scales else np.zeros(0)
    return np.where(joined == 0, 1, joined)


def moved(leaves: Sequence[Any], by: Any) -> list[Any]:
    """The leaves, moved by a vector of coordinates."""
    result, start = [], 0
    for v in leaves:
        n = v.size * (2 if v.dtype.kind == "c" else 1)
        step = np.ascontiguousarray(by[start : start + n], v.real.dtype)
        result.append((v + step.view(v.dtype).reshape(v.shape))[()])
        start += n
    return result
