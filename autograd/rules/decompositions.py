"""Decompositions of matrices.

Each rule differentiates the equations that define the factors. ``ᵀ`` is the transpose and ``ᴴ`` the conjugate
transpose: unitary factors are not analytic, so ``ᴴ`` comes from their definition, not from habit.

Sources: Giles, An extended collection of matrix derivative results, 2008; Walter & Lehmann, Algorithmic differentiation
of linear algebra functions, 2012; Murray, arXiv:1602.07527, 2016; Seeger et al., arXiv:1710.08717, 2017.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import Primitive, composite, primitive
from ..tensor import tensor, value_of
from .products import conj


def matrices(x: Any, name: str) -> Any:
    """A Tensor of matrices."""
    x = tensor(x)
    if x.ndim < 2:
        raise np.linalg.LinAlgError(f"{name}: a matrix has two axes at least, and the shape is {x.shape}.")
    return x


def adjoint(x: Any) -> Any:
    """``xᴴ``."""
    return conj(x).mT


def diagonal(x: Any) -> Any:
    """The diagonal of each matrix."""
    return np.diagonal(x, 0, -2, -1)


def on_diagonal(d: Any) -> Any:
    """Matrices with these diagonals."""
    return np.where(np.eye(d.shape[-1], dtype=bool), d[..., None], 0)


def halved(x: Any) -> Any:
    """``x`` with half its diagonal."""
    return np.where(np.eye(x.shape[-1], dtype=bool), x / 2, x)


def mirrored(x: Any, triangle: str) -> Any:
    """The Hermitian matrix of which one triangle is given; what stands in the other is not looked at."""
    half = halved(np.tril(x) if triangle.upper() == "L" else np.triu(x))
    return half + adjoint(half)


def folded(t: Any, triangle: str) -> Any:
    """The transpose of :func:`mirrored`: both triangles of a cotangent, added into the one that was read."""
    both = halved(t + adjoint(t))
    return np.tril(both) if triangle.upper() == "L" else np.triu(both)


def skew(x: Any) -> Any:
    """The skew-Hermitian part: how a matrix turns unitary ones."""
    return (x - adjoint(x)) / 2


# -- triangles -------------------------------------------------------------------------------------------------------


def _cholesky_back(t: Any, out: Any, upper: bool) -> Any:
    """With ``Φ`` the lower triangle and half the diagonal: ``L⁻ᵀ Φ(Lᵀt) conj(L⁻¹)``."""
    lower, t = (adjoint(out), adjoint(t)) if upper else (out, t)
    inverse = np.linalg.inv(lower)
    t = folded(inverse.mT @ np.tril(halved(lower.mT @ t)) @ conj(inverse), "L")
    return adjoint(t) if upper else t


def _cholesky_forward(t: Any, out: Any, upper: bool) -> Any:
    """``L Φ(L⁻¹ dA L⁻ᴴ)``."""
    lower = adjoint(out) if upper else out
    inverse = np.linalg.inv(lower)
    t = lower @ np.tril(halved(inverse @ mirrored(t, "U" if upper else "L") @ adjoint(inverse)))
    return adjoint(t) if upper else t


primitive(np.linalg.cholesky, vjp=_cholesky_back, jvp=_cholesky_forward)


def _qr_back(t: Any, out: Any) -> Any:
    """``(t_Q + conj(Q) B) R⁻ᵀ``, where B is Hermitian and has the upper triangle of ``t_R Rᵀ - Qᵀ t_Q``."""
    q, r = out
    both = t[0] + conj(q) @ mirrored(t[1] @ r.mT - q.mT @ t[0], "U")
    return np.linalg.solve(_of_full_rank(r), both.mT).mT


def _qr_forward(t: Any, out: Any) -> Any:
    """With ``C = dA R⁻¹``, and Z the upper triangle of ``QᴴC + CᴴQ`` with half its diagonal: ``C - Q Z``, ``Z R``."""
    q, r = out
    c = np.linalg.solve(_of_full_rank(r).mT, t.mT).mT
    z = folded(adjoint(q) @ c, "U")
    return c - q @ z, z @ r


def _of_full_rank(r: Any) -> Any:
    if np.any(value_of(diagonal(r)) == 0):
        raise np.linalg.LinAlgError(
            "qr: a column depends on those before it (R has a zero on its diagonal), so Q is not unique and has no "
            "derivative."
        )
    return r


def _thin_qr(a: Any) -> Any:
    return np.linalg.qr(a)


thin_qr: Primitive = primitive(_thin_qr, vjp=_qr_back, jvp=_qr_forward, multiple=True)


def _qr(a: Any, mode: str = "reduced") -> Any:
    """The thin decomposition of the leading columns; ``Qᴴ`` times the others, if there are more columns than rows."""
    if mode not in ("reduced", "complete", "r"):
        raise TypeError(f"qr: mode={mode!r} is not supported on Tensors. Write 'reduced', 'complete' or 'r'.")
    a = matrices(a, "qr")
    m, n = a.shape[-2:]
    result = thin_qr(a[..., :m] if n > m else a)
    if n > m:
        result = result._replace(R=np.concatenate([result.R, adjoint(result.Q) @ a[..., m:]], -1))
    elif mode == "complete" and m > n:
        q = completed(result.Q, np.linalg.qr(value_of(a), "complete").Q)
        below = np.zeros((*a.shape[:-2], m - n, n), a.dtype)
        result = result._replace(Q=q, R=np.concatenate([result.R, below], -2))
    return result.R if mode == "r" else result


composite(np.linalg.qr, _qr)

# -- vectors that are not unique -------------------------------------------------------------------------------------


def rough(x: Any) -> float:
    """What counts as rounding beside 1."""
    return float(np.finfo(value_of(x).dtype).eps ** 0.75)


def largest(x: Any) -> Any:
    """The largest modulus in each matrix."""
    return np.max(np.abs(value_of(x)), axis=(-2, -1), keepdims=True, initial=0)


def used(values: Any, *vectors: Any) -> Any:
    """Which columns the cotangents of some vectors and of their values ask for.

    Together the two may hide what is asked: ``(v * w) @ v.T`` asks for no vector of eigenvalue 0, and does depend on
    all of them where there are several. So where any vector is asked for, a value asks for its own.
    """
    columns: Any = False
    for t in vectors:
        columns = columns | (np.max(np.abs(value_of(t)), axis=-2, initial=0) > rough(t) * largest(t)[..., 0])
    size = np.abs(value_of(values))
    asked = size > rough(values) * np.max(size, axis=-1, keepdims=True, initial=0)
    return columns | (np.any(columns, axis=-1, keepdims=True) & asked)


def pairs(one: Any) -> Any:
    """Where either of two different columns is."""
    return (one[..., None, :] | one[..., :, None]) & ~np.eye(one.shape[-1], dtype=bool)


def over(gap: Any, w: Any, asked: Any, what: str, forward: bool = False) -> Any:
    """``1 / gap`` for values ``w``, and 0 where it is closed up to rounding and nobody asks.

    Else there is no derivative. Backward, that is an error. Forward a direction is given and nobody has asked yet, so
    the tangent is NaN.
    """
    width = np.abs(value_of(gap))
    scale = np.max(np.abs(value_of(w)), axis=-1, initial=0)[..., None, None]
    closed = width <= w.shape[-1] * np.finfo(w.dtype).eps * scale
    asked = np.logical_and(closed, asked)
    if forward:
        return np.where(asked, np.nan, np.where(closed, 0, 1 / np.where(closed, 1, gap)))
    if asked.any():
        raise ValueError(
            f"{what} (gap {np.max(np.broadcast_to(width, asked.shape)[asked]):.2g}), so their vectors are not unique "
            f"and have no derivative. Differentiate the values alone, or use other vectors only."
        )
    return np.where(closed, 0, 1 / np.where(closed, 1, gap))


def apart(w: Any) -> Any:
    """``w[j] - w[i]``."""
    return w[..., None, :] - w[..., :, None]


def moving(m: Any) -> Any:
    """Which pairs of vectors a tangent turns into each other."""
    return (np.abs(value_of(m)) > rough(m) * largest(m)) & ~np.eye(m.shape[-1], dtype=bool)


def without_phase(k: Any, size: Any, name: str) -> Any:
    """A turn of the vectors in which none turns its own phase, for that is free: nothing may depend on it.

    NumPy's choice of phase is an accident of the algorithm. So the rules take the one that makes the tangent smallest,
    and a cotangent that asks for another is an error.
    """
    if k.dtype.kind == "c" and np.any(np.abs(value_of(diagonal(k))) > rough(k) * size[..., 0]):
        raise ValueError(
            f"{name}: the result depends on the phase of complex vectors, which is arbitrary and has no derivative. "
            f"Use them only in what does not, as np.abs(v) or v @ np.conj(v).mT."
        )
    return k


# -- vectors that complete others ------------------------------------------------------------------------------------


def _rest(q: Any, full: Any) -> Any:
    """The columns of ``full`` beyond those of ``q``: one basis of what is left of the space, among many."""
    return full[..., q.shape[-1] :] + 0


def _rest_back(t: Any, x: Any, out: Any) -> Any:
    """``-conj(out) tᴴ conj(x)``, if turning the vectors among themselves changes nothing."""
    if np.any(np.abs(value_of(skew(out.mT @ t))) > rough(out) * largest(t)):
        raise ValueError(
            "qr, svd: the vectors beyond the thin decomposition are an arbitrary basis of what is left of the space, "
            "so they have no derivative one by one. Write mode='reduced' or full_matrices=False, or use them only in "
            "what does not depend on the basis, as q @ q.mT."
        )
    return -(conj(out) @ (adjoint(t) @ conj(x)))


rest: Primitive = primitive(_rest, vjp=_rest_back, jvp=lambda t, x, out: -(x @ (adjoint(t) @ out)), free="full")


def completed(q: Any, full: Any) -> Any:
    """Orthonormal columns, and those that complete them: these stay perpendicular as ``q`` moves."""
    return np.concatenate([q, rest(q, full)], -1)
