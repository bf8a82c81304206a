"""SciPy's optimisers, imported where they are used."""

from __future__ import annotations

from typing import Any


def optimize(by: str) -> Any:
    """The module ``scipy.optimize``, or an error that says how to install it."""
    try:
        import scipy.optimize
    except ImportError as error:
        raise ImportError(f"{by} needs SciPy. Install it with: pip install autograd-tape[scipy]") from error
    return scipy.optimize
