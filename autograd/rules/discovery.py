"""Rules that are read when they are first needed: those of ``scipy.special``.

A ufunc of SciPy's reaches a Tensor through ``__array_ufunc__``, so SciPy has been imported by then. Until it is,
nothing here imports it.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from ..primitive import registry


def discover(function: Any) -> bool:
    """Whether a function that nobody has declared is known after all, once the rules for its library are read."""
    if "scipy.special" not in sys.modules:
        return False
    importlib.import_module(".special", __package__)
    return function in registry and registry[function].kind != "undeclared"
