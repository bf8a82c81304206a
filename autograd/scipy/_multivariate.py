"""Distributions of vectors, for ``stats.py``."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special as sc
from scipy import stats

from ..tensor import Tensor, tensor
from . import linalg
from ._plain import fallback


def _plain(x: Any) -> Any:
    return x.detach().data if isinstance(x, Tensor) else np.asarray(x)


def _normal_logpdf(x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
    """The log-density of the normal distribution at the vectors along the last axis of ``x``."""
    if allow_singular:
        raise TypeError("multivariate_normal: allow_singular is not supported; the covariance is factored by Cholesky.")
    x, mean, cov = tensor(x), tensor(0.0 if mean is None else mean), tensor(cov)
    n = mean.shape[0] if mean.ndim else cov.shape[0] if cov.ndim else 1  # a number is a vector of one
    if cov.ndim < 2:
        cov = cov.reshape((-1, 1)) * np.eye(n, dtype=cov.dtype if cov.dtype.kind == "f" else float)
    if cov.shape != (n, n):
        raise ValueError(f"multivariate_normal: mean has {n} components, and the covariance has shape {cov.shape}.")
    if x.ndim == 0 or (x.ndim == 1 and n == 1):
        x = x[..., None]
    d = x - mean
    c = linalg.cholesky((cov + cov.T) / 2, lower=True)
    z = linalg.solve_triangular(c, d.reshape((-1, n)).T, lower=True)
    squares = np.sum(z * z, axis=0).reshape(d.shape[:-1])
    return -(n * math.log(2 * math.pi) + squares) / 2 - np.sum(np.log(np.diagonal(c)))


def _multinomial_logpmf(x: Any, n: Any, p: Any) -> Any:
    """The log-probability of counts along the last axis; as in SciPy the last of ``p`` is 1 minus the others."""
    x, p = tensor(x), tensor(p)
    p = np.concatenate((p[..., :-1], 1 - np.sum(p[..., :-1], axis=-1, keepdims=True)), axis=-1)
    counts, chances = _plain(x), _plain(p)
    whole = np.all((counts >= 0) & (counts == np.floor(counts)), axis=-1) & (np.sum(counts, axis=-1) == _plain(n))
    valid = np.all((chances >= 0) & (chances <= 1), axis=-1) & (_plain(n) >= 0)
    terms = sc.xlogy(x, p) - sc.gammaln(x + 1.0)
    value = sc.gammaln(tensor(n) + 1.0) + np.sum(terms, axis=-1)
    return np.where(np.logical_and(whole, valid), value, np.where(valid, -np.inf, np.nan))


def _dirichlet_logpdf(x: Any, alpha: Any) -> Any:
    """The log-density at ``x``, whose first axis runs over the components; the last one may be left out."""
    x, alpha = tensor(x), tensor(alpha)
    if x.shape[0] + 1 == alpha.shape[0]:
        x = np.concatenate((x, 1 - np.sum(x, axis=0, keepdims=True)), axis=0)
    if x.shape[0] != alpha.shape[0]:
        raise ValueError(f"dirichlet: x has {x.shape[0]} components, alpha {alpha.shape[0]}.")
    plain = _plain(x)
    if np.any(_plain(alpha) <= 0):
        raise ValueError("dirichlet: all of alpha have to be greater than 0.")
    if np.any(plain < 0) or np.any(np.abs(np.sum(plain, axis=0) - 1) > 1e-9):
        raise ValueError("dirichlet: x is no point of the simplex: its components are at least 0 and sum to 1.")
    weights = (alpha - 1).reshape((-1,) + (1,) * (x.ndim - 1))
    norm = np.sum(sc.gammaln(alpha)) - sc.gammaln(np.sum(alpha))
    return np.sum(sc.xlogy(weights, x), axis=0) - norm


def _t_logpdf(x: Any, loc: Any = None, shape: Any = 1, df: Any = 1) -> Any:
    """The log-density of the multivariate t distribution at the vectors along the last axis of ``x``."""
    x, shape, df = tensor(x), np.atleast_2d(tensor(shape)), tensor(df)
    n = shape.shape[0]
    d = x - (0.0 if loc is None else loc)
    c = linalg.cholesky((shape + shape.T) / 2, lower=True)
    z = linalg.solve_triangular(c, d.reshape((-1, n)).T, lower=True)
    squares = np.sum(z * z, axis=0).reshape(d.shape[:-1])
    norm = sc.gammaln((df + n) / 2) - sc.gammaln(df / 2) - n / 2 * np.log(math.pi * df)
    return norm - np.sum(np.log(np.diagonal(c))) - (df + n) / 2 * np.log1p(squares / df)


class Multivariate:
    """A distribution of vectors: its log-density (or log-mass), its exponential, and what else SciPy has."""

    def __init__(self, name: str, log: Any, of: str) -> None:
        self.name = name
        setattr(self, f"log{of}", log)
        setattr(self, of, lambda *args, **kwargs: np.exp(log(*args, **kwargs)))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "name":
            raise AttributeError(name)
        return fallback(getattr(stats, self.name), self.name)(name)


multivariate_normal = Multivariate("multivariate_normal", _normal_logpdf, "pdf")
multivariate_t = Multivariate("multivariate_t", _t_logpdf, "pdf")
dirichlet = Multivariate("dirichlet", _dirichlet_logpdf, "pdf")
multinomial = Multivariate("multinomial", _multinomial_logpmf, "pmf")
