"""When an operation began, for those who measure: the engine tells when it is done, and nothing when it begins.

While somebody measures, what a program calls is wrapped: primitives, the operators and protocols of Tensor, and custom
functions. A node takes the time since the call that it is made in began, or since the node before it in the same call.
So a function that runs others inside, such as a checkpoint, has the time of all.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

from ..custom import _Call
from ..primitive import Primitive, registry
from ..tensor import Tensor

BINARY = {"add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "floordiv": "floor_divide",
          "mod": "remainder", "pow": "power", "matmul": "matmul"}  # fmt: skip
COMPARISONS = {"lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal",
               "eq": "equal", "ne": "not_equal"}  # fmt: skip
NAMES = {f"__{prefix}{op}__": name for op, name in BINARY.items() for prefix in ("", "r", "i")} | {
    f"__{op}__": name for op, name in {**COMPARISONS, "neg": "negative", "pos": "positive", "abs": "absolute"}.items()
}  # what the operators compute
ENTRANCES: list[tuple[Any, str]] = [(_Call, "__call__"), (Primitive, "__call__")] + [
    (Tensor, name) for name in (*NAMES, "__getitem__", "__setitem__", "__array_ufunc__", "__array_function__")
]
Tell = Callable[[str, Any, float], None]  # the name of a call, what it returned, and when it began
_measuring = 0


class _Here(threading.local):
    """When the calls that this thread is in began, outermost first; the first is what is no call."""

    def __init__(self) -> None:
        self.starts = [perf_counter()]


_here = _Here()


def starts() -> list[float]:
    """When the calls that this thread is in began, or when each made its last node."""
    return _here.starts


def _timed(call: Callable[..., Any], entrance: str, tell: Tell) -> Callable[..., Any]:
    @functools.wraps(call)
    def timed(*args: Any, **kwargs: Any) -> Any:
        begun = perf_counter()
        _here.starts.append(begun)
        try:
            out = call(*args, **kwargs)
            tell(_named(entrance, args), out, begun)
            return out
        finally:
            _here.starts.pop()
            if len(_here.starts) == 1:
                _here.starts[0] = perf_counter()

    return timed


def _named(entrance: str, args: Sequence[Any]) -> str:
    """What a call computes."""
    if entrance == "__call__":
        return getattr(args[0], "primitive", args[0]).name
    if entrance not in ("__array_ufunc__", "__array_function__"):
        return NAMES.get(entrance, entrance.strip("_"))
    name = registry[args[1]].name if args[1] in registry else args[1].__name__
    return f"{name}.{args[2]}" if entrance == "__array_ufunc__" and args[2] != "__call__" else name


def time_calls(tell: Tell) -> None:
    """Somebody measures, and is told of each call that is over; under the lock of those who listen."""
    global _measuring
    _measuring += 1
    if _measuring == 1:
        for owner, name in ENTRANCES:
            setattr(owner, name, _timed(vars(owner)[name], name, tell))


def time_calls_no_more() -> None:
    """Somebody is done; after the last one everything is as it was."""
    global _measuring
    _measuring -= 1
    if not _measuring:
        for owner, name in ENTRANCES:
            setattr(owner, name, vars(owner)[name].__wrapped__)
