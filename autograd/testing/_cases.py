"""A case: one call of one function, with values for its slots; and what every check of a case uses."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..primitive import Primitive
from ..transforms import vjp
from ..trees import flatten
from .samples import Call, Sample, Slot


class Case(NamedTuple):
    """One call of a sample."""

    function: Callable[..., Any]
    primitive: Primitive | None  # None for a function that is none: one decorated with custom_vjp, say
    sample: Sample
    call: Call
    name: str

    @property
    def analytic(self) -> bool:
        """Whether the complex step has to apply."""
        return self.sample.analytic and "dtype" not in self.call.kwargs

    @property
    def complex(self) -> bool:
        """Whether it is checked on complex numbers, too."""
        return self.sample.complex and "dtype" not in self.call.kwargs

    @property
    def exact(self) -> bool:
        """Whether Tensors give the bits that arrays give: the same code runs on both."""
        return self.primitive is not None and self.primitive.kind != "composite"

    @property
    def elementwise(self) -> bool:
        """Whether the Jacobian is diagonal."""
        return self.primitive is not None and self.primitive.kind == "elementwise"

    @property
    def broadcasts(self) -> bool:
        """Whether a scalar may stand where an array may: NumPy's functions, and elementwise ones."""
        return self.elementwise or self.function is not self.primitive

    @property
    def internal(self) -> bool:
        """Whether it is a step of the engine's own, which may be made for part of what its sample says."""
        return self.function is self.primitive and (self.function.original.__module__ or "").startswith("autograd.")

    def dtypes(self) -> tuple[str, ...]:
        """The dtypes that it takes."""
        return ("f8", "f4", "c16", "c8") if self.complex else ("f8", "f4")

    def values(self, dtype: Any = np.float64) -> list[Any]:
        """An array for each slot, of values that are spread over its domain and differ clearly from each other."""
        rng = np.random.default_rng(zlib.crc32(self.name.encode()))
        slots = slots_of(self.call)
        n = sum(int(np.prod(slot.shape)) for slot in slots)
        ranks, values = iter(rng.permutation(n)), []
        for slot in slots:
            shape = slot.shape
            u = [(next(ranks) + rng.uniform(0.25, 0.75)) / n for _ in range(int(np.prod(shape)))]
            x = np.array(slot.of(np.array(u, float)), float).reshape(shape)
            if np.dtype(dtype).kind == "c":
                x = x + 1j * rng.permutation(np.linspace(-0.6, 0.8, x.size + 2)[1:-1]).reshape(shape)
            x = (x if slot.then is None else slot.then(x)).astype(dtype)
            values.append(x[()])
        return values

    def f(self, *values: Any) -> Any:
        """The call with these values in its slots."""
        args, kwargs = fill((self.call.args, self.call.kwargs), iter(values))
        return self.function(*args, **kwargs)

    def floats(self, *values: Any) -> list[Any]:
        """What has a derivative among the results of the call."""
        return floating(self.f(*values))

    def given(self, **more: Any) -> Case:
        """The case with more keywords."""
        return self._replace(call=Call(self.call.args, {**self.call.kwargs, **more}))


def slots_of(tree: Any) -> list[Slot]:
    """The slots among the arguments of a call."""
    if isinstance(tree, Slot):
        return [tree]
    children = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, (list, tuple)) else ()
    return [slot for child in children for slot in slots_of(child)]


def fill(tree: Any, values: Iterator[Any]) -> Any:
    """The arguments of a call with values in the place of the slots."""
    if isinstance(tree, Slot):
        return next(values)
    if isinstance(tree, dict):
        return {name: fill(child, values) for name, child in tree.items()}
    return type(tree)(fill(child, values) for child in tree) if type(tree) in (list, tuple) else tree


def arrays_of(result: Any) -> list[Any]:
    """The arrays in what a function returned."""
    return flatten(result)[0]


def floating(result: Any) -> list[Any]:
    """Those of them that have a derivative."""
    return [v for v in arrays_of(result) if v.dtype.kind in "fc"]


def cotangents(outputs: Sequence[Any], k: int = 0) -> list[Any]:
    """Numbers without symmetry, one array for each of ``outputs``."""
    pattern = [np.sin(1 + k + 1.7 * np.arange(v.size)).reshape(v.shape) for v in outputs]
    pairs = zip(pattern, outputs, strict=True)
    return [(c * (1 - 0.4j) if v.dtype.kind == "c" else c).astype(v.dtype)[()] for c, v in pairs]


def pullback_of(f: Callable[..., Any], values: Sequence[Any]) -> Any:
    """The floating outputs of ``f``, and its pullback."""
    return vjp(lambda *xs: floating(f(*xs)), *values)


# -- saying what does not hold: no assert statements, for this is a product that runs under python -O, too -----------


def expect(holds: Any, text: str) -> None:
    """Raise AssertionError with this text unless something holds."""
    if not holds:
        raise AssertionError(text)


def close(got: Any, expected: Any, rtol: float) -> bool:
    """Equal in shape, and in value up to ``rtol`` times the largest element."""
    if np.shape(got) != np.shape(expected):
        return False
    size = np.abs(expected)
    largest = np.max(size, initial=0, where=np.isfinite(size))
    return np.allclose(got, expected, rtol=rtol, atol=rtol * largest, equal_nan=True)


def agree(got: Any, expected: Any, rtol: float, what: str) -> None:
    """Raise AssertionError unless both are :func:`close`."""
    if not close(got, expected, rtol):
        raise AssertionError(f"{what}: got {_shown(got)} where {_shown(expected)} is due (relative tolerance {rtol:g})")


def identical(got: Any, expected: Any, what: str) -> None:
    """Raise AssertionError unless both are the same, shape and every bit."""
    if not np.array_equal(got, expected):
        raise AssertionError(f"{what}: got {_shown(got)} where {_shown(expected)} is due")


def alike(got: Any, like: Any, what: str) -> None:
    """Raise AssertionError unless both have the same shape and dtype."""
    facts = [(np.shape(v), v.dtype if hasattr(v, "dtype") else np.asarray(v).dtype) for v in (got, like)]
    if facts[0] != facts[1]:
        raise AssertionError(f"{what}: got shape {facts[0][0]} and dtype {facts[0][1]} where {facts[1][0]} and "
                             f"{facts[1][1]} are due")  # fmt: skip


def _shown(value: Any) -> str:
    array = np.asarray(value)
    text = np.array2string(array, separator=", ", threshold=12, edgeitems=3, floatmode="unique")
    return text if array.ndim < 2 else f"{text} of shape {array.shape}"
