"""``scipy.special`` for Tensors: its ufuncs as they are, and its Python functions written on them.

What is not written here comes from SciPy itself: a ufunc is differentiable if ``autograd/rules/special.py`` has a rule
for it, and any other function takes plain arrays only.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special as _special

from .. import functions
from ..rules.special import lambertw, polygamma, zeta
from ..tensor import Tensor, tensor
from ._plain import fallback

__all__ = [
    "h1vp", "h2vp", "ivp", "jvp", "kvp", "lambertw", "log_softmax", "logsumexp", "multigammaln", "polygamma", "sinc",
    "softmax", "softplus", "spherical_in", "spherical_jn", "spherical_kn", "spherical_yn", "yvp", "zeta",
]  # fmt: skip


__getattr__ = fallback(_special)


def __dir__() -> list[str]:
    return sorted({*globals(), *dir(_special)})


sinc = np.sinc

# -- sums of exponentials --------------------------------------------------------------------------------------------


def _largest(a: Any, axis: Any) -> Any:
    """The maximum along an axis, as a constant; 0 where it is infinite or there is none."""
    plain = a.detach().data if isinstance(a, Tensor) else a
    top = np.max(plain.real, axis=axis, keepdims=True, initial=-np.inf)
    return np.where(np.isfinite(top), top, 0).astype(plain.real.dtype)


def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    """``log(sum(b * exp(a)))`` without overflow.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> from autograd.scipy.special import logsumexp
    >>> ag.grad(logsumexp)(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])
    """
    a = _floating(a)
    if b is None and not return_sign:
        return functions.logsumexp(a, axis, keepdims)
    top = _largest(a, axis)
    total = np.sum(np.exp(a - top) * (1 if b is None else b), axis=axis, keepdims=True)
    sign = np.sign(total)
    out = np.log(np.abs(total) if return_sign else total) + top
    if not keepdims:
        axes = tuple(range(a.ndim)) if axis is None else axis
        out, sign = np.squeeze(out, axis=axes), np.squeeze(sign, axis=axes)
    return (out, sign) if return_sign else out


def softmax(x: Any, axis: Any = None) -> Any:
    """``exp(x) / sum(exp(x))``, by default over all axes."""
    return functions.softmax(x, axis)


def log_softmax(x: Any, axis: Any = None) -> Any:
    """``log(softmax(x))``, by default over all axes."""
    return functions.log_softmax(x, axis)


softplus = functions.softplus


def _floating(x: Any) -> Any:
    x = tensor(x) if not isinstance(x, np.ndarray) else x
    return x if x.dtype.kind in "fc" else x.astype(float)


# -- gamma -----------------------------------------------------------------------------------------------------------


def multigammaln(a: Any, d: int) -> Any:
    """The logarithm of the multivariate gamma function of dimension ``d``."""
    if int(d) != d or d < 1:
        raise ValueError(f"multigammaln: d is {d!r}; it is a positive integer.")
    halves = 0.5 * np.arange(int(d))
    return d * (d - 1) * 0.25 * math.log(math.pi) + sum(_special.gammaln(a - half) for half in halves.tolist())


# -- derivatives of Bessel functions, and spherical ones -------------------------------------------------------------


def _derivative(f: np.ufunc, sign: int, factor: int = 1) -> Any:
    """``n``-th derivative by the recurrence of DLMF 10.6.7: 2⁻ⁿ Σ (±1)ᵏ binom(n, k) f(v - n + 2k, z)."""

    def derivative(v: Any, z: Any, n: int = 1) -> Any:
        terms = [sign**k * math.comb(n, k) * f(v - n + 2 * k, z) for k in range(n + 1)]
        return sum(terms[1:], terms[0]) * (factor**n * 0.5**n)

    derivative.__name__ = f"{f.__name__[:-1]}vp" if f.__name__.endswith("v") else f"h{f.__name__[-1]}vp"
    derivative.__doc__ = f"The ``n``-th derivative of ``{f.__name__}(v, z)`` by z."
    return derivative


jvp, yvp = _derivative(_special.jv, -1), _derivative(_special.yv, -1)
ivp, kvp = _derivative(_special.iv, 1), _derivative(_special.kv, 1, -1)
h1vp, h2vp = _derivative(_special.hankel1, -1), _derivative(_special.hankel2, -1)


def _spherical(f: np.ufunc, scale: float, sign: int, name: str) -> Any:
    """A spherical Bessel function by its cylindrical one: ``sqrt(scale / z) f(n + 1/2, z)`` (DLMF 10.47)."""

    def spherical(n: Any, z: Any, derivative: bool = False) -> Any:
        z = tensor(z)
        value = np.sqrt(scale / z) * f(n + 0.5, z)
        if not derivative:
            return value
        return value * n / z + sign * np.sqrt(scale / z) * f(n + 1.5, z)

    spherical.__name__ = name
    spherical.__doc__ = f"``scipy.special.{name}`` of a Tensor, away from ``z = 0``."
    return spherical


spherical_jn = _spherical(_special.jv, math.pi / 2, -1, "spherical_jn")
spherical_yn = _spherical(_special.yv, math.pi / 2, -1, "spherical_yn")
spherical_in = _spherical(_special.iv, math.pi / 2, 1, "spherical_in")
spherical_kn = _spherical(_special.kv, math.pi / 2, -1, "spherical_kn")
