"""``scipy.linalg`` for Tensors: systems of equations, decompositions, functions of matrices, matrix equations.

Matrices are two-dimensional here; for stacks of them use ``np.linalg``. What SciPy has and this module has not takes
plain arrays only.

Sources: Giles, Collected matrix derivative results, 2008; Higham, Functions of Matrices, 2008, chapter 3; Kao and
Hennequin, arXiv:2011.11430.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg as _linalg

from ..primitive import Primitive, primitive
from ..tensor import Tensor, tensor
from ._matrix_functions import (
    coshm,
    cosm,
    expm,
    expm_frechet,
    fractional_matrix_power,
    logm,
    sinhm,
    sinm,
    sqrtm,
    tanhm,
    tanm,
)
from ._plain import fallback
from ._riccati import (
    solve_continuous_are,
    solve_continuous_lyapunov,
    solve_discrete_are,
    solve_discrete_lyapunov,
    solve_lyapunov,
    solve_sylvester,
)

__all__ = [
    "block_diag", "cho_factor", "cho_solve", "cholesky", "circulant", "coshm", "cosm", "det", "eig", "eigh", "eigvals",
    "eigvalsh", "expm", "expm_frechet", "fractional_matrix_power", "hankel", "inv", "logm", "lu", "lu_factor",
    "lu_solve", "norm", "pinv", "polar", "qr", "sinhm", "sinm", "solve", "solve_continuous_are",
    "solve_continuous_lyapunov", "solve_discrete_are", "solve_discrete_lyapunov", "solve_lyapunov", "solve_sylvester",
    "solve_triangular", "sqrtm", "svd", "svdvals", "tanhm", "tanm", "toeplitz",
]  # fmt: skip

__getattr__ = fallback(_linalg)
_numpy: Any = np.linalg


def _matrix(function: str, a: Any) -> Any:
    a = tensor(a)
    if a.ndim != 2:
        raise ValueError(f"{function}: a matrix is due; this has shape {a.shape}. For stacks of them use np.linalg.")
    return a


def _unused(function: str, given: dict[str, Any], harmless: str = "") -> None:
    """Refuse by name what is neither honoured nor without effect on the value."""
    for name, value in given.items():
        if name not in f"overwrite_a overwrite_b overwrite_ab check_finite {harmless}".split() and value not in (
            None,
            False,
        ):
            raise TypeError(f"{function}: the parameter `{name}` is not supported on a Tensor.")


# -- systems of equations --------------------------------------------------------------------------------------------


def _outer(u: Any, v: Any) -> Any:
    """``u vᵀ``, for vectors and for matrices of columns."""
    return u @ v.swapaxes(-1, -2) if u.ndim > 1 else u[:, None] * v


general: Primitive = primitive(
    lambda a, b: _linalg.solve(a, b),
    vjp=(lambda t, x, out: -_outer(general(x.T, t), out), lambda t, x: general(x.T, t)),
    jvp=(lambda t, x, out: -general(x, t @ out), lambda t, x: general(x, t)),
)
general.name = "solve"


def solve(
    a: Any, b: Any, lower: bool = False, *, assume_a: str | None = None, transposed: bool = False, **kwargs: Any
) -> Any:
    """The solution of ``a x = b``; ``assume_a`` tells which triangle is read, as in SciPy.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> from autograd.scipy import linalg
    >>> ag.grad(lambda b: linalg.solve(np.array([[2.0, 0.0], [0.0, 4.0]]), b).sum())(np.ones(2))
    array([0.5 , 0.25])
    """
    _unused("solve", kwargs)
    a = _matrix("solve", a)
    kinds = {"gen": None, "general": None, "pos": np.conj, "positive definite": np.conj, "her": np.conj,
             "hermitian": np.conj, "sym": np.positive, "symmetric": np.positive}  # fmt: skip
    if assume_a is not None and assume_a not in kinds:
        raise TypeError(f"solve: assume_a={assume_a!r} is not supported on a Tensor; {sorted(kinds)} are.")
    mirror = kinds.get(assume_a or "gen")
    if mirror is not None:
        a = np.tril(a) + mirror(np.tril(a, -1).T) if lower else np.triu(a) + mirror(np.triu(a, 1).T)
    return general(a.T if transposed else a, tensor(b))


def _triangle(a: Any, lower: bool, unit_diagonal: bool) -> Any:
    return np.tril(a, -int(unit_diagonal)) if lower else np.triu(a, int(unit_diagonal))


def _triangular_back(t: Any, x: Any, out: Any, trans: int, lower: bool, unit_diagonal: bool) -> Any:
    s = triangular(x, t, 1 - trans, lower, unit_diagonal)
    return -_triangle(_outer(out, s) if trans else _outer(s, out), lower, unit_diagonal)


def _triangular_forward(t: Any, x: Any, out: Any, trans: int, lower: bool, unit_diagonal: bool) -> Any:
    move = _triangle(t, lower, unit_diagonal)
    return -triangular(x, (move.T if trans else move) @ out, trans, lower, unit_diagonal)


def _triangular(a: Any, b: Any, trans: int = 0, lower: bool = False, unit_diagonal: bool = False) -> Any:
    return _linalg.solve_triangular(a, b, trans=trans, lower=lower, unit_diagonal=unit_diagonal)


triangular: Primitive = primitive(
    _triangular,
    vjp=(_triangular_back, lambda t, x, trans, lower, unit_diagonal: triangular(x, t, 1 - trans, lower, unit_diagonal)),
    jvp=(_triangular_forward, lambda t, x, trans, lower, unit_diagonal: triangular(x, t, trans, lower, unit_diagonal)),
)
triangular.name = "solve_triangular"


def solve_triangular(
    a: Any, b: Any, trans: Any = 0, lower: bool = False, unit_diagonal: bool = False, **kwargs: Any
) -> Any:
    """The solution of ``a x = b``, ``aᵀ x = b`` or ``aᴴ x = b``; of ``a`` one triangle is read."""
    _unused("solve_triangular", kwargs)
    kind = {"N": 0, "T": 1, "C": 2}.get(trans, trans)
    if kind not in (0, 1, 2):
        raise ValueError(f"solve_triangular: trans={trans!r}; it is 0, 1, 2, 'N', 'T' or 'C'.")
    a = _matrix("solve_triangular", a)
    return triangular(np.conj(a) if kind == 2 else a, tensor(b), min(kind, 1), bool(lower), bool(unit_diagonal))


def cholesky(a: Any, lower: bool = False, **kwargs: Any) -> Any:
    """Cholesky's factor, from the triangle that ``lower`` names."""
    _unused("cholesky", kwargs)
    a = _matrix("cholesky", a)
    return np.linalg.cholesky(a) if lower else np.linalg.cholesky(a.T).T


def cho_factor(a: Any, lower: bool = False, **kwargs: Any) -> tuple[Any, bool]:
    """Cholesky's factor for :func:`cho_solve`; the other triangle is zero here, where SciPy leaves what was there."""
    return cholesky(a, lower, **kwargs), lower


def cho_solve(c_and_lower: tuple[Any, bool], b: Any, **kwargs: Any) -> Any:
    """The solution of ``a x = b`` from :func:`cho_factor`."""
    _unused("cho_solve", kwargs)
    c, lower = c_and_lower
    return solve_triangular(c, solve_triangular(c, b, 0 if lower else 2, lower), 2 if lower else 0, lower)


# -- decompositions --------------------------------------------------------------------------------------------------


def _lu(a: Any) -> tuple[Any, Any, Any]:
    p, l, u = _linalg.lu(a)
    return p, l, u


def _lu_back(t: Any, out: Any) -> Any:
    """``P L⁻ᵀ (tril(Lᵀ L̄, -1) + triu(Ū Uᵀ)) U⁻ᵀ``, of a square matrix (de Hoog, Anderssen and Lukas, 2011)."""
    p, l, u = out
    inner = np.tril(l.T @ t[1], -1) + np.triu(t[2] @ u.T)
    return p @ triangular(l, triangular(u, inner.T, 0, False).T, 1, True, True)


def _lu_forward(t: Any, out: Any) -> tuple[Any, Any, Any]:
    p, l, u = out
    inner = triangular(u, triangular(l, p.T @ t, 0, True, True).T, 1, False).T
    return np.zeros_like(p), l @ np.tril(inner, -1), np.triu(inner) @ u


_lu_primitive: Primitive = primitive(_lu, vjp=_lu_back, jvp=_lu_forward, multiple=True)
_lu_primitive.name = "lu"


def lu(a: Any, permute_l: bool = False, p_indices: bool = False, **kwargs: Any) -> Any:
    """``a = p @ l @ u``, of a square matrix."""
    _unused("lu", kwargs)
    a = _matrix("lu", a)
    if a.shape[0] != a.shape[1]:
        raise ValueError(f"lu: the rule is for square matrices; this has shape {a.shape}.")
    p, l, u = _lu_primitive(a)
    if permute_l:
        return p @ l, u
    return (np.argmax(p, axis=1), l, u) if p_indices else (p, l, u)


def lu_factor(a: Any, **kwargs: Any) -> tuple[Any, Any]:
    """``l`` and ``u`` in one matrix, and the pivots, for :func:`lu_solve`."""
    _, l, u = lu(a, **kwargs)
    plain = a.detach().data if isinstance(a, Tensor) else a
    return np.tril(l, -1) + u, _linalg.lu_factor(plain)[1]


def lu_solve(lu_and_piv: tuple[Any, Any], b: Any, trans: int = 0, **kwargs: Any) -> Any:
    """The solution of ``a x = b`` (``trans=1``: ``aᵀ x = b``, 2: ``aᴴ x = b``) from :func:`lu_factor`."""
    _unused("lu_solve", kwargs)
    both, pivots = lu_and_piv
    order = np.arange(both.shape[0])
    for i, k in enumerate(pivots.tolist()):
        order[[i, k]] = order[[k, i]]
    if not trans:
        return solve_triangular(both, solve_triangular(both, tensor(b)[order], 0, True, True))
    x = solve_triangular(both, solve_triangular(both, b, trans), trans, True, True)
    return x[np.argsort(order)]


def qr(a: Any, lwork: Any = None, mode: str = "full", pivoting: bool = False, **kwargs: Any) -> Any:
    """``a = q @ r``."""
    _unused("qr", {"pivoting": pivoting, **kwargs})
    if mode == "r":
        return (_numpy.qr(a, mode="complete").R,)
    return tuple(_numpy.qr(a, mode={"full": "complete", "economic": "reduced"}[mode]))


def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, **kwargs: Any) -> Any:
    """``a = u @ diag(s) @ vh``."""
    _unused("svd", kwargs, "lapack_driver")
    found = _numpy.svd(a, full_matrices=full_matrices, compute_uv=compute_uv)
    return tuple(found) if compute_uv else found


def svdvals(a: Any, **kwargs: Any) -> Any:
    """The singular values."""
    return svd(a, compute_uv=False, **kwargs)


def polar(a: Any, side: str = "right") -> tuple[Any, Any]:
    """``a = u @ p`` (``side="left"``: ``p @ u``), with ``u`` unitary and ``p`` positive semidefinite."""
    w, s, vh = _numpy.svd(a, full_matrices=False)
    root = (np.conj(vh.T) * s) @ vh if side == "right" else (w * s) @ np.conj(w.T)
    return w @ vh, root


def eigh(a: Any, b: Any = None, *, lower: bool = True, eigvals_only: bool = False, **kwargs: Any) -> Any:
    """Eigenvalues and eigenvectors of a Hermitian matrix, or of a pair ``a v = w b v``, read from one triangle."""
    _unused("eigh", kwargs, "driver")
    if b is not None:
        if kwargs.get("type", 1) not in (None, 1):
            raise TypeError("eigh: only type=1 is supported on a Tensor.")
        c = cholesky(b, lower) if lower else np.conj(cholesky(b, False).T)
        a = np.tril(a) + np.conj(np.tril(a, -1).T) if lower else np.triu(a) + np.conj(np.triu(a, 1).T)
        half = solve_triangular(c, a, lower=True)
        a, lower = np.conj(solve_triangular(c, np.conj(half.T), lower=True).T), True
    w, v = _numpy.eigh(a, "L" if lower else "U")
    if eigvals_only:
        return w
    return w, v if b is None else solve_triangular(c, v, 2, True)


def eigvalsh(a: Any, b: Any = None, *, lower: bool = True, **kwargs: Any) -> Any:
    """Eigenvalues of a Hermitian matrix, or of a pair."""
    return eigh(a, b, lower=lower, eigvals_only=True, **kwargs)


def eig(a: Any, b: Any = None, left: bool = False, right: bool = True, **kwargs: Any) -> Any:
    """Eigenvalues and right eigenvectors."""
    _unused("eig", {"b": b, "left": left, **kwargs})
    w, v = _numpy.eig(a)
    return (w, v) if right else w


def eigvals(a: Any, b: Any = None, **kwargs: Any) -> Any:
    """Eigenvalues."""
    return eig(a, b, right=False, **kwargs)


# -- the rest is NumPy's ---------------------------------------------------------------------------------------------


def inv(a: Any, **kwargs: Any) -> Any:
    """The inverse."""
    _unused("inv", kwargs)
    return np.linalg.inv(a)


def det(a: Any, **kwargs: Any) -> Any:
    """The determinant."""
    _unused("det", kwargs)
    return np.linalg.det(a)


def norm(a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, check_finite: bool = True) -> Any:
    """A norm of a vector or matrix."""
    return np.linalg.norm(a, ord, axis, keepdims)


def pinv(a: Any, *, atol: Any = None, rtol: Any = None, return_rank: bool = False, **kwargs: Any) -> Any:
    """The Moore-Penrose inverse."""
    _unused("pinv", {"atol": atol, "return_rank": return_rank, **kwargs})
    m, n = a.shape
    return np.linalg.pinv(a, rcond=max(m, n) * float(np.finfo(a.dtype).eps) if rtol is None else rtol)


# -- special matrices, as the indexing that they are -----------------------------------------------------------------


def toeplitz(c: Any, r: Any = None) -> Any:
    """The matrix with first column ``c`` and first row ``r``, constant along diagonals."""
    c = np.ravel(tensor(c))
    r = np.conj(c) if r is None else np.ravel(tensor(r))
    values = np.concatenate((c[::-1], r[1:]))
    return values[np.arange(len(c))[::-1, None] + np.arange(len(r))]


def hankel(c: Any, r: Any = None) -> Any:
    """The matrix with first column ``c`` and last row ``r``, constant along antidiagonals."""
    c = np.ravel(tensor(c))
    r = np.zeros_like(c) if r is None else np.ravel(tensor(r))
    values = np.concatenate((c, r[1:]))
    return values[np.arange(len(c))[:, None] + np.arange(len(r))]


def circulant(c: Any) -> Any:
    """The matrix whose columns are ``c``, turned by one more each."""
    c = np.ravel(tensor(c))
    k = np.arange(len(c))
    return c[(k[:, None] - k) % len(c)]


def block_diag(*arrs: Any) -> Any:
    """The matrix with these blocks along its diagonal."""
    blocks = [np.atleast_2d(tensor(a)) for a in arrs]
    width, start, rows = sum(b.shape[1] for b in blocks), 0, []
    for b in blocks:
        left = np.zeros_like(b, shape=(b.shape[0], start))
        right = np.zeros_like(b, shape=(b.shape[0], width - start - b.shape[1]))
        rows.append(np.concatenate((left, b, right), axis=1))
        start += b.shape[1]
    return np.concatenate(rows, axis=0)
