"""Functions of one number that are integrals, and so are their derivatives of every order."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ..primitive import Primitive, elementwise
from ..tensor import value_of


def _i0_derivative(x: Any, k: int) -> Any:
    """The k-th derivative of I0: the mean of ``cos(θ)**k exp(x cos(θ))`` over the circle, to the last digits.

    The trapezoidal rule converges exponentially on a circle (Trefethen & Weideman, The exponentially convergent
    trapezoidal rule, SIAM Review 56, 2014). Opposite points together give cosh, or sinh for odd k: nothing cancels.
    """
    sizes = np.abs(value_of(x))
    largest = float(np.max(sizes, initial=0, where=~np.isnan(sizes)))
    n = 10 + k // 2 + int(2 * math.sqrt(min(largest, 1e3)))  # points in a quarter of the circle
    wave = np.sinh if k % 2 else np.cosh
    total = 0.0 * x
    for j in range(n):
        c = math.cos((j + 0.5) * math.pi / (2 * n))
        total = total + (c**k / n) * wave(c * x)
    return total


@functools.cache
def _gauss(n: int) -> list[tuple[float, float]]:
    """Nodes and weights of Gauss and Legendre on the interval from 0 to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(n)
    return list(zip(((nodes + 1) / 2).tolist(), (weights / 2).tolist(), strict=True))


def _sinc_derivative(x: Any, k: int) -> Any:
    """The k-th derivative of ``np.sinc``, to the last digits near zero too.

    Near zero it is the integral of ``(πs)**k cos(πxs + kπ/2)`` for s from 0 to 1. Beyond, ``y f(k) + k f(k-1)`` is the
    k-th derivative of ``sin(y)``, for f = sin(y)/y; that recurrence is stable from y = k on.
    """
    y = math.pi * x
    near = np.abs(y) < k + 2
    inner, outer = np.where(near, y, 0), np.where(near, k + 2, y)
    waves = (np.sin, np.cos, lambda v: -np.sin(v), lambda v: -np.cos(v))
    integral = sum((w * s**k) * waves[(k + 1) % 4](s * inner) for s, w in _gauss(16 + k))
    f = np.sin(outer) / outer
    for j in range(1, k + 1):
        f = (waves[j % 4](outer) - j * f) / outer
    return math.pi**k * np.where(near, integral, f)


i0_derivative: Primitive = elementwise(_i0_derivative, lambda t, x, k: t * i0_derivative(x, k=k + 1))
sinc_derivative: Primitive = elementwise(_sinc_derivative, lambda t, x, k: t * sinc_derivative(x, k=k + 1))
elementwise(np.i0, lambda t, x: t * i0_derivative(x, k=1))
elementwise(np.sinc, lambda t, x: t * sinc_derivative(x, k=1))
