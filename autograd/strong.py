"""Strong zeros: an exactly zero cotangent stays zero beside an infinite or NaN partial.

``np.where(x > 0, np.sqrt(x), 0)`` masks the square root at 0: the cotangent that reaches it is exactly zero, its
partial is infinite, and IEEE arithmetic makes NaN of the two. A zero cotangent says that nothing depends on the value,
so the answer is zero. Rules know nothing of this. A sweep first runs them as they stand, on plain arrays. If what
arrives is not finite everywhere, it runs once more, *carefully*: each rule gets its cotangent as a :class:`Strong`,
whose products and quotients take an exact zero for nothing. NaN never turns into a finite number on its way, so a sweep
whose result is finite met no such product, and all that it pays is one look at its result.
"""

from __future__ import annotations

import cmath
import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

_policy: ContextVar[str] = ContextVar("nan_policy", default="strong")


@contextmanager
def nan_policy(policy: str) -> Iterator[None]:
    """Choose what zero times infinity or NaN is in the sweeps of a block.

    Parameters
    ----------
    policy : {"strong", "ieee"}
        ``strong``, the default: an exactly zero cotangent stays zero beside any partial, so what ``np.where`` masked
        stays silent. ``ieee``: the raw product, NaN.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> f = ag.grad(lambda x: np.where(x > 0, np.sqrt(x), 0.0))
    >>> f(0.0)
    np.float64(0.0)
    >>> with ag.nan_policy("ieee"):
    ...     f(0.0)
    np.float64(nan)
    """
    if policy not in ("strong", "ieee"):
        raise ValueError(f"nan_policy: {policy!r}; it is 'strong' or 'ieee'.")
    token = _policy.set(policy)
    try:
        yield
    finally:
        _policy.reset(token)


def strong_zeros() -> bool:
    """Whether an exact zero is stronger than infinity and NaN here."""
    return _policy.get() == "strong"


def immediate(x: Any) -> bool:
    """Whether a value can be looked at now: a lazy array cannot."""
    return isinstance(x, (np.ndarray, np.generic))


def all_finite(x: Any) -> bool:
    """Whether every element is finite; of a lazy array nobody can tell, so it is not said."""
    if type(x) is not np.ndarray:
        x = getattr(x, "_buffer", x)  # a Tensor's, without handing it out
        if not immediate(x):
            return False
    if x.ndim == 0:
        return cmath.isfinite(x)
    # a sum of squares is finite only if every element is; that it may overflow costs no more than a second look
    flat = x.ravel("K")  # as it lies in memory
    return cmath.isfinite(flat.dot(flat)) or bool(np.isfinite(flat).all())


# -- products ---------------------------------------------------------------------------------------------------------


def product(f: Callable[..., Any], operands: Sequence[Any]) -> Any:
    """A function that is linear in each operand, with strong zeros: every term with a factor of zero is zero.

    The terms that are not finite and have no zero factor are counted by the same function, on masks. Where there is
    none, the finite parts are all there is.
    """
    out = f(*operands)
    if all_finite(out):
        return out
    finite = [np.isfinite(x) for x in operands]
    nonzero = [_mask(np.not_equal(x, 0)) for x in operands]
    counts = [
        f(*[_mask(np.logical_not(ok)) if j == k else nonzero[j] for j in range(len(operands))])
        for k, ok in enumerate(finite)
    ]
    rest = f(*[np.where(ok, x, 0) for ok, x in zip(finite, operands, strict=True)])
    return np.where(np.equal(functools.reduce(np.add, counts), 0), rest, out)


def _mask(condition: Any) -> Any:
    return condition.astype(np.float32)


def quotient(t: Any, y: Any) -> Any:
    """``t / y``, where an exactly zero ``t`` gives zero whatever ``y`` is."""
    out = t / y
    return out if all_finite(out) else np.where(np.equal(t, 0), np.zeros_like(out), out)


# Sums of products without a minus sign, so that :func:`product` can count by them. ``rules`` adds the engine's own.
PRODUCTS: set[Any] = {np.multiply, np.matmul, np.dot, np.inner, np.outer, np.tensordot, np.einsum, np.kron, np.vdot}
PRODUCTS |= {np.convolve, np.correlate} | {getattr(np, name, np.dot) for name in ("vecdot", "matvec", "vecmat")}


class Strong(np.lib.mixins.NDArrayOperatorsMixin):
    """A cotangent (or tangent) in a careful sweep: it computes like the array that it holds, but its zeros are strong.

    It knows nothing of Tensors, and holds them as well: what it computes is recorded if the sweep is.
    """

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        values = [plain(v) for v in inputs]
        if method == "__call__" and ufunc in PRODUCTS:
            return Strong(product(functools.partial(ufunc, **kwargs), values))
        if method == "__call__" and ufunc is np.divide:
            return Strong(quotient(*values))
        return strong(getattr(ufunc, method)(*values, **kwargs))

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        return strongly(function, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self.value, name)
        if not callable(attribute):
            return strong(attribute)
        return lambda *args, **kwargs: strong(attribute(*map(plain, args), **kwargs))

    def __getitem__(self, index: Any) -> Any:
        return Strong(self.value[index])

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Any]:
        return map(Strong, self.value)


def strong(value: Any) -> Any:
    """A value with strong zeros; one for each in a list or tuple."""
    if type(value) in (list, tuple):
        return type(value)(map(strong, value))
    if not (hasattr(value, "dtype") and hasattr(value, "shape")):
        return value
    return value if getattr(value.dtype, "kind", "f") not in "fc" else Strong(value)  # of several cotangents: a tuple


def plain(value: Any) -> Any:
    """What a Strong holds, also inside lists and tuples."""
    if type(value) is Strong:
        return value.value
    return type(value)(map(plain, value)) if type(value) in (list, tuple) else value


def strongly(function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Call a function on what the Strongs among its arguments hold; a product treats zeros as strong."""
    args, kwargs = plain(list(args)), {name: plain(v) for name, v in kwargs.items()}
    if function not in PRODUCTS:
        return strong(function(*args, **kwargs))
    several = type(args[0]) is list  # of operands: the engine's own einsum takes them so
    flat = args[0] if several else args
    places = [k for k, v in enumerate(flat) if hasattr(v, "dtype") and hasattr(v, "shape")]

    def of(*operands: Any) -> Any:
        filled = list(flat)
        for k, operand in zip(places, operands, strict=True):
            filled[k] = operand
        return function(filled, *args[1:], **kwargs) if several else function(*filled, **kwargs)

    return Strong(product(of, [flat[k] for k in places]))
