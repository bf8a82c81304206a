"""``scipy.special``: gamma, error, exponential and elliptic functions, information, probability.

SciPy is imported here and nowhere else among the rules, so this file is read only when a program uses
``scipy.special`` (see ``discovery.py``). ``bessel.py`` is its second half.

Sources: NIST Digital Library of Mathematical Functions, chapters 5 to 8 and 15; quoted as DLMF.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from ..primitive import Primitive, elementwise, entry, primitive, unsupported

zero = np.zeros_like
ROOT_2, ROOT_PI, DEGREE = math.sqrt(2), math.sqrt(math.pi), math.pi / 180
ROOT_2_PI, ROOT_8_PI, QUARTER = ROOT_2 * ROOT_PI, 2 * ROOT_2 * ROOT_PI, math.pi / 2


def refused(function: str, operand: str) -> Callable[..., Any]:
    """A rule for an operand by which no derivative is known: it says so, and never passes for zero."""

    def rule(t: Any) -> Any:
        raise TypeError(
            f"{function}: no derivative by `{operand}` is known in closed form. Pass it as a constant (detach it), or "
            f"wrap the call in ag.numerical."
        )

    return rule


def by_last(function: Any, others: str, rule: Callable[..., Any]) -> Primitive:
    """Declare a function whose derivative is known by its last operand only."""
    return elementwise(function, *(refused(function.__name__, name) for name in others.split()), rule)


# -- what the table needs --------------------------------------------------------------------------------------------


def _hurwitz(s: int, z: Any) -> Any:
    """Hurwitz's ζ(s, z) for complex z, by Euler and Maclaurin's formula (DLMF 25.11.5; Johansson, arXiv:1309.2877)."""
    n = 20 + max(0, math.ceil(-float(np.min(np.real(z), initial=0))))
    total, end = sum((z + k) ** -s for k in range(n)), z + n
    total, term = total + end ** (1 - s) / (s - 1) + end**-s / 2, s * end ** (-s - 1)
    for j, b in enumerate(special.bernoulli(24)[2::2].tolist(), start=1):
        total = total + b / math.factorial(2 * j) * term
        term = term * ((s + 2 * j - 1) * (s + 2 * j)) / (end * end)
    return total


def _polygamma(n: Any, x: Any) -> Any:
    """``scipy.special.polygamma``, and for complex ``x`` too."""
    if np.asarray(x).dtype.kind != "c":
        return special.polygamma(n, x)
    return (-1) ** (int(n) + 1) * math.factorial(int(n)) * _hurwitz(int(n) + 1, x) if n else special.digamma(x)


def rgamma_slope(x: Any, out: Any) -> Any:
    """``(1/Γ)'``: left of ½ by reflection, where digamma has poles and 1/Γ has zeros."""
    left = np.real(x) < 0.5
    y, z = np.where(left, 1 - x, 1), np.where(left, 1, x)
    angle = math.pi * np.where(left, x, 0)
    reflected = special.gamma(y) * (np.cos(angle) - np.sin(angle) * special.digamma(y) / math.pi)
    return np.where(left, reflected, -out * special.digamma(z))


def gamma_density(a: Any, x: Any) -> Any:
    """``x**(a-1) exp(-x) / Γ(a)``: the derivative of ``gammainc(a, x)`` by x."""
    return np.exp(special.xlogy(a - 1, x) - x - special.gammaln(a))


def beta_density(a: Any, b: Any, x: Any) -> Any:
    """``x**(a-1) (1-x)**(b-1) / B(a, b)``: the derivative of ``betainc(a, b, x)`` by x."""
    return np.exp(special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x) - special.betaln(a, b))


def student_density(df: Any, x: Any) -> Any:
    """The density of Student's t distribution: the derivative of ``stdtr(df, x)`` by x."""
    return np.exp(-(df + 1) / 2 * np.log1p(x * x / df) - special.betaln(df / 2, 0.5)) / np.sqrt(df)


def _far(x: Any, slope: Any, sign: int) -> Any:
    """``slope``, or its asymptotic series where it is a difference of two numbers that almost cancel (DLMF 7.12.1)."""
    u, v = np.real(x), np.imag(x)
    sector = u * u - v * v > 40 if sign > 0 else np.logical_or(u > 0, v * v - u * u > 40)
    far = np.logical_and(np.abs(x) > 12, sector)
    if isinstance(far, (np.ndarray, np.generic)) and not far.any():
        return slope
    z = 1 / np.square(np.where(far, x, 12))
    series: Any = 0
    for n in range(15, -1, -1):
        series = 1 + sign * (n + 1.5) * z * series
    return np.where(far, -0.5 * z * series, slope)


def dawsn_slope(x: Any, out: Any) -> Any:
    """``1 - 2x D(x)``, which cancels for large x."""
    return _far(x, 1 - 2 * x * out, 1)


def erfcx_slope(x: Any, out: Any) -> Any:
    """``2x erfcx(x) - 2/√π``, which cancels for large x."""
    return 2 / ROOT_PI * _far(x, ROOT_PI * x * out - 1, -1)


def log(t: Any, x: Any) -> Any:
    """``log(x)``, in the dtype of the result, where ``x`` may be a constant of a lower one."""
    return special.xlogy(np.ones_like(t), x)


def log1p(t: Any, x: Any) -> Any:
    """``log1p(x)``, in the dtype of the result."""
    return special.xlog1py(np.ones_like(t), x)


def log_ratio(x: Any, y: Any) -> Any:
    """``log(x/y)``, to the last digits where x and y are close."""
    near = np.abs(x - y) < 0.5 * np.abs(y)
    return np.where(near, np.log1p((x - y) / np.where(near, y, 1)), np.log(x / y))


def exprel_slope(x: Any) -> Any:
    """The derivative of ``(exp(x) - 1) / x``, by the hypergeometric series that it is (DLMF 13.6.2)."""
    return special.hyp1f1(2, 3, x) / 2


def log1prel_slope(x: Any) -> Any:
    """The derivative of ``log1p(x) / x`` (DLMF 15.4.1)."""
    return -special.hyp2f1(2, 2, 3, -x) / 2


_polygamma.__name__ = "polygamma"
polygamma: Primitive = by_last(_polygamma, "n", lambda t, x, y: t * polygamma(x + 1, y))
zeta: Primitive = by_last(special.zeta, "x", lambda t, x, y: -t * x * zeta(x + 1, y))

# fmt: off
# Gamma and its kin
elementwise(special.gamma,       lambda t, x, out: t * out * special.digamma(x))
elementwise(special.gammaln,     lambda t, x: t * special.digamma(x))
elementwise(special.loggamma,    lambda t, x: t * special.digamma(x))
elementwise(special.rgamma,      lambda t, x, out: t * rgamma_slope(x, out))
elementwise(special.gammasgn,    lambda t: zero(t))
elementwise(special.digamma,     lambda t, x: t * polygamma(1, x))
elementwise(special.beta,        lambda t, x, y, out: t * out * (special.digamma(x) - special.digamma(x + y)),
                                 lambda t, x, y, out: t * out * (special.digamma(y) - special.digamma(x + y)))
elementwise(special.betaln,      lambda t, x, y: t * (special.digamma(x) - special.digamma(x + y)),
                                 lambda t, x, y: t * (special.digamma(y) - special.digamma(x + y)))
elementwise(special.binom,       lambda t, x, y, out: t * out * (special.digamma(x + 1) - special.digamma(x - y + 1)),
                                 lambda t, x, y, out: t * out * (special.digamma(x - y + 1) - special.digamma(y + 1)))
elementwise(special.poch,        lambda t, x, y, out: t * out * (special.digamma(x + y) - special.digamma(x)),
                                 lambda t, x, y, out: t * out * special.digamma(x + y))
by_last(special.gammainc,        "a",    lambda t, x, y: t * gamma_density(x, y))
by_last(special.gammaincc,       "a",    lambda t, x, y: -t * gamma_density(x, y))
by_last(special.gammaincinv,     "a",    lambda t, x, out: t / gamma_density(x, out))
by_last(special.gammainccinv,    "a",    lambda t, x, out: -t / gamma_density(x, out))
by_last(special.betainc,         "a b",  lambda t, x, y, z: t * beta_density(x, y, z))
by_last(special.betaincc,        "a b",  lambda t, x, y, z: -t * beta_density(x, y, z))
by_last(special.betaincinv,      "a b",  lambda t, x, y, out: t / beta_density(x, y, out))
by_last(special.betainccinv,     "a b",  lambda t, x, y, out: -t / beta_density(x, y, out))

# Error functions
elementwise(special.erf,         lambda t, x: t * np.exp(-x * x) * (2 / ROOT_PI))
elementwise(special.erfc,        lambda t, x: -t * np.exp(-x * x) * (2 / ROOT_PI))
elementwise(special.erfi,        lambda t, x: t * np.exp(x * x) * (2 / ROOT_PI))
elementwise(special.erfcx,       lambda t, x, out: t * erfcx_slope(x, out))
elementwise(special.dawsn,       lambda t, x, out: t * dawsn_slope(x, out))
elementwise(special.wofz,        lambda t, x, out: -1j * t * erfcx_slope(-1j * x, out))
elementwise(special.erfinv,      lambda t, out: t * np.exp(out * out) * (ROOT_PI / 2))
elementwise(special.erfcinv,     lambda t, out: -t * np.exp(out * out) * (ROOT_PI / 2))
elementwise(special.ndtr,        lambda t, x: t * np.exp(x * x / -2) / ROOT_2_PI)
elementwise(special.log_ndtr,    lambda t, x: t * (2 / ROOT_2_PI) / special.erfcx(x / -ROOT_2))
elementwise(special.ndtri,       lambda t, out: t * np.exp(out * out / 2) * ROOT_2_PI)
elementwise(special.ndtri_exp,   lambda t, out: t * special.erfcx(out / -ROOT_2) * (ROOT_2_PI / 2))
elementwise(special.owens_t,     lambda t, x, y: -t * np.exp(x * x / -2) * special.erf(x * y / ROOT_2) / ROOT_8_PI,
                                 lambda t, x, y: t * np.exp(x * x * (1 + y * y) / -2) / (1 + y * y) / (2 * math.pi))

# Exponentials, powers and logarithms
elementwise(special.exp2,        lambda t, out: t * out * math.log(2))
elementwise(special.exp10,       lambda t, out: t * out * math.log(10))
elementwise(special.expm1,       lambda t, x: t * np.exp(x))
elementwise(special.exprel,      lambda t, x: t * exprel_slope(x))
elementwise(special.cbrt,        lambda t, out: t / (3 * out * out))
elementwise(special.log1p,       lambda t, x: t / (1 + x))
elementwise(special.expit,       lambda t, x, out: t * out * special.expit(-x))
elementwise(special.log_expit,   lambda t, x: t * special.expit(-x))
elementwise(special.logit,       lambda t, x: t / (x * (1 - x)))
elementwise(special.xlogy,       lambda t, y: t * log(t, y),        lambda t, x, y: (t / y) * x)
elementwise(special.xlog1py,     lambda t, y: t * log1p(t, y), lambda t, x, y: (t / (1 + y)) * x)
elementwise(special.powm1,       lambda t, x, y: t * y * x ** (y + zero(t) - 1),
                                 lambda t, x, y: t * log(t, x) * (zero(t) + x) ** y)
elementwise(special.boxcox,      lambda t, x, y: t * x ** (y + zero(t) - 1),
                                 lambda t, x, y: t * log(t, x) ** 2 * exprel_slope(y * log(t, x)))
elementwise(special.boxcox1p,    lambda t, x, y: t * (1 + x) ** (y + zero(t) - 1),
                                 lambda t, x, y: t * log1p(t, x) ** 2 * exprel_slope(y * log1p(t, x)))
elementwise(special.inv_boxcox,  lambda t, y, out: t * out ** (1 - y - zero(t)),
                                 lambda t, x, y, out: t * out * x * x * log1prel_slope(x * y))
elementwise(special.inv_boxcox1p, lambda t, y, out: t * (1 + out) ** (1 - y - zero(t)),
                                 lambda t, x, y, out: t * (1 + out) * x * x * log1prel_slope(x * y))
elementwise(special.wrightomega, lambda t, out: t * out / (1 + out))
lambertw: Primitive = elementwise(special.lambertw, lambda t, out: t * np.exp(-out) / (1 + out), free="k tol")

# Trigonometry in degrees
elementwise(special.sindg,       lambda t, x: t * special.cosdg(x) * DEGREE)
elementwise(special.cosdg,       lambda t, x: -t * special.sindg(x) * DEGREE)
elementwise(special.tandg,       lambda t, out: t * (1 + out * out) * DEGREE)
elementwise(special.cotdg,       lambda t, out: -t * (1 + out * out) * DEGREE)
elementwise(special.cosm1,       lambda t, x: -t * np.sin(x))
elementwise(special.radian,      lambda t: t * DEGREE, lambda t: t * (DEGREE / 60), lambda t: t * (DEGREE / 3600))
elementwise(special.round,       lambda t: zero(t))

# Information and robust losses
elementwise(special.entr,        lambda t, x: -t * (1 + np.log(x)))
elementwise(special.rel_entr,    lambda t, x, y: t * (1 + log_ratio(x, y)), lambda t, x, y: -(t / y) * x)
elementwise(special.kl_div,      lambda t, x, y: t * log_ratio(x, y),       lambda t, x, y: (t / y) * (y - x))
elementwise(special.huber,       lambda t, x, y: t * np.maximum(np.abs(y) - x, 0),
                                 lambda t, x, y: t * np.clip(y, -x, x))
elementwise(special.pseudo_huber, lambda t, x, y, out: t * np.square(out / x) / (x * np.hypot(1, y / x)),
                                 lambda t, x, y: t * y / np.hypot(1, y / x))

# Exponential and trigonometric integrals. sin(x)/x and sinh(x)/x are ₀F₁, so that 0 is no exception
elementwise(special.exp1,        lambda t, x: -t * np.exp(-x) / x)
elementwise(special.expi,        lambda t, x: t * np.exp(x) / x)
by_last(special.expn,            "n",    lambda t, x, y, out: -t * expn_below(x, y, out))
elementwise(special.spence,      lambda t, x: -t * special.hyp2f1(1, 1, 2, 1 - x))
primitive(special.sici,          vjp=lambda t, x: t[0] * special.hyp0f1(1.5, x * x / -4) + t[1] * np.cos(x) / x,
                                 jvp=lambda t, x: (t * special.hyp0f1(1.5, x * x / -4), t * np.cos(x) / x),
                                 multiple=True)
primitive(special.shichi,        vjp=lambda t, x: t[0] * special.hyp0f1(1.5, x * x / 4) + t[1] * np.cosh(x) / x,
                                 jvp=lambda t, x: (t * special.hyp0f1(1.5, x * x / 4), t * np.cosh(x) / x),
                                 multiple=True)
primitive(special.fresnel,       vjp=lambda t, x: t[0] * np.sin(x * x * QUARTER) + t[1] * np.cos(x * x * QUARTER),
                                 jvp=lambda t, x: (t * np.sin(x * x * QUARTER), t * np.cos(x * x * QUARTER)),
                                 multiple=True)

# Elliptic integrals: K and E as ₂F₁ (DLMF 19.5.1, 19.5.2, 15.8.1)
elementwise(special.ellipk,      lambda t, x: t * (math.pi / 8) * special.hyp2f1(0.5, 0.5, 2, x) / (1 - x))
elementwise(special.ellipkm1,    lambda t, x: -t * (math.pi / 8) * special.hyp2f1(0.5, 0.5, 2, 1 - x) / x)
elementwise(special.ellipe,      lambda t, x: -t * (math.pi / 8) * special.hyp2f1(0.5, 1.5, 2, x))

# Distribution functions, by the variable
by_last(special.chdtr,           "v",    lambda t, x, y: t * gamma_density(x / 2, y / 2) / 2)
by_last(special.chdtrc,          "v",    lambda t, x, y: -t * gamma_density(x / 2, y / 2) / 2)
by_last(special.chdtri,          "v",    lambda t, x, out: -2 * t / gamma_density(x / 2, out / 2))
by_last(special.pdtr,            "k",    lambda t, x, y: -t * gamma_density(np.floor(x) + 1, y))
by_last(special.pdtrc,           "k",    lambda t, x, y: t * gamma_density(np.floor(x) + 1, y))
by_last(special.stdtr,           "df",   lambda t, x, y: t * student_density(x, y))
by_last(special.stdtrit,         "df",   lambda t, x, out: t / student_density(x, out))
# fmt: on


def expn_below(n: Any, x: Any, out: Any) -> Any:
    """``E(n-1, x)``; below E(0, x) = exp(-x)/x the recurrence DLMF 8.19.12 goes on."""
    return np.where(np.equal(n, 0), (1 + 1 / x) * out, special.expn(np.maximum(n, 1) - 1, x))


from . import bessel  # noqa: E402, F401  (the second half of the table)

for _function in vars(special).values():
    if isinstance(_function, np.ufunc) and entry(_function).kind == "undeclared":
        unsupported(_function, "Its derivative is not in the table. Wrap the call in ag.numerical.")
