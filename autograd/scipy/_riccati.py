"""Matrix equations: Sylvester, Lyapunov, Riccati.

Sources: Kao and Hennequin, Automatic differentiation of Sylvester, Lyapunov, and algebraic Riccati equations, 2020
(arXiv:2011.11430); Kleinman, On an iterative technique for Riccati equation computations, 1968.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg as _linalg

from ..primitive import Primitive, primitive
from ..tensor import Tensor, tensor

sylvester: Primitive = primitive(
    lambda a, b, q: _linalg.solve_sylvester(a, b, q),
    vjp=(
        lambda t, x, y, out: -(sylvester(x.T, y.T, t) @ out.T),
        lambda t, x, y, out: -(out.T @ sylvester(x.T, y.T, t)),
        lambda t, x, y: sylvester(x.T, y.T, t),
    ),
    jvp=(
        lambda t, x, y, out: -sylvester(x, y, t @ out),
        lambda t, x, y, out: -sylvester(x, y, out @ t),
        lambda t, x, y: sylvester(x, y, t),
    ),
)
sylvester.name = "solve_sylvester"


def solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    """The solution of ``a x + x b = q``."""
    return sylvester(tensor(a), tensor(b), tensor(q)) if _any(a, b, q) else sylvester(a, b, q)


def _any(*values: Any) -> bool:
    return any(isinstance(v, Tensor) for v in values)


def solve_continuous_lyapunov(a: Any, q: Any) -> Any:
    """The solution of ``a x + x aᴴ = q``."""
    a = tensor(a)
    return solve_sylvester(a, np.conj(a.T), q)


solve_lyapunov = solve_continuous_lyapunov


def solve_discrete_lyapunov(a: Any, q: Any, method: str | None = None) -> Any:
    """The solution of ``a x aᴴ - x + q = 0``: one linear system if small, else a bilinear map to continuous time."""
    a, q = tensor(a), tensor(q)
    n = a.shape[0]
    if method not in (None, "direct", "bilinear"):
        raise ValueError(f"solve_discrete_lyapunov: method={method!r}; it is 'direct' or 'bilinear'.")
    if method == "direct" or (method is None and n < 10):
        kron = (a[:, None, :, None] * np.conj(a)[None, :, None, :]).reshape((n * n, n * n))
        from .linalg import solve

        return solve(np.eye(n * n, dtype=a.dtype) - kron, np.ravel(q)).reshape((n, n))
    one, ah = np.eye(n, dtype=a.dtype), np.conj(a.T)
    inverse = np.linalg.inv(ah + one)
    b = (ah - one) @ inverse
    return solve_continuous_lyapunov(np.conj(b.T), -2 * (np.linalg.inv(a + one) @ q @ inverse))


# Newton's method on the equation, from SciPy's solution as a constant: k steps on Tensors give all derivatives up to
# order 2**k - 1, for in powers of the perturbation each step doubles the number of correct terms.
STEPS = 3


def solve_continuous_are(a: Any, b: Any, q: Any, r: Any) -> Any:
    """The solution of ``aᴴ x + x a - x b r⁻¹ bᴴ x + q = 0``, differentiable up to order seven."""
    plain = [v.detach().data if isinstance(v, Tensor) else np.asarray(v) for v in (a, b, q, r)]
    x: Any = _linalg.solve_continuous_are(*plain)
    if not _any(a, b, q, r):
        return x
    a, b, q, r = map(tensor, (a, b, q, r))
    from .linalg import solve

    for _ in range(STEPS):
        k = solve(r, np.conj(b.T) @ x)
        x = solve_continuous_lyapunov(np.conj((a - b @ k).T), -(q + np.conj(k.T) @ r @ k))
    return x


def solve_discrete_are(a: Any, b: Any, q: Any, r: Any) -> Any:
    """The solution of ``aᴴ x a - x - aᴴ x b (r + bᴴ x b)⁻¹ bᴴ x a + q = 0``, differentiable up to order seven."""
    plain = [v.detach().data if isinstance(v, Tensor) else np.asarray(v) for v in (a, b, q, r)]
    x: Any = _linalg.solve_discrete_are(*plain)
    if not _any(a, b, q, r):
        return x
    a, b, q, r = map(tensor, (a, b, q, r))
    from .linalg import solve

    for _ in range(STEPS):
        bh = np.conj(b.T)
        k = solve(r + bh @ x @ b, bh @ x @ a)
        x = solve_discrete_lyapunov(np.conj((a - b @ k).T), q + np.conj(k.T) @ r @ k)
    return x
