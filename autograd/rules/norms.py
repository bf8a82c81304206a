"""Norms, condition numbers and determinants."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from .. import strong
from ..primitive import Primitive, composite, constant, primitive
from ..tape import forward_sweep, reachable
from ..tensor import Tensor, tensor, value_of
from .decompositions import adjoint, diagonal, matrices, on_diagonal
from .linalg import noise
from .products import conj
from .reductions import kept

# -- the Euclidean norm ----------------------------------------------------------------------------------------------


def _two_norm(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    of = np.linalg.norm if axis is None or len(axis) in (1, 2) else np.linalg.vector_norm
    return of(x, axis=axis, keepdims=keepdims)


def along(t: Any, x: Any, norm: Any, axis: Any, slope: Any = 0) -> Any:
    """``t conj(x) / ‖x‖``, and 0 for ``x = 0``. Where squares under- or overflow, by way of numbers of size one."""
    numbers = value_of(norm)
    if np.all((numbers > math.sqrt(np.finfo(x.dtype).tiny / np.finfo(x.dtype).eps)) & np.isfinite(numbers)):
        return t / norm * conj(x)
    size = np.max(np.abs(value_of(x)), axis=axis, keepdims=True, initial=0)
    x = x / np.where(np.isfinite(size) & (size > 0), size, 1)
    norm = euclid(x, axis, True)
    nought = value_of(norm) == 0
    return np.where(nought, slope, t / np.where(nought, 1, norm)) * conj(x)


def slope(t: Any, norm: Any) -> Any:
    """``∂t/∂‖x‖``, the limit of ``t / ‖x‖`` where both go to 0, if the sweep is recorded (else nobody asks for it).

    So what is smooth in x, like ``‖x‖²``, has its second derivative at 0 too. It does not know that of ``t`` itself,
    so from the fourth on derivatives at 0 lack terms.
    """
    t = strong.plain(t)
    if not all(isinstance(v, Tensor) and v._node is not None for v in (t, norm)):
        return 0
    nodes = reachable([t._node], until=norm._node.order)
    return forward_sweep({norm._node: np.ones(norm.shape, norm.dtype)[()]}, nodes, [t._node]).get(t._node, 0)


def _norm_back(t: Any, x: Any, out: Any, axis: Any, keepdims: bool) -> Any:
    """``t conj(x) / out``, and 0 for ``x = 0``."""
    at_zero = slope(t, out) if np.any(value_of(out) == 0) else 0
    t, at_zero, out = (kept(v, x.shape, axis, keepdims) if np.ndim(v) else v for v in (t, at_zero, out))
    return along(t, x, out, axis, at_zero)


def _norm_forward(t: Any, x: Any, out: Any, axis: Any, keepdims: bool) -> Any:
    return np.sum(np.real(along(t, x, kept(out, x.shape, axis, keepdims), axis)), axis=axis, keepdims=keepdims)


euclid: Primitive = primitive(_two_norm, vjp=_norm_back, jvp=_norm_forward)

# -- every other norm ------------------------------------------------------------------------------------------------

# fmt: off
OF_VECTORS: dict[Any, Any] = {
    np.inf:  lambda x, axis, keepdims: np.max(np.abs(x), axis=axis, keepdims=keepdims),
    -np.inf: lambda x, axis, keepdims: np.min(np.abs(x), axis=axis, keepdims=keepdims),
    0:       lambda x, axis, keepdims: np.sum(np.not_equal(x, 0).astype(x.real.dtype), axis=axis, keepdims=keepdims),
    1:       lambda x, axis, keepdims: np.sum(np.abs(x), axis=axis, keepdims=keepdims),
    2:       lambda x, axis, keepdims: euclid(x, axis, keepdims),
    None:    lambda x, axis, keepdims: euclid(x, axis, keepdims),
}
OF_MATRICES: dict[Any, Any] = {
    np.inf:  lambda x: np.max(np.sum(np.abs(x), axis=-1), axis=-1),
    -np.inf: lambda x: np.min(np.sum(np.abs(x), axis=-1), axis=-1),
    1:       lambda x: np.max(np.sum(np.abs(x), axis=-2), axis=-1),
    -1:      lambda x: np.min(np.sum(np.abs(x), axis=-2), axis=-1),
    2:       lambda x: np.max(np.linalg.svd(x, compute_uv=False), axis=-1, initial=0),
    -2:      lambda x: np.min(np.linalg.svd(x, compute_uv=False), axis=-1),
    "nuc":   lambda x: nuclear(np.linalg.svd(x, compute_uv=False), x),
    "fro":   lambda x: euclid(x, (-2, -1)),
    "f":     lambda x: euclid(x, (-2, -1)),
    None:    lambda x: euclid(x, (-2, -1)),
}
# fmt: on


def nuclear(s: Any, x: Any) -> Any:
    """The sum of the singular values. At those that are rounding the subgradient of minimum norm is 0."""
    return np.sum(np.where(noise(x, value_of(s)), 0, s), axis=-1)


def floating(x: Any) -> Any:
    """A Tensor of floating numbers."""
    x = tensor(x)
    return x if x.dtype.kind in "fc" else x.astype(float)


def _vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    if isinstance(ord, str):
        raise ValueError(f"norm: ord={ord!r} is of matrices; vectors have numbers, np.inf and -np.inf.")
    x = floating(x)
    axis = tuple(axis) if np.iterable(axis) else axis if axis is None else (operator.index(axis),)
    if ord in OF_VECTORS:
        return OF_VECTORS[ord](x, axis, keepdims)
    return np.sum(np.abs(x) ** ord, axis=axis, keepdims=keepdims) ** (1 / ord)


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    x = floating(x)
    if axis is None and (ord is None or (ord in ("f", "fro") and x.ndim == 2) or (ord == 2 and x.ndim == 1)):
        return euclid(x, None, keepdims)
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (operator.index(axis),)
    if len(axes) == 1:
        return _vector_norm(x, axis=axes, keepdims=keepdims, ord=ord)
    if len(axes) != 2:
        raise ValueError(f"norm: it is of one axis or two, and these are {len(axes)}: {axes} of shape {x.shape}.")
    if ord not in OF_MATRICES:
        raise ValueError(f"norm: ord={ord!r} is not one of matrices, {', '.join(map(repr, OF_MATRICES))}.")
    if len({range(x.ndim)[k] if -x.ndim <= k < x.ndim else k for k in axes}) == 1:
        raise ValueError(f"norm: the two axes {axes} of shape {x.shape} are the same.")
    norm = OF_MATRICES[ord](np.moveaxis(x, axes, (-2, -1)))
    return kept(norm, x.shape, axes, False) if keepdims else norm


def _cond(x: Any, p: Any = None) -> Any:
    """``‖x‖ ‖x⁻¹‖``; infinite for a singular matrix."""
    x = matrices(x, "cond")
    if not x.size:
        raise np.linalg.LinAlgError(f"cond: shape {x.shape} is empty, which has no condition number.")
    if p in (None, 2, -2):
        s = np.linalg.svd(x, compute_uv=False)
        high, low = np.max(s, axis=-1), np.min(s, axis=-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = low / high if p == -2 else high / low
            return ratio if not np.any(value_of(high) == 0) else np.where(value_of(high) == 0, np.inf, ratio)
    singular = np.isinf(np.linalg.cond(value_of(x), p))
    regular = np.where(singular[..., None, None], np.eye(x.shape[-1], dtype=x.dtype), x)
    ratio = np.linalg.norm(regular, p, (-2, -1)) * np.linalg.norm(np.linalg.inv(regular), p, (-2, -1))
    return np.where(singular, (1 + np.linalg.norm(x, p, (-2, -1))) * np.inf, ratio) if np.any(singular) else ratio


composite(np.linalg.norm, _norm)
composite(np.linalg.vector_norm, _vector_norm)
composite(np.linalg.matrix_norm, lambda x, /, *, keepdims=False, ord="fro": _norm(x, ord, (-2, -1), keepdims))
composite(np.linalg.cond, _cond)
constant(np.linalg.matrix_rank)

# -- determinants ----------------------------------------------------------------------------------------------------


def far_from_singular(x: Any) -> bool:
    """Whether the determinant times the inverse is good for the cofactors."""
    try:
        inverse = np.linalg.inv(x)
    except np.linalg.LinAlgError:
        return False
    condition = np.linalg.norm(x, 1, (-2, -1)) * np.linalg.norm(inverse, 1, (-2, -1)) if x.size else 1.0
    return not bool(np.any(condition >= np.finfo(x.dtype).eps ** -0.5))  # NaN stays NaN either way


def _rotated(x: Any) -> tuple[Any, Any, Any, Any]:
    """``U``, the singular values, ``Vᴴ``, and the determinant of what is not the singular values'."""
    u, s, vh = np.linalg.svd(x)
    return u, s, vh, (np.linalg.det(u) * np.linalg.det(vh))[..., None, None]


def _cofactors(x: Any) -> Any:
    """``det(x) x⁻ᵀ``, and for a singular matrix its limit, ``det(U Vᴴ) conj(U) cofactors(S) conj(Vᴴ)``."""
    if far_from_singular(x):
        return np.linalg.det(x)[..., None, None] * np.linalg.inv(x).mT
    u, s, vh, unit = _rotated(x)
    others = np.prod(np.where(np.eye(s.shape[-1], dtype=bool), 1, s[..., None, :]), axis=-1)
    return unit * (conj(u) @ on_diagonal(others) @ conj(vh))


def _cofactors_along(t: Any, x: Any) -> Any:
    """The derivative of the cofactors along ``t``: as the second of a determinant it is its own transpose."""
    if far_from_singular(value_of(x)):
        inverse = np.linalg.inv(x).mT
        trace = np.sum(inverse * t, axis=(-2, -1), keepdims=True)
        return np.linalg.det(x)[..., None, None] * (trace * inverse - inverse @ t.mT @ inverse)
    u, s, vh, unit = _rotated(x)
    m, n = adjoint(u) @ t @ adjoint(vh), s.shape[-1]
    own = np.eye(n, dtype=bool)
    others = np.prod(np.where(own[:, None] | own, 1, s[..., None, None, :]), axis=-1)
    pairs = np.where(own, 0, others)  # the product of all values but two
    inner = on_diagonal(np.sum(pairs * diagonal(m)[..., None, :], axis=-1)) - pairs * m.mT
    return unit * (conj(u) @ inner @ conj(vh))


cofactors: Primitive = primitive(_cofactors, vjp=_cofactors_along, jvp=_cofactors_along)
primitive(
    np.linalg.det,
    vjp=lambda t, x: t[..., None, None] * cofactors(x),
    jvp=lambda t, x: np.sum(t * cofactors(x), axis=(-2, -1)),
)


def _inverse(x: Any, out: Any) -> Any:
    """``x⁻ᵀ``, the gradient of ``log |det x|``; NaN for a singular matrix, where there is none."""
    singular = np.isneginf(value_of(out[1]))[..., None, None]
    if not singular.any():
        return np.linalg.inv(x).mT
    return np.where(singular, np.nan, np.linalg.inv(np.where(singular, np.eye(x.shape[-1], dtype=x.dtype), x)).mT)


def _slogdet_back(t: Any, x: Any, out: Any) -> Any:
    """The modulus has the real part of ``tr(x⁻¹ dx)``, the sign turns by the imaginary part."""
    weight = t[1] + 1j * np.imag(t[0] * out[0]) if x.dtype.kind == "c" else t[1]
    return weight[..., None, None] * _inverse(x, out)


def _slogdet_forward(t: Any, x: Any, out: Any) -> Any:
    change = np.sum(t * _inverse(x, out), axis=(-2, -1))
    turn = 1j * np.imag(change) * out[0] if x.dtype.kind == "c" else np.zeros_like(change)
    return turn, np.real(change)


primitive(np.linalg.slogdet, vjp=_slogdet_back, jvp=_slogdet_forward, multiple=True)
