"""Inverses, decompositions and norms of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import primitive

# -- inverse and eigenvalues -----------------------------------------------------------------------------------------

primitive(
    np.linalg.inv,
    vjp=lambda t, out: -(out.swapaxes(-1, -2) @ t @ out.swapaxes(-1, -2)),
    jvp=lambda t, out: -(out @ t @ out),
)


def _symmetric(t: Any, UPLO: str) -> Any:
    """The symmetric matrix that ``eigh`` sees: it reads one triangle and mirrors it."""
    one = np.tril(t) if UPLO.upper() == "L" else np.triu(t)
    other = np.tril(t, -1) if UPLO.upper() == "L" else np.triu(t, 1)
    return one + other.swapaxes(-1, -2)


def _fold(t: Any, UPLO: str) -> Any:
    """The transpose of :func:`_symmetric`: both triangles of a cotangent, added into the one that was read."""
    folded = t + t.swapaxes(-1, -2)
    folded = np.tril(folded) if UPLO.upper() == "L" else np.triu(folded)
    return folded - t * np.eye(t.shape[-1])


def _over_gaps(p: Any, w: Any, forward: bool = False) -> Any:
    """``p[i, j] / (w[j] - w[i])`` off the diagonal; an eigenvector is not differentiable at a repeated eigenvalue.

    Backward, that is an error, if anybody asks for it. Forward nobody has asked yet, so the vectors' tangent is NaN.
    """
    if w.dtype.kind == "c" or p.dtype.kind == "c":
        raise TypeError("eigh: no rule for complex matrices yet.")
    n = w.shape[-1]
    diagonal = np.eye(n, dtype=bool)
    gap = np.where(diagonal, 1, w[..., None, :] - w[..., :, None])
    p = np.where(diagonal, 0, p)
    closed = np.logical_and(gap == 0, p != 0)
    if forward:
        return np.where(closed, np.nan, p / np.where(gap == 0, 1, gap))
    if np.any(closed):
        raise ValueError(
            "eigh: two eigenvalues are equal (gap 0), so their eigenvectors are not unique and have no derivative. "
            "Differentiate the eigenvalues alone, or a function that treats both vectors alike."
        )
    return p / np.where(gap == 0, 1, gap)


def _eigh_back(t: Any, out: Any, UPLO: str) -> Any:
    w, v = out
    vt = v.swapaxes(-1, -2)
    inner = _over_gaps(vt @ t[1], w) + t[0][..., None] * np.eye(w.shape[-1])
    return _fold(v @ inner @ vt, UPLO)


def _eigh_forward(t: Any, out: Any, UPLO: str) -> Any:
    w, v = out
    p = v.swapaxes(-1, -2) @ _symmetric(t, UPLO) @ v
    return np.sum(p * np.eye(w.shape[-1]), axis=-1), v @ _over_gaps(p, w, forward=True)


# Giles, "An extended collection of matrix derivative results for forward and reverse mode", 2008, section 3.1
primitive(np.linalg.eigh, vjp=_eigh_back, jvp=_eigh_forward, multiple=True)
