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
                moved = widened(leaves, np.complex128)
                moved[k] = leaves[k] + 1j * STEP * unit
                columns.append(np.concatenate([np.ravel(np.imag(v)) for v in f(moved)] or [np.zeros(0)]) / STEP)
    except (TypeError, ValueError, np.exceptions.ComplexWarning, np.linalg.LinAlgError):
        return None  # no complex loop, or an error of its own: differences will meet it too if it is real
    matrix = np.array(columns).reshape(len(columns), m).T
    return Oracle("complex step", matrix, np.zeros_like(matrix), np.full(len(columns), STEP))


def _agrees(found: Oracle, f: Flat, leaves: Sequence[Any]) -> bool:
    """Whether ``f`` is analytic: only then is the complex step its derivative, also along a direction of no meaning."""
    x = coordinates(leaves)
    direction = np.cos(1.0 + np.arange(x.size)) * _scales(leaves)

    def along(s: Any) -> list[Any]:
        return f(_moved(leaves, s * direction))

    if not x.size:
        return True
    slope, error = _ridders(lambda h: coordinates(along(h)), 0.03)
    expected = found.matrix @ direction
    size = np.abs(found.matrix) @ np.abs(direction)
    return bool(np.all((np.abs(slope - expected) <= 1e-6 * size + 10 * error) | (slope == expected)))


def differences(f: Flat, leaves: Sequence[Any]) -> Oracle:
    """Central differences, extrapolated to step zero (Richardson), of the step that estimates its error smallest.

    Source: Ridders, Accurate computation of F'(x) and F'(x)F''(x), Advances in Engineering Software 4, 1982.
    """
    x, scales = coordinates(leaves), _scales(leaves)
    m = coordinates(f(list(leaves))).size
    matrix, errors = np.zeros((m, x.size)), np.zeros((m, x.size))
    for j in range(x.size):
        unit = np.zeros(x.size)
        unit[j] = 1

        def along(h: float, unit: Any = unit) -> Any:
            return coordinates(f(_moved(leaves, h * unit)))

        matrix[:, j], errors[:, j] = _ridders(along, 0.03 * scales[j])
    return Oracle("differences", matrix, errors, 0.03 * scales)


def _ridders(along: Callable[[float], Any], h: float) -> tuple[Any, Any]:
    """Slope of ``along`` at 0 and the estimate of its error: steps are halved until the estimate stops to improve."""
    best: Any = None
    error: Any = None
    previous: list[Any] = []
    for level in range(LEVELS):
        row = [(along(h) - along(-h)) / (2 * h)]
        if best is None:
            best, error = row[0], np.full(row[0].shape, np.inf)
        for k, above in enumerate(previous[:4]):
            row.append(row[k] + (row[k] - above) / (4.0 ** (k + 1) - 1))
            estimate = np.maximum(np.abs(row[k + 1] - row[k]), np.abs(row[k + 1] - above))
            better = estimate < error  # false for NaN, which a step beyond the domain gives
            best, error = np.where(better, row[k + 1], best), np.where(better, estimate, error)
        previous, h = row, h / 2
        if level > 2 and np.all(error <= 1e-13 * np.max(np.abs(best), initial=0)):
            break
    return best, error


def _scales(leaves: Sequence[Any]) -> Any:
    """A length for each coordinate beside which a step is small: its own size, but not much less than its array's."""
    scales = []
    for v in leaves:
        x = np.abs(coordinates([v]))
        scales.append(np.maximum(x, 0.1 * np.max(x, initial=0)))
    joined = np.concatenate(scales) if scales else np.zeros(0)
    return np.where(joined == 0, 1, joined)


def _moved(leaves: Sequence[Any], by: Any) -> list[Any]:
    """The leaves, moved by a vector of coordinates."""
    moved, start = [], 0
    for v in leaves:
        n = v.size * (2 if v.dtype.kind == "c" else 1)
        step = np.ascontiguousarray(by[start : start + n], v.real.dtype)
        moved.append((v + step.view(v.dtype).reshape(v.shape))[()])
        start += n
    return moved
