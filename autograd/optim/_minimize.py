"""scipy.optimize.minimize with derivatives from the tape, on containers of arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..transforms import hessian, hvp, value_and_grad
from ..trees import flatten
from ._scipy import optimize

# Methods of SciPy that take no derivative, and those that take second ones
WITHOUT_GRADIENT = frozenset({"nelder-mead", "powell", "cobyla", "cobyqa"})
WITH_PRODUCTS = frozenset({"newton-cg", "trust-ncg", "trust-krylov", "trust-constr"})
WITH_HESSIAN = frozenset({"dogleg", "trust-exact"})


def minimize(
    f: Callable[..., Any], x0: Any, args: tuple[Any, ...] = (), method: str | Callable[..., Any] = "BFGS", *,
    bounds: Any = None, constraints: Any = (), tol: float | None = None, callback: Callable[[Any], Any] | None = None,
    options: dict[str, Any] | None = None,
) -> Any:  # fmt: skip
    """Minimise a scalar function: ``scipy.optimize.minimize`` with ``jac`` and ``hessp`` from the tape.

    Parameters
    ----------
    f : callable
        ``f(x, *args)``, written in NumPy, gives a scalar.
    x0 : array or container
        Where to start: an array, or nested lists, tuples and dicts of arrays; ``f`` gets the same form, in float64.
    args : tuple
        Passed on to ``f``; not differentiated.
    method : str or callable
        One of SciPy's, or a function as SciPy takes it. Newton-CG, trust-ncg, trust-krylov and trust-constr get
        products with the Hessian; dogleg and trust-exact the Hessian itself; methods without derivatives get none.
    bounds, constraints, tol, options
        As for SciPy, on the elements of ``x0`` end to end, in the order of ``trees.flatten``.
    callback : callable, optional
        Called after each iteration with ``x``, in the form of ``x0``. StopIteration ends the search.

    Returns
    -------
    scipy.optimize.OptimizeResult
        With ``x`` and ``jac`` in the form of ``x0``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import optim
    >>> def f(p):
    ...     return (p["a"] - 1) ** 2 + np.sum((p["b"] - p["a"]) ** 2)
    >>> found = optim.minimize(f, {"a": 0.0, "b": np.array([0.0, 5.0])})
    >>> bool(found.success), np.round(found.x["b"], 4)
    (True, array([1., 1.]))
    """
    form = _Form(x0)

    def loss(x: Any) -> Any:
        return f(x, *args)

    def value(flat: Any) -> float:
        return float(loss(form.tree(flat)))

    def both(flat: Any) -> tuple[float, Any]:
        y, gradient = value_and_grad(loss)(form.tree(flat))
        return float(y), form.flat(gradient)

    def product(flat: Any, t: Any) -> Any:
        t = np.asarray(t, np.float64)  # trust-constr asks with integers
        return form.flat(hvp(loss, (form.tree(flat),), (form.tree(t),)))

    kind = method.lower() if isinstance(method, str) else ""
    given: dict[str, Any] = {"jac": None if kind in WITHOUT_GRADIENT else True}
    if kind in WITH_PRODUCTS:
        given["hessp"] = product
    if kind in WITH_HESSIAN:
        given["hess"] = hessian(lambda flat: loss(form.tree(flat)))
    if callback is not None:
        given["callback"] = lambda xk, *_: callback(form.tree(xk))
    found = optimize("optim.minimize").minimize(
        value if given["jac"] is None else both, form.start, method=method, bounds=bounds, constraints=constraints,
        tol=tol, options=options, **given,
    )  # fmt: skip
    found.x = form.tree(found.x)
    if isinstance(found.get("jac"), np.ndarray) and found.jac.shape == form.start.shape:
        found.jac = form.tree(found.jac)
    return found


class _Form:
    """A container's form: between it and one flat float64 array."""

    def __init__(self, x0: Any) -> None:
        leaves, self.rebuild = flatten(_arrays(x0))
        for leaf in leaves:
            if leaf.dtype.kind not in "fiub":
                raise TypeError(f"minimize: x0 holds {leaf.dtype} where real numbers are due.")
        self.shapes = [leaf.shape for leaf in leaves]
        self.cuts = np.cumsum([0, *(leaf.size for leaf in leaves)])
        self.start = np.concatenate([np.zeros(0), *leaves], axis=None, dtype=np.float64)
        if not self.start.size:
            raise ValueError("minimize: x0 holds no number.")

    def tree(self, flat: Any) -> Any:
        parts: Sequence[Any] = [
            flat[i:j].reshape(shape) for i, j, shape in zip(self.cuts, self.cuts[1:], self.shapes, strict=False)
        ]
        return self.rebuild([part if part.ndim else part[()] for part in parts])

    def flat(self, tree: Any) -> Any:
        return np.concatenate(flatten(tree)[0], axis=None, dtype=np.float64)


def _arrays(tree: Any) -> Any:
    """A container with arrays at its leaves; a list of numbers is itself an array, as it is for SciPy."""
    if type(tree) in (list, tuple) and all(map(np.isscalar, tree)):
        return np.asarray(tree)
    leaves, rebuild = flatten(tree)
    return rebuild([np.asarray(leaf) for leaf in leaves])
