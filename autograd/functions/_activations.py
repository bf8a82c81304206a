"""Activations: what a neuron makes of its sum. Values and derivatives keep their digits in both tails."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..primitive import Primitive, elementwise
from ._exponential import _floating, sigmoid, softplus

# -- bent lines ------------------------------------------------------------------------------------------------------


def _bent(t: Any, x: Any, slope: float) -> Any:
    """``t`` on the right of 0 and ``slope t`` on the left; at 0 whichever number between the slopes is smallest."""
    right = np.greater_equal(x, 0) if slope > 1 else np.greater(x, 0)
    return np.where(right, t, slope * t * np.not_equal(x, 0) if slope < 0 else slope * t)


def _leaky_relu(x: Any, negative_slope: float) -> Any:
    x = _floating(x)
    return np.where(np.greater(x, 0), x, negative_slope * x)


def _elu(x: Any, alpha: float, scale: float) -> Any:
    x = _floating(x)
    return np.where(np.greater(x, 0), scale * x, scale * alpha * np.expm1(np.minimum(x, 0)))


_leaky_relu_p: Primitive = elementwise(_leaky_relu, lambda t, x, negative_slope: _bent(t, x, negative_slope))
_elu_p: Primitive = elementwise(
    _elu, lambda t, x, alpha, scale: scale * _bent(t, x, alpha) * np.exp(np.minimum(x, 0))
)


def step(x: Any, at_zero: float = 1.0) -> Any:
    """Heaviside's function, 1 for positive numbers and 0 for negative ones; its derivative is 0.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.step(np.array([-2.0, 0.0, 3.0]))
    array([0., 1., 1.])
    """
    return np.heaviside(x, at_zero)


def leaky_relu(x: Any, negative_slope: float = 0.01) -> Any:
    """``x`` if positive, else ``negative_slope * x`` (Maas, Hannun and Ng, ICML 2013).

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.leaky_relu(np.array([-1.0, 2.0]), 0.1)
    array([-0.1,  2. ])
    """
    return _leaky_relu_p(x, negative_slope)


def elu(x: Any, alpha: float = 1.0) -> Any:
    """``x`` if positive, else ``alpha (exp(x) - 1)`` (Clevert et al., arXiv:1511.07289).

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.elu(np.array([-1e-20, 2.0]))
    array([-1.e-20,  2.e+00])
    """
    return _elu_p(x, alpha, 1.0)


def selu(x: Any) -> Any:
    """``scale * elu(x, alpha)`` with the constants that keep mean 0 and variance 1 (arXiv:1706.02515).

    Examples
    --------
    >>> import autograd as ag
    >>> float(ag.functions.selu(1.0).round(4))
    1.0507
    """
    return _elu_p(x, 1.6732632423543772, 1.0507009873554805)


def hardtanh(x: Any, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    """Piecewise linear: ``x`` between ``min_val`` and ``max_val``, and these beyond; the derivative at them is 0.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.hardtanh(np.array([-3.0, 0.5, 3.0]))
    array([-1. ,  0.5,  1. ])
    """
    if not min_val < max_val:
        raise ValueError(f"hardtanh: min_val={min_val} is not less than max_val={max_val}.")
    return np.clip(x, min_val, max_val)


def relu6(x: Any) -> Any:
    """``min(max(x, 0), 6)``.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.relu6(np.array([-1.0, 3.0, 9.0]))
    array([0., 3., 6.])
    """
    return np.clip(x, 0, 6)


# -- smooth ----------------------------------------------------------------------------------------------------------


def silu(x: Any) -> Any:
    """``x σ(x)`` (Elfwing et al., arXiv:1702.03118).

    Examples
    --------
    >>> import autograd as ag
    >>> ag.functions.silu(1e4), ag.grad(ag.functions.silu)(0.0)
    (np.float64(10000.0), np.float64(0.5))
    """
    return x * sigmoid(x)


def log_sigmoid(x: Any) -> Any:
    """``log σ(x) = -log(1 + exp(-x))``.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.functions.log_sigmoid(-1000.0)
    np.float64(-1000.0)
    """
    return -softplus(-x)


# exp(z²/2) Q(z), with Q the upper tail of the normal distribution, is P(t) / (1 + c z) in t = (z - k) / (z + k), after
# Shepherd and Laframboise, Mathematics of Computation 36 (1981). The coefficients of the polynomials P are those of the
# Chebyshev series, worked out with mpmath: errors below 2e-16 in the first and 2e-8 in the second.
_TAILS = {
    8: (5.0, 2.0, (
        -4.386059119573669e-10, 4.8394144242295935e-09, 5.84281905726515e-09, -5.604345079840101e-08,
        -4.228973882270592e-08, 4.150775490294909e-07, 1.7935683838425512e-07, -2.8432478702964877e-06,
        5.339401905384454e-07, 1.9380941767827772e-05, -2.643643313836086e-05, -0.00010817310187952196,
        0.0004250957235954309, -0.00011869447627339922, -0.003571695418310675, 0.015422845816511039,
        -0.03933220135646695, 0.07248782696469049, -0.10065743821674249, 0.1008885820349847, -0.05400807503407678,
        -0.03964700840401063, 0.8461123547250693,
    )),
    4: (4.0, 1.5, (
        -9.653021171e-05, -5.709742916e-05, 0.001086038922, -0.0008036828142, -0.007732864644, 0.03117340102,
        -0.06373471287, 0.07875023159, -0.04118970953, -0.05985615839, 0.6608744827,
    )),
}  # fmt: skip


def _normal_cdf(x: Any) -> Any:
    """Φ(x), the normal distribution, to the last digits of either tail."""
    x = _floating(x)
    short = x.dtype.itemsize <= 4
    k, c, coefficients = _TAILS[4 if short else 8]
    z = np.minimum(np.abs(x.astype(np.float32 if short else np.float64, copy=False)), 40)  # there, Q(z) is 0
    t = (z - k) / (z + k)
    p = coefficients[0] * t + coefficients[1]
    for a in coefficients[2:]:
        p = p * t
        p += a
    h = np.floor(z * 16) / 16  # h² is exact, so the exponent keeps the digits that z² would round away
    q = p / (1 + c * z) * np.exp(h * h * -0.5) * np.exp((z - h) * (z + h) * -0.5)
    return np.where(np.greater(x, 0), 1 - q, q).astype(x.dtype, copy=False)


def _normal_pdf(x: Any) -> Any:
    x = _floating(x)
    return np.exp(x * x * -0.5) * (1 / math.sqrt(2 * math.pi))


_normal_pdf_p: Primitive = elementwise(_normal_pdf, lambda t, x, out: -t * x * out)
_normal_cdf_p: Primitive = elementwise(_normal_cdf, lambda t, x: t * _normal_pdf_p(x))


def gelu(x: Any, approximate: str = "none") -> Any:
    """``x Φ(x)``, with Φ the normal distribution (Hendrycks and Gimpel, arXiv:1606.08415).

    Parameters
    ----------
    x : array
        Numbers.
    approximate : {"none", "tanh"}
        ``"tanh"`` replaces Φ(x) by ``(1 + tanh(u)) / 2`` with ``u = sqrt(2/π) (x + 0.044715 x³)``.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.functions.gelu(-10.0)
    np.float64(-7.619853024160525e-23)
    """
    if approximate == "none":
        return x * _normal_cdf_p(x)
    if approximate != "tanh":
        raise ValueError(f"gelu: approximate={approximate!r} is not 'none' or 'tanh'.")
    return x * sigmoid(x * (x * x * (0.044715 * math.sqrt(8 / math.pi)) + math.sqrt(8 / math.pi)))


# -- logarithms with a floor -----------------------------------------------------------------------------------------

# For the cross entropy of probabilities that have been rounded to 0 or 1: finite values and gradients, as PyTorch's.


def _log_above(x: Any, floor: float) -> Any:
    with np.errstate(divide="ignore"):
        return np.maximum(np.log(x), floor)


def _log1p_above(x: Any, floor: float) -> Any:
    with np.errstate(divide="ignore"):
        return np.maximum(np.log1p(x), floor)


log_above: Primitive = elementwise(_log_above, lambda t, x: t / np.maximum(x, 1e-12), free="floor")
log1p_above: Primitive = elementwise(_log1p_above, lambda t, x: t / np.maximum(1 + x, 1e-12), free="floor")

for _p in (_leaky_relu_p, _elu_p, _normal_pdf_p, _normal_cdf_p, log_above, log1p_above):
    _p.name = _p.name.lstrip("_")
