"""Reverse-mode automatic differentiation for NumPy: write NumPy, get gradients.

(PYTEST_DONT_REWRITE: a program may import this before pytest, which would warn that it cannot rewrite assertions.)
"""

from typing import TYPE_CHECKING, Any

from . import _clash  # noqa: F401  (first: it refuses to run beside another library of the same import name)

# isort: split
from . import _allocator  # noqa: F401  (it tells the C library to keep freed memory)

# isort: split
from . import datasets, functions, rules, trees
from .custom import checkpoint, custom_jvp, custom_vjp, numerical
from .debug import debug
from .primitive import composite, constant, coverage, elementwise, linear, primitive, unsupported
from .rules.functional import vectorize
from .strong import nan_policy
from .tape import enable_grad, is_grad_enabled, no_grad
from .tensor import Tensor, concatenate, stack, tensor
from .transforms import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

if TYPE_CHECKING:
    from . import nn, optim, scipy, testing, training, visual
    from .visual import backward_steps, draw, explain, profile

__version__ = "0.1.0"

__all__ = [
    "Tensor", "tensor", "stack", "concatenate",
    "no_grad", "enable_grad", "is_grad_enabled", "nan_policy", "debug",
    "grad", "value_and_grad", "elementwise_grad", "vjp", "jvp", "jacobian", "hessian", "hvp",
    "checkpoint", "custom_vjp", "custom_jvp", "numerical", "vectorize",
    "elementwise", "linear", "primitive", "composite", "constant", "unsupported", "coverage",
    "draw", "backward_steps", "explain", "profile",
    "datasets", "functions", "nn", "optim", "rules", "scipy", "testing", "training", "trees", "visual",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import what computing does not need when it is first used."""
    from importlib import import_module

    if name in ("nn", "optim", "scipy", "testing", "training", "visual"):
        return import_module(f".{name}", __name__)
    if name in ("draw", "backward_steps", "explain", "profile"):
        return getattr(import_module(".visual", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
