"""Solutions, inverses and pseudo-inverses.

Sources: Giles, An extended collection of matrix derivative results, 2008; Golub & Pereyra, The differentiation of
pseudo-inverses and nonlinear least squares problems whose variables separate, 1973.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..primitive import Primitive, composite, primitive
from ..tensor import tensor, value_of
from . import spectra  # noqa: F401  (fills the registry)
from .decompositions import adjoint, diagonal, matrices, mirrored
from .products import conj

# -- square systems --------------------------------------------------------------------------------------------------


def solved(a: Any, b: Any, vector: bool) -> Any:
    """``a⁻¹ b``, where ``b`` is a stack of vectors, or of matrices."""
    return np.linalg.solve(a, b[..., None])[..., 0] if vector else np.linalg.solve(a, b)


def _solve_back(t: Any, x: Any, y_shape: tuple[int, ...], out: Any) -> Any:
    """``-x⁻ᵀ t outᵀ``."""
    t = solved(x.mT, t, len(y_shape) == 1)
    return -(t[..., :, None] * out[..., None, :]) if len(y_shape) == 1 else -(t @ out.mT)


def _solve_forward(t: Any, x: Any, y_shape: tuple[int, ...], out: Any) -> Any:
    """``-x⁻¹ t out``."""
    vector = len(y_shape) == 1
    return -solved(x, (t @ out[..., None])[..., 0] if vector else t @ out, vector)


primitive(
    np.linalg.solve,
    vjp=(_solve_back, lambda t, x, y_shape: solved(x.mT, t, len(y_shape) == 1)),
    jvp=(_solve_forward, lambda t, x, y_shape: solved(x, t, len(y_shape) == 1)),
)
primitive(
    np.linalg.inv,
    vjp=lambda t, out: -(out.mT @ t @ out.mT),
    jvp=lambda t, out: -(out @ t @ out),
)


def _tensorinv(a: Any, ind: int = 2) -> Any:
    if ind <= 0:
        raise ValueError(f"tensorinv: ind={ind}; it counts the leading axes, and is at least 1.")
    a = tensor(a)
    rows, columns = a.shape[:ind], a.shape[ind:]
    return np.linalg.inv(a.reshape((math.prod(columns), -1))).reshape(columns + rows)


def _tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    a, b = tensor(a), tensor(b)
    last = [k % a.ndim for k in axes or ()]
    a = np.transpose(a, [k for k in range(a.ndim) if k not in last] + last)
    shape = a.shape[b.ndim :]
    n = math.prod(shape)
    if a.size != n**2:
        raise np.linalg.LinAlgError(f"tensorsolve: shape {a.shape} with b of {b.shape} is not a square system.")
    return np.linalg.solve(a.reshape((n, n)), np.ravel(b)).reshape(shape)


composite(np.linalg.tensorinv, _tensorinv)
composite(np.linalg.tensorsolve, _tensorsolve)

# -- systems of any shape, while the rank stays what it is -----------------------------------------------------------


def _pinv_back(t: Any, x: Any, out: Any) -> Any:
    """``-Pᵀ t Pᵀ + conj(1 - A P) tᴴ conj(P Pᴴ) + conj(Pᴴ P) tᴴ conj(1 - P A)``."""
    p, th = out, adjoint(t)
    left, right = th @ conj(p @ adjoint(p)), conj(adjoint(p) @ p) @ th
    return left - conj(x) @ (conj(p) @ left) + right - (right @ conj(p)) @ conj(x) - p.mT @ t @ p.mT


def _pinv_forward(t: Any, x: Any, out: Any) -> Any:
    """``-P dA P + P Pᴴ dAᴴ (1 - A P) + (1 - P A) dAᴴ Pᴴ P``."""
    p, th = out, adjoint(t)
    left, right = (p @ adjoint(p)) @ th, th @ (adjoint(p) @ p)
    return left - (left @ x) @ p + right - p @ (x @ right) - p @ t @ p


def _pseudo_inverse(a: Any, rcond: Any) -> Any:
    return np.linalg.pinv(a, rcond)


pseudo_inverse: Primitive = primitive(_pseudo_inverse, vjp=_pinv_back, jvp=_pinv_forward, free="rcond")


def noise(a: Any, s: Any) -> Any:
    """Which singular values are 0 up to rounding."""
    return s <= max(a.shape[-2:]) * np.finfo(s.dtype).eps * np.max(s, axis=-1, keepdims=True, initial=0)


def _pinv(a: Any, rcond: Any = None, hermitian: bool = False, **more: Any) -> Any:
    """``np.linalg.pinv``. Where it cuts off singular values that are not rounding, these are differentiated one by one.

    For then what it inverts is not the matrix.
    """
    if more.keys() - {"rtol"}:
        raise TypeError(f"pinv: unknown parameters {sorted(more.keys() - {'rtol'})}.")
    if rcond is not None and more:
        raise ValueError("pinv: rcond and rtol are two names of one bound; give one of them.")
    a = matrices(a, "pinv")
    if rcond is None:
        rcond = more.get("rtol", 1e-15)
        rcond = max(a.shape[-2:]) * np.finfo(a.dtype).eps if rcond is None else rcond
    if hermitian:
        a = mirrored(a, "L")
    s = np.linalg.svdvals(value_of(a))
    keep = s > np.asarray(rcond)[..., None] * np.max(s, axis=-1, keepdims=True, initial=0)
    if np.all(keep | noise(a, s)):
        return pseudo_inverse(a, rcond)
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    return adjoint(vh) @ (np.where(keep, 1 / np.where(keep, s, 1), 0)[..., None] * adjoint(u))


composite(np.linalg.pinv, _pinv).signature_text = "a, rcond=None, hermitian=False, *, rtol=None"


def _fitted(x: Any, y: Any, out: Any, rcond: Any) -> tuple[Any, ...]:
    """``P``, the solution and what is left of the right-hand sides, as matrices."""
    kept, s = int(value_of(out[2])), value_of(out[3])
    if kept < np.sum(~noise(x, s)):
        raise ValueError(
            "lstsq: rcond cuts off singular values that are not zero, and no rule takes that into account. Write "
            "np.linalg.pinv(a, rcond) @ b."
        )
    if rcond is None or rcond < 0:
        rcond = max(x.shape) * np.finfo(s.dtype).eps
    solution, b = (v if v.ndim == 2 else v[:, None] for v in (out[0], y))
    return np.linalg.pinv(x, rcond), solution, b - x @ solution


def _lstsq_back_x(t: Any, x: Any, y: Any, out: Any, rcond: Any) -> Any:
    """By ``x = P b`` and the derivative of ``P``; residuals are stationary in x; ``U diag(t) Vᴴ`` for the values."""
    p, solution, rest = _fitted(x, y, out, rcond)
    ts = t[0].reshape(solution.shape)
    right = conj(adjoint(p) @ solution) @ adjoint(ts)
    found = conj(rest) @ (adjoint(ts) @ conj(p @ adjoint(p))) + right - (right @ conj(p)) @ conj(x)
    found = found - (p.mT @ ts + 2 * conj(rest) * _of_residuals(t)) @ solution.mT
    if np.any(value_of(t[3]) != 0):
        u, _, vh = np.linalg.svd(x, full_matrices=False)
        found = found + conj(u) @ (t[3][:, None] * conj(vh))
    return found


def _of_residuals(t: Any) -> Any:
    return t[1] if t[1].size else 0


def _lstsq_back_y(t: Any, x: Any, y: Any, out: Any, rcond: Any) -> Any:
    p, solution, rest = _fitted(x, y, out, rcond)
    return (p.mT @ t[0].reshape(solution.shape) + 2 * conj(rest) * _of_residuals(t)).reshape(y.shape)


def _moved(out: Any, dx: Any, rest: Any, db: Any, ds: Any) -> Any:
    """The tangents of solution, residuals, rank and singular values."""
    residuals = 2 * np.sum(np.real(conj(rest) * db), axis=0) if out[1].size else None
    return dx.reshape(out[0].shape), residuals, None, ds


def _lstsq_forward_x(t: Any, x: Any, y: Any, out: Any, rcond: Any) -> Any:
    p, solution, rest = _fitted(x, y, out, rcond)
    th = adjoint(t)
    right = th @ (adjoint(p) @ solution)
    dx = (p @ adjoint(p)) @ (th @ rest) + right - p @ (x @ right) - p @ (t @ solution)
    u, _, vh = np.linalg.svd(x, full_matrices=False)
    return _moved(out, dx, rest, -(t @ solution), np.real(diagonal(adjoint(u) @ t @ adjoint(vh))))


def _lstsq_forward_y(t: Any, x: Any, y: Any, out: Any, rcond: Any) -> Any:
    p, _, rest = _fitted(x, y, out, rcond)
    t = t if t.ndim == 2 else t[:, None]
    return _moved(out, p @ t, rest, t, None)


primitive(
    np.linalg.lstsq,
    vjp=(_lstsq_back_x, _lstsq_back_y),
    jvp=(_lstsq_forward_x, _lstsq_forward_y),
    multiple=True,
)
