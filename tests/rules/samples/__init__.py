"""One sample for each differentiable function, a file of them for each file of rules: see ``language.py``."""

import importlib
import pkgutil
from typing import Any

import numpy as np

from .language import Call, Sample, Slot

__all__ = ["INTERNAL", "SAMPLES", "Call", "Sample", "Slot", "sample_of"]

SAMPLES: dict[Any, Sample] = {}
for _module in pkgutil.iter_modules(__path__):
    _table = getattr(importlib.import_module(f"{__name__}.{_module.name}"), "SAMPLES", {})
    assert not SAMPLES.keys() & _table.keys(), f"{_module.name}: sampled twice: {SAMPLES.keys() & _table.keys()}"
    SAMPLES.update(_table)

# Steps of the engine's that never stand alone: every function with several outputs goes through the first two, and the
# third is a derivative of np.tanh by x when its second operand is np.tanh(x), checked with np.tanh at orders 2 and 3.
INTERNAL = {"select", "pack", "sech_squared"}
# From real to complex numbers, which no sample says: see tests/scipy/test_special.py.
INTERNAL |= {"hankel1", "hankel1e", "hankel2", "hankel2e", "wofz"}


def sample_of(function, p):
    """The sample of a function; its variants (``maximum`` beside a constant) share it."""
    if function in SAMPLES or p.kind == "composite":
        return SAMPLES.get(function)
    return next((s for f, s in SAMPLES.items() if isinstance(f, np.ufunc) and f.__name__ == p.name), None)
