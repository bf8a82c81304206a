"""Functions of matrices: exponential, logarithm, square root, cosine and their kin.

The Fréchet derivative of any of them is a block of the same function of a matrix of twice the size (Mathias 1996;
Higham 2008, theorem 3.6): f([[a, e], [0, a]]) = [[f(a), L(a, e)], [0, f(a)]]. So each rule is the function itself, at
every order. The transpose of L(a, ·) is L(aᵀ, ·).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg as _linalg

from ..primitive import Primitive, primitive
from ..tensor import Tensor, tensor
from ._riccati import solve_sylvester


def _frechet(f: Any, a: Any, e: Any) -> Any:
    """``L(a, e)``. It is linear in ``e``, which is scaled so that it does not disturb the function's own scaling."""
    n = a.shape[-1]
    plain, by = (v.detach().data if isinstance(v, Tensor) else v for v in (e, a))
    largest = np.max(np.abs(plain), initial=0)
    if not largest:
        return np.zeros_like(e)
    scale = float(np.max(np.abs(by), initial=0) or 1) / float(largest)
    upper = np.concatenate((a, e * scale), axis=-1)
    lower = np.concatenate((np.zeros_like(a), a), axis=-1)
    return f(np.concatenate((upper, lower), axis=-2))[..., :n, n:] / scale


def _matrix_function(function: Any, *, operands: int = 1) -> Primitive:
    """Declare a function of a matrix."""
    declared: Primitive = primitive(
        lambda a: function(a),
        vjp=lambda t, x: _frechet(declared, x.swapaxes(-1, -2), t),
        jvp=lambda t, x: _frechet(declared, x, t),
    )
    declared.name = function.__name__
    return declared


expm, logm = _matrix_function(_linalg.expm), _matrix_function(_linalg.logm)
cosm, sinm, tanm = map(_matrix_function, (_linalg.cosm, _linalg.sinm, _linalg.tanm))
coshm, sinhm, tanhm = map(_matrix_function, (_linalg.coshm, _linalg.sinhm, _linalg.tanhm))

# x x = a, so x dx + dx x = da
sqrtm: Primitive = primitive(
    lambda a: _linalg.sqrtm(a),
    vjp=lambda t, out: solve_sylvester(out.T, out.T, t),
    jvp=lambda t, out: solve_sylvester(out, out, t),
)
sqrtm.name = "sqrtm"


def fractional_matrix_power(A: Any, t: float) -> Any:
    """``A**t`` for a number ``t``."""
    if isinstance(t, Tensor):
        raise TypeError("fractional_matrix_power: no derivative by the power. Write expm(t * logm(A)).")
    power = _matrix_function(lambda a: _linalg.fractional_matrix_power(a, t))
    return power(A)


def expm_frechet(A: Any, E: Any, method: Any = None, compute_expm: bool = True, check_finite: bool = True) -> Any:
    """``expm(A)`` and its Fréchet derivative in the direction ``E``."""
    derivative = _frechet(expm, tensor(A), tensor(E))
    return (expm(tensor(A)), derivative) if compute_expm else derivative
