"""What the modules here do with SciPy's functions that they have no rule for: plain arrays only, and say so."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..tensor import Tensor
from ..trees import flatten


def fallback(module: Any, label: str = "") -> Callable[[str], Any]:
    """A ``__getattr__``: the names of a module or object of SciPy's; its functions refuse a Tensor on a tape."""

    def get(name: str) -> Any:
        found = getattr(module, name)
        if isinstance(found, (np.ufunc, type)) or not callable(found) or not hasattr(found, "__name__"):
            return found

        @functools.wraps(found)
        def plain(*args: Any, **kwargs: Any) -> Any:
            leaves, rebuild = flatten((args, kwargs))
            if any(isinstance(v, Tensor) and v.requires_grad for v in leaves):
                raise TypeError(
                    f"{label or module.__name__}.{name}: no derivative is known. Call it on t.detach() if none is "
                    f"needed, or wrap the call in ag.numerical."
                )
            bare_args, bare_kwargs = rebuild([v.data if isinstance(v, Tensor) else v for v in leaves])
            return found(*bare_args, **bare_kwargs)

        return plain

    return get
