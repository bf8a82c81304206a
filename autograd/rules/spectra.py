"""Eigenvalues, singular values, and their vectors.

Sources: Giles, An extended collection of matrix derivative results, 2008; Seeger et al., arXiv:1710.08717, 2017.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import Primitive, composite, primitive
from ..tensor import value_of
from .decompositions import (
    adjoint,
    apart,
    completed,
    diagonal,
    folded,
    largest,
    matrices,
    mirrored,
    moving,
    on_diagonal,
    over,
    pairs,
    skew,
    used,
    without_phase,
)  # fmt: skip
from .products import conj

# -- Hermitian matrices ----------------------------------------------------------------------------------------------

EQUAL = "eigh: two eigenvalues are equal"


def _eigh_back(t: Any, out: Any, UPLO: str) -> Any:
    """``conj(V) (F∘skew(Vᵀt_V) + diag(t_w)) Vᵀ``, where ``F[i, j] = 1 / (w[j] - w[i])``."""
    w, v = out
    turn = without_phase(skew(v.mT @ t[1]), largest(t[1]), "eigh") * over(apart(w), w, pairs(used(*t)), EQUAL)
    return folded(conj(v) @ (turn + on_diagonal(t[0])) @ v.mT, UPLO)


def _eigh_forward(t: Any, out: Any, UPLO: str) -> Any:
    """With ``M = Vᴴ dA V``: ``diag(M)`` and ``V (F∘M)``."""
    w, v = out
    m = adjoint(v) @ mirrored(t, UPLO) @ v
    return np.real(diagonal(m)), v @ (m * over(apart(w), w, moving(m), EQUAL, forward=True))


primitive(np.linalg.eigh, vjp=_eigh_back, jvp=_eigh_forward, multiple=True)
composite(np.linalg.eigvalsh, lambda a, UPLO="L": np.linalg.eigh(a, UPLO).eigenvalues)

# -- any square matrix -----------------------------------------------------------------------------------------------

MEET = "eig: two eigenvalues are equal"


def _anchor(v: Any) -> Any:
    """One in each column, at its largest element that is real, over that element: where LAPACK fixes the phase."""
    numbers = value_of(v)
    row = np.argmax(np.where(numbers.imag == 0, np.abs(numbers), -1), axis=-2)[..., None, :]
    return np.where(np.arange(v.shape[-2])[:, None] == row, 1, 0) / np.sum(
        np.where(np.arange(v.shape[-2])[:, None] == row, np.real(v), 0), axis=-2, keepdims=True
    )


def _eig_back(t: Any, out: Any) -> Any:
    """``V⁻ᵀ (F∘(VᵀT) + diag(t_w)) Vᵀ``, where T is what of ``t_V`` does not change a vector's length and phase."""
    w, v = out
    along = np.sum(t[1] * v, axis=-2, keepdims=True)
    across = t[1] - np.real(along) * conj(v)
    if v.dtype.kind == "c":
        across = across - 1j * np.imag(along) * _anchor(v)
    inner = v.mT @ across * over(apart(w), w, pairs(used(*t)), MEET) + on_diagonal(t[0])
    return np.linalg.solve(v.mT, inner @ v.mT)


def _eig_forward(t: Any, out: Any) -> Any:
    """With ``M = V⁻¹ dA V``: ``diag(M)``, and ``V (F∘M)`` less what changes a vector's length and phase."""
    w, v = out
    m = np.linalg.solve(v, t @ v)
    d = v @ (m * over(apart(w), w, moving(m), MEET, forward=True))
    along = np.real(np.sum(conj(v) * d, axis=-2, keepdims=True))
    if v.dtype.kind == "c":
        along = along + 1j * np.sum(np.imag(d) * _anchor(v), axis=-2, keepdims=True)
    return diagonal(m), d - along * v


primitive(np.linalg.eig, vjp=_eig_back, jvp=_eig_forward, multiple=True)
composite(np.linalg.eigvals, lambda a: np.linalg.eig(a).eigenvalues)

# -- singular values -------------------------------------------------------------------------------------------------

ALIKE = "svd: two singular values are equal"
NOUGHT = "svd: singular values are zero"


def _thin_svd(a: Any, full: bool) -> Any:
    u, s, vh = np.linalg.svd(a, full_matrices=full)
    return SVDResult(u[..., : s.shape[-1]], s, vh[..., : s.shape[-1], :])


def _svd_back(t: Any, out: Any) -> Any:
    """``conj(U) (G∘skew(A + B) + P∘skew(A - B) + diag(t_s)) conj(Vᴴ)`` with ``A = Uᵀt_U`` and ``B = Vᵀt_V``.

    ``G[i, j] = 1 / (s[j] - s[i])``, ``P[i, j] = 1 / (s[j] + s[i])``. To that, what leads out of the spaces of U and V.
    """
    u, s, vh = out
    of_v, column = adjoint(t[2]), s[..., None, :]
    a, b = u.mT @ t[0], conj(vh) @ of_v
    asked = used(t[1], t[0], of_v)
    both = without_phase(skew(a + b), np.maximum(largest(t[0]), largest(of_v)), "svd")
    inner = both * over(apart(s), s, pairs(asked), ALIKE) + on_diagonal(t[1])
    inner = inner + skew(a - b) * over(column + s[..., :, None], s, pairs(asked) | _own_phase(a, asked), NOUGHT)
    found = conj(u) @ inner @ conj(vh)
    if u.shape[-2] > s.shape[-1]:
        found = found + (t[0] - conj(u) @ a) * over(column, s, asked[..., None, :], NOUGHT) @ conj(vh)
    if vh.shape[-1] > s.shape[-1]:
        found = found + conj(u) @ adjoint((of_v - vh.mT @ b) * over(column, s, asked[..., None, :], NOUGHT))
    return found


def _own_phase(m: Any, asked: Any) -> Any:
    """Where the two complex vectors of a singular value zero turn apart."""
    return np.eye(m.shape[-1], dtype=bool) & asked[..., None, :] & (m.dtype.kind == "c")


def _svd_forward(t: Any, out: Any) -> Any:
    """With ``M = Uᴴ dA V``, H and K its Hermitian and skew parts: ``dU = U (G∘H + P∘K)``, ``dV = V (G∘H - P∘K)``."""
    u, s, vh = out
    v, column = adjoint(vh), s[..., None, :]
    tv, tu = t @ v, adjoint(t) @ u
    m = adjoint(u) @ tv
    k, off = skew(m), moving(m)
    both = (m - k) * over(apart(s), s, off, ALIKE, forward=True)
    each = k * over(column + s[..., :, None], s, off | _own_phase(m, np.ones(s.shape, bool)), NOUGHT, forward=True)
    du, dv = u @ (both + each), v @ (both - each)
    moved = np.abs(value_of(t)).any(axis=(-2, -1), keepdims=True)
    if u.shape[-2] > s.shape[-1]:
        du = du + (tv - u @ m) * over(column, s, moved, NOUGHT, forward=True)
    if vh.shape[-1] > s.shape[-1]:
        dv = dv + (tu - v @ adjoint(m)) * over(column, s, moved, NOUGHT, forward=True)
    return du, np.real(diagonal(m)), adjoint(dv)


SVDResult: Any = type(np.linalg.svd(np.zeros((0, 0))))
thin_svd: Primitive = primitive(_thin_svd, vjp=_svd_back, jvp=_svd_forward, multiple=True, free="full")


def _svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    """The thin decomposition, and a basis of what is left of the space."""
    a = matrices(a, "svd")
    if hermitian:
        return _svd_of_hermitian(a, compute_uv)
    u, s, vh = thin_svd(a, full_matrices and compute_uv and a.shape[-1] != a.shape[-2])
    if not compute_uv:
        return s if np.all(value_of(s) != 0) else np.where(value_of(s) == 0, 0, s)  # as abs: 0 has the gradient 0
    if full_matrices and a.shape[-1] != a.shape[-2]:
        full = np.linalg.svd(value_of(a))
        if a.shape[-2] > a.shape[-1]:
            u = completed(u, full.U)
        else:
            vh = adjoint(completed(adjoint(vh), adjoint(full.Vh)))
    return SVDResult(u, s, vh)


def _svd_of_hermitian(a: Any, compute_uv: bool) -> Any:
    """The moduli of the eigenvalues, in falling order; their signs go to ``Vh``."""
    w, v = np.linalg.eigh(a)
    order = np.argsort(np.abs(value_of(w)))[..., ::-1]
    s = np.take_along_axis(np.abs(w), order, -1)
    if not compute_uv:
        return s
    u = np.take_along_axis(v, order[..., None, :], -1)
    sign = np.take_along_axis(np.sign(value_of(w)), order, -1)
    return SVDResult(u, s, adjoint(u * sign[..., None, :]))


composite(np.linalg.svd, _svd)
composite(np.linalg.svdvals, lambda x, /: np.linalg.svd(x, compute_uv=False))
