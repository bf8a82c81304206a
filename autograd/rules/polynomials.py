"""Polynomials by their coefficients, the highest power first."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import Primitive, composite, primitive
from ..tensor import tensor, value_of


def _coefficients(p: Any) -> Any:
    return np.atleast_1d(tensor(p))


def _padded(p: Any, n: int) -> Any:
    """With zeros for the higher powers that it has not, n coefficients in all."""
    return np.concatenate((np.zeros_like(p, shape=(n - len(p),)), p)) if len(p) < n else p


def _both(a1: Any, a2: Any) -> tuple[Any, Any]:
    a1, a2 = _coefficients(a1), _coefficients(a2)
    n = max(len(a1), len(a2))
    return _padded(a1, n), _padded(a2, n)


def _trimmed(p: Any) -> Any:
    """Without the leading zeros, as ``np.poly1d`` holds it."""
    p = _coefficients(p)
    return p[min([*np.flatnonzero(value_of(p)), len(p) - 1]) :] if len(p) else np.zeros_like(p, shape=(1,))


def _polydiv(u: Any, v: Any) -> tuple[Any, Any]:
    """Long division; what is left over loses its leading zeros, and what rounding made of them, as NumPy does it."""
    u, v = _coefficients(u) + 0.0, _coefficients(v) + 0.0
    m, n = len(u) - 1, len(v) - 1
    scale, rest, quotient = 1.0 / v[0], u + 0 * v[0], []
    for k in range(m - n + 1):
        quotient.append(scale * rest[k])
        step = quotient[-1] * v
        gap = np.zeros_like(step, shape=(m - n,))
        rest = rest - np.concatenate((gap[:k], step, gap[k:]))
    first = 0
    while first < len(rest) - 1 and np.allclose(value_of(rest)[first], 0, rtol=1e-14):
        first += 1
    return np.stack(quotient) if quotient else np.zeros_like(rest[:1]), rest[first:]


def _polyval(p: Any, x: Any) -> Any:
    """Horner's rule."""
    x = tensor(x)
    y = np.zeros_like(x)
    for coefficient in tensor(p):
        y = y * x + coefficient
    return y


def _polyder(p: Any, m: int = 1) -> Any:
    if int(m) < 0:
        raise ValueError(f"polyder: order of derivative must be positive (see polyint), and m={m}.")
    p = tensor(p)
    for _ in range(int(m)):
        p = p[:-1] * np.arange(len(p) - 1, 0, -1)
    return p


def _polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    m = int(m)
    if m < 0:
        raise ValueError(f"polyint: order of integral must be positive (see polyder), and m={m}.")
    k = np.zeros(m) if k is None else np.atleast_1d(tensor(k))
    k = np.broadcast_to(k, (m,)) if len(k) == 1 else k
    if len(k) < m:
        raise ValueError(f"polyint: k has {len(k)} constants of integration; give one, or one for each of {m}.")
    p = tensor(p)
    for j in range(m):
        p = np.concatenate((p / np.arange(len(p), 0, -1), k[j : j + 1]))
    return p


def _poly(seq_of_zeros: Any) -> Any:
    """The product of ``x - r`` over the roots; real if each complex root has its conjugate."""
    roots = _coefficients(seq_of_zeros)
    if roots.ndim == 2 and len(roots) == roots.shape[1] != 0:
        roots = np.linalg.eigvals(roots)
    elif roots.ndim != 1:
        raise ValueError(f"poly: shape {roots.shape}; input must be 1d or non-empty square 2d array.")
    if not len(roots):
        return tensor(1.0)
    p = np.ones_like(roots, shape=(1,))
    for root in roots:
        p = np.convolve(p, np.stack((np.ones_like(root), -root)))
    values = value_of(roots)
    paired = values.dtype.kind == "c" and np.all(np.sort(values) == np.sort(np.conj(values)))
    return np.real(p) if paired else p


def _slope(p: Any, at: Any) -> Any:
    """The derivative of the polynomials, one for each column of p, at a place."""
    powers = np.arange(len(p) - 1, 0, -1).astype(np.finfo(p.dtype).dtype)
    return np.polyval(p[:-1] * _column(powers, p.ndim), at)


def _column(v: Any, ndim: int) -> Any:
    """A vector that broadcasts along the first of so many axes; a missing weight is 1."""
    return 1 if v is None else v if ndim == 1 else v[:, None]


composite(np.polyadd, lambda a1, a2: np.add(*_both(a1, a2)))
composite(np.polysub, lambda a1, a2: np.subtract(*_both(a1, a2)))
composite(np.polymul, lambda a1, a2: np.convolve(_trimmed(a1), _trimmed(a2)))
composite(np.polydiv, _polydiv)
composite(np.polyval, _polyval)
composite(np.polyder, _polyder)
composite(np.polyint, _polyint)
composite(np.poly, _poly)
composite(np.poly1d)  # a class, which holds its coefficients as they come and calls the functions above
# A root moves so that p(r) stays 0: dp(r) + p'(r) dr = 0.
primitive(
    np.roots,
    vjp=lambda t, x, out: -(t / _slope(x, out)) @ np.vander(out, len(x)),
    jvp=lambda t, x, out: -(np.polyval(t, out) / _slope(x, out)),
)

# -- fitting ---------------------------------------------------------------------------------------------------------


def _fitted(x: Any, y: Any, w: Any, deg: int, rcond: Any) -> Any:
    return np.polyfit(x, y, deg, rcond, w=w)


def _solved(t: Any, x: Any, w: Any) -> Any:
    """``(VᵀW²V)⁻¹ t`` for the Vandermonde matrix V of x and weights w: by its QR decomposition, columns scaled."""
    v = np.vander(x, len(t)) * _column(w, 2)
    scale = np.sqrt(np.sum(v * v, axis=0))
    r = np.linalg.qr(v / scale, "r")
    scale = _column(scale, t.ndim)
    return np.linalg.solve(r, np.linalg.solve(np.swapaxes(r, 0, 1), t / scale)) / scale


def _values(p: Any, x: Any) -> Any:
    """The polynomials, one for each column of p, at x."""
    return np.polyval(p, _column(x, p.ndim))


# The coefficients c solve Vᵀ W² (y - V c) = 0 (x, y, z are the places, the values and the weights). With e = y - p(x),
# and q the polynomial with the coefficients (VᵀW²V)⁻¹ t, the differential of that equation gives these rules.
def _of_places(t: Any, x: Any, y: Any, z: Any, out: Any) -> Any:
    q, weight = _solved(t, x, z), _column(z, y.ndim)
    at = _column(x, y.ndim)
    t = (_slope(q, at) * (y - _values(out, x)) - _values(q, x) * _slope(out, at)) * weight * weight
    return np.sum(t, axis=1) if t.ndim > 1 else t


def _of_weights(t: Any, x: Any, y: Any, z: Any, out: Any) -> Any:
    t = 2 * _values(_solved(t, x, z), x) * (y - _values(out, x)) * _column(z, y.ndim)
    return np.sum(t, axis=1) if t.ndim > 1 else t


def _by_places(t: Any, x: Any, y: Any, z: Any, out: Any) -> Any:
    weight, at, v, n = _column(z, y.ndim), _column(x, y.ndim), np.vander(x, len(out)), len(out)
    powers = np.arange(n - 1, 0, -1).astype(t.dtype)
    rise = np.concatenate((v[:, 1:] * powers, np.zeros_like(v[:, :1])), 1)
    t = _column(t, y.ndim) * weight * weight
    of_rise, of_v = np.swapaxes(rise, 0, 1) @ (t * (y - _values(out, x))), np.swapaxes(v, 0, 1) @ (t * _slope(out, at))
    return _solved(of_rise - of_v, x, z)


def _by_values(t: Any, x: Any, z: Any, out: Any) -> Any:
    weight = _column(z, t.ndim)
    return _solved(np.swapaxes(np.vander(x, len(out)), 0, 1) @ (t * weight * weight), x, z)


fitted: Primitive = primitive(
    _fitted,
    vjp=(
        _of_places,
        lambda t, x, y, z: _values(_solved(t, x, z), x) * _column(z, y.ndim) * _column(z, y.ndim),
        _of_weights,
    ),
    jvp=(
        _by_places,
        _by_values,
        lambda t, x, y, z, out: _solved(
            np.swapaxes(np.vander(x, len(out)), 0, 1)
            @ (2 * _column(t, y.ndim) * (y - _values(out, x)) * _column(z, y.ndim)), x, z
        ),
    ),
    free="deg rcond",
)
fitted.name = "polyfit"


def _polyfit(
    x: Any, y: Any, deg: int, rcond: Any = None, full: bool = False, w: Any = None, cov: bool | str = False
) -> Any:
    """``np.polyfit``: the coefficients, and their covariance by the inverse of the normal equations."""
    if full:
        raise TypeError("polyfit: full=True is not supported on Tensors. Residuals are y - np.polyval(p, x).")
    x, y = tensor(x) + 0.0, tensor(y) + 0.0
    w = None if w is None else tensor(w) + 0.0
    p = fitted(x, y, w, int(deg), rcond)
    if not cov:
        return p
    n = len(p)
    covariance = _solved(np.eye(n, dtype=p.dtype), x, w)
    if cov == "unscaled":
        return p, covariance if y.ndim == 1 else covariance[:, :, None]
    if len(x) <= n:
        raise ValueError("polyfit: the number of data points must exceed order to scale the covariance matrix.")
    error = (y - _values(p, x)) * _column(w, y.ndim)
    factor = np.sum(error * error, axis=0) / (len(x) - n)
    return p, (covariance if y.ndim == 1 else covariance[:, :, None]) * factor


composite(np.polyfit, _polyfit)
