"""``scipy.stats`` for Tensors: densities and distribution functions, differentiable by the variable and by parameters.

A distribution is one row of a table: its log-density at ``z = (x - loc) / scale``, and what else is known in closed
form. All follow SciPy's parametrisation, and its values outside the support (-inf, 0 or 1) and for parameters that
are not valid (NaN).

>>> import autograd as ag
>>> from autograd.scipy import stats
>>> round(float(ag.grad(lambda mu: stats.poisson.logpmf(3, mu))(1.5)), 12)
1.0
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special as sc
from scipy import stats as _stats

from ._distributions import Distribution
from ._multivariate import dirichlet, multinomial, multivariate_normal, multivariate_t
from ._plain import fallback

__all__ = [
    "bernoulli", "beta", "betabinom", "binom", "cauchy", "chi2", "dirichlet", "expon", "f", "gamma", "geom", "gumbel_l",
    "gumbel_r", "halfcauchy", "halfnorm", "invgamma", "laplace", "logistic", "lognorm", "multinomial",
    "multivariate_normal", "multivariate_t", "nbinom", "norm", "pareto", "poisson", "rayleigh", "skewnorm", "t",
    "truncnorm", "uniform", "vonmises", "weibull_min",
]  # fmt: skip

__getattr__ = fallback(_stats)
LOG_2_PI = math.log(2 * math.pi)

# -- what the table needs --------------------------------------------------------------------------------------------


def _normal(z: Any) -> Any:
    return z * z / -2 - LOG_2_PI / 2


def _log_mass(a: Any, b: Any) -> Any:
    """``log(ndtr(b) - ndtr(a))`` for a < b, taken on the side where both are small."""
    flip = a > 0
    a, b = np.where(flip, -b, a), np.where(flip, -a, b)
    return sc.log_ndtr(b) + np.log1p(-np.exp(sc.log_ndtr(a) - sc.log_ndtr(b)))


def _from(low: float) -> Callable[..., tuple[Any, Any]]:
    return lambda *shapes: (low, np.inf)


def _unit(*shapes: Any) -> tuple[float, float]:
    return 0.0, 1.0


def _probability(p: Any) -> Any:
    return np.logical_and(p >= 0, p <= 1)


def _log_binom(n: Any, k: Any) -> Any:
    return sc.gammaln(n + 1) - sc.gammaln(k + 1) - sc.gammaln(n - k + 1)


def _f_log_density(z: Any, n: Any, m: Any) -> Any:
    return (n / 2 * np.log(n) + m / 2 * np.log(m) + sc.xlogy(n / 2 - 1, z) - (n + m) / 2 * np.log(m + n * z)
            - sc.betaln(n / 2, m / 2))  # fmt: skip


D = Distribution
# fmt: off
norm        = D("norm", "", _normal,
                cdf=sc.ndtr, sf=lambda z: sc.ndtr(-z), logcdf=sc.log_ndtr, logsf=lambda z: sc.log_ndtr(-z),
                ppf=sc.ndtri)
halfnorm    = D("halfnorm", "", lambda z: _normal(z) + math.log(2), support=_from(0.0),
                cdf=lambda z: sc.erf(z / math.sqrt(2)), sf=lambda z: sc.erfc(z / math.sqrt(2)))
lognorm     = D("lognorm", "s", lambda z, s: _normal(np.log(z) / s) - np.log(s * z), support=_from(0.0),
                cdf=lambda z, s: sc.ndtr(np.log(z) / s), sf=lambda z, s: sc.ndtr(-np.log(z) / s),
                ppf=lambda q, s: np.exp(s * sc.ndtri(q)))
truncnorm   = D("truncnorm", "a b", lambda z, a, b: _normal(z) - _log_mass(a, b), support=lambda a, b: (a, b),
                valid=lambda a, b: a < b, cdf=lambda z, a, b: np.exp(_log_mass(a, z) - _log_mass(a, b)),
                sf=lambda z, a, b: np.exp(_log_mass(z, b) - _log_mass(a, b)))
skewnorm    = D("skewnorm", "a", lambda z, a: math.log(2) + _normal(z) + sc.log_ndtr(a * z), valid=lambda a: a == a,
                cdf=lambda z, a: sc.ndtr(z) - 2 * sc.owens_t(z, a))
t           = D("t", "df", lambda z, df: -(df + 1) / 2 * np.log1p(z * z / df) - np.log(df) / 2 - sc.betaln(df / 2, 0.5),
                cdf=lambda z, df: sc.stdtr(df, z), sf=lambda z, df: sc.stdtr(df, -z),
                ppf=lambda q, df: sc.stdtrit(df, q))
cauchy      = D("cauchy", "", lambda z: -math.log(math.pi) - np.log1p(z * z), cdf=lambda z: np.arctan2(1, -z) / math.pi,
                sf=lambda z: np.arctan2(1, z) / math.pi, ppf=lambda q: -1 / np.tan(math.pi * q))
halfcauchy  = D("halfcauchy", "", lambda z: math.log(2 / math.pi) - np.log1p(z * z), support=_from(0.0),
                cdf=lambda z: np.arctan(z) * (2 / math.pi))
laplace     = D("laplace", "", lambda z: -np.abs(z) - math.log(2),
                cdf=lambda z: np.where(z > 0, 1 - np.exp(-np.abs(z)) / 2, np.exp(-np.abs(z)) / 2),
                sf=lambda z: np.where(z < 0, 1 - np.exp(-np.abs(z)) / 2, np.exp(-np.abs(z)) / 2))
logistic    = D("logistic", "", lambda z: sc.log_expit(z) + sc.log_expit(-z), cdf=sc.expit, sf=lambda z: sc.expit(-z),
                logcdf=sc.log_expit, logsf=lambda z: sc.log_expit(-z), ppf=sc.logit)
gumbel_r    = D("gumbel_r", "", lambda z: -z - np.exp(-z), cdf=lambda z: np.exp(-np.exp(-z)),
                logcdf=lambda z: -np.exp(-z), sf=lambda z: -np.expm1(-np.exp(-z)), ppf=lambda q: -np.log(-np.log(q)))
gumbel_l    = D("gumbel_l", "", lambda z: z - np.exp(z), cdf=lambda z: -np.expm1(-np.exp(z)),
                logsf=lambda z: -np.exp(z), sf=lambda z: np.exp(-np.exp(z)), ppf=lambda q: np.log(-np.log1p(-q)))
uniform     = D("uniform", "", lambda z: z * 0, support=_unit, cdf=lambda z: z * 1, sf=lambda z: 1 - z,
                ppf=lambda q: q * 1)
expon       = D("expon", "", lambda z: -z, support=_from(0.0), cdf=lambda z: -np.expm1(-z), sf=lambda z: np.exp(-z),
                logsf=lambda z: -z, ppf=lambda q: -np.log1p(-q))
gamma       = D("gamma", "a", lambda z, a: sc.xlogy(a - 1, z) - z - sc.gammaln(a), support=_from(0.0),
                cdf=lambda z, a: sc.gammainc(a, z), sf=lambda z, a: sc.gammaincc(a, z),
                ppf=lambda q, a: sc.gammaincinv(a, q))
invgamma    = D("invgamma", "a", lambda z, a: -(a + 1) * np.log(z) - sc.gammaln(a) - 1 / z, support=_from(0.0),
                cdf=lambda z, a: sc.gammaincc(a, 1 / z), sf=lambda z, a: sc.gammainc(a, 1 / z))
chi2        = D("chi2", "df", lambda z, df: sc.xlogy(df / 2 - 1, z) - z / 2 - sc.gammaln(df / 2) - math.log(2) * df / 2,
                support=_from(0.0), cdf=lambda z, df: sc.chdtr(df, z), sf=lambda z, df: sc.chdtrc(df, z))
beta        = D("beta", "a b", lambda z, a, b: sc.xlog1py(b - 1, -z) + sc.xlogy(a - 1, z) - sc.betaln(a, b),
                support=_unit,
                cdf=lambda z, a, b: sc.betainc(a, b, z), sf=lambda z, a, b: sc.betaincc(a, b, z),
                ppf=lambda q, a, b: sc.betaincinv(a, b, q))
f           = D("f", "dfn dfd", _f_log_density, support=_from(0.0),
                cdf=lambda z, n, m: sc.betainc(n / 2, m / 2, n * z / (m + n * z)),
                sf=lambda z, n, m: sc.betainc(m / 2, n / 2, m / (m + n * z)))
pareto      = D("pareto", "b", lambda z, b: np.log(b) - (b + 1) * np.log(z), support=_from(1.0),
                cdf=lambda z, b: -np.expm1(-b * np.log(z)), sf=lambda z, b: z**-b, ppf=lambda q, b: (1 - q) ** (-1 / b))
weibull_min = D("weibull_min", "c", lambda z, c: np.log(c) + sc.xlogy(c - 1, z) - z**c, support=_from(0.0),
                cdf=lambda z, c: -np.expm1(-(z**c)), sf=lambda z, c: np.exp(-(z**c)), logsf=lambda z, c: -(z**c),
                ppf=lambda q, c: (-np.log1p(-q)) ** (1 / c))
rayleigh    = D("rayleigh", "", lambda z: np.log(z) - z * z / 2, support=_from(0.0),
                cdf=lambda z: -np.expm1(z * z / -2),
                sf=lambda z: np.exp(z * z / -2), logsf=lambda z: z * z / -2, ppf=lambda q: np.sqrt(-2 * np.log1p(-q)))
vonmises    = D("vonmises", "kappa", lambda z, k: k * sc.cosm1(z) - LOG_2_PI - np.log(sc.i0e(k)))
poisson     = D("poisson", "mu", lambda k, mu: sc.xlogy(k, mu) - sc.gammaln(k + 1) - mu, support=_from(0.0),
                discrete=True,
                valid=lambda mu: mu >= 0, cdf=lambda k, mu: sc.pdtr(np.floor(k), mu),
                sf=lambda k, mu: sc.pdtrc(np.floor(k), mu))
bernoulli   = D("bernoulli", "p", lambda k, p: sc.xlogy(k, p) + sc.xlog1py(1 - k, -p), support=_unit, discrete=True,
                valid=_probability, cdf=lambda k, p: np.where(k < 1, 1 - p, 1.0))
binom       = D("binom", "n p", lambda k, n, p: _log_binom(n, k) + sc.xlogy(k, p) + sc.xlog1py(n - k, -p),
                discrete=True,
                support=lambda n, p: (0.0, n), valid=lambda n, p: np.logical_and(n >= 0, _probability(p)))
geom        = D("geom", "p", lambda k, p: sc.xlog1py(k - 1, -p) + np.log(p), support=_from(1.0), discrete=True,
                valid=lambda p: np.logical_and(p > 0, p <= 1), cdf=lambda k, p: -np.expm1(np.floor(k) * np.log1p(-p)),
                sf=lambda k, p: np.exp(np.floor(k) * np.log1p(-p)))
nbinom      = D("nbinom", "n p", lambda k, n, p: (sc.gammaln(n + k) - sc.gammaln(k + 1) - sc.gammaln(n) + n * np.log(p)
                                                  + sc.xlog1py(k, -p)), support=_from(0.0), discrete=True,
                valid=lambda n, p: np.logical_and(n > 0, np.logical_and(p > 0, p <= 1)))
betabinom   = D("betabinom", "n a b", lambda k, n, a, b: (sc.betaln(k + a, n - k + b) - sc.betaln(a, b) - np.log(n + 1)
                                                          - sc.betaln(n - k + 1, k + 1)),
                support=lambda n, a, b: (0.0, n), discrete=True, valid=lambda n, a, b: (n >= 0) & (a > 0) & (b > 0))
# fmt: on
