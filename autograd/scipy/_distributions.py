"""What the rows of the table in ``stats.py`` are made into: distributions of one variable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

from ..tensor import Tensor, tensor
from ._plain import fallback

Formula = Callable[..., Any]


def _number(v: Any) -> Any:
    """A parameter as an array; Python's numbers stay, for they take the dtype of what they meet."""
    return v if isinstance(v, (Tensor, np.ndarray, float)) else float(v) if isinstance(v, int) else tensor(v)


def _in(dtype: Any, v: Any) -> Any:
    return dtype.type(v) if type(v) in (int, float) else v


def _plain(x: Any) -> Any:
    return x.detach().data if isinstance(x, Tensor) else np.asarray(x)


def _positive(*shapes: Any) -> Any:
    return np.all(np.stack(np.broadcast_arrays(True, *[s > 0 for s in shapes])), axis=0)


class Distribution:
    """A family of distributions: ``logpdf(x, *shapes, loc=0, scale=1)``, ``pdf``, ``cdf``, ``sf``, their logs, ``ppf``.

    Discrete families have ``logpmf`` and ``pmf`` instead, and no ``scale``.
    """

    def __init__(
        self,
        name: str,
        shapes: str,
        log_density: Formula,
        *,
        cdf: Formula | None = None,
        sf: Formula | None = None,
        logcdf: Formula | None = None,
        logsf: Formula | None = None,
        ppf: Formula | None = None,
        support: Callable[..., tuple[Any, Any]] = lambda *shapes: (-np.inf, np.inf),
        valid: Formula = _positive,
        discrete: bool = False,
    ) -> None:
        self.name, self.shapes, self.log_density = name, shapes.split(), log_density
        self.support, self.valid, self.discrete = support, valid, discrete
        self.formulas = {"cdf": cdf, "sf": sf, "logcdf": logcdf, "logsf": logsf, "ppf": ppf}

    def __repr__(self) -> str:
        return f"<autograd.scipy.stats.{self.name}>"

    def __getattr__(self, name: str) -> Any:
        """What has no formula here is SciPy's (``rvs``, moments, ``fit``), and refuses a Tensor on a tape."""
        if name.startswith("_") or "formulas" not in vars(self):
            raise AttributeError(name)
        return fallback(getattr(stats, self.name), self.name)(name)

    def __call__(self, *args: Any, **kwargs: Any) -> Frozen:
        """The distribution with its parameters fixed: ``norm(mu, sigma).logpdf(x)``."""
        return Frozen(self, args, kwargs)

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[list[Any], Any, Any]:
        """The shape parameters, loc and scale."""
        names = [*self.shapes, "loc"] + ([] if self.discrete else ["scale"])
        given = dict(zip(names, args, strict=False))
        twice = sorted(set(given) & set(kwargs)) + sorted(set(kwargs) - set(names))
        missing = [name for name in self.shapes if name not in given and name not in kwargs]
        if len(args) > len(names) or twice or missing:
            raise TypeError(f"{self.name}: its parameters are {', '.join(names)}; got {len(args)} by position and "
                            f"{sorted(kwargs)} by name.")  # fmt: skip
        given.update(kwargs)
        return [_number(given[name]) for name in self.shapes], given.get("loc", 0.0), given.get("scale", 1.0)

    def _masked(
        self, formula: Formula, x: Any, args: Any, kwargs: Any, below: float, above: float, log_scale: bool = False
    ) -> Any:
        """A formula inside the support, constants outside it, and NaN where the parameters are not valid."""
        shapes, loc, scale = self._bind(args, kwargs)
        z = (tensor(x) - loc) / scale if not self.discrete else tensor(x) - loc
        if z.dtype.kind not in "f":
            z = z.astype(float)
        bare, plain = _plain(z), [_plain(s) for s in shapes]
        shapes, scale = [_in(z.dtype, s) for s in shapes], _in(z.dtype, scale)
        low, high = self.support(*plain)
        valid = np.logical_and(self.valid(*plain), _plain(scale) > 0)
        inside = np.logical_and(valid, np.logical_and(bare >= low, bare <= high))
        if self.discrete and formula is self.log_density:
            inside = np.logical_and(inside, bare == np.floor(bare))
        safe = np.where(np.isfinite(low), np.where(np.isfinite(high), (low + high) / 2, low + 1.0), 0.5)
        if self.discrete:
            safe = np.floor(safe)
        with np.errstate(all="ignore"):
            value = formula(np.where(inside, z, safe.astype(bare.dtype)), *shapes)
            if log_scale:
                value = value - np.log(scale)
            dtype = np.result_type(z.dtype, *(s.dtype for s in shapes))
            value = value if value.dtype == dtype else value.astype(dtype)  # some ufuncs have no loop for float32
        outside = np.where(valid, np.where(bare < low, below, above), np.nan)
        outside = np.where(np.isnan(bare), np.nan, outside).astype(bare.dtype)
        return np.where(np.broadcast_to(inside, value.shape) if np.ndim(value) else inside, value, outside)

    def _known(self, name: str) -> Formula:
        formula = self.formulas[name]
        if formula is None:
            raise NotImplementedError(f"{self.name}.{name}: there is no closed form. Wrap SciPy's in ag.numerical.")
        return formula

    def _log(self, x: Any, args: Any, kwargs: Any, discrete: bool) -> Any:
        if self.discrete is not discrete:
            right, wrong = ("logpmf", "logpdf") if self.discrete else ("logpdf", "logpmf")
            raise AttributeError(f"{self.name} has no {wrong}; use {right}.")
        return self._masked(self.log_density, x, args, kwargs, -np.inf, -np.inf, log_scale=not self.discrete)

    def logpdf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """The logarithm of the density at ``x``."""
        return self._log(x, args, kwargs, False)

    def pdf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """The density at ``x``."""
        return np.exp(self._log(x, args, kwargs, False))

    def logpmf(self, k: Any, *args: Any, **kwargs: Any) -> Any:
        """The logarithm of the probability of ``k``."""
        return self._log(k, args, kwargs, True)

    def pmf(self, k: Any, *args: Any, **kwargs: Any) -> Any:
        """The probability of ``k``."""
        return np.exp(self._log(k, args, kwargs, True))

    def cdf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """The probability of a value up to ``x``."""
        return self._masked(self._known("cdf"), x, args, kwargs, 0.0, 1.0)

    def sf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """The probability of a value above ``x``."""
        found = self.formulas["sf"]
        if found is None:
            return 1 - self.cdf(x, *args, **kwargs)
        return self._masked(found, x, args, kwargs, 1.0, 0.0)

    def logcdf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """The logarithm of ``cdf``."""
        found = self.formulas["logcdf"] or (lambda z, *shapes: np.log(self._known("cdf")(z, *shapes)))
        return self._masked(found, x, args, kwargs, -np.inf, 0.0)

    def logsf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """The logarithm of ``sf``."""
        if self.formulas["logsf"] is None and self.formulas["sf"] is None:
            return np.log(self.sf(x, *args, **kwargs))
        found = self.formulas["logsf"] or (lambda z, *shapes: np.log(self._known("sf")(z, *shapes)))
        return self._masked(found, x, args, kwargs, 0.0, -np.inf)

    def ppf(self, q: Any, *args: Any, **kwargs: Any) -> Any:
        """The inverse of ``cdf``."""
        shapes, loc, scale = self._bind(args, kwargs)
        q = tensor(q)
        return loc + scale * self._known("ppf")(q, *(_in(q.dtype, s) for s in shapes))


class Frozen:
    """A distribution with its parameters fixed."""

    def __init__(self, family: Distribution, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.family, self.args, self.kwargs = family, args, kwargs

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.family, name)
        return lambda x: method(x, *self.args, **self.kwargs)
