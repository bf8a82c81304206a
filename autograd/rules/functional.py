"""Functions that call a function of the user's on parts of an array: it works on Tensors, and so is differentiated."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..primitive import composite
from ..tensor import Tensor, tensor, value_of
from .indexing import cast, on_axis

# -- along axes ------------------------------------------------------------------------------------------------------


def _apply_along_axis(func1d: Any, axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """``np.apply_along_axis``: the function on one row after the other, and what it returns in place of each."""
    arr, axis = on_axis(arr, axis)
    view = np.moveaxis(arr, axis, -1)
    outer = view.shape[:-1]
    results = [tensor(func1d(view[place], *args, **kwargs)) for place in np.ndindex(outer)]
    if not results:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    n = results[0].ndim
    stacked = np.stack(results).reshape(outer + results[0].shape)
    return np.moveaxis(stacked, range(len(outer), len(outer) + n), range(axis, axis + n))


def _apply_over_axes(func: Any, a: Any, axes: Any) -> Any:
    """``np.apply_over_axes``: the function along one axis after the other, each kept at length one."""
    a = tensor(a)
    for axis in np.atleast_1d(value_of(axes)).tolist():
        axis = axis % a.ndim if axis < 0 else axis
        result: Any = tensor(func(a, axis))
        if result.ndim != a.ndim:
            result = np.expand_dims(result, axis)
        if result.ndim != a.ndim:
            raise ValueError("apply_over_axes: the function does not return an array of the correct shape.")
        a = result
    return a


# -- by conditions ---------------------------------------------------------------------------------------------------


def _piecewise(x: Any, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> Any:
    """``np.piecewise``: each function sees the elements for which its condition holds, and no others."""
    x = tensor(x)
    conditions = value_of(condlist)
    if not np.ndim(conditions) or (not isinstance(value_of(conditions[0]), (list, np.ndarray)) and x.ndim != 0):
        conditions = [conditions]
    masks = [np.asarray(value_of(condition), bool) for condition in conditions]
    if len(masks) == len(funclist) - 1:
        masks.append(~np.any(masks, axis=0))
    if len(masks) != len(funclist):
        n = len(masks)
        raise ValueError(f"with {n} condition(s), either {n} or {n + 1} functions are expected")
    y = tensor(np.zeros_like(value_of(x)))
    for mask, function in zip(masks, funclist, strict=True):
        if not callable(function):
            y[mask] = function
        elif np.any(mask):
            y[mask] = function(x[mask], *args, **kw)
    return y


composite(np.apply_along_axis, _apply_along_axis)
composite(np.apply_over_axes, _apply_over_axes)
composite(np.piecewise, _piecewise)

# -- element by element ----------------------------------------------------------------------------------------------

_TERM = re.compile(r"\(([^()]*)\)")


def _dimensions(side: str) -> list[tuple[str, ...]]:
    """The names of the core dimensions of each term on one side of a signature."""
    return [tuple(name for name in term.replace(" ", "").split(",") if name) for term in _TERM.findall(side)]


class vectorize:
    """:class:`numpy.vectorize` for functions of Tensors: it calls a function of scalars for each element.

    NumPy's own class turns its arguments into plain arrays before anybody is asked. This one has its parameters and
    gives its results; where an argument is a Tensor, the function is called on Tensors, and what it returns is stacked.
    It is a loop in Python, as NumPy's is: a function that can be written with NumPy's functions on whole arrays is
    faster by orders of magnitude.

    Parameters
    ----------
    pyfunc : callable, optional
        A function of scalars, or, with ``signature``, of small arrays. Without it the result is a decorator.
    otypes : str or list of dtypes, optional
        The dtypes of the outputs; otherwise they are those of what the function returns.
    doc : str, optional
        The docstring; otherwise that of the function.
    excluded : set of str or int, optional
        Names and positions of arguments that are passed on whole.
    cache : bool
        Call the function no second time to find out the number of outputs. With a Tensor that is always so.
    signature : str, optional
        Core dimensions, such as ``(m,n),(n)->(m)``, for a function of vectors and matrices.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> @ag.vectorize
    ... def huber(x, width):
    ...     return x * x / 2 if abs(x) < width else width * (abs(x) - width / 2)
    >>> ag.grad(lambda x: np.sum(huber(x, 1.0)))(np.array([0.5, -3.0]))
    array([ 0.5, -1. ])
    """

    def __init__(
        self, pyfunc: Any = None, otypes: Any = None, doc: str | None = None,
        excluded: Iterable[str | int] | None = None, cache: bool = False, signature: str | None = None,
    ) -> None:  # fmt: skip
        self.otypes, self.excluded, self.cache, self.signature = otypes, set(excluded or ()), cache, signature
        self._doc = doc
        if pyfunc is not None:
            self._wrap(pyfunc)

    def _wrap(self, pyfunc: Callable[..., Any]) -> None:
        self.pyfunc = pyfunc
        self._of_numpy: Any = np.vectorize(pyfunc, self.otypes, self._doc, self.excluded, self.cache, self.signature)
        self._types = None if self.otypes is None else [np.dtype(kind) for kind in self.otypes]
        functools.update_wrapper(self, pyfunc)
        self.__doc__ = pyfunc.__doc__ if self._doc is None else self._doc

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function for each element; with no function yet, take it (``@vectorize(otypes=[float])``)."""
        if not hasattr(self, "pyfunc"):
            self._wrap(args[0])
            return self
        varying: dict[str | int, Any] = {}
        varying.update((k, value) for k, value in enumerate(args) if k not in self.excluded)
        varying.update((name, value) for name, value in kwargs.items() if name not in self.excluded)
        if not any(isinstance(leaf, Tensor) for leaf in _leaves([*args, *kwargs.values()])):
            return self._of_numpy(*args, **kwargs)

        def call(values: Sequence[Any]) -> Any:
            new = dict(zip(varying, values, strict=True))
            positional = [new.get(k, value) for k, value in enumerate(args)]
            return self.pyfunc(*positional, **{name: new.get(name, value) for name, value in kwargs.items()})

        return self._stacked(call, [tensor(value) for value in varying.values()])

    def _stacked(self, call: Callable[[Sequence[Any]], Any], operands: list[Tensor]) -> Any:
        """Call the function at each place of the loop, and stack each of its outputs."""
        cores, outputs = self._cores(len(operands))
        sizes: dict[str, int] = {}
        for operand, core in zip(operands, cores, strict=True):
            if operand.ndim < len(core):
                raise ValueError(f"{operand.ndim}-dimensional argument does not have enough dimensions for {core}")
            for name, n in zip(core, operand.shape[operand.ndim - len(core) :], strict=True):
                if sizes.setdefault(name, n) != n:
                    raise ValueError(f"inconsistent size for core dimension {name!r}: {sizes[name]} and {n}")
        loops = [operand.shape[: operand.ndim - len(core)] for operand, core in zip(operands, cores, strict=True)]
        loop = np.broadcast_shapes(*loops)
        wide = [
            np.broadcast_to(x, (*loop, *x.shape[len(own) :])) if own != loop else x
            for x, own in zip(operands, loops, strict=True)
        ]
        results = [call([x[place] for x in wide]) for place in np.ndindex(loop)]
        if not results:
            return self._empty(loop, outputs, sizes)
        several = isinstance(results[0], tuple)
        columns = list(zip(*results, strict=True)) if several else [results]
        if outputs is not None and len(outputs) != len(columns):
            raise ValueError(f"wrong number of outputs from pyfunc: expected {len(outputs)}, got {len(columns)}")
        stacked = [self._column(column, loop, k) for k, column in enumerate(columns)]
        return tuple(stacked) if several else stacked[0]

    def _column(self, column: Iterable[Any], loop: tuple[int, ...], k: int) -> Any:
        """One output: what all calls returned, in the form of the loop."""
        items = [tensor(item) for item in column]
        shapes = {item.shape for item in items}
        if len(shapes) > 1 or (self.signature is None and shapes != {()}):
            raise ValueError(f"vectorize: the calls return shapes {sorted(shapes)}, which do not fit together.")
        dtype = items[0].dtype if self._types is None else self._types[k]
        if np.dtype(dtype).kind not in "fc" and any(item.requires_grad for item in items):
            raise TypeError(
                f"vectorize: the results are to be {np.dtype(dtype)}, by the first call or by otypes, and others would "
                f"lose their gradient. Return 0.0 instead of 0, or pass otypes=[float]."
            )
        return cast(np.stack(items).reshape(loop + items[0].shape), dtype)

    def _cores(self, n: int) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]] | None]:
        """Core dimensions of the operands and of the outputs; without a signature all are scalars."""
        if self.signature is None:
            return [()] * n, None if self._types is None else [()] * len(self._types)
        left, _, right = self.signature.partition("->")
        cores, outputs = _dimensions(left), _dimensions(right)
        if len(cores) != n:
            raise TypeError(f"wrong number of positional arguments: expected {len(cores)}, got {n}")
        return cores, outputs

    def _empty(self, loop: tuple[int, ...], outputs: list[tuple[str, ...]] | None, sizes: dict[str, int]) -> Any:
        """The outputs of no calls at all: only ``otypes`` tells what they would be."""
        if self._types is None or outputs is None:
            raise ValueError("cannot call `vectorize` on size 0 inputs unless `otypes` is set")
        if unknown := sorted(name for core in outputs for name in core if name not in sizes):
            raise ValueError(f"cannot call `vectorize` with a signature including new output dimensions: {unknown}")
        empty = [
            tensor(np.empty((*loop, *(sizes[name] for name in core)), dtype))
            for core, dtype in zip(outputs, self._types, strict=True)
        ]
        return tuple(empty) if len(empty) > 1 else empty[0]


def _leaves(values: Iterable[Any]) -> list[Any]:
    return [leaf for v in values for leaf in (_leaves(v) if isinstance(v, (list, tuple)) else [v])]
