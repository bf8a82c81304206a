"""Functions that act element by element: the derivative table at the back of a calculus book.

``t`` is the cotangent or the tangent, for the Jacobian is diagonal. Where a partial can be infinite, ``t`` comes first:
``t / out * x`` lets a zero of ``x`` silence the quotient when zeros are strong (``strong.py``), ``t * (x / out)`` does
not.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import arrays
from ..primitive import Primitive, composite, elementwise, primitive
from ..tensor import Tensor

sech_squared: Primitive = elementwise(arrays.sech_squared, lambda t, x, out: -2 * t * out * np.tanh(x), None)
zero = np.zeros_like

# fmt: off
# Arithmetic
elementwise(np.add,          lambda t: t,                           lambda t: t)
elementwise(np.subtract,     lambda t: t,                           lambda t: -t)
elementwise(np.multiply,     lambda t, y: t * y,                    lambda t, x: t * x)
elementwise(np.divide,       lambda t, y: t / y,                    lambda t, y, out: -t / y * out)
elementwise(np.power,        lambda t, x, y: t * power_x(x, y),     lambda t, x, y, out: t * power_y(x, y, out))
elementwise(np.float_power,  lambda t, x, y: t * power_x(x, y),     lambda t, x, y, out: t * power_y(x, y, out))
elementwise(np.remainder,    lambda t: t,                           lambda t, x, y: -t * np.floor_divide(x, y))
elementwise(np.fmod,         lambda t: t,                           lambda t, x, y: -t * np.trunc(x / y))
elementwise(np.floor_divide, lambda t: zero(t),                     lambda t: zero(t))
elementwise(np.negative,     lambda t: -t)
elementwise(np.positive,     lambda t: t)
elementwise(np.square,       lambda t, x: 2 * t * x)
elementwise(np.reciprocal,   lambda t, out: -t * out * out)
elementwise(np.sqrt,         lambda t, out: t / (2 * out))
elementwise(np.cbrt,         lambda t, out: t / (3 * out * out))
elementwise(np.absolute,     lambda t, x, out: along(t, x, out))
elementwise(np.fabs,         lambda t, x: t * np.sign(x))
elementwise(np.hypot,        lambda t, x, out: t / out * x,         lambda t, y, out: t / out * y)
elementwise(np.copysign,     lambda t, x, y: t * np.sign(x) * np.copysign(1, y), lambda t: zero(t))
elementwise(np.ldexp,        lambda t, y: np.ldexp(t, y),           None)
elementwise(np.heaviside,    lambda t: zero(t),                     lambda t, x: np.where(x == 0, t, 0))

# Exponentials and logarithms
elementwise(np.exp,          lambda t, out: t * out)
elementwise(np.exp2,         lambda t, out: t * out * math.log(2))
elementwise(np.expm1,        lambda t, x: t * np.exp(x))
elementwise(np.log,          lambda t, x: t / x)
elementwise(np.log2,         lambda t, x: t / (x * math.log(2)))
elementwise(np.log10,        lambda t, x: t / (x * math.log(10)))
elementwise(np.log1p,        lambda t, x: t / (1 + x))
elementwise(np.logaddexp,    lambda t, x, y: t * np.exp(-np.logaddexp(0, gap(x, y))),
                             lambda t, x, y: t * np.exp(-np.logaddexp(0, gap(y, x))))
elementwise(np.logaddexp2,   lambda t, x, y: t * np.exp2(-np.logaddexp2(0, gap(x, y))),
                             lambda t, x, y: t * np.exp2(-np.logaddexp2(0, gap(y, x))))

# Trigonometric
elementwise(np.sin,          lambda t, x: t * np.cos(x))
elementwise(np.cos,          lambda t, x: -t * np.sin(x))
elementwise(np.tan,          lambda t, out: t * (1 + out * out))
elementwise(np.arcsin,       lambda t, x: t / np.sqrt((1 - x) * (1 + x)))
elementwise(np.arccos,       lambda t, x: -t / np.sqrt((1 - x) * (1 + x)))
elementwise(np.arctan,       lambda t, x: t / (1 + x * x))
elementwise(np.arctan2,      lambda t, x, y: around(t, x, y),       lambda t, x, y: -around(t, y, x))
elementwise(np.deg2rad,      lambda t: t * (math.pi / 180))
elementwise(np.radians,      lambda t: t * (math.pi / 180))
elementwise(np.rad2deg,      lambda t: t * (180 / math.pi))
elementwise(np.degrees,      lambda t: t * (180 / math.pi))

# Hyperbolic
elementwise(np.sinh,         lambda t, x: t * np.cosh(x))
elementwise(np.cosh,         lambda t, x: t * np.sinh(x))
tanh = elementwise(np.tanh,  lambda t, x, out: t * (1 - out * out if x is None else sech_squared(x, out)))
tanh.link = lambda out, x, node, parameters: (None if arrays.far_from_one(out) else x, out)  # mostly x is not needed
elementwise(np.arcsinh,      lambda t, x: t / np.sqrt(1 + x * x))
elementwise(np.arccosh,      lambda t, x: t / (np.sqrt(x - 1) * np.sqrt(x + 1)))
elementwise(np.arctanh,      lambda t, x: t / ((1 - x) * (1 + x)))

# Piecewise constant: the derivative is zero wherever there is one
elementwise(np.floor,        lambda t: zero(t))
elementwise(np.ceil,         lambda t: zero(t))
elementwise(np.trunc,        lambda t: zero(t))
elementwise(np.rint,         lambda t: zero(t))
elementwise(np.round,        lambda t: zero(t), free="decimals")
elementwise(np.around,       lambda t: zero(t), free="decimals")
elementwise(np.fix,          lambda t: zero(t))

# Complex. No conjugates: the cotangent of z = x + iy is ∂L/∂x - i ∂L/∂y, as in HIPS autograd and JAX
elementwise(np.conjugate,    lambda t: np.conj(t))
elementwise(np.real,         lambda t: t)
elementwise(np.imag,         lambda t: -1j * t)
elementwise(np.angle,        lambda t, x, deg: -1j * t / x * (180 / math.pi if deg else 1))
primitive(np.sign,           vjp=lambda t, x, out: turn(t, np.conj(out), x), jvp=lambda t, x, out: turn(t, out, x))

# Several outputs
primitive(np.modf,           vjp=lambda t: t[0],                    jvp=lambda t: (t, zero(t)), multiple=True)
primitive(np.frexp,          vjp=lambda t, out: np.ldexp(t[0], -out[1]),
                             jvp=lambda t, out: (np.ldexp(t, -out[1]), zero(t)), multiple=True)
primitive(np.divmod,         vjp=(lambda t: t[1],      lambda t, out: -t[1] * out[0]),
                             jvp=(lambda t: (zero(t), t), lambda t, out: (zero(t), -t * out[0])), multiple=True)
# fmt: on


def _extremum(ufunc: np.ufunc, wins: Callable[[Any, Any], Any]) -> None:
    """Declare a maximum or minimum: the partial is 1 where the operand wins and 0 where it loses.

    At a tie it is ½ if both operands are differentiated. Beside a constant it is 0, the subgradient of minimum norm,
    so that relu'(0) = 0.
    """

    def both(x: Any, y: Any, **kwargs: Any) -> Any:
        return ufunc(x, y, **kwargs)

    def one(x: Any, y: Any, **kwargs: Any) -> Any:
        return ufunc(x, y, **kwargs)

    def choose(x: Any, y: Any, **kwargs: Any) -> Any:
        taped = isinstance(x, Tensor) and isinstance(y, Tensor) and x.requires_grad and y.requires_grad
        return (of_both if taped else of_one)(x, y, **kwargs)

    both.__name__ = one.__name__ = ufunc.__name__
    of_both = elementwise(
        both,
        lambda t, x, y: t * wins(x, y) + t * 0.5 * (x == y),
        lambda t, x, y: t * wins(y, x) + t * 0.5 * (x == y),
    )
    of_one = elementwise(one, lambda t, x, y: t * wins(x, y), lambda t, x, y: t * wins(y, x))
    composite(ufunc, choose)


_extremum(np.maximum, lambda x, y: np.greater(x, y))
_extremum(np.minimum, lambda x, y: np.less(x, y))
_extremum(np.fmax, lambda x, y: np.logical_or(np.greater(x, y), np.isnan(y)))
_extremum(np.fmin, lambda x, y: np.logical_or(np.less(x, y), np.isnan(y)))


def _clip(
    a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None, **kwargs: Any
) -> Any:
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    if low is not None:
        a = np.maximum(a, low, **kwargs)
    if high is not None:
        return np.minimum(a, high, **kwargs)
    return a if low is not None else np.copy(a)


composite(np.clip, _clip)


def power_x(x: Any, y: Any) -> Any:
    """``∂(x**y)/∂x = y x**(y-1)``, and 0 for ``y = 0`` also where x**-1 is infinite."""
    if isinstance(y, (int, float)):
        return y * x ** (y - 1) if y else zero(x)
    return np.where(y == 0, 0, y * x ** np.where(y == 0, 1, y - np.ones_like(x)))


def power_y(x: Any, y: Any, out: Any) -> Any:
    """``∂(x**y)/∂y = x**y log x``, and its limit 0 for ``x = 0 < y``."""
    at_zero = np.logical_and(x == 0, np.greater(np.real(y), 0))
    return np.where(at_zero, 0, out * np.log(np.where(at_zero, np.ones_like(out), x)))


def around(t: Any, x: Any, y: Any) -> Any:
    """``t ∂arctan2(x, y)/∂x = t y / (x² + y²)``, without overflow."""
    r = np.hypot(x, y)
    return t / r * (y / np.where(r == 0, 1, r))


def along(t: Any, x: Any, out: Any) -> Any:
    """``t ∂|x|/∂x``: the sign, and for complex numbers the conjugate of x/|x|; 0 at 0."""
    return t / out * np.conj(x) if x.dtype.kind == "c" else t * np.sign(x)


def turn(t: Any, sign: Any, x: Any) -> Any:
    """The part of ``t`` across the direction ``sign``, over |x|: a real sign does not turn."""
    return (t - sign * np.real(np.conj(sign) * t)) / np.abs(x) if x.dtype.kind == "c" else zero(t)


def gap(x: Any, y: Any) -> Any:
    """``y - x``, and infinite where x is -inf, so that nothing adds no weight to nothing."""
    nothing = x == -np.inf
    return np.where(nothing, np.inf, y - np.where(nothing, 0, x))
